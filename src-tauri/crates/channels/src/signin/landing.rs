//! The address on which a browser landed.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::collections::BTreeMap;
use subtle::ConstantTimeEq;
use url::Url;

/// An address beyond this was not made by a platform.
const LONGEST: usize = 4_096;
/// The name under which the state comes back.
const STATE: &str = "state";

/// What a platform sent back.
#[derive(Clone, PartialEq, Eq)]
pub struct Landed {
    /// Buys the tokens, once.
    pub code: String,
    /// The shop that signed in, where the platform says.
    pub shop_id: Option<u64>,
    /// The main account that signed in, where the platform says.
    pub main_account_id: Option<u64>,
}

impl std::fmt::Debug for Landed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Landed")
            .field("shop_id", &self.shop_id)
            .field("main_account_id", &self.main_account_id)
            .finish_non_exhaustive()
    }
}

/// Why an address is no landing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LandingError {
    /// It is no address with a query.
    #[error("sign_in_address")]
    Unreadable,
    /// It is not the answer to this sign-in.
    #[error("sign_in_state")]
    OtherState,
    /// There is no code in it.
    #[error("sign_in_code")]
    NoCode,
    /// The owner, or the platform, said no.
    #[error("sign_in_refused")]
    Refused,
}

/// A state that nobody can guess.
///
/// # Errors
/// In words, if the system has no randomness to give.
pub fn fresh_state() -> Result<String, String> {
    let mut bytes = [0_u8; 24];
    getrandom::fill(&mut bytes).map_err(|error| error.to_string())?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// An address to go back to that brings the state with it, for a platform that has no parameter for one.
///
/// # Errors
/// [`LandingError::Unreadable`] if it is none.
pub fn with_state(redirect: &str, state: &str) -> Result<String, LandingError> {
    let mut url = Url::parse(redirect.trim()).map_err(|_| LandingError::Unreadable)?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(LandingError::Unreadable);
    }
    url.query_pairs_mut().append_pair(STATE, state);
    Ok(url.into())
}

/// Reads the address on which the browser landed: whole, or only what stands behind the question mark.
///
/// # Errors
/// See [`LandingError`]. The state is looked at before anything else.
pub fn landed(address: &str, state: &str) -> Result<Landed, LandingError> {
    let address = address.trim();
    if address.len() > LONGEST {
        return Err(LandingError::Unreadable);
    }
    let query = match address.split_once('?') {
        Some((_, query)) => query,
        None if address.contains('=') && !address.contains("://") => address,
        None => return Err(LandingError::Unreadable),
    };
    let query = query.split('#').next().unwrap_or_default();
    let mut all = BTreeMap::new();
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()).into_owned() {
        // Twice the same name: nobody can say which one is meant.
        if all.insert(name, value).is_some() {
            return Err(LandingError::Unreadable);
        }
    }
    let get = |name: &str| all.get(name).map(|value| value.trim()).filter(|value| !value.is_empty());
    let given = get(STATE).unwrap_or_default();
    if !bool::from(given.as_bytes().ct_eq(state.as_bytes())) {
        return Err(LandingError::OtherState);
    }
    let Some(code) = get("code") else {
        return Err(if get("error").is_some() { LandingError::Refused } else { LandingError::NoCode });
    };
    let number = |name: &str| get(name).and_then(|value| value.parse().ok());
    Ok(Landed {
        code: code.to_owned(),
        shop_id: number("shop_id"),
        main_account_id: number("main_account_id"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    const STATE: &str = "s-1_A";

    fn code(address: &str) -> Result<(String, Option<u64>, Option<u64>), LandingError> {
        landed(address, STATE).map(|l| (l.code, l.shop_id, l.main_account_id))
    }

    #[rstest]
    #[case::shop("http://127.0.0.1:4000/back?state=s-1_A&code=c9&shop_id=220011", Some(220_011), None)]
    #[case::main("https://www.example.com/?state=s-1_A&code=c9&main_account_id=7", None, Some(7))]
    #[case::pasted_with_spaces("  https://www.example.com/?code=c9&state=s-1_A#top\n", None, None)]
    #[case::only_the_query("code=c9&state=s-1_A", None, None)]
    fn a_landing_tells_code_and_shop(
        #[case] address: &str,
        #[case] shop: Option<u64>,
        #[case] main: Option<u64>,
    ) {
        assert_eq!(code(address), Ok(("c9".into(), shop, main)), "{address}");
    }

    #[rstest]
    #[case::another_sign_in("https://e.example/?code=c9&state=s-2", LandingError::OtherState)]
    #[case::no_state("https://e.example/?code=c9", LandingError::OtherState)]
    #[case::a_longer_state("https://e.example/?code=c9&state=s-1_Ax", LandingError::OtherState)]
    #[case::two_codes("https://e.example/?code=c9&code=c8&state=s-1_A", LandingError::Unreadable)]
    #[case::no_code("https://e.example/?state=s-1_A", LandingError::NoCode)]
    #[case::refused("https://e.example/?error=access_denied&state=s-1_A", LandingError::Refused)]
    #[case::no_query("https://e.example/", LandingError::Unreadable)]
    #[case::words("I signed in", LandingError::Unreadable)]
    #[case::nothing("", LandingError::Unreadable)]
    fn anything_else_is_no_landing(#[case] address: &str, #[case] why: LandingError) {
        assert_eq!(code(address), Err(why), "a code of somebody else's must not become this shop's");
    }

    #[test]
    fn a_state_is_new_each_time_and_travels_in_the_address() {
        let (one, two) = (fresh_state().unwrap(), fresh_state().unwrap());
        assert!(one != two && one.len() == 32, "192 bits: {one}");
        let back = with_state("https://www.example.com/back?a=1", &one).unwrap();
        assert_eq!(
            landed(&format!("{back}&code=c9"), &one).unwrap().code,
            "c9",
            "as a platform adds its own"
        );
        assert_eq!(with_state("javascript:alert(1)", &one), Err(LandingError::Unreadable), "no page");
    }

    #[test]
    fn a_code_is_not_shown() {
        let shown = format!("{:?}", landed("code=c9&state=s-1_A", STATE).unwrap());
        assert!(!shown.contains("c9"), "it opens a shop for ten minutes: {shown}");
    }
}
