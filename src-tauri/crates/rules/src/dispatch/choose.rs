//! The distribution proper: recent, least, suspended, all offline (`docs/RULES.md` §2, 3).

use super::{Question, Seat, Switches};
use crate::time::plus;
use domain::{AccountId, Decision, DispatchReason, Presence, Timestamp};
use std::cmp::Ordering;

pub(super) fn distribute(question: &Question<'_>, now: Timestamp, switches: &Switches) -> Decision {
    let recent = recent(question, now, switches);
    if let Some(seat) = recent
        && switches.suspended_keeps_recent
        && seat.presence == Presence::Suspended
    {
        return Decision { to: seat.account, reason: DispatchReason::SuspendedRecent };
    }
    let rounds = [
        (Presence::Online, DispatchReason::Recent, DispatchReason::LeastToday),
        (Presence::Suspended, DispatchReason::SuspendedRecent, DispatchReason::SuspendedLeast),
    ];
    for (presence, by_recent, by_least) in rounds {
        if let Some(seat) = recent.filter(|seat| seat.presence == presence) {
            return Decision { to: seat.account, reason: by_recent };
        }
        if let Some(to) = least(question, presence, switches) {
            return Decision { to, reason: by_least };
        }
    }
    match recent {
        Some(seat) => Decision { to: seat.account, reason: DispatchReason::OfflineRecent },
        None => Decision { to: question.main, reason: DispatchReason::MainFallback },
    }
}

/// The seat this buyer was last distributed to, if that still binds: at most 30 × 24 h ago, and it takes part.
fn recent<'a>(question: &Question<'a>, now: Timestamp, switches: &Switches) -> Option<&'a Seat> {
    let (account, at) = question.recent?;
    if now > plus(at, switches.recent_s) {
        return None;
    }
    question.seats.iter().find(|seat| seat.account == account && seat.participates && !seat.disabled)
}

/// The participant of that presence with the smallest count; ties go to the longest since its last distribution
/// (never = longest), then to roster order.
fn least(question: &Question<'_>, presence: Presence, switches: &Switches) -> Option<AccountId> {
    let able = |seat: &&Seat| seat.presence == presence && seat.participates && !seat.disabled;
    // `min_by` keeps the first of equals, which is roster order; `None` sorts before any instant.
    question
        .seats
        .iter()
        .filter(able)
        .min_by(|a, b| by_load(a, b, switches).then(a.last.cmp(&b.last)))
        .map(|seat| seat.account)
}

fn by_load(a: &Seat, b: &Seat, switches: &Switches) -> Ordering {
    let load = |seat: &Seat| u64::from(if switches.fewest_serving { seat.serving } else { seat.today });
    if !switches.weighted {
        return load(a).cmp(&load(b));
    }
    let weight = |seat: &Seat| u64::from(seat.weight);
    match (a.weight, b.weight) {
        (0, 0) => load(a).cmp(&load(b)),
        (0, _) => Ordering::Greater,
        (_, 0) => Ordering::Less,
        // a/wa < b/wb without a fraction; both products fit, as each factor has 32 bits.
        _ => (load(a) * weight(b)).cmp(&(load(b) * weight(a))),
    }
}
