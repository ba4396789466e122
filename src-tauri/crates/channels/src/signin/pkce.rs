//! Proof that whoever buys the tokens is whoever began the sign-in (RFC 7636): a code that another program catches on its
//! way is worth nothing.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// A verifier, which stays here, and what the provider is told of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Pkce {
    /// Shown only when the code is exchanged.
    pub verifier: String,
    /// Its hash, sent with the sign-in (`S256`).
    pub challenge: String,
}

impl std::fmt::Debug for Pkce {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pkce").field("challenge", &self.challenge).finish_non_exhaustive()
    }
}

impl Pkce {
    /// A verifier that nobody can guess.
    ///
    /// # Errors
    /// In words, if the system has no randomness to give.
    pub fn fresh() -> Result<Self, String> {
        let mut bytes = [0_u8; 32];
        getrandom::fill(&mut bytes).map_err(|error| error.to_string())?;
        Ok(Self::of(URL_SAFE_NO_PAD.encode(bytes)))
    }

    fn of(verifier: String) -> Self {
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(&verifier));
        Self { verifier, challenge }
    }
}

#[cfg(test)]
mod tests {
    use super::Pkce;

    #[test]
    fn the_challenge_is_that_of_the_standard() {
        // RFC 7636, appendix B.
        let pkce = Pkce::of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".into());
        assert_eq!(pkce.challenge, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "S256");
        let fresh = Pkce::fresh().unwrap();
        assert!(fresh.verifier.len() == 43 && fresh != Pkce::fresh().unwrap(), "256 bits, new each time");
        assert!(!format!("{fresh:?}").contains(&fresh.verifier), "and not shown");
    }
}
