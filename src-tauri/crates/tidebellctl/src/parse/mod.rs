//! `parse`: what Tidebell makes of one payload, by the functions that the connectors use.

mod event;

use crate::Failure;
use crate::cli::KindArg;
use channels::mail::{MAX_MAIL, MailRules, Topics, receiving_authserv_id};
use channels::{Circumstances, PayloadKind, Reading, read_payload};
use engine::{Clock, SystemClock};
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use std::io::{self, Read};

/// More than this is not read: the connectors take no payload that is larger (bytes).
const LIMIT: usize = MAX_MAIL;

pub(crate) fn run(
    kind: KindArg,
    at: Option<Timestamp>,
    authserv_ids: Vec<String>,
    login: Option<&str>,
) -> Result<(), Failure> {
    let mut bytes = Vec::new();
    let limit = u64::try_from(LIMIT + 1).unwrap_or(u64::MAX);
    io::stdin().lock().take(limit).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    let at = at.unwrap_or_else(|| SystemClock.now());
    crate::say(&outcome(kind, &bytes, at, authserv_ids, login).to_string());
    Ok(())
}

/// The one object that is printed.
fn outcome(
    kind: KindArg,
    bytes: &[u8],
    at: Timestamp,
    mut authserv_ids: Vec<String>,
    login: Option<&str>,
) -> Value {
    if bytes.len() > LIMIT {
        return json!({ "quarantined": format!("larger than {LIMIT} bytes") });
    }
    if authserv_ids.is_empty() {
        authserv_ids.extend(receiving_authserv_id(bytes));
    }
    let rules = MailRules { authserv_ids, topics: Topics::shipped() };
    let known =
        Circumstances { at, rules: &rules, login: login.map(str::trim).filter(|login| !login.is_empty()) };
    match read_payload(kind.into(), bytes, known) {
        Ok(reading) => read(reading),
        Err(flaw) => json!({ "quarantined": flaw.words }),
    }
}

fn read(reading: Reading) -> Value {
    let mut out = Map::new();
    out.insert("events".into(), reading.told.into_iter().map(event::written).collect());
    if !reading.unreadable.is_empty() {
        out.insert("unreadable".into(), reading.unreadable.into_iter().map(|flaw| flaw.words).collect());
    }
    out.extend(reading.note.map(|note| ("note".to_owned(), Value::from(note))));
    Value::Object(out)
}

impl From<KindArg> for PayloadKind {
    fn from(kind: KindArg) -> Self {
        match kind {
            KindArg::ShopeePush => Self::ShopeePush,
            KindArg::ShopeeOrder => Self::ShopeeOrder,
            KindArg::ShopeeReturn => Self::ShopeeReturn,
            KindArg::ShopeeNotification => Self::ShopeeNotification,
            KindArg::AliexpressOrder => Self::AliexpressOrder,
            KindArg::AliexpressIssue => Self::AliexpressIssue,
            KindArg::AliexpressIm => Self::AliexpressIm,
            KindArg::AliexpressLegacy => Self::AliexpressLegacy,
            KindArg::AliexpressRussia => Self::AliexpressRussia,
            KindArg::Mail => Self::Mail,
        }
    }
}

#[cfg(test)]
mod tests;
