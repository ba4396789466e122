//! Aim: whatever a platform ever sent goes through intake or into quarantine, with its bytes.

use crate::common::{House, at};
use channels::mail::{MailRules, Topics};
use channels::{Batch, Quarantined, Received, aliexpress, mail, shopee};
use domain::{IncomingEvent, Platform, RawPayload, StoreId};
use engine::Mode;
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use store::{NewStore, RawId};

fn files(folder: &str, beginning: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../channels/tests/samples").join(folder);
    let mut files: Vec<_> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file() && path.file_name().unwrap().to_string_lossy().starts_with(beginning))
        .collect();
    files.sort();
    files
}

async fn connected(house: &House, platform: Platform) -> StoreId {
    let new = NewStore {
        platform,
        name: platform.as_str().into(),
        external_id: "samples".into(),
        settings: "{}".into(),
        secret_handle: String::new(),
    };
    let mut tx = house.engine.store().begin().await.unwrap();
    let store = tx.add_store(&new, at(0)).await.unwrap();
    tx.commit().await.unwrap();
    store
}

fn read_mail(bytes: &[u8], id: usize) -> Result<Received, Quarantined> {
    let rules = MailRules { authserv_ids: vec!["mx.google.com".into()], topics: Topics::shipped() };
    let raw = || RawPayload { source: "mail.imap", bytes: bytes.to_vec() };
    match mail::parse(bytes, at(0), &format!("INBOX:1:{id}"), &rules) {
        Ok(parsed) => Ok(Received { raw: raw(), events: vec![IncomingEvent::Mail(parsed.mail)] }),
        Err(why) => Err(Quarantined::new(raw(), why.into())),
    }
}

/// Everything kept: payloads that were read, and those that were not.
async fn kept(house: &House) -> HashSet<Vec<u8>> {
    let mut kept = HashSet::new();
    let mut id = 1;
    while let Ok((_, _, bytes)) = house.engine.store().raw(RawId(id)).await {
        kept.insert(bytes);
        id += 1;
    }
    for row in house.engine.store().quarantine_list(None, 1_000).await.unwrap() {
        kept.insert(house.engine.store().quarantine_bytes(row.id).await.unwrap());
    }
    kept
}

#[tokio::test]
async fn no_sample_is_lost() {
    let house = House::solo().await;
    let platforms = [
        (Platform::Shopee, files("shopee", "")),
        (Platform::AliExpress, files("", "aliexpress_")),
        (Platform::Mail, files("", "email_")),
    ];
    for (platform, files) in platforms {
        let store = connected(&house, platform).await;
        assert!(files.len() >= 3, "there are samples of {platform:?}: {}", files.len());
        for (number, file) in files.iter().enumerate() {
            let bytes = std::fs::read(file).unwrap();
            let read = match platform {
                Platform::Shopee => shopee::parse_push(&bytes),
                Platform::AliExpress => {
                    let push = aliexpress::read_push(&bytes, at(0));
                    push.or_else(|_| aliexpress::read_answer(&bytes, at(0))).map_err(|bad| *bad)
                }
                Platform::Mail => read_mail(&bytes, number),
                Platform::Bridge => {
                    unreachable!("it has no samples: its events are written in tests/laws/bridge")
                }
            };
            let (mut batch, mut events) = (Batch::default(), 0);
            let raw = match read {
                Ok(received) => {
                    events = received.events.len() as u64;
                    batch.received.push(received.clone());
                    received.raw
                }
                Err(bad) => {
                    batch.quarantined.push(bad.clone());
                    bad.raw
                }
            };
            let accepted = house.engine.accept(store, platform, &batch, Mode::Live).await;
            let accepted = accepted.unwrap_or_else(|error| panic!("{}: {error}", file.display()));
            assert_eq!(accepted.taken, events, "every event of {} is taken in", file.display());
            assert!(kept(&house).await.contains(&raw.bytes), "the bytes of {} are kept", file.display());
            let again = house.engine.accept(store, platform, &batch, Mode::Live).await.unwrap();
            let orders = batch.received.iter().flat_map(|r| &r.events);
            let orders = orders.filter(|event| matches!(event, IncomingEvent::Order(_))).count() as u64;
            assert_eq!(again.taken, orders, "{} again is no news, but for an order's state", file.display());
        }
    }
    let report = house.engine.store().verify().await.unwrap();
    assert!(report.is_whole() && report.messages > 12, "the file is whole: {report:?}");
}
