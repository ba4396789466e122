//! An entry with names instead of ids.

use crate::error::EngineError;
use domain::{AccountId, RobotId, StoreId};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use store::{LogRow, Store};

/// What people call stores, seats and ways out; asked once for many entries.
#[derive(Debug, Clone, Default)]
pub struct LogNames {
    stores: HashMap<StoreId, String>,
    seats: HashMap<AccountId, String>,
    robots: HashMap<RobotId, String>,
}

/// An entry as it is shown and exported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// The entry, as it stands in the file.
    pub row: LogRow,
    /// The name of the store that it is about; `#` and the number if that is gone.
    pub store: Option<String>,
    /// What the detail says, each fact by its path, with names instead of ids: `by`, `to`, `from`, `seat` are seats,
    /// `robot` is a way out. For people; the chain holds the detail itself.
    pub facts: BTreeMap<String, String>,
}

impl LogNames {
    /// The names of today.
    ///
    /// # Errors
    /// If the file refuses.
    pub async fn of(store: &Store) -> Result<Self, EngineError> {
        let accounts = store.accounts().await?;
        Ok(Self {
            stores: store.stores().await?.into_iter().map(|row| (row.id, row.store.name)).collect(),
            seats: accounts.into_iter().map(|row| (row.id, row.name.to_string())).collect(),
            robots: store.robots().await?.into_iter().map(|row| (row.id, row.robot.name)).collect(),
        })
    }

    /// An entry with its names.
    #[must_use]
    pub fn line(&self, row: LogRow) -> LogLine {
        let named = |id: StoreId| self.stores.get(&id).cloned().unwrap_or_else(|| format!("#{id}"));
        let store = row.store.map(named);
        let mut facts = BTreeMap::new();
        if let Ok(Value::Object(detail)) = serde_json::from_str(&row.row.entry.detail) {
            for (key, value) in &detail {
                match self.name(key, value, &detail) {
                    Some(name) => {
                        facts.insert(key.clone(), name);
                    }
                    None => flatten(key, value, &mut facts),
                }
            }
        }
        LogLine { row, store, facts }
    }

    /// The name behind an id.
    fn name(&self, key: &str, value: &Value, detail: &serde_json::Map<String, Value>) -> Option<String> {
        let id = value.as_i64()?;
        match key {
            "by" | "to" | "from" => {
                Some(self.seats.get(&AccountId(id)).cloned().unwrap_or_else(|| format!("#{id}")))
            }
            // A seat or a way out that is gone was called by its name when it was there.
            "account" => {
                let kept = || detail.get("what").and_then(Value::as_str).filter(|what| what.contains(':'));
                let name = self.seats.get(&AccountId(id)).map(String::as_str).or_else(kept);
                Some(name.map_or_else(|| format!("#{id}"), str::to_owned))
            }
            "robot" => {
                let kept =
                    || ["name", "what"].iter().find_map(|key| detail.get(*key).and_then(Value::as_str));
                let name = kept().or_else(|| self.robots.get(&RobotId(id)).map(String::as_str));
                Some(name.map_or_else(|| format!("#{id}"), str::to_owned))
            }
            _ => None,
        }
    }
}

/// Nested facts are joined by dots; what is null is no fact.
fn flatten(path: &str, value: &Value, into: &mut BTreeMap<String, String>) {
    match value {
        Value::Null => {}
        Value::Object(fields) => {
            for (key, field) in fields {
                flatten(&format!("{path}.{key}"), field, into);
            }
        }
        Value::String(text) => {
            into.insert(path.to_owned(), text.clone());
        }
        Value::Bool(_) | Value::Number(_) | Value::Array(_) => {
            into.insert(path.to_owned(), value.to_string());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use store::{AuditEntry, AuditRow};

    fn row(detail: &str) -> LogRow {
        let entry = AuditEntry {
            at: domain::from_ms(0),
            kind: "pushed".to_owned(),
            conversation: None,
            detail: detail.to_owned(),
        };
        let (before, hash) = (String::new(), String::new());
        LogRow {
            row: AuditRow { id: 1, entry, before, hash },
            store: Some(StoreId(9)),
            title: String::new(),
            there: false,
        }
    }

    fn facts(detail: &str) -> BTreeMap<String, String> {
        let names = LogNames {
            seats: HashMap::from([(AccountId(2), "潮铃:小李".to_owned())]),
            robots: HashMap::from([(RobotId(1), "运营群".to_owned())]),
            ..LogNames::default()
        };
        names.line(row(detail)).facts
    }

    #[test]
    fn ids_become_names_and_what_is_gone_keeps_its_number() {
        let facts = facts(r#"{"by":2,"to":7,"note":"尺码","from":null}"#);
        assert_eq!((facts["by"].as_str(), facts["to"].as_str()), ("潮铃:小李", "#7"), "seats");
        assert_eq!(facts.get("from"), None, "null is no fact");
        assert_eq!(LogNames::default().line(row("{}")).store.as_deref(), Some("#9"), "a store that is gone");
    }

    #[test]
    fn a_way_out_is_called_as_it_was_called_then() {
        assert_eq!(facts(r#"{"robot":1,"name":"客服群"}"#)["robot"], "客服群", "it was renamed since");
        assert_eq!(facts(r#"{"robot":1}"#)["robot"], "运营群", "nothing was noted: as it is called now");
    }

    #[test]
    fn nested_facts_have_paths_and_words_have_none() {
        let found = facts(r#"{"end":{"code":"93000","detail":"x"},"late_ms":12}"#);
        assert_eq!(
            (found["end.code"].as_str(), found["late_ms"].as_str()),
            ("93000", "12"),
            "by their paths"
        );
        assert!(facts("words from long ago").is_empty(), "what is no JSON is shown as it stands");
    }
}
