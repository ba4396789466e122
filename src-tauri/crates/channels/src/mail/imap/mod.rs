//! Mails over IMAP: read-only, by UID, never marking anything as seen.

mod again;
mod ahead;
mod backlog;
mod checked;
mod coming;
mod config;
mod connector;
mod cursor;
mod dial;
mod fault;
mod folders;
mod gone;
mod job;
mod past;
mod reader;
mod round;
mod signing;
mod take;
mod trouble;
mod utf7;
mod wire;

pub(crate) use job::read_kept;
pub(crate) use round::SOURCE;

pub use config::{MailConfig, SecretSource, Tls};
pub use connector::MailConnector;
pub use folders::{FolderRole, INBOX, MailFolder};
pub use gone::{gone, news};
pub use past::added;
pub use utf7::{decode as decode_folder_name, encode as encode_folder_name};
