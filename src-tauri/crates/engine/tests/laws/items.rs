//! Aim: what a buyer asked about or bought can be sent back as a card, which leaves once and whose fate is found out.

use crate::common::{ChatShop, House, comes_true};
use domain::{Body, Capability, CapabilityState, ConversationId};
use engine::{EngineError, NOT_ARRIVED};
use sandbox::Fault;
use sandbox::shopee::BuyerMessage;
use serde_json::json;
use store::{OutboxRow, OutboxState};

const ASKED: u64 = 9_112_503_530;
const SENT: u64 = 9_112_503_531;
const BOUGHT: u64 = 9_112_503_532;

/// Reads the shop until so many products are offered: a round that was under way may have seen less.
async fn read(house: &House, shop: &ChatShop, chat: ConversationId, count: usize) {
    house.clock.advance(1);
    assert!(house.engine.retry_store(shop.store).await.unwrap(), "the shop is read");
    let there = comes_true(async || offered(house, chat).await.len() == count).await;
    assert!(there, "{count} products are not offered: {:?}", offered(house, chat).await);
}

async fn press(house: &House, chat: ConversationId, client_id: &str) -> OutboxRow {
    let main = house.engine.main_account().await;
    let seen = house.engine.store().messages(chat, None, 1).await.unwrap().pop().map(|message| message.id);
    house.engine.send_item(chat, main, client_id, &ASKED.to_string(), seen).await.unwrap()
}

async fn later(house: &House) {
    house.clock.advance(6);
    house.engine.send_due().await.unwrap();
}

async fn reply(house: &House, client_id: &str) -> OutboxRow {
    house.engine.store().outbox_by_client_id(client_id).await.unwrap().unwrap()
}

/// The ids and titles of what is offered.
async fn offered(house: &House, chat: ConversationId) -> Vec<(String, Option<String>)> {
    let item = house.engine.store().conversation(chat).await.unwrap();
    let items = house.engine.items_of(&item).await.unwrap();
    items.into_iter().map(|item| (item.item_id, item.title)).collect()
}

#[tokio::test]
async fn what_the_buyer_bought_sent_or_asked_about_is_offered_newest_first() {
    let house = House::solo().await;
    let (shop, chat) = ChatShop::asked(&house).await;
    assert!(offered(&house, chat).await.is_empty(), "nothing is known");
    let line = json!([{ "item_id": BOUGHT, "item_name": "Steel whistle", "model_name": "",
        "image_info": { "image_url": "https://cf.example.com/file/a" }, "model_quantity_purchased": 1 }]);
    shop.shop.put_order("220818EGS328B9", &json!({ "buyer_user_id": 1, "item_list": line }));
    read(&house, &shop, chat, 1).await;
    let content = json!({ "shop_id": shop.shop.setup().shop_id, "item_id": SENT, "name": "Brass whistle" });
    shop.shop.buyer_sends(BuyerMessage { buyer: 1, kind: "item".into(), content, order_sn: None });
    read(&house, &shop, chat, 2).await;
    shop.shop.buyer_asks_about(2, 7, "Somebody else's question");
    shop.shop.buyer_asks_about(1, ASKED, "Is it loud?");
    read(&house, &shop, chat, 3).await;
    let title = |words: &str| Some(words.to_owned());
    let expected = [
        (ASKED.to_string(), None),
        (SENT.to_string(), title("Brass whistle")),
        (BOUGHT.to_string(), title("Steel whistle")),
    ];
    assert_eq!(offered(&house, chat).await, expected, "of this buyer only");
    let item = house.engine.store().conversation(chat).await.unwrap();
    let bought = house.engine.items_of(&item).await.unwrap().pop().unwrap();
    assert_eq!(bought.picture.as_deref(), Some("https://cf.example.com/file/a"), "with its picture");
}

#[tokio::test]
async fn a_product_goes_out_as_a_card_once_and_is_no_draft_when_it_is_taken_back() {
    let house = House::solo().await;
    let (shop, chat) = ChatShop::asked(&house).await;
    shop.shop.buyer_asks_about(1, ASKED, "Is it loud?");
    read(&house, &shop, chat, 1).await;
    house.engine.save_draft(chat, "words").await.unwrap();
    press(&house, chat, "a").await;
    assert!(house.engine.undo_send("a").await.unwrap(), "in time");
    let draft = house.engine.store().draft(chat, None).await.unwrap().map(|draft| draft.text);
    assert_eq!(draft.as_deref(), Some("words"), "a number is no draft");
    press(&house, chat, "b").await;
    press(&house, chat, "b").await;
    later(&house).await;
    assert_eq!(reply(&house, "b").await.state, OutboxState::Sent, "it is sent");
    let sent = shop.core.ledger.sent();
    assert_eq!((sent.len(), shop.tries()), (1, 1), "pressed twice, sent once");
    assert_eq!(
        (sent[0].kind.as_str(), sent[0].content.as_str()),
        ("item", ASKED.to_string().as_str()),
        "as the platform's card"
    );
    let last = house.engine.store().messages(chat, None, 1).await.unwrap().remove(0);
    assert_eq!(last.counting, "item_card", "a card stops no clock");
}

#[tokio::test]
async fn a_card_of_unknown_fate_is_looked_for_and_not_sent_again_by_itself() {
    let house = House::solo().await;
    let (shop, chat) = ChatShop::asked(&house).await;
    shop.shop.buyer_asks_about(1, ASKED, "Is it loud?");
    read(&house, &shop, chat, 1).await;
    shop.core.faults.arm("send_message", Fault::CutAfter, 1);
    press(&house, chat, "a").await;
    later(&house).await;
    assert_eq!(reply(&house, "a").await.state, OutboxState::Unknown, "the line broke");
    house.engine.ask_about_unknown().await.unwrap();
    assert_eq!(reply(&house, "a").await.state, OutboxState::Sent, "the platform shows it");
    assert_eq!((shop.tries(), shop.arrived()), (1, 1), "once");

    shop.core.faults.arm("send_message", Fault::CutBefore, 1);
    press(&house, chat, "b").await;
    later(&house).await;
    house.clock.advance(61);
    house.engine.ask_about_unknown().await.unwrap();
    assert_eq!(reply(&house, "b").await.detail, NOT_ARRIVED, "the one before is not taken for it");
    assert!(house.engine.send_again("b").await.unwrap(), "a person asks");
    later(&house).await;
    assert_eq!((reply(&house, "b").await.state, shop.arrived()), (OutboxState::Sent, 2), "each once");
    let last = house.engine.store().messages(chat, None, 1).await.unwrap().remove(0);
    assert!(matches!(last.body, Body::ItemCard { item_id, .. } if item_id == ASKED.to_string()));
}

#[tokio::test]
async fn a_way_that_sends_no_cards_says_why_before_anything_is_queued() {
    let house = House::solo().await;
    let (shop, chat) = ChatShop::asked(&house).await;
    let item = house.engine.store().conversation(chat).await.unwrap();
    let takes = house.engine.cards_taken(&item).await.unwrap();
    assert_eq!((takes.orders, takes.items, takes.why_not), (true, true, None), "the platform takes both");
    let off = CapabilityState::Off { code: "cards_not_by_old_interface".into() };
    let mut tx = house.engine.store().begin().await.unwrap();
    tx.set_capabilities(shop.store, &[(Capability::SendCards, off)].into()).await.unwrap();
    tx.commit().await.unwrap();
    let takes = house.engine.cards_taken(&item).await.unwrap();
    assert_eq!((takes.orders, takes.items), (false, false), "this way takes none");
    assert_eq!(takes.why_not.as_deref(), Some("cards_not_by_old_interface"), "and it is known why");
    let main = house.engine.main_account().await;
    let seen = house.engine.store().messages(chat, None, 1).await.unwrap().pop().map(|message| message.id);
    let refused = house.engine.send_item(chat, main, "a", &ASKED.to_string(), seen).await;
    assert!(matches!(refused, Err(EngineError::CannotSend { code: "no_cards" })), "{refused:?}");
    let order = Body::OrderCard { order_no: "220818EGS328B9".into() };
    let refused = house.engine.send_card(chat, main, "b", order, seen).await;
    assert!(matches!(refused, Err(EngineError::CannotSend { code: "no_cards" })), "{refused:?}");
    later(&house).await;
    assert_eq!(shop.tries(), 0, "nothing is queued");
}
