//! The numbers and names of the connection test, as data.

use crate::RulesError;
use crate::policy::Sourced;
use domain::Platform;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

const SHIPPED: &str = include_str!("../../data/connection.json");

/// What the connection test measures against. Names ending in `_s` are seconds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// So long before an authorisation ends the owner is warned.
    pub warn_before_s: Sourced<i64>,
    /// How far a platform lets a caller's clock be off.
    pub clock_tolerance_s: Sourced<BTreeMap<Platform, i64>>,
    /// Domains of mailboxes that take an authorisation code instead of the password.
    pub code_hosts: Sourced<Vec<String>>,
    /// Domains of mailboxes that take a password of their own for programs.
    pub app_password_hosts: Sourced<Vec<String>>,
    /// Domains of mailboxes that take no password at all.
    pub oauth_hosts: Sourced<Vec<String>>,
}

impl Limits {
    /// Those that ship with the program.
    #[must_use]
    pub fn shipped() -> Self {
        Self::from_json(SHIPPED).expect("shipped with the program and read by a test")
    }

    /// Reads a file of the same form as `data/connection.json`.
    ///
    /// # Errors
    /// [`RulesError::Policy`] if it is none.
    pub fn from_json(json: &str) -> Result<Self, RulesError> {
        serde_json::from_str(json).map_err(|error| RulesError::Policy { detail: error.to_string() })
    }
}
