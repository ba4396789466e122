//! One signed call, with a token that is renewed when it must be.

use super::answer;
use super::config::AliExpressConfig;
use super::error::{ApiError, Fault, Verdict};
use super::request::{Business, Target, build};
use super::token::{self, Grant};
use crate::http::{checked_base, client, in_words, never_left, once_client, receive};
use crate::probing::Clocks;
use crate::{ChannelError, Now, TokenVault, Tokens};
use domain::{Secret, Timestamp};
use jiff::SignedDuration;
use reqwest::{Client, StatusCode, header};
use serde_json::Value;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;
use url::Url;

/// Answers are far below this; a longer one is none.
const ANSWER_LIMIT: usize = 16 * 1024 * 1024;
/// With these the gateway blames the call, and leaves open what became of it.
const GAVE_UP: [StatusCode; 2] = [StatusCode::REQUEST_TIMEOUT, StatusCode::CONFLICT];
/// No authorisation is given for so long, in seconds.
const UNKNOWN_S: i64 = 20 * 366 * 86_400;
/// A token that ends within this time is renewed before it is used.
const RENEW_BEFORE: SignedDuration = SignedDuration::from_secs(60);

/// The platform as one store sees it.
pub(super) struct Api {
    pub(super) config: AliExpressConfig,
    base: Url,
    reading: Client,
    sending: Client,
    vault: Arc<dyn TokenVault>,
    now: Now,
    /// A pair that the platform gave and the vault refused: the old refresh token is spent, so it must not be lost. Its lock
    /// lets one renew at a time.
    unsaved: tokio::sync::Mutex<Option<Tokens>>,
    /// What runs in a task of its own holds on to it.
    me: Weak<Self>,
    slash: AtomicBool,
    pub(super) clocks: Clocks,
}

impl Api {
    pub(super) fn new(
        config: AliExpressConfig,
        vault: Arc<dyn TokenVault>,
        now: Now,
    ) -> Result<Arc<Self>, ChannelError> {
        let bad = |detail| ChannelError::OwnerMustAct { code: "bad_address".into(), detail };
        let base = checked_base(&config.gateway).map_err(bad)?;
        if let Some(old) = &config.old_gateway {
            checked_base(old.url.as_str()).map_err(bad)?;
        }
        let (reading, sending) = (client(&base)?, once_client(&base)?);
        Ok(Arc::new_cyclic(|me| Self {
            reading,
            sending,
            slash: AtomicBool::new(config.leading_slash),
            clocks: Clocks::default(),
            unsaved: tokio::sync::Mutex::default(),
            me: Weak::clone(me),
            config,
            base,
            vault,
            now,
        }))
    }

    pub(super) fn now(&self) -> Timestamp {
        (self.now)()
    }

    /// A call that may be repeated.
    pub(super) async fn read(&self, target: Target, business: Business) -> Result<Value, Fault> {
        self.authorised(&self.reading, target, &business).await
    }

    /// A call that must not be repeated once it may have been taken: only after a certain refusal (token, form of the
    /// signature) does it leave a second time.
    pub(super) async fn send(&self, target: Target, business: Business) -> Result<Value, Fault> {
        self.authorised(&self.sending, target, &business).await
    }

    /// Buys the first pair with an authorisation code.
    pub(super) async fn exchange(&self, code: &str) -> Result<Grant, Fault> {
        let _one_at_a_time = self.unsaved.lock().await;
        let grant = self.buy("auth/token/create", ("code", code), None).await?;
        self.vault.save(&grant.tokens).map_err(vault_refused)?;
        Ok(grant)
    }

    /// When the owner must sign in again: the end of what renews the token, or of the token where nothing does. An end
    /// that lies decades ahead stands for one that nobody knows.
    pub(super) fn authorised_until(&self) -> Option<Timestamp> {
        let tokens = self.load().ok()??;
        if !tokens.refresh.is_empty() {
            return tokens.refresh_until;
        }
        let known = |until: &Timestamp| until.as_second() - self.now().as_second() < UNKNOWN_S;
        [Some(tokens.access_until), tokens.refresh_until].into_iter().flatten().filter(known).max()
    }

    async fn authorised(&self, client: &Client, target: Target, business: &Business) -> Result<Value, Fault> {
        let tokens = self.tokens().await.map_err(not_begun)?;
        let fault = match self.signed(client, target, business, Some(&tokens.access)).await {
            Ok(answer) => return Ok(answer),
            Err(fault) => fault,
        };
        match &fault {
            Fault::Api(error) if error.verdict() == Verdict::Token => {
                let tokens = self.renew(&tokens).await.map_err(not_begun)?;
                self.signed(client, target, business, Some(&tokens.access)).await
            }
            _ => Err(fault),
        }
    }

    /// One call; when the signature of a message path is refused, the other form of the path is tried and kept.
    async fn signed(
        &self,
        client: &Client,
        target: Target,
        business: &Business,
        token: Option<&Secret>,
    ) -> Result<Value, Fault> {
        let slash = self.slash.load(Ordering::Relaxed);
        let first = self.once(client, (target, slash), business, token).await;
        match (&first, target) {
            (Err(Fault::Api(error)), Target::Message(_)) if error.verdict() == Verdict::Signature => {
                let second = self.once(client, (target, !slash), business, token).await;
                match &second {
                    Err(Fault::Api(error)) if error.verdict() == Verdict::Signature => first,
                    _ => {
                        self.slash.store(!slash, Ordering::Relaxed);
                        second
                    }
                }
            }
            _ => first,
        }
    }

    async fn once(
        &self,
        client: &Client,
        (target, slash): (Target, bool),
        business: &Business,
        token: Option<&Secret>,
    ) -> Result<Value, Fault> {
        let call = build(&self.config, (&self.base, target, slash), business, token, self.now());
        let request = client
            .post(call.url)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded;charset=utf-8")
            .body(call.form);
        let mut response = request.send().await.map_err(|e| {
            if never_left(&e) { Fault::NeverLeft(in_words(e)) } else { Fault::Lost(in_words(e)) }
        })?;
        let status = response.status();
        self.clocks.look(response.headers(), self.now());
        let wait = response.headers().get(header::RETRY_AFTER).and_then(|v| v.to_str().ok()?.parse().ok());
        let received = receive(&mut response, ANSWER_LIMIT).await.map_err(|e| Fault::Lost(in_words(e)))?;
        let bytes = received.bytes;
        let opened = answer::open(&bytes);
        // A gateway that gave up does not know what became of the call, whatever it says in words of its own.
        let gave_up = status.is_server_error() || GAVE_UP.contains(&status);
        let stated = matches!(&opened, Err(Fault::Api(e)) if !(gave_up && e.verdict() == Verdict::Refused));
        if status.is_success() || stated {
            return opened;
        }
        Err(match status {
            StatusCode::TOO_MANY_REQUESTS => Fault::Wait(wait.map(Duration::from_secs)),
            _ if gave_up => Fault::Lost(format!("gateway answered {status}")),
            _ => Fault::Api(ApiError {
                code: format!("http_{}", status.as_u16()),
                message: format!("gateway answered {status}"),
                ..ApiError::default()
            }),
        })
    }

    async fn tokens(&self) -> Result<Tokens, Fault> {
        let tokens = self.load()?.ok_or_else(|| authorise_again("no token yet"))?;
        let soon = self.now().saturating_add(RENEW_BEFORE).unwrap_or(Timestamp::MAX);
        if tokens.access_until > soon || (tokens.refresh.is_empty() && tokens.access_until > self.now()) {
            return Ok(tokens);
        }
        self.renew(&tokens).await
    }

    /// Runs in its own task: a caller that is dropped half-way must not take a rotation with it.
    async fn renew(&self, old: &Tokens) -> Result<Tokens, Fault> {
        let ended = || Fault::NeverLeft("the token task ended".to_owned());
        let (api, old) = (self.me.upgrade().ok_or_else(ended)?, old.clone());
        tokio::spawn(async move { api.renewed(&old).await }).await.unwrap_or_else(|_| Err(ended()))
    }

    /// Renews `old`, unless another call has done so meanwhile; the new pair is saved before anything uses it.
    async fn renewed(&self, old: &Tokens) -> Result<Tokens, Fault> {
        let mut unsaved = self.unsaved.lock().await;
        let _one_line = self.vault.renewals().lock_owned().await;
        if let Some(tokens) = self.load()?.filter(|t| t.access != old.access) {
            *unsaved = None;
            return Ok(tokens);
        }
        let fresh = match unsaved.take() {
            Some(fresh) => fresh,
            None => self.bought(old).await?,
        };
        let kept = match self.vault.load() {
            // The owner may have authorised again meanwhile: that is newer.
            Ok(kept) => kept.filter(|kept| kept.access != old.access).map(Ok),
            Err(refused) => Some(Err(refused)),
        };
        match kept.unwrap_or_else(|| self.vault.save(&fresh).map(|()| fresh.clone())) {
            Ok(tokens) => Ok(tokens),
            Err(refused) => {
                *unsaved = Some(fresh);
                Err(vault_refused(refused))
            }
        }
    }

    async fn bought(&self, old: &Tokens) -> Result<Tokens, Fault> {
        if old.refresh.is_empty() || old.refresh_until.is_some_and(|until| until <= self.now()) {
            return Err(authorise_again("the authorisation is over and cannot be renewed"));
        }
        let bought = self.buy("auth/token/refresh", ("refresh_token", old.refresh.expose()), Some(old)).await;
        match bought {
            Ok(grant) => Ok(grant.tokens),
            Err(Fault::Api(e)) if matches!(e.verdict(), Verdict::Token | Verdict::Refused) => {
                Err(authorise_again(&e.to_string()))
            }
            Err(fault) => Err(fault),
        }
    }

    /// Buys a pair. It is to be saved before anything uses it.
    async fn buy(
        &self,
        path: &'static str,
        (name, value): (&'static str, &str),
        old: Option<&Tokens>,
    ) -> Result<Grant, Fault> {
        let business = vec![(name, value.to_owned())];
        let answer = self.once(&self.sending, (Target::Token(path), true), &business, None).await?;
        // The answer's bytes hold the tokens: they are not shown and not kept.
        token::read(&answer, old, self.now()).map_err(|flaw| Fault::Garbage { bytes: Vec::new(), flaw })
    }

    fn load(&self) -> Result<Option<Tokens>, Fault> {
        self.vault.load().map_err(vault_refused)
    }
}

fn vault_refused(detail: String) -> Fault {
    Fault::Owner { code: "key_store", detail }
}

fn authorise_again(detail: &str) -> Fault {
    Fault::Owner { code: "authorise_again", detail: detail.to_owned() }
}

/// A fault on the way to a token: the call itself never began, so a send is certainly not done.
fn not_begun(fault: Fault) -> Fault {
    match fault {
        Fault::Lost(detail) => Fault::NeverLeft(format!("while renewing the token: {detail}")),
        Fault::Garbage { flaw, .. } => Fault::NeverLeft(format!("while renewing the token: {flaw}")),
        Fault::Api(error) if error.verdict() == Verdict::PlatformTrouble => {
            Fault::NeverLeft(format!("while renewing the token: {error}"))
        }
        Fault::NeverLeft(_) | Fault::Wait(_) | Fault::Api(_) | Fault::Owner { .. } => fault,
    }
}
