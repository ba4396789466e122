//! Aim: a process killed at any moment loses nothing and repeats nothing (invariant 7).
//!
//! The test starts itself again as a child that takes a long script into a folder, kills it in the middle of its work
//! again and again, lets the last one finish, and compares the record with that of a run that nobody disturbed.

mod picture;
mod sealing;

use crate::common::{
    Bell, Chance, ManualClock, MemoryVault, Say, add_shop, at, auto, batch, buyer, draft, kills, open, save,
    seller, texts,
};
use channels::{Batch, Quarantined};
use domain::{Body, ConversationKind, Flaw, Platform, Presence, RawPayload, StoreId};
use engine::{Engine, Mode, RuleDraft};
use rules::message_rules::{Condition, HandOver, Target, Trigger};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;
use store::{ConversationKey, StoreError};

/// Events of the script, without repetitions.
const EVENTS: usize = 10_000;
/// Events are told out of order within such a stretch.
const STRETCH: usize = 200;
/// New events of one batch.
const PORTION: usize = 20;
/// Batches of the script.
const BATCHES: usize = EVENTS / PORTION;
/// How often the child is killed.
const KILLS: usize = 200;
/// The child's folder.
const FOLDER: &str = "TIDEBELL_KILL_FOLDER";
/// The first batch that a child leaves to others, however quick the machine is: none ends before it is killed.
const END: &str = "TIDEBELL_KILL_END";
const LEFT: usize = 10;
const STREAM: &str = "script";

/// The event of this number, the same in every run.
fn event(number: usize) -> Say {
    let mut chance = Chance::new(0x7469_6465 ^ (number as u64).wrapping_mul(0x9E37));
    let conversation = format!("c{}", chance.below(300));
    let (id, second) = (format!("m{number}"), i64::try_from(number).unwrap() * 7);
    let words = ["Where is my parcel?", "退款", "Спасибо!", "It arrives on Friday.", "¿Talla M?"];
    match chance.below(20) {
        0..=10 => buyer(&conversation, &id, second, chance.pick(&words)),
        11..=16 => seller(&conversation, &id, second, Body::Text { text: chance.pick(&words).into() }),
        17 | 18 => seller(&conversation, &id, second, Body::Sticker { id: "1".into() }),
        _ => auto(&conversation, &id, second, "We answer within 2 hours."),
    }
}

/// The batch of this number: new events out of order, some that came long ago, now and then something unreadable.
fn portion(number: usize) -> Batch {
    let start = number * PORTION / STRETCH * STRETCH;
    let mut order: Vec<usize> = (start..start + STRETCH).collect();
    Chance::new(start as u64).shuffle(&mut order);
    let mut chance = Chance::new(0xBA7C4 ^ number as u64);
    let mut told: Vec<usize> = order[number * PORTION - start..][..PORTION].to_vec();
    if start > 0 {
        told.extend((0..4).map(|_| chance.below(start)));
    }
    told.push(told[0]);
    let mut batch = batch(told.into_iter().map(event));
    if number.is_multiple_of(17) {
        let raw = RawPayload { source: "pretend.chat", bytes: format!("{{broken {number}").into_bytes() };
        batch.quarantined.push(Quarantined::new(raw, Flaw::missing("EOF")));
    }
    batch.cursors.insert(STREAM.into(), (number + 1).to_string());
    batch
}

/// The wall clock when that batch comes: after its newest event.
fn time_of(number: usize) -> domain::Timestamp {
    let stretch = number * PORTION / STRETCH + 1;
    at(i64::try_from(stretch * STRETCH * 7 + number).unwrap())
}

async fn engine(dir: &Path, clock: &Arc<ManualClock>) -> Engine {
    open(dir, clock, &Arc::new(Bell::default()), &Arc::new(MemoryVault::default())).await
}

async fn set_up(dir: &Path) {
    let clock = Arc::new(ManualClock::new(at(0)));
    let engine = engine(dir, &clock).await;
    add_shop(&engine).await;
    for name in ["潮铃:小李", "潮铃:小王"] {
        let seat = engine.add_account(name).await.unwrap();
        engine.set_presence(seat, Presence::Online).await.unwrap();
    }
    // What it fires and offers is part of the record.
    let size = Condition::Words { any: vec!["talla".into()] };
    let rule = draft("尺码", Trigger::BuyerEnquiry, vec![size], vec![Target::Everybody]);
    let rule = RuleDraft { auto_reply: Some(texts(HandOver::Owner)), ..rule };
    save(&engine, &rule).await;
    engine.stop().await.unwrap();
}

/// What people do before a batch comes; done twice it is as done once, because a killed child does it again.
async fn people(engine: &Engine, shop: StoreId, number: usize) {
    let mut chance = Chance::new(0x9E0 ^ number as u64);
    if number % 13 == 5 {
        let seats = engine.store().accounts().await.unwrap();
        let seat = seats[chance.below(seats.len())].id;
        let to = chance.pick(&[Presence::Online, Presence::Online, Presence::Suspended, Presence::Offline]);
        engine.set_presence(seat, to).await.unwrap();
    }
    if number % 5 == 3 {
        let key =
            ConversationKey::new(shop, ConversationKind::Chat, event(chance.below(PORTION)).conversation_key);
        if let Some(chat) = engine.store().conversation_by_key(&key).await.unwrap() {
            engine.opened(chat.id, engine.main_account().await).await.unwrap();
        }
    }
}

/// Takes the script in from where the stored cursor is to its end, telling of each batch before it begins.
async fn work(dir: &Path, end: usize, tell: impl Fn(usize)) {
    let clock = Arc::new(ManualClock::new(at(0)));
    let engine = engine(dir, &clock).await;
    let row = engine.store().stores().await.unwrap().remove(0);
    let next: usize = row.cursors.get(STREAM).map_or(0, |cursor| cursor.parse().unwrap());
    for number in next..end {
        tell(number);
        clock.set(time_of(number));
        people(&engine, row.id, number).await;
        engine.accept(row.id, Platform::AliExpress, &portion(number), Mode::Live).await.unwrap();
    }
    if end < BATCHES {
        loop {
            tell(end);
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
    tell(BATCHES);
    engine.stop().await.unwrap();
}

fn world() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap()
}

#[test]
#[ignore = "started by the test below, which kills it"]
fn the_child_that_is_killed() {
    let Ok(dir) = std::env::var(FOLDER) else { return };
    let end = std::env::var(END).map_or(BATCHES, |end| end.parse().unwrap());
    world().block_on(work(Path::new(&dir), end, tell));
}

/// This program again, as one of its ignored tests; and what it tells on lines that begin with `batch`.
fn started(test: &str, variables: &[(&str, String)]) -> (Child, impl Iterator<Item = usize> + use<>) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([test, "--exact", "--ignored", "--nocapture", "--test-threads=1"])
        .envs(variables.iter().cloned())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let told = lines.filter_map(|line| line.ok()?.strip_prefix("batch ")?.parse().ok());
    (child, told)
}

/// Tells whoever started this program how far it is.
fn tell(number: usize) {
    let mut out = std::io::stdout();
    writeln!(out, "\nbatch {number}").unwrap();
    out.flush().unwrap();
}

fn child(dir: &Path, end: usize) -> (Child, impl Iterator<Item = usize> + use<>) {
    let variables = [(FOLDER, dir.display().to_string()), (END, end.to_string())];
    started("crash::the_child_that_is_killed", &variables)
}

fn dump(dir: &Path) -> String {
    world().block_on(async {
        let store = loop {
            match store::Store::open(dir).await {
                Err(StoreError::InUse { .. }) => tokio::time::sleep(Duration::from_millis(5)).await,
                opened => break opened.unwrap(),
            }
        };
        let report = store.verify().await.unwrap();
        assert!(report.is_whole(), "nothing is half there: {report:?}");
        assert_eq!(report.messages, EVENTS as u64, "every event is there once");
        let dump = store.dump().await.unwrap();
        store.close().await.unwrap();
        dump
    })
}

#[test]
fn a_process_killed_at_any_moment_loses_nothing_and_repeats_nothing() {
    let (killed, undisturbed) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (kills, mut chance) = (kills(KILLS), Chance::of_kills(42));
    world().block_on(set_up(killed.path()));
    let mut reached = Vec::new();
    for _ in 0..kills {
        let (mut child, mut told) = child(killed.path(), BATCHES - LEFT);
        // Before it began, or some batches later; then in the middle of whatever it does.
        let batches = chance.below(5);
        let last = told.by_ref().take(batches).last();
        std::thread::sleep(Duration::from_micros(chance.next() % 12_000));
        child.kill().unwrap();
        let ended = child.wait().unwrap();
        assert!(!ended.success(), "it was killed, it did not end: {last:?}");
        reached.extend(last);
    }
    assert!(reached.is_sorted(), "no run began before the one it follows: {reached:?}");
    let (mut child, told) = child(killed.path(), BATCHES);
    let rest = told.count();
    assert!(child.wait().unwrap().success(), "the last run ends by itself");
    assert!(rest > LEFT, "and had something left to do: {rest}");

    world().block_on(async {
        set_up(undisturbed.path()).await;
        work(undisturbed.path(), BATCHES, |_| {}).await;
    });
    let (is, want) = (dump(killed.path()), dump(undisturbed.path()));
    for (is, want) in is.lines().zip(want.lines()) {
        assert_eq!(is, want, "the record of a shop that was killed {kills} times");
    }
    assert_eq!(is.lines().count(), want.lines().count(), "and nothing besides");
    let fired = want.lines().filter(|line| line.starts_with(r#"["firing""#)).count();
    assert!(fired > 500, "rules fired in it: {fired}");
}
