//! A notice in the user's words.

use crate::wire::Locale;
use crate::words::{left, say};
use domain::{Timestamp, beijing};
use engine::{ClimbItem, FiredItem, Notice, NoticeItem};

/// Headline and text of a toast.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Toast {
    pub(super) title: String,
    pub(super) body: String,
}

/// At most this many conversations are named in a digest; a toast has room for no more.
const DIGEST_LINES: usize = 4;

pub(super) fn toast(locale: Locale, notice: &Notice) -> Toast {
    match notice {
        Notice::Due { items, now } => due(locale, items, *now),
        Notice::Digest { items, now, asleep_since } => digest(locale, items, *now, *asleep_since),
        Notice::Climbed { items, now } => climbed(locale, items, *now),
        Notice::Fired { items, .. } => fired(locale, items),
        Notice::StoreSilent { name, code, owner_must_act, last_read, .. } => {
            let body = silence_words(locale, code.as_deref(), *owner_must_act, *last_read);
            Toast { title: say(locale, "silent.title", &[("name", name)]), body }
        }
        Notice::AuthorisationEnds { name, until, days, .. } => {
            let local = beijing(*until);
            let date = format!("{}-{:02}-{:02}", local.year(), local.month(), local.day());
            let params = [("name", name.as_str()), ("days", &days.to_string()), ("date", &date)];
            Toast { title: say(locale, "ending.title", &params), body: say(locale, "ending.body", &params) }
        }
        Notice::Test => Toast { title: say(locale, "test.title", &[]), body: say(locale, "test.body", &[]) },
    }
}

/// Since when a store is silent, or that its owner must act.
pub(super) fn silence_words(
    locale: Locale,
    code: Option<&str>,
    owner_must_act: bool,
    last_read: Option<Timestamp>,
) -> String {
    let since = last_read.map(clock);
    let key = match &since {
        _ if owner_must_act => "silent.owner",
        Some(_) => "silent.body",
        None => "silent.never",
    };
    say(locale, key, &[("code", code.unwrap_or("")), ("since", since.as_deref().unwrap_or(""))])
}

fn due(locale: Locale, items: &[NoticeItem], now: Timestamp) -> Toast {
    let Some(first) = items.first() else {
        return Toast { title: say(locale, "app", &[]), body: String::new() };
    };
    let seconds = seconds_left(first, now);
    let time = left(locale, seconds.abs());
    let at = clock(first.due);
    let key = |near: &'static str, over: &'static str| if seconds > 0 { near } else { over };
    if items.len() == 1 {
        let params = [("title", first.title.as_str()), ("left", &time)];
        let kind = say(locale, &format!("kind.{}", first.kind.as_str()), &[]);
        return Toast {
            title: say(locale, key("due.one.title", "due.one.over"), &params),
            body: say(locale, "due.one.body", &[("kind", &kind), ("at", &at)]),
        };
    }
    let count = items.len().to_string();
    // The last of them: "within" must be true of all.
    let longest = items.iter().map(|item| seconds_left(item, now)).max().unwrap_or(seconds);
    let within = left(locale, longest.abs() + 59);
    Toast {
        title: say(locale, key("due.many.title", "due.many.over"), &[("count", &count), ("left", &within)]),
        body: say(locale, "due.many.body", &[("title", &first.title), ("at", &at)]),
    }
}

/// Who is asked now, instead of whom, and how long there is left; a click opens the most urgent.
fn climbed(locale: Locale, items: &[ClimbItem], now: Timestamp) -> Toast {
    let Some(first) = items.first() else {
        return Toast { title: say(locale, "app", &[]), body: String::new() };
    };
    let key = |seat: &'static str, outside: &'static str| if first.to.is_some() { seat } else { outside };
    let (title, to) = (first.item.title.as_str(), first.to.as_deref().unwrap_or(""));
    if items.len() > 1 {
        let at = clock(first.item.due);
        let params = [("title", title), ("to", to), ("at", &at)];
        return Toast {
            title: say(locale, "climbed.many.title", &[("count", &items.len().to_string())]),
            body: say(locale, key("climbed.many.seat", "climbed.many.outside"), &params),
        };
    }
    let seconds = seconds_left(&first.item, now);
    let time = left(locale, seconds.abs());
    let nobody = say(locale, "climbed.nobody", &[]);
    let params = [
        ("from", first.from.as_deref().unwrap_or(&nobody)),
        ("to", to),
        ("wait", &left(locale, first.waited_s)),
        ("kind", &say(locale, &format!("kind.{}", first.item.kind.as_str()), &[])),
        ("left", &say(locale, if seconds > 0 { "climbed.left" } else { "left.over" }, &[("left", &time)])),
    ];
    Toast {
        title: say(locale, "climbed.one.title", &[("title", title)]),
        body: say(locale, key("climbed.seat", "climbed.outside"), &params),
    }
}

/// Which rule, what happened and whom it is for; several are counted, and a click opens the first that can be opened.
fn fired(locale: Locale, items: &[FiredItem]) -> Toast {
    let Some(first) = items.iter().find(|item| item.conversation.is_some()).or(items.first()) else {
        return Toast { title: say(locale, "app", &[]), body: String::new() };
    };
    let trigger = say(locale, &format!("trigger.{}", first.trigger.as_str()), &[]);
    let to = told_to(locale, first);
    let params = [
        ("rule", first.rule.as_str()),
        ("title", &first.title),
        ("store", &first.store),
        ("trigger", &trigger),
        ("to", &to),
        ("count", &items.len().to_string()),
    ];
    let key = if items.len() == 1 { "one" } else { "many" };
    Toast {
        title: say(locale, &format!("fired.{key}.title"), &params),
        body: say(locale, &format!("fired.{key}.body"), &params),
    }
}

/// Whom a rule tells at this program.
pub(super) fn told_to(locale: Locale, item: &FiredItem) -> String {
    if item.everybody { say(locale, "fired.everybody", &[]) } else { item.to.join(", ") }
}

fn digest(locale: Locale, items: &[NoticeItem], now: Timestamp, since: Timestamp) -> Toast {
    let lines: Vec<String> = items
        .iter()
        .take(DIGEST_LINES)
        .map(|item| {
            let seconds = seconds_left(item, now);
            let time = left(locale, seconds.abs());
            let time = if seconds > 0 { time } else { say(locale, "left.over", &[("left", &time)]) };
            say(locale, "digest.line", &[("title", &item.title), ("left", &time)])
        })
        .collect();
    Toast {
        title: say(locale, "digest.title", &[("count", &items.len().to_string())]),
        body: say(locale, "digest.body", &[("since", &clock(since)), ("lines", &lines.join(" · "))]),
    }
}

fn seconds_left(item: &NoticeItem, now: Timestamp) -> i64 {
    item.due.as_second() - now.as_second()
}

/// Platform time: everybody on the team reads the same clock.
pub(super) fn clock(at: Timestamp) -> String {
    let local = beijing(at);
    format!("{:02}:{:02}", local.hour(), local.minute())
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{ConversationId, DeadlineKind, StoreId};

    fn item(title: &str, due: &str) -> NoticeItem {
        NoticeItem {
            conversation: ConversationId(1),
            title: title.into(),
            kind: DeadlineKind::Reply,
            due: due.parse().unwrap(),
        }
    }

    fn at(s: &str) -> Timestamp {
        s.parse().unwrap()
    }

    #[test]
    fn one_deadline_names_the_buyer_and_the_time_left() {
        let notice = Notice::Due {
            items: vec![item("María G.", "2026-11-22T10:39:32Z")],
            now: at("2026-11-22T10:32:00Z"),
        };
        let toast = toast(Locale::ZhCn, &notice);
        assert_eq!(toast.title, "María G.：还剩 7 分钟", "the buyer and the minutes are what matters");
        assert_eq!(toast.body, "平台回复，18:39 到期", "platform time is UTC+8");
    }

    #[test]
    fn several_deadlines_are_counted_and_the_most_urgent_is_named() {
        let items = vec![item("A", "2026-11-22T10:09:00Z"), item("B", "2026-11-22T10:10:00Z")];
        let toast = toast(Locale::En, &Notice::Due { items, now: at("2026-11-22T10:00:00Z") });
        assert_eq!(toast.title, "2 conversations are due within 10 min", "within must hold for the last one");
        assert_eq!(toast.body, "Most urgent: A, due 18:09", "a click opens that one");
    }

    #[test]
    fn a_passed_deadline_says_by_how_much() {
        let notice =
            Notice::Due { items: vec![item("A", "2026-11-22T09:00:00Z")], now: at("2026-11-22T10:00:00Z") };
        assert_eq!(toast(Locale::En, &notice).title, "A: overdue by 1 h 0 min", "never a negative time");
    }

    #[test]
    fn a_digest_tells_since_when_it_was_silent() {
        let items = vec![item("A", "2026-11-22T09:00:00Z"), item("B", "2026-11-22T10:20:00Z")];
        let notice = Notice::Digest {
            items,
            now: at("2026-11-22T10:00:00Z"),
            asleep_since: at("2026-11-21T23:12:00Z"),
        };
        let toast = toast(Locale::En, &notice);
        assert!(toast.body.contains("07:12"), "the hour from which nothing could ring: {}", toast.body);
        assert!(
            toast.body.contains("A overdue by 1 h 0 min · B 20 min"),
            "most urgent first: {}",
            toast.body
        );
    }

    #[test]
    fn a_step_of_the_ladder_says_who_did_not_act_who_is_asked_and_why() {
        let climb = |to: Option<&str>| ClimbItem {
            item: item("María G.", "2026-11-22T10:39:32Z"),
            store_id: StoreId(1),
            store: "Shopee SG".into(),
            from: Some("彩电卖家:小李".into()),
            to: to.map(Into::into),
            waited_s: 185,
        };
        let words = |items| toast(Locale::ZhCn, &Notice::Climbed { items, now: at("2026-11-22T10:32:00Z") });
        let one = words(vec![climb(Some("彩电卖家:小王"))]);
        assert_eq!(one.title, "无人处理：María G.", "what it is about");
        assert_eq!(
            one.body, "彩电卖家:小李 在 3 分钟内没有处理，请 彩电卖家:小王 跟进。平台回复还剩 7 分钟。",
            "who, for how long, who now, and how much is left"
        );
        let outside = words(vec![climb(None)]);
        assert!(outside.body.contains("企业微信群"), "no seat is named: {}", outside.body);
        let many = words(vec![climb(Some("彩电卖家")), climb(Some("彩电卖家:小王"))]);
        assert_eq!(many.title, "2 个会话无人处理", "several are one");
        assert_eq!(many.body, "最急：María G.，请 彩电卖家 跟进，18:39 到期", "a click opens that one");
    }

    #[test]
    fn a_rule_that_fires_says_which_what_happened_and_for_whom() {
        let item = |rule: &str, conversation: Option<i64>| FiredItem {
            rule: rule.into(),
            trigger: rules::message_rules::Trigger::Return,
            conversation: conversation.map(ConversationId),
            title: "8192003312764471".into(),
            store: "Shopee SG".into(),
            words: String::new(),
            to: vec!["彩电卖家:小李".into()],
            everybody: false,
        };
        let words = |items| toast(Locale::ZhCn, &Notice::Fired { items, now: at("2026-11-22T10:32:00Z") });
        let one = words(vec![item("退货", Some(1))]);
        assert_eq!(one.title, "退货：8192003312764471", "the team's name for it, and what it is about");
        assert_eq!(one.body, "退货退款，Shopee SG。请 彩电卖家:小李 查看。", "what, where, and for whom");
        let everybody = words(vec![FiredItem { everybody: true, to: Vec::new(), ..item("退货", None) }]);
        assert!(everybody.body.contains("请 全员 查看"), "{}", everybody.body);
        let many = words(vec![item("新订单", None), item("退货", Some(1))]);
        assert_eq!(many.title, "2 条规则提醒", "several are one");
        assert!(many.body.contains("退货"), "the one that a click opens: {}", many.body);
    }

    #[test]
    fn an_authorisation_that_ends_says_when_and_what_to_do() {
        let notice = Notice::AuthorisationEnds {
            store: domain::StoreId(1),
            name: "Shopee SG".into(),
            until: at("2026-11-27T17:00:00Z"),
            days: 4,
        };
        let toast = toast(Locale::En, &notice);
        assert!(toast.title.contains("Shopee SG") && toast.title.contains('4'), "which and when: {toast:?}");
        assert!(toast.body.contains("2026-11-28"), "the day in platform time: {toast:?}");
    }

    #[test]
    fn a_silent_store_says_since_when_or_that_its_owner_must_act() {
        let words = |owner_must_act, last_read: Option<&str>| {
            let notice = Notice::StoreSilent {
                store: domain::StoreId(1),
                name: "Shopee SG".into(),
                code: Some("token_expired".into()),
                owner_must_act,
                last_read: last_read.map(at),
            };
            toast(Locale::En, &notice).body
        };
        let since = words(false, Some("2026-11-22T10:00:00Z"));
        assert!(since.contains("since 18:00"), "in platform time: {since}");
        assert!(words(true, None).contains("you have acted"), "it is the owner's turn");
        assert!(words(false, None).contains("Not read yet"), "there is no since");
    }
}
