//! A program killed while it seals, and while a field is switched on and off: what is kept opens, and what is dropped is
//! gone, with its key.

use super::{started, tell};
use crate::common::{Bell, Chance, ManualClock, add_shop, at, comes_true, files_in, kills, open_with};
use crate::sealed::{ALL, STREET, told};
use domain::{PersonalField, Platform, Secret, StoreId};
use engine::{Engine, Masked, Mode, SecretVault, VaultError};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

const FOLDER: &str = "TIDEBELL_SEALING_FOLDER";
const SEALER: &str = "crash::sealing::the_sealer_that_is_killed";
const KILLS: usize = 30;
const STREAM: &str = "script";
/// Orders of a turn; both fields are on from this one of it on, and off with the next turn.
const TURN: usize = 7;
const ON: usize = 3;

/// A key store that outlives the program.
struct Safe(PathBuf);

impl Safe {
    fn place(&self, handle: &str) -> PathBuf {
        self.0.join(handle.replace('/', "-"))
    }
}

fn there<T>(done: std::io::Result<T>) -> Result<Option<T>, VaultError> {
    match done {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(VaultError(error.to_string())),
    }
}

impl SecretVault for Safe {
    fn get(&self, handle: &str) -> Result<Option<Secret>, VaultError> {
        Ok(there(fs::read_to_string(self.place(handle)))?.map(Secret::new))
    }

    fn set(&self, handle: &str, secret: &Secret) -> Result<(), VaultError> {
        let part = self.place(&format!("{handle}.part"));
        let written = fs::write(&part, secret.expose()).and_then(|()| fs::rename(&part, self.place(handle)));
        written.map_err(|error| VaultError(error.to_string()))
    }

    fn delete(&self, handle: &str) -> Result<(), VaultError> {
        there(fs::remove_file(self.place(handle))).map(drop)
    }
}

fn safe(dir: &Path) -> PathBuf {
    dir.join("safe")
}

async fn engine(dir: &Path) -> Engine {
    let clock = Arc::new(ManualClock::new(at(0)));
    open_with(&dir.join("data"), &clock, &Arc::new(Bell::default()), Arc::new(Safe(safe(dir)))).await
}

fn number_of(cursor: Option<&String>) -> usize {
    cursor.map_or(0, |cursor| cursor.parse().unwrap())
}

/// Takes orders in and switches both fields on and off in between, from where the stored cursor is. What a run that was
/// killed has done already is done again.
async fn work(dir: &Path) {
    let engine = engine(dir).await;
    let me = engine.main_account().await;
    let row = engine.store().stores().await.unwrap().remove(0);
    for number in number_of(row.cursors.get(STREAM)) + 1.. {
        tell(number);
        for field in PersonalField::ALL {
            if number % TURN >= ON {
                engine.keep_personal(row.id, field, me, "王掌柜").await.unwrap();
            } else {
                engine.drop_personal(row.id, field, me).await.unwrap();
            }
        }
        let mut batch = told(&format!("O{number}"), STREET, i64::try_from(number).unwrap());
        batch.cursors.insert(STREAM.into(), number.to_string());
        engine.accept(row.id, Platform::AliExpress, &batch, Mode::Live).await.unwrap();
    }
}

#[test]
#[ignore = "started by the test below, which kills it"]
fn the_sealer_that_is_killed() {
    let Ok(dir) = std::env::var(FOLDER) else { return };
    super::world().block_on(work(Path::new(&dir)));
}

/// What holds after every kill. Gives the number of the last order, and whether anything is kept.
async fn look(dir: &Path, store: StoreId) -> (usize, bool) {
    let engine = engine(dir).await;
    let row = engine.store().store(store).await.unwrap();
    let last = number_of(row.cursors.get(STREAM));
    let orders: Vec<String> = (1..=last).map(|number| format!("O{number}")).collect();
    let fields = engine.masked(store, &orders).await.unwrap();
    let opens = |masked: &Masked| matches!(masked, Masked::Mask { stale: false, .. });
    assert!(fields.iter().all(|field| opens(&field.masked)), "what is kept opens: {fields:?}");
    assert!(fields.iter().all(|field| row.keep.has(field.field)), "and is wanted: {:?}", row.keep);
    if row.keep.phone && row.keep.address && last % TURN >= ON {
        let of_last = fields.iter().filter(|field| field.order_no == orders[last - 1]).count();
        assert_eq!(of_last, 2, "an order that is in has its fields: O{last}");
    }
    assert!(engine.store().verify().await.unwrap().is_whole(), "nothing is half there");
    if !row.keep.any() {
        engine.start().await.unwrap();
        // A half written one is this test's own; a real key store has none.
        let whole = |entry: &fs::DirEntry| entry.path().extension().is_none_or(|end| end != "part");
        let keys = || fs::read_dir(safe(dir)).unwrap().map(Result::unwrap).filter(whole).count();
        assert!(comes_true(async || keys() == 0).await, "where nothing is kept there is no key");
    }
    engine.stop().await.unwrap();
    for (_, bytes) in files_in(&dir.join("data")) {
        let found = |word: &&&str| bytes.windows(word.len()).any(|part| part == word.as_bytes());
        assert_eq!(ALL.iter().find(found), None, "nothing personal is on the disk in the open");
    }
    (last, row.keep.any())
}

#[test]
fn a_program_killed_while_it_seals_keeps_what_opens_and_nothing_that_is_not_wanted() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(safe(dir.path())).unwrap();
    let store = super::world().block_on(async {
        let engine = engine(dir.path()).await;
        let store = add_shop(&engine).await;
        engine.stop().await.unwrap();
        store
    });
    let (kills, mut chance, mut seen) = (kills(KILLS), Chance::of_kills(5), Vec::new());
    for _ in 0..kills {
        let (mut child, mut told) = started(SEALER, &[(FOLDER, dir.path().display().to_string())]);
        // A few orders later, in the middle of whatever it does.
        let orders = 1 + chance.below(5);
        assert!(told.by_ref().take(orders).last().is_some(), "it came up");
        std::thread::sleep(Duration::from_micros(chance.next() % 12_000));
        child.kill().unwrap();
        assert!(!child.wait().unwrap().success(), "it was killed, it did not end");
        seen.push(super::world().block_on(look(dir.path(), store)));
    }
    assert!(seen.is_sorted_by_key(|(last, _)| *last), "no order was lost: {seen:?}");
    let kept = seen.iter().filter(|(_, kept)| *kept).count();
    assert!((1..kills).contains(&kept), "it was killed with fields on and with fields off: {seen:?}");
}
