//! A group robot: whoever has its key can post, so the key never leaves this file but in the address of the call.

use super::answer::{Judgement, judge};
use super::compose::Message;
use super::limits::Limits;
use super::notice::To;
use super::queue::Parcel;
use super::settle::{Delivery, Fault};
use super::wire::Wire;
use crate::ChannelError;
use domain::Secret;
use serde_json::{Value, json};
use url::Url;

/// Where `WeCom` is.
pub const HOST: &str = "https://qyapi.weixin.qq.com";

/// A robot's key, from the webhook address that `WeCom` shows or from the key alone.
///
/// # Errors
/// A code: `foreign_host` if the address leads elsewhere, `no_key` if there is none in it. What was pasted is not told
/// back: it may be a secret.
pub fn robot_key(pasted: &str) -> Result<Secret, &'static str> {
    let pasted = pasted.trim();
    let key = match Url::parse(pasted) {
        Ok(url) if url.scheme() != "https" || url.domain() != Some("qyapi.weixin.qq.com") => {
            return Err("foreign_host");
        }
        Ok(url) => {
            url.query_pairs().find(|(name, _)| name == "key").map_or(String::new(), |(_, key)| key.into())
        }
        Err(_) => pasted.to_owned(),
    };
    let fine = (8..=64).contains(&key.len()) && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    if fine { Ok(Secret::new(key)) } else { Err("no_key") }
}

/// A group robot.
#[derive(Debug, Clone)]
pub struct Robot {
    wire: Wire,
    key: Secret,
}

impl Robot {
    /// A robot at `host` ([`HOST`], but for a sandbox).
    ///
    /// # Errors
    /// [`ChannelError::OwnerMustAct`] if the host is none, or TLS cannot be had.
    pub fn new(host: &str, key: Secret) -> Result<Self, ChannelError> {
        Ok(Self { wire: Wire::new(host)?, key })
    }

    /// The last four characters of the key: enough to tell two robots apart, too little to post.
    #[must_use]
    pub fn mark(&self) -> String {
        let key = self.key.expose();
        key.get(key.len().saturating_sub(4)..).unwrap_or_default().to_owned()
    }

    /// Hands one parcel over, once.
    pub async fn deliver(&self, parcel: &Parcel) -> Delivery {
        match &parcel.to {
            To::Everybody => {}
            To::Members(_) => {
                let detail = "a robot speaks to its whole group".to_owned();
                return Delivery::Refused { code: "no_members".into(), detail, fault: Fault::Readers };
            }
        }
        let body = body(&parcel.message);
        let outcome = self.wire.call("/cgi-bin/webhook/send", &[("key", &self.key)], Some(&body)).await;
        match judge(outcome, &[&self.key], Limits::robot()) {
            Judgement::Done(delivery) => delivery,
            // A robot has no token.
            Judgement::Token { code, detail } => Delivery::Odd { code, detail },
        }
    }
}

fn body(message: &Message) -> Value {
    match message {
        Message::Markdown { content } => json!({ "msgtype": "markdown", "markdown": { "content": content } }),
        Message::Card { title, rows, link } => {
            let rows: Vec<Value> =
                rows.iter().map(|(label, value)| json!({ "keyname": label, "value": value })).collect();
            json!({ "msgtype": "template_card", "template_card": {
                "card_type": "text_notice",
                "main_title": { "title": title },
                "horizontal_content_list": rows,
                "card_action": { "type": 1, "url": link },
            }})
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    const KEY: &str = "0f1e2d3c-0000-4000-8000-00000000beef";

    #[rstest]
    #[case(KEY, Ok(KEY))]
    #[case(
        " https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=0f1e2d3c-0000-4000-8000-00000000beef\n",
        Ok(KEY)
    )]
    #[case(
        "https://qyapi.weixin.qq.com.evil.example/cgi-bin/webhook/send?key=0f1e2d3c-0000",
        Err("foreign_host")
    )]
    #[case("http://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=0f1e2d3c-0000", Err("foreign_host"))]
    #[case("https://qyapi.weixin.qq.com/cgi-bin/webhook/send", Err("no_key"))]
    #[case("", Err("no_key"))]
    #[case("a&key=b", Err("no_key"))]
    fn a_key_is_found_in_what_was_pasted(#[case] pasted: &str, #[case] expected: Result<&str, &str>) {
        let found = robot_key(pasted);
        assert_eq!(found.as_ref().map(Secret::expose).map_err(|code| *code), expected, "{pasted}");
    }

    #[test]
    fn a_webhook_pasted_as_host_is_refused_without_being_told_back() {
        let error =
            Robot::new(&format!("{HOST}/cgi-bin/webhook/send?key={KEY}"), Secret::new(KEY)).unwrap_err();
        assert!(!format!("{error} {error:?}").contains(KEY), "the key is in it: {error}");
    }
}
