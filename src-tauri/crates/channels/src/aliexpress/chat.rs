//! The chat of a store: the first message source that the platform lets us use.

use super::error::{ApiError, Fault, Verdict};
use super::source::{MessageSource, outcome_of};
use crate::{Batch, Cursors, Now, ReadMark, Reread};
use domain::{BuyerRef, Capability, CapabilityState, OutgoingReply, SendOutcome, Timestamp};
use jiff::SignedDuration;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How long a closed door is left alone before it is tried again.
const TRY_AGAIN: SignedDuration = SignedDuration::from_mins(10);

/// The sources of one store, best first.
pub(super) struct Chat {
    sources: Vec<Box<dyn MessageSource>>,
    now: Now,
    state: Mutex<State>,
}

#[derive(Debug, Clone, Default)]
struct State {
    /// The source in use.
    active: Option<usize>,
    /// All doors are closed, with the platform's word, until then.
    closed: Option<(String, Timestamp)>,
    /// Sending was refused for want of permission, with the platform's word.
    send_refused: Option<String>,
}

impl Chat {
    /// The chat of a store with these doors, of which none was tried yet.
    pub(super) fn new(sources: Vec<Box<dyn MessageSource>>, now: Now) -> Self {
        Self { sources, now, state: Mutex::default() }
    }

    /// Reads what is new and reports whether chat may be read and sent. False if every door is closed.
    pub(super) async fn read(&self, cursors: &Cursors, batch: &mut Batch) -> Result<bool, Fault> {
        let state = self.state().clone();
        if let Some((code, _)) = state.closed.filter(|(_, until)| *until > (self.now)()) {
            self.report(batch, Some(code));
            return Ok(false);
        }
        let mut refusal: Option<String> = None;
        for (index, source) in self.sources.iter().enumerate() {
            let result = match state.active {
                Some(active) if active != index => continue,
                Some(_) => source.read(cursors, batch).await,
                None => match source.probe().await {
                    Ok(()) => source.read(cursors, batch).await,
                    Err(fault) => Err(fault),
                },
            };
            match result {
                Ok(()) => {
                    self.open(index);
                    self.report(batch, None);
                    return Ok(true);
                }
                Err(Fault::Api(error)) if is_closed_door(&error, state.active.is_none()) => {
                    tracing::info!(source = source.name(), %error, "message source is not permitted");
                    refusal.get_or_insert_with(|| error.word().to_owned());
                }
                Err(fault) => return Err(fault),
            }
        }
        let code = refusal.unwrap_or_default();
        // A source that was in use and is refused now: the others are tried in the next round.
        let again = if state.active.is_some() { (self.now)() } else { later((self.now)()) };
        *self.state() = State { active: None, closed: Some((code.clone(), again)), send_refused: None };
        self.report(batch, Some(code));
        Ok(false)
    }

    /// Whether one of the doors opens now; the refusal of the best one if none does.
    pub(super) async fn probe(&self) -> Result<(), Fault> {
        let mut refusal = None;
        for source in &self.sources {
            match source.probe().await {
                Err(Fault::Api(error)) if is_closed_door(&error, true) => {
                    refusal.get_or_insert(error);
                }
                other => return other,
            }
        }
        refusal.map_or(Ok(()), |error| Err(Fault::Api(error)))
    }

    /// Sends through the source in use, or through the best one while none is known.
    pub(super) async fn send(&self, reply: &OutgoingReply) -> SendOutcome {
        let active = self.state().active.unwrap_or(0);
        let Some(source) = self.sources.get(active) else {
            return SendOutcome::Refused { code: "no_chat".into(), detail: String::new(), retry: false };
        };
        let (outcome, not_permitted) = match source.send(reply).await {
            Ok(outcome) => (outcome, None),
            Err(fault) => {
                let word = match &fault {
                    Fault::Api(e) if e.verdict() == Verdict::CapabilityOff => Some(e.word().to_owned()),
                    _ => None,
                };
                (outcome_of(fault), word)
            }
        };
        if not_permitted.is_some() || matches!(outcome, SendOutcome::Sent { .. }) {
            self.state().send_refused = not_permitted;
        }
        outcome
    }

    /// Reads a conversation again through the source in use; none while no source is known: an id names a conversation of
    /// one source only.
    pub(super) async fn reread(
        &self,
        conversation: &str,
        buyer: &BuyerRef,
        since: Timestamp,
    ) -> Result<Option<Reread>, Fault> {
        let active = self.state().active;
        match active.and_then(|active| self.sources.get(active)) {
            Some(source) => source.reread(conversation, buyer, since).await.map(Some),
            None => Ok(None),
        }
    }

    /// Tells the platform how far a conversation is read, where the source in use has a call for it.
    pub(super) async fn mark(&self, conversation: &str, mark: &ReadMark) -> Result<bool, Fault> {
        let active = self.state().active;
        match active.and_then(|active| self.sources.get(active)) {
            Some(source) => source.mark_read(conversation, mark).await,
            None => Ok(false),
        }
    }

    fn open(&self, index: usize) {
        let mut state = self.state();
        state.active = Some(index);
        state.closed = None;
    }

    fn report(&self, batch: &mut Batch, closed: Option<String>) {
        let state =
            |off: Option<String>| off.map_or(CapabilityState::On, |code| CapabilityState::Off { code });
        let send = closed.clone().or_else(|| self.state().send_refused.clone());
        batch.capabilities.push((Capability::ReadChat, state(closed)));
        batch.capabilities.push((Capability::SendChat, state(send)));
        let active = self.state().active;
        if let Some(source) = active.and_then(|active| self.sources.get(active)) {
            let cards = state(source.cards().err().map(str::to_owned));
            batch.capabilities.push((Capability::SendCards, cards));
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A door that was never open is closed by any refusal: an interface that is served to nobody says so in many words.
fn is_closed_door(error: &ApiError, first_try: bool) -> bool {
    match error.verdict() {
        Verdict::CapabilityOff => true,
        Verdict::Refused => first_try,
        Verdict::Wait(_)
        | Verdict::PlatformTrouble
        | Verdict::Token
        | Verdict::Signature
        | Verdict::Clock
        | Verdict::Owner => false,
    }
}

fn later(now: Timestamp) -> Timestamp {
    now.saturating_add(TRY_AGAIN).unwrap_or(Timestamp::MAX)
}
