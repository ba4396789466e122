//! One measured value a line, in the form in which the `bench` program writes its own.

use serde_json::json;

/// Prints as it goes, and keeps the names of what missed its bound.
#[derive(Debug, Default)]
pub(super) struct Lines {
    missed: Vec<String>,
}

impl Lines {
    /// A value; `at_most` is what is asked of it.
    pub(super) fn line(&mut self, name: &str, unit: &str, value: f64, at_most: Option<f64>) {
        let holds = at_most.map(|most| value <= most);
        if holds == Some(false) {
            self.missed.push(name.to_owned());
        }
        let asked: Vec<String> = at_most.iter().map(|most| format!("at most {most}")).collect();
        let value = (value * 1000.0).round() / 1000.0;
        let none = serde_json::Value::Null;
        println!(
            "{}",
            json!({ "name": name, "unit": unit, "value": value, "bound": none, "ratio": none,
                "asked": asked, "holds": holds })
        );
    }

    /// What missed its bound.
    pub(super) fn missed(&self) -> &[String] {
        &self.missed
    }
}

#[cfg(test)]
mod tests {
    use super::Lines;

    #[test]
    fn only_what_is_asked_can_be_missed() {
        let mut lines = Lines::default();
        lines.line("told", "ms", 9_000.0, None);
        lines.line("kept", "ms", 1_500.0, Some(1_500.0));
        lines.line("missed", "ms", 1_500.1, Some(1_500.0));
        assert_eq!(lines.missed(), ["missed"], "a bound is kept up to itself, and no bound is no failure");
    }
}
