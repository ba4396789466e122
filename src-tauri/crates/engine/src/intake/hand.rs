//! A conversation in hand: what it was, what a round makes of it, and the clocks that follow.

use super::round::Mode;
use crate::clockwork::{Clockwork, deadline_set, list_due, rules_of};
use crate::desk::Desk;
use domain::{AccountId, ConversationKind, Entry, Place, Timestamp};
use rules::clocks::{Mark, MessageFact};
use store::{ConversationRow, DeadlineStatus};

/// A conversation in hand.
#[derive(Debug)]
pub(crate) struct Hand {
    pub(crate) row: ConversationRow,
    pub(crate) clock: Clockwork,
    /// A message came that belongs before the newest: the fold must be made again from the record.
    pub(super) late: bool,
    /// Something of it must be written.
    pub(super) touched: bool,
    /// Where its newest message stands, this round's included.
    pub(super) newest: Option<Place>,
    /// Messages of this round, for a fold that is made again.
    pub(super) fresh: Vec<(MessageFact, String)>,
    /// An old buyer message waits for an owner until the end of the round.
    pub(super) undecided: Option<Undecided>,
    /// The last counting reply when it was taken in hand.
    pub(super) answered: Option<Mark>,
}

/// See [`Hand::undecided`].
#[derive(Debug, Clone, Copy)]
pub(super) struct Undecided {
    pub(super) entry: Entry,
    /// It came late, but is of today: it gets an owner like any other, also if it is answered already.
    pub(super) wanted: bool,
}

impl Hand {
    pub(crate) fn new(row: ConversationRow, mut clock: Clockwork) -> Self {
        let answered = clock.state.last_counting;
        // What was kept before turns were names no newest message but the one that is shown.
        let shown = || row.last.as_ref().map(|last| Mark { at: last.at, message: last.id });
        clock.state.newest = clock.state.newest.or_else(shown);
        let newest = clock.state.newest_place();
        Self { row, clock, late: false, touched: false, newest, fresh: Vec::new(), undecided: None, answered }
    }

    /// Whose reply it waits for.
    pub(super) fn served(&self) -> Option<AccountId> {
        self.row.owner.filter(|_| self.row.kind == ConversationKind::Chat && self.clock.state.owes())
    }

    /// What becomes of clocks that ran and no longer do after an intake, and when: a counting reply met them, at its
    /// own instant; else something earlier or later took their place.
    pub(super) fn fate_of_missing(&self, now: Timestamp) -> (DeadlineStatus, Timestamp) {
        let counting = self.clock.state.last_counting;
        match counting.filter(|_| counting != self.answered) {
            Some(mark) => (DeadlineStatus::Met, mark.at),
            None if self.row.kind == ConversationKind::Case && self.clock.stated.is_none() => {
                (DeadlineStatus::Met, now)
            }
            None => (DeadlineStatus::Cancelled, now),
        }
    }
}

/// Writes the clocks into the row, and gives the deadlines that run now.
pub(crate) fn settle(hand: &mut Hand, desk: &Desk, now: Timestamp, mode: Mode) -> store::DeadlineSet {
    let rules = rules_of(desk, hand.row.store);
    let dues = hand.clock.dues(hand.row.kind, &rules);
    hand.row.owes = hand.row.kind == ConversationKind::Chat && hand.clock.state.owes();
    hand.row.due = list_due(&dues);
    hand.row.sensitive = hand.clock.sensitive();
    hand.row.clock_json = hand.clock.write();
    let mut set = deadline_set(hand.row.id, &dues, desk, DeadlineStatus::Met, now);
    if mode == Mode::History {
        for open in set.open.iter_mut().filter(|open| open.due < now) {
            open.next_stage_at = None;
        }
    }
    set
}
