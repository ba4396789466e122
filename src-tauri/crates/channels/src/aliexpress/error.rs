//! What the platform's error words ask of us: wait, renew the token, switch a capability off, call the owner.

use crate::ChannelError;
use domain::Flaw;
use std::time::Duration;

/// An error as the platform states it, in whichever of its forms.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ApiError {
    /// A number (old family) or a word (present family).
    pub code: String,
    /// The finer code, empty if there is none.
    pub sub_code: String,
    /// The platform's words.
    pub message: String,
    /// Whether it came inside an answer that the gateway itself called a success.
    pub business: bool,
}

/// What an [`ApiError`] asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// A call limit: wait, this long if the platform said so.
    Wait(Option<Duration>),
    /// The platform is in trouble or too slow. A read may be repeated; of a send nobody knows whether it was done.
    PlatformTrouble,
    /// The API is not permitted or withdrawn: the capability is off.
    CapabilityOff,
    /// The token is missing, wrong or over: renew it, then ask the owner.
    Token,
    /// The signature is wrong.
    Signature,
    /// This computer's clock is wrong.
    Clock,
    /// App key or caller IP: only the owner can help.
    Owner,
    /// The call itself is wrong, or the platform refuses what it asks for.
    Refused,
}

impl ApiError {
    /// The most telling code: the finer one where there is one.
    #[must_use]
    pub fn word(&self) -> &str {
        if self.sub_code.is_empty() { &self.code } else { &self.sub_code }
    }

    /// What to do about it.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        self.by_word(&self.sub_code)
            .or_else(|| self.by_word(&self.code))
            .or_else(|| self.by_code())
            .unwrap_or(Verdict::Refused)
    }

    /// Whether a refusal is none: what broke off at the far side may have been done before.
    #[must_use]
    pub fn leaves_open(&self) -> bool {
        let word = self.word().to_ascii_lowercase();
        let plain: String = word.chars().filter(char::is_ascii_alphanumeric).collect();
        let trouble =
            ["systemerror", "internalerror", "unknownerror", "serviceunavailable", "timeout", "timedout"];
        trouble.iter().any(|part| plain.contains(part))
    }

    /// Dotted words mean the same wherever they stand.
    fn by_word(&self, word: &str) -> Option<Verdict> {
        Some(match word {
            "session-is-blank" => Verdict::Token,
            _ if word.starts_with("accesscontrol.limited-by") => Verdict::Wait(self.banned_for()),
            _ if word.starts_with("isv.permission-ip-whitelist") => Verdict::Owner,
            _ if word.starts_with("isv.permission") => Verdict::CapabilityOff,
            _ if word.starts_with("isp.") => Verdict::PlatformTrouble,
            _ => return None,
        })
    }

    fn by_code(&self) -> Option<Verdict> {
        let numbers = !self.business;
        let verdict = match self.code.as_str() {
            "ApiCallLimit" | "AppCallLimit" | "SellerCallLimit" => Verdict::Wait(self.banned_for()),
            "4" | "5" | "6" | "7" | "8" if numbers => Verdict::Wait(self.banned_for()),
            "ServiceUnavailable" | "InternalError" | "UnknownRuntimeException" | "ServiceTimeout" => {
                Verdict::PlatformTrouble
            }
            "10" if numbers => Verdict::PlatformTrouble,
            // Whose fault it was is in the sub code; without one it was on the far side of the gateway.
            "15" if numbers => {
                if self.sub_code.starts_with("isv.") {
                    Verdict::Refused
                } else {
                    Verdict::PlatformTrouble
                }
            }
            "InsufficientPermission" | "InvalidApiPath" | "UnsupportedMethod" | "local_no_permission" => {
                Verdict::CapabilityOff
            }
            "11" | "12" | "13" | "22" if numbers => Verdict::CapabilityOff,
            "IncompleteSignature" | "InvalidSignature" => Verdict::Signature,
            "24" | "25" if numbers => Verdict::Signature,
            "IllegalAccessToken" | "AccessTokenExpired" | "local_token_refused" => Verdict::Token,
            "26" | "27" if numbers => Verdict::Token,
            "InvalidAppKey" | "AppWhiteIpLimit" => Verdict::Owner,
            "28" | "29" if numbers => Verdict::Owner,
            "IllegalTimestamp" => Verdict::Clock,
            "30" | "31" if numbers => Verdict::Clock,
            _ if self.says_withdrawn() => Verdict::CapabilityOff,
            _ => return None,
        };
        Some(verdict)
    }

    fn says_withdrawn(&self) -> bool {
        let message = self.message.to_ascii_lowercase();
        message.contains("api not exist") || message.contains("invalid method")
    }

    /// "This ban will last for 3 more seconds": the number before the word.
    fn banned_for(&self) -> Option<Duration> {
        let words: Vec<&str> =
            self.message.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
        let at = words.iter().position(|w| w.to_ascii_lowercase().starts_with("second"))?;
        words[..at].iter().rev().take(2).find_map(|w| w.parse().ok()).map(Duration::from_secs)
    }
}

/// Why a call gave nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    /// It certainly never left this computer.
    NeverLeft(String),
    /// It left, and no answer came; or a gateway answered for a platform that was not there.
    Lost(String),
    /// The gateway asks to wait.
    Wait(Option<Duration>),
    /// The platform refused.
    Api(ApiError),
    /// Something needs the owner before any call can be made.
    Owner {
        /// A word for the UI.
        code: &'static str,
        /// What happened.
        detail: String,
    },
    /// An answer that makes no sense.
    Garbage {
        /// The answer, or its shape.
        bytes: Vec<u8>,
        /// What is wrong with it.
        flaw: Flaw,
    },
}

/// How a fault ends a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Ending {
    /// The capability is off, with the platform's word.
    Off(String),
    /// The round failed.
    Failed(ChannelError),
    /// The answer goes to quarantine; the other streams go on.
    Quarantine {
        /// The answer.
        bytes: Vec<u8>,
        /// What is wrong with it.
        flaw: Flaw,
    },
}

impl Fault {
    /// An answer that cannot be read leaves its shape: there may be a buyer's address in it.
    pub(super) fn without_content(self) -> Self {
        match self {
            Self::Garbage { bytes, flaw } => {
                Self::Garbage { bytes: crate::shape::of_bytes(None, &bytes), flaw }
            }
            other => other,
        }
    }

    /// What it means for the stream that met it.
    pub(super) fn ending(self) -> Ending {
        let failed = match self {
            Self::NeverLeft(detail) | Self::Lost(detail) => ChannelError::Unreachable { detail },
            Self::Wait(retry_after) => ChannelError::RateLimited { retry_after },
            Self::Owner { code, detail } => ChannelError::OwnerMustAct { code: code.into(), detail },
            Self::Garbage { bytes, flaw } => return Ending::Quarantine { bytes, flaw },
            Self::Api(error) => match error.verdict() {
                Verdict::CapabilityOff => return Ending::Off(error.word().to_owned()),
                Verdict::Wait(retry_after) => ChannelError::RateLimited { retry_after },
                Verdict::PlatformTrouble => ChannelError::Unreachable { detail: error.to_string() },
                Verdict::Clock => ChannelError::ClockSkew,
                Verdict::Token | Verdict::Signature | Verdict::Owner => {
                    ChannelError::OwnerMustAct { code: error.word().to_owned(), detail: error.to_string() }
                }
                Verdict::Refused => ChannelError::Unexpected { detail: error.to_string() },
            },
        };
        Ending::Failed(failed)
    }
}

impl std::fmt::Display for ApiError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.code)?;
        if !self.sub_code.is_empty() {
            write!(f, " ({})", self.sub_code)?;
        }
        write!(f, ": {}", self.message)
    }
}
