use super::{ClockRules, Counting, MessageFact, NotCounting, counts};
use crate::time::seconds_between;
use domain::{MessageId, Place, Timestamp, Turn};
use serde::{Deserialize, Serialize};

/// A message and its instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Mark {
    /// When it was written.
    pub at: Timestamp,
    /// Which it is.
    pub message: MessageId,
}

impl Mark {
    const fn of(fact: &MessageFact) -> Self {
        Self { at: fact.at, message: fact.id }
    }
}

/// The unanswered message whose own deadline comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Earliest {
    /// The message.
    pub mark: Mark,
    /// Its deadline.
    pub due: Timestamp,
}

/// A seller message after the first unanswered one that did not stop the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ignored {
    /// The message.
    pub mark: Mark,
    /// Why it did not count.
    pub cause: NotCounting,
}

/// Where the clocks of a conversation stand: small, and stored as JSON beside it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ClockState {
    /// The newest message folded in; an older one is late.
    pub newest: Option<Mark>,
    /// Its turn among those of its instant.
    #[serde(skip_serializing_if = "Turn::is_first")]
    pub newest_turn: Turn,
    /// The earliest buyer message after the last counting reply: the conversation owes a reply since then.
    pub first_unanswered: Option<Mark>,
    /// Where [`super::reply`] comes from: the rule is not monotone, so a later message may be due earlier.
    pub earliest: Option<Earliest>,
    /// How many buyer messages are unanswered.
    pub unanswered: u32,
    /// Whether one of them came through the contact link. Distribution looks only at those (§2, 1 and 4): a message
    /// straight to one account leaves the owner alone.
    pub owes_owner: bool,
    /// The last buyer message.
    pub last_buyer: Option<Mark>,
    /// The last counting reply.
    pub last_counting: Option<Mark>,
    /// The last seller message since `first_unanswered` that did not count (不计入).
    pub ignored: Option<Ignored>,
}

/// A first response.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Response {
    /// The first unanswered buyer message.
    pub asked: Mark,
    /// The first counting reply after it.
    pub answered: Mark,
    /// First response time in whole seconds.
    pub seconds: i64,
}

/// What one more message did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", content = "params", rename_all = "snake_case")]
pub enum Push {
    /// It belongs before the newest one, or is the newest again: nothing was changed, [`fold`] the record again.
    Late,
    /// A buyer message: a reply is owed.
    Asked,
    /// A counting reply to something: this is the first response.
    Answered(Response),
    /// A counting reply while nothing was owed.
    Unasked,
    /// It neither asks nor counts.
    NotCounting(NotCounting),
}

/// A state and the first responses that led there, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Folded {
    /// The state.
    pub state: ClockState,
    /// The first responses.
    pub responses: Vec<Response>,
}

/// Folds a whole conversation, in any order.
#[must_use]
pub fn fold(messages: &[MessageFact], rules: &ClockRules<'_>) -> Folded {
    let mut sorted: Vec<&MessageFact> = messages.iter().collect();
    sorted.sort_by_key(|fact| fact.place());
    let mut folded = Folded::default();
    for fact in sorted {
        if let Push::Answered(response) = folded.state.push(fact, rules) {
            folded.responses.push(response);
        }
    }
    folded
}

impl ClockState {
    /// The state of a whole conversation, in any order.
    #[must_use]
    pub fn from_messages(messages: &[MessageFact], rules: &ClockRules<'_>) -> Self {
        fold(messages, rules).state
    }

    /// Where the newest message stands.
    #[must_use]
    pub fn newest_place(&self) -> Option<Place> {
        self.newest.map(|newest| (newest.at, self.newest_turn, newest.message))
    }

    /// Notes a message that runs no reply clock, like a notice. Returns whether nothing newer is there.
    pub fn note(&mut self, fact: &MessageFact) -> bool {
        let newer = self.newest_place() < Some(fact.place());
        if newer {
            (self.newest, self.newest_turn) = (Some(Mark::of(fact)), fact.turn);
        }
        newer
    }

    /// Whether a counting reply is owed.
    #[must_use]
    pub const fn owes(&self) -> bool {
        self.first_unanswered.is_some()
    }

    /// Folds in one more message. One that does not come after the newest changes nothing and
    /// answers [`Push::Late`].
    pub fn push(&mut self, fact: &MessageFact, rules: &ClockRules<'_>) -> Push {
        let mark = Mark::of(fact);
        if !self.note(fact) {
            return Push::Late;
        }
        if fact.asks() {
            self.ask(mark, fact.direct, rules);
            return Push::Asked;
        }
        match counts(fact, rules.sync) {
            Counting::Counts => self.answer(mark),
            Counting::Not(cause) => {
                if self.owes() && cause != NotCounting::NotASeller {
                    self.ignored = Some(Ignored { mark, cause });
                }
                Push::NotCounting(cause)
            }
        }
    }

    fn ask(&mut self, mark: Mark, direct: bool, rules: &ClockRules<'_>) {
        self.first_unanswered.get_or_insert(mark);
        self.last_buyer = Some(mark);
        self.unanswered = self.unanswered.saturating_add(1);
        self.owes_owner |= !direct;
        let due = rules.reply_instant(mark.at);
        if self.earliest.is_none_or(|earliest| due < earliest.due) {
            self.earliest = Some(Earliest { mark, due });
        }
    }

    fn answer(&mut self, mark: Mark) -> Push {
        self.last_counting = Some(mark);
        self.earliest = None;
        self.unanswered = 0;
        self.owes_owner = false;
        self.ignored = None;
        self.first_unanswered.take().map_or(Push::Unasked, |asked| {
            let seconds = seconds_between(asked.at, mark.at);
            Push::Answered(Response { asked, answered: mark, seconds })
        })
    }
}
