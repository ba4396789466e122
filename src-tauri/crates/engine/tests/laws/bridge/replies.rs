//! Replies: handed out once, stopped when stale, settled by what the bridge says.

use super::client::{Program, hang_up, house, message, ours, row, said, stands, writes};
use crate::common::{House, at};
use serde_json::{Value, json};
use std::time::Duration;
use store::OutboxState;

async fn with_reply() -> (House, Program, String) {
    let (house, program) = house().await;
    program.hands_in(&[message("c1", "m1", 0, "where is it?")]).await;
    let client_id = writes(&house, &program, "c1", "on its way").await;
    (house, program, client_id)
}

fn news(replies: &[Value]) -> Vec<String> {
    let new = replies.iter().filter(|reply| reply["state"] == "new");
    new.map(|reply| reply["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_is_handed_out_sent_and_there_once() {
    let (house, program, client_id) = with_reply().await;
    let replies = program.fetches("wait=30").await;
    let reply = &replies[0];
    assert_eq!(
        (&reply["conversation"], &reply["body"]["text"]),
        (&json!("c1"), &json!("on its way")),
        "what and where"
    );
    assert_eq!(reply["buyer"], "buyer-of-c1", "and to whom, in the bridge's own words");
    let id = reply["id"].as_str().unwrap();
    let sent = json!({"result": "sent", "provider_id": "s1", "at": at(20).to_string()});
    let (status, answer) = program.acknowledges(id, sent.clone()).await;
    assert_eq!(
        (status, &answer["state"], &answer["known"]),
        (200, &json!("sent"), &json!(false)),
        "it is settled: {answer}"
    );
    let (_, again) = program.acknowledges(id, sent).await;
    assert_eq!(
        (&again["state"], &again["known"]),
        (&json!("sent"), &json!(true)),
        "an answer that was lost is asked for again"
    );
    let echo = said("c1", "s1", 20, "on its way", "seller");
    assert_eq!(
        program.hands_in(&[echo]).await,
        ["known"],
        "the platform's own copy of it is the same message"
    );
    assert_eq!(ours(&house, &program, "c1").await, 1, "the reply is there once");
    assert_eq!(row(&house, &client_id).await.state, OutboxState::Sent, "and done");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_poll_waits_for_a_reply_and_gets_it_when_undoing_is_over() {
    let (house, program) = house().await;
    program.hands_in(&[message("c1", "m1", 0, "where is it?")]).await;
    let waiting = program.waits(&house, "c1", "wait=30").await;
    writes(&house, &program, "c1", "soon").await;
    let (_, answer) = Program::hears(waiting).await;
    assert_eq!(news(answer["replies"].as_array().unwrap()).len(), 1, "the poll that waited has it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_that_is_cut_while_waiting_swallows_nothing() {
    let (house, program) = house().await;
    program.hands_in(&[message("c1", "m1", 0, "where is it?")]).await;
    hang_up(program.waits(&house, "c1", "wait=30").await).await;
    let client_id = writes(&house, &program, "c1", "still here").await;
    // A poll that lived on would look again by now.
    tokio::time::sleep(Duration::from_millis(700)).await;
    assert_eq!(row(&house, &client_id).await.state, OutboxState::Waiting, "nobody took it");
    assert_eq!(news(&program.fetches("wait=30").await).len(), 1, "the next poll has it");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_lost_is_never_handed_out_again_as_new() {
    let (house, program, client_id) = with_reply().await;
    let line = program.call_and_listen_not("GET", "/v1/replies?wait=0", Value::Null).await;
    let taken = stands(&house, &client_id, OutboxState::Sending).await;
    drop(line);
    for _ in 0..3 {
        let replies = program.fetches("wait=0").await;
        assert_eq!(replies[0]["state"], "taken", "it is listed, with the order not to send it: {replies:?}");
    }
    assert!(
        program.fetches(&format!("wait=0&after={}", taken.id)).await.is_empty(),
        "whoever knows of it can leave it out"
    );
    house.clock.advance(121);
    let unknown = stands(&house, &client_id, OutboxState::Unknown).await;
    assert_eq!(unknown.detail, "bridge_no_answer", "a person is asked, and told why");
    let replies = program.fetches("wait=0").await;
    assert_eq!(replies[0]["state"], "unknown", "the bridge still may know: {replies:?}");
    let id = replies[0]["id"].as_str().unwrap();
    let (status, answer) =
        program.acknowledges(id, json!({"result": "refused", "code": "never_received"})).await;
    assert_eq!(
        (status, &answer["state"]),
        (200, &json!("refused")),
        "a program with a journal knows that it never had it"
    );
    assert!(house.engine.retry_refused(&client_id).await.unwrap(), "then a person may send it once more");
    let again = program.fetches("wait=30").await;
    assert_eq!(news(&again).len(), 1, "which is a new reply to the bridge");
    assert_ne!(again[0]["id"], json!(id), "with a name of its own");
    let late = program.acknowledges(id, json!({"result": "sent", "provider_id": "s1"})).await;
    assert_eq!(late.0, 409, "the name of the first attempt settles nothing any more");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_polls_the_newer_gets_the_reply_and_the_older_is_told() {
    let (house, program) = house().await;
    program.hands_in(&[message("c1", "m1", 0, "where is it?")]).await;
    let older = program.waits(&house, "c1", "wait=30").await;
    let newer = program.call_and_listen_not("GET", "/v1/replies?wait=30", Value::Null).await;
    let (status, answer) = Program::hears(older).await;
    assert_eq!((status, &answer["code"]), (409, &json!("replaced")), "one program fetches at a time");
    writes(&house, &program, "c1", "here").await;
    let (status, answer) = Program::hears(newer).await;
    assert_eq!((status, answer["replies"].as_array().unwrap().len()), (200, 1), "the newer one has it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_that_the_buyer_overtook_is_stopped_at_the_last_moment() {
    let (house, program, client_id) = with_reply().await;
    program.hands_in(&[message("c1", "m2", 5, "cancel it!")]).await;
    assert!(news(&program.fetches("wait=1").await).is_empty(), "what was written before is not handed out");
    let stopped = stands(&house, &client_id, OutboxState::Refused).await;
    assert_eq!(stopped.detail, "stale", "its writer is shown the new message first");
}

#[tokio::test(flavor = "multi_thread")]
async fn replies_of_one_conversation_go_one_after_the_other() {
    let (house, program, _) = with_reply().await;
    let first = news(&program.fetches("wait=30").await);
    let second = writes(&house, &program, "c1", "and more").await;
    assert!(news(&program.fetches("wait=1").await).is_empty(), "the second waits for the fate of the first");
    program.acknowledges(&first[0], json!({"result": "sent", "provider_id": "s1"})).await;
    assert_eq!(news(&program.fetches("wait=30").await).len(), 1, "then it goes");
    assert_eq!(row(&house, &second).await.state, OutboxState::Sending, "and is on its way");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_that_no_bridge_fetches_is_given_back() {
    let (house, _, client_id) = with_reply().await;
    house.clock.advance(590);
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(row(&house, &client_id).await.state, OutboxState::Waiting, "for ten minutes it waits");
    house.clock.advance(20);
    let back = stands(&house, &client_id, OutboxState::Refused).await;
    assert_eq!(back.detail, "bridge_away", "then its writer is told, and may send it again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_hands_nothing_out_twice_and_still_hears_what_became_of_it() {
    let (house, program, client_id) = with_reply().await;
    let id = news(&program.fetches("wait=30").await).remove(0);
    let house = house.reopened().await;
    assert_eq!(
        row(&house, &client_id).await.state,
        OutboxState::Unknown,
        "nobody here knows what the bridge did"
    );
    house.engine.start().await.unwrap();
    assert!(news(&program.fetches("wait=1").await).is_empty(), "so it is not handed out again");
    let (status, _) = program.acknowledges(&id, json!({"result": "sent", "provider_id": "s1"})).await;
    assert_eq!(status, 200, "but the bridge knows");
    assert_eq!(row(&house, &client_id).await.state, OutboxState::Sent, "and no person needs to be asked");
    assert_eq!(ours(&house, &program, "c1").await, 1, "it is there once");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_bridge_corrects_is_believed() {
    let (house, program, client_id) = with_reply().await;
    let id = news(&program.fetches("wait=30").await).remove(0);
    program.acknowledges(&id, json!({"result": "refused", "code": "timeout", "detail": "no answer"})).await;
    assert_eq!(
        row(&house, &client_id).await.detail,
        "timeout: no answer",
        "the writer reads the platform's words"
    );
    house.engine.retry_refused(&client_id).await.unwrap();
    let (status, _) = program.acknowledges(&id, json!({"result": "sent", "provider_id": "s1"})).await;
    assert_eq!(status, 200, "it was sent after all");
    assert!(news(&program.fetches("wait=1").await).is_empty(), "so the second attempt does not leave");
    assert_eq!(ours(&house, &program, "c1").await, 1, "the buyer has it once");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_push_log_keeps_the_code_of_a_refusal_and_not_its_words() {
    let (house, program, client_id) = with_reply().await;
    let id = news(&program.fetches("wait=30").await).remove(0);
    let words = json!({"result": "refused", "code": "no_such_number", "detail": "+8613800138000 of Li Lei"});
    program.acknowledges(&id, words).await;
    let shown = row(&house, &client_id).await.detail;
    assert_eq!(shown, "no_such_number: +8613800138000 of Li Lei", "the writer reads them");
    let log = house.engine.store().audit_log(None, 100).await.unwrap();
    let refused = log.iter().find(|row| row.entry.kind == domain::LogKind::ReplyRefused.as_str()).unwrap();
    let detail: Value = serde_json::from_str(&refused.entry.detail).unwrap();
    assert_eq!(detail["detail"], "no_such_number", "what can't be erased names nobody: {detail}");
}

#[tokio::test(flavor = "multi_thread")]
async fn that_it_was_sent_is_not_lost_over_a_date() {
    for date in ["", "yesterday", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"] {
        let (house, program, client_id) = with_reply().await;
        let id = news(&program.fetches("wait=30").await).remove(0);
        let (status, _) =
            program.acknowledges(&id, json!({"result": "sent", "provider_id": "", "at": date})).await;
        assert_eq!(status, 200, "the buyer has it: {date:?}");
        assert_eq!(row(&house, &client_id).await.state, OutboxState::Sent, "so it is settled: {date:?}");
        let last = house
            .engine
            .store()
            .messages(super::client::chat(&house, &program, "c1").await, None, 1)
            .await
            .unwrap();
        assert_eq!(last[0].sent_at, house.engine.now(), "an instant that nobody believes is now: {date:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_acknowledgement_of_nothing_settles_nothing() {
    let (_house, program, _) = with_reply().await;
    for id in ["1-1", "999-1", "x", "1", "-", "1-1-1", "%31-1", "9223372036854775808-1"] {
        let (status, answer) = program.acknowledges(id, json!({"result": "sent", "provider_id": "s"})).await;
        assert_eq!((status, &answer["code"]), (404, &json!("no_such_reply")), "it was not handed out: {id}");
    }
}
