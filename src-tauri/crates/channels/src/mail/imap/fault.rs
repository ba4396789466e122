//! What can go wrong on the line, and what it means for the owner.

use crate::ChannelError;
use async_imap::error::Error;

/// Details shown to a person are cut to this many characters; a parser's complaint holds whole mails.
const DETAIL: usize = 200;

/// A fault of a connection or a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    /// The line broke, or did not come up.
    Lost(String),
    /// The server answered NO or BAD.
    Refused(String),
    /// The server answered something that could not be read.
    Garbled(String),
    /// Too many connections or commands.
    Limited,
    /// Only the owner can help.
    Owner { code: &'static str, detail: String },
}

impl Fault {
    /// Sorts an error of the IMAP library.
    pub(super) fn of(error: &Error) -> Self {
        let detail = cut(&error.to_string());
        match error {
            Error::No(_) | Error::Bad(_) => Self::refused(detail),
            // The library appends everything it had buffered: mail content that belongs in no log.
            Error::Io(e) if e.to_string().contains("during parsing of") => Self::harmed(),
            Error::Parse(_) => Self::harmed(),
            _ => Self::Lost(detail),
        }
    }

    /// The server's answer was more than its reader could bear.
    pub(super) fn harmed() -> Self {
        Self::Garbled("the server's answer could not be read".to_owned())
    }

    /// Sorts the words of a NO or BAD.
    pub(super) fn refused(detail: String) -> Self {
        let upper = detail.to_ascii_uppercase();
        if upper.contains("UNSAFE LOGIN") {
            return Self::Owner { code: "id-required", detail };
        }
        if upper.contains("[LIMIT]") || upper.contains("TOO MANY") {
            return Self::Limited;
        }
        if ["[UNAVAILABLE]", "[INUSE]", "[SERVERBUG]"].iter().any(|code| upper.contains(code)) {
            return Self::Lost(detail);
        }
        Self::Refused(detail)
    }

    /// The same fault as the answer to a sign-in: a NO means that name or password is wrong. Trying again would lock
    /// the account.
    pub(super) fn at_login(self) -> Self {
        match self {
            Self::Refused(detail) => Self::Owner { code: "mail_login_refused", detail },
            other @ (Self::Lost(_) | Self::Garbled(_) | Self::Limited | Self::Owner { .. }) => other,
        }
    }

    /// The same fault as the answer to a token.
    pub(super) fn at_token(self) -> Self {
        match self {
            Self::Refused(detail) => Self::Owner { code: "mail_oauth_refused", detail },
            other @ (Self::Lost(_) | Self::Garbled(_) | Self::Limited | Self::Owner { .. }) => other,
        }
    }

    /// The error of the port.
    pub(super) fn into_error(self) -> ChannelError {
        match self {
            Self::Lost(detail) => ChannelError::Unreachable { detail },
            Self::Refused(detail) | Self::Garbled(detail) => ChannelError::Unexpected { detail },
            Self::Limited => ChannelError::RateLimited { retry_after: None },
            Self::Owner { code, detail } => ChannelError::OwnerMustAct { code: code.to_owned(), detail },
        }
    }
}

/// One line of at most 200 characters.
pub(super) fn cut(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(DETAIL).collect()
}
