use super::HolidayYear;
use super::import::{check, join};
use crate::RulesError;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// Words in a summary that make an event a working day.
const WORK_WORDS: [&str; 6] = ["补班", "調班", "上班", "（班）", "(班)", "workday"];

#[derive(Default)]
struct Event {
    line: usize,
    start: Option<Date>,
    end: Option<Date>,
    summary: String,
    work: bool,
}

/// Reads holiday years from an ICS calendar of whole-day events. An event is a make-up working day if its summary
/// says so (补班, 上班, workday) or it carries `X-APPLE-SPECIAL-DAY:ALTERNATE-WORKDAY`; else it is a holiday.
/// `today` is the date of the import.
///
/// # Errors
/// [`RulesError::Ics`] with the line: an event without a date, a date that is none, a repeating event (a holiday that
/// moves must never be guessed), or a file without events. [`RulesError::Holidays`] if the days contradict each other.
pub fn parse_ics(text: &str, today: Date) -> Result<Vec<HolidayYear>, RulesError> {
    let mut holidays: BTreeMap<Date, String> = BTreeMap::new();
    let mut working: BTreeSet<Date> = BTreeSet::new();
    let mut event: Option<Event> = None;
    for (line, content) in unfold(text) {
        let (name, value) = content.split_once(':').unwrap_or((content.as_str(), ""));
        let name = name.split(';').next().unwrap_or(name).to_ascii_uppercase();
        match (name.as_str(), event.as_mut()) {
            ("BEGIN", _) if value.eq_ignore_ascii_case("VEVENT") => {
                event = Some(Event { line, ..Event::default() });
            }
            ("END", Some(_)) if value.eq_ignore_ascii_case("VEVENT") => {
                if let Some(done) = event.take() {
                    take(done, &mut holidays, &mut working)?;
                }
            }
            ("DTSTART", Some(event)) => event.start = Some(date(value, line)?),
            ("DTEND", Some(event)) => event.end = Some(date(value, line)?),
            ("SUMMARY", Some(event)) => value.clone_into(&mut event.summary),
            ("X-APPLE-SPECIAL-DAY", Some(event)) => event.work |= value.contains("WORKDAY"),
            ("RRULE" | "RDATE", Some(_)) => {
                return wrong(line, "a repeating event: holidays move each year and are never guessed");
            }
            _ => {}
        }
    }
    years(holidays, &working, today)
}

fn take(
    event: Event,
    holidays: &mut BTreeMap<Date, String>,
    working: &mut BTreeSet<Date>,
) -> Result<(), RulesError> {
    let Some(start) = event.start else { return wrong(event.line, "an event without DTSTART") };
    let end = match event.end {
        Some(end) if end < start => return wrong(event.line, "an event that ends before it starts"),
        // RFC 5545: the end of a whole-day event is the day after it; some programs write the same day.
        Some(end) if end > start => end,
        _ => start.tomorrow().unwrap_or(start),
    };
    let summary = event.summary.to_lowercase();
    let work = event.work || WORK_WORDS.iter().any(|word| summary.contains(word));
    let days = std::iter::successors(Some(start), |day| day.tomorrow().ok()).take_while(|day| *day < end);
    for day in days {
        if work {
            working.insert(day);
        } else {
            holidays.insert(day, event.summary.clone());
        }
    }
    Ok(())
}

fn years(
    mut holidays: BTreeMap<Date, String>,
    working: &BTreeSet<Date>,
    today: Date,
) -> Result<Vec<HolidayYear>, RulesError> {
    holidays.retain(|day, _| !working.contains(day));
    let all: BTreeSet<Date> = holidays.keys().chain(working).copied().collect();
    let numbers: BTreeSet<i16> = all.iter().map(|day| notice_of(*day, &all)).collect();
    if numbers.is_empty() {
        return wrong(1, "there is no event in it");
    }
    let mut years = Vec::new();
    for year in numbers {
        let days = holidays.iter().filter(|(day, _)| notice_of(**day, &all) == year);
        let year = HolidayYear {
            year,
            source: "imported (ICS)".to_owned(),
            date: today,
            holidays: join(days.map(|(day, name)| (*day, name.clone())).collect()),
            working: working.iter().copied().filter(|day| notice_of(*day, &all) == year).collect(),
        };
        check(&year)?;
        years.push(year);
    }
    Ok(years)
}

/// The year in whose notice a day is: its own, unless the file has nothing of that but its December and goes on into the
/// next. A year that is imported replaces the one that was known: a New Year's Eve must not stand for all of it.
fn notice_of(day: Date, all: &BTreeSet<Date>) -> i16 {
    let year = day.year();
    let only_december = all.iter().filter(|other| other.year() == year).all(|other| other.month() == 12);
    let goes_on = all.iter().any(|other| other.year() == year + 1);
    if only_december && goes_on { year + 1 } else { year }
}

fn wrong<T>(line: usize, detail: &str) -> Result<T, RulesError> {
    Err(RulesError::Ics { line, detail: detail.to_owned() })
}

/// The date part of `20260101` or `20260101T000000`.
fn date(value: &str, line: usize) -> Result<Date, RulesError> {
    let digits = value.trim().get(..8).filter(|d| d.bytes().all(|b| b.is_ascii_digit()));
    let parsed = digits.and_then(|d| {
        let (year, month, day) = (d[..4].parse().ok()?, d[4..6].parse().ok()?, d[6..].parse().ok()?);
        Date::new(year, month, day).ok()
    });
    parsed.map_or_else(|| wrong(line, &format!("{value:?} is not a date")), Ok)
}

/// Joins folded lines; each keeps the number of its first part.
fn unfold(text: &str) -> Vec<(usize, String)> {
    let mut lines: Vec<(usize, String)> = Vec::new();
    for (index, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        match (line.strip_prefix([' ', '\t']), lines.last_mut()) {
            (Some(rest), Some((_, last))) => last.push_str(rest),
            _ => lines.push((index + 1, line.to_owned())),
        }
    }
    lines
}
