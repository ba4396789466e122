//! Signing in through the browser: the platform's page is opened, the way back is watched, and the code that comes back
//! buys tokens that are in the key store before anybody uses them.
//!
//! There is one sign-in at a time. It ends with a landing, a refusal, ten minutes, or when somebody begins another.

use super::kept;
use crate::connect::{Connection, mail_app, number};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::tokens::KeptTokens;
use channels::aliexpress::{AliExpressConfig, AliExpressConnector};
use channels::shopee::{self, Grant, ShopeeConfig};
use channels::signin::{Landed, Loopback, Pages, Pkce, fresh_state, landed, with_state};
use channels::{Now, TokenVault};
use domain::{Platform, Secret, StoreId, Timestamp};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex, oneshot};
use tokio_util::sync::CancellationToken;

/// A code lives ten minutes at most, so nobody has to wait longer.
const PATIENCE: Duration = Duration::from_secs(10 * 60);

/// A sign-in that waits for the browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignInStart {
    /// Names it.
    pub id: String,
    /// The platform's page.
    pub url: String,
    /// Where the platform is asked to go back to.
    pub redirect: String,
}

/// What a sign-in gave; its tokens are in the key store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// The shops that can be connected with it; empty where the platform knows no shop numbers.
    pub shops: Vec<String>,
    /// The seller's login, empty if the platform does not tell.
    pub seller: String,
    /// When the authorisation ends, as far as the tokens tell.
    pub until: Option<Timestamp>,
}

/// The sign-in that is under way, and what it gave.
#[derive(Default)]
pub(crate) struct SignIns {
    current: Mutex<Option<Current>>,
    /// Held while the note of handles is changed.
    pub(super) noting: Mutex<()>,
}

/// What must be told again when a code is exchanged.
#[derive(Clone)]
struct Proof {
    redirect: String,
    pkce: Pkce,
}

struct Current {
    id: String,
    connection: Connection,
    key: Secret,
    state: String,
    /// What the way back and the proof are: whoever buys the tokens has to tell them again.
    proof: Proof,
    loopback: Option<Loopback>,
    pasted: Option<oneshot::Sender<Landed>>,
    landing: Option<oneshot::Receiver<Landed>>,
    cancel: CancellationToken,
    done: bool,
}

impl SignIns {
    /// The handle of the tokens that a sign-in gave; none while it has given none.
    pub(super) async fn handle(&self, id: &str) -> Option<String> {
        let current = self.current.lock().await;
        current.as_ref().filter(|current| current.id == id && current.done).map(|_| handle(id))
    }
}

impl Drop for Current {
    fn drop(&mut self) {
        self.cancel.cancel();
    }
}

fn handle(id: &str) -> String {
    format!("sign-in/{id}")
}

impl Engine {
    /// Begins a sign-in at the platform of a connection, of which address, account and key are needed; the one before is
    /// given up. `redirect` is the public address that the platform's console knows; without one the way back is a port
    /// of this computer.
    ///
    /// # Errors
    /// If what was typed makes no sense or no port can be had.
    pub async fn begin_sign_in(
        &self,
        connection: &Connection,
        key: Secret,
        redirect: Option<&str>,
    ) -> Result<SignInStart, EngineError> {
        let internal = |what: String| EngineError::invalid(what);
        let state = fresh_state().map_err(internal)?;
        let id = fresh_state().map_err(internal)?;
        let (loopback, redirect) = match redirect.map(str::trim).filter(|redirect| !redirect.is_empty()) {
            Some(redirect) => (None, redirect.to_owned()),
            None => {
                let loopback =
                    Loopback::open().await.map_err(|error| internal(format!("sign_in_port: {error}")))?;
                let redirect = loopback.redirect();
                (Some(loopback), redirect)
            }
        };
        let proof = Proof { redirect: redirect.clone(), pkce: Pkce::fresh().map_err(internal)? };
        let url = self.page(connection, &key, &proof, &state)?;
        let (pasted, landing) = oneshot::channel();
        let current = Current {
            id: id.clone(),
            connection: connection.clone(),
            key,
            state,
            proof,
            loopback,
            pasted: Some(pasted),
            landing: Some(landing),
            cancel: self.stopped().child_token(),
            done: false,
        };
        self.replace(Some(current)).await;
        Ok(SignInStart { id, url, redirect })
    }

    /// Begins a sign-in for a connected store whose authorisation is to be renewed, with its own key if none is typed.
    ///
    /// # Errors
    /// As [`Engine::begin_sign_in`]; `missing:secret` if there is no key.
    pub async fn sign_in_again(
        &self,
        store: StoreId,
        key: Option<Secret>,
        redirect: Option<&str>,
    ) -> Result<SignInStart, EngineError> {
        let row = self.store().store(store).await?;
        let key = self.key_of(key.as_ref(), Some(&row))?;
        self.begin_sign_in(&kept(&row)?, key, redirect).await
    }

    /// Waits until the browser lands or somebody pastes the address on which it landed, and buys the tokens.
    ///
    /// # Errors
    /// `sign_in_gone` if it was given up, `sign_in_late` after ten minutes, `sign_in_refused` if the owner said no; what
    /// the platform says of the code; or the key store.
    pub async fn finish_sign_in(&self, id: &str, pages: Pages) -> Result<SignedIn, EngineError> {
        let gone = || EngineError::invalid("sign_in_gone");
        let (loopback, landing, state, cancel) = {
            let mut held = self.sign_ins().current.lock().await;
            let current = held.as_mut().filter(|current| current.id == id).ok_or_else(gone)?;
            let landing = current.landing.take().ok_or_else(gone)?;
            (current.loopback.take(), landing, current.state.clone(), current.cancel.clone())
        };
        let by_browser = async {
            match loopback {
                Some(loopback) => loopback.wait(&state, pages).await,
                None => std::future::pending().await,
            }
        };
        let landed = tokio::select! {
            landed = by_browser => landed.map_err(|error| EngineError::invalid(error.to_string()))?,
            landed = landing => landed.map_err(|_| gone())?,
            () = cancel.cancelled() => return Err(gone()),
            () = tokio::time::sleep(PATIENCE) => {
                self.cancel_sign_in(id).await;
                return Err(EngineError::invalid("sign_in_late"));
            }
        };
        let (connection, key, proof) = {
            let held = self.sign_ins().current.lock().await;
            let current = held.as_ref().filter(|current| current.id == id).ok_or_else(gone)?;
            (current.connection.clone(), current.key.clone(), current.proof.clone())
        };
        self.note_sign_in(&handle(id)).await?;
        let bought = self.bought(id, &connection, key, &proof, &landed).await;
        let mut held = self.sign_ins().current.lock().await;
        if let Some(current) = held.as_mut().filter(|current| current.id == id) {
            let signed_in = bought?;
            current.done = true;
            return Ok(signed_in);
        }
        drop(held);
        // Given up meanwhile: nobody else would forget the tokens.
        if bought.is_ok() {
            self.forget_signed_in(id);
        }
        Err(gone())
    }

    /// Takes the address on which the browser landed, as a person pasted it; [`Engine::finish_sign_in`] goes on with it.
    ///
    /// # Errors
    /// `sign_in_address`, `sign_in_state`, `sign_in_code` or `sign_in_refused` if it is no landing of this sign-in;
    /// `sign_in_gone` if that is over.
    pub async fn land_sign_in(&self, id: &str, pasted: &str) -> Result<(), EngineError> {
        let gone = || EngineError::invalid("sign_in_gone");
        let mut held = self.sign_ins().current.lock().await;
        let current = held.as_mut().filter(|current| current.id == id).ok_or_else(gone)?;
        let landed =
            landed(pasted, &current.state).map_err(|error| EngineError::invalid(error.to_string()))?;
        let to = current.pasted.take().ok_or_else(gone)?;
        to.send(landed).map_err(|_| gone())
    }

    /// Gives a sign-in up: its port is closed, and tokens that nobody connected a store with are forgotten.
    pub async fn cancel_sign_in(&self, id: &str) {
        let ours = self.sign_ins().current.lock().await.as_ref().is_some_and(|current| current.id == id);
        if ours {
            self.replace(None).await;
        }
    }

    async fn replace(&self, with: Option<Current>) {
        let before = std::mem::replace(&mut *self.sign_ins().current.lock().await, with);
        if let Some(before) = before.filter(|before| before.done) {
            self.forget_signed_in(&before.id);
        }
    }

    fn forget_signed_in(&self, id: &str) {
        if let Err(error) = self.ports().vault.delete(&handle(id)) {
            tracing::warn!(%error, "the tokens of a sign-in could not be forgotten");
        }
    }

    fn now_port(&self) -> Now {
        let clock = self.clock();
        Arc::new(move || clock.now())
    }

    /// The platform's page, signed where the platform wants that.
    fn page(
        &self,
        connection: &Connection,
        key: &Secret,
        proof: &Proof,
        state: &str,
    ) -> Result<String, EngineError> {
        let redirect = proof.redirect.as_str();
        // Only one of the platforms hands a state back by itself; the other goes back to any page of a known address.
        let back = with_state(redirect, state).map_err(|error| EngineError::invalid(error.to_string()))?;
        match connection.platform {
            Platform::Shopee => {
                let config = shopee_config(connection, key)?;
                Ok(shopee::authorise_link(&config, &back, self.now_port())?)
            }
            // A token is made in the seller cabinet and typed.
            Platform::AliExpress if !connection.has_tokens() => Err(EngineError::invalid("sign_in_platform")),
            Platform::AliExpress => {
                let config = aliexpress_config(connection, key);
                let url = config.authorize_url(redirect.trim(), state);
                Ok(url.map_err(|_| EngineError::invalid("bad_address"))?.into())
            }
            Platform::Mail => {
                let app = mail_app(connection, key)?;
                Ok(app.page(connection.account.trim(), redirect.trim(), state, &proof.pkce))
            }
            Platform::Bridge => Err(EngineError::invalid("sign_in_platform")),
        }
    }

    async fn bought(
        &self,
        id: &str,
        connection: &Connection,
        key: Secret,
        proof: &Proof,
        landed: &Landed,
    ) -> Result<SignedIn, EngineError> {
        let vault = Arc::new(KeptTokens::new(Arc::clone(&self.ports().vault), handle(id)));
        if connection.platform == Platform::Mail {
            let app = mail_app(connection, &key)?;
            let tokens = app.buy(&landed.code, proof.redirect.trim(), &proof.pkce, self.now()).await?;
            vault.save(&tokens).map_err(crate::ports::VaultError)?;
            return Ok(SignedIn { shops: Vec::new(), seller: String::new(), until: tokens.refresh_until });
        }
        if connection.platform == Platform::AliExpress {
            let config = aliexpress_config(connection, &key);
            let connector = AliExpressConnector::new(config, vault, self.now_port())?;
            let grant = connector.exchange_code(&landed.code).await?;
            let until = grant.tokens.refresh_until;
            return Ok(SignedIn { shops: Vec::new(), seller: grant.seller_login, until });
        }
        let grant = match (landed.shop_id, landed.main_account_id) {
            (Some(shop), _) => Grant::Shop(shop),
            (None, Some(main)) => Grant::MainAccount(main),
            (None, None) => return Err(EngineError::invalid("sign_in_code")),
        };
        let config = shopee_config(connection, &key)?;
        let granted = shopee::exchange_code(&config, &landed.code, grant, self.now_port()).await?;
        vault.save(&granted.tokens).map_err(crate::ports::VaultError)?;
        let shops = match grant {
            Grant::Shop(shop) => vec![shop.to_string()],
            Grant::MainAccount(_) => granted.shop_ids.iter().map(ToString::to_string).collect(),
        };
        Ok(SignedIn { shops, seller: String::new(), until: None })
    }
}

fn shopee_config(connection: &Connection, key: &Secret) -> Result<ShopeeConfig, EngineError> {
    let partner = number("account", &connection.account)?;
    // The shop is not known before the owner has signed in.
    let shop = connection.shop_id.trim().parse().unwrap_or(0);
    Ok(ShopeeConfig::new(&connection.host, partner, key.clone(), shop, ""))
}

fn aliexpress_config(connection: &Connection, key: &Secret) -> AliExpressConfig {
    let mut config = AliExpressConfig::new(&connection.account, key.clone());
    config.gateway.clone_from(&connection.host);
    config
}
