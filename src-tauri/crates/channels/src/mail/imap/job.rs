//! A mail that came over the line, on its way to being read.

use super::super::parse::{MailRules, parse};
use super::round::{SOURCE, is_large};
use super::wire::Fetched;
use crate::{Quarantined, Received};
use domain::{AttachmentMeta, IncomingEvent, RawPayload, Timestamp};

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
            Err(why) => Err(Quarantined { raw: raw(self.bytes), why: format!("{}: {why}", self.id) }),
        }
    }
}
