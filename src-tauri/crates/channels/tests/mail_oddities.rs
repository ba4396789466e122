//! Mails as they should not be and are: every one of these was read wrongly by some program.

#![expect(clippy::unwrap_used, reason = "a mail that cannot be read is a failed test")]

use channels::mail::{MailRules, ParsedMail, Topics, parse};
use rstest::rstest;

const HEAD: &str = "From: a@b.example\r\nSubject: s\r\nDate: Mon, 2 Mar 2026 10:00:00 +0800\r\n";

fn read(mail: &[u8]) -> ParsedMail {
    let rules = MailRules { authserv_ids: Vec::new(), topics: Topics::shipped() };
    parse(mail, "2026-03-03T00:00:00Z".parse().unwrap(), "INBOX:1:1", &rules).unwrap()
}

fn with(rest: &str) -> ParsedMail {
    read(format!("{HEAD}{rest}").as_bytes())
}

#[rstest]
#[case("quoted-printable (comment)", "=E8=AE=A2=E5=8D=95")]
#[case("\"Base64\"", "6K6i5Y2V")]
#[case("8 bits", "订单")]
#[case("x-uuencode", "begin 644 a.txt\r\n&Z*ZBY8V5\r\n`\r\nend")]
fn a_transfer_encoding_is_known_however_it_is_written(#[case] encoding: &str, #[case] body: &str) {
    let mail = with(&format!(
        "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n{body}\r\n"
    ));
    assert_eq!(mail.mail.text, "订单", "the same word each time");
}

#[rstest]
#[case(
    "Content-Type: text/plain; charset=utf-8; format=flowed\r\n\r\nOrder \r\n8211968327931234 \r\nshipped.\r\n",
    "Order 8211968327931234 shipped."
)]
#[case(
    "Content-Type: text/plain; charset=utf-8; format=flowed; delsp=yes\r\n\r\n82119683 \r\n27931234\r\n",
    "8211968327931234"
)]
#[case(
    "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n82119683=\r\n27931234\r\n",
    "8211968327931234"
)]
fn a_number_that_a_line_end_cuts_is_whole(#[case] rest: &str, #[case] text: &str) {
    assert_eq!(with(rest).mail.text, text, "it is searched for");
}

#[rstest]
#[case("multipart/mixed")]
#[case("multipart/mixed; boundary=other")]
fn parts_are_found_without_the_right_boundary(#[case] kind: &str) {
    let mail = with(&format!(
        "Content-Type: {kind}\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nwords\r\n--b\r\n\
         Content-Type: application/pdf; name=x.pdf\r\n\r\nAAAA\r\n--b--\r\n"
    ))
    .mail;
    assert_eq!(mail.text, "words", "the words are there, so they are shown");
    assert_eq!(mail.attachments[0].name, "x.pdf", "and what hangs on it");
}

#[test]
fn a_multipart_that_is_none_is_text() {
    assert_eq!(
        with("Content-Type: multipart/mixed; boundary=b\r\n\r\nwords\r\n").mail.text,
        "words",
        "not nothing"
    );
    assert_eq!(
        with("Content-Type: text\r\n\r\nwords\r\n").mail.text,
        "words",
        "half a type is the usual one"
    );
}

#[test]
fn a_file_in_the_text_hangs_on_the_mail() {
    let mail = with("\r\nsee\r\nbegin 644 a.txt\r\n&Z*ZBY8V5\r\n`\r\nend\r\nafter\r\n").mail;
    assert_eq!(mail.text, "see\nafter", "its letters are no words");
    assert_eq!(
        (mail.attachments[0].name.as_str(), mail.attachments[0].size),
        ("a.txt", 6),
        "as it would be saved"
    );
}

#[rstest]
#[case("\u{feff}", "\r\n")]
#[case("\r\n\r\n", "\r\n")]
#[case("", "\r")]
#[case("", "\n")]
#[case("", "\r\r\n")]
#[case("From a@b.example Mon Mar  2 10:00:00 2026\r\n", "\r\n")]
#[case(">From a@b.example Mon Mar  2 10:00:00 2026\n", "\n")]
fn what_stands_before_or_ends_the_lines_does_not_matter(#[case] before: &str, #[case] ending: &str) {
    let mail = read(format!("{before}{}{ending}words{ending}", HEAD.replace("\r\n", ending)).as_bytes()).mail;
    assert_eq!(
        (mail.from_address.as_str(), mail.subject.as_str(), mail.text.as_str()),
        ("a@b.example", "s", "words"),
        "the same mail, {before:?} before it and {ending:?} at its line ends"
    );
    assert_eq!(mail.at, "2026-03-02T02:00:00Z".parse().unwrap(), "and its date");
}

#[test]
fn a_mark_of_the_mbox_format_is_taken_off() {
    let mbox = format!(
        "From x Mon Mar  2 10:00:00 2026\r\n{HEAD}\r\n>From the start\r\n>>From twice\r\n> From me\r\n"
    );
    assert_eq!(
        read(mbox.as_bytes()).mail.text,
        "From the start\n>From twice\n> From me",
        "what its writer wrote"
    );
    assert_eq!(with("\r\n>From the start\r\n").mail.text, ">From the start", "only a file marks lines");
}

#[test]
fn a_sender_is_found_behind_megabytes_of_header() {
    let long = format!("X-A: {}\r\n{HEAD}\r\nwords\r\n", "a".repeat(2_000_000));
    assert_eq!(read(long.as_bytes()).mail.from_address, "a@b.example", "a long field hides nobody");
    let many = format!("{}{HEAD}\r\nwords\r\n", "X-A: v\r\n".repeat(20_000));
    assert_eq!(read(many.as_bytes()).mail.subject, "s", "nor do many");
}

#[rstest]
#[case("Bob bob@x.example", "Bob", "bob@x.example")]
#[case("bob @ x.example", "", "bob@x.example")]
#[case("bob@x.example (Bob B.)", "Bob B.", "bob@x.example")]
#[case("(c (nested)) Bob (work) <bob@x.example> (after)", "Bob", "bob@x.example")]
#[case("<@a.example,@b.example:bob@x.example>", "", "bob@x.example")]
fn an_address_is_never_made_up(#[case] from: &str, #[case] name: &str, #[case] address: &str) {
    let mail = read(format!("From: {from}\r\nSubject: s\r\n\r\nwords\r\n").as_bytes()).mail;
    assert_eq!((mail.from_name.as_str(), mail.from_address.as_str()), (name, address), "From: {from}");
}

#[rstest]
#[case("gb2312", "您的订单将于3天内到期".as_bytes(), "您的订单将于3天内到期")]
#[case("big5", "您的訂單已發貨".as_bytes(), "您的訂單已發貨")]
#[case("cp932", b"\x82\xb2\x92\x8d\x95\xb6", "ご注文")]
#[case("ms949", b"\xc1\xd6\xb9\xae", "주문")]
#[case("mac-cyrillic", b"\x87\xe0\xea\xe0\xe7", "Заказ")]
#[case("win-1251", b"\xc7\xe0\xea\xe0\xe7", "Заказ")]
#[case("ISO-2022-KR", b"\x1b$)C\x0eAV9.\x0f ok", "주문 ok")]
#[case(
    "x-unknown",
    b"\xb1z\xaa\xba\xadq\xb3\xe6\xa4w\xb5o\xb3f\xa1A\xbd\xd0\xbe\xa8\xa7\xd6\xb3B\xb2z",
    "您的訂單已發貨，請儘快處理"
)]
fn a_charset_is_found_by_its_other_names_and_by_the_bytes(
    #[case] label: &str,
    #[case] body: &[u8],
    #[case] text: &str,
) {
    let mut mail = format!("{HEAD}Content-Type: text/plain; charset={label}\r\n\r\n").into_bytes();
    mail.extend_from_slice(body);
    assert_eq!(read(&mail).mail.text, text, "labelled {label}");
}

#[rstest]
#[case("Content-Type: garbage\r\n\r\nwords")]
#[case("Content-Type: text/plain, charset=utf-8\r\n\r\nwords")]
#[case("Content-Type: text/markdown; charset=utf-8\r\n\r\nwords")]
#[case("Content-Type: text/plain\r\nContent-Transfer-Encoding: quoted_printable\r\n\r\nw=6Frds")]
fn words_of_an_unknown_type_are_words(#[case] rest: &str) {
    let mail = with(rest).mail;
    assert_eq!((mail.text.as_str(), mail.attachments.len()), ("words", 0), "{rest}");
}

#[rstest]
#[case("Content-Type: text/calendar; charset=utf-8\r\n\r\nBEGIN:VCALENDAR")]
#[case("Content-Type: text/x-log\r\nContent-Disposition: attachment; filename=a.log\r\n\r\nwords")]
#[case("Content-Type: application\r\n\r\nwords")]
fn a_file_stays_a_file(#[case] rest: &str) {
    let mail = with(rest).mail;
    assert_eq!((mail.text.as_str(), mail.attachments.len()), ("", 1), "{rest}");
}

#[test]
fn words_that_only_claim_to_be_base64_are_words() {
    let said = "This is not base64 at all, really.";
    let mail =
        with(&format!("Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n{said}\r\n"));
    assert_eq!(mail.mail.text, said, "not the garbage that they would decode to");
}

#[test]
fn the_parts_of_a_digest_are_mails() {
    let rest = "Content-Type: multipart/digest; boundary=x\r\n\r\n--x\r\n\r\nFrom: c@d.example\r\n\r\nhi\r\n--x--\r\n";
    assert_eq!(with(rest).mail.attachments[0].mime, "message/rfc822", "without saying so");
}
