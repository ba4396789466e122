//! Aim: phone and address are kept only where the owner signed for it, only sealed, and seen only by a click that is in
//! the push log (`docs/RULES.md` §8).

mod key_store;
mod keys;
mod wire;

use crate::common::{House, at, batch, buyer, events, seller};
use channels::Batch;
use domain::{
    Body, BuyerId, IncomingEvent, LogKind, OrderContact, OrderSnapshot, PersonalField, Recipient, Secret,
};
use engine::{EngineError, Masked};
use store::{IntakeWrite, LogFilter, SealedWrite};

/// Words that nothing else begins like.
const PHONE: &str = "+86 13871605678";
pub(crate) const STREET: &str = "qzzstreet 99";
const NAME: &str = "qxxrecipient";
const NEW_STREET: &str = "qyyavenue 7";
const KEY: &str = "qkxbuyer77120";
const SIGNED: &str = "王掌柜";

pub(crate) const ALL: [&str; 6] = [PHONE, "13871605678", "71605678", STREET, NAME, NEW_STREET];

fn order(order_no: &str, status: &str, updated: i64) -> OrderSnapshot {
    OrderSnapshot {
        order_no: order_no.to_owned(),
        buyer_key: Some(KEY.to_owned()),
        status: status.to_owned(),
        currency: "USD".to_owned(),
        amount: "1.00".to_owned(),
        lines: Vec::new(),
        paid_at: None,
        logistics: None,
        due: None,
        updated_at: at(updated),
    }
}

fn contact(order_no: &str, street: &str, told: i64) -> OrderContact {
    let address = Recipient {
        name: NAME.to_owned(),
        street: street.to_owned(),
        city: "Babenki".to_owned(),
        country: "RU".to_owned(),
        ..Recipient::default()
    };
    OrderContact {
        order_no: order_no.to_owned(),
        told_at: at(told),
        phone: Some(Secret::new(PHONE)),
        address: Some(address),
    }
}

/// An order and what it tells of its recipient, as a connector hands them over.
pub(crate) fn told(order_no: &str, street: &str, updated: i64) -> Batch {
    let event = IncomingEvent::Order(order(order_no, &format!("S{updated}"), updated));
    Batch { contacts: vec![contact(order_no, street, updated)], ..events([event]) }
}

/// The same of another buyer, who wrote nothing.
fn of_another(mut batch: Batch) -> Batch {
    for event in batch.received.iter_mut().flat_map(|received| &mut received.events) {
        if let IncomingEvent::Order(order) = event {
            order.buyer_key = Some("somebody else".to_owned());
        }
    }
    batch
}

/// A shop whose buyer of the order writes.
async fn shop() -> House {
    let house = House::solo().await;
    let mut say = buyer("c1", "m1", 1, "where is my order?");
    say.buyer.key = KEY.to_owned();
    say.order_no = Some("O1".to_owned());
    house.takes(&batch([say])).await.unwrap();
    house
}

/// The same, with both fields switched on.
async fn keeping() -> House {
    let house = shop().await;
    for field in PersonalField::ALL {
        keep(&house, field).await;
    }
    house
}

async fn keep(house: &House, field: PersonalField) {
    let me = house.engine.main_account().await;
    house.engine.keep_personal(house.shop, field, me, SIGNED).await.unwrap();
}

async fn drop_it(house: &House, field: PersonalField) -> u64 {
    let me = house.engine.main_account().await;
    house.engine.drop_personal(house.shop, field, me).await.unwrap()
}

/// What the cards say of an order: its phone, then its address.
async fn masks(house: &House, order_no: &str) -> Vec<Masked> {
    let fields = house.engine.masked(house.shop, &[order_no.to_owned()]).await.unwrap();
    fields.into_iter().map(|field| field.masked).collect()
}

async fn show(house: &House, order_no: &str, field: PersonalField) -> Result<String, EngineError> {
    let me = house.engine.main_account().await;
    let shown = house.engine.show_personal(house.id("c1").await, order_no, field, me).await?;
    Ok(shown.expose().to_owned())
}

/// The details of all entries of a sort.
async fn logged(house: &House, kind: LogKind) -> Vec<serde_json::Value> {
    let filter = LogFilter { kinds: vec![kind], ..LogFilter::default() };
    let page = house.engine.store().log_page(&filter, None, 100).await.unwrap();
    let detail = |row: &store::LogRow| serde_json::from_str(&row.row.entry.detail).unwrap();
    page.rows.iter().rev().map(detail).collect()
}

/// Which of these words any file of the folder has, packed payloads and quarantine read.
pub(super) async fn found(house: &House, words: &[&str]) -> Vec<String> {
    let holds = |bytes: &[u8], word: &str| bytes.windows(word.len()).any(|part| part == word.as_bytes());
    let mut haystacks = house.files();
    for row in house.engine.store().quarantine_list(None, 100).await.unwrap() {
        haystacks.push(house.engine.store().quarantine_bytes(row.id).await.unwrap());
    }
    let asked: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
    let (packed, _) = house.engine.store().mentions(&asked, store::RawId(0), 10_000).await.unwrap();
    let in_files = words.iter().filter(|word| haystacks.iter().any(|bytes| holds(bytes, word)));
    in_files
        .map(|word| (*word).to_owned())
        .chain(packed.iter().map(|raw| format!("payload {}", raw.0)))
        .collect()
}

async fn buyer_of(house: &House) -> BuyerId {
    house.chat("c1").await.conversation.buyer.unwrap()
}

fn mask(text: &str) -> Masked {
    Masked::Mask { text: text.to_owned(), stale: false }
}

#[tokio::test]
async fn nothing_personal_is_kept_as_long_as_nobody_signed_for_it() {
    let house = shop().await;
    house.takes(&told("O1", STREET, 10)).await.unwrap();
    assert_eq!(masks(&house, "O1").await, [], "nothing to show");
    assert_eq!(found(&house, &ALL).await, [""; 0], "in no file of the folder");
    assert!(house.vault.all().is_empty(), "and no key was made");
    let me = house.engine.main_account().await;
    for unsigned in ["", "   "] {
        let refused = house.engine.keep_personal(house.shop, PersonalField::Phone, me, unsigned).await;
        assert!(
            matches!(refused, Err(EngineError::Invalid { .. })),
            "a slip switches nothing on: {refused:?}"
        );
    }
    assert!(!house.engine.store().store(house.shop).await.unwrap().keep.any(), "it is off");
    keep(&house, PersonalField::Phone).await;
    let signed = logged(&house, LogKind::PersonalKept).await;
    assert_eq!(signed.len(), 1, "signed once");
    assert_eq!(
        (&signed[0]["signed"], &signed[0]["field"]),
        (&SIGNED.into(), &"phone".into()),
        "by whom, what"
    );
    house.takes(&told("O1", STREET, 10)).await.unwrap();
    assert_eq!(masks(&house, "O1").await, [mask("861****5678")], "the phone alone, as it was signed for");
}

#[tokio::test]
async fn what_is_kept_is_nowhere_to_be_read_and_comes_back_through_the_engine() {
    let house = keeping().await;
    let mut heard = house.engine.bus().subscribe();
    house.takes(&told("O1", STREET, 10)).await.unwrap();
    assert_eq!(masks(&house, "O1").await, [mask("861****5678"), mask("q** · Babenki, RU, ****")], "masked");
    assert_eq!(found(&house, &ALL).await, [""; 0], "neither in the file nor in its log");
    let phone = show(&house, "O1", PersonalField::Phone).await.unwrap();
    let address = show(&house, "O1", PersonalField::Address).await.unwrap();
    assert_eq!((phone.as_str(), address), (PHONE, format!("{NAME}\n{STREET}\nBabenki, RU")), "in full");
    let house = house.reopened().await;
    assert_eq!(show(&house, "O1", PersonalField::Phone).await.unwrap(), PHONE, "also after a restart");
    house.engine.store().fold_log().await.unwrap();
    assert_eq!(found(&house, &ALL).await, [""; 0], "nor is it once it was shown");
    let mut events = String::new();
    while let Ok(event) = heard.try_recv() {
        events.push_str(&format!("{event:?}"));
    }
    assert!(ALL.iter().all(|word| !events.contains(word)), "nor in an event");
    assert!(house.engine.store().verify().await.unwrap().is_whole(), "the file agrees with itself");
}

#[tokio::test]
async fn a_look_is_in_the_push_log_once_and_before_the_value_is_given() {
    let house = keeping().await;
    house.takes(&told("O1", STREET, 10)).await.unwrap();
    masks(&house, "O1").await;
    assert_eq!(logged(&house, LogKind::PersonalShown).await.len(), 0, "a masked one is no look");
    for looks in 1..=3 {
        show(&house, "O1", PersonalField::Phone).await.unwrap();
        let log = logged(&house, LogKind::PersonalShown).await;
        assert_eq!(log.len(), looks, "one entry a click");
        let me = house.engine.main_account().await.0;
        let last = log.last().unwrap();
        assert_eq!(
            (&last["order_no"], &last["field"]),
            (&"O1".into(), &"phone".into()),
            "of which order, what"
        );
        assert_eq!(last["by"], me, "and who");
    }
    let gone = show(&house, "O2", PersonalField::Phone).await;
    assert!(matches!(gone, Err(EngineError::Invalid { .. })), "of another order nothing is kept: {gone:?}");
    assert_eq!(logged(&house, LogKind::PersonalShown).await.len(), 3, "what was not seen is no look");
}

#[tokio::test]
async fn what_cannot_be_written_into_the_push_log_is_not_shown() {
    let house = keeping().await;
    house.takes(&told("O1", STREET, 10)).await.unwrap();
    house.engine.store().limit_pages(Some(1)).await.unwrap();
    let mut looks = 0;
    let refused = loop {
        match show(&house, "O1", PersonalField::Phone).await {
            Ok(_) => looks += 1,
            Err(refused) => break refused,
        }
        assert!(looks < 2_000, "the file must come to its limit");
    };
    assert!(
        matches!(refused, EngineError::Store(store::StoreError::Full)),
        "no entry, no value: {refused:?}"
    );
    let filter = LogFilter { kinds: vec![LogKind::PersonalShown], ..LogFilter::default() };
    let entries = house.engine.store().log_count(&filter).await.unwrap();
    assert_eq!(entries, Some(looks), "and each one that was shown has its entry");
}

#[tokio::test]
async fn without_its_key_a_value_says_so_and_an_order_comes_all_the_same() {
    let house = keeping().await;
    house.takes(&told("O1", STREET, 10)).await.unwrap();
    let house = house.reopened().await;
    house.vault.lock(true);
    house.takes(&told("O2", STREET, 20)).await.unwrap();
    house.takes(&told("O1", NEW_STREET, 20)).await.unwrap();
    let row = house.engine.store().order(house.shop, "O2").await.unwrap();
    assert!(row.is_some(), "the order is there");
    assert_eq!(masks(&house, "O2").await, [Masked::Missed, Masked::Missed], "and says what it lacks");
    assert_eq!(masks(&house, "O1").await, [Masked::Locked, Masked::Locked], "what is kept waits for the key");
    let silent = show(&house, "O1", PersonalField::Phone).await;
    assert!(matches!(silent, Err(EngineError::Vault(_))), "{silent:?}");
    assert_eq!(found(&house, &ALL).await, [""; 0], "nothing is kept in the open instead");

    house.vault.lock(false);
    let stale = Masked::Mask { text: "861****5678".to_owned(), stale: true };
    assert_eq!(masks(&house, "O1").await[0], stale, "it opens again, and says that there was a later one");
    house.takes(&told("O2", STREET, 20)).await.unwrap();
    house.takes(&told("O1", NEW_STREET, 20)).await.unwrap();
    assert_eq!(
        masks(&house, "O2").await[0],
        mask("861****5678"),
        "the same state, when it comes again, is kept"
    );
    assert_eq!(masks(&house, "O1").await[0], mask("861****5678"), "and is no longer old");

    let house = house.reopened().await;
    let another = seal::Key::fresh().unwrap();
    house.vault.tamper(|kept| kept.values_mut().for_each(|secret| *secret = another.clone()));
    assert_eq!(masks(&house, "O1").await, [Masked::Lost, Masked::Lost], "another key opens nothing");
    let house = house.reopened().await;
    house.vault.tamper(std::collections::HashMap::clear);
    assert_eq!(masks(&house, "O1").await, [Masked::Lost, Masked::Lost], "nor does none");
    let lost = show(&house, "O1", PersonalField::Phone).await;
    assert!(matches!(&lost, Err(EngineError::Invalid { what }) if what == "personal_lost"), "{lost:?}");
    assert_eq!(logged(&house, LogKind::PersonalShown).await.len(), 0, "and nobody has seen anything");
}

#[tokio::test]
async fn a_value_that_was_moved_to_another_order_does_not_open() {
    let house = keeping().await;
    house.takes(&told("O1", STREET, 10)).await.unwrap();
    house.takes(&told("O2", NEW_STREET, 10)).await.unwrap();
    let rows = house.engine.store().sealed_of(house.shop, &["O2".to_owned()]).await.unwrap();
    let moved = |from: &store::SealedRow, order_no: &str, field| SealedWrite {
        store: house.shop,
        order_no: order_no.to_owned(),
        field,
        value: Some(from.value.clone()),
        told_at: at(30),
        received_at: at(30),
    };
    let (phone, address) = (&rows[0], &rows[1]);
    assert_eq!(
        (phone.field, address.field),
        (PersonalField::Phone, PersonalField::Address),
        "both are there"
    );
    let sealed = vec![moved(phone, "O1", PersonalField::Phone), moved(phone, "O2", PersonalField::Address)];
    let mut tx = house.engine.store().begin().await.unwrap();
    tx.write(&IntakeWrite { sealed, ..IntakeWrite::default() }).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(masks(&house, "O1").await[0], Masked::Lost, "another order's phone");
    assert_eq!(masks(&house, "O2").await[1], Masked::Lost, "a phone in the place of an address");
    assert_eq!(masks(&house, "O2").await[0], mask("861****5678"), "what was not moved opens");
}

#[tokio::test]
async fn the_same_order_twice_is_one_value_and_a_changed_address_takes_its_place() {
    let house = keeping().await;
    let count = async || house.engine.store().sealed_count(house.shop, PersonalField::Address).await.unwrap();
    for _ in 0..3 {
        house.takes(&told("O1", STREET, 10)).await.unwrap();
    }
    assert_eq!(count().await, 1, "once");
    house.takes(&told("O1", NEW_STREET, 20)).await.unwrap();
    house.takes(&told("O1", STREET, 10)).await.unwrap();
    assert_eq!(count().await, 1, "still one");
    let shown = show(&house, "O1", PersonalField::Address).await.unwrap();
    assert!(
        shown.contains(NEW_STREET) && !shown.contains(STREET),
        "the newer one, whatever comes late: {shown}"
    );
}

#[tokio::test]
async fn switching_off_leaves_nothing() {
    let house = keeping().await;
    house.engine.start().await.unwrap();
    house.takes(&told("O1", STREET, 10)).await.unwrap();
    let sealed = house.engine.store().sealed_of(house.shop, &["O1".to_owned()]).await.unwrap();
    let bytes: Vec<Vec<u8>> = sealed.into_iter().map(|row| row.value).collect();
    assert_eq!(drop_it(&house, PersonalField::Phone).await, 1, "one phone number goes");
    assert_eq!(masks(&house, "O1").await, [mask("q** · Babenki, RU, ****")], "the address stays");
    assert_eq!(house.vault.all().len(), 1, "with the key");
    assert_eq!(drop_it(&house, PersonalField::Address).await, 1, "then that goes too");
    assert!(house.vault.all().is_empty(), "and the key");
    house.until_erased().await;
    let files = house.files();
    let there =
        |value: &&Vec<u8>| files.iter().any(|file| file.windows(value.len()).any(|part| part == &value[..]));
    assert_eq!(bytes.iter().filter(there).count(), 0, "not even sealed bytes are on the disk");
    let log = logged(&house, LogKind::PersonalDropped).await;
    assert_eq!(log.len(), 2, "both are in the push log");
    house.takes(&told("O1", STREET, 30)).await.unwrap();
    assert_eq!(masks(&house, "O1").await, [], "and from now on nothing is kept");
    keep(&house, PersonalField::Phone).await;
    assert_eq!(masks(&house, "O1").await, [], "switched on again, it begins anew");
}

#[tokio::test]
async fn erasing_a_buyer_takes_their_phone_and_address_for_good() {
    let house = keeping().await;
    house.takes(&told("O1", STREET, 10)).await.unwrap();
    house.takes(&of_another(told("O9", NEW_STREET, 10))).await.unwrap();
    house.engine.erase_buyer(buyer_of(&house).await).await.unwrap();
    assert_eq!(masks(&house, "O1").await, [], "nothing is left");
    assert!(show(&house, "O1", PersonalField::Phone).await.is_err(), "nothing can be seen");
    house.takes(&told("O1", STREET, 40)).await.unwrap();
    assert_eq!(masks(&house, "O1").await, [], "the order goes on, and does not bring it back");
    drop_it(&house, PersonalField::Phone).await;
    keep(&house, PersonalField::Phone).await;
    house.takes(&told("O1", STREET, 50)).await.unwrap();
    assert_eq!(masks(&house, "O1").await, [], "nor does the switch");
    assert_eq!(masks(&house, "O9").await.len(), 1, "another buyer's is untouched");
}

/// Waits until so many runs have erased what is too old.
async fn expired(house: &House, runs: usize) -> Vec<serde_json::Value> {
    house.until(async || logged(house, LogKind::PersonalExpired).await.len() == runs).await;
    logged(house, LogKind::PersonalExpired).await
}

#[tokio::test]
async fn what_is_kept_goes_with_the_time_for_which_content_is_kept() {
    let day = 86_400;
    let house = keeping().await;
    house.takes(&told("O1", STREET, 10)).await.unwrap();
    house.takes(&of_another(told("O9", STREET, 10))).await.unwrap();
    house.engine.keep_for(house.shop, 30).await.unwrap();
    house.clock.advance(31 * day);
    house.takes(&of_another(told("O8", STREET, 30 * day))).await.unwrap();
    house.engine.start().await.unwrap();
    let log = expired(&house, 1).await;
    assert_eq!(log[0]["values"], 2, "phone and address of one order");
    assert_eq!(masks(&house, "O9").await, [], "it is too old");
    assert_eq!(masks(&house, "O8").await.len(), 2, "what changed a day ago stays");
    assert_eq!(masks(&house, "O1").await.len(), 2, "what its buyer still waits for stays");
    let mut answer = seller("c1", "m2", 31 * day, Body::from_text("on its way"));
    answer.buyer.key = KEY.to_owned();
    house.hears([answer]).await;
    house.engine.keep_for(house.shop, 30).await.unwrap();
    expired(&house, 2).await;
    assert_eq!(masks(&house, "O1").await, [], "until they are answered");
    house.takes(&told("O1", STREET, 31 * day)).await.unwrap();
    assert_eq!(masks(&house, "O1").await, [], "and it does not come back");
}

#[tokio::test]
async fn a_key_store_that_does_not_take_the_key_switches_nothing_on() {
    let house = shop().await;
    house.vault.lock(true);
    let me = house.engine.main_account().await;
    let refused = house.engine.keep_personal(house.shop, PersonalField::Phone, me, SIGNED).await;
    assert!(matches!(refused, Err(EngineError::Vault(_))), "{refused:?}");
    assert!(!house.engine.store().store(house.shop).await.unwrap().keep.any(), "it is off");
    assert_eq!(logged(&house, LogKind::PersonalKept).await.len(), 0, "and nothing was signed");
}

#[tokio::test]
async fn a_store_that_is_removed_takes_its_key_along() {
    let house = keeping().await;
    house.takes(&told("O1", STREET, 10)).await.unwrap();
    assert_eq!(house.vault.all().len(), 1, "one key a store");
    house.engine.remove_store(house.shop).await.unwrap();
    assert!(house.vault.all().is_empty(), "nobody opens what copies of the file may still have");
}
