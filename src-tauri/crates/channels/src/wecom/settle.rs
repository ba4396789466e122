//! What follows from the outcome of a call.
//!
//! Only what was certainly not delivered is tried again by itself. Where nobody knows, it depends on the notice: a
//! deadline's alert goes out again, marked as a repetition, because reading it twice is harmless and not reading it
//! costs the shop; anything else is told as unknown, because a second copy would be taken for a second event. The
//! platform's own check for duplicates is left off: it would also swallow two alerts that happen to say the same.

use super::limits::Limits;
use super::notice::Repeat;
use super::queue::{Flight, Queue, Waiting};
use super::readers::Missed;
use domain::Timestamp;
use serde::{Deserialize, Serialize};

/// Whose fault a refusal is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// The text's: sent again, it is refused again.
    Content,
    /// The readers': none of them exists or may see the application.
    Readers,
}

/// What is known after the platform was called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivery {
    /// It took the message.
    Taken {
        /// Whom it did not reach.
        missed: Missed,
    },
    /// Certainly not delivered; waiting helps.
    Later {
        /// The platform's code, or ours.
        code: String,
        /// Its words.
        detail: String,
        /// How many seconds to wait, if it said.
        wait_s: Option<i64>,
    },
    /// Certainly not delivered; only the owner can help.
    OwnerMustAct {
        /// The platform's code, or ours.
        code: String,
        /// Its words.
        detail: String,
    },
    /// Certainly not delivered, and never will be as it is.
    Refused {
        /// The platform's code.
        code: String,
        /// Its words.
        detail: String,
        /// Whose fault it is.
        fault: Fault,
    },
    /// Certainly not delivered, for a reason that is not known.
    Odd {
        /// The platform's code, or ours.
        code: String,
        /// Its words.
        detail: String,
    },
    /// Nobody knows whether it arrived.
    Unknown {
        /// What happened.
        detail: String,
    },
}

/// The end of a notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settled {
    /// The notice's id.
    pub id: String,
    /// How it ended.
    pub end: End,
}

/// How a notice ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "end", rename_all = "snake_case")]
pub enum End {
    /// The platform took it.
    Sent {
        /// Whether its words were in the message; else it was counted there.
        shown: bool,
        /// Whom it did not reach.
        missed: Missed,
    },
    /// It was certainly not delivered, and will not be.
    Refused {
        /// The platform's code.
        code: String,
        /// Its words.
        detail: String,
    },
    /// Nobody knows whether it arrived.
    Unknown {
        /// What happened.
        detail: String,
    },
}

impl Queue {
    /// Takes the outcome of parcel `number` and says which notices have come to their end; the others wait again, at
    /// their old places. An outcome of a parcel that is not under way changes nothing.
    pub fn settle(
        &mut self,
        number: u64,
        delivery: Delivery,
        limits: &Limits,
        now: Timestamp,
    ) -> Vec<Settled> {
        let Some(flight) = self.flight.take_if(|flight| flight.number == number) else { return Vec::new() };
        self.pace.end(&flight.to, now);
        let mut fail = |code: &str, detail: &str, wait_s: Option<i64>| {
            let trouble = Self::trouble(code, detail);
            self.breaker.failure(limits.breaker, wait_s, trouble, now);
        };
        match delivery {
            Delivery::Taken { missed } => {
                self.breaker.success();
                sent(flight, &missed)
            }
            Delivery::Later { code, detail, wait_s } => {
                fail(&code, &detail, wait_s);
                self.put_back(flight.items);
                Vec::new()
            }
            Delivery::OwnerMustAct { code, detail } => {
                self.breaker.stop(Self::trouble(&code, &detail));
                self.put_back(flight.items);
                Vec::new()
            }
            Delivery::Refused { code, detail, fault: Fault::Readers } => {
                ended(flight.items, &End::Refused { code, detail })
            }
            Delivery::Refused { code, detail, fault: Fault::Content } => {
                fail(&code, &detail, None);
                if flight.items.len() == 1 {
                    return ended(flight.items, &End::Refused { code, detail });
                }
                // One of them is at fault: each on its own, so that it takes no other with it.
                let each = flight.items.into_iter().map(|item| Waiting { alone: true, ..item });
                self.put_back(each.collect());
                Vec::new()
            }
            Delivery::Odd { code, detail } => {
                fail(&code, &detail, None);
                let tried = flight.items.into_iter().map(|item| Waiting { odd: item.odd + 1, ..item });
                let (over, again) = tried.partition(|item: &Waiting| item.odd >= limits.tries);
                self.put_back(again);
                ended(over, &End::Refused { code, detail })
            }
            Delivery::Unknown { detail } => {
                fail("unknown", &detail, None);
                let tried = flight.items.into_iter().map(|item| Waiting { unsure: item.unsure + 1, ..item });
                let repeat = |item: &Waiting| match item.notice.repeat {
                    Repeat::Never => false,
                    Repeat::UntilSure => item.unsure < limits.tries,
                };
                let (again, over) = tried.partition(repeat);
                self.put_back(again);
                ended(over, &End::Unknown { detail })
            }
        }
    }

    /// After a restart: nobody knows what became of the parcel that was under way when the queue was stored.
    pub fn recover(&mut self, limits: &Limits, now: Timestamp) -> Vec<Settled> {
        let Some(number) = self.flight.as_ref().map(|flight| flight.number) else { return Vec::new() };
        self.settle(number, Delivery::Unknown { detail: "interrupted while sending".into() }, limits, now)
    }
}

fn sent(flight: Flight, missed: &Missed) -> Vec<Settled> {
    let each = flight.items.into_iter().enumerate();
    each.map(|(index, item)| Settled {
        id: item.notice.id,
        end: End::Sent { shown: index < flight.shown, missed: missed.clone() },
    })
    .collect()
}

fn ended(items: Vec<Waiting>, end: &End) -> Vec<Settled> {
    items.into_iter().map(|item| Settled { id: item.notice.id, end: end.clone() }).collect()
}
