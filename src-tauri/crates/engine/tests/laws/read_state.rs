//! Aim: the buyer hears that they were read when they are answered, and not before.

use crate::common::{ChatShop, House, at, buyer};
use domain::ConversationId;
use sandbox::Fault;

/// The platform's id of the last message.
async fn newest(house: &House, chat: ConversationId) -> String {
    house.engine.store().messages(chat, None, 1).await.unwrap().remove(0).provider_id
}

#[tokio::test]
async fn opening_tells_the_platform_nothing_and_an_answer_does() {
    let house = House::solo().await;
    let (shop, chat) = ChatShop::asked(&house).await;
    let main = house.engine.main_account().await;
    house.engine.opened(chat, main).await.unwrap();
    assert_eq!(house.engine.store().conversation(chat).await.unwrap().conversation.unread, 0, "read here");
    assert!(shop.core.ledger.calls_with("read_conversation").is_empty(), "the buyer sees nothing of it");
    let seen = house.engine.store().messages(chat, None, 1).await.unwrap().pop().map(|message| message.id);
    house.engine.send_reply(chat, main, "a", "On Friday.", seen).await.unwrap();
    house.clock.advance(6);
    shop.core.faults.arm("read_conversation", Fault::CutBefore, 1);
    house.engine.send_due().await.unwrap();
    assert_eq!(shop.arrived(), 1, "nothing hangs on the mark");
    let row = house.engine.store().outbox_by_client_id("a").await.unwrap().unwrap();
    assert_eq!(row.state, store::OutboxState::Sent, "the reply is sent all the same");
    assert_eq!(
        shop.core.ledger.calls_with("/read_conversation").len(),
        1,
        "with the answer the mark goes out"
    );
}

/// A message of the buyer that is taken in after the reply has left and before its answer is here.
#[tokio::test]
async fn what_the_buyer_writes_while_a_reply_is_on_its_way_stays_unread() {
    let house = House::solo().await;
    let (shop, chat) = ChatShop::asked(&house).await;
    let main = house.engine.main_account().await;
    let seen = house.engine.store().messages(chat, None, 1).await.unwrap().remove(0);
    house.engine.send_reply(chat, main, "a", "On Friday.", Some(seen.id)).await.unwrap();
    house.clock.advance(6);
    shop.core.faults.arm("send_message", Fault::HoldAfter, 1);
    let meanwhile = async {
        house.until(async || shop.arrived() == 1).await;
        let unseen = shop.shop.buyer_says(1, "And the second one?");
        assert!(house.engine.retry_store(shop.store).await.unwrap(), "the shop is read");
        house.until(async || newest(&house, chat).await == unseen).await;
        let row = house.engine.store().outbox_by_client_id("a").await.unwrap().unwrap();
        assert_eq!(row.state, store::OutboxState::Sending, "it is here before the answer to the reply is");
        shop.core.faults.release();
    };
    let (sent, ()) = tokio::join!(house.engine.send_due(), meanwhile);
    sent.unwrap();
    let told = shop.core.ledger.calls_with("/read_conversation");
    assert_eq!(told.len(), 1, "the mark goes out");
    let body: serde_json::Value = serde_json::from_slice(&told[0].body).unwrap();
    assert_eq!(body["last_read_message_id"], *seen.provider_id, "up to what the writer had seen");
    assert_eq!(shop.shop.unread_of(1), 1, "and the platform shows the other as unread");
}

#[tokio::test]
async fn a_conversation_is_unread_again_here_and_at_the_platform() {
    let house = House::solo().await;
    let (shop, chat) = ChatShop::asked(&house).await;
    let main = house.engine.main_account().await;
    house.engine.opened(chat, main).await.unwrap();
    shop.shop.read(1);
    assert!(house.engine.mark_unread(chat, main).await.unwrap(), "the platform was told");
    assert_eq!(shop.shop.unread_of(1), 1, "and has it");
    assert_eq!(house.engine.store().conversation(chat).await.unwrap().conversation.unread, 1, "as here");
    house.engine.opened(chat, main).await.unwrap();
    shop.core.faults.arm("unread_conversation", Fault::CutBefore, 1);
    assert!(!house.engine.mark_unread(chat, main).await.unwrap(), "a platform that is away is not told");
    assert_eq!(
        house.engine.store().conversation(chat).await.unwrap().conversation.unread,
        1,
        "here it holds"
    );
}

#[tokio::test]
async fn opening_reads_it_once_and_keeps_the_first_instant() {
    let house = House::solo().await;
    house.hears([buyer("c1", "m1", 0, "Hello?"), buyer("c1", "m2", 10, "Are you there?")]).await;
    let (chat, main) = (house.id("c1").await, house.engine.main_account().await);
    for second in [50, 70] {
        house.clock.set(at(second));
        house.engine.opened(chat, main).await.unwrap();
        let row = house.chat("c1").await.conversation;
        assert_eq!((row.unread, row.opened_at), (0, Some(at(50))), "read since the first look");
    }
    let log = house.engine.store().audit_log(None, 1_000).await.unwrap();
    assert_eq!(log.iter().filter(|row| row.entry.kind == "shown").count(), 1, "the push log says so once");
    assert!(house.engine.store().verify().await.unwrap().tally_agrees, "the numbers follow");
}
