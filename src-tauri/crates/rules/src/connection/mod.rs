//! The connection test (`docs/RULES.md` §8): what is wrong with a connection, by which code, and what helps.
//!
//! The facts are found out by whoever can ask a platform; here they are only judged. The answer is data: a code, the
//! parameters it speaks of, and a remedy. The words belong to the faces.

mod directory;
mod limits;
mod mailbox;
mod names;
mod verdict;

pub use directory::{Directory, Gateway, Mailbox};
pub use limits::Limits;
pub use mailbox::{LoginRefusal, SecretKind, login_refusal, secret_kind};
pub use names::{NameMismatch, NameTrait, Piece, compare_names};
pub use verdict::{Verdict, days_left, ending_soon, verdict};

pub use domain::{Access, Caller, Login, ShopState};

use domain::{Capability, CapabilityState, Platform, Timestamp};
use serde::Serialize;

/// What was found out about a connection. A field that could not be found out is `None`: its check is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// The platform.
    pub platform: Platform,
    /// Whether the platform answers, and knows the application.
    pub access: Option<Access>,
    /// The company as the owner registered it here, and as the platform has it.
    pub company: Option<(String, String)>,
    /// The state of the shop.
    pub shop: Option<ShopState>,
    /// When the authorisation ends: when the owner must sign in again.
    pub authorised_until: Option<Timestamp>,
    /// What each capability's probe answered.
    pub capabilities: Vec<(Capability, CapabilityState)>,
    /// Whether the platform takes calls from this address, and the address as it saw it.
    pub caller: Option<Caller>,
    /// The platform's clock, at the moment when ours showed `now`.
    pub platform_clock: Option<Timestamp>,
    /// How the mailbox answered the sign-in.
    pub login: Option<Login>,
}

/// A line of the test.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Check {
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
    Permission(Capability),
    /// The mailbox lets us in.
    Mailbox,
}

/// How a line came out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "outcome")]
pub enum Outcome {
    /// It is as it must be.
    Passed,
    /// It could not be found out.
    Open,
    /// It works, but not for long.
    Warned(Finding),
    /// It does not work.
    Failed(Finding),
}

/// What is wrong and what helps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The code that is shown and asked about, such as `ERR_AUTH_MISMATCH`.
    pub code: &'static str,
    /// The cause with its parameters.
    pub cause: Cause,
    /// What to do.
    pub remedy: Remedy,
}

/// Why a check failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "cause")]
pub enum Cause {
    /// The platform refuses the application itself.
    Refused {
        /// The platform's own word for it.
        word: String,
    },
    /// Nobody answers at the address.
    Unreachable {
        /// What happened, in words for the curious.
        detail: String,
    },
    /// Two names that differ, with the differing characters.
    Names(NameMismatch),
    /// The shop does not sell.
    Shop {
        /// Its state.
        state: ShopState,
    },
    /// The authorisation is over.
    Expired {
        /// Since when.
        since: Timestamp,
    },
    /// The authorisation ends soon.
    Expiring {
        /// When.
        until: Timestamp,
        /// Whole days that are left.
        days: i64,
    },
    /// A capability is off.
    Denied {
        /// The platform's own word for it.
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
        ahead_s: i64,
        /// So many the platform forgives.
        tolerated_s: i64,
    },
    /// The mailbox refused.
    Login {
        /// Why, as far as the server and its provider's ways tell.
        refusal: LoginRefusal,
    },
}

/// What to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Remedy {
    /// Look at the application's number and key again.
    CheckApplication,
    /// Look at the address and the network.
    CheckAddress,
    /// Write the company's name on both sides as the licence has it.
    AlignCompanyName,
    /// Activate the shop in the platform's own pages.
    ActivateShop,
    /// Clear the freeze with the platform.
    ClearFreeze,
    /// Ask the platform; nothing here helps.
    AskPlatform,
    /// Sign in at the platform again.
    AuthoriseAgain,
    /// Apply for the permission, or go on without it.
    ApplyForPermission,
    /// Nothing: this way to the platform has no call for it.
    GoWithout,
    /// Enter the address in the platform's list.
    ListAddress,
    /// Let the system set the clock.
    SetClock,
    /// Make an authorisation code in the mailbox's web settings and enter it instead of the password.
    UseAuthorisationCode,
    /// Make a password for programs in the mailbox's web settings.
    UseAppPassword,
    /// Sign in through the browser.
    UseBrowser,
    /// Allow the program in the mailbox's web settings.
    AllowProgram,
    /// Switch IMAP on in the mailbox's web settings.
    SwitchImapOn,
    /// Look at the name and the password again.
    CheckPassword,
}

/// Judges a connection: one line a check, in the order in which they are worth mending.
#[must_use]
pub fn connection_test(facts: &Facts, now: Timestamp, limits: &Limits) -> Vec<(Check, Outcome)> {
    let mut lines = vec![(Check::Access, access(facts.access.as_ref()))];
    if facts.platform == Platform::Mail {
        lines.push((Check::Mailbox, mailbox(facts.login.as_ref(), limits)));
        // Only a sign-in through the browser can end; a password has no date.
        if facts.authorised_until.is_some() {
            lines.push((Check::Authorisation, authorisation(facts.authorised_until, now, limits)));
        }
    } else {
        lines.push((Check::Clock, clock(facts, now, limits)));
        lines.push((Check::Caller, caller(facts.caller.as_ref())));
        lines.push((Check::Authorisation, authorisation(facts.authorised_until, now, limits)));
        lines.push((Check::Shop, shop(facts.shop)));
        lines.push((Check::Company, company(facts.company.as_ref())));
    }
    let capabilities = facts.capabilities.iter();
    lines.extend(capabilities.map(|(which, state)| (Check::Permission(*which), permission(state))));
    lines
}

const fn failed(code: &'static str, cause: Cause, remedy: Remedy) -> Outcome {
    Outcome::Failed(Finding { code, cause, remedy })
}

fn access(access: Option<&Access>) -> Outcome {
    match access {
        None => Outcome::Open,
        Some(Access::Granted) => Outcome::Passed,
        Some(Access::Refused { word }) => {
            failed("ERR_APP_REFUSED", Cause::Refused { word: word.clone() }, Remedy::CheckApplication)
        }
        Some(Access::Unreachable { detail }) => {
            failed("ERR_UNREACHABLE", Cause::Unreachable { detail: detail.clone() }, Remedy::CheckAddress)
        }
    }
}

fn company(names: Option<&(String, String)>) -> Outcome {
    let Some((ours, theirs)) = names else { return Outcome::Open };
    compare_names(ours, theirs).map_or(Outcome::Passed, |mismatch| {
        failed("ERR_AUTH_MISMATCH", Cause::Names(mismatch), Remedy::AlignCompanyName)
    })
}

fn shop(state: Option<ShopState>) -> Outcome {
    let Some(state) = state else { return Outcome::Open };
    let (code, remedy) = match state {
        ShopState::Normal => return Outcome::Passed,
        ShopState::Inactive => ("ERR_SHOP_INACTIVE", Remedy::ActivateShop),
        ShopState::Frozen => ("ERR_SHOP_FROZEN", Remedy::ClearFreeze),
        ShopState::Banned => ("ERR_SHOP_BANNED", Remedy::AskPlatform),
    };
    failed(code, Cause::Shop { state }, remedy)
}

fn authorisation(until: Option<Timestamp>, now: Timestamp, limits: &Limits) -> Outcome {
    const DAY_S: i64 = 86_400;
    let Some(until) = until else { return Outcome::Open };
    let left = until.as_second() - now.as_second();
    if until <= now {
        return failed("ERR_AUTH_EXPIRED", Cause::Expired { since: until }, Remedy::AuthoriseAgain);
    }
    if left > limits.warn_before_s.value {
        return Outcome::Passed;
    }
    let cause = Cause::Expiring { until, days: left / DAY_S };
    Outcome::Warned(Finding { code: "WARN_AUTH_EXPIRING", cause, remedy: Remedy::AuthoriseAgain })
}

fn permission(state: &CapabilityState) -> Outcome {
    match state {
        CapabilityState::On => Outcome::Passed,
        CapabilityState::Unknown => Outcome::Open,
        CapabilityState::Off { code } => {
            let cause = Cause::Denied { word: code.clone() };
            if state.has_no_call() {
                failed("ERR_NO_CALL", cause, Remedy::GoWithout)
            } else {
                failed("ERR_PERMISSION_MISSING", cause, Remedy::ApplyForPermission)
            }
        }
    }
}

fn caller(caller: Option<&Caller>) -> Outcome {
    match caller {
        None => Outcome::Open,
        Some(Caller { listed: true, .. }) => Outcome::Passed,
        Some(Caller { listed: false, address }) => {
            failed("ERR_IP_NOT_LISTED", Cause::NotListed { address: address.clone() }, Remedy::ListAddress)
        }
    }
}

fn clock(facts: &Facts, now: Timestamp, limits: &Limits) -> Outcome {
    let tolerated = limits.clock_tolerance_s.value.get(&facts.platform);
    let (Some(theirs), Some(tolerated_s)) = (facts.platform_clock, tolerated.copied()) else {
        return Outcome::Open;
    };
    let ahead_s = now.as_second() - theirs.as_second();
    if ahead_s.abs() <= tolerated_s {
        return Outcome::Passed;
    }
    failed("ERR_CLOCK_SKEW", Cause::Skewed { ahead_s, tolerated_s }, Remedy::SetClock)
}

fn mailbox(login: Option<&Login>, limits: &Limits) -> Outcome {
    let (host, answer) = match login {
        None => return Outcome::Open,
        Some(Login::Accepted) => return Outcome::Passed,
        Some(Login::Refused { host, answer }) => (host, answer),
    };
    let refusal = login_refusal(host, answer, limits);
    let (code, remedy) = match refusal {
        LoginRefusal::CodeNeeded => ("ERR_MAIL_CODE_NEEDED", Remedy::UseAuthorisationCode),
        LoginRefusal::AppPasswordNeeded => ("ERR_MAIL_APP_PASSWORD_NEEDED", Remedy::UseAppPassword),
        LoginRefusal::BrowserNeeded => ("ERR_MAIL_OAUTH_NEEDED", Remedy::UseBrowser),
        LoginRefusal::ProgramRefused => ("ERR_MAIL_UNSAFE_LOGIN", Remedy::AllowProgram),
        LoginRefusal::ImapOff => ("ERR_MAIL_IMAP_OFF", Remedy::SwitchImapOn),
        LoginRefusal::Wrong => ("ERR_MAIL_LOGIN_REFUSED", Remedy::CheckPassword),
    };
    failed(code, Cause::Login { refusal }, remedy)
}

#[cfg(test)]
mod tests;
