//! One call, without any idea of its meaning: the address with its secret, the answer's bytes.

use crate::{ChannelError, http};
use domain::Secret;
use reqwest::Client;
use reqwest::header::RETRY_AFTER;
use serde_json::Value;
use url::Url;

/// Answers are a few hundred bytes; what lies beyond this is not read.
const ANSWER_LIMIT: usize = 64 * 1024;

/// What came back, before anybody looked into it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) retry_after_s: Option<i64>,
    pub(super) bytes: Vec<u8>,
}

/// Why nothing came back, in words without the address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Broken {
    /// The call certainly never left.
    NeverLeft(String),
    /// It may have arrived.
    Unknown(String),
}

/// The line to the platform. It follows no redirect: the address carries a secret.
#[derive(Debug, Clone)]
pub(super) struct Wire {
    base: Url,
    client: Client,
}

impl Wire {
    pub(super) fn new(host: &str) -> Result<Self, ChannelError> {
        let bad =
            |detail: &str| ChannelError::OwnerMustAct { code: "bad_host".into(), detail: detail.into() };
        // Not told back: somebody may have put the whole webhook address here, with its key.
        let base = http::checked_base(host).map_err(|_| bad("only https, or http to this computer"))?;
        if base.query().is_some() || base.path() != "/" {
            return Err(bad("a host has neither path nor query"));
        }
        Ok(Self { client: http::once_client(&base)?, base })
    }

    /// Calls `path` with `secrets` in its query, posting `body` if there is one.
    pub(super) async fn call(
        &self,
        path: &str,
        secrets: &[(&str, &Secret)],
        body: Option<&Value>,
    ) -> Result<Reply, Broken> {
        let mut url = self.base.clone();
        url.set_path(path);
        url.query_pairs_mut().extend_pairs(secrets.iter().map(|(name, secret)| (name, secret.expose())));
        let request = match body {
            Some(body) => self.client.post(url).json(body),
            None => self.client.get(url),
        };
        exchange(request).await.map_err(|error| {
            if http::never_left(&error) {
                Broken::NeverLeft(http::in_words(error))
            } else {
                Broken::Unknown(http::in_words(error))
            }
        })
    }
}

async fn exchange(request: reqwest::RequestBuilder) -> Result<Reply, reqwest::Error> {
    let mut response = request.send().await?;
    let status = response.status().as_u16();
    let retry_after_s = response
        .headers()
        .get(RETRY_AFTER)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.trim().parse().ok())
        .filter(|seconds| *seconds >= 0);
    let bytes = http::receive(&mut response, ANSWER_LIMIT).await?.bytes;
    Ok(Reply { status, retry_after_s, bytes })
}
