//! Where chats come from. Chat access is scarce on this platform, so there are several doors behind one interface, and
//! a store uses the first that opens.

use super::api::Api;
use super::error::{Fault, Verdict};
use crate::{Batch, Cursors, Reread};
use domain::{BuyerRef, OutgoingReply, SendOutcome, Timestamp};
use futures::future::BoxFuture;

/// One door to the buyers' messages.
pub(super) trait MessageSource: Send + Sync {
    /// Its name in cursors and in the log.
    fn name(&self) -> &'static str;

    /// A call that costs little and fails when the permission is missing.
    fn probe<'a>(&'a self, api: &'a Api) -> BoxFuture<'a, Result<(), Fault>>;

    /// Reads what is new into `batch`, with the positions reached. After a fault the batch holds what was read before
    /// it, and its cursors agree with that.
    fn read<'a>(
        &'a self,
        api: &'a Api,
        cursors: &'a Cursors,
        batch: &'a mut Batch,
    ) -> BoxFuture<'a, Result<(), Fault>>;

    /// Reads a conversation again from its newest message back to `since`.
    fn reread<'a>(
        &'a self,
        api: &'a Api,
        conversation: &'a str,
        buyer: &'a BuyerRef,
        since: Timestamp,
    ) -> BoxFuture<'a, Result<Reread, Fault>>;

    /// Whether an order or a product can be sent as a card; if not, a code that says why.
    fn cards(&self) -> Result<(), &'static str>;

    /// Tells the platform that a whole conversation is read. False where it can't be told. It may be repeated.
    fn mark_read<'a>(
        &'a self,
        api: &'a Api,
        conversation: &'a str,
        newest: &'a str,
    ) -> BoxFuture<'a, Result<bool, Fault>>;

    /// Sends one reply. A fault is what [`outcome_of`] makes of it.
    fn send<'a>(
        &'a self,
        api: &'a Api,
        reply: &'a OutgoingReply,
    ) -> BoxFuture<'a, Result<SendOutcome, Fault>>;
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
            Verdict::CapabilityOff
            | Verdict::Token
            | Verdict::Signature
            | Verdict::Clock
            | Verdict::Owner
            | Verdict::Refused => refused(error.word().into(), error.to_string(), false),
        },
    }
}
