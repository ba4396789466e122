//! A store on AliExpress Russia as the engine sees it: chats, and nothing else.

use super::RussianLocal;
use super::api::LocalApi;
use super::config::RussianConfig;
use super::probe::{NOT_BY_LOCAL, probe};
use crate::aliexpress::chat::Chat;
use crate::aliexpress::connector::{failed, is_no_news, quarantine};
use crate::aliexpress::error::Ending;
use crate::aliexpress::seen::Seen;
use crate::{Batch, ChannelError, Connector, Cursors, Now, ReadMark, Reread};
use domain::{BuyerRef, Capability, CapabilityState, OutgoingReply, Platform, Probe, SendOutcome, Timestamp};
use futures::future::BoxFuture;
use std::sync::{Arc, Mutex, PoisonError};

/// A store that is connected by a token of AliExpress Russia's seller cabinet.
pub struct RussianConnector {
    api: Arc<LocalApi>,
    chat: Chat,
    seen: Mutex<Seen>,
}

impl RussianConnector {
    /// Makes the store's connector; nothing is called yet.
    ///
    /// # Errors
    /// [`ChannelError::OwnerMustAct`] if the address or the token is not written as such, or TLS cannot be set up.
    pub fn new(config: RussianConfig, now: Now) -> Result<Self, ChannelError> {
        let api = LocalApi::new(config, Arc::clone(&now))?;
        let door = RussianLocal::new(Arc::clone(&api));
        Ok(Self { api, chat: Chat::new(vec![Box::new(door)], now), seen: Mutex::default() })
    }

    async fn round(&self, cursors: &Cursors) -> Result<Batch, ChannelError> {
        let mut batch = Batch::default();
        let ended = match self.chat.read(cursors, &mut batch).await {
            Ok(_) => closed(&batch),
            Err(fault) => match fault.ending() {
                Ending::Failed(error) => Some(error),
                Ending::Off(code) => Some(ChannelError::OwnerMustAct { code, detail: String::new() }),
                Ending::Quarantine { bytes, flaw } => {
                    quarantine(&mut batch, bytes, flaw.clone());
                    Some(ChannelError::Unexpected { detail: flaw.words })
                }
            },
        };
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        batch.quarantined.retain(|quarantined| seen.is_new(quarantined));
        drop(seen);
        batch.cursors.retain(|stream, position| cursors.get(stream) != Some(position));
        let ended = ended.map(|error| self.in_time(error));
        let ended = ended.or_else(|| batch.answers.failure().cloned());
        match ended {
            // What was read before the error is kept: the next round meets the error itself.
            Some(error) if !is_no_news(&batch) => {
                tracing::info!(%error, "round cut short, what was read is kept");
                batch.answers.failed(error);
                batch.more = true;
            }
            Some(error) => return Err(error),
            None => {}
        }
        let off = CapabilityState::Off { code: NOT_BY_LOCAL.into() };
        batch.capabilities.extend([Capability::Orders, Capability::Disputes].map(|c| (c, off.clone())));
        batch.authorised_until = self.api.ends();
        Ok(batch)
    }

    /// A token that is refused and says itself that its time is over is to be made anew.
    fn in_time(&self, error: ChannelError) -> ChannelError {
        let over = self.api.ends().is_some_and(|end| end <= self.api.now());
        match error {
            ChannelError::OwnerMustAct { detail, .. } if over => {
                ChannelError::OwnerMustAct { code: "local_token_over".into(), detail }
            }
            other => other,
        }
    }
}

/// Without chat nothing is left of such a store.
fn closed(batch: &Batch) -> Option<ChannelError> {
    batch.capabilities.iter().find_map(|(capability, state)| match (capability, state) {
        (Capability::ReadChat, CapabilityState::Off { code }) => {
            Some(ChannelError::OwnerMustAct { code: code.clone(), detail: "not permitted".into() })
        }
        _ => None,
    })
}

impl Connector for RussianConnector {
    fn platform(&self) -> Platform {
        Platform::AliExpress
    }

    fn poll<'a>(&'a self, cursors: &'a Cursors) -> BoxFuture<'a, Result<Batch, ChannelError>> {
        Box::pin(self.round(cursors))
    }

    fn probe(&self) -> BoxFuture<'_, Probe> {
        Box::pin(probe(&self.api))
    }

    fn committed<'a>(&'a self, batch: &'a Batch) -> BoxFuture<'a, ()> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).remember(batch);
        Box::pin(async {})
    }

    fn reread<'a>(
        &'a self,
        conversation: &'a str,
        buyer: &'a BuyerRef,
        since: Timestamp,
    ) -> BoxFuture<'a, Result<Option<Reread>, ChannelError>> {
        Box::pin(async move { self.chat.reread(conversation, buyer, since).await.map_err(failed) })
    }

    fn mark<'a>(
        &'a self,
        conversation: &'a str,
        mark: &'a ReadMark,
    ) -> BoxFuture<'a, Result<bool, ChannelError>> {
        Box::pin(async move { self.chat.mark(conversation, mark).await.map_err(failed) })
    }

    fn send<'a>(&'a self, reply: &'a OutgoingReply) -> BoxFuture<'a, SendOutcome> {
        Box::pin(self.chat.send(reply))
    }
}
