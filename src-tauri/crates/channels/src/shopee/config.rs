//! What must be known of a shop before the first call.

use domain::{Keep, Secret};
use std::time::Duration;

/// The region in which Shopee forbids sending chat messages through the API.
const NO_SEND_REGION: &str = "TW";

/// One shop of one partner application.
#[derive(Debug, Clone)]
pub struct ShopeeConfig {
    /// Such as `https://partner.shopeemobile.com`; plain `http` only to this computer.
    pub host: String,
    /// The application's id.
    pub partner_id: u64,
    /// The application's key; signs every call.
    pub partner_key: Secret,
    /// The shop's id.
    pub shop_id: u64,
    /// The shop's market, ISO 3166, such as `SG`.
    pub region: String,
    /// How far back the first sync reaches. Later rounds know no time, only what was seen.
    pub first_sync: Duration,
    /// Whether to ask for lost pushes. They belong to the application, so one of its shops is enough.
    pub lost_pushes: bool,
    /// Which personal fields of orders the owner wants: nothing else is asked for.
    pub keep: Keep,
}

impl ShopeeConfig {
    /// A configuration with a first sync of 30 days and lost pushes on.
    #[must_use]
    pub fn new(
        host: impl Into<String>,
        partner_id: u64,
        partner_key: Secret,
        shop_id: u64,
        region: impl Into<String>,
    ) -> Self {
        Self {
            host: host.into(),
            partner_id,
            partner_key,
            shop_id,
            region: region.into(),
            first_sync: Duration::from_secs(30 * 86_400),
            lost_pushes: true,
            keep: Keep::default(),
        }
    }

    /// Whether the platform lets an API send chat messages in this shop's region.
    pub(crate) fn may_send(&self) -> bool {
        may_send_in(&self.region)
    }
}

/// Whether the platform lets an API send chat messages in a region.
pub(crate) fn may_send_in(region: &str) -> bool {
    !region.eq_ignore_ascii_case(NO_SEND_REGION)
}
