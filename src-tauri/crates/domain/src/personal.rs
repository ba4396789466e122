//! What tells who or where a buyer is: kept of an order only where the owner asked for it (`docs/RULES.md` §8).

use crate::secret::Secret;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A field that is off by default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PersonalField {
    /// The recipient's phone number.
    Phone,
    /// The recipient's address, and the name that stands above it.
    Address,
}

impl PersonalField {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Phone, Self::Address];

    /// The word used in the file, in the push log and at the border to the window. It is bound into what is sealed: it is
    /// never changed.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Address => "address",
        }
    }

    /// Reads [`PersonalField::as_str`] back.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.as_str() == word)
    }
}

/// Which of them the owner of a store wants to be kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Keep {
    /// The phone number.
    pub phone: bool,
    /// Name and address.
    pub address: bool,
}

impl Keep {
    /// Whether this one is kept.
    #[must_use]
    pub const fn has(self, field: PersonalField) -> bool {
        match field {
            PersonalField::Phone => self.phone,
            PersonalField::Address => self.address,
        }
    }

    /// The same with one of them switched.
    #[must_use]
    pub const fn with(self, field: PersonalField, on: bool) -> Self {
        match field {
            PersonalField::Phone => Self { phone: on, ..self },
            PersonalField::Address => Self { address: on, ..self },
        }
    }

    /// Whether any is kept.
    #[must_use]
    pub const fn any(self) -> bool {
        self.phone || self.address
    }
}

/// Where a parcel goes. What the platform does not say, or shows masked, is empty. Its `Debug` shows nothing.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipient {
    /// The name.
    pub name: String,
    /// Street and number, or all that is below the city.
    pub street: String,
    /// The city.
    pub city: String,
    /// The state or province.
    pub region: String,
    /// The country, as the platform names it.
    pub country: String,
    /// The postal code.
    pub zip: String,
}

impl Recipient {
    /// Whether it leads nowhere: no street is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.street.is_empty()
    }

    /// As it is written on a parcel: a line each, without empty ones and without what the street says already.
    #[must_use]
    pub fn lines(&self) -> String {
        let place = [&self.zip, &self.city, &self.region, &self.country];
        let place: Vec<&str> = place
            .into_iter()
            .map(String::as_str)
            .filter(|part| !part.is_empty() && !self.street.contains(part))
            .collect();
        let lines = [self.name.clone(), self.street.clone(), place.join(", ")];
        let lines: Vec<String> = lines.into_iter().filter(|line| !line.is_empty()).collect();
        lines.join("\n")
    }
}

impl fmt::Debug for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Recipient(…)")
    }
}

/// What an order tells of the person behind it. It travels beside the order's event, never inside it: events are logged,
/// kept and told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderContact {
    /// The order.
    pub order_no: String,
    /// The platform's time of the order's state; an older one never replaces a newer one.
    pub told_at: Timestamp,
    /// The phone number, as far as the platform tells it.
    pub phone: Option<Secret>,
    /// Name and address, as far as the platform tells them.
    pub address: Option<Recipient>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_contact_survives_in_a_log_line() {
        let contact = OrderContact {
            order_no: "O1".to_owned(),
            told_at: Timestamp::UNIX_EPOCH,
            phone: Some(Secret::new("13812345678")),
            address: Some(Recipient { street: "Calle Falsa 123".to_owned(), ..Recipient::default() }),
        };
        let shown = format!("{contact:?} {contact:#?}");
        assert!(
            !shown.contains("138") && !shown.contains("Calle"),
            "a careless line must tell nothing: {shown}"
        );
    }

    #[test]
    fn an_address_is_written_as_on_a_parcel() {
        let to = Recipient {
            name: "Mark".to_owned(),
            street: "center street No.99".to_owned(),
            city: "Babenki".to_owned(),
            region: String::new(),
            country: "RU".to_owned(),
            zip: "400120".to_owned(),
        };
        assert_eq!(to.lines(), "Mark\ncenter street No.99\n400120, Babenki, RU", "without empty parts");
        assert_eq!(Recipient::default().lines(), "", "nothing is nothing");
    }

    #[test]
    fn a_field_is_read_back_by_its_own_word() {
        for field in PersonalField::ALL {
            assert_eq!(
                PersonalField::parse(field.as_str()),
                Some(field),
                "what is sealed is bound to the word"
            );
            assert!(Keep::default().with(field, true).has(field), "switched on");
            assert!(!Keep { phone: true, address: true }.with(field, false).has(field), "switched off");
        }
    }
}
