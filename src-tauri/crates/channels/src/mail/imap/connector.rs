//! The mailbox as a [`Connector`].

use super::coming::Kept;
use super::config::MailConfig;
use super::dial::{Live, Proof};
use super::fault::{Fault, cut};
use super::folders::MailFolder;
use super::reader::{Findings, Mark, Read, Reader};
use super::round::examine;
use super::trouble::Trouble;
use super::wire::{SHORT, Session, timed};
use crate::probing::access_of;
use crate::{Batch, ChannelError, Connector, Cursors, Fetched, Listing, Now};
use async_imap::types::UnsolicitedResponse;
use domain::{Access, Capability, CapabilityState, Login, OutgoingReply, Platform, Probe, SendOutcome};
use futures::FutureExt;
use futures::future::BoxFuture;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;

/// The longest IDLE. The standard allows 29 minutes, but routers forget a silent line after five to ten.
const MAX_IDLE: Duration = Duration::from_mins(5);
/// How long to sleep where IDLE is not offered.
const SLEEP: Duration = Duration::from_secs(90);
/// A server that offers IDLE and cannot start it this often in a row is polled from then on.
const MAX_IDLE_FAILURES: u32 = 2;
/// How long to wait after a line broke, so that a server that hangs up at once is not dialled in a circle.
const BREATH: Duration = Duration::from_secs(5);
/// How long a goodbye may take.
const GOODBYE: Duration = Duration::from_secs(5);

/// Reads a mailbox. One connection, kept between rounds; dialled again when it is dead.
pub struct MailConnector {
    pub(super) config: MailConfig,
    pub(super) reader: Arc<Reader>,
    pub(super) state: Mutex<State>,
}

#[derive(Default)]
pub(super) struct State {
    pub(super) kept: Kept,
    /// What the server refused. It is not tried again, because repeated tries lock accounts.
    pub(super) refused: Option<(Proof, ChannelError)>,
    findings: Findings,
    /// The mail that did not come by its number: the rounds in between must not forget it.
    pub(super) trouble_again: Trouble,
    /// How often in a row IDLE could not be started.
    idle_failures: u32,
}

impl MailConnector {
    /// A mailbox; nothing is dialled before the first round.
    #[must_use]
    pub fn new(config: MailConfig, now: Now) -> Self {
        let (folders, rules) = (config.folders.clone(), Arc::new(config.rules.clone()));
        let reader = Arc::new(Reader { folders, rules, now });
        Self { config, reader, state: Mutex::new(State::default()) }
    }

    /// Says goodbye to the server, so that it does not count a dead connection against the mailbox.
    pub async fn close(&self) {
        let mut state = self.state.lock().await;
        let goodbye = async {
            if let Some(mut live) = state.kept.line().await {
                let _ = live.session.logout().await;
            }
        };
        let _ = tokio::time::timeout(GOODBYE, goodbye).await;
    }

    /// Signs in on a line of its own: the one that is kept may be listening.
    async fn look(&self) -> Result<(), ChannelError> {
        let proof = self.proof().await?;
        let mut live = self.sign_in(proof).await.map_err(|(_, fault)| fault.into_error())?;
        let opened = match self.config.folders.first() {
            Some(folder) => examine(&mut live.session, folder).await.map(|_| ()),
            None => Ok(()),
        };
        let _ = tokio::time::timeout(GOODBYE, live.session.logout()).await;
        opened.map_err(Fault::into_error)
    }

    /// What a sign-in says: the mailbox's own words where it refuses, the way to it where that is in the way.
    fn told(&self, look: Result<(), ChannelError>) -> Probe {
        let capability = |state| vec![(Capability::Mail, state)];
        let host = self.config.host.clone();
        let error = match look {
            Ok(()) => {
                return Probe {
                    access: Some(Access::Granted),
                    login: Some(Login::Accepted),
                    capabilities: capability(CapabilityState::On),
                    ..Probe::default()
                };
            }
            Err(error) => error,
        };
        let answer = match &error {
            ChannelError::OwnerMustAct { code, detail } => match code.as_str() {
                "mail_oauth_refused" | "mail_oauth_expired" => return self.signed_out(capability),
                "mail_login_refused" | "id-required" => Some(detail.clone()),
                "mail_login_disabled" => Some("LOGINDISABLED".to_owned()),
                _ => None,
            },
            ChannelError::Unreachable { .. }
            | ChannelError::RateLimited { .. }
            | ChannelError::ClockSkew
            | ChannelError::Unexpected { .. } => None,
        };
        let capabilities = capability(CapabilityState::Unknown);
        match answer {
            Some(answer) => Probe {
                access: Some(Access::Granted),
                login: Some(Login::Refused { host, answer }),
                capabilities,
                ..Probe::default()
            },
            None => Probe { access: access_of(&error), capabilities, ..Probe::default() },
        }
    }

    /// The authorisation is over: it counts as ended now.
    fn signed_out(
        &self,
        capability: impl Fn(CapabilityState) -> Vec<(Capability, CapabilityState)>,
    ) -> Probe {
        Probe {
            access: Some(Access::Granted),
            authorised_until: Some((self.reader.now)()),
            capabilities: capability(CapabilityState::Unknown),
            ..Probe::default()
        }
    }

    async fn round(&self, state: &mut State, cursors: &Cursors) -> Result<Batch, ChannelError> {
        let (read, kept) = match state.kept.coming(cursors) {
            Some(coming) => (coming.end(&mut state.findings).await, true),
            None => self.read(state, cursors).await?,
        };
        let (read, kept) = match read {
            // The server may have closed a kept line while nobody looked: that is no news worth an error.
            Err(Fault::Lost(_)) if kept => self.read(state, cursors).await?,
            read => (read, kept),
        };
        let Read { mut batch, live } = read.map_err(Fault::into_error)?;
        state.kept = Kept::after(live, (&self.reader, &state.findings), cursors, &batch.cursors);
        if !kept {
            batch.capabilities.push((Capability::Mail, CapabilityState::On));
        }
        Ok(batch)
    }

    /// One round, and whether the connection was a kept one.
    async fn read(
        &self,
        state: &mut State,
        cursors: &Cursors,
    ) -> Result<(Result<Read, Fault>, bool), ChannelError> {
        let (live, kept) = self.line(state).await?;
        Ok((self.reader.round(live, &mut state.findings, cursors).await, kept))
    }

    /// Listens until something moves. Returns the connection if it is still good.
    async fn listen(&self, state: &mut State, mut live: Live, limit: Duration) -> Option<Live> {
        let folder = self.config.folders.first()?;
        // What came between the last round and now would be announced to nobody.
        let mailbox = examine(&mut live.session, folder).await.ok()?;
        if state.findings.seen != Some(Mark::of(&mailbox)) {
            return Some(live);
        }
        let Live { session, can_idle, .. } = live;
        let news = session.unsolicited_responses.clone();
        while news.try_recv().is_ok() {}
        let mut idle = session.idle();
        state.idle_failures += 1;
        timed(SHORT, idle.init()).await.ok()?;
        state.idle_failures = 0;
        let mut announced = false;
        while let Ok(item) = news.try_recv() {
            announced |= matches!(item, UnsolicitedResponse::Exists(_));
        }
        if !announced {
            let (change, _stop) = idle.wait_with_timeout(limit);
            let _ = tokio::time::timeout(limit, change).await;
        }
        let session: Session = timed(SHORT, idle.done()).await.ok()?;
        Some(Live { session, can_idle, ahead: None })
    }
}

/// The IMAP parser slices the server's words by bytes; a server must not be able to end the program.
async fn unharmed<T>(work: impl Future<Output = Result<T, ChannelError>>) -> Result<T, ChannelError> {
    AssertUnwindSafe(work).catch_unwind().await.unwrap_or_else(|_| Err(Fault::harmed().into_error()))
}

impl Connector for MailConnector {
    fn platform(&self) -> Platform {
        Platform::Mail
    }

    fn poll<'a>(&'a self, cursors: &'a Cursors) -> BoxFuture<'a, Result<Batch, ChannelError>> {
        Box::pin(async move {
            let mut state = self.state.lock().await;
            unharmed(self.round(&mut state, cursors)).await
        })
    }

    fn folders(&self) -> BoxFuture<'_, Result<Vec<MailFolder>, ChannelError>> {
        Box::pin(unharmed(self.list_folders()))
    }

    fn listing<'a>(
        &'a self,
        folder: &'a str,
        cursors: &'a Cursors,
    ) -> BoxFuture<'a, Result<Option<Listing>, ChannelError>> {
        Box::pin(unharmed(self.list_one(folder, cursors)))
    }

    fn fetch<'a>(
        &'a self,
        ids: &'a [String],
        cursors: &'a Cursors,
    ) -> BoxFuture<'a, Result<Fetched, ChannelError>> {
        Box::pin(unharmed(self.fetch_again(ids, cursors)))
    }

    fn probe(&self) -> BoxFuture<'_, Probe> {
        Box::pin(async move { self.told(unharmed(self.look()).await) })
    }

    /// IDLE on the first folder for at most five minutes; a sleep where the server has none. Dropping the future is
    /// allowed and costs the connection.
    fn wait(&self, limit: Duration) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            let mut state = self.state.lock().await;
            match std::mem::take(&mut state.kept) {
                Kept::Idle(live) if live.can_idle && state.idle_failures < MAX_IDLE_FAILURES => {
                    let idle = limit.min(MAX_IDLE);
                    let listening =
                        AssertUnwindSafe(self.listen(&mut state, *live, idle)).catch_unwind().await;
                    if let Some(live) = listening.unwrap_or_default() {
                        state.kept = Kept::Idle(Box::new(live));
                    } else {
                        drop(state);
                        tokio::time::sleep(limit.min(BREATH)).await;
                    }
                }
                // There is something to read at once.
                ahead @ Kept::Ahead(_) => state.kept = ahead,
                kept => {
                    state.kept = kept;
                    drop(state);
                    tokio::time::sleep(limit.min(SLEEP)).await;
                }
            }
        })
    }

    fn send<'a>(&'a self, _reply: &'a OutgoingReply) -> BoxFuture<'a, SendOutcome> {
        Box::pin(async {
            SendOutcome::Refused {
                code: "mail_is_read_only".to_owned(),
                detail: cut("system mails are read here and answered on the platform"),
                retry: false,
            }
        })
    }
}
