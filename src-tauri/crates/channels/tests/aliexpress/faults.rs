use super::support::{BUYER, Kept, reply, setup, setup_with};
use channels::aliexpress::AliExpressConfig;
use channels::{ChannelError, Connector};
use domain::{Access, Capability, CapabilityState, Secret, SendOutcome};
use rstest::rstest;
use sandbox::Fault;
use std::time::Duration;

const LIMIT: &str = r#"{"type":"ISV","code":"ApiCallLimit","message":"This ban will last for 3 more seconds","request_id":"1"}"#;

fn answer(body: &str) -> Fault {
    Fault::Answer { status: 200, body: body.into() }
}

#[tokio::test]
async fn a_call_limit_tells_how_long_to_wait() {
    let s = setup().await;
    s.platform.faults().arm("", answer(LIMIT), 1);
    let error = s.sync(&mut Kept::default()).await.unwrap_err();
    let three = Some(Duration::from_secs(3));
    assert_eq!(error, ChannelError::RateLimited { retry_after: three }, "the platform's own number");
}

#[tokio::test]
async fn what_was_read_before_a_call_limit_is_kept_and_the_round_goes_on_there() {
    let s = setup().await;
    for n in 0..45 {
        s.platform.buyer_says(BUYER, &format!("m{n}"));
        s.tick();
    }
    s.platform.put_order(super::orders::order(1, s.clock.now()));
    s.platform.faults().arm("%22last_message_id%22", answer(LIMIT), 3);
    let mut kept = Kept::default();
    let first = s.connector.poll(&kept.cursors).await.unwrap();
    assert_eq!(first.received.len(), 20, "the first page came before the limit");
    assert!(first.more, "the rest is still to come");
    s.commit(&mut kept, first).await;
    let second = s.connector.poll(&kept.cursors).await.unwrap();
    assert!(second.received.is_empty() && !second.cursors.is_empty(), "the walk moved on, the gap did not");
    s.commit(&mut kept, second).await;
    let error = s.connector.poll(&kept.cursors).await.unwrap_err();
    assert!(
        matches!(error, ChannelError::RateLimited { .. }),
        "nothing new, so the limit is told: {error:?}"
    );
    s.sync(&mut kept).await.unwrap();
    let words: std::collections::BTreeSet<&str> = kept.words().into_iter().collect();
    assert_eq!((kept.messages().len(), words.len()), (45, 45), "no message lost, none twice");
    assert_eq!(kept.orders().len(), 1, "and the other streams follow");
}

#[tokio::test]
async fn a_stream_that_fails_does_not_starve_the_others() {
    let s = setup().await;
    s.platform.put_order(super::orders::order(1, s.clock.now()));
    s.platform.put_dispute(super::disputes::dispute(1, s.clock.now()));
    let broken = r#"{"error_response":{"code":"InvalidParameter","msg":"param0","request_id":"1"}}"#;
    s.platform.faults().arm_always("aliexpress.solution.order.get", answer(broken));
    let mut kept = Kept::default();
    s.sync(&mut kept).await.unwrap();
    s.sync(&mut kept).await.unwrap();
    assert_eq!(kept.disputes().len(), 1, "disputes are read");
    assert_eq!(kept.quarantined, 1, "and the refusal is shown, once");
}

#[tokio::test]
async fn a_refusal_of_every_stream_is_an_error() {
    let s = setup().await;
    let broken = r#"{"type":"ISV","code":"MissingParameter","message":"x","request_id":"1"}"#;
    s.platform.buyer_says(BUYER, "hola");
    let mut kept = Kept::default();
    s.sync(&mut kept).await.unwrap();
    s.platform.faults().arm_always("", answer(broken));
    s.sync(&mut kept).await.unwrap();
    let failure = kept.last.answers.failure();
    assert!(matches!(failure, Some(ChannelError::Unexpected { .. })), "kept for a person: {failure:?}");
    let error = s.sync(&mut kept).await.unwrap_err();
    assert!(matches!(error, ChannelError::Unexpected { .. }), "nothing works any more: {error:?}");
}

#[tokio::test]
async fn progress_without_news_survives_a_call_limit() {
    let s = setup().await;
    for n in 0..100 {
        s.platform.buyer_says(BUYER + n, "hola");
        s.tick();
    }
    let mut kept = Kept::default();
    s.sync(&mut kept).await.unwrap();
    let quiet = s.connector.poll(&kept.cursors).await.unwrap();
    assert!(quiet.cursors.is_empty(), "a stream that did not move writes nothing: {:?}", quiet.cursors);
    // Every second call of a walk is refused; it must come to its end all the same.
    let mut fresh = Kept::default();
    for _ in 0..400 {
        s.platform.faults().arm("last_buyer_id", answer(LIMIT), 1);
        if let Ok(batch) = s.connector.poll(&fresh.cursors).await {
            let done = !batch.more;
            s.commit(&mut fresh, batch).await;
            if done {
                break;
            }
        }
        s.platform.faults().clear();
        let _ = s.connector.poll(&fresh.cursors).await.map(|b| fresh.cursors.extend(b.cursors));
    }
    let walk = fresh.cursors.get("im.walk").cloned().unwrap_or_default();
    assert!(walk.contains("\"sweep\":null"), "the walk reached its end: {walk}");
}

#[rstest]
#[case(Fault::CutBefore, 0)]
#[case(Fault::CutAfter, 1)]
#[tokio::test]
async fn a_line_that_breaks_while_sending_leaves_the_outcome_unknown(
    #[case] fault: Fault,
    #[case] taken: usize,
) {
    let s = setup().await;
    s.platform.faults().arm("message/send", fault, 1);
    let outcome = s.connector.send(&reply("hola")).await;
    assert!(matches!(outcome, SendOutcome::Unknown { .. }), "nobody knows: {outcome:?}");
    assert_eq!(s.platform.ledger().sent().len(), taken, "and it is not sent again");
    assert_eq!(s.platform.ledger().calls_with("message/send").len(), 1, "one call and no more");
}

#[rstest]
#[case(Fault::CutBefore, false)]
#[case(Fault::CutAfter, true)]
#[tokio::test]
async fn after_a_broken_line_the_conversation_is_read_again(#[case] fault: Fault, #[case] taken: bool) {
    let s = setup().await;
    s.platform.buyer_says(BUYER, "where?");
    let mut kept = Kept::default();
    s.sync(&mut kept).await.unwrap();
    let asked = kept.messages().remove(0);
    s.tick();
    let since = domain::from_ms(domain::to_ms(asked.sent_at) + 1);
    s.platform.faults().arm("message/send", fault, 1);
    s.connector.send(&reply("hola")).await;
    let read = s.connector.reread(&asked.conversation_key, &asked.buyer, since).await.unwrap();
    let read = read.expect("its source is known");
    assert!(read.whole, "back to before the send");
    let found = read.batch.received.iter().flat_map(|received| &received.events);
    let found =
        found.filter(|event| matches!(event, domain::IncomingEvent::Message(m) if m.body.words() == "hola"));
    assert_eq!(found.count(), usize::from(taken), "it is there if the platform took it");
    assert!(read.batch.cursors.is_empty(), "no cursor moves");
}

#[tokio::test]
async fn a_history_that_is_suddenly_empty_does_not_say_that_a_reply_did_not_arrive() {
    let s = setup().await;
    s.platform.buyer_says(BUYER, "where?");
    let mut kept = Kept::default();
    s.sync(&mut kept).await.unwrap();
    let asked = kept.messages().remove(0);
    let empty = r#"{"code":"0","result":{"success":true,"data":{"message_list":{},"has_more":false}}}"#;
    s.platform.faults().arm("history/list2", answer(empty), 1);
    let (conversation, since) = (asked.conversation_key.clone(), asked.sent_at);
    let read = s.connector.reread(&conversation, &asked.buyer, since).await.unwrap().unwrap();
    assert!(!read.whole, "the buyer's message is not there either");
    let read = s.connector.reread(&conversation, &asked.buyer, since).await.unwrap().unwrap();
    assert!(read.whole && read.batch.received.len() == 1, "then it is: {read:?}");
}

#[tokio::test]
async fn before_a_source_is_known_there_is_nobody_to_ask() {
    let s = setup().await;
    let buyer = domain::BuyerRef { key: "1".into(), name: String::new(), country: None };
    let read = s.connector.reread("1", &buyer, domain::from_ms(0)).await;
    assert!(matches!(read, Ok(None)), "an id names a conversation of one source only: {read:?}");
}

#[rstest]
#[case(Fault::Status { status: 502, retry_after: None })]
#[case(answer(r#"{"type":"ISP","code":"ServiceTimeout","message":"timeout"}"#))]
#[case(answer(r#"{"type":"ISP","code":"15","sub_code":"isp.http-read-timeout","message":"remote"}"#))]
#[case(Fault::Answer { status: 504, body: r#"{"code":"504","message":"Gateway Timeout"}"#.into() })]
#[case(Fault::Answer { status: 408, body: r#"{"code":"408","message":"Request Timeout"}"#.into() })]
#[case(Fault::Status { status: 409, retry_after: None })]
#[case(answer(
    r#"{"code":"0","result":{"success":false,"error_code":"SYSTEM_ERROR","error_message":"oops"}}"#
))]
#[case(answer("<html>"))]
#[case(answer(r#"{"code":"0","result":{"success":true,"data":{}}}"#))]
#[tokio::test]
async fn an_answer_that_settles_nothing_leaves_the_outcome_unknown(#[case] fault: Fault) {
    let s = setup().await;
    s.platform.faults().arm("message/send", fault.clone(), 1);
    let outcome = s.connector.send(&reply("hola")).await;
    assert!(
        matches!(outcome, SendOutcome::Unknown { .. }),
        "{fault:?} may or may not have been done: {outcome:?}"
    );
    assert_eq!(s.platform.ledger().calls_with("message/send").len(), 1, "one call and no more");
}

#[rstest]
#[case(answer(LIMIT), "ApiCallLimit", true)]
#[case(Fault::Status { status: 429, retry_after: Some(2) }, "rate_limited", true)]
#[case(
    answer(r#"{"type":"ISV","code":"InsufficientPermission","message":"no"}"#),
    "InsufficientPermission",
    false
)]
#[case(
    answer(r#"{"code":"0","result":{"success":false,"error_code":"BUYER_BLOCKED","error_message":"no"}}"#),
    "BUYER_BLOCKED",
    false
)]
#[tokio::test]
async fn a_certain_refusal_is_told_as_one(#[case] fault: Fault, #[case] word: &str, #[case] again: bool) {
    let s = setup().await;
    s.platform.faults().arm("message/send", fault, 1);
    let outcome = s.connector.send(&reply("hola")).await;
    let SendOutcome::Refused { code, retry, .. } = outcome else { panic!("certainly not sent: {outcome:?}") };
    assert_eq!((code.as_str(), retry), (word, again), "with the platform's word");
    assert!(s.platform.ledger().sent().is_empty(), "the buyer saw nothing");
}

#[tokio::test]
async fn a_platform_that_is_not_there_is_unreachable_and_a_send_may_be_tried_again() {
    let s = setup_with(true, |c| AliExpressConfig { gateway: "http://127.0.0.1:9".into(), ..c }).await;
    let error = s.sync(&mut Kept::default()).await.unwrap_err();
    assert!(matches!(error, ChannelError::Unreachable { .. }), "nobody listens: {error:?}");
    let outcome = s.connector.send(&reply("hola")).await;
    assert!(matches!(outcome, SendOutcome::Refused { retry: true, .. }), "it never left: {outcome:?}");
}

#[tokio::test]
async fn a_clock_that_is_wrong_is_told_as_that() {
    let s = setup().await;
    let slow = s.clock.now() - jiff::SignedDuration::from_mins(11);
    let connector = channels::aliexpress::AliExpressConnector::new(
        super::support::config(&s.platform),
        std::sync::Arc::clone(&s.vault) as std::sync::Arc<dyn channels::TokenVault>,
        std::sync::Arc::new(move || slow),
    );
    let error = connector.unwrap().poll(&Kept::default().cursors).await.unwrap_err();
    assert_eq!(error, ChannelError::ClockSkew, "eleven minutes are too many");
}

#[tokio::test]
async fn a_wrong_secret_calls_the_owner() {
    let s = setup_with(true, |c| AliExpressConfig { app_secret: Secret::new("other"), ..c }).await;
    let error = s.sync(&mut Kept::default()).await.unwrap_err();
    let owner = matches!(&error, ChannelError::OwnerMustAct { code, .. } if code == "IncompleteSignature");
    assert!(owner, "both forms of the path were refused: {error:?}");
}

#[tokio::test]
async fn an_answer_that_is_no_json_goes_to_quarantine_and_the_rest_goes_on() {
    let s = setup().await;
    s.platform.buyer_says(BUYER, "hola");
    s.platform.put_order(super::orders::order(1, s.clock.now()));
    s.platform.faults().arm_always("aliexpress.solution.order.get", answer("<html>busy</html>"));
    let mut kept = Kept::default();
    s.sync(&mut kept).await.unwrap();
    assert_eq!(kept.quarantined, 1, "that it came is known");
    let bytes = &kept.last.quarantined[0].raw.bytes;
    assert_eq!(bytes, br#"{"not_json":{"begins":"markup","bytes":17}}"#, "how much it was, not what");
    assert_eq!(kept.words(), ["hola"], "chat goes on");
    let calls = s.platform.ledger().calls_with("aliexpress.solution.order.get").len();
    assert!(calls < 10, "it is not asked for row by row if nothing can be read: {calls} calls");
    s.sync(&mut kept).await.unwrap();
    assert_eq!(kept.quarantined, 1, "the same again is no news");
    s.platform.faults().clear();
    s.sync(&mut kept).await.unwrap();
    assert_eq!(kept.orders().len(), 1, "and the list is read from where it was");
}

#[tokio::test]
async fn a_row_that_cannot_be_read_is_quarantined_once_and_blocks_nothing() {
    let s = setup().await;
    let rows = r#"[{"content":"{}","template_id":1,"type":1,"send_time":1795312800000},
        {"message_id":5,"content":"{\"txt\":\"hola\"}","template_id":1,"from_account_type":11,"type":1,
         "send_time":1795312799000}]"#;
    let page = format!(
        r#"{{"code":"0","result":{{"success":true,"data":{{"message_list":{rows},"has_more":false}}}}}}"#
    );
    s.platform.buyer_says(BUYER, "x");
    s.platform.faults().arm_always("history/list2", answer(&page));
    let mut kept = Kept::default();
    s.sync(&mut kept).await.unwrap();
    s.sync(&mut kept).await.unwrap();
    assert_eq!(kept.quarantined, 1, "the row without an id, once");
    assert_eq!(kept.words(), ["hola"], "the next row is taken, once");
}

#[tokio::test]
async fn a_gateway_fault_is_unreachable() {
    let s = setup().await;
    s.platform.faults().arm("", Fault::Status { status: 503, retry_after: None }, 1);
    let error = s.sync(&mut Kept::default()).await.unwrap_err();
    assert!(matches!(error, ChannelError::Unreachable { .. }), "try again later: {error:?}");
}

#[rstest]
#[case("http://api-sg.aliexpress.com")]
#[case("ftp://127.0.0.1")]
#[case("")]
#[tokio::test]
async fn a_gateway_in_the_clear_is_refused(#[case] gateway: &str) {
    let s = setup().await;
    let config = AliExpressConfig { gateway: gateway.into(), ..super::support::config(&s.platform) };
    let vault = std::sync::Arc::clone(&s.vault) as std::sync::Arc<dyn channels::TokenVault>;
    let made = channels::aliexpress::AliExpressConnector::new(config, vault, s.clock.reader());
    assert!(
        matches!(made.err(), Some(ChannelError::OwnerMustAct { .. })),
        "tokens travel in the query: {gateway}"
    );
}

#[rstest]
#[case("<html>no such page</html>")]
#[case(r#"{"error_response":{"code":15,"msg":"Remote service error","sub_code":"isp.unknown"}}"#)]
#[tokio::test]
async fn who_the_seller_is_stands_in_no_tests_way(#[case] profile: &str) {
    let s = setup().await;
    s.platform.faults().arm_always("merchant.profile.get", answer(profile));
    let probe = s.connector.probe().await;
    assert_eq!(probe.access, Some(Access::Granted), "the calls that matter are answered");
    let on = |capability| (capability, CapabilityState::On);
    for capability in [Capability::Orders, Capability::Disputes, Capability::ReadChat] {
        assert!(probe.capabilities.contains(&on(capability)), "{capability:?}: {:?}", probe.capabilities);
    }
}
