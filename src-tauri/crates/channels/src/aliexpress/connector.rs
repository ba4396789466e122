//! A store on AliExpress as the engine sees it.

use super::api::Api;
use super::chat::Chat;
use super::config::AliExpressConfig;
use super::error::{Ending, Fault};
use super::legacy::LegacyMessages;
use super::partner::PartnerIm;
use super::seen::Seen;
use super::source::MessageSource;
use super::token::Grant;
use super::{dispute_stream, order_stream, probe};
use crate::{Batch, ChannelError, Connector, Cursors, Now, Quarantined, ReadMark, Reread, TokenVault};
use domain::{
    BuyerRef, Capability, CapabilityState, Flaw, OutgoingReply, Platform, Probe, RawPayload, SendOutcome,
    Timestamp, UnreadableCause,
};
use futures::future::BoxFuture;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// A store on AliExpress.
pub struct AliExpressConnector {
    api: Arc<Api>,
    chat: Chat,
    seen: Mutex<Seen>,
    /// The stream that the next round begins with: the one that failed last, so that a call limit starves none.
    first: AtomicUsize,
}

/// What a round reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stream {
    Chat,
    Orders,
    Disputes,
}

const STREAMS: [Stream; 3] = [Stream::Chat, Stream::Orders, Stream::Disputes];

impl AliExpressConnector {
    /// Makes the store's connector; nothing is called yet.
    ///
    /// # Errors
    /// [`ChannelError::OwnerMustAct`] if the gateway's address is wrong or TLS cannot be set up.
    pub fn new(config: AliExpressConfig, vault: Arc<dyn TokenVault>, now: Now) -> Result<Self, ChannelError> {
        let api = Api::new(config, vault, Arc::clone(&now))?;
        let doors: Vec<Box<dyn MessageSource>> =
            vec![Box::new(PartnerIm(Arc::clone(&api))), Box::new(LegacyMessages(Arc::clone(&api)))];
        Ok(Self { api, chat: Chat::new(doors, now), seen: Mutex::default(), first: AtomicUsize::new(0) })
    }

    /// Buys the first pair of tokens with the code of [`AliExpressConfig::authorize_url`]. They are in the vault when
    /// this returns.
    ///
    /// # Errors
    /// See [`ChannelError`]; a code is valid once, so after an unknown outcome the owner authorises again.
    pub async fn exchange_code(&self, code: &str) -> Result<Grant, ChannelError> {
        self.api.exchange(code).await.map_err(failed)
    }

    async fn round(&self, cursors: &Cursors) -> Result<Batch, ChannelError> {
        let mut batch = Batch::default();
        let first = self.first.load(Ordering::Relaxed);
        for step in 0..STREAMS.len() {
            let index = (first + step) % STREAMS.len();
            let before = batch.before();
            let ending = match self.stream(STREAMS[index], cursors, &mut batch).await {
                Ok(()) => continue,
                Err(fault) => fault.ending(),
            };
            match ending {
                Ending::Off(code) => report(&mut batch, STREAMS[index], &CapabilityState::Off { code }),
                Ending::Quarantine { bytes, flaw } => {
                    batch.broke_off(before, ChannelError::Unexpected { detail: flaw.words.clone() });
                    quarantine(&mut batch, bytes, flaw);
                }
                // This one call was understood and refused: that is put where a person sees it, once, and the other
                // streams go on at their pace.
                Ending::Failed(error @ ChannelError::Unexpected { .. }) => {
                    let why = format!("{:?}: {error}", STREAMS[index]);
                    quarantine(
                        &mut batch,
                        why.clone().into_bytes(),
                        UnreadableCause::PlatformError.because(why),
                    );
                    batch.broke_off(before, error);
                }
                Ending::Failed(error) => {
                    self.first.store(index, Ordering::Relaxed);
                    batch.broke_off(before, error.clone());
                    return self.interrupted(cursors, batch, error);
                }
            }
        }
        batch.authorised_until = self.api.authorised_until();
        let batch = self.cleaned(cursors, batch);
        match batch.answers.failure() {
            Some(error) if is_no_news(&batch) => Err(error.clone()),
            Some(_) | None => Ok(batch),
        }
    }

    /// What was read before the error is kept: the next round begins with the stream that failed and tells the error
    /// itself. With nothing read, the error is told at once.
    fn interrupted(
        &self,
        cursors: &Cursors,
        batch: Batch,
        error: ChannelError,
    ) -> Result<Batch, ChannelError> {
        let mut batch = self.cleaned(cursors, batch);
        if is_no_news(&batch) {
            return Err(error);
        }
        tracing::info!(%error, "round cut short, what was read is kept");
        batch.more = true;
        Ok(batch)
    }

    /// Leaves out what is no news: positions that did not move, and broken rows that were quarantined before.
    fn cleaned(&self, cursors: &Cursors, mut batch: Batch) -> Batch {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        batch.quarantined.retain(|q| seen.is_new(q));
        batch.cursors.retain(|stream, position| cursors.get(stream) != Some(position));
        batch
    }

    async fn stream(&self, stream: Stream, cursors: &Cursors, batch: &mut Batch) -> Result<(), Fault> {
        let before = batch.before();
        match stream {
            Stream::Chat => {
                if self.chat.read(cursors, batch).await? {
                    batch.was_read(before);
                }
                return Ok(());
            }
            Stream::Orders => order_stream::read(&self.api, cursors, &self.seen, batch).await?,
            Stream::Disputes => dispute_stream::read(&self.api, cursors, &self.seen, batch).await?,
        }
        batch.was_read(before);
        report(batch, stream, &CapabilityState::On);
        Ok(())
    }
}

/// Whether there is nothing to keep.
pub(super) fn is_no_news(batch: &Batch) -> bool {
    batch.received.is_empty() && batch.quarantined.is_empty() && batch.cursors.is_empty()
}

/// A single call that failed.
pub(super) fn failed(fault: Fault) -> ChannelError {
    match fault.ending() {
        Ending::Failed(error) => error,
        Ending::Off(code) => ChannelError::OwnerMustAct { detail: "not permitted".into(), code },
        Ending::Quarantine { flaw, .. } => ChannelError::Unexpected { detail: flaw.words },
    }
}

fn report(batch: &mut Batch, stream: Stream, state: &CapabilityState) {
    let capabilities: &[Capability] = match stream {
        Stream::Chat => &[Capability::ReadChat, Capability::SendChat],
        Stream::Orders => &[Capability::Orders],
        Stream::Disputes => &[Capability::Disputes],
    };
    batch.capabilities.extend(capabilities.iter().map(|c| (*c, state.clone())));
}

/// An answer that says nothing to us is kept for a person.
pub(super) fn quarantine(batch: &mut Batch, bytes: Vec<u8>, flaw: Flaw) {
    tracing::warn!(%flaw, "answer cannot be used");
    batch.quarantined.push(Quarantined::new(RawPayload { source: "aliexpress.answer", bytes }, flaw));
}

impl Connector for AliExpressConnector {
    fn platform(&self) -> Platform {
        Platform::AliExpress
    }

    fn poll<'a>(&'a self, cursors: &'a Cursors) -> BoxFuture<'a, Result<Batch, ChannelError>> {
        Box::pin(self.round(cursors))
    }

    fn probe(&self) -> BoxFuture<'_, Probe> {
        Box::pin(probe::probe(&self.api, &self.chat))
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
