//! Aim: a reply leaves once or not at all, and its words are never lost (invariant 8).

use crate::common::{Bell, Fate, House, ManualClock, MemoryVault, Pretend, at, batch, buyer, open, seller};
use channels::{ChannelError, Connector};
use domain::{Body, ConversationId, MessageId, SendOutcome};
use engine::{Clock, Engine, EngineError};
use std::sync::Arc;
use std::time::Duration;
use store::{OutboxRow, OutboxState};

const WORDS: &str = "It arrives on Friday.";

/// A buyer has asked, and the platform is there.
async fn asked() -> (House, Arc<Pretend>, ConversationId) {
    let house = House::solo().await;
    house.hears([buyer("c1", "m1", 0, "Where is my parcel?")]).await;
    let platform = house.attach().await;
    let chat = house.id("c1").await;
    house.clock.set(at(60));
    (house, platform, chat)
}

async fn newest(house: &House) -> Option<MessageId> {
    house.messages("c1").await.last().map(|message| message.id)
}

async fn press(house: &House, chat: ConversationId, client_id: &str) -> Result<OutboxRow, EngineError> {
    let (main, seen) = (house.engine.main_account().await, newest(house).await);
    house.engine.send_reply(chat, main, client_id, WORDS, seen).await
}

/// The time for undoing passes, and whatever is due goes out.
async fn later(house: &House) {
    house.clock.advance(6);
    house.engine.send_due().await.unwrap();
}

async fn reply(engine: &Engine, client_id: &str) -> OutboxRow {
    engine.store().outbox_by_client_id(client_id).await.unwrap().unwrap()
}

async fn draft(house: &House, chat: ConversationId) -> String {
    house.engine.store().draft(chat, None).await.unwrap().map(|draft| draft.text).unwrap_or_default()
}

#[tokio::test]
async fn a_reply_goes_out_after_the_time_for_undoing_and_is_a_message_of_its_seat() {
    let (house, platform, chat) = asked().await;
    house.engine.save_draft(chat, WORDS).await.unwrap();
    press(&house, chat, "a").await.unwrap();
    assert_eq!(draft(&house, chat).await, "", "what was sent is no draft");
    house.clock.advance(4);
    house.engine.send_due().await.unwrap();
    assert!(platform.ledger().is_empty(), "it can still be taken back");
    house.clock.advance(1);
    house.engine.send_due().await.unwrap();
    let sent = platform.ledger().remove(0);
    assert_eq!(
        (sent.conversation_key.as_str(), sent.buyer_key.as_str()),
        ("c1", "buyer-of-c1"),
        "to that buyer"
    );
    assert_eq!(sent.body, Body::Text { text: WORDS.into() }, "with those words");
    let row = reply(&house.engine, "a").await;
    assert_eq!((row.state, row.provider_id.as_str()), (OutboxState::Sent, "out-1"), "its fate is recorded");
    let message = house.messages("c1").await.remove(1);
    let main = house.engine.main_account().await;
    assert_eq!(
        (message.account, message.outbox),
        (Some(main), Some(row.id)),
        "the message knows who wrote it"
    );
    assert!(!house.chat("c1").await.conversation.owes, "and the clock stops");
    house.hears([seller("c1", "out-1", 65, Body::Text { text: WORDS.into() })]).await;
    assert_eq!(house.messages("c1").await.len(), 2, "the platform's own copy is the same message");
}

#[tokio::test]
async fn a_reply_that_is_taken_back_in_time_never_leaves() {
    let (house, platform, chat) = asked().await;
    press(&house, chat, "a").await.unwrap();
    assert!(house.engine.undo_send("a").await.unwrap(), "in time");
    later(&house).await;
    assert!(platform.ledger().is_empty(), "nothing left");
    assert_eq!(draft(&house, chat).await, WORDS, "the words are back where they were typed");
    assert!(house.chat("c1").await.conversation.owes, "the buyer still waits");
    press(&house, chat, "b").await.unwrap();
    later(&house).await;
    assert!(!house.engine.undo_send("b").await.unwrap(), "what has left can't be taken back");
    assert_eq!(platform.ledger().len(), 1, "and has left once");
}

/// Two replies with the clock put back by so many seconds between them.
async fn two_around_a_jump(back_s: i64) -> (House, Arc<Pretend>) {
    let (house, platform, chat) = asked().await;
    let (main, seen) = (house.engine.main_account().await, newest(&house).await);
    house.engine.send_reply(chat, main, "a", "first", seen).await.unwrap();
    house.clock.advance(-back_s);
    house.engine.send_reply(chat, main, "b", "second", seen).await.unwrap();
    (house, platform)
}

fn left(platform: &Pretend) -> Vec<String> {
    platform.ledger().iter().map(|reply| reply.body.words().to_owned()).collect()
}

#[tokio::test]
async fn a_clock_that_is_put_back_holds_no_reply_back() {
    let (house, platform) = two_around_a_jump(3_600).await;
    house.engine.send_due().await.unwrap();
    assert_eq!(left(&platform), [""; 0], "both can still be taken back");
    later(&house).await;
    assert_eq!(left(&platform), ["first", "second"], "no later than the time for undoing");
}

#[tokio::test]
async fn a_clock_that_is_put_back_turns_no_replies_round() {
    let (house, platform) = two_around_a_jump(3).await;
    house.clock.advance(5);
    house.engine.send_due().await.unwrap();
    assert_eq!(left(&platform), [""; 0], "the second waits for the first");
    house.clock.advance(3);
    house.engine.send_due().await.unwrap();
    assert_eq!(left(&platform), ["first", "second"], "as they were written");
}

#[tokio::test]
async fn a_second_press_is_the_same_reply() {
    let (house, platform, chat) = asked().await;
    let first = press(&house, chat, "a").await.unwrap();
    house.engine.save_draft(chat, "and").await.unwrap();
    // What came meanwhile is no reason to refuse what was accepted.
    house.hears([buyer("other", "m9", 61, "Hello?")]).await;
    let second = press(&house, chat, "a").await.unwrap();
    assert_eq!(first, second, "one row");
    assert_eq!(draft(&house, chat).await, "and", "what was typed since stays");
    later(&house).await;
    press(&house, chat, "a").await.unwrap();
    later(&house).await;
    assert_eq!(platform.ledger().len(), 1, "one reply, however often the key was pressed");
}

#[tokio::test]
async fn a_reply_written_before_the_buyers_last_message_is_stopped() {
    let (house, platform, chat) = asked().await;
    let seen = newest(&house).await;
    house.hears([buyer("c1", "m2", 50, "Cancel my order!")]).await;
    let main = house.engine.main_account().await;
    let stopped = house.engine.send_reply(chat, main, "a", WORDS, seen).await;
    assert!(matches!(stopped, Err(EngineError::Stale)), "the writer had not seen it");
    later(&house).await;
    assert!(platform.ledger().is_empty(), "nothing was queued");
}

#[tokio::test]
async fn a_buyer_who_writes_in_the_time_for_undoing_stops_the_reply_until_a_person_decides() {
    let (house, platform, chat) = asked().await;
    press(&house, chat, "a").await.unwrap();
    house.clock.advance(2);
    house.hears([buyer("c1", "m2", 61, "Cancel my order!")]).await;
    later(&house).await;
    let row = reply(&house.engine, "a").await;
    assert_eq!((row.state, row.detail.as_str()), (OutboxState::Refused, "stale"), "stopped and shown");
    assert!(platform.ledger().is_empty(), "it did not pass the message");
    assert!(house.engine.retry_refused("a").await.unwrap(), "a person has read it and sends all the same");
    later(&house).await;
    assert_eq!(platform.ledger().len(), 1, "then it goes");
}

#[tokio::test]
async fn a_refused_reply_keeps_its_words_and_goes_again_only_when_asked() {
    let (house, platform, chat) = asked().await;
    let outcome = SendOutcome::Refused { code: "error_rate".into(), detail: "too fast".into(), retry: true };
    platform.next_reply(Fate::Ends(outcome));
    press(&house, chat, "a").await.unwrap();
    later(&house).await;
    let row = reply(&house.engine, "a").await;
    assert_eq!(
        (row.state, row.detail.as_str()),
        (OutboxState::Refused, "error_rate: too fast"),
        "with the cause"
    );
    assert_eq!(row.reply.body.words(), WORDS, "and its words");
    later(&house).await;
    assert_eq!(platform.ledger().len(), 1, "nothing is tried again by itself");
    assert!(house.engine.retry_refused("a").await.unwrap(), "a person asks");
    later(&house).await;
    assert_eq!(
        (platform.ledger().len(), reply(&house.engine, "a").await.state),
        (2, OutboxState::Sent),
        "then it goes"
    );
}

#[tokio::test]
async fn a_reply_of_unknown_fate_is_shown_and_never_sent_again_by_itself() {
    let (house, platform, chat) = asked().await;
    platform.next_reply(Fate::Ends(SendOutcome::Unknown { detail: "the line broke".into() }));
    press(&house, chat, "a").await.unwrap();
    later(&house).await;
    assert_eq!(reply(&house.engine, "a").await.state, OutboxState::Unknown, "nobody knows");
    let house = house.reopened().await;
    let second = house.attach().await;
    later(&house).await;
    assert_eq!(
        (platform.ledger().len(), second.ledger().len()),
        (1, 0),
        "a restart is no reason to send again"
    );
    let shown = house.engine.store().outbox_of(chat).await.unwrap();
    assert_eq!(shown.len(), 1, "it stays on the screen until it is settled");
    assert!(house.engine.settle_unknown("a", false).await.unwrap(), "a person looked: it did not arrive");
    assert_eq!(draft(&house, chat).await, WORDS, "the words are back");
}

#[tokio::test]
async fn the_platforms_own_copy_settles_a_reply_of_unknown_fate() {
    let (house, platform, chat) = asked().await;
    platform.next_reply(Fate::Ends(SendOutcome::Unknown { detail: "the line broke".into() }));
    press(&house, chat, "a").await.unwrap();
    later(&house).await;
    platform.brings(Ok(batch([seller("c1", "p7", 64, Body::Text { text: WORDS.into() })])));
    settled(&house.engine, "a").await;
    let row = reply(&house.engine, "a").await;
    assert_eq!((row.state, row.provider_id.as_str()), (OutboxState::Sent, "p7"), "nobody needs to be asked");
}

#[tokio::test]
async fn a_copy_that_came_before_a_person_confirms_is_not_made_twice() {
    let (house, platform, chat) = asked().await;
    // The platform shows the reply while its answer is still on the way, and then the line breaks.
    platform.next_reply(Fate::Ends(SendOutcome::Unknown { detail: "the line broke".into() }));
    press(&house, chat, "a").await.unwrap();
    house.hears([seller("c1", "p7", 64, Body::Text { text: WORDS.into() })]).await;
    later(&house).await;
    assert!(house.engine.settle_unknown("a", true).await.unwrap(), "a person saw it on the platform");
    assert_eq!(house.messages("c1").await.len(), 2, "the question and one answer");
    assert_eq!(reply(&house.engine, "a").await.provider_id, "p7", "which is the platform's copy");
}

/// Waits until the reader of the store has settled a reply.
async fn settled(engine: &Engine, client_id: &str) {
    while reply(engine, client_id).await.state != OutboxState::Sent {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// A runtime that can be torn away, as a crash tears a process away.
fn world() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

#[test]
fn a_reply_that_a_crash_interrupted_is_of_unknown_fate_and_was_sent_once() {
    let dir = tempfile::tempdir().unwrap();
    let clock = Arc::new(ManualClock::new(at(0)));
    let (bell, vault) = (Arc::new(Bell::default()), Arc::new(MemoryVault::default()));
    let now = Arc::clone(&clock);
    let platform = Arc::new(Pretend::new(Arc::new(move || now.now())));
    platform.next_reply(Fate::Hangs);

    let first = world();
    let shop = first.block_on(async {
        let engine = open(dir.path(), &clock, &bell, &vault).await;
        let shop = crate::common::add_shop(&engine).await;
        let news = batch([buyer("c1", "m1", 0, "Where is my parcel?")]);
        let accepted =
            engine.accept(shop, domain::Platform::AliExpress, &news, engine::Mode::Live).await.unwrap();
        engine.attach(shop, Arc::clone(&platform) as Arc<dyn Connector>, Duration::from_secs(60)).await;
        let main = engine.main_account().await;
        engine.send_reply(accepted.changed[0], main, "a", WORDS, Some(MessageId(1))).await.unwrap();
        clock.advance(6);
        let sending = engine.clone();
        tokio::spawn(async move { sending.send_due().await });
        while platform.ledger().is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        shop
    });
    // The platform has it, nothing is recorded, and the program is gone.
    first.shutdown_timeout(Duration::from_secs(5));

    world().block_on(async {
        let engine = open(dir.path(), &clock, &bell, &vault).await;
        let row = reply(&engine, "a").await;
        assert_eq!(row.state, OutboxState::Unknown, "it may or may not have arrived");
        engine.attach(shop, Arc::clone(&platform) as Arc<dyn Connector>, Duration::from_secs(60)).await;
        clock.advance(60);
        engine.send_due().await.unwrap();
        assert_eq!(platform.ledger().len(), 1, "the next run does not send it again");
        platform.brings(Ok(batch([seller("c1", "p7", 6, Body::Text { text: WORDS.into() })])));
        settled(&engine, "a").await;
        assert_eq!(platform.ledger().len(), 1, "and the platform's copy settles it");
        engine.stop().await.unwrap();
    });
}

#[tokio::test]
async fn the_running_engine_sends_by_itself_and_finishes_what_is_with_the_platform_before_it_ends() {
    let (house, _, chat) = asked().await;
    house.engine.start().await.unwrap();
    // Starting read the shop's row, which names no platform to dial; the test's own goes in its place.
    let platform = house.attach().await;
    press(&house, chat, "a").await.unwrap();
    house.clock.advance(6);
    settled(&house.engine, "a").await;
    assert_eq!(platform.ledger().len(), 1, "once");
    assert!(platform.polled() > 0, "and the shop is read");
    house.engine.stop().await.unwrap();
    assert!(house.engine.store().begin().await.is_err(), "after the end nothing is written");
}

/// A reply was pressed just before the end, and the program starts again the next morning, with the platform away at first.
async fn overnight() -> (House, Arc<Pretend>) {
    let (house, _, chat) = asked().await;
    press(&house, chat, "a").await.unwrap();
    let house = house.reopened().await;
    house.clock.advance(8 * 3_600);
    let platform = house.platform();
    platform.queue(Err(ChannelError::Unreachable { detail: "no network yet".into() }));
    let connector: Arc<dyn Connector> = Arc::clone(&platform) as _;
    house.engine.attach(house.shop, connector, Duration::from_secs(60)).await;
    house.until_store(house.shop, |row| !row.last_error_code.is_empty()).await;
    house.engine.send_due().await.unwrap();
    assert!(platform.ledger().is_empty(), "nobody knows what the buyer wrote meanwhile");
    (house, platform)
}

/// The platform is there again, and the store is read.
async fn is_read(house: &House, platform: &Pretend, round: channels::Batch) {
    platform.queue(Ok(round));
    assert!(house.engine.retry_store(house.shop).await.unwrap(), "at once");
    house.until_store(house.shop, |row| row.last_error_code.is_empty()).await;
    house.engine.send_due().await.unwrap();
}

#[tokio::test]
async fn a_reply_that_lay_here_overnight_does_not_pass_what_the_buyer_wrote_meanwhile() {
    let (house, platform) = overnight().await;
    is_read(&house, &platform, batch([buyer("c1", "m2", 3_600, "Cancel my order!")])).await;
    let row = reply(&house.engine, "a").await;
    assert_eq!((row.state, row.detail.as_str()), (OutboxState::Refused, "stale"), "a person decides");
    assert!(platform.ledger().is_empty(), "nothing left");
    assert!(house.engine.retry_refused("a").await.unwrap(), "who has read it sends it all the same");
    house.engine.send_due().await.unwrap();
    assert_eq!(platform.ledger().len(), 1, "at once");
}

#[tokio::test]
async fn a_reply_that_lay_here_overnight_goes_once_nothing_came_meanwhile() {
    let (house, platform) = overnight().await;
    is_read(&house, &platform, batch([])).await;
    assert_eq!(reply(&house.engine, "a").await.state, OutboxState::Sent, "nothing speaks against it");
    assert_eq!(platform.ledger().len(), 1, "once");
}

#[tokio::test]
async fn a_reply_whose_store_goes_while_it_is_sent_holds_nobody_up() {
    let (house, platform, chat) = asked().await;
    let answer = Arc::new(tokio::sync::Notify::new());
    platform.next_reply(Fate::Waits(Arc::clone(&answer)));
    press(&house, chat, "a").await.unwrap();
    house.clock.advance(6);
    let engine = house.engine.clone();
    let sending = tokio::spawn(async move { engine.send_due().await });
    house.until(async || platform.ledger().len() == 1).await;
    house.engine.remove_store(house.shop).await.unwrap();
    answer.notify_one();
    sending.await.unwrap().unwrap();
    assert_eq!(house.engine.store().outbox_unsettled().await.unwrap(), [], "nothing is left of it");
}

#[tokio::test]
async fn nothing_is_sent_where_nothing_can_be_sent() {
    let (house, platform, chat) = asked().await;
    let main = house.engine.main_account().await;
    let empty = house.engine.send_reply(chat, main, "a", "  \n", newest(&house).await).await;
    assert!(matches!(empty, Err(EngineError::CannotSend { code: "empty" })), "no words, no reply");
    let mut tx = house.engine.store().begin().await.unwrap();
    tx.set_paused(house.shop, true, at(60)).await.unwrap();
    tx.commit().await.unwrap();
    let paused = press(&house, chat, "b").await;
    assert!(matches!(paused, Err(EngineError::CannotSend { code: "store_paused" })), "a store at rest");
    later(&house).await;
    assert!(platform.ledger().is_empty(), "nothing left");
}
