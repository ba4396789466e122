use super::{Arithmetic, ClockRules, ClockState, Due, Line, Mark};
use crate::policy::{Policy, Sourced};
use crate::time::plus;
use domain::{DeadlineKind, Sensitive, Timestamp};
use serde::{Deserialize, Serialize};

/// What an auto-reply told the buyer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promise {
    /// When it was sent.
    pub at: Timestamp,
    /// The promised time in seconds; the policy's if the text names none.
    pub seconds: Option<i64>,
}

fn add(setting: &str, number: &Sourced<i64>) -> Line {
    Line::Plus { setting: setting.to_owned(), seconds: number.value, source: number.source.clone() }
}

/// `kind` from `from`, `number` later; `start` says what happened then.
fn after(kind: DeadlineKind, from: Timestamp, start: Line, setting: &str, number: &Sourced<i64>) -> Due {
    finish(kind, from, plus(from, number.value), vec![start, add(setting, number)])
}

fn finish(kind: DeadlineKind, from: Timestamp, due: Timestamp, mut lines: Vec<Line>) -> Due {
    lines.push(Line::Due { at: due });
    Due { kind, from, due, why: Arithmetic(lines) }
}

const fn received(mark: Mark) -> Line {
    Line::Received { message: mark.message, at: mark.at }
}

/// `reply`: the earliest over the unanswered messages of + 3 h inside working time, + 6 h outside (§3, MSG).
#[must_use]
pub fn reply(state: &ClockState, rules: &ClockRules<'_>) -> Option<Due> {
    let mark = state.earliest?.mark;
    let (due, working) = rules.reply_due(mark.at);
    let plus = if working.working {
        add("reply_working_s", &rules.policy.reply_working_s)
    } else {
        add("reply_otherwise_s", &rules.policy.reply_otherwise_s)
    };
    let mut lines = vec![received(mark), Line::WorkingTime(working), plus];
    if state.unanswered > 1 {
        lines.push(Line::EarliestOver { unanswered: state.unanswered });
    }
    Some(finish(DeadlineKind::Reply, mark.at, due, lines))
}

/// `reply_limit`: first unanswered message + 24 h, never paused (§3, MSG).
#[must_use]
pub fn reply_limit(state: &ClockState, policy: &Policy) -> Option<Due> {
    let mark = state.first_unanswered?;
    let number = &policy.reply_limit_s;
    let lines = vec![received(mark), add("reply_limit_s", number), Line::NeverPaused];
    Some(finish(DeadlineKind::ReplyLimit, mark.at, plus(mark.at, number.value), lines))
}

/// `badge_reply`: first unanswered message + 60 s (§3, WW). A live counter; not among [`conversation_deadlines`].
#[must_use]
pub fn badge_reply(state: &ClockState, policy: &Policy) -> Option<Due> {
    let mark = state.first_unanswered?;
    Some(after(DeadlineKind::BadgeReply, mark.at, received(mark), "badge_reply_s", &policy.badge_reply_s))
}

/// `read_silent`: opened by an agent and 4 h later still no counting reply (§3, MSG). `opened` is the first time that
/// an agent saw the conversation while it owed a reply; an opening before the first unanswered message is none.
#[must_use]
pub fn read_silent(state: &ClockState, opened: Timestamp, policy: &Policy) -> Option<Due> {
    if opened < state.first_unanswered?.at {
        return None;
    }
    let start = Line::Opened { at: opened };
    Some(after(DeadlineKind::ReadSilent, opened, start, "read_silent_s", &policy.read_silent_s))
}

/// `team_promise`: what the auto-reply told the buyer, as its own clock, while a reply is owed (§3, D). An auto-reply
/// from before the first unanswered message promised nothing about it.
#[must_use]
pub fn team_promise(state: &ClockState, promise: Promise, policy: &Policy) -> Option<Due> {
    if promise.at < state.first_unanswered?.at {
        return None;
    }
    let seconds = promise.seconds.unwrap_or(policy.team_promise_s.value);
    let due = plus(promise.at, seconds);
    let lines = vec![Line::Promised { at: promise.at, seconds }];
    Some(finish(DeadlineKind::TeamPromise, promise.at, due, lines))
}

/// `escalation`: a sensitive message + 2 h (§3, §5, MSG).
#[must_use]
pub fn escalation(message: Mark, kinds: &[Sensitive], policy: &Policy) -> Due {
    let number = &policy.escalation_s;
    let lines = vec![
        received(message),
        Line::SensitiveKinds { kinds: kinds.to_vec() },
        add("escalation_s", number),
        Line::NeverPaused,
    ];
    finish(DeadlineKind::Escalation, message.at, plus(message.at, number.value), lines)
}

/// `system_mail`: an unread system mail + 72 h: withdrawals are frozen then (§3, MSG).
#[must_use]
pub fn system_mail(received: Timestamp, policy: &Policy) -> Due {
    let start = Line::MailReceived { at: received };
    after(DeadlineKind::SystemMail, received, start, "system_mail_s", &policy.system_mail_s)
}

/// `system_mail` of a mailbox: its last successful check + 72 h, also when no mail came (§3, MSG).
#[must_use]
pub fn mailbox_check(last_success: Timestamp, policy: &Policy) -> Due {
    let start = Line::MailboxChecked { at: last_success };
    after(DeadlineKind::SystemMail, last_success, start, "mailbox_check_s", &policy.mailbox_check_s)
}

/// `ticket`: chase it after 48 h if it is about funds, else after 24 h (§3, CT).
#[must_use]
pub fn ticket(sent: Timestamp, funds: bool, policy: &Policy) -> Due {
    let (setting, number) = if funds {
        ("ticket_funds_s", &policy.ticket_funds_s)
    } else {
        ("ticket_other_s", &policy.ticket_other_s)
    };
    after(DeadlineKind::Ticket, sent, Line::TicketSent { at: sent, funds }, setting, number)
}

/// `dispute`: notice + 72 h to hand in the complete evidence (§3, CT).
#[must_use]
pub fn dispute(noticed: Timestamp, policy: &Policy) -> Due {
    let start = Line::DisputeNoticed { at: noticed };
    after(DeadlineKind::Dispute, noticed, start, "dispute_s", &policy.dispute_s)
}

/// `platform_due`: the due date that the platform states itself (§3, SP).
#[must_use]
pub fn platform_due(noticed: Timestamp, due: Timestamp) -> Due {
    finish(DeadlineKind::PlatformDue, noticed, due, vec![Line::Stated { noticed, due }])
}

/// Every deadline that follows from the messages of a conversation: `reply`, `reply_limit`, and, where an opening or
/// a promise is known, `read_silent` and `team_promise`. Empty when nothing is owed.
#[must_use]
pub fn conversation_deadlines(
    state: &ClockState,
    opened: Option<Timestamp>,
    promise: Option<Promise>,
    rules: &ClockRules<'_>,
) -> Vec<Due> {
    let policy = rules.policy;
    let clocks = [
        reply(state, rules),
        reply_limit(state, policy),
        opened.and_then(|at| read_silent(state, at, policy)),
        promise.and_then(|promise| team_promise(state, promise, policy)),
    ];
    clocks.into_iter().flatten().collect()
}
