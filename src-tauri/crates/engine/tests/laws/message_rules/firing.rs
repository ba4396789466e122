//! Aim: a rule fires while it is in force and all that it names is there, in the team's order, and offers without sending.

use super::{in_chat, notice, offered, on_record, order, returned, story, told};
use crate::common::{House, at, buyer, draft, events, save, seller, texts};
use domain::{AccountId, Body, DispatchReason, NoticeTopic};
use engine::{Gone, ReplyFate, RuleDraft};
use rules::message_rules::{Condition, HandOver, Saw, Target, Trigger};

fn enquiry(name: &str, reply: Option<HandOver>) -> RuleDraft {
    let rule = draft(name, Trigger::BuyerEnquiry, Vec::new(), vec![Target::Owner]);
    RuleDraft { auto_reply: reply.map(texts), ..rule }
}

async fn owner(house: &House, conversation: &str) -> Option<AccountId> {
    house.chat(conversation).await.conversation.owner
}

#[tokio::test]
async fn a_rule_says_why_it_fired_and_that_is_in_the_push_log() {
    let (house, seats) = House::team().await;
    let size = Condition::Words { any: vec!["talla".into()] };
    let shop = Condition::Store { any: [house.shop].into() };
    let rule = draft("尺码", Trigger::BuyerEnquiry, vec![size, shop], vec![Target::Owner]);
    save(&house.engine, &rule).await;
    house.hears([buyer("c1", "m1", 0, "Hola"), buyer("c1", "m2", 1, "¿Qué talla?")]).await;
    let rows = in_chat(&house, "c1").await;
    let [row] = rows.as_slice() else { panic!("only the second has the word: {rows:?}") };
    let story = story(row);
    let saw = [Saw::Words(vec!["talla".into()]), Saw::Store(house.shop)];
    assert_eq!(story.reason.saw, saw, "what each condition saw");
    assert_eq!(story.seats, [seats[1]], "小李 has the chat");
    let log = house.engine.store().audit_of(house.id("c1").await).await.unwrap();
    let entry = log.iter().find(|row| row.entry.kind == "rule_fired").unwrap();
    assert!(entry.entry.detail.contains("talla"), "with its reason: {}", entry.entry.detail);
    assert!(house.engine.store().verify().await.unwrap().broken_link.is_none(), "chained like the rest");
    assert_eq!(told(&house).await[0].to, ["潮铃:小李"], "the owner is named");
    let info = house.engine.message_rules().await.unwrap().remove(0);
    assert_eq!((info.fired, info.last_fired), (1, Some(at(0))), "and the list counts it");
}

#[tokio::test]
async fn a_rule_that_is_off_or_gone_fires_nothing_and_one_that_is_on_again_begins_with_the_next_event() {
    let house = House::solo().await;
    let (engine, me) = (&house.engine, house.engine.main_account().await);
    let id = save(engine, &RuleDraft { enabled: false, ..enquiry("all", None) }).await;
    house.hears([buyer("c1", "m1", 0, "Hello?")]).await;
    assert!(on_record(&house).await.is_empty(), "it is off");
    engine.switch_message_rule(id, true, me).await.unwrap();
    assert!(on_record(&house).await.is_empty(), "what was before is not told");
    house.hears([buyer("c1", "m1", 0, "Hello?"), buyer("c1", "m2", 1, "Hello?")]).await;
    assert_eq!(on_record(&house).await.len(), 1, "only the next");
    let house = house.reopened().await;
    house.engine.remove_message_rule(id, me).await.unwrap();
    house.hears([buyer("c1", "m3", 2, "Hello?")]).await;
    assert_eq!(on_record(&house).await.len(), 1, "what it fired stays, and no more comes");
}

#[tokio::test]
async fn a_rule_whose_seat_or_store_is_gone_says_so_and_does_not_fire() {
    let (house, seats) = House::team().await;
    let engine = &house.engine;
    let agent = Target::Agent { account: seats[2] };
    save(engine, &draft("小王", Trigger::BuyerEnquiry, Vec::new(), vec![agent])).await;
    let reply = texts(HandOver::Agent { account: seats[2] });
    save(engine, &RuleDraft { auto_reply: Some(reply), ..enquiry("转交", None) }).await;
    save(engine, &enquiry("other", None)).await;
    engine.set_disabled(seats[2], true).await.unwrap();
    house.hears([buyer("c1", "m1", 0, "Hello?")]).await;
    assert_eq!(on_record(&house).await.len(), 1, "the others fire");
    let gone: Vec<_> = engine.message_rules().await.unwrap().into_iter().map(|info| info.gone).collect();
    assert_eq!(gone, [vec![Gone::Seat(seats[2])], vec![Gone::Seat(seats[2])], Vec::new()], "and it is said");
    engine.set_disabled(seats[2], false).await.unwrap();
    house.hears([buyer("c1", "m2", 1, "Hello?")]).await;
    assert_eq!(on_record(&house).await.len(), 4, "whoever comes back is told again");
}

#[tokio::test]
async fn the_first_rule_that_hands_over_decides_and_the_order_can_be_changed() {
    let (house, seats) = House::team().await;
    let (engine, me) = (&house.engine, seats[0]);
    let to = |seat: AccountId| Some(HandOver::Agent { account: seat });
    let first = save(engine, &enquiry("小王", to(seats[2]))).await;
    let second = save(engine, &enquiry("小张", to(seats[3]))).await;
    house.hears([buyer("c1", "m1", 0, "Hello?")]).await;
    assert_eq!(owner(&house, "c1").await, Some(seats[2]), "the first of the team's order");
    let fates: Vec<_> =
        in_chat(&house, "c1").await.iter().map(|row| story(row).reply.unwrap().handed_over).collect();
    assert_eq!(fates, [true, false], "and that is on record");
    let why = engine.store().assignments(house.id("c1").await).await.unwrap().pop().unwrap().assignment;
    assert_eq!((why.reason, why.to), (DispatchReason::MessageRule, seats[2]), "为什么是我 has its answer");
    engine.order_message_rules(&[second, first], me).await.unwrap();
    let house = house.reopened().await;
    house.hears([buyer("c2", "m2", 1, "Hello?")]).await;
    assert_eq!(owner(&house, "c2").await, Some(seats[3]), "now the other one");
    let counts = house.engine.store().dispatch_counts(at(-36_000)).await.unwrap();
    assert_eq!(counts.iter().map(|seat| seat.today).sum::<u32>(), 2, "a hand-over is no distribution");
}

#[tokio::test]
async fn a_text_is_offered_in_the_buyers_language_until_somebody_answers_and_never_sent() {
    let house = House::solo().await;
    let platform = house.attach().await;
    save(&house.engine, &enquiry("all", Some(HandOver::Owner))).await;
    house.hears([buyer("c1", "m1", 0, "Hola, ¿cuándo llega mi pedido?")]).await;
    assert_eq!(offered(&house, "c1").await, ["¡Hola!"], "in Spanish");
    house.hears([buyer("c1", "m2", 5, "When will you ship my order?")]).await;
    assert_eq!(offered(&house, "c1").await, ["Hello!"], "the newer takes its place");
    house.clock.advance(600);
    house.engine.send_due().await.unwrap();
    assert!(platform.ledger().is_empty(), "nothing goes out by itself");
    let engine = &house.engine;
    let offer = engine.store().offers_of(house.id("c1").await).await.unwrap().remove(0).id;
    assert!(engine.take_offer(offer, engine.main_account().await).await.unwrap(), "a person takes it");
    assert_eq!(offered(&house, "c1").await.len(), 1, "and may think again");
    house.hears([seller("c1", "m3", 60, Body::Text { text: "On Friday.".into() })]).await;
    assert!(offered(&house, "c1").await.is_empty(), "an answer was given");
}

#[tokio::test]
async fn to_something_sensitive_nothing_is_offered_and_the_person_takes_over_all_the_same() {
    let (house, seats) = House::team().await;
    save(&house.engine, &enquiry("all", Some(HandOver::Agent { account: seats[3] }))).await;
    house.hears([buyer("c1", "m1", 0, "I want a refund")]).await;
    assert!(offered(&house, "c1").await.is_empty(), "a person writes that");
    let reply = story(&in_chat(&house, "c1").await[0]).reply.unwrap();
    assert_eq!(
        (reply.fate, reply.person, reply.handed_over),
        (ReplyFate::Withheld, seats[3], true),
        "and who"
    );
    assert_eq!(owner(&house, "c1").await, Some(seats[3]), "has it");
}

#[tokio::test]
async fn an_order_or_a_return_is_told_where_its_buyer_writes() {
    let house = House::solo().await;
    for (name, trigger) in [("订单", Trigger::NewOrder), ("退货", Trigger::Return)] {
        let rule = draft(name, trigger, Vec::new(), vec![Target::Owner]);
        let auto_reply = Some(texts(HandOver::Owner));
        save(&house.engine, &RuleDraft { auto_reply, ..rule }).await;
    }
    house.takes(&events([order("8191", "READY_TO_SHIP", 0)])).await.unwrap();
    let first = told(&house).await.remove(0);
    assert_eq!((first.title.as_str(), first.conversation), ("8191", None), "nobody has written yet");
    house.hears([buyer("c1", "m1", 1, "Hola, ¿cuándo llega mi pedido?")]).await;
    let asked = notice("r1", NoticeTopic::Return, "R1", "asked for", 4);
    let batch = events([order("8192", "READY_TO_SHIP", 2), returned("R1", "REQUESTED", 3), asked]);
    house.takes(&batch).await.unwrap();
    let next = told(&house).await;
    assert_eq!(next.len(), 2, "a return is one, by whichever way it is told: {next:?}");
    assert_eq!(next[0].conversation, Some(house.id("c1").await), "the order opens the chat");
    assert!(next[1].conversation.is_some_and(|id| next[0].conversation != Some(id)), "the return its case");
    assert_eq!(offered(&house, "c1").await, ["¡Hola!", "¡Hola!"], "and both offer their words to the buyer");
}
