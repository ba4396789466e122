//! The platforms' own domains, and what is made to look like them (`docs/RULES.md` §9).

use serde::Deserialize;
use std::collections::HashSet;
use std::sync::LazyLock;

#[derive(Deserialize)]
struct Data {
    platforms: Vec<PlatformData>,
    two_level_suffixes: HashSet<String>,
}

#[derive(Deserialize)]
struct PlatformData {
    names: Vec<String>,
    brands: Vec<String>,
    domains: Vec<String>,
}

static DATA: LazyLock<Data> = LazyLock::new(|| {
    serde_json::from_str(include_str!("official.json")).expect("shipped with the program and read by a test")
});

/// Whether a host belongs to a platform: the domain itself or something below it, never a mere ending.
#[must_use]
pub fn is_official(host: &str) -> bool {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    DATA.platforms
        .iter()
        .flat_map(|p| &p.domains)
        .any(|d| host.strip_suffix(d.as_str()).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')))
}

/// The domain that somebody registered: one label below the public suffix. Known two-level suffixes are those where
/// the platforms and their sellers are; elsewhere the last two labels are taken.
#[must_use]
pub(crate) fn organisation(host: &str) -> String {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    if host.parse::<std::net::IpAddr>().is_ok() {
        return host;
    }
    let labels: Vec<&str> = host.split('.').collect();
    let known = labels.len() > 2 && DATA.two_level_suffixes.contains(&labels[labels.len() - 2..].join("."));
    let take = if known { 3 } else { 2 };
    labels[labels.len().saturating_sub(take)..].join(".")
}

/// Whether a display name speaks in a platform's name, also with letters that only look right.
pub(crate) fn names_a_platform(name: &str) -> bool {
    let seen = skeleton(name);
    DATA.platforms.iter().flat_map(|p| &p.names).any(|n| seen.contains(&skeleton(n)))
}

/// Whether a host that is not official is made to look as if it were: a brand inside it, one letter off, or letters
/// of another script.
pub(crate) fn imitates_a_platform(host: &str) -> bool {
    if is_official(host) {
        return false;
    }
    let brands: Vec<String> = DATA.platforms.iter().flat_map(|p| &p.brands).map(|b| skeleton(b)).collect();
    host.split('.').any(|label| {
        let label = label.to_ascii_lowercase();
        let seen = skeleton(&label.strip_prefix("xn--").and_then(punycode).unwrap_or(label.clone()));
        brands.iter().any(|brand| seen.contains(brand.as_str()) || near(&seen, brand))
    })
}

/// The letter or digit that a wide, bold, slanted or circled one is.
fn plain(c: char) -> char {
    let of =
        |first: u8, index: u32| u8::try_from(index).ok().and_then(|i| first.checked_add(i)).map(char::from);
    let code = u32::from(c);
    let simple = match code {
        0xFF01..=0xFF5E => of(b'!', code - 0xFF01),
        0x24B6..=0x24E9 => of(b'a', (code - 0x24B6) % 26),
        0x1D400..=0x1D6A3 => of(b'a', (code - 0x1D400) % 26),
        0x1D7CE..=0x1D7FF => of(b'0', (code - 0x1D7CE) % 10),
        _ => None,
    };
    simple.unwrap_or(c)
}

/// The letters a reader takes a text for.
fn skeleton(text: &str) -> String {
    let plain: String = text
        .chars()
        .map(plain)
        .flat_map(char::to_lowercase)
        .filter(|c| c.is_alphanumeric() || *c == '|')
        .map(|c| match c {
            'а' | 'ɑ' | 'α' | 'á' | 'à' | 'â' | 'ä' | 'ã' | 'å' | 'ạ' | '4' => 'a',
            'е' | 'ё' | 'є' | 'ε' | 'é' | 'è' | 'ê' | 'ë' | 'ẹ' | '3' => 'e',
            'о' | 'ο' | 'օ' | 'ó' | 'ò' | 'ô' | 'ö' | 'õ' | 'ø' | 'ọ' | '0' => 'o',
            'р' | 'ρ' => 'p',
            'с' | 'ϲ' | 'ç' => 'c',
            'х' | 'χ' => 'x',
            'ѕ' | 'ś' | 'š' | 'ş' | '5' | '$' => 's',
            'һ' | 'հ' => 'h',
            'к' | 'κ' => 'k',
            'т' | 'τ' => 't',
            'ь' | 'ḃ' | '8' => 'b',
            'ԁ' | 'ď' => 'd',
            'ᴢ' | 'ž' | 'ż' | '2' => 'z',
            'і' | 'ї' | 'ι' | 'ı' | 'í' | 'ì' | 'î' | 'ï' | 'i' | 'l' | 'ł' | 'ӏ' | '1' | '|' => {
                'l'
            }
            other => other,
        })
        .collect();
    plain.replace("rn", "m").replace("vv", "w")
}

/// Whether two words differ by one letter put in, left out, changed or swapped.
fn near(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) > 1 {
        return false;
    }
    let head = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let tail = |n: usize, m: usize| a.get(head + n..) == b.get(head + m..);
    tail(1, 1)
        || tail(1, 0)
        || tail(0, 1)
        || (tail(2, 2) && a.get(head) == b.get(head + 1) && a.get(head + 1) == b.get(head))
}

/// Decodes a punycode label (RFC 3492) without its `xn--`.
fn punycode(label: &str) -> Option<String> {
    let (mut out, digits) = match label.rsplit_once('-') {
        Some((basic, rest)) => (basic.chars().collect::<Vec<char>>(), rest),
        None => (Vec::new(), label),
    };
    let (mut n, mut i, mut bias) = (128_u32, 0_u32, 72_u32);
    let mut digits = digits.bytes();
    while digits.len() > 0 {
        let (start, mut weight, mut k) = (i, 1_u32, 36_u32);
        loop {
            let digit = match digits.next()? {
                d @ b'a'..=b'z' => u32::from(d - b'a'),
                d @ b'A'..=b'Z' => u32::from(d - b'A'),
                d @ b'0'..=b'9' => u32::from(d - b'0') + 26,
                _ => return None,
            };
            i = i.checked_add(digit.checked_mul(weight)?)?;
            let threshold = k.saturating_sub(bias).clamp(1, 26);
            if digit < threshold {
                break;
            }
            weight = weight.checked_mul(36 - threshold)?;
            k += 36;
        }
        let length = u32::try_from(out.len()).ok()? + 1;
        bias = adapt(i - start, length, start == 0);
        n = n.checked_add(i / length)?;
        i %= length;
        out.insert(usize::try_from(i).ok()?, char::from_u32(n)?);
        i += 1;
    }
    Some(out.into_iter().collect())
}

fn adapt(delta: u32, length: u32, first: bool) -> u32 {
    let mut delta = if first { delta / 700 } else { delta / 2 };
    delta += delta / length;
    let mut k = 0;
    while delta > 455 {
        delta /= 35;
        k += 36;
    }
    k + 36 * delta / (delta + 38)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("aliexpress.com", true)]
    #[case("notice.aliexpress.com", true)]
    #[case("MAIL.SHOPEE.CO.TH", true)]
    #[case("aliexpress.com.evil.example", false)]
    #[case("notaliexpress.com", false)]
    #[case("aliexpresse.eu", false)]
    #[case("", false)]
    fn a_domain_is_official_only_on_a_label_boundary(#[case] host: &str, #[case] official: bool) {
        assert_eq!(is_official(host), official, "an ending is not a domain: {host}");
    }

    #[rstest]
    #[case("mail.shopee.co.th", "shopee.co.th")]
    #[case("a.b.notice.aliexpress.com", "aliexpress.com")]
    #[case("localhost", "localhost")]
    #[case("192.0.2.7", "192.0.2.7")]
    fn an_organisation_is_one_label_below_the_suffix(#[case] host: &str, #[case] organisation: &str) {
        assert_eq!(super::organisation(host), organisation, "alignment compares registered domains");
    }

    #[rstest]
    #[case("aliexpresse.eu", true)]
    #[case("shopee-seller.com", true)]
    #[case("aliexpress.com.evil.example", true)]
    #[case("a1iexpress.com", true)]
    #[case("aliexrpess.com", true)]
    #[case("xn--liexpress-zyh.com", true)]
    #[case("ａｌｉｅｘｐｒｅｓｓ.com", true)]
    #[case("notice.aliexpress.com", false)]
    #[case("shop.example", false)]
    #[case("shopify.com", false)]
    fn an_imitation_is_seen(#[case] host: &str, #[case] imitates: bool) {
        assert_eq!(imitates_a_platform(host), imitates, "a reader would take {host} for a platform, or not");
    }

    #[rstest]
    #[case("ＡｌｉＥｘｐｒｅｓｓ")]
    #[case("𝐀𝐥𝐢𝐄𝐱𝐩𝐫𝐞𝐬𝐬")]
    #[case("ⒶliExpress")]
    #[case("АлиЭкспресс")]
    #[case("速賣通客服")]
    #[case("蝦皮購物")]
    fn a_platforms_name_is_seen_in_any_dress(#[case] name: &str) {
        assert!(names_a_platform(name), "a reader takes {name} for the platform");
    }

    #[test]
    fn punycode_is_read_as_the_standard_says() {
        assert_eq!(punycode("bcher-kva").as_deref(), Some("bücher"), "the best known label");
        assert_eq!(punycode("fiqs8s").as_deref(), Some("中国"), "a label without basic letters");
        assert_eq!(punycode("a-\u{7f}"), None, "junk is no label");
    }
}
