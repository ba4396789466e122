//! The pretend platform keeps what is documented of the real one: the other tests lean on it.

use crate::desk::{Desk, KEY};
use reqwest::Client;
use sandbox::wecom::Drawn;
use serde_json::{Value, json};
use std::time::Duration;

async fn post(desk: &Desk, address: &str, body: &Value) -> Value {
    channels::http::install_tls_provider();
    let client = Client::builder().no_proxy().build().unwrap();
    let response = client.post(format!("{}{address}", desk.server.base())).json(body).send().await.unwrap();
    assert_eq!(response.status(), 200, "whatever happens");
    response.json().await.unwrap()
}

async fn sign_in(desk: &Desk) -> Value {
    channels::http::install_tls_provider();
    let client = Client::builder().no_proxy().build().unwrap();
    let company = desk.platform.company();
    let query = [("corpid", &company.corp_id), ("corpsecret", &company.corp_secret)];
    let url = format!("{}/cgi-bin/gettoken", desk.server.base());
    client.get(url).query(&query).send().await.unwrap().json().await.unwrap()
}

fn markdown(content: &str) -> Value {
    json!({ "msgtype": "markdown", "markdown": { "content": content } })
}

async fn by_robot(desk: &Desk, body: &Value) -> i64 {
    post(desk, &format!("/cgi-bin/webhook/send?key={KEY}"), body).await["errcode"].as_i64().unwrap()
}

#[tokio::test]
async fn the_twenty_first_message_within_a_minute_is_refused() {
    let desk = Desk::open().await;
    for n in 0..20 {
        assert_eq!(by_robot(&desk, &markdown("x")).await, 0, "message {n} is within the limit");
    }
    assert_eq!(by_robot(&desk, &markdown("x")).await, 45009, "one too many");
    desk.clock.advance(Duration::from_secs(60));
    assert_eq!(by_robot(&desk, &markdown("x")).await, 0, "a minute later there is room");
}

#[tokio::test]
async fn each_wrong_message_has_its_errcode() {
    let desk = Desk::open().await;
    let gone = post(&desk, "/cgi-bin/webhook/send?key=made-up-key", &markdown("x")).await;
    assert_eq!(gone["errcode"], json!(93000), "no such robot");
    let longest = "长".repeat(1365);
    assert_eq!(by_robot(&desk, &markdown(&longest)).await, 0, "4095 bytes");
    assert_eq!(
        by_robot(&desk, &markdown(&format!("{longest}xx"))).await,
        40058,
        "4097 bytes, 1367 characters"
    );
    assert_eq!(by_robot(&desk, &markdown(" ")).await, 44004, "nothing to read");
    assert_eq!(by_robot(&desk, &json!({ "msgtype": "poem" })).await, 40008, "no such type");
    let card = json!({ "msgtype": "template_card", "template_card":
        { "card_type": "text_notice", "main_title": { "title": "x" } } });
    assert_eq!(by_robot(&desk, &card).await, 40058, "a card needs somewhere to go");
}

#[tokio::test]
async fn a_token_stays_the_same_while_it_is_good() {
    let desk = Desk::open().await;
    let first = sign_in(&desk).await;
    desk.clock.advance(Duration::from_secs(7100));
    let second = sign_in(&desk).await;
    assert_eq!(second["access_token"], first["access_token"], "asking again gives no other");
    assert_eq!(second["expires_in"], json!(100), "and no more time");
    desk.clock.advance(Duration::from_secs(100));
    let message = json!({ "touser": "li", "msgtype": "markdown", "markdown": { "content": "x" }, "agentid": 1_000_002 });
    let access = first["access_token"].as_str().unwrap();
    let late = post(&desk, &format!("/cgi-bin/message/send?access_token={access}"), &message).await;
    assert_eq!(late["errcode"], json!(42001), "two hours are over");
    let third = sign_in(&desk).await;
    assert_ne!(third["access_token"], first["access_token"], "now there is another");
    let old = post(&desk, &format!("/cgi-bin/message/send?access_token={access}"), &message).await;
    assert_eq!(old["errcode"], json!(40014), "the old one is nobody's");
}

#[tokio::test]
async fn the_thirty_first_message_to_a_member_is_lost_without_an_error() {
    let desk = Desk::open().await;
    let access = sign_in(&desk).await["access_token"].as_str().unwrap().to_owned();
    let message = json!({ "touser": "li|nobody", "msgtype": "markdown", "markdown": { "content": "x" }, "agentid": 1_000_002 });
    for _ in 0..31 {
        let answer = post(&desk, &format!("/cgi-bin/message/send?access_token={access}"), &message).await;
        assert_eq!(answer["errcode"], json!(0), "no error tells of it");
        assert_eq!(answer["invaliduser"], json!("nobody"), "who does not exist is named");
    }
    assert_eq!((desk.core.ledger.sent().len(), desk.platform.lost()), (30, 1), "one never arrived");
}

#[tokio::test]
async fn marks_are_drawn_as_a_client_draws_them() {
    let desk = Desk::open().await;
    let content =
        "<@all> [x](https://evil.example/a) <font color=\"warning\">y</font> https://evil.example/b";
    by_robot(&desk, &markdown(content)).await;
    let expected = [
        Drawn::Mention("all".into()),
        Drawn::Link("https://evil.example/a".into()),
        Drawn::Colour("warning".into()),
        Drawn::Link("https://evil.example/b".into()),
    ];
    assert_eq!(desk.platform.drawn(), expected, "else the tests of harmless texts would prove nothing");
}
