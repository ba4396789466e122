//! Payloads that were handed in rather than fetched: a push, or an answer that somebody kept. Read by the functions that
//! the connector uses.

use super::envelope::entries;
use super::notices::{notice, placeholder};
use super::{orders, push, returns};
use crate::json::MAX_ENTRIES;
use crate::{Reading, Told};
use domain::{Flaw, Timestamp};

/// Reads a push of any code, or an answer with lost pushes, or an entry of one. A code without news gives an entry
/// without event.
///
/// # Errors
/// What is wrong with it.
pub fn read_pushes(bytes: &[u8]) -> Result<Reading, Flaw> {
    let json = crate::json::parse(bytes)?;
    if !json["code"].is_null() {
        return Ok(Reading { told: push::parsed(bytes, None)?.told, ..Reading::default() });
    }
    let mut reading = Reading::default();
    let lost = entries(bytes, &["push_message_list"], "code")?;
    if lost.len() > MAX_ENTRIES {
        return Err(Flaw::too_large("too many entries"));
    }
    for entry in lost {
        match push::read_value(&push::whole(entry), None) {
            Ok(parsed) => reading.told.extend(parsed.told),
            Err(why) => reading.unreadable.push(why),
        }
    }
    reading.checked()
}

/// Reads orders: an answer of `get_order_list` or `get_order_detail`, or what is inside one.
///
/// # Errors
/// If it is none of these or no order in it can be read.
pub fn read_orders(bytes: &[u8]) -> Result<Reading, Flaw> {
    Reading::of(&entries(bytes, &["order_list"], "order_sn")?, orders::told)
}

/// Reads returns: an answer of `get_return_list` or `get_return_detail`, or what is inside one.
///
/// # Errors
/// If it is none of these or no return in it can be read.
pub fn read_returns(bytes: &[u8]) -> Result<Reading, Flaw> {
    Reading::of(&entries(bytes, &["return", "return_list"], "return_sn")?, returns::told)
}

/// Reads notices of the Seller Centre: an answer of `get_shop_notification`, or what is inside one. A notice without a
/// time of its own is as old as the answer, `at`.
///
/// # Errors
/// If it is none of these.
pub fn read_notifications(bytes: &[u8], at: Timestamp) -> Result<Reading, Flaw> {
    // The same notices are pushed under a code of their own.
    if !crate::json::parse(bytes)?["code"].is_null() {
        return read_pushes(bytes);
    }
    Reading::of(&entries(bytes, &["data", "notification_list"], "content")?, |entry| {
        Ok(notice(entry, Some(at)).map_or_else(|| placeholder(entry), Told::event))
    })
}
