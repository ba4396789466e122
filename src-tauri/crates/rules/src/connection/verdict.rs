//! What follows from a test: whether the store is worth connecting, and when its owner is warned.

use super::limits::Limits;
use super::{Cause, Check, Finding, Outcome, Remedy, authorisation};
use domain::{Timestamp, beijing_day_start};
use serde::Serialize;

/// What becomes of a connection by its test.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Nothing failed.
    Fit,
    /// Nothing failed but capabilities, and some of them work or could not be asked: the rest is worth having.
    Partly,
    /// It would not work.
    Unfit,
}

/// Sums a test up: a missing permission switches one capability off, everything else that fails stands in the way. What
/// the way to the platform has no call for is not missing.
#[must_use]
pub fn verdict(lines: &[(Check, Outcome)]) -> Verdict {
    let permission = |check: &Check| matches!(check, Check::Permission(_));
    let failed = |outcome: &Outcome| matches!(outcome, Outcome::Failed(_));
    let no_call = |outcome: &Outcome| matches!(outcome, Outcome::Failed(f) if f.remedy == Remedy::GoWithout);
    let lines: Vec<_> = lines.iter().filter(|(_, outcome)| !no_call(outcome)).collect();
    if lines.iter().any(|(check, outcome)| failed(outcome) && !permission(check)) {
        return Verdict::Unfit;
    }
    let mut permissions = lines.iter().filter(|(check, _)| permission(check)).map(|(_, outcome)| outcome);
    if !lines.iter().any(|(_, outcome)| failed(outcome)) {
        return Verdict::Fit;
    }
    if permissions.all(failed) { Verdict::Unfit } else { Verdict::Partly }
}

/// Whether the owner is to be told today that an authorisation ends soon, and how many whole days are left: from the
/// limit on, once each day of UTC+8. What has ended is no warning any more: then the store falls silent, which is told
/// by itself.
#[must_use]
pub fn ending_soon(
    until: Timestamp,
    told_at: Option<Timestamp>,
    now: Timestamp,
    limits: &Limits,
) -> Option<i64> {
    let told_today = told_at.is_some_and(|told| beijing_day_start(told) == beijing_day_start(now));
    match authorisation(Some(until), now, limits) {
        Outcome::Warned(Finding { cause: Cause::Expiring { days, .. }, .. }) if !told_today => Some(days),
        Outcome::Warned(_) | Outcome::Passed | Outcome::Open | Outcome::Failed(_) => None,
    }
}

/// The whole days that an authorisation has left, if that is few enough to say so; 0 if it has ended.
#[must_use]
pub fn days_left(until: Timestamp, now: Timestamp, limits: &Limits) -> Option<i64> {
    match authorisation(Some(until), now, limits) {
        Outcome::Warned(Finding { cause: Cause::Expiring { days, .. }, .. }) => Some(days),
        Outcome::Failed(_) => Some(0),
        Outcome::Warned(_) | Outcome::Passed | Outcome::Open => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connection::{Remedy, failed};
    use domain::Capability;
    use rstest::rstest;

    const CHAT: Check = Check::Permission(Capability::ReadChat);
    const ORDERS: Check = Check::Permission(Capability::Orders);

    fn bad() -> Outcome {
        failed("ERR_ANY", Cause::Denied { word: "w".into() }, Remedy::AskPlatform)
    }

    fn no_call() -> Outcome {
        failed("ERR_ANY", Cause::Denied { word: "w".into() }, Remedy::GoWithout)
    }

    #[rstest]
    #[case::all_well(vec![(Check::Access, Outcome::Passed), (Check::Company, Outcome::Open)], Verdict::Fit)]
    #[case::one_permission(vec![(Check::Access, Outcome::Passed), (CHAT, bad()), (ORDERS, Outcome::Passed)], Verdict::Partly)]
    #[case::no_call(vec![(Check::Access, Outcome::Passed), (CHAT, Outcome::Passed), (ORDERS, no_call())], Verdict::Fit)]
    #[case::nothing_else(vec![(Check::Access, Outcome::Passed), (CHAT, bad()), (ORDERS, no_call())], Verdict::Unfit)]
    #[case::no_permission(vec![(Check::Access, Outcome::Passed), (CHAT, bad()), (ORDERS, bad())], Verdict::Unfit)]
    #[case::no_access(vec![(Check::Access, bad()), (CHAT, Outcome::Open)], Verdict::Unfit)]
    #[case::another_company(vec![(Check::Company, bad()), (CHAT, Outcome::Passed)], Verdict::Unfit)]
    fn a_missing_permission_is_the_only_thing_one_can_live_with(
        #[case] lines: Vec<(Check, Outcome)>,
        #[case] expected: Verdict,
    ) {
        assert_eq!(verdict(&lines), expected, "{lines:?}");
    }

    #[rstest]
    #[case::never_told(None, Some(6))]
    #[case::told_yesterday(Some("2026-11-24T15:59:59Z"), Some(6))]
    #[case::told_since_midnight(Some("2026-11-24T16:00:00Z"), None)]
    fn an_end_is_told_once_a_day_of_the_platforms(#[case] told: Option<&str>, #[case] days: Option<i64>) {
        let (now, until) = ("2026-11-25T02:00:00Z", "2026-12-01T23:00:00Z");
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let told = told.map(at);
        assert_eq!(ending_soon(at(until), told, at(now), &Limits::shipped()), days, "told at {told:?}");
    }

    #[rstest]
    #[case::far("2026-12-03T00:00:00Z", None)]
    #[case::near("2026-11-27T12:00:00Z", Some(2))]
    #[case::over("2026-11-24T00:00:00Z", Some(0))]
    fn days_are_counted_when_they_are_few(#[case] until: &str, #[case] days: Option<i64>) {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let now = at("2026-11-25T00:00:00Z");
        assert_eq!(days_left(at(until), now, &Limits::shipped()), days, "it ends at {until}");
        let told = ending_soon(at(until), None, now, &Limits::shipped());
        assert_eq!(told, days.filter(|days| *days > 0), "what is over is told by the silence that follows");
    }
}
