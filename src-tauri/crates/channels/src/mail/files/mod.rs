//! Mails out of files: `.eml`, mbox, Maildir, folders of these. One at a time, whatever the size of the file, and each as
//! a server would have handed it over, so that nothing behind this knows the difference.

mod lines;
mod mbox;
mod walk;

pub use walk::{FileFault, MailFile, mail_files};

use super::authres::receiving_authserv_id;
use super::classify::Topics;
use super::headers::{Headers, normal, split};
use super::parse::{MAX_MAIL, MailRules, parse};
use super::payload::received_at;
use super::print::print;
use crate::{Beside, Quarantined, Received};
use domain::{AttachmentMeta, Flaw, IncomingEvent, RawPayload, Timestamp};
use lines::{End, Lines};
use mbox::Mbox;
use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::PathBuf;
use walk::name_of;

/// Where the bytes come from.
pub(crate) const SOURCE: &str = "mail.file";
/// A header that does not end within this many bytes is cut there.
const MAX_HEADER: usize = 1024 * 1024;
/// What is read from a file at once (bytes).
const AT_ONCE: usize = 256 * 1024;

/// The id of a mail that came from a file. A mail from a server has a place there; this one has what it says.
#[must_use]
pub fn file_id(print: &str) -> String {
    format!("file:{print}")
}

/// A mail as it lay in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundMail {
    /// Its bytes with `\r\n` at the ends of lines; of one over [`MAX_MAIL`] the header.
    pub bytes: Vec<u8>,
    /// By what it is known again; see [`domain::IncomingMail::print`].
    pub print: String,
    /// The size of the whole mail in bytes.
    size: u64,
    delivered_at: Option<Timestamp>,
    /// The file, and which of its mails.
    place: String,
}

impl FoundMail {
    /// A mail whose bytes were kept.
    pub(crate) fn kept(bytes: Vec<u8>, delivered_at: Option<Timestamp>, size: u64) -> Self {
        let print = print_of(&bytes);
        // What is wrong with it stands alone: nobody knows the file any more.
        Self { bytes, print, size, delivered_at, place: SOURCE.to_owned() }
    }

    /// Reads it as a mail from a server is read. `rules` are those of the mailbox it is taken into; without them the
    /// server that took it in is believed, as its own header tells. `now` dates a mail that says nothing of its date.
    ///
    /// # Errors
    /// What cannot be read, with its bytes.
    pub fn read(self, now: Timestamp, rules: Option<&MailRules>) -> Result<Received, Quarantined> {
        let headers = Headers::read(&self.bytes);
        let received = headers.first("received").and_then(received_at);
        let own;
        let rules = match rules {
            Some(rules) => rules,
            None => {
                let authserv_ids = receiving_authserv_id(&self.bytes).into_iter().collect();
                own = MailRules { authserv_ids, topics: Topics::shipped() };
                &own
            }
        };
        let id = file_id(&self.print);
        let raw = |bytes| RawPayload { source: SOURCE, bytes };
        // Without a server that dated it, the mail's own date is believed.
        match parse(&self.bytes, received.unwrap_or(Timestamp::MAX), &id, rules) {
            Ok(parsed) => {
                let mut mail = parsed.mail;
                if received.is_none() && parsed.own_date.is_none() {
                    mail.at = self.delivered_at.unwrap_or(now);
                }
                if self.size > MAX_MAIL as u64 {
                    let (name, mime) = ("message.eml".to_owned(), "message/rfc822".to_owned());
                    mail.attachments = vec![AttachmentMeta { name, mime, size: self.size }];
                }
                Ok(Received { raw: raw(self.bytes), events: vec![IncomingEvent::Mail(mail)] })
            }
            Err(why) => {
                let beside = Beside::MailFile { delivered_at: self.delivered_at, size: self.size };
                Err(Quarantined::new(raw(self.bytes), Flaw::from(why).at(&self.place)).beside(beside))
            }
        }
    }
}

/// The bytes of a mail out of a file.
#[derive(Debug, PartialEq, Eq)]
struct Raw {
    bytes: Vec<u8>,
    size: u64,
    delivered_at: Option<Timestamp>,
}

/// Gathers a mail; of one that grows too large only the header is kept.
#[derive(Debug, Default)]
struct Gather {
    bytes: Vec<u8>,
    size: u64,
    header_only: bool,
}

impl Gather {
    fn push(&mut self, part: &[u8]) {
        self.size += part.len() as u64;
        if self.header_only {
            return;
        }
        self.bytes.extend_from_slice(part);
        if self.bytes.len() > MAX_MAIL {
            let header = split(&normal(&self.bytes)).0.len().min(MAX_HEADER);
            self.bytes.truncate(header);
            self.bytes.shrink_to_fit();
            self.header_only = true;
        }
    }

    /// Takes one empty line off the end.
    fn cut_empty_line(&mut self) {
        if !self.header_only && self.bytes.ends_with(b"\r\n\r\n") {
            self.bytes.truncate(self.bytes.len() - 2);
            self.size -= 2;
        }
    }

    /// The mail, if there is anything in it.
    fn finish(self, delivered_at: Option<Timestamp>) -> Option<Raw> {
        let something = self.header_only || self.bytes.iter().any(|b| !b.is_ascii_whitespace());
        something.then_some(Raw { bytes: self.bytes, size: self.size, delivered_at })
    }
}

/// Reads mails out of files, one after another.
pub struct MailReader {
    files: VecDeque<MailFile>,
    open: Option<Open>,
    /// Bytes of the files that are through.
    through: u64,
    opened: u64,
}

struct Open {
    name: String,
    mails: Mails,
    number: u64,
    size: u64,
}

enum Mails {
    One(Lines<BufReader<File>>),
    Many(Mbox<BufReader<File>>),
}

impl MailReader {
    /// A reader of these files, in this order. Nothing is opened yet.
    #[must_use]
    pub fn new(files: Vec<MailFile>) -> Self {
        Self { files: files.into(), open: None, through: 0, opened: 0 }
    }

    /// Bytes that are read, of the sizes of the files.
    #[must_use]
    pub fn read_bytes(&self) -> u64 {
        let open = self.open.as_ref().map_or(0, |open| open.mails.read().min(open.size));
        self.through + open
    }

    /// Files in which mails were looked for.
    #[must_use]
    pub const fn opened(&self) -> u64 {
        self.opened
    }

    /// The next mail; none at the end. A file that cannot be read is told and passed over.
    pub fn mail(&mut self) -> Option<Result<FoundMail, FileFault>> {
        loop {
            if self.open.is_none() {
                let file = self.files.pop_front()?;
                match open(&file) {
                    Ok(Some(opened)) => {
                        self.opened += 1;
                        self.open = Some(opened);
                    }
                    Ok(None) => self.through += file.size,
                    Err(why) => {
                        self.through += file.size;
                        return Some(Err(FileFault::new(&file.path, &why)));
                    }
                }
                continue;
            }
            let open = self.open.as_mut()?;
            match open.mails.mail() {
                Ok(Some(raw)) => {
                    open.number += 1;
                    return Some(Ok(open.found(raw)));
                }
                Ok(None) => self.close(),
                Err(why) => {
                    let fault = FileFault::new(&PathBuf::from(&open.name), &why);
                    self.close();
                    return Some(Err(fault));
                }
            }
        }
    }

    fn close(&mut self) {
        self.through += self.open.take().map_or(0, |open| open.size);
    }
}

impl Open {
    fn found(&self, raw: Raw) -> FoundMail {
        let Raw { bytes, size, delivered_at } = raw;
        let print = print_of(&bytes);
        let place = match &self.mails {
            Mails::One(_) => self.name.clone(),
            Mails::Many(_) => format!("{} #{}", self.name, self.number),
        };
        FoundMail { bytes, print, size, delivered_at, place }
    }
}

fn print_of(bytes: &[u8]) -> String {
    let mail = &*normal(bytes);
    print(&Headers::read(mail), mail)
}

impl Mails {
    fn read(&self) -> u64 {
        match self {
            Self::One(lines) => lines.read,
            Self::Many(mbox) => mbox.read(),
        }
    }

    fn mail(&mut self) -> io::Result<Option<Raw>> {
        match self {
            Self::One(lines) => {
                let mut gather = Gather::default();
                while lines.go_on()? {
                    gather.push(lines.piece());
                    if lines.end() == End::Line {
                        gather.push(b"\r\n");
                    }
                }
                Ok(gather.finish(None))
            }
            Self::Many(mbox) => mbox.mail(),
        }
    }
}

/// Opens a file; none if it has nothing to do with mails.
fn open(file: &MailFile) -> io::Result<Option<Open>> {
    let mut input = BufReader::with_capacity(AT_ONCE, File::open(&file.path)?);
    let bom = input.fill_buf()?.starts_with(b"\xEF\xBB\xBF");
    if bom {
        input.consume(3);
    }
    let head = input.fill_buf()?;
    let first = head.split(|b| *b == b'\n').next().unwrap_or_default().trim_ascii_end().to_vec();
    let many = file.many || mbox::begins(&first);
    if !(many || file.surely) {
        return Ok(None);
    }
    let mails = if many { Mails::Many(Mbox::new(input, &first)) } else { Mails::One(Lines::new(input)) };
    Ok(Some(Open { name: name_of(&file.path), mails, number: 0, size: file.size }))
}
