//! `log`: the push log, whole or in part, as lines or as a file to hand on.

use crate::Failure;
use crate::open::{folder, reading};
use crate::words::TeamWords;
use clap::{Args, ValueEnum};
use domain::{BEIJING, BuyerId, ConversationId, LogGroup, LogKind, RobotId, StoreId};
use engine::{EngineError, LogExport, LogFormat, LogProgress, check_log, export_log, write_log};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use store::{LogFilter, Store, StoreError};
use tokio_util::sync::CancellationToken;

/// What of the log, and how.
#[derive(Debug, Args)]
pub(crate) struct LogArgs {
    /// Only entries of this sort, such as received, reply_sent or pushed; may be given several times
    #[arg(long = "kind", value_name = "KIND", value_parser = kind)]
    kinds: Vec<LogKind>,
    /// Only this group: messages, handling, replies, alerts, outside, stores, team, settings; may be given several times
    #[arg(long = "group", value_name = "GROUP", value_parser = group)]
    groups: Vec<LogGroup>,
    /// From this instant on, such as 2026-01-31T09:00:00+08:00, or from the beginning of a day in Beijing: 2026-01-31
    #[arg(long, value_name = "INSTANT", value_parser = instant)]
    since: Option<jiff::Timestamp>,
    /// Before this instant, or the beginning of this day
    #[arg(long, value_name = "INSTANT", value_parser = instant)]
    until: Option<jiff::Timestamp>,
    /// Only entries about this conversation (its number)
    #[arg(long, value_name = "ID")]
    conversation: Option<i64>,
    /// Only entries about this store, or a conversation of it (its number)
    #[arg(long, value_name = "ID")]
    store: Option<i64>,
    /// Only entries about this buyer, or a conversation with them (their number)
    #[arg(long, value_name = "ID")]
    buyer: Option<i64>,
    /// Only entries about this group robot (its number)
    #[arg(long, value_name = "ID")]
    robot: Option<i64>,
    /// Only entries that have all of these words in their detail or in the buyer's name
    #[arg(long, value_name = "WORDS", default_value = "", hide_default_value = true)]
    words: String,
    /// One JSON object a line, or a table for a spreadsheet
    #[arg(long, value_enum, default_value_t = FormatArg::Ndjson)]
    format: FormatArg,
    /// Write to this file, and beside it how to check the chain
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// The language of names and columns
    #[arg(long, value_enum, default_value_t = LangArg::Zh)]
    lang: LangArg,
    /// Check the chain of the whole log, and print nothing else. Exit code 0: it is whole
    #[arg(long, conflicts_with = "out")]
    check: bool,
}

/// How it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FormatArg {
    /// One JSON object a line
    Ndjson,
    /// A table, as Excel opens it
    Csv,
}

/// The languages of the catalogues.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LangArg {
    /// Simplified Chinese
    #[value(name = "zh-CN")]
    Zh,
    /// English
    En,
}

fn kind(word: &str) -> Result<LogKind, String> {
    LogKind::parse(word).ok_or_else(|| {
        let known: Vec<&str> = LogKind::ALL.iter().map(|kind| kind.as_str()).collect();
        format!("there is no such sort of entry; there are {}", known.join(", "))
    })
}

fn group(word: &str) -> Result<LogGroup, String> {
    LogGroup::ALL.into_iter().find(|group| group.as_str() == word).ok_or_else(|| {
        let known: Vec<&str> = LogGroup::ALL.iter().map(|group| group.as_str()).collect();
        format!("there is no such group; there are {}", known.join(", "))
    })
}

/// An instant, or the beginning of a day in platform time.
fn instant(typed: &str) -> Result<jiff::Timestamp, String> {
    if let Ok(at) = typed.parse::<jiff::Timestamp>() {
        return Ok(at);
    }
    let day = typed.parse::<jiff::civil::Date>().map_err(|_| {
        "type an instant such as 2026-01-31T09:00:00+08:00, or a day such as 2026-01-31".to_owned()
    })?;
    BEIJING.to_timestamp(day.to_datetime(jiff::civil::Time::midnight())).map_err(|error| error.to_string())
}

fn filter(asked: &LogArgs) -> Result<LogFilter, Failure> {
    if let (Some(since), Some(until)) = (asked.since, asked.until)
        && since >= until
    {
        return Err(format!("--since {since} is not before --until {until}; exchange them"));
    }
    let mut kinds = asked.kinds.clone();
    kinds.extend(asked.groups.iter().flat_map(|group| group.kinds()));
    kinds.sort_unstable();
    kinds.dedup();
    Ok(LogFilter {
        kinds,
        conversation: asked.conversation.map(ConversationId),
        store: asked.store.map(StoreId),
        buyer: asked.buyer.map(BuyerId),
        robot: asked.robot.map(RobotId),
        from: asked.since,
        to: asked.until,
        words: asked.words.clone(),
    })
}

pub(crate) async fn run(data: Option<&Path>, asked: &LogArgs) -> Result<(), Failure> {
    let filter = filter(asked)?;
    let store = reading(data).await?;
    let stop = CancellationToken::new();
    let pressed = stop.clone();
    tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            pressed.cancel();
        }
    });
    if asked.check {
        return check(&store, &stop, &folder(data)?).await;
    }
    let words = TeamWords::of_log(asked.lang)?;
    let format = match asked.format {
        FormatArg::Ndjson => LogFormat::Ndjson,
        FormatArg::Csv => LogFormat::Csv,
    };
    let export = LogExport { filter: &filter, format, words: &words };
    match &asked.out {
        Some(file) => to_file(&store, &export, file, &stop).await,
        None => match write_log(&store, &export, &mut tokio::io::stdout(), &stop, |_| {}).await {
            // Whoever reads has seen enough.
            Err(EngineError::Store(StoreError::Io(error))) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
            other => other.map(|_| ()).map_err(|error| error.to_string()),
        },
    }
}

async fn to_file(
    store: &Store,
    export: &LogExport<'_>,
    file: &Path,
    stop: &CancellationToken,
) -> Result<(), Failure> {
    let bar = bar();
    let done = export_log(store, export, file, stop, |step| show(&bar, step)).await;
    bar.finish_and_clear();
    match done {
        Ok(Some(done)) => {
            let line = json!({ "entries": done.entries, "file": done.file, "how_to_check": done.guide });
            crate::say(&line.to_string());
            Ok(())
        }
        Ok(None) => Err("stopped; nothing was written".to_owned()),
        Err(EngineError::File { path, error }) => Err(unwritten(&path, &error)),
        Err(error) => Err(error.to_string()),
    }
}

pub(crate) fn unwritten(path: &Path, error: &std::io::Error) -> Failure {
    let shown = path.display();
    match error.kind() {
        // Windows only says that it may not be written.
        _ if path.is_dir() => format!("{shown} is a folder; name a file in it with --out"),
        ErrorKind::NotFound => format!("{shown}: its folder does not exist; make it first, or name another"),
        // So it says of a file that is open in Excel, too.
        ErrorKind::PermissionDenied if path.exists() => {
            format!("{shown}: may not be written; close it elsewhere, or name another file with --out")
        }
        ErrorKind::PermissionDenied => format!("{shown}: may not be written; name another folder with --out"),
        ErrorKind::StorageFull => format!("{shown}: the disk is full; make room, or name another disk"),
        _ => format!("{shown}: {error}; name another file with --out"),
    }
}

async fn check(store: &Store, stop: &CancellationToken, dir: &Path) -> Result<(), Failure> {
    let bar = bar();
    let found = check_log(store, stop, |step| show(&bar, step)).await;
    bar.finish_and_clear();
    let verdict = found.map_err(|error| error.to_string())?.ok_or("stopped before the end")?;
    let line =
        json!({ "ok": verdict.broken.is_none(), "entries": verdict.sound, "first_broken": verdict.broken });
    crate::say(&line.to_string());
    match verdict.broken {
        None => Ok(()),
        Some(number) => Err(format!(
            "entry {number} is not what was written, or is missing: keep {} as it is, and compare it with a backup \
             (tidebellctl --data BACKUP log --check)",
            dir.display()
        )),
    }
}

/// On a terminal only: a pipe gets the result alone.
fn bar() -> ProgressBar {
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template("{wide_bar} {pos}/{len} {eta}") {
        bar.set_style(style);
    }
    bar
}

fn show(bar: &ProgressBar, step: LogProgress) {
    bar.set_length(step.total.unsigned_abs());
    bar.set_position(step.done.unsigned_abs());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::{Cli, Command};
    use clap::Parser;

    fn asked(typed: &str) -> Result<LogArgs, String> {
        let words = ["tidebellctl", "log"].into_iter().chain(typed.split_whitespace());
        match Cli::try_parse_from(words).map_err(|error| error.to_string())?.command {
            Command::Log(asked) => Ok(asked),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn sorts_and_groups_add_up() {
        let filter = filter(&asked("--kind pushed --group replies --kind pushed").unwrap()).unwrap();
        assert_eq!(filter.kinds.len(), 1 + LogGroup::Replies.kinds().count(), "each once: {filter:?}");
    }

    #[test]
    fn a_day_begins_at_midnight_in_beijing() {
        let day = asked("--since 2026-03-02").unwrap().since.unwrap();
        assert_eq!(day.to_string(), "2026-03-01T16:00:00Z", "the platforms' day");
        let exact = asked("--since 2026-03-02T09:00:00Z").unwrap().since.unwrap();
        assert_eq!(exact.to_string(), "2026-03-02T09:00:00Z", "an instant is taken as it is");
    }

    #[test]
    fn what_makes_no_sense_is_refused_with_what_to_type() {
        let error = asked("--kind replies").unwrap_err();
        assert!(error.contains("reply_sent"), "the sorts are named: {error}");
        let error = asked("--group reply").unwrap_err();
        assert!(error.contains("replies"), "the groups are named: {error}");
        let error = asked("--since yesterday").unwrap_err();
        assert!(error.contains("2026-01-31"), "with an example: {error}");
        let turned = asked("--since 2026-03-02 --until 2026-03-01").unwrap();
        assert!(filter(&turned).unwrap_err().contains("exchange"), "nothing could ever fit");
    }

    /// A data folder with three entries.
    async fn folder() -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).await.unwrap();
        let mut tx = store.begin().await.unwrap();
        for (second, kind) in
            [LogKind::Received, LogKind::AlertShown, LogKind::Setting].into_iter().enumerate()
        {
            let at = domain::from_ms(1_772_413_200_000 + second as i64 * 1000);
            tx.audit(store::AuditEntry { at, kind, conversation: None, detail: "{}".into() });
        }
        tx.commit().await.unwrap();
        store.close().await.unwrap();
        dir
    }

    #[tokio::test]
    async fn a_part_of_the_log_lies_in_a_file_with_its_check_beside_it() {
        let dir = folder().await;
        let file = dir.path().join("alerts.csv");
        let table = asked("--group alerts --format csv --lang en").unwrap();
        run(Some(dir.path()), &LogArgs { out: Some(file.clone()), ..table }).await.unwrap();
        let table = std::fs::read_to_string(&file).unwrap();
        assert_eq!(table.lines().count(), 2, "the names of the columns and one entry: {table}");
        assert!(table.contains("Alert shown by the system"), "in the language that was asked for: {table}");
        assert!(dir.path().join("alerts.check.txt").exists(), "and how to check it");
        run(Some(dir.path()), &asked("--check").unwrap()).await.unwrap();
    }

    #[tokio::test]
    async fn a_file_that_cannot_be_written_says_what_to_do() {
        let dir = folder().await;
        let nowhere = dir.path().join("gone").join("log.csv");
        let to = |file: &Path| LogArgs { out: Some(file.to_owned()), ..asked("").unwrap() };
        let error = run(Some(dir.path()), &to(&nowhere)).await.unwrap_err();
        assert!(error.contains("make it first"), "{error}");
        let error = run(Some(dir.path()), &to(dir.path())).await.unwrap_err();
        assert!(error.contains("is a folder"), "in the same words on every system: {error}");
    }

    #[test]
    fn both_languages_name_every_sort_and_column() {
        for lang in [LangArg::Zh, LangArg::En] {
            let words = format!("{:?}", TeamWords::of_log(lang).unwrap());
            assert!(!words.contains("log."), "a key that shows itself is missing in {lang:?}: {words}");
        }
    }
}
