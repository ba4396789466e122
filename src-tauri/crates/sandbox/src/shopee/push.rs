//! Pushes: signed, repeated and reordered on demand, or lost and asked for later.

use super::http::{Call, Refusal};
use super::sign::hmac_hex;
use super::state::Shopee;
use serde_json::{Value, json};
use std::io;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A chat push is given up after 2 s; all are here.
const ANSWER_WITHIN: Duration = Duration::from_secs(2);

/// How pushes are delivered.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// What is registered, and so signed; `http://127.0.0.1:PORT/PATH` unless there is a relay.
    pub callback_url: String,
    /// Where the relay at that address hands on to; `http://127.0.0.1:PORT/PATH`.
    pub relay_to: Option<String>,
    /// Each push is sent this often; at least once.
    pub times: usize,
    /// Whether the last one goes first.
    pub reversed: bool,
}

/// A push that nobody took.
#[derive(Debug, Clone)]
pub struct LostPush {
    /// The whole push.
    pub push: Value,
    /// The shop in its envelope; none for pushes to the application.
    pub shop_id: Option<u64>,
}

impl Shopee {
    /// The push that tells of a message, as the platform forms it. None if there is no such message.
    #[must_use]
    pub fn message_push(&self, message_id: &str) -> Option<Value> {
        let state = self.state();
        let (conversation, message) = state.conversations.values().find_map(|conversation| {
            let message = conversation.messages.iter().find(|m| m.id.to_string() == message_id)?;
            Some((conversation, message))
        })?;
        let mut content = self.message(&state, conversation, message);
        // What a push tells otherwise than a page: no device, no shop of the buyer, a quoted message that is empty.
        content["shop_id"] = json!(self.setup.shop_id);
        content["request_id"] = json!("4600339818579251427");
        content["quoted_msg"] = json!({ "message_id": "" });
        content["is_in_chatbot_session"] = json!(false);
        content["sub_account_id"] = json!(0);
        content["sub_account_name"] = json!(0);
        content["business_type"] = json!(0);
        if !message.from_shop {
            content["from_shop_id"] = json!(0);
        }
        if let Some(fields) = content.as_object_mut() {
            fields.remove("source");
            fields.remove("message_option");
        }
        Some(json!({
            "msg_id": null,
            "data": { "type": "message", "region": self.setup.region, "content": content },
            "shop_id": self.setup.shop_id,
            "code": 10,
            "timestamp": self.now().as_second(),
        }))
    }

    /// A push of any code about this shop, with an id of its own.
    #[must_use]
    pub fn shop_push(&self, code: i64, data: &Value) -> Value {
        let serial = self.state().next();
        json!({
            "msg_id": format!("msg-{serial}"),
            "data": data,
            "shop_id": self.setup.shop_id,
            "code": code,
            "timestamp": self.now().as_second(),
        })
    }

    /// Sends pushes to the callback. Returns the HTTP status of each delivery, in the order in which they were made;
    /// 0 where no answer came in time.
    ///
    /// # Errors
    /// If the callback is no plain address on this computer.
    pub async fn deliver(&self, pushes: &[Value], delivery: &Delivery) -> io::Result<Vec<u16>> {
        let mut bodies: Vec<String> = pushes.iter().map(Value::to_string).collect();
        if delivery.reversed {
            bodies.reverse();
        }
        let mut statuses = Vec::new();
        for body in bodies {
            for _ in 0..delivery.times.max(1) {
                let to = delivery.relay_to.as_deref().unwrap_or(&delivery.callback_url);
                let signature = hmac_hex(
                    &self.setup.partner_key,
                    &[delivery.callback_url.as_bytes(), b"|", body.as_bytes()],
                );
                let sent = post(to, &signature, body.as_bytes());
                statuses.push(match tokio::time::timeout(ANSWER_WITHIN, sent).await {
                    Ok(status) => status?,
                    Err(_) => 0,
                });
            }
        }
        Ok(statuses)
    }

    /// The platform gives a push up; the client may ask for it later.
    pub fn lose(&self, lost: &LostPush) {
        let at = self.now().as_second();
        let mut state = self.state();
        let id = state.next();
        let mut entry = json!({ "code": lost.push["code"], "timestamp": at, "data": lost.push.to_string() });
        if let Some(shop_id) = lost.shop_id {
            entry["shop_id"] = json!(shop_id);
        }
        state.lost.push((id, entry));
    }

    /// How many lost pushes are not confirmed yet.
    #[must_use]
    pub fn unconfirmed(&self) -> usize {
        self.state().lost.len()
    }

    pub(super) fn lost_pushes(&self) -> Value {
        let state = self.state();
        let page: Vec<&Value> = state.lost.iter().take(100).map(|(_, entry)| entry).collect();
        let last = state.lost.iter().take(100).next_back().map_or(0, |(id, _)| *id);
        json!({
            "push_message_list": page,
            "has_next_page": state.lost.len() > 100,
            "last_message_id": last,
        })
    }

    pub(super) fn confirm_lost(&self, call: &Call) -> Result<Value, Refusal> {
        let last = call.body["last_message_id"]
            .as_u64()
            .ok_or(("error_param", "last_message_id must be an integer".to_owned()))?;
        self.state().lost.retain(|(id, _)| *id > last);
        Ok(json!({}))
    }
}

/// One signed POST over plain HTTP/1.1; returns the status.
async fn post(to: &str, signature: &str, body: &[u8]) -> io::Result<u16> {
    let invalid = || io::Error::new(io::ErrorKind::InvalidInput, "callback must be http://host:port/path");
    let rest = to.strip_prefix("http://").ok_or_else(invalid)?;
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let mut stream = TcpStream::connect(host).await?;
    let head = format!(
        "POST /{path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nAuthorization: {signature}\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(body).await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    let answer = String::from_utf8_lossy(&answer);
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok());
    Ok(status.unwrap_or(0))
}
