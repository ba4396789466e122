//! One signed call, without any idea of tokens: build, send, read the envelope.

use super::config::ShopeeConfig;
use super::envelope::{self, Unopened};
use super::errors::{Failure, classify};
use super::sign::{Scope, sign};
use crate::probing::{Clocks, served_at};
use crate::{ChannelError, Now, http};
use domain::{Flaw, Secret, Timestamp, UnreadableCause};
use reqwest::header::{HeaderMap, RETRY_AFTER};
use reqwest::multipart::Form;
use reqwest::{Client, RequestBuilder, StatusCode};
use serde_json::Value;
use std::time::Duration;
use url::Url;

/// Answers beyond this are refused; a page of anything is far smaller.
const ANSWER_LIMIT: usize = 16 * 1024 * 1024;
/// For so long an upload may take: 2 MB over a line of 20 kB a second.
const UPLOAD_TIMEOUT: Duration = Duration::from_secs(120);
/// How far the platform lets a caller's clock be off.
const CLOCK_TOLERANCE_S: i64 = 300;

/// An answer without an error.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    json: Value,
}

impl Answer {
    /// What it says.
    pub(crate) fn response(&self) -> &Value {
        envelope::response(&self.json)
    }
}

/// What came back, before anybody looked into it.
pub(crate) struct Reply {
    status: StatusCode,
    headers: HeaderMap,
    bytes: Vec<u8>,
}

/// The application's line to the platform.
pub(crate) struct Wire {
    base: Url,
    http: Client,
    once: Client,
    partner_id: u64,
    key: Secret,
    now: Now,
    clocks: Clocks,
}

impl Wire {
    pub(crate) fn new(config: &ShopeeConfig, now: Now) -> Result<Self, ChannelError> {
        let base = http::checked_base(&config.host)
            .map_err(|detail| ChannelError::OwnerMustAct { code: "bad_host".into(), detail })?;
        Ok(Self {
            http: http::client(&base)?,
            once: http::once_client(&base)?,
            base,
            partner_id: config.partner_id,
            key: config.partner_key.clone(),
            now,
            clocks: Clocks::default(),
        })
    }

    pub(crate) fn now(&self) -> Timestamp {
        (self.now)()
    }

    /// The platform's clock and ours, as the last answer showed them.
    pub(crate) fn clocks(&self) -> Option<(Timestamp, Timestamp)> {
        self.clocks.seen()
    }

    pub(crate) fn partner_id(&self) -> u64 {
        self.partner_id
    }

    /// The address of a call with its signature, valid for five minutes.
    pub(crate) fn url(&self, path: &str, scope: Scope<'_>, params: &[(&str, String)]) -> Url {
        let timestamp = self.now().as_second();
        let mut url = self.base.clone();
        url.set_path(path);
        {
            let mut query = url.query_pairs_mut();
            query.append_pair("partner_id", &self.partner_id.to_string());
            query.append_pair("timestamp", &timestamp.to_string());
            query.append_pair("sign", &sign(&self.key, self.partner_id, path, timestamp, scope));
            match scope {
                Scope::Public => {}
                Scope::Shop { access, shop_id } => {
                    query.append_pair("access_token", access.expose());
                    query.append_pair("shop_id", &shop_id.to_string());
                }
                Scope::Merchant { access, merchant_id } => {
                    query.append_pair("access_token", access.expose());
                    query.append_pair("merchant_id", &merchant_id.to_string());
                }
            }
            for (name, value) in params {
                query.append_pair(name, value);
            }
        }
        url
    }

    pub(crate) async fn get(
        &self,
        path: &str,
        scope: Scope<'_>,
        params: &[(&str, String)],
    ) -> Result<Answer, Failure> {
        self.run(self.http.get(self.url(path, scope, params))).await
    }

    pub(crate) async fn post(&self, path: &str, scope: Scope<'_>, body: &Value) -> Result<Answer, Failure> {
        self.run(self.http.post(self.url(path, scope, &[])).json(body)).await
    }

    /// Sends a file. It may take longer than a call with a few words.
    pub(crate) async fn upload(&self, path: &str, scope: Scope<'_>, form: Form) -> Result<Answer, Failure> {
        self.run(self.http.post(self.url(path, scope, &[])).timeout(UPLOAD_TIMEOUT).multipart(form)).await
    }

    /// Sends a call that must not be repeated; the caller judges what a broken line means.
    pub(crate) async fn post_once(
        &self,
        path: &str,
        scope: Scope<'_>,
        body: &Value,
    ) -> Result<Reply, reqwest::Error> {
        exchange(self.once.post(self.url(path, scope, &[])).json(body)).await
    }

    async fn run(&self, request: RequestBuilder) -> Result<Answer, Failure> {
        match exchange(request).await {
            Ok(reply) => self.read(reply).map_err(|(failure, _)| failure),
            Err(error) => Err(ChannelError::Unreachable { detail: http::in_words(error) }.into()),
        }
    }

    /// Reads the envelope. An error comes with the platform's own word, empty if it gave none.
    pub(crate) fn read(&self, reply: Reply) -> Result<Answer, (Failure, String)> {
        let Reply { status, headers, bytes } = reply;
        self.clocks.look(&headers, self.now());
        let no_word = |failure: Failure| (failure, String::new());
        let (code, message) = match envelope::open(&bytes) {
            Ok(json) if status.is_success() => return Ok(Answer { json }),
            Ok(_) => {
                let flaw = UnreadableCause::PlatformError.because("error status without an error word");
                return Err(no_word(bare(status, &headers, bytes, flaw)));
            }
            Err(Unopened::Garbage(flaw)) => return Err(no_word(bare(status, &headers, bytes, flaw))),
            Err(Unopened::Refused { code, message }) => (code, message),
        };
        let now = self.now();
        let skewed = served_at(&headers)
            .is_some_and(|theirs| (theirs.as_second() - now.as_second()).abs() > CLOCK_TOLERANCE_S);
        let failure = match classify(&code, &message, skewed, now) {
            Failure::Channel(ChannelError::RateLimited { retry_after: None }) => {
                ChannelError::RateLimited { retry_after: retry_after(&headers) }.into()
            }
            other => other,
        };
        Err((failure, code))
    }
}

async fn exchange(request: RequestBuilder) -> Result<Reply, reqwest::Error> {
    let mut response = request.send().await?;
    let (status, headers) = (response.status(), response.headers().clone());
    let bytes = http::receive(&mut response, ANSWER_LIMIT).await?.bytes;
    Ok(Reply { status, headers, bytes })
}

fn bare(status: StatusCode, headers: &HeaderMap, bytes: Vec<u8>, flaw: Flaw) -> Failure {
    if status == StatusCode::TOO_MANY_REQUESTS {
        return ChannelError::RateLimited { retry_after: retry_after(headers) }.into();
    }
    if status.is_server_error() {
        return ChannelError::Unreachable { detail: format!("HTTP {}", status.as_u16()) }.into();
    }
    // Whatever else is wrong with it: an error is no answer.
    let cause = if status.is_success() { flaw.cause } else { UnreadableCause::PlatformError };
    let flaw = Flaw { cause, ..flaw }.at(format_args!("HTTP {}", status.as_u16()));
    Failure::Garbage { bytes, flaw }
}

fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok().map(Duration::from_secs)
}
