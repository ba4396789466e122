//! Why a task stopped, in words for the person at the terminal.

use std::fmt;

/// What a task ends with.
pub(crate) type Outcome<T = ()> = Result<T, Failure>;

/// A message and the exit code to leave with.
#[derive(Debug)]
pub(crate) struct Failure {
    message: String,
    code: u8,
}

impl Failure {
    /// Stops with exit code 1.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), code: 1 }
    }

    /// Leaves with the code of a program that has already said why.
    pub(crate) const fn silent(code: u8) -> Self {
        Self { message: String::new(), code }
    }

    /// The same failure, with the step in which it happened.
    pub(crate) fn during(self, step: &str) -> Self {
        let message = if self.message.is_empty() { format!("exit code {}", self.code) } else { self.message };
        Self { message: format!("{step}: {message}"), code: self.code }
    }

    /// The words, empty if the program that failed has already said them.
    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    /// The exit code.
    pub(crate) const fn code(&self) -> u8 {
        self.code
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}

#[cfg(test)]
mod tests {
    use super::Failure;

    #[test]
    fn a_failure_names_its_step_and_keeps_its_code() {
        let failure = Failure::silent(7).during("clippy");
        assert_eq!(
            failure.message(),
            "clippy: exit code 7",
            "a silent program still needs a line at the end"
        );
        assert_eq!(failure.code(), 7, "a caller tells failures apart by the code");
    }
}
