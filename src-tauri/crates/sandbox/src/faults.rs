//! Faults on demand: what goes wrong, on which calls, how often.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;

/// What goes wrong with one call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The line breaks before the platform has done anything.
    CutBefore,
    /// The platform does what was asked, and the line breaks before the answer.
    CutAfter,
    /// The call is handled only after this time.
    DelayBefore(Duration),
    /// The call is handled at once, and the answer is held back for this time.
    DelayAfter(Duration),
    /// The call is handled at once, and the answer is held back until [`Faults::release`].
    HoldAfter,
    /// A bare HTTP status with an HTML body, as a gateway gives it; with `retry_after` seconds if given.
    Status {
        /// Such as 429 or 503.
        status: u16,
        /// The `Retry-After` header, in seconds.
        retry_after: Option<u64>,
    },
    /// A fixed answer in place of the platform's own, such as an error envelope.
    Answer {
        /// The HTTP status.
        status: u16,
        /// The JSON body.
        body: String,
    },
}

#[derive(Debug)]
struct Armed {
    needle: String,
    fault: Fault,
    spared: usize,
    left: Option<usize>,
}

/// The armed faults. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct Faults {
    armed: Arc<Mutex<VecDeque<Armed>>>,
    released: Arc<Notify>,
}

impl Faults {
    /// Lets `fault` happen to the next `times` calls that have `needle` in their path, query or body (an empty one
    /// matches every call). Faults armed first happen first.
    pub fn arm(&self, needle: &str, fault: Fault, times: usize) {
        self.push(needle, fault, 0, Some(times));
    }

    /// Lets `fault` happen once, after `spared` matching calls went well: with 0, 1, 2, … it breaks a client at every call
    /// it makes.
    pub fn skip(&self, needle: &str, spared: usize, fault: Fault) {
        self.push(needle, fault, spared, Some(1));
    }

    /// Like [`Faults::arm`], until [`Faults::clear`].
    pub fn arm_always(&self, needle: &str, fault: Fault) {
        self.push(needle, fault, 0, None);
    }

    /// Nothing goes wrong any more.
    pub fn clear(&self) {
        self.armed().clear();
    }

    /// Lets one answer go that [`Fault::HoldAfter`] holds back, or the next one that it would hold.
    pub fn release(&self) {
        self.released.notify_one();
    }

    /// Waits until somebody lets an answer go.
    pub(crate) async fn released(&self) {
        self.released.notified().await;
    }

    /// Takes the fault that this call meets, if any.
    pub(crate) fn take(&self, target: &str, body: &[u8]) -> Option<Fault> {
        let body = String::from_utf8_lossy(body);
        let mut armed = self.armed();
        armed.retain(|a| a.left != Some(0));
        let hit = armed.iter_mut().find(|a| target.contains(&a.needle) || body.contains(&a.needle))?;
        if hit.spared > 0 {
            hit.spared -= 1;
            return None;
        }
        if let Some(left) = &mut hit.left {
            *left -= 1;
        }
        Some(hit.fault.clone())
    }

    fn push(&self, needle: &str, fault: Fault, spared: usize, left: Option<usize>) {
        let armed = Armed { needle: needle.to_owned(), fault, spared, left };
        self.armed().push_back(armed);
    }

    fn armed(&self) -> MutexGuard<'_, VecDeque<Armed>> {
        self.armed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_happens_as_often_as_it_was_armed() {
        let faults = Faults::default();
        faults.arm("send", Fault::CutAfter, 2);
        assert_eq!(faults.take("/read", b""), None, "other calls are not touched");
        assert_eq!(faults.take("/send", b""), Some(Fault::CutAfter), "first of two");
        assert_eq!(faults.take("/sync", b"method=send"), Some(Fault::CutAfter), "the body is searched too");
        assert_eq!(faults.take("/send", b""), None, "it was armed twice only");
    }
}
