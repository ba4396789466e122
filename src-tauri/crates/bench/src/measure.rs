//! Times and how they are told: one JSON object a line, each beside its bare bound.

use serde_json::json;
use std::time::{Duration, Instant};

/// Prints as it goes, so that a run that is stopped has said what it knew.
#[derive(Debug, Default)]
pub(crate) struct Report;

impl Report {
    /// A value beside the bare bound of the same run. `ratio` is how many times the bound the value is: for a time,
    /// value over bound; for a rate, bound over value.
    #[expect(clippy::print_stdout, reason = "a bench speaks there")]
    pub(crate) fn line(&mut self, name: &str, unit: &str, value: f64, bound: Option<f64>) {
        let ratio = bound.map(|bound| if unit.ends_with("/s") { bound / value } else { value / bound });
        let line = json!({
            "name": name, "unit": unit, "value": rounded(value),
            "bound": bound.map(rounded), "ratio": ratio.map(rounded),
        });
        println!("{line}");
    }

    /// Resident memory of this process, as the system tells it.
    pub(crate) fn memory(&mut self) {
        let Ok(status) = std::fs::read_to_string("/proc/self/status") else { return };
        let kib = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))
            .and_then(|rest| rest.split_whitespace().next()?.parse::<f64>().ok());
        if let Some(kib) = kib {
            self.line("resident memory after all of it", "MiB", kib / 1024.0, None);
        }
    }
}

fn rounded(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}

/// Milliseconds.
pub(crate) fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// Per second.
pub(crate) fn rate(count: u64, time: Duration) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a rate for people; counts are far below 2^52")]
    let count = count as f64;
    count / time.as_secs_f64().max(f64::EPSILON)
}

/// The value below which `percent` per cent of the samples lie.
pub(crate) fn percentile(mut samples: Vec<f64>, percent: usize) -> f64 {
    samples.sort_by(f64::total_cmp);
    let at = (samples.len() * percent / 100).min(samples.len().saturating_sub(1));
    samples.get(at).copied().unwrap_or(f64::NAN)
}

/// Runs `work` and tells how long it took.
pub(crate) async fn timed<T>(work: impl Future<Output = T>) -> (T, Duration) {
    let started = Instant::now();
    let done = work.await;
    (done, started.elapsed())
}
