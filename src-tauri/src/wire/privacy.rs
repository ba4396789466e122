//! Least data: how long is kept what, and what was erased.

use serde::{Deserialize, Serialize};
use specta::Type;

/// What is kept of a store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct StorePrivacyDto {
    /// Store id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Days for which content is kept; 0 = for ever.
    pub keep_days: u32,
    /// What its owner may want of its orders; none where orders have nothing of the sort.
    pub personal: Vec<PersonalSwitchDto>,
}

/// A field of orders that is off by default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "lowercase")]
pub enum PersonalFieldDto {
    /// The recipient's phone number.
    Phone,
    /// The recipient's name and address.
    Address,
}

/// Whether it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
pub struct PersonalSwitchDto {
    /// The field.
    pub field: PersonalFieldDto,
    /// Whether its owner signed for it.
    pub on: bool,
    /// How many are kept.
    pub kept: u32,
}

/// A field of an order that is kept, as it may stand on the screen. Never what it says in full.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct PersonalDto {
    /// The field.
    pub field: PersonalFieldDto,
    /// What can be said of it.
    pub state: PersonalStateDto,
    /// Its ends, such as `138****5678`, where it opens.
    pub masked: Option<String>,
}

/// What can be said of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "lowercase")]
pub enum PersonalStateDto {
    /// It can be shown.
    Kept,
    /// It can be shown, but a later one came that could not be kept.
    Stale,
    /// It came, and could not be kept without the key.
    Missed,
    /// The key store does not answer now.
    Locked,
    /// The key is gone: nobody can open it.
    Lost,
}

/// What an erasure took away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct ErasedDto {
    /// Conversations without content now.
    pub conversations: u32,
    /// Messages without content now.
    pub messages: u32,
}
