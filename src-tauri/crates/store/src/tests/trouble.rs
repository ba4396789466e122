//! Aim: a full disk or a damaged file costs nothing that was acknowledged.

use super::support::{Say, at, messages_of, nothing, prepare, say, shop};
use crate::{Result, Store, StoreError};
use rstest::rstest;
use std::io::{Seek, SeekFrom, Write};

fn many(round: i64) -> Vec<Say> {
    let text = "退款 please, the parcel has not come. ".repeat(8);
    (0..200).map(|n| say(&format!("c{}", n % 40), &format!("m{round}-{n}"), &text, round * 200 + n)).collect()
}

/// Where the disk ends decides in the middle of what it ends: a message, the search index, the commit.
#[rstest]
#[tokio::test]
async fn a_full_disk_stops_writing_only_and_only_until_there_is_room(
    #[values(380, 386, 392, 398, 404, 410)] pages: u32,
) {
    let shop = shop().await;
    shop.take(&many(0)).await;
    shop.store.limit_pages(Some(pages)).await.unwrap();
    let (mut round, mut full) = (1, None);
    let mut before = shop.store.dump().await.unwrap();
    while full.is_none() {
        let mut tx = shop.store.begin().await.unwrap();
        let batch = crate::IntakeWrite {
            quarantined: many(round)
                .into_iter()
                .map(|s| crate::QuarantineWrite {
                    store: None,
                    source: s.provider,
                    flaw: domain::Flaw::missing(s.text),
                    bytes: vec![],
                    own_id: String::new(),
                    beside: String::new(),
                    reader: String::new(),
                    at: s.at,
                })
                .take(1)
                .collect(),
            ..crate::IntakeWrite::default()
        };
        let done = match tx.write(&batch).await {
            Ok(()) => match fill(tx, shop.id, round).await {
                Ok(()) => Ok(()),
                Err(error) => Err(error),
            },
            Err(error) => Err(error),
        };
        match done {
            Ok(()) => before = shop.store.dump().await.unwrap(),
            Err(error) => full = Some(error),
        }
        round += 1;
        assert!(round < 100, "the limit must be reached");
    }
    assert!(matches!(full, Some(StoreError::Full)), "it says what is the matter: {full:?}");
    assert_eq!(shop.store.dump().await.unwrap(), before, "reading goes on, and no half batch is seen");
    assert!(shop.store.verify().await.unwrap().is_whole(), "the file is whole");
    shop.store.limit_pages(None).await.unwrap();
    shop.take(&many(round)).await;
    assert_ne!(shop.store.dump().await.unwrap(), before, "with room again it writes again");
    assert!(shop.store.verify().await.unwrap().is_whole(), "and is whole");
}

/// As `prepare`, but hands the error on.
async fn fill(mut tx: crate::WriteTx, store: domain::StoreId, round: i64) -> Result<()> {
    let says = many(round);
    let key = crate::ConversationKey::new(store, domain::ConversationKind::Chat, "c0");
    let ask = crate::IntakeAsk { conversations: &[key], ..nothing(store) };
    let row = tx.ask(&ask).await?.conversations.remove(0);
    let template = messages_of(&mut tx, row.id).await.remove(0);
    let mut batch = crate::IntakeWrite::default();
    for say in says {
        let (id, provider_id) = (tx.new_message(), say.provider);
        batch.messages.push(crate::MessageRow { id, provider_id, sent_at: say.at, ..template.clone() });
    }
    tx.write(&batch).await?;
    tx.commit().await?;
    Ok(())
}

#[tokio::test]
async fn damage_is_found_by_the_check() {
    let shop = shop().await;
    shop.take(&many(0)).await;
    shop.store.close().await.unwrap();
    let (dir, path) = (shop.dir, shop.store.path().to_owned());
    drop(shop.store);
    let mut file = std::fs::File::options().write(true).open(&path).unwrap();
    let pages = file.metadata().unwrap().len() / 4096;
    for page in (pages / 2)..(pages / 2 + 3) {
        file.seek(SeekFrom::Start(page * 4096 + 5)).unwrap();
        file.write_all(&[0xff; 64]).unwrap();
    }
    drop(file);
    let found = match Store::open(dir.path()).await {
        Ok(store) => store.verify().await,
        Err(error) => Err(error),
    };
    match found {
        Ok(report) => assert!(!report.is_whole(), "a damaged page must not pass for whole"),
        Err(error) => {
            assert!(matches!(error, StoreError::Damaged(_)), "it says what is the matter: {error:?}")
        }
    }
}

#[tokio::test]
async fn the_same_provider_id_twice_is_refused_as_a_whole() {
    let shop = shop().await;
    shop.take(&[say("c1", "m1", "hi", 0)]).await;
    let before = shop.store.dump().await.unwrap();
    let mut tx = shop.store.begin().await.unwrap();
    let row = tx.conversations_by_id(&[shop.id_of("c1").await]).await.unwrap().remove(0);
    let mut message = messages_of(&mut tx, row.id).await.remove(0);
    message.id = tx.new_message();
    let batch = crate::IntakeWrite { messages: vec![message], ..crate::IntakeWrite::default() };
    assert!(tx.write(&batch).await.is_err(), "the file itself guards against a message shown twice");
    drop(tx);
    assert_eq!(shop.store.dump().await.unwrap(), before, "and nothing of the batch is there");
}

#[tokio::test]
async fn writers_wait_for_each_other_and_lose_nothing() {
    let shop = shop().await;
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..20 {
        let (store, id) = (shop.store.clone(), shop.id);
        tasks.spawn(async move {
            let mut tx = store.begin().await.unwrap();
            prepare(&mut tx, id, &[say(&format!("c{}", n % 4), &format!("m{n}"), "hi", n)]).await;
            // Every third gives up.
            if n % 3 != 0 {
                tx.commit().await.unwrap();
            }
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap();
    }
    let report = shop.store.verify().await.unwrap();
    assert_eq!(report.messages, 13, "those that committed, and only those");
    assert!(report.is_whole(), "whole: {report:?}");
    assert_eq!(domain::to_ms(at(0)), super::support::MORNING, "the clock of the tests is fixed");
}
