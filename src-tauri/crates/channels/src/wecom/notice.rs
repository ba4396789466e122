//! What is to be told, and to whom. Everything in it is plain text: only `compose.rs` writes markup.

use super::trim::trim_bytes;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The most readers that one message names.
const MOST_READERS: usize = 1000;
/// The most bytes of text that are kept of a notice; the longest message is half of it.
const KEPT_BYTES: usize = 8192;

/// Members of an application by their ids: at least one, at most 1000, none that would address somebody else.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "BTreeSet<String>", into = "BTreeSet<String>")]
pub struct Members(BTreeSet<String>);

impl Members {
    /// Reads ids.
    ///
    /// # Errors
    /// [`NotReaders`] if there is none, too many, or one that is no id. `@all` is none, and neither is `a|b`.
    pub fn new(ids: impl IntoIterator<Item = impl Into<String>>) -> Result<Self, NotReaders> {
        let ids: BTreeSet<String> = ids.into_iter().map(Into::into).collect();
        if ids.is_empty() || ids.len() > MOST_READERS {
            return Err(NotReaders::Count(ids.len()));
        }
        match ids.iter().find(|id| !is_member_id(id)) {
            Some(wrong) => Err(NotReaders::Id(wrong.clone())),
            None => Ok(Self(ids)),
        }
    }

    /// The ids, in order.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

impl TryFrom<BTreeSet<String>> for Members {
    type Error = NotReaders;
    fn try_from(ids: BTreeSet<String>) -> Result<Self, NotReaders> {
        Self::new(ids)
    }
}

impl From<Members> for BTreeSet<String> {
    fn from(members: Members) -> Self {
        members.0
    }
}

fn is_member_id(id: &str) -> bool {
    let sign = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '@');
    (1..=64).contains(&id.len())
        && id.chars().all(sign)
        && id.starts_with(|c: char| c.is_ascii_alphanumeric())
}

/// Why some ids are no readers.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotReaders {
    /// None, or more than one message can name.
    #[error("{0} readers; a message has 1 to 1000")]
    Count(usize),
    /// Not the id of a member.
    #[error("{0:?} is not the id of a member")]
    Id(String),
    /// More departments, or more tags, than one message can name.
    #[error("{0} departments or tags; a message has up to 100 of each")]
    Groups(usize),
    /// Not the number of a department or a tag.
    #[error("{0:?} is not the number of a department or a tag")]
    Group(String),
}

/// Who reads it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum To {
    /// Everybody who can see the application; for a robot, its group.
    Everybody,
    /// These members of the application.
    Members(Members),
}

impl To {
    /// Whether somebody reads both, so that the order of the two matters.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Members(a), Self::Members(b)) => !a.0.is_disjoint(&b.0),
            (Self::Everybody, _) | (_, Self::Everybody) => true,
        }
    }
}

/// How a row stands out where the shape allows it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// Not at all.
    #[default]
    Plain,
    /// Green: good news.
    Good,
    /// Grey: aside.
    Aside,
    /// Orange: time is short.
    Warning,
}

/// One line below the title.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// What it tells; may be empty.
    pub label: String,
    /// What there is to tell.
    pub value: String,
    /// How it stands out.
    #[serde(default)]
    pub tone: Tone,
}

/// How a notice that is sent alone should look.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Look {
    /// A text with marks.
    #[default]
    Markdown,
    /// A card, if it fits on one without loss and has a link; else a text.
    Card,
}

/// What follows when nobody knows whether a message arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Repeat {
    /// It is told as unknown and not sent again: a second copy would be taken for a second event.
    Never,
    /// It is sent again, marked as a repetition: of a deadline, a missing message costs more than a second one.
    UntilSure,
}

/// One thing to tell. Its words may be a buyer's: none of them is ever taken as markup, mention or link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// The caller's name for it: handed in twice while it waits, it is one.
    pub id: String,
    /// Who reads it.
    pub to: To,
    /// The headline.
    pub title: String,
    /// The lines below it.
    pub rows: Vec<Row>,
    /// A page of a platform; any other address is left out.
    pub link: Option<String>,
    /// How it should look.
    #[serde(default)]
    pub look: Look,
    /// What follows when nobody knows whether it arrived.
    pub repeat: Repeat,
}

impl Notice {
    /// Cuts what no message could show, so that a queue of them stays small.
    pub(super) fn bounded(mut self) -> Self {
        let mut room = KEPT_BYTES;
        let mut keep = |text: &mut String| {
            if text.len() > room {
                *text = trim_bytes(text, room);
            }
            room -= text.len();
        };
        keep(&mut self.title);
        let mut kept = 0;
        for row in &mut self.rows {
            keep(&mut row.label);
            keep(&mut row.value);
            kept += 1;
            if row.value.is_empty() && row.label.is_empty() {
                break;
            }
        }
        self.rows.truncate(kept);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("zhang.san", true)]
    #[case("li@shop.example", true)]
    #[case("@all", false)]
    #[case("@ALL", false)]
    #[case("a|b", false)]
    #[case("", false)]
    #[case("张三", false)]
    #[case("a b", false)]
    fn a_reader_is_one_member_and_never_everybody(#[case] id: &str, #[case] fine: bool) {
        assert_eq!(Members::new([id]).is_ok(), fine, "{id:?} would address somebody else");
        let stored = serde_json::to_string(&[id]).unwrap();
        assert_eq!(serde_json::from_str::<Members>(&stored).is_ok(), fine, "nor by way of a stored queue");
    }

    #[test]
    fn a_message_names_one_to_a_thousand_readers() {
        let ids = |n: usize| (0..n).map(|n| format!("m{n}"));
        assert_eq!(Members::new(ids(0)), Err(NotReaders::Count(0)), "nobody would read it");
        assert!(Members::new(ids(1000)).is_ok(), "as many as the platform takes");
        assert_eq!(Members::new(ids(1001)), Err(NotReaders::Count(1001)), "the platform refuses more");
    }

    #[test]
    fn a_huge_notice_is_kept_in_part() {
        let row = Row { label: "长".repeat(9000), value: "x".repeat(900_000), tone: Tone::Plain };
        let notice = Notice {
            id: "1".into(),
            to: To::Everybody,
            title: "标题".into(),
            rows: vec![row; 50],
            link: None,
            look: Look::Markdown,
            repeat: Repeat::Never,
        };
        let kept = notice.bounded();
        let bytes: usize = kept.rows.iter().map(|row| row.label.len() + row.value.len()).sum();
        assert!(bytes <= KEPT_BYTES && kept.rows.len() <= 3, "a flood must not fill the memory: {bytes}");
        assert_eq!(kept.title, "标题", "what fits is kept whole");
    }
}
