//! Aim: one writer, many readers, and an upgrade that can be taken back.

use super::support::{at, say, shop};
use crate::open::MIGRATIONS;
use crate::{DATABASE_FILE, Store, StoreError};
use sqlx::migrate::Migrator;
use std::path::Path;

#[tokio::test]
async fn a_second_writer_is_told_that_the_file_is_in_use() {
    let shop = shop().await;
    let second = Store::open(shop.dir.path()).await;
    assert!(matches!(second, Err(StoreError::InUse { .. })), "two writers would tear the file: {second:?}");
    shop.store.close().await.unwrap();
    let dir = shop.dir;
    drop(shop.store);
    assert!(Store::open(dir.path()).await.is_ok(), "closed, the folder is free again");
}

#[tokio::test]
async fn a_reader_beside_the_writer_sees_what_is_committed_and_writes_nothing() {
    let shop = shop().await;
    shop.take(&[say("c1", "m1", "退款", 0)]).await;
    let reader = Store::open_read_only(shop.dir.path()).await.unwrap();
    assert_eq!(reader.dump().await.unwrap(), shop.store.dump().await.unwrap(), "the same record");
    shop.take(&[say("c1", "m2", "退款", 1)]).await;
    assert_eq!(reader.verify().await.unwrap().messages, 2, "also what came after it was opened");
    assert!(matches!(reader.begin().await, Err(StoreError::ReadOnly)), "it has no writer");
    let mut conn = reader.reader().await.unwrap();
    let done = sqlx::query("DELETE FROM message").execute(&mut *conn).await.map_err(StoreError::from);
    assert!(matches!(done, Err(StoreError::ReadOnly)), "and SQLite itself refuses: {done:?}");
}

#[tokio::test]
async fn what_was_committed_survives_a_process_that_just_ends() {
    let shop = shop().await;
    shop.take(&[say("c1", "m1", "hi", 0)]).await;
    let before = shop.store.dump().await.unwrap();
    // As a killed process leaves them: the file and its log, never closed.
    let copy = tempfile::tempdir().unwrap();
    for name in [DATABASE_FILE.to_owned(), format!("{DATABASE_FILE}-wal")] {
        std::fs::copy(shop.dir.path().join(&name), copy.path().join(&name)).unwrap();
    }
    let after = Store::open(copy.path()).await.unwrap();
    assert_eq!(after.dump().await.unwrap(), before, "acknowledged means on the disk");
    assert!(after.verify().await.unwrap().is_whole(), "and whole");
}

/// The shipped migrations and one more.
async fn next_version(dir: &Path) -> Migrator {
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    for file in std::fs::read_dir(shipped).unwrap() {
        let file = file.unwrap();
        std::fs::copy(file.path(), dir.join(file.file_name())).unwrap();
    }
    std::fs::write(dir.join("9000_next.sql"), "ALTER TABLE buyer ADD COLUMN note TEXT NOT NULL DEFAULT '';")
        .unwrap();
    Migrator::new(dir).await.unwrap()
}

#[tokio::test]
async fn the_file_is_copied_before_a_migration_and_the_copy_is_whole() {
    let shop = shop().await;
    shop.take(&[say("c1", "m1", "hi", 0)]).await;
    let before = shop.store.dump().await.unwrap();
    shop.store.close().await.unwrap();
    let (dir, folder) = (shop.dir, tempfile::tempdir().unwrap());
    drop(shop.store);
    let next = next_version(folder.path()).await;
    let upgraded = Store::open_with(dir.path(), &next).await.unwrap();
    assert_eq!(upgraded.dump().await.unwrap(), before, "an upgrade changes no fact");
    upgraded.close().await.unwrap();
    drop(upgraded);
    let older = Store::open(dir.path()).await;
    assert!(
        matches!(older, Err(StoreError::Newer { found: 9000, .. })),
        "an older program must not touch a newer file: {older:?}"
    );
    let back = tempfile::tempdir().unwrap();
    std::fs::copy(dir.path().join("tidebell.db.before-9000"), back.path().join(DATABASE_FILE)).unwrap();
    let back = Store::open(back.path()).await.unwrap();
    assert_eq!(back.dump().await.unwrap(), before, "the copy is the way back");
    assert!(back.verify().await.unwrap().is_whole(), "with the log folded in");
}

#[tokio::test]
async fn a_failed_migration_leaves_the_old_file_and_its_copy() {
    let shop = shop().await;
    shop.take(&[say("c1", "m1", "hi", 0)]).await;
    let before = shop.store.dump().await.unwrap();
    shop.store.close().await.unwrap();
    let (dir, folder) = (shop.dir, tempfile::tempdir().unwrap());
    drop(shop.store);
    next_version(folder.path()).await;
    let sql = "ALTER TABLE buyer ADD COLUMN note TEXT NOT NULL DEFAULT ''; SELECT no_such_function();";
    std::fs::write(folder.path().join("9000_next.sql"), sql).unwrap();
    let broken = Migrator::new(folder.path()).await.unwrap();
    let opened = Store::open_with(dir.path(), &broken).await;
    assert!(matches!(opened, Err(StoreError::Migrate(_))), "it says what failed: {opened:?}");
    let again = Store::open(dir.path()).await.unwrap();
    assert_eq!(again.dump().await.unwrap(), before, "the old program still opens the old file");
}

#[tokio::test]
async fn a_fresh_file_needs_no_copy_and_an_up_to_date_one_neither() {
    let shop = shop().await;
    shop.store.close().await.unwrap();
    let dir = shop.dir;
    drop(shop.store);
    let again = Store::open(dir.path()).await.unwrap();
    let copies = std::fs::read_dir(dir.path())
        .unwrap()
        .filter(|f| f.as_ref().unwrap().file_name().to_string_lossy().contains("before"));
    assert_eq!(copies.count(), 0, "nothing was about to change");
    assert!(
        MIGRATIONS.iter().count() > 0 && again.stores().await.unwrap().len() == 1,
        "the store is still there"
    );
}

#[tokio::test]
async fn a_backup_is_a_file_that_opens() {
    let shop = shop().await;
    shop.take(&[say("c1", "m1", "退款", 0)]).await;
    let to = tempfile::tempdir().unwrap();
    let file = to.path().join(DATABASE_FILE);
    shop.store.backup(&file).await.unwrap();
    let again = shop.store.backup(&file).await;
    assert!(matches!(again, Err(StoreError::Conflict { .. })), "a backup never overwrites one: {again:?}");
    shop.take(&[say("c1", "m2", "later", 1)]).await;
    let copy = Store::open(to.path()).await.unwrap();
    assert_eq!(copy.verify().await.unwrap().messages, 1, "the moment of the backup");
    assert!(copy.verify().await.unwrap().is_whole(), "index and chain included");
    let mut tx = copy.begin().await.unwrap();
    tx.set_setting("restored", "true", at(9)).await.unwrap();
    tx.commit().await.unwrap();
    assert!(copy.verify().await.unwrap().is_whole(), "the chain goes on in the copy");
}
