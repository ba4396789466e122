//! What one intake writes, all in one transaction.

use super::{
    AuditEntry, BuyerFacts, BuyerKey, ConversationKey, ConversationRow, DeadlineSet, MailRow, MessageRow,
    NoticeRow, RawId, SealedWrite,
};
use crate::PackedRaw;
use domain::{
    AccountId, AssignmentId, BuyerId, ConversationId, DispatchReason, DisputeSnapshot, Facts, Flaw,
    MessageId, OrderSnapshot, StoreId, Timestamp,
};
use std::collections::{HashMap, HashSet};

/// What an intake must know before it decides.
#[derive(Debug, Clone, Copy)]
pub struct IntakeAsk<'a> {
    /// The store that all of it is of.
    pub store: StoreId,
    /// The payloads to be kept.
    pub raws: &'a [PackedRaw],
    /// When they came.
    pub received_at: Timestamp,
    /// The platform's ids of the messages.
    pub provider_ids: &'a [String],
    /// The prints of mails that must not be there under another id either.
    pub prints: &'a [String],
    /// The conversations they belong to.
    pub conversations: &'a [ConversationKey],
    /// The buyers who take part.
    pub buyers: &'a [BuyerKey],
    /// Which of the payloads tell of orders and of cases about them.
    pub about: &'a [About],
}

/// What a payload tells of. Of an erased buyer's order, and of the cases about it, the state goes on, but the platform does
/// not bring back who it was: such a payload is kept empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// Its place among the payloads.
    pub payload: usize,
    /// The number of the order.
    pub order_no: String,
    /// The key of the case, if it is about one.
    pub case: Option<String>,
}

/// What is known of an [`IntakeAsk`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IntakeKnown {
    /// The ids of the payloads, in their order; equal ones share one.
    pub raws: Vec<RawId>,
    /// Those of the platform's ids that are there already.
    pub provider_ids: HashSet<String>,
    /// Those of the prints that mails of the store have already, with the ids of these.
    pub prints: HashMap<String, Vec<String>>,
    /// Those of the orders whose buyer was erased, by their numbers.
    pub erased_orders: HashSet<String>,
    /// Those of the conversations that exist, in no particular order.
    pub conversations: Vec<ConversationRow>,
    /// Those of the buyers that exist, each with the account they were last distributed to.
    pub buyers: Vec<BuyerFacts>,
}

/// Everything that a batch of events changes. Empty lists cost nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IntakeWrite {
    /// What could not be read.
    pub quarantined: Vec<QuarantineWrite>,
    /// What could be read at last: it leaves the quarantine with this intake.
    pub released: Option<Released>,
    /// New buyers, and those whose name or country changed.
    pub buyers: Vec<BuyerWrite>,
    /// New and changed conversations with their full new state, each once.
    pub conversations: Vec<ConversationRow>,
    /// New messages.
    pub messages: Vec<MessageRow>,
    /// What the mails among them have beyond that.
    pub mails: Vec<MailRow>,
    /// What the notices among them have beyond that.
    pub notices: Vec<NoticeRow>,
    /// Orders; an older snapshot never replaces a newer one.
    pub orders: Vec<OrderWrite>,
    /// Sealed fields of orders; an older one never replaces a newer one.
    pub sealed: Vec<SealedWrite>,
    /// Disputes; an older snapshot never replaces a newer one.
    pub disputes: Vec<DisputeWrite>,
    /// Distributions and transfers.
    pub assignments: Vec<AssignmentWrite>,
    /// The clocks of the conversations whose clocks changed.
    pub deadlines: Vec<DeadlineSet>,
    /// Verdicts that a recomputation changed.
    pub verdicts: Vec<VerdictWrite>,
    /// Entries of the push log, in this order.
    pub audit: Vec<AuditEntry>,
    /// How far each stream was read.
    pub cursors: Vec<CursorWrite>,
}

/// What could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuarantineWrite {
    /// The store it came for, if that much is known.
    pub store: Option<StoreId>,
    /// Where it came from.
    pub source: String,
    /// Why it could not be read.
    pub flaw: Flaw,
    /// The bytes.
    pub bytes: Vec<u8>,
    /// What tells it from another with the same bytes: the provider's own name for it; empty if it has none.
    pub own_id: String,
    /// What the reader was told beside them; empty if nothing.
    pub beside: String,
    /// The version of the program that could not read it.
    pub reader: String,
    /// When it came.
    pub at: Timestamp,
}

/// A quarantined payload that could be read at last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Released {
    /// Its row.
    pub id: i64,
    /// When it was read.
    pub at: Timestamp,
}

/// A quarantined payload that was tried again, in vain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tried {
    /// Its row.
    pub id: i64,
    /// What is wrong with it, as this reader says.
    pub flaw: Flaw,
    /// The version of the program that tried.
    pub reader: String,
}

/// A quarantined payload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuarantineRow {
    /// Its row.
    pub id: i64,
    /// The store it came for.
    pub store: Option<StoreId>,
    /// Where it came from.
    pub source: String,
    /// Why it could not be read; of a row that an older version wrote the words alone are known.
    pub flaw: Flaw,
    /// What the reader was told beside the bytes; empty if nothing.
    pub beside: String,
    /// The version of the program that could not read it last; empty if that was before anybody noted it.
    pub reader: String,
    /// When it was tried again last.
    pub tried_at: Option<Timestamp>,
    /// When it came first.
    pub first_at: Timestamp,
    /// When it came last.
    pub last_at: Timestamp,
    /// How often it came.
    pub seen: u32,
    /// Its packed length in bytes.
    pub packed_len: u32,
}

/// A buyer as the platform names them. What people set (tags, private customer) stays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuyerWrite {
    /// The id; a new one comes from [`crate::WriteTx::new_buyer`].
    pub id: BuyerId,
    /// The store.
    pub store: StoreId,
    /// The platform's id, unique in the store.
    pub key: String,
    /// The nickname.
    pub name: String,
    /// ISO 3166 code; empty if not known.
    pub country: String,
}

/// An order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderWrite {
    /// The store.
    pub store: StoreId,
    /// The order.
    pub order: OrderSnapshot,
    /// When it came.
    pub received_at: Timestamp,
}

/// An order as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderRow {
    /// Its row.
    pub id: i64,
    /// The store.
    pub store: StoreId,
    /// The order.
    pub order: OrderSnapshot,
}

/// A dispute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisputeWrite {
    /// The store.
    pub store: StoreId,
    /// The conversation of kind `case` that shows it.
    pub conversation: Option<ConversationId>,
    /// The dispute.
    pub dispute: DisputeSnapshot,
}

/// A dispute as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisputeRow {
    /// Its row.
    pub id: i64,
    /// The store.
    pub store: StoreId,
    /// The conversation that shows it.
    pub conversation: Option<ConversationId>,
    /// The dispute.
    pub dispute: DisputeSnapshot,
}

/// A distribution or transfer to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssignmentWrite {
    /// Of which conversation.
    pub conversation: ConversationId,
    /// Its buyer; "recent" is looked up by it.
    pub buyer: Option<BuyerId>,
    /// The owner before.
    pub from: Option<AccountId>,
    /// The chosen account.
    pub to: AccountId,
    /// The rule that decided. Whether it counts for today follows from it.
    pub reason: DispatchReason,
    /// What the decision saw.
    pub facts: Option<Facts>,
    /// When.
    pub at: Timestamp,
    /// What the person wrote who handed it over; empty if nobody did.
    pub note: String,
}

/// A distribution or transfer as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssignmentRow {
    /// Its id.
    pub id: AssignmentId,
    /// The rest.
    pub assignment: AssignmentWrite,
}

/// A recomputed verdict on a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerdictWrite {
    /// The message.
    pub message: MessageId,
    /// The new verdict.
    pub counting: String,
}

/// How far a stream was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CursorWrite {
    /// The store.
    pub store: StoreId,
    /// The stream, such as `chat` or `INBOX`.
    pub stream: String,
    /// A sequence number or UID.
    pub value: String,
}
