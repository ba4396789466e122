//! Phone and address of an order, for the stores whose owner wants them (`docs/RULES.md` §8).

use domain::{Keep, OrderContact, Recipient, Secret, Timestamp};

/// A part that a platform tells; nothing if it shows it masked: stars are no value, and must not replace one.
pub(crate) fn told(part: &str) -> String {
    let part = part.trim();
    if part.contains("**") { String::new() } else { part.to_owned() }
}

/// What is kept of an order's phone and address; none if nothing of it is wanted or told.
pub(crate) fn contact(
    (order_no, told_at): (&str, Timestamp),
    phone: &str,
    address: Recipient,
    keep: Keep,
) -> Option<OrderContact> {
    let phone = Some(told(phone)).filter(|phone| keep.phone && !phone.is_empty()).map(Secret::new);
    let address = Some(address).filter(|address| keep.address && !address.is_empty());
    let some = phone.is_some() || address.is_some();
    some.then(|| OrderContact { order_no: order_no.to_owned(), told_at, phone, address })
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOTH: Keep = Keep { phone: true, address: true };

    fn of(phone: &str, street: &str, keep: Keep) -> Option<OrderContact> {
        let address = Recipient { street: told(street), ..Recipient::default() };
        contact(("O1", Timestamp::UNIX_EPOCH), phone, address, keep)
    }

    #[test]
    fn only_what_is_wanted_and_told_is_handed_over() {
        let phone =
            |keep| of("6591234567", "1 Orchard Road", keep).map(|c| (c.phone.is_some(), c.address.is_some()));
        assert_eq!(phone(BOTH), Some((true, true)), "both");
        assert_eq!(phone(Keep { address: false, ..BOTH }), Some((true, false)), "the phone alone");
        assert_eq!(phone(Keep { phone: false, ..BOTH }), Some((false, true)), "the address alone");
        assert_eq!(phone(Keep::default()), None, "off by default");
        assert_eq!(of("******64", "Ấp******", BOTH), None, "stars are no value");
        assert_eq!(of("", "", BOTH), None, "nothing is nothing");
    }
}
