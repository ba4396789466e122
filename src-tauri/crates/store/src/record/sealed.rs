//! Phone numbers and addresses, sealed.

use domain::{PersonalField, StoreId, Timestamp};

/// A field of an order to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedWrite {
    /// The store.
    pub store: StoreId,
    /// The order.
    pub order_no: String,
    /// The field.
    pub field: PersonalField,
    /// The sealed bytes; none if it came and could not be sealed.
    pub value: Option<Vec<u8>>,
    /// The platform's time of the order's state.
    pub told_at: Timestamp,
    /// When it came.
    pub received_at: Timestamp,
}

/// A field of an order as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedRow {
    /// The order.
    pub order_no: String,
    /// The field.
    pub field: PersonalField,
    /// The sealed bytes; empty if there are none.
    pub value: Vec<u8>,
    /// A state of the order came then whose value could not be sealed, and none since that could.
    pub missed_at: Option<Timestamp>,
}
