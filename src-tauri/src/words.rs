//! The words of alerts, tray and window title: the little that is said outside the web view.

use crate::wire::Locale;
use std::collections::BTreeMap;
use std::sync::LazyLock;

type Catalogue = BTreeMap<String, String>;

static ZH_CN: LazyLock<Catalogue> = LazyLock::new(|| read(include_str!("words/zh-CN.json")));
static EN: LazyLock<Catalogue> = LazyLock::new(|| read(include_str!("words/en.json")));

fn read(json: &str) -> Catalogue {
    serde_json::from_str(json).expect("the catalogues are part of the program and a test reads them")
}

fn catalogue(locale: Locale) -> &'static Catalogue {
    match locale {
        Locale::ZhCn => &ZH_CN,
        Locale::En => &EN,
    }
}

/// The words for `key` with `{name}` replaced by its parameter. A missing key shows itself: a person can still
/// report it, and a test makes sure that both catalogues have the same keys.
#[must_use]
pub(crate) fn say(locale: Locale, key: &str, params: &[(&str, &str)]) -> String {
    let template = catalogue(locale).get(key).map_or(key, String::as_str);
    let mut words = String::with_capacity(template.len() + 16);
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        words.push_str(&rest[..open]);
        let after = &rest[open + 1..];
        let Some(close) = after.find('}') else { break };
        let name = &after[..close];
        let value = params.iter().find(|(param, _)| *param == name).map_or("", |(_, value)| value);
        words.push_str(value);
        rest = &after[close + 1..];
    }
    words.push_str(rest);
    words
}

/// A stretch of time as people say it: minutes up to an hour, then hours and minutes.
#[must_use]
pub(crate) fn left(locale: Locale, seconds: i64) -> String {
    let minutes = seconds / 60;
    if minutes < 1 {
        return say(locale, "left.under", &[]);
    }
    if minutes < 60 {
        return say(locale, "left.minutes", &[("n", &minutes.to_string())]);
    }
    let (hours, rest) = (minutes / 60, minutes % 60);
    say(locale, "left.hours", &[("h", &hours.to_string()), ("m", &rest.to_string())])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_catalogues_say_the_same_things() {
        let zh: Vec<_> = ZH_CN.keys().collect();
        let en: Vec<_> = EN.keys().collect();
        assert_eq!(zh, en, "a key in one language only would show as a key in the other");
    }

    #[test]
    fn every_parameter_is_in_both_languages() {
        let names = |words: &str| {
            let mut names: Vec<_> = words.split('{').skip(1).filter_map(|p| p.split('}').next()).collect();
            names.sort_unstable();
            names.into_iter().map(str::to_owned).collect::<Vec<_>>()
        };
        for (key, zh) in ZH_CN.iter() {
            assert_eq!(names(zh), names(&EN[key]), "{key} must carry the same facts in both languages");
        }
    }

    #[test]
    fn every_sort_of_entry_of_the_push_log_has_words() {
        for kind in domain::LogKind::ALL {
            let key = format!("log.kind.{}", kind.as_str());
            assert!(ZH_CN.contains_key(&key), "an export names every entry: {key} is missing");
        }
    }

    #[test]
    fn a_buyers_braces_are_not_read_as_parameters() {
        let words = say(Locale::En, "due.one.title", &[("title", "{left}"), ("left", "7 min")]);
        assert_eq!(words, "{left}: 7 min left", "only the template is searched for names");
    }

    #[test]
    fn time_left_is_said_in_minutes_then_hours() {
        assert_eq!(left(Locale::En, 59), "under 1 min", "0 min would look like too late");
        assert_eq!(left(Locale::En, 7 * 60 + 59), "7 min", "never more than there is");
        assert_eq!(left(Locale::ZhCn, 7_800), "2 小时 10 分", "hours and minutes from an hour on");
    }
}
