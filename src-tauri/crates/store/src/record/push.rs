//! Pushes between their answer and their intake.

use domain::Timestamp;

/// A push that was taken and waits to be worked on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PushRow {
    /// Its row: the order in which they came.
    pub id: i64,
    /// The application that it was sent to.
    pub partner: String,
    /// By which way it came.
    pub source: String,
    /// When it came.
    pub at: Timestamp,
    /// Its body.
    pub bytes: Vec<u8>,
}
