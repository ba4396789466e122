//! To whom an order goes, where the owner wants that kept: a call of its own for each order that is news, because the list
//! of orders does not tell.

use super::answer::data;
use super::api::Api;
use super::error::{Fault, Verdict};
use super::json::{field, nested, text};
use super::request::Target;
use super::seen::Seen;
use crate::Batch;
use crate::contact::{contact, told};
use domain::{Keep, OrderContact, OrderSnapshot, Recipient};
use serde_json::{Value, json};
use std::sync::{Mutex, PoisonError};

const RECEIPT: Target = Target::Dotted("aliexpress.solution.order.receiptinfo.get");
/// Calls of one round.
const AT_ONCE: usize = 40;

/// Phone and address of an order that is news: out of its row if they stand there, else they are asked for at the end of
/// the round. No order waits for them.
pub(super) fn want(api: &Api, seen: &Mutex<Seen>, row: &Value, order: &OrderSnapshot, batch: &mut Batch) {
    let keep = api.config.keep;
    if !keep.any() {
        return;
    }
    match nested(field(row, "receipt_address")).and_then(|to| read(&to, order, keep)) {
        Some(found) => batch.contacts.push(found),
        None => seen.lock().unwrap_or_else(PoisonError::into_inner).owe_receipt(order),
    }
}

/// Asks for what is owed, some of it a round. Whatever goes wrong is tried again by the next round, and holds up nothing
/// else.
pub(super) async fn fetch(api: &Api, seen: &Mutex<Seen>, batch: &mut Batch) {
    let owed = seen.lock().unwrap_or_else(PoisonError::into_inner).owed_receipts(AT_ONCE);
    let full = owed.len() >= AT_ONCE;
    for order in owed {
        let query = json!({ "order_id": order.order_no }).to_string();
        let fault = match api.read(RECEIPT, vec![("param1", query)]).await {
            Ok(answer) => {
                batch.contacts.extend(read(&data(&answer), &order, api.config.keep));
                None
            }
            Err(fault) => Some(fault),
        };
        let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
        match fault {
            None => seen.receipt_is_here(&order),
            Some(Fault::Api(error)) if error.verdict() == Verdict::CapabilityOff => {
                tracing::warn!(%error, "this app may not ask for addresses");
                seen.refuse_receipts();
                return;
            }
            Some(Fault::Api(error)) if error.verdict() == Verdict::Refused => {
                tracing::warn!(order = order.order_no, %error, "the address was refused");
                seen.receipt_is_here(&order);
            }
            // The bytes may hold an address: they are kept nowhere.
            Some(Fault::Garbage { flaw, .. }) => {
                tracing::warn!(order = order.order_no, %flaw, "the address could not be read");
                seen.receipt_is_here(&order);
            }
            Some(_) => return,
        }
    }
    batch.more |= full;
}

/// Reads what the platform calls a receipt: the recipient of an order.
pub(super) fn read(to: &Value, order: &OrderSnapshot, keep: Keep) -> Option<OrderContact> {
    let part = |names: &[&str]| told(&text(to, names).unwrap_or_default());
    let (first, second) = (part(&["detail_address", "address"]), part(&["address2"]));
    let street = if second.is_empty() || first.is_empty() { first } else { format!("{first}, {second}") };
    let address = Recipient {
        name: part(&["contact_person"]),
        street,
        city: part(&["city"]),
        region: part(&["province"]),
        country: part(&["country_name", "country"]),
        zip: part(&["zip"]),
    };
    let mobile = text(to, &["mobile_no"]);
    let numbers = match mobile {
        Some(mobile) => vec![text(to, &["phone_country"]), Some(mobile)],
        // A country's and an area's number alone reach nobody.
        None => match text(to, &["phone_number"]) {
            Some(number) => vec![text(to, &["phone_country"]), text(to, &["phone_area"]), Some(number)],
            None => Vec::new(),
        },
    };
    let phone = numbers.into_iter().flatten().collect::<Vec<_>>().join(" ");
    contact((&order.order_no, order.updated_at), &phone, address, keep)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Timestamp;

    fn order() -> OrderSnapshot {
        OrderSnapshot {
            order_no: "8194715118000001".to_owned(),
            buyer_key: None,
            status: "WAIT_SELLER_SEND_GOODS".to_owned(),
            currency: String::new(),
            amount: String::new(),
            lines: Vec::new(),
            paid_at: None,
            logistics: None,
            due: None,
            updated_at: Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn the_platforms_own_example_is_read() {
        let bytes =
            include_str!("../../tests/samples/aliexpress_top_solution_order_receiptinfo_get_response.json");
        let answer = super::super::answer::opened(crate::json::parse(bytes.as_bytes()).unwrap()).unwrap();
        let found = read(&data(&answer), &order(), Keep { phone: true, address: true }).unwrap();
        assert_eq!(
            found.phone.unwrap().expose(),
            "04 4679974",
            "the mobile number goes before the other one"
        );
        let address = found.address.unwrap();
        assert_eq!(address.name, "Mark", "the name belongs to the address");
        assert_eq!(
            address.lines(),
            "Mark\ncenter street No.99, address 001\n400120, Babenki, Moscow, Russian Federation",
            "as on a parcel"
        );
    }
}
