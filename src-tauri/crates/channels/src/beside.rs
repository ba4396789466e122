//! What a reader is told beside the bytes: without it they could not be read again (`docs/ARCHITECTURE.md`).

use domain::{BuyerRef, Timestamp};
use serde::{Deserialize, Serialize};

/// What was known of a payload besides itself. It is kept with what could not be read, and goes with it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Beside {
    /// Nothing: the bytes say all.
    #[default]
    Nothing,
    /// A message of a chat, which the call or the list named.
    Chat {
        /// The conversation, by the platform's id.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        conversation: Option<String>,
        /// The buyer, by the platform's id.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        buyer: Option<String>,
        /// Their name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
        /// Their country, as ISO 3166 code.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        country: Option<String>,
    },
    /// A mail of a server.
    Mail {
        /// Its place there, which is its id.
        id: String,
        /// The server's date.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        received_at: Option<Timestamp>,
        /// Its size there (bytes): of a large one only the header was fetched.
        #[serde(default)]
        size: u32,
        /// It lay there before anybody wanted the folder read.
        #[serde(default)]
        old: bool,
    },
    /// A mail of a file.
    MailFile {
        /// When it was delivered, as an mbox says.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        delivered_at: Option<Timestamp>,
        /// Its size there (bytes).
        #[serde(default)]
        size: u64,
    },
    /// A push that belongs to nobody here.
    Push {
        /// The application that it was sent to.
        partner: String,
    },
}

impl Beside {
    /// A message of a chat.
    #[must_use]
    pub fn chat(conversation: &str, buyer: &BuyerRef) -> Self {
        Self::Chat {
            conversation: Some(conversation.to_owned()),
            buyer: Some(buyer.key.clone()),
            name: Some(buyer.name.clone()),
            country: buyer.country.clone(),
        }
    }

    /// What tells the payload from another with the same bytes, where the provider has a name for it: the place of a mail,
    /// the conversation of a message, the application of a push; else empty.
    #[must_use]
    pub fn own_id(&self) -> &str {
        match self {
            Self::Mail { id, .. } => id,
            Self::Chat { conversation, .. } => conversation.as_deref().unwrap_or_default(),
            Self::Push { partner } => partner,
            Self::Nothing | Self::MailFile { .. } => "",
        }
    }

    /// As text for the file; empty for nothing.
    #[must_use]
    pub fn to_text(&self) -> String {
        match self {
            Self::Nothing => String::new(),
            beside => serde_json::to_string(beside).unwrap_or_default(),
        }
    }

    /// Reads [`Beside::to_text`] back. What a newer version wrote is nothing to this one.
    #[must_use]
    pub fn from_text(text: &str) -> Self {
        serde_json::from_str(text).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_known_beside_the_bytes_is_read_back() {
        let buyer = BuyerRef { key: "b1".into(), name: "Анна".into(), country: Some("RU".into()) };
        let some = Beside::Chat { conversation: Some("c1".into()), buyer: None, name: None, country: None };
        let received_at = Some(domain::from_ms(1_764_000_000_123));
        for beside in [
            Beside::Nothing,
            Beside::chat("c1", &buyer),
            some,
            Beside::Mail { id: "INBOX:7:12".into(), received_at, size: 9, old: true },
            Beside::MailFile { delivered_at: None, size: 12 },
            Beside::Push { partner: "42".into() },
        ] {
            assert_eq!(Beside::from_text(&beside.to_text()), beside, "nothing is left out on the way");
        }
        assert_eq!(Beside::Nothing.to_text(), "", "most payloads need nothing");
        assert_eq!(Beside::from_text(r#"{"is":"of tomorrow"}"#), Beside::Nothing, "and no error");
    }
}
