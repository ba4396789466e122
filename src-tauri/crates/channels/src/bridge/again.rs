//! Reading an event of a bridge again that could not be read when it came.

use super::event::{Buyer, PastMessage};
use super::item::{Item, SOURCE, read_item, said};
use crate::{Beside, Received};
use domain::{Flaw, RawPayload, Timestamp, UnreadableCause};
use serde_json::value::RawValue;

/// Reads an event that was handed in at `at`, or one message of a conversation. What of it still cannot be read is in the
/// item.
///
/// # Errors
/// What is wrong with it, if nothing of it can be read.
pub(crate) fn event(bytes: &[u8], beside: &Beside, at: Timestamp) -> Result<Item, Flaw> {
    let not_json = |error: serde_json::Error| UnreadableCause::NotJson.because(format!("not JSON: {error}"));
    let raw: &RawValue = serde_json::from_slice(bytes).map_err(not_json)?;
    if let Beside::Chat { conversation: Some(conversation), buyer: Some(buyer), name, country } = beside {
        let (id, name) = (buyer.clone(), name.clone().unwrap_or_default());
        let buyer = Buyer { id, name, country: country.clone() };
        return past(raw, conversation, &buyer, at);
    }
    let mut item = read_item(raw, at);
    let nothing = item.received.is_none() && item.read.is_none();
    match item.quarantined.pop() {
        Some(bad) if nothing => Err(bad.flaw),
        bad => {
            item.quarantined.extend(bad);
            Ok(item)
        }
    }
}

fn past(raw: &RawValue, conversation: &str, buyer: &Buyer, at: Timestamp) -> Result<Item, Flaw> {
    let past: PastMessage =
        serde_json::from_str(raw.get()).map_err(|error| Flaw::missing(format!("bad_shape: {error}")))?;
    let (id, bytes) = (past.id.clone(), serde_json::to_vec(&past).unwrap_or_default());
    let events = vec![said(past, conversation, buyer, None, at)?];
    let received = Some(Received { raw: RawPayload { source: SOURCE, bytes }, events });
    Ok(Item { id, received, read: None, quarantined: Vec::new() })
}
