#![doc = include_str!("../README.md")]

mod account;
mod conversation;
mod deadline;
mod dispatch;
mod ids;
mod incoming;
mod log;
mod message;
mod outgoing;
mod personal;
mod platform;
mod probe;
mod progress;
mod secret;
mod time;
mod turn;
mod unreadable;

pub use account::{Account, AccountName, AccountNameError, MAIN_NAME_LIMIT, Presence};
pub use conversation::{ConversationKind, ConversationState, Sensitive};
pub use deadline::{Alert, Deadline, DeadlineKind, Stage};
pub use dispatch::{Decision, DispatchReason, Entry, Facts, MAX_WEIGHT, SeatFacts};
pub use ids::{
    AccountId, AssignmentId, BuyerId, ConversationId, DeadlineId, MessageId, MessageRuleId, OutboxId,
    RobotId, StoreId,
};
pub use incoming::{
    AttachmentMeta, Authenticity, BuyerRef, DisputeSnapshot, IncomingEvent, IncomingMail, IncomingMessage,
    IncomingNotification, MailTopic, NoticeTopic, OrderLine, OrderSnapshot, RawPayload,
};
pub use log::{LogGroup, LogKind};
pub use message::{Author, Body, BodyKind, Device, is_emoji_only};
pub use outgoing::{OutgoingReply, SendOutcome};
pub use personal::{Keep, OrderContact, PersonalField, Recipient};
pub use platform::{Capability, CapabilityState, Interface, Platform};
pub use probe::{Access, Caller, Login, Probe, ShopState};
pub use secret::Secret;
pub use time::{BEIJING, beijing, beijing_day_start, from_ms, to_ms};
pub use turn::{Place, Turn};
pub use unreadable::{Flaw, UnreadableCause};

pub use jiff::Timestamp;
