//! Replies of unknown fate: the platform is asked first, then a person.
//!
//! A message of ours that the platform shows may be such a reply: then it was sent. Rounds bring such messages by
//! themselves; besides, the conversation is read again soon after the line broke. Only a reading that certainly covers
//! the time of the send, and was made when a call that still hung would long be over, says that it did not arrive.
//! Nothing is ever sent again by itself (`docs/ARCHITECTURE.md`, "Sending").

use crate::engine::Engine;
use crate::error::EngineError;
use crate::intake::Mode;
use crate::outbox::{ASKED_AGAIN, later};
use channels::Batch;
use domain::{
    Author, Body, BodyKind, BuyerRef, IncomingEvent, IncomingMessage, MessageId, OutboxId, StoreId,
    Timestamp, Turn,
};
use std::collections::{HashMap, HashSet};
use std::time::Duration;
use store::{ConversationItem, OutboxRow, OutboxState};

/// What the row of an unknown reply says when the platform, asked again, did not show it.
pub const NOT_ARRIVED: &str = "not_arrived";
/// … when the platform shows something that might be it.
pub const UNCLEAR: &str = "reread_unclear";
/// … when the platform gave no answer.
pub const NO_ANSWER: &str = "reread_no_answer";

/// Between two looks for replies that are to be asked about.
const LOOK: Duration = Duration::from_secs(2);
/// The pauses between one asking and the next, in seconds; the last one stays.
const PAUSES_S: [i64; 6] = [4, 15, 45, 120, 300, 900];
/// A reply that the platform does not show so many seconds after the line broke did not arrive: a call hangs for 30
/// seconds at most, and the platform gets the same once more.
const SURE_AFTER_S: i64 = 60;
/// The platform's clock may be behind ours by this when its copy of a reply is looked for: it takes calls that are
/// wrong by up to five minutes. What was there before the reply was written is told by its order, not by its time.
const SKEW_S: i64 = 600;
/// More messages of ours than this after a reply of unknown fate are not looked through for it.
const LOOKED_THROUGH: u32 = 500;

/// When each reply of unknown fate is asked about next.
#[derive(Debug, Default)]
pub(crate) struct Rereads(std::sync::Mutex<HashMap<OutboxId, Look>>);

#[derive(Debug, Clone, Copy)]
struct Look {
    /// Since when it is unknown, or known to this run.
    since: Timestamp,
    next: Timestamp,
    tries: usize,
}

impl Rereads {
    fn looks(&self) -> std::sync::MutexGuard<'_, HashMap<OutboxId, Look>> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Forgets what is settled, and notes the next time of those whose turn it is; they come with whether a reading now
    /// would be sure.
    fn turn(&self, unknown: &[OutboxRow], now: Timestamp) -> HashMap<OutboxId, bool> {
        let mut looks = self.looks();
        looks.retain(|id, _| unknown.iter().any(|row| row.id == *id));
        let mut due = HashMap::new();
        for row in unknown {
            let first = Look { since: row.changed_at, next: now, tries: 0 };
            let look = looks.entry(row.id).or_insert(first);
            let pause = PAUSES_S[look.tries.min(PAUSES_S.len() - 1)];
            // A clock that was put back must not put it off for hours.
            if now < look.next && look.next <= later(now, pause) {
                continue;
            }
            due.insert(row.id, later(look.since, SURE_AFTER_S) <= now);
            *look = Look { next: later(now, pause), tries: look.tries + 1, ..*look };
        }
        due
    }
}

/// What asking the platform brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Seen {
    /// It is there, and the row is settled.
    Found,
    /// It is certainly not there.
    Absent,
    /// Something is there that might be it, or not everything could be read.
    Unclear,
    /// The platform gave no answer.
    NoAnswer,
    /// There is nobody to ask.
    Nobody,
}

impl Engine {
    /// Asks the platforms for every reply of unknown fate whose turn it is. [`Engine::start`] does this all the time.
    ///
    /// # Errors
    /// If the file refuses.
    pub async fn ask_about_unknown(&self) -> Result<(), EngineError> {
        let unknown = self.unknown().await?;
        let due = self.rereads().turn(&unknown, self.now());
        for row in unknown {
            let Some(sure) = due.get(&row.id) else { continue };
            // Asked and answered: what still comes is brought by the rounds.
            if row.detail == NOT_ARRIVED {
                continue;
            }
            match self.look_again(&row).await? {
                Seen::Absent if *sure => self.note_unknown(&row, NOT_ARRIVED).await?,
                Seen::Unclear if *sure => self.note_unknown(&row, UNCLEAR).await?,
                Seen::NoAnswer => self.note_unknown(&row, NO_ANSWER).await?,
                Seen::Absent | Seen::Unclear | Seen::Found | Seen::Nobody => {}
            }
        }
        Ok(())
    }

    /// Whether the platform of a store can be asked about a reply.
    pub async fn can_ask(&self, store: StoreId) -> bool {
        self.runners().connector(store).await.is_some()
    }

    /// Sends a reply once more that did not arrive, because a person asked for it. The platform is asked again first: what
    /// came late is settled, and not sent. False if it is no longer where the caller saw it.
    ///
    /// # Errors
    /// [`EngineError::CannotSend`] with `not_checked` if the platform can't say now that it did not arrive.
    pub async fn send_again(&self, client_id: &str) -> Result<bool, EngineError> {
        let Some(row) = self.store().outbox_by_client_id(client_id).await? else { return Ok(false) };
        if row.state != OutboxState::Unknown || row.detail != NOT_ARRIVED {
            return Ok(false);
        }
        match self.look_again(&row).await? {
            Seen::Found => Ok(true),
            Seen::Absent => {
                self.move_row(&row, OutboxState::Unknown, OutboxState::Waiting, ASKED_AGAIN).await
            }
            Seen::Unclear => {
                self.note_unknown(&row, UNCLEAR).await?;
                Err(EngineError::CannotSend { code: "not_checked" })
            }
            Seen::NoAnswer | Seen::Nobody => Err(EngineError::CannotSend { code: "not_checked" }),
        }
    }

    /// Reads the conversation of a reply again; what comes with it is taken in.
    async fn look_again(&self, row: &OutboxRow) -> Result<Seen, EngineError> {
        let item = self.store().conversation(row.reply.conversation).await?;
        let store = item.conversation.store;
        let Some(connector) = self.runners().connector_in_place(store).await else {
            return Ok(Seen::Nobody);
        };
        let buyer = self.buyer_ref(&item).await?;
        let read = match connector.reread(&item.conversation.key, &buyer, looked_from(row)).await {
            Ok(Some(read)) => read,
            Ok(None) => return Ok(Seen::Nobody),
            Err(error) => {
                tracing::info!(%error, reply = row.id.0, "the platform gave no answer about a reply");
                return Ok(Seen::NoAnswer);
            }
        };
        self.settle_by_record(store, &read.batch).await?;
        let might_be = self.might_be_among(row, &item, &read.batch).await?;
        self.accept(store, connector.platform(), &read.batch, Mode::Live).await?;
        if self.store().outbox(row.id).await?.state != OutboxState::Unknown {
            return Ok(Seen::Found);
        }
        Ok(if read.whole && !might_be { Seen::Absent } else { Seen::Unclear })
    }

    /// Whether something of ours came back that is not the reply as it was written, and may be it as the platform shows it.
    async fn might_be_among(
        &self,
        row: &OutboxRow,
        item: &ConversationItem,
        batch: &Batch,
    ) -> Result<bool, EngineError> {
        let others = self.others(row).await?;
        Ok(ours(batch).any(|message| {
            message.conversation_key == item.conversation.key
                && message.sent_at >= looked_from(row)
                && !others.contains(&message.provider_id)
                && sort(&message.body) == sort(&row.reply.body)
        }))
    }

    async fn note_unknown(&self, row: &OutboxRow, detail: &str) -> Result<(), EngineError> {
        if row.detail != detail {
            self.move_row(row, OutboxState::Unknown, OutboxState::Unknown, detail).await?;
        }
        Ok(())
    }

    /// A message of ours that the platform shows may be the reply whose fate was unknown: same conversation, same
    /// content, and no other reply of ours. Then nobody needs to be asked.
    pub(crate) async fn settle_by_record(&self, store: StoreId, batch: &Batch) -> Result<(), EngineError> {
        let unknown = self.unknown().await?;
        if unknown.is_empty() {
            return Ok(());
        }
        let mut taken = HashSet::new();
        for row in unknown {
            let item = self.store().conversation(row.reply.conversation).await?.conversation;
            if item.store != store {
                continue;
            }
            let others = self.others(&row).await?;
            let found = ours(batch).find(|message| {
                message.conversation_key == item.key
                    && message.sent_at >= looked_from(&row)
                    && same(&row.reply.body, &message.body)
                    && !others.contains(&message.provider_id)
                    && !taken.contains(&message.provider_id)
            });
            if let Some(found) = found {
                taken.insert(found.provider_id.clone());
                self.settled(&row, &found.provider_id).await?;
            }
        }
        Ok(())
    }

    /// After a start: a reply that was on its way may have come back as a message before the program died.
    pub(crate) async fn settle_all_by_history(&self) -> Result<(), EngineError> {
        for row in self.unknown().await? {
            self.settle_by_history(&row).await?;
        }
        Ok(())
    }

    /// Whether a reply of unknown fate is there already as a message of ours that the platform brought.
    pub(crate) async fn settle_by_history(&self, row: &OutboxRow) -> Result<bool, EngineError> {
        let from = (looked_from(row), Turn::default(), MessageId(0));
        let others = self.others(row).await?;
        let after = self.store().messages_after(row.reply.conversation, from, LOOKED_THROUGH).await?;
        let found = after.into_iter().find(|message| {
            message.author == Author::Seller
                && same(&row.reply.body, &message.body)
                && !others.contains(&message.provider_id)
        });
        let Some(found) = found else { return Ok(false) };
        self.settled(row, &found.provider_id).await
    }

    /// The messages that certainly are not this reply: another one of ours, or here before it was written.
    async fn others(&self, row: &OutboxRow) -> Result<HashSet<String>, EngineError> {
        let (conversation, from) = (row.reply.conversation, looked_from(row));
        let mut others: HashSet<String> = self.store().sent_ids(conversation).await?.into_iter().collect();
        let from = (from, Turn::default(), MessageId(0));
        let after = self.store().messages_after(conversation, from, LOOKED_THROUGH).await?;
        let before = |message: &store::MessageRow| row.reply.seen.is_some_and(|seen| message.id <= seen);
        let not_it = after.into_iter().filter(|message| message.outbox.is_some() || before(message));
        others.extend(not_it.map(|message| message.provider_id));
        Ok(others)
    }

    async fn unknown(&self) -> Result<Vec<OutboxRow>, EngineError> {
        let mut unsettled = self.store().outbox_unsettled().await?;
        unsettled.retain(|row| row.state == OutboxState::Unknown);
        Ok(unsettled)
    }

    async fn settled(&self, row: &OutboxRow, provider_id: &str) -> Result<bool, EngineError> {
        let mut tx = self.store().begin().await?;
        let (from, to) = (OutboxState::Unknown, OutboxState::Sent);
        match tx.move_outbox(row.id, from, to, provider_id, "found", self.now()).await {
            Ok(_) => {}
            Err(store::StoreError::Conflict { .. }) => return Ok(false),
            Err(error) => return Err(error.into()),
        }
        tx.commit().await?;
        self.folder().forget(&row.reply.file).await;
        self.outbox_changed(row.reply.conversation);
        Ok(true)
    }

    pub(crate) async fn buyer_ref(&self, item: &ConversationItem) -> Result<BuyerRef, EngineError> {
        Ok(BuyerRef { key: self.buyer_key(item).await?, name: item.buyer_name.clone(), country: None })
    }
}

/// Messages of a person at a seat.
fn ours(batch: &Batch) -> impl Iterator<Item = &IncomingMessage> {
    batch.received.iter().flat_map(|received| &received.events).filter_map(|event| match event {
        IncomingEvent::Message(message) if message.author == Author::Seller => Some(message),
        _ => None,
    })
}

/// Whether the platform shows what was sent. It gives a card its title and cuts white space at the ends of a text.
fn same(sent: &Body, shown: &Body) -> bool {
    match (sent, shown) {
        (
            Body::Text { text } | Body::Emoji { text },
            Body::Text { text: other } | Body::Emoji { text: other },
        ) => text.trim().lines().eq(other.trim().lines()),
        // Without an address, as a bridge sends it, nothing tells that it is the same picture.
        (Body::Image { url, .. }, Body::Image { url: other, .. }) => {
            !file_of(url).is_empty() && file_of(url) == file_of(other)
        }
        (Body::ItemCard { item_id, .. }, Body::ItemCard { item_id: other, .. }) => item_id == other,
        (sent, shown) => sent == shown,
    }
}

/// The last part of an address: the same picture is served by several hosts.
fn file_of(url: &str) -> &str {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    path.rsplit('/').next().unwrap_or_default()
}

/// The kind, as far as platforms keep it.
fn sort(body: &Body) -> BodyKind {
    match body.kind() {
        BodyKind::Emoji => BodyKind::Text,
        kind => kind,
    }
}

fn looked_from(row: &OutboxRow) -> Timestamp {
    later(row.reply.created_at, -SKEW_S)
}

/// Asks until the engine stops.
pub(crate) async fn watch(engine: Engine) {
    let stop = engine.stopped();
    let asks = async {
        loop {
            tokio::time::sleep(LOOK).await;
            if let Err(error) = engine.ask_about_unknown().await {
                tracing::error!(%error, "replies of unknown fate could not be looked after");
            }
        }
    };
    tokio::select! {
        () = stop.cancelled() => {}
        () = asks => {}
    }
}
