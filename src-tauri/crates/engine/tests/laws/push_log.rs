//! Aim: the push log tells what came in, to whom it went, what the system and the platform made of it, and whoever gets
//! an export of it can check that (invariant 12).

use crate::common::{Fate, House, PYTHON, at, buyer};
use domain::{LogGroup, LogKind, SendOutcome};
use engine::{ExportWords, LogExport, LogFormat, LogNames, LogProgress, check_log, export_log, write_log};
use rstest::rstest;
use serde_json::Value;
use std::path::Path;
use std::process::{Command, Output};
use store::LogFilter;
use tokio_util::sync::CancellationToken;

const WORDS: &str = "It arrives on Friday.";

/// Kinds and details of the entries about the first chat, oldest first.
async fn about(house: &House) -> Vec<(String, Value)> {
    let log = house.engine.store().audit_of(house.id("c1").await).await.unwrap();
    log.into_iter().map(|row| (row.entry.kind, serde_json::from_str(&row.entry.detail).unwrap())).collect()
}

fn kinds(log: &[(String, Value)]) -> Vec<&str> {
    log.iter().map(|(kind, _)| kind.as_str()).collect()
}

#[tokio::test]
async fn what_came_in_to_whom_it_went_and_who_saw_it_are_in_the_log() {
    let (house, seats) = House::team().await;
    house.hears([buyer("c1", "m1", 0, "Where is my parcel?")]).await;
    house.hears([buyer("c1", "m2", 5, "Hello?")]).await;
    let owner = house.chat("c1").await.conversation.owner.unwrap();
    house.engine.opened(house.id("c1").await, owner).await.unwrap();
    let log = about(&house).await;
    assert_eq!(
        kinds(&log),
        ["received", "assigned", "received", "shown"],
        "it went to its seat once, and stayed there"
    );
    assert_eq!((&log[0].1["author"], &log[0].1["provider_id"]), (&"buyer".into(), &"m1".into()), "what came");
    assert_eq!((&log[1].1["to"], &log[1].1["reason"]), (&owner.0.into(), &"least_today".into()), "to whom");
    assert!(seats.contains(&owner), "a seat of the team");
    assert_eq!((&log[3].1["to"], &log[3].1["unread"]), (&owner.0.into(), &2.into()), "who saw how much");
}

#[tokio::test]
async fn what_the_system_made_of_an_alert_is_in_the_log() {
    let house = House::solo().await;
    house.hears([buyer("c1", "m1", 0, "Where is my parcel?")]).await;
    house.runs(7_215, 15).await;
    house.bell.refuse(true);
    house.runs(9_015, 15).await;
    let mut log = about(&house).await;
    log.retain(|(kind, _)| LogKind::parse(kind).unwrap().group() == LogGroup::Alerts);
    let raised = log.iter().filter(|(kind, _)| kind == "alert_raised").count();
    let shown = log.iter().find(|(kind, _)| kind == "alert_shown").unwrap();
    assert_eq!(shown.1["notice"], "due", "the system took it");
    assert_eq!(shown.1["deadline"], "reply", "and shows this deadline");
    let refused = log.iter().find(|(kind, _)| kind == "alert_refused").unwrap();
    assert_eq!(refused.1["words"], "notifications are switched off", "then it refused, in its own words");
    assert!(raised >= 2, "each was decided on first: {log:?}");
    let decided = log.iter().position(|(kind, _)| kind == "alert_raised");
    assert!(decided < log.iter().position(|(kind, _)| kind == "alert_shown"), "before it rang: {log:?}");
}

#[tokio::test]
async fn a_reply_is_in_the_log_from_its_writing_to_its_fate() {
    let house = House::solo().await;
    house.hears([buyer("c1", "m1", 0, "Where is my parcel?")]).await;
    let platform = house.attach().await;
    let refused =
        SendOutcome::Refused { code: "too_long".into(), detail: "500 at most".into(), retry: false };
    platform.next_reply(Fate::Ends(refused));
    let (chat, main) = (house.id("c1").await, house.engine.main_account().await);
    let seen = house.messages("c1").await.last().map(|message| message.id);
    house.engine.send_reply(chat, main, "a", WORDS, seen).await.unwrap();
    house.clock.advance(6);
    house.engine.send_due().await.unwrap();
    assert!(house.engine.retry_refused("a").await.unwrap(), "a person asks once more");
    house.engine.send_due().await.unwrap();
    let mut log = about(&house).await;
    log.retain(|(kind, _)| kind.starts_with("reply_"));
    let way =
        ["reply_written", "reply_sending", "reply_refused", "reply_waiting", "reply_sending", "reply_sent"];
    assert_eq!(kinds(&log), way, "every step");
    assert_eq!(log[2].1["detail"], "too_long", "with the platform's code; its words may name somebody");
    assert_eq!((&log[5].1["provider_id"], &log[5].1["by"]), (&"out-2".into(), &main.0.into()), "and its id");
}

#[tokio::test]
async fn the_log_quotes_nobody_and_stands_still_while_nothing_happens() {
    let house = House::solo().await;
    house.hears([buyer("c1", "m1", 0, "Where is my parcel?")]).await;
    house.runs(12_000, 15).await;
    let store = house.engine.store();
    let before = store.log_end().await.unwrap();
    house.runs(15_600, 5).await;
    assert_eq!(store.log_end().await.unwrap(), before, "an hour of ticks adds nothing");
    for row in store.audit_log(None, 1_000).await.unwrap() {
        let detail = row.entry.detail;
        assert!(!detail.contains("parcel") && !detail.contains("Buyer c1"), "it can't be erased: {detail}");
    }
}

fn words() -> ExportWords {
    ExportWords::new(str::to_owned)
}

/// A shop with a day's log, and a folder for exports.
async fn day() -> (House, tempfile::TempDir) {
    let (house, _) = House::team().await;
    for n in 0..20 {
        house.hears([buyer(&format!("c{n}"), &format!("m{n}"), n, "=1+1")]).await;
    }
    house.runs(7_215, 15).await;
    (house, tempfile::tempdir().unwrap())
}

async fn exported(house: &House, filter: &LogFilter, format: LogFormat, to: &Path) -> u64 {
    let (words, stop) = (words(), CancellationToken::new());
    let export = LogExport { filter, format, words: &words };
    let done = export_log(house.engine.store(), &export, to, &stop, |_| {}).await.unwrap().unwrap();
    done.entries
}

/// What the program beside an export says of it.
fn checked(file: &Path) -> Output {
    Command::new(PYTHON).arg(file.with_extension("check.txt")).arg(file).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

#[rstest]
#[case::lines(LogFormat::Ndjson)]
#[case::a_table(LogFormat::Csv)]
#[tokio::test]
#[cfg_attr(windows, ignore = "needs Python, which Windows does not bring along")]
async fn whoever_gets_an_export_can_check_it_with_the_text_beside_it(#[case] format: LogFormat) {
    let (house, folder) = day().await;
    let file = folder.path().join(format!("推送日志.{}", format.ending()));
    let entries = exported(&house, &LogFilter::default(), format, &file).await;
    let end = house.engine.store().log_end().await.unwrap();
    assert_eq!(i64::try_from(entries).unwrap(), end, "all of it");
    let whole = checked(&file);
    assert!(said(&whole).starts_with(&format!("OK: {entries} entries, 0 gaps")), "{whole:?}");
    assert!(whole.status.success(), "and the program says so to a script");

    let text = std::fs::read_to_string(&file).unwrap();
    // The last one stands in a detail, which is hashed; those before it are for reading.
    let from = text.rfind("least_today").expect("somebody got a conversation");
    let mut changed = text.clone();
    changed.replace_range(from..from + 5, "worst");
    std::fs::write(&file, changed).unwrap();
    let broken = checked(&file);
    assert!(said(&broken).starts_with("BROKEN: entry"), "a changed word is found: {broken:?}");
    assert_eq!(broken.status.code(), Some(1), "and the program says so to a script");

    let mut lines: Vec<&str> = text.lines().collect();
    lines.remove(lines.len() / 2);
    std::fs::write(&file, lines.join("\n")).unwrap();
    assert!(said(&checked(&file)).contains(" 1 gaps"), "an entry that was left out is a gap");
}

#[tokio::test]
#[cfg_attr(windows, ignore = "needs Python, which Windows does not bring along")]
async fn a_part_of_the_log_is_exported_with_its_gaps() {
    let (house, folder) = day().await;
    let filter = LogFilter { conversation: Some(house.id("c3").await), ..LogFilter::default() };
    let file = folder.path().join("part.ndjson");
    let entries = exported(&house, &filter, LogFormat::Ndjson, &file).await;
    let text = std::fs::read_to_string(&file).unwrap();
    assert_eq!(text.lines().count() as u64, entries, "a line an entry");
    let first: Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
    assert_eq!((&first["kind"], &first["title"]), (&"received".into(), &"Buyer c3".into()), "whose it is");
    assert_eq!(first["at"], "2026-03-02T02:00:00.000Z", "in UTC");
    assert_eq!(first["at_utc8"], "2026-03-02T10:00:00.000+08:00", "and in the platforms' time");
    assert!(said(&checked(&file)).contains(&format!("OK: {entries} entries")), "each follows from its own");
}

#[tokio::test]
async fn a_table_opens_in_excel_and_runs_nothing() {
    let (house, folder) = day().await;
    let file = folder.path().join("log.csv");
    exported(&house, &LogFilter::default(), LogFormat::Csv, &file).await;
    let bytes = std::fs::read(&file).unwrap();
    assert!(bytes.starts_with(b"\xef\xbb\xbf"), "Excel reads it as UTF-8");
    let text = String::from_utf8(bytes).unwrap();
    let formula =
        |line: &str| line.split("\",\"").any(|cell| cell.trim_matches('"').starts_with(['=', '+', '@']));
    assert_eq!(text.lines().find(|line| formula(line)), None, "no cell is a formula");
}

#[tokio::test]
async fn an_export_that_is_stopped_or_fails_leaves_nothing_behind() {
    let (house, folder) = day().await;
    // More than one step of the work, by one statement: what it says does not matter here.
    let mut tx = house.engine.store().begin().await.unwrap();
    for _ in 0..20_050 {
        tx.audit(store::AuditEntry {
            at: at(0),
            kind: LogKind::Setting,
            conversation: None,
            detail: "{}".into(),
        });
    }
    tx.commit().await.unwrap();
    let file = folder.path().join("log.csv");
    std::fs::write(&file, "yesterday's").unwrap();
    let (words, filter, stop) = (words(), LogFilter::default(), CancellationToken::new());
    let export = LogExport { filter: &filter, format: LogFormat::Csv, words: &words };
    let store = house.engine.store();
    let mut steps = Vec::new();
    let stopped = export_log(store, &export, &file, &stop, |step| {
        steps.push(step);
        stop.cancel();
    });
    assert_eq!(stopped.await.unwrap(), None, "it was stopped");
    let end = store.log_end().await.unwrap();
    assert_eq!(steps, [LogProgress { done: 20_000, total: end }], "after the first step");
    let left: Vec<_> =
        std::fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().file_name()).collect();
    assert_eq!(left, ["log.csv"], "no half of a file");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "yesterday's", "the old one is as it was");

    let nowhere = folder.path().join("gone").join("log.csv");
    let error = export_log(store, &export, &nowhere, &CancellationToken::new(), |_| {}).await.unwrap_err();
    assert!(error.to_string().contains("gone"), "it says where: {error}");
}

#[tokio::test]
#[cfg_attr(windows, ignore = "needs Python, which Windows does not bring along")]
async fn the_check_of_the_log_names_the_first_broken_link() {
    let (house, _folder) = day().await;
    let (store, stop) = (house.engine.store(), CancellationToken::new());
    let end = store.log_end().await.unwrap();
    let mut last = None;
    let sound = check_log(store, &stop, |step| last = Some(step)).await.unwrap().unwrap();
    assert_eq!((sound.sound, sound.broken), (end, None), "all of it");
    assert_eq!(last, Some(LogProgress { done: end, total: end }), "with progress");
    house.engine.stop().await.unwrap();
    let House { engine, clock, bell, vault, dir, .. } = house;
    drop(engine);
    let cut = "PRAGMA writable_schema = OFF; DROP TRIGGER audit_append_only_update;
        UPDATE audit SET detail = replace(detail, 'm7', 'm8') WHERE detail LIKE '%\"m7\"%'";
    let done = Command::new(PYTHON)
        .args([
            "-c",
            "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.executescript(sys.argv[2]); c.commit()",
        ])
        .arg(dir.path().join(store::DATABASE_FILE))
        .arg(cut)
        .status()
        .unwrap();
    assert!(done.success(), "somebody with a database editor");
    let engine = crate::common::open(dir.path(), &clock, &bell, &vault).await;
    let found = check_log(engine.store(), &stop, |_| {}).await.unwrap().unwrap();
    let changed = LogFilter { words: "m8".into(), ..LogFilter::default() };
    let rows = engine.store().log_page(&changed, None, 9).await.unwrap().rows;
    let first = rows.iter().map(|row| row.row.id).min();
    assert_eq!(found.broken, first, "the entry that was changed");
}

#[tokio::test]
async fn a_stream_gets_what_a_file_gets_with_names_instead_of_ids() {
    let (house, _folder) = day().await;
    let words = words();
    let filter = LogFilter { kinds: vec![LogKind::Assigned], ..LogFilter::default() };
    let export = LogExport { filter: &filter, format: LogFormat::Ndjson, words: &words };
    let mut out = Vec::new();
    let store = house.engine.store();
    let entries = write_log(store, &export, &mut out, &CancellationToken::new(), |_| {}).await.unwrap();
    let first: Value = serde_json::from_slice(out.split(|byte| *byte == b'\n').next().unwrap()).unwrap();
    assert_eq!(entries, Some(20), "every chat went to somebody");
    assert!(first["facts"]["to"].as_str().unwrap().starts_with("潮铃:"), "a name: {first}");
    assert_eq!(first["store"], "Pretend", "and the store's");
    let names = LogNames::of(store).await.unwrap();
    let row = store.log_page(&filter, None, 1).await.unwrap().rows.remove(0);
    assert!(names.line(row).facts["reason"].starts_with("least"), "the same facts for the screen");
}
