use domain::{AccountId, Alert, IncomingEvent, Platform, Sensitive, StoreId, Timestamp};
use serde::{Deserialize, Serialize};

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RuleEvent {
    /// Something came from a platform.
    Incoming(IncomingEvent),
    /// A stage of a deadline was reached.
    Stage(Alert),
}

impl RuleEvent {
    /// When.
    #[must_use]
    pub fn at(&self) -> Timestamp {
        match self {
            Self::Incoming(event) => event.at(),
            Self::Stage(alert) => alert.at,
        }
    }

    /// Its words, for conditions that look for some.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Incoming(IncomingEvent::Message(message)) => message.body.words().to_owned(),
            Self::Incoming(IncomingEvent::Notification(notice)) => {
                format!("{}\n{}", notice.title, notice.text)
            }
            Self::Incoming(IncomingEvent::Mail(mail)) => format!("{}\n{}", mail.subject, mail.text),
            Self::Incoming(IncomingEvent::Order(order)) => {
                let lines: Vec<String> =
                    order.lines.iter().map(|line| format!("{} {}", line.title, line.sku)).collect();
                lines.join("\n")
            }
            Self::Incoming(IncomingEvent::Dispute(dispute)) => dispute.reason.clone(),
            Self::Stage(_) => String::new(),
        }
    }

    /// The platform's word for the state of the order or return it is about.
    pub(super) fn status(&self) -> Option<&str> {
        match self {
            Self::Incoming(IncomingEvent::Order(order)) => Some(&order.status),
            Self::Incoming(IncomingEvent::Dispute(dispute)) => Some(&dispute.status),
            Self::Incoming(
                IncomingEvent::Message(_) | IncomingEvent::Notification(_) | IncomingEvent::Mail(_),
            )
            | Self::Stage(_) => None,
        }
    }
}

/// What the record knew of an order or a return before an event about it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Before {
    /// The platform's word for its state.
    pub status: String,
    /// The carrier and its state.
    pub logistics: Option<String>,
}

/// What is known around an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventFacts {
    /// The store it happened in.
    pub store: StoreId,
    /// The store's platform.
    pub platform: Platform,
    /// What the record knew of the order or return that it is about; none if that is new, or if it is about neither.
    pub before: Option<Before>,
    /// The owner of the conversation.
    pub owner: Option<AccountId>,
    /// The buyer's country, ISO 3166, if known.
    pub country: Option<String>,
    /// The buyer's language, ISO 639-1, if known.
    pub language: Option<String>,
    /// What is sensitive in its words (§5).
    pub sensitive: Vec<Sensitive>,
    /// Whether it is working time (§3).
    pub working_time: bool,
}
