//! How far a folder was read, and which mails were read from it.
//!
//! A UID means something only together with UIDVALIDITY. When a server changes that (a restored backup, a moved
//! mailbox), every UID is new though the mails are old. So the cursor also keeps a *ledger*: a short fingerprint of
//! every mail that was taken in. After a change the folder is read again from the start by its headers, mails whose
//! fingerprint is in the ledger are passed over, and only the others are fetched. The ledger is kept in chunks, each
//! a stream of its own, so that a new mail rewrites one chunk and not the whole.

use super::super::headers::Headers;
use super::super::print;
use crate::Cursors;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use std::collections::HashSet;

/// Characters of one fingerprint: nine bytes of SHA-256 in base64.
const PRINT: usize = 12;
/// Fingerprints in one chunk.
const CHUNK: usize = 500;

/// The position in a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Position {
    /// The server's UIDVALIDITY.
    pub(super) validity: u32,
    /// The last UID that was read.
    pub(super) last: u32,
    /// Up to this UID mails may be old ones under new numbers; 0 if not.
    pub(super) rematch_until: u32,
}

impl Position {
    /// Reads `validity:last` or `validity:last:rematch_until`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut numbers = text.split(':').map(str::parse::<u32>);
        let (validity, last) = (numbers.next()?.ok()?, numbers.next()?.ok()?);
        let rematch_until = numbers.next().and_then(Result::ok).unwrap_or(0);
        Some(Self { validity, last, rematch_until })
    }

    /// The form that [`Position::parse`] reads.
    pub(super) fn text(self) -> String {
        if self.rematch_until > self.last {
            format!("{}:{}:{}", self.validity, self.last, self.rematch_until)
        } else {
            format!("{}:{}", self.validity, self.last)
        }
    }
}

/// The stream of a folder's position.
pub(super) fn position_key(folder: &str) -> String {
    format!("uid/{folder}")
}

/// A mail's fingerprint: what its header says of it, with the path it came by, and its size. A Message-ID alone is
/// not enough, because some senders use one for two mails.
pub(super) fn fingerprint(headers: &Headers, size: u32) -> String {
    let mut hash = Sha256::new();
    print::name(headers, &mut hash);
    hash.update(size.to_be_bytes());
    URL_SAFE_NO_PAD.encode(&hash.finalize()[..PRINT / 4 * 3])
}

/// The fingerprints of a folder.
#[derive(Debug)]
pub(super) struct Ledger<'a> {
    folder: String,
    cursors: &'a Cursors,
    number: usize,
    open: String,
    full: Vec<(usize, String)>,
    added: bool,
}

impl<'a> Ledger<'a> {
    /// Opens the ledger at its last chunk.
    pub(super) fn open(folder: &str, cursors: &'a Cursors) -> Self {
        let folder = folder.to_owned();
        let mut number = 0;
        while cursors.contains_key(&chunk_key(&folder, number + 1)) {
            number += 1;
        }
        let open = cursors.get(&chunk_key(&folder, number)).cloned().unwrap_or_default();
        Self { folder, cursors, number, open, full: Vec::new(), added: false }
    }

    /// Everything in it as it was stored.
    pub(super) fn known(&self) -> HashSet<&'a str> {
        (0..=self.number)
            .filter_map(|n| self.cursors.get(&chunk_key(&self.folder, n)))
            .flat_map(|chunk| (0..chunk.len() / PRINT).filter_map(|i| chunk.get(i * PRINT..(i + 1) * PRINT)))
            .collect()
    }

    /// Adds a fingerprint.
    pub(super) fn add(&mut self, print: &str) {
        if self.open.len() >= CHUNK * PRINT {
            self.full.push((self.number, std::mem::take(&mut self.open)));
            self.number += 1;
        }
        self.open.push_str(print);
        self.added = true;
    }

    /// Writes the chunks that changed.
    pub(super) fn write(self, into: &mut Cursors) {
        if !self.added {
            return;
        }
        for (number, chunk) in self.full {
            into.insert(chunk_key(&self.folder, number), chunk);
        }
        into.insert(chunk_key(&self.folder, self.number), self.open);
    }
}

fn chunk_key(folder: &str, number: usize) -> String {
    format!("seen/{folder}/{number:05}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_survives_its_text() {
        for text in ["7:42", "7:0:99"] {
            assert_eq!(
                Position::parse(text).map(Position::text).as_deref(),
                Some(text),
                "stored and read back"
            );
        }
        assert_eq!(Position::parse("x"), None, "junk is no position");
        let done = Position { validity: 7, last: 99, rematch_until: 99 };
        assert_eq!(done.text(), "7:99", "a finished rematch is forgotten");
    }

    #[test]
    fn a_ledger_rewrites_only_its_last_chunk() {
        let mut cursors = Cursors::new();
        let mut ledger = Ledger::open("INBOX", &cursors);
        for i in 0..1_200 {
            ledger.add(&format!("{i:012}"));
        }
        let mut written = Cursors::new();
        ledger.write(&mut written);
        assert_eq!(written.len(), 3, "500 + 500 + 200");
        cursors.extend(written);
        let mut ledger = Ledger::open("INBOX", &cursors);
        assert_eq!(ledger.known().len(), 1_200, "all of them come back");
        ledger.add("abcdefghijkl");
        let mut written = Cursors::new();
        ledger.write(&mut written);
        assert_eq!(written.keys().collect::<Vec<_>>(), ["seen/INBOX/00002"], "one chunk, not the whole");
    }

    #[test]
    fn a_fingerprint_tells_mails_with_one_id_apart() {
        let print = |header: &[u8], size| fingerprint(&Headers::read(header), size);
        let first = print(b"Message-ID: <a@x>\r\nSubject: one\r\n\r\n", 10);
        assert_eq!(first.len(), PRINT, "fixed width, so that chunks need no separators");
        assert_eq!(first, print(b"message-id:  <a@x>\nsubject: one\n\n", 10), "spelling does not matter");
        assert_ne!(first, print(b"Message-ID: <a@x>\r\nSubject: two\r\n\r\n", 10), "another mail");
        assert_ne!(first, print(b"Message-ID: <a@x>\r\nSubject: one\r\n\r\n", 11), "another size");
    }
}
