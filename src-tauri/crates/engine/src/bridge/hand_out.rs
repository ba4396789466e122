//! Replies go out: taken from the outbox by the call that fetches them, once, and settled by what the bridge says.

use super::host::unavailable;
use super::live::Live;
use crate::engine::Engine;
use crate::error::EngineError;
use channels::bridge::{Ack, Acknowledged, Ask, Handed, HandedState, Problem, ReplyState};
use domain::{Body, OutboxId, StoreId, Timestamp};
use std::collections::HashSet;
use std::time::Duration;
use store::{ConversationItem, OutboxRow, OutboxState, StoreError};
use tokio::time::Instant;

/// A waiting poll looks at least so often: the time for undoing ends without anybody saying so.
const LOOK: Duration = Duration::from_millis(500);

/// An instant of sending that is further than this from now is not believed: an acknowledgement follows its reply.
const OFF_BY_S: i64 = 7 * 86_400;

/// A row that an acknowledgement is about.
struct Subject {
    row: OutboxRow,
    id: String,
}

impl Engine {
    /// Waits for a reply to hand out. Whatever was handed out before and is not acknowledged comes along.
    pub(super) async fn poll_replies(
        &self,
        store: StoreId,
        live: &Live,
        ask: Ask,
    ) -> Result<Vec<Handed>, Problem> {
        if live.settings.webhook.is_some() {
            return Err(Problem::WebhookSet);
        }
        let poll = live.begin_poll();
        self.bridges().wake();
        let until = Instant::now() + ask.wait;
        loop {
            let woken = self.bridges().woken();
            tokio::pin!(woken);
            woken.as_mut().enable();
            let mut handed = {
                let _hand = live.hand.lock().await;
                if self.stopped().is_cancelled() {
                    return Err(Problem::Unavailable { detail: "closing".into() });
                }
                if live.ended.is_cancelled() {
                    return Err(Problem::Unauthorized);
                }
                // Two lines with one token: the older may be dead, and would swallow the reply.
                if !live.is_newest(poll) {
                    return Err(Problem::Replaced);
                }
                self.hand_out(store).await.map_err(unavailable)?
            };
            let left = until.saturating_duration_since(Instant::now());
            if !handed.is_empty() || left.is_zero() {
                let new: HashSet<i64> = handed.iter().map(|handed| handed.number).collect();
                let open = self.handed_before(store).await.map_err(unavailable)?;
                handed.extend(
                    open.into_iter().filter(|open| open.number > ask.after && !new.contains(&open.number)),
                );
                handed.sort_by_key(|handed| handed.number);
                return Ok(handed);
            }
            tokio::select! {
                () = woken => {}
                () = tokio::time::sleep(LOOK.min(left)) => {}
                () = live.ended.cancelled() => {}
            }
        }
    }

    /// Takes every reply whose turn it is out of the outbox: one of each conversation, and none while an earlier one of it
    /// is still on its way. What the buyer has overtaken is stopped here, at the last moment.
    pub(super) async fn hand_out(&self, store: StoreId) -> Result<Vec<Handed>, EngineError> {
        let (mut seen, mut handed) = (HashSet::new(), Vec::new());
        for row in self.store().outbox_due(self.now()).await? {
            if !seen.insert(row.reply.conversation) {
                continue;
            }
            let item = self.store().conversation(row.reply.conversation).await?;
            if item.conversation.store != store || self.earlier_on_its_way(&row).await? {
                continue;
            }
            if let Some(why) = self.why_not_handed(store, &row).await? {
                self.move_row(&row, OutboxState::Waiting, OutboxState::Refused, why).await?;
                continue;
            }
            if self.mark_sending(&row).await? {
                let row = self.store().outbox(row.id).await?;
                handed.push(self.handed(&row, &item, HandedState::New).await?);
            }
        }
        Ok(handed)
    }

    async fn earlier_on_its_way(&self, row: &OutboxRow) -> Result<bool, EngineError> {
        let others = self.store().outbox_of(row.reply.conversation).await?;
        Ok(others.iter().any(|other| other.id != row.id && other.state == OutboxState::Sending))
    }

    async fn handed_before(&self, store: StoreId) -> Result<Vec<Handed>, EngineError> {
        let mut handed = Vec::new();
        for row in self.store().outbox_unsettled().await? {
            let state = match row.state {
                OutboxState::Sending => HandedState::Taken,
                OutboxState::Unknown => HandedState::Unknown,
                OutboxState::Waiting | OutboxState::Sent | OutboxState::Refused | OutboxState::Cancelled => {
                    continue;
                }
            };
            let item = self.store().conversation(row.reply.conversation).await?;
            if item.conversation.store == store {
                handed.push(self.handed(&row, &item, state).await?);
            }
        }
        Ok(handed)
    }

    async fn handed(
        &self,
        row: &OutboxRow,
        item: &ConversationItem,
        state: HandedState,
    ) -> Result<Handed, EngineError> {
        Ok(Handed {
            id: name(row),
            number: row.id.0,
            state,
            conversation: item.conversation.key.clone(),
            buyer: self.buyer_key(item).await?,
            body: self.handed_body(row).await,
            written_at: row.reply.created_at,
        })
    }

    /// Hears what became of a reply.
    pub(super) async fn hear_fate(
        &self,
        store: StoreId,
        id: &str,
        ack: &Ack,
    ) -> Result<Acknowledged, Problem> {
        let mut row = self.reply_named(store, id).await?;
        if let (Ack::Sent { url: Some(shown), .. }, Body::Image { url, .. }) = (ack, &mut row.reply.body) {
            // The file goes; from now on it is shown from where the platform has it.
            shown.clone_into(url);
        }
        let subject = Subject { row, id: id.to_owned() };
        match ack {
            Ack::Sent { provider_id, at, .. } => {
                let stand_in = || format!("bridge:{id}");
                let provider_id = provider_id.clone().unwrap_or_else(stand_in);
                let now = self.now();
                // A message is not shown in another year because of the other side's clock.
                let believable = |at: &Timestamp| (now.as_second() - at.as_second()).abs() <= OFF_BY_S;
                self.hear_sent(subject, &provider_id, at.filter(believable).unwrap_or(now)).await
            }
            Ack::Refused { code, detail } => {
                let code = if code.trim().is_empty() { "bridge_refused" } else { code.trim() };
                let words = short(&format!("{code}: {detail}"));
                self.hear_end(subject, (OutboxState::Refused, ReplyState::Refused), &words).await
            }
            Ack::Unknown { detail } => {
                let words = short(&format!("bridge_unknown: {detail}"));
                self.hear_end(subject, (OutboxState::Unknown, ReplyState::Unknown), &words).await
            }
        }
    }

    /// It was sent: that is the stronger word, also where something else was said before. A reply that waits because a
    /// person sent it once more is then not sent again.
    async fn hear_sent(
        &self,
        of: Subject,
        provider_id: &str,
        at: Timestamp,
    ) -> Result<Acknowledged, Problem> {
        let Subject { row, id } = of;
        match row.state {
            OutboxState::Sent => Ok(Acknowledged { id, state: ReplyState::Sent, known: true }),
            OutboxState::Cancelled => Err(Problem::AlreadySettled { state: "cancelled" }),
            from @ (OutboxState::Sending
            | OutboxState::Unknown
            | OutboxState::Refused
            | OutboxState::Waiting) => match self.record_sent(&row, from, provider_id, at).await {
                Ok(()) => Ok(Acknowledged { id, state: ReplyState::Sent, known: false }),
                Err(EngineError::Store(StoreError::Conflict { .. })) => {
                    Err(Problem::AlreadySettled { state: "changed" })
                }
                Err(error) => Err(unavailable(error)),
            },
        }
    }

    async fn hear_end(
        &self,
        of: Subject,
        (to, state): (OutboxState, ReplyState),
        words: &str,
    ) -> Result<Acknowledged, Problem> {
        let Subject { row, id } = of;
        if row.state == to {
            return Ok(Acknowledged { id, state, known: true });
        }
        let may = row.state == OutboxState::Sending
            || (row.state == OutboxState::Unknown && to == OutboxState::Refused);
        if !may {
            return Err(Problem::AlreadySettled { state: row.state.as_str() });
        }
        match self.move_row(&row, row.state, to, words).await {
            Ok(true) => Ok(Acknowledged { id, state, known: false }),
            Ok(false) => Err(Problem::AlreadySettled { state: "changed" }),
            Err(error) => Err(unavailable(error)),
        }
    }

    /// The reply of this store with this id; an id of an earlier attempt names nothing any more.
    pub(super) async fn reply_named(&self, store: StoreId, id: &str) -> Result<OutboxRow, Problem> {
        let number = id.split_once('-').and_then(|(number, _)| number.parse().ok()).map(OutboxId);
        let row = match self.store().outbox(number.ok_or(Problem::NoSuchReply)?).await {
            Ok(row) => row,
            Err(StoreError::NotFound { .. }) => return Err(Problem::NoSuchReply),
            Err(error) => return Err(unavailable(error.into())),
        };
        let item = self.store().conversation(row.reply.conversation).await;
        let item = item.map_err(|error| unavailable(error.into()))?;
        if item.conversation.store != store || row.attempts == 0 {
            return Err(Problem::NoSuchReply);
        }
        if name(&row) != id {
            return Err(Problem::AlreadySettled { state: "sent_again" });
        }
        Ok(row)
    }
}

/// A reply's name between here and the bridge: a second attempt, which a person asked for, is another one.
fn name(row: &OutboxRow) -> String {
    format!("{}-{}", row.id, row.attempts)
}

/// Under which path the API has a reply.
pub(super) fn reply_path(row: &OutboxRow) -> String {
    format!("/v1/replies/{}", name(row))
}

/// Words of the other side, cut to what a person reads.
fn short(words: &str) -> String {
    words.trim().trim_end_matches(':').chars().take(300).collect()
}
