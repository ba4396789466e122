//! Lists of conversations, their numbers, and one conversation.

use crate::{
    ConversationItem, ConversationKey, ConversationRow, LastMessage, ListCursor, ListPage, ListQuery, Result,
    Store, StoreError, View, ViewCounts, codec,
};
use domain::{
    AccountId, Author, BodyKind, BuyerId, ConversationId, ConversationKind, ConversationState, MessageId,
    Sensitive, StoreId, from_ms,
};
use serde::Deserialize;
use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// A conversation as one JSON array: sqlx asks as much for each column as SQLite for the whole of it, and an intake
/// reads thousands.
macro_rules! conversation_columns {
    () => {
        "json_array(c.id, c.store_id, c.kind, c.key, c.buyer_id, c.owner_id, c.state, c.owes, c.unread, c.due_ms,
         c.last_message_id, c.last_at_ms, c.last_author, c.preview, c.title, c.opened_at_ms, c.order_no,
         c.sensitive, c.clock) AS conversation"
    };
}

/// The array of `conversation_columns`, in its order.
#[derive(Deserialize)]
struct Stored<'a> {
    id: i64,
    store: i64,
    #[serde(borrow)]
    kind: Cow<'a, str>,
    key: String,
    buyer: i64,
    owner: i64,
    state: ConversationState,
    owes: u8,
    unread: i64,
    due: i64,
    last_id: i64,
    last_at: i64,
    last_author: Cow<'a, str>,
    preview: String,
    title: String,
    opened: i64,
    order_no: String,
    sensitive: Cow<'a, str>,
    clock: String,
}

pub(crate) fn conversation(row: &SqliteRow) -> Result<ConversationRow> {
    let stored: Stored<'_> = serde_json::from_str(row.try_get("conversation")?)?;
    let last = match stored.last_id {
        0 => None,
        id => Some(LastMessage {
            id: MessageId(id),
            at: from_ms(stored.last_at),
            author: codec::known(
                "conversation.last_author",
                &stored.last_author,
                Author::parse(&stored.last_author),
            )?,
            preview: stored.preview,
        }),
    };
    Ok(ConversationRow {
        id: ConversationId(stored.id),
        store: StoreId(stored.store),
        kind: codec::known("conversation.kind", &stored.kind, ConversationKind::parse(&stored.kind))?,
        key: stored.key,
        buyer: codec::opt_id(stored.buyer).map(BuyerId),
        owner: codec::opt_id(stored.owner).map(AccountId),
        state: stored.state,
        owes: stored.owes != 0,
        unread: codec::count(stored.unread),
        due: (stored.due != codec::NO_DUE).then(|| from_ms(stored.due)),
        last,
        title: stored.title,
        opened_at: codec::opt_at(stored.opened),
        order_no: stored.order_no,
        sensitive: match stored.sensitive.as_ref() {
            "" => None,
            name => Some(codec::known("conversation.sensitive", name, Sensitive::parse(name))?),
        },
        clock_json: stored.clock,
    })
}

fn all(rows: &[SqliteRow]) -> Result<Vec<ConversationRow>> {
    rows.iter().map(conversation).collect()
}

/// The conversations of some keys, each as `[store, kind, key]`.
pub(crate) const BY_KEYS: &str = concat!(
    "SELECT 'conversation', ",
    conversation_columns!(),
    " FROM jsonb_each(?) j CROSS JOIN conversation c INDEXED BY conversation_key
      ON c.store_id = j.value ->> 0 AND c.kind = j.value ->> 1 AND c.key = j.value ->> 2"
);

pub(crate) async fn by_ids(conn: &mut SqliteConnection, ids: String) -> Result<Vec<ConversationRow>> {
    let sql = concat!(
        "SELECT ",
        conversation_columns!(),
        " FROM json_each(?1) j CROSS JOIN conversation c ON c.id = j.value"
    );
    all(&sqlx::query(sql).bind(ids).fetch_all(conn).await?)
}

/// The chat in which an order is spoken of: one that names it, else the buyer's newest.
pub(crate) async fn chat_about(
    conn: &mut SqliteConnection,
    store: StoreId,
    order_no: &str,
    buyer_key: &str,
) -> Result<Option<ConversationRow>> {
    let by_order = concat!(
        "SELECT ",
        conversation_columns!(),
        " FROM conversation c INDEXED BY conversation_order
          WHERE c.order_no = ?1 AND c.order_no <> '' AND c.store_id = ?2 AND c.kind = 'chat'
          ORDER BY c.recency, c.id LIMIT 1"
    );
    let by_buyer = concat!(
        "SELECT ",
        conversation_columns!(),
        " FROM buyer b CROSS JOIN conversation c INDEXED BY conversation_buyer ON c.buyer_id = b.id AND c.buyer_id > 0
          WHERE b.key = ?1 AND b.store_id = ?2 AND c.kind = 'chat' ORDER BY c.recency, c.id LIMIT 1"
    );
    for (sql, value) in [(by_order, order_no), (by_buyer, buyer_key)] {
        if value.is_empty() {
            continue;
        }
        let query = sqlx::query(sql).bind(value.to_owned()).bind(store.0);
        if let Some(row) = query.fetch_optional(&mut *conn).await? {
            return Ok(Some(conversation(&row)?));
        }
    }
    Ok(None)
}

pub(crate) async fn live(
    conn: &mut SqliteConnection,
    store: Option<StoreId>,
) -> Result<Vec<ConversationRow>> {
    let sql = concat!(
        "SELECT ",
        conversation_columns!(),
        " FROM conversation c WHERE c.id IN (
            SELECT id FROM conversation WHERE kind = 'chat' AND owes = 1
            UNION SELECT conversation_id FROM deadline INDEXED BY deadline_due WHERE status = 'open')
          AND (?1 = 0 OR c.store_id = ?1) ORDER BY c.id"
    );
    all(&sqlx::query(sql).bind(store.map_or(0, |s| s.0)).fetch_all(conn).await?)
}

/// Chats of a store in which the team ever wrote from a phone: the flag 多端同步 decides what those replies count for.
pub(crate) async fn answered_by_phone(
    conn: &mut SqliteConnection,
    store: StoreId,
) -> Result<Vec<ConversationRow>> {
    let sql = concat!(
        "SELECT ",
        conversation_columns!(),
        " FROM conversation c WHERE c.store_id = ?1 AND c.kind = 'chat' AND EXISTS (
            SELECT 1 FROM message m WHERE m.conversation_id = c.id AND m.author = 'seller' AND m.device = 'mobile')
          ORDER BY c.id"
    );
    all(&sqlx::query(sql).bind(store.0).fetch_all(conn).await?)
}

/// What a line of a list has beyond its conversation `c`: its place, its buyer `b`, and what its newest message is.
macro_rules! item_columns {
    () => {
        ", c.due_ms, c.recency, c.id, b.name AS buyer_name, b.country AS buyer_country,
         b.private_customer AS buyer_private,
         (SELECT iif(m.body LIKE '{\"type\":\"erased\"%', '', m.kind) FROM message m WHERE m.id = c.last_message_id)
             AS last_kind"
    };
}

/// A page of a list: its index is named, so that a plan can't change behind our back.
macro_rules! list_sql {
    ($index:literal, $which:literal) => {
        concat!(
            "SELECT ",
            conversation_columns!(),
            item_columns!(),
            " FROM conversation c INDEXED BY ",
            $index,
            " LEFT JOIN buyer b ON b.id = c.buyer_id WHERE ",
            $which,
            " AND (c.due_ms, c.recency, c.id) > (?1, ?2, ?3) AND (?4 = 0 OR c.store_id = ?4)
             ORDER BY c.due_ms, c.recency, c.id LIMIT ?5"
        )
    };
}

pub(crate) const LIST_MINE: &str =
    list_sql!("conversation_mine", "c.kind = 'chat' AND c.owes = 1 AND c.owner_id = ?6");
pub(crate) const LIST_TEAM: &str =
    list_sql!("conversation_team", "c.kind = 'chat' AND (c.owes = 1 OR c.state = 'open')");
pub(crate) const LIST_UNASSIGNED: &str = list_sql!(
    "conversation_unassigned",
    "c.kind = 'chat' AND c.owner_id = 0 AND (c.owes = 1 OR c.state = 'open')"
);
pub(crate) const LIST_OTHER: &str =
    list_sql!("conversation_other", "c.kind <> 'chat' AND c.state = 'open' AND c.kind = ?6");
/// Newest first; `?1` is there so that all lists bind alike.
pub(crate) const LIST_DONE: &str = concat!(
    "SELECT ",
    conversation_columns!(),
    item_columns!(),
    " FROM conversation c INDEXED BY conversation_done LEFT JOIN buyer b ON b.id = c.buyer_id
     WHERE c.state = 'done' AND c.owes = 0 AND ?1 = ?1 AND (c.recency, c.id) > (?2, ?3)
       AND (?4 = 0 OR c.store_id = ?4)
     ORDER BY c.recency, c.id LIMIT ?5"
);

fn item(row: &SqliteRow) -> Result<ConversationItem> {
    let text = |column| Ok::<_, StoreError>(row.try_get::<Option<String>, _>(column)?.unwrap_or_default());
    Ok(ConversationItem {
        conversation: conversation(row)?,
        buyer_name: text("buyer_name")?,
        buyer_country: text("buyer_country")?,
        private_customer: row.try_get::<Option<bool>, _>("buyer_private")?.unwrap_or_default(),
        last_kind: match text("last_kind")?.as_str() {
            "" => None,
            kind => Some(codec::known("message.kind", kind, BodyKind::parse(kind))?),
        },
    })
}

impl Store {
    /// A page of a list, most urgent first: overdue, then by due instant, then by last activity.
    ///
    /// # Errors
    /// What the database says.
    pub async fn list(&self, query: ListQuery) -> Result<ListPage> {
        let sql = match query.view {
            View::Mine(_) => LIST_MINE,
            View::Team => LIST_TEAM,
            View::Unassigned => LIST_UNASSIGNED,
            View::Notices | View::Mails | View::Cases => LIST_OTHER,
            View::Done => LIST_DONE,
        };
        let start = ListCursor { due_ms: i64::MIN, recency: i64::MIN, id: i64::MIN };
        let after = query.after.unwrap_or(start);
        let bound = sqlx::query(sql)
            .bind(after.due_ms)
            .bind(after.recency)
            .bind(after.id)
            .bind(query.store.map_or(0, |s| s.0))
            .bind(query.limit);
        let bound = match query.view {
            View::Mine(owner) => bound.bind(owner.0),
            View::Notices => bound.bind(ConversationKind::Notice.as_str()),
            View::Mails => bound.bind(ConversationKind::Mail.as_str()),
            View::Cases => bound.bind(ConversationKind::Case.as_str()),
            View::Team | View::Unassigned | View::Done => bound,
        };
        let rows = bound.fetch_all(&mut *self.reader().await?).await?;
        let next = match rows.last() {
            Some(row) if rows.len() >= query.limit as usize => Some(ListCursor {
                due_ms: row.try_get("due_ms")?,
                recency: row.try_get("recency")?,
                id: row.try_get("id")?,
            }),
            _ => None,
        };
        Ok(ListPage { items: rows.iter().map(item).collect::<Result<_>>()?, next })
    }

    /// The numbers beside the lists, of one store or of all.
    ///
    /// # Errors
    /// What the database says.
    pub async fn view_counts(&self, store: Option<StoreId>) -> Result<ViewCounts> {
        let sql = "SELECT kind, state, owner_id, owes, unread, sum(n) AS n FROM tally
            WHERE n > 0 AND (?1 = 0 OR store_id = ?1) GROUP BY kind, state, owner_id, owes, unread";
        let query = sqlx::query(sql).bind(store.map_or(0, |s| s.0));
        let rows = query.fetch_all(&mut *self.reader().await?).await?;
        let (mut counts, mut mine) = (ViewCounts::default(), BTreeMap::<AccountId, u64>::new());
        for row in &rows {
            let kind: &str = row.try_get("kind")?;
            let kind = codec::known("tally.kind", kind, ConversationKind::parse(kind))?;
            let state: ConversationState = codec::named("tally.state", row.try_get("state")?)?;
            let owner = codec::opt_id(row.try_get("owner_id")?).map(AccountId);
            let (owes, unread): (bool, bool) = (row.try_get("owes")?, row.try_get("unread")?);
            let n = row.try_get::<i64, _>("n")?.unsigned_abs();
            let open = state == ConversationState::Open;
            match kind {
                ConversationKind::Chat if owes || open => {
                    counts.team += n;
                    counts.unassigned += if owner.is_none() { n } else { 0 };
                }
                ConversationKind::Notice if open => counts.notices += n,
                ConversationKind::Mail if open => counts.mails += n,
                ConversationKind::Case if open => counts.cases += n,
                ConversationKind::Chat
                | ConversationKind::Notice
                | ConversationKind::Mail
                | ConversationKind::Case => {}
            }
            if kind == ConversationKind::Chat && owes {
                counts.owing += n;
                if let Some(owner) = owner {
                    *mine.entry(owner).or_default() += n;
                }
            }
            counts.done += if !open && !owes { n } else { 0 };
            counts.unread += if open && unread { n } else { 0 };
        }
        counts.mine = mine.into_iter().collect();
        Ok(counts)
    }

    /// One conversation with its buyer's name.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn conversation(&self, id: ConversationId) -> Result<ConversationItem> {
        let sql = concat!(
            "SELECT ",
            conversation_columns!(),
            item_columns!(),
            " FROM conversation c LEFT JOIN buyer b ON b.id = c.buyer_id WHERE c.id = ?1"
        );
        let row = sqlx::query(sql).bind(id.0).fetch_optional(&mut *self.reader().await?).await?;
        item(&row.ok_or(StoreError::NotFound { what: "conversation", id: id.0 })?)
    }

    /// The conversation that a platform's key names.
    ///
    /// # Errors
    /// What the database says.
    pub async fn conversation_by_key(&self, key: &ConversationKey) -> Result<Option<ConversationRow>> {
        let keys = codec::json(&[(key.store.0, key.kind.as_str(), key.key.as_str())])?;
        let row = sqlx::query(BY_KEYS).bind(keys).fetch_optional(&mut *self.reader().await?).await?;
        row.as_ref().map(conversation).transpose()
    }

    /// A buyer's conversations, newest activity first.
    ///
    /// # Errors
    /// What the database says.
    pub async fn conversations_of_buyer(&self, buyer: BuyerId) -> Result<Vec<ConversationRow>> {
        let sql = concat!(
            "SELECT ",
            conversation_columns!(),
            " FROM conversation c WHERE c.buyer_id = ?1 AND c.buyer_id > 0 ORDER BY c.recency, c.id"
        );
        all(&sqlx::query(sql).bind(buyer.0).fetch_all(&mut *self.reader().await?).await?)
    }
}
