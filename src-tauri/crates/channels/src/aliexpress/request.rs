//! Building signed calls: common parameters in the query, business parameters in a form.

use super::config::AliExpressConfig;
use super::sign::{Params, sign_iop, sign_top};
use super::times::to_top_timestamp;
use domain::{Secret, Timestamp};
use url::Url;

/// What is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    /// A dotted name on `/sync`, or on the old gateway if the store has one.
    Dotted(&'static str),
    /// A message path on `/rest`; whether its signed form begins with a slash is a switch.
    Message(&'static str),
    /// A token path on `/rest`; it always begins with a slash.
    Token(&'static str),
}

/// A call ready to leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SignedCall {
    /// The address with the signed common parameters.
    pub(super) url: Url,
    /// The business parameters, URL-encoded.
    pub(super) form: String,
}

/// The business parameters of a call.
pub(super) type Business = Vec<(&'static str, String)>;

/// Signs a call at `now`. `slash` says whether a message path is signed with a leading slash.
pub(super) fn build(
    config: &AliExpressConfig,
    (base, target, slash): (&Url, Target, bool),
    business: &Business,
    token: Option<&Secret>,
    now: Timestamp,
) -> SignedCall {
    let mut common = Params::new();
    common.insert("app_key".into(), config.app_key.clone());
    let token = token.map(|t| t.expose().to_owned()).unwrap_or_default();
    let old = config.old_gateway.as_ref();
    let address = match (target, old) {
        (Target::Dotted(method), old) => {
            let simplify = if config.simplify { "true" } else { "" };
            let fixed = [("method", method), ("format", "json"), ("v", "2.0"), ("simplify", simplify)];
            common.extend(fixed.map(|(name, value)| (name.to_owned(), value.to_owned())));
            common.insert("session".into(), token);
            old.map_or_else(|| join(base, "sync"), |old| old.url.clone())
        }
        (Target::Message(path) | Target::Token(path), _) => {
            common.insert("access_token".into(), token);
            join(base, &format!("rest/{path}"))
        }
    };
    let old = if matches!(target, Target::Dotted(_)) { old } else { None };
    let (sign_method, timestamp) = match old {
        Some(old) => (old.sign.as_str(), to_top_timestamp(now)),
        None => ("sha256", domain::to_ms(now).to_string()),
    };
    common.insert("sign_method".into(), sign_method.into());
    common.insert("timestamp".into(), timestamp);
    common.retain(|_, value| !value.is_empty());
    let mut all = common.clone();
    all.extend(business.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
    let secret = config.app_secret.expose();
    let sign = match (old, target) {
        (Some(old), _) => sign_top(old.sign, secret, &all),
        (None, Target::Dotted(_)) => sign_iop(secret, "", &all),
        (None, Target::Message(path)) => sign_iop(secret, &signed_path(path, slash), &all),
        (None, Target::Token(path)) => sign_iop(secret, &signed_path(path, true), &all),
    };
    common.insert("sign".into(), sign);
    let mut url = address;
    url.query_pairs_mut().extend_pairs(&common);
    let form = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(business).finish();
    SignedCall { url, form }
}

fn signed_path(path: &str, slash: bool) -> String {
    if slash { format!("/{path}") } else { path.to_owned() }
}

fn join(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    url.set_path(&format!("{}/{path}", base.path().trim_end_matches('/')));
    url
}
