//! Lists that can only be asked by a span of time (orders, returns).
//!
//! The position is a point on the platform's time line, not a span before now: every instant after it is asked for, also
//! after weeks offline, in steps that the platform allows. A step ends a little before now, because a change may become
//! visible late, and the overlap is told by what was seen in it.
//!
//! What changes while the pages of its step are read leaves the step, and everything behind it moves up: the first of a
//! later page is then on the page before, which was read already. So the pages are read again until they bring nothing new.

use domain::Timestamp;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The longest span the platform takes, with an hour to spare.
const STEP_S: i64 = 15 * 86_400 - 3_600;
/// How far this computer's clock may be ahead: beyond that the platform refuses every call.
const AHEAD_S: i64 = 300;
/// How long a change may take to show, with a clock that is ahead.
const LATE_S: i64 = AHEAD_S + 300;

/// The step under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Window {
    /// Seconds; everything before is done.
    pub(crate) from: i64,
    /// The end of the step under way; none between steps.
    to: Option<i64>,
    /// The platform's page or cursor within the step.
    pub(crate) page: String,
    /// What was seen and may show again: id → time of its state.
    seen: BTreeMap<String, i64>,
    /// The pages of this step are read again.
    again: bool,
    /// This reading of them brought something new.
    news: bool,
}

impl Window {
    /// Reads a stored position; the first time it starts at `start`.
    pub(crate) fn resume(stored: Option<&String>, start: Timestamp) -> Self {
        stored.and_then(|s| Self::parse(s)).unwrap_or_else(|| Self {
            from: start.as_second(),
            to: None,
            page: String::new(),
            seen: BTreeMap::new(),
            again: false,
            news: false,
        })
    }

    fn parse(stored: &str) -> Option<Self> {
        let value: Value = serde_json::from_str(stored).ok()?;
        let seen = value["seen"].as_object()?;
        Some(Self {
            from: value["from"].as_i64()?,
            to: value["to"].as_i64(),
            page: value["page"].as_str()?.to_owned(),
            seen: seen.iter().filter_map(|(id, at)| Some((id.clone(), at.as_i64()?))).collect(),
            again: value["again"].as_bool().unwrap_or(false),
            news: value["news"].as_bool().unwrap_or(false),
        })
    }

    pub(crate) fn stored(&self) -> String {
        let Self { from, to, page, seen, again, news } = self;
        json!({ "from": from, "to": to, "page": page, "seen": seen, "again": again, "news": news })
            .to_string()
    }

    /// The end of this step, fixed when the step starts so that its pages stay the same.
    pub(crate) fn end(&mut self, now: Timestamp) -> i64 {
        let latest = now.as_second().max(self.from);
        *self.to.get_or_insert(latest.min(self.from.saturating_add(STEP_S)))
    }

    /// Whether this state of `id` is new; remembers it.
    pub(crate) fn is_new(&mut self, id: &str, updated_s: i64) -> bool {
        let new = self.seen.insert(id.to_owned(), updated_s).is_none_or(|before| before < updated_s);
        self.news |= new;
        new
    }

    /// Whether `id` was read in this step already, and is on its pages only because they are read again. What was seen in
    /// the overlap with the step before may have changed since.
    pub(crate) fn is_read(&self, id: &str) -> bool {
        self.again && self.seen.get(id).is_some_and(|at| *at > self.from.saturating_add(LATE_S))
    }

    /// Forgets one that could not be taken in after all.
    pub(crate) fn forget(&mut self, id: &str) {
        self.seen.remove(id);
    }

    /// Ends a page. Returns whether there is more to ask for at once.
    pub(crate) fn advance(&mut self, next: Option<String>, now: Timestamp) -> bool {
        if let Some(page) = next {
            self.page = page;
            return true;
        }
        if !self.page.is_empty() && std::mem::take(&mut self.news) {
            self.page.clear();
            self.again = true;
            return true;
        }
        let end = self.end(now);
        let caught_up = end >= now.as_second();
        self.from = if caught_up { (end - LATE_S).max(self.from) } else { end };
        let from = self.from;
        self.seen.retain(|_, at| *at >= from);
        self.to = None;
        self.page = String::new();
        (self.again, self.news) = (false, false);
        !caught_up
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    proptest! {
        #[test]
        fn steps_leave_no_instant_out(offline_days in 0_i64..200) {
            let start = 1_700_000_000;
            let now = at(start + offline_days * 86_400);
            let mut window = Window::resume(None, at(start));
            let mut covered = start;
            for _ in 0..40 {
                let (from, end) = (window.from, window.end(now));
                prop_assert!(from <= covered, "a step starts where the one before ended");
                prop_assert!(end - from <= 15 * 86_400, "the platform refuses longer spans");
                covered = covered.max(end);
                if !window.advance(None, now) {
                    break;
                }
                window = Window::resume(Some(&window.stored()), at(0));
            }
            prop_assert_eq!(covered, now.as_second(), "all of it is asked for");
        }
    }

    #[test]
    fn a_clock_that_is_ahead_passes_no_change_that_shows_late() {
        let platform = 1_700_001_000;
        let ours = at(platform + AHEAD_S);
        let mut window = Window::resume(None, at(1_700_000_000));
        window.end(ours);
        window.advance(None, ours);
        assert!(
            window.from <= platform - 300,
            "what shows within five minutes is asked for: {}",
            window.from
        );
    }

    #[test]
    fn a_state_seen_in_the_overlap_is_not_news_again() {
        let mut window = Window::resume(None, at(1_700_000_000));
        let now = at(1_700_001_000);
        window.end(now);
        assert!(window.is_new("r", 1_700_000_900), "first time");
        window.advance(None, now);
        let mut window = Window::resume(Some(&window.stored()), at(0));
        assert!(!window.is_new("r", 1_700_000_900), "the same state");
        assert!(window.is_new("r", 1_700_000_950), "a newer state");
    }
}
