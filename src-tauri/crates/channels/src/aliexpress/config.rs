//! What the owner sets for a store on AliExpress.

use super::sign::TopMethod;
use domain::{Keep, Secret};
use url::Url;

/// The gateway of the present family.
pub const GATEWAY: &str = "https://api-sg.aliexpress.com";

/// An old-family gateway for an app that was not moved yet; its dotted APIs go there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OldGateway {
    /// Such as `https://eco.taobao.com/router/rest`.
    pub url: Url,
    /// How its calls are signed.
    pub sign: TopMethod,
}

/// A store's settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AliExpressConfig {
    /// The gateway's address, without a path.
    pub gateway: String,
    /// The app's key.
    pub app_key: String,
    /// The app's secret; signs every call.
    pub app_secret: Secret,
    /// Whether message paths are signed with a leading slash. The platform does not say; when a signature is refused,
    /// the other form is tried once and kept if it works.
    pub leading_slash: bool,
    /// Asks for answers without wrappers and list element names. Both forms are understood.
    pub simplify: bool,
    /// For an app of the old family.
    pub old_gateway: Option<OldGateway>,
    /// How many days of orders the first round fetches.
    pub order_days: u16,
    /// How many pages (of 20 messages) of a buyer's history are fetched when the buyer is first seen.
    pub history_pages: u32,
    /// Which personal fields of orders the owner wants: nothing else is asked for.
    pub keep: Keep,
}

impl AliExpressConfig {
    /// The settings for an app on the usual gateway: 30 days of orders, 100 messages of each buyer.
    #[must_use]
    pub fn new(app_key: impl Into<String>, app_secret: Secret) -> Self {
        Self {
            gateway: GATEWAY.into(),
            app_key: app_key.into(),
            app_secret,
            leading_slash: true,
            simplify: true,
            old_gateway: None,
            order_days: 30,
            history_pages: 5,
            keep: Keep::default(),
        }
    }

    /// The page on which the owner authorises the app. `state` comes back with the code, which is valid for 30 minutes
    /// and once.
    ///
    /// # Errors
    /// In words, if the gateway's address is wrong.
    pub fn authorize_url(&self, redirect_uri: &str, state: &str) -> Result<Url, String> {
        let mut url = crate::http::checked_base(&self.gateway)?;
        url.set_path("/oauth/authorize");
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("force_auth", "true")
            .append_pair("redirect_uri", redirect_uri)
            .append_pair("client_id", &self.app_key)
            .append_pair("state", state);
        Ok(url)
    }
}
