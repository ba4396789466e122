//! The Shopee connector against the pretend platform, over loopback.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has to fail")]

#[path = "shopee/desk.rs"]
mod desk;

use channels::{ChannelError, Connector, Cursors};
use desk::{Desk, TEXT, reply_to};
use domain::{Author, Body, Capability, CapabilityState, Device, IncomingEvent, Keep, Secret, SendOutcome};
use sandbox::Fault;
use sandbox::shopee::{BuyerMessage, LostPush};
use serde_json::{Value, json};
use std::time::Duration;

#[tokio::test]
async fn a_first_sync_brings_every_recent_message_once() {
    let mut desk = Desk::open().await;
    for buyer in 1..=60 {
        desk.shop.buyer_says(buyer, "hi");
        desk.clock.advance(Duration::from_secs(60));
        desk.shop.buyer_says(buyer, "still there?");
        desk.clock.advance(Duration::from_secs(60));
    }
    desk.sync().await;
    assert_eq!(desk.messages().len(), 120, "60 conversations are three pages, two messages each");
    assert_eq!(desk.distinct_messages(), 120, "none comes twice");
}

#[tokio::test]
async fn a_second_sync_brings_only_what_is_new() {
    let mut desk = Desk::open().await;
    for buyer in 1..=30 {
        desk.shop.buyer_says(buyer, "hi");
        desk.clock.advance(Duration::from_secs(1));
    }
    desk.sync().await;
    desk.forget_events();
    desk.sync().await;
    assert!(desk.events.is_empty(), "nothing happened, nothing is told: {:?}", desk.events);
    desk.clock.advance(Duration::from_secs(5));
    let id = desk.shop.buyer_says(3, "one more");
    desk.sync().await;
    let messages = desk.messages();
    assert_eq!(messages.len(), 1, "one message was written");
    assert_eq!(messages[0].provider_id, id, "and it is that one");
}

#[tokio::test]
async fn pinned_and_old_conversations_do_not_hide_new_ones() {
    let mut desk = Desk::open().await;
    for buyer in 1..=40 {
        desk.shop.buyer_says(buyer, "hi");
        desk.clock.advance(Duration::from_secs(1));
    }
    for buyer in 1..=26 {
        desk.shop.pin(buyer);
        desk.shop.read(buyer);
    }
    desk.sync().await;
    assert_eq!(desk.distinct_messages(), 40, "a first page full of pinned rows is not the end");
    desk.forget_events();
    desk.clock.advance(Duration::from_secs(5));
    desk.shop.seller_says(33, "answered on the phone", "ios");
    desk.sync().await;
    assert_eq!(desk.messages().len(), 1, "a row behind the pinned ones is found");
    assert_eq!(desk.messages()[0].device, Device::Mobile, "and its device is told");
}

#[tokio::test]
async fn conversations_of_the_same_instant_are_not_lost_between_pages() {
    let mut desk = Desk::open().await;
    for buyer in 1..=60 {
        desk.shop.buyer_says(buyer, "all at once");
        if buyer % 20 == 0 {
            desk.clock.advance(Duration::from_secs(1));
        }
    }
    for buyer in 1..=60 {
        desk.shop.read(buyer);
    }
    desk.sync().await;
    assert_eq!(desk.distinct_messages(), 60, "a page is cut in the middle of one instant");
}

#[tokio::test]
async fn a_long_absence_in_one_conversation_is_read_to_its_end() {
    let mut desk = Desk::open().await;
    desk.shop.buyer_says(1, "first");
    desk.sync().await;
    for n in 0..900 {
        desk.clock.advance(Duration::from_secs(1));
        desk.shop.buyer_says(1, &format!("line {n}"));
    }
    desk.clock.advance(Duration::from_secs(1));
    desk.shop.buyer_says(2, "me too");
    desk.sync().await;
    assert_eq!(desk.distinct_messages(), 902, "36 pages go over a round's budget and are finished later");
    assert_eq!(desk.messages().len(), 902, "and none is told twice");
}

#[tokio::test]
async fn a_deleted_known_message_does_not_lead_back_to_the_beginning() {
    let mut desk = Desk::open().await;
    let mut last = String::new();
    for n in 0..5 {
        last = desk.shop.buyer_says(1, &format!("line {n}"));
        desk.clock.advance(Duration::from_secs(10));
    }
    desk.sync().await;
    desk.forget_events();
    desk.shop.delete_message(&last);
    let id = desk.shop.buyer_says(1, "another");
    desk.sync().await;
    let ids: Vec<_> = desk.messages().into_iter().map(|m| m.provider_id).collect();
    assert_eq!(ids, [id], "what is older than the known message is known too");
}

#[tokio::test]
async fn every_author_is_told_by_ids_and_status() {
    let mut desk = Desk::open().await;
    desk.shop.buyer_says(1, "hello");
    desk.clock.advance(Duration::from_secs(1));
    desk.shop.auto_reply(1, "we answer within 2 hours");
    desk.clock.advance(Duration::from_secs(1));
    desk.shop.seller_says(1, "here I am", "new_webchat");
    desk.sync().await;
    let seen: Vec<_> = desk.messages().into_iter().map(|m| (m.author, m.device)).collect();
    assert_eq!(
        seen,
        [(Author::Buyer, Device::Pc), (Author::Auto, Device::Pc), (Author::Seller, Device::Pc)],
        "in the order in which they were written"
    );
    assert!(desk.messages().iter().all(|m| m.buyer.key == "1"), "the buyer is the same whoever writes");
}

#[tokio::test]
async fn the_same_message_by_push_and_by_poll_is_the_same_event() {
    let mut desk = Desk::open().await;
    desk.shop.add_buyer(8, "mei_88");
    let kinds = [
        ("text", json!({"text": "hi"})),
        ("item", json!({"shop_id": 1, "item_id": 77})),
        ("order", json!({"order_sn": "A1"})),
        ("image", json!({"url": "https://cf.example/1", "thumb_url": "t"})),
        ("hologram", json!({"text": "?"})),
    ];
    let mut pushed = Vec::new();
    for (kind, content) in kinds {
        let id = desk.shop.buyer_sends(BuyerMessage {
            buyer: 8,
            kind: kind.into(),
            content,
            order_sn: Some("B2".into()),
        });
        desk.clock.advance(Duration::from_secs(1));
        let push = desk.shop.message_push(&id).unwrap().to_string();
        pushed.extend(channels::shopee::parse_push(push.as_bytes()).unwrap().events);
    }
    desk.sync().await;
    let polled: Vec<_> =
        desk.events.iter().filter(|event| matches!(event, IncomingEvent::Message(_))).cloned().collect();
    assert_eq!(pushed, polled, "whichever comes first, the second one adds nothing");
}

#[tokio::test]
async fn a_token_that_ends_in_the_middle_of_paging_is_renewed() {
    let mut desk = Desk::open().await;
    for buyer in 1..=60 {
        desk.shop.buyer_says(buyer, "hi");
        desk.clock.advance(Duration::from_secs(1));
    }
    desk.round().await.unwrap();
    desk.shop.expire_access();
    desk.sync().await;
    assert_eq!(desk.distinct_messages(), 60, "the walk goes on with the new token");
    assert_eq!(desk.refreshes(), 1, "one refresh is enough, and each burns a refresh token");
}

#[tokio::test]
async fn a_token_is_renewed_ahead_and_saved_before_its_first_use() {
    let mut desk = Desk::open().await;
    desk.round().await.unwrap();
    desk.clock.advance(Duration::from_secs(14_400 - 300));
    desk.round().await.unwrap();
    assert_eq!(desk.refreshes(), 1, "five minutes before the end the token was renewed");
    assert_eq!(desk.vault.saves(), 1, "and kept");
    let calls = desk.core.ledger.calls();
    let access = desk.vault.access();
    let used = calls.last().unwrap();
    let last_shop_call = calls.iter().rev().find(|c| c.query.contains("access_token")).unwrap_or(used);
    assert!(last_shop_call.query.contains(&access), "the call after it carries the saved token");
}

#[tokio::test]
async fn many_calls_at_once_refresh_only_once() {
    let desk = Desk::open().await;
    desk.shop.add_buyer(1, "mei");
    desk.shop.expire_access();
    let replies: Vec<_> = (0..8).map(|n| reply_to("1", &format!("text {n}"))).collect();
    let sends = replies.iter().map(|reply| desk.connector.send(reply));
    let outcomes = futures::future::join_all(sends).await;
    assert!(
        outcomes.iter().all(|o| matches!(o, SendOutcome::Sent { .. })),
        "all went out with the new token: {outcomes:?}"
    );
    assert_eq!(desk.refreshes(), 1, "a second refresh with the spent token would end the authorisation");
}

#[tokio::test]
async fn two_lines_of_one_shop_spend_no_refresh_token_twice() {
    let mut desk = Desk::open().await;
    desk.round().await.unwrap();
    let (other, nothing) = (desk.other_line(), Cursors::new());
    desk.clock.advance(Duration::from_secs(14_400 - 300));
    let (first, second) = futures::join!(desk.connector.poll(&nothing), other.poll(&nothing));
    assert!(first.is_ok() && second.is_ok(), "neither tells the owner to sign in: {first:?} {second:?}");
    assert_eq!(desk.refreshes(), 1, "one has renewed for both");
    desk.clock.advance(Duration::from_secs(14_400 - 300));
    other.poll(&nothing).await.unwrap();
    desk.connector.poll(&nothing).await.unwrap();
    assert_eq!(desk.refreshes(), 2, "nor does one that remembers what the other has spent");
}

#[tokio::test]
async fn a_pair_that_the_vault_refused_is_not_used_and_not_lost() {
    let mut desk = Desk::open().await;
    desk.shop.expire_access();
    desk.vault.refuse(true);
    let refused = desk.round().await;
    assert!(
        matches!(&refused, Err(ChannelError::OwnerMustAct { code, .. }) if code == "key_store_refused"),
        "the owner hears of the key store: {refused:?}"
    );
    desk.vault.refuse(false);
    desk.round().await.unwrap();
    assert_eq!(desk.refreshes(), 1, "the pair of the first refresh is kept and used");
}

#[tokio::test]
async fn a_revoked_authorisation_asks_for_the_owner() {
    let mut desk = Desk::open().await;
    desk.shop.revoke();
    let outcome = desk.round().await;
    assert!(
        matches!(&outcome, Err(ChannelError::OwnerMustAct { code, .. }) if code == "error_shop_refresh_token"),
        "only a new authorisation helps: {outcome:?}"
    );
}

#[tokio::test]
async fn a_rate_limit_keeps_what_was_read_and_then_says_so() {
    let mut desk = Desk::open().await;
    for buyer in 1..=10 {
        desk.shop.buyer_says(buyer, "hi");
        desk.clock.advance(Duration::from_secs(1));
    }
    let busy = Fault::Answer { status: 200, body: r#"{"error":"system_busy","message":"slow down"}"#.into() };
    desk.core.faults.arm("conversation_id=1400000000000000005", busy.clone(), 1);
    desk.round().await.unwrap();
    assert!(!desk.messages().is_empty(), "what was read before is handed over");
    desk.core.faults.arm_always("sellerchat", busy);
    let outcome = desk.round().await;
    assert!(matches!(outcome, Err(ChannelError::RateLimited { .. })), "now it is told: {outcome:?}");
    desk.core.faults.clear();
    desk.sync().await;
    assert_eq!(desk.distinct_messages(), 10, "nothing is lost by it");
}

#[tokio::test]
async fn a_gateways_429_tells_how_long_to_wait() {
    let mut desk = Desk::open().await;
    desk.core.faults.arm("sellerchat", Fault::Status { status: 429, retry_after: Some(17) }, 1);
    assert_eq!(
        desk.round().await.err(),
        Some(ChannelError::RateLimited { retry_after: Some(Duration::from_secs(17)) }),
        "the gateway said 17 seconds"
    );
}

#[tokio::test]
async fn a_call_that_fails_anywhere_in_a_sync_loses_nothing() {
    let calls = {
        let mut desk = Desk::open().await;
        desk.seed_of_everything();
        desk.sync().await;
        desk.core.ledger.calls().len()
    };
    let mut expected = Desk::twin_events().await;
    expected.sort();
    let busy = Fault::Answer { status: 200, body: r#"{"error":"error_rate_limit","message":""}"#.into() };
    let faults = [Fault::CutBefore, Fault::Status { status: 503, retry_after: None }, busy];
    for n in 0..calls {
        let mut desk = Desk::open().await;
        desk.seed_of_everything();
        desk.core.faults.skip("", n, faults[n % faults.len()].clone());
        desk.sync_through_failures().await;
        let mut seen = desk.event_ids();
        seen.sort();
        seen.dedup();
        assert_eq!(seen, expected, "call {n} failed");
    }
}

#[tokio::test]
async fn a_missing_chat_permission_switches_chat_off_and_nothing_else() {
    let mut desk = Desk::open().await;
    desk.shop.buyer_says(1, "hi");
    desk.shop.deny("sellerchat", "error_api_permission");
    desk.shop.notify("Policy update", "Read this", "https://seller.example/1");
    desk.shop.put_return("R1", "A1", &json!({}));
    desk.sync().await;
    let off = CapabilityState::Off { code: "error_api_permission".into() };
    assert_eq!(desk.capability(Capability::ReadChat), Some(off.clone()), "chat is not for this application");
    assert_eq!(desk.capability(Capability::SendChat), Some(off), "neither is sending");
    assert_eq!(desk.capability(Capability::Notifications), Some(CapabilityState::On), "the rest works");
    assert_eq!(desk.capability(Capability::Disputes), Some(CapabilityState::On), "the rest works");
    let notices = desk.events.iter().filter(|e| matches!(e, IncomingEvent::Notification(_))).count();
    assert_eq!(notices, 1, "the notice came");
    desk.shop.permit("sellerchat");
    desk.sync().await;
    assert_eq!(desk.messages().len(), 1, "once it is permitted, nothing was missed");
}

#[tokio::test]
async fn a_wrong_key_and_a_wrong_clock_are_told_apart() {
    let mut desk = Desk::open_with(|config| config.partner_key = domain::Secret::new("another")).await;
    let outcome = desk.round().await;
    assert!(
        matches!(&outcome, Err(ChannelError::OwnerMustAct { code, .. }) if code == "error_sign"),
        "the key is wrong: {outcome:?}"
    );
    let mut desk = Desk::open_skewed(Duration::from_secs(900)).await;
    let outcome = desk.round().await;
    assert_eq!(outcome.err(), Some(ChannelError::ClockSkew), "the clock is wrong");
}

#[tokio::test]
async fn notices_come_once_and_in_order() {
    let mut desk = Desk::open().await;
    for n in 0..120 {
        desk.shop.notify(&format!("notice {n}"), "words", "https://seller.example");
        desk.clock.advance(Duration::from_secs(1));
    }
    desk.sync().await;
    desk.shop.notify("the last", "words", "https://seller.example");
    desk.sync().await;
    let titles: Vec<_> = desk.notices().into_iter().map(|n| n.title).collect();
    assert_eq!(titles.len(), 121, "three pages and one");
    assert_eq!(titles.last().map(String::as_str), Some("the last"), "by their cursor");
}

#[tokio::test]
async fn notices_come_once_whichever_way_their_cursor_leads() {
    let mut desk = Desk::open().await;
    desk.shop.list_notices_newest_first();
    for n in 0..120 {
        desk.shop.notify(&format!("notice {n}"), "words", "https://seller.example");
        desk.clock.advance(Duration::from_secs(1));
    }
    desk.sync().await;
    for n in 120..123 {
        desk.shop.notify(&format!("notice {n}"), "words", "https://seller.example");
        desk.clock.advance(Duration::from_secs(1));
        desk.sync().await;
        desk.sync().await;
    }
    let titles: std::collections::BTreeSet<_> = desk.notices().into_iter().map(|n| n.title).collect();
    assert_eq!(titles.len(), 123, "a cursor that leads into the past must not hide what is new");
    assert_eq!(desk.notices().len(), 123, "and none comes twice");
}

#[tokio::test]
async fn a_program_that_restarts_before_every_round_sees_the_same() {
    let mut desk = Desk::open().await;
    desk.seed_of_everything();
    for _ in 0..12 {
        desk.restart();
        desk.round().await.unwrap();
    }
    let (mut seen, mut expected) = (desk.event_ids(), Desk::twin_events().await);
    seen.sort();
    expected.sort();
    assert_eq!(seen, expected, "everything that must be remembered is in the cursors");
}

#[tokio::test]
async fn lost_pushes_beyond_a_page_are_all_fetched() {
    let mut desk = Desk::open().await;
    let shop_id = desk.shop.setup().shop_id;
    for n in 0..230 {
        let data = json!({"action_type": 1, "points_issued_data": {"issued_points": n}});
        desk.shop.lose(&LostPush { push: desk.shop.shop_push(28, &data), shop_id: Some(shop_id) });
    }
    desk.sync().await;
    assert_eq!(desk.notices().len(), 230, "the platform gives 100 at once");
    assert_eq!(desk.shop.unconfirmed(), 0, "and waits for the receipt before it gives more");
}

#[tokio::test]
async fn an_order_card_holds_no_personal_data() {
    let mut desk = Desk::open().await;
    desk.shop.put_order("A1", &json!({ "buyer_user_id": 8 }));
    desk.sync().await;
    let order = desk.orders().pop().unwrap();
    assert_eq!((order.order_no.as_str(), order.amount.as_str()), ("A1", "12.4"), "the card");
    assert_eq!(order.buyer_key.as_deref(), Some("8"), "the buyer is known by id");
    assert!(order.due.is_some(), "ship_by_date is the seller's due date");
    let raw: String = desk.raw.iter().map(|raw| String::from_utf8_lossy(&raw.bytes)).collect();
    for personal in ["Jane Doe", "6591234567", "Orchard"] {
        assert!(!raw.contains(personal), "{personal} must not even be kept in the raw payload");
    }
    desk.clock.advance(Duration::from_secs(3_600));
    desk.shop.put_order("A1", &json!({ "order_status": "SHIPPED" }));
    desk.sync().await;
    let order = desk.orders().pop().unwrap();
    assert_eq!((order.status.as_str(), order.due), ("SHIPPED", None), "what is shipped is not due");
}

#[tokio::test]
async fn a_recipient_is_asked_for_and_handed_over_beside_the_order_only_where_the_owner_wants_it() {
    let asks = |desk: &Desk| !desk.core.ledger.calls_with("recipient_address").is_empty();
    let mut desk = Desk::open().await;
    desk.shop.put_order("A1", &json!({}));
    desk.sync().await;
    assert!(
        desk.orders().len() == 1 && desk.contacts.is_empty() && !asks(&desk),
        "off by default: not even asked for"
    );
    let keep = Keep { phone: true, address: true };
    let mut desk = Desk::open_with(|config| config.keep = keep).await;
    let to = json!({ "name": "Jane Doe", "phone": "6591234567", "full_address": "1 Orchard Road", "city": "",
        "state": "", "region": "SG", "zipcode": "238801" });
    desk.shop.put_order("A1", &json!({ "recipient_address": to }));
    desk.shop.put_order(
        "A2",
        &json!({ "recipient_address": { "name": "J******e", "phone": "******64",
        "full_address": "1 O******", "region": "SG" } }),
    );
    desk.sync().await;
    assert!(asks(&desk), "switched on it is asked for");
    assert_eq!(desk.contacts.len(), 1, "what the platform masks is no value: {:?}", desk.contacts);
    let contact = &desk.contacts[0];
    assert_eq!((contact.order_no.as_str(), contact.told_at), ("A1", desk.orders()[0].updated_at), "whose");
    assert_eq!(contact.phone.as_ref().map(Secret::expose), Some("6591234567"), "the phone");
    let lines = contact.address.as_ref().map(domain::Recipient::lines);
    assert_eq!(lines.as_deref(), Some("Jane Doe\n1 Orchard Road\n238801, SG"), "and where it goes");
    let events = format!("{:?}", desk.events);
    let raw: String = desk.raw.iter().map(|raw| String::from_utf8_lossy(&raw.bytes)).collect();
    for personal in ["Jane Doe", "6591234567", "Orchard"] {
        assert!(
            !raw.contains(personal) && !events.contains(personal),
            "{personal} is beside the order, not in it"
        );
    }
}

#[tokio::test]
async fn an_order_that_a_message_speaks_of_is_fetched_though_it_is_old() {
    let mut desk = Desk::open().await;
    desk.shop.put_order("OLD1", &json!({}));
    desk.clock.advance(Duration::from_secs(90 * 86_400));
    desk.renew_tokens();
    desk.shop.buyer_sends(BuyerMessage {
        buyer: 1,
        kind: "text".into(),
        content: json!({"text": "about my order"}),
        order_sn: Some("OLD1".into()),
    });
    desk.sync().await;
    assert_eq!(desk.orders().len(), 1, "the card is needed beside the message");
}

#[tokio::test]
async fn a_return_carries_the_sellers_due_date_through_its_states() {
    let mut desk = Desk::open().await;
    let due = desk.clock.now().as_second() + 172_800;
    desk.shop.put_return("R1", "A1", &json!({ "due_date": due }));
    desk.sync().await;
    desk.clock.advance(Duration::from_secs(3_600));
    desk.shop.put_return("R1", "A1", &json!({ "status": "CLOSED" }));
    desk.sync().await;
    let states: Vec<_> =
        desk.disputes().into_iter().map(|d| (d.status, d.due.map(|due| due.as_second()), d.closed)).collect();
    assert_eq!(
        states,
        [("REQUESTED".to_owned(), Some(due), false), ("CLOSED".to_owned(), None, true)],
        "each state once"
    );
}

#[tokio::test]
async fn after_weeks_offline_no_return_and_no_order_is_left_out() {
    let mut desk = Desk::open().await;
    desk.sync().await;
    for n in 0..50 {
        desk.shop.put_return(&format!("R{n}"), "A1", &json!({}));
        desk.shop.put_order(&format!("O{n}"), &json!({}));
        desk.clock.advance(Duration::from_secs(86_400));
    }
    desk.renew_tokens();
    desk.sync().await;
    assert_eq!(desk.disputes().len(), 50, "four steps of 15 days, several pages");
    assert_eq!(desk.orders().len(), 50, "the same for orders");
}

#[tokio::test]
async fn lost_pushes_are_stored_first_and_confirmed_after() {
    let mut desk = Desk::open().await;
    let data = json!({"action_type": 1, "points_issued_data": {"issued_points": 3, "violation_type": 10},
        "update_time": 1_700_000_000});
    let shop_id = desk.shop.setup().shop_id;
    desk.shop.lose(&LostPush { push: desk.shop.shop_push(28, &data), shop_id: Some(shop_id) });
    let batch = desk.round().await.unwrap();
    assert_eq!(desk.notices().len(), 1, "the penalty is told");
    assert_eq!(desk.shop.unconfirmed(), 1, "not confirmed before it is stored");
    desk.connector.committed(&batch).await;
    assert_eq!(desk.shop.unconfirmed(), 0, "confirmed once it is");
    let mut other = desk.shop.shop_push(28, &data);
    other["shop_id"] = json!(424_242);
    desk.shop.lose(&LostPush { push: other.clone(), shop_id: Some(424_242) });
    let two = json!({ "code": 12, "timestamp": 1_700_000_000, "partner_id": 1_000_042,
        "data": { "shop_expire_soon": [shop_id, 424_242], "expire_before": 1_700_600_000 } });
    desk.shop.lose(&LostPush { push: two.clone(), shop_id: None });
    let batch = desk.round().await.unwrap();
    assert_eq!(desk.notices().len(), 1, "what is not ours alone is not taken in here");
    let handed_on: Vec<Value> =
        batch.for_others.iter().map(|raw| serde_json::from_slice(&raw.bytes).unwrap()).collect();
    assert_eq!(handed_on, [other, two], "but handed on, because a receipt covers all of them");
    desk.connector.committed(&batch).await;
    assert_eq!(desk.shop.unconfirmed(), 0, "and given once everything is kept");
}

#[tokio::test]
async fn a_reply_is_sent_once_and_read_back_as_the_same_message() {
    let mut desk = Desk::open().await;
    desk.shop.buyer_says(1, "hi");
    desk.sync().await;
    let outcome = desk.connector.send(&reply_to("1", TEXT)).await;
    let SendOutcome::Sent { provider_id, at } = outcome else { panic!("sent, not {outcome:?}") };
    assert_eq!(at, desk.clock.now(), "the platform's time");
    assert_eq!(desk.core.ledger.sent().len(), 1, "the buyer sees it once");
    assert_eq!(desk.core.ledger.sent()[0].content, TEXT, "as it was written");
    desk.sync().await;
    let own = desk.messages().into_iter().find(|m| m.provider_id == provider_id).unwrap();
    assert_eq!((own.author, own.device), (Author::Seller, Device::Pc), "Tidebell sends from a seat");
}

#[tokio::test]
async fn a_line_cut_while_sending_is_unknown_and_never_repeated() {
    for (fault, reached) in [(Fault::CutBefore, 0), (Fault::CutAfter, 1)] {
        let desk = Desk::open().await;
        desk.shop.add_buyer(1, "mei");
        desk.core.faults.arm("send_message", fault.clone(), 1);
        let outcome = desk.connector.send(&reply_to("1", TEXT)).await;
        assert!(matches!(outcome, SendOutcome::Unknown { .. }), "{fault:?}: {outcome:?}");
        assert_eq!(desk.core.ledger.sent().len(), reached, "{fault:?}: at most once");
        assert_eq!(desk.core.ledger.calls_with("send_message").len(), 1, "{fault:?}: never tried again");
    }
}

#[tokio::test]
async fn what_a_send_meets_decides_its_outcome() {
    let word = |code: &str| Fault::Answer {
        status: 200,
        body: json!({ "error": code, "message": "m" }).to_string(),
    };
    let cases = [
        (word("error_rate_limit"), "refused, retry"),
        (word("system_busy"), "refused, retry"),
        (Fault::Status { status: 429, retry_after: None }, "refused, retry"),
        (word("param_error"), "refused"),
        (word("user_is_unauthorized"), "refused"),
        (word("error_server"), "unknown"),
        (Fault::Status { status: 502, retry_after: None }, "unknown"),
        (Fault::Answer { status: 200, body: "<html>".into() }, "unknown"),
        (Fault::Answer { status: 200, body: r#"{"error":"","response":{}}"#.into() }, "unknown"),
    ];
    for (fault, expected) in cases {
        let desk = Desk::open().await;
        desk.shop.add_buyer(1, "mei");
        desk.core.faults.arm("send_message", fault.clone(), 1);
        let outcome = match desk.connector.send(&reply_to("1", TEXT)).await {
            SendOutcome::Refused { retry: true, .. } => "refused, retry",
            SendOutcome::Refused { retry: false, .. } => "refused",
            SendOutcome::Unknown { .. } => "unknown",
            SendOutcome::Sent { .. } => "sent",
        };
        assert_eq!(outcome, expected, "{fault:?}");
        assert_eq!(desk.core.ledger.sent().len(), 0, "{fault:?}: the buyer saw nothing");
    }
}

#[tokio::test]
async fn a_platform_that_is_not_there_refuses_before_anything_left() {
    let desk = Desk::open().await;
    let mut gone = Desk::open_at("http://127.0.0.1:9", &desk).await;
    gone.round().await.expect_err("nobody listens there");
    let outcome = gone.connector.send(&reply_to("1", TEXT)).await;
    assert!(
        matches!(&outcome, SendOutcome::Refused { code, retry: true, .. } if code == "unreachable"),
        "it may be tried again: {outcome:?}"
    );
}

#[tokio::test]
async fn in_taiwan_nothing_is_sent_and_the_capability_says_why() {
    let mut desk = Desk::open_with(|config| config.region = "TW".into()).await;
    desk.shop.add_buyer(1, "mei");
    let outcome = desk.connector.send(&reply_to("1", TEXT)).await;
    assert!(matches!(outcome, SendOutcome::Refused { retry: false, .. }), "forbidden there: {outcome:?}");
    assert!(desk.core.ledger.calls_with("send_message").is_empty(), "not even tried");
    desk.round().await.unwrap();
    let code = "send_not_allowed_in_region".to_owned();
    assert_eq!(desk.capability(Capability::SendChat), Some(CapabilityState::Off { code }), "with the reason");
    assert_eq!(desk.capability(Capability::ReadChat), Some(CapabilityState::On), "reading is allowed");
}

#[tokio::test]
async fn a_reply_held_back_by_the_platform_is_told() {
    let mut desk = Desk::open().await;
    desk.shop.buyer_says(1, "hi");
    desk.clock.advance(Duration::from_secs(1));
    let id = desk.shop.seller_says(1, "call me at …", "openapi");
    desk.shop.set_status(&id, "blocked");
    desk.sync().await;
    let told: Vec<_> =
        desk.notices().into_iter().filter(|n| n.provider_id == format!("blocked:{id}")).collect();
    assert_eq!(told.len(), 1, "the buyer never saw it, so somebody must know");
}

#[tokio::test]
async fn an_order_card_can_be_sent() {
    let desk = Desk::open().await;
    desk.shop.add_buyer(1, "mei");
    let mut reply = reply_to("1", TEXT);
    reply.body = Body::OrderCard { order_no: "A1".into() };
    let outcome = desk.connector.send(&reply).await;
    assert!(matches!(outcome, SendOutcome::Sent { .. }), "{outcome:?}");
    assert_eq!(desk.core.ledger.sent()[0].kind, "order", "as a card");
}

#[tokio::test]
async fn an_authorisation_gives_the_first_pair() {
    use channels::shopee::{Grant, authorise_link, exchange_code};
    let desk = Desk::open().await;
    let config = desk.config();
    let link = authorise_link(&config, "https://tidebell.example/back", desk.now()).unwrap();
    assert!(link.contains("/api/v2/shop/auth_partner?partner_id=1000042&timestamp="), "{link}");
    let code = desk.shop.issue_code();
    let granted = exchange_code(&config, &code, Grant::MainAccount(9), desk.now()).await.unwrap();
    assert_eq!(granted.shop_ids, [desk.shop.setup().shop_id], "the main account's shops");
    let again = exchange_code(&config, &code, Grant::Shop(config.shop_id), desk.now()).await;
    assert!(
        matches!(&again, Err(ChannelError::OwnerMustAct { code, .. }) if code == "invalid_code"),
        "a code is good once: {again:?}"
    );
}
