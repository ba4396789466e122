use super::{BUYER, Kept, Setup, buyer, manners, reply, setup, setup_as};
use channels::{Connector, ReadMark};
use domain::{Author, Body, IncomingEvent, OutgoingReply, SendOutcome};
use rstest::rstest;
use sandbox::Fault;
use sandbox::russia::{OWN_LOGIN, Spelling};
use serde_json::Value;

/// A shop in which a buyer has asked, and that was read.
async fn asked(s: &Setup) -> Kept {
    s.platform.buyer_says(BUYER, "Где заказ?");
    s.tick();
    s.platform.buyer_says("ru2002", "А мой?");
    s.tick();
    let mut kept = Kept::default();
    s.sync(&mut kept).await.unwrap();
    kept
}

fn body_of_last(s: &Setup, path: &str) -> Value {
    let call = s.platform.ledger().calls_with(path).pop().unwrap();
    serde_json::from_slice(&call.body).unwrap()
}

#[tokio::test]
async fn a_reply_reaches_the_buyer_once_and_comes_back_under_its_number() {
    for manner in manners() {
        for bare in [false, true] {
            let s = setup_as(manner, OWN_LOGIN).await;
            let mut kept = asked(&s).await;
            s.platform.bare_answers(bare);
            let outcome = s.connector.send(&reply("Отправлен вчера.")).await;
            let SendOutcome::Sent { provider_id, .. } = outcome else {
                panic!("taken, bare = {bare}, {manner:?}: {outcome:?}")
            };
            let sent = s.platform.ledger().sent();
            assert_eq!((sent.len(), sent[0].to.as_str()), (1, BUYER), "once, {manner:?}");
            assert_eq!(sent[0].message_id, provider_id, "its number, bare = {bare}, {manner:?}");
            let body = body_of_last(&s, "new-messages");
            assert_eq!(
                (body["payload"].is_string(), body["created_at"].is_number()),
                (manner.spelling == Spelling::Other, manner.spelling == Spelling::Other),
                "written as the stream writes: {body}"
            );
            s.tick();
            s.sync(&mut kept).await.unwrap();
            let back = kept.messages.iter().find(|message| message.provider_id == provider_id).unwrap();
            assert_eq!((back.author, back.body.words()), (Author::Seller, "Отправлен вчера."), "{manner:?}");
        }
    }
}

#[rstest]
#[case(Fault::CutBefore, 0)]
#[case(Fault::CutAfter, 1)]
#[case(Fault::Status { status: 502, retry_after: None }, 0)]
#[case(Fault::Status { status: 408, retry_after: None }, 0)]
#[case(Fault::Status { status: 409, retry_after: None }, 0)]
#[case(Fault::Status { status: 302, retry_after: None }, 0)]
#[case(Fault::Answer { status: 200, body: "<html>".into() }, 0)]
#[case(Fault::Answer { status: 200, body: r#"{"data":null,"error":{"code":"InternalError"}}"#.into() }, 0)]
#[case(Fault::Answer { status: 200, body: r#"{"data":{"id":1},"error":{"code":"Bad"}}"#.into() }, 0)]
#[tokio::test]
async fn what_is_not_certainly_refused_is_unknown_and_read_again(#[case] fault: Fault, #[case] taken: usize) {
    for manner in manners() {
        let s = setup_as(manner, OWN_LOGIN).await;
        let kept = asked(&s).await;
        let since = domain::from_ms(domain::to_ms(kept.messages[0].sent_at) + 1);
        s.platform.faults().arm("new-messages", fault.clone(), 1);
        let outcome = s.connector.send(&reply("Отправлен вчера.")).await;
        assert!(matches!(outcome, SendOutcome::Unknown { .. }), "{fault:?} says nothing: {outcome:?}");
        assert_eq!(s.platform.ledger().calls_with("new-messages").len(), 1, "one call and no more");
        assert_eq!(s.platform.ledger().sent().len(), taken, "as armed");
        let read = s.connector.reread(BUYER, &buyer(), since).await.unwrap().expect("its source is known");
        assert!(read.whole, "back to before the send, {manner:?}");
        assert!(read.batch.cursors.is_empty(), "no cursor moves");
        let found: Vec<_> = read.batch.received.iter().flat_map(|received| &received.events).collect();
        let found = found.into_iter().filter(
            |event| matches!(event, IncomingEvent::Message(m) if m.body.words() == "Отправлен вчера."),
        );
        assert_eq!(found.count(), taken, "there if it was taken, {manner:?}");
    }
}

#[rstest]
#[case(Fault::Status { status: 429, retry_after: Some(2) }, "rate_limited", true)]
#[case(Fault::Status { status: 403, retry_after: None }, "local_no_permission", false)]
#[case(Fault::Status { status: 401, retry_after: None }, "local_token_refused", false)]
#[case(Fault::Status { status: 404, retry_after: None }, "http_404", false)]
#[case(
    Fault::Answer { status: 400, body: r#"{"data":null,"error":{"code":"BUYER_BLOCKED","message":"no"}}"#.into() },
    "BUYER_BLOCKED",
    false
)]
#[case(
    Fault::Answer { status: 200, body: r#"{"data":null,"error":{"code":"BUYER_BLOCKED","message":"no"}}"#.into() },
    "BUYER_BLOCKED",
    false
)]
#[tokio::test]
async fn a_certain_refusal_is_told_as_one(#[case] fault: Fault, #[case] word: &str, #[case] again: bool) {
    let s = setup().await;
    asked(&s).await;
    s.platform.faults().arm("new-messages", fault, 1);
    let outcome = s.connector.send(&reply("Отправлен вчера.")).await;
    let SendOutcome::Refused { code, retry, .. } = outcome else { panic!("certainly not sent: {outcome:?}") };
    assert_eq!((code.as_str(), retry), (word, again), "with the platform's word");
    assert!(s.platform.ledger().sent().is_empty(), "the buyer saw nothing");
}

#[tokio::test]
async fn a_yes_without_a_number_that_can_not_be_confirmed_is_unknown() {
    let s = setup().await;
    asked(&s).await;
    s.platform.bare_answers(true);
    s.platform.faults().arm("chat-messages", Fault::CutBefore, 2);
    let outcome = s.connector.send(&reply("Отправлен вчера.")).await;
    assert!(matches!(outcome, SendOutcome::Unknown { .. }), "its number is not known: {outcome:?}");
    assert_eq!(s.platform.ledger().sent().len(), 1, "and it is not sent again");
}

#[tokio::test]
async fn a_busy_stream_is_read_again_from_before_the_send() {
    for manner in manners() {
        let s = setup_as(manner, OWN_LOGIN).await;
        let mut kept = asked(&s).await;
        for n in 0..20 {
            s.says(n * 45, 45);
            s.sync(&mut kept).await.unwrap();
        }
        let since = domain::from_ms(domain::to_ms(s.clock.now()) - 60_000);
        s.platform.faults().arm("new-messages", Fault::CutAfter, 1);
        s.connector.send(&reply("Отправлен вчера.")).await;
        s.says(900, 120);
        let read = s.connector.reread(BUYER, &buyer(), since).await.unwrap().unwrap();
        assert!(read.whole, "a known row from before is where it begins, {manner:?}");
        let found = read.batch.received.iter().flat_map(|received| &received.events);
        let found = found.filter(|event| match event {
            IncomingEvent::Message(message) => {
                assert_eq!(message.conversation_key, BUYER, "of this conversation only, {manner:?}");
                message.body.words() == "Отправлен вчера."
            }
            _ => false,
        });
        assert_eq!(found.count(), 1, "it is there, {manner:?}");
    }
}

#[tokio::test]
async fn a_row_that_may_be_the_reply_and_can_not_be_read_leaves_it_open() {
    let s = setup().await;
    asked(&s).await;
    let rows = format!(
        r#"{{"data":{{"messages":[{{"message_id":5,"from_user_login_id":"{OWN_LOGIN}","to_user_login_id":"{BUYER}","type":"text"}}]}},"error":null}}"#
    );
    s.platform.faults().arm_always("chat-messages", Fault::Answer { status: 200, body: rows });
    let read = s.connector.reread(BUYER, &buyer(), s.clock.now()).await.unwrap().unwrap();
    assert!(!read.whole, "it has no time: nobody can say that the reply is not there");
}

#[rstest]
#[case(Body::Image { url: "https://example.com/a.jpg".into(), thumb: None })]
#[case(Body::OrderCard { order_no: "5000000000000001".into() })]
#[case(Body::ItemCard { item_id: "1005003600816013".into(), title: None })]
#[tokio::test]
async fn what_has_no_documented_form_is_refused_before_it_leaves(#[case] body: Body) {
    let s = setup().await;
    asked(&s).await;
    let outcome = s.connector.send(&OutgoingReply { body, ..reply("") }).await;
    assert!(matches!(outcome, SendOutcome::Refused { retry: false, .. }), "{outcome:?}");
    assert!(s.platform.ledger().calls_with("new-messages").is_empty(), "nothing left");
}

#[tokio::test]
async fn a_conversation_is_read_up_to_what_was_seen_and_no_further() {
    for manner in manners() {
        let s = setup_as(manner, OWN_LOGIN).await;
        let mut kept = asked(&s).await;
        let newest = kept.messages.iter().find(|m| m.conversation_key == BUYER).unwrap().provider_id.clone();
        s.platform.buyer_says(BUYER, "Алло?");
        s.tick();
        let read = |newest: &str, whole| ReadMark::Read { newest: newest.into(), whole };
        for whole in [false, true] {
            assert_eq!(s.connector.mark(BUYER, &read(&newest, whole)).await, Ok(true), "{manner:?}");
        }
        let left = (s.platform.unread_of(BUYER), s.platform.unread_of("ru2002"));
        // A time in milliseconds leaves the message's own microseconds out; it can't be told better there.
        let own = usize::from(manner.spelling == Spelling::Other);
        assert_eq!(left, (1 + own, 1), "what came later stays unread, {manner:?}");
        let calls = s.platform.ledger().calls_with("read-messages").len();
        s.sync(&mut kept).await.unwrap();
        let other = kept.messages.iter().find(|m| m.conversation_key == "ru2002").unwrap();
        for mark in [read(&other.provider_id, true), read("12", true), read("none", true), ReadMark::Unread] {
            assert_eq!(s.connector.mark(BUYER, &mark).await, Ok(false), "not of this conversation: {mark:?}");
        }
        assert_eq!(s.platform.ledger().calls_with("read-messages").len(), calls, "and nothing was said");
    }
}
