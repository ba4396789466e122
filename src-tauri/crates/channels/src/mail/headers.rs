//! The outermost header block as bytes. Never the headers of a mail inside the mail.

use std::borrow::Cow;

/// A value is kept up to this many bytes; some senders write megabytes into fields of their own.
const MAX_VALUE: usize = 256 * 1024;
/// Of one name, at most so many fields are kept.
const MAX_SAME: usize = 100;
/// The fields that anybody here asks for; the others are not kept.
const ASKED: [&str; 9] = [
    "authentication-results",
    "date",
    "from",
    "in-reply-to",
    "message-id",
    "received",
    "references",
    "reply-to",
    "subject",
];

/// The fields in the order in which they stand, names in lower case, values unfolded.
#[derive(Debug, Default)]
pub(crate) struct Headers {
    fields: Vec<(&'static str, Vec<u8>)>,
    any: bool,
}

impl Headers {
    /// Reads up to the first empty line. Lines that are no field (an mbox `From ` line, junk) are passed over.
    pub(crate) fn read(mail: &[u8]) -> Self {
        let mail = normal(mail);
        let mut headers = Self::default();
        let mut same = [0_usize; ASKED.len()];
        // Where the line that is folded goes; nowhere if its field is not kept.
        let mut open = false;
        for line in mail.split(|b| *b == b'\n') {
            let line = &line[..line.iter().rposition(|b| *b != b'\r').map_or(0, |last| last + 1)];
            if line.is_empty() {
                if headers.any {
                    break;
                }
            } else if matches!(line[0], b' ' | b'\t') {
                if let Some((_, value)) = headers.fields.last_mut().filter(|_| open) {
                    let room = MAX_VALUE.saturating_sub(value.len() + 1);
                    let more = line.trim_ascii();
                    if room > 0 {
                        value.push(b' ');
                        value.extend_from_slice(&more[..more.len().min(room)]);
                    }
                }
            } else if let Some((name, value)) = field(line) {
                headers.any = true;
                let asked = ASKED.iter().position(|asked| name.eq_ignore_ascii_case(asked.as_bytes()));
                let asked = asked.filter(|which| same[*which] < MAX_SAME);
                open = asked.is_some();
                if let Some(which) = asked {
                    same[which] += 1;
                    headers.fields.push((ASKED[which], value[..value.len().min(MAX_VALUE)].to_vec()));
                }
            }
        }
        headers
    }

    /// The first field of that (lower-case) name.
    pub(crate) fn first(&self, name: &str) -> Option<&[u8]> {
        self.fields.iter().find(|(n, _)| *n == name).map(|(_, v)| v.as_slice())
    }

    /// Every field of that (lower-case) name, topmost first.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a [u8]> + 'a {
        self.fields.iter().filter(move |(n, _)| *n == name).map(|(_, v)| v.as_slice())
    }

    /// Every field of the (lower-case) name `name` above the first one of the name `below`.
    pub(crate) fn above<'a>(&'a self, below: &'a str, name: &'a str) -> impl Iterator<Item = &'a [u8]> + 'a {
        let upper = self.fields.iter().take_while(move |(n, _)| *n != below);
        upper.filter(move |(n, _)| *n == name).map(|(_, v)| v.as_slice())
    }

    /// Whether nothing that looks like a field was found.
    pub(crate) fn is_empty(&self) -> bool {
        !self.any
    }
}

/// The header block with the empty line that ends it, and what comes after. What has no such line is header only.
pub(crate) fn split(mail: &[u8]) -> (&[u8], &[u8]) {
    let (mut at, mut any) = (0, false);
    while at < mail.len() {
        let end = mail[at..].iter().position(|b| *b == b'\n').map_or(mail.len(), |lf| at + lf + 1);
        let line = &mail[at..end];
        at = end;
        if line.iter().all(|b| matches!(b, b'\r' | b'\n')) {
            if any {
                break;
            }
        } else {
            any |= field(line.trim_ascii_end()).is_some();
        }
    }
    mail.split_at(at)
}

fn field(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let colon = line.iter().position(|b| *b == b':')?;
    let name = line[..colon].trim_ascii_end();
    let fits = !name.is_empty() && name.len() <= 100 && name.iter().all(u8::is_ascii_graphic);
    fits.then(|| (name, line[colon + 1..].trim_ascii()))
}

/// A mail as it should have come: without a byte-order mark or empty lines before it, and with line feeds where a very
/// old program ended its lines with carriage returns alone.
pub(crate) fn normal(mail: &[u8]) -> Cow<'_, [u8]> {
    let mail = mail.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(mail);
    let start = mail.iter().position(|b| !matches!(b, b'\r' | b'\n')).unwrap_or(mail.len());
    let mail = &mail[start..];
    if mail.contains(&b'\r') && !mail.contains(&b'\n') {
        return Cow::Owned(mail.iter().map(|b| if *b == b'\r' { b'\n' } else { *b }).collect());
    }
    Cow::Borrowed(mail)
}
