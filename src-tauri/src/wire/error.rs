//! Errors as the UI gets them: a code it acts on, and a detail for the curious.

use channels::ChannelError;
use serde::Serialize;
use specta::Type;

/// What went wrong. A code exists only if the UI says or does something of its own about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum UiErrorCode {
    /// The thing is gone (removed store, erased conversation): go back to the list.
    NotFound,
    /// What was typed cannot be used; `detail` names the field or the rule.
    Invalid,
    /// The buyer wrote after this reply was begun: show the new message and ask.
    Stale,
    /// The platform or the store does not allow sending here.
    CannotSend,
    /// The disk is full: reading goes on, writing waits.
    DiskFull,
    /// The key store refused.
    KeyStore,
    /// Anything else; `detail` goes into the error box.
    Internal,
}

/// The error of every command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct UiError {
    /// What the UI acts on.
    pub code: UiErrorCode,
    /// Technical words, shown small.
    pub detail: String,
}

impl UiError {
    /// Something that was typed and cannot be used.
    #[must_use]
    pub fn invalid(detail: impl Into<String>) -> Self {
        Self { code: UiErrorCode::Invalid, detail: detail.into() }
    }

    /// The platform or the program misbehaved in a way that nobody can act on.
    #[must_use]
    pub fn internal(detail: impl std::fmt::Display) -> Self {
        Self { code: UiErrorCode::Internal, detail: detail.to_string() }
    }
}

impl From<store::StoreError> for UiError {
    fn from(error: store::StoreError) -> Self {
        let code = match &error {
            store::StoreError::NotFound { .. } => UiErrorCode::NotFound,
            store::StoreError::Full => UiErrorCode::DiskFull,
            store::StoreError::Conflict { .. } => UiErrorCode::Invalid,
            _ => UiErrorCode::Internal,
        };
        Self { code, detail: error.to_string() }
    }
}

impl From<engine::EngineError> for UiError {
    fn from(error: engine::EngineError) -> Self {
        use engine::EngineError as E;
        let code = match error {
            E::Store(error) => return error.into(),
            E::Vault(_) => UiErrorCode::KeyStore,
            E::Stale => UiErrorCode::Stale,
            E::CannotSend { .. } => UiErrorCode::CannotSend,
            E::Rules(error) => return error.into(),
            E::Invalid { .. } => UiErrorCode::Invalid,
            E::Channel(_) => UiErrorCode::Internal,
            E::File { ref error, .. } if error.kind() == std::io::ErrorKind::StorageFull => {
                UiErrorCode::DiskFull
            }
            E::File { .. } => UiErrorCode::Invalid,
        };
        let detail = match &error {
            E::CannotSend { code } => (*code).to_owned(),
            E::Channel(error) => channel(error),
            // A code for the sentence, then what exactly is wrong.
            E::File { .. } => format!("export: {error}"),
            other => other.to_string(),
        };
        Self { code, detail }
    }
}

/// A code for the sentence, then what exactly happened.
fn channel(error: &ChannelError) -> String {
    match error {
        ChannelError::Unreachable { detail } => format!("unreachable: {detail}"),
        ChannelError::OwnerMustAct { code, detail } => format!("{code}: {detail}"),
        ChannelError::RateLimited { .. } => "rate_limited".to_owned(),
        ChannelError::ClockSkew => "clock_skew".to_owned(),
        ChannelError::Unexpected { detail } => format!("unexpected_answer: {detail}"),
    }
}

impl From<rules::RulesError> for UiError {
    /// Data that somebody typed or picked: a code for the sentence, then what exactly is wrong with it.
    fn from(error: rules::RulesError) -> Self {
        use rules::RulesError as E;
        match error {
            E::Policy { detail } => Self::invalid(format!("policy: {detail}")),
            E::Holidays { detail } => Self::invalid(format!("holidays: {detail}")),
            E::Ics { line, detail } => Self::invalid(format!("holidays: line {line}: {detail}")),
            E::Interval { text } => Self::invalid(format!("interval: {text}")),
            E::Io(error) => Self::internal(error),
        }
    }
}

impl From<std::num::ParseIntError> for UiError {
    fn from(error: std::num::ParseIntError) -> Self {
        Self::invalid(format!("id: {error}"))
    }
}
