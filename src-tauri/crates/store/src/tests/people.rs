//! Stores, seats, presence, settings, buyers' notes.

use super::support::{at, before, new_store, nothing, prepare, say, shop};
use crate::{CursorWrite, DATABASE_FILE, IntakeWrite, PackedRaw, Store, StoreError};
use domain::{AccountName, Capability, CapabilityState, LogKind, Presence, RawPayload};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection};
use std::collections::BTreeMap;

#[tokio::test]
async fn a_store_keeps_what_it_was_told() {
    let shop = shop().await;
    let capabilities = BTreeMap::from([
        (Capability::ReadChat, CapabilityState::On),
        (Capability::Orders, CapabilityState::Off { code: "error_api_permission".to_owned() }),
    ]);
    let mut tx = shop.store.begin().await.unwrap();
    tx.set_multi_device_sync(shop.id, true, at(1)).await.unwrap();
    tx.set_capabilities(shop.id, &capabilities).await.unwrap();
    tx.set_paused(shop.id, true, at(2)).await.unwrap();
    let cursor =
        |value: &str| CursorWrite { store: shop.id, stream: "chat".to_owned(), value: value.to_owned() };
    tx.write(&IntakeWrite { cursors: vec![cursor("17")], ..IntakeWrite::default() }).await.unwrap();
    tx.write(&IntakeWrite { cursors: vec![cursor("18")], ..IntakeWrite::default() }).await.unwrap();
    tx.commit().await.unwrap();
    let row = shop.store.store(shop.id).await.unwrap();
    assert!(row.multi_device_sync && row.paused, "both switches");
    assert_eq!(row.capabilities, capabilities, "with the platform's own error word");
    assert_eq!(
        row.cursors,
        BTreeMap::from([("chat".to_owned(), "18".to_owned())]),
        "the newest place of a stream"
    );
    let mut tx = shop.store.begin().await.unwrap();
    let again = tx.add_store(&new_store("彩电"), at(3)).await;
    assert!(matches!(again, Err(StoreError::Conflict { .. })), "one shop is connected once: {again:?}");
}

#[tokio::test]
async fn freshness_keeps_the_last_success_through_failures() {
    let shop = shop().await;
    for (code, now) in [(None, 10), (Some("token_expired"), 20)] {
        let mut tx = shop.store.begin().await.unwrap();
        let failure = code.map(|code| crate::CheckFailure { code, owner_must_act: true });
        tx.set_freshness(shop.id, failure, at(now)).await.unwrap();
        tx.commit().await.unwrap();
    }
    let row = shop.store.store(shop.id).await.unwrap();
    assert_eq!(
        (row.last_success, row.last_error_at),
        (Some(at(10)), Some(at(20))),
        "silence is measured from success"
    );
    assert_eq!((row.last_error_code.as_str(), row.owner_must_act), ("token_expired", true), "with its cause");
}

#[tokio::test]
async fn removing_a_store_removes_everything_of_it_and_nothing_else() {
    let shop = shop().await;
    shop.take(&[say("c1", "m1", "退款", 0)]).await;
    let (before, counts) = (shop.store.dump().await.unwrap(), shop.store.view_counts(None).await.unwrap());
    let mut tx = shop.store.begin().await.unwrap();
    let other = tx.add_store(&new_store("other"), at(1)).await.unwrap();
    let payload = RawPayload { source: "test", bytes: b"{}".to_vec() };
    let raws = [PackedRaw::pack(&payload).unwrap()];
    tx.ask(&crate::IntakeAsk { raws: &raws, ..nothing(other) }).await.unwrap();
    prepare(&mut tx, other, &[say("x1", "o1", "退款", 5), say("x2", "o2", "退款", 6)]).await;
    tx.commit().await.unwrap();
    let mut tx = shop.store.begin().await.unwrap();
    tx.remove_store(other, at(9)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(shop.store.dump().await.unwrap(), before, "as if it had never been there");
    assert_eq!(shop.store.view_counts(None).await.unwrap(), counts, "the numbers too");
    let report = shop.store.verify().await.unwrap();
    assert!(report.is_whole(), "nothing hangs in the air, the index included: {report:?}");
    assert_eq!(
        shop.store.search_count("退款", false, &crate::SearchFilter::default()).await.unwrap(),
        1,
        "one is left"
    );
}

#[tokio::test]
async fn presence_is_logged_and_the_first_time_online_is_remembered() {
    let shop = shop().await;
    for (presence, now) in [(Presence::Online, 10), (Presence::Online, 20), (Presence::Suspended, 30)] {
        let mut tx = shop.store.begin().await.unwrap();
        let changed = tx.set_presence(shop.li, presence, at(now)).await.unwrap();
        assert_eq!(changed, now != 20, "saying it again changes nothing");
        tx.commit().await.unwrap();
    }
    let log = shop.store.presence_log(at(0)).await.unwrap();
    assert_eq!(
        log,
        [(shop.li, Presence::Online, at(10)), (shop.li, Presence::Suspended, at(30))],
        "hours online"
    );
    let since = shop.store.presence_log(at(25)).await.unwrap();
    assert_eq!(since, log, "the state at the start of the interval is part of it");
    let mut tx = shop.store.begin().await.unwrap();
    let gone = tx.delete_account(shop.li, at(40)).await;
    assert!(
        matches!(gone, Err(StoreError::Conflict { .. })),
        "who has signed in can only be disabled: {gone:?}"
    );
    tx.set_disabled(shop.li, true, at(41)).await.unwrap();
    tx.set_participates(shop.main, true, at(42)).await.unwrap();
    tx.delete_account(shop.wang, at(43)).await.unwrap();
    tx.commit().await.unwrap();
    let roster = shop.store.accounts().await.unwrap();
    let roster: Vec<_> =
        roster.iter().map(|a| (a.id, a.participates, a.disabled, a.ever_signed_in)).collect();
    assert_eq!(
        roster,
        [(shop.main, true, false, false), (shop.li, true, true, true)],
        "the rest of the roster"
    );
}

#[tokio::test]
async fn a_weight_is_kept_logged_once_and_a_fact() {
    let shop = shop().await;
    let weights = async || {
        let roster = shop.store.accounts().await.unwrap();
        roster.iter().map(|account| account.weight).collect::<Vec<_>>()
    };
    assert_eq!(weights().await, [1, 1, 1], "nobody is more than another to begin with");
    let before = shop.store.dump().await.unwrap();
    for (weight, now, changes) in [(0, 1, true), (0, 2, false), (100, 3, true), (100, 4, false)] {
        let mut tx = shop.store.begin().await.unwrap();
        assert_eq!(tx.set_weight(shop.li, weight, at(now)).await.unwrap(), changes, "{weight} at {now}");
        tx.commit().await.unwrap();
    }
    let mut tx = shop.store.begin().await.unwrap();
    let refused = tx.set_weight(shop.li, 101, at(5)).await;
    assert!(matches!(refused, Err(StoreError::Conflict { .. })), "{refused:?}");
    drop(tx);
    assert_eq!(weights().await, [1, 100, 1], "the others are as they were");
    assert_ne!(shop.store.dump().await.unwrap(), before, "it is a fact of the record");
    let log = shop.store.audit_log(None, 10).await.unwrap().into_iter().map(|row| row.entry);
    let told: Vec<_> =
        log.filter(|entry| entry.kind == LogKind::Weight.as_str()).map(|entry| entry.detail).collect();
    let told = told.iter().map(|detail| serde_json::from_str::<serde_json::Value>(detail).unwrap());
    let told: Vec<_> = told.map(|detail| (detail["account"].as_i64(), detail["what"].clone())).collect();
    assert_eq!(told, [(Some(shop.li.0), "100".into()), (Some(shop.li.0), "0".into())], "each change, once");
}

#[tokio::test]
async fn accounts_of_a_file_of_before_have_the_normal_weight() {
    let (dir, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    Store::open_with(dir.path(), &before("0019", folder.path()).await).await.unwrap().close().await.unwrap();
    let options = SqliteConnectOptions::new().filename(dir.path().join(DATABASE_FILE));
    let mut conn = options.connect().await.unwrap();
    sqlx::raw_sql(
        "INSERT INTO account (name, presence, participates, disabled, ever_signed_in) VALUES
            ('彩电卖家', 'offline', 0, 0, 0), ('彩电卖家:小李', 'suspended', 1, 0, 1),
            ('彩电卖家:小王', 'offline', 1, 1, 1);",
    )
    .execute(&mut conn)
    .await
    .unwrap();
    conn.close().await.unwrap();
    let roster = Store::open(dir.path()).await.unwrap().accounts().await.unwrap();
    let is: Vec<_> = roster
        .iter()
        .map(|a| (a.name.to_string(), a.presence, a.participates, a.disabled, a.ever_signed_in, a.weight))
        .collect();
    let name = |name: &str| format!("彩电卖家{name}");
    let was = [
        (name(""), Presence::Offline, false, false, false, 1),
        (name(":小李"), Presence::Suspended, true, false, true, 1),
        (name(":小王"), Presence::Offline, true, true, true, 1),
    ];
    assert_eq!(is, was, "all as it was, and a weight of 1 each");
}

#[tokio::test]
async fn a_roster_has_one_main_account_and_names_are_unique() {
    let shop = shop().await;
    for name in ["彩电卖家:小李", "另一个"] {
        let mut tx = shop.store.begin().await.unwrap();
        let done = tx.add_account(&AccountName::parse(name).unwrap(), at(0)).await;
        assert!(matches!(done, Err(StoreError::Conflict { .. })), "{name}: {done:?}");
    }
}

#[tokio::test]
async fn settings_are_kept_and_only_a_change_is_logged() {
    let shop = shop().await;
    let before = shop.store.audit_log(None, 1).await.unwrap()[0].id;
    for (value, now) in [("1", 1), ("1", 2), ("2", 3)] {
        let mut tx = shop.store.begin().await.unwrap();
        tx.set_setting("policy", value, at(now)).await.unwrap();
        tx.commit().await.unwrap();
    }
    assert_eq!(shop.store.setting("policy").await.unwrap().as_deref(), Some("2"), "the last value");
    assert_eq!(shop.store.settings().await.unwrap().len(), 1, "one key");
    assert_eq!(shop.store.audit_log(None, 1).await.unwrap()[0].id, before + 2, "two changes");
}

#[tokio::test]
async fn what_people_note_on_a_buyer_survives_the_next_message() {
    let shop = shop().await;
    shop.take(&[say("c1", "m1", "hi", 0)]).await;
    let buyer = shop.conversation("c1").await.buyer.unwrap();
    let mut tx = shop.store.begin().await.unwrap();
    tx.set_buyer_notes(buyer, true, &["大客户".to_owned()], at(1)).await.unwrap();
    let row = tx.buyer(buyer).await.unwrap().buyer;
    let again = crate::BuyerWrite {
        id: row.id,
        store: row.store,
        key: row.key,
        name: "New".into(),
        country: "ES".into(),
    };
    tx.write(&IntakeWrite { buyers: vec![again], ..IntakeWrite::default() }).await.unwrap();
    tx.commit().await.unwrap();
    let summary = shop.store.buyer_summary(buyer).await.unwrap();
    let kept = &summary.facts.buyer;
    assert!(
        kept.private_customer && kept.tags == ["大客户"],
        "people's notes are not the platform's to change"
    );
    assert_eq!((kept.name.as_str(), kept.country.as_str()), ("New", "ES"), "the name is");
    let log = shop.store.audit_log(None, 100).await.unwrap();
    let noted = log.iter().find(|row| row.entry.kind == LogKind::BuyerNotes.as_str()).unwrap();
    assert!(!noted.entry.detail.contains("大客户"), "nothing can be erased from the log: {noted:?}");
    assert_eq!(
        (summary.conversations, summary.messages, summary.first_at),
        (1, 1, Some(at(0))),
        "the side panel"
    );
}
