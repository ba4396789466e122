//! What goes wrong in the mailbox, on demand.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Where a conversation with the server stands: at the greeting, or at the answer to a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The server's first line.
    Greeting,
    /// CAPABILITY.
    Capability,
    /// LOGIN.
    Login,
    /// ID.
    Id,
    /// NOOP.
    Noop,
    /// LIST.
    List,
    /// STATUS.
    Status,
    /// SELECT or EXAMINE.
    Open,
    /// FETCH or UID FETCH.
    Fetch,
    /// SEARCH or UID SEARCH.
    Search,
    /// IDLE, from its `+` to the answer to DONE.
    Idle,
    /// LOGOUT.
    Logout,
}

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailFault {
    /// A connection breaks when the server has sent this many bytes on it. Counts per connection.
    CutAfter(usize),
    /// The connection breaks when `after` bytes of the answer to `step` were sent (0: no answer at all), at the
    /// latest at the answer's end.
    CutAt {
        /// Which answer.
        step: Step,
        /// How many bytes of it still get through.
        after: usize,
    },
    /// A command is carried out only after this time.
    Slow(Duration),
    /// A LOGIN is refused, whatever the password, with this response code: `AUTHENTICATIONFAILED`, `UNAVAILABLE`, …
    RefuseLogin(&'static str),
    /// A LOGIN is refused, whatever the password, in these words of the server's own.
    RefuseSaying(&'static str),
    /// A LOGIN is refused, whatever the password, in the words of a provider that takes authorisation codes only.
    WantsCode,
    /// New mail is not announced during this IDLE; DONE is answered.
    SilentIdle,
    /// As a dead line: after the `+` of IDLE nothing is ever said again, not even to DONE.
    DeadIdle,
    /// SELECT and EXAMINE are refused with "Unsafe Login" unless an ID with content came before, as NetEase does.
    UnsafeLogin,
    /// IDLE is neither offered nor understood. Counts per CAPABILITY and per IDLE.
    NoIdle,
    /// SELECT and EXAMINE do not tell UIDNEXT.
    NoUidNext,
}

#[derive(Debug)]
struct Armed {
    fault: MailFault,
    left: Option<usize>,
}

/// The armed faults. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct MailFaults(Arc<Mutex<Vec<Armed>>>);

impl MailFaults {
    /// Lets `fault` happen `times` times; faults armed first happen first.
    pub fn arm(&self, fault: MailFault, times: usize) {
        self.push(fault, Some(times));
    }

    /// Like [`MailFaults::arm`], until [`MailFaults::clear`].
    pub fn arm_always(&self, fault: MailFault) {
        self.push(fault, None);
    }

    /// Nothing goes wrong any more.
    pub fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Takes the first armed fault that `pick` wants.
    pub(super) fn take<T>(&self, pick: impl Fn(MailFault) -> Option<T>) -> Option<T> {
        let mut armed = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        armed.retain(|a| a.left != Some(0));
        let (hit, taken) = armed.iter_mut().find_map(|a| pick(a.fault).map(|taken| (a, taken)))?;
        if let Some(left) = &mut hit.left {
            *left -= 1;
        }
        Some(taken)
    }

    /// Whether this very fault happens now.
    pub(super) fn happens(&self, fault: MailFault) -> bool {
        self.take(|armed| (armed == fault).then_some(())).is_some()
    }

    fn push(&self, fault: MailFault, left: Option<usize>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(Armed { fault, left });
    }
}
