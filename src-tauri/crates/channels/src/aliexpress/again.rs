//! Reading a chat message again that could not be read when it came.

use super::message;
use super::{legacy, russian};
use crate::{Beside, Received};
use domain::{BuyerRef, Flaw, IncomingEvent, RawPayload};

/// Where rows of the partner interface say they came from.
pub(crate) const PARTNER: &str = "aliexpress.im";
/// The same of the old interface.
pub(crate) const LEGACY: &str = "aliexpress.legacy";
/// The same of AliExpress Russia.
pub(crate) const RUSSIAN: &str = russian::SOURCE;

/// Reads a row of a history of either interface.
///
/// # Errors
/// What is wrong with it, or that nobody kept whose it is.
pub(crate) fn row(source: &str, bytes: &[u8], beside: &Beside) -> Result<Received, Flaw> {
    let Beside::Chat { conversation: Some(channel), buyer: Some(key), name, country } = beside else {
        return Err(Flaw::missing("a message without its conversation"));
    };
    let name = name.clone().unwrap_or_else(|| key.clone());
    let buyer = BuyerRef { key: key.clone(), name, country: country.clone() };
    let row = crate::json::parse(bytes)?;
    let (source, message) = if source == LEGACY {
        (LEGACY, legacy::read(&row, channel, &buyer)?)
    } else {
        (PARTNER, message::read(&row, &buyer)?)
    };
    let raw = RawPayload { source, bytes: bytes.to_vec() };
    Ok(Received { raw, events: vec![IncomingEvent::Message(message)] })
}

/// Reads a row of AliExpress Russia's stream, for the store with this `login`.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn local_row(bytes: &[u8], login: &str) -> Result<Received, Flaw> {
    let message = russian::read_row(&crate::json::parse(bytes)?, login)?;
    let raw = RawPayload { source: RUSSIAN, bytes: bytes.to_vec() };
    Ok(Received { raw, events: vec![IncomingEvent::Message(message)] })
}
