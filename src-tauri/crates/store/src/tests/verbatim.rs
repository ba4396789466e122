//! Aim: whatever somebody writes, and whatever bytes come, are read back as they were.

use super::support::{Shop, at, nothing, say, shop};
use crate::{
    AssignmentWrite, CursorWrite, DeadlineSet, DeadlineStatus, IntakeAsk, IntakeWrite, MailRow, MessageRow,
    OpenDeadline, PackedRaw,
};
use domain::{Body, DeadlineKind, DispatchReason, RawPayload};
use proptest::prelude::*;

/// What JSON, SQL, C and UTF-8 each have a different opinion of.
const ODD: [&str; 9] = [
    "",
    "\0",
    "a\0b",
    "\"quoted\" \\ 'and' `so`",
    "\u{1}\u{1f}\u{7f}\u{2028}\u{feff}",
    "\\u0000 \\n \\ud800",
    "👩‍👩‍👧 退款 ﷺ \u{10ffff}",
    "null",
    "9223372036854775808",
];

/// Everything that a message, its mail, its clock and its cursor keep of `text`, written and read again.
async fn comes_back(shop: &Shop, number: usize, text: &str) {
    let key = format!("c{number}");
    shop.take(&[say(&key, &format!("first {number}"), "hi", 0)]).await;
    let mut row = shop.conversation(&key).await;
    let clock = serde_json::json!({ "said": text }).to_string();
    (row.title, row.clock_json) = (text.to_owned(), clock.clone());
    let mut tx = shop.store.begin().await.unwrap();
    let before = shop.store.messages(row.id, None, 1).await.unwrap().remove(0);
    let message = MessageRow {
        id: tx.new_message(),
        provider_id: format!("{number} {text}"),
        title: text.to_owned(),
        body: Body::Text { text: text.to_owned() },
        item_id: (!text.is_empty()).then(|| text.to_owned()),
        ..before
    };
    // Nothing besides its words: it goes another way into the same table.
    let plain = MessageRow {
        id: tx.new_message(),
        provider_id: format!("plain {number} {text}"),
        title: String::new(),
        item_id: None,
        ..message.clone()
    };
    let mail = MailRow {
        message: message.id,
        from_name: text.to_owned(),
        from_address: text.to_owned(),
        html: (!text.is_empty()).then(|| text.to_owned()),
        attachments: Vec::new(),
        authenticity: domain::Authenticity::Unverified,
        topic: domain::MailTopic::Other,
        print: String::new(),
    };
    let open = OpenDeadline {
        kind: DeadlineKind::Reply,
        from: at(0),
        due: at(9),
        why: clock.clone(),
        next_stage_at: None,
    };
    let deadlines = DeadlineSet {
        conversation: row.id,
        open: vec![open],
        keep: Vec::new(),
        missing: DeadlineStatus::Met,
        at: at(1),
    };
    let write = IntakeWrite {
        conversations: vec![row.clone()],
        messages: vec![message.clone(), plain.clone()],
        mails: vec![mail.clone()],
        deadlines: vec![deadlines],
        cursors: vec![CursorWrite { store: shop.id, stream: key.clone(), value: text.to_owned() }],
        ..IntakeWrite::default()
    };
    tx.commit_with(&write).await.unwrap();
    assert_eq!(shop.conversation(&key).await, row, "the conversation with its clock");
    let read = shop.store.messages(row.id, None, 9).await.unwrap();
    assert!(read.contains(&message), "the message: {read:?}");
    assert!(read.contains(&plain), "the one that is nothing but words: {read:?}");
    assert_eq!(shop.store.mail(message.id).await.unwrap(), Some(mail), "its mail");
    assert_eq!(shop.store.deadlines_of(row.id).await.unwrap()[0].why, clock, "why it is due");
    let cursors = shop.store.store(shop.id).await.unwrap().cursors;
    assert_eq!(cursors.get(&key).map(String::as_str), Some(text), "where it was read on");
}

#[tokio::test]
async fn what_somebody_writes_is_read_back_as_it_was() {
    let shop = shop().await;
    for (number, text) in ODD.into_iter().enumerate() {
        comes_back(&shop, number, text).await;
    }
    assert!(shop.store.verify().await.unwrap().is_whole(), "and the file is whole");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn so_is_any_text(texts in proptest::collection::vec(any::<String>(), 1..12)) {
        tokio::runtime::Runtime::new().unwrap().block_on(async {
            let shop = shop().await;
            for (number, text) in texts.iter().enumerate() {
                comes_back(&shop, number, text).await;
            }
        });
    }
}

#[tokio::test]
async fn payloads_and_pushes_keep_every_byte_also_when_there_is_none() {
    let shop = shop().await;
    let every: Vec<u8> = (0..=255).collect();
    for bytes in [&[][..], &[0], &[0, 0xff, 0x27], &every] {
        let raw = RawPayload { source: "test", bytes: bytes.to_vec() };
        let mut tx = shop.store.begin().await.unwrap();
        let packed = [PackedRaw::pack(&raw).unwrap()];
        let kept = tx.ask(&IntakeAsk { raws: &packed, ..nothing(shop.id) }).await.unwrap().raws[0];
        tx.keep_pushes([("1", &raw)], at(0)).unwrap();
        tx.commit().await.unwrap();
        assert_eq!(shop.store.raw(kept).await.unwrap().2, bytes, "a payload");
        let push = shop.store.pushes(9).await.unwrap().pop().unwrap();
        assert_eq!(push.bytes, bytes, "a push");
    }
    let together = [&[][..], &[7], &[]].map(|bytes| RawPayload { source: "test", bytes: bytes.to_vec() });
    let mut tx = shop.store.begin().await.unwrap();
    tx.keep_pushes(together.iter().map(|raw| ("2", raw)), at(1)).unwrap();
    tx.commit().await.unwrap();
    let kept = shop.store.pushes(99).await.unwrap();
    let kept: Vec<&[u8]> =
        kept.iter().filter(|push| push.partner == "2").map(|push| &push.bytes[..]).collect();
    assert_eq!(kept, [&[][..], &[7], &[]], "in their order");
}

#[tokio::test]
async fn notes_are_kept_and_reasons_without_facts_are_reasons_too() {
    let shop = shop().await;
    shop.take(&[say("c1", "m1", "hi", 0)]).await;
    let conversation = shop.id_of("c1").await;
    let given = ODD.map(|note| AssignmentWrite {
        conversation,
        buyer: None,
        from: None,
        to: shop.li,
        reason: DispatchReason::Manual,
        facts: None,
        at: at(1),
        note: note.to_owned(),
    });
    let mut tx = shop.store.begin().await.unwrap();
    tx.write(&IntakeWrite { assignments: given.to_vec(), ..IntakeWrite::default() }).await.unwrap();
    tx.commit().await.unwrap();
    let kept = shop.store.assignments(conversation).await.unwrap();
    let kept: Vec<AssignmentWrite> = kept.into_iter().map(|row| row.assignment).collect();
    assert_eq!(kept, given, "as they were written");
}
