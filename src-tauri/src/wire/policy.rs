//! The numbers of the rules and the holiday years, as the settings show and change them.

use serde::{Deserialize, Serialize};
use specta::Type;

/// One value of the policy in the form in which it is edited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", content = "value", rename_all = "snake_case")]
pub enum PolicyValueDto {
    /// A switch.
    Switch(bool),
    /// A duration in seconds.
    Seconds(i32),
    /// A count.
    Count(i32),
    /// Per cent.
    Percent(i32),
    /// Working intervals (`09:00-22:00`), Monday first, then those of a make-up day.
    Week(Vec<Vec<String>>),
    /// Stages in seconds relative to the deadline, for a deadline of a given length in seconds.
    Pattern(i32, Vec<i32>),
    /// Stages in seconds relative to the deadline.
    Stages(Vec<i32>),
    /// Daily spans, `22:30-07:30`.
    Spans(Vec<String>),
}

/// One value of the policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct PolicyEntryDto {
    /// Its place in the policy, such as `alerts.stages.reply`: the UI has words for it.
    pub path: String,
    /// The value in force.
    pub value: PolicyValueDto,
    /// What Tidebell ships.
    pub shipped: PolicyValueDto,
    /// Who says so, in the words of the policy data; `own` once the team changed it.
    pub source: String,
    /// Since when it is known or was changed (`2026-03-01`).
    pub date: String,
    /// Whether it differs from what Tidebell ships.
    pub changed: bool,
}

/// The holidays of one year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct HolidayYearDto {
    /// The year.
    pub year: i16,
    /// Where it was published.
    pub source: String,
    /// When it was published or imported.
    pub date: String,
    /// Days off, and weekend days that are worked.
    pub days_off: u32,
    /// Saturdays and Sundays that are working days (调休).
    pub make_up_days: u32,
    /// Imported by the team: can be taken back.
    pub imported: bool,
}

/// What the rules page shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct PolicyPage {
    /// Every value.
    pub entries: Vec<PolicyEntryDto>,
    /// The holiday years that are known, in order.
    pub years: Vec<HolidayYearDto>,
    /// The last day of which the holidays are known; after it the plain week is taken (未公布).
    pub valid_through: Option<String>,
}
