//! A program on the other side of a bridge, and a house with one.

use crate::common::{House, until};
use domain::{ConversationId, ConversationKind, StoreId};
use engine::{BridgeKey, Event, NewBridge};
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;
use store::{ConversationKey, OutboxRow, OutboxState};

/// A house whose engine runs, with one bridge.
pub(crate) async fn house() -> (House, Program) {
    let house = House::solo().await;
    let port = sandbox::spare_port().unwrap();
    let mut tx = house.engine.store().begin().await.unwrap();
    tx.set_setting("bridge", &format!(r#"{{"port":{port}}}"#), house.engine.now()).await.unwrap();
    tx.commit().await.unwrap();
    house.engine.start().await.unwrap();
    let program = add(&house, "桥一", None).await;
    (house, program)
}

/// Makes a bridge; its program.
pub(crate) async fn add(house: &House, name: &str, webhook: Option<String>) -> Program {
    let new = NewBridge { name: name.into(), label: "Lazada".into(), webhook };
    Program::new(house.engine.add_bridge(&new).await.unwrap())
}

/// A program with a token.
#[derive(Clone)]
pub(crate) struct Program {
    pub(crate) store: StoreId,
    pub(crate) port: u16,
    pub(crate) token: String,
}

impl Program {
    pub(crate) fn new(key: BridgeKey) -> Self {
        let port = key.address.rsplit(':').next().unwrap().parse().unwrap();
        Self { store: key.store, port, token: key.token.expose().to_owned() }
    }

    /// Calls, and hears the answer.
    pub(crate) async fn call(&self, method: &str, path: &str, body: Value) -> (u16, Value) {
        let (port, bytes) = (self.port, self.bytes(method, path, &body));
        tokio::task::spawn_blocking(move || answer(say(port, &bytes))).await.unwrap()
    }

    /// Calls, and leaves the line open without hearing the answer.
    pub(crate) async fn call_and_listen_not(&self, method: &str, path: &str, body: Value) -> TcpStream {
        let (port, bytes) = (self.port, self.bytes(method, path, &body));
        tokio::task::spawn_blocking(move || say(port, &bytes)).await.unwrap()
    }

    /// Begins a poll that waits, and returns once it certainly does: it has looked at what there is, and so has stopped a
    /// reply that the buyer of this chat overtook.
    pub(crate) async fn waits(&self, house: &House, key: &str, query: &str) -> TcpStream {
        let overtaken = writes(house, self, key, "one moment").await;
        self.hands_in(&[message(key, &format!("after {overtaken}"), 0, "no, wait")]).await;
        let line = self.call_and_listen_not("GET", &format!("/v1/replies?{query}"), Value::Null).await;
        stands(house, &overtaken, OutboxState::Refused).await;
        line
    }

    /// The answer on a line that was left open.
    pub(crate) async fn hears(line: TcpStream) -> (u16, Value) {
        tokio::task::spawn_blocking(move || answer(line)).await.unwrap()
    }

    /// Hands in events; the results as `accepted`, `known` or `quarantined`.
    pub(crate) async fn hands_in(&self, events: &[Value]) -> Vec<String> {
        let (status, answer) = self.call("POST", "/v1/events", json!({ "events": events })).await;
        assert_eq!(status, 200, "a batch that makes sense is taken: {answer}");
        let results = answer["results"].as_array().unwrap();
        results.iter().map(|result| result["result"].as_str().unwrap().to_owned()).collect()
    }

    /// Fetches replies.
    pub(crate) async fn fetches(&self, query: &str) -> Vec<Value> {
        let (status, answer) = self.call("GET", &format!("/v1/replies?{query}"), Value::Null).await;
        assert_eq!(status, 200, "whoever has the token may ask: {answer}");
        answer["replies"].as_array().unwrap().clone()
    }

    /// Says what became of a reply.
    pub(crate) async fn acknowledges(&self, id: &str, ack: Value) -> (u16, Value) {
        self.call("POST", &format!("/v1/replies/{id}/ack"), ack).await
    }

    /// Fetches a picture.
    pub(crate) async fn downloads(&self, path: &str) -> Download {
        let (port, bytes) = (self.port, self.bytes("GET", path, &Value::Null));
        tokio::task::spawn_blocking(move || download(say(port, &bytes))).await.unwrap()
    }

    fn bytes(&self, method: &str, path: &str, body: &Value) -> Vec<u8> {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        format!(
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nAuthorization: Bearer {}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            self.port,
            self.token,
            body.len()
        )
        .into_bytes()
    }
}

/// Hangs up, and returns once the other side knows.
pub(crate) async fn hang_up(mut line: TcpStream) {
    let hang = move || {
        line.shutdown(Shutdown::Write).unwrap();
        // It gives the line up too; with or without an answer.
        let _ = line.read_to_end(&mut Vec::new());
    };
    tokio::task::spawn_blocking(hang).await.unwrap();
}

fn say(port: u16, bytes: &[u8]) -> TcpStream {
    let mut line = TcpStream::connect(("127.0.0.1", port)).unwrap();
    line.set_read_timeout(Some(Duration::from_secs(150))).unwrap();
    line.write_all(bytes).unwrap();
    line
}

/// An answer that may be a picture.
pub(crate) struct Download {
    pub(crate) status: u16,
    pub(crate) media_type: String,
    pub(crate) bytes: Vec<u8>,
}

impl Download {
    /// The code of a problem.
    pub(crate) fn code(&self) -> String {
        let problem: Value = serde_json::from_slice(&self.bytes).unwrap_or_default();
        problem["code"].as_str().unwrap_or_default().to_owned()
    }
}

fn download(mut line: TcpStream) -> Download {
    let mut heard = Vec::new();
    line.read_to_end(&mut heard).unwrap();
    let end = heard.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
    let head = String::from_utf8(heard[..end].to_vec()).unwrap().to_ascii_lowercase();
    let media_type = head.lines().find_map(|line| line.strip_prefix("content-type: ")).unwrap_or_default();
    Download {
        status: head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0),
        media_type: media_type.to_owned(),
        bytes: heard[end + 4..].to_vec(),
    }
}

fn answer(mut line: TcpStream) -> (u16, Value) {
    let mut heard = String::new();
    line.read_to_string(&mut heard).unwrap();
    let (head, body) = heard.split_once("\r\n\r\n").unwrap_or((&heard, ""));
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    (status, serde_json::from_str(body).unwrap_or_default())
}

/// A buyer writes, so many seconds after Monday 10:00.
pub(crate) fn message(conversation: &str, id: &str, seconds: i64, text: &str) -> Value {
    said(conversation, id, seconds, text, "buyer")
}

/// Anybody writes.
pub(crate) fn said(conversation: &str, id: &str, seconds: i64, text: &str, author: &str) -> Value {
    json!({"kind": "message", "id": id, "conversation": conversation, "author": author,
        "buyer": {"id": format!("buyer-of-{conversation}"), "name": format!("Buyer {conversation}")},
        "at": crate::common::at(seconds).to_string(), "body": {"type": "text", "text": text}})
}

/// The chat with this key.
pub(crate) async fn chat(house: &House, program: &Program, key: &str) -> ConversationId {
    let key = ConversationKey::new(program.store, ConversationKind::Chat, key);
    house.engine.store().conversation_by_key(&key).await.unwrap().unwrap().id
}

/// A person writes a reply to everything that is there, and the time for undoing passes.
pub(crate) async fn writes(house: &House, program: &Program, key: &str, text: &str) -> String {
    let conversation = chat(house, program, key).await;
    // Not the newest: of one instant the one that came last may stand before another.
    let seen = house.engine.store().messages(conversation, None, 100).await.unwrap();
    let seen = seen.iter().map(|message| message.id).max();
    let client_id = format!("{key}:{text}");
    let account = house.engine.main_account().await;
    house.engine.send_reply(conversation, account, &client_id, text, seen).await.unwrap();
    house.clock.advance(6);
    client_id
}

/// The row of a reply.
pub(crate) async fn row(house: &House, client_id: &str) -> OutboxRow {
    house.engine.store().outbox_by_client_id(client_id).await.unwrap().unwrap()
}

/// Waits until a reply stands so.
pub(crate) async fn stands(house: &House, client_id: &str, state: OutboxState) -> OutboxRow {
    let mut events = house.engine.bus().subscribe();
    loop {
        let row = row(house, client_id).await;
        if row.state == state {
            return row;
        }
        until(&mut events, |event| matches!(event, Event::Conversations(_) | Event::All).then_some(())).await;
    }
}

/// The messages of ours in a chat.
pub(crate) async fn ours(house: &House, program: &Program, key: &str) -> usize {
    let messages = house.engine.store().messages(chat(house, program, key).await, None, 1_000).await.unwrap();
    messages.iter().filter(|message| !message.author.is_incoming()).count()
}
