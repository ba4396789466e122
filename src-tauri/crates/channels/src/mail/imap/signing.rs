//! From a connector to a signed-in line: which secret is shown, when another is tried, and when none is.

use super::connector::{MailConnector, State};
use super::dial::{Live, Proof, dial};
use super::fault::Fault;
use crate::ChannelError;

/// Answers after which the same secret is not shown again: repeated tries lock accounts.
const REFUSED: [&str; 3] = ["mail_login_refused", "mail_oauth_refused", "mail_oauth_expired"];

impl MailConnector {
    /// The kept connection, or a new one; and whether it was kept.
    pub(super) async fn line(&self, state: &mut State) -> Result<(Live, bool), ChannelError> {
        if let Some(live) = state.kept.line().await {
            return Ok((live, true));
        }
        let proof = self.proof().await?;
        if let Some((refused, error)) = &state.refused
            && *refused == proof
        {
            return Err(error.clone());
        }
        state.refused = None;
        match self.sign_in(proof).await {
            Ok(live) => Ok((live, false)),
            Err((proof, fault)) => {
                let refused = matches!(&fault, Fault::Owner { code, .. } if REFUSED.contains(code));
                let error = fault.into_error();
                if refused {
                    state.refused = Some((proof, error.clone()));
                }
                Err(error)
            }
        }
    }

    /// With what is signed in now.
    pub(super) async fn proof(&self) -> Result<Proof, ChannelError> {
        if let Some(tokens) = &self.config.tokens {
            return tokens.access().await.map(Proof::Token);
        }
        let secret = (self.config.secret)();
        secret
            .map(Proof::Password)
            .map_err(|detail| ChannelError::OwnerMustAct { code: "secret_unavailable".to_owned(), detail })
    }

    /// Signs in. A token that is refused before its time is renewed once: the provider may have withdrawn it alone. An
    /// error comes with what was shown last.
    pub(super) async fn sign_in(&self, proof: Proof) -> Result<Live, (Proof, Fault)> {
        let fault = match dial(&self.config, &proof).await {
            Ok(live) => return Ok(live),
            Err(fault) => fault,
        };
        let (Proof::Token(refused), Some(tokens), true) =
            (&proof, &self.config.tokens, matches!(&fault, Fault::Owner { code: "mail_oauth_refused", .. }))
        else {
            return Err((proof, fault));
        };
        match tokens.instead_of(refused).await {
            Ok(Some(token)) if token != *refused => {
                let proof = Proof::Token(token);
                dial(&self.config, &proof).await.map_err(|fault| (proof, fault))
            }
            Ok(_) => Err((proof, fault)),
            Err(error) => {
                let fault = match error {
                    ChannelError::OwnerMustAct { code, detail } if code == "mail_oauth_expired" => {
                        Fault::Owner { code: "mail_oauth_expired", detail }
                    }
                    // The token may be good, and only its provider away: the server's own words count.
                    _ => fault,
                };
                Err((proof, fault))
            }
        }
    }
}
