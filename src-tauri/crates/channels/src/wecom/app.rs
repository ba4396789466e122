//! An application of the company: speaks to members, with an access token.

use super::answer::{Judgement, judge};
use super::compose::{Message, description};
use super::limits::Limits;
use super::notice::To;
use super::queue::Parcel;
use super::readers::Readers;
use super::settle::Delivery;
use super::token::TokenKeeper;
use super::wire::Wire;
use crate::{ChannelError, Now, TokenVault};
use domain::Secret;
use serde_json::{Value, json};
use std::sync::Arc;

/// What must be known of an application before the first call.
#[derive(Debug, Clone)]
pub struct AppConfig {
    /// [`super::HOST`], but for a sandbox.
    pub host: String,
    /// The company's id.
    pub corp_id: String,
    /// The application's id in the company.
    pub agent_id: u64,
    /// The application's secret; buys access tokens.
    pub corp_secret: Secret,
    /// Who reads what is meant for everybody.
    pub readers: Readers,
}

/// An application.
pub struct App {
    wire: Wire,
    agent_id: u64,
    corp_secret: Secret,
    readers: Readers,
    tokens: Arc<TokenKeeper>,
}

impl App {
    /// An application. The vault keeps its access token; there is no refresh token, that part stays empty.
    ///
    /// # Errors
    /// [`ChannelError::OwnerMustAct`] if the host is none, or TLS cannot be had.
    pub fn new(config: AppConfig, vault: Arc<dyn TokenVault>, now: Now) -> Result<Self, ChannelError> {
        let AppConfig { host, corp_id, agent_id, corp_secret, readers } = config;
        let wire = Wire::new(&host)?;
        let tokens = TokenKeeper::new(wire.clone(), &corp_id, corp_secret.clone(), vault, now);
        Ok(Self { wire, agent_id, corp_secret, readers, tokens })
    }

    /// Whether the application can sign in: company, secret and network are right.
    ///
    /// # Errors
    /// What is wrong, with the platform's code.
    pub async fn check(&self) -> Result<(), ChannelError> {
        self.tokens.access(None).await.map(|_| ())
    }

    /// Hands one parcel over, once. A refused access token is fetched anew once: it was refused before anything was done.
    pub async fn deliver(&self, parcel: &Parcel) -> Delivery {
        let body = self.body(parcel);
        let mut rejected = None;
        loop {
            let again = rejected.is_some();
            let access = match self.tokens.access(rejected.take()).await {
                Ok(access) => access,
                Err(error) => return before(error),
            };
            let query = [("access_token", &access)];
            let outcome = self.wire.call("/cgi-bin/message/send", &query, Some(&body)).await;
            match judge(outcome, &[&access, &self.corp_secret], Limits::app()) {
                Judgement::Done(delivery) => return delivery,
                Judgement::Token { code, detail } if again => {
                    return Delivery::Later { code, detail, wait_s: None };
                }
                Judgement::Token { .. } => rejected = Some(access),
            }
        }
    }

    fn body(&self, parcel: &Parcel) -> Value {
        let (kind, content) = match &parcel.message {
            Message::Markdown { content } => ("markdown", json!({ "content": content })),
            Message::Card { title, rows, link } => {
                ("textcard", json!({ "title": title, "description": description(rows), "url": link }))
            }
        };
        let mut body = json!({ "msgtype": kind, "agentid": self.agent_id, kind: content, "safe": 0 });
        match &parcel.to {
            To::Everybody => self.readers.address(&mut body),
            To::Members(members) => body["touser"] = json!(members.ids().collect::<Vec<_>>().join("|")),
        }
        body
    }
}

/// Nothing had left yet: whatever it is, the message is not at fault.
fn before(error: ChannelError) -> Delivery {
    let detail = error.to_string();
    let later = |code: &str, wait_s| Delivery::Later { code: code.to_owned(), detail, wait_s };
    match error {
        ChannelError::OwnerMustAct { code, detail } => Delivery::OwnerMustAct { code, detail },
        ChannelError::Unreachable { .. } => later("unreachable", None),
        ChannelError::RateLimited { retry_after } => {
            let asked = retry_after.and_then(|wait| i64::try_from(wait.as_secs()).ok());
            later("45009", asked.or(Some(Limits::app().frequency_wait_s)))
        }
        ChannelError::ClockSkew => later("clock_skew", None),
        ChannelError::Unexpected { .. } => later("unexpected", None),
    }
}
