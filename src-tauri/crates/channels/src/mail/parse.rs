//! Bytes of a mail to [`IncomingMail`], within limits, whatever the bytes are.

use super::authenticity::{Reason, judge};
use super::body::content;
use super::classify::Topics;
use super::date;
use super::headers::{Headers, normal};
use super::links::{Link, links};
use super::print::print;
use super::words::header_text;
use domain::{Flaw, IncomingMail, Timestamp, UnreadableCause};
use jiff::SignedDuration;
use mail_parser::MessageParser;

/// A mail of more bytes than this is not parsed.
pub const MAX_MAIL: usize = 25 * 1024 * 1024;
/// More parts than this are a bomb, not a mail.
const MAX_PARTS: usize = 1000;
/// More lines that could open a part than this are not handed to the parser.
const MAX_SEPARATORS: usize = 40_000;
/// More words that could name a mail inside the mail are not handed to the parser, which goes one level deeper at each.
const MAX_NESTED: usize = 400;
/// Stack of the thread that parses (bytes): enough for `MAX_NESTED`, whatever thread the caller runs on.
const STACK: usize = 8 * 1024 * 1024;
/// No mail is older.
const YEAR_1990: Timestamp = Timestamp::constant(631_152_000, 0);
/// Message-IDs are cut to this many bytes.
const MAX_ID: usize = 250;

/// What a mailbox knows before it reads a mail.
#[derive(Debug, Clone)]
pub struct MailRules {
    /// Ids under which the mailbox's provider signs `Authentication-Results`; `""` for one that leaves it out.
    pub authserv_ids: Vec<String>,
    /// The rules for topics.
    pub topics: Topics,
}

/// A mail that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParsedMail {
    /// The mail.
    pub mail: IncomingMail,
    /// Why its authenticity was judged so.
    pub reasons: Vec<Reason>,
    /// Where it would lead its reader.
    pub links: Vec<Link>,
    /// Its Message-ID, which only links; empty if there is none.
    pub message_id: String,
    /// Its own date, if it has a possible one. [`IncomingMail::at`] is the server's where this one is in the future.
    pub own_date: Option<Timestamp>,
}

/// Why a mail could not be read. The caller keeps the bytes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// It exceeds a limit.
    #[error("too large: {size} bytes, at most {MAX_MAIL}")]
    TooLarge {
        /// Its size in bytes.
        size: usize,
    },
    /// It has too many parts or mails inside mails.
    #[error("built too deep or of too many parts")]
    TooManyParts,
    /// It has no header at all.
    #[error("no header found")]
    NoHeader,
    /// The parser gave up.
    #[error("the parser gave up: {why}")]
    Crashed {
        /// What it said.
        why: String,
    },
}

impl From<Unreadable> for Flaw {
    fn from(why: Unreadable) -> Self {
        let cause = match &why {
            Unreadable::TooLarge { .. } | Unreadable::TooManyParts => UnreadableCause::TooLarge,
            Unreadable::NoHeader => UnreadableCause::Missing,
            Unreadable::Crashed { .. } => UnreadableCause::Unknown,
        };
        cause.because(why.to_string())
    }
}

/// Reads a mail. Works on a thread of its own with a stack of known size, so that a crash in a library is an error
/// here and nothing else.
///
/// `received_at` is the server's date; it stands in for a missing, impossible or future one.
///
/// # Errors
/// [`Unreadable`], in words for a person; the bytes go to quarantine.
pub fn parse(
    bytes: &[u8],
    received_at: Timestamp,
    provider_id: &str,
    rules: &MailRules,
) -> Result<ParsedMail, Unreadable> {
    check_limits(bytes)?;
    std::thread::scope(|scope| {
        let work = move || parse_here(bytes, received_at, provider_id, rules);
        let thread = std::thread::Builder::new().name("mail-parse".to_owned()).stack_size(STACK);
        let handle =
            thread.spawn_scoped(scope, work).map_err(|e| Unreadable::Crashed { why: e.to_string() })?;
        handle.join().unwrap_or_else(|panic| {
            let why = panic
                .downcast_ref::<String>()
                .map(String::as_str)
                .or_else(|| panic.downcast_ref::<&str>().copied())
                .unwrap_or("no message");
            Err(Unreadable::Crashed { why: why.chars().take(200).collect() })
        })
    })
}

fn check_limits(bytes: &[u8]) -> Result<(), Unreadable> {
    if bytes.len() > MAX_MAIL {
        return Err(Unreadable::TooLarge { size: bytes.len() });
    }
    let separators = bytes.windows(3).filter(|w| *w == b"\n--").count();
    let nested =
        occurrences(bytes, b"rfc822") + occurrences(bytes, b"global") + occurrences(bytes, b"digest");
    if separators > MAX_SEPARATORS || nested > MAX_NESTED {
        return Err(Unreadable::TooManyParts);
    }
    Ok(())
}

fn occurrences(bytes: &[u8], word: &[u8]) -> usize {
    bytes.windows(word.len()).filter(|w| w.eq_ignore_ascii_case(word)).count()
}

fn parse_here(
    bytes: &[u8],
    received_at: Timestamp,
    provider_id: &str,
    rules: &MailRules,
) -> Result<ParsedMail, Unreadable> {
    let bytes = &*normal(bytes);
    let headers = Headers::read(bytes);
    if headers.is_empty() {
        return Err(Unreadable::NoHeader);
    }
    let parser = MessageParser::new().with_mime_headers().default_header_ignore();
    let message = parser.parse(bytes).ok_or(Unreadable::NoHeader)?;
    if message.parts.len() > MAX_PARTS {
        return Err(Unreadable::TooManyParts);
    }
    let body = content(&message);
    let verdict = judge(&headers, &rules.authserv_ids);
    let subject = headers.first("subject").map(header_text).unwrap_or_default().replace('\0', "");
    let topic = rules.topics.classify(&verdict.from.address, &subject, &body.text);
    let links = links(body.html.as_deref(), &body.text);
    let own_date = own_date(&headers);
    let mail = IncomingMail {
        provider_id: provider_id.to_owned(),
        thread_key: thread_key(&headers).unwrap_or_else(|| provider_id.to_owned()),
        from_name: verdict.from.name,
        from_address: verdict.from.address,
        subject,
        text: body.text,
        html: body.html,
        at: placed(own_date, received_at),
        attachments: body.attachments,
        authenticity: verdict.authenticity,
        topic,
        print: print(&headers, bytes),
    };
    let message_id = headers.all("message-id").find_map(first_id).unwrap_or_default();
    Ok(ParsedMail { mail, reasons: verdict.reasons, links, message_id, own_date })
}

/// The root of the thread: the first of References, else In-Reply-To, else the mail's own id. A Message-ID only
/// links; it never identifies, because some senders use one twice or leave it empty.
fn thread_key(headers: &Headers) -> Option<String> {
    ["references", "in-reply-to", "message-id"].iter().find_map(|name| headers.all(name).find_map(first_id))
}

fn first_id(value: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(value);
    let inner =
        text.split_once('<').map_or(text.as_ref(), |(_, rest)| rest.split('>').next().unwrap_or(rest));
    let id: String =
        inner.split_whitespace().next()?.chars().filter(|c| !c.is_control()).take(MAX_ID).collect();
    (!id.is_empty()).then_some(id)
}

/// The mail's own date if it is possible: not before electronic mail had senders like ours.
fn own_date(headers: &Headers) -> Option<Timestamp> {
    headers.all("date").find_map(date::date).filter(|at| *at >= YEAR_1990)
}

/// Where the mail stands in time: not after the server had it (a clock that runs ahead would pin it to the top of every
/// list).
fn placed(own: Option<Timestamp>, received_at: Timestamp) -> Timestamp {
    let latest = received_at.checked_add(SignedDuration::from_mins(5)).unwrap_or(Timestamp::MAX);
    own.filter(|at| *at <= latest).unwrap_or(received_at)
}
