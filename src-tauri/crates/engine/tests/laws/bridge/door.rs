//! The door: open as long as there is a bridge, to its own token.

use super::client::{Program, add, house, message};
use crate::common::{House, files_in};
use serde_json::{Value, json};
use std::net::TcpStream;

#[tokio::test(flavor = "multi_thread")]
async fn nothing_listens_until_there_is_a_bridge_and_after_the_last_is_gone() {
    let (house, program) = house().await;
    let listens = |port| TcpStream::connect(("127.0.0.1", port)).is_ok();
    assert!(listens(program.port), "a bridge can call at once");
    house.engine.revoke_bridge_token(program.store).await.unwrap();
    house.until(async || !listens(program.port)).await;
    assert!(!listens(program.port), "without a token nobody could get in, so there is no door");
    house.engine.rotate_bridge_token(program.store).await.unwrap();
    assert!(listens(program.port), "a new token opens it again, at the same address");
    house.engine.remove_store(program.store).await.unwrap();
    house.until(async || !listens(program.port)).await;
    assert!(!listens(program.port), "with the last bridge the door is gone");
    let plain = House::solo().await;
    plain.engine.start().await.unwrap();
    assert!(plain.engine.bridge_list().await.unwrap().is_empty(), "a house without bridges has none to show");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_token_opens_nothing_also_for_a_poll_that_waits() {
    let (house, program) = house().await;
    program.hands_in(&[message("c1", "m1", 0, "hi")]).await;
    let waiting = program.waits(&house, "c1", "wait=30").await;
    let key = house.engine.rotate_bridge_token(program.store).await.unwrap();
    assert_eq!(Program::hears(waiting).await.0, 401, "what the old token began ends with it");
    assert_eq!(program.call("GET", "/openapi.json", Value::Null).await.0, 401, "and it opens nothing");
    let renewed = Program::new(key);
    assert_eq!(
        renewed.hands_in(&[message("c1", "m1", 0, "hi")]).await,
        ["known"],
        "the new one is the same bridge"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn two_bridges_know_nothing_of_each_other() {
    let (house, one) = house().await;
    let two = add(&house, "桥二", None).await;
    assert_eq!(
        one.hands_in(&[message("c1", "m1", 0, "one")]).await,
        ["accepted"],
        "the first bridge's message"
    );
    assert_eq!(two.hands_in(&[message("c1", "m1", 0, "two")]).await, ["accepted"], "ids are a bridge's own");
    super::client::writes(&house, &one, "c1", "for one").await;
    assert!(two.fetches("wait=0").await.is_empty(), "another bridge's reply is not handed out");
    let handed = one.fetches("wait=0").await;
    let id = handed[0]["id"].as_str().unwrap();
    let (status, answer) = two.acknowledges(id, json!({"result": "refused", "code": "x"})).await;
    assert_eq!(
        (status, &answer["code"]),
        (404, &json!("no_such_reply")),
        "nor can it be settled by the other"
    );
    assert_eq!(
        one.acknowledges(id, json!({"result": "sent", "provider_id": "s1"})).await.0,
        200,
        "its own bridge can"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_in_the_key_store_and_nowhere_else() {
    let (house, program) = house().await;
    program.hands_in(&[message("c1", "m1", 0, "hi")]).await;
    assert!(house.vault.all().iter().any(|kept| kept.expose() == program.token), "the key store has it");
    let dir = house.dir.path().to_owned();
    let token = program.token.clone();
    house.engine.stop().await.unwrap();
    for (file, bytes) in files_in(&dir) {
        let found = bytes.windows(token.len()).any(|window| window == token.as_bytes());
        assert!(!found, "a copy of the data folder must not open the door: {}", file.display());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bridge_says_what_it_can_and_learns_what_is_wanted() {
    let (house, program) = house().await;
    let hello =
        json!({"client": {"name": "erp", "version": "2"}, "can": ["chat_read", "orders", "telepathy"]});
    let (status, welcome) = program.call("POST", "/v1/hello", hello).await;
    assert_eq!(
        (status, &welcome["store"]["platform"]),
        (200, &json!("Lazada")),
        "it learns for whom it speaks: {welcome}"
    );
    assert_eq!(welcome["wants"], json!(["chat_read", "orders"]), "and what is wanted of it");
    assert_eq!(welcome["not_known"], json!(["telepathy"]), "what is not known is tolerated");
    program.hands_in(&[message("c1", "m1", 0, "hi")]).await;
    let item =
        house.engine.store().conversation(super::client::chat(&house, &program, "c1").await).await.unwrap();
    let gate = house.engine.send_gate(&item).await.unwrap();
    assert_eq!(
        gate,
        Some(("capability_off", "bridge_cannot".into())),
        "a bridge that can't send is given no reply"
    );
    let shown = &house.engine.bridge_list().await.unwrap()[0];
    assert_eq!(shown.client.as_deref(), Some("erp 2"), "the owner sees who calls");
    assert_eq!(shown.last_seen, Some(house.engine.now()), "and when it last did");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_goes_away_is_told_of_and_one_that_never_came_is_not() {
    let (house, program) = house().await;
    house.runs(7_200, 15).await;
    assert!(
        house.engine.silent_stores().await.unwrap().is_empty(),
        "nobody waits for a program that is not there yet"
    );
    program.hands_in(&[message("c1", "m1", 0, "hi")]).await;
    assert!(house.engine.silent_stores().await.unwrap().is_empty(), "it has just called");
    house.runs(14_400, 15).await;
    let silent = house.engine.silent_stores().await.unwrap();
    assert!(silent.contains_key(&program.store), "whoever called and calls no more is missed: {silent:?}");
    program.hands_in(&[message("c1", "m1", 0, "hi")]).await;
    assert!(house.engine.silent_stores().await.unwrap().is_empty(), "until the next call");
    house.engine.revoke_bridge_token(program.store).await.unwrap();
    house.runs(21_600, 15).await;
    assert!(
        house.engine.silent_stores().await.unwrap().is_empty(),
        "of whom was shut out nothing is expected"
    );
}
