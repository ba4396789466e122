//! Reading JSON as it is meant: an object where an object is meant, and nothing lost over a trifle.

use super::item::link as checked_link;
use domain::Timestamp;
use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, Error};
use serde_json::{Map, Value};

/// An object and nothing else: a derived reader takes an array of the fields' values as well.
pub(super) fn object<'de, D: Deserializer<'de>, T: DeserializeOwned>(from: D) -> Result<T, D::Error> {
    let fields = Map::<String, Value>::deserialize(from)?;
    serde_json::from_value(Value::Object(fields)).map_err(D::Error::custom)
}

/// As [`object`], for each of many.
pub(super) fn objects<'de, D: Deserializer<'de>, T: DeserializeOwned>(from: D) -> Result<Vec<T>, D::Error> {
    let all = Vec::<Map<String, Value>>::deserialize(from)?;
    let read = |fields| serde_json::from_value(Value::Object(fields)).map_err(D::Error::custom);
    all.into_iter().map(read).collect()
}

/// An instant if it is one: that a reply was sent must not be lost over a date that cannot be read.
pub(super) fn instant<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Timestamp>, D::Error> {
    let text = Option::<String>::deserialize(from)?;
    Ok(text.and_then(|text| text.parse().ok()))
}

/// An id, unless it is empty.
pub(super) fn id<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    Ok(Option::<String>::deserialize(from)?.filter(|id| !id.trim().is_empty()))
}

/// A link, unless it is none that can be shown: that a reply was sent must not be lost over it either.
pub(super) fn link<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    Ok(Option::<String>::deserialize(from)?.and_then(|url| checked_link(url).ok()))
}
