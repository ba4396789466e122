//! Reading a message as the platform reads it: its limits, and what a client would draw.

use super::state::Drawn;
use serde_json::Value;

/// An `errcode` with the beginning of its words.
pub(super) type Refusal = (i64, String);

/// A message that passed: its type and what a reader sees.
pub(super) struct Passed {
    pub(super) kind: String,
    pub(super) content: String,
    pub(super) drawn: Vec<Drawn>,
}

/// Checks a message of a robot, or of an application.
pub(super) fn check(body: &Value, of_app: bool) -> Result<Passed, Refusal> {
    let kind = body["msgtype"].as_str().unwrap_or_default();
    let part = &body[kind];
    match (kind, of_app) {
        ("text", _) => text(part).map(|(content, drawn)| passed(kind, content, drawn)),
        ("markdown", _) => {
            let content = bytes_at_most(part, "markdown", if of_app { 2048 } else { 4096 })?;
            Ok(passed(kind, content.to_owned(), drawn(content)))
        }
        ("template_card", false) => {
            card(part)?;
            Ok(passed(kind, part.to_string(), Vec::new()))
        }
        ("textcard", true) => text_card(part).map(|content| passed(kind, content, Vec::new())),
        _ => Err((40008, "invalid message type".into())),
    }
}

fn passed(kind: &str, content: String, drawn: Vec<Drawn>) -> Passed {
    Passed { kind: kind.to_owned(), content, drawn }
}

fn bytes_at_most<'a>(part: &'a Value, kind: &str, most: usize) -> Result<&'a str, Refusal> {
    let content = part["content"].as_str().unwrap_or_default();
    if content.trim().is_empty() {
        return Err((44004, "text content is empty".into()));
    }
    if content.len() > most {
        return Err((40058, format!("{kind}.content exceed max length {most}")));
    }
    Ok(content)
}

fn text(part: &Value) -> Result<(String, Vec<Drawn>), Refusal> {
    let content = bytes_at_most(part, "text", 2048)?;
    let named = part["mentioned_list"].as_array().into_iter().flatten().filter_map(Value::as_str);
    Ok((content.to_owned(), named.map(|id| Drawn::Mention(id.to_owned())).collect()))
}

fn card(part: &Value) -> Result<(), Refusal> {
    let bad = |what: &str| Err((40058, format!("template_card.{what} invalid")));
    let said = |value: &Value| value.as_str().is_some_and(|text| !text.is_empty());
    if !matches!(part["card_type"].as_str(), Some("text_notice" | "news_notice")) {
        return bad("card_type");
    }
    if !said(&part["main_title"]["title"]) && !said(&part["sub_title_text"]) {
        return bad("main_title");
    }
    let url = part["card_action"]["url"].as_str().unwrap_or_default();
    if part["card_action"]["type"] != 1 || !url.starts_with("http") {
        return bad("card_action");
    }
    let rows = part["horizontal_content_list"].as_array().map_or(&[][..], Vec::as_slice);
    if rows.len() > 6 || !rows.iter().all(|row| said(&row["keyname"])) {
        return bad("horizontal_content_list");
    }
    Ok(())
}

/// What is too long is cut without a word.
fn text_card(part: &Value) -> Result<String, Refusal> {
    let field = |name: &str| part[name].as_str().filter(|text| !text.is_empty());
    let (Some(title), Some(description), Some(url)) = (field("title"), field("description"), field("url"))
    else {
        return Err((40058, "textcard needs title, description and url".into()));
    };
    Ok(format!("{}\n{}\n{url}", cut(title, 128), cut(description, 512)))
}

fn cut(text: &str, most: usize) -> &str {
    let end = (0..=most.min(text.len())).rev().find(|end| text.is_char_boundary(*end));
    &text[..end.unwrap_or(0)]
}

/// Mentions, links and colours in a markdown text.
fn drawn(content: &str) -> Vec<Drawn> {
    let mut found = Vec::new();
    let mut rest = content;
    while let Some(at) = rest.find(['<', '[']) {
        rest = &rest[at..];
        if let Some(id) = between(rest, "<@", ">") {
            found.push(Drawn::Mention(id.to_owned()));
        } else if let Some(colour) = between(rest, "<font color=\"", "\">") {
            found.push(Drawn::Colour(colour.to_owned()));
        } else if let Some((words, after)) = rest[1..].split_once("](")
            && !words.contains('\n')
            && rest.starts_with('[')
            && let Some((url, _)) = after.split_once(')')
        {
            found.push(Drawn::Link(url.to_owned()));
        }
        rest = &rest[1..];
    }
    // Clients make a link of a bare address too.
    let bare = content.split(|c: char| c.is_whitespace() || "()（）<>，".contains(c));
    found.extend(
        bare.filter(|word| word.starts_with("http://") || word.starts_with("https://"))
            // A written link was counted above.
            .filter(|word| !content.contains(&format!("]({word})")))
            .map(|word| Drawn::Link(word.to_owned())),
    );
    found
}

fn between<'a>(text: &'a str, open: &str, close: &str) -> Option<&'a str> {
    text.strip_prefix(open)?.split_once(close).map(|(inner, _)| inner).filter(|inner| !inner.contains('\n'))
}
