//! The pretend Shopee keeps what was measured and documented of the real one: the connector's tests lean on it.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has to fail")]

#[path = "shopee/desk.rs"]
mod desk;

use channels::shopee::{Scope, sign};
use desk::Desk;
use domain::Secret;
use rstest::rstest;
use sandbox::shopee::TokenPair;
use serde_json::{Value, json};
use std::time::Duration;

/// A client that signs what it is told to, right or wrong.
struct Raw<'a> {
    desk: &'a Desk,
    pair: TokenPair,
    http: reqwest::Client,
}

impl<'a> Raw<'a> {
    fn new(desk: &'a Desk) -> Self {
        channels::http::install_tls_provider();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { desk, pair: desk.shop.authorise(), http }
    }

    fn url(&self, path: &str, extra: &str, access: Option<&str>, at: i64, key: &str) -> String {
        let setup = self.desk.shop.setup();
        let token = Secret::new(access.unwrap_or_default());
        let scope = match access {
            Some(_) => Scope::Shop { access: &token, shop_id: setup.shop_id },
            None => Scope::Public,
        };
        let signature = sign(&Secret::new(key), setup.partner_id, path, at, scope);
        let shop =
            access.map_or_else(String::new, |a| format!("&access_token={a}&shop_id={}", setup.shop_id));
        let host = self.desk.config().host;
        format!("{host}{path}?partner_id={}&timestamp={at}&sign={signature}{shop}&{extra}", setup.partner_id)
    }

    async fn get_as(&self, path: &str, extra: &str, access: &str) -> Value {
        let now = self.desk.clock.now().as_second();
        let url = self.url(path, extra, Some(access), now, &self.desk.shop.setup().partner_key);
        self.fetch(&url).await
    }

    async fn chats(&self, extra: &str) -> Value {
        self.get_as("/api/v2/sellerchat/get_conversation_list", extra, &self.pair.access).await
    }

    async fn fetch(&self, url: &str) -> Value {
        self.http.get(url).send().await.unwrap().json().await.unwrap()
    }

    async fn post(&self, path: &str, access: Option<&str>, body: Value) -> Value {
        let now = self.desk.clock.now().as_second();
        let url = self.url(path, "", access, now, &self.desk.shop.setup().partner_key);
        self.http.post(url).json(&body).send().await.unwrap().json().await.unwrap()
    }
}

fn buyers(answer: &Value) -> Vec<u64> {
    answer["response"]["conversations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["to_id"].as_u64().unwrap())
        .collect()
}

async fn shop_of_thirty() -> Desk {
    let desk = Desk::open().await;
    for buyer in 1..=30 {
        desk.shop.buyer_says(buyer, "hi");
        desk.clock.advance(Duration::from_secs(1));
    }
    desk
}

/// Nanoseconds of the conversation with this buyer in [`shop_of_thirty`].
fn nano(buyer: i64) -> i64 {
    (1_700_000_000 + buyer - 1) * 1_000_000_000
}

#[tokio::test]
async fn older_without_a_time_starts_at_the_newest_and_pinned_ones_come_first() {
    let desk = shop_of_thirty().await;
    desk.shop.pin(4);
    let answer = Raw::new(&desk).chats("direction=older&type=all&page_size=3").await;
    assert_eq!(buyers(&answer), [4, 30, 29], "pinned, then newest first");
    assert_eq!(answer["response"]["page_result"]["more"], json!(true), "there are more");
    let row = &answer["response"]["conversations"][1];
    assert_eq!(row["last_message_timestamp"], json!(nano(30)), "nanoseconds here");
    assert!(row["conversation_id"].is_string(), "ids are text");
}

#[rstest]
#[case(format!("direction=older&type=all&page_size=2&next_timestamp_nano={}", nano(10)), vec![9, 8])]
#[case("direction=latest&type=all&page_size=2".to_owned(), vec![1, 2])]
#[case(format!("direction=latest&type=all&page_size=2&next_timestamp_nano={}", nano(10)), vec![11, 12])]
#[case("direction=older&type=all&page_size=26".to_owned(), vec![])]
#[tokio::test]
async fn the_list_pages_as_measured(#[case] query: String, #[case] expected: Vec<u64>) {
    let desk = shop_of_thirty().await;
    let answer = Raw::new(&desk).chats(&query).await;
    assert_eq!(answer["error"], json!(""), "no error for {query}");
    assert_eq!(buyers(&answer), expected, "{query}");
}

#[rstest]
#[case("type=all&page_size=2")]
#[case("direction=older&page_size=2")]
#[case("direction=sideways&type=all")]
#[tokio::test]
async fn direction_and_type_are_required(#[case] query: &str) {
    let desk = Desk::open().await;
    let answer = Raw::new(&desk).chats(query).await;
    assert_eq!(answer["error"], json!("param_error"), "{query}");
}

#[tokio::test]
async fn unread_lists_only_what_nobody_answered_or_read() {
    let desk = shop_of_thirty().await;
    for buyer in 1..=28 {
        desk.shop.read(buyer);
    }
    desk.shop.seller_says(29, "yes?", "new_webchat");
    let answer = Raw::new(&desk).chats("direction=older&type=unread&page_size=25").await;
    assert_eq!(buyers(&answer), [30], "one is left");
}

#[tokio::test]
async fn a_wrong_signature_a_stale_time_and_a_wrong_token_are_refused() {
    let desk = Desk::open().await;
    let raw = Raw::new(&desk);
    let path = "/api/v2/shop/get_shop_notification";
    let (now, key) = (desk.clock.now().as_second(), desk.shop.setup().partner_key.clone());
    let access = Some(raw.pair.access.as_str());
    let wrong_key = raw.fetch(&raw.url(path, "", access, now, "another key")).await;
    assert_eq!(wrong_key["error"], json!("error_sign"), "another key");
    let stale = raw.fetch(&raw.url(path, "", access, now - 301, &key)).await;
    assert_eq!(stale["error"], json!("error_param"), "five minutes and a second ago");
    let edge = raw.fetch(&raw.url(path, "", access, now - 300, &key)).await;
    assert_eq!(edge["error"], json!(""), "five minutes ago is still good");
    let token = raw.get_as(path, "", "made-up").await;
    assert_eq!(token["error"], json!("invalid_acceess_token"), "spelled as the platform spells it");
}

#[tokio::test]
async fn a_refresh_token_is_good_once_and_the_old_access_token_a_little_longer() {
    let desk = Desk::open().await;
    let raw = Raw::new(&desk);
    let setup = desk.shop.setup();
    let body = json!({ "refresh_token": raw.pair.refresh, "partner_id": setup.partner_id, "shop_id": setup.shop_id });
    let first = raw.post("/api/v2/auth/access_token/get", None, body.clone()).await;
    assert_ne!(first["access_token"], json!(raw.pair.access), "a new pair, flat in the answer");
    let again = raw.post("/api/v2/auth/access_token/get", None, body).await;
    assert_eq!(again["error"], json!("error_shop_refresh_token"), "single use");
    let path = "/api/v2/shop/get_shop_notification";
    desk.clock.advance(Duration::from_secs(299));
    assert_eq!(raw.get_as(path, "", &raw.pair.access).await["error"], json!(""), "five minutes of overlap");
    desk.clock.advance(Duration::from_secs(2));
    let late = raw.get_as(path, "", &raw.pair.access).await;
    assert_eq!(late["error"], json!("invalid_acceess_token"), "and no more");
}

#[tokio::test]
async fn a_sent_message_lands_in_the_conversation_and_its_answer_has_a_bare_number() {
    let desk = Desk::open().await;
    desk.shop.buyer_says(5, "hi");
    let raw = Raw::new(&desk);
    let body = json!({ "to_id": 5, "message_type": "text", "content": { "text": "hello" } });
    let answer = raw.post("/api/v2/sellerchat/send_message", Some(&raw.pair.access), body).await;
    let sent = &answer["response"];
    assert!(sent["conversation_id"].is_u64(), "here, and only here, a number: {sent}");
    assert!(sent["message_id"].is_string(), "the message id is text");
    let query = format!("conversation_id={}&page_size=1", desk.shop.conversation_of(5));
    let page = raw.get_as("/api/v2/sellerchat/get_message", &query, &raw.pair.access).await;
    let newest = &page["response"]["messages"][0];
    assert_eq!(newest["message_id"], sent["message_id"], "newest first");
    assert_eq!(newest["created_timestamp"], json!(desk.clock.now().as_second()), "seconds here");
    assert_eq!(newest["from_shop_id"], json!(desk.shop.setup().shop_id), "written by the shop");
    assert_eq!(page["response"]["page_result"]["next_offset"], newest["message_id"], "older ones from there");
}
