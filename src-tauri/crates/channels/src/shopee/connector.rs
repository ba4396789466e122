//! The shop as the engine sees it: one round over every stream, each with its own permission.

use super::api::Api;
use super::chat::Chat;
use super::config::ShopeeConfig;
use super::errors::Failure;
use super::message::Around;
use super::send::REGION_CODE;
use super::sign::content_hash;
use super::{details, lost, mark, notifications, orders, probe, reread, returns, send, upload};
use crate::answers::Before;
use crate::pictures::Picture;
use crate::{
    Batch, ChannelError, Connector, Cursors, Now, Progress, Quarantined, ReadMark, Reread, TokenVault,
};
use domain::{
    Body, BuyerRef, Capability, CapabilityState, IncomingEvent, OutgoingReply, Platform, Probe, RawPayload,
    SendOutcome, Timestamp,
};
use futures::future::BoxFuture;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

/// The orders asked for because a message speaks of them, at most, in one round.
const MENTIONED: usize = 50;
/// So often the platform is asked until when the authorisation holds, in seconds.
const ASK_AGAIN_S: i64 = 12 * 3_600;
/// When the first sync started to look back: fixed at the first round, so that an interrupted one goes on from there.
const START: &str = "start";

/// A shop.
pub struct ShopeeConnector {
    api: Api,
    config: ShopeeConfig,
    /// The shop's user id, once a message gave it away.
    shop_user_id: Mutex<Option<String>>,
    /// Orders fetched because a message spoke of them; the list of changes keeps them current.
    mentioned: Mutex<BTreeSet<String>>,
    /// The hashes of unreadable payloads that are in quarantine.
    unreadable: Mutex<BTreeSet<String>>,
    /// When the platform was last asked until when the authorisation holds.
    asked: Mutex<Option<Timestamp>>,
}

impl ShopeeConnector {
    /// Connects nothing yet; the first call is made by the first round.
    ///
    /// # Errors
    /// [`ChannelError::OwnerMustAct`] if the host is not an address that may be used.
    pub fn new(config: ShopeeConfig, vault: Arc<dyn TokenVault>, now: Now) -> Result<Self, ChannelError> {
        let api = Api::new(&config, vault, now)?;
        Ok(Self {
            api,
            config,
            shop_user_id: Mutex::default(),
            mentioned: Mutex::default(),
            unreadable: Mutex::default(),
            asked: Mutex::default(),
        })
    }

    /// The shop's user id, once a message gave it away; helps [`super::parse_push_as`] to tell the sides.
    #[must_use]
    pub fn shop_user_id(&self) -> Option<String> {
        self.shop_user_id.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn round(&self, cursors: &Cursors) -> Result<Batch, ChannelError> {
        let mut batch = Batch::default();
        let start = self.start(cursors, &mut batch);
        let before = batch.before();
        let chat = self.chat(cursors, start, &mut batch).await;
        if !self.settle(&[Capability::ReadChat, Capability::SendChat], chat, before, &mut batch)? {
            return Ok(batch);
        }
        let before = batch.before();
        let notices = notifications::round(&self.api, cursors, &mut batch).await;
        if !self.settle(&[Capability::Notifications], notices, before, &mut batch)? {
            return Ok(batch);
        }
        let before = batch.before();
        let orders = self.orders(cursors, start, &mut batch).await;
        if !self.settle(&[Capability::Orders], orders, before, &mut batch)? {
            return Ok(batch);
        }
        let before = batch.before();
        let returns = returns::round(&self.api, cursors, start, &mut batch).await;
        if self.settle(&[Capability::Disputes], returns, before, &mut batch)? && self.config.lost_pushes {
            let own = self.shop_user_id();
            let lost = lost::round(&self.api, self.config.shop_id, own.as_deref(), cursors, &mut batch).await;
            if let Err(failure) = lost {
                // Not every application has pushes; everything in them is polled as well.
                tracing::debug!(?failure, "lost pushes not read");
            }
        }
        batch.authorised_until = self.authorised_until().await;
        Ok(batch)
    }

    /// Twice a day, until when the authorisation holds: only the platform knows. It changes when the owner renews it.
    async fn authorised_until(&self) -> Option<Timestamp> {
        let now = self.api.now();
        {
            let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
            if asked.is_some_and(|asked| now.as_second() - asked.as_second() < ASK_AGAIN_S) {
                return None;
            }
            *asked = Some(now);
        }
        match self.api.get(probe::SHOP, &[]).await {
            Ok(answer) => probe::authorised_until(&answer),
            Err(failure) => {
                tracing::debug!(?failure, "the end of the authorisation is not known");
                None
            }
        }
    }

    fn around(&self) -> Around {
        Around {
            shop_id: self.config.shop_id.to_string(),
            shop_user_id: self.shop_user_id(),
            ..Around::default()
        }
    }

    async fn chat(&self, cursors: &Cursors, start: Timestamp, batch: &mut Batch) -> Result<(), Failure> {
        let mut chat = Chat::new(&self.api, cursors, self.around(), start);
        let outcome = chat.round(batch).await;
        *self.shop_user_id.lock().unwrap_or_else(PoisonError::into_inner) = chat.shop_user_id();
        outcome
    }

    async fn orders(&self, cursors: &Cursors, start: Timestamp, batch: &mut Batch) -> Result<(), Failure> {
        let mentioned = self.newly_mentioned(batch);
        if !mentioned.is_empty() {
            details::details(&self.api, &mentioned, self.config.keep, batch, |_| true).await?;
            self.mentioned.lock().unwrap_or_else(PoisonError::into_inner).extend(mentioned);
        }
        orders::round(&self.api, cursors, (start, self.config.keep), batch).await
    }

    fn newly_mentioned(&self, batch: &Batch) -> Vec<String> {
        let known = self.mentioned.lock().unwrap_or_else(PoisonError::into_inner);
        let spoken_of: BTreeSet<&String> = batch
            .received
            .iter()
            .flat_map(|received| &received.events)
            .filter_map(|event| match event {
                IncomingEvent::Message(message) => message.order_no.as_ref(),
                IncomingEvent::Notification(_)
                | IncomingEvent::Mail(_)
                | IncomingEvent::Order(_)
                | IncomingEvent::Dispute(_) => None,
            })
            .filter(|order| !known.contains(*order))
            .collect();
        spoken_of.into_iter().take(MENTIONED).cloned().collect()
    }

    /// Turns a stream's outcome into what was learned about its permission, and tells whether the round goes on. A failure
    /// that concerns the whole shop ends it; but what was read before is handed over first, and the failure shows in the
    /// next round. An answer that makes no sense stops its own stream only.
    fn settle(
        &self,
        capabilities: &[Capability],
        outcome: Result<(), Failure>,
        before: Before,
        batch: &mut Batch,
    ) -> Result<bool, ChannelError> {
        let state = match outcome {
            Ok(()) => {
                batch.was_read(before);
                CapabilityState::On
            }
            Err(Failure::Denied { code } | Failure::Gone { code }) => CapabilityState::Off { code },
            Err(Failure::Garbage { bytes, flaw }) => {
                batch.broke_off(before, ChannelError::Unexpected { detail: flaw.words.clone() });
                let raw = RawPayload { source: "shopee.answer", bytes };
                batch.quarantined.push(Quarantined::new(raw, flaw));
                CapabilityState::Off { code: "unexpected_answer".into() }
            }
            Err(failure) => match ChannelError::from(failure) {
                ChannelError::Unexpected { detail } => {
                    let code = detail.split(':').next().unwrap_or_default().to_owned();
                    tracing::warn!(detail, ?capabilities, "unexpected answer");
                    batch.broke_off(before, ChannelError::Unexpected { detail });
                    CapabilityState::Off { code }
                }
                error if batch.received.is_empty() && !self.has_new_garbage(batch) => return Err(error),
                error => {
                    batch.broke_off(before, error.clone());
                    tracing::warn!(%error, ?capabilities, "round cut short");
                    batch.more = false;
                    return Ok(false);
                }
            },
        };
        for capability in capabilities {
            let state = match (capability, &state) {
                (Capability::SendChat, CapabilityState::On) if !self.config.may_send() => {
                    CapabilityState::Off { code: REGION_CODE.into() }
                }
                (_, state) => state.clone(),
            };
            batch.capabilities.push((*capability, state));
        }
        Ok(true)
    }

    /// Drops what lies in quarantine already: the platform repeats an unreadable answer as long as it is asked.
    fn without_known_garbage(&self, mut batch: Batch) -> Batch {
        batch.quarantined.retain(|bad| !self.is_known_garbage(bad));
        batch
    }

    fn has_new_garbage(&self, batch: &Batch) -> bool {
        batch.quarantined.iter().any(|bad| !self.is_known_garbage(bad))
    }

    fn is_known_garbage(&self, bad: &Quarantined) -> bool {
        let known = self.unreadable.lock().unwrap_or_else(PoisonError::into_inner);
        known.contains(&content_hash(&[&bad.raw.bytes]))
    }

    fn start(&self, cursors: &Cursors, batch: &mut Batch) -> Timestamp {
        let stored = cursors.get(START).and_then(|start| start.parse().ok());
        let second = stored.unwrap_or_else(|| {
            let back = i64::try_from(self.config.first_sync.as_secs()).unwrap_or(i64::MAX);
            let second = self.api.now().as_second().saturating_sub(back);
            batch.cursors.insert(START.into(), second.to_string());
            second
        });
        Timestamp::from_second(second).unwrap_or(Timestamp::UNIX_EPOCH)
    }
}

impl Connector for ShopeeConnector {
    fn platform(&self) -> Platform {
        Platform::Shopee
    }

    fn poll<'a>(&'a self, cursors: &'a Cursors) -> BoxFuture<'a, Result<Batch, ChannelError>> {
        Box::pin(async { self.round(cursors).await.map(|batch| self.without_known_garbage(batch)) })
    }

    fn committed<'a>(&'a self, batch: &'a Batch) -> BoxFuture<'a, ()> {
        let kept = batch.quarantined.iter().map(|bad| content_hash(&[&bad.raw.bytes]));
        self.unreadable.lock().unwrap_or_else(PoisonError::into_inner).extend(kept);
        Box::pin(lost::confirm(&self.api, batch))
    }

    fn probe(&self) -> BoxFuture<'_, Probe> {
        Box::pin(probe::probe(&self.api, &self.config))
    }

    fn own_user(&self) -> Option<String> {
        self.shop_user_id()
    }

    fn reread<'a>(
        &'a self,
        conversation: &'a str,
        buyer: &'a BuyerRef,
        since: Timestamp,
    ) -> BoxFuture<'a, Result<Option<Reread>, ChannelError>> {
        Box::pin(async move {
            let around = Around {
                buyer_id: Some(buyer.key.clone()),
                buyer_name: Some(buyer.name.clone()),
                conversation: Some(conversation.to_owned()),
                ..self.around()
            };
            reread::reread(&self.api, around, since).await.map(Some)
        })
    }

    fn mark<'a>(
        &'a self,
        conversation: &'a str,
        mark: &'a ReadMark,
    ) -> BoxFuture<'a, Result<bool, ChannelError>> {
        Box::pin(async move { mark::mark(&self.api, conversation, mark).await.map(|()| true) })
    }

    fn upload<'a>(
        &'a self,
        picture: &'a Picture,
        progress: Progress,
    ) -> BoxFuture<'a, Result<Body, ChannelError>> {
        Box::pin(upload::upload(&self.api, picture, progress))
    }

    fn send<'a>(&'a self, reply: &'a OutgoingReply) -> BoxFuture<'a, SendOutcome> {
        Box::pin(send::send(&self.api, self.config.may_send(), reply))
    }
}
