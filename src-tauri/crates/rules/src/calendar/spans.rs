use super::{Calendar, WorkingReason};
use crate::time::plus;
use domain::{BEIJING, Timestamp, beijing};
use jiff::civil::{Date, Time};
use serde::{Deserialize, Serialize};

const DAY_S: i64 = 86_400;

/// A stretch without working time, as the tide line shades it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NonWorking {
    /// Its start, inclusive.
    pub from: Timestamp,
    /// Its end, exclusive.
    pub to: Timestamp,
    /// Why nobody works.
    pub reason: WorkingReason,
    /// The year, if its holidays are not known.
    pub unpublished: Option<i16>,
}

impl Calendar {
    /// Everything in `[from, to)` that is not working time, in order; each day's stretches apart, because their
    /// reasons differ.
    #[must_use]
    pub fn non_working_spans(&self, from: Timestamp, to: Timestamp) -> Vec<NonWorking> {
        let mut spans = Vec::new();
        let mut date = beijing(from).date();
        while let Some(midnight) = midnight(date).filter(|midnight| *midnight < to) {
            for (start, end) in self.gaps(date) {
                let span = (plus(midnight, start).max(from), plus(midnight, end).min(to));
                if span.0 < span.1 {
                    let unpublished = (!self.is_published(date)).then(|| date.year());
                    let reason = self.off_reason(date);
                    spans.push(NonWorking { from: span.0, to: span.1, reason, unpublished });
                }
            }
            let Ok(next) = date.tomorrow() else { break };
            date = next;
        }
        spans
    }

    /// Seconds of the day that no interval covers.
    fn gaps(&self, date: Date) -> Vec<(i64, i64)> {
        let mut intervals = self.intervals(date).to_vec();
        intervals.sort_unstable();
        let mut gaps = Vec::new();
        let mut covered = 0;
        for interval in intervals {
            if interval.from_s() > covered {
                gaps.push((covered, interval.from_s()));
            }
            covered = covered.max(interval.to_s());
        }
        if covered < DAY_S {
            gaps.push((covered, DAY_S));
        }
        gaps
    }
}

fn midnight(date: Date) -> Option<Timestamp> {
    BEIJING.to_timestamp(date.to_datetime(Time::midnight())).ok()
}
