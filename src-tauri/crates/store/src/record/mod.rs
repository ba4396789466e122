//! The records that are written and read. Every instant is a [`domain::Timestamp`]; below a millisecond it is cut.

mod conversation;
mod deadline;
mod erasure;
mod intake;
mod ladder;
mod list;
mod log;
mod mailbox;
mod outbox;
mod party;
mod push;
mod robot;
mod rule;
mod sealed;
mod search;

pub use conversation::{
    ConversationKey, ConversationRow, ItemTalk, LastMessage, MailRow, MessageRow, NoticeRow,
};
pub use deadline::{AlertRaise, AlertRow, DeadlineRow, DeadlineSet, DeadlineStatus, DueAlert, OpenDeadline};
pub use erasure::{Content, Erased, ErasureRow};
pub use intake::{
    About, AssignmentRow, AssignmentWrite, BuyerWrite, CursorWrite, DisputeRow, DisputeWrite, IntakeAsk,
    IntakeKnown, IntakeWrite, OrderRow, OrderWrite, QuarantineRow, QuarantineWrite, Released, Tried,
    VerdictWrite,
};
pub use ladder::{Acted, CheckFailure, ClimbRow, ClimbWrite, DueClimb, SilenceRow};
pub use list::{Change, ConversationItem, Entity, ListCursor, ListPage, ListQuery, View, ViewCounts};
pub use log::{AuditEntry, AuditRow, ChainCheck, LogFilter, LogPage, LogRobot, LogRow};
pub use mailbox::FolderCheck;
pub use outbox::{DraftRow, NewOutbox, OutboxRow, OutboxState};
pub use party::{AccountRow, BuyerFacts, BuyerKey, BuyerRow, BuyerSummary, NewStore, SeatCount, StoreRow};
pub use push::PushRow;
pub use robot::{NewRobot, RobotRow, RobotTry};
pub use rule::{FiringRow, FiringWrite, OfferRow, OfferWrite, PastMessages, RuleRow, RuleWrite};
pub use sealed::{SealedRow, SealedWrite};
pub use search::{
    BuyerHit, Direction, MessageHit, OrderHit, SearchCursor, SearchFilter, SearchPage, SearchQuery, Snippet,
};

use serde::{Deserialize, Serialize};

/// One kept payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RawId(pub i64);
