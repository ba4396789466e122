//! Aim: what could not be read is read as soon as somebody can, once, at its own instant, and nothing is lost or rung for
//! on the way.

mod doors;
mod homes;
mod kill;

use crate::common::{House, at, batch, buyer, draft, events, save};
use channels::{Barred, Beside};
use domain::{BuyerRef, DeadlineKind, Flaw, StoreId, UnreadableCause};
use engine::{Again, AgainProgress};
use rules::message_rules::{Target, Trigger};
use serde_json::json;
use store::{IntakeWrite, QuarantineRow, QuarantineWrite};
use tokio_util::sync::CancellationToken;

const HOUR: i64 = 3_600;
const MONTH: i64 = 30 * 86_400;

/// A row of a chat history of AliExpress as the platform writes it, so many seconds into the story.
fn line(id: &str, seconds: i64, words: &str) -> Vec<u8> {
    json!({
        "message_id": id, "send_time": domain::to_ms(at(seconds)), "from_account_type": 11, "template_id": 1,
        "content": json!({ "txt": words }).to_string(),
    })
    .to_string()
    .into_bytes()
}

/// Something that another version could not read, which came so many seconds into the story.
fn unread(store: StoreId, buyer: &str, bytes: Vec<u8>, seconds: i64) -> QuarantineWrite {
    let buyer = BuyerRef { key: buyer.to_owned(), name: format!("Buyer {buyer}"), country: None };
    QuarantineWrite {
        store: Some(store),
        source: "aliexpress.im".to_owned(),
        flaw: UnreadableCause::Unknown.because("nobody could read this in those days"),
        bytes,
        own_id: buyer.key.clone(),
        beside: Beside::chat(&buyer.key, &buyer).to_text(),
        reader: "0.0.0".to_owned(),
        at: at(seconds),
    }
}

async fn keep(house: &House, rows: Vec<QuarantineWrite>) -> Vec<i64> {
    let mut tx = house.engine.store().begin().await.unwrap();
    tx.write(&IntakeWrite { quarantined: rows, ..IntakeWrite::default() }).await.unwrap();
    tx.commit().await.unwrap();
    let mut ids: Vec<i64> = kept(house).await.iter().map(|row| row.id).collect();
    ids.reverse();
    ids
}

/// What is in the quarantine, newest first.
async fn kept(house: &House) -> Vec<QuarantineRow> {
    house.engine.store().quarantine_list(None, 1_000).await.unwrap()
}

async fn all_again(house: &House) -> engine::AgainReport {
    house.engine.read_all_again(&CancellationToken::new(), |_| {}).await.unwrap()
}

#[tokio::test]
async fn after_a_start_a_newer_version_reads_what_an_older_could_not() {
    let house = House::solo().await;
    let late = unread(house.shop, "b1", line("m1", 0, "Where is my parcel?"), 5);
    keep(&house, vec![late, unread(house.shop, "b2", b"{\"half\":".to_vec(), 9)]).await;
    house.clock.set(at(2 * HOUR));
    let house = house.reopened().await;
    house.engine.start().await.unwrap();
    house.until(async || kept(&house).await.iter().all(|row| row.tried_at.is_some())).await;
    house.until(async || kept(&house).await.len() == 1).await;
    let messages = house.messages("b1").await;
    assert_eq!(messages.len(), 1, "it is a message now");
    assert_eq!((messages[0].sent_at, messages[0].received_at), (at(0), at(5)), "of the instant when it came");
    let row = &kept(&house).await[0];
    assert_eq!(
        row.flaw.cause,
        UnreadableCause::NotJson,
        "the other stays, with what this version says of it"
    );
    assert_eq!((row.seen, row.tried_at), (1, Some(at(2 * HOUR))), "it came once, whoever looked at it since");
    let clocks = house.open_deadlines("b1").await;
    let reply = clocks.iter().find(|clock| clock.kind == DeadlineKind::ReplyLimit).unwrap();
    assert_eq!(reply.from, at(0), "the platform's clock began when the buyer wrote: {clocks:?}");
    let before = house.dump().await;
    let house = house.reopened().await;
    house.engine.start().await.unwrap();
    assert_eq!(all_again(&house).await.unreadable, 1, "a person may ask for it all the same");
    assert_eq!(house.dump().await, before, "and nothing else comes of it");
}

#[tokio::test]
async fn what_is_here_already_is_not_here_twice() {
    let house = House::solo().await;
    house.hears([buyer("b1", "m1", 0, "Where is my parcel?")]).await;
    let ids = keep(&house, vec![unread(house.shop, "b1", line("m1", 0, "Where is my parcel?"), 5)]).await;
    assert_eq!(
        house.engine.read_again(ids[0]).await.unwrap(),
        Again::Read,
        "a poll has brought it meanwhile"
    );
    assert_eq!(house.messages("b1").await.len(), 1, "it is one message");
    assert!(kept(&house).await.is_empty(), "that can be read");
    assert_eq!(house.engine.read_again(ids[0]).await.unwrap(), Again::Gone, "somebody clicks twice");
}

#[tokio::test]
async fn what_a_buyer_wrote_last_month_is_found_and_rings_for_nobody() {
    let house = House::solo().await;
    save(&house.engine, &draft("所有咨询", Trigger::BuyerEnquiry, vec![], vec![Target::Everybody])).await;
    let old =
        (0..60).map(|n| unread(house.shop, &format!("b{n}"), line(&format!("m{n}"), n, "Where is it?"), n));
    keep(&house, old.collect()).await;
    house.clock.set(at(MONTH));
    let fresh = line("fresh", MONTH - HOUR, "And mine?");
    keep(&house, vec![unread(house.shop, "today", fresh, MONTH - HOUR)]).await;
    let report = all_again(&house).await;
    assert_eq!((report.read, report.unreadable), (61, 0), "{report:?}");
    let items = |notices: Vec<engine::Notice>| format!("{notices:?}");
    let told = items(house.runs(MONTH + 6 * HOUR, 300).await);
    assert!(told.contains("today"), "what is due today is told: {told}");
    assert!(!told.contains("b17"), "what was due last month is not: {told}");
    assert!(house.chat("b17").await.conversation.owes, "though it is still owed, and shown as that");
    assert!(house.chat("b17").await.conversation.owner.is_some(), "to somebody");
    let fired = house.engine.store().audit_log(None, 1_000).await.unwrap();
    let fired = fired.iter().filter(|row| row.entry.kind == "rule_fired").count();
    assert_eq!(fired, 1, "a rule fires at what came today, and at nothing of last month");
}

#[tokio::test]
async fn what_was_of_a_store_that_is_removed_goes_with_it() {
    let house = House::solo().await;
    let ids = keep(&house, vec![unread(house.shop, "b1", line("m1", 0, "Hello"), 5)]).await;
    let mut tx = house.engine.store().begin().await.unwrap();
    tx.remove_store(house.shop, at(9)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(house.engine.read_again(ids[0]).await.unwrap(), Again::Gone);
    assert_eq!(all_again(&house).await, engine::AgainReport::default(), "nothing is left of it to be tried");
}

#[tokio::test]
async fn an_erased_buyer_does_not_come_back_out_of_the_quarantine() {
    let house = House::solo().await;
    house.hears([buyer("b1", "m0", 0, "Hello")]).await;
    let key = house.chat("b1").await.conversation.buyer.unwrap();
    let ids = keep(&house, vec![unread(house.shop, "buyer-of-b1", line("m1", 9, "My address"), 9)]).await;
    house.engine.erase_buyer(key).await.unwrap();
    assert_eq!(
        house.engine.read_again(ids[0]).await.unwrap(),
        Again::Waits,
        "not while it is looked for them"
    );
    assert_eq!(all_again(&house).await.waiting, 1, "nor with all the others");
    house.engine.start().await.unwrap();
    house.until(async || house.engine.store().erasures().await.unwrap().is_empty()).await;
    let nothing = Again::Barred(Barred::Nothing);
    assert_eq!(house.engine.read_again(ids[0]).await.unwrap(), nothing, "only the list had told whose it is");
    assert_eq!(kept(&house).await[0].beside, "", "and that is gone too");
}

#[tokio::test]
async fn what_is_kept_for_so_long_is_kept_no_longer_in_the_quarantine_either() {
    let house = House::solo().await;
    let old = unread(house.shop, "b1", b"{\"old\":".to_vec(), 0);
    keep(&house, vec![old, unread(house.shop, "b2", b"{\"new\":".to_vec(), MONTH)]).await;
    house.engine.keep_for(house.shop, 30).await.unwrap();
    house.clock.set(at(MONTH + HOUR));
    house.engine.start().await.unwrap();
    house.until(async || kept(&house).await[1].packed_len == 0).await;
    assert!(kept(&house).await[0].packed_len > 0, "what came since stays");
}

#[tokio::test]
async fn a_full_disk_leaves_it_where_it_is() {
    let house = House::solo().await;
    let words = "Where is my parcel? ".repeat(9_000);
    let ids = keep(&house, vec![unread(house.shop, "b1", line("m1", 0, &words), 5)]).await;
    let before = house.dump().await;
    house.engine.store().limit_pages(Some(1)).await.unwrap();
    assert!(house.engine.read_again(ids[0]).await.is_err(), "there is no room");
    assert_eq!((house.dump().await, kept(&house).await.len()), (before, 1), "nothing has happened");
    house.engine.store().limit_pages(None).await.unwrap();
    assert_eq!(house.engine.read_again(ids[0]).await.unwrap(), Again::Read, "with room again");
    assert_eq!(house.messages("b1").await.len(), 1, "it is there");
}

#[tokio::test]
async fn whoever_tries_all_hears_how_far_it_is_and_can_stop() {
    let house = House::solo().await;
    let rows = (0..50).map(|n| unread(house.shop, &format!("b{n}"), line(&format!("m{n}"), n, "Hello"), n));
    keep(&house, rows.collect()).await;
    let stop = CancellationToken::new();
    let mut heard = Vec::new();
    let report = house.engine.read_all_again(&stop, |step| {
        heard.push(step);
        if step.done == 30 {
            stop.cancel();
        }
    });
    assert_eq!(report.await.unwrap().read, 30, "it stops after the one under way");
    assert_eq!(heard.last(), Some(&AgainProgress { done: 30, total: 50 }));
    assert_eq!(kept(&house).await.len(), 20, "the others wait for the next time");
    assert_eq!(all_again(&house).await.read, 20);
}

#[tokio::test]
async fn what_cannot_be_read_is_kept_with_its_kind_and_the_version_that_could_not() {
    let house = House::solo().await;
    let raw = domain::RawPayload { source: "aliexpress.im", bytes: b"{}".to_vec() };
    let mut came = batch([]);
    let beside = Beside::chat("b1", &buyer("b1", "m1", 0, "").buyer);
    came.quarantined.push(channels::Quarantined::new(raw, Flaw::missing("no id")).beside(beside.clone()));
    house.takes(&came).await.unwrap();
    house.takes(&events([])).await.unwrap();
    let row = &kept(&house).await[0];
    assert_eq!(row.flaw, Flaw::missing("no id"), "the reader's own word for it");
    assert_eq!(Beside::from_text(&row.beside), beside, "what it knew besides");
    assert!(!row.reader.is_empty(), "and who it was");
    let reader = row.reader.clone();
    let untried = house.engine.store().quarantine_after(0, Some(&reader), 9).await.unwrap();
    assert!(untried.is_empty(), "so that the same version does not try it at every start");
}

#[tokio::test]
async fn two_mails_without_content_are_two_and_one_that_is_looked_at_again_is_one() {
    let house = House::solo().await;
    let empty = |id: &str| {
        let raw = domain::RawPayload { source: "mail.imap", bytes: Vec::new() };
        let beside = Beside::Mail { id: id.to_owned(), received_at: None, size: 0, old: false };
        channels::Quarantined::new(raw, Flaw::missing("nothing in it")).beside(beside)
    };
    let mut came = batch([]);
    came.quarantined = vec![empty("INBOX:7:12"), empty("Junk:3:1")];
    house.takes(&came).await.unwrap();
    came.quarantined.truncate(1);
    house.takes(&came).await.unwrap();
    let rows = kept(&house).await;
    let seen: Vec<u32> = rows.iter().rev().map(|row| row.seen).collect();
    assert_eq!(seen, [2, 1], "each by its place: {rows:?}");
    let mut places: Vec<Beside> = rows.iter().map(|row| Beside::from_text(&row.beside)).collect();
    places.reverse();
    assert_eq!(places, [*empty("INBOX:7:12").beside, *empty("Junk:3:1").beside], "which each keeps");
}
