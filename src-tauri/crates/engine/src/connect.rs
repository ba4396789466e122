//! Connecting a store: what the owner typed becomes a row and secrets in the key store; a row becomes a connector.

use crate::bus::Event;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::tokens::KeptTokens;
use channels::aliexpress::{AliExpressConfig, AliExpressConnector, RussianConfig, RussianConnector};
use channels::mail::{MailApp, MailConfig, MailConnector, MailRules, MailTokens, SecretSource, Tls};
use channels::shopee::{ShopeeConfig, ShopeeConnector};
use channels::{Connector, Now, TokenVault, Tokens};
use domain::{Interface, Keep, Platform, Secret, StoreId};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Duration;
use store::{NewStore, StoreRow, WriteTx};

/// What is kept of a connection beside its secrets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connection {
    /// The platform.
    pub platform: Platform,
    /// By which of its interfaces.
    #[serde(default)]
    pub interface: Interface,
    /// The name to show.
    pub name: String,
    /// The gateway with scheme, or the IMAP host with an optional port.
    pub host: String,
    /// Partner id, app key, mail user, or the store's own login in its chats.
    pub account: String,
    /// Shop id; empty where there is none.
    #[serde(default)]
    pub shop_id: String,
    /// The shop's market, ISO 3166; empty where there is none.
    #[serde(default)]
    pub region: String,
    /// The company as the owner registered it, to be compared with the platform's; empty if nobody wants that.
    #[serde(default)]
    pub company: String,
    /// The folders of a mailbox that are read beside INBOX, as people write them.
    #[serde(default)]
    pub folders: Vec<String>,
    /// Seconds between two rounds.
    pub every_s: u64,
    /// Part of the demo shop: removed with it.
    #[serde(default)]
    pub demo: bool,
}

impl Connection {
    /// Whether access and refresh tokens belong to it, beside its key.
    pub(crate) fn has_tokens(&self) -> bool {
        self.platform != Platform::Mail && self.interface == Interface::Usual
    }
}

/// The secrets of a connection, on their way into the key store.
#[derive(Debug, Clone)]
pub struct SecretSet {
    /// Partner key, app secret, mail password, or the token of a seller cabinet; of a mailbox whose owner signed in through the browser, what
    /// [`MailApp::read`] reads.
    pub key: Secret,
    /// Access and refresh token with their ends.
    pub tokens: Option<Tokens>,
}

impl Engine {
    /// Connects a store and starts reading it.
    ///
    /// # Errors
    /// If what was typed makes no sense, the key store refuses, or the store is connected already.
    pub async fn connect(&self, connection: &Connection, secrets: SecretSet) -> Result<StoreId, EngineError> {
        check(connection)?;
        let external_id = external_id(connection);
        let handle = format!("{}/{external_id}", connection.platform.as_str());
        let new = NewStore {
            platform: connection.platform,
            name: connection.name.clone(),
            external_id,
            settings: serde_json::to_string(connection).map_err(store::StoreError::from)?,
            secret_handle: handle,
        };
        // What is left of the same store of before is not forgotten in between: it would be the new secrets.
        let turn = self.forgetting().turn().await;
        let mut tx = self.store().begin().await?;
        // First: a store that is connected already must keep the secrets it works with.
        let store = tx.add_store(&new, self.now()).await?;
        self.keep_secrets(connection.platform, &new.secret_handle, secrets)?;
        let homes = self.finds_homes(&mut tx, connection).await?;
        tx.commit().await?;
        drop(turn);
        if homes {
            self.again_wake().notify_one();
        }
        self.reload_desk().await?;
        let row = self.store().store(store).await?;
        crate::runner::start(self, row).await;
        // A first key for what somebody wants already.
        self.settle_pushes().await?;
        self.bus().publish(Event::All);
        Ok(store)
    }

    /// Changes what is kept of a connection (a new address, another name, another pace), with new secrets if any are
    /// given, and reads on from where the store was. Platform, account and shop stay what they are.
    ///
    /// # Errors
    /// If what was given makes no sense or is another store's, or the key store or the file refuses.
    pub async fn update_connection(
        &self,
        store: StoreId,
        connection: &Connection,
        secrets: Option<SecretSet>,
    ) -> Result<(), EngineError> {
        check(connection)?;
        let row = self.store().store(store).await?;
        if row.store.platform != connection.platform || row.store.external_id != external_id(connection) {
            return Err(EngineError::invalid("another_store"));
        }
        if let Some(secrets) = secrets {
            self.keep_secrets(connection.platform, &row.store.secret_handle, secrets)?;
        }
        let new = NewStore {
            name: connection.name.clone(),
            settings: serde_json::to_string(connection).map_err(store::StoreError::from)?,
            ..row.store
        };
        let mut tx = self.store().begin().await?;
        tx.update_store(store, &new, self.now()).await?;
        let homes = self.finds_homes(&mut tx, connection).await?;
        tx.commit().await?;
        if homes {
            self.again_wake().notify_one();
        }
        // The runner of before is ended by the new one.
        let row = self.store().store(store).await?;
        crate::runner::start(self, row).await;
        self.settle_pushes().await?;
        self.bus().publish(Event::Rail);
        Ok(())
    }

    /// With a shop, pushes that were nobody's may have found theirs: they are tried once more, by the next run if this one ends
    /// before. False for stores that get no pushes.
    async fn finds_homes(&self, tx: &mut WriteTx, connection: &Connection) -> Result<bool, EngineError> {
        let pushes = connection.platform == Platform::Shopee;
        if pushes {
            tx.try_nobodys_again().await?;
        }
        Ok(pushes)
    }

    fn keep_secrets(&self, platform: Platform, handle: &str, secrets: SecretSet) -> Result<(), EngineError> {
        let vault = &self.ports().vault;
        vault.set(handle, &secrets.key)?;
        let kept = KeptTokens::new(Arc::clone(vault), tokens_handle(handle));
        match secrets.tokens {
            Some(tokens) => kept.save(&tokens).map_err(crate::ports::VaultError)?,
            // A password takes the place of a sign-in: tokens would go before it.
            None if platform == Platform::Mail => kept.forget()?,
            None => {}
        }
        Ok(())
    }

    /// The clock as a port, for what must tell the same time without holding the engine.
    #[must_use]
    pub fn clock(&self) -> Arc<dyn crate::ports::Clock> {
        Arc::clone(&self.ports().clock)
    }

    /// Starts reading a store that is kept already through a connector of the caller's: for sources that this crate
    /// does not know how to make.
    pub async fn attach(&self, store: StoreId, connector: Arc<dyn Connector>, every: Duration) {
        crate::runner::attach(self, store, connector, every).await;
    }

    /// Stores that have more to catch up with than a round, and how far each is.
    #[must_use]
    pub fn backlogs(&self) -> std::collections::HashMap<StoreId, channels::Backlog> {
        self.runners().backlogs().clone()
    }

    /// Whether the owner of a mailbox signed in through the browser: its key is then an application, and tokens are kept
    /// beside it.
    ///
    /// # Errors
    /// If the key store refuses.
    pub fn by_browser(&self, row: &StoreRow) -> Result<bool, EngineError> {
        let handle = tokens_handle(&row.store.secret_handle);
        Ok(row.store.platform == Platform::Mail && self.ports().vault.get(&handle)?.is_some())
    }

    /// The connection of a store as it is kept; none if a store was made by an import.
    #[must_use]
    pub fn connection(row: &StoreRow) -> Option<Connection> {
        serde_json::from_str(&row.store.settings).ok()
    }
}

/// By what the same store is known again.
pub(crate) fn external_id(connection: &Connection) -> String {
    match connection.interface {
        Interface::Usual => format!("{}:{}", connection.account, connection.shop_id),
        // A login is no app key, though both may be numbers.
        Interface::RussianLocal => format!("ru:{}", connection.account.trim()),
    }
}

pub(crate) fn tokens_handle(handle: &str) -> String {
    format!("{handle}/tokens")
}

pub(crate) fn check(connection: &Connection) -> Result<(), EngineError> {
    let missing = |what: &str| Err(EngineError::invalid(format!("missing:{what}")));
    if connection.name.trim().is_empty() {
        return missing("name");
    }
    if connection.host.trim().is_empty() {
        return missing("host");
    }
    if connection.account.trim().is_empty() {
        return missing("account");
    }
    crate::mail_folders::check(&connection.folders)?;
    if connection.interface == Interface::RussianLocal && connection.platform != Platform::AliExpress {
        return Err(EngineError::invalid("another_interface"));
    }
    if connection.platform == Platform::Shopee {
        number("account", &connection.account)?;
        number("shop_id", &connection.shop_id)?;
    }
    Ok(())
}

pub(crate) fn number(what: &str, text: &str) -> Result<u64, EngineError> {
    text.trim().parse().map_err(|_| EngineError::invalid(format!("not_a_number:{what}")))
}

/// How long to wait between two rounds of a store.
pub(crate) fn interval(row: &StoreRow) -> Duration {
    Duration::from_secs(Engine::connection(row).map_or(60, |connection| connection.every_s.max(1)))
}

/// Makes the connector of a store as it is kept.
pub(crate) fn connector(engine: &Engine, row: &StoreRow) -> Result<Arc<dyn Connector>, EngineError> {
    let connection =
        Engine::connection(row).ok_or_else(|| EngineError::invalid("this store is not connected"))?;
    let vault = &engine.ports().vault;
    let handle = &row.store.secret_handle;
    let key =
        vault.get(handle)?.ok_or_else(|| crate::ports::VaultError(format!("no secret for {handle}")))?;
    let tokens = KeptTokens::new(Arc::clone(vault), tokens_handle(handle));
    let tokens = Arc::new(tokens.shared(engine.runners().renewals(row.id)));
    // A mailbox asks each time it signs in: the secret may have changed since.
    let (vault, handle) = (Arc::clone(vault), handle.clone());
    let secret: SecretSource = Arc::new(move || {
        let secret = vault.get(&handle).map_err(|error| error.to_string())?;
        secret.ok_or_else(|| format!("no secret for {handle}"))
    });
    make(engine, (&connection, row.keep), key, tokens, secret)
}

/// Makes a connector, which asks for the personal fields of orders that the owner wants. Nothing is called yet.
pub(crate) fn make(
    engine: &Engine,
    (connection, keep): (&Connection, Keep),
    key: Secret,
    tokens: Arc<dyn TokenVault>,
    secret: SecretSource,
) -> Result<Arc<dyn Connector>, EngineError> {
    let clock = Arc::clone(&engine.ports().clock);
    let now: Now = Arc::new(move || clock.now());
    Ok(match connection.platform {
        Platform::Shopee => {
            let partner = number("account", &connection.account)?;
            let shop = number("shop_id", &connection.shop_id)?;
            let mut config = ShopeeConfig::new(&connection.host, partner, key, shop, &connection.region);
            config.keep = keep;
            Arc::new(ShopeeConnector::new(config, tokens, now)?)
        }
        Platform::AliExpress if connection.interface == Interface::RussianLocal => {
            let mut config = RussianConfig::new(&connection.account, key);
            config.gateway.clone_from(&connection.host);
            Arc::new(RussianConnector::new(config, now)?)
        }
        Platform::AliExpress => {
            let mut config = AliExpressConfig::new(&connection.account, key);
            config.gateway.clone_from(&connection.host);
            config.keep = keep;
            Arc::new(AliExpressConnector::new(config, tokens, now)?)
        }
        Platform::Mail => {
            let mut config = mail_config(connection, secret)?;
            // Tokens say that the owner signed in through the browser; the key is then the application.
            if tokens.load().map_err(crate::ports::VaultError)?.is_some() {
                let app = mail_app(connection, &key)?;
                config.tokens = Some(Arc::new(MailTokens::new(app, tokens, Arc::clone(&now))));
            }
            Arc::new(MailConnector::new(config, now))
        }
        Platform::Bridge => return Err(EngineError::invalid("a bridge is not called")),
    })
}

/// By which rules the mails of a mailbox are read, from a server or from a file; none for one that was never connected.
pub(crate) fn mail_rules(row: &StoreRow) -> Option<MailRules> {
    let connection = Engine::connection(row)?;
    let secret: SecretSource = Arc::new(|| Err("nobody signs in".into()));
    mail_config(&connection, secret).ok().map(|config| config.rules)
}

/// The application through which the owner of a mailbox signs in.
pub(crate) fn mail_app(connection: &Connection, key: &Secret) -> Result<MailApp, EngineError> {
    MailApp::read(&connection.host, key.expose()).map_err(EngineError::invalid)
}

fn mail_config(connection: &Connection, secret: SecretSource) -> Result<MailConfig, EngineError> {
    let (host, port) = match connection.host.rsplit_once(':') {
        Some((host, port)) => {
            let port = port.parse().map_err(|_| EngineError::invalid("not_a_number:port"))?;
            (host, port)
        }
        None => (connection.host.as_str(), 993),
    };
    let mut config = MailConfig::new(host, &connection.account, secret);
    config.port = port;
    config.folders.extend(connection.folders.iter().cloned());
    // Without encryption only to this very computer: a bridge program or a test server.
    if host == "127.0.0.1" && port != 993 {
        config.tls = Tls::NoneOnLoopback;
    }
    Ok(config)
}
