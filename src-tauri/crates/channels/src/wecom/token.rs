//! The access token of one application: fetched by one, saved before its first use.
//!
//! `WeCom` has no refresh token, the application's secret buys the next one. While a token is good, asking again gives
//! the same one, and asking often is punished: near its end the platform is asked at most once a minute.

use super::answer::{only_the_owner_helps, read};
use super::wire::{Broken, Wire};
use crate::{ChannelError, Now, TokenVault, Tokens, vault};
use domain::{Secret, Timestamp};
use jiff::SignedDuration;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;

/// A token with less left than this is asked for anew.
const AHEAD_S: i64 = 300;
/// But not more often than this.
const GAP_S: i64 = 60;

#[derive(Default)]
struct Held {
    /// The token in force, as the vault has it.
    current: Option<Tokens>,
    /// One that the vault refused to keep; it may not be used yet.
    unsaved: Option<Tokens>,
    asked: Option<Timestamp>,
}

pub(super) struct TokenKeeper {
    wire: Wire,
    corp_id: Secret,
    corp_secret: Secret,
    vault: Arc<dyn TokenVault>,
    now: Now,
    held: Mutex<Held>,
}

impl TokenKeeper {
    pub(super) fn new(
        wire: Wire,
        corp_id: &str,
        corp_secret: Secret,
        vault: Arc<dyn TokenVault>,
        now: Now,
    ) -> Arc<Self> {
        let corp_id = Secret::new(corp_id);
        Arc::new(Self { wire, corp_id, corp_secret, vault, now, held: Mutex::default() })
    }

    /// A token that is good now, other than `rejected`.
    pub(super) async fn access(self: &Arc<Self>, rejected: Option<Secret>) -> Result<Secret, ChannelError> {
        let keeper = Arc::clone(self);
        // In its own task: a caller that is dropped half-way must not lose what was fetched.
        tokio::spawn(async move { keeper.settled(rejected).await }).await.unwrap_or_else(|error| {
            Err(ChannelError::Unexpected { detail: format!("token task ended: {error}") })
        })
    }

    async fn settled(&self, rejected: Option<Secret>) -> Result<Secret, ChannelError> {
        let mut held = self.held.lock().await;
        if held.unsaved.is_some() {
            self.keep(&mut held).await?;
        }
        if held.current.is_none() {
            held.current = vault::load(&self.vault).await?;
        }
        let now = (self.now)();
        let good = held
            .current
            .clone()
            .filter(|tokens| tokens.access_until > now && rejected.as_ref() != Some(&tokens.access));
        if let Some(tokens) = &good {
            let left_s = tokens.access_until.as_second() - now.as_second();
            let just_asked =
                held.asked.is_some_and(|asked| (now.as_second() - asked.as_second()).abs() < GAP_S);
            if left_s > AHEAD_S || just_asked {
                return Ok(tokens.access.clone());
            }
        }
        held.asked = Some(now);
        match (self.fetch(now).await, good) {
            (Ok(tokens), _) => {
                held.unsaved = Some(tokens);
                self.keep(&mut held).await
            }
            // The old one still has some minutes.
            (Err(_), Some(tokens)) => Ok(tokens.access),
            (Err(error), None) => Err(error),
        }
    }

    /// Saves the fetched token, then puts it in force.
    async fn keep(&self, held: &mut Held) -> Result<Secret, ChannelError> {
        let Some(tokens) = held.unsaved.clone() else {
            return Err(ChannelError::Unexpected { detail: "no token to keep".into() });
        };
        vault::save(&self.vault, &tokens).await?;
        held.unsaved = None;
        let access = tokens.access.clone();
        held.current = Some(tokens);
        Ok(access)
    }

    async fn fetch(&self, now: Timestamp) -> Result<Tokens, ChannelError> {
        let query = [("corpid", &self.corp_id), ("corpsecret", &self.corp_secret)];
        let reply = match self.wire.call("/cgi-bin/gettoken", &query, None).await {
            Ok(reply) => reply,
            Err(Broken::NeverLeft(detail) | Broken::Unknown(detail)) => {
                return Err(ChannelError::Unreachable { detail });
            }
        };
        let Some(answer) = read(&reply, &[&self.corp_secret]) else {
            return Err(ChannelError::Unreachable { detail: format!("HTTP {}", reply.status) });
        };
        let (code, detail) = (answer.code.to_string(), answer.detail);
        match answer.code {
            0 => {}
            45009 => {
                let wait = reply.retry_after_s.and_then(|s| u64::try_from(s).ok()).map(Duration::from_secs);
                return Err(ChannelError::RateLimited { retry_after: wait });
            }
            known if only_the_owner_helps(known) => return Err(ChannelError::OwnerMustAct { code, detail }),
            _ => return Err(ChannelError::Unexpected { detail: format!("{code}: {detail}") }),
        }
        let access = answer.json["access_token"].as_str().filter(|access| !access.is_empty());
        let life = answer.json["expires_in"].as_i64().filter(|life| *life > 0);
        let (Some(access), Some(life)) = (access, life) else {
            return Err(ChannelError::Unexpected { detail: "token answer without token or lifetime".into() });
        };
        Ok(Tokens {
            access: Secret::new(access),
            refresh: Secret::new(""),
            access_until: now.checked_add(SignedDuration::from_secs(life)).unwrap_or(now),
            refresh_until: None,
        })
    }
}
