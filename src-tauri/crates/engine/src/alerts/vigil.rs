//! What the watch knows of its own wakefulness: when it last looked, and since when it has looked without a break.

use domain::Timestamp;

/// Looks further apart than this mean that the machine slept, the program did not run, or the clock was moved.
const GAP_S: i64 = 60;
/// How often it is written down that the watch lives: a digest may name an instant that much too early after a crash.
const NOTED_EVERY_S: i64 = 300;

/// See the module.
#[derive(Debug, Clone)]
pub(crate) struct Vigil {
    last: Timestamp,
    awake_since: Timestamp,
    missed_since: Option<Timestamp>,
    noted: Option<Timestamp>,
}

impl Vigil {
    /// A watch that begins at `now`; the last run watched until `until`.
    pub(crate) fn new(until: Option<Timestamp>, now: Timestamp) -> Self {
        Self { last: until.unwrap_or(now), awake_since: now, missed_since: None, noted: until }
    }

    /// Whether `now` comes after a gap.
    pub(crate) fn slept(&self, now: Timestamp) -> bool {
        (now.as_second() - self.last.as_second()).abs() > GAP_S
    }

    /// A look at `now`.
    pub(crate) fn beat(&mut self, now: Timestamp) {
        if self.slept(now) {
            self.awake_since = now;
            if now > self.last {
                self.missed_since.get_or_insert(self.last);
            }
        }
        self.last = now;
    }

    /// Since when the watch looks without a break.
    pub(crate) const fn awake_since(&self) -> Timestamp {
        self.awake_since
    }

    /// Since when nothing could ring, if people were not told of it yet.
    pub(crate) const fn missed_since(&self) -> Option<Timestamp> {
        self.missed_since
    }

    /// What was missed has been told, or there was nothing to tell.
    pub(crate) const fn caught_up(&mut self) {
        self.missed_since = None;
    }

    /// Whether it is time to write down that the watch lives.
    pub(crate) fn must_note(&self) -> bool {
        self.noted.is_none_or(|noted| (self.last.as_second() - noted.as_second()).abs() >= NOTED_EVERY_S)
    }

    /// That was written down.
    pub(crate) const fn noted(&mut self) {
        self.noted = Some(self.last);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_772_416_800 + second).unwrap()
    }

    #[test]
    fn a_gap_is_remembered_until_it_was_told() {
        let mut vigil = Vigil::new(None, at(0));
        for second in [5, 10, 70] {
            vigil.beat(at(second));
            assert_eq!(vigil.missed_since(), None, "a minute is no sleep");
        }
        vigil.beat(at(4_000));
        vigil.beat(at(4_005));
        assert_eq!(
            (vigil.missed_since(), vigil.awake_since()),
            (Some(at(70)), at(4_000)),
            "since the last look"
        );
        vigil.caught_up();
        assert_eq!(vigil.missed_since(), None, "it is told once");
    }

    #[test]
    fn a_run_goes_on_where_the_last_one_looked_last() {
        let mut vigil = Vigil::new(Some(at(-30_000)), at(0));
        assert!(vigil.slept(at(0)), "nobody watched meanwhile");
        vigil.beat(at(0));
        assert_eq!(vigil.missed_since(), Some(at(-30_000)), "since the last run");
    }

    #[test]
    fn a_clock_that_is_put_back_begins_a_new_watch_and_misses_nothing() {
        let mut vigil = Vigil::new(None, at(0));
        vigil.beat(at(-86_400));
        assert_eq!((vigil.missed_since(), vigil.awake_since()), (None, at(-86_400)), "no time has passed");
    }

    #[test]
    fn it_is_written_down_every_few_minutes() {
        let mut vigil = Vigil::new(None, at(0));
        assert!(vigil.must_note(), "a fresh file knows nothing");
        vigil.noted();
        vigil.beat(at(299));
        assert!(!vigil.must_note(), "not with every look");
        vigil.beat(at(300));
        assert!(vigil.must_note(), "but after five minutes");
        vigil.noted();
        vigil.beat(at(-90_000));
        assert!(vigil.must_note(), "and when the clock was put back");
    }
}
