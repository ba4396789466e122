//! From the door to the file, and from the file to intake.

use super::partner_of;
use crate::bus::Event;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::intake::{Mode, quarantine};
use channels::shopee::{Push, kept_push, read_push};
use channels::{Batch, Beside, Quarantined};
use domain::{Flaw, IncomingEvent, Platform, RawPayload, StoreId, UnreadableCause};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use store::{IntakeWrite, PushRow, QuarantineWrite, StoreRow};
use tokio::sync::mpsc;

/// Pushes of one transaction on their way into the file.
const GROUP: usize = 500;
/// Pushes that are worked on at once.
const PORTION: u32 = 200;
/// After the file refused, it is tried again.
const AGAIN: Duration = Duration::from_secs(5);

/// Keeps pushes as they come and tells each that it is kept: whatever came while the file was busy is one transaction.
pub(super) async fn keep(engine: Engine, mut arriving: mpsc::Receiver<Push>) {
    let stop = engine.stopped();
    let mut group = Vec::with_capacity(GROUP);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            count = arriving.recv_many(&mut group, GROUP) => if count == 0 { return },
        }
        let pushes = group.iter().map(|push| (push.partner.as_str(), &push.raw));
        match engine.keep_pushes(pushes).await {
            Ok(()) => {
                engine.pushes().count(group.iter().map(|push| push.partner.as_str()), engine.now());
                for push in group.drain(..) {
                    // Whoever gave up waiting sends it again, and it is known.
                    let _ = push.stored.send(());
                }
            }
            Err(error) => {
                tracing::error!(%error, "pushes could not be kept");
                group.clear();
            }
        }
    }
}

/// Works on what is kept, until the engine stops.
pub(super) async fn work(engine: Engine) {
    let stop = engine.stopped();
    loop {
        let more = tokio::select! {
            () = stop.cancelled() => return,
            more = engine.work_on_pushes() => more,
        };
        let pause = match more {
            Ok(true) => continue,
            Ok(false) => None,
            Err(error) => {
                tracing::error!(%error, "pushes could not be worked on");
                Some(AGAIN)
            }
        };
        tokio::select! {
            () = stop.cancelled() => return,
            () = engine.pushes().kept.notified(), if pause.is_none() => {}
            () = tokio::time::sleep(pause.unwrap_or(AGAIN)), if pause.is_some() => {}
        }
    }
}

impl Engine {
    /// Keeps pushes, each with the application that it was sent to. When this returns, none of them can be lost.
    pub(crate) async fn keep_pushes<'a>(
        &self,
        pushes: impl IntoIterator<Item = (&'a str, &'a RawPayload)>,
    ) -> Result<(), EngineError> {
        let kept = async {
            let mut tx = self.store().begin().await?;
            tx.keep_pushes(pushes, self.now())?;
            tx.commit().await?;
            Ok(())
        };
        self.disk_noted(kept.await)?;
        self.pushes().kept.notify_one();
        Ok(())
    }

    /// Takes in what the oldest pushes that wait say, then takes them out: a crash in between takes in again what is
    /// known. True if there were any.
    async fn work_on_pushes(&self) -> Result<bool, EngineError> {
        let rows = self.store().pushes(PORTION).await?;
        if rows.is_empty() {
            return Ok(false);
        }
        let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
        let sorted = self.sort_pushes(rows).await?;
        let mut to_poll = BTreeSet::new();
        for (store, batch) in &sorted.batches {
            self.settle_by_record(*store, batch).await?;
            self.accept(*store, Platform::Shopee, batch, Mode::Live).await?;
            if batch.received.iter().any(|received| !says_all(&received.events)) {
                to_poll.insert(*store);
            }
        }
        let homeless = !sorted.homeless.is_empty();
        let mut tx = self.store().begin().await?;
        // As long as nobody else writes: a shop that was connected since has tried what was nobody's until then.
        if homeless && self.homes().await? != sorted.homes {
            return Ok(true);
        }
        tx.write(&IntakeWrite { quarantined: sorted.homeless, ..IntakeWrite::default() }).await?;
        tx.drop_pushes(&ids)?;
        self.disk_noted(tx.commit().await.map(|_| ()).map_err(EngineError::from))?;
        if homeless {
            self.bus().publish(Event::Rail);
        }
        for store in to_poll {
            self.runners().news(store).await;
        }
        Ok(true)
    }

    /// Where pushes belong: each connected shop with its application and its number.
    async fn homes(&self) -> Result<Vec<Home>, EngineError> {
        let home = |row: &StoreRow| {
            partner_of(row).map(|partner| Home { partner, store: row.id, shop: shop_id(row) })
        };
        Ok(self.store().stores().await?.iter().filter_map(home).collect())
    }

    /// The connected shops of each application.
    async fn push_shops(&self, homes: &[Home]) -> BTreeMap<String, Vec<Shop>> {
        let mut shops: BTreeMap<String, Vec<Shop>> = BTreeMap::new();
        for Home { partner, store, shop } in homes {
            let own_user = self.runners().connector(*store).await.and_then(|shop| shop.own_user());
            let shop = Shop { store: *store, shop: shop.clone(), own_user };
            shops.entry(partner.clone()).or_default().push(shop);
        }
        shops
    }

    /// Finds out whose a push is that was kept because nobody knew, or because it could not be read. One that came for a
    /// store is for that one. Of an older one nobody noted the application: then the shop that it names decides.
    ///
    /// # Errors
    /// What is wrong with it, or that it is nobody's here; or if the file refuses.
    pub(crate) async fn push_again(
        &self,
        source: &str,
        bytes: Vec<u8>,
        store: Option<StoreId>,
        partner: Option<&str>,
    ) -> Result<Result<BTreeMap<StoreId, Batch>, Flaw>, EngineError> {
        let raw = kept_push(source, bytes);
        let named = read_push(raw.clone(), None).shops;
        let mut shops = self.push_shops(&self.homes().await?).await;
        shops.retain(|of, _| partner.is_none_or(|partner| partner == of));
        let mut shops: Vec<Shop> = shops.into_values().flatten().collect();
        shops.retain(|shop| match store {
            Some(store) => shop.store == store,
            None => partner.is_some() || named.contains(&shop.shop),
        });
        let mut batches = BTreeMap::new();
        let bad = sort(raw, &shops, partner.unwrap_or_default(), &mut batches);
        let bad = bad.or_else(|| batches.values_mut().find_map(|batch| batch.quarantined.pop()));
        Ok(bad.map_or(Ok(batches), |bad| Err(bad.flaw)))
    }

    /// Finds out whose each push is.
    async fn sort_pushes(&self, rows: Vec<PushRow>) -> Result<Sorted, EngineError> {
        let homes = self.homes().await?;
        let shops = self.push_shops(&homes).await;
        let mut sorted = Sorted { homes, ..Sorted::default() };
        for row in rows {
            let at = row.at;
            let shops = shops.get(&row.partner).map_or(&[][..], Vec::as_slice);
            let raw = kept_push(&row.source, row.bytes);
            if let Some(bad) = sort(raw, shops, &row.partner, &mut sorted.batches) {
                let bad = bad.beside(Beside::Push { partner: row.partner });
                sorted.homeless.push(quarantine(None, &bad, at));
            }
        }
        Ok(sorted)
    }
}

/// Where a push belongs.
#[derive(Debug, PartialEq, Eq)]
struct Home {
    partner: String,
    store: StoreId,
    shop: String,
}

/// A connected shop of an application.
struct Shop {
    store: StoreId,
    shop: String,
    own_user: Option<String>,
}

fn shop_id(row: &StoreRow) -> String {
    Engine::connection(row).map_or_else(String::new, |connection| connection.shop_id.trim().to_owned())
}

#[derive(Default)]
struct Sorted {
    /// The shops that there were.
    homes: Vec<Home>,
    batches: BTreeMap<StoreId, Batch>,
    /// What is nobody's here, or cannot be read.
    homeless: Vec<QuarantineWrite>,
}

/// Gives a push to the shops that it concerns; a push that names none concerns all of the application. Back comes what is
/// nobody's here.
fn sort(
    raw: RawPayload,
    shops: &[Shop],
    partner: &str,
    batches: &mut BTreeMap<StoreId, Batch>,
) -> Option<Quarantined> {
    let read = read_push(raw, None);
    let received = match read.content {
        Ok(received) => received,
        Err(bad) => return Some(bad),
    };
    let mut home = false;
    for shop in shops.iter().filter(|shop| read.shops.is_empty() || read.shops.contains(&shop.shop)) {
        home = true;
        let seen = match &shop.own_user {
            Some(own) => read_push(received.raw.clone(), Some(own)).content,
            None => Ok(received.clone()),
        };
        let batch = batches.entry(shop.store).or_default();
        match seen {
            Ok(received) => batch.received.push(received),
            // As it is kept while it is nobody's: then it is the same one.
            Err(bad) => batch.quarantined.push(bad.beside(Beside::Push { partner: partner.to_owned() })),
        }
    }
    let why = || format!("a push for a shop that is not connected: {}", read.shops.join(", "));
    (!home).then(|| Quarantined::new(received.raw, UnreadableCause::ForeignShop.because(why())))
}

/// Whether there is nothing more to fetch: only a buyer's message is whole. Of everything else a push is a signal.
pub(crate) fn says_all(events: &[IncomingEvent]) -> bool {
    !events.is_empty() && events.iter().all(|event| matches!(event, IncomingEvent::Message(_)))
}
