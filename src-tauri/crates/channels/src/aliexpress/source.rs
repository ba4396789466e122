//! Where chats come from. Chat access is scarce on this platform, so there are several doors behind one interface, and
//! a store uses the first that opens.

use super::error::{Fault, Verdict};
use crate::{Batch, Cursors, ReadMark, Reread};
use domain::{BuyerRef, OutgoingReply, SendOutcome, Timestamp};
use futures::future::BoxFuture;

/// One door to the buyers' messages: what does not depend on how messages are listed behind it.
pub(super) trait Door: Send + Sync {
    /// Its name in the log.
    fn name(&self) -> &'static str;

    /// A call that costs little and fails when the permission is missing.
    fn probe(&self) -> BoxFuture<'_, Result<(), Fault>>;

    /// Whether an order or a product can be sent as a card; if not, a code that says why.
    fn cards(&self) -> Result<(), &'static str>;

    /// Tells the platform how far a conversation is read. False where that can't be told. It may be repeated.
    fn mark_read<'a>(
        &'a self,
        conversation: &'a str,
        mark: &'a ReadMark,
    ) -> BoxFuture<'a, Result<bool, Fault>>;

    /// Sends one reply. A fault is what [`outcome_of`] makes of it.
    fn send<'a>(&'a self, reply: &'a OutgoingReply) -> BoxFuture<'a, Result<SendOutcome, Fault>>;
}

/// A door through which messages are read.
pub(super) trait MessageSource: Door {
    /// Reads what is new into `batch`, with the positions reached. After a fault the batch holds what was read before
    /// it, and its cursors agree with that.
    fn read<'a>(&'a self, cursors: &'a Cursors, batch: &'a mut Batch) -> BoxFuture<'a, Result<(), Fault>>;

    /// Reads a conversation again from its newest message back to `since`.
    fn reread<'a>(
        &'a self,
        conversation: &'a str,
        buyer: &'a BuyerRef,
        since: Timestamp,
    ) -> BoxFuture<'a, Result<Reread, Fault>>;
}

/// The outcome of a send that met a fault. What is not certainly refused is unknown.
pub(super) fn outcome_of(fault: Fault) -> SendOutcome {
    let refused = |code: String, detail: String, retry| SendOutcome::Refused { code, detail, retry };
    match fault {
        Fault::NeverLeft(detail) => refused("not_reachable".into(), detail, true),
        Fault::Lost(detail) => SendOutcome::Unknown { detail },
        Fault::Wait(_) => refused("rate_limited".into(), "too many calls".into(), true),
        Fault::Owner { code, detail } => refused(code.into(), detail, false),
        Fault::Garbage { flaw, .. } => SendOutcome::Unknown { detail: flaw.words },
        Fault::Api(error) => match error.verdict() {
            Verdict::Wait(_) => refused(error.word().into(), error.to_string(), true),
            // The platform may have done it before it failed.
            Verdict::PlatformTrouble => SendOutcome::Unknown { detail: error.to_string() },
            Verdict::Refused if error.leaves_open() => SendOutcome::Unknown { detail: error.to_string() },
            Verdict::CapabilityOff
            | Verdict::Token
            | Verdict::Signature
            | Verdict::Clock
            | Verdict::Owner
            | Verdict::Refused => refused(error.word().into(), error.to_string(), false),
        },
    }
}
