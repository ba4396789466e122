//! A notice in the team's words, for its `WeCom` group.

use super::alert_words::{Toast, clock, silence_words, toast, told_to};
use crate::wire::Locale;
use crate::words::{left, say};
use channels::wecom::{Row, Tone, Wording};
use engine::{ClimbItem, FiredItem, Letter, Notice, NoticeItem, Words};
use std::sync::{Arc, PoisonError, RwLock};

/// The catalogues in the language that `locale` holds at the moment.
pub(crate) struct TeamWords {
    locale: Arc<RwLock<Locale>>,
}

impl TeamWords {
    pub(crate) const fn new(locale: Arc<RwLock<Locale>>) -> Self {
        Self { locale }
    }

    fn locale(&self) -> Locale {
        *self.locale.read().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Words for TeamWords {
    fn letter(&self, notice: &Notice) -> Letter {
        letter(self.locale(), notice)
    }

    fn wording(&self) -> Wording {
        // The channel counts, and puts the number in.
        let words = |key| say(self.locale(), key, &[("count", "{count}")]);
        Wording {
            several: words("letter.several"),
            more: words("letter.more"),
            again: words("letter.again"),
            open: words("action.open"),
        }
    }
}

fn letter(locale: Locale, notice: &Notice) -> Letter {
    match notice {
        Notice::Climbed { items, .. } => climbed(locale, items),
        Notice::Due { items, .. } | Notice::Digest { items, .. } => due(locale, items),
        Notice::Fired { items, .. } => fired(locale, items),
        Notice::StoreSilent { name, code, owner_must_act, last_read, .. } => Letter {
            title: say(locale, "silent.title", &[("name", name)]),
            rows: vec![Row {
                label: String::new(),
                value: silence_words(locale, code.as_deref(), *owner_must_act, *last_read),
                tone: Tone::Warning,
            }],
        },
        Notice::AuthorisationEnds { .. } => {
            let Toast { title, body } = toast(locale, notice);
            Letter { title, rows: vec![Row { label: String::new(), value: body, tone: Tone::Warning }] }
        }
        Notice::Test => Letter {
            title: say(locale, "letter.test.title", &[]),
            rows: vec![Row {
                label: String::new(),
                value: say(locale, "letter.test.body", &[]),
                tone: Tone::Good,
            }],
        },
    }
}

fn climbed(locale: Locale, items: &[ClimbItem]) -> Letter {
    let mut letter = Letter { title: say(locale, "app", &[]), rows: Vec::new() };
    for (at, climb) in items.iter().enumerate() {
        if at == 0 {
            letter.title = say(locale, "climbed.one.title", &[("title", &climb.item.title)]);
        }
        let nobody = say(locale, "climbed.nobody", &[]);
        letter.rows.extend([
            row(locale, "letter.store", climb.store.clone(), Tone::Plain),
            row(locale, "letter.deadline", deadline(locale, &climb.item), Tone::Warning),
            row(locale, "letter.owner", climb.from.clone().unwrap_or(nobody), Tone::Plain),
            row(locale, "letter.waited", left(locale, climb.waited_s), Tone::Plain),
        ]);
    }
    letter
}

fn fired(locale: Locale, items: &[FiredItem]) -> Letter {
    let mut letter = Letter { title: say(locale, "app", &[]), rows: Vec::new() };
    for (at, item) in items.iter().enumerate() {
        if at == 0 {
            let params = [("rule", item.rule.as_str()), ("title", &item.title)];
            letter.title = say(locale, "fired.one.title", &params);
        }
        let event = say(locale, &format!("trigger.{}", item.trigger.as_str()), &[]);
        letter.rows.extend([
            row(locale, "letter.event", event, Tone::Warning),
            row(locale, "letter.store", item.store.clone(), Tone::Plain),
        ]);
        let more = [("letter.words", item.words.clone()), ("letter.told", told_to(locale, item))];
        let said = more.into_iter().filter(|(_, value)| !value.is_empty());
        letter.rows.extend(said.map(|(label, value)| row(locale, label, value, Tone::Plain)));
    }
    letter
}

fn due(locale: Locale, items: &[NoticeItem]) -> Letter {
    let title = items.first().map_or_else(|| say(locale, "app", &[]), |item| item.title.clone());
    let rows = items.iter().map(|item| row(locale, "letter.deadline", deadline(locale, item), Tone::Warning));
    Letter { title, rows: rows.collect() }
}

fn deadline(locale: Locale, item: &NoticeItem) -> String {
    let kind = say(locale, &format!("kind.{}", item.kind.as_str()), &[]);
    say(locale, "due.one.body", &[("kind", &kind), ("at", &clock(item.due))])
}

fn row(locale: Locale, label: &str, value: String, tone: Tone) -> Row {
    Row { label: say(locale, label, &[]), value, tone }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{ConversationId, DeadlineKind, StoreId};

    #[test]
    fn a_step_outside_says_which_store_which_deadline_whose_and_for_how_long() {
        let item = ClimbItem {
            item: NoticeItem {
                conversation: ConversationId(1),
                title: "María G.".into(),
                kind: DeadlineKind::Reply,
                due: "2026-11-22T10:39:32Z".parse().unwrap(),
            },
            store_id: StoreId(1),
            store: "Shopee SG".into(),
            from: Some("彩电卖家:小李".into()),
            to: None,
            waited_s: 545,
        };
        let now = "2026-11-22T10:32:00Z".parse().unwrap();
        let letter = letter(Locale::ZhCn, &Notice::Climbed { items: vec![item], now });
        let rows: Vec<_> = letter.rows.iter().map(|row| (row.label.as_str(), row.value.as_str())).collect();
        assert_eq!(letter.title, "无人处理：María G.", "who waits");
        let expected = [
            ("店铺", "Shopee SG"),
            ("期限", "平台回复，18:39 到期"),
            ("负责人", "彩电卖家:小李"),
            ("已等待", "9 分钟"),
        ];
        assert_eq!(rows, expected, "people in the group see none of the program");
    }

    #[test]
    fn the_words_around_several_keep_the_place_of_the_number() {
        for locale in [Locale::ZhCn, Locale::En] {
            let words = TeamWords::new(Arc::new(RwLock::new(locale))).wording();
            for phrase in [words.several, words.more, words.again] {
                assert!(phrase.contains("{count}"), "the channel counts later: {phrase}");
            }
        }
    }

    #[test]
    fn a_rule_tells_the_group_what_happened_where_and_in_which_words() {
        let item = FiredItem {
            rule: "夜间咨询".into(),
            trigger: rules::message_rules::Trigger::BuyerEnquiry,
            conversation: Some(ConversationId(1)),
            title: "María G.".into(),
            store: "Shopee SG".into(),
            words: "¿Talla M?".into(),
            to: Vec::new(),
            everybody: false,
        };
        let now = "2026-11-22T10:32:00Z".parse().unwrap();
        let letter = letter(Locale::ZhCn, &Notice::Fired { items: vec![item], now });
        assert_eq!(letter.title, "夜间咨询：María G.", "which rule, and who");
        let said: Vec<_> = letter.rows.iter().map(|row| row.value.as_str()).collect();
        assert_eq!(
            said,
            ["买家咨询", "Shopee SG", "¿Talla M?"],
            "nobody here is named, because nobody is meant"
        );
    }
}
