//! Rows of the partner IM history, read into [`IncomingMessage`]s.

use super::json::{as_text, field, int, nested, text};
use super::times::from_epoch_ms;
use domain::{Author, Body, BuyerRef, Device, Flaw, IncomingMessage};
use serde_json::Value;

/// Words.
pub(super) const TEXT: i64 = 1;
const IMAGE: i64 = 3;
/// A product card.
pub(super) const ITEM: i64 = 10_006;
/// An order card.
pub(super) const ORDER: i64 = 10_007;
const COUPON: i64 = 21_004;

/// Account type of a buyer.
const BUYER: i64 = 11;
/// Account type of a seller.
const SELLER: i64 = 12;
/// Row type of a line that no person wrote.
const SYSTEM_ROW: i64 = 2;

/// The platform's id of a row, if it has one.
pub(super) fn id_of(row: &Value) -> Option<String> {
    text(row, &["message_id", "messageId", "id"])
}

/// When a row was sent, in milliseconds; 0 if it does not say.
pub(super) fn sent_ms(row: &Value) -> i64 {
    int(row, &["send_time", "sendTime", "gmt_create"]).unwrap_or_default()
}

/// Reads a row.
///
/// # Errors
/// What is missing; the caller quarantines the row.
pub(super) fn read(row: &Value, buyer: &BuyerRef) -> Result<IncomingMessage, Flaw> {
    let provider_id = id_of(row).ok_or_else(|| Flaw::missing("a message without an id"))?;
    let sent_at = from_epoch_ms(sent_ms(row)).ok_or_else(|| Flaw::missing("a message without a time"))?;
    let template = int(row, &["template_id", "templateId"]);
    let body = body_of(template, field(row, "content"));
    let order_no = match &body {
        Body::OrderCard { order_no } => Some(order_no.clone()),
        _ => None,
    };
    Ok(IncomingMessage {
        provider_id,
        conversation_key: buyer.key.clone(),
        buyer: buyer.clone(),
        author: author_of(row, &buyer.key),
        // The interface does not tell the device; a reply typed on a phone can not be told from one typed here.
        device: Device::Pc,
        body,
        sent_at,
        direct_to: None,
        order_no,
        item_id: None,
    })
}

/// An account type that this version does not know is taken for the platform: it must neither open a clock as a buyer
/// nor stop one as a seller.
fn author_of(row: &Value, buyer_key: &str) -> Author {
    let from = int(row, &["from_account_type", "fromAccountType"]);
    if int(row, &["type"]) == Some(SYSTEM_ROW) {
        // On the seller's side that is the automatic answer, whose promise to the buyer has a clock of its own.
        return if from == Some(SELLER) { Author::Auto } else { Author::System };
    }
    match from {
        Some(BUYER) => Author::Buyer,
        Some(SELLER) => Author::Seller,
        Some(_) => Author::System,
        None => match text(row, &["from_account_id"]) {
            Some(from) if from == buyer_key => Author::Buyer,
            Some(_) => Author::Seller,
            None => Author::System,
        },
    }
}

fn body_of(template: Option<i64>, content: &Value) -> Body {
    let raw = match content {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    };
    let object = nested(content).unwrap_or(Value::Null);
    let known = match template {
        Some(TEXT) => Some(Body::from_text(words_of(&object, &raw))),
        Some(IMAGE) => text(&object, &["img_url", "imgUrl", "url"])
            .map(|url| Body::Image { url, thumb: text(&object, &["small_img_url", "thumb_url"]) }),
        Some(ITEM) => text(&object, &["item_id", "itemId", "product_id"])
            .map(|item_id| Body::ItemCard { item_id, title: text(&object, &["title", "product_name"]) }),
        Some(ORDER) => text(&object, &["order_id", "orderId"]).map(|order_no| Body::OrderCard { order_no }),
        Some(COUPON) => text(&object, &["promotion_id", "promotionId"])
            .map(|id| Body::Unsupported { kind: COUPON.to_string(), summary: format!("coupon {id}") }),
        Some(_) | None => None,
    };
    known.unwrap_or_else(|| Body::Unsupported {
        kind: template.map_or_else(|| "unknown".into(), |t| t.to_string()),
        summary: text(&object, &["txt", "text", "title", "summary"]).unwrap_or_default(),
    })
}

/// The words of a text row as they were typed. Content that is not the documented JSON object is itself the text.
fn words_of(object: &Value, raw: &str) -> String {
    let typed = ["txt", "text", "content"].iter().find_map(|name| field(object, name).as_str());
    typed.map(str::to_owned).or_else(|| text(object, &["txt", "text"])).unwrap_or_else(|| raw.to_owned())
}

/// The buyer of a row, by the kinds of its accounts.
pub(super) fn buyer_in(row: &Value) -> Option<BuyerRef> {
    let kinds = [("from_account_type", "from_account_id"), ("to_account_type", "to_account_id")];
    let key = kinds.into_iter().find_map(|(kind, account)| {
        if int(row, &[kind]) == Some(BUYER) { text(row, &[account]) } else { None }
    })?;
    Some(BuyerRef { name: key.clone(), key, country: None })
}

/// A buyer of the session list: an object, or the id alone.
pub(super) fn buyer_of(row: &Value) -> Option<BuyerRef> {
    let key = text(row, &["buyer_id", "buyerId"]).or_else(|| as_text(row))?;
    let name =
        text(row, &["buyer_nick", "buyer_name", "nick", "buyer_login_id"]).unwrap_or_else(|| key.clone());
    Some(BuyerRef { key, name, country: text(row, &["country", "country_code"]) })
}
