//! What is read from mails as they should not be, but are.
#![expect(clippy::unwrap_used, reason = "a fixture that cannot be read is a failed test")]

use channels::mail::{
    MAX_MAIL, MailRules, ParsedMail, Reason, Topics, Unreadable, parse, topmost_authserv_id,
};
use domain::{Authenticity, MailTopic};
use proptest::prelude::*;
use rstest::rstest;

fn rules() -> MailRules {
    MailRules { authserv_ids: vec!["mx.google.com".to_owned()], topics: Topics::shipped() }
}

fn read(bytes: &[u8]) -> ParsedMail {
    parse(bytes, "2026-07-01T00:00:00Z".parse().unwrap(), "INBOX:1:7", &rules()).unwrap()
}

fn gb(text: &str) -> Vec<u8> {
    encoding_rs::GB18030.encode(text).0.into_owned()
}

fn mail(header: &[u8], body: &[u8]) -> Vec<u8> {
    [b"From: a@example.com\r\n".as_slice(), header, b"\r\n\r\n", body].concat()
}

#[rstest]
#[case("gb2312")]
#[case("GBK")]
#[case("x-gbk")]
#[case("\"GB_2312-80\"")]
#[case("cp936")]
#[case("us-ascii")]
#[case("utf-8")]
#[case("iso-8859-1")]
#[case("no-such-charset")]
fn chinese_is_read_whatever_the_label_says(#[case] label: &str) {
    let words = "您的店铺收到一起知识产权投诉，请在三个工作日内处理。镕堃";
    let header = format!("Subject: x\r\nContent-Type: text/plain; charset={label}");
    let found = read(&mail(header.as_bytes(), &gb(words))).mail.text;
    assert_eq!(found, words, "the bytes are GB18030, the label {label} may lie");
}

#[test]
fn utf_8_under_a_wrong_label_is_read() {
    let words = "Ваш заказ отправлен — Спасибо";
    let bytes = mail(b"Content-Type: text/plain; charset=iso-8859-1", words.as_bytes());
    assert_eq!(
        read(&bytes).mail.text,
        words,
        "Latin-1 takes any bytes, so valid UTF-8 speaks against the label"
    );
}

#[rstest]
#[case("windows-1251", "Здравствуйте, покупатель открыл спор")]
#[case("koi8-r", "Здравствуйте, покупатель открыл спор")]
#[case("big5", "您的訂單已經出貨")]
#[case("euc-kr", "주문이 발송되었습니다")]
#[case("iso-8859-1", "Tu pedido llegará mañana, información aquí")]
fn an_honest_label_is_believed(#[case] label: &str, #[case] words: &str) {
    let encoding = encoding_rs::Encoding::for_label(label.as_bytes()).unwrap();
    let header = format!("Content-Type: text/plain; charset={label}");
    let bytes = mail(header.as_bytes(), &encoding.encode(words).0);
    assert_eq!(read(&bytes).mail.text, words, "labelled {label} and true");
}

#[test]
fn hz_is_read_though_browsers_dropped_it() {
    let bytes = mail(b"Content-Type: text/plain; charset=hz-gb-2312", b"~{<:Ky2;S{#,NpJ)l6HK!#~}Bye.");
    assert_eq!(read(&bytes).mail.text, "己所不欲，勿施於人。Bye.", "the example of RFC 1843");
}

#[rstest]
#[case(b"=?gb2312?B?zeLDsw==?=".to_vec(), "外贸")]
#[case(b"=?GBK?Q?=CD=E2?= =?gbk?Q?=C3=B3?=".to_vec(), "外贸")]
#[case(b"=?utf-8?B?5aSW6L?=\r\n =?utf-8?B?S4?=".to_vec(), "外贸")]
#[case(b"=?utf-8?Q?=E5=A4=96=E8=B4?= =?utf-8?Q?=B8?=".to_vec(), "外贸")]
#[case(b"=?utf-8*zh?Q?a_b?=".to_vec(), "a b")]
#[case(b"Re: =?utf-8?Q?=E5=A4=96?= rest".to_vec(), "Re: 外 rest")]
#[case(b"=?utf-8?Q?=3D=3Futf-8=3FQ=3Fx=3F=3D?=".to_vec(), "=?utf-8?Q?x?=")]
#[case(b"=?utf-8?X?abc?= 1 =? 2".to_vec(), "=?utf-8?X?abc?= 1 =? 2")]
#[case(gb("订单提醒：您有一条新消息"), "订单提醒：您有一条新消息")]
#[case(gb("退款"), "退款")]
#[case("订单提醒".as_bytes().to_vec(), "订单提醒")]
#[case(b"a\0b\x07c".to_vec(), "a b c")]
fn a_subject_is_read(#[case] raw: Vec<u8>, #[case] subject: &str) {
    let bytes = [b"Subject: ".as_slice(), &raw, b"\r\nFrom: a@b.example\r\n\r\n"].concat();
    assert_eq!(read(&bytes).mail.subject, subject, "decoded once, joined where a character was cut");
}

#[rstest]
#[case("\"Li, Wei\" <li@example.com>", "Li, Wei", "li@example.com")]
#[case("=?utf-8?B?5p2O77yM5Lyf?= <LI@Example.COM>", "李，伟", "li@example.com")]
#[case("li@example.com (Li (the one) Wei)", "Li the one Wei", "li@example.com")]
#[case("<li@example.com>", "", "li@example.com")]
#[case("李伟 <李@例子.中国>", "李伟", "李@例子.中国")]
fn a_sender_is_read(#[case] raw: &str, #[case] name: &str, #[case] address: &str) {
    let bytes = format!("From: {raw}\r\nSubject: x\r\n\r\n");
    let mail = read(bytes.as_bytes()).mail;
    assert_eq!((mail.from_name.as_str(), mail.from_address.as_str()), (name, address), "from {raw}");
}

#[rstest]
#[case("References: <root@x> <b@x>\r\nIn-Reply-To: <b@x>\r\nMessage-ID: <c@x>", "root@x")]
#[case("In-Reply-To: <b@x>\r\nMessage-ID: <c@x>", "b@x")]
#[case("Message-ID: <c@x>", "c@x")]
#[case("Message-ID: <>", "INBOX:1:7")]
#[case("Message-ID:", "INBOX:1:7")]
#[case("References: \r\nMessage-ID: <c@x>", "c@x")]
fn a_thread_is_named_by_its_root(#[case] header: &str, #[case] key: &str) {
    assert_eq!(read(&mail(header.as_bytes(), b"")).mail.thread_key, key, "an empty id names nothing");
}

#[rstest]
#[case("filename=\"..\\\\..\\\\etc\\\\pass:wd.pdf\"", "pass_wd.pdf")]
#[case("filename=\"/tmp/a/b.exe\"", "b.exe")]
#[case("filename=\"CON.txt\"", "_CON.txt")]
#[case("filename=\"invoice\u{202E}fdp.exe\"", "invoicefdp.exe")]
#[case("filename=\"=?gbk?B?1tjSqi5wZGY=?=\"", "重要.pdf")]
#[case("filename*=UTF-8''%E9%87%8D%E8%A6%81.pdf; filename=\"old.pdf\"", "重要.pdf")]
#[case("filename*0*=gbk''%D6%D8; filename*1=a; filename*2*=%D2%AA.pdf", "重a要.pdf")]
#[case("filename=\"\"", "attachment.pdf")]
#[case("filename=\"...\"", "attachment")]
fn an_attachment_name_is_made_safe(#[case] parameter: &str, #[case] name: &str) {
    let body = format!(
        "--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; {parameter}\r\n\r\nx\r\n--b--\r\n"
    );
    let bytes = mail(b"Content-Type: multipart/mixed; boundary=b", body.as_bytes());
    assert_eq!(read(&bytes).mail.attachments[0].name, name, "from {parameter}");
}

#[test]
fn html_can_do_nothing() {
    let page = r#"<html><head><title>t</title><base href="https://evil.example/"><meta http-equiv=refresh content=0>
        <style>p{background:url(https://x.example/t.gif)}</style></head><body onload=x()>
        <script>steal()</script><form action="https://evil.example"><input name=p></form>
        <p style="background:url(https://x.example/t.gif)" onclick=x()>Hello</p>
        <img src="https://track.example/1.gif" alt="logo"><img src="cid:part1"><img src="//t.example/2.gif">
        <img src="data:image/svg+xml,<svg onload=x()>"><a href="javascript:x()">j</a><iframe src="https://f.example"></iframe>
        <p title='"><img src=https://t.example/3.gif>'>x</p></body></html>"#;
    let mail = read(&mail(b"Content-Type: text/html; charset=utf-8", page.as_bytes())).mail;
    let html = mail.html.unwrap();
    for bad in [
        "script",
        "style",
        "<form",
        "<input",
        "<meta",
        "<base",
        "onload",
        "onclick",
        "javascript",
        "<iframe",
        "data:image",
    ] {
        assert!(!html.contains(bad), "{bad} is gone: {html}");
    }
    assert!(
        html.contains("data-remote-src=\"https://track.example/1.gif\""),
        "kept for the reader's click: {html}"
    );
    assert!(html.contains(" src=\"cid:part1\""), "a picture inside the mail is shown: {html}");
    assert_eq!(html.matches(" src=\"").count(), 1, "nothing else is loaded: {html}");
    assert_eq!(mail.text, "Hello\n\n[logo] j\n\nx", "its words");
}

#[rstest]
#[case(r#"<a href="https://evil.example/x">https://www.aliexpress.com/orders</a>"#, true)]
#[case(r#"<a href="https://evil.example/x">www.aliexpress.com</a>"#, true)]
#[case(r#"<a href="https://evil.example/x">service@aliexpress.com</a>"#, true)]
#[case(r#"<a href="https://m.aliexpress.com/x"><b>www.aliexpress.com</b></a>"#, false)]
#[case(r#"<a href="https://evil.example/x">see your order here</a>"#, false)]
fn a_link_shows_its_real_host(#[case] page: &str, #[case] misleading: bool) {
    let html = read(&mail(b"Content-Type: text/html", page.as_bytes())).mail.html.unwrap();
    assert!(
        html.contains("data-host=\"") && html.contains("rel=\"noopener"),
        "every link names its host: {html}"
    );
    assert_eq!(html.contains("data-misleading"), misleading, "text and target compared: {html}");
}

#[test]
fn the_text_part_is_preferred_unless_it_is_empty() {
    let with = |text: &str| {
        let body = format!(
            "--b\r\nContent-Type: text/plain\r\n\r\n{text}\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>page</p>\r\n--b--"
        );
        read(&mail(b"Content-Type: multipart/alternative; boundary=b", body.as_bytes())).mail.text
    };
    assert_eq!(with("plain"), "plain", "the sender's own text");
    assert_eq!(with("  \r\n"), "page", "an empty text part says nothing");
}

#[rstest]
#[case("Date: not a date")]
#[case("Date: Wed, 99 Foo 9999 99:99:99 +9999")]
#[case("Date: Thu, 1 Jan 1970 00:00:00 +0000")]
#[case("X-No-Date: 1")]
fn an_impossible_date_is_the_servers(#[case] header: &str) {
    let at = read(&mail(header.as_bytes(), b"")).mail.at;
    assert_eq!(at, "2026-07-01T00:00:00Z".parse().unwrap(), "{header}");
}

const DMARC: &str = "mx.google.com; dkim=pass header.i=@notice.aliexpress.com header.s=x; spf=pass (google.com: domain \
     of t@notice.aliexpress.com designates 1.2.3.4) smtp.mailfrom=t@notice.aliexpress.com; dmarc=pass (p=REJECT) header.from=aliexpress.com";

#[rstest]
#[case("AliExpress <t@notice.aliexpress.com>", DMARC, "", Authenticity::Verified, Reason::VouchedByProvider)]
#[case("AliExpress <t@notice.aliexpress.com>", "", "", Authenticity::Unverified, Reason::NobodyVouches)]
#[case(
    "AliExpress <t@notice.aliexpress.com>",
    "mx.evil.example; dmarc=pass header.from=aliexpress.com",
    "",
    Authenticity::Unverified,
    Reason::NobodyVouches
)]
#[case(
    "AliExpress <t@notice.aliexpress.com>",
    "mx.google.com; dkim=pass header.d=evil.example; spf=pass smtp.mailfrom=a@evil.example",
    "",
    Authenticity::Unverified,
    Reason::NobodyVouches
)]
#[case(
    "AliExpress <t@notice.aliexpress.com>",
    "mx.google.com; dmarc=fail (p=REJECT) header.from=aliexpress.com",
    "",
    Authenticity::Suspicious,
    Reason::RefusedByProvider
)]
#[case(
    "AliExpress <t@notice.aliexpress.com>",
    "mx.google.com; x=y (dkim=pass header.d=aliexpress.com)",
    "",
    Authenticity::Unverified,
    Reason::NobodyVouches
)]
#[case(
    "AliExpress <t@notice.aliexpress.com>",
    DMARC,
    "Reply-To: x@gmail.example",
    Authenticity::Suspicious,
    Reason::ReplyElsewhere
)]
#[case(
    "AliExpress <t@notice.aliexpress.com>, b@x.example",
    DMARC,
    "",
    Authenticity::Suspicious,
    Reason::SeveralSenders
)]
#[case(
    "AliExpress Seller <a@seller-help.example>",
    "",
    "",
    Authenticity::Suspicious,
    Reason::NameClaimsPlatform
)]
#[case("速卖通客服 <a@seller-help.example>", "", "", Authenticity::Suspicious, Reason::NameClaimsPlatform)]
#[case("AIiЕxpress <a@seller-help.example>", "", "", Authenticity::Suspicious, Reason::NameClaimsPlatform)]
#[case(
    "\"service@aliexpress.com\" <a@evil.example>",
    "",
    "",
    Authenticity::Suspicious,
    Reason::NameHoldsOtherAddress
)]
#[case(
    "Seller Center <a@aliexpress.com.evil.example>",
    "",
    "",
    Authenticity::Suspicious,
    Reason::ImitatedDomain
)]
#[case("Seller Center <a@shopee-seller.com>", "", "", Authenticity::Suspicious, Reason::ImitatedDomain)]
#[case("undisclosed", "", "", Authenticity::Suspicious, Reason::NoSender)]
fn a_sender_is_judged(
    #[case] from: &str,
    #[case] results: &str,
    #[case] more: &str,
    #[case] authenticity: Authenticity,
    #[case] reason: Reason,
) {
    let more = if more.is_empty() { String::new() } else { format!("{more}\r\n") };
    let results =
        if results.is_empty() { String::new() } else { format!("Authentication-Results: {results}\r\n") };
    let forged = "Authentication-Results: mx.google.com; dmarc=pass header.from=aliexpress.com\r\n";
    let lower = if results.is_empty() { "" } else { forged };
    let parsed = read(format!("{results}{lower}From: {from}\r\n{more}\r\n").as_bytes());
    assert_eq!(parsed.mail.authenticity, authenticity, "{from}: {:?}", parsed.reasons);
    assert!(parsed.reasons.contains(&reason), "{from}: {:?}", parsed.reasons);
}

#[test]
fn a_mail_of_no_platform_is_merely_unverified() {
    let parsed = read(b"From: Bob <bob@shop.example>\r\nReply-To: desk@other.example\r\n\r\nhi");
    assert_eq!(
        parsed.mail.authenticity,
        Authenticity::Unverified,
        "answers elsewhere are common: {:?}",
        parsed.reasons
    );
}

#[test]
fn the_providers_own_id_can_be_learned() {
    let mail = b"Authentication-Results: MX.Provider.example 1; spf=none\r\nFrom: a@b.example\r\n\r\n";
    assert_eq!(topmost_authserv_id(mail).as_deref(), Some("mx.provider.example"), "offered in the settings");
}

#[rstest]
#[case("a@b.example", "Order 123: order shipped", MailTopic::Logistics)]
#[case("a@b.example", "You have a new message from buyer Ivan", MailTopic::ChatReminder)]
#[case("a@b.example", "您有3条未读消息", MailTopic::ChatReminder)]
#[case("a@b.example", "Новое сообщение от покупателя", MailTopic::ChatReminder)]
#[case("a@b.example", "Непрочитанные сообщения в чате", MailTopic::ChatReminder)]
#[case("a@b.example", "Tienes un nuevo mensaje", MailTopic::ChatReminder)]
#[case("a@b.example", "Você tem uma nova mensagem", MailTopic::ChatReminder)]
#[case("a@b.example", "【重要】知识产权侵权投诉通知", MailTopic::Complaint)]
#[case("a@b.example", "Notice of intellectual property infringement", MailTopic::Complaint)]
#[case("a@b.example", "店铺处罚通知：扣分 2 分", MailTopic::Penalty)]
#[case("a@b.example", "Штраф за нарушение правил", MailTopic::Penalty)]
#[case("a@b.example", "检测到异地登录", MailTopic::Security)]
#[case("info@security.shopee.co.th", "แจ้งเตือน", MailTopic::Security)]
#[case("a@b.example", "คำสั่งซื้อ #240101ABCDEFGH ถูกยืนยันแล้ว", MailTopic::Order)]
#[case("a@b.example", "Hora de enviar", MailTopic::Order)]
#[case("promotion@aliexpress.com", "Your order is waiting", MailTopic::Promotion)]
#[case("a@b.example", "Crossing the border reordered", MailTopic::Other)]
#[case("a@b.example", "wholesale partners", MailTopic::Other)]
fn a_topic_is_told_by_sender_and_words(#[case] from: &str, #[case] subject: &str, #[case] topic: MailTopic) {
    assert_eq!(Topics::shipped().classify(from, subject, ""), topic, "{subject}");
}

#[test]
fn rules_can_be_replaced() {
    let own = r#"{"senders":[{"topic":"chat_reminder","match":["im@chat.example"]}],"words":[]}"#;
    let topic = Topics::from_json(own).unwrap().classify("IM@chat.example", "x", "");
    assert_eq!(
        topic,
        MailTopic::ChatReminder,
        "the layout of chat reminders is not public, so a person may teach it"
    );
    assert!(Topics::from_json("{").is_err(), "a broken document is refused");
}

#[test]
fn limits_are_refused_in_words() {
    let parse =
        |bytes: &[u8]| parse(bytes, "2026-07-01T00:00:00Z".parse().unwrap(), "p", &rules()).unwrap_err();
    assert_eq!(
        parse(&vec![b'a'; MAX_MAIL + 1]),
        Unreadable::TooLarge { size: MAX_MAIL + 1 },
        "too many bytes"
    );
    assert_eq!(parse(b""), Unreadable::NoHeader, "nothing at all");
    assert_eq!(parse(b"\r\n\r\nbody only"), Unreadable::NoHeader, "no header");
    let many = mail(b"Content-Type: multipart/mixed; boundary=b", "--b\n\nx\n".repeat(2000).as_bytes());
    assert_eq!(parse(&many), Unreadable::TooManyParts, "a part bomb");
    let deep = "Content-Type: message/rfc822\n\n".repeat(5000);
    assert_eq!(parse(&mail(b"X: y", deep.as_bytes())), Unreadable::TooManyParts, "a nesting bomb");
}

#[test]
fn the_deepest_nesting_that_is_let_in_is_survived() {
    let deep = "Content-Type: message/rfc822\n\n".repeat(399);
    let bytes = [b"From: a@b.example\n".as_slice(), deep.as_bytes(), b"end"].concat();
    assert_eq!(
        read(&bytes).mail.from_address,
        "a@b.example",
        "the stack is large enough for what the limits allow"
    );
    let parts = "--b\nContent-Type: multipart/mixed; boundary=b\n\n".repeat(900);
    let bytes = mail(b"Content-Type: multipart/mixed; boundary=b", parts.as_bytes());
    let _ = parse(&bytes, "2026-07-01T00:00:00Z".parse().unwrap(), "p", &rules());
}

#[test]
fn a_page_of_nothing_but_tags_is_read_in_time() {
    for page in [
        "<b><a><table>".repeat(19_000),
        "<div>".repeat(59_000),
        "<".repeat(900_000),
        "</b><b><p>".repeat(19_000),
    ] {
        let mail = read(&mail(b"Content-Type: text/html", page.as_bytes())).mail;
        assert_eq!(mail.from_address, "a@example.com", "a hostile page does not hide the mail");
    }
}

fn samples() -> Vec<Vec<u8>> {
    let folder = format!("{}/tests/samples", env!("CARGO_MANIFEST_DIR"));
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| p.extension().is_some_and(|e| e == "eml"))
        .collect();
    paths.sort();
    paths.into_iter().map(|p| std::fs::read(p).unwrap()).collect()
}

fn survives(bytes: &[u8]) -> Result<(), TestCaseError> {
    match parse(bytes, "2026-07-01T00:00:00Z".parse().unwrap(), "p", &rules()) {
        Ok(parsed) => {
            prop_assert!(
                !parsed.mail.text.contains('\0') && !parsed.mail.subject.contains('\0'),
                "no NUL in text"
            );
            prop_assert!(!parsed.mail.thread_key.is_empty(), "always in a thread");
            if let Some(html) = &parsed.mail.html {
                prop_assert!(
                    !html.contains("<script") && !html.contains(" src=\"http"),
                    "never active: {html}"
                );
            }
        }
        Err(Unreadable::Crashed { why }) => {
            prop_assert!(why.len() < 900, "a crash of a library is caught: {why}")
        }
        Err(_) => {}
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_mutated_mail_never_panics(
        which in 0_usize..11,
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0_u8..4), 1..40),
    ) {
        let mut bytes = samples().swap_remove(which);
        for (at, byte, kind) in edits {
            if bytes.is_empty() { break; }
            let at = at.index(bytes.len());
            match kind {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                2 => { bytes.remove(at); }
                _ => bytes.truncate(at),
            }
        }
        survives(&bytes)?;
    }

    #[test]
    fn any_bytes_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        survives(&bytes)?;
        survives(&[b"From: x\r\nContent-Type: text/html\r\n\r\n".as_slice(), &bytes].concat())?;
        survives(&[b"Content-Type: multipart/mixed; boundary=a\r\nSubject: ".as_slice(), &bytes].concat())?;
    }
}
