//! What one round leaves over for the next: with thousands of mails ahead it would cost a server more to open the folder
//! and to list its mails anew with each round than to hand the mails over.

use super::cursor::Position;
use super::wire::Fetched;
use async_imap::types::Mailbox;

/// After so many rounds in one folder all of them are looked at again: new mail must not wait for old mail elsewhere.
const MAX_ROUNDS: u32 = 20;

/// The folder that is open on a connection.
#[derive(Debug)]
pub(super) struct Ahead {
    pub(super) folder: String,
    /// As the server described it when it was opened.
    pub(super) mailbox: Mailbox,
    /// How far it is read.
    pub(super) position: Position,
    /// Mails that were listed and not fetched yet.
    pub(super) found: Vec<Fetched>,
    /// Whether these are the last.
    pub(super) complete: bool,
    /// Rounds since it was opened.
    pub(super) rounds: u32,
}

impl Ahead {
    /// Whether a round can go on here: in the same folder, from where the record stands.
    pub(super) fn goes_on(&self, folder: &str, stored: Option<&String>) -> bool {
        self.folder == folder && stored == Some(&self.position.text()) && self.rounds < MAX_ROUNDS
    }
}
