//! Who gets in, and what those learn who do not.

use crate::support::{OTHER, PICTURE, Served, TOKEN, request};
use rstest::rstest;
use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

const EVENT: &str =
    r#"{"events":[{"kind":"read","id":"r1","conversation":"c1","at":"2026-03-01T00:00:00Z"}]}"#;

fn bearer(token: &str) -> String {
    format!("Bearer {token}")
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_right_token_every_question_has_the_same_answer() {
    let served = Served::start().await;
    let tokens = [
        "",
        "Bearer",
        "Bearer ",
        "Bearer tbr_wrong",
        "Basic dGJyOnRicg==",
        "Bearer tbr_the-right-on",
        "Bearer tbr_the-right-one1",
    ];
    let paths = [
        "/",
        "/openapi.json",
        "/v1/hello",
        "/v1/events",
        "/v1/replies",
        "/v1/replies/1-1/ack",
        "/v1/replies/7-1/picture",
        "/v2",
        "/favicon.ico",
    ];
    let mut answers = BTreeSet::new();
    for token in tokens {
        for path in paths {
            for method in ["GET", "POST", "DELETE", "OPTIONS", "PUT"] {
                let mut headers = vec![("Origin", "https://shop.example"), ("Host", "shop.example")];
                if !token.is_empty() {
                    headers.push(("Authorization", token));
                }
                let answer = served.say(&request(method, path, served.port, &headers, EVENT)).await;
                assert_eq!(answer.status, 401, "a door without key: {method} {path} with {token:?}");
                answers.insert((answer.head, answer.body));
            }
        }
    }
    assert_eq!(answers.len(), 1, "one answer for all, or something is learned: {answers:?}");
    assert!(served.host.items.lock().unwrap().is_empty(), "and nothing was taken");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_opens_the_store_of_its_own_bridge() {
    let served = Served::start().await;
    for token in [TOKEN, OTHER] {
        let headers = [("Authorization", &*bearer(token))];
        let answer = served.say(&request("POST", "/v1/events", served.port, &headers, EVENT)).await;
        assert_eq!(answer.status, 200, "both are right: {answer:?}");
    }
    let stores: Vec<i64> = served.host.items.lock().unwrap().iter().map(|(store, _)| store.0).collect();
    assert_eq!(stores, [1, 2], "the token decides whose conversations these are");
}

#[rstest]
#[case(&[("Origin", "null")], "origin_refused")]
#[case(&[("Origin", "http://127.0.0.1:8715")], "origin_refused")]
#[case(&[("Host", "rebound.example")], "host_refused")]
#[case(&[("Host", "127.0.0.1")], "host_refused")]
#[tokio::test(flavor = "multi_thread")]
async fn a_web_page_is_refused_even_with_the_token(#[case] headers: &[(&str, &str)], #[case] code: &str) {
    let served = Served::start().await;
    let token = bearer(TOKEN);
    let mut headers = headers.to_vec();
    headers.push(("Authorization", &token));
    let answer = served.say(&request("POST", "/v1/events", served.port, &headers, EVENT)).await;
    assert_eq!((answer.status, answer.code()), (403, code.to_owned()), "a page must not reach this computer");
    assert!(
        !answer.head.to_ascii_lowercase().contains("access-control"),
        "and is told of no way in: {}",
        answer.head
    );
    assert!(served.host.items.lock().unwrap().is_empty(), "nothing was taken");
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_calls_are_told_what_is_wrong() {
    let served = Served::start().await;
    let huge = format!(r#"{{"events":["{}"]}}"#, "x".repeat(5 * 1024 * 1024));
    let many = format!(r#"{{"events":[{}]}}"#, vec!["1"; 501].join(","));
    let cases = [
        ("GET", "/v1/nothing", "", 404, "no_such_path"),
        ("DELETE", "/v1/events", "", 405, "method_not_allowed"),
        ("HEAD", "/v1/replies", "", 405, ""),
        ("POST", "/v1/events", "", 400, "malformed"),
        ("POST", "/v1/events", "[1", 400, "malformed"),
        ("POST", "/v1/events", r#"{"events":{}}"#, 400, "malformed"),
        ("POST", "/v1/events", "[[]]", 400, "malformed"),
        ("POST", "/v1/hello", r#"[{},["chat_read"]]"#, 400, "malformed"),
        ("POST", "/v1/hello", r#"{"client":[],"can":[]}"#, 400, "malformed"),
        ("POST", "/v1/hello", r#"{"can":[]} x"#, 400, "malformed"),
        ("POST", "/v1/events", &huge, 413, "too_large"),
        ("POST", "/v1/events", &many, 413, "too_many_events"),
        ("GET", "/v1/replies?wait=31", "", 400, "malformed"),
        ("GET", "/v1/replies?after=-1", "", 400, "malformed"),
        ("GET", "/v1/replies?after=x", "", 400, "malformed"),
        ("POST", "/v1/replies/1-1/ack", r#"{"result":"perhaps"}"#, 400, "malformed"),
    ];
    for (method, path, body, status, code) in cases {
        let answer = served.call(method, path, body).await;
        let said = (answer.status, answer.code());
        assert_eq!(
            said,
            (status, code.to_owned()),
            "a program acts on the code: {method} {path} {}",
            &body[..body.len().min(40)]
        );
        assert!(
            answer.head.contains("application/problem+json"),
            "in the form of every problem: {}",
            answer.head
        );
    }
    let plain = [("Authorization", &*bearer(TOKEN)), ("Content-Type", "text/plain")];
    let answer = served.say(&request("POST", "/v1/events", served.port, &plain, EVENT)).await;
    assert_eq!(
        (answer.status, answer.code()),
        (415, "not_json".into()),
        "a form of a web page cannot say JSON"
    );
    assert!(served.host.items.lock().unwrap().is_empty(), "nothing of all that was taken");
    assert_eq!(served.call("POST", "/v1/events", EVENT).await.status, 200, "and the door still opens");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_is_served_as_what_it_is_to_its_own_bridge() {
    let served = Served::start().await;
    let answer = served.call("GET", "/v1/replies/7-1/picture", "").await;
    let head = answer.head.to_ascii_lowercase();
    assert_eq!(answer.status, 200, "its own reply: {head}");
    for header in ["content-type: image/png", "x-content-type-options: nosniff", "cache-control: no-store"] {
        assert!(head.contains(header), "no program takes it for a page, or keeps it: {header} in {head}");
    }
    assert_eq!(answer.body.as_bytes(), String::from_utf8_lossy(PICTURE).as_bytes(), "and whole");
    let other = [("Authorization", &*bearer(OTHER))];
    let answer = served.say(&request("GET", "/v1/replies/7-1/picture", served.port, &other, "")).await;
    assert_eq!(
        (answer.status, answer.code()),
        (404, "no_such_reply".into()),
        "another bridge has no such reply"
    );
    for method in ["POST", "HEAD", "DELETE"] {
        assert_eq!(served.call(method, "/v1/replies/7-1/picture", "").await.status, 405, "{method}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_speaks_slowly_is_shown_out_and_holds_nobody_up() {
    let served = Served::start().await;
    let begun = Instant::now();
    let token = bearer(TOKEN);
    let head = request(
        "POST",
        "/v1/events",
        served.port,
        &[("Authorization", &token), ("Content-Length", "100")],
        "{",
    );
    let silent = Vec::new();
    let half_a_head = b"POST /v1/events HTTP/1.1\r\nHost: ".to_vec();
    let (body, idle, half) = tokio::join!(served.say(&head), served.say(&silent), served.say(&half_a_head));
    assert_eq!((body.status, body.code()), (408, "too_slow".into()), "a body that does not come is given up");
    assert_eq!(idle.status, 0, "whoever says nothing hears nothing: {idle:?}");
    assert!(half.status == 0 || half.status == 408, "half a head is no question: {half:?}");
    assert!(begun.elapsed() < Duration::from_secs(100), "each is given ten seconds: {:?}", begun.elapsed());
    assert_eq!(served.call("POST", "/v1/events", EVENT).await.status, 200, "others were heard all the time");
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_that_are_held_open_are_given_back() {
    let served = Served::start().await;
    let mut held: Vec<TcpStream> =
        (0..80).map(|_| TcpStream::connect(("127.0.0.1", served.port)).unwrap()).collect();
    for line in &mut held {
        line.write_all(b"GET / HTTP/1.1\r\n").unwrap();
    }
    let answer = served.call("POST", "/v1/events", EVENT).await;
    assert_eq!(answer.status, 200, "more lines than there are seats delay a call and do not end it");
    let mut first = held.swap_remove(0);
    first.set_read_timeout(Some(Duration::from_secs(150))).unwrap();
    let mut rest = Vec::new();
    let closed = first.read_to_end(&mut rest).is_ok();
    assert!(closed, "a line on which nothing comes is closed from this side");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_loop_without_pause_is_slowed_down() {
    let served = Served::start().await;
    let token = bearer(TOKEN);
    let ask = |connection| {
        let headers = [("Authorization", &*token), ("Connection", connection)];
        request("GET", "/v1/replies", served.port, &headers, "")
    };
    // One behind the other without a breath: a client that waits for each answer may be too slow to be refused.
    let loops = [ask("keep-alive").repeat(300), ask("close")].concat();
    let mut refused = None;
    for _ in 0..20 {
        let said = served.say(&loops).await;
        refused = said.body.split("HTTP/1.1 ").find(|answer| answer.starts_with("429")).map(str::to_owned);
        if refused.is_some() {
            break;
        }
    }
    let refused = refused.expect("300 calls in a row are more than 200 at once and 50 a second");
    assert!(refused.contains("too_many_calls"), "with a code to act on: {refused}");
    assert!(refused.to_ascii_lowercase().contains("retry-after"), "and how long to wait: {refused}");
}
