use super::{Book, BookError, Switches};
use domain::{AccountId, BuyerId, Decision, Entry, Presence, Timestamp};
use serde::{Deserialize, Serialize};

/// A change that somebody thinks about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// A seat goes online, 挂起 or offline.
    Presence(AccountId, Presence),
    /// A seat takes part in distribution, or no longer.
    Participates(AccountId, bool),
    /// A seat has another weight.
    Weight(AccountId, u32),
}

/// A buyer whose next message would go elsewhere, or for another reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    /// The buyer.
    pub buyer: BuyerId,
    /// The decision as things stand.
    pub before: Decision,
    /// The decision after the change.
    pub after: Decision,
}

/// "If 小李 goes 挂起 now …": for each known buyer asked by itself, whether their next message through the contact
/// link would be decided differently. In order of the buyers' ids.
///
/// # Errors
/// [`BookError`] if a change names an account that is not in the roster.
pub fn what_if(
    book: &Book,
    changes: &[Change],
    now: Timestamp,
    switches: &Switches,
) -> Result<Vec<Moved>, BookError> {
    let mut changed = book.clone();
    for change in changes {
        match *change {
            Change::Presence(account, to) => changed.presence(account, to)?,
            Change::Participates(account, to) => changed.participates(account, to)?,
            Change::Weight(account, to) => changed.weight(account, to)?,
        }
    }
    let ask = |book: &Book, buyer| book.peek(buyer, Entry::ContactLink, now, switches);
    let mut moved: Vec<Moved> = book
        .buyers()
        .map(|(buyer, _)| Moved { buyer, before: ask(book, buyer), after: ask(&changed, buyer) })
        .filter(|moved| moved.before != moved.after)
        .collect();
    moved.sort_by_key(|moved| moved.buyer);
    Ok(moved)
}
