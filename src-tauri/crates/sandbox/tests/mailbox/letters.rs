use super::start;
use mail_parser::{HeaderValue, MessageParser};
use rstest::rstest;
use sandbox::mailbox::Letter;

fn letter<'a>(
    from: &'a str,
    subject: &'a str,
    text: &'a str,
    headers: &'a [(&'a str, &'a str)],
) -> Letter<'a> {
    let at = "2026-03-02T09:00:00Z".parse().unwrap();
    Letter { from, to: "seller@example.com", subject, text, headers, at, id: "1@sandbox.invalid" }
}

#[rstest]
#[case("Plain", "plain subject")]
#[case(
    "速卖通 通知中心",
    "您的店铺收到一条知识产权投诉，请在三个工作日内提交申诉材料，否则将影响店铺评分和提现"
)]
#[case("Служба \"Поддержки\"", "Заказ № 8123456789012345: спор открыт 👨‍👩‍👧 — ответьте до пятницы, пожалуйста")]
#[case("Quoted \"and\" \\ odd, Ltd.", "=?not?an?encoded?word?=")]
fn a_mail_says_what_was_put_in(#[case] name: &str, #[case] subject: &str) {
    let from = format!("{name} <notice@example.com>");
    let text = "第一行\nвторая строка\r\nthird line, and more of it to fill the base64 line past its end\n";
    let raw = letter(&from, subject, text, &[]).build();
    assert!(raw.is_ascii(), "ASCII on the wire");
    for line in raw.split(|&b| b == b'\n') {
        assert!(line.len() <= 78 + 1, "no line is longer than 78 characters");
        assert!(line.is_empty() || line.ends_with(b"\r"), "every line ends with CRLF");
    }
    let mail = MessageParser::default().parse(&raw).unwrap();
    let sender = mail.from().unwrap().first().unwrap();
    assert_eq!(sender.name(), Some(name), "the name survives");
    assert_eq!(sender.address(), Some("notice@example.com"), "the address stays readable");
    assert_eq!(mail.subject(), Some(subject), "the subject survives, also where it is split");
    assert_eq!(
        mail.body_text(0).unwrap().replace("\r\n", "\n"),
        text.replace("\r\n", "\n"),
        "the text survives"
    );
    assert_eq!(mail.date().unwrap().to_rfc3339(), "2026-03-02T17:00:00+08:00", "the date handed in");
    assert_eq!(mail.message_id(), Some("1@sandbox.invalid"), "the id handed in");
}

#[test]
fn an_extra_header_comes_on_top_and_replaces_its_standard_one() {
    let extra = [
        ("Authentication-Results", "mx.example.com; dmarc=pass header.from=example.com"),
        ("content-type", "text/html; charset=utf-8"),
        ("Message-ID", "<own@example.com>"),
    ];
    let raw = letter("a@example.com", "s", "<p>你好</p>", &extra).build();
    let mail = MessageParser::default().parse(&raw).unwrap();
    assert!(
        raw.starts_with(b"Authentication-Results: mx.example.com; dmarc=pass"),
        "trusted results stand on top"
    );
    assert_eq!(mail.message_id(), Some("own@example.com"), "one Message-ID, the own one");
    assert_eq!(mail.html_body_count(), 1, "the type can be HTML");
    let ids = mail.headers_raw().filter(|(name, _)| name.eq_ignore_ascii_case("message-id")).count();
    assert_eq!(ids, 1, "not two of them");
}

#[test]
fn a_line_end_in_a_value_starts_no_new_header() {
    let raw = letter("a@example.com", "s\r\nBcc: x@example.com", "t", &[("X-Note", "n\nX-Evil: 1")]).build();
    let mail = MessageParser::default().parse(&raw).unwrap();
    assert_eq!(mail.header("Bcc"), None::<&HeaderValue<'_>>, "it stays in the subject");
    assert_eq!(mail.header("X-Evil"), None::<&HeaderValue<'_>>, "it stays in the note");
}

#[tokio::test]
async fn simple_mails_have_ids_of_their_own() {
    let mailbox = start().await;
    let ids: Vec<u32> = (0..2).map(|_| mailbox.deliver_simple("a@example.com", "s", "t", &[])).collect();
    assert_eq!(ids, [1, 2], "UIDs grow");
    let mut session = super::open(&mailbox).await;
    for uid in ids {
        let found = session.uid_search(format!("HEADER MESSAGE-ID \"<{uid}.\"")).await.unwrap();
        assert_eq!(found.into_iter().collect::<Vec<_>>(), [uid], "no two mails share a Message-ID");
    }
}
