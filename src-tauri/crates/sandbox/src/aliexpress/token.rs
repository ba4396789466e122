//! Codes and tokens: single use, with an end.

use super::Shop;
use super::answer::Refusal;
use super::call::Call;
use super::state::Inner;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use url::Url;

const DAY: Duration = Duration::from_secs(86_400);
const BAD_CODE: Refusal = Refusal::new("InvalidCode", 41, "Invalid authorization code");
const BAD_REFRESH: Refusal =
    Refusal::new("IllegalRefreshToken", 27, "The specified refresh token is invalid or expired");

/// A pair of tokens as the platform issued it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// The access token.
    pub access: String,
    /// The refresh token.
    pub refresh: String,
    /// Seconds until the access token ends.
    pub expires_in: i64,
    /// Seconds until the refresh token ends; 0 if it cannot be used.
    pub refresh_expires_in: i64,
}

/// The tokens in force, with their ends in milliseconds.
#[derive(Debug)]
pub(super) struct Tokens {
    access: BTreeMap<String, i64>,
    refresh: BTreeMap<String, i64>,
    codes: BTreeSet<String>,
    issued: u32,
    lives: (Duration, Duration),
}

impl Default for Tokens {
    fn default() -> Self {
        Self {
            access: BTreeMap::new(),
            refresh: BTreeMap::new(),
            codes: BTreeSet::new(),
            issued: 0,
            lives: (DAY * 30, DAY * 60),
        }
    }
}

impl Tokens {
    pub(super) fn set_lives(&mut self, access: Duration, refresh: Duration) {
        self.lives = (access, refresh);
    }

    pub(super) fn expire_access(&mut self) {
        self.access.clear();
    }

    pub(super) fn is_valid(&self, access: &str, now: i64) -> bool {
        self.access.get(access).is_some_and(|until| *until > now)
    }

    pub(super) fn code(&mut self) -> String {
        self.issued += 1;
        let code = format!("3_500001_code{}", self.issued);
        self.codes.insert(code.clone());
        code
    }

    pub(super) fn issue(&mut self, now: i64) -> Pair {
        self.issued += 1;
        let seconds = |life: Duration| i64::try_from(life.as_secs()).unwrap_or(i64::MAX / 2_000);
        let pair = Pair {
            access: format!("access{}", self.issued),
            refresh: format!("refresh{}", self.issued),
            expires_in: seconds(self.lives.0),
            refresh_expires_in: seconds(self.lives.1),
        };
        self.access.insert(pair.access.clone(), now + pair.expires_in * 1_000);
        self.refresh.insert(pair.refresh.clone(), now + pair.refresh_expires_in * 1_000);
        pair
    }
}

/// Goes back to the app with a code, unless the app or the address to go back to is not known.
pub(super) fn authorize(shop: &Shop, query: &str) -> Response {
    let all: BTreeMap<String, String> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let get = |name: &str| all.get(name).map_or("", String::as_str);
    let mut inner = shop.lock();
    let Ok(mut back) = Url::parse(get("redirect_uri")) else {
        return (StatusCode::BAD_REQUEST, "redirect_uri is wrong").into_response();
    };
    if get("client_id") != inner.app.key || get("response_type") != "code" {
        return (StatusCode::BAD_REQUEST, "client_id is wrong").into_response();
    }
    back.query_pairs_mut().append_pair("code", &inner.tokens.code()).append_pair("state", get("state"));
    Redirect::to(back.as_str()).into_response()
}

pub(super) fn create(inner: &mut Inner, call: &Call, now: i64) -> Result<Value, Refusal> {
    if !inner.tokens.codes.remove(call.get("code")) {
        return Err(BAD_CODE);
    }
    Ok(answer(&inner.tokens.issue(now), now))
}

pub(super) fn refresh(inner: &mut Inner, call: &Call, now: i64) -> Result<Value, Refusal> {
    match inner.tokens.refresh.remove(call.get("refresh_token")) {
        Some(until) if until > now => Ok(answer(&inner.tokens.issue(now), now)),
        Some(_) | None => Err(BAD_REFRESH),
    }
}

fn answer(pair: &Pair, now: i64) -> Value {
    json!({
        "access_token": pair.access,
        "refresh_token": pair.refresh,
        "expires_in": pair.expires_in,
        "refresh_expires_in": pair.refresh_expires_in,
        "expire_time": now + pair.expires_in * 1_000,
        "refresh_token_valid_time": now + pair.refresh_expires_in * 1_000,
        "account_id": "6068000001", "seller_id": "6068000001", "user_id": "6068000001",
        "user_nick": "cn1500000001abcd", "account": "cn1500000001abcd",
        "account_platform": "seller_center", "sp": "ae", "locale": "zh_CN",
    })
}
