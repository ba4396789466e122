use crate::time::seconds_between;
use domain::{AccountId, Decision, DispatchReason, Facts, Presence, SeatFacts, Timestamp};
use serde::{Deserialize, Serialize};

const DAY_S: i64 = 86_400;

/// One line of the answer to 为什么是我?; the face puts it into words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", content = "params", rename_all = "snake_case")]
pub enum Why {
    /// The rule that decided.
    Rule {
        /// Which.
        reason: DispatchReason,
    },
    /// The buyer was last distributed to somebody so many whole days ago.
    RecentDays {
        /// To whom.
        account: AccountId,
        /// Whole days.
        days: i64,
        /// The most that counts as recent, in whole days.
        limit: i64,
    },
    /// That account does not take part any more, or is gone.
    RecentNotTakingPart {
        /// Which.
        account: AccountId,
    },
    /// That account was not present enough.
    RecentPresence {
        /// Which.
        account: AccountId,
        /// How it was.
        presence: Presence,
    },
    /// The owner that the conversation owed a reply to.
    OwingOwner {
        /// Who.
        account: AccountId,
        /// How they were; none if they are gone.
        presence: Option<Presence>,
    },
    /// The seats that were compared, in roster order: their counts of today, last distributions and weights.
    Compared {
        /// Each seat as the decision saw it; its count was divided by its weight if it has one here.
        seats: Vec<SeatFacts>,
    },
}

/// Explains a recorded decision from the facts it saw; `at` is when it was taken.
#[must_use]
pub fn why(decision: &Decision, facts: &Facts, at: Timestamp, recent_s: i64) -> Vec<Why> {
    let mut lines = vec![Why::Rule { reason: decision.reason }];
    let presence = |id| facts.seats.iter().find(|seat| seat.account == id).map(|seat| seat.presence);
    let distributed = decision.reason.is_distribution();
    if !distributed && decision.reason != DispatchReason::Kept {
        return lines;
    }
    if let Some(account) = facts.owing_owner {
        lines.push(Why::OwingOwner { account, presence: presence(account) });
    }
    if !distributed {
        return lines;
    }
    recent_lines(decision, facts, at, recent_s, &mut lines);
    let compared = match decision.reason {
        DispatchReason::LeastToday => Some(Presence::Online),
        DispatchReason::SuspendedLeast => Some(Presence::Suspended),
        DispatchReason::Direct
        | DispatchReason::Private
        | DispatchReason::Manual
        | DispatchReason::MessageRule
        | DispatchReason::Kept
        | DispatchReason::Recent
        | DispatchReason::SuspendedRecent
        | DispatchReason::OfflineRecent
        | DispatchReason::MainFallback => None,
    };
    if let Some(presence) = compared {
        let seats = facts.seats.iter().filter(|seat| seat.participates && seat.presence == presence);
        lines.push(Why::Compared { seats: seats.cloned().collect() });
    }
    lines
}

fn recent_lines(decision: &Decision, facts: &Facts, at: Timestamp, recent_s: i64, lines: &mut Vec<Why>) {
    let Some((account, since)) = facts.recent else { return };
    let days = seconds_between(since, at).div_euclid(DAY_S);
    lines.push(Why::RecentDays { account, days, limit: recent_s.div_euclid(DAY_S) });
    if account == decision.to {
        return;
    }
    match facts.seats.iter().find(|seat| seat.account == account) {
        Some(seat) if seat.participates => {
            lines.push(Why::RecentPresence { account, presence: seat.presence });
        }
        _ => lines.push(Why::RecentNotTakingPart { account }),
    }
}
