//! Aim: a message that comes twice, late or out of order leaves the same record.

use crate::common::{Chance, House, Say, at, auto, batch, buyer, events, order, seller};
use channels::Batch;
use domain::{
    Body, DisputeSnapshot, IncomingEvent, IncomingNotification, NoticeTopic, OrderSnapshot, Platform, StoreId,
};
use engine::Mode;
use rstest::rstest;
use store::NewStore;

/// Over how many hours the messages of a day come.
const HOURS: i64 = 3;

fn text(words: &str) -> Body {
    Body::Text { text: words.into() }
}

/// A question, an answer, more questions and an automatic answer: every kind of step the clocks know.
fn talk() -> Vec<Say> {
    let mut asks = buyer("c1", "m3", 120, "I want a refund for 8192003312764471");
    asks.order_no = Some("8192003312764471".into());
    let mut first = buyer("c1", "m1", 0, "Hello?");
    first.order_no = Some("8192000000000001".into());
    vec![
        first,
        seller("c1", "m2", 60, text("Hello, how can I help you?")),
        asks,
        auto("c1", "m4", 180, "We answer within 2 hours."),
        buyer("c1", "m5", 240, "???"),
    ]
}

#[rstest]
#[tokio::test]
async fn an_event_that_comes_again_changes_nothing(#[values(1, 2, 3, 5)] times: usize) {
    let (once, again) = (House::solo().await, House::solo().await);
    for message in talk() {
        once.hears([message.clone()]).await;
        let mut taken = 0;
        for _ in 0..times {
            // Twice in a batch, and in several.
            taken += again.hears([message.clone(), message.clone()]).await.taken;
        }
        assert_eq!(taken, 1, "{} is taken once", message.provider_id);
    }
    assert_eq!(again.dump().await, once.dump().await, "the record does not know how often it was told");
    let entries = |log: Vec<store::AuditRow>| log.iter().filter(|row| row.entry.kind == "received").count();
    let log = again.engine.store().audit_log(None, 1_000).await.unwrap();
    assert_eq!(entries(log), 5, "the push log has each once");
}

/// All orders of `items` (Heap).
fn orders<T: Clone>(items: &mut Vec<T>, size: usize, all: &mut Vec<Vec<T>>) {
    if size <= 1 {
        all.push(items.clone());
        return;
    }
    for step in 0..size {
        orders(items, size - 1, all);
        items.swap(if size.is_multiple_of(2) { step } else { 0 }, size - 1);
    }
}

/// Things that happen within one second to the same conversation, in the order of their ids.
fn moment() -> Vec<IncomingEvent> {
    let notice = |id: &str, due: i64| {
        IncomingEvent::Notification(IncomingNotification {
            provider_id: id.into(),
            thread_key: "violations".into(),
            topic: NoticeTopic::Penalty,
            title: format!("Title {id}"),
            text: format!("Text {id}"),
            url: None,
            due: Some(at(due)),
            order_no: None,
            at: at(60),
        })
    };
    let case = |status: &str, closed: bool| {
        IncomingEvent::Dispute(DisputeSnapshot {
            provider_id: "d1".into(),
            order_no: "8192003312764471".into(),
            buyer_key: None,
            status: status.into(),
            reason: String::new(),
            due: Some(at(90_000)),
            closed,
            opened_at: at(30),
            updated_at: at(60),
        })
    };
    let order = |no: &str, status: &str| {
        let due = (status == "READY_TO_SHIP").then(|| at(90_000));
        IncomingEvent::Order(OrderSnapshot { due, ..order(no, status, 60) })
    };
    let asks = |id: &str, name: &str| {
        let mut asks = buyer("c1", id, 60, "Where is it?");
        name.clone_into(&mut asks.buyer.name);
        asks.order_no = Some(format!("8192000000000{id}"));
        IncomingEvent::Message(asks)
    };
    let answer = seller("c1", "100", 60, Body::Sticker { id: "1".into() });
    vec![
        asks("99", "Anna"),
        IncomingEvent::Message(answer),
        asks("101", "Anna B."),
        notice("n1", 90_000),
        notice("n2", 80_000),
        case("open", false),
        case("judging", false),
        case("a closed one", true),
        order("o1", "UNPAID"),
        order("o1", "READY_TO_SHIP"),
        order("o1", "SHIPPED"),
        // Of a program that says it in its own words.
        order("o2", "packed"),
        order("o2", "handed over"),
    ]
}

#[tokio::test]
async fn what_shares_an_instant_leaves_the_same_record_in_every_order() {
    let all = moment();
    let mut first: Option<String> = None;
    for start in 0..all.len() {
        for backwards in [false, true] {
            for together in [false, true] {
                let mut order = all.clone();
                order.rotate_left(start);
                if backwards {
                    order.reverse();
                }
                let house = House::solo().await;
                house.clock.set(at(600));
                let pieces =
                    if together { vec![order] } else { order.into_iter().map(|event| vec![event]).collect() };
                for piece in pieces {
                    let batch = events(piece);
                    house.engine.accept(house.shop, Platform::AliExpress, &batch, Mode::Live).await.unwrap();
                }
                let is = house.settled().await;
                let first = first.get_or_insert_with(|| is.clone());
                assert_eq!(&is, first, "from {start}, backwards: {backwards}, together: {together}");
                let shown = house.messages("c1").await;
                let ids: Vec<_> = shown.iter().map(|message| message.provider_id.as_str()).collect();
                assert_eq!(ids, ["99", "100", "101"], "what is shown has the order of what is counted");
                let last = house.chat("c1").await.conversation.last.map(|last| last.id);
                assert_eq!(last, shown.last().map(|message| message.id), "and ends with what the list shows");
            }
        }
    }
    let is = first.unwrap();
    for there in ["Anna B.", "8192000000000101", "a closed one", r#""o1","","SHIPPED""#] {
        assert!(is.contains(there), "{there} is the last of its instant: {is}");
    }
}

async fn shop(house: &House, name: &str) -> StoreId {
    let new = NewStore {
        platform: Platform::AliExpress,
        name: "Pretend".into(),
        external_id: name.to_owned(),
        settings: "{}".into(),
        secret_handle: String::new(),
    };
    let mut tx = house.engine.store().begin().await.unwrap();
    let shop = tx.add_store(&new, at(0)).await.unwrap();
    tx.commit().await.unwrap();
    shop
}

async fn takes(house: &House, shop: StoreId, batch: &Batch) {
    house.engine.accept(shop, Platform::AliExpress, batch, Mode::Live).await.unwrap();
}

#[tokio::test]
async fn every_order_of_five_messages_leaves_the_same_record() {
    let house = House::solo().await;
    house.clock.set(at(600));
    let (mut messages, mut all) = (talk(), Vec::new());
    let size = messages.len();
    orders(&mut messages, size, &mut all);
    assert_eq!(all.len(), 120, "all orders of five");
    let mut first: Option<String> = None;
    for (number, order) in all.iter().enumerate() {
        for cut in ["one by one", "together", "after the first"] {
            let name = format!("shop:{number}:{}", cut.len());
            let shop = shop(&house, &name).await;
            match cut {
                "one by one" => {
                    for message in order {
                        takes(&house, shop, &batch([message.clone()])).await;
                    }
                }
                "together" => takes(&house, shop, &batch(order.clone())).await,
                _ => {
                    takes(&house, shop, &batch([order[0].clone()])).await;
                    takes(&house, shop, &batch(order.clone())).await;
                }
            }
            let settled = house.settled().await;
            let ours = settled.lines().filter(|line| line.contains(&format!("\"{name}\"")));
            let ours = ours.collect::<Vec<_>>().join("\n").replace(&name, "shop");
            let order: Vec<_> = order.iter().map(|message| message.provider_id.as_str()).collect();
            match &first {
                Some(first) => assert_eq!(&ours, first, "{order:?}, {cut}"),
                None => {
                    assert!(
                        ours.contains("8192003312764471") && ours.lines().count() > 9,
                        "something was compared: {ours}"
                    );
                    first = Some(ours);
                }
            }
            let mut tx = house.engine.store().begin().await.unwrap();
            tx.remove_store(shop, at(600)).await.unwrap();
            tx.commit().await.unwrap();
        }
    }
}

/// So many messages of a tenth as many conversations, in the order in which they were written. The platform's clock
/// ticks once in so many seconds: the coarser it is, the more of them share their instant.
fn day(chance: &mut Chance, count: usize, tick: i64) -> Vec<Say> {
    let words = ["Where is my parcel?", "退款", "Спасибо!", "It arrives on Friday.", "¿Talla M?"];
    let mut messages = Vec::new();
    for n in 0..count {
        let conversation = format!("c{}", chance.below(count / 10));
        let second = HOURS * 3_600 * i64::try_from(n).unwrap() / i64::try_from(count).unwrap();
        let (id, second) = (format!("m{n}"), second + i64::try_from(chance.below(30)).unwrap());
        let second = second / tick * tick;
        let mut message = match chance.below(10) {
            0..=4 => buyer(&conversation, &id, second, chance.pick(&words)),
            5..=7 => seller(&conversation, &id, second, text(chance.pick(&words))),
            8 => seller(&conversation, &id, second, Body::Sticker { id: "1".into() }),
            _ => auto(&conversation, &id, second, "We answer within 2 hours."),
        };
        if chance.below(9) == 0 {
            message.order_no = Some(format!("819200{n:06}"));
        }
        messages.push(message);
    }
    messages
}

/// What is left when all of them came one by one, as they were written.
async fn straight(messages: &[Say]) -> String {
    let house = House::solo().await;
    house.clock.set(at((HOURS + 1) * 3_600));
    for message in messages {
        house.hears([message.clone()]).await;
    }
    house.settled().await
}

/// All of them come in any order, each one to `most` times, in batches of up to `batch`, and leave the same record.
async fn shuffled_leaves(want: &str, messages: &[Say], seed: u64, (most, batch): (usize, usize)) {
    let mut chance = Chance::new(seed);
    let house = House::solo().await;
    house.clock.set(at((HOURS + 1) * 3_600));
    let mut told: Vec<Say> =
        messages.iter().flat_map(|m| std::iter::repeat_n(m.clone(), 1 + chance.below(most))).collect();
    chance.shuffle(&mut told);
    let mut rest = told.as_slice();
    let mut taken = 0;
    while !rest.is_empty() {
        let (now, later) = rest.split_at((1 + chance.below(batch)).min(rest.len()));
        taken += house.hears(now.iter().cloned()).await.taken;
        rest = later;
    }
    assert_eq!(taken, messages.len() as u64, "each is taken once");
    let is = house.settled().await;
    for (want, is) in want.lines().zip(is.lines()) {
        assert_eq!(is, want, "seed {seed}");
    }
    assert_eq!(is.lines().count(), want.lines().count(), "and nothing besides");
    assert!(house.engine.store().verify().await.unwrap().is_whole(), "the file is whole");
}

#[rstest]
#[tokio::test]
async fn shuffled_batches_with_repetitions_leave_the_same_record(
    #[values(1, 2, 3, 4, 5, 6)] seed: u64,
    #[values(1, 600)] tick: i64,
) {
    let messages = day(&mut Chance::new(seed), 300, tick);
    shuffled_leaves(&straight(&messages).await, &messages, seed, (5, 80)).await;
}

#[tokio::test]
#[ignore = "takes its time: cargo xtask orders"]
async fn many_orders_of_ten_thousand_leave_the_same_record() {
    let asked = std::env::var("TIDEBELL_ORDERS").unwrap_or_else(|_| "1-1".into());
    let (first, last) = asked.split_once('-').expect("from which order to which");
    let (first, last): (u64, u64) = (first.parse().unwrap(), last.parse().unwrap());
    let messages = day(&mut Chance::new(0), 10_000, 1);
    let want = straight(&messages).await;
    for seed in first..=last {
        shuffled_leaves(&want, &messages, seed, (5, 2_000)).await;
        println!("{seed} of {last} orders");
    }
}
