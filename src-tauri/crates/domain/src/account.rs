//! Seats: one main account and its sub-accounts, their names and presence (`docs/RULES.md` §2).

use crate::ids::AccountId;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A main name of this many characters or more can have no sub-accounts (§2, EK 4).
pub const MAIN_NAME_LIMIT: usize = 19;

/// Whether a seat takes work now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Presence {
    /// 在线: present and taking new distribution.
    Online,
    /// 挂起: present, but taking no new distribution while anybody else is online.
    Suspended,
    /// 离线.
    Offline,
}

impl Presence {
    /// The name used in files and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Online => "online",
            Self::Suspended => "suspended",
            Self::Offline => "offline",
        }
    }

    /// Reads [`Presence::as_str`] back.
    #[must_use]
    pub fn parse(s: &str) -> Option<Self> {
        match s {
            "online" => Some(Self::Online),
            "suspended" => Some(Self::Suspended),
            "offline" => Some(Self::Offline),
            _ => None,
        }
    }
}

/// `main` or `main:suffix`, with one half-width colon.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AccountName {
    main: String,
    suffix: Option<String>,
}

/// Why a name was refused; each variant holds what the message to the user needs.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AccountNameError {
    /// Nothing was typed before the colon.
    #[error("the main account name is empty")]
    EmptyMain,
    /// Nothing was typed after the colon.
    #[error("type a name after the colon, for example {main}:客服")]
    EmptySuffix {
        /// The part before the colon.
        main: String,
    },
    /// The colon is the full-width one of a Chinese keyboard.
    #[error("use the half-width colon: {suggestion}")]
    FullWidthColon {
        /// The same name with the right colon.
        suggestion: String,
    },
    /// There is more than one colon.
    #[error("only one colon is allowed in {name}")]
    SecondColon {
        /// What was typed.
        name: String,
    },
    /// The main name is too long to have sub-accounts.
    #[error("a main account name of {length} characters can have no sub-accounts")]
    MainTooLong {
        /// Its length in characters.
        length: usize,
    },
}

impl AccountName {
    /// Reads a name as typed.
    ///
    /// # Errors
    /// Refuses what §2 refuses, with what to type instead.
    pub fn parse(name: &str) -> Result<Self, AccountNameError> {
        let name = name.trim();
        if name.contains('\u{ff1a}') {
            return Err(AccountNameError::FullWidthColon { suggestion: name.replace('\u{ff1a}', ":") });
        }
        let Some((main, suffix)) = name.split_once(':') else {
            return if name.is_empty() {
                Err(AccountNameError::EmptyMain)
            } else {
                Ok(Self { main: name.to_owned(), suffix: None })
            };
        };
        let (main, suffix) = (main.trim(), suffix.trim());
        if main.is_empty() {
            return Err(AccountNameError::EmptyMain);
        }
        if suffix.is_empty() {
            return Err(AccountNameError::EmptySuffix { main: main.to_owned() });
        }
        if suffix.contains(':') {
            return Err(AccountNameError::SecondColon { name: name.to_owned() });
        }
        let length = main.chars().count();
        if length >= MAIN_NAME_LIMIT {
            return Err(AccountNameError::MainTooLong { length });
        }
        Ok(Self { main: main.to_owned(), suffix: Some(suffix.to_owned()) })
    }

    /// The part before the colon.
    #[must_use]
    pub fn main(&self) -> &str {
        &self.main
    }

    /// The part after the colon; none for the main account.
    #[must_use]
    pub fn suffix(&self) -> Option<&str> {
        self.suffix.as_deref()
    }

    /// Whether this names the main account.
    #[must_use]
    pub const fn is_main(&self) -> bool {
        self.suffix.is_none()
    }
}

impl fmt::Display for AccountName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.suffix {
            Some(suffix) => write!(f, "{}:{suffix}", self.main),
            None => f.write_str(&self.main),
        }
    }
}

impl TryFrom<String> for AccountName {
    type Error = AccountNameError;
    fn try_from(name: String) -> Result<Self, Self::Error> {
        Self::parse(&name)
    }
}

impl From<AccountName> for String {
    fn from(name: AccountName) -> Self {
        name.to_string()
    }
}

/// A seat as the roster knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// Its name, unique in the roster.
    pub name: AccountName,
    /// Whether it takes work now.
    pub presence: Presence,
    /// Takes part in distribution: on for sub-accounts, off for the main account unless switched (§2, D).
    pub participates: bool,
    /// Kept for history only: a sub-account that has ever signed in can't be deleted (EK 5).
    pub disabled: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("彩电卖家:客服", "彩电卖家", Some("客服"))]
    #[case("彩电卖家", "彩电卖家", None)]
    #[case("  彩电卖家 : 客服 ", "彩电卖家", Some("客服"))]
    fn a_name_is_main_and_suffix(#[case] typed: &str, #[case] main: &str, #[case] suffix: Option<&str>) {
        let name = AccountName::parse(typed).unwrap();
        assert_eq!((name.main(), name.suffix()), (main, suffix), "spaces around the parts are typing noise");
    }

    #[rstest]
    #[case("", AccountNameError::EmptyMain)]
    #[case(":客服", AccountNameError::EmptyMain)]
    #[case("彩电卖家:", AccountNameError::EmptySuffix { main: "彩电卖家".into() })]
    #[case("彩电卖家\u{ff1a}客服", AccountNameError::FullWidthColon { suggestion: "彩电卖家:客服".into() })]
    #[case("a:b:c", AccountNameError::SecondColon { name: "a:b:c".into() })]
    #[case("一二三四五六七八九十一二三四五六七八九:客服", AccountNameError::MainTooLong { length: 19 })]
    fn a_wrong_name_is_refused_with_its_cause(#[case] typed: &str, #[case] error: AccountNameError) {
        assert_eq!(AccountName::parse(typed), Err(error), "the message tells what to type");
    }

    #[test]
    fn a_main_name_one_short_of_the_limit_may_have_sub_accounts() {
        let name = format!("{}:客服", "彩".repeat(MAIN_NAME_LIMIT - 1));
        assert!(AccountName::parse(&name).is_ok(), "18 characters are allowed, 19 are not");
    }

    #[test]
    fn a_long_main_name_alone_is_fine() {
        assert!(AccountName::parse(&"彩".repeat(30)).is_ok(), "the limit concerns sub-accounts only");
    }
}
