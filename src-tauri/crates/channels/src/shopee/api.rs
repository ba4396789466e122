//! Calls of one shop: a signed call with a good token, renewed once if it is refused.

use super::config::ShopeeConfig;
use super::errors::Failure;
use super::sign::Scope;
use super::tokens::TokenKeeper;
use super::wire::{Answer, Reply, Wire};
use crate::{ChannelError, Now, TokenVault};
use domain::{Secret, Timestamp};
use reqwest::multipart::Form;
use serde_json::Value;
use std::sync::Arc;

/// The chat module, which is white-listed on its own.
pub(crate) const CHAT: &str = "/api/v2/sellerchat/";

/// The shop's line to the platform.
pub(crate) struct Api {
    wire: Arc<Wire>,
    tokens: Arc<TokenKeeper>,
    shop_id: u64,
}

impl Api {
    pub(crate) fn new(
        config: &ShopeeConfig,
        vault: Arc<dyn TokenVault>,
        now: Now,
    ) -> Result<Self, ChannelError> {
        let wire = Arc::new(Wire::new(config, now)?);
        let tokens = TokenKeeper::new(Arc::clone(&wire), vault, config.shop_id);
        Ok(Self { wire, tokens, shop_id: config.shop_id })
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.wire.now()
    }

    /// A shop call.
    pub(crate) async fn get(&self, path: &str, params: &[(&str, String)]) -> Result<Answer, Failure> {
        let access = self.tokens.access().await?;
        match self.wire.get(path, self.scope(&access), params).await {
            Err(Failure::Token { .. }) => {
                let access = self.tokens.after_rejection(access).await?;
                settled(path, self.wire.get(path, self.scope(&access), params).await)
            }
            other => other,
        }
    }

    /// A shop call that changes something, and may be repeated.
    pub(crate) async fn post(&self, path: &str, body: &Value) -> Result<Answer, Failure> {
        let access = self.tokens.access().await?;
        match self.wire.post(path, self.scope(&access), body).await {
            Err(Failure::Token { .. }) => {
                let access = self.tokens.after_rejection(access).await?;
                settled(path, self.wire.post(path, self.scope(&access), body).await)
            }
            other => other,
        }
    }

    /// A shop call with a file; `form` makes it anew for each attempt.
    pub(crate) async fn upload(&self, path: &str, form: impl Fn() -> Form) -> Result<Answer, Failure> {
        let access = self.tokens.access().await?;
        match self.wire.upload(path, self.scope(&access), form()).await {
            Err(Failure::Token { .. }) => {
                let access = self.tokens.after_rejection(access).await?;
                settled(path, self.wire.upload(path, self.scope(&access), form()).await)
            }
            other => other,
        }
    }

    /// A call in a scope of the caller's own.
    pub(crate) async fn get_as(&self, path: &str, scope: Scope<'_>) -> Result<Answer, Failure> {
        self.wire.get(path, scope, &[]).await
    }

    /// The platform's clock and ours, as the last answer showed them.
    pub(crate) fn clocks(&self) -> Option<(Timestamp, Timestamp)> {
        self.wire.clocks()
    }

    /// A call of the application itself.
    pub(crate) async fn get_public(&self, path: &str) -> Result<Answer, Failure> {
        self.wire.get(path, Scope::Public, &[]).await
    }

    /// A call of the application itself that changes something, and may be repeated.
    pub(crate) async fn post_public(&self, path: &str, body: &Value) -> Result<Answer, Failure> {
        self.wire.post(path, Scope::Public, body).await
    }

    /// A token for a call that the caller makes itself.
    pub(crate) async fn access(&self) -> Result<Secret, ChannelError> {
        self.tokens.access().await
    }

    /// Another token, because this one was refused.
    pub(crate) async fn after_rejection(&self, access: Secret) -> Result<Secret, ChannelError> {
        self.tokens.after_rejection(access).await
    }

    /// Sends once; the caller judges what a broken line means.
    pub(crate) async fn post_once(
        &self,
        path: &str,
        access: &Secret,
        body: &Value,
    ) -> Result<Reply, reqwest::Error> {
        self.wire.post_once(path, self.scope(access), body).await
    }

    /// Reads a [`Api::post_once`] reply.
    pub(crate) fn read(&self, reply: Reply) -> Result<Answer, (Failure, String)> {
        self.wire.read(reply)
    }

    fn scope<'a>(&self, access: &'a Secret) -> Scope<'a> {
        Scope::Shop { access, shop_id: self.shop_id }
    }
}

/// A fresh token that is refused too: for the chat module `error_auth` then means that the application lacks it; for
/// the rest the owner must authorise again.
fn settled(path: &str, answer: Result<Answer, Failure>) -> Result<Answer, Failure> {
    match answer {
        Err(Failure::Token { code, .. }) if code == "error_auth" && path.starts_with(CHAT) => {
            Err(Failure::Denied { code })
        }
        Err(Failure::Token { code, detail }) => Err(ChannelError::OwnerMustAct { code, detail }.into()),
        other => other,
    }
}
