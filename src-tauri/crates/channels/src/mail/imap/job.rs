//! A mail that came over the line, on its way to being read.

use super::super::parse::{MailRules, parse};
use super::round::{SOURCE, is_large};
use super::wire::Fetched;
use crate::{Beside, Quarantined, Received};
use domain::{AttachmentMeta, Flaw, IncomingEvent, RawPayload, Timestamp};

/// A mail to be read.
pub(super) struct Job {
    pub(super) id: String,
    pub(super) bytes: Vec<u8>,
    pub(super) mail: Fetched,
    /// It lay there before anybody wanted the folder read.
    pub(super) old: bool,
}

impl Job {
    pub(super) fn run(self, now: Timestamp, rules: &MailRules) -> Result<Received, Quarantined> {
        let raw = |bytes| RawPayload { source: SOURCE, bytes };
        match parse(&self.bytes, self.mail.received_at.unwrap_or(now), &self.id, rules) {
            Ok(parsed) => {
                let mut mail = parsed.mail;
                if is_large(&self.mail) {
                    let (name, mime) = ("message.eml".to_owned(), "message/rfc822".to_owned());
                    mail.attachments = vec![AttachmentMeta { name, mime, size: u64::from(self.mail.size) }];
                }
                Ok(Received { raw: raw(self.bytes), events: vec![IncomingEvent::Mail(mail)] })
            }
            Err(why) => {
                let Fetched { received_at, size, .. } = self.mail;
                let flaw = Flaw::from(why).at(&self.id);
                let beside = Beside::Mail { id: self.id, received_at, size, old: self.old };
                Err(Quarantined::new(raw(self.bytes), flaw).beside(beside))
            }
        }
    }
}

/// Reads a mail of which the bytes were kept, as it was read when it came: with its place, the server's date and the size
/// it has there.
///
/// # Errors
/// What cannot be read.
pub(crate) fn read_kept(
    id: &str,
    bytes: Vec<u8>,
    (received_at, size): (Option<Timestamp>, u32),
    now: Timestamp,
    rules: &MailRules,
) -> Result<Received, Quarantined> {
    let mail = Fetched { uid: 0, size, received_at, bytes: None };
    Job { id: id.to_owned(), bytes, mail, old: false }.run(now, rules)
}
