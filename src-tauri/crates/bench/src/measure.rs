//! Times and how they are told: one JSON object a line, each beside its bare bound and what is asked of it.

use serde_json::json;
use std::fmt;
use std::time::{Duration, Instant};

/// What is asked of a value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Ask {
    /// The value itself, for a rate.
    AtLeast(f64),
    /// The value itself, for a time.
    AtMost(f64),
    /// The ratio to the bare bound.
    Within(f64),
}

impl Ask {
    fn holds(self, value: f64, ratio: Option<f64>) -> bool {
        match self {
            Self::AtLeast(least) => value >= least,
            Self::AtMost(most) => value <= most,
            Self::Within(times) => ratio.is_some_and(|ratio| ratio <= times),
        }
    }
}

impl fmt::Display for Ask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AtLeast(least) => write!(f, "at least {least}"),
            Self::AtMost(most) => write!(f, "at most {most}"),
            Self::Within(times) => write!(f, "within {times} times the bound"),
        }
    }
}

/// Prints as it goes, so that a run that is stopped has said what it knew, and counts what was asked and what held.
#[derive(Debug, Default)]
pub(crate) struct Report {
    asked: usize,
    missed: Vec<String>,
}

impl Report {
    /// A value of which nothing is asked.
    pub(crate) fn note(&mut self, name: &str, unit: &str, value: f64, bound: Option<f64>) {
        self.line(name, unit, value, bound, &[]);
    }

    /// A value beside the bare bound of the same run. `ratio` is how many times the bound the value is: for a time,
    /// value over bound; for a rate, bound over value.
    pub(crate) fn line(&mut self, name: &str, unit: &str, value: f64, bound: Option<f64>, asks: &[Ask]) {
        let ratio = bound.map(|bound| if unit.ends_with("/s") { bound / value } else { value / bound });
        let asked: Vec<String> = asks.iter().map(Ask::to_string).collect();
        let missed = asks.iter().filter(|ask| !ask.holds(value, ratio)).count();
        self.asked += asks.len();
        if missed > 0 {
            self.missed.push(name.to_owned());
        }
        print(&json!({
            "name": name, "unit": unit, "value": rounded(value),
            "bound": bound.map(rounded), "ratio": ratio.map(rounded),
            "asked": asked, "holds": (!asks.is_empty()).then_some(missed == 0),
        }));
    }

    /// What could not be measured here, and why.
    pub(crate) fn skip(&mut self, name: &str, why: &str) {
        print(&json!({ "name": name, "skipped": why }));
    }

    /// The last line: how much was asked, and which lines missed it. True if none did.
    pub(crate) fn summary(&self) -> bool {
        print(&json!({ "name": "summary", "asked": self.asked, "missed": self.missed }));
        self.missed.is_empty()
    }

    /// Resident memory of this process, as the system tells it: `VmHWM` at its highest, `VmRSS` now.
    pub(crate) fn memory(&mut self, name: &str, field: &str) {
        if let Some(mib) = memory_mib(field) {
            self.note(name, "MiB", mib, None);
        }
    }
}

/// Resident memory of this process now.
pub(crate) fn resident_mib() -> Option<f64> {
    memory_mib("VmRSS")
}

fn memory_mib(field: &str) -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let rest = status.lines().find_map(|line| line.strip_prefix(field)?.strip_prefix(':'))?;
    Some(rest.split_whitespace().next()?.parse::<f64>().ok()? / 1024.0)
}

#[expect(clippy::print_stdout, reason = "a bench speaks there")]
fn print(line: &serde_json::Value) {
    println!("{line}");
}

fn rounded(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}

/// Processor time that this process has used so far, on all threads.
pub(crate) fn processor_time() -> Duration {
    /// Ticks of 10 ms: fixed in the interface of Linux, whatever the kernel counts in.
    const TICK_MS: u64 = 10;
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // Behind the name, which may hold anything, come the state and ten numbers; then user and system time.
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace().skip(11).take(2);
    let ticks: u64 = fields.filter_map(|field| field.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * TICK_MS)
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
pub(crate) fn percentile(samples: &[f64], percent: usize) -> f64 {
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
    sorted.get(at).copied().unwrap_or(f64::NAN)
}

/// Runs `work` and tells how long it took.
pub(crate) async fn timed<T>(work: impl Future<Output = T>) -> (T, Duration) {
    let started = Instant::now();
    let done = work.await;
    (done, started.elapsed())
}

#[cfg(test)]
mod tests {
    use super::{Ask, Report, percentile};

    #[test]
    fn a_line_holds_only_if_all_that_is_asked_of_it_holds() {
        let mut report = Report::default();
        report.line(
            "import",
            "messages/s",
            9000.0,
            Some(20_000.0),
            &[Ask::AtLeast(8000.0), Ask::Within(2.0)],
        );
        report.line("search", "ms", 4.0, Some(2.0), &[Ask::AtMost(5.0), Ask::Within(3.0)]);
        assert_eq!(report.missed, ["import"], "fast enough, but 2.2 times behind the bound");
        assert_eq!(report.asked, 4, "each thing that is asked counts");
        assert!(!report.summary(), "one line missed");
    }

    #[test]
    fn a_percentile_is_one_of_the_samples() {
        let samples: Vec<f64> = (0..200).rev().map(f64::from).collect();
        assert!((percentile(&samples, 99) - 198.0).abs() < f64::EPSILON, "two of 200 lie at or above p99");
        assert!((percentile(&samples[..1], 99) - 199.0).abs() < f64::EPSILON, "of one sample it is that one");
    }
}
