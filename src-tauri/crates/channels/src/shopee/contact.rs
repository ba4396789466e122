//! To whom an order goes, where the owner wants that kept.

use super::json::{text, words};
use crate::contact::{contact, told};
use domain::{Keep, OrderContact, OrderSnapshot, Recipient};
use serde_json::Value;

/// What is asked for besides what every order card needs.
pub(super) const FIELD: &str = "recipient_address";

/// Phone and address of an order as it came.
pub(super) fn read(order: &Value, snapshot: &OrderSnapshot, keep: Keep) -> Option<OrderContact> {
    let to = &order[FIELD];
    let part = |name: &str| told(words(&to[name]));
    let address = Recipient {
        name: part("name"),
        street: part("full_address"),
        city: part("city"),
        region: part("state"),
        country: part("region"),
        zip: part("zipcode"),
    };
    let phone = text(&to["phone"]).unwrap_or_default();
    contact((&snapshot.order_no, snapshot.updated_at), &phone, address, keep)
}
