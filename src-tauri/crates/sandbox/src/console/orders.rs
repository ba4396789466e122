//! What the console can be told.

use super::Platforms;
use crate::aliexpress::Area;
use crate::faults::{Fault, Faults};
use crate::mailbox::MailFault;
use serde::Deserialize;
use std::time::Duration;

/// An order that can't be carried out, in words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct OrderRefused(pub(super) String);

/// Somebody writes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Say {
    /// Their number on the platform; for a mail it is not asked for.
    #[serde(default = "first_buyer")]
    buyer: u64,
    /// Their name, or for a mail the sender's address.
    #[serde(default)]
    name: String,
    /// The subject of a mail.
    #[serde(default)]
    subject: String,
    text: String,
}

const fn first_buyer() -> u64 {
    1_001
}

/// Something goes wrong with calls.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Arm {
    /// A part of the call's path, query or body; empty for every call.
    #[serde(default)]
    call: String,
    fault: Wrong,
    /// How often; without it, until the faults are cleared.
    times: Option<usize>,
    /// So many matching calls go well first; then it happens once.
    spared: Option<usize>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Wrong {
    CutBefore,
    CutAfter,
    DelayBeforeMs(u64),
    DelayAfterMs(u64),
    Status { status: u16, retry_after: Option<u64> },
    Answer { status: u16, body: String },
}

impl From<Wrong> for Fault {
    fn from(wrong: Wrong) -> Self {
        match wrong {
            Wrong::CutBefore => Self::CutBefore,
            Wrong::CutAfter => Self::CutAfter,
            Wrong::DelayBeforeMs(ms) => Self::DelayBefore(Duration::from_millis(ms)),
            Wrong::DelayAfterMs(ms) => Self::DelayAfter(Duration::from_millis(ms)),
            Wrong::Status { status, retry_after } => Self::Status { status, retry_after },
            Wrong::Answer { status, body } => Self::Answer { status, body },
        }
    }
}

/// Something about the account changes.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Switch {
    /// The shop is frozen, or no longer.
    Frozen(bool),
    /// The caller's address is not on the list, or is.
    AddressUnlisted(bool),
    /// Access tokens end now.
    ExpireTokens,
    /// The owner takes the authorisation back; Shopee alone.
    Revoke,
    /// A part of the interface is not permitted, or is: `chat`, `orders`, `returns` …
    Permission { part: String, granted: bool },
    /// The mailbox refuses to let its owner in, or no longer.
    LoginRefused(bool),
    /// The mailbox takes an authorisation code alone, or no longer.
    WantsCode(bool),
    /// The mailbox is numbered anew.
    UidValidity(u32),
}

impl Platforms {
    pub(super) fn say(&self, platform: &str, say: &Say) -> Result<(), OrderRefused> {
        match platform {
            "shopee" => {
                self.shopee.0.add_buyer(say.buyer, named(say));
                self.shopee.0.buyer_says(say.buyer, &say.text);
            }
            "aliexpress" => {
                self.aliexpress.add_buyer(say.buyer, named(say), "RU");
                self.aliexpress.buyer_says(say.buyer, &say.text);
            }
            "aliexpress_russia" => {
                self.russia.buyer_says(&format!("ru{}", say.buyer), &say.text);
            }
            "mail" => {
                let from = if say.name.is_empty() { "buyer@example.com" } else { &say.name };
                self.mail.deliver_simple(from, &say.subject, &say.text, &[]);
            }
            _ => return Err(nobody(platform)),
        }
        Ok(())
    }

    pub(super) fn arm(&self, platform: &str, arm: Arm) -> Result<(), OrderRefused> {
        let faults = self.faults(platform)?;
        let Arm { call, fault, times, spared } = arm;
        match (spared, times) {
            (Some(spared), _) => faults.skip(&call, spared, fault.into()),
            (None, Some(times)) => faults.arm(&call, fault.into(), times),
            (None, None) => faults.arm_always(&call, fault.into()),
        }
        Ok(())
    }

    pub(super) fn heal(&self, platform: &str) -> Result<(), OrderRefused> {
        if platform == "mail" {
            self.mail.faults().clear();
        } else {
            self.faults(platform)?.clear();
        }
        Ok(())
    }

    pub(super) fn switch(&self, platform: &str, switch: &Switch) -> Result<(), OrderRefused> {
        let shop = &self.shopee.0;
        match (platform, switch) {
            ("shopee", Switch::Frozen(frozen)) => {
                shop.set_shop_status(if *frozen { "FROZEN" } else { "NORMAL" })
            }
            ("shopee", Switch::AddressUnlisted(unlisted)) => shop.unlist_caller(*unlisted),
            ("shopee", Switch::ExpireTokens) => shop.expire_access(),
            ("shopee", Switch::Revoke) => shop.revoke(),
            ("shopee", Switch::Permission { part, granted: true }) => shop.permit(module(part)?),
            ("shopee", Switch::Permission { part, granted: false }) => {
                shop.deny(module(part)?, "error_api_permission");
            }
            ("aliexpress", Switch::Frozen(frozen)) => self.aliexpress.freeze(*frozen),
            ("aliexpress", Switch::AddressUnlisted(unlisted)) => self.aliexpress.unlist_caller(*unlisted),
            ("aliexpress", Switch::ExpireTokens) => self.aliexpress.expire_access_tokens(),
            ("aliexpress", Switch::Permission { part, granted }) => {
                self.aliexpress.permit(area(part)?, *granted);
            }
            ("aliexpress_russia", Switch::ExpireTokens) => self.russia.revoke_tokens(),
            ("aliexpress_russia", Switch::Permission { part, granted }) => {
                self.russia.permit(russian_call(part)?, *granted);
            }
            ("mail", Switch::LoginRefused(on)) => {
                self.mail_fault(MailFault::RefuseLogin("AUTHENTICATIONFAILED"), *on);
            }
            ("mail", Switch::WantsCode(on)) => self.mail_fault(MailFault::WantsCode, *on),
            ("mail", Switch::UidValidity(new)) => self.mail.set_uid_validity(*new),
            ("shopee" | "aliexpress" | "aliexpress_russia" | "mail" | "wecom", _) => {
                return Err(OrderRefused(format!("{platform} has no such switch")));
            }
            _ => return Err(nobody(platform)),
        }
        Ok(())
    }

    fn mail_fault(&self, fault: MailFault, on: bool) {
        let faults = self.mail.faults();
        if on { faults.arm_always(fault) } else { faults.clear() }
    }

    fn faults(&self, platform: &str) -> Result<Faults, OrderRefused> {
        match platform {
            "shopee" => Ok(self.shopee_core.faults.clone()),
            "aliexpress" => Ok(self.aliexpress.faults()),
            "aliexpress_russia" => Ok(self.russia.faults()),
            "wecom" => Ok(self.wecom_core.faults.clone()),
            _ => Err(nobody(platform)),
        }
    }
}

fn named(say: &Say) -> &str {
    if say.name.is_empty() { "sandbox_buyer" } else { &say.name }
}

/// A part of Shopee's interface, as its paths name it.
fn module(part: &str) -> Result<&'static str, OrderRefused> {
    Ok(match part {
        "chat" => "sellerchat",
        "orders" => "/order/",
        "disputes" => "/returns/",
        _ => {
            let known = "chat, orders, disputes";
            return Err(OrderRefused(format!("no part of the interface is called {part}; known: {known}")));
        }
    })
}

fn area(part: &str) -> Result<Area, OrderRefused> {
    Ok(match part {
        "profile" => Area::Profile,
        "chat" => Area::PartnerIm,
        "legacy_messages" => Area::LegacyMessages,
        "orders" => Area::Orders,
        "disputes" => Area::Disputes,
        _ => {
            let known = "profile, chat, legacy_messages, orders, disputes";
            return Err(OrderRefused(format!("no part of the interface is called {part}; known: {known}")));
        }
    })
}

/// A call of the local interface of AliExpress Russia, as its path names it.
fn russian_call(part: &str) -> Result<&'static str, OrderRefused> {
    Ok(match part {
        "chat" => "chat-messages",
        "sending" => "new-messages",
        "read_marks" => "read-messages",
        _ => {
            let known = "chat, sending, read_marks";
            return Err(OrderRefused(format!("no part of the interface is called {part}; known: {known}")));
        }
    })
}

fn nobody(platform: &str) -> OrderRefused {
    let known = "shopee, aliexpress, aliexpress_russia, mail, wecom";
    OrderRefused(format!("{platform} can't do this; platforms: {known}"))
}
