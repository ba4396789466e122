use std::io;

/// What can be wrong with data that is handed to a rule. A rule itself never fails.
#[derive(Debug, thiserror::Error)]
pub enum RulesError {
    /// A policy file could not be read.
    #[error("the policy cannot be read: {detail}")]
    Policy {
        /// What is wrong with it.
        detail: String,
    },
    /// A holiday file in JSON could not be read.
    #[error("the holiday file cannot be read: {detail}")]
    Holidays {
        /// What is wrong with it.
        detail: String,
    },
    /// A calendar file in ICS could not be read.
    #[error("line {line} of the calendar file: {detail}")]
    Ics {
        /// The line, counted from 1.
        line: usize,
        /// What is wrong with it.
        detail: String,
    },
    /// A working interval is not `09:00-22:00`.
    #[error("{text:?} is not a time span such as 09:00-22:00")]
    Interval {
        /// What was typed.
        text: String,
    },
    /// The input ended or the output closed.
    #[error("reading or writing failed: {0}")]
    Io(#[from] io::Error),
}
