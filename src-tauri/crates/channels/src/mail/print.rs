//! By what a mail is known again when it comes another way: from a file after it came from a server, or the other way
//! round.
//!
//! A Message-ID is not enough, because some senders use one for two mails. So the print takes in what the header says of
//! the mail with the path it came by, and its words. It leaves out what programs change that keep mails in files: fields
//! of their own, the ends of lines, empty lines at the end, and the mark before a line that begins with `From `.

use super::headers::{Headers, split};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// Bytes of the hash that are kept: two mails of a hundred million share them with a chance of one in 10²⁰.
const KEPT: usize = 15;

/// The fields that name a mail and its way, in the order in which they are hashed.
pub(super) const NAMING: [&str; 5] = ["message-id", "date", "from", "subject", "received"];

/// The print of a mail whose header was read. `mail` is as [`super::headers::normal`] gives it.
pub(super) fn print(headers: &Headers, mail: &[u8]) -> String {
    let mut hash = Sha256::new();
    name(headers, &mut hash);
    words(split(mail).1, &mut hash);
    URL_SAFE_NO_PAD.encode(&hash.finalize()[..KEPT])
}

/// Hashes what the header says of the mail; spelling and folding do not matter.
pub(super) fn name(headers: &Headers, hash: &mut Sha256) {
    for name in NAMING {
        for value in headers.all(name) {
            hash.update(name);
            hash.update([0]);
            hash.update(value.iter().copied().filter(|b| !b.is_ascii_whitespace()).collect::<Vec<u8>>());
            hash.update([0]);
        }
    }
}

fn words(body: &[u8], hash: &mut Sha256) {
    // Empty lines count only if something comes after them.
    let mut empty = 0_usize;
    for line in body.split(|b| *b == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() {
            empty += 1;
            continue;
        }
        for _ in 0..empty {
            hash.update([b'\n']);
        }
        empty = 1;
        let marks = line.iter().take_while(|b| **b == b'>').count();
        let marked = line[marks..].starts_with(b"From ");
        hash.update(if marked { &line[marks..] } else { line });
    }
}

#[cfg(test)]
mod tests {
    use super::super::headers::normal;
    use super::*;
    use rstest::rstest;

    const MAIL: &str = "Received: from a by b; Mon, 2 Mar 2026 10:00:00 +0800\r\nMessage-ID: <1@x>\r\n\
                        From: a@b.example\r\nSubject: s\r\n\r\nFrom the shop\r\n\r\nwords\r\n";

    fn of(mail: &[u8]) -> String {
        let mail = &*normal(mail);
        print(&Headers::read(mail), mail)
    }

    #[rstest]
    #[case::line_ends(&MAIL.replace("\r\n", "\n"))]
    #[case::empty_lines_at_the_end(&format!("{MAIL}\r\n\r\n"))]
    #[case::no_line_end_at_the_end(MAIL.trim_end())]
    #[case::marked_once(&MAIL.replace("From the", ">From the"))]
    #[case::marked_twice(&MAIL.replace("From the", ">>From the"))]
    #[case::thunderbird(&format!("X-Mozilla-Status: 0001\r\nX-Mozilla-Status2: 00000000\r\n{MAIL}"))]
    #[case::takeout(&format!("X-GM-THRID: 17\r\nX-Gmail-Labels: Inbox\r\n{MAIL}"))]
    #[case::mutt(&MAIL.replace("Subject: s\r\n", "Subject: s\r\nStatus: RO\r\nContent-Length: 27\r\n"))]
    #[case::folded(&MAIL.replace("from a by b;", "from a\r\n\tby b;"))]
    fn a_mail_is_known_again_from_a_file(#[case] kept: &str) {
        assert_eq!(of(kept.as_bytes()), of(MAIL.as_bytes()), "{kept}");
    }

    #[rstest]
    #[case::words("words", "Words")]
    #[case::a_line_more("words", "\r\nwords")]
    #[case::subject("Subject: s", "Subject: t")]
    #[case::id("<1@x>", "<2@x>")]
    #[case::another_way("from a by b", "from a by c")]
    #[case::a_quote("words", "> words")]
    fn another_mail_has_another_print(#[case] from: &str, #[case] to: &str) {
        assert_ne!(of(MAIL.replace(from, to).as_bytes()), of(MAIL.as_bytes()), "{from} is not {to}");
    }

    #[test]
    fn a_header_alone_has_a_print_too() {
        let head = MAIL.split_inclusive("\r\n\r\n").next().unwrap();
        let bare = head.trim_end();
        assert_eq!(of(head.as_bytes()), of(bare.as_bytes()), "with or without the line that ends it");
        assert_ne!(of(head.as_bytes()), of(MAIL.as_bytes()), "not that of the whole mail");
    }
}
