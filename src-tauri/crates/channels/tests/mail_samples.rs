//! Mails that real programs wrote.
#![expect(clippy::unwrap_used, reason = "a fixture that cannot be read is a failed test")]

use channels::mail::{MailRules, ParsedMail, Topics, parse};
use domain::{Authenticity, MailTopic};
use rstest::rstest;

fn rules() -> MailRules {
    MailRules { authserv_ids: vec!["mx.google.com".to_owned()], topics: Topics::shipped() }
}

fn sample(name: &str) -> Vec<u8> {
    let path = format!("{}/tests/samples/email_{name}.eml", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|e| panic!("{path}: {e}"))
}

fn read(name: &str) -> ParsedMail {
    let received = "2026-07-01T00:00:00Z".parse().unwrap();
    parse(&sample(name), received, "INBOX:1:7", &rules()).unwrap_or_else(|e| panic!("{name}: {e}"))
}

#[rstest]
#[case(
    "aliexpress_order_shipped",
    "AliExpress",
    "transaction@notice.aliexpress.com",
    "Order 8211968327931234: order shipped",
    "Track your order"
)]
#[case("attached_rfc822", "", "foo@example.com", "testing", "This is the first part.")]
#[case("bad_cte", "neal ragland", "shechem@poetrix.com", "", "middagh  oldusercompare")]
#[case(
    "encoding_madness",
    "",
    "no-reply@crm.el-example.org",
    "eBay Bid - 2008 Ford Super Duty F-350 DRW King Ranch Crew Cab 4x4 (156) - Stock# XXXX",
    "Body Text"
)]
#[case(
    "illegal_boundary",
    "Mikel Lindsaar",
    "email_test@me.nowhere",
    "Testing outlook",
    "Hello\nThis is an outlook test"
)]
#[case(
    "iso2022jp_notification",
    "アマゾン",
    "noreply@example.org",
    "ご注文商品を本日お届けします",
    "※ アマゾン 配送部"
)]
#[case(
    "nested_attachment",
    "Jamis Buck",
    "jamis@37signals.com",
    "Testing attachments",
    "Here is a test of an attachment via email."
)]
#[case(
    "raw_8bit_chinese_filename",
    "Pavel Bazika",
    "pavel.bazika@some.domain",
    "Malformed test",
    "Text part"
)]
#[case("rfc2231_long_name", "Mikel Lindsaar", "mikel@test.lindsaar.net", "まみむめもまみむめも", "")]
#[case("shift_jis", "", "xxxxxxx@docomo.ne.jp", "test", "あいうえお")]
#[case("x_gbk_label", "", "from@there.com", "Nuu", "Hi")]
fn a_real_mail_is_read(
    #[case] name: &str,
    #[case] from_name: &str,
    #[case] from: &str,
    #[case] subject: &str,
    #[case] text: &str,
) {
    let ParsedMail { mail, .. } = read(name);
    assert_eq!(
        (mail.from_name.as_str(), mail.from_address.as_str()),
        (from_name, from),
        "the outer From of {name}"
    );
    assert!(mail.subject.starts_with(subject), "the outer subject of {name}: {:?}", mail.subject);
    assert!(
        mail.text.starts_with(text),
        "the words of {name}: {:?}",
        mail.text.chars().take(80).collect::<String>()
    );
    assert!(!mail.text.contains('\u{FFFD}'), "no character of {name} was lost: {:?}", mail.text);
}

#[test]
fn an_order_number_cut_by_a_soft_break_is_whole() {
    let mail = read("aliexpress_order_shipped").mail;
    assert!(
        mail.text.contains("Your order 8211968327931234 has shipped"),
        "the number is searched for: {}",
        mail.text
    );
    assert_eq!(mail.topic, MailTopic::Logistics, "shipped is about the parcel");
    assert_eq!(mail.authenticity, Authenticity::Unverified, "an official sender that nobody vouches for");
    assert_eq!(
        mail.thread_key, "1234567890.123456789.1783039903456@notice.aliexpress.com",
        "its own id roots the thread"
    );
    let html = mail.html.unwrap();
    assert!(!html.contains("style=") && !html.contains(" src="), "nothing is loaded by showing it: {html}");
}

#[rstest]
#[case("raw_8bit_chinese_filename", &["管理.doc"])]
#[case("rfc2231_long_name", &["かきくけこかきくけこかきくけこかきくけこかきくけこ.txt"])]
#[case("nested_attachment", &["truncated.png", "smime.p7s"])]
#[case("attached_rfc822", &["ForwardedMessage.eml"])]
fn attachments_have_readable_names(#[case] name: &str, #[case] names: &[&str]) {
    let found: Vec<String> = read(name).mail.attachments.into_iter().map(|a| a.name).collect();
    assert_eq!(found, names, "as the sender named them in {name}");
}

#[test]
fn a_mail_inside_a_mail_has_a_size() {
    let attached = read("attached_rfc822").mail.attachments.remove(0);
    assert_eq!(attached.mime, "message/rfc822", "an attached mail is not opened");
    assert!(
        (3_000..5_000).contains(&attached.size),
        "about the bytes between the boundaries: {}",
        attached.size
    );
}

#[test]
fn a_date_after_the_server_had_the_mail_is_the_servers() {
    let mail = sample("x_gbk_label");
    let early = "2010-01-01T00:00:00Z".parse().unwrap();
    let parsed = parse(&mail, early, "INBOX:1:1", &rules()).unwrap();
    assert_eq!(parsed.mail.at, early, "a clock that runs ahead must not pin a mail to the top");
    let late = "2020-01-01T00:00:00Z".parse().unwrap();
    let parsed = parse(&mail, late, "INBOX:1:1", &rules()).unwrap();
    assert_eq!(parsed.mail.at, "2017-09-13T11:05:45Z".parse().unwrap(), "its own date else");
}
