//! A message's content, type by type.

use super::json::{id, int, list, text, words};
use domain::Body;
use serde_json::{Value, json};
use std::borrow::Cow;

/// Translates `content` of a message of type `kind`. What is not known keeps its name; its raw content is kept with the
/// payload.
pub(crate) fn body(kind: &str, content: &Value) -> Body {
    let content = &opened(content);
    known(kind, content)
        .unwrap_or_else(|| Body::Unsupported { kind: kind.to_owned(), summary: summary(content) })
}

/// The content, also if it came as JSON in a text, or as the bare words.
fn opened(content: &Value) -> Cow<'_, Value> {
    match content {
        Value::String(said) if !said.is_empty() => {
            let inner = serde_json::from_str(said).ok().filter(Value::is_object);
            Cow::Owned(inner.unwrap_or_else(|| json!({ "text": said })))
        }
        _ => Cow::Borrowed(content),
    }
}

fn known(kind: &str, content: &Value) -> Option<Body> {
    match kind {
        // `faq_liveagent` is the button with which a buyer leaves the robot for a person: their words, and they wait.
        "text" | "faq_liveagent" => text(&content["text"]).map(Body::from_text),
        "image" => picture(content).map(|url| Body::Image { url, thumb: thumb(content) }),
        "image_with_text" => {
            let url = picture(content);
            match (text(&content["text"]), url) {
                (Some(words), Some(url)) => Some(Body::Text { text: format!("{words}\n{url}") }),
                (Some(words), None) => Some(Body::from_text(words)),
                (None, Some(url)) => Some(Body::Image { url, thumb: thumb(content) }),
                (None, None) => None,
            }
        }
        "video" => text(&content["video_url"]).or_else(|| text(&content["vid"])).map(|url| Body::Video {
            url,
            thumb: thumb(content),
            seconds: int(&content["duration_seconds"]).and_then(|s| u32::try_from(s).ok()).unwrap_or(0),
        }),
        "sticker" => {
            let sticker = id(&content["sticker_id"])?;
            Some(Body::Sticker {
                id: id(&content["sticker_package_id"])
                    .map_or_else(|| sticker.clone(), |pack| format!("{pack}/{sticker}")),
            })
        }
        "item" => {
            id(&content["item_id"]).map(|item_id| Body::ItemCard { item_id, title: text(&content["name"]) })
        }
        "order" => order_no(content).map(|order_no| Body::OrderCard { order_no }),
        _ => None,
    }
}

/// The order number in a content or source object.
pub(crate) fn order_no(value: &Value) -> Option<String> {
    id(&value["order_sn"]).or_else(|| id(&value["ordersn"]))
}

fn picture(content: &Value) -> Option<String> {
    text(&content["url"])
        .or_else(|| text(&content["image_url"]))
        .or_else(|| text(&content["thumb_url"]))
        .or_else(|| text(&content["file_server_id"]))
}

fn thumb(content: &Value) -> Option<String> {
    text(&content["thumb_url"])
}

fn summary(content: &Value) -> String {
    let said = words(&content["text"]);
    if !said.is_empty() {
        return said.to_owned();
    }
    // A bundle names the messages in it, which come on their own as well.
    let ids: Vec<String> = list(&content["messages"]).into_iter().filter_map(text).collect();
    ids.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("text", json!({"text": "在吗"}), Body::Text { text: "在吗".into() })]
    #[case("text", json!({"text": "👍"}), Body::Emoji { text: "👍".into() })]
    #[case("faq_liveagent", json!({"text": "Chat dengan Penjual"}), Body::Text { text: "Chat dengan Penjual".into() })]
    #[case("image", json!({"url": "u", "thumb_url": "t"}), Body::Image { url: "u".into(), thumb: Some("t".into()) })]
    #[case("image_with_text", json!({"url": "u", "text": "w"}), Body::Text { text: "w\nu".into() })]
    #[case("video", json!({"video_url": "v", "duration_seconds": 15}),
        Body::Video { url: "v".into(), thumb: None, seconds: 15 })]
    #[case("sticker", json!({"sticker_package_id": "p", "sticker_id": "s"}), Body::Sticker { id: "p/s".into() })]
    #[case("item", json!({"shop_id": 1, "item_id": 9_112_503_530_i64}),
        Body::ItemCard { item_id: "9112503530".into(), title: None })]
    #[case("order", json!({"order_sn": "220818EGS328B9"}), Body::OrderCard { order_no: "220818EGS328B9".into() })]
    #[case("bundle_message", json!({"messages": ["1", "2"]}),
        Body::Unsupported { kind: "bundle_message".into(), summary: "1, 2".into() })]
    #[case("text", json!("{\"text\":\"在吗\"}"), Body::Text { text: "在吗".into() })]
    #[case("text", json!("在吗"), Body::Text { text: "在吗".into() })]
    #[case("voucher_v9", json!({"text": "10 % off"}),
        Body::Unsupported { kind: "voucher_v9".into(), summary: "10 % off".into() })]
    #[case("item", json!(null), Body::Unsupported { kind: "item".into(), summary: String::new() })]
    fn a_content_becomes_a_body(#[case] kind: &str, #[case] content: Value, #[case] expected: Body) {
        assert_eq!(body(kind, &content), expected, "type {kind}");
    }
}
