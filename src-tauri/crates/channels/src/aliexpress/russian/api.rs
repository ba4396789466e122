//! One call with the seller's token.

use super::answer::{open, rows};
use super::config::RussianConfig;
use super::{MESSAGES, NEW, jwt};
use crate::aliexpress::error::Fault;
use crate::http::{checked_base, client, in_words, never_left, once_client, receive};
use crate::probing::Clocks;
use crate::{ChannelError, Now};
use domain::Timestamp;
use reqwest::header::{self, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, RequestBuilder};
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// Answers are far below this; a longer one is none.
const ANSWER_LIMIT: usize = 16 * 1024 * 1024;
/// The language of error texts.
const LOCALE: HeaderValue = HeaderValue::from_static("en_US");

/// The interface as one store sees it.
pub(super) struct LocalApi {
    pub(super) config: RussianConfig,
    base: Url,
    reading: Client,
    sending: Client,
    headers: HeaderMap,
    now: Now,
    pub(super) clocks: Clocks,
}

impl LocalApi {
    pub(super) fn new(config: RussianConfig, now: Now) -> Result<Arc<Self>, ChannelError> {
        let owner = |code: &str, detail| ChannelError::OwnerMustAct { code: code.into(), detail };
        let base = checked_base(&config.gateway).map_err(|why| owner("bad_address", why))?;
        // A header may hold more than a token may.
        let written = Some(config.token.expose()).filter(|token| token.is_ascii());
        let mut token = written
            .and_then(|token| HeaderValue::from_str(token).ok())
            .ok_or_else(|| owner("local_token_form", "no token is written so".into()))?;
        token.set_sensitive(true);
        let mut headers = HeaderMap::new();
        headers.insert(HeaderName::from_static("x-auth-token"), token);
        headers.insert(HeaderName::from_static("x-request-locale"), LOCALE);
        headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
        let (reading, sending) = (client(&base)?, once_client(&base)?);
        Ok(Arc::new(Self { config, base, reading, sending, headers, now, clocks: Clocks::default() }))
    }

    pub(super) fn now(&self) -> Timestamp {
        (self.now)()
    }

    /// When the token ends, if it says.
    pub(super) fn ends(&self) -> Option<Timestamp> {
        jwt::ends(self.config.token.expose())
    }

    /// A page of the stream, as it was listed; `limit` is at most 50.
    pub(super) async fn messages(&self, from: Option<u64>, limit: u32) -> Result<Vec<Value>, Fault> {
        let mut url = self.at(MESSAGES);
        if let Some(from) = from {
            url.query_pairs_mut().append_pair("from_message_id", &from.to_string());
        }
        url.query_pairs_mut().append_pair("limit", &limit.to_string());
        let data = self.answered(self.reading.get(url)).await?;
        let found = rows(&data).map(<[Value]>::to_vec);
        found.map_err(|flaw| Fault::Garbage { bytes: data.to_string().into_bytes(), flaw })
    }

    /// A call that may be repeated.
    pub(super) async fn repeat(&self, path: &str, body: &Value) -> Result<Value, Fault> {
        self.answered(self.reading.post(self.at(path)).json(body)).await
    }

    /// A new message: it leaves once.
    pub(super) async fn post_message(&self, body: &Value) -> Result<Value, Fault> {
        self.answered(self.sending.post(self.at(NEW)).json(body)).await
    }

    fn at(&self, path: &str) -> Url {
        let mut url = self.base.clone();
        url.set_path(&format!("{}/{path}", self.base.path().trim_end_matches('/')));
        url
    }

    async fn answered(&self, request: RequestBuilder) -> Result<Value, Fault> {
        let sent = request.headers(self.headers.clone()).send().await;
        let mut response = sent.map_err(|e| {
            if never_left(&e) { Fault::NeverLeft(in_words(e)) } else { Fault::Lost(in_words(e)) }
        })?;
        let status = response.status();
        self.clocks.look(response.headers(), self.now());
        let wait = response.headers().get(header::RETRY_AFTER).and_then(|v| v.to_str().ok()?.parse().ok());
        let received = receive(&mut response, ANSWER_LIMIT).await.map_err(|e| Fault::Lost(in_words(e)))?;
        open(status, wait.map(Duration::from_secs), &received.bytes)
    }
}
