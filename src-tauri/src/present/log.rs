//! The push log as the window asks for it and shows it.

use super::instant;
use crate::wire::{LogEntryDto, LogFilterDto, UiError};
use domain::{LogGroup, Timestamp};
use engine::LogLine;
use store::LogFilter;

/// What the window asks for.
pub(crate) fn log_filter(asked: &LogFilterDto) -> Result<LogFilter, UiError> {
    let at = |text: &Option<String>| -> Result<Option<Timestamp>, UiError> {
        let read =
            |text: &String| text.parse().map_err(|error| UiError::invalid(format!("instant: {error}")));
        text.as_ref().map(read).transpose()
    };
    Ok(LogFilter {
        kinds: asked.group.map(|group| LogGroup::from(group).kinds().collect()).unwrap_or_default(),
        store: asked.store_id.as_deref().map(str::parse).transpose()?,
        conversation: asked.conversation_id.as_deref().map(str::parse).transpose()?,
        robot: asked.robot_id.as_deref().map(str::parse).transpose()?,
        from: at(&asked.from)?,
        to: at(&asked.to)?,
        words: asked.words.clone(),
        ..LogFilter::default()
    })
}

/// An entry as the window shows it.
pub(crate) fn log_entry(line: LogLine) -> LogEntryDto {
    let LogLine { row, store, facts } = line;
    let kept = row.row;
    LogEntryDto {
        number: kept.id.to_string(),
        at: instant(kept.entry.at),
        kind: kept.entry.kind,
        conversation_id: kept.entry.conversation.map(|id| id.to_string()),
        there: row.there,
        title: row.title,
        store_name: store.unwrap_or_default(),
        facts,
        detail: kept.entry.detail,
        before: kept.before,
        hash: kept.hash,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::LogGroupDto;

    #[test]
    fn a_group_asks_for_its_sorts_and_nonsense_is_refused() {
        let group = LogFilterDto { group: Some(LogGroupDto::Outside), ..LogFilterDto::default() };
        let kinds: Vec<_> = log_filter(&group).unwrap().kinds.iter().map(|kind| kind.as_str()).collect();
        assert_eq!(kinds, ["queued_outside", "outside_failed", "pushed"], "the sorts of the group");
        let all = log_filter(&LogFilterDto::default()).unwrap();
        assert_eq!(all, LogFilter::default(), "nothing asked for is everything");
        let wrong = LogFilterDto { from: Some("yesterday".into()), ..LogFilterDto::default() };
        assert!(log_filter(&wrong).is_err(), "an instant is an instant");
    }
}
