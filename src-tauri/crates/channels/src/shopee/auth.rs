//! Authorisation: the link the owner opens, and the code that comes back.

use super::config::ShopeeConfig;
use super::json::{int, list};
use super::sign::Scope;
use super::tokens::pair;
use super::wire::Wire;
use crate::{ChannelError, Now, Tokens};
use serde_json::{Value, json};

/// Who logged in behind the link; the redirect tells by the name of its parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grant {
    /// A shop (`shop_id` in the redirect).
    Shop(u64),
    /// A main account, which may own many shops (`main_account_id`).
    MainAccount(u64),
}

/// What an authorisation gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Granted {
    /// The first pair. After a main account's grant its refresh token serves each shop once, for that shop's own pair.
    pub tokens: Tokens,
    /// The shops of a main account; empty for a shop's own grant.
    pub shop_ids: Vec<u64>,
    /// The merchants of a main account.
    pub merchant_ids: Vec<u64>,
}

/// The page on which the owner lets this application in. It is good for five minutes; `redirect` must be on the
/// domain registered in the console.
///
/// # Errors
/// If the host is not an address that may be used.
pub fn authorise_link(config: &ShopeeConfig, redirect: &str, now: Now) -> Result<String, ChannelError> {
    let wire = Wire::new(config, now)?;
    let url = wire.url("/api/v2/shop/auth_partner", Scope::Public, &[("redirect", redirect.to_owned())]);
    Ok(url.into())
}

/// Trades the code of the redirect for the first pair of tokens. A code is good once, for ten minutes. The caller
/// saves the pair before anything else.
///
/// # Errors
/// [`ChannelError::OwnerMustAct`] with `invalid_code` if the code is spent or too old.
pub async fn exchange_code(
    config: &ShopeeConfig,
    code: &str,
    grant: Grant,
    now: Now,
) -> Result<Granted, ChannelError> {
    let wire = Wire::new(config, now)?;
    let mut body = json!({ "code": code, "partner_id": config.partner_id });
    match grant {
        Grant::Shop(id) => body["shop_id"] = json!(id),
        Grant::MainAccount(id) => body["main_account_id"] = json!(id),
    }
    let answer = wire.post("/api/v2/auth/token/get", Scope::Public, &body).await?;
    let ids = |field: &Value| {
        list(field).into_iter().filter_map(int).filter_map(|id| u64::try_from(id).ok()).collect()
    };
    let fields = answer.response();
    Ok(Granted {
        tokens: pair(&answer, wire.now())?,
        shop_ids: ids(&fields["shop_id_list"]),
        merchant_ids: ids(&fields["merchant_id_list"]),
    })
}
