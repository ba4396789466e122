//! Reading again what could not be read: by the functions that the connectors use, told the same things beside the bytes.

use crate::bridge::{Item, ReadMark, SOURCE as BRIDGE, again as bridge};
use crate::mail::{FROM_FILE, FROM_SERVER, MailRules, again as mail};
use crate::shopee::{LOST, MESSAGES, PUSHED, again as shopee};
use crate::{Beside, Quarantined, Received, aliexpress::again as aliexpress};
use domain::{Flaw, Timestamp};

/// Why something will not be read again, however much a newer version can read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Barred {
    /// Only its outline was kept: it may hold what nobody asked to be kept (`docs/RULES.md` §8).
    Outline,
    /// Nothing of it is here: nothing came, or it was erased since.
    Nothing,
    /// It was kept without the conversation it belongs to.
    Alone,
    /// It is an answer to a question that is asked again anyway.
    Answer,
}

/// By which way something is read again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Door {
    /// A message of a shop of Shopee.
    ShopeeMessage,
    /// A push of Shopee. Whose it is must be found out first: [`crate::shopee::read_push`].
    ShopeePush,
    /// A message of a shop of AliExpress.
    AliexpressMessage,
    /// A message of a store on AliExpress Russia.
    RussianMessage,
    /// A mail.
    Mail,
    /// An event of a bridge.
    BridgeEvent,
}

/// What is known of the store that something came for, and when it came.
#[derive(Debug, Clone, Copy)]
pub struct Came<'a> {
    /// When it came first.
    pub at: Timestamp,
    /// The shop's id at its platform; empty if it is none.
    pub shop_id: &'a str,
    /// The store's own login in its chats; empty if it has none.
    pub login: &'a str,
    /// The shop's own user id, where it is known.
    pub own_user: Option<&'a str>,
    /// The rules of the mailbox, if it is one.
    pub rules: Option<&'a MailRules>,
}

/// What was read at last.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReadAgain {
    /// What it says.
    pub received: Option<Received>,
    /// How far the team has read a conversation elsewhere, if it says that.
    pub read: Option<ReadMark>,
    /// What of it still cannot be read, and is kept alone from now on.
    pub quarantined: Vec<Quarantined>,
    /// It lay there before anybody wanted it read: it is history.
    pub old: bool,
}

/// By which way what came from `source` is read again. `kept` tells whether any of its bytes are here.
///
/// # Errors
/// Why it will not be.
pub fn door(source: &str, beside: &Beside, kept: bool) -> Result<Door, Barred> {
    if !kept {
        return Err(Barred::Nothing);
    }
    match source {
        MESSAGES => Ok(Door::ShopeeMessage),
        PUSHED | LOST => Ok(Door::ShopeePush),
        aliexpress::PARTNER | aliexpress::LEGACY => match beside {
            Beside::Chat { conversation: Some(_), buyer: Some(_), .. } => Ok(Door::AliexpressMessage),
            _ => Err(Barred::Alone),
        },
        aliexpress::RUSSIAN => Ok(Door::RussianMessage),
        FROM_SERVER | FROM_FILE => Ok(Door::Mail),
        BRIDGE => Ok(Door::BridgeEvent),
        // Orders, returns and disputes.
        "shopee.get_order_list"
        | "shopee.get_order_detail"
        | "shopee.get_return_list"
        | "shopee.get_return_detail"
        | "aliexpress.order"
        | "aliexpress.issue"
        | "aliexpress.push" => Err(Barred::Outline),
        _ => Err(Barred::Answer),
    }
}

/// Reads something again.
///
/// # Errors
/// What is wrong with it. A push is for whoever knows the shops, and never read here.
pub fn read_again(
    door: Door,
    source: &str,
    bytes: Vec<u8>,
    beside: &Beside,
    came: Came<'_>,
) -> Result<ReadAgain, Flaw> {
    let only = |received| ReadAgain { received: Some(received), ..ReadAgain::default() };
    match door {
        Door::ShopeeMessage => shopee::message(&bytes, beside, came.shop_id, came.own_user).map(only),
        Door::AliexpressMessage => aliexpress::row(source, &bytes, beside).map(only),
        Door::RussianMessage => aliexpress::local_row(&bytes, came.login).map(only),
        Door::Mail => {
            let old = matches!(beside, Beside::Mail { old: true, .. } | Beside::MailFile { .. })
                || source == FROM_FILE;
            let received = mail::mail(bytes, beside, came.at, came.rules)?;
            Ok(ReadAgain { old, ..only(received) })
        }
        Door::BridgeEvent => {
            let Item { received, read, quarantined, .. } = bridge::event(&bytes, beside, came.at)?;
            Ok(ReadAgain { received, read, quarantined, old: false })
        }
        Door::ShopeePush => Err(Flaw::other_kind("a push")),
    }
}
