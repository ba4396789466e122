//! The clocks of one conversation as they are stored beside it, and the deadlines that follow from them.
//!
//! Everything here follows from the messages and from what people did; `rules` does the arithmetic. The stored form
//! is a cache of the fold: a late message, a changed policy or a flipped flag makes it again from the record.

use crate::desk::Desk;
use domain::{ConversationId, ConversationKind, DeadlineKind, Sensitive, StoreId, Timestamp, Turn, to_ms};
use rules::alerts::{self, OpenDeadline};
use rules::clocks::{self, ClockRules, ClockState, Due, Mark, MessageFact, Promise, Push};
use serde::{Deserialize, Serialize};
use store::{DeadlineSet, DeadlineStatus};

/// A due date that a platform stated, and when it was noticed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Stated {
    pub(crate) noticed: Timestamp,
    pub(crate) due: Option<Timestamp>,
}

/// A sensitive message that waits for its escalation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Escalate {
    pub(crate) message: Mark,
    pub(crate) kinds: Vec<Sensitive>,
}

/// Where the clocks of one conversation stand.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Clockwork {
    /// The reply clocks.
    pub(crate) state: ClockState,
    /// The last auto-reply since the first unanswered message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) promise: Option<Promise>,
    /// When an agent first saw it while it owed a reply.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) read_since: Option<Timestamp>,
    /// The sensitive message that nobody has escalated yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) escalate: Option<Escalate>,
    /// Messages up to here were escalated or put aside by a person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) escalated_until: Option<Timestamp>,
    /// The oldest system mail that nobody has opened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) unread_mail: Option<Timestamp>,
    /// What a notice or a dispute states.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) stated: Option<Stated>,
    /// The last successful check of the mailbox that this conversation stands for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) mailbox_checked: Option<Timestamp>,
    /// When a person last looked: what came until then is not unread.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) seen_at: Option<Timestamp>,
    /// The instant of the message that named the conversation's order: an older one that comes late does not rename it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) order_at: Option<Timestamp>,
    /// Its turn among those of its instant.
    #[serde(skip_serializing_if = "Turn::is_first")]
    pub(crate) order_turn: Turn,
}

impl Clockwork {
    /// Reads the stored form; an unreadable one is made again from the record by the caller.
    pub(crate) fn read(json: &str) -> Option<Self> {
        if json.is_empty() { Some(Self::default()) } else { serde_json::from_str(json).ok() }
    }

    pub(crate) fn write(&self) -> String {
        serde_json::to_string(self).expect("a struct of instants and ids is always JSON")
    }

    /// Folds in one message. `words` are looked through for what must be escalated.
    pub(crate) fn push(&mut self, fact: &MessageFact, words: &str, rules: &ClockRules<'_>) -> Push {
        let push = self.state.push(fact, rules);
        match push {
            Push::Late => return push,
            Push::Answered(_) | Push::Unasked => {
                self.promise = None;
                self.read_since = None;
            }
            Push::Asked => self.watch(fact, words),
            Push::NotCounting(_) => {
                if fact.author == domain::Author::Auto && self.state.owes() {
                    self.promise = Some(Promise { at: fact.at, seconds: crate::promise::seconds(words) });
                }
            }
        }
        push
    }

    fn watch(&mut self, fact: &MessageFact, words: &str) {
        if self.escalate.is_some() || self.escalated_until.is_some_and(|until| fact.at <= until) {
            return;
        }
        let kinds = crate::promise::sensitive_kinds(words);
        if !kinds.is_empty() {
            self.escalate = Some(Escalate { message: Mark { at: fact.at, message: fact.id }, kinds });
        }
    }

    /// A system mail came: the oldest that nobody has opened runs the clock.
    pub(crate) fn note_mail(&mut self, at: Timestamp) {
        self.unread_mail = Some(self.unread_mail.map_or(at, |oldest| oldest.min(at)));
    }

    /// Since when a reply is owed.
    pub(crate) fn owed_since(&self) -> Option<Timestamp> {
        self.state.first_unanswered.map(|mark| mark.at)
    }

    /// What makes the conversation sensitive now.
    pub(crate) fn sensitive(&self) -> Option<Sensitive> {
        self.escalate.as_ref().and_then(|escalate| escalate.kinds.first().copied())
    }

    /// Every deadline that runs.
    pub(crate) fn dues(&self, kind: ConversationKind, rules: &ClockRules<'_>) -> Vec<Due> {
        match kind {
            ConversationKind::Chat => {
                let mut dues =
                    clocks::conversation_deadlines(&self.state, self.read_since, self.promise, rules);
                if let Some(escalate) = &self.escalate {
                    dues.push(clocks::escalation(escalate.message, &escalate.kinds, rules.policy));
                }
                dues
            }
            ConversationKind::Mail => {
                let unread = self.unread_mail.map(|at| clocks::system_mail(at, rules.policy));
                let mailbox = self.mailbox_checked.map(|at| clocks::mailbox_check(at, rules.policy));
                unread.into_iter().chain(mailbox).collect()
            }
            ConversationKind::Notice => self.stated_due().into_iter().collect(),
            ConversationKind::Case => {
                let stated = self.stated_due();
                let evidence = self.stated.map(|stated| clocks::dispute(stated.noticed, rules.policy));
                evidence.into_iter().chain(stated).collect()
            }
        }
    }

    fn stated_due(&self) -> Option<Due> {
        let stated = self.stated?;
        stated.due.map(|due| clocks::platform_due(stated.noticed, due))
    }
}

/// The deadlines of a conversation in the form in which they are stored, each with the instant of its next alert.
pub(crate) fn deadline_set(
    conversation: ConversationId,
    dues: &[Due],
    desk: &Desk,
    missing: DeadlineStatus,
    now: Timestamp,
) -> DeadlineSet {
    let open = dues.iter().map(|due| stored(conversation, due, desk, now)).collect();
    DeadlineSet { conversation, open, keep: Vec::new(), missing, at: now }
}

fn stored(conversation: ConversationId, due: &Due, desk: &Desk, now: Timestamp) -> store::OpenDeadline {
    let why = serde_json::to_string(&due.why).expect("lines of instants and numbers are always JSON");
    let next_stage_at = first_alert(conversation, due, desk, now);
    store::OpenDeadline { kind: due.kind, from: due.from, due: due.due, why, next_stage_at }
}

/// When this deadline first rings. Stages that have passed are rung for at once, unless the deadline itself is older
/// than the platform's own limit: a shop connected today must not ring for last year.
fn first_alert(conversation: ConversationId, due: &Due, desk: &Desk, now: Timestamp) -> Option<Timestamp> {
    let age_s = now.as_second().saturating_sub(due.due.as_second());
    if age_s > desk.policy.reply_limit_s.value {
        return None;
    }
    let deadline = domain::Deadline {
        id: domain::DeadlineId(0),
        conversation,
        kind: due.kind,
        from: due.from,
        due: due.due,
    };
    let open = OpenDeadline { deadline, raised: None, snoozed_until: None };
    let policy = &desk.policy.alerts;
    let passed = alerts::stages(&open.deadline, policy).iter().any(|stage| stage.instant(due.due) <= now);
    if passed { Some(now) } else { alerts::next_stage_at(&open, now, policy) }
}

/// The instant a list sorts by: the earliest deadline that a person can still meet by answering. The badge's aim of
/// 60 seconds is a live counter, not an order of work.
pub(crate) fn list_due(dues: &[Due]) -> Option<Timestamp> {
    dues.iter()
        .filter(|due| due.kind != DeadlineKind::BadgeReply)
        .map(|due| due.due)
        .min_by_key(|at| to_ms(*at))
}

/// The rules of one store at this moment.
pub(crate) fn rules_of(desk: &Desk, store: StoreId) -> ClockRules<'_> {
    ClockRules { policy: &desk.policy, calendar: &desk.calendar, sync: desk.sync(store) }
}
