//! A pretend provider of tokens (OAuth 2.0, RFC 6749 with PKCE, RFC 7636), as Google's and Microsoft's are for mailboxes: a
//! page that signs in at once and goes back, codes that are good once, tokens that end.

use crate::server::{Core, Server, serve};
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Form, Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::to_ms;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashMap};
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use url::Url;

/// Seconds that an access token lives.
const LIFE_S: i64 = 3_600;

/// The application that is registered here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OauthSetup {
    /// Its id.
    pub client_id: String,
    /// Its secret, if the provider gives one to desktop applications.
    pub client_secret: Option<String>,
    /// Whether each renewal gives a new refresh token and spends the old one, as Microsoft's does.
    pub rotates: bool,
}

impl Default for OauthSetup {
    fn default() -> Self {
        Self { client_id: "pretend-app".into(), client_secret: None, rotates: false }
    }
}

/// What was promised for a code.
struct Promise {
    challenge: String,
    redirect: String,
}

#[derive(Default)]
struct Inner {
    codes: HashMap<String, Promise>,
    /// With their ends in milliseconds.
    access: BTreeMap<String, i64>,
    refresh: Vec<String>,
    issued: u32,
    renewed: u32,
    refuses: bool,
}

/// The provider; clones share everything.
#[derive(Clone)]
pub struct Oauth {
    core: Core,
    setup: Arc<OauthSetup>,
    inner: Arc<Mutex<Inner>>,
}

impl Oauth {
    /// A provider that nobody has signed in at.
    #[must_use]
    pub fn new(core: Core, setup: OauthSetup) -> Self {
        Self { core, setup: Arc::new(setup), inner: Arc::default() }
    }

    /// Starts it on a free port: `/authorize` is its page, `/token` where codes and tokens are exchanged.
    ///
    /// # Errors
    /// If no port can be had.
    pub async fn start(&self) -> io::Result<Server> {
        let router = Router::new()
            .route("/authorize", get(authorize))
            .route("/token", post(token))
            .with_state(self.clone());
        serve(router, self.core.clone()).await
    }

    /// Whether an access token is good now: for whoever lets its bearer in.
    #[must_use]
    pub fn is_good(&self, access: &str) -> bool {
        let now = to_ms((self.core.clock)());
        self.inner().access.get(access).is_some_and(|until| *until > now)
    }

    /// Ends every access token before its time; they can be renewed.
    pub fn withdraw_access(&self) {
        self.inner().access.clear();
    }

    /// The owner changes the password, or takes the permission back: nothing can be renewed.
    pub fn withdraw_all(&self) {
        let mut inner = self.inner();
        inner.access.clear();
        inner.refresh.clear();
    }

    /// From now on the owner says no on the page, or yes again.
    pub fn refuse(&self, refuses: bool) {
        self.inner().refuses = refuses;
    }

    /// How often tokens were renewed.
    #[must_use]
    pub fn renewed(&self) -> u32 {
        self.inner().renewed
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn issue(&self, inner: &mut Inner, refresh: bool) -> serde_json::Value {
        inner.issued += 1;
        let number = inner.issued;
        let access = format!("access-{number}");
        inner.access.insert(access.clone(), to_ms((self.core.clock)()) + LIFE_S * 1_000);
        let mut answer = json!({ "access_token": access, "expires_in": LIFE_S, "token_type": "Bearer" });
        if refresh {
            let refresh = format!("refresh-{number}");
            answer["refresh_token"] = json!(refresh);
            inner.refresh.push(refresh);
        }
        answer
    }
}

/// The page: whoever opens it has signed in, and is sent back.
async fn authorize(State(oauth): State<Oauth>, Query(query): Query<HashMap<String, String>>) -> Response {
    let get = |name: &str| query.get(name).cloned().unwrap_or_default();
    let wrong = |words: &'static str| (StatusCode::BAD_REQUEST, words).into_response();
    let Ok(mut back) = Url::parse(&get("redirect_uri")) else { return wrong("redirect_uri") };
    let local = matches!(back.host_str(), Some("127.0.0.1" | "localhost"));
    if get("client_id") != oauth.setup.client_id || get("response_type") != "code" || !local {
        return wrong("this application is not registered so");
    }
    if get("code_challenge_method") != "S256" || get("scope").is_empty() {
        return wrong("code_challenge_method and scope are asked for");
    }
    let mut inner = oauth.inner();
    if inner.refuses {
        back.query_pairs_mut().append_pair("error", "access_denied").append_pair("state", &get("state"));
        return Redirect::to(back.as_str()).into_response();
    }
    inner.issued += 1;
    let code = format!("code-{}", inner.issued);
    inner
        .codes
        .insert(code.clone(), Promise { challenge: get("code_challenge"), redirect: get("redirect_uri") });
    back.query_pairs_mut()
        .append_pair("code", &code)
        .append_pair("state", &get("state"))
        .append_pair("scope", &get("scope"));
    Redirect::to(back.as_str()).into_response()
}

/// Where codes and refresh tokens buy tokens.
async fn token(State(oauth): State<Oauth>, Form(form): Form<HashMap<String, String>>) -> Response {
    let get = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
    let refuse = |error: &str| {
        let body = json!({ "error": error, "error_description": "Token has been expired or revoked." });
        (StatusCode::BAD_REQUEST, Json(body)).into_response()
    };
    let secret = oauth.setup.client_secret.as_deref();
    if get("client_id") != oauth.setup.client_id
        || secret.is_some_and(|secret| get("client_secret") != secret)
    {
        return refuse("invalid_client");
    }
    let mut inner = oauth.inner();
    match get("grant_type") {
        "authorization_code" => {
            // Good once, whatever comes of it.
            let Some(promise) = inner.codes.remove(get("code")) else { return refuse("invalid_grant") };
            let shown = URL_SAFE_NO_PAD.encode(Sha256::digest(get("code_verifier")));
            if shown != promise.challenge || get("redirect_uri") != promise.redirect {
                return refuse("invalid_grant");
            }
            Json(oauth.issue(&mut inner, true)).into_response()
        }
        "refresh_token" => {
            let Some(at) = inner.refresh.iter().position(|known| known == get("refresh_token")) else {
                return refuse("invalid_grant");
            };
            inner.renewed += 1;
            if oauth.setup.rotates {
                inner.refresh.remove(at);
            }
            Json(oauth.issue(&mut inner, oauth.setup.rotates)).into_response()
        }
        _ => refuse("unsupported_grant_type"),
    }
}
