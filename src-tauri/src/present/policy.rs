//! The policy as the settings show it, and what they send back.

use crate::wire::{HolidayYearDto, PolicyEntryDto, PolicyPage, PolicyValueDto, UiError};
use domain::Stage;
use engine::Engine;
use rules::calendar::{Calendar, HolidayYear, Interval, WorkingHours};
use rules::policy::{PolicyEntry, PolicyValue, Scale};
use std::collections::BTreeSet;

pub(crate) async fn policy(engine: &Engine) -> Result<PolicyPage, UiError> {
    let entries = engine.policy_entries().await?;
    let own: BTreeSet<i16> = engine.imported_years().await?.iter().map(|year| year.year).collect();
    let calendar: Calendar = engine.rules().await.1;
    Ok(PolicyPage {
        entries: entries.iter().map(entry).collect(),
        years: calendar.years().map(|known| year(known, own.contains(&known.year))).collect(),
        valid_through: calendar.valid_through().map(|date| date.to_string()),
    })
}

fn entry(entry: &PolicyEntry) -> PolicyEntryDto {
    PolicyEntryDto {
        path: entry.path.clone(),
        value: shown(&entry.path, &entry.value),
        shipped: shown(&entry.path, &entry.shipped),
        source: entry.source.clone(),
        date: entry.date.to_string(),
        changed: entry.is_changed(),
    }
}

fn year(year: &HolidayYear, imported: bool) -> HolidayYearDto {
    let days_off = year.holidays.iter().map(|holiday| holiday.dates().count()).sum::<usize>();
    HolidayYearDto {
        year: year.year,
        source: year.source.clone(),
        date: year.date.to_string(),
        days_off: u32::try_from(days_off).unwrap_or(u32::MAX),
        make_up_days: u32::try_from(year.working.len()).unwrap_or(u32::MAX),
        imported,
    }
}

/// A policy holds nothing longer than a year, which is far below what 32 bits hold.
fn small(number: i64) -> i32 {
    i32::try_from(number).unwrap_or(if number < 0 { i32::MIN } else { i32::MAX })
}

fn shown(path: &str, value: &PolicyValue) -> PolicyValueDto {
    let stages = |stages: &[Stage]| stages.iter().map(|stage| small(stage.0)).collect();
    let words = |day: &Vec<Interval>| day.iter().map(ToString::to_string).collect();
    match value {
        PolicyValue::Switch(on) => PolicyValueDto::Switch(*on),
        PolicyValue::Number(number) if path.ends_with("_s") => PolicyValueDto::Seconds(small(*number)),
        PolicyValue::Number(number) if path.ends_with("_percent") => PolicyValueDto::Percent(small(*number)),
        PolicyValue::Number(number) => PolicyValueDto::Count(small(*number)),
        PolicyValue::Week(hours) => {
            PolicyValueDto::Week(hours.week.iter().chain([&hours.make_up]).map(words).collect())
        }
        PolicyValue::Pattern(scale) => PolicyValueDto::Pattern(small(scale.length_s), stages(&scale.stages)),
        PolicyValue::Stages(all) => PolicyValueDto::Stages(stages(all)),
        PolicyValue::Spans(spans) => PolicyValueDto::Spans(spans.iter().map(|span| (*span).into()).collect()),
    }
}

/// What was typed as the rules know it.
///
/// # Errors
/// [`UiError::invalid`] with the span that is none.
pub(crate) fn typed(value: PolicyValueDto) -> Result<PolicyValue, UiError> {
    let stages = |all: Vec<i32>| all.into_iter().map(|seconds| Stage(seconds.into())).collect();
    Ok(match value {
        PolicyValueDto::Switch(on) => PolicyValue::Switch(on),
        PolicyValueDto::Seconds(number) | PolicyValueDto::Count(number) | PolicyValueDto::Percent(number) => {
            PolicyValue::Number(number.into())
        }
        PolicyValueDto::Week(days) => PolicyValue::Week(week(days)?),
        PolicyValueDto::Pattern(length, all) => {
            PolicyValue::Pattern(Scale { length_s: length.into(), stages: stages(all) })
        }
        PolicyValueDto::Stages(all) => PolicyValue::Stages(stages(all)),
        PolicyValueDto::Spans(spans) => {
            let spans = spans.iter().map(|span| span.parse()).collect::<Result<_, rules::RulesError>>();
            PolicyValue::Spans(spans?)
        }
    })
}

fn week(days: Vec<Vec<String>>) -> Result<WorkingHours, UiError> {
    let mut read = Vec::with_capacity(days.len());
    for day in days {
        let mut intervals: Vec<Interval> = Vec::with_capacity(day.len());
        for text in &day {
            intervals.push(text.parse()?);
        }
        intervals.sort();
        read.push(intervals);
    }
    let make_up = read.pop().unwrap_or_default();
    let week = read.try_into().map_err(|_| UiError::invalid("a week has seven days"))?;
    Ok(WorkingHours { week, make_up })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_that_is_shown_can_be_sent_back() {
        for entry in rules::policy::entries("{}").unwrap() {
            let back = typed(shown(&entry.path, &entry.value)).unwrap();
            assert_eq!(back, entry.value, "{} is not changed by being shown", entry.path);
        }
    }

    #[test]
    fn a_span_that_is_none_is_named() {
        let refused = typed(PolicyValueDto::Spans(vec!["25:00-26:00".into()])).unwrap_err();
        assert!(refused.detail.contains("25:00-26:00"), "the person sees which one: {}", refused.detail);
        assert!(typed(PolicyValueDto::Week(vec![vec![]; 3])).is_err(), "three days are no week");
    }
}
