//! What every decision needs and that fits in memory: the rules' data, the seats with their counts, the stores' flags, the
//! team's own rules.
//!
//! Made from the record when the program starts; whoever writes the record writes this too, under the same lock.

use domain::{AccountId, Facts, Presence, StoreId, Timestamp, beijing_day_start};
use rules::calendar::Calendar;
use rules::dispatch::{self, Question, Seat, Switches};
use rules::message_rules::MessageRule;
use rules::policy::Policy;
use std::collections::HashMap;
use std::sync::Arc;
use store::{AccountRow, SeatCount};

/// See the module.
#[derive(Debug, Clone)]
pub(crate) struct Desk {
    pub(crate) policy: Policy,
    pub(crate) calendar: Calendar,
    pub(crate) switches: Switches,
    pub(crate) main: AccountId,
    pub(crate) seats: Vec<Seat>,
    /// The message rules in force, in the team's order.
    pub(crate) rules: Arc<[MessageRule]>,
    names: HashMap<String, AccountId>,
    sync: HashMap<StoreId, bool>,
    day: Timestamp,
}

impl Desk {
    /// A desk as the record shows it at `now`.
    pub(crate) fn new(
        policy: Policy,
        calendar: Calendar,
        accounts: &[AccountRow],
        counts: &[SeatCount],
        sync: HashMap<StoreId, bool>,
        rules: Arc<[MessageRule]>,
        now: Timestamp,
    ) -> Self {
        let seats = accounts.iter().map(|account| seat(account, counts)).collect();
        let main =
            accounts.iter().find(|a| a.name.is_main()).or(accounts.first()).map_or(AccountId(0), |a| a.id);
        let names = accounts.iter().map(|a| (a.name.to_string(), a.id)).collect();
        let switches = policy.dispatch.switches();
        let day = beijing_day_start(now);
        Self { policy, calendar, switches, main, seats, rules, names, sync, day }
    }

    /// Whether phone replies of a store count.
    pub(crate) fn sync(&self, store: StoreId) -> bool {
        self.sync.get(&store).copied().unwrap_or(false)
    }

    pub(crate) fn set_sync(&mut self, store: StoreId, on: bool) {
        self.sync.insert(store, on);
    }

    /// The seat of that name, if it is one of ours and somebody can sit there.
    pub(crate) fn seat_named(&self, name: &str) -> Option<AccountId> {
        let named = self.names.get(name).copied()?;
        self.seats.iter().any(|seat| seat.account == named && !seat.disabled).then_some(named)
    }

    pub(crate) fn set_presence(&mut self, account: AccountId, to: Presence) {
        if let Some(seat) = self.seats.iter_mut().find(|seat| seat.account == account) {
            seat.presence = to;
        }
    }

    pub(crate) fn set_weight(&mut self, account: AccountId, to: u32) {
        if let Some(seat) = self.seats.iter_mut().find(|seat| seat.account == account) {
            seat.weight = to;
        }
    }

    /// Decides who gets a buyer message at `at`. A message of an earlier day (a shop connected today, a file taken in)
    /// is decided on, but counts for no day that is still going on.
    pub(crate) fn decide(&self, ask: &Ask, at: Timestamp) -> (domain::Decision, Facts) {
        let other_day = beijing_day_start(at) != self.day;
        let fresh: Vec<Seat>;
        let seats = if other_day {
            fresh = self.seats.iter().map(|seat| Seat { today: 0, ..*seat }).collect();
            &fresh
        } else {
            &self.seats
        };
        let question = Question {
            seats,
            main: self.main,
            entry: ask.entry,
            private: ask.private,
            recent: ask.recent,
            owing_owner: ask.owing_owner,
        };
        dispatch::decide_recorded(&question, at, &self.switches)
    }

    /// A new day in Beijing starts all counts at 0. Called before decisions with the wall clock.
    pub(crate) fn turn_day(&mut self, now: Timestamp) {
        let day = beijing_day_start(now);
        if day > self.day {
            self.day = day;
            for seat in &mut self.seats {
                seat.today = 0;
            }
        }
    }

    /// Whether the clock was put back since the day was turned: then what is counted here is another day's.
    pub(crate) fn is_ahead_of(&self, now: Timestamp) -> bool {
        beijing_day_start(now) < self.day
    }

    /// A conversation that owes a reply went from one seat to another: what the preset *fewest being served now* looks at.
    pub(crate) fn serves(&mut self, before: Option<AccountId>, now: Option<AccountId>) {
        let Self { seats, .. } = self;
        let mut change = |whose: Option<AccountId>, by: i32| {
            for seat in seats.iter_mut().filter(|seat| Some(seat.account) == whose) {
                seat.serving = seat.serving.saturating_add_signed(by);
            }
        };
        change(before, -1);
        change(now, 1);
    }

    /// Counts a distribution that was decided on.
    pub(crate) fn count(&mut self, to: AccountId, at: Timestamp) {
        let today = beijing_day_start(at) == self.day;
        if let Some(seat) = self.seats.iter_mut().find(|seat| seat.account == to) {
            seat.today += u32::from(today);
            seat.last = seat.last.max(Some(at));
        }
    }
}

/// One buyer message, as distribution sees it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ask {
    pub(crate) entry: domain::Entry,
    pub(crate) private: bool,
    pub(crate) recent: Option<(AccountId, Timestamp)>,
    pub(crate) owing_owner: Option<AccountId>,
}

fn seat(account: &AccountRow, counts: &[SeatCount]) -> Seat {
    let count = counts.iter().find(|count| count.account == account.id);
    Seat {
        presence: account.presence,
        participates: account.participates,
        weight: account.weight,
        disabled: account.disabled,
        today: count.map_or(0, |count| count.today),
        last: count.and_then(|count| count.last),
        ..Seat::new(account.id)
    }
}
