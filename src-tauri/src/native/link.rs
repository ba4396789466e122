//! Links of buyers and platforms, handed to the system's browser after a person saw where they lead and agreed.
//!
//! What arrives here was written by strangers. Only addresses that a browser or a mail program answers are handed on, in
//! the form in which they were understood here, so that nobody behind us reads another address out of them.

use url::{Host, Url};

/// Longer ones are cut by some browsers, and then lead elsewhere.
const LONGEST: usize = 2048;

/// Why a link is not opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum LinkError {
    /// Longer than any honest address.
    #[error("the address is too long")]
    TooLong,
    /// Not an address.
    #[error("this is no address")]
    Unreadable,
    /// A file, a script, another program's own scheme.
    #[error("only http, https and mailto are opened")]
    Scheme,
    /// `https://platform.com@elsewhere.com` leads elsewhere.
    #[error("the address carries a user name")]
    Credentials,
    /// No host, or for a mail no recipient.
    #[error("the address leads nowhere")]
    Nowhere,
}

/// The address as it may be opened.
///
/// # Errors
/// Why it may not.
pub(crate) fn checked(link: &str) -> Result<Url, LinkError> {
    if link.len() > LONGEST {
        return Err(LinkError::TooLong);
    }
    let mut url = Url::parse(link).map_err(|_| LinkError::Unreadable)?;
    match url.scheme() {
        "http" | "https" => {
            if !url.username().is_empty() || url.password().is_some() {
                return Err(LinkError::Credentials);
            }
            match url.host() {
                Some(Host::Domain(name)) if !name.is_empty() => {}
                Some(Host::Ipv4(_) | Host::Ipv6(_)) => {}
                Some(Host::Domain(_)) | None => return Err(LinkError::Nowhere),
            }
        }
        "mailto" => {
            if !url.path().contains('@') {
                return Err(LinkError::Nowhere);
            }
            // Some mail programs take files, copies and whole texts from here; a recipient is enough.
            url.set_query(None);
            url.set_fragment(None);
        }
        _ => return Err(LinkError::Scheme),
    }
    if url.as_str().len() > LONGEST {
        return Err(LinkError::TooLong);
    }
    Ok(url)
}

/// Hands an address to whatever the system opens it with, without waiting for that.
///
/// # Errors
/// In the system's words, if nothing opens it.
pub(crate) fn open(url: &Url) -> std::io::Result<()> {
    open::that_detached(url.as_str())
}

/// Shows a folder that this program has written to, without waiting for that.
///
/// # Errors
/// In the system's words, if nothing shows folders.
pub(crate) fn show_folder(folder: &std::path::Path) -> std::io::Result<()> {
    open::that_detached(folder)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::plain(
        "https://seller.shopee.cn/portal/sale?id=1#a",
        "https://seller.shopee.cn/portal/sale?id=1#a"
    )]
    #[case::without_a_path("http://example.com", "http://example.com/")]
    #[case::a_name_in_chinese("https://店铺.example/", "https://xn--hxtq42j.example/")]
    #[case::letters_that_look_alike("https://аliexpress.com/", "https://xn--liexpress-zyh.com/")]
    #[case::spaces_and_quotes("https://example.com/a b\"c", "https://example.com/a%20b%22c")]
    #[case::a_line_break_inside("https://exam\nple.com/", "https://example.com/")]
    #[case::a_computer_at_home("http://192.168.0.1/", "http://192.168.0.1/")]
    #[case::a_number_is_an_address("http://2130706433/", "http://127.0.0.1/")]
    #[case::a_mail("mailto:help@example.com", "mailto:help@example.com")]
    #[case::only_the_recipient("mailto:a@b.example?attach=/etc/passwd&cc=x@y.example", "mailto:a@b.example")]
    fn an_address_is_opened_as_it_was_understood(#[case] link: &str, #[case] opened: &str) {
        let url = checked(link);
        assert_eq!(url.as_ref().map(Url::as_str), Ok(opened), "what is shown and what is opened are one");
    }

    #[rstest]
    #[case::script("javascript:alert(1)", LinkError::Scheme)]
    #[case::disguised_script("\u{1}JavaScript:alert(1)", LinkError::Scheme)]
    #[case::file("file:///etc/passwd", LinkError::Scheme)]
    #[case::page_of_text("data:text/html,<script>1</script>", LinkError::Scheme)]
    #[case::another_program("ms-msdt:/id PCWDiagnostic", LinkError::Scheme)]
    #[case::ftp("ftp://example.com/", LinkError::Scheme)]
    #[case::user("https://aliexpress.com@evil.example/", LinkError::Credentials)]
    #[case::user_and_password("https://a:b@evil.example/", LinkError::Credentials)]
    #[case::option_of_a_program("--help", LinkError::Unreadable)]
    #[case::path("/etc/passwd", LinkError::Unreadable)]
    #[case::nothing("", LinkError::Unreadable)]
    #[case::no_host("https://", LinkError::Unreadable)]
    #[case::no_recipient("mailto:?attach=/etc/passwd", LinkError::Nowhere)]
    fn what_is_no_page_and_no_mail_is_never_handed_on(#[case] link: &str, #[case] why: LinkError) {
        assert_eq!(checked(link), Err(why), "the system would start some other program");
    }

    #[test]
    fn an_endless_address_is_refused_before_and_after_it_is_spelled_out() {
        let long = format!("https://example.com/{}", "a".repeat(LONGEST));
        assert_eq!(checked(&long), Err(LinkError::TooLong), "as it came");
        let grows = format!("https://example.com/{}", "店".repeat(600));
        assert!(grows.len() < LONGEST, "short enough as it came");
        assert_eq!(checked(&grows), Err(LinkError::TooLong), "three bytes become nine");
    }
}
