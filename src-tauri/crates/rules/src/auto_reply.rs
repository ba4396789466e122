//! What an automatic reply may not say: links, contact details, promotion (`docs/RULES.md` §5; 2 points each).
//!
//! The text comes from the shop's owner, who wants to be told; nobody tries to slip something through. So a find is shown
//! with its words, and what merely looks like one (a missing space after a full stop) can be written differently.

use crate::words::found;
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

#[derive(Deserialize)]
struct Lists {
    contact: Vec<String>,
    promotion: Vec<String>,
}

static SHIPPED: LazyLock<Lists> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../data/auto-reply.json"))
        .expect("data/auto-reply.json is part of the program and read by its tests")
});

/// So many digits in a row are a telephone number.
const PHONE_DIGITS: usize = 7;

/// Why a text is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Forbidden {
    /// It leads somewhere else.
    Link,
    /// It gives or asks for a way to talk outside the platform.
    Contact,
    /// It advertises.
    Promotion,
}

/// Everything forbidden in a text with the words that are meant, each once; empty if it may be saved.
#[must_use]
pub fn forbidden(text: &str) -> Vec<(Forbidden, String)> {
    let mut finds: Vec<(Forbidden, String)> = Vec::new();
    finds.extend(text.split_whitespace().filter_map(address));
    finds.extend(phones(text).into_iter().map(|phone| (Forbidden::Contact, phone)));
    let listed = |kind, list: &'static [String]| {
        found(text, list.iter().map(String::as_str)).into_iter().map(move |word| (kind, word))
    };
    finds.extend(listed(Forbidden::Contact, &SHIPPED.contact));
    finds.extend(listed(Forbidden::Promotion, &SHIPPED.promotion));
    finds.sort();
    finds.dedup();
    finds
}

/// An address in one word: of a page, or of a person.
fn address(word: &str) -> Option<(Forbidden, String)> {
    let small = word.to_lowercase();
    if word.contains(['@', '＠']) {
        return Some((Forbidden::Contact, word.to_owned()));
    }
    let link = small.contains("://") || small.contains("www.") || hosts(word);
    link.then(|| (Forbidden::Link, word.to_owned()))
}

/// Whether a word has `name.land` in it: letters in small script right after a dot, as no sentence begins.
fn hosts(word: &str) -> bool {
    word.match_indices('.').any(|(at, dot)| {
        let before = word[..at].chars().next_back().is_some_and(char::is_alphanumeric);
        let land: Vec<char> = word[at + dot.len()..].chars().take_while(|c| c.is_alphabetic()).collect();
        before && (2..=12).contains(&land.len()) && land.iter().all(|c| c.is_ascii_lowercase())
    })
}

/// Runs of digits, with what people write between them. A date is none.
fn phones(text: &str) -> Vec<String> {
    let between = |c: char| matches!(c, ' ' | '-' | '(' | ')' | '+');
    text.split(|c: char| !c.is_ascii_digit() && !between(c))
        .map(|run| run.trim_matches(|c| c == ' ' || c == '-'))
        .filter(|run| run.chars().filter(char::is_ascii_digit).count() >= PHONE_DIGITS && !is_date(run))
        .map(str::to_owned)
        .collect()
}

fn is_date(run: &str) -> bool {
    let parts: Vec<usize> = run.split('-').map(str::len).collect();
    parts == [4, 2, 2]
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("您好，我们会在2小时内回复您。", None)]
    #[case("Hello! We answer within 2 hours (09:00-22:00, UTC+8). Order {order}", None)]
    #[case("Shipped on 2026-11-24, arrives in 12.5 days.", None)]
    #[case("see https://shop.example", Some(Forbidden::Link))]
    #[case("visit shop.example now", Some(Forbidden::Link))]
    #[case("WWW.SHOP.EXAMPLE", Some(Forbidden::Link))]
    #[case("Thanks.We answer", None)]
    #[case("Чехол для телефона, Почта России", None)]
    #[case("a@b.example", Some(Forbidden::Contact))]
    #[case("call +86 138-0013-8000", Some(Forbidden::Contact))]
    #[case("加微信 abc", Some(Forbidden::Contact))]
    #[case("my WhatsApp is on my page", Some(Forbidden::Contact))]
    #[case("全场优惠", Some(Forbidden::Promotion))]
    #[case("У нас скидки", Some(Forbidden::Promotion))]
    #[case("¡Gran descuento!", Some(Forbidden::Promotion))]
    fn what_costs_points_is_found(#[case] text: &str, #[case] expected: Option<Forbidden>) {
        let first = forbidden(text).first().map(|(kind, _)| *kind);
        assert_eq!(first, expected, "{text:?} gives {:?}", forbidden(text));
    }

    #[test]
    fn everything_is_told_at_once_and_each_once() {
        let finds = forbidden("Coupon at shop.example! coupon, WhatsApp 13800138000");
        let kinds: Vec<Forbidden> = finds.iter().map(|(kind, _)| *kind).collect();
        let expected = [Forbidden::Link, Forbidden::Contact, Forbidden::Contact, Forbidden::Promotion];
        assert_eq!(kinds, expected, "the owner mends all in one go: {finds:?}");
    }
}
