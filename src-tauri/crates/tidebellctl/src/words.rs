//! What the team's groups read. The catalogue is the window's, so that a group hears the same words from both; without a
//! window nobody chose a language, and the team's first one is Chinese.

use crate::Failure;
use crate::log::LangArg;
use channels::wecom::{Row, Tone, Wording};
use domain::{Timestamp, beijing};
use engine::{ExportWords, FiredItem, Letter, Notice, NoticeItem, Words};
use std::collections::BTreeMap;

/// See the module.
pub(crate) struct TeamWords(BTreeMap<String, String>);

impl TeamWords {
    pub(crate) fn shipped() -> Result<Self, Failure> {
        Self::read(include_str!("../../../src/words/zh-CN.json"))
    }

    fn read(catalogue: &str) -> Result<Self, Failure> {
        serde_json::from_str(catalogue)
            .map(Self)
            .map_err(|error| format!("the catalogue is no JSON: {error}"))
    }

    /// The words around an export of the push log, in the language of whoever reads it.
    pub(crate) fn of_log(lang: LangArg) -> Result<ExportWords, Failure> {
        let words = match lang {
            LangArg::Zh => Self::shipped()?,
            LangArg::En => Self::read(include_str!("../../../src/words/en.json"))?,
        };
        Ok(ExportWords::new(|key| words.say(key, &[])))
    }

    fn say(&self, key: &str, params: &[(&str, &str)]) -> String {
        let template = self.0.get(key).map_or(key, String::as_str);
        let mut words = String::new();
        for (at, part) in template.split('{').enumerate() {
            match part.split_once('}').filter(|_| at > 0) {
                Some((name, rest)) => {
                    words.extend(params.iter().find(|(param, _)| *param == name).map(|(_, value)| *value));
                    words.push_str(rest);
                }
                None => words.push_str(part),
            }
        }
        words
    }

    fn row(&self, label: &str, value: String, tone: Tone) -> Row {
        Row { label: self.say(label, &[]), value, tone }
    }

    fn fired(&self, items: &[FiredItem]) -> Letter {
        let title = items.first().map_or_else(String::new, |item| {
            self.say("fired.one.title", &[("rule", &item.rule), ("title", &item.title)])
        });
        let rows = items.iter().flat_map(|item| {
            let event = self.say(&format!("trigger.{}", item.trigger.as_str()), &[]);
            let told = if item.everybody { self.say("fired.everybody", &[]) } else { item.to.join(", ") };
            let said = [
                self.row("letter.event", event, Tone::Warning),
                self.row("letter.store", item.store.clone(), Tone::Plain),
                self.row("letter.words", item.words.clone(), Tone::Plain),
                self.row("letter.told", told, Tone::Plain),
            ];
            said.into_iter().filter(|row| !row.value.is_empty())
        });
        Letter { title, rows: rows.collect() }
    }

    fn deadline(&self, item: &NoticeItem) -> Row {
        let kind = self.say(&format!("kind.{}", item.kind.as_str()), &[]);
        let value = self.say("due.one.body", &[("kind", &kind), ("at", &clock(item.due))]);
        self.row("letter.deadline", value, Tone::Warning)
    }
}

impl Words for TeamWords {
    fn letter(&self, notice: &Notice) -> Letter {
        match notice {
            Notice::Climbed { items, .. } => {
                let title = items.first().map_or("", |climb| climb.item.title.as_str());
                let rows = items.iter().flat_map(|climb| {
                    let nobody = self.say("climbed.nobody", &[]);
                    [
                        self.row("letter.store", climb.store.clone(), Tone::Plain),
                        self.deadline(&climb.item),
                        self.row("letter.owner", climb.from.clone().unwrap_or(nobody), Tone::Plain),
                    ]
                });
                Letter { title: self.say("climbed.one.title", &[("title", title)]), rows: rows.collect() }
            }
            Notice::Fired { items, .. } => self.fired(items),
            Notice::Due { items, .. } | Notice::Digest { items, .. } => Letter {
                title: items.first().map_or_else(String::new, |item| item.title.clone()),
                rows: items.iter().map(|item| self.deadline(item)).collect(),
            },
            Notice::StoreSilent { name, code, owner_must_act, last_read, .. } => {
                let since = last_read.map(clock);
                let key = match &since {
                    _ if *owner_must_act => "silent.owner",
                    Some(_) => "silent.body",
                    None => "silent.never",
                };
                let (code, since) = (code.as_deref().unwrap_or(""), since.as_deref().unwrap_or(""));
                let value = self.say(key, &[("code", code), ("since", since)]);
                let row = Row { label: String::new(), value, tone: Tone::Warning };
                Letter { title: self.say("silent.title", &[("name", name)]), rows: vec![row] }
            }
            Notice::AuthorisationEnds { name, until, days, .. } => {
                let date = beijing(*until).date().to_string();
                let params = [("name", name.as_str()), ("days", &days.to_string()), ("date", &date)];
                let value = self.say("ending.body", &params);
                let row = Row { label: String::new(), value, tone: Tone::Warning };
                Letter { title: self.say("ending.title", &params), rows: vec![row] }
            }
            Notice::Test => {
                let value = self.say("letter.test.body", &[]);
                let row = Row { label: String::new(), value, tone: Tone::Good };
                Letter { title: self.say("letter.test.title", &[]), rows: vec![row] }
            }
        }
    }

    fn wording(&self) -> Wording {
        // The channel counts, and puts the number in.
        let words = |key| self.say(key, &[("count", "{count}")]);
        Wording {
            several: words("letter.several"),
            more: words("letter.more"),
            again: words("letter.again"),
            open: words("action.open"),
        }
    }
}

/// Platform time: everybody on the team reads the same clock.
fn clock(at: Timestamp) -> String {
    let local = beijing(at);
    format!("{:02}:{:02}", local.hour(), local.minute())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_hears_the_windows_words_without_a_window() {
        let words = TeamWords::shipped().unwrap();
        let notice = Notice::StoreSilent {
            store: domain::StoreId(1),
            name: "Shopee SG".into(),
            code: None,
            owner_must_act: false,
            last_read: Some("2026-11-22T10:00:00Z".parse().unwrap()),
        };
        let letter = words.letter(&notice);
        assert_eq!(letter.title, "Shopee SG 收不到新消息", "from the window's catalogue");
        assert!(letter.rows[0].value.contains("18:00"), "in platform time: {letter:?}");
        assert_eq!(words.wording().several, "{count} 条提醒", "the channel puts the number in");
    }
}
