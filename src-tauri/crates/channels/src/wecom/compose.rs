//! From notices to one message. The only place that writes markup; everything else is made harmless first.

use super::limits::{CardLimits, Limits};
use super::link::safe_link;
use super::neutral::neutral;
use super::notice::{Look, Notice, Row, Tone};
use super::trim::trim_bytes;
use serde::{Deserialize, Serialize};

/// The most bytes of a headline, of a phrase of ours and of one notice among several.
const TITLE_BYTES: usize = 256;
const PHRASE_BYTES: usize = 120;
const ITEM_BYTES: usize = 240;

/// Our own words around the notices, from a catalogue. `{count}` stands for the number; where it is missing, the
/// number follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wording {
    /// Above several notices, such as `{count} 条提醒`.
    pub several: String,
    /// Below them, for those that are only counted, such as `还有 {count} 条`.
    pub more: String,
    /// With a notice that may have arrived before, such as `第 {count} 次发送，可能重复`.
    pub again: String,
    /// What a link says, such as `打开`.
    pub open: String,
}

/// What is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "shape", rename_all = "snake_case")]
pub enum Message {
    /// A text with marks.
    Markdown {
        /// The text.
        content: String,
    },
    /// A card; it fits on the platform's without loss.
    Card {
        /// The headline.
        title: String,
        /// Label and value of each row.
        rows: Vec<(String, String)>,
        /// The page that a click opens.
        link: String,
    },
}

/// One notice in the queue as the composer sees it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Item<'a> {
    pub(super) notice: &'a Notice,
    /// How often nobody knew whether it arrived.
    pub(super) unsure: u32,
}

/// A message for a notice alone.
pub(super) fn alone(item: Item<'_>, limits: &Limits, words: &Wording) -> Message {
    let link = item.notice.link.as_deref().and_then(safe_link);
    if let (Look::Card, 0, Some(link)) = (item.notice.look, item.unsure, &link)
        && let Some(card) = card(item.notice, link, limits.card)
    {
        return card;
    }
    let mut tail = String::new();
    if item.unsure > 0 {
        tail.push_str(&format!("\n{}", again(item, words)));
    }
    if let Some(link) = link {
        tail.push_str(&format!("\n[{}]({link})", phrase(&words.open)));
    }
    let mut content = headline(&neutral(&item.notice.title));
    for row in item.notice.rows.iter().filter(|row| !neutral(&row.value).is_empty()) {
        let room = limits.markdown_bytes.saturating_sub(content.len() + tail.len());
        let Some(line) = line(row, room) else { break };
        content.push_str(&line);
    }
    content.push_str(&tail);
    Message::Markdown { content }
}

/// A message for the first of several notices: as many as fit, each on a line of its own. The second number is how many
/// it shows. With `count_rest` it speaks of the others by their number.
pub(super) fn several(
    items: &[Item<'_>],
    count_rest: bool,
    limits: &Limits,
    words: &Wording,
) -> (Message, usize) {
    let lines: Vec<String> = items.iter().map(|item| one_of_several(*item, words)).collect();
    let fits = |spare: usize| {
        let mut room = limits.markdown_bytes.saturating_sub(spare);
        let fit = lines.iter().take_while(|line| {
            let fits = line.len() <= room;
            room = room.saturating_sub(line.len());
            fits
        });
        fit.count().max(1)
    };
    // The headline and the last line change with the numbers; neither is ever longer than this.
    let head = PHRASE_BYTES + "****".len();
    let all = fits(head);
    let shown = if all == lines.len() || !count_rest { all } else { fits(head + PHRASE_BYTES + "\n".len()) };
    let told = if count_rest { lines.len() } else { shown };
    let mut content = headline(&counted(&words.several, told));
    content.extend(lines.iter().take(shown).map(String::as_str));
    if shown < told {
        content.push('\n');
        content.push_str(&counted(&words.more, told - shown));
    }
    (Message::Markdown { content }, shown)
}

fn headline(text: &str) -> String {
    let text = if text.is_empty() { "…".to_owned() } else { trim_bytes(text, TITLE_BYTES) };
    format!("**{text}**")
}

/// A row as a line, cut to `room` bytes; none if there is no room for any of it.
fn line(row: &Row, room: usize) -> Option<String> {
    let (open, close) = match row.tone {
        Tone::Plain => ("", ""),
        Tone::Good => ("<font color=\"info\">", "</font>"),
        Tone::Aside => ("<font color=\"comment\">", "</font>"),
        Tone::Warning => ("<font color=\"warning\">", "</font>"),
    };
    let label = neutral(&row.label);
    let label = if label.is_empty() { label } else { format!("{}: ", trim_bytes(&label, PHRASE_BYTES)) };
    let around = "\n> ".len() + label.len() + open.len() + close.len();
    let value = trim_bytes(&neutral(&row.value), room.checked_sub(around)?);
    (!value.is_empty()).then(|| format!("\n> {label}{open}{value}{close}"))
}

fn one_of_several(item: Item<'_>, words: &Wording) -> String {
    let short = |text: &str| neutral(&trim_bytes(text, ITEM_BYTES));
    let title = trim_bytes(&short(&item.notice.title), ITEM_BYTES / 2);
    let mut text = if title.is_empty() { "…".to_owned() } else { title };
    if item.unsure > 0 {
        text.push_str(&format!(" ({})", again(item, words)));
    }
    for value in item.notice.rows.iter().map(|row| short(&row.value)).filter(|value| !value.is_empty()) {
        text.push_str(" · ");
        text.push_str(&value);
        if text.len() > ITEM_BYTES {
            break;
        }
    }
    format!("\n> {}", trim_bytes(&text, ITEM_BYTES))
}

fn again(item: Item<'_>, words: &Wording) -> String {
    counted(&words.again, usize::try_from(item.unsure).unwrap_or(usize::MAX).saturating_add(1))
}

/// A phrase with its number, which is never cut.
fn counted(template: &str, count: usize) -> String {
    let count = count.to_string();
    let template = neutral(template);
    let (before, after) =
        template.split_once("{count}").map_or((template.as_str(), None), |(b, a)| (b, Some(a)));
    let room = PHRASE_BYTES - count.len() - 1;
    match after {
        Some(after) => {
            let before = trim_bytes(before, room / 2);
            let after = trim_bytes(after, room / 2);
            format!("{before}{count}{after}")
        }
        None => format!("{} {count}", trim_bytes(before, room)),
    }
}

fn phrase(text: &str) -> String {
    let text = trim_bytes(&neutral(text), PHRASE_BYTES);
    if text.is_empty() { "…".to_owned() } else { text }
}

fn card(notice: &Notice, link: &str, limits: CardLimits) -> Option<Message> {
    let title = neutral(&notice.title);
    let rows: Vec<(String, String)> =
        notice.rows.iter().map(|row| (neutral(&row.label), neutral(&row.value))).collect();
    let chars = |text: &str, most: usize| (1..=most).contains(&text.chars().count());
    let fits = match limits {
        CardLimits::Template { title_chars, rows: most, label_chars, value_chars } => {
            chars(&title, title_chars)
                && rows.len() <= most
                && rows.iter().all(|(label, value)| chars(label, label_chars) && chars(value, value_chars))
        }
        CardLimits::Text { title_bytes, description_bytes } => {
            let description = description(&rows);
            (1..=title_bytes).contains(&title.len()) && (1..=description_bytes).contains(&description.len())
        }
    };
    fits.then(|| Message::Card { title, rows, link: link.to_owned() })
}

/// The rows of a card in one text, as an application's card wants them.
pub(super) fn description(rows: &[(String, String)]) -> String {
    let lines: Vec<String> = rows
        .iter()
        .map(|(label, value)| if label.is_empty() { value.clone() } else { format!("{label}: {value}") })
        .collect();
    lines.join("\n")
}
