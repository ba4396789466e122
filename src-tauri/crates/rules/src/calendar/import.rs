use crate::RulesError;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Days off in a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holiday {
    /// The first day.
    pub from: Date,
    /// The last day.
    pub to: Date,
    /// Its name in the notice.
    #[serde(default)]
    pub name: String,
}

impl Holiday {
    /// Its days, in order.
    pub fn dates(&self) -> impl Iterator<Item = Date> {
        let to = self.to;
        std::iter::successors(Some(self.from), |date| date.tomorrow().ok())
            .take_while(move |date| *date <= to)
    }
}

/// The holidays of one year, as one notice of the State Council gives them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HolidayYear {
    /// The year.
    pub year: i16,
    /// Where it was published.
    pub source: String,
    /// When it was published or imported.
    pub date: Date,
    /// Days off.
    pub holidays: Vec<Holiday>,
    /// Saturdays and Sundays that are working days (调休).
    #[serde(default)]
    pub working: Vec<Date>,
}

/// The shape in which open holiday lists are passed around: one entry per day.
#[derive(Deserialize)]
struct DayList {
    year: i16,
    #[serde(default)]
    papers: Vec<String>,
    days: Vec<ListedDay>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ListedDay {
    #[serde(default)]
    name: String,
    date: Date,
    is_off_day: bool,
}

/// Reads holiday years from a file that somebody picked: JSON ([`parse_json`]) or ICS ([`super::parse_ics`]).
///
/// # Errors
/// As those two.
pub fn parse_years(text: &str, today: Date) -> Result<Vec<HolidayYear>, RulesError> {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    if text.to_ascii_uppercase().starts_with("BEGIN:VCALENDAR") {
        super::parse_ics(text, today)
    } else {
        parse_json(text, today)
    }
}

/// Reads holiday years from JSON: one year or a list of them, in the shape of `data/holidays-2026.json` or as a day
/// list (`{"year", "days": [{"name", "date", "isOffDay"}]}`). `today` dates an entry that does not date itself.
///
/// # Errors
/// [`RulesError::Holidays`] says what is wrong, in words.
pub fn parse_json(text: &str, today: Date) -> Result<Vec<HolidayYear>, RulesError> {
    let wrong = |e: serde_json::Error| RulesError::Holidays { detail: e.to_string() };
    let value: serde_json::Value =
        serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(wrong)?;
    let items = if let serde_json::Value::Array(items) = value { items } else { vec![value] };
    let mut years = Vec::new();
    for item in items {
        let year = if item.get("days").is_some() {
            from_day_list(serde_json::from_value(item).map_err(wrong)?, today)
        } else {
            serde_json::from_value(item).map_err(wrong)?
        };
        check(&year)?;
        years.push(year);
    }
    if years.is_empty() {
        return Err(RulesError::Holidays { detail: "there is no year in it".to_owned() });
    }
    Ok(years)
}

fn from_day_list(list: DayList, today: Date) -> HolidayYear {
    let off = list.days.iter().filter(|day| day.is_off_day).map(|day| (day.date, day.name.clone()));
    let working = list.days.iter().filter(|day| !day.is_off_day).map(|day| day.date).collect();
    let source = list.papers.join(" ");
    let source = if source.is_empty() { "imported".to_owned() } else { source };
    HolidayYear { year: list.year, source, date: today, holidays: join(off.collect()), working }
}

/// Joins neighbouring days of one name.
pub(super) fn join(days: BTreeMap<Date, String>) -> Vec<Holiday> {
    let mut holidays: Vec<Holiday> = Vec::new();
    for (date, name) in days {
        match holidays.last_mut() {
            Some(last) if last.name == name && last.to.tomorrow().is_ok_and(|next| next == date) => {
                last.to = date;
            }
            _ => holidays.push(Holiday { from: date, to: date, name }),
        }
    }
    holidays
}

/// A typing error in a span must not turn half a year into holidays, and a day cannot be both.
pub(super) fn check(year: &HolidayYear) -> Result<(), RulesError> {
    let wrong = |detail: String| Err(RulesError::Holidays { detail });
    for holiday in &year.holidays {
        if holiday.to < holiday.from {
            return wrong(format!(
                "{} ends on {}, before it starts on {}",
                holiday.name, holiday.to, holiday.from
            ));
        }
        if holiday.dates().nth(MAX_RUN).is_some() {
            return wrong(format!("{} from {} is longer than {MAX_RUN} days", holiday.name, holiday.from));
        }
        // A notice may begin at the end of the year before.
        let eve = holiday.to.month() == 12 && holiday.to.year() + 1 == year.year;
        if holiday.from.year() != year.year && holiday.to.year() != year.year && !eve {
            return wrong(format!("{} on {} is not in {}", holiday.name, holiday.from, year.year));
        }
        if let Some(day) = year.working.iter().find(|day| (holiday.from..=holiday.to).contains(*day)) {
            return wrong(format!("{day} is both a holiday and a working day"));
        }
    }
    Ok(())
}

/// No notice has ever given more days in a row than about two weeks.
const MAX_RUN: usize = 31;
