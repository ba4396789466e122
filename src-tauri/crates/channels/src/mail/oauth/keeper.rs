//! The tokens of one mailbox: renewed ahead of time by one writer, saved before anybody uses them.

use super::app::MailApp;
use crate::vault::{load, save};
use crate::{ChannelError, Now, TokenVault, Tokens};
use domain::{Secret, Timestamp};
use jiff::SignedDuration;
use std::fmt;
use std::sync::Arc;
use tokio::sync::Mutex;

/// So long before its end an access token is renewed: signing in must not race it.
const AHEAD: SignedDuration = SignedDuration::from_mins(5);

/// See the module. Clones share nothing: one is made a mailbox.
pub struct MailTokens {
    app: MailApp,
    vault: Arc<dyn TokenVault>,
    now: Now,
    /// One at a time: a refresh token that is spent twice ends the authorisation at some providers.
    renewing: Mutex<()>,
}

impl fmt::Debug for MailTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MailTokens").field("app", &self.app).finish_non_exhaustive()
    }
}

impl MailTokens {
    /// The tokens that `vault` keeps, renewed through `app`.
    #[must_use]
    pub fn new(app: MailApp, vault: Arc<dyn TokenVault>, now: Now) -> Self {
        Self { app, vault, now, renewing: Mutex::new(()) }
    }

    /// A token that is good for the next minutes.
    ///
    /// # Errors
    /// See [`ChannelError`]; `mail_oauth_expired` if the owner has to sign in again.
    pub(in super::super) async fn access(&self) -> Result<Secret, ChannelError> {
        let tokens = self.kept().await?;
        let soon = (self.now)().checked_add(AHEAD).unwrap_or(Timestamp::MAX);
        // What cannot be renewed is used until the server refuses it.
        if tokens.access_until > soon || tokens.refresh.is_empty() {
            return Ok(tokens.access);
        }
        self.renew(&tokens.access).await
    }

    /// Another token than one that a server refused before its time; none if there is no other.
    ///
    /// # Errors
    /// See [`ChannelError`].
    pub(in super::super) async fn instead_of(
        &self,
        refused: &Secret,
    ) -> Result<Option<Secret>, ChannelError> {
        if self.kept().await?.refresh.is_empty() {
            return Ok(None);
        }
        self.renew(refused).await.map(Some)
    }

    async fn kept(&self) -> Result<Tokens, ChannelError> {
        let tokens = load(&self.vault).await?;
        tokens.ok_or_else(|| over("nobody has signed in yet"))
    }

    /// Renews, unless somebody has done so since `old` was read.
    async fn renew(&self, old: &Secret) -> Result<Secret, ChannelError> {
        let _one_at_a_time = self.renewing.lock().await;
        let tokens = self.kept().await?;
        if tokens.access != *old {
            return Ok(tokens.access);
        }
        let fresh = self.app.renew(&tokens, (self.now)()).await?;
        // First: the old refresh token may be spent already.
        save(&self.vault, &fresh).await?;
        Ok(fresh.access)
    }
}

fn over(detail: &str) -> ChannelError {
    ChannelError::OwnerMustAct { code: "mail_oauth_expired".to_owned(), detail: detail.to_owned() }
}
