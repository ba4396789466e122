//! The disputes of a store: all that are under way, with their detail when they changed; one that leaves the list is
//! asked for once more, to learn how it ended.

use super::answer::{data, is_last_page};
use super::api::Api;
use super::dispute::{self, Listed, listed_rows, read_listed};
use super::error::{Fault, Verdict};
use super::json::redacted_bytes;
use super::request::Target;
use super::seen::Seen;
use crate::{Batch, Cursors, Quarantined, Received, shape};
use domain::{IncomingEvent, RawPayload, UnreadableCause, to_ms};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

pub(super) const LIST: Target = Target::Dotted("aliexpress.issue.issuelist.get");
const DETAIL: Target = Target::Dotted("aliexpress.issue.detail.get");
pub(super) const SOURCE: &str = "aliexpress.issue";
const CURSOR: &str = "disputes";
const PAGE: usize = 50;
const MAX_PAGES: u32 = 20;
/// How many details one round asks for.
const DETAILS_AT_ONCE: usize = 20;
/// A dispute that did not change is asked for again after this time: its due date may move by itself.
const CHECK_EVERY_MS: i64 = 30 * 60 * 1_000;

/// The change of a dispute that left the list and whose end could not be read: it is asked for again, at a slower pace.
const UNREAD: &str = "unread";

/// What is remembered of a dispute under way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Open {
    /// The buyer's login.
    buyer: String,
    /// Its last change, as the platform writes it.
    modified: String,
    /// When its detail was read, in milliseconds.
    checked_ms: i64,
}

type AllOpen = BTreeMap<String, Open>;

/// Reads disputes into `batch`.
pub(super) async fn read(
    api: &Api,
    cursors: &Cursors,
    seen: &Mutex<Seen>,
    batch: &mut Batch,
) -> Result<(), Fault> {
    let stored = cursors.get(CURSOR).and_then(|text| serde_json::from_str::<AllOpen>(text).ok());
    if stored.is_none() {
        seen.lock().unwrap_or_else(PoisonError::into_inner).forget_disputes();
    }
    let mut open = stored.clone().unwrap_or_default();
    let (listed, complete) = list(api, batch).await?;
    let now = to_ms(api.now());
    let ids: BTreeSet<&String> = listed.iter().map(|l| &l.issue_id).collect();
    let due_for_check = |l: &Listed| {
        open.get(&l.issue_id)
            .is_none_or(|o| o.modified != l.modified || now.saturating_sub(o.checked_ms) >= CHECK_EVERY_MS)
    };
    let mut wanted: Vec<(Listed, bool)> =
        listed.iter().filter(|l| due_for_check(l)).map(|l| (l.clone(), true)).collect();
    if complete {
        let in_turn = |o: &Open| o.modified != UNREAD || now.saturating_sub(o.checked_ms) >= CHECK_EVERY_MS;
        let gone = open.iter().filter(|(id, o)| !ids.contains(id) && in_turn(o));
        wanted.extend(gone.map(|(id, o)| (gone_row(id, o), false)));
    }
    batch.more |= wanted.len() > DETAILS_AT_ONCE;
    let mut result = Ok(());
    for (row, still_listed) in wanted.into_iter().take(DETAILS_AT_ONCE) {
        let known = open.contains_key(&row.issue_id);
        let read = match detail(api, (&row, known), seen, batch).await {
            Ok(read) => read,
            Err(fault) => {
                result = Err(fault);
                break;
            }
        };
        if still_listed {
            let entry = Open { buyer: row.buyer, modified: row.modified, checked_ms: now };
            open.insert(row.issue_id, entry);
        } else if read {
            open.remove(&row.issue_id);
        } else {
            let entry = Open { buyer: row.buyer, modified: UNREAD.into(), checked_ms: now };
            open.insert(row.issue_id, entry);
        }
    }
    if stored.as_ref() != Some(&open) {
        batch.cursors.insert(CURSOR.into(), serde_json::to_string(&open).unwrap_or_default());
    }
    result
}

fn gone_row(issue_id: &str, open: &Open) -> Listed {
    Listed {
        issue_id: issue_id.to_owned(),
        buyer: open.buyer.clone(),
        modified: open.modified.clone(),
        reason: None,
        row: Value::Null,
    }
}

/// All disputes under way, and whether the list was read to its end.
async fn list(api: &Api, batch: &mut Batch) -> Result<(Vec<Listed>, bool), Fault> {
    let mut listed = Vec::new();
    for page in 1..=MAX_PAGES {
        let query = json!({ "issue_status": "processing", "current_page": page, "page_size": PAGE });
        let answer = api.read(LIST, vec![("query_dto", query.to_string())]).await;
        let answer = answer.map_err(Fault::without_content)?;
        let data = data(&answer);
        let rows = listed_rows(&data);
        for row in rows {
            match read_listed(row) {
                Ok(row) => {
                    batch.answers.read();
                    listed.push(row);
                }
                Err(flaw) => {
                    let raw = RawPayload { source: SOURCE, bytes: shape::of(None, row) };
                    batch.quarantined.push(Quarantined::new(raw, flaw));
                }
            }
        }
        if is_last_page(&data, rows.len(), page.into(), PAGE) {
            return Ok((listed, true));
        }
    }
    Ok((listed, false))
}

/// Asks for one dispute. False if its answer could not be read: one that breaks off must not hide the others.
async fn detail(
    api: &Api,
    (row, known): (&Listed, bool),
    seen: &Mutex<Seen>,
    batch: &mut Batch,
) -> Result<bool, Fault> {
    let unreadable = |batch: &mut Batch, bytes, flaw| {
        batch.quarantined.push(Quarantined::new(RawPayload { source: SOURCE, bytes }, flaw));
        Ok(false)
    };
    let business = vec![("issue_id", row.issue_id.clone()), ("buyer_login_id", row.buyer.clone())];
    let answer = match api.read(DETAIL, business).await {
        Ok(answer) => answer,
        Err(Fault::Api(error)) if error.verdict() == Verdict::Refused => {
            // One dispute that the platform will not show must not hide the others, and is not hidden itself.
            tracing::warn!(issue = row.issue_id, %error, "dispute detail refused");
            let flaw = UnreadableCause::PlatformError.because(format!("the platform answered {error}"));
            let _ = unreadable(batch, shape::of(Some(&row.issue_id), &row.row), flaw);
            // Of one that is known more is here than the list says.
            if !known && let Ok(dispute) = dispute::read(&row.row, Some(row)) {
                let raw = RawPayload { source: SOURCE, bytes: redacted_bytes(&row.row) };
                batch.received.push(Received { raw, events: vec![IncomingEvent::Dispute(dispute)] });
            }
            return Ok(true);
        }
        Err(Fault::Garbage { bytes, flaw }) => {
            return unreadable(batch, shape::of_bytes(Some(&row.issue_id), &bytes), flaw);
        }
        Err(fault) => return Err(fault),
    };
    let found = data(&answer);
    match dispute::read(&found, Some(row)) {
        Ok(dispute) => {
            if seen.lock().unwrap_or_else(PoisonError::into_inner).dispute_is_news(&dispute) {
                let raw = RawPayload { source: SOURCE, bytes: redacted_bytes(&found) };
                batch.received.push(Received { raw, events: vec![IncomingEvent::Dispute(dispute)] });
            }
            Ok(true)
        }
        Err(flaw) => unreadable(batch, shape::of(Some(&row.issue_id), &found), flaw),
    }
}
