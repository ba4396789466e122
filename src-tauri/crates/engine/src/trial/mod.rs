//! The connection test (`docs/RULES.md` §8): what was typed, or a store that is connected, is asked about at its platform
//! and judged by `rules`; and what is kept is kept only after that.
//!
//! `draft.rs` are tokens that belong to no store yet, `sign_in.rs` is how they come through the browser, `leftover.rs`
//! forgets them if no store took them over.

mod draft;
mod leftover;
mod sign_in;

pub use sign_in::{SignInStart, SignedIn};

pub(crate) use sign_in::SignIns;

use crate::connect::{Connection, SecretSet, check, external_id, make};
use crate::engine::Engine;
use crate::error::EngineError;
use channels::{ChannelError, Connector, TokenVault, Tokens};
use domain::{Access, Interface, Keep, Platform, Probe, Secret, StoreId, Timestamp, from_ms, to_ms};
use draft::{Draft, KeptAccess};
use rules::connection::{Check, Facts, Limits, Outcome, Verdict, connection_test, verdict};
use std::sync::Arc;
use std::time::Duration;
use store::{StoreError, StoreRow};

/// The longest a test may take: then the platform counts as not there.
const PATIENCE: Duration = Duration::from_secs(60);
/// A pasted access token of unknown age is tried for so long before it would be renewed, in milliseconds.
const TRIED_MS: i64 = 60 * 60_000;
/// When it is kept, it is renewed at its first use: nobody knows how old it is.
const UNKNOWN_AGE_MS: i64 = 60_000;

/// The secrets that somebody typed.
#[derive(Debug, Clone)]
pub struct Typed {
    /// Partner key, app secret or mail password; none: the one that is kept.
    pub key: Option<Secret>,
    /// Where the tokens are.
    pub tokens: Given,
}

impl Typed {
    /// Whether nothing is left to what is kept.
    fn whole(&self, connection: &Connection) -> Result<(), EngineError> {
        if self.key.is_none() {
            return Err(EngineError::invalid("missing:secret"));
        }
        if connection.has_tokens() && matches!(self.tokens, Given::Nothing) {
            return Err(EngineError::invalid("missing:access_token"));
        }
        Ok(())
    }
}

/// Where the tokens of a connection come from.
#[derive(Debug, Clone)]
pub enum Given {
    /// From nowhere: a mailbox has none, and a connected store keeps its own.
    Nothing,
    /// They were pasted.
    Pasted {
        /// The access token, of unknown age.
        access: Secret,
        /// The refresh token; empty if there is none.
        refresh: Secret,
    },
    /// The owner signed in through the browser, under this id.
    SignedIn(String),
}

/// What a connection test found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// When.
    pub at: Timestamp,
    /// One line a check, in the order in which they are worth mending.
    pub lines: Vec<(Check, Outcome)>,
    /// What follows from them.
    pub verdict: Verdict,
}

impl Report {
    /// Whether the store is worth keeping: nothing failed, or only permissions and somebody wants it all the same.
    #[must_use]
    pub const fn allows(&self, anyway: bool) -> bool {
        match self.verdict {
            Verdict::Fit => true,
            Verdict::Partly => anyway,
            Verdict::Unfit => false,
        }
    }
}

impl Engine {
    /// Tests what was typed. Nothing is kept but tokens that had to be renewed for it: their old ones are spent, and
    /// whoever connects with the same typed ones gets the new.
    ///
    /// # Errors
    /// If what was typed makes no sense, the store is connected already, or the key store refuses. That the platform
    /// refuses is in the report.
    pub async fn test_connection(
        &self,
        connection: &Connection,
        typed: &Typed,
    ) -> Result<Report, EngineError> {
        Ok(self.tried(connection, typed, None).await?.0)
    }

    /// Tests a connected store, over the line by which it is read.
    ///
    /// # Errors
    /// If there is no such store or it was never connected. That the platform refuses is in the report.
    pub async fn test_store(&self, store: StoreId) -> Result<Report, EngineError> {
        let row = self.store().store(store).await?;
        let connection = kept(&row)?;
        let connector = match self.runners().connector(store).await {
            Some(connector) => Ok(connector),
            None => crate::connect::connector(self, &row),
        };
        let probe = asked(connector).await?;
        self.note_authorised_until(&row, probe.authorised_until).await?;
        Ok(self.judged(&connection, probe))
    }

    /// Connects a store if its test allows it; with `anyway`, also if nothing but permissions is missing. Returns the
    /// store, if it is connected now, with the test.
    ///
    /// # Errors
    /// As [`Engine::test_connection`] and [`Engine::connect`].
    pub async fn connect_tested(
        &self,
        connection: &Connection,
        typed: Typed,
        anyway: bool,
    ) -> Result<(Option<StoreId>, Report), EngineError> {
        let (report, probe) = self.tried(connection, &typed, None).await?;
        if !report.allows(anyway) {
            return Ok((None, report));
        }
        let key = typed.key.clone().ok_or_else(|| EngineError::invalid("missing:secret"))?;
        let draft = self.draft(connection, &typed.tokens).await?;
        let tokens = draft.as_ref().map(Draft::to_keep).transpose()?.flatten();
        let mut connection = connection.clone();
        if connection.region.is_empty() {
            connection.region = probe.region.unwrap_or_default();
        }
        connection.folders = crate::mail_folders::tidy(&connection.folders);
        let store = self.connect(&connection, SecretSet { key, tokens }).await?;
        self.settle_draft(draft);
        if let Some(until) = probe.authorised_until {
            self.note_authorised_until(&self.store().store(store).await?, Some(until)).await?;
        }
        Ok((Some(store), report))
    }

    /// Gives a connected store another name, address, company or other secrets, after a test as that of
    /// [`Engine::connect_tested`]; it keeps its place and its history. What is not typed stays, but only at the same
    /// address: another one is not shown secrets that nobody typed for it. Returns whether it was changed, with the test.
    ///
    /// # Errors
    /// As [`Engine::test_connection`] and [`Engine::update_connection`]; `missing:secret` and `missing:access_token` for
    /// a new address without them.
    pub async fn change_connection(
        &self,
        store: StoreId,
        connection: &Connection,
        typed: Typed,
        anyway: bool,
    ) -> Result<(bool, Report), EngineError> {
        let row = self.store().store(store).await?;
        if kept(&row)?.host != connection.host {
            typed.whole(connection)?;
        }
        let (report, probe) = self.tried(connection, &typed, Some(&row)).await?;
        if !report.allows(anyway) {
            return Ok((false, report));
        }
        let draft = self.draft(connection, &typed.tokens).await?;
        let tokens = draft.as_ref().map(Draft::to_keep).transpose()?.flatten();
        let secrets = match (&typed.key, tokens) {
            (None, None) => None,
            (key, tokens) => Some(SecretSet { key: self.key_of(key.as_ref(), Some(&row))?, tokens }),
        };
        let another = secrets.is_some();
        self.update_connection(store, connection, secrets).await?;
        self.settle_draft(draft);
        if another && connection.interface == Interface::RussianLocal {
            // Another token has another end, or none.
            self.set_authorised_until(store, probe.authorised_until).await?;
        }
        self.note_authorised_until(&row, probe.authorised_until).await?;
        Ok((true, report))
    }

    async fn tried(
        &self,
        connection: &Connection,
        typed: &Typed,
        row: Option<&StoreRow>,
    ) -> Result<(Report, Probe), EngineError> {
        let probe = asked(self.way_to(connection, typed, row).await?).await?;
        Ok((self.judged(connection, probe.clone()), probe))
    }

    /// A connector of what was typed; an error of making it is an answer of the test.
    pub(crate) async fn way_to(
        &self,
        connection: &Connection,
        typed: &Typed,
        row: Option<&StoreRow>,
    ) -> Result<Result<Arc<dyn Connector>, EngineError>, EngineError> {
        check(connection)?;
        match row {
            Some(row) if !is_of(row, connection) => return Err(EngineError::invalid("another_store")),
            Some(_) => {}
            // A pasted pair may be the one that the store lives on: a test must not spend it.
            None => self.not_connected_yet(connection).await?,
        }
        let key = self.key_of(typed.key.as_ref(), row)?;
        let vault: Arc<dyn TokenVault> = match (self.draft(connection, &typed.tokens).await?, row) {
            (Some(draft), _) => Arc::new(draft),
            // A password is tried as it is, also where tokens are kept.
            (None, Some(_)) if connection.platform == Platform::Mail && typed.key.is_some() => {
                Arc::new(Draft::none())
            }
            (None, Some(row)) => {
                // Renewing is the business of the line by which the store is read: only what is good now is used.
                Arc::new(KeptAccess::new(Arc::clone(&self.ports().vault), &row.store.secret_handle))
            }
            (None, None) if !connection.has_tokens() => Arc::new(Draft::none()),
            (None, None) => return Err(EngineError::invalid("missing:access_token")),
        };
        let secret: channels::mail::SecretSource = {
            let key = key.clone();
            Arc::new(move || Ok(key.clone()))
        };
        Ok(make(self, (connection, Keep::default()), key, vault, secret))
    }

    async fn not_connected_yet(&self, connection: &Connection) -> Result<(), EngineError> {
        if self.store().stores().await?.iter().any(|row| is_of(row, connection)) {
            let what = format!("{} is connected already", external_id(connection));
            return Err(StoreError::Conflict { what }.into());
        }
        Ok(())
    }

    fn key_of(&self, typed: Option<&Secret>, row: Option<&StoreRow>) -> Result<Secret, EngineError> {
        if let Some(key) = typed {
            return Ok(key.clone());
        }
        let row = row.ok_or_else(|| EngineError::invalid("missing:secret"))?;
        let kept = self.ports().vault.get(&row.store.secret_handle)?;
        kept.ok_or_else(|| EngineError::invalid("missing:secret"))
    }

    /// Tokens on their way to a store.
    async fn draft(&self, connection: &Connection, given: &Given) -> Result<Option<Draft>, EngineError> {
        let vault = Arc::clone(&self.ports().vault);
        let now = self.now();
        let after = |ms: i64| from_ms(to_ms(now) + ms);
        Ok(match given {
            Given::Nothing => None,
            Given::Pasted { access, refresh } => {
                // What cannot be renewed is used until the platform refuses it.
                let renewable = !refresh.is_empty();
                let until = |ms: i64| if renewable { after(ms) } else { Timestamp::MAX };
                let pair = Tokens {
                    access: access.clone(),
                    refresh: refresh.clone(),
                    access_until: until(TRIED_MS),
                    refresh_until: None,
                };
                let handle = format!("{}/{}", connection.platform.as_str(), external_id(connection));
                Some(Draft::pasted(vault, &handle, pair, until(UNKNOWN_AGE_MS)))
            }
            Given::SignedIn(id) => {
                let handle = self.sign_ins().handle(id).await;
                Some(Draft::signed_in(vault, handle.ok_or_else(|| EngineError::invalid("sign_in_gone"))?))
            }
        })
    }

    /// The tokens are the store's now. A draft that the key store does not forget is of no use to anybody.
    fn settle_draft(&self, draft: Option<Draft>) {
        if let Some(Err(error)) = draft.map(Draft::forget) {
            tracing::warn!(%error, "a draft of tokens could not be forgotten");
        }
    }

    fn judged(&self, connection: &Connection, probe: Probe) -> Report {
        let now = self.now();
        let ours = Some(connection.company.trim()).filter(|name| !name.is_empty());
        let facts = Facts {
            platform: connection.platform,
            access: probe.access,
            company: ours.map(str::to_owned).zip(probe.company),
            shop: probe.shop,
            authorised_until: probe.authorised_until,
            capabilities: probe.capabilities,
            caller: probe.caller,
            // The test took its time: the platform's clock went on with ours.
            platform_clock: probe
                .clocks
                .map(|(theirs, ours)| from_ms(to_ms(theirs) + to_ms(now) - to_ms(ours))),
            login: probe.login,
        };
        let lines = connection_test(&facts, now, &Limits::shipped());
        Report { at: now, verdict: verdict(&lines), lines }
    }

    pub(crate) async fn note_authorised_until(
        &self,
        row: &StoreRow,
        until: Option<Timestamp>,
    ) -> Result<(), EngineError> {
        // The end of a mailbox's tokens is told by its reading; a new sign-in would have no date to put in its place.
        let dated = row.store.platform != Platform::Mail;
        let news = until.filter(|until| dated && row.authorised_until != Some(*until));
        if news.is_some() { self.set_authorised_until(row.id, news).await } else { Ok(()) }
    }

    async fn set_authorised_until(
        &self,
        store: StoreId,
        until: Option<Timestamp>,
    ) -> Result<(), EngineError> {
        let mut tx = self.store().begin().await?;
        tx.set_authorised_until(store, until).await?;
        tx.commit().await?;
        self.bus().publish(crate::bus::Event::Rail);
        Ok(())
    }
}

/// Whether a connection leads to the store of a row.
fn is_of(row: &StoreRow, connection: &Connection) -> bool {
    row.store.platform == connection.platform && row.store.external_id == external_id(connection)
}

/// The connection of a store that was made here.
pub(crate) fn kept(row: &StoreRow) -> Result<Connection, EngineError> {
    Engine::connection(row).ok_or_else(|| EngineError::invalid("this store is not connected"))
}

/// Asks the platform. An address that cannot even be called is an answer too.
async fn asked(connector: Result<Arc<dyn Connector>, EngineError>) -> Result<Probe, EngineError> {
    let unreachable =
        |detail: String| Probe { access: Some(Access::Unreachable { detail }), ..Probe::default() };
    match connector {
        Ok(connector) => Ok(tokio::time::timeout(PATIENCE, connector.probe())
            .await
            .unwrap_or_else(|_| unreachable("no answer in time".into()))),
        Err(EngineError::Channel(ChannelError::OwnerMustAct { code, .. })) => {
            Ok(Probe { access: Some(Access::Refused { word: code }), ..Probe::default() })
        }
        Err(error) => Err(error),
    }
}
