//! Mailboxes: reading mails (pure) and fetching them over IMAP.

mod address;
pub(crate) mod again;
mod authenticity;
mod authres;
mod body;
mod charset;
mod classify;
mod date;
mod files;
mod flowed;
mod headers;
mod html;
mod imap;
mod links;
mod oauth;
mod official;
mod params;
mod parse;
mod payload;
mod print;
mod transfer;
mod uu;
mod words;

pub(crate) use files::SOURCE as FROM_FILE;
pub(crate) use imap::SOURCE as FROM_SERVER;

pub use authenticity::Reason;
pub use authres::{receiving_authserv_id, topmost_authserv_id};
pub use classify::Topics;
pub use files::{FileFault, FoundMail, MailFile, MailReader, file_id, mail_files};
pub use imap::{
    FolderRole, INBOX, MailConfig, MailConnector, MailFolder, SecretSource, Tls, added as folder_added,
    decode_folder_name, encode_folder_name, gone as folders_gone, news as folder_news,
};
pub use links::Link;
pub use oauth::{MailApp, MailTokens, wants_app_secret};
pub use official::is_official;
pub use parse::{MAX_MAIL, MailRules, ParsedMail, Unreadable, parse};
pub use payload::read_mail;
