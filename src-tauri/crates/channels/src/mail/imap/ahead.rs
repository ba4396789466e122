//! What one round leaves over for the next: with thousands of mails ahead it would cost a server more to open the folder
//! and to list its mails anew with each round than to hand the mails over.

use super::cursor::{Position, position_key};
use super::wire::Fetched;
use crate::Cursors;
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
    /// Whether a round goes on here: from where the record stands, and not for too long already.
    pub(super) fn goes_on(&self, cursors: &Cursors) -> bool {
        cursors.get(&position_key(&self.folder)) == Some(&self.position.text()) && self.rounds < MAX_ROUNDS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_round_goes_on_where_the_record_stands_and_nowhere_else() {
        let position = Position { validity: 7, last: 200, rematch_until: 0 };
        let mut ahead = Ahead {
            folder: "INBOX".to_owned(),
            mailbox: Mailbox::default(),
            position,
            found: Vec::new(),
            complete: true,
            rounds: 1,
        };
        let at = |text: &str| Cursors::from([("uid/INBOX".to_owned(), text.to_owned())]);
        assert!(ahead.goes_on(&at("7:200")), "the very place");
        for elsewhere in ["7:199", "7:201", "8:200", "7:200:300", ""] {
            assert!(!ahead.goes_on(&at(elsewhere)), "{elsewhere:?} is another place");
        }
        assert!(!ahead.goes_on(&Cursors::new()), "the record knows nothing of it");
        ahead.rounds = MAX_ROUNDS;
        assert!(!ahead.goes_on(&at("7:200")), "the other folders are looked at first");
    }
}
