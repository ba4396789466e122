//! Pictures: sent only through a program that says that it takes them, fetched by the bridge that has the reply in hand and
//! by nobody else, and lying nowhere once they are sent.

use super::client::{Program, add, chat, house, message, row, stands, writes};
use crate::common::House;
use crate::pictures::{self, cleaned, files};
use domain::Body;
use engine::{EngineError, NOT_ARRIVED};
use serde_json::{Value, json};
use store::{OutboxRow, OutboxState};

/// A program that says what it can.
async fn says(program: &Program, hello: Value) -> Value {
    let (status, answer) = program.call("POST", "/v1/hello", hello).await;
    assert_eq!(status, 200, "a hello that makes sense is heard: {answer}");
    answer
}

fn sending(pictures: Value) -> Value {
    json!({"can": ["chat_read", "chat_send", "send_images"], "pictures": pictures})
}

/// A person sends the photo, and the time for undoing passes.
async fn press(house: &House, program: &Program, client_id: &str) -> Result<OutboxRow, EngineError> {
    let pressed = pictures::press(house, chat(house, program, "c1").await, client_id).await;
    house.clock.advance(6);
    pressed
}

/// A house whose bridge sends pictures, with one that is to be sent.
async fn with_picture() -> (House, Program) {
    let (house, program) = house().await;
    program.hands_in(&[message("c1", "m1", 0, "how does it look?")]).await;
    says(&program, sending(json!({}))).await;
    press(&house, &program, "a").await.unwrap();
    (house, program)
}

/// The one reply, handed out; its id and where its picture is.
async fn fetched(program: &Program) -> (String, String) {
    let replies = program.fetches("wait=30").await;
    assert_eq!((replies.len(), &replies[0]["state"]), (1, &json!("new")), "it is handed out: {replies:?}");
    let word = |value: &Value| value.as_str().unwrap().to_owned();
    (word(&replies[0]["id"]), word(&replies[0]["body"]["picture"]))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_goes_out_as_a_reference_is_fetched_and_lies_nowhere_once_it_was_sent() {
    let (house, program) = with_picture().await;
    let reply = program.fetches("wait=30").await.remove(0);
    let id = reply["id"].as_str().unwrap();
    assert_eq!(
        reply["body"],
        json!({"type": "image", "picture": format!("/v1/replies/{id}/picture"), "media_type": "image/jpeg",
            "bytes": cleaned().len()}),
        "where it is and what, without its bytes"
    );
    let path = reply["body"]["picture"].as_str().unwrap();
    for _ in 0..2 {
        let got = program.downloads(path).await;
        assert_eq!((got.status, got.media_type.as_str()), (200, "image/jpeg"), "as what it is");
        assert!(got.bytes == cleaned(), "whole, without where it was taken, and as often as it takes");
    }
    let shown = "https://cdn.example/pic/7.jpg";
    let sent = json!({"result": "sent", "provider_id": "s1", "url": shown});
    assert_eq!(program.acknowledges(id, sent).await.0, 200, "it was sent");
    assert_eq!(row(&house, "a").await.state, OutboxState::Sent, "and is done");
    assert_eq!(files(&house), 0, "it lies here no longer");
    let gone = program.downloads(path).await;
    assert_eq!((gone.status, gone.code().as_str()), (409, "already_settled"), "and nobody gets it any more");
    let chat = chat(&house, &program, "c1").await;
    let last = house.engine.store().messages(chat, None, 1).await.unwrap().remove(0);
    assert!(matches!(&last.body, Body::Image { url, .. } if url == shown), "{:?}", last.body);
    assert_eq!(last.counting, "image", "a picture stops no clock");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_the_program_says_that_it_sends_is_offered_and_no_more_than_we_have() {
    let (house, program) = house().await;
    program.hands_in(&[message("c1", "m1", 0, "how does it look?")]).await;
    let item = house.engine.store().conversation(chat(&house, &program, "c1").await).await.unwrap();
    let refused = press(&house, &program, "a").await;
    assert!(
        matches!(refused, Err(EngineError::CannotSend { code: "picture_not_by_bridge" })),
        "nothing was said: {refused:?}"
    );
    let answer =
        says(&program, sending(json!({"types": ["png", "avif"], "max_bytes": 4_000_000_000_u32}))).await;
    assert_eq!(
        (&answer["pictures"], &answer["reply_bodies"]),
        (&json!({"types": ["png"], "max_bytes": 5_000_000}), &json!(["text", "image"])),
        "what both sides have"
    );
    let taken = house.engine.pictures_taken(&item).await.unwrap().unwrap();
    assert_eq!((taken.kinds.len(), taken.max_bytes), (1, 5_000_000), "the window offers just that");
    let refused = press(&house, &program, "a").await;
    assert!(
        matches!(&refused, Err(EngineError::Invalid { what }) if what == "picture_type"),
        "no photo then: {refused:?}"
    );
    says(&program, sending(json!({"max_bytes": 1_000.0}))).await;
    let refused = press(&house, &program, "a").await;
    assert!(
        matches!(&refused, Err(EngineError::Invalid { what }) if what == "picture_too_large"),
        "nor a large one: {refused:?}"
    );
    let nothing = [
        json!({"can": ["chat_send"], "pictures": {"types": ["jpeg"]}}),
        sending(json!({"types": ["avif"]})),
        sending(json!({"max_bytes": 0})),
    ];
    for hello in nothing {
        let answer = says(&program, hello.clone()).await;
        assert_eq!(
            (&answer["pictures"], &answer["reply_bodies"]),
            (&Value::Null, &json!(["text"])),
            "it sends none: {hello}"
        );
        assert!(house.engine.pictures_taken(&item).await.unwrap().is_err(), "so none is offered: {hello}");
    }
    says(&program, sending(json!({}))).await;
    let house = house.reopened().await;
    assert!(house.engine.pictures_taken(&item).await.unwrap().is_ok(), "what was said holds after a restart");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_is_its_own_bridges_only_and_only_while_the_reply_is_in_hand() {
    let (house, program) = with_picture().await;
    let early = program.downloads("/v1/replies/1-1/picture").await;
    assert_eq!((early.status, early.code().as_str()), (404, "no_such_reply"), "it is not handed out yet");
    let (id, path) = fetched(&program).await;
    let other = add(&house, "桥二", None).await;
    let foreign = other.downloads(&path).await;
    assert_eq!(
        (foreign.status, foreign.code().as_str()),
        (404, "no_such_reply"),
        "it is no reply of that one"
    );
    let wrong = Program { token: "tbr_wrong".into(), ..program.clone() };
    assert_eq!(wrong.downloads(&path).await.status, 401, "and without a token nothing is learned");
    assert_eq!(program.fetches("wait=0").await[0]["state"], "taken", "it is in hand");
    assert_eq!(program.downloads(&path).await.status, 200, "so it can look what it was");
    program.acknowledges(&id, json!({"result": "unknown"})).await;
    let late = program.downloads(&path).await;
    assert_eq!(
        (late.status, late.code().as_str()),
        (409, "already_settled"),
        "a person is asked: not to be sent"
    );
    program
        .acknowledges(&id, json!({"result": "sent", "provider_id": "s1", "url": "javascript:alert(1)"}))
        .await;
    assert_eq!(row(&house, "a").await.state, OutboxState::Sent, "that it was sent is not lost over a link");
    let words = writes(&house, &program, "c1", "and this").await;
    let text = program.fetches("wait=30").await;
    let text = text.iter().find(|reply| reply["state"] == "new").unwrap();
    let none = program.downloads(&format!("/v1/replies/{}/picture", text["id"].as_str().unwrap())).await;
    assert_eq!((none.status, none.code().as_str()), (404, "no_such_picture"), "words have no picture");
    assert_eq!(row(&house, &words).await.state, OutboxState::Sending, "and are not touched by the question");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_sends_pictures_no_more_is_handed_none() {
    for hello in [json!({"can": ["chat_send"]}), sending(json!({"types": ["gif"]}))] {
        let (house, program) = with_picture().await;
        says(&program, hello.clone()).await;
        assert!(program.fetches("wait=1").await.is_empty(), "it would not know what to do: {hello}");
        let back = stands(&house, "a", OutboxState::Refused).await;
        assert!(back.detail.ends_with("_by_bridge"), "its writer is told why: {}", back.detail);
        assert_eq!((back.attempts, files(&house)), (0, 1), "it never left, and is still there");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_picture_is_kept_and_goes_out_again_under_a_new_name() {
    let (house, program) = with_picture().await;
    let (id, path) = fetched(&program).await;
    program.acknowledges(&id, json!({"result": "refused", "code": "busy"})).await;
    assert_eq!(
        (row(&house, "a").await.state, files(&house)),
        (OutboxState::Refused, 1),
        "a person may ask again"
    );
    assert_eq!(program.downloads(&path).await.status, 409, "until then it is nobody's");
    assert!(house.engine.retry_refused("a").await.unwrap(), "a person asks");
    let (again, second) = fetched(&program).await;
    assert_ne!(id, again, "which is a new reply");
    assert_eq!(program.downloads(&path).await.status, 409, "the old name opens nothing");
    assert!(program.downloads(&second).await.bytes == cleaned(), "the new one does");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_of_unknown_fate_is_not_taken_for_another_and_not_handed_out_after_a_restart() {
    let (house, program) = with_picture().await;
    let (id, path) = fetched(&program).await;
    let house = house.reopened().await;
    house.engine.start().await.unwrap();
    assert_eq!(program.downloads(&path).await.status, 409, "a program that slept must not send it now");
    assert_eq!(files(&house), 1, "but it is kept: it may not have arrived");
    // Base64 may end like an address without a file name.
    let other = json!({"kind": "message", "id": "s9", "conversation": "c1", "author": "seller",
        "buyer": {"id": "buyer-of-c1"}, "at": crate::common::at(30).to_string(),
        "body": {"type": "image", "data": "/9j///8/"}});
    assert_eq!(program.hands_in(&[other]).await, ["accepted"], "a picture that was sent elsewhere");
    let still = row(&house, "a").await;
    assert_eq!(still.state, OutboxState::Unknown, "nothing says that it is this one");
    assert_ne!(still.detail, NOT_ARRIVED, "or that it is not");
    program.acknowledges(&id, json!({"result": "sent", "provider_id": "s9"})).await;
    assert_eq!((row(&house, "a").await.state, files(&house)), (OutboxState::Sent, 0), "the bridge knows");
}
