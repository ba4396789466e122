//! Replies that are posted to a program on this computer, instead of being fetched by it.

use super::wire::{Ack, Handed};
use crate::http::{Received, in_words, never_left, once_client, receive};
use domain::{Secret, Timestamp};
use hmac::{Hmac, KeyInit, Mac};
use reqwest::Client;
use sha2::Sha256;
use std::fmt::Write as _;
use url::{Host, Url};

/// An answer longer than this is not read.
const ANSWER_LIMIT: usize = 64 * 1024;

/// The program's address.
#[derive(Debug, Clone)]
pub struct Webhook {
    client: Client,
    url: Url,
}

/// What became of posting a reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivery {
    /// The program said at once what became of it.
    Acknowledged(Ack),
    /// The program has it and will say.
    Taken,
    /// Nobody is there: it certainly did not arrive.
    Away {
        /// What happened.
        detail: String,
    },
    /// The program took it and did not answer as agreed.
    Unknown {
        /// What happened.
        detail: String,
    },
}

impl Webhook {
    /// Checks the address: `http` to this computer, by number or as `localhost`.
    ///
    /// # Errors
    /// In words, what is wrong with it.
    pub fn new(url: &str) -> Result<Self, String> {
        let url = Url::parse(url.trim()).map_err(|error| error.to_string())?;
        let local = match url.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(ip)) => ip.is_loopback(),
            Some(Host::Ipv6(ip)) => ip.is_loopback(),
            None => false,
        };
        if url.scheme() != "http" || !local || !url.username().is_empty() || url.password().is_some() {
            return Err("only http to this computer: http://127.0.0.1:PORT/PATH".into());
        }
        let client = once_client(&url).map_err(|error| error.to_string())?;
        Ok(Self { client, url })
    }

    /// Posts a reply, once.
    pub async fn deliver(&self, token: &Secret, at: Timestamp, reply: &Handed) -> Delivery {
        let body = match serde_json::to_vec(reply) {
            Ok(body) => body,
            Err(error) => return Delivery::Away { detail: error.to_string() },
        };
        let second = at.as_second();
        let request = self
            .client
            .post(self.url.clone())
            .header("Content-Type", "application/json")
            .header("Tidebell-Signature", format!("t={second},v1={}", signature(token, second, &body)))
            .body(body);
        match request.send().await {
            Ok(response) => answered(response).await,
            Err(error) if never_left(&error) => Delivery::Away { detail: in_words(error) },
            Err(error) => Delivery::Unknown { detail: in_words(error) },
        }
    }
}

async fn answered(mut response: reqwest::Response) -> Delivery {
    let status = response.status();
    if status.is_client_error() {
        let (code, detail) = (format!("webhook_{}", status.as_u16()), String::new());
        return Delivery::Acknowledged(Ack::Refused { code, detail });
    }
    if !status.is_success() {
        return Delivery::Unknown { detail: format!("webhook_{}", status.as_u16()) };
    }
    let body = match receive(&mut response, ANSWER_LIMIT).await {
        Ok(Received { bytes, whole: true }) => bytes,
        Ok(Received { whole: false, .. }) => {
            return Delivery::Unknown { detail: "the answer is too long".into() };
        }
        Err(error) => return Delivery::Unknown { detail: in_words(error) },
    };
    if body.trim_ascii().is_empty() {
        return Delivery::Taken;
    }
    match serde_json::from_slice(&body) {
        Ok(ack) => Delivery::Acknowledged(ack),
        // It answered well, in words of its own: an acknowledgement may still come.
        Err(_) => Delivery::Taken,
    }
}

/// The signature of a webhook's body: HMAC-SHA256 with the token as key over the second, a dot and the body, in hex.
#[must_use]
pub fn signature(token: &Secret, second: i64, body: &[u8]) -> String {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(token.expose().as_bytes()).expect("HMAC takes a key of any length");
    mac.update(format!("{second}.").as_bytes());
    mac.update(body);
    mac.finalize().into_bytes().iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("http://127.0.0.1:9000/tidebell", true)]
    #[case("http://localhost:9000/", true)]
    #[case("http://[::1]:9000/", true)]
    #[case("https://127.0.0.1:9000/", false)]
    #[case("http://10.0.0.7:9000/", false)]
    #[case("http://127.0.0.1.shop.example/", false)]
    #[case("http://user:word@127.0.0.1/", false)]
    #[case("file:///etc/passwd", false)]
    fn replies_stay_on_this_computer(#[case] url: &str, #[case] allowed: bool) {
        assert_eq!(Webhook::new(url).is_ok(), allowed, "buyers' words must not leave unasked: {url}");
    }

    #[test]
    fn the_signature_is_hmac_sha256_over_second_dot_body() {
        let made = signature(&Secret::new("key"), 1, b"x");
        // printf '1.x' | openssl dgst -sha256 -hmac key
        assert_eq!(made, SIGNED, "a bridge checks it with any library");
    }

    const SIGNED: &str = "fc4913c41a7bf793267e2a384f3261c9436ec2cd097bd745e7b0d99113f510ec";
}
