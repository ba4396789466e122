//! What the owner sets for a store on AliExpress Russia.

use domain::Secret;

/// The interface's address.
pub const RUSSIAN_GATEWAY: &str = "https://openapi.aliexpress.ru";

/// A store's settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RussianConfig {
    /// The interface's address, without a path.
    pub gateway: String,
    /// The store's own login in its chats: it tells who wrote a message. The interface does not say which it is.
    pub login: String,
    /// The token from the seller cabinet.
    pub token: Secret,
    /// How many pages (of 50 messages) the first reading goes back, where the stream is read from its newest end.
    pub history_pages: u32,
}

impl RussianConfig {
    /// The settings for a store at the usual address: up to 2,000 messages of its history.
    #[must_use]
    pub fn new(login: impl Into<String>, token: Secret) -> Self {
        let login = login.into().trim().to_owned();
        let token = Secret::new(token.expose().trim());
        Self { gateway: RUSSIAN_GATEWAY.into(), login, token, history_pages: 40 }
    }
}
