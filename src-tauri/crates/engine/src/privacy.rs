//! Least data (`docs/RULES.md` §8): erasing a buyer, and content that is kept for so long and no longer.

use crate::bus::Event;
use crate::engine::Engine;
use crate::error::EngineError;
use domain::{BuyerId, MessageId, StoreId, Timestamp, from_ms, to_ms};
use std::time::Duration;
use store::{Erased, ErasureRow, StoreError, StoreRow};
use tokio::sync::Notify;

/// Payloads that are looked through at once: some milliseconds' reading.
const PAYLOADS: u32 = 500;
/// Messages that one transaction erases: whoever wants to write meanwhile waits for some milliseconds.
const MESSAGES: u32 = 200;
/// Pages of the search index that one step writes anew; as for merging.
const PAGES: u32 = 32;
/// Between two steps whoever waits for the file goes first.
const BREATH: Duration = Duration::from_millis(2);
/// How often is looked for content that has become too old.
const EVERY: Duration = Duration::from_secs(3_600);
/// Milliseconds of a day.
const DAY_MS: i64 = 86_400_000;

/// Wakes the one who does what was begun.
#[derive(Debug, Default)]
pub(crate) struct Erasing {
    wake: Notify,
}

impl Erasing {
    /// There is something to be erased or overwritten.
    pub(crate) fn wake(&self) {
        self.wake.notify_one();
    }
}

impl Engine {
    /// Erases a buyer (`docs/RULES.md` §8): names, words, pictures, payloads and what waits to be told of them outside go,
    /// counts stay. Messages go at once; payloads that mention them, and old pieces of the search index, in the minutes
    /// after it, also across a restart.
    ///
    /// # Errors
    /// [`EngineError::Invalid`] `erase_busy` while a reply to them, or a notice of them, is on its way; otherwise if the
    /// file refuses.
    pub async fn erase_buyer(&self, buyer: BuyerId) -> Result<Erased, EngineError> {
        // Under the lock of the desk no intake writes back a name that it has read before.
        let desk = self.desk().await;
        let mut tx = self.store().begin().await?;
        let erased = tx.erase_buyer(buyer, self.now()).await.map_err(|error| match error {
            StoreError::Conflict { .. } => EngineError::invalid("erase_busy"),
            other => other.into(),
        })?;
        let conversations = tx.conversations_of(buyer).await?;
        if !crate::outside::withdraw(&mut tx, &conversations, self.now()).await? {
            return Err(EngineError::invalid("erase_busy"));
        }
        tx.commit().await?;
        drop(desk);
        self.sweep_pictures().await?;
        self.erasing().wake();
        self.bus().publish(Event::All);
        Ok(erased)
    }

    /// For how many days a store's content is kept; 0 = for ever. What is older by then goes within the hour, except
    /// where something is still owed or due.
    ///
    /// # Errors
    /// [`EngineError::Invalid`] `keep_days` for less than [`LEAST_DAYS`]; otherwise if the file refuses.
    pub async fn keep_for(&self, store: StoreId, days: u32) -> Result<(), EngineError> {
        if days != 0 && days < LEAST_DAYS {
            return Err(EngineError::invalid("keep_days"));
        }
        let mut tx = self.store().begin().await?;
        tx.set_keep_days(store, days, self.now()).await?;
        tx.commit().await?;
        self.erasing().wake();
        self.bus().publish(Event::Rail);
        Ok(())
    }
}

/// A dispute may be opened for so long after a sale: nobody should lose the evidence by a slip.
pub const LEAST_DAYS: u32 = 30;

/// Erases what is to be erased until the engine stops.
pub(crate) async fn watch(engine: Engine) {
    let stop = engine.stopped();
    let work = async {
        loop {
            if let Err(error) = erase(&engine).await {
                tracing::warn!(%error, "what was to be erased is still there");
            }
            tokio::select! {
                () = engine.erasing().wake.notified() => {}
                () = tokio::time::sleep(EVERY) => {}
            }
        }
    };
    tokio::select! {
        () = stop.cancelled() => {}
        () = work => {}
    }
}

/// Everything that is to be erased now.
async fn erase(engine: &Engine) -> Result<(), EngineError> {
    let mut stores = engine.store().stores().await?;
    stores.retain(|row| row.keep_days > 0);
    let mut erased = false;
    for row in &stores {
        erased |= expire(engine, row).await?;
        erased |= expire_written(engine, row).await?;
        expire_payloads(engine, row).await?;
    }
    if let Some(days) = stores.iter().map(|row| row.keep_days).min() {
        expire_nobodys(engine, days).await?;
    }
    if erased {
        // Pictures of replies that are over for good, and whatever a face has fetched.
        engine.sweep_pictures().await?;
        engine.bus().publish(Event::All);
        engine.bus().publish(Event::Erased);
    }
    for erasure in engine.store().erasures().await? {
        look_through(engine, erasure).await?;
    }
    while engine.store().purge(PAGES).await? {
        tokio::time::sleep(BREATH).await;
    }
    Ok(())
}

/// What could not be read and is of no store may be of any: it is kept for as long as the store whose content goes first.
async fn expire_nobodys(engine: &Engine, days: u32) -> Result<(), StoreError> {
    let mut tx = engine.store().begin().await?;
    tx.expire_quarantined(None, before(engine.now(), days), engine.now()).await?;
    tx.commit().await?;
    Ok(())
}

/// What people wrote beside the messages. True if there was any.
async fn expire_written(engine: &Engine, row: &StoreRow) -> Result<bool, StoreError> {
    let before = before(engine.now(), row.keep_days);
    let mut any = false;
    loop {
        let written = engine.store().expired_written(row.id, before, MESSAGES).await?;
        if written.is_empty() {
            return Ok(any);
        }
        let mut tx = engine.store().begin().await?;
        tx.erase_written(row.id, &written, engine.now()).await?;
        tx.commit().await?;
        any = true;
        tokio::time::sleep(BREATH).await;
    }
}

/// Messages. True if there were any.
async fn expire(engine: &Engine, row: &StoreRow) -> Result<bool, StoreError> {
    let before = before(engine.now(), row.keep_days);
    let mut tx = engine.store().begin().await?;
    tx.expire_sealed(row.id, before, engine.now()).await?;
    tx.expire_quarantined(Some(row.id), before, engine.now()).await?;
    tx.commit().await?;
    let mut last = None;
    loop {
        let content = engine.store().expired(row.id, before, last.as_ref(), MESSAGES).await?;
        let Some(end) = content.last() else { return Ok(last.is_some()) };
        let mut tx = engine.store().begin().await?;
        tx.erase_expired(row.id, &content, engine.now()).await?;
        tx.commit().await?;
        last = Some(end.clone());
        tokio::time::sleep(BREATH).await;
    }
}

/// Payloads beside the messages. They are dated by when they came, and a platform's clock may be ahead of ours: a day later.
async fn expire_payloads(engine: &Engine, row: &StoreRow) -> Result<(), StoreError> {
    let before = before(engine.now(), row.keep_days.saturating_add(1));
    loop {
        let mut tx = engine.store().begin().await?;
        let more = tx.expire_payloads(row.id, before, PAYLOADS).await?;
        tx.commit().await?;
        if !more {
            return Ok(());
        }
        tokio::time::sleep(BREATH).await;
    }
}

fn before(now: Timestamp, days: u32) -> Timestamp {
    from_ms(to_ms(now).saturating_sub(i64::from(days) * DAY_MS))
}

/// Mails and notices that speak of an erased buyer; from the beginning again after a crash, since what is erased says nothing.
async fn erase_naming(engine: &Engine, erasure: &ErasureRow) -> Result<(), StoreError> {
    let (mut after, mut any) = (MessageId(0), false);
    loop {
        let (content, last) = engine.store().naming(erasure, after, PAYLOADS).await?;
        let Some(last) = last else { break };
        if !content.is_empty() {
            let mut tx = engine.store().begin().await?;
            tx.erase_naming(&content).await?;
            tx.commit().await?;
            any = true;
        }
        after = last;
        tokio::time::sleep(BREATH).await;
    }
    if any {
        engine.bus().publish(Event::All);
        engine.bus().publish(Event::Erased);
    }
    Ok(())
}

async fn look_through(engine: &Engine, erasure: ErasureRow) -> Result<(), StoreError> {
    erase_naming(engine, &erasure).await?;
    let mut after = erasure.after;
    loop {
        let (found, last) = engine.store().mentions(&erasure.words, after, PAYLOADS).await?;
        let Some(last) = last else { break };
        let mut tx = engine.store().begin().await?;
        tx.erasure_at(erasure.id, &found, last).await?;
        tx.commit().await?;
        after = last;
        tokio::time::sleep(BREATH).await;
    }
    let quarantined = engine.store().quarantine_mentions(&erasure.words, PAYLOADS).await?;
    let mut tx = engine.store().begin().await?;
    tx.erasure_done(erasure.id, &quarantined).await?;
    tx.commit().await?;
    Ok(())
}
