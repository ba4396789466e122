//! What a payload says, before anybody asks which of it an inbox needs.
//!
//! An [`IncomingEvent`] has room for what the team acts on. A payload says more: dates of others and of steps that are
//! over, several amounts, what became of a push that brings no news. Whoever checks a connector wants to see that too.

use crate::json::MAX_ENTRIES;
use domain::{Flaw, IncomingEvent, Timestamp};
use serde::Serialize;
use serde_json::{Map, Value};

/// One thing in a payload.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    /// What it is, in one word: `message`, `order`, `dispute`, `notification`, `mail`, or `push` for a signal without
    /// news.
    pub kind: &'static str,
    /// What intake takes. None for what brings no news to an inbox.
    pub event: Option<IncomingEvent>,
    /// Every due date in it.
    pub dues: Vec<StatedDue>,
    /// Every amount in it.
    pub amounts: Vec<StatedAmount>,
    /// What else it says, by the names that this program uses.
    pub more: Map<String, Value>,
}

/// Whose turn it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Party {
    /// The shop.
    Seller,
    /// The buyer.
    Buyer,
}

/// A due date as the platform states it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatedDue {
    /// The platform's name of it.
    pub name: String,
    /// When.
    pub at: Timestamp,
    /// Who must act until then, if that is known.
    pub party: Option<Party>,
    /// Whether the step it belongs to is under way.
    pub open: bool,
}

/// An amount as the platform writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatedAmount {
    /// The platform's name of it.
    pub name: String,
    /// The number, such as `12.40`.
    pub amount: String,
    /// ISO 4217 code; empty if the platform does not say.
    pub currency: String,
}

/// What was read from one payload.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Reading {
    /// In the order in which it should be taken in.
    pub told: Vec<Told>,
    /// Why single entries of a list could not be read; the rest of the list is in `told`.
    pub unreadable: Vec<Flaw>,
    /// What the payload is, if it is sound and yet says nothing of what was asked for.
    pub note: Option<String>,
}

impl Told {
    /// Something without dates and amounts of its own.
    pub(crate) fn new(kind: &'static str, event: Option<IncomingEvent>) -> Self {
        Self { kind, event, dues: Vec::new(), amounts: Vec::new(), more: Map::new() }
    }

    /// As an event.
    pub(crate) fn event(event: IncomingEvent) -> Self {
        let kind = match &event {
            IncomingEvent::Message(_) => "message",
            IncomingEvent::Notification(_) => "notification",
            IncomingEvent::Mail(_) => "mail",
            IncomingEvent::Order(_) => "order",
            IncomingEvent::Dispute(_) => "dispute",
        };
        Self::new(kind, Some(event))
    }

    /// Adds a fact, if there is one.
    pub(crate) fn say(&mut self, name: &str, what: Option<impl Into<Value>>) {
        if let Some(what) = what {
            self.more.insert(name.to_owned(), what.into());
        }
    }

    /// The earliest date by which the seller must act in a step that is under way.
    pub(crate) fn sellers_due(dues: &[StatedDue]) -> Option<Timestamp> {
        dues.iter().filter(|due| due.open && due.party == Some(Party::Seller)).map(|due| due.at).min()
    }
}

impl Reading {
    /// Reads each entry of a list.
    ///
    /// # Errors
    /// In words, if there are too many or there are some and none can be read.
    pub(crate) fn of<T>(entries: &[T], read: impl Fn(&T) -> Result<Told, Flaw>) -> Result<Self, Flaw> {
        if entries.len() > MAX_ENTRIES {
            return Err(Flaw::too_large("too many entries"));
        }
        let mut reading = Self::default();
        entries.iter().for_each(|entry| reading.add(read(entry)));
        reading.checked()
    }

    /// Adds an entry of a list.
    fn add(&mut self, entry: Result<Told, Flaw>) {
        match entry {
            Ok(told) => self.told.push(told),
            Err(flaw) => self.unreadable.push(flaw),
        }
    }

    /// What was read; an error if there was something and none of it could be read.
    pub(crate) fn checked(self) -> Result<Self, Flaw> {
        match self.unreadable.first() {
            Some(first) if self.told.is_empty() => {
                let words: Vec<&str> = self.unreadable.iter().map(|flaw| flaw.words.as_str()).collect();
                Err(first.cause.because(words.join("; ")))
            }
            Some(_) | None => Ok(self),
        }
    }
}
