#![doc = include_str!("../README.md")]

mod command;
mod epoch;
mod member;
mod presence;
mod seq;

pub use command::{ClientId, ClientIdError, Command, HostView, Intent, Verdict, judge};
pub use epoch::{Epoch, Standing};
pub use member::{MemberId, MemberIdError};
pub use presence::{PresenceBeat, PresencePolicy};
pub use seq::{Continuity, HostSeq};
