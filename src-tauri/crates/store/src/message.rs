//! The messages of a conversation.

use crate::{MailRow, MessageRow, NoticeRow, PastMessages, RawId, Result, Store, StoreError, codec};
use domain::{
    AccountId, Author, Body, BodyKind, ConversationId, Device, MessageId, OutboxId, Place, StoreId, Turn,
    from_ms, to_ms,
};
use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use std::collections::HashMap;

/// The columns of [`message`].
macro_rules! message_columns {
    () => {
        "m.id, m.conversation_id, m.store_id, m.provider_id, m.author, m.account_id, m.device, m.direct,
         m.kind, m.title, m.text, m.body, m.sent_at_ms, m.turn, m.received_at_ms, m.counting, m.raw_id, m.outbox_id,
         m.item_id"
    };
}

fn message(row: &SqliteRow) -> Result<MessageRow> {
    let author: &str = row.try_get("author")?;
    let device: &str = row.try_get("device")?;
    let item_id: &str = row.try_get("item_id")?;
    Ok(MessageRow {
        id: MessageId(row.try_get("id")?),
        conversation: ConversationId(row.try_get("conversation_id")?),
        store: StoreId(row.try_get("store_id")?),
        provider_id: row.try_get("provider_id")?,
        author: codec::known("message.author", author, Author::parse(author))?,
        account: codec::opt_id(row.try_get("account_id")?).map(AccountId),
        device: codec::known("message.device", device, Device::parse(device))?,
        direct: row.try_get("direct")?,
        title: row.try_get("title")?,
        body: body(row.try_get("kind")?, row.try_get("text")?, row.try_get("body")?)?,
        item_id: (!item_id.is_empty()).then(|| item_id.to_owned()),
        sent_at: from_ms(row.try_get("sent_at_ms")?),
        turn: Turn::from_signed(row.try_get("turn")?),
        received_at: from_ms(row.try_get("received_at_ms")?),
        counting: row.try_get("counting")?,
        raw: codec::opt_id(row.try_get("raw_id")?).map(RawId),
        outbox: codec::opt_id(row.try_get("outbox_id")?).map(OutboxId),
    })
}

/// Puts a body together again: most need no JSON, because kind and text say all.
fn body(kind: &str, text: &str, json: &str) -> Result<Body> {
    if !json.is_empty() {
        return Ok(serde_json::from_str(json)?);
    }
    let text = text.to_owned();
    match BodyKind::parse(kind) {
        Some(BodyKind::Text) => Ok(Body::Text { text }),
        Some(BodyKind::Emoji) => Ok(Body::Emoji { text }),
        Some(BodyKind::Note) => Ok(Body::Note { text }),
        Some(BodyKind::OrderCard) => Ok(Body::OrderCard { order_no: text }),
        Some(BodyKind::Read) => Ok(Body::Read),
        Some(
            BodyKind::Image
            | BodyKind::Video
            | BodyKind::Sticker
            | BodyKind::ItemCard
            | BodyKind::Unsupported,
        )
        | None => Err(StoreError::Corrupt { column: "message.kind", value: kind.to_owned() }),
    }
}

/// The JSON to keep beside the words; empty where [`body`] needs none.
pub(crate) fn body_json(body: &Body) -> Result<String> {
    match body {
        Body::Text { .. } | Body::Emoji { .. } | Body::Note { .. } | Body::OrderCard { .. } | Body::Read => {
            Ok(String::new())
        }
        Body::Image { .. }
        | Body::Video { .. }
        | Body::Sticker { .. }
        | Body::ItemCard { .. }
        | Body::Unsupported { .. }
        | Body::Erased { .. } => codec::json(body),
    }
}

pub(crate) const PAGE_BEFORE: &str = concat!(
    "SELECT ",
    message_columns!(),
    " FROM message m INDEXED BY message_conversation
      WHERE m.conversation_id = ?1 AND (m.sent_at_ms, m.turn, m.id) < (?2, ?3, ?4)
      ORDER BY m.sent_at_ms DESC, m.turn DESC, m.id DESC LIMIT ?5"
);
pub(crate) const PAGE_AFTER: &str = concat!(
    "SELECT ",
    message_columns!(),
    " FROM message m INDEXED BY message_conversation
      WHERE m.conversation_id = ?1 AND (m.sent_at_ms, m.turn, m.id) > (?2, ?3, ?4)
      ORDER BY m.sent_at_ms, m.turn, m.id LIMIT ?5"
);

const OF_EACH: &str = concat!(
    "SELECT ",
    message_columns!(),
    " FROM json_each(?1) j CROSS JOIN message m INDEXED BY message_conversation ON m.conversation_id = j.value"
);

pub(crate) async fn of_each(
    conn: &mut SqliteConnection,
    ids: &[ConversationId],
) -> Result<HashMap<ConversationId, Vec<MessageRow>>> {
    let mut each: HashMap<_, Vec<_>> = HashMap::with_capacity(ids.len());
    for row in sqlx::query(OF_EACH).bind(codec::json(ids)?).fetch_all(conn).await? {
        let row = message(&row)?;
        each.entry(row.conversation).or_default().push(row);
    }
    Ok(each)
}

/// The newest messages of a sort. Mails and notices are few beside the chats, and have tables of their own to walk along.
pub(crate) async fn newest(
    conn: &mut SqliteConnection,
    of: PastMessages,
    limit: u32,
) -> Result<Vec<MessageRow>> {
    let sql = match of {
        PastMessages::Buyers => concat!(
            "SELECT ",
            message_columns!(),
            " FROM message m WHERE m.author = 'buyer' ORDER BY m.id DESC LIMIT ?1"
        ),
        PastMessages::Notices => concat!(
            "SELECT ",
            message_columns!(),
            " FROM notice n CROSS JOIN message m ON m.id = n.message_id ORDER BY n.message_id DESC LIMIT ?1"
        ),
        PastMessages::Mails => concat!(
            "SELECT ",
            message_columns!(),
            " FROM mail n CROSS JOIN message m ON m.id = n.message_id ORDER BY n.message_id DESC LIMIT ?1"
        ),
    };
    sqlx::query(sql).bind(limit).fetch_all(conn).await?.iter().map(message).collect()
}

/// A place as the index has it.
fn bound((at, turn, id): Place) -> (i64, i64, i64) {
    (to_ms(at), turn.to_signed(), id.0)
}

impl Store {
    /// Messages before a place (none: from the newest), newest first. What shares an instant is in the
    /// order of the platform's ids, whenever it came.
    ///
    /// # Errors
    /// What the database says.
    pub async fn messages(
        &self,
        conversation: ConversationId,
        before: Option<Place>,
        limit: u32,
    ) -> Result<Vec<MessageRow>> {
        let (at, turn, id) = before.map_or((i64::MAX, i64::MAX, i64::MAX), bound);
        let query = sqlx::query(PAGE_BEFORE).bind(conversation.0).bind(at).bind(turn).bind(id).bind(limit);
        query.fetch_all(&mut *self.reader().await?).await?.iter().map(message).collect()
    }

    /// Messages after a place, oldest first: to scroll down from a search hit.
    ///
    /// # Errors
    /// What the database says.
    pub async fn messages_after(
        &self,
        conversation: ConversationId,
        after: Place,
        limit: u32,
    ) -> Result<Vec<MessageRow>> {
        let (at, turn, id) = bound(after);
        let query = sqlx::query(PAGE_AFTER).bind(conversation.0).bind(at).bind(turn).bind(id).bind(limit);
        query.fetch_all(&mut *self.reader().await?).await?.iter().map(message).collect()
    }

    /// Incoming messages that reached this file after the one named: what a reply written before would ignore
    /// (stale-send stop). Ids are handed out in the order of arrival.
    ///
    /// # Errors
    /// What the database says.
    pub async fn incoming_since(
        &self,
        conversation: ConversationId,
        seen: Option<MessageId>,
    ) -> Result<Vec<MessageRow>> {
        let sql = concat!(
            "SELECT ",
            message_columns!(),
            " FROM message m WHERE m.conversation_id = ?1 AND m.id > ?2 AND m.author IN ('buyer', 'system')
              ORDER BY m.sent_at_ms, m.turn, m.id"
        );
        let query = sqlx::query(sql).bind(conversation.0).bind(seen.map_or(0, |m| m.0));
        query.fetch_all(&mut *self.reader().await?).await?.iter().map(message).collect()
    }

    /// One message.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn message(&self, id: MessageId) -> Result<MessageRow> {
        let sql = concat!("SELECT ", message_columns!(), " FROM message m WHERE m.id = ?1");
        let row = sqlx::query(sql).bind(id.0).fetch_optional(&mut *self.reader().await?).await?;
        message(&row.ok_or(StoreError::NotFound { what: "message", id: id.0 })?)
    }

    /// Several messages at once, those that exist, by id: for the feed.
    ///
    /// # Errors
    /// What the database says.
    pub async fn messages_by_id(&self, ids: &[MessageId]) -> Result<Vec<MessageRow>> {
        let sql = concat!(
            "SELECT ",
            message_columns!(),
            " FROM json_each(?1) j CROSS JOIN message m ON m.id = j.value ORDER BY m.id"
        );
        let query = sqlx::query(sql).bind(codec::json(ids)?);
        query.fetch_all(&mut *self.reader().await?).await?.iter().map(message).collect()
    }

    /// What a mail has beyond its message; none if the message is no mail.
    ///
    /// # Errors
    /// What the database says.
    pub async fn mail(&self, message: MessageId) -> Result<Option<MailRow>> {
        let sql = "SELECT from_name, from_address, html, attachments, authenticity, topic, print FROM mail
            WHERE message_id = ?1";
        let row = sqlx::query(sql).bind(message.0).fetch_optional(&mut *self.reader().await?).await?;
        let Some(row) = row else { return Ok(None) };
        let html: String = row.try_get("html")?;
        Ok(Some(MailRow {
            message,
            from_name: row.try_get("from_name")?,
            from_address: row.try_get("from_address")?,
            html: (!html.is_empty()).then_some(html),
            attachments: serde_json::from_str(row.try_get("attachments")?)?,
            authenticity: codec::named("mail.authenticity", row.try_get("authenticity")?)?,
            topic: codec::named("mail.topic", row.try_get("topic")?)?,
            print: row.try_get("print")?,
        }))
    }

    /// What a notice has beyond its message; none if the message is no notice.
    ///
    /// # Errors
    /// What the database says.
    pub async fn notice(&self, message: MessageId) -> Result<Option<NoticeRow>> {
        let sql = "SELECT topic, url, due_ms, order_no FROM notice WHERE message_id = ?1";
        let row = sqlx::query(sql).bind(message.0).fetch_optional(&mut *self.reader().await?).await?;
        let Some(row) = row else { return Ok(None) };
        let (url, order_no): (String, String) = (row.try_get("url")?, row.try_get("order_no")?);
        Ok(Some(NoticeRow {
            message,
            topic: codec::named("notice.topic", row.try_get("topic")?)?,
            url: (!url.is_empty()).then_some(url),
            due: codec::opt_at(row.try_get("due_ms")?),
            order_no: (!order_no.is_empty()).then_some(order_no),
        }))
    }
}
