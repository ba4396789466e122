//! Aim: what is erased is gone from the disk, and what stays still agrees (`docs/RULES.md` §8).

use crate::common::{Group, House, at, batch, buyer, draft, events, save, seller, texts};
use channels::{Batch, Quarantined, Received};
use domain::{
    Body, BodyKind, BuyerId, ConversationKind, DisputeSnapshot, Flaw, IncomingEvent, IncomingNotification,
    NoticeTopic, OrderSnapshot, RawPayload,
};
use engine::{EngineError, RuleDraft};
use rules::message_rules::{HandOver, Target, Trigger};
use sandbox::Fault;

/// Words that nothing else begins like, so that no piece of an index can hide half of one.
pub(super) const SAID: &str = "qwxzebrafink";
const ANSWERED: &str = "qvjplatypus";
pub(super) const CALLED: &str = "Qjzvantine";
pub(super) const KEY: &str = "qkxbuyer77120";
const OTHER: &str = "qyychameleon";
const OURS: &str = "qwwkoala";
const OLD: &str = "qccmarmot";
pub(super) const WHY: &str = "qvvarmadillo";
const ASKED: &str = "qppwolverine";

/// One buyer who is to be forgotten and one who is not, both answered, and an order that names the first.
pub(super) async fn shop() -> House {
    let house = House::solo().await;
    let mut says = vec![
        buyer("c1", "m1", 10, SAID),
        seller("c1", "m2", 20, Body::from_text(ANSWERED)),
        buyer("c2", "m3", 30, OTHER),
        seller("c2", "m4", 40, Body::from_text("done")),
    ];
    for say in says.iter_mut().filter(|say| say.conversation_key == "c1") {
        (say.buyer.key, say.buyer.name) = (KEY.to_owned(), CALLED.to_owned());
    }
    let mut batch = batch(says);
    let bytes = serde_json::json!({ "order": "O1", "buyer": KEY, "nick": CALLED }).to_string().into_bytes();
    batch.received.push(Received {
        raw: RawPayload { source: "pretend.order", bytes },
        events: vec![IncomingEvent::Order(order())],
    });
    let bytes = format!("{{\"buyer\":\"{KEY}\",").into_bytes();
    let raw = RawPayload { source: "pretend.order", bytes };
    let quoted = format!("bad_shape: invalid type: string {CALLED:?}");
    batch.quarantined.push(Quarantined::new(raw, Flaw::missing(quoted)));
    let reading = serde_json::json!({ "last": "m2", "last_ms": 20, "buyer": [KEY, CALLED], "gap": {} });
    batch.cursors.insert("partner.channel.c1".to_owned(), reading.to_string());
    batch.cursors.insert("chat.walk".to_owned(), "1700000000|1700000000".to_owned());
    house.takes(&batch).await.unwrap();
    house
}

/// The order of the one who is to be forgotten.
pub(super) fn order() -> OrderSnapshot {
    OrderSnapshot {
        order_no: "O1".to_owned(),
        buyer_key: Some(KEY.to_owned()),
        updated_at: at(5),
        status: "PAID".to_owned(),
        currency: "USD".to_owned(),
        amount: "1.00".to_owned(),
        lines: Vec::new(),
        paid_at: None,
        logistics: None,
        due: None,
    }
}

pub(super) async fn buyer_of(house: &House, conversation: &str) -> BuyerId {
    house.chat(conversation).await.conversation.buyer.unwrap()
}

/// Waits until a conversation says nothing any more.
pub(super) async fn until_silent(house: &House, conversation: &str) {
    house
        .until(async || house.messages(conversation).await.iter().all(|row| row.body.words().is_empty()))
        .await;
}

/// Which of these words any file of the folder has, packed payloads read.
pub(super) async fn found(house: &House, words: &[&str]) -> Vec<String> {
    let holds = |bytes: &[u8], word: &str| bytes.windows(word.len()).any(|part| part == word.as_bytes());
    let haystacks = house.files();
    let none = |word: &&&str| {
        let lower = word.to_lowercase();
        haystacks.iter().any(|bytes| holds(bytes, word) || holds(bytes, &lower))
    };
    let mut found: Vec<String> = words.iter().filter(none).map(|word| (*word).to_owned()).collect();
    let asked: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
    let (packed, _) = house.engine.store().mentions(&asked, store::RawId(0), 1_000).await.unwrap();
    found.extend(packed.iter().map(|raw| format!("payload {}", raw.0)));
    for row in house.engine.store().quarantine_list(None, 100).await.unwrap() {
        let bytes = house.engine.store().quarantine_bytes(row.id).await.unwrap();
        found
            .extend(words.iter().filter(|word| holds(&bytes, word)).map(|word| format!("quarantine {word}")));
    }
    found
}

#[tokio::test]
async fn a_buyer_who_is_erased_is_nowhere_on_the_disk_and_the_counts_stay() {
    let house = shop().await;
    house.engine.save_draft(house.id("c1").await, "qzzdraft").await.unwrap();
    let me = house.engine.main_account().await;
    house.engine.transfer(house.id("c1").await, me, me, "qzznote").await.unwrap();
    // As an update leaves one.
    let file = house.dir.path().join("tidebell.db");
    std::fs::copy(&file, file.with_extension("db.before-0001")).unwrap();
    let before = (house.messages("c1").await, house.messages("c2").await);
    assert!(found(&house, &[CALLED, KEY]).await.len() > 2, "they are there before");
    let erased = house.engine.erase_buyer(buyer_of(&house, "c1").await).await.unwrap();
    assert_eq!((erased.conversations, erased.messages), (1, 2), "both sides of the conversation");
    house.engine.start().await.unwrap();
    house.until_erased().await;
    let after = house.messages("c1").await;
    let facts = |rows: &[store::MessageRow]| {
        let fact = |row: &store::MessageRow| (row.sent_at, row.author, row.body.kind(), row.counting.clone());
        rows.iter().map(fact).collect::<Vec<_>>()
    };
    assert_eq!(facts(&after), facts(&before.0), "when, who, what kind, whether it counted: all of it stays");
    assert_eq!(after[0].body, Body::Erased { was: BodyKind::Text }, "what was said does not");
    assert_eq!(house.messages("c2").await, before.1, "another buyer is untouched");
    assert!(house.open_deadlines("c1").await.is_empty(), "and no clock begins again");
    let report = house.engine.store().verify().await.unwrap();
    assert!(report.is_whole(), "the file still agrees with itself: {report:?}");
    assert_eq!(
        found(&house, &[SAID, ANSWERED, CALLED, KEY, "qzzdraft", "qzznote"]).await,
        [""; 0],
        "nowhere on the disk"
    );
    assert!(!found(&house, &[OTHER]).await.is_empty(), "the test can see what is there");
}

#[tokio::test]
async fn what_was_erased_does_not_come_back_and_the_buyer_may() {
    let house = shop().await;
    house.engine.erase_buyer(buyer_of(&house, "c1").await).await.unwrap();
    let mut again = buyer("c1", "m1", 10, SAID);
    (again.buyer.key, again.buyer.name) = (KEY.to_owned(), CALLED.to_owned());
    assert_eq!(house.hears([again.clone()]).await.taken, 0, "the same message is known");
    assert_eq!(house.messages("c1").await[0].body.words(), "", "and stays erased");
    again.provider_id = "m9".to_owned();
    again.sent_at = at(90);
    assert_eq!(house.hears([again]).await.taken, 1, "who writes again is heard");
    let known = house.engine.store().buyer(buyer_of(&house, "c1").await).await.unwrap().buyer;
    assert_eq!(known.name, CALLED, "as somebody new");
}

#[tokio::test]
async fn a_search_for_payloads_that_a_crash_interrupted_goes_on() {
    let house = shop().await;
    house.engine.erase_buyer(buyer_of(&house, "c1").await).await.unwrap();
    assert!(!found(&house, &[KEY]).await.is_empty(), "the order's payload is not looked at yet");
    let house = house.crashed().await;
    house.engine.start().await.unwrap();
    house.until_erased().await;
    assert_eq!(found(&house, &[KEY, CALLED, SAID]).await, [""; 0], "the next run does the rest");
}

#[tokio::test]
async fn nobody_is_erased_while_a_reply_to_them_is_on_its_way() {
    let house = shop().await;
    let id = house.id("c1").await;
    house.attach().await;
    let me = house.engine.main_account().await;
    let seen = house.messages("c1").await.last().map(|row| row.id);
    house.engine.send_reply(id, me, "client-1", "moment", seen).await.unwrap();
    let refused = house.engine.erase_buyer(buyer_of(&house, "c1").await).await;
    assert!(matches!(refused, Err(EngineError::Invalid { .. })), "it may still reach them: {refused:?}");
    assert_eq!(house.messages("c1").await[0].body.words(), SAID, "and nothing was erased");
}

/// What a person of ours wrote to c1, and what a rule offered there.
async fn answered_by_hand(house: &House) {
    house.attach().await;
    house.clock.advance(70);
    let targets = vec![Target::Everybody];
    let rule = RuleDraft {
        auto_reply: Some(texts(HandOver::Owner)),
        ..draft("offer", Trigger::BuyerEnquiry, Vec::new(), targets)
    };
    save(&house.engine, &rule).await;
    let mut more = buyer("c1", "m6", 60, "moment");
    (more.buyer.key, more.buyer.name) = (KEY.to_owned(), CALLED.to_owned());
    house.hears([more]).await;
    let (id, me) = (house.id("c1").await, house.engine.main_account().await);
    assert_eq!(house.engine.store().offers_of(id).await.unwrap().len(), 1, "an answer is offered");
    let seen = house.messages("c1").await.last().map(|row| row.id);
    house.engine.send_reply(id, me, "client-1", OURS, seen).await.unwrap();
    house.clock.advance(6);
    house.engine.send_due().await.unwrap();
    let sent = house.messages("c1").await.iter().filter(|row| row.body.words() == OURS).count();
    assert_eq!(sent, 1, "it went out");
}

#[tokio::test]
async fn what_we_wrote_and_what_was_offered_goes_with_the_buyer() {
    let house = shop().await;
    answered_by_hand(&house).await;
    house.engine.erase_buyer(buyer_of(&house, "c1").await).await.unwrap();
    house.engine.start().await.unwrap();
    house.until_erased().await;
    let offers = house.engine.store().offers_of(house.id("c1").await).await.unwrap();
    assert_eq!(offers, [], "an empty offer is none");
    assert_eq!(found(&house, &[OURS, SAID]).await, [""; 0], "our own words quote theirs");
}

/// A return of the order O1, in which the buyer says why.
pub(super) fn returned(status: &str, seconds: i64) -> IncomingEvent {
    IncomingEvent::Dispute(DisputeSnapshot {
        provider_id: "R1".to_owned(),
        order_no: "O1".to_owned(),
        buyer_key: None,
        status: status.to_owned(),
        reason: WHY.to_owned(),
        due: None,
        closed: false,
        opened_at: at(seconds),
        updated_at: at(seconds),
    })
}

/// A return that is over.
fn closed_return(seconds: i64) -> IncomingEvent {
    match returned("CLOSED", seconds) {
        IncomingEvent::Dispute(dispute) => {
            IncomingEvent::Dispute(DisputeSnapshot { closed: true, ..dispute })
        }
        other => other,
    }
}

#[tokio::test]
async fn what_a_buyer_said_of_a_return_goes_with_them_and_the_platform_does_not_bring_it_back() {
    let house = shop().await;
    let order = |status: &str, seconds| {
        let order = OrderSnapshot { status: status.to_owned(), updated_at: at(seconds), ..order() };
        IncomingEvent::Order(order)
    };
    house.takes(&events([returned("REQUESTED", 100)])).await.unwrap();
    house.engine.erase_buyer(buyer_of(&house, "c1").await).await.unwrap();
    house.engine.start().await.unwrap();
    house.until_erased().await;
    assert_eq!(found(&house, &[WHY, KEY]).await, [""; 0], "nowhere on the disk");
    house.takes(&events([returned("REQUESTED", 100), order("PAID", 5)])).await.unwrap();
    house.takes(&events([returned("JUDGING", 200), order("SHIPPED", 200)])).await.unwrap();
    let dump = house.dump().await;
    assert!(!dump.contains(WHY) && !dump.contains(KEY), "not with what it says of them later: {dump}");
    assert!(
        dump.contains("JUDGING") && dump.contains("SHIPPED"),
        "but what becomes of both is known: {dump}"
    );
    let store = house.engine.store();
    let dispute = store.dispute(house.shop, "R1").await.unwrap().unwrap();
    let case = store.conversation(dispute.conversation.unwrap()).await.unwrap().conversation;
    assert_eq!((case.kind, case.title.as_str()), (ConversationKind::Case, "O1 JUDGING"), "under its number");
    assert!(store.verify().await.unwrap().is_whole(), "and the file agrees with itself");
}

/// What a platform tells of an order, with words that stand in the payload only.
fn told(words: &[&str], event: IncomingEvent) -> Received {
    let said = format!("{event:?}");
    let bytes = serde_json::json!({ "of": said, "user": words }).to_string().into_bytes();
    Received { raw: RawPayload { source: "pretend.order", bytes }, events: vec![event] }
}

#[tokio::test]
async fn what_a_platform_says_later_of_an_erased_buyers_order_does_not_say_who_they_were() {
    let house = shop().await;
    let state = |order_no: &str, status: &str, seconds| {
        let (order_no, status) = (order_no.to_owned(), status.to_owned());
        IncomingEvent::Order(OrderSnapshot {
            order_no,
            buyer_key: None,
            status,
            updated_at: at(seconds),
            ..order()
        })
    };
    let again = |provider_id: &str, order_no: &str, seconds| {
        let IncomingEvent::Dispute(dispute) = returned("JUDGING", seconds) else { unreachable!("it is one") };
        let (provider_id, order_no) = (provider_id.to_owned(), order_no.to_owned());
        IncomingEvent::Dispute(DisputeSnapshot { provider_id, order_no, reason: String::new(), ..dispute })
    };
    let notice = IncomingEvent::Notification(IncomingNotification {
        provider_id: "n1".to_owned(),
        thread_key: "O1".to_owned(),
        topic: NoticeTopic::Order,
        title: "O1 SHIPPED".to_owned(),
        text: String::new(),
        url: None,
        at: at(200),
        due: None,
        order_no: Some("O1".to_owned()),
    });
    // Of this one's order nothing was told yet: only the return is known to be theirs.
    let IncomingEvent::Dispute(unseen) = again("R3", "O3", 90) else { unreachable!("it is one") };
    let unseen = IncomingEvent::Dispute(DisputeSnapshot { buyer_key: Some(KEY.to_owned()), ..unseen });
    house.takes(&events([returned("REQUESTED", 100), unseen])).await.unwrap();
    house.engine.erase_buyer(buyer_of(&house, "c1").await).await.unwrap();
    house.engine.start().await.unwrap();
    house.until_erased().await;
    let named = [KEY, CALLED];
    let batch = Batch {
        received: vec![
            told(&named, state("O1", "SHIPPED", 200)),
            told(&named, again("R1", "O1", 200)),
            told(&named, again("R2", "O1", 200)),
            told(&named, again("R3", "O3", 200)),
            told(&named, notice),
            told(&[WHY], state("O2", "PAID", 200)),
        ],
        ..Batch::default()
    };
    house.takes(&batch).await.unwrap();
    assert_eq!(found(&house, &named).await, [""; 0], "nowhere on the disk");
    assert!(!found(&house, &[WHY]).await.is_empty(), "what is told of somebody else's is kept as it came");
    house.takes(&batch).await.unwrap();
    assert_eq!(found(&house, &named).await, [""; 0], "however often it is told");
    let store = house.engine.store();
    let known = store.order(house.shop, "O1").await.unwrap().unwrap().order;
    assert_eq!(known.status, "SHIPPED", "what became of the order is known");
    let case = store.dispute(house.shop, "R3").await.unwrap().unwrap().dispute;
    assert_eq!(case.status, "JUDGING", "and of the return");
    assert!(store.verify().await.unwrap().is_whole(), "and the file agrees with itself");
}

#[tokio::test]
async fn what_waits_to_be_told_outside_goes_with_the_buyer() {
    let Group { house, robot, core, server: _server, .. } = Group::of(shop().await).await;
    let targets = vec![Target::WecomGroup { robot }];
    save(&house.engine, &draft("enquiries", Trigger::BuyerEnquiry, Vec::new(), targets)).await;
    let slower = Fault::Answer { status: 200, body: r#"{"errcode":45009,"errmsg":"too often"}"#.into() };
    core.faults.arm("webhook/send", slower, 1_000);
    let (mut theirs, others) = (buyer("c1", "m6", 60, ASKED), buyer("c2", "m7", 60, OTHER));
    (theirs.buyer.key, theirs.buyer.name) = (KEY.to_owned(), CALLED.to_owned());
    house.hears([theirs, others]).await;
    let waiting = async || house.engine.robot_list().await.unwrap().remove(0).standing.waiting;
    assert_eq!(waiting().await, 2, "both wait");
    let buyer = buyer_of(&house, "c1").await;
    // Refused while it is under way; it comes back.
    house.until(async || house.engine.erase_buyer(buyer).await.is_ok()).await;
    assert_eq!(waiting().await, 1, "what quotes somebody else is still told");
    house.engine.start().await.unwrap();
    house.until_erased().await;
    assert_eq!(found(&house, &[ASKED, CALLED]).await, [""; 0], "nowhere on the disk");
    let log = house.engine.store().audit_log(None, 100).await.unwrap();
    let gone = log.iter().filter(|row| row.entry.detail.contains("buyer_erased")).count();
    assert_eq!(gone, 1, "and the push log says what became of it");
    house.engine.stop().await.unwrap();
}

#[tokio::test]
async fn a_store_that_is_removed_is_nowhere_on_the_disk() {
    let house = shop().await;
    assert!(found(&house, &[SAID, CALLED, KEY]).await.len() > 2, "it was there before");
    house.engine.remove_store(house.shop).await.unwrap();
    house.engine.start().await.unwrap();
    house.until_erased().await;
    assert_eq!(found(&house, &[SAID, ANSWERED, CALLED, KEY, OTHER]).await, [""; 0], "nowhere on the disk");
    assert!(house.engine.store().verify().await.unwrap().is_whole(), "and the file agrees with itself");
}

/// The first thing that was said, told once more in a payload of its own, as a push tells what a poll has brought.
fn told_again() -> Batch {
    let mut batch = batch([buyer("c1", "m1", 10, SAID)]);
    batch.received[0].raw = RawPayload { source: "pretend.push", bytes: format!("push {SAID}").into_bytes() };
    batch
}

#[tokio::test]
async fn content_is_kept_for_so_long_and_no_longer() {
    let house = shop().await;
    assert_eq!(house.takes(&told_again()).await.unwrap().taken, 0, "it is known");
    answered_by_hand(&house).await;
    let long_ago = -5 * 86_400;
    house.hears([buyer("c4", "m7", long_ago, OLD), seller("c4", "m8", long_ago + 9, Body::Read)]).await;
    house.hears([seller("c4", "m9", long_ago + 10, Body::from_text("done"))]).await;
    house.hears([buyer("c3", "m5", 50, "qttowed")]).await;
    house.takes(&events([closed_return(60)])).await.unwrap();
    let short = house.engine.keep_for(house.shop, 7).await;
    assert!(matches!(short, Err(EngineError::Invalid { .. })), "nobody loses last week by a slip: {short:?}");
    house.engine.keep_for(house.shop, 30).await.unwrap();
    house.clock.advance(29 * 86_400);
    house.engine.start().await.unwrap();
    until_silent(&house, "c4").await;
    house.until_erased().await;
    let left = house.messages("c1").await;
    assert!(left.iter().any(|row| row.body.words() == SAID), "what is a day too young stays");
    house.clock.advance(2 * 86_400);
    house.engine.keep_for(house.shop, 30).await.unwrap();
    until_silent(&house, "c1").await;
    until_silent(&house, "c2").await;
    house.until_erased().await;
    assert_eq!(found(&house, &[SAID, OTHER, OURS]).await, [""; 0], "then it is gone, from the index too");
    assert_eq!(found(&house, &[WHY]).await, [""; 0], "and so is what was said of a return");
    assert_eq!(house.messages("c3").await[0].body.words(), "qttowed", "but for what is still owed");
}
