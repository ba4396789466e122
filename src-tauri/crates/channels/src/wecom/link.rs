//! The addresses that a message may carry.

use crate::mail::is_official;
use url::Url;

/// Longer addresses are left out: the message must have room for words.
const LINK_BYTES: usize = 512;

/// The address if it is a page of a platform, written so that it cannot end its link early. Everything else is left
/// out: an address may come out of a buyer's message, and a group trusts what its robot says.
pub(super) fn safe_link(link: &str) -> Option<String> {
    let url = Url::parse(link.trim()).ok()?;
    let plain = url.scheme() == "https"
        && url.username().is_empty()
        && url.password().is_none()
        && url.port().is_none()
        && url.domain().is_some_and(is_official);
    if !plain {
        return None;
    }
    let mut written = String::with_capacity(link.len());
    for c in url.as_str().chars() {
        match c {
            '(' => written.push_str("%28"),
            ')' => written.push_str("%29"),
            '[' => written.push_str("%5B"),
            ']' => written.push_str("%5D"),
            '<' => written.push_str("%3C"),
            '>' => written.push_str("%3E"),
            c => written.push(c),
        }
    }
    (written.len() <= LINK_BYTES).then_some(written)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("https://seller.shopee.cn/portal/sale/1", Some("https://seller.shopee.cn/portal/sale/1"))]
    #[case("https://seller.shopee.cn/a)[x](b", Some("https://seller.shopee.cn/a%29%5Bx%5D%28b"))]
    #[case("http://seller.shopee.cn/", None)]
    #[case("https://shopee.cn.evil.example/", None)]
    #[case("https://seller.shopee.cn@evil.example/", None)]
    #[case("https://a:b@seller.shopee.cn/", None)]
    #[case("https://seller.shopee.cn:8443/", None)]
    #[case("javascript:alert(1)", None)]
    #[case("tidebell://conversation/1", None)]
    #[case("", None)]
    fn only_a_platforms_own_page_is_linked(#[case] link: &str, #[case] expected: Option<&str>) {
        assert_eq!(safe_link(link).as_deref(), expected, "the group trusts its robot: {link}");
    }

    #[test]
    fn an_endless_address_is_left_out() {
        let link = format!("https://shopee.cn/{}", "a".repeat(LINK_BYTES));
        assert_eq!(safe_link(&link), None, "it would leave no room for words");
    }
}
