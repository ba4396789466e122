//! Aim: what comes in is stored with everything that follows from it and why, in one step.

use crate::common::{House, at, auto, batch, buyer, seller};
use channels::Quarantined;
use domain::{
    AccountId, Body, DeadlineKind, Device, DispatchReason, Entry, Presence, RawPayload, Sensitive,
    UnreadableCause,
};
use engine::Event;
use rstest::rstest;
use store::{DeadlineStatus, Entity};

const HOURS: i64 = 3_600;

fn text(words: &str) -> Body {
    Body::Text { text: words.into() }
}

#[tokio::test]
async fn a_buyer_message_has_its_owner_its_reason_and_its_deadlines_with_it() {
    let house = House::solo().await;
    let (before, mut events) =
        (house.engine.store().last_seq().await.unwrap(), house.engine.bus().subscribe());
    house.clock.set(at(5));
    let words = "Здравствуйте! Когда вы отправите заказ?";
    let accepted = house.hears([buyer("c1", "m1", 0, words)]).await;
    let chat = house.chat("c1").await;
    assert_eq!(
        (accepted.taken, accepted.changed),
        (1, vec![chat.conversation.id]),
        "one event, one conversation"
    );
    assert!(chat.conversation.owes, "a buyer waits");
    assert_eq!((chat.conversation.unread, chat.buyer_name.as_str()), (1, "Buyer c1"), "nobody has seen it");
    assert_eq!(chat.conversation.due, Some(at(3 * HOURS)), "inside working time: 3 hours");

    let message = house.messages("c1").await.remove(0);
    assert_eq!(message.body, text(words), "word for word");
    let (source, _, bytes) = house.engine.store().raw(message.raw.unwrap()).await.unwrap();
    assert_eq!((source.as_str(), bytes.is_empty()), ("pretend.chat", false), "with the bytes it came in");

    let assigned = house.engine.store().assignments(chat.conversation.id).await.unwrap().remove(0).assignment;
    let main = house.engine.main_account().await;
    assert_eq!(
        (assigned.to, assigned.reason),
        (main, DispatchReason::MainFallback),
        "a seller alone has everything"
    );
    let facts = assigned.facts.unwrap();
    assert_eq!((facts.seats.len(), facts.recent), (1, None), "the reason is kept with the facts it saw");

    let deadlines = house.open_deadlines("c1").await;
    let kinds: Vec<_> = deadlines.iter().map(|d| (d.kind, d.from, d.due)).collect();
    let want =
        [(DeadlineKind::Reply, at(0), at(3 * HOURS)), (DeadlineKind::ReplyLimit, at(0), at(24 * HOURS))];
    assert_eq!(kinds, want, "the reply and its limit");
    for line in ["received", "working_time", "reply_working_s", "10800", "due"] {
        assert!(deadlines[0].why.contains(line), "展开算式 needs {line}: {}", deadlines[0].why);
    }
    assert!(deadlines[1].why.contains("never_paused"), "the limit runs through nights: {}", deadlines[1].why);

    let changes = house.engine.store().changes_since(before, 100).await.unwrap();
    let has = |entity, id| changes.iter().any(|change| change.entity == entity && change.id == id);
    assert!(
        has(Entity::Conversation, chat.conversation.id.0),
        "a window that slept learns of the conversation"
    );
    assert!(has(Entity::Message, message.id.0), "and of the message");
    let log = house.engine.store().audit_of(chat.conversation.id).await.unwrap();
    let kinds: Vec<_> = log.iter().map(|row| row.entry.kind.as_str()).collect();
    assert_eq!(kinds, ["received", "assigned"], "the push log");
    let Ok(Event::Conversations(told)) = events.try_recv() else { panic!("who listens is told") };
    assert_eq!(*told, [chat.conversation.id], "by id");
}

#[tokio::test]
async fn a_counting_reply_meets_what_was_owed() {
    let house = House::solo().await;
    house.hears([buyer("c1", "m1", 0, "Where is my parcel?")]).await;
    house.clock.set(at(2_000));
    house.hears([seller("c1", "m2", 1_800, text("On its way, it arrives on Friday."))]).await;
    let chat = house.chat("c1").await.conversation;
    assert_eq!(
        (chat.owes, chat.due, chat.unread),
        (false, None, 0),
        "nothing is owed, and whoever answers has read"
    );
    let all = house.engine.store().deadlines_of(chat.id).await.unwrap();
    assert_eq!(all.len(), 2, "both clocks are kept");
    for deadline in all {
        assert_eq!(deadline.status, DeadlineStatus::Met, "{:?} was met", deadline.kind);
        assert_eq!(
            deadline.closed_at,
            Some(at(1_800)),
            "when the reply was written, not when it was fetched"
        );
    }
    assert_eq!(house.messages("c1").await[1].counting, "counts", "the verdict is kept");
}

#[rstest]
#[case(Body::Emoji { text: "👍".into() }, "emoji")]
#[case(Body::Image { url: "https://example.org/a.jpg".into(), thumb: None }, "image")]
#[case(Body::Sticker { id: "7".into() }, "sticker")]
#[case(Body::OrderCard { order_no: "81".into() }, "order_card")]
#[case(Body::Note { text: "ask the warehouse".into() }, "note")]
#[tokio::test]
async fn what_is_no_text_leaves_the_clock_running(#[case] body: Body, #[case] verdict: &str) {
    let house = House::solo().await;
    house.hears([buyer("c1", "m1", 0, "Where is my parcel?")]).await;
    let before = house.open_deadlines("c1").await;
    house.hears([seller("c1", "m2", 60, body)]).await;
    assert!(house.chat("c1").await.conversation.owes, "a person still waits for words");
    assert_eq!(house.open_deadlines("c1").await, before, "nothing moved");
    assert_eq!(house.messages("c1").await[1].counting, verdict, "不计入, with its cause");
}

#[tokio::test]
async fn an_automatic_answer_is_a_promise_and_no_reply() {
    let house = House::solo().await;
    house.hears([buyer("c1", "m1", 0, "Hello?"), auto("c1", "m2", 10, "We answer within 2 hours.")]).await;
    assert!(house.chat("c1").await.conversation.owes, "a machine does not stop the clock");
    assert_eq!(house.messages("c1").await[1].counting, "auto_reply", "不计入, with its cause");
    let promise = house.open_deadlines("c1").await.remove(0);
    assert_eq!(
        (promise.kind, promise.due),
        (DeadlineKind::TeamPromise, at(10 + 2 * HOURS)),
        "the buyer was told so"
    );
}

#[tokio::test]
async fn a_phone_reply_counts_only_while_the_flag_is_on_and_a_flip_makes_everything_again() {
    let house = House::solo().await;
    let mut reply = seller("c1", "m2", 60, text("It was sent yesterday."));
    reply.device = Device::Mobile;
    house.hears([buyer("c1", "m1", 0, "Where is my parcel?")]).await;
    house.clock.set(at(30));
    house.engine.opened(house.id("c1").await, house.engine.main_account().await).await.unwrap();
    house.hears([reply]).await;
    let off = house.dump().await;
    assert!(off.contains("read_silent"), "an agent saw it, and the buyer saw no answer");
    assert!(house.chat("c1").await.conversation.owes, "without 多端同步 the platform does not see it");
    assert_eq!(house.messages("c1").await[1].counting, "mobile_without_sync", "不计入, with its cause");

    house.engine.set_multi_device_sync(house.shop, true).await.unwrap();
    assert!(!house.chat("c1").await.conversation.owes, "with it the reply counts");
    assert_eq!(house.messages("c1").await[1].counting, "counts", "the verdict too");
    assert!(house.open_deadlines("c1").await.is_empty(), "and nothing runs");

    house.engine.set_multi_device_sync(house.shop, false).await.unwrap();
    assert_eq!(house.dump().await, off, "back is exactly as before: folds, not patches");
}

#[tokio::test]
async fn an_earlier_due_message_takes_the_place_of_a_clock_that_was_not_met() {
    let house = House::solo().await;
    // 08:59 gives 14:59, 09:01 gives 12:01 (docs/RULES.md §3).
    house.clock.set(at(-3_500));
    house.hears([buyer("c1", "m1", -3_660, "Hello?")]).await;
    assert_eq!(
        house.chat("c1").await.conversation.due,
        Some(at(-3_660 + 6 * HOURS)),
        "before nine: six hours"
    );
    house.hears([buyer("c1", "m2", -3_540, "Anybody?")]).await;
    assert_eq!(
        house.chat("c1").await.conversation.due,
        Some(at(-3_540 + 3 * HOURS)),
        "the later one is due earlier"
    );
    let all = house.engine.store().deadlines_of(house.id("c1").await).await.unwrap();
    let old = all.iter().find(|d| d.due == at(-3_660 + 6 * HOURS)).unwrap();
    assert_eq!(old.status, DeadlineStatus::Cancelled, "nobody answered: it was replaced, not met");
}

#[tokio::test]
async fn a_message_straight_to_a_seat_owes_nothing_to_the_owner_also_after_a_fold_from_the_record() {
    let (house, seats) = House::team().await;
    let mut direct = buyer("c1", "m1", 100, "Hi 小李");
    direct.direct_to = Some("潮铃:小李".into());
    house.hears([direct]).await;
    assert!(house.messages("c1").await[0].direct, "how it came is kept with it");
    // One that belongs before it makes the clocks again from the record.
    house.hears([seller("c1", "m0", 50, Body::Sticker { id: "1".into() })]).await;
    house.hears([buyer("c1", "m2", 200, "And a question to the shop")]).await;
    let last =
        house.engine.store().assignments(house.id("c1").await).await.unwrap().pop().unwrap().assignment;
    assert_eq!(
        last.reason,
        DispatchReason::LeastToday,
        "distributed: nothing was owed to the one written to"
    );
    let house = house.reopened().await;
    house.engine.set_presence(seats[2], Presence::Offline).await.unwrap();
    house.hears([buyer("c1", "m3", 300, "?")]).await;
    let last =
        house.engine.store().assignments(house.id("c1").await).await.unwrap().pop().unwrap().assignment;
    assert_eq!(last.reason, DispatchReason::Kept, "while what came through the link is owed");
}

#[tokio::test]
async fn a_message_to_a_seat_where_nobody_sits_is_distributed_and_owed() {
    let (house, seats) = House::team().await;
    house.engine.set_disabled(seats[1], true).await.unwrap();
    for (id, second) in [("m1", 0), ("m2", 60)] {
        let mut direct = buyer("c1", id, second, "Hi 小李");
        direct.direct_to = Some("潮铃:小李".into());
        house.hears([direct]).await;
    }
    let id = house.id("c1").await;
    let reasons: Vec<_> = house
        .engine
        .store()
        .assignments(id)
        .await
        .unwrap()
        .into_iter()
        .map(|a| a.assignment.reason)
        .collect();
    let want = [DispatchReason::LeastToday, DispatchReason::Kept];
    assert_eq!(
        reasons,
        want,
        "like any message through the link: distributed, then kept ({:?})",
        Entry::ContactLink
    );
}

#[tokio::test]
async fn what_cannot_be_read_is_kept_and_blocks_nothing() {
    let house = House::solo().await;
    let raw = RawPayload { source: "pretend.chat", bytes: b"{\"half".to_vec() };
    let mut came = batch([buyer("c1", "m1", 0, "Hello")]);
    let flaw = UnreadableCause::NotJson.because("EOF while parsing");
    came.quarantined.push(Quarantined::new(raw.clone(), flaw.clone()));
    came.cursors.insert("chat".into(), "7".into());
    let mut events = house.engine.bus().subscribe();
    let accepted = house.takes(&came).await.unwrap();
    assert_eq!((accepted.taken, accepted.quarantined), (1, 1), "both are counted");
    assert!(matches!(events.try_recv(), Ok(Event::Rail)), "the count on screen is told");
    let kept = house.engine.store().quarantine_list(None, 10).await.unwrap();
    assert_eq!((kept.len(), &kept[0].flaw), (1, &flaw), "with what was wrong");
    assert_eq!(house.engine.store().quarantine_bytes(kept[0].id).await.unwrap(), raw.bytes, "and its bytes");
    let cursors = house.engine.store().store(house.shop).await.unwrap().cursors;
    assert_eq!(cursors.get("chat").map(String::as_str), Some("7"), "the stream goes on behind it");
    house.hears([buyer("c1", "m2", 60, "Still there?")]).await;
    assert_eq!(house.messages("c1").await.len(), 2, "and brings the next");
}

#[tokio::test]
async fn a_sensitive_message_runs_its_own_clock_until_a_person_escalates_it() {
    let house = House::solo().await;
    house.hears([buyer("c1", "m1", 0, "I want a refund or I call my lawyer")]).await;
    let chat = house.chat("c1").await.conversation;
    assert_eq!(chat.sensitive, Some(Sensitive::Legal), "the most serious speaks");
    let first = house.open_deadlines("c1").await.remove(0);
    assert_eq!((first.kind, first.due), (DeadlineKind::Escalation, at(2 * HOURS)), "within two hours");
    house.hears([seller("c1", "m2", 60, text("We will help you today."))]).await;
    assert_eq!(house.open_deadlines("c1").await.len(), 1, "a reply does not settle it");
    house.engine.escalated(chat.id, AccountId(1)).await.unwrap();
    assert!(house.open_deadlines("c1").await.is_empty(), "a person does");
    assert_eq!(house.chat("c1").await.conversation.sensitive, None, "and the banner goes");
}
