//! Reasons in the form in which the UI puts them into words.

use super::instant;
use super::rail::presence_dto;
use crate::app::App;
use crate::wire::{ArithmeticLine, AssignmentDto, DeadlineDto, DeadlineStatus, SeatFactsDto, UiError};
use domain::{AccountId, AccountName, ConversationId, DispatchReason, LogKind};
use rules::clocks::Arithmetic;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use store::{AssignmentRow, DeadlineRow, LogFilter};

/// The lines of a deadline's arithmetic, each a code with its parameters as words.
pub(crate) fn arithmetic(row: &DeadlineRow) -> Result<Vec<ArithmeticLine>, UiError> {
    let why: Arithmetic = serde_json::from_str(&row.why).map_err(store::StoreError::from)?;
    why.0.iter().map(|line| Ok(flat(&serde_json::to_value(line).map_err(store::StoreError::from)?))).collect()
}

/// `{code, params: {…nested…}}` with the nested parts joined by dots: `reason.code`, `reason.date`.
fn flat(line: &Value) -> ArithmeticLine {
    let code = line["code"].as_str().unwrap_or_default().to_owned();
    let mut params = BTreeMap::new();
    flatten("", &line["params"], &mut params);
    ArithmeticLine { code, params }
}

fn flatten(prefix: &str, value: &Value, into: &mut BTreeMap<String, String>) {
    let mut put = |text: String| {
        let key = if prefix.is_empty() { "value" } else { prefix };
        into.insert(key.to_owned(), text);
    };
    match value {
        Value::Null => {}
        Value::Bool(yes) => put(yes.to_string()),
        Value::Number(number) => put(number.to_string()),
        Value::String(text) => put(text.clone()),
        Value::Array(items) => {
            put(items
                .iter()
                .map(|item| item.as_str().map_or_else(|| item.to_string(), str::to_owned))
                .collect::<Vec<_>>()
                .join(","));
        }
        Value::Object(fields) => {
            for (key, field) in fields {
                let path = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
                flatten(&path, field, into);
            }
        }
    }
}

/// A clock for the side column.
pub(crate) fn deadline_dto(row: &DeadlineRow) -> Result<DeadlineDto, UiError> {
    let lines = arithmetic(row)?;
    let summary = lines
        .iter()
        .find(|line| line.code == "plus" || line.code == "promised" || line.code == "stated")
        .or(lines.first())
        .cloned()
        .unwrap_or(ArithmeticLine { code: "due".into(), params: BTreeMap::new() });
    let status = match row.status {
        store::DeadlineStatus::Open => DeadlineStatus::Open,
        store::DeadlineStatus::Met if row.closed_at.is_some_and(|closed| closed > row.due) => {
            DeadlineStatus::Late
        }
        store::DeadlineStatus::Met => DeadlineStatus::Met,
        store::DeadlineStatus::Cancelled => DeadlineStatus::Cancelled,
    };
    Ok(DeadlineDto {
        id: row.id.to_string(),
        kind: row.kind.as_str().to_owned(),
        from: instant(row.from),
        due: instant(row.due),
        status,
        summary,
        alerts: row.next_stage_at.is_some(),
    })
}

/// Every recorded distribution and transfer of a conversation, oldest first.
pub(crate) async fn assignments(
    app: &App,
    conversation: ConversationId,
) -> Result<Vec<AssignmentDto>, UiError> {
    let names = app.names().await?;
    let rows = app.engine.store().assignments(conversation).await?;
    // The push log is long: it is asked only where there is something to ask.
    let manual = rows.iter().any(|row| row.assignment.reason == DispatchReason::Manual);
    let mut transfers = if manual { transfers(app, conversation).await? } else { Transfers::new() };
    if rows.iter().any(|row| row.assignment.reason == DispatchReason::MessageRule) {
        // Which rule: its name stands where a person's note would.
        let firings = app.engine.store().firings_of(conversation, None).await?.into_iter();
        transfers.extend(firings.filter_map(|row| {
            let story: Value = serde_json::from_str(&row.why).ok()?;
            let handed_over = story["reply"]["handed_over"].as_bool()?;
            handed_over.then(|| (row.at, serde_json::json!({ "note": row.name })))
        }));
    }
    Ok(rows.iter().map(|row| assignment_dto(row, &names, &transfers)).collect())
}

/// Who transferred when: the push log knows. In entries of before stands the note too.
type Transfers = Vec<(domain::Timestamp, Value)>;

async fn transfers(app: &App, conversation: ConversationId) -> Result<Transfers, UiError> {
    let (kinds, conversation) = (vec![LogKind::Transferred], Some(conversation));
    let log = LogFilter { kinds, conversation, ..LogFilter::default() };
    let rows = app.engine.store().log_span(&log, 0, i64::MAX).await?;
    Ok(rows
        .into_iter()
        .map(|row| row.row.entry)
        .filter_map(|entry| Some((entry.at, serde_json::from_str(&entry.detail).ok()?)))
        .collect())
}

fn assignment_dto(
    row: &AssignmentRow,
    names: &HashMap<AccountId, AccountName>,
    transfers: &Transfers,
) -> AssignmentDto {
    let kept = &row.assignment;
    let name = |id: AccountId| names.get(&id).map_or_else(|| format!("#{id}"), ToString::to_string);
    let seats = kept.facts.iter().flat_map(|facts| &facts.seats).map(|seat| SeatFactsDto {
        name: name(seat.account),
        presence: presence_dto(seat.presence),
        participates: seat.participates,
        today: seat.today,
        weight: seat.weight,
        chosen: seat.account == kept.to,
    });
    let recent = kept.facts.as_ref().and_then(|facts| facts.recent);
    let days = |since: domain::Timestamp| (kept.at.as_second() - since.as_second()).max(0) / 86_400;
    let known = matches!(kept.reason, DispatchReason::Manual | DispatchReason::MessageRule);
    let transfer =
        transfers.iter().filter(|_| known).find(|(at, _)| *at == kept.at).map(|(_, detail)| detail);
    let by = transfer.and_then(|detail| detail["by"].as_i64()).map(AccountId);
    let before = transfer.and_then(|detail| detail["note"].as_str()).unwrap_or_default();
    let note = if kept.note.is_empty() { before } else { kept.note.as_str() };
    AssignmentDto {
        id: row.id.to_string(),
        at: instant(kept.at),
        from_name: kept.from.map(name),
        to_name: name(kept.to),
        reason: kept.reason.as_str().to_owned(),
        seats: seats.collect(),
        recent_name: recent.map(|(account, _)| name(account)),
        recent_days: recent.and_then(|(_, since)| u32::try_from(days(since)).ok()),
        by_name: by.map(name),
        note: (!note.is_empty()).then(|| note.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nested_parameters_become_names_with_dots() {
        let line = serde_json::json!({"code": "working_time", "params": {"working": false,
            "reason": {"code": "holiday", "params": {"date": "2026-10-01"}}}});
        let flat = flat(&line);
        assert_eq!(flat.params["reason.params.date"], "2026-10-01", "the UI reads every fact by its path");
        assert_eq!(flat.params["working"], "false", "a yes or no is a word too");
    }
}
