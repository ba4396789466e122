//! One event of a batch: read, checked, or kept as it came.

use super::event::{
    Buyer, Content, ConversationEvent, DisputeEvent, Event, KINDS, MessageEvent, NoticeEvent, OrderEvent,
    PastMessage, ReadEvent, Topic, Writer, WrittenOn,
};
use super::image::inline;
use super::limits::{
    BATCH_LIMIT, CONVERSATION_LIMIT, ID_LIMIT, LINES_LIMIT, LINK_LIMIT, NAME_LIMIT, TEXT_LIMIT,
};
use super::problem::Problem;
use crate::{Beside, Quarantined, Received};
use domain::{
    Author, Body, Device, DisputeSnapshot, Flaw, IncomingEvent, IncomingMessage, IncomingNotification,
    NoticeTopic, OrderLine, OrderSnapshot, RawPayload, Timestamp, UnreadableCause,
};
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

/// Where a bridge's raw payloads say they came from.
pub(crate) const SOURCE: &str = "bridge.event";
/// What is later than this much after now is not believed: it would stand above everything for good.
const AHEAD_S: i64 = 86_400;
/// 2000-01-01: what is older is a broken clock or a wrong unit.
const OLDEST_S: i64 = 946_684_800;
/// Beginnings of ids that are ours: an event must not pass for another kind's.
const RESERVED: [&str; 4] = ["notice:", "case:", "confirmed:", "bridge:"];

/// How far the team has read a conversation elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadMark {
    /// The conversation, as the bridge named it.
    pub conversation: String,
    /// What was written until then is read.
    pub at: Timestamp,
}

/// One event of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Its id; empty if it has none that can be read.
    pub id: String,
    /// What it says, if it could be read.
    pub received: Option<Received>,
    /// How far was read, if it says that.
    pub read: Option<ReadMark>,
    /// What of it could not be read.
    pub quarantined: Vec<Quarantined>,
}

/// Reads a batch, event by event.
///
/// # Errors
/// If it is no batch, or a larger one than is taken at once; nothing of it is kept then.
pub fn read_batch(body: &[u8], now: Timestamp) -> Result<Vec<Item>, Problem> {
    #[derive(Deserialize)]
    struct Batch<'a> {
        #[serde(borrow)]
        events: Vec<&'a RawValue>,
    }
    let malformed = |detail: String| Problem::Malformed { detail };
    if body.trim_ascii_start().first() != Some(&b'{') {
        // A derived reader takes a list of the fields' values as well.
        return Err(malformed("a batch is an object".into()));
    }
    let batch: Batch<'_> = serde_json::from_slice(body).map_err(|error| malformed(error.to_string()))?;
    if batch.events.len() > BATCH_LIMIT {
        return Err(Problem::TooManyEvents { limit: BATCH_LIMIT });
    }
    Ok(batch.events.into_iter().map(|raw| read_item(raw, now)).collect())
}

/// Reads one event. Never fails: what cannot be read is in the item, with its bytes.
#[must_use]
pub fn read_item(raw: &RawValue, now: Timestamp) -> Item {
    let fields = serde_json::from_str::<Map<String, Value>>(raw.get()).ok();
    let id = fields.as_ref().and_then(|fields| fields.get("id")?.as_str()).filter(|id| id.len() <= ID_LIMIT);
    let mut item =
        Item { id: id.unwrap_or_default().to_owned(), received: None, read: None, quarantined: Vec::new() };
    match fields.ok_or_else(|| Flaw::other_kind("not_an_object")).and_then(event) {
        Ok(event) => fill(&mut item, event, raw, now),
        Err(flaw) => item.quarantined.push(kept(raw.get(), flaw)),
    }
    item
}

fn event(fields: Map<String, Value>) -> Result<Event, Flaw> {
    let kind = fields.get("kind").and_then(Value::as_str).ok_or_else(|| Flaw::missing("kind_missing"))?;
    if !KINDS.contains(&kind) {
        return Err(Flaw::other_kind(format!("unknown_kind: {}", short(kind))));
    }
    serde_json::from_value(Value::Object(fields))
        .map_err(|error| Flaw::missing(format!("bad_shape: {error}")))
}

fn fill(item: &mut Item, event: Event, raw: &RawValue, now: Timestamp) {
    // Written again, without the fields that are not ours to keep.
    let bytes = serde_json::to_vec(&event).unwrap_or_default();
    let read = match event {
        Event::Message(event) => message(event, now).map(|message| vec![message]),
        Event::Conversation(event) => conversation(event, now, item),
        Event::Order(event) => order(event, now).map(|order| vec![order]),
        Event::Dispute(event) => dispute(event, now).map(|dispute| vec![dispute]),
        Event::Notice(event) => notice(event, now).map(|notice| vec![notice]),
        Event::Read(event) => read_mark(event, now).map(|mark| {
            item.read = Some(mark);
            Vec::new()
        }),
    };
    match read {
        Ok(events) if events.is_empty() => {}
        Ok(events) => {
            item.received = Some(Received { raw: RawPayload { source: SOURCE, bytes }, events });
        }
        Err(flaw) => item.quarantined.push(kept(raw.get(), flaw)),
    }
}

fn kept(text: &str, flaw: Flaw) -> Quarantined {
    Quarantined::new(RawPayload { source: SOURCE, bytes: text.as_bytes().to_vec() }, flaw)
}

fn message(event: MessageEvent, now: Timestamp) -> Result<IncomingEvent, Flaw> {
    let MessageEvent { id, conversation, buyer, author, at, body, device, order_no, direct_to } = event;
    if let Some(seat) = &direct_to {
        name("direct_to", seat)?;
    }
    let past = PastMessage { id, author, at, body, device, order_no };
    said(past, &conversation, &buyer, direct_to, now)
}

/// A message that cannot be read is kept alone; the rest of the conversation is taken.
fn conversation(
    event: ConversationEvent,
    now: Timestamp,
    item: &mut Item,
) -> Result<Vec<IncomingEvent>, Flaw> {
    name_id("id", &event.id)?;
    if event.messages.is_empty() {
        return Err(Flaw::missing("messages_missing"));
    }
    if event.messages.len() > CONVERSATION_LIMIT {
        return Err(Flaw::too_large(format!("too_many_messages: at most {CONVERSATION_LIMIT}")));
    }
    let mut events = Vec::with_capacity(event.messages.len());
    for (at, past) in event.messages.into_iter().enumerate() {
        let bytes = serde_json::to_string(&past).unwrap_or_default();
        match said(past, &event.conversation, &event.buyer, None, now) {
            Ok(message) => events.push(message),
            Err(flaw) => {
                let flaw = flaw.cause.because(format!("{flaw} (messages/{at})"));
                let beside = Beside::chat(&event.conversation, &event.buyer.named());
                item.quarantined.push(kept(&bytes, flaw).beside(beside));
            }
        }
    }
    Ok(events)
}

pub(super) fn said(
    past: PastMessage,
    conversation: &str,
    buyer: &Buyer,
    direct_to: Option<String>,
    now: Timestamp,
) -> Result<IncomingEvent, Flaw> {
    name_id("id", &past.id)?;
    if let Some(start) = RESERVED.iter().find(|start| past.id.starts_with(**start)) {
        return Err(UnreadableCause::Unknown.because(format!("id_reserved: {start}")));
    }
    name_id("conversation", conversation)?;
    name_id("buyer.id", &buyer.id)?;
    name("buyer.name", &buyer.name)?;
    optional_id("order_no", past.order_no.as_deref())?;
    Ok(IncomingEvent::Message(IncomingMessage {
        provider_id: past.id,
        conversation_key: conversation.to_owned(),
        buyer: buyer.named(),
        author: match past.author {
            Writer::Buyer => Author::Buyer,
            Writer::Seller => Author::Seller,
            Writer::Auto => Author::Auto,
            Writer::System => Author::System,
        },
        device: match past.device {
            WrittenOn::Pc => Device::Pc,
            WrittenOn::Mobile => Device::Mobile,
        },
        body: content(past.body)?,
        sent_at: believable(past.at, now)?,
        direct_to,
        order_no: past.order_no,
        item_id: None,
    }))
}

fn content(body: Content) -> Result<Body, Flaw> {
    let wanted =
        |field: Option<String>, what: &str| field.ok_or_else(|| Flaw::missing(format!("{what}_missing")));
    Ok(match body.kind.as_str() {
        "text" => Body::from_text(words(wanted(body.text, "text")?)?),
        "image" => {
            let url = match (body.url, body.data) {
                (Some(url), None) => link(url)?,
                (None, Some(data)) => inline(&data)?,
                (Some(_), Some(_)) => {
                    return Err(UnreadableCause::Unknown.because("image_twice: url or data, not both"));
                }
                (None, None) => return Err(Flaw::missing("url_missing")),
            };
            Body::Image { url, thumb: body.thumb.map(link).transpose()? }
        }
        "video" => Body::Video {
            url: link(wanted(body.url, "url")?)?,
            thumb: body.thumb.map(link).transpose()?,
            seconds: body.seconds.unwrap_or(0),
        },
        "sticker" => Body::Sticker { id: checked_id("sticker", wanted(body.sticker, "sticker")?)? },
        "order_card" => {
            Body::OrderCard { order_no: checked_id("order_no", wanted(body.order_no, "order_no")?)? }
        }
        "item_card" => {
            let title = body.title.map(|title| name("title", &title).map(|()| title)).transpose()?;
            Body::ItemCard { item_id: checked_id("item_id", wanted(body.item_id, "item_id")?)?, title }
        }
        other => {
            name("type", other)?;
            Body::Unsupported { kind: other.to_owned(), summary: words(body.text.unwrap_or_default())? }
        }
    })
}

fn order(event: OrderEvent, now: Timestamp) -> Result<IncomingEvent, Flaw> {
    name_id("id", &event.id)?;
    name_id("order_no", &event.order_no)?;
    optional_id("buyer", event.buyer.as_deref())?;
    name("status", &event.status)?;
    name("currency", &event.currency)?;
    name("amount", &event.amount)?;
    name("logistics", event.logistics.as_deref().unwrap_or_default())?;
    if event.lines.len() > LINES_LIMIT {
        return Err(Flaw::too_large(format!("too_many_lines: at most {LINES_LIMIT}")));
    }
    for line in &event.lines {
        name("lines.title", &line.title)?;
        name("lines.sku", &line.sku)?;
    }
    let lines = event.lines.into_iter();
    Ok(IncomingEvent::Order(OrderSnapshot {
        order_no: event.order_no,
        buyer_key: event.buyer,
        status: event.status,
        currency: event.currency,
        amount: event.amount,
        lines: lines
            .map(|l| OrderLine {
                title: l.title,
                sku: l.sku,
                quantity: l.quantity,
                item_id: None,
                picture: None,
            })
            .collect(),
        paid_at: event.paid_at,
        logistics: event.logistics,
        due: event.due,
        updated_at: believable(event.at, now)?,
    }))
}

fn dispute(event: DisputeEvent, now: Timestamp) -> Result<IncomingEvent, Flaw> {
    name_id("id", &event.id)?;
    name_id("dispute", &event.dispute)?;
    name_id("order_no", &event.order_no)?;
    optional_id("buyer", event.buyer.as_deref())?;
    name("status", &event.status)?;
    Ok(IncomingEvent::Dispute(DisputeSnapshot {
        provider_id: event.dispute,
        order_no: event.order_no,
        buyer_key: event.buyer,
        status: event.status,
        reason: words(event.reason)?,
        due: event.due,
        closed: event.closed,
        opened_at: believable(event.opened_at, now)?,
        updated_at: believable(event.at, now)?,
    }))
}

fn notice(event: NoticeEvent, now: Timestamp) -> Result<IncomingEvent, Flaw> {
    name_id("id", &event.id)?;
    optional_id("thread", event.thread.as_deref())?;
    optional_id("order_no", event.order_no.as_deref())?;
    name("title", &event.title)?;
    Ok(IncomingEvent::Notification(IncomingNotification {
        // Messages and notices share one space of ids in a store; the platform's own may be equal.
        provider_id: format!("notice:{}", event.id),
        thread_key: event.thread.unwrap_or_else(|| format!("notice:{}", event.id)),
        topic: match event.topic {
            Topic::Order => NoticeTopic::Order,
            Topic::Return => NoticeTopic::Return,
            Topic::Violation => NoticeTopic::Violation,
            Topic::Penalty => NoticeTopic::Penalty,
            Topic::Authorisation => NoticeTopic::Authorisation,
            Topic::Notice => NoticeTopic::Notice,
        },
        title: event.title,
        text: words(event.text)?,
        url: event.url.map(link).transpose()?,
        at: believable(event.at, now)?,
        due: event.due,
        order_no: event.order_no,
    }))
}

fn read_mark(event: ReadEvent, now: Timestamp) -> Result<ReadMark, Flaw> {
    name_id("id", &event.id)?;
    name_id("conversation", &event.conversation)?;
    Ok(ReadMark { conversation: event.conversation, at: believable(event.at, now)? })
}

fn believable(at: Timestamp, now: Timestamp) -> Result<Timestamp, Flaw> {
    let second = at.as_second();
    if second > now.as_second().saturating_add(AHEAD_S) {
        return Err(UnreadableCause::Time.because("at_in_future"));
    }
    if second < OLDEST_S {
        return Err(UnreadableCause::Time.because("at_too_old"));
    }
    Ok(at)
}

fn name_id(what: &str, id: &str) -> Result<(), Flaw> {
    if id.trim().is_empty() {
        return Err(Flaw::missing(format!("id_missing: {what}")));
    }
    if id.len() > ID_LIMIT {
        return Err(Flaw::too_large(format!("id_too_long: {what}, at most {ID_LIMIT} bytes")));
    }
    Ok(())
}

fn checked_id(what: &str, id: String) -> Result<String, Flaw> {
    name_id(what, &id).map(|()| id)
}

fn optional_id(what: &str, id: Option<&str>) -> Result<(), Flaw> {
    id.map_or(Ok(()), |id| name_id(what, id))
}

fn name(what: &str, name: &str) -> Result<(), Flaw> {
    if name.chars().count() > NAME_LIMIT {
        return Err(Flaw::too_large(format!("text_too_long: {what}, at most {NAME_LIMIT} characters")));
    }
    Ok(())
}

fn words(text: String) -> Result<String, Flaw> {
    if text.chars().count() > TEXT_LIMIT {
        let words = format!("text_too_long: at most {TEXT_LIMIT} characters; it has more");
        return Err(Flaw::too_large(words));
    }
    Ok(text)
}

pub(super) fn link(url: String) -> Result<String, Flaw> {
    if url.len() > LINK_LIMIT {
        return Err(Flaw::too_large(format!("link_too_long: at most {LINK_LIMIT} bytes")));
    }
    match url::Url::parse(&url) {
        Ok(parsed) if matches!(parsed.scheme(), "https" | "http") && parsed.has_host() => Ok(url),
        _ => Err(Flaw::missing("link_refused: only https and http")),
    }
}

fn short(text: &str) -> String {
    text.chars().take(40).collect()
}
