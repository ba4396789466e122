//! Replies that are posted to the program instead.

use super::client::{Program, add, chat, house, message, stands, writes};
use crate::common::House;
use crate::pictures::{cleaned, files, press};
use channels::bridge::signature;
use domain::Secret;
use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};
use store::OutboxState;

/// What was posted: the signature and the body.
type Posted = (String, Vec<u8>);

/// A program that answers each post with these bytes, and hangs up.
fn listening(answer: &'static str) -> (String, Receiver<Posted>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://127.0.0.1:{}/tidebell", listener.local_addr().unwrap().port());
    let (told, posted) = channel();
    std::thread::spawn(move || {
        for line in listener.incoming() {
            let mut line = BufReader::new(line.unwrap());
            let (mut length, mut signed) = (0, String::new());
            loop {
                let mut header = String::new();
                line.read_line(&mut header).unwrap();
                let Some((name, value)) = header.trim().split_once(": ") else {
                    if header.trim().is_empty() { break } else { continue }
                };
                match name.to_ascii_lowercase().as_str() {
                    "content-length" => length = value.parse().unwrap(),
                    "tidebell-signature" => signed = value.to_owned(),
                    _ => {}
                }
            }
            let mut body = vec![0; length];
            line.read_exact(&mut body).unwrap();
            if told.send((signed, body)).is_err() {
                return;
            }
            line.get_mut().write_all(answer.as_bytes()).unwrap();
        }
    });
    (url, posted)
}

async fn with_reply(url: String) -> (House, Program, String) {
    let (house, _) = house().await;
    let program = add(&house, "回调", Some(url)).await;
    program.hands_in(&[message("c1", "m1", 0, "where is it?")]).await;
    let client_id = writes(&house, &program, "c1", "on its way").await;
    (house, program, client_id)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_is_posted_signed_and_settled_by_the_answer() {
    let answer = "HTTP/1.1 200 OK\r\nContent-Length: 38\r\nConnection: close\r\n\r\n{\"result\":\"sent\",\"provider_id\":\"s1\"}  ";
    let (url, posted) = listening(answer);
    let (house, program, client_id) = with_reply(url).await;
    stands(&house, &client_id, OutboxState::Sent).await;
    let (signed, body) = posted.recv().unwrap();
    let second = signed.strip_prefix("t=").and_then(|rest| rest.split(',').next()).unwrap().parse().unwrap();
    let wanted = format!("t={second},v1={}", signature(&Secret::new(&program.token), second, &body));
    assert_eq!(signed, wanted, "whoever has the token can tell that it comes from here");
    let reply: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(reply["body"]["text"], "on its way", "it is the reply, as a poll would have it");
    assert!(posted.try_recv().is_err(), "and was posted once");
    let (status, answer) = program.call("GET", "/v1/replies?wait=0", Value::Null).await;
    assert_eq!((status, answer["code"].as_str()), (409, Some("webhook_set")), "one way out, not two");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_is_posted_as_a_reference_and_fetched_with_the_token() {
    let (url, posted) = listening("HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    let (house, _) = house().await;
    let program = add(&house, "回调", Some(url)).await;
    program.hands_in(&[message("c1", "m1", 0, "how does it look?")]).await;
    program.call("POST", "/v1/hello", serde_json::json!({"can": ["chat_send", "send_images"]})).await;
    press(&house, chat(&house, &program, "c1").await, "a").await.unwrap();
    house.clock.advance(6);
    let (_, body) = tokio::task::spawn_blocking(move || (posted.recv().unwrap(), posted)).await.unwrap().0;
    assert!(body.len() < 1_000, "bytes of pictures are not posted: {}", body.len());
    let reply: Value = serde_json::from_slice(&body).unwrap();
    let got = program.downloads(reply["body"]["picture"].as_str().unwrap()).await;
    assert!(got.bytes == cleaned(), "they are fetched while the reply is in hand: {}", got.status);
    let sent = serde_json::json!({"result": "sent", "provider_id": "s1"});
    program.acknowledges(reply["id"].as_str().unwrap(), sent).await;
    stands(&house, "a", OutboxState::Sent).await;
    assert_eq!(files(&house), 0, "and go with the acknowledgement");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_takes_a_reply_and_says_nothing_may_say_it_later() {
    let (url, posted) = listening("HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    let (house, program, client_id) = with_reply(url).await;
    let row = stands(&house, &client_id, OutboxState::Sending).await;
    let (_, body) = tokio::task::spawn_blocking(move || (posted.recv().unwrap(), posted)).await.unwrap().0;
    let reply: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(reply["number"], row.id.0, "it is this one");
    let sent = serde_json::json!({"result": "sent", "provider_id": "s1"});
    let (status, _) = program.acknowledges(reply["id"].as_str().unwrap(), sent).await;
    assert_eq!(status, 200, "an acknowledgement through the API settles it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_and_an_absence_are_certain_and_a_cut_line_is_not() {
    let (refusing, _kept) = listening("HTTP/1.1 422 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    let (house, _, client_id) = with_reply(refusing).await;
    let refused = stands(&house, &client_id, OutboxState::Refused).await;
    assert_eq!(refused.detail, "webhook_422", "the program said that it did not send it");

    let (cutting, _kept) = listening("");
    let (house, _, client_id) = with_reply(cutting).await;
    stands(&house, &client_id, OutboxState::Unknown).await;

    let gone = sandbox::spare_port().unwrap();
    let (house, _, client_id) = with_reply(format!("http://127.0.0.1:{gone}/")).await;
    let away = stands(&house, &client_id, OutboxState::Refused).await;
    assert!(
        away.detail.starts_with("bridge_away"),
        "nobody was there, so it certainly did not arrive: {}",
        away.detail
    );
}
