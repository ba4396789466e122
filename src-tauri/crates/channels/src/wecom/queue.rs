//! What waits for one robot or one application, in order: a state to store and load, without a clock of its own.
//!
//! The caller asks [`Queue::next`], stores the queue, hands the parcel over, and tells [`Queue::settle`] what came of
//! it. Every notice that was pushed is at any time exactly one of: waiting, under way, or told as [`Settled`].

use super::compose::{Item, Message, Wording, alone, several};
use super::limits::Limits;
use super::notice::{Notice, To};
use super::pace::Pace;
use crate::breaker::{Breaker, Health, Trouble};
use domain::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Waiting {
    /// Its place in the order; kept when it comes back from a failed call.
    pub(super) place: u64,
    pub(super) notice: Notice,
    pub(super) since: Timestamp,
    /// How often an answer said nothing that is known.
    pub(super) odd: u32,
    /// How often nobody knew whether it arrived.
    pub(super) unsure: u32,
    /// Sent alone, because a message of several was refused for its content.
    pub(super) alone: bool,
}

/// The message that is under way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Flight {
    pub(super) number: u64,
    pub(super) to: To,
    pub(super) items: Vec<Waiting>,
    /// How many of the items the message shows; it speaks of the others by their number.
    pub(super) shown: usize,
}

/// The queue of one robot or one application.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Queue {
    pub(super) waiting: VecDeque<Waiting>,
    pub(super) flight: Option<Flight>,
    pub(super) pace: Pace,
    pub(super) breaker: Breaker,
    places: u64,
    parcels: u64,
}

/// One message to hand over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parcel {
    /// Names it to [`Queue::settle`].
    pub number: u64,
    /// Who reads it.
    pub to: To,
    /// What they read.
    pub message: Message,
}

/// What to do now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Store the queue, hand this over, tell [`Queue::settle`].
    Send(Parcel),
    /// Nothing may go out before this; ask again then, or when something is pushed.
    Wait(Timestamp),
    /// A parcel is under way.
    Busy,
    /// Nothing waits.
    Idle,
    /// The owner must act; [`Queue::health`] says why.
    Stopped,
}

/// How the queue stands, for a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// How many notices wait or are under way.
    pub waiting: usize,
    /// Since when the oldest of them does.
    pub oldest: Option<Timestamp>,
    /// How the way out is.
    pub health: Health,
}

impl Queue {
    /// Puts a notice at the end. False if one with its id waits or is under way already.
    pub fn push(&mut self, notice: Notice, now: Timestamp) -> bool {
        let under_way = self.flight.iter().flat_map(|flight| &flight.items);
        if self.waiting.iter().chain(under_way).any(|known| known.notice.id == notice.id) {
            return false;
        }
        self.places += 1;
        self.waiting.push_back(Waiting {
            place: self.places,
            notice: notice.bounded(),
            since: now,
            odd: 0,
            unsure: 0,
            alone: false,
        });
        true
    }

    /// What to do now. While there is room for every notice, each is a message of its own; else those for the same
    /// readers are merged, and the order is kept for every reader.
    pub fn next(&mut self, limits: &Limits, words: &Wording, now: Timestamp) -> Step {
        if self.flight.is_some() {
            return Step::Busy;
        }
        if self.waiting.is_empty() {
            return Step::Idle;
        }
        if self.breaker.is_stopped() {
            return Step::Stopped;
        }
        if let Some(until) = self.breaker.until(now) {
            return Step::Wait(until);
        }
        self.pace.tidy(limits, now);
        if self.pace.room(limits, now) == 0 {
            return Step::Wait(self.pace.room_at(limits, now));
        }
        match self.first_with_room(limits, now) {
            Ok(first) => Step::Send(self.take(first, limits, words, now)),
            Err(until) => Step::Wait(until),
        }
    }

    /// The first notice whose readers may get one more, without passing an earlier one that somebody of them waits for;
    /// else when to ask again.
    fn first_with_room(&self, limits: &Limits, now: Timestamp) -> Result<usize, Timestamp> {
        let mut blocked: Vec<&To> = Vec::new();
        let mut soonest: Option<Timestamp> = None;
        for (index, waiting) in self.waiting.iter().enumerate() {
            let to = &waiting.notice.to;
            if blocked.iter().any(|earlier| earlier.overlaps(to)) {
                if !blocked.contains(&to) {
                    blocked.push(to);
                }
                continue;
            }
            if self.pace.room_for(to, limits, now) > 0 {
                return Ok(index);
            }
            let at = self.pace.room_for_at(to, limits, now);
            soonest = Some(soonest.map_or(at, |soonest| soonest.min(at)));
            blocked.push(to);
        }
        Err(soonest.unwrap_or(now))
    }

    /// Makes a parcel of the notice at `first` and of those that may travel with it.
    fn take(&mut self, first: usize, limits: &Limits, words: &Wording, now: Timestamp) -> Parcel {
        let group = self.group(first);
        let to = self.waiting[first].notice.to.clone();
        let room = self.pace.room(limits, now);
        let roomy = self.waiting.len() <= room && group.len() <= self.pace.room_for(&to, limits, now);
        let items: Vec<Item<'_>> = group.iter().map(|index| self.item(*index)).collect();
        let (message, shown, covered) = if items.len() == 1 || roomy {
            (alone(self.item(first), limits, words), 1, 1)
        } else {
            let count_rest = items.len() > limits.count_above;
            let (message, shown) = several(&items, count_rest, limits, words);
            let covered = if count_rest { items.len() } else { shown };
            // Of several, only the first had room: alone it has more.
            if covered == 1 {
                (alone(self.item(first), limits, words), 1, 1)
            } else {
                (message, shown, covered)
            }
        };
        let mut taken = Vec::with_capacity(covered);
        for index in group.into_iter().take(covered).rev() {
            taken.extend(self.waiting.remove(index));
        }
        taken.reverse();
        self.parcels += 1;
        self.pace.begin(&to, now);
        self.flight = Some(Flight { number: self.parcels, to: to.clone(), items: taken, shown });
        Parcel { number: self.parcels, to, message }
    }

    fn item(&self, index: usize) -> Item<'_> {
        let waiting = &self.waiting[index];
        Item { notice: &waiting.notice, unsure: waiting.unsure }
    }

    /// The places of the notice at `first` and of the later ones with the same readers, up to one that some of them
    /// read together with others, or that is sent alone.
    fn group(&self, first: usize) -> Vec<usize> {
        let head = &self.waiting[first];
        let mut group = vec![first];
        if head.alone {
            return group;
        }
        for (index, waiting) in self.waiting.iter().enumerate().skip(first + 1) {
            if waiting.notice.to == head.notice.to && !waiting.alone {
                group.push(index);
            } else if waiting.notice.to.overlaps(&head.notice.to) {
                break;
            }
        }
        group
    }

    /// Puts notices back where they were in the order.
    pub(super) fn put_back(&mut self, items: Vec<Waiting>) {
        self.waiting.extend(items);
        self.waiting.make_contiguous().sort_by_key(|waiting| waiting.place);
    }

    /// Takes back every notice that `about` picks by its id, and gives their ids. None, and nothing taken back, if one of them
    /// is under way.
    pub fn withdraw(&mut self, about: impl Fn(&str) -> bool) -> Option<Vec<String>> {
        let mut under_way = self.flight.iter().flat_map(|flight| &flight.items);
        if under_way.any(|item| about(&item.notice.id)) {
            return None;
        }
        let waiting = std::mem::take(&mut self.waiting);
        let (gone, stay): (VecDeque<_>, VecDeque<_>) =
            waiting.into_iter().partition(|waiting| about(&waiting.notice.id));
        self.waiting = stay;
        Some(gone.into_iter().map(|waiting| waiting.notice.id).collect())
    }

    /// The owner has acted: what waits may go out again.
    pub fn resume(&mut self) {
        self.breaker.success();
    }

    /// How the way out is.
    #[must_use]
    pub fn health(&self, limits: &Limits) -> Health {
        self.breaker.health(limits.breaker)
    }

    /// How the queue stands.
    #[must_use]
    pub fn standing(&self, limits: &Limits) -> Standing {
        let under_way = self.flight.iter().flat_map(|flight| &flight.items);
        let all: Vec<&Waiting> = self.waiting.iter().chain(under_way).collect();
        Standing {
            waiting: all.len(),
            oldest: all.iter().map(|waiting| waiting.since).min(),
            health: self.health(limits),
        }
    }

    pub(super) fn trouble(code: &str, detail: &str) -> Trouble {
        Trouble { code: code.to_owned(), detail: detail.to_owned() }
    }
}
