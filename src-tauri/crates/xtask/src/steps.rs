//! Steps with a heading and a time each; the first that fails ends the task.

use crate::failure::Outcome;
use std::time::{Duration, Instant};

/// The steps taken so far, for the table at the end.
pub(crate) struct Steps {
    done: Vec<(String, Duration)>,
}

impl Steps {
    /// None yet.
    pub(crate) const fn new() -> Self {
        Self { done: Vec::new() }
    }

    /// Takes one step.
    ///
    /// # Errors
    /// What `work` failed with, with the step's number and title before it.
    pub(crate) fn step(&mut self, title: &str, work: impl FnOnce() -> Outcome) -> Outcome {
        let number = self.done.len() + 1;
        println!("\n=== {number}. {title}");
        let start = Instant::now();
        work().map_err(|failure| failure.during(&format!("step {number}, {title}")))?;
        let took = start.elapsed();
        println!("--- {title}: {}", seconds(took));
        self.done.push((title.to_owned(), took));
        Ok(())
    }

    /// Shows what each step took.
    pub(crate) fn summary(&self) {
        println!("\nAll {} steps hold:", self.done.len());
        for (title, took) in &self.done {
            println!("{:>9}  {title}", seconds(*took));
        }
        println!("{:>9}  together", seconds(self.done.iter().map(|(_, took)| *took).sum()));
    }
}

fn seconds(took: Duration) -> String {
    let total = took.as_secs();
    if total < 60 {
        format!("{:.1} s", took.as_secs_f64())
    } else {
        format!("{} min {:02} s", total / 60, total % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::Failure;

    #[test]
    fn a_failed_step_is_named_by_number_and_title() {
        let mut steps = Steps::new();
        steps.step("first", || Ok(())).unwrap();
        let failure = steps.step("second", || Err(Failure::new("broken"))).unwrap_err();
        assert_eq!(failure.message(), "step 2, second: broken", "the last line must say where to look");
    }

    #[test]
    fn times_are_readable() {
        assert_eq!(seconds(Duration::from_millis(1_250)), "1.2 s", "short steps in tenths");
        assert_eq!(seconds(Duration::from_secs(125)), "2 min 05 s", "long ones in minutes");
    }
}
