//! Looking again for a reply of unknown fate: a history is read from its newest message back to before the send.

use super::{Page, Wire};
use crate::aliexpress::error::Fault;
use crate::aliexpress::message::sent_ms;
use crate::{Received, Reread};
use domain::{BuyerRef, IncomingEvent, RawPayload, Timestamp, to_ms};

/// Pages read at most: a reply lies among the newest messages.
const PAGES: usize = 8;
/// A page with fewer rows than this, and none after it, is the beginning of the conversation. A full one without a next
/// may as well be the platform's slip, and so is one without any: a conversation with a reply in it has messages.
const SHORT: usize = 20;

/// Reads a history back to `since`.
pub(in crate::aliexpress) async fn reread(
    wire: &dyn Wire,
    channel: &str,
    buyer: &BuyerRef,
    since: Timestamp,
) -> Result<Reread, Fault> {
    let mut found = Reread::default();
    let mut rows = Vec::new();
    let mut at = wire.newest();
    for _ in 0..PAGES {
        let Page { rows: page, next } = wire.history(channel, &at).await?;
        let older = page.iter().map(sent_ms).any(|ms| ms > 0 && ms < to_ms(since));
        let short = page.len() < SHORT;
        rows.extend(page);
        found.whole = older || (next.is_none() && short && !rows.is_empty());
        match next {
            Some(next) if !older => at = next,
            Some(_) | None => break,
        }
    }
    for row in rows.into_iter().rev() {
        match wire.message(&row, channel, buyer) {
            Ok(message) if message.sent_at >= since => found.batch.received.push(Received {
                raw: RawPayload { source: wire.raw_source(), bytes: row.to_string().into_bytes() },
                events: vec![IncomingEvent::Message(message)],
            }),
            Ok(_) => {}
            // It might be the very reply. The next round brings it, with its bytes.
            Err(_) => found.whole = false,
        }
    }
    Ok(found)
}
