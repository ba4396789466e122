//! A call as it came in: the door it used and all of its parameters.

use serde_json::Value;
use std::collections::BTreeMap;

/// Which gateway was called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Door {
    /// `/sync` with a dotted method name.
    Sync,
    /// The old gateway with a dotted method name.
    Old,
    /// `/rest/<path>`; without a leading slash here.
    Rest(String),
}

/// Parameters of query and form together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Call {
    pub(super) door: Door,
    pub(super) all: BTreeMap<String, String>,
}

impl Call {
    pub(super) fn read(door: Door, query: Option<&str>, body: &[u8]) -> Self {
        let mut all = BTreeMap::new();
        for part in [query.unwrap_or_default().as_bytes(), body] {
            all.extend(url::form_urlencoded::parse(part).into_owned());
        }
        Self { door, all }
    }

    /// A parameter; empty if it is not there.
    pub(super) fn get(&self, name: &str) -> &str {
        self.all.get(name).map_or("", String::as_str)
    }

    /// The API's name: the method, or the path.
    pub(super) fn api(&self) -> &str {
        match &self.door {
            Door::Sync | Door::Old => self.get("method"),
            Door::Rest(path) => path,
        }
    }

    /// Whether wrappers and element names are to be left out.
    pub(super) fn simplified(&self) -> bool {
        self.get("simplify") == "true" || matches!(self.door, Door::Rest(_))
    }

    /// A parameter that is a JSON object.
    pub(super) fn json(&self, name: &str) -> Option<Value> {
        serde_json::from_str::<Value>(self.get(name)).ok().filter(Value::is_object)
    }
}
