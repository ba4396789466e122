//! Mails one after another in a file: mboxo, mboxrd and what programs write in their name.
//!
//! A mail begins with a line `From sender date`. Lines of a mail that begin so are marked with `>` by their writer: mboxrd
//! marks marked ones again, so that taking one mark off gives back what was written; mboxo does not, and loses a mark that
//! was there. A line that is not marked is no beginning unless a date is in it and a header follows.
//!
//! The mail parser's own reader takes every such line for a beginning, and holds a mail whole however large it is.

use super::super::date::date;
use super::lines::{End, Lines};
use super::{Gather, Raw};
use domain::Timestamp;
use std::io::{self, BufRead};

const FROM: &[u8] = b"From ";

/// Reads such a file.
pub(super) struct Mbox<R> {
    lines: Lines<R>,
    open: Option<Open>,
    /// A line that may begin a mail; what follows it decides.
    candidate: Option<Vec<u8>>,
    /// Whether the file's own beginnings have dates, as they should.
    dated: bool,
    blank_before: bool,
}

struct Open {
    gather: Gather,
    delivered_at: Option<Timestamp>,
}

impl<R: BufRead> Mbox<R> {
    /// `first` is the file's first line.
    pub(super) fn new(input: R, first: &[u8]) -> Self {
        let dated = !first.starts_with(FROM) || delivered(first).is_some();
        Self { lines: Lines::new(input), open: None, candidate: None, dated, blank_before: true }
    }

    /// Bytes taken from the file so far.
    pub(super) const fn read(&self) -> u64 {
        self.lines.read
    }

    /// The next mail; none at the end.
    pub(super) fn mail(&mut self) -> io::Result<Option<Raw>> {
        while self.lines.go_on()? {
            let ended = self.piece();
            if ended.is_some() {
                return Ok(ended);
            }
        }
        if let Some(line) = self.candidate.take() {
            self.begin_or_write(&line);
        }
        Ok(self.open.take().and_then(Open::close))
    }

    /// Takes in a piece. The mail that ended with it, if one did.
    fn piece(&mut self) -> Option<Raw> {
        let mut ended = None;
        if let Some(line) = self.candidate.take() {
            if self.lines.starts() && may_follow(self.lines.piece()) {
                let next = Open { gather: Gather::default(), delivered_at: delivered(&line) };
                ended = self.open.replace(next).and_then(Open::close);
            } else {
                self.begin_or_write(&line);
            }
        }
        if self.lines.is_line() && self.may_begin(self.lines.piece()) {
            self.candidate = Some(self.lines.piece().to_vec());
            return ended;
        }
        let piece = self.lines.piece();
        let marks = piece.iter().take_while(|b| **b == b'>').count();
        let marked = self.lines.starts() && marks > 0 && piece[marks..].starts_with(FROM);
        let piece = if marked { &piece[1..] } else { piece };
        self.blank_before = self.lines.is_line() && piece.is_empty();
        let open = self.open.get_or_insert_with(|| Open { gather: Gather::default(), delivered_at: None });
        open.gather.push(piece);
        if self.lines.end() == End::Line {
            open.gather.push(b"\r\n");
        }
        ended
    }

    fn may_begin(&self, line: &[u8]) -> bool {
        line.starts_with(FROM) && if self.dated { delivered(line).is_some() } else { self.blank_before }
    }

    /// The candidate was none: a line of the mail, or, where no mail is open, a beginning without one.
    fn begin_or_write(&mut self, line: &[u8]) {
        self.blank_before = false;
        if let Some(open) = &mut self.open {
            open.gather.push(line);
            open.gather.push(b"\r\n");
        } else {
            self.open = Some(Open { gather: Gather::default(), delivered_at: delivered(line) });
        }
    }
}

impl Open {
    /// The empty line before the next beginning belongs to the file, not to the mail.
    fn close(mut self) -> Option<Raw> {
        self.gather.cut_empty_line();
        self.gather.finish(self.delivered_at)
    }
}

/// Whether this is a line that begins a mail in a file of mails.
pub(super) fn begins(line: &[u8]) -> bool {
    line.starts_with(FROM) && delivered(line).is_some()
}

/// When the mail was delivered, as the line that begins it says: `From sender Mon Mar  2 10:00:00 2026`.
fn delivered(line: &[u8]) -> Option<Timestamp> {
    let rest = line.strip_prefix(FROM)?.trim_ascii_start();
    let sender = rest.iter().position(|b| *b == b' ')?;
    date(&rest[sender..])
}

/// Whether a line may follow a beginning: a field of a header, a beginning that was kept inside, or nothing.
fn may_follow(line: &[u8]) -> bool {
    let name = line.iter().take_while(|b| b.is_ascii_graphic() && **b != b':').count();
    let field = name > 0 && line[name..].trim_ascii_start().first() == Some(&b':');
    field || line.is_empty() || line.starts_with(b">From ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn read(file: &[u8]) -> Vec<Raw> {
        let first = file.split(|b| *b == b'\n').next().unwrap_or_default();
        let mut mbox = Mbox::new(io::BufReader::with_capacity(7, file), first);
        let mut mails = Vec::new();
        while let Some(mail) = mbox.mail().unwrap() {
            mails.push(mail);
        }
        mails
    }

    fn words(file: &str) -> Vec<String> {
        read(file.as_bytes()).into_iter().map(|m| String::from_utf8(m.bytes).unwrap()).collect()
    }

    const ONE: &str = "From a@x Mon Mar  2 10:00:00 2026\nSubject: one\n\nfirst\n\n";
    const TWO: &str = "From - Mon Mar 02 10:00:00 2026\nSubject: two\n\nsecond\n";

    #[test]
    fn mails_come_one_by_one_as_a_server_would_hand_them_over() {
        let mails = read(format!("{ONE}{TWO}").as_bytes());
        let found: Vec<&[u8]> = mails.iter().map(|m| m.bytes.as_slice()).collect();
        assert_eq!(
            found,
            [&b"Subject: one\r\n\r\nfirst\r\n"[..], b"Subject: two\r\n\r\nsecond\r\n"],
            "without the line that begins them and the empty line between them"
        );
        assert_eq!(mails[0].delivered_at, "2026-03-02T10:00:00Z".parse().ok(), "delivered then");
    }

    #[rstest]
    #[case::mboxrd("\n>From me\n>>From you\n", "\r\nFrom me\r\n>From you\r\n")]
    #[case::only_at_the_start("\nx >From me\n", "\r\nx >From me\r\n")]
    #[case::another_word("\n>Fromage\n", "\r\n>Fromage\r\n")]
    #[case::not_marked_without_a_date("\nFrom the shop, at last\n", "\r\nFrom the shop, at last\r\n")]
    #[case::not_marked_with_a_date_in_the_words(
        "\nFrom us on Mon Mar  2 10:00:00 2026\nyou got this\n",
        "\r\nFrom us on Mon Mar  2 10:00:00 2026\r\nyou got this\r\n"
    )]
    fn a_line_that_begins_like_a_mail_is_a_line(#[case] body: &str, #[case] kept: &str) {
        let file = format!("From a@x Mon Mar  2 10:00:00 2026\nSubject: s\n{body}\n{TWO}");
        assert_eq!(words(&file)[0], format!("Subject: s\r\n{kept}"), "{body}");
        assert_eq!(words(&file).len(), 2, "and the next mail is found");
    }

    #[rstest]
    #[case::nothing("", 0)]
    #[case::an_empty_line("\n", 0)]
    #[case::a_beginning_alone("From a@x Mon Mar  2 10:00:00 2026\n", 0)]
    #[case::cut_in_the_header("From a@x Mon Mar  2 10:00:00 2026\nSubject: on", 1)]
    #[case::cut_before_its_beginning(
        "e words of a mail\n\nFrom - Mon Mar 02 10:00:00 2026\nSubject: two\n\nx\n",
        2
    )]
    #[case::no_empty_line_between(
        "From a@x Mon Mar  2 10:00:00 2026\nSubject: s\n\nx\nFrom - Mon Mar 02 10:00:00 2026\nSubject: t\n\ny\n",
        2
    )]
    #[case::takeout("From 17@xxx Mon Mar 02 10:00:00 +0000 2026\nX-GM-THRID: 17\n\nx\n", 1)]
    #[case::eudora("From ???@???\nSubject: s\n\nx\n\nFrom ???@???\nSubject: t\n\ny\n", 2)]
    fn what_is_cut_or_odd_is_read_as_far_as_it_goes(#[case] file: &str, #[case] mails: usize) {
        assert_eq!(words(file).len(), mails, "{file:?}: {:?}", words(file));
    }

    #[test]
    fn line_ends_do_not_matter() {
        let plain = words(&format!("{ONE}{TWO}"));
        let dos = format!("{ONE}{TWO}").replace('\n', "\r\n");
        assert_eq!(words(&dos), plain, "a file that went through Windows");
        assert_eq!(
            words(&format!("{ONE}{}", TWO.replace('\n', "\r\n"))),
            plain,
            "or one that two programs wrote"
        );
    }
}
