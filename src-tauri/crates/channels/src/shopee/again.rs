//! Reading a chat message again that could not be read when it came.

use super::envelope::{Unopened, open, response};
use super::history::MESSAGES;
use super::json::list;
use super::message::{Around, read, shop_user};
use crate::{Beside, Received};
use domain::{Flaw, RawPayload, UnreadableCause};

/// Reads a message, or a page of them, with what was known beside it. Of a page all or nothing.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn message(
    bytes: &[u8],
    beside: &Beside,
    shop_id: &str,
    shop_user_id: Option<&str>,
) -> Result<Received, Flaw> {
    let json = open(bytes).map_err(|unopened| match unopened {
        Unopened::Garbage(flaw) => flaw,
        refused @ Unopened::Refused { .. } => UnreadableCause::PlatformError.because(refused.to_string()),
    })?;
    let mut around = Around {
        shop_id: shop_id.to_owned(),
        shop_user_id: shop_user_id.map(ToOwned::to_owned),
        ..Around::default()
    };
    if let Beside::Chat { conversation, buyer, name, .. } = beside {
        around.conversation.clone_from(conversation);
        around.buyer_id.clone_from(buyer);
        around.buyer_name.clone_from(name);
    }
    let page = &response(&json)["messages"];
    let messages = if page.is_array() { list(page) } else { vec![&json] };
    let mut events = Vec::new();
    // A page goes from newest to oldest.
    for message in messages.into_iter().rev() {
        if let Some(own) = shop_user(message, shop_id) {
            around.shop_user_id = Some(own);
        }
        events.extend(read(message, &around)?);
    }
    Ok(Received { raw: RawPayload { source: MESSAGES, bytes: bytes.to_vec() }, events })
}
