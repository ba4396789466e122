//! Who somebody in the team is: the fingerprint of their key.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// The SHA-256 of a member's public key. Pinned at pairing: a name can be copied, a key cannot.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MemberId([u8; 32]);

/// Why a text is no fingerprint.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MemberIdError {
    /// It has another number of hexadecimal digits.
    #[error("a fingerprint has 64 hexadecimal digits, this has {digits}")]
    Length {
        /// How many it has.
        digits: usize,
    },
    /// Something in it is no hexadecimal digit.
    #[error("{found:?} is no hexadecimal digit")]
    Digit {
        /// What was found.
        found: char,
    },
}

impl MemberId {
    /// From the digest itself.
    #[must_use]
    pub const fn from_digest(digest: [u8; 32]) -> Self {
        Self(digest)
    }

    /// The first 16 digits in groups of four, for two people to compare over the phone while pairing.
    #[must_use]
    pub fn short(&self) -> String {
        let groups: Vec<String> =
            self.0[..8].chunks(2).map(|two| format!("{:02x}{:02x}", two[0], two[1])).collect();
        groups.join(" ")
    }
}

impl FromStr for MemberId {
    type Err = MemberIdError;

    /// Reads 64 hexadecimal digits; spaces and colons between them are how people write fingerprints.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut digits = Vec::with_capacity(64);
        for c in text.chars().filter(|c| !c.is_whitespace() && *c != ':') {
            let value = c.to_digit(16).and_then(|v| u8::try_from(v).ok());
            digits.push(value.ok_or(MemberIdError::Digit { found: c })?);
        }
        if digits.len() != 64 {
            return Err(MemberIdError::Length { digits: digits.len() });
        }
        let mut digest = [0; 32];
        for (byte, two) in digest.iter_mut().zip(digits.chunks(2)) {
            *byte = two[0] << 4 | two[1];
        }
        Ok(Self(digest))
    }
}

impl fmt::Display for MemberId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for MemberId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MemberId({})", self.short())
    }
}

impl TryFrom<String> for MemberId {
    type Error = MemberIdError;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<MemberId> for String {
    fn from(id: MemberId) -> Self {
        id.to_string()
    }
}
