//! Batches: repeated, shuffled, interrupted.

use super::client::{chat, house, message, said};
use crate::common::{Chance, at};
use serde_json::{Value, json};
use std::collections::HashMap;

/// One of everything, with messages and marks that overlap.
fn story() -> Vec<Value> {
    let mut events = Vec::new();
    for n in 0..6 {
        events.push(message("c1", &format!("m{n}"), n * 60, &format!("message {n}")));
        events.push(message("c2", &format!("k{n}"), n * 45, &format!("другое {n}")));
    }
    events.push(said("c2", "s1", 500, "answered elsewhere", "seller"));
    events.push(json!({"kind": "read", "id": "r1", "conversation": "c1", "at": at(150).to_string()}));
    events.push(json!({"kind": "read", "id": "r2", "conversation": "c1", "at": at(200).to_string()}));
    for (n, status) in ["PAID", "SHIPPED", "DONE"].iter().enumerate() {
        let updated = at(i64::try_from(n).unwrap() * 100).to_string();
        events.push(json!({"kind": "order", "id": format!("o{n}"), "order_no": "A1", "status": status, "at": updated}));
        events.push(json!({"kind": "dispute", "id": format!("d{n}"), "dispute": "R1", "order_no": "A1", "status": status,
            "opened_at": at(0).to_string(), "at": updated}));
    }
    events.push(json!({"kind": "notice", "id": "m0", "topic": "penalty", "title": "1 point", "at": at(30).to_string()}));
    events.push(json!({"kind": "conversation", "id": "e1", "conversation": "c3", "buyer": {"id": "b3"}, "messages": [
        {"id": "p1", "author": "buyer", "at": at(1).to_string(), "body": {"type": "text", "text": "before"}},
        {"id": "p2", "author": "seller", "at": at(2).to_string(), "body": {"type": "text", "text": "answered"}}]}));
    events
}

#[tokio::test(flavor = "multi_thread")]
async fn each_event_one_to_five_times_in_any_order_and_cutting_leaves_the_same_record() {
    let (house, program) = house().await;
    assert!(program.hands_in(&story()).await.iter().all(|fate| fate == "accepted"), "in order each is news");
    let wanted = house.settled().await;
    for seed in 0..12 {
        let (house, program) = super::client::house().await;
        let mut chance = Chance::new(seed);
        let mut events: Vec<Value> = story();
        for event in story() {
            events.extend(std::iter::repeat_n(event, chance.below(5)));
        }
        chance.shuffle(&mut events);
        let mut accepted: HashMap<String, u32> = HashMap::new();
        let mut rest = events.as_slice();
        while !rest.is_empty() {
            let (batch, later) = rest.split_at(1 + chance.below(rest.len().min(9)));
            for (event, fate) in batch.iter().zip(program.hands_in(batch).await) {
                let key = format!("{}:{}", event["kind"], event["id"]);
                *accepted.entry(key).or_default() += u32::from(fate == "accepted");
            }
            rest = later;
        }
        assert_eq!(house.settled().await, wanted, "the record is that of the in-order run (seed {seed})");
        let twice: Vec<_> = accepted.iter().filter(|(_, n)| **n > 1).collect();
        assert!(twice.is_empty(), "what was taken once is known from then on (seed {seed}): {twice:?}");
        let messages =
            accepted.iter().filter(|(key, _)| key.starts_with("\"message\"")).map(|(_, n)| n).sum::<u32>();
        assert_eq!(messages, 13, "every message was taken (seed {seed})");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_whose_answer_is_lost_is_handed_in_again_and_known() {
    let (house, program) = house().await;
    let body = json!({ "events": story() });
    drop(program.call_and_listen_not("POST", "/v1/events", body).await);
    let fates = program.hands_in(&story()).await;
    let record = house.settled().await;
    let again = program.hands_in(&story()).await;
    assert!(
        again.iter().all(|fate| fate == "known"),
        "the second and third time it is known: {fates:?} {again:?}"
    );
    let house = house.reopened().await;
    house.engine.start().await.unwrap();
    assert!(program.hands_in(&story()).await.iter().all(|fate| fate == "known"), "also after a restart");
    assert_eq!(house.settled().await, record, "and nothing changed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mark_counts_whether_it_comes_before_or_after_its_messages() {
    let unread = async |events: &[Value]| {
        let (house, program) = house().await;
        for event in events {
            program.hands_in(std::slice::from_ref(event)).await;
        }
        house
            .engine
            .store()
            .conversation(chat(&house, &program, "c1").await)
            .await
            .unwrap()
            .conversation
            .unread
    };
    let mark = json!({"kind": "read", "id": "r", "conversation": "c1", "at": at(70).to_string()});
    let [one, two, three] = [0, 60, 120].map(|second| message("c1", &format!("m{second}"), second, "hi"));
    let orders = [
        [&one, &two, &three, &mark],
        [&mark, &one, &two, &three],
        [&one, &mark, &three, &two],
        [&three, &two, &one, &mark],
    ];
    for order in orders {
        let events: Vec<Value> = order.into_iter().cloned().collect();
        assert_eq!(unread(&events).await, 1, "two of three were read elsewhere: {events:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_is_counted_and_holds_nothing_up() {
    let (house, program) = house().await;
    let odd = json!({"kind": "parcel", "id": "p1", "weight": 3});
    let fates = program.hands_in(&[odd.clone(), message("c1", "m1", 0, "hi")]).await;
    assert_eq!(fates, ["quarantined", "accepted"], "each has its own fate");
    let kept = house.engine.store().quarantine_list(None, 10).await.unwrap();
    let bytes = house.engine.store().quarantine_bytes(kept[0].id).await.unwrap();
    assert_eq!(bytes, odd.to_string().into_bytes(), "a later version can read it again");
    assert_eq!(kept[0].store, Some(program.store), "and the owner sees from where it came");
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_at_the_same_time_take_an_event_once() {
    let (house, program) = house().await;
    let calls = (0..8).map(|_| {
        let program = program.clone();
        tokio::spawn(async move { program.hands_in(&story()).await })
    });
    let fates = futures::future::join_all(calls).await;
    let accepted: usize =
        fates.into_iter().flat_map(Result::unwrap).filter(|fate| fate == "accepted").count();
    assert_eq!(accepted, story().len(), "of eight equal calls each event is news once");
    assert_eq!(
        house.engine.store().messages(chat(&house, &program, "c1").await, None, 100).await.unwrap().len(),
        6,
        "and there once"
    );
}
