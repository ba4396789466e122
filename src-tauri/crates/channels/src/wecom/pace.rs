//! How many messages went out lately: never more than the platform takes in any span of time.

use super::limits::{Limits, Rate};
use super::notice::To;
use domain::Timestamp;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// When messages went out. Each counts from the end of its call: whenever the platform took it, it was not later.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Track(Vec<Timestamp>);

impl Track {
    /// How many went out within the span of `rate` before `now`.
    fn lately(&self, rate: Rate, now: Timestamp) -> usize {
        self.0.iter().filter(|at| ends(**at, rate) > now).count()
    }

    /// When the first of them no longer counts, if that makes room.
    fn room_at(&self, rate: Rate, now: Timestamp) -> Timestamp {
        let counted: Vec<Timestamp> = self.0.iter().copied().filter(|at| ends(*at, rate) > now).collect();
        let over = (counted.len() + 1).saturating_sub(rate.messages);
        over.checked_sub(1).and_then(|last| counted.get(last)).map_or(now, |at| ends(*at, rate))
    }

    /// Forgets what no rate counts any more. A clock that was put back must not stop everything until it is there
    /// again: what lies in the future counts from now.
    fn tidy(&mut self, longest_s: i64, now: Timestamp) {
        for at in &mut self.0 {
            *at = (*at).min(now);
        }
        let longest = Rate { messages: 0, within_s: longest_s };
        self.0.retain(|at| ends(*at, longest) > now);
    }
}

fn ends(at: Timestamp, rate: Rate) -> Timestamp {
    at.checked_add(SignedDuration::from_secs(rate.within_s)).unwrap_or(Timestamp::MAX)
}

/// When messages went out, together and to each reader.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Pace {
    all: Track,
    members: BTreeMap<String, Track>,
    everybody: Track,
}

impl Pace {
    pub(super) fn tidy(&mut self, limits: &Limits, now: Timestamp) {
        let longest = |rates: &[Rate]| rates.iter().map(|rate| rate.within_s).max().unwrap_or(0);
        let each = longest(&limits.each_reader);
        self.all.tidy(longest(&limits.pace), now);
        self.everybody.tidy(each, now);
        for track in self.members.values_mut() {
            track.tidy(each, now);
        }
        self.members.retain(|_, track| !track.0.is_empty());
    }

    /// A message leaves now.
    pub(super) fn begin(&mut self, to: &To, now: Timestamp) {
        self.each(to, |track| track.0.push(now));
    }

    /// The call of the message that left last is over.
    pub(super) fn end(&mut self, to: &To, now: Timestamp) {
        self.each(to, |track| {
            if let Some(last) = track.0.last_mut() {
                *last = now;
            }
        });
    }

    fn each(&mut self, to: &To, mut change: impl FnMut(&mut Track)) {
        change(&mut self.all);
        match to {
            To::Everybody => change(&mut self.everybody),
            To::Members(members) => {
                for id in members.ids() {
                    change(self.members.entry(id.to_owned()).or_default());
                }
            }
        }
    }

    /// How many messages may leave now, whoever reads them.
    pub(super) fn room(&self, limits: &Limits, now: Timestamp) -> usize {
        let left = |rate: &Rate| rate.messages.saturating_sub(self.all.lately(*rate, now));
        limits.pace.iter().map(left).min().unwrap_or(usize::MAX)
    }

    /// When the next one may leave.
    pub(super) fn room_at(&self, limits: &Limits, now: Timestamp) -> Timestamp {
        limits.pace.iter().map(|rate| self.all.room_at(*rate, now)).max().unwrap_or(now)
    }

    /// How many messages these readers may get now.
    pub(super) fn room_for(&self, to: &To, limits: &Limits, now: Timestamp) -> usize {
        limits.each_reader.iter().map(|rate| self.left(to, *rate, now)).min().unwrap_or(usize::MAX)
    }

    /// When these readers may get the next one. A first guess for members who also heard what everybody did: asked
    /// again then, it moves on.
    pub(super) fn room_for_at(&self, to: &To, limits: &Limits, now: Timestamp) -> Timestamp {
        let first_to_end = |rate: &Rate| {
            let tracks = self.tracks(to).into_iter().chain([&self.everybody]);
            tracks.filter_map(|track| track.0.iter().map(|at| ends(*at, *rate)).find(|end| *end > now)).min()
        };
        let full = limits.each_reader.iter().filter(|rate| self.left(to, **rate, now) == 0);
        full.filter_map(first_to_end).max().unwrap_or(now)
    }

    /// What is left of `rate` for the one of these readers who had most.
    fn left(&self, to: &To, rate: Rate, now: Timestamp) -> usize {
        let most = self.tracks(to).into_iter().map(|track| track.lately(rate, now)).max().unwrap_or(0);
        rate.messages.saturating_sub(most + self.everybody.lately(rate, now))
    }

    fn tracks(&self, to: &To) -> Vec<&Track> {
        match to {
            To::Everybody => self.members.values().collect(),
            To::Members(members) => members.ids().filter_map(|id| self.members.get(id)).collect(),
        }
    }
}
