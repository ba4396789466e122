use super::{Summary, beijing_text, each_line};
use crate::RulesError;
use crate::dispatch::{Book, Switches};
use domain::{AccountId, BuyerId, Decision, DispatchReason, Entry, Facts, MAX_WEIGHT, Presence, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::io::{BufRead, Write};

/// One line of a script: what happened, and when.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(expecting = "an event: an object with at, event and what belongs to it")]
pub struct ScriptEvent {
    /// When.
    pub at: Timestamp,
    /// What.
    #[serde(flatten)]
    pub what: What,
}

/// What happened to the store.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum What {
    /// The accounts; everybody starts offline, and nothing is known of any buyer.
    Roster {
        /// The main account.
        main: String,
        /// The sub-accounts, in order.
        subs: Vec<String>,
    },
    /// Somebody goes online, 挂起 or offline.
    Presence {
        /// Who.
        account: String,
        /// The new presence.
        to: Presence,
    },
    /// Somebody takes part in distribution, or no longer.
    Participates {
        /// Who.
        account: String,
        /// Whether.
        to: bool,
    },
    /// Somebody has another weight from now on; everybody starts with 1. Looked at while `Weighted` says so.
    Weight {
        /// Who.
        account: String,
        /// The new weight, 0 to [`MAX_WEIGHT`].
        to: u32,
    },
    /// The preset *weights* is switched, for what follows; it starts as in the shipped policy, off.
    Weighted {
        /// Whether counts are divided by weights.
        to: bool,
    },
    /// A buyer is a private customer of the main account, or no longer.
    Private {
        /// Who.
        buyer: String,
        /// Whether.
        to: bool,
    },
    /// A buyer message.
    Message {
        /// Its id, given back with the decision.
        id: String,
        /// Who wrote.
        buyer: String,
        /// How it came in.
        entry: ScriptEntry,
    },
    /// A counting reply was sent.
    Reply {
        /// To whom.
        buyer: String,
    },
}

/// `"contact_link"` or `{"direct": account}`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScriptEntry {
    /// Through the contact link.
    ContactLink,
    /// Straight to that account.
    Direct(String),
}

/// The decision on one message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DispatchLine {
    /// The id of the message.
    pub id: String,
    /// The chosen account.
    pub to: String,
    /// The rule that chose it.
    pub reason: DispatchReason,
    /// What the decision saw.
    pub facts: ExplainedFacts,
}

/// [`Facts`] with names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExplainedFacts {
    /// Every seat in roster order.
    pub seats: Vec<ExplainedSeat>,
    /// The account this buyer was last distributed to, and when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recent: Option<(String, String)>,
    /// The owner, if the conversation owed a reply.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owing_owner: Option<String>,
}

/// A seat with its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExplainedSeat {
    /// Its name.
    pub account: String,
    /// Its presence.
    pub presence: Presence,
    /// Whether it takes part.
    pub participates: bool,
    /// Its distributions since 00:00 UTC+8.
    pub today: u32,
    /// Its last distribution, Beijing time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last: Option<String>,
    /// Its weight, while weights are looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weight: Option<u32>,
}

/// A running script: the names of this store, and its [`Book`] once the roster is known.
#[derive(Debug, Default)]
pub struct DispatchScript {
    accounts: Vec<String>,
    buyers: HashMap<String, BuyerId>,
    book: Option<Book>,
    switches: Switches,
}

impl DispatchScript {
    /// Applies one event; a message gives its decision.
    ///
    /// # Errors
    /// In words: no roster yet, an account that is not in it, or a weight above [`MAX_WEIGHT`].
    pub fn apply(&mut self, event: ScriptEvent) -> Result<Option<DispatchLine>, String> {
        let at = event.at;
        match event.what {
            What::Roster { main, subs } => self.roster(main, subs, at)?,
            What::Presence { account, to } => {
                let id = self.account(&account)?;
                self.book()?.presence(id, to).map_err(|e| e.to_string())?;
            }
            What::Participates { account, to } => {
                let id = self.account(&account)?;
                self.book()?.participates(id, to).map_err(|e| e.to_string())?;
            }
            What::Weight { account, to } => self.weight(&account, to)?,
            What::Weighted { to } => self.switches.weighted = to,
            What::Private { buyer, to } => {
                let id = self.buyer(buyer);
                self.book()?.private(id, to);
            }
            What::Reply { buyer } => {
                let id = self.buyer(buyer);
                self.book()?.reply(id);
            }
            What::Message { id, buyer, entry } => {
                let entry = match entry {
                    ScriptEntry::ContactLink => Entry::ContactLink,
                    ScriptEntry::Direct(account) => Entry::Direct(self.account(&account)?),
                };
                let (buyer, switches) = (self.buyer(buyer), self.switches);
                let (decision, facts) = self.book()?.message(buyer, entry, at, &switches);
                return Ok(Some(self.line(id, &decision, &facts)));
            }
        }
        Ok(None)
    }

    fn roster(&mut self, main: String, subs: Vec<String>, at: Timestamp) -> Result<(), String> {
        let accounts: Vec<String> = std::iter::once(main).chain(subs).collect();
        if let Some(twice) = accounts.iter().enumerate().find(|(i, name)| accounts[..*i].contains(name)) {
            return Err(format!("the account {:?} is in the roster twice", twice.1));
        }
        let ids: Vec<AccountId> = (1..).take(accounts.len()).map(AccountId).collect();
        self.accounts = accounts;
        self.buyers.clear();
        self.book = Some(Book::start(ids[0], &ids[1..], at));
        Ok(())
    }

    fn weight(&mut self, account: &str, to: u32) -> Result<(), String> {
        if to > MAX_WEIGHT {
            return Err(format!("a weight is 0 to {MAX_WEIGHT}, not {to}"));
        }
        let id = self.account(account)?;
        self.book()?.weight(id, to).map_err(|e| e.to_string())
    }

    fn book(&mut self) -> Result<&mut Book, String> {
        self.book.as_mut().ok_or_else(|| "there was no roster event yet".to_owned())
    }

    fn account(&self, name: &str) -> Result<AccountId, String> {
        let found = (1..).zip(&self.accounts).find(|(_, known)| *known == name);
        found.map(|(id, _)| AccountId(id)).ok_or_else(|| format!("the account {name:?} is not in the roster"))
    }

    fn buyer(&mut self, name: String) -> BuyerId {
        let next = BuyerId(i64::try_from(self.buyers.len()).unwrap_or(i64::MAX));
        *self.buyers.entry(name).or_insert(next)
    }

    fn name(&self, account: AccountId) -> String {
        let index = usize::try_from(account.0 - 1).unwrap_or(usize::MAX);
        self.accounts.get(index).cloned().unwrap_or_default()
    }

    fn line(&self, id: String, decision: &Decision, facts: &Facts) -> DispatchLine {
        let seats = facts.seats.iter().map(|seat| ExplainedSeat {
            account: self.name(seat.account),
            presence: seat.presence,
            participates: seat.participates,
            today: seat.today,
            last: seat.last.map(beijing_text),
            weight: seat.weight,
        });
        let facts = ExplainedFacts {
            seats: seats.collect(),
            recent: facts.recent.map(|(account, at)| (self.name(account), beijing_text(at))),
            owing_owner: facts.owing_owner.map(|owner| self.name(owner)),
        };
        DispatchLine { id, to: self.name(decision.to), reason: decision.reason, facts }
    }
}

/// `tidebellctl explain dispatch`: a script in, decisions out, with the shipped numbers.
///
/// # Errors
/// [`RulesError::Io`] only; a line that cannot be understood is in the [`Summary`].
pub fn explain_dispatch(input: impl BufRead, output: impl Write) -> Result<Summary, RulesError> {
    let mut script = DispatchScript::default();
    each_line(input, output, |event: ScriptEvent| script.apply(event))
}
