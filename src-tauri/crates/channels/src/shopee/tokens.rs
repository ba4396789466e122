//! The token pair of one shop: renewed ahead of time, by one writer, saved before its first use.

use super::errors::Failure;
use super::json::{int, text};
use super::sign::Scope;
use super::times::expiry;
use super::wire::{Answer, Wire};
use crate::{ChannelError, TokenVault, Tokens, vault};
use domain::{Secret, Timestamp};
use serde_json::json;
use std::sync::Arc;
use tokio::sync::Mutex;

/// Renewed this long before its end: the old token stays good for five more minutes, so no call in flight suffers.
const AHEAD_S: i64 = 600;
/// A refresh token lives 30 days.
const REFRESH_LIFE_S: i64 = 30 * 86_400;

#[derive(Default)]
struct Held {
    /// The pair in force, as the vault has it.
    current: Option<Tokens>,
    /// A pair that the platform gave and the vault refused: the old refresh token is spent, so it must not be lost.
    unsaved: Option<Tokens>,
}

/// Keeps the pair of one shop. The lock makes it the shop's only writer: a refresh token is good for one use.
pub(crate) struct TokenKeeper {
    wire: Arc<Wire>,
    vault: Arc<dyn TokenVault>,
    shop_id: u64,
    held: Mutex<Held>,
}

impl TokenKeeper {
    pub(crate) fn new(wire: Arc<Wire>, vault: Arc<dyn TokenVault>, shop_id: u64) -> Arc<Self> {
        Arc::new(Self { wire, vault, shop_id, held: Mutex::default() })
    }

    /// An access token that is good for some minutes.
    pub(crate) async fn access(self: &Arc<Self>) -> Result<Secret, ChannelError> {
        self.settle(None).await
    }

    /// An access token other than `rejected`, which the platform refused.
    pub(crate) async fn after_rejection(self: &Arc<Self>, rejected: Secret) -> Result<Secret, ChannelError> {
        self.settle(Some(rejected)).await
    }

    /// Runs in its own task: a caller that is dropped half-way must not take a rotation with it.
    async fn settle(self: &Arc<Self>, rejected: Option<Secret>) -> Result<Secret, ChannelError> {
        let keeper = Arc::clone(self);
        tokio::spawn(async move { keeper.settled(rejected).await }).await.unwrap_or_else(|error| {
            Err(ChannelError::Unexpected { detail: format!("token task ended: {error}") })
        })
    }

    async fn settled(&self, rejected: Option<Secret>) -> Result<Secret, ChannelError> {
        let mut held = self.held.lock().await;
        if let Some(pair) = held.unsaved.take() {
            if let Err(error) = vault::save(&self.vault, &pair).await {
                held.unsaved = Some(pair);
                return Err(error);
            }
            held.current = Some(pair);
        }
        if held.current.is_none() {
            held.current = vault::load(&self.vault).await?;
        }
        if let (Some(current), Some(rejected)) = (&held.current, &rejected)
            && current.access == *rejected
        {
            // The owner may have authorised again meanwhile.
            held.current = vault::load(&self.vault).await?;
        }
        let Some(current) = held.current.clone() else {
            return Err(ChannelError::OwnerMustAct {
                code: "not_authorised".into(),
                detail: "this shop has not been authorised yet".into(),
            });
        };
        let ends_soon = current.access_until.as_second() - self.wire.now().as_second() < AHEAD_S;
        let refused = rejected.is_some_and(|rejected| rejected == current.access);
        if !ends_soon && !refused {
            return Ok(current.access);
        }
        let _one_line = self.vault.renewals().lock_owned().await;
        if let Some(kept) = vault::load(&self.vault).await?.filter(|kept| kept.access != current.access) {
            // Another line of this shop has renewed it.
            return Ok(held.current.insert(kept).access.clone());
        }
        let fresh = self.refresh(&current).await?;
        match vault::load(&self.vault).await {
            // The owner authorised again meanwhile: that is newer.
            Ok(Some(kept)) if kept.access != current.access => {
                return Ok(held.current.insert(kept).access.clone());
            }
            Ok(_) => {}
            Err(error) => {
                held.unsaved = Some(fresh);
                return Err(error);
            }
        }
        if let Err(error) = vault::save(&self.vault, &fresh).await {
            held.unsaved = Some(fresh);
            return Err(error);
        }
        let access = fresh.access.clone();
        held.current = Some(fresh);
        Ok(access)
    }

    async fn refresh(&self, old: &Tokens) -> Result<Tokens, ChannelError> {
        if old.refresh.is_empty() {
            let detail = "the token was refused, and there is nothing to renew it with".into();
            return Err(ChannelError::OwnerMustAct { code: "not_authorised".into(), detail });
        }
        let body = json!({
            "refresh_token": old.refresh.expose(),
            "partner_id": self.wire.partner_id(),
            "shop_id": self.shop_id,
        });
        let answer = self.wire.post("/api/v2/auth/access_token/get", Scope::Public, &body).await;
        match answer {
            Ok(answer) => pair(&answer, self.wire.now()),
            // The refresh token itself was refused.
            Err(Failure::Token { code, detail }) => Err(ChannelError::OwnerMustAct { code, detail }),
            Err(failure) => Err(failure.into()),
        }
    }
}

/// Reads a pair out of a token answer.
pub(crate) fn pair(answer: &Answer, now: Timestamp) -> Result<Tokens, ChannelError> {
    let fields = answer.response();
    let (access, refresh) = (text(&fields["access_token"]), text(&fields["refresh_token"]));
    let (Some(access), Some(refresh)) = (access, refresh) else {
        return Err(ChannelError::Unexpected { detail: "token answer without tokens".into() });
    };
    let refresh_until = Timestamp::from_second(now.as_second() + REFRESH_LIFE_S).ok();
    Ok(Tokens {
        access: Secret::new(access),
        refresh: Secret::new(refresh),
        access_until: expiry(int(&fields["expire_in"]).unwrap_or(0), now),
        refresh_until,
    })
}
