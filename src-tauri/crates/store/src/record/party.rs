//! Stores, accounts and buyers.

use domain::{
    AccountId, AccountName, BuyerId, Capability, CapabilityState, Keep, Platform, Presence, StoreId,
    Timestamp,
};
use std::collections::BTreeMap;

/// A store to be connected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewStore {
    /// Where it lives.
    pub platform: Platform,
    /// The name to show.
    pub name: String,
    /// The platform's id of it, unique on the platform.
    pub external_id: String,
    /// The channel's settings; opaque JSON.
    pub settings: String,
    /// The name of its secret in the key store; never the secret.
    pub secret_handle: String,
}

/// A store as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreRow {
    /// Its id.
    pub id: StoreId,
    /// What was connected.
    pub store: NewStore,
    /// Whether phone replies count (多端同步).
    pub multi_device_sync: bool,
    /// What it is able to do.
    pub capabilities: BTreeMap<Capability, CapabilityState>,
    /// How far each stream was read.
    pub cursors: BTreeMap<String, String>,
    /// Switched off by a person.
    pub paused: bool,
    /// When a check last succeeded.
    pub last_success: Option<Timestamp>,
    /// When one last failed.
    pub last_error_at: Option<Timestamp>,
    /// The code of that failure; empty once a check succeeds.
    pub last_error_code: String,
    /// Nobody but the owner can remove that failure.
    pub owner_must_act: bool,
    /// When the authorisation ends, if that is known.
    pub authorised_until: Option<Timestamp>,
    /// When the owner was last told that this is near.
    pub authorisation_told: Option<Timestamp>,
    /// Days for which content is kept; 0 = for ever.
    pub keep_days: u32,
    /// Which personal fields of orders the owner wants to be kept.
    pub keep: Keep,
}

/// A seat as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountRow {
    /// Its id; the roster is in this order.
    pub id: AccountId,
    /// Its name.
    pub name: AccountName,
    /// Whether it takes work now.
    pub presence: Presence,
    /// Whether it takes part in distribution.
    pub participates: bool,
    /// Its share of new buyers under the preset *weights*, 0 to [`domain::MAX_WEIGHT`].
    pub weight: u32,
    /// Kept for history only.
    pub disabled: bool,
    /// Whether anybody has ever signed in with it: it can then be disabled, not deleted (`docs/RULES.md` §2).
    pub ever_signed_in: bool,
}

/// A seat's distributions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeatCount {
    /// The seat.
    pub account: AccountId,
    /// Its distributions since the instant asked for.
    pub today: u32,
    /// Its last distribution ever.
    pub last: Option<Timestamp>,
}

/// What names a buyer towards a platform.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct BuyerKey {
    /// The store.
    pub store: StoreId,
    /// The platform's id.
    pub key: String,
}

/// A buyer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuyerRow {
    /// Their id.
    pub id: BuyerId,
    /// The store that knows them.
    pub store: StoreId,
    /// The platform's id.
    pub key: String,
    /// The nickname.
    pub name: String,
    /// ISO 3166 code; empty if not known.
    pub country: String,
    /// Goes to the main account, undistributed (私密客户, `docs/RULES.md` §2).
    pub private_customer: bool,
    /// Tags set by people.
    pub tags: Vec<String>,
}

/// What a decision needs to know of a buyer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuyerFacts {
    /// The buyer.
    pub buyer: BuyerRow,
    /// The account they were last distributed to, and when.
    pub recent: Option<(AccountId, Timestamp)>,
}

/// A buyer with what the side panel shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuyerSummary {
    /// The buyer and their recent account.
    pub facts: BuyerFacts,
    /// How many conversations they have.
    pub conversations: u32,
    /// How many messages those have.
    pub messages: u32,
    /// Their orders, newest first, at most 20.
    pub orders: Vec<super::OrderRow>,
    /// When they first wrote or were written to.
    pub first_at: Option<Timestamp>,
}
