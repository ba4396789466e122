//! Connections: what is typed, what a test finds, what is kept. Secrets go in and never come out: what carries them in
//! can't be serialised.

use super::list::PlatformDto;
use serde::{Deserialize, Serialize};
use specta::Type;

/// A connection as it was typed. An empty secret, and no tokens, leave what is kept as it is.
#[derive(Clone, Deserialize, Type)]
pub struct ConnectionDraft {
    /// Its platform.
    pub platform: PlatformDto,
    /// By which of its interfaces.
    pub interface: InterfaceDto,
    /// The name to show.
    pub name: String,
    /// The gateway with its scheme, or the IMAP server with its port.
    pub host: String,
    /// Partner id, app key, mail user, or the store's own login in its chats.
    pub account: String,
    /// Shop id; empty for others.
    pub shop_id: String,
    /// The company as the licence has it; empty if nobody wants to compare it.
    pub company: String,
    /// The folders of a mailbox that are read beside its inbox; of a store that is kept they stay what they are.
    pub folders: Vec<String>,
    /// Partner key, app secret, mail password, or the token of a seller cabinet.
    pub secret: String,
    /// Where the tokens are.
    pub tokens: TokensDraft,
}

/// By which of a platform's interfaces a store is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum InterfaceDto {
    /// The one that the platform gives to applications.
    Usual,
    /// The local interface of AliExpress Russia: chats only, by a token from the seller cabinet.
    RussianLocal,
}

/// Where the tokens of a connection come from.
#[derive(Clone, Deserialize, Type)]
#[serde(tag = "from", rename_all = "snake_case")]
pub enum TokensDraft {
    /// From nowhere: a mailbox has none, and a kept store keeps its own.
    Nothing,
    /// They were pasted.
    Pasted {
        /// The access token.
        access: String,
        /// The refresh token; empty if there is none.
        refresh: String,
    },
    /// The owner signed in through the browser, under this id.
    SignedIn {
        /// The sign-in.
        id: String,
    },
}

/// What a test found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct ReportDto {
    /// When.
    pub at: String,
    /// What follows from it.
    pub verdict: VerdictDto,
    /// One line a check, in the order in which they are worth mending.
    pub lines: Vec<CheckLine>,
}

/// Whether a connection is worth keeping.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum VerdictDto {
    /// Nothing failed.
    Fit,
    /// Nothing but capabilities is missing: kept if the owner wants it anyway.
    Partly,
    /// It would not work.
    Unfit,
}

/// A check of the test.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum CheckDto {
    /// The platform answers, and knows the application.
    Access,
    /// The company's name is the same on both sides.
    Company,
    /// The shop sells.
    Shop,
    /// The authorisation holds.
    Authorisation,
    /// Calls from this computer are taken.
    Caller,
    /// The clocks agree.
    Clock,
    /// A capability works.
    Permission,
    /// The mailbox lets us in.
    Mailbox,
}

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum CheckState {
    /// It is as it must be.
    Held,
    /// It works, but not for long.
    Warned,
    /// It stands in the way.
    Failed,
    /// A capability that is missing; everything else works.
    Off,
    /// It could not be asked.
    Open,
}

/// One line of the test.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct CheckLine {
    /// What was checked.
    pub check: CheckDto,
    /// Which capability, for [`CheckDto::Permission`].
    pub capability: Option<String>,
    /// How it came out.
    pub state: CheckState,
    /// The code that is asked about, such as `ERR_AUTH_MISMATCH`.
    pub code: Option<String>,
    /// Why it did not hold.
    pub cause: Option<CauseDto>,
    /// What helps, as a code.
    pub remedy: Option<String>,
}

/// Why a check did not hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(tag = "cause", rename_all = "snake_case")]
pub enum CauseDto {
    /// The platform refuses the application itself.
    Refused {
        /// The platform's own word.
        word: String,
    },
    /// Nobody answers.
    Unreachable {
        /// What happened, in words for the curious.
        detail: String,
    },
    /// Two names that differ.
    Names {
        /// The name here.
        ours: Vec<NamePiece>,
        /// The name at the platform.
        theirs: Vec<NamePiece>,
        /// In what: `width`, `spaces`, `case`, `characters`.
        traits: Vec<String>,
    },
    /// The shop does not sell.
    Shop {
        /// `inactive`, `frozen`, `banned`.
        state: String,
    },
    /// The authorisation is over.
    Expired {
        /// Since when.
        since: String,
    },
    /// The authorisation ends soon.
    Expiring {
        /// When.
        until: String,
        /// Whole days that are left.
        days: u32,
    },
    /// A capability is off.
    Denied {
        /// The platform's own word.
        word: String,
    },
    /// The platform takes no calls from here.
    NotListed {
        /// The address to be listed, if the platform named it.
        address: Option<String>,
    },
    /// This computer's clock is off.
    Skewed {
        /// By so many seconds it runs ahead; negative if it is behind.
        ahead_s: i32,
        /// So many the platform forgives.
        tolerated_s: i32,
    },
    /// The mailbox refused.
    Login {
        /// `code_needed`, `app_password_needed`, `browser_needed`, `program_refused`, `imap_off`, `wrong`.
        refusal: String,
    },
}

/// A run of characters of a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct NamePiece {
    /// The characters.
    pub text: String,
    /// Whether the other name has none of them here.
    pub differs: bool,
}

/// What became of a connection that was to be kept or changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct ConnectedDto {
    /// The store; none if its test did not allow it.
    pub store_id: Option<String>,
    /// The test.
    pub report: ReportDto,
}

/// A connection as it is kept, without its secrets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct ConnectionDto {
    /// By which of its platform's interfaces.
    pub interface: InterfaceDto,
    /// The name to show.
    pub name: String,
    /// The gateway, or the IMAP server.
    pub host: String,
    /// Partner id, app key, mail user, or the store's own login in its chats.
    pub account: String,
    /// Shop id; empty where there is none.
    pub shop_id: String,
    /// The company as the licence has it; empty if nobody wants to compare it.
    pub company: String,
    /// Whether the owner of a mailbox signed in through the browser.
    pub by_browser: bool,
    /// When the authorisation ends, if that is known.
    pub authorised_until: Option<String>,
    /// What the store may do.
    pub capabilities: Vec<CapabilityDto>,
}

/// A capability of a store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct CapabilityDto {
    /// Which.
    pub capability: String,
    /// Whether it works; none if nobody has asked yet.
    pub on: Option<bool>,
    /// The platform's word for why not.
    pub code: Option<String>,
}

/// A sign-in that waits for the browser.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct SignInDto {
    /// Names it.
    pub id: String,
    /// The platform's page.
    pub url: String,
    /// Where the platform is asked to go back to.
    pub redirect: String,
    /// Whether the browser was opened; if not, the owner opens the page by hand.
    pub opened: bool,
}

/// What a sign-in gave. Its tokens are in the key store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct SignedInDto {
    /// The shops that can be connected with it; empty where the platform knows no shop numbers.
    pub shops: Vec<String>,
    /// The seller's login, empty if the platform does not tell.
    pub seller: String,
}

/// The addresses that are known by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct DirectoryDto {
    /// The interfaces of the platforms, the usual one of each first.
    pub gateways: Vec<GatewayDto>,
    /// The common providers of mailboxes.
    pub mailboxes: Vec<MailProviderDto>,
}

/// One interface of a platform.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct GatewayDto {
    /// Its platform.
    pub platform: PlatformDto,
    /// Which of its interfaces.
    pub interface: InterfaceDto,
    /// What its name is looked up by.
    pub id: String,
    /// Its address.
    pub url: String,
}

/// A provider of mailboxes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct MailProviderDto {
    /// What its name is looked up by.
    pub id: String,
    /// The domains of its own addresses.
    pub domains: Vec<String>,
    /// Its server with the port.
    pub host: String,
    /// What it takes from programs: `password`, `code`, `app_password`, `browser`.
    pub secret: String,
    /// What a sign-in through the browser needs of the owner's application; none if there is no such sign-in.
    pub sign_in: Option<SignInNeeds>,
}

/// What the owner types of an application that was registered at a mailbox's provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum SignInNeeds {
    /// Its id; it may have a secret.
    Id,
    /// Its id and its secret.
    IdAndSecret,
}
