#![doc = include_str!("../README.md")]

mod alerts;
mod attention;
mod bridge;
mod bus;
mod clockwork;
mod connect;
mod desk;
mod engine;
mod error;
mod fate;
mod folder;
mod import;
mod intake;
mod items;
mod keyring;
mod mail_folders;
mod mail_import;
mod mailbox;
mod message_rules;
mod names;
mod nightly;
mod outbox;
mod outside;
mod personal;
mod picture;
mod ports;
mod privacy;
mod promise;
mod push;
mod push_log;
mod quarantine;
mod read_state;
mod recompute;
mod removal;
mod runner;
mod seats;
mod sending;
mod tokens;
mod trial;
mod upkeep;

pub use bridge::{BridgeInfo, BridgeKey, NewBridge};
pub use bus::{Bus, Event};
pub use connect::{Connection, SecretSet};
pub use engine::{Engine, Ports};
pub use error::EngineError;
pub use fate::{NO_ANSWER, NOT_ARRIVED, UNCLEAR};
pub use folder::{PROGRAM, default_folder};
pub use import::{ImportLine, Importer};
pub use intake::{Accepted, Mode};
pub use items::OfferedItem;
pub use keyring::KeyringVault;
pub use mail_import::{ImportProgress, ImportState, MailImport};
pub use message_rules::{
    Gone, Rehearsal, ReplyFate, ReplyStory, RuleDraft, RuleInfo, RuleProblem, Saved, Story,
};
pub use outbox::UNDO_SECONDS;
pub use outside::{AppIds, AppInfo, NewRobot, NewWay, RobotChange, RobotInfo, RobotKind, TestOutcome};
pub use personal::{Masked, MaskedField};
pub use ports::{
    ClimbItem, Clock, FiredItem, Letter, Notice, NoticeItem, Notifier, SecretVault, SystemClock, VaultError,
    Words,
};
pub use privacy::LEAST_DAYS;
pub use push::{PushChange, PushInfo, PushState};
pub use push_log::{
    ExportWords, Exported, LogExport, LogFormat, LogLine, LogNames, LogProgress, LogVerdict, check_log,
    export_log, write_log,
};
pub use quarantine::{
    Again, AgainProgress, AgainReport, ExportTo, ending_of, export_payload, export_quarantine,
    facts as quarantine_facts,
};
pub use runner::StorePause;
pub use seats::Move;
pub use trial::{Given, Report, SignInStart, SignedIn, Typed};
