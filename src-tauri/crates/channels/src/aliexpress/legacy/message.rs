//! Rows of the old interface, read into [`IncomingMessage`]s.

use crate::aliexpress::json::{field, list, text};
use crate::aliexpress::message::{id_of, sent_ms};
use crate::aliexpress::times::from_epoch_ms;
use domain::{Author, Body, BuyerRef, Device, Flaw, IncomingMessage};
use serde_json::Value;

/// Reads a row.
///
/// # Errors
/// What is missing.
pub(in crate::aliexpress) fn read(
    row: &Value,
    channel: &str,
    buyer: &BuyerRef,
) -> Result<IncomingMessage, Flaw> {
    let order = text(row, &["message_type"]).is_some_and(|kind| kind == "order");
    Ok(IncomingMessage {
        provider_id: id_of(row).ok_or_else(|| Flaw::missing("a message without an id"))?,
        conversation_key: channel.to_owned(),
        buyer: buyer.clone(),
        author: author_of(row, buyer),
        device: Device::Pc,
        body: body_of(row),
        sent_at: from_epoch_ms(sent_ms(row)).ok_or_else(|| Flaw::missing("a message without a time"))?,
        direct_to: None,
        order_no: if order { text(row, &["extern_id"]) } else { None },
        item_id: None,
    })
}

/// Who wrote: the account decides, then the name. A row that does not tell must not stop a clock.
pub(super) fn author_of(row: &Value, buyer: &BuyerRef) -> Author {
    let (login, account, name) = (login(row), text(row, &["sender_ali_id"]), text(row, &["sender_name"]));
    let is_buyer =
        |one: &Option<String>| one.as_ref().is_some_and(|one| one.eq_ignore_ascii_case(&buyer.key));
    if is_buyer(&login) || is_buyer(&account) {
        return Author::Buyer;
    }
    // Where a conversation's list names the buyer by the number of the account, a login says nothing of who it is.
    let other_login = login.is_some_and(|login| is_number(&login) == is_number(&buyer.key));
    let other_account = account.is_some() && is_number(&buyer.key);
    match name {
        _ if other_login || other_account => Author::Seller,
        Some(name) if name == buyer.name => Author::Buyer,
        Some(_) => Author::Seller,
        None => Author::System,
    }
}

fn is_number(key: &str) -> bool {
    key.bytes().all(|byte| byte.is_ascii_digit())
}

/// The buyer of a row that was handed in, in the chats of the store with this `login`.
///
/// # Errors
/// If the row or the caller does not say who is who.
pub(in crate::aliexpress) fn buyer_in(row: &Value, own: Option<&str>) -> Result<BuyerRef, Flaw> {
    let own = own.ok_or_else(|| Flaw::missing("nobody says which login is the store's own (--login)"))?;
    let sender = sender(row).ok_or_else(|| Flaw::missing("a message without a sender"))?;
    let summary = field(row, "summary");
    let (key, name) = if sender.eq_ignore_ascii_case(own) {
        let key = text(summary, &["receiver_login_id"]).or_else(|| text(row, &["receiver_login_id"]));
        let name = text(summary, &["receiver_name"]).or_else(|| text(row, &["receiver_name"]));
        (key.or_else(|| name.clone()).ok_or_else(|| Flaw::missing("a message without an addressee"))?, name)
    } else {
        (sender, text(row, &["sender_name"]).or_else(|| text(summary, &["sender_name"])))
    };
    Ok(BuyerRef { name: name.unwrap_or_else(|| key.clone()), key, country: None })
}

/// Who wrote a row: the login, else the name.
pub(super) fn sender(row: &Value) -> Option<String> {
    login(row).or_else(|| text(row, &["sender_name"]))
}

fn login(row: &Value) -> Option<String> {
    text(field(row, "summary"), &["sender_login_id"]).or_else(|| text(row, &["sender_login_id"]))
}

fn body_of(row: &Value) -> Body {
    let words = unescape(field(row, "content").as_str().unwrap_or_default());
    if !words.trim().is_empty() {
        return Body::from_text(words);
    }
    let picture = list(row, &["file_path_list"]).iter().find_map(|file| {
        let url = text(file, &["l_path", "m_path", "s_path"])?;
        Some(Body::Image { url, thumb: text(file, &["s_path"]) })
    });
    let kind = || text(row, &["message_type"]).unwrap_or_else(|| "unknown".into());
    picture.unwrap_or_else(|| Body::Unsupported { kind: kind(), summary: String::new() })
}

/// The entities that this interface puts into words; others stay as they are.
pub(super) fn unescape(text: &str) -> String {
    let named =
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&nbsp;", " "), ("&amp;", "&")];
    named.iter().fold(text.to_owned(), |text, (entity, plain)| text.replace(entity, plain))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    #[rstest]
    #[case("es23abcd", json!({ "summary": { "sender_login_id": "ES23ABCD" } }), Author::Buyer)]
    #[case("es23abcd", json!({ "sender_login_id": "cn1000", "sender_name": "Ana" }), Author::Seller)]
    #[case("es23abcd", json!({ "sender_ali_id": 6068, "sender_name": "Ana" }), Author::Buyer)]
    #[case("es23abcd", json!({ "sender_ali_id": 6068 }), Author::System)]
    #[case("2301001", json!({ "sender_login_id": "es23abcd", "sender_ali_id": 2_301_001 }), Author::Buyer)]
    #[case("2301001", json!({ "sender_login_id": "cn1000", "sender_ali_id": 6068 }), Author::Seller)]
    #[case("2301001", json!({ "sender_login_id": "es23abcd", "sender_name": "Ana" }), Author::Buyer)]
    #[case("2301001", json!({ "sender_login_id": "cn1000", "sender_name": "Shop" }), Author::Seller)]
    #[case("2301001", json!({ "sender_login_id": "es23abcd" }), Author::System)]
    #[case("2301001", json!({}), Author::System)]
    fn nobody_is_taken_for_the_seller_whose_account_is_not_compared(
        #[case] key: &str,
        #[case] row: Value,
        #[case] author: Author,
    ) {
        let buyer = BuyerRef { key: key.into(), name: "Ana".into(), country: None };
        assert_eq!(author_of(&row, &buyer), author, "a buyer's message owes a reply: {row}");
    }
}
