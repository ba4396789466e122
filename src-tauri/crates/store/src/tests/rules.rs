//! Aim: a rule fires once for each event and that stays on record; what it offers waits for a person until the team answers.

use super::support::{Shop, at, reply, say, shop};
use crate::{FiringWrite, NewOutbox, OfferWrite, OutboxState, RuleWrite, StoreError};
use domain::{Body, ConversationId, DispatchReason, MessageRuleId};

fn rule(name: &str) -> RuleWrite {
    RuleWrite { name: name.into(), enabled: true, version: 1, definition: r#"{"trigger":"notice"}"#.into() }
}

fn firing(
    shop: &Shop,
    rule: MessageRuleId,
    event: &str,
    conversation: Option<ConversationId>,
) -> FiringWrite {
    FiringWrite {
        rule,
        name: "夜间咨询".into(),
        store: shop.id,
        event: event.into(),
        conversation,
        why: r#"{"age_s":0}"#.into(),
        rings: true,
        offer: None,
        hand_over: None,
        at: at(10),
    }
}

async fn added(shop: &Shop, names: &[&str]) -> Vec<MessageRuleId> {
    let mut tx = shop.store.begin().await.unwrap();
    let mut ids = Vec::new();
    for name in names {
        ids.push(tx.add_rule(&rule(name), Some(shop.main), at(0)).await.unwrap());
    }
    tx.commit().await.unwrap();
    ids
}

async fn fires(shop: &Shop, firings: &[FiringWrite]) {
    let mut tx = shop.store.begin().await.unwrap();
    tx.fire(firings).await.unwrap();
    tx.commit().await.unwrap();
}

async fn names(shop: &Shop) -> Vec<String> {
    shop.store.rules().await.unwrap().into_iter().map(|row| row.rule.name).collect()
}

async fn kinds(shop: &Shop, limit: u32) -> Vec<String> {
    let log = shop.store.audit_log(None, limit).await.unwrap();
    log.into_iter().rev().map(|row| row.entry.kind).collect()
}

#[tokio::test]
async fn rules_are_kept_in_the_teams_order_with_who_changed_them() {
    let shop = shop().await;
    let ids = added(&shop, &["a", "b", "c"]).await;
    let mut tx = shop.store.begin().await.unwrap();
    tx.order_rules(&[ids[2], ids[0]], Some(shop.main), at(1)).await.unwrap();
    let off = RuleWrite { enabled: false, ..rule("a") };
    tx.update_rule(ids[0], &off, Some(shop.li), at(2)).await.unwrap();
    tx.update_rule(ids[1], &rule("b2"), Some(shop.li), at(3)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(names(&shop).await, ["c", "a", "b2"], "one that is not named comes behind");
    let kept = shop.store.rules().await.unwrap();
    assert_eq!((kept[1].rule.enabled, kept[1].changed_by), (false, Some(shop.li)), "by whom");
    assert_eq!(kept[1].changed_at, at(2), "and when");
    let mut tx = shop.store.begin().await.unwrap();
    tx.remove_rule(ids[0], Some(shop.main), at(4)).await.unwrap();
    let last = tx.add_rule(&rule("d"), None, at(5)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(names(&shop).await, ["c", "b2", "d"], "a new one comes last");
    assert!(last.0 > ids[2].0, "an id is never used again: what it fired would be another's");
    let log = ["rules_ordered", "rule_switched", "rule_changed", "rule_removed", "rule_added"];
    assert_eq!(kinds(&shop, 5).await, log, "the push log has all of it");
}

#[tokio::test]
async fn two_rules_never_have_one_name() {
    let shop = shop().await;
    let ids = added(&shop, &["a", "b"]).await;
    let mut tx = shop.store.begin().await.unwrap();
    let twice = tx.add_rule(&rule("a"), None, at(0)).await;
    assert!(matches!(twice, Err(StoreError::Conflict { .. })), "not added: {twice:?}");
    let renamed = tx.update_rule(ids[1], &rule("a"), None, at(0)).await;
    assert!(matches!(renamed, Err(StoreError::Conflict { .. })), "nor renamed: {renamed:?}");
    let gone = tx.update_rule(MessageRuleId(99), &rule("z"), None, at(0)).await;
    assert!(matches!(gone, Err(StoreError::NotFound { .. })), "one that is not there is not found: {gone:?}");
}

#[tokio::test]
async fn a_rule_fires_once_for_each_event() {
    let shop = shop().await;
    let ids = added(&shop, &["a", "b"]).await;
    shop.take(&[say("c1", "m1", "hi", 0)]).await;
    let chat = shop.id_of("c1").await;
    let c1 = Some(chat);
    fires(&shop, &[firing(&shop, ids[0], "message:m1", c1), firing(&shop, ids[1], "message:m1", c1)]).await;
    let mut tx = shop.store.begin().await.unwrap();
    let key = |rule: MessageRuleId, event: &str| (rule, shop.id, event.to_owned());
    let asked = [key(ids[0], "message:m1"), key(ids[0], "message:m2"), key(ids[1], "message:m1")];
    let before = tx.fired_before(&asked).await.unwrap();
    assert_eq!(before.len(), 2, "each rule for itself: {before:?}");
    assert!(!before.contains(&asked[1]), "and each event");
    let again = tx.fire(&[firing(&shop, ids[0], "message:m1", c1)]).await;
    assert!(again.is_err(), "the file refuses a second time");
    drop(tx);
    let kept = shop.store.rules().await.unwrap();
    assert_eq!((kept[0].fired, kept[0].last_fired), (1, Some(at(10))), "it is counted");
    assert_eq!(shop.store.firings_of(chat, None).await.unwrap().len(), 2, "on record");
    assert_eq!(shop.store.firings_of(chat, Some(at(11))).await.unwrap().len(), 0, "since then");
    assert_eq!(shop.store.firings_of_rule(ids[1], 10).await.unwrap().len(), 1, "of one rule");
    assert_eq!(kinds(&shop, 2).await, ["rule_fired", "rule_fired"], "and in the push log");
    assert!(shop.store.verify().await.unwrap().is_whole(), "nothing hangs in the air");
}

#[tokio::test]
async fn what_is_told_is_told_once_also_of_an_order_without_a_conversation() {
    let shop = shop().await;
    let ids = added(&shop, &["a"]).await;
    let silent = FiringWrite { rings: false, ..firing(&shop, ids[0], "order:2", None) };
    fires(&shop, &[firing(&shop, ids[0], "order:1", None), silent]).await;
    let untold = shop.store.untold_firings().await.unwrap();
    let [one] = untold.as_slice() else { panic!("one that rings: {untold:?}") };
    assert_eq!((one.event.as_str(), one.conversation, one.told_at), ("order:1", None, None), "the first");
    let mut tx = shop.store.begin().await.unwrap();
    assert_eq!(tx.note_firings_told(&[one.id], at(12)).await.unwrap(), [one.id], "now");
    assert!(tx.note_firings_told(&[one.id], at(13)).await.unwrap().is_empty(), "and not again");
    tx.commit().await.unwrap();
    assert!(shop.store.untold_firings().await.unwrap().is_empty(), "nobody waits for it");
    assert_eq!(kinds(&shop, 1).await, ["rule_told"], "that somebody heard is in the push log, once");
}

fn offer(conversation: ConversationId, text: &str, event_s: i64) -> Option<OfferWrite> {
    let text = text.to_owned();
    Some(OfferWrite { conversation, language: "es".into(), text, event_at: at(event_s) })
}

async fn offered(shop: &Shop, conversation: ConversationId) -> Vec<String> {
    let offers = shop.store.offers_of(conversation).await.unwrap();
    offers.into_iter().map(|offer| offer.text).collect()
}

#[tokio::test]
async fn an_offer_waits_until_it_is_replaced_dropped_withdrawn_or_answered() {
    let shop = shop().await;
    let ids = added(&shop, &["a", "b", "c"]).await;
    shop.take(&[say("c1", "m1", "hi", 0), say("c1", "m2", "??", 5)]).await;
    let c1 = shop.id_of("c1").await;
    let with = |rule, event: &str, text: &str, event_s| FiringWrite {
        offer: offer(c1, text, event_s),
        ..firing(&shop, rule, event, Some(c1))
    };
    fires(&shop, &[with(ids[0], "1", "Hola", 0), with(ids[1], "1", "Buenas", 0)]).await;
    fires(&shop, &[with(ids[0], "2", "Hola 2", 5), with(ids[2], "2", "Adiós", 5)]).await;
    assert_eq!(offered(&shop, c1).await, ["Hola 2", "Buenas", "Adiós"], "the newest of each, in their order");

    let buenas = shop.store.offers_of(c1).await.unwrap().remove(1).id;
    let mut tx = shop.store.begin().await.unwrap();
    assert!(tx.note_offer_taken(buenas, shop.li, at(11)).await.unwrap(), "taken into a reply it stays");
    assert!(tx.drop_offer(buenas, shop.li, at(12)).await.unwrap(), "dropped it goes");
    assert!(!tx.drop_offer(buenas, shop.li, at(12)).await.unwrap(), "once");
    assert!(!tx.note_offer_taken(buenas, shop.li, at(12)).await.unwrap(), "and can't be taken");
    tx.remove_rule(ids[2], None, at(12)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(offered(&shop, c1).await, ["Hola 2"], "a rule that is gone offers nothing");

    shop.take(&[reply("c1", "m0", "earlier", 3)]).await;
    assert_eq!(offered(&shop, c1).await, ["Hola 2"], "what was written before the question is no answer");
    shop.take(&[reply("c1", "m3", "hello", 6)]).await;
    assert!(offered(&shop, c1).await.is_empty(), "an answer is one, wherever it was written");
    assert!(shop.store.verify().await.unwrap().is_whole(), "nothing hangs in the air");
}

#[tokio::test]
async fn a_reply_on_its_way_answers_and_one_that_is_taken_back_does_not() {
    let shop = shop().await;
    let ids = added(&shop, &["a"]).await;
    shop.take(&[say("c1", "m1", "hi", 0)]).await;
    let c1 = shop.id_of("c1").await;
    let write = FiringWrite { offer: offer(c1, "Hola", 0), ..firing(&shop, ids[0], "1", Some(c1)) };
    fires(&shop, &[write]).await;
    let new = NewOutbox {
        client_id: "press-1".into(),
        conversation: c1,
        account: Some(shop.li),
        body: Body::from_text("Hola"),
        file: String::new(),
        created_at: at(20),
        send_after: at(25),
        seen: None,
    };
    let mut tx = shop.store.begin().await.unwrap();
    let row = tx.enqueue(&new).await.unwrap();
    tx.commit().await.unwrap();
    assert!(offered(&shop, c1).await.is_empty(), "somebody has pressed send");
    let mut tx = shop.store.begin().await.unwrap();
    tx.move_outbox(row.id, OutboxState::Waiting, OutboxState::Cancelled, "", "", at(22)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(offered(&shop, c1).await, ["Hola"], "and taken it back");
}

#[tokio::test]
async fn a_hand_over_is_a_decision_on_record_and_counts_for_no_day() {
    let shop = shop().await;
    let ids = added(&shop, &["a"]).await;
    shop.take(&[say("c1", "m1", "hi", 0)]).await;
    let c1 = shop.id_of("c1").await;
    let write = FiringWrite { hand_over: Some((c1, shop.wang)), ..firing(&shop, ids[0], "1", Some(c1)) };
    fires(&shop, &[write]).await;
    assert_eq!(shop.conversation("c1").await.owner, Some(shop.wang), "the owner changed");
    let row = shop.store.assignments(c1).await.unwrap().remove(0).assignment;
    assert_eq!(
        (row.reason, row.to, row.at),
        (DispatchReason::MessageRule, shop.wang, at(10)),
        "with its reason"
    );
    let counts = shop.store.dispatch_counts(at(0)).await.unwrap();
    assert!(counts.iter().all(|seat| seat.today == 0), "it is no distribution: {counts:?}");
}

#[tokio::test]
async fn the_chat_of_an_order_is_the_one_that_names_it_else_the_buyers_newest() {
    let shop = shop().await;
    shop.take(&[say("c1", "m1", "hi", 0), say("c2", "m2", "hi", 5)]).await;
    let mut named = shop.conversation("c1").await;
    named.order_no = "8192".into();
    shop.put(named).await;
    let mut tx = shop.store.begin().await.unwrap();
    let mut key = async |order_no: &str, buyer: &str| {
        tx.chat_about(shop.id, order_no, buyer).await.unwrap().map(|row| row.key)
    };
    assert_eq!(key("8192", "b-c2").await.as_deref(), Some("c1"), "it names the order");
    assert_eq!(key("1000", "b-c2").await.as_deref(), Some("c2"), "else the buyer's");
    assert_eq!(key("1000", "").await, None, "an empty key is nobody's");
}
