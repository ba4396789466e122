//! The nightly check of a mailbox: what the server has is compared, number by number, with what came in since the mailbox
//! was connected. What is missing is fetched; a difference goes into the push log and the details of the store.
//!
//! It runs between two rounds of the store's own task, over the same line, folder by folder. One that breaks off, or dies
//! with the program, leaves the folders that it has not compared; they are compared when the line is back, and the others
//! not again that night. Nothing rings again: a mail that is here under another number is known by its header.

use crate::bus::Event;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::intake::Mode;
use channels::mail::INBOX;
use channels::{Connector, Listing};
use domain::{Platform, StoreId, Timestamp};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Zoned};
use store::FolderCheck;

/// The hour of the owner's night from which on mailboxes are checked.
const FROM_HOUR: i8 = 3;
/// Over so many minutes they are spread, so that not every mailbox of a provider asks at once.
const SPREAD_MIN: u64 = 120;
/// After a check that broke off, the next try waits so long.
const AGAIN: SignedDuration = SignedDuration::from_hours(1);
/// An instant this far in the future was written by a clock that was wrong.
const AHEAD: SignedDuration = SignedDuration::from_hours(1);

/// When the folders of a store's mailbox were last checked, or tried to.
#[derive(Debug, Default)]
pub(crate) struct Nightly {
    /// The folders that are read; none until somebody looked.
    folders: Option<Vec<Folder>>,
    failed: Option<Timestamp>,
}

#[derive(Debug)]
struct Folder {
    name: String,
    checked: Option<Timestamp>,
}

impl Nightly {
    /// Checks the folders of the mailbox whose night has come, or was missed. True if it broke off and had got on: the next
    /// round tells whether the line is there, and the check goes on after it.
    pub(crate) async fn look(&mut self, engine: &Engine, store: StoreId, connector: &dyn Connector) -> bool {
        if connector.platform() != Platform::Mail {
            return false;
        }
        let now = engine.now();
        let waits = |failed: Timestamp| failed <= now && now.duration_since(failed) < AGAIN;
        if self.failed.is_some_and(waits) {
            return false;
        }
        let mut compared = 0;
        let looked = self.check(engine, store, connector, &mut compared).await;
        if compared > 0 {
            engine.bus().publish(Event::Rail);
        }
        let broke_off = looked.is_err();
        if let Err(error) = looked {
            tracing::warn!(store = store.0, %error, "a mailbox could not be compared with its server");
        }
        self.failed = (broke_off && compared == 0).then_some(now);
        broke_off && compared > 0
    }

    /// The line was cut: what broke off with it need not wait once a round comes through.
    pub(crate) const fn line_was_cut(&mut self) {
        self.failed = None;
    }

    /// Compares every folder whose turn it is, and counts them.
    async fn check(
        &mut self,
        engine: &Engine,
        store: StoreId,
        connector: &dyn Connector,
        compared: &mut u32,
    ) -> Result<(), EngineError> {
        let folders = match &mut self.folders {
            Some(folders) => folders,
            unknown => unknown.insert(folders(engine, store).await?),
        };
        let (now, zone) = (engine.now(), engine.ports().clock.zone());
        let is_due = |folder: &Folder| is_due(folder.checked, now, &zone, store);
        for folder in folders.iter_mut().filter(|folder| is_due(folder)) {
            let cursors = engine.store().store(store).await?.cursors;
            let Some(listing) = connector.listing(&folder.name, &cursors).await? else { continue };
            let found = compare(engine, store, connector, &listing).await?;
            let mut tx = engine.store().begin().await?;
            tx.note_folder_check(&found).await?;
            tx.commit().await?;
            folder.checked = Some(found.at);
            *compared += 1;
        }
        if !folders.iter().all(is_due) {
            // What cannot be compared has had its turn. Where that is all of it, it has not been read to its end yet.
            folders.iter_mut().filter(|folder| is_due(folder)).for_each(|folder| folder.checked = Some(now));
        }
        Ok(())
    }
}

/// The folders of a mailbox, and when each was last compared.
async fn folders(engine: &Engine, store: StoreId) -> Result<Vec<Folder>, EngineError> {
    let row = engine.store().store(store).await?;
    let names = match Engine::connection(&row) {
        // Its pretend server forgets everything with each start.
        Some(connection) if connection.demo => Vec::new(),
        Some(connection) => crate::mail_folders::read(&connection),
        None => vec![INBOX.to_owned()],
    };
    let checks = engine.store().folder_checks(Some(store)).await?;
    let last = |name: &String| checks.iter().find(|check| check.folder == *name).map(|check| check.at);
    Ok(names.into_iter().map(|name| Folder { checked: last(&name), name }).collect())
}

/// Whether the last night's instant has passed since the last check. A folder that was never checked is due at once: the
/// first reading has just come to its end.
fn is_due(last: Option<Timestamp>, now: Timestamp, zone: &TimeZone, store: StoreId) -> bool {
    let Some(last) = last else { return true };
    if last.duration_since(now) > AHEAD {
        return true;
    }
    let local = now.to_zoned(zone.clone());
    let today = night(&local, store);
    let night = match today {
        Some(at) if at <= now => Some(at),
        _ => local.yesterday().ok().and_then(|day| night(&day, store)),
    };
    night.is_some_and(|night| last < night)
}

/// The instant of a day on which this store is checked.
fn night(day: &Zoned, store: StoreId) -> Option<Timestamp> {
    let mixed = store
        .0
        .unsigned_abs()
        .wrapping_mul(0x9E37_79B9)
        .wrapping_add(u64::from(day.date().day().unsigned_abs()));
    let minute = i64::try_from(mixed.wrapping_mul(0x2545_F491_4F6C_DD1D) % SPREAD_MIN).unwrap_or(0);
    let start = day.date().at(FROM_HOUR, 0, 0, 0).to_zoned(day.time_zone().clone()).ok()?;
    start.timestamp().checked_add(SignedDuration::from_mins(minute)).ok()
}

async fn compare(
    engine: &Engine,
    store: StoreId,
    connector: &dyn Connector,
    listing: &Listing,
) -> Result<FolderCheck, EngineError> {
    let known = engine.store().known(store, &listing.ids).await?;
    let wanted: Vec<String> = listing.ids.iter().filter(|id| !known.contains(*id)).cloned().collect();
    let here = engine.store().count_ids(store, &listing.prefix).await?;
    let gone = here.saturating_sub(known.len() as u64);
    let (mut rest, mut missing, mut fetched) = (wanted.as_slice(), 0, 0);
    while !rest.is_empty() {
        let cursors = engine.store().store(store).await?.cursors;
        let got = connector.fetch(rest, &cursors).await?;
        // What it brought and what it learned belong together.
        let taken = engine.accept(store, Platform::Mail, &got.batch, Mode::Live).await?;
        missing += got.settled.saturating_sub(got.known);
        fetched += taken.taken;
        if got.settled == 0 {
            let detail = "the server does not hand over what it lists".to_owned();
            return Err(channels::ChannelError::Unexpected { detail }.into());
        }
        rest = rest.get(got.settled..).unwrap_or_default();
    }
    let small = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
    Ok(FolderCheck {
        store,
        folder: listing.folder.clone(),
        at: engine.now(),
        on_server: listing.count,
        missing: small(missing as u64),
        fetched: small(fetched),
        gone: small(gone),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn shanghai() -> TimeZone {
        TimeZone::fixed(domain::BEIJING)
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[rstest]
    #[case::the_evening_after("2026-03-02T05:30:00+08:00", "2026-03-02T23:00:00+08:00", false)]
    #[case::the_next_night("2026-03-02T05:30:00+08:00", "2026-03-03T05:00:00+08:00", true)]
    #[case::before_the_night("2026-03-02T05:30:00+08:00", "2026-03-03T02:59:00+08:00", false)]
    #[case::a_start_that_missed_it("2026-02-27T05:30:00+08:00", "2026-03-02T09:00:00+08:00", true)]
    #[case::the_same_night("2026-03-02T05:00:00+08:00", "2026-03-02T05:01:00+08:00", false)]
    #[case::a_clock_that_was_wrong("2031-01-01T00:00:00+08:00", "2026-03-02T09:00:00+08:00", true)]
    fn a_mailbox_is_checked_once_a_night(#[case] last: &str, #[case] now: &str, #[case] due: bool) {
        for store in 1..40 {
            let is = is_due(Some(at(last)), at(now), &shanghai(), StoreId(store));
            assert_eq!(is, due, "checked at {last}, and it is {now}, store {store}");
        }
        assert!(is_due(None, at(now), &shanghai(), StoreId(1)), "one that never was is at once");
    }

    #[test]
    fn mailboxes_are_spread_over_the_small_hours_of_the_owner() {
        let zone = TimeZone::fixed(jiff::tz::Offset::constant(-5));
        let day = at("2026-03-02T12:00:00-05:00").to_zoned(zone);
        let nights: std::collections::BTreeSet<Timestamp> =
            (1..40).filter_map(|store| night(&day, StoreId(store))).collect();
        assert!(nights.len() > 20, "not all at once: {}", nights.len());
        let (first, last) = (at("2026-03-02T03:00:00-05:00"), at("2026-03-02T05:00:00-05:00"));
        assert!(nights.iter().all(|night| (first..last).contains(night)), "by the owner's clock: {nights:?}");
    }

    #[test]
    fn a_night_whose_hour_the_clock_skips_is_a_night_all_the_same() {
        // Three in the morning does not exist on that day there.
        let zone = TimeZone::posix("AST3ADT,M3.2.0/3,M11.1.0").unwrap();
        let day = at("2026-03-08T12:00:00Z").to_zoned(zone);
        assert!(night(&day, StoreId(1)).is_some(), "later by the hour that was skipped");
    }
}
