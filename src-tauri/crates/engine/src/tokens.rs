//! A store's tokens in the key store: one entry, replaced whole, so that a pair is never half old.

use crate::ports::{SecretVault, VaultError};
use channels::{Renewals, TokenVault, Tokens};
use domain::{Secret, from_ms, to_ms};
use std::sync::Arc;

/// See the module.
pub(crate) struct KeptTokens {
    vault: Arc<dyn SecretVault>,
    handle: String,
    renewals: Renewals,
}

impl KeptTokens {
    pub(crate) fn new(vault: Arc<dyn SecretVault>, handle: String) -> Self {
        Self { vault, handle, renewals: Renewals::default() }
    }

    /// The same for one of several lines, which renew them one at a time.
    pub(crate) fn shared(self, renewals: Renewals) -> Self {
        Self { renewals, ..self }
    }

    /// Forgets them.
    pub(crate) fn forget(&self) -> Result<(), VaultError> {
        self.vault.delete(&self.handle)
    }
}

/// Four lines: access, refresh, and their ends in milliseconds (0 = not known). Tokens hold no line breaks.
fn write(tokens: &Tokens) -> Secret {
    Secret::new(format!(
        "{}\n{}\n{}\n{}",
        tokens.access.expose(),
        tokens.refresh.expose(),
        to_ms(tokens.access_until),
        tokens.refresh_until.map_or(0, to_ms)
    ))
}

fn read(secret: &Secret) -> Option<Tokens> {
    let mut lines = secret.expose().split('\n');
    let (access, refresh) = (Secret::new(lines.next()?), Secret::new(lines.next()?));
    let access_until = from_ms(lines.next()?.parse().ok()?);
    let refresh_ms: i64 = lines.next()?.parse().ok()?;
    Some(Tokens {
        access,
        refresh,
        access_until,
        refresh_until: (refresh_ms != 0).then(|| from_ms(refresh_ms)),
    })
}

impl TokenVault for KeptTokens {
    fn load(&self) -> Result<Option<Tokens>, String> {
        let kept = self.vault.get(&self.handle).map_err(|error| error.to_string())?;
        Ok(kept.as_ref().and_then(read))
    }

    fn save(&self, tokens: &Tokens) -> Result<(), String> {
        self.vault.set(&self.handle, &write(tokens)).map_err(|error| error.to_string())
    }

    fn renewals(&self) -> Renewals {
        Arc::clone(&self.renewals)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_survive_being_kept() {
        let tokens = Tokens {
            access: Secret::new("a"),
            refresh: Secret::new("r"),
            access_until: from_ms(1_700_000_000_123),
            refresh_until: None,
        };
        assert_eq!(read(&write(&tokens)), Some(tokens), "the next start must find the pair in force");
    }

    #[test]
    fn a_foreign_entry_is_no_token() {
        assert_eq!(read(&Secret::new("something else")), None, "then the owner authorises again");
    }
}
