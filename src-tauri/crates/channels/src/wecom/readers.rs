//! Whom an application writes to where a notice names nobody.

use super::notice::{Members, NotReaders};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The most departments, and the most tags, that one message names (path 90236).
const MOST_GROUPS: usize = 100;

/// Members, departments and tags of the company; none at all: everybody who may see the application.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Lists", into = "Lists")]
pub struct Readers {
    users: Option<Members>,
    parties: BTreeSet<u32>,
    tags: BTreeSet<u32>,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Lists {
    users: Vec<String>,
    parties: Vec<String>,
    tags: Vec<String>,
}

impl Readers {
    /// Reads ids as they were typed: each counts once. At most 1000 members, 100 departments and 100 tags.
    ///
    /// # Errors
    /// [`NotReaders`] if there are too many, or one is no id. `@all` is none, and neither is `a|b`.
    pub fn new(users: &[String], parties: &[String], tags: &[String]) -> Result<Self, NotReaders> {
        let users =
            if users.is_empty() { None } else { Some(Members::new(users.iter().map(|id| id.trim()))?) };
        Ok(Self { users, parties: groups(parties)?, tags: groups(tags)? })
    }

    /// Whether nobody is named: everybody who may see the application reads it.
    #[must_use]
    pub fn is_everybody(&self) -> bool {
        self.users.is_none() && self.parties.is_empty() && self.tags.is_empty()
    }

    /// The members' ids, in order.
    #[must_use]
    pub fn users(&self) -> Vec<String> {
        self.users.iter().flat_map(Members::ids).map(str::to_owned).collect()
    }

    /// The departments' ids, in order.
    #[must_use]
    pub fn parties(&self) -> Vec<String> {
        self.parties.iter().map(ToString::to_string).collect()
    }

    /// The tags' ids, in order.
    #[must_use]
    pub fn tags(&self) -> Vec<String> {
        self.tags.iter().map(ToString::to_string).collect()
    }

    /// Writes the address on a message.
    pub(super) fn address(&self, message: &mut Value) {
        if self.is_everybody() {
            message["touser"] = json!("@all");
            return;
        }
        let lists = [("touser", self.users()), ("toparty", self.parties()), ("totag", self.tags())];
        for (field, ids) in lists {
            if !ids.is_empty() {
                message[field] = json!(ids.join("|"));
            }
        }
    }
}

fn groups(typed: &[String]) -> Result<BTreeSet<u32>, NotReaders> {
    let id = |typed: &String| {
        let id = typed.trim().parse().ok().filter(|id| *id > 0);
        id.ok_or_else(|| NotReaders::Group(typed.clone()))
    };
    let ids = typed.iter().map(id).collect::<Result<BTreeSet<u32>, _>>()?;
    if ids.len() > MOST_GROUPS {
        return Err(NotReaders::Groups(ids.len()));
    }
    Ok(ids)
}

impl TryFrom<Lists> for Readers {
    type Error = NotReaders;
    fn try_from(Lists { users, parties, tags }: Lists) -> Result<Self, NotReaders> {
        Self::new(&users, &parties, &tags)
    }
}

impl From<Readers> for Lists {
    fn from(readers: Readers) -> Self {
        Self { users: readers.users(), parties: readers.parties(), tags: readers.tags() }
    }
}

/// Readers whom a message did not reach although the platform took it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Missed {
    /// Members who do not exist or may not see the application.
    pub users: Vec<String>,
    /// Departments of which the same holds.
    pub parties: Vec<String>,
    /// Tags of which the same holds.
    pub tags: Vec<String>,
    /// Members without a licence for the interface.
    pub unlicensed: Vec<String>,
}

impl Missed {
    /// Reads an answer: taken does not mean taken for everybody.
    pub(super) fn of(answer: &Value) -> Self {
        let list = |field: &str| match &answer[field] {
            Value::String(ids) => ids.split('|').filter(|id| !id.is_empty()).map(str::to_owned).collect(),
            Value::Number(id) => vec![id.to_string()],
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => Vec::new(),
        };
        Self {
            users: list("invaliduser"),
            parties: list("invalidparty"),
            tags: list("invalidtag"),
            unlicensed: list("unlicenseduser"),
        }
    }

    /// Whether it reached everybody.
    #[must_use]
    pub fn is_nobody(&self) -> bool {
        [&self.users, &self.parties, &self.tags, &self.unlicensed].into_iter().all(Vec::is_empty)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn ids(list: &[&str]) -> Vec<String> {
        list.iter().map(|&id| id.to_owned()).collect()
    }

    #[rstest]
    #[case(&["li", "wang", "li"], &["2", " 1 ", "2"], &[], r#"{"toparty":"1|2","touser":"li|wang"}"#)]
    #[case(&[], &[], &["7"], r#"{"totag":"7"}"#)]
    #[case(&[], &[], &[], r#"{"touser":"@all"}"#)]
    fn each_reader_is_named_once(
        #[case] users: &[&str],
        #[case] parties: &[&str],
        #[case] tags: &[&str],
        #[case] expected: &str,
    ) {
        let readers = Readers::new(&ids(users), &ids(parties), &ids(tags)).unwrap();
        let mut message = json!({});
        readers.address(&mut message);
        assert_eq!(message.to_string(), expected, "and empty lists are left out");
        let kept = serde_json::to_string(&readers).unwrap();
        assert_eq!(serde_json::from_str::<Readers>(&kept).unwrap(), readers, "also after a restart");
    }

    #[rstest]
    #[case(&["@all"], &[], &[])]
    #[case(&["a|b"], &[], &[])]
    #[case(&[""], &[], &[])]
    #[case(&[], &["0"], &[])]
    #[case(&[], &["1|2"], &[])]
    #[case(&[], &["-1"], &[])]
    #[case(&[], &["销售部"], &[])]
    #[case(&[], &[], &["4294967296"])]
    fn what_would_address_somebody_else_is_refused(
        #[case] users: &[&str],
        #[case] parties: &[&str],
        #[case] tags: &[&str],
    ) {
        let made = Readers::new(&ids(users), &ids(parties), &ids(tags));
        assert!(matches!(made, Err(NotReaders::Id(_) | NotReaders::Group(_))), "{made:?}");
        let stored = json!({ "users": users, "parties": parties, "tags": tags });
        assert!(serde_json::from_value::<Readers>(stored).is_err(), "nor by way of what is kept");
    }

    #[test]
    fn a_message_names_as_many_as_the_platform_takes() {
        let list = |n: usize| (1..=n).map(|n| n.to_string()).collect::<Vec<_>>();
        assert!(Readers::new(&list(1000), &list(100), &list(100)).is_ok(), "the most of each");
        assert_eq!(Readers::new(&list(1001), &[], &[]), Err(NotReaders::Count(1001)), "members");
        assert_eq!(Readers::new(&[], &list(101), &[]), Err(NotReaders::Groups(101)), "departments");
        assert_eq!(Readers::new(&[], &[], &list(101)), Err(NotReaders::Groups(101)), "tags");
    }

    #[test]
    fn readers_of_before_there_was_a_choice_are_everybody() {
        assert!(serde_json::from_str::<Readers>("{}").unwrap().is_everybody(), "an older file says nothing");
    }
}
