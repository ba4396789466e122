//! What a pretend platform saw and took: the evidence that a test asks.

use domain::Timestamp;
use serde::Serialize;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

/// One HTTP call, written down before it is handled and whatever becomes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// When, by the platform's clock.
    pub at: Timestamp,
    /// The HTTP method.
    pub method: String,
    /// The path, such as `/api/v2/sellerchat/send_message`.
    pub path: String,
    /// The query without its question mark.
    pub query: String,
    /// The body.
    pub body: Vec<u8>,
}

/// One message that the platform took from a client and shows to the buyer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sent {
    /// When, by the platform's clock.
    pub at: Timestamp,
    /// The platform's message id.
    pub message_id: String,
    /// The platform's conversation id.
    pub conversation: String,
    /// The platform's id of the buyer.
    pub to: String,
    /// The platform's word for the type.
    pub kind: String,
    /// What the buyer sees: the text, or the content as JSON.
    pub content: String,
}

#[derive(Debug, Default)]
struct Pages {
    calls: VecDeque<Call>,
    /// At most so many calls are kept; none: all of them.
    most_calls: Option<usize>,
    sent: Vec<Sent>,
}

/// The ledger. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct Ledger(Arc<Mutex<Pages>>);

impl Ledger {
    /// Every call so far, oldest first.
    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).calls.iter().cloned().collect()
    }

    /// The calls with `needle` in their path, query or body, oldest first.
    #[must_use]
    pub fn calls_with(&self, needle: &str) -> Vec<Call> {
        let mut calls = self.calls();
        calls.retain(|c| {
            c.path.contains(needle)
                || c.query.contains(needle)
                || String::from_utf8_lossy(&c.body).contains(needle)
        });
        calls
    }

    /// Every message that reached a buyer, oldest first.
    #[must_use]
    pub fn sent(&self) -> Vec<Sent> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).sent.clone()
    }

    /// Keeps only the newest `most` calls from now on, for a platform that runs for days. Sent messages are all kept.
    pub fn keep_calls(&self, most: usize) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).most_calls = Some(most);
    }

    pub(crate) fn record_call(&self, call: Call) {
        let mut pages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        pages.calls.push_back(call);
        if let Some(most) = pages.most_calls {
            let over = pages.calls.len().saturating_sub(most);
            pages.calls.drain(..over);
        }
    }

    /// Writes down that the platform took a message; called by a platform's own handler.
    pub(crate) fn record_sent(&self, sent: Sent) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).sent.push(sent);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bounded_ledger_forgets_the_oldest_calls() {
        let ledger = Ledger::default();
        ledger.keep_calls(2);
        for path in ["/a", "/b", "/c"] {
            let (at, method, query) = (domain::from_ms(0), "GET".to_owned(), String::new());
            ledger.record_call(Call { at, method, path: path.to_owned(), query, body: Vec::new() });
        }
        let paths: Vec<String> = ledger.calls().into_iter().map(|call| call.path).collect();
        assert_eq!(paths, ["/b", "/c"], "a platform that runs for days must not fill the memory");
    }
}
