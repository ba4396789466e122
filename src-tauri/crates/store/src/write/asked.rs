//! What an intake was told before it decided: what need not be asked or written again.

use super::Running;
use crate::ConversationRow;
use domain::{AccountId, ConversationState, Sensitive, Timestamp};
use std::collections::HashMap;

/// What an intake was told of the conversations that it asked for, and what runs in them. Good for one write, and only
/// as long as nothing else was done in the transaction.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) running: HashMap<i64, Vec<Running>>,
    standing: HashMap<i64, Standing>,
    /// The last conversation before the transaction: nothing runs in later ones.
    last: i64,
}

/// What a message seldom changes of a conversation.
#[derive(Debug, PartialEq, Eq)]
struct Standing {
    buyer: i64,
    order_no: String,
    owner: Option<AccountId>,
    state: ConversationState,
    title: String,
    opened_at: Option<Timestamp>,
    sensitive: Option<Sensitive>,
}

impl Standing {
    fn of(row: &ConversationRow) -> Self {
        Self {
            buyer: row.buyer.map_or(0, |buyer| buyer.0),
            order_no: row.order_no.clone(),
            owner: row.owner,
            state: row.state,
            title: row.title.clone(),
            opened_at: row.opened_at,
            sensitive: row.sensitive,
        }
    }
}

impl Asked {
    /// What the rows in the file are, and what runs in them; `last` is the last conversation before the transaction.
    pub(crate) fn new(running: HashMap<i64, Vec<Running>>, rows: &[ConversationRow], last: i64) -> Self {
        let standing = rows.iter().map(|row| (row.id.0, Standing::of(row))).collect();
        Self { running, standing, last }
    }

    pub(super) fn knows(&self, conversation: i64) -> bool {
        conversation > self.last || self.standing.contains_key(&conversation)
    }

    /// Whether the file surely has this buyer and this order in a conversation, or will once it is there.
    pub(super) fn links_to(&self, conversation: i64, buyer: i64, order_no: &str) -> bool {
        let kept = self.standing.get(&conversation);
        conversation > self.last || kept.is_some_and(|s| (s.buyer, s.order_no.as_str()) == (buyer, order_no))
    }

    /// Whether a conversation is surely in the file, and only what a message always changes has changed.
    pub(super) fn is_steady(&self, row: &ConversationRow) -> bool {
        self.standing.get(&row.id.0).is_some_and(|standing| *standing == Standing::of(row))
    }
}
