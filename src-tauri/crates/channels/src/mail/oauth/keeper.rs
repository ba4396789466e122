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

/// See the module. It is made once a mailbox: two would spend the same refresh token.
#[derive(Debug)]
pub struct MailTokens(Arc<Keeper>);

struct Keeper {
    app: MailApp,
    vault: Arc<dyn TokenVault>,
    now: Now,
    /// A pair that the provider gave and the vault refused: the old refresh token may be spent, so it must not be lost.
    /// Its lock lets one renew at a time: a refresh token that is spent twice ends the authorisation at some providers.
    unsaved: Mutex<Option<Tokens>>,
}

impl fmt::Debug for Keeper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keeper").field("app", &self.app).finish_non_exhaustive()
    }
}

impl MailTokens {
    /// The tokens that `vault` keeps, renewed through `app`.
    #[must_use]
    pub fn new(app: MailApp, vault: Arc<dyn TokenVault>, now: Now) -> Self {
        Self(Arc::new(Keeper { app, vault, now, unsaved: Mutex::default() }))
    }

    /// A token that is good for the next minutes.
    ///
    /// # Errors
    /// See [`ChannelError`]; `mail_oauth_expired` if the owner has to sign in again.
    pub(in super::super) async fn access(&self) -> Result<Secret, ChannelError> {
        let tokens = self.0.kept().await?;
        let soon = (self.0.now)().checked_add(AHEAD).unwrap_or(Timestamp::MAX);
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
        if self.0.kept().await?.refresh.is_empty() {
            return Ok(None);
        }
        self.renew(refused).await.map(Some)
    }

    /// Runs in its own task: a caller that is dropped half-way must not take a rotation with it.
    async fn renew(&self, old: &Secret) -> Result<Secret, ChannelError> {
        let (keeper, old) = (Arc::clone(&self.0), old.clone());
        tokio::spawn(async move { keeper.renewed(&old).await }).await.unwrap_or_else(|error| {
            Err(ChannelError::Unexpected { detail: format!("token task ended: {error}") })
        })
    }
}

impl Keeper {
    async fn kept(&self) -> Result<Tokens, ChannelError> {
        let tokens = load(&self.vault).await?;
        tokens.ok_or_else(|| over("nobody has signed in yet"))
    }

    /// Renews, unless somebody has done so since `old` was read.
    async fn renewed(&self, old: &Secret) -> Result<Secret, ChannelError> {
        let mut unsaved = self.unsaved.lock().await;
        let _one_line = self.vault.renewals().lock_owned().await;
        if unsaved.is_none() {
            let tokens = self.kept().await?;
            if tokens.access != *old {
                return Ok(tokens.access);
            }
            *unsaved = Some(self.app.renew(&tokens, (self.now)()).await?);
        }
        // The owner may have signed in again meanwhile: that is newer.
        let tokens = self.kept().await?;
        let fresh = unsaved.as_ref().filter(|_| tokens.access == *old);
        let access = match fresh {
            Some(fresh) => {
                save(&self.vault, fresh).await?;
                fresh.access.clone()
            }
            None => tokens.access,
        };
        *unsaved = None;
        Ok(access)
    }
}

fn over(detail: &str) -> ChannelError {
    ChannelError::OwnerMustAct { code: "mail_oauth_expired".to_owned(), detail: detail.to_owned() }
}
