//! Working time: the plain week, the State Council's holidays and make-up days, and how far they are known
//! (`docs/RULES.md` §3).

mod ics;
mod import;
mod interval;
mod spans;

pub use ics::parse_ics;
pub use import::{Holiday, HolidayYear, parse_json, parse_years};
pub use interval::{Interval, WorkingHours};
pub(crate) use interval::{parse_clock, write_clock};
pub use spans::NonWorking;

use crate::policy::Policy;
use crate::time::second_of_day;
use domain::{Timestamp, beijing};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

const SHIPPED: [&str; 2] =
    [include_str!("../../data/holidays-2025.json"), include_str!("../../data/holidays-2026.json")];

/// What a notice makes of one day.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Special {
    Holiday(String),
    MakeUp,
}

/// The working calendar of a team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Stored", into = "Stored")]
pub struct Calendar {
    hours: WorkingHours,
    years: BTreeMap<i16, HolidayYear>,
    days: BTreeMap<Date, Special>,
}

#[derive(Serialize, Deserialize)]
struct Stored {
    hours: WorkingHours,
    years: Vec<HolidayYear>,
}

impl From<Stored> for Calendar {
    fn from(stored: Stored) -> Self {
        Self::new(stored.hours, stored.years)
    }
}

impl From<Calendar> for Stored {
    fn from(calendar: Calendar) -> Self {
        Self { hours: calendar.hours, years: calendar.years.into_values().collect() }
    }
}

/// Why an instant is or is not working time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", content = "params", rename_all = "snake_case")]
pub enum WorkingReason {
    /// Inside an interval of a plain working day.
    Working {
        /// That interval.
        interval: Interval,
    },
    /// Inside an interval of a make-up day (调休).
    MakeUpDay {
        /// The day.
        date: Date,
        /// That interval.
        interval: Interval,
    },
    /// A day of the week without any interval.
    Weekend {
        /// The day.
        date: Date,
    },
    /// A public holiday.
    Holiday {
        /// The day.
        date: Date,
        /// Its name in the notice.
        name: String,
    },
    /// A working day, outside its intervals.
    OutsideHours {
        /// The day.
        date: Date,
        /// Whether it is a make-up day.
        make_up: bool,
        /// Its intervals.
        intervals: Vec<Interval>,
    },
}

/// Whether an instant is working time, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkingAt {
    /// The answer.
    pub working: bool,
    /// Its reason.
    pub reason: WorkingReason,
    /// The year, if its holidays are not known (未公布): the plain week was taken.
    pub unpublished: Option<i16>,
}

impl Default for Calendar {
    fn default() -> Self {
        Self::shipped(Policy::default().hours.value)
    }
}

impl Calendar {
    /// A calendar from a week and any holiday years; a later year of the same number replaces an earlier one.
    #[must_use]
    pub fn new(hours: WorkingHours, years: impl IntoIterator<Item = HolidayYear>) -> Self {
        let mut calendar = Self { hours, years: BTreeMap::new(), days: BTreeMap::new() };
        for year in years {
            calendar.years.insert(year.year, year);
        }
        calendar.index();
        calendar
    }

    /// The given week with the holiday years that Tidebell ships.
    #[must_use]
    pub fn shipped(hours: WorkingHours) -> Self {
        let years = SHIPPED.map(|text| {
            serde_json::from_str::<HolidayYear>(text).expect("data/holidays-*.json are read by the tests")
        });
        Self::new(hours, years)
    }

    /// The same calendar with imported years added.
    #[must_use]
    pub fn with_years(mut self, years: impl IntoIterator<Item = HolidayYear>) -> Self {
        for year in years {
            self.years.insert(year.year, year);
        }
        self.index();
        self
    }

    fn index(&mut self) {
        self.days.clear();
        for year in self.years.values() {
            for holiday in &year.holidays {
                for date in holiday.dates() {
                    self.days.insert(date, Special::Holiday(holiday.name.clone()));
                }
            }
        }
        // A make-up day is the more exact statement: a notice may move one day out of a span.
        for date in self.years.values().flat_map(|year| &year.working) {
            self.days.insert(*date, Special::MakeUp);
        }
    }

    /// The week it was made with.
    #[must_use]
    pub const fn hours(&self) -> &WorkingHours {
        &self.hours
    }

    /// The years whose holidays are known.
    pub fn years(&self) -> impl Iterator<Item = &HolidayYear> {
        self.years.values()
    }

    /// The last day up to which the holidays are known without a gap; none if no year is.
    #[must_use]
    pub fn valid_through(&self) -> Option<Date> {
        let mut last = *self.years.first_key_value()?.0;
        while let Some(next) = last.checked_add(1).filter(|next| self.years.contains_key(next)) {
            last = next;
        }
        Date::new(last, 12, 31).ok()
    }

    /// Whether the holidays of that day are known.
    #[must_use]
    pub fn is_published(&self, date: Date) -> bool {
        self.years.contains_key(&date.year()) || self.days.contains_key(&date)
    }

    /// Whether `at` is working time.
    #[must_use]
    pub fn is_working(&self, at: Timestamp) -> bool {
        let second = second_of_day(at);
        self.intervals(beijing(at).date()).iter().any(|interval| interval.contains(second))
    }

    /// Whether `at` is working time, and why.
    #[must_use]
    pub fn working_at(&self, at: Timestamp) -> WorkingAt {
        let date = beijing(at).date();
        let second = second_of_day(at);
        let intervals = self.intervals(date);
        let make_up = matches!(self.days.get(&date), Some(Special::MakeUp));
        let hit = intervals.iter().copied().find(|interval| interval.contains(second));
        let reason = match hit {
            Some(interval) if make_up => WorkingReason::MakeUpDay { date, interval },
            Some(interval) => WorkingReason::Working { interval },
            None => self.off_reason(date),
        };
        let unpublished = (!self.is_published(date)).then(|| date.year());
        WorkingAt { working: hit.is_some(), reason, unpublished }
    }

    /// The working intervals of a day; empty on a day off.
    #[must_use]
    pub fn intervals(&self, date: Date) -> &[Interval] {
        match self.days.get(&date) {
            Some(Special::Holiday(_)) => &[],
            Some(Special::MakeUp) => &self.hours.make_up,
            None => {
                let day = usize::try_from(date.weekday().to_monday_zero_offset()).unwrap_or(0);
                self.hours.week.get(day).map_or(&[], Vec::as_slice)
            }
        }
    }

    fn off_reason(&self, date: Date) -> WorkingReason {
        let intervals = self.intervals(date).to_vec();
        match self.days.get(&date) {
            Some(Special::Holiday(name)) => WorkingReason::Holiday { date, name: name.clone() },
            Some(Special::MakeUp) => WorkingReason::OutsideHours { date, make_up: true, intervals },
            None if intervals.is_empty() => WorkingReason::Weekend { date },
            None => WorkingReason::OutsideHours { date, make_up: false, intervals },
        }
    }
}

#[cfg(test)]
mod tests;
