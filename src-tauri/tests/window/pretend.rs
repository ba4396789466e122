//! What stores are connected to: two pretend platforms, a real mail server, the seller's browser and a program on a bridge.

use crate::process::House;
use crate::protocol::client;
use crate::stages;
use domain::{from_ms, to_ms};
use engine::{Clock as _, SystemClock};
use reqwest::Method;
use sandbox::aliexpress::{AliExpress, App};
use sandbox::shopee::{ShopSetup, Shopee};
use sandbox::{Clock, Core, Server};
use serde_json::{Value, json};
use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

#[expect(dead_code, reason = "the mailbox tests of `channels` need more of it")]
#[path = "../../crates/channels/tests/mail/dovecot.rs"]
mod dovecot;

pub(crate) use dovecot::{Dovecot, PASSWORD};

pub(crate) const APP_KEY: &str = "500001";
pub(crate) const APP_SECRET: &str = "app-secret-of-the-test";
/// The user of the mail server.
pub(crate) const MAILBOX: &str = "shop";

/// All of it, running.
pub(crate) struct Town {
    pub(crate) shopee: Shopee,
    pub(crate) shopee_at: Server,
    pub(crate) shopee_core: Core,
    pub(crate) aliexpress: AliExpress,
    pub(crate) post: Dovecot,
    clock: Clock,
    ahead_s: Arc<AtomicI64>,
}

impl Town {
    /// Starts everything, and makes the house's browser one at which the seller agrees to everything.
    pub(crate) async fn start(house: &House) -> Self {
        let ahead_s = Arc::new(AtomicI64::new(0));
        let hands = Arc::clone(&ahead_s);
        let clock: Clock =
            Arc::new(move || from_ms(to_ms(SystemClock.now()) + hands.load(Ordering::SeqCst) * 1000));
        let shopee_core = Core::new(Arc::clone(&clock));
        let shopee = Shopee::new(shopee_core.clone(), ShopSetup::default());
        let shopee_at = shopee.start().await.unwrap();
        let app = App { key: APP_KEY.into(), secret: APP_SECRET.into(), leading_slash: true };
        let aliexpress = AliExpress::start(app, Arc::clone(&clock)).await.unwrap();
        seller_at_the_browser(house);
        Self { shopee, shopee_at, shopee_core, aliexpress, post: Dovecot::start(), clock, ahead_s }
    }

    /// The platforms' clock.
    pub(crate) fn clock(&self) -> Clock {
        Arc::clone(&self.clock)
    }

    /// The platforms' clocks run ahead of this computer's by so many seconds.
    pub(crate) fn set_ahead(&self, seconds: i64) {
        self.ahead_s.store(seconds, Ordering::SeqCst);
    }

    /// What a mail program would be told.
    pub(crate) fn post_at(&self) -> String {
        format!("127.0.0.1:{}", self.post.port)
    }
}

/// The page is opened, agreed to, and the way back is followed if it leads to this computer; the address on which the
/// browser then stands is written down, as it stands in its address line.
fn seller_at_the_browser(house: &House) {
    let (landed, page) = (house.at_home("landed"), house.at_home("page"));
    let agree = format!(
        "back=$(curl --noproxy '*' -sS -o /dev/null -w '%{{redirect_url}}' \"$1\")
case \"$back\" in http://127.0.0.1:*) curl --noproxy '*' -sS -o '{}' \"$back\" ;; esac
echo \"$back\" >> '{}'",
        page.display(),
        landed.display()
    );
    stages::browser(house, &agree);
}

/// The addresses on which the browser landed, oldest first.
pub(crate) fn landed(house: &House) -> Vec<String> {
    let all = fs::read_to_string(house.at_home("landed")).unwrap_or_default();
    all.lines().map(str::to_owned).collect()
}

/// The page that the browser shows after the way back.
pub(crate) fn page(house: &House) -> String {
    fs::read_to_string(house.at_home("page")).unwrap_or_default()
}

/// A program that hands in for a shop and fetches what is to be sent there.
pub(crate) struct Program {
    address: String,
    token: String,
}

impl Program {
    /// With what the dialog showed once. It says hello.
    pub(crate) async fn start(address: &str, token: &str) -> Self {
        let program = Self { address: address.to_owned(), token: token.to_owned() };
        let hello = json!({ "client": { "name": "window-test", "version": "1" },
            "can": ["chat_read", "chat_send", "images", "orders", "disputes", "notices", "read_marks"] });
        program.call(Method::POST, "/v1/hello", Some(&hello)).await;
        program
    }

    /// A buyer wrote in its shop.
    pub(crate) async fn hands_in(&self, buyer: &str, text: &str) {
        let message = json!({ "kind": "message", "id": "msg-1", "conversation": "conv-1", "author": "buyer",
            "buyer": { "id": "buyer-1", "name": buyer, "country": "ID" }, "at": SystemClock.now().to_string(),
            "body": { "type": "text", "text": text } });
        let answer = self.call(Method::POST, "/v1/events", Some(&json!({ "events": [message] }))).await;
        assert_eq!(answer["results"][0]["result"], "accepted", "it is taken: {answer}");
    }

    /// What is to be sent, after so many seconds of waiting at most.
    pub(crate) async fn fetches(&self, wait_s: u8) -> Vec<Value> {
        let answer = self.call(Method::GET, &format!("/v1/replies?wait={wait_s}"), None).await;
        answer["replies"].as_array().unwrap().clone()
    }

    /// It was sent.
    pub(crate) async fn acknowledges(&self, reply: &str) {
        let sent = json!({ "result": "sent", "provider_id": "msg-2" });
        self.call(Method::POST, &format!("/v1/replies/{reply}/ack"), Some(&sent)).await;
    }

    async fn call(&self, method: Method, path: &str, body: Option<&Value>) -> Value {
        let mut request =
            client().request(method, format!("{}{path}", self.address)).bearer_auth(&self.token);
        if let Some(body) = body {
            request = request.json(body);
        }
        let answer = request.send().await.unwrap();
        let status = answer.status();
        let words = answer.text().await.unwrap();
        assert!(status.is_success(), "{path}: {status}: {words}");
        serde_json::from_str(&words).unwrap()
    }
}
