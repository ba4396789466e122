use super::{Question, Seat, Switches, decide};
use domain::{AccountId, BuyerId, Decision, Entry, Facts, Presence, Timestamp, beijing_day_start};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// What is known of a buyer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BuyerState {
    /// The account they were last distributed to, and when.
    pub recent: Option<(AccountId, Timestamp)>,
    /// Who has the conversation.
    pub owner: Option<AccountId>,
    /// Whether a message through the contact link waits for a counting reply.
    pub owes: bool,
    /// A private customer of the main account.
    pub private: bool,
}

/// Something was said of a seat that is not in the roster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there is no account {0} in the roster")]
pub struct BookError(pub AccountId);

/// Distribution of one store in memory: who is there, who had whom, how many today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Book {
    main: AccountId,
    seats: Vec<Seat>,
    buyers: HashMap<BuyerId, BuyerState>,
    day: Timestamp,
}

impl Book {
    /// A book over seats in roster order, as they stand at `now`. Their counts of today are taken as given.
    #[must_use]
    pub fn new(main: AccountId, seats: Vec<Seat>, now: Timestamp) -> Self {
        Self { main, seats, buyers: HashMap::new(), day: beijing_day_start(now) }
    }

    /// A roster as it starts: everybody offline; sub-accounts take part, the main account does not.
    #[must_use]
    pub fn start(main: AccountId, subs: &[AccountId], now: Timestamp) -> Self {
        let first = Seat { participates: false, ..Seat::new(main) };
        let seats = std::iter::once(first).chain(subs.iter().map(|sub| Seat::new(*sub)));
        Self::new(main, seats.collect(), now)
    }

    /// The seats in roster order.
    #[must_use]
    pub fn seats(&self) -> &[Seat] {
        &self.seats
    }

    /// Everybody who ever wrote.
    pub fn buyers(&self) -> impl Iterator<Item = (BuyerId, &BuyerState)> {
        self.buyers.iter().map(|(id, state)| (*id, state))
    }

    /// What is known of a buyer; a stranger is all default.
    #[must_use]
    pub fn buyer(&self, buyer: BuyerId) -> BuyerState {
        self.buyers.get(&buyer).copied().unwrap_or_default()
    }

    /// Sets what is known of a buyer, for a book that is filled from the record.
    pub fn set_buyer(&mut self, buyer: BuyerId, state: BuyerState) {
        let old = self.buyers.insert(buyer, state).unwrap_or_default();
        self.serve(old, -1);
        self.serve(state, 1);
    }

    /// Somebody goes online, 挂起 or offline.
    ///
    /// # Errors
    /// [`BookError`] if the account is not in the roster.
    pub fn presence(&mut self, account: AccountId, to: Presence) -> Result<(), BookError> {
        self.seat_mut(account)?.presence = to;
        Ok(())
    }

    /// Somebody takes part in distribution from now on, or no longer.
    ///
    /// # Errors
    /// [`BookError`] if the account is not in the roster.
    pub fn participates(&mut self, account: AccountId, to: bool) -> Result<(), BookError> {
        self.seat_mut(account)?.participates = to;
        Ok(())
    }

    /// Somebody has another weight from now on, up to [`domain::MAX_WEIGHT`]; it is looked at under the preset *weights*.
    ///
    /// # Errors
    /// [`BookError`] if the account is not in the roster.
    pub fn weight(&mut self, account: AccountId, to: u32) -> Result<(), BookError> {
        self.seat_mut(account)?.weight = to;
        Ok(())
    }

    /// A buyer becomes a private customer of the main account, or is one no longer.
    pub fn private(&mut self, buyer: BuyerId, to: bool) {
        let state = BuyerState { private: to, ..self.buyer(buyer) };
        self.set_buyer(buyer, state);
    }

    /// A counting reply was sent: the conversation owes nothing any more.
    pub fn reply(&mut self, buyer: BuyerId) {
        let state = BuyerState { owes: false, ..self.buyer(buyer) };
        self.set_buyer(buyer, state);
    }

    /// A person transfers a conversation; no count, not "recent".
    ///
    /// # Errors
    /// [`BookError`] if the account is not in the roster.
    pub fn transfer(&mut self, buyer: BuyerId, to: AccountId) -> Result<(), BookError> {
        self.seat_mut(to)?;
        let state = BuyerState { owner: Some(to), ..self.buyer(buyer) };
        self.set_buyer(buyer, state);
        Ok(())
    }

    /// Decides on a buyer message and records what follows from it.
    pub fn message(
        &mut self,
        buyer: BuyerId,
        entry: Entry,
        now: Timestamp,
        switches: &Switches,
    ) -> (Decision, Facts) {
        self.turn_day(now);
        let question = self.question(buyer, entry);
        let decision = decide(&question, now, switches);
        let facts = super::facts(&question, switches);
        self.record(buyer, &decision, now);
        (decision, facts)
    }

    /// What would be decided on a message now, without recording it.
    #[must_use]
    pub fn peek(&self, buyer: BuyerId, entry: Entry, now: Timestamp, switches: &Switches) -> Decision {
        if beijing_day_start(now) <= self.day {
            return decide(&self.question(buyer, entry), now, switches);
        }
        let seats: Vec<Seat> = self.seats.iter().map(|seat| Seat { today: 0, ..*seat }).collect();
        decide(&Question { seats: &seats, ..self.question(buyer, entry) }, now, switches)
    }

    fn question(&self, buyer: BuyerId, entry: Entry) -> Question<'_> {
        let state = self.buyer(buyer);
        Question {
            seats: &self.seats,
            main: self.main,
            entry,
            private: state.private,
            recent: state.recent,
            owing_owner: state.owner.filter(|_| state.owes),
        }
    }

    fn record(&mut self, buyer: BuyerId, decision: &Decision, now: Timestamp) {
        let reason = decision.reason;
        let mut state = self.buyer(buyer);
        if reason.changes_owner() {
            state.owner = Some(decision.to);
        }
        // A direct message leaves the conversation of the contact link as it was, its debt included.
        state.owes |= reason != domain::DispatchReason::Direct;
        if reason.is_distribution() {
            state.recent = Some((decision.to, now));
            if let Ok(seat) = self.seat_mut(decision.to) {
                seat.today = seat.today.saturating_add(1);
                seat.last = Some(now);
            }
        }
        self.set_buyer(buyer, state);
    }

    fn turn_day(&mut self, now: Timestamp) {
        let day = beijing_day_start(now);
        if day > self.day {
            self.day = day;
            for seat in &mut self.seats {
                seat.today = 0;
            }
        }
    }

    fn serve(&mut self, state: BuyerState, by: i32) {
        if let Some(owner) = state.owner.filter(|_| state.owes)
            && let Ok(seat) = self.seat_mut(owner)
        {
            seat.serving = seat.serving.saturating_add_signed(by);
        }
    }

    fn seat_mut(&mut self, account: AccountId) -> Result<&mut Seat, BookError> {
        self.seats.iter_mut().find(|seat| seat.account == account).ok_or(BookError(account))
    }
}
