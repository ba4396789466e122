//! What the platform takes, as data with its source and date.

use crate::breaker::BreakerLimits;
use serde::Deserialize;
use std::sync::LazyLock;

/// So many messages within so many seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct Rate {
    /// How many.
    pub messages: usize,
    /// Within how many seconds.
    pub within_s: i64,
}

/// What fits on a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(tag = "shape", rename_all = "snake_case")]
pub enum CardLimits {
    /// A robot's `template_card`, whose lengths are in characters.
    Template {
        /// Of the title.
        title_chars: usize,
        /// How many rows.
        rows: usize,
        /// Of a row's label.
        label_chars: usize,
        /// Of a row's value.
        value_chars: usize,
    },
    /// An application's `textcard`, whose lengths are in bytes of UTF-8.
    Text {
        /// Of the title.
        title_bytes: usize,
        /// Of all rows together.
        description_bytes: usize,
    },
}

/// The limits of one way out: a group robot, or an application.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Limits {
    /// Who says so, about the rates.
    pub source: String,
    /// The rates of the whole robot or application; all of them hold.
    pub pace: Vec<Rate>,
    /// The rates of each reader; all of them hold.
    pub each_reader: Vec<Rate>,
    /// Who says so, about the lengths.
    pub text_source: String,
    /// The most bytes of a markdown text.
    pub markdown_bytes: usize,
    /// What fits on a card.
    pub card: CardLimits,
    /// How often a notice is tried at most when the platform's answer says nothing that is known, or when nobody knows
    /// whether it arrived and it may be repeated.
    pub tries: u32,
    /// If more notices than this wait, one message shows what fits and counts the rest.
    pub count_above: usize,
    /// Seconds to wait after the platform said "too often".
    pub frequency_wait_s: i64,
    /// The breaker.
    pub breaker: BreakerLimits,
}

#[derive(Deserialize)]
struct Shipped {
    robot: Limits,
    app: Limits,
}

static SHIPPED: LazyLock<Shipped> = LazyLock::new(|| {
    serde_json::from_str(include_str!("limits.json")).expect("shipped with the program and read by a test")
});

impl Limits {
    /// Those of a group robot.
    #[must_use]
    pub fn robot() -> &'static Self {
        &SHIPPED.robot
    }

    /// Those of an application.
    #[must_use]
    pub fn app() -> &'static Self {
        &SHIPPED.app
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_limits_keep_below_what_wecom_takes() {
        let (robot, app) = (Limits::robot(), Limits::app());
        assert!(robot.pace.iter().any(|r| r.messages <= 20 && r.within_s >= 60), "20 a minute per robot");
        assert!(
            app.pace.iter().any(|r| r.messages <= 200 && r.within_s >= 60),
            "200 a minute per application"
        );
        assert!(
            app.each_reader.iter().any(|r| r.messages <= 30 && r.within_s >= 60),
            "30 a minute per member"
        );
        assert!(app.each_reader.iter().any(|r| r.messages <= 1000 && r.within_s >= 3600), "1000 an hour");
        assert!(robot.markdown_bytes <= 4096 && app.markdown_bytes <= 2048, "longer texts are refused");
    }
}
