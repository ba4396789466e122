//! Aim: the readable `schema.sql` is what the migrations make, and every table keeps the rules of the house.

use super::support::shop;
use crate::Store;
use sqlx::Row;
use std::path::Path;

/// Tables that SQLite, FTS5 and the migration runner make for themselves.
const FOREIGN: &str = "name NOT LIKE 'sqlite_%' AND name NOT LIKE '_sqlx%' AND name NOT LIKE 'search%'
    AND name NOT LIKE 'buyer_search%'";

async fn rows(store: &Store, sql: String) -> Vec<sqlx::sqlite::SqliteRow> {
    sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_all(&mut *store.reader().await.unwrap()).await.unwrap()
}

#[tokio::test]
async fn the_schema_file_is_what_the_migrations_make() {
    let shop = shop().await;
    let sql = "SELECT sql FROM sqlite_schema WHERE sql <> '' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '_sqlx%'
        AND name NOT LIKE 'search\\__%' ESCAPE '\\' AND name NOT LIKE 'buyer\\_search\\__%' ESCAPE '\\'
        ORDER BY tbl_name, type <> 'table', type, name";
    let mut made = String::from("-- Written by a test from the migrations; for reading only.\n");
    for row in rows(&shop.store, sql.to_owned()).await {
        made.push('\n');
        made.push_str(row.get(0));
        made.push_str(";\n");
    }
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema.sql");
    let kept = std::fs::read_to_string(&file).unwrap_or_default();
    if kept != made {
        std::fs::write(&file, &made).unwrap();
    }
    assert_eq!(kept, made, "schema.sql was out of date and has been written anew: look at it and commit it");
}

#[tokio::test]
async fn every_table_is_strict() {
    let shop = shop().await;
    let loose = rows(
        &shop.store,
        format!("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND NOT strict AND {FOREIGN}"),
    )
    .await;
    let names: Vec<String> = loose.iter().map(|row| row.get(0)).collect();
    assert_eq!(
        names, [""; 0],
        "a text in an integer column must fail when it is written, not when it is read"
    );
}

#[tokio::test]
async fn every_column_is_not_null_with_a_default() {
    let shop = shop().await;
    let sql = format!(
        "SELECT t.name || '.' || c.name FROM pragma_table_list t, pragma_table_xinfo(t.name) c
         WHERE t.schema = 'main' AND t.type = 'table' AND t.{FOREIGN_T} AND c.pk = 0
           AND (c.\"notnull\" = 0 OR c.dflt_value IS NULL)",
        FOREIGN_T = FOREIGN.replace("AND name", "AND t.name")
    );
    let names: Vec<String> = rows(&shop.store, sql).await.iter().map(|row| row.get(0)).collect();
    assert_eq!(names, [""; 0], "no third state, and a new column never breaks an old insert");
}

#[tokio::test]
async fn every_id_is_never_used_again() {
    let shop = shop().await;
    let sql = format!(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND {FOREIGN} AND sql LIKE '% id %INTEGER PRIMARY KEY%'
         AND sql NOT LIKE '%AUTOINCREMENT%'"
    );
    let names: Vec<String> = rows(&shop.store, sql).await.iter().map(|row| row.get(0)).collect();
    assert_eq!(names, [""; 0], "an old link must lead nowhere rather than to somebody else's conversation");
    let tables =
        rows(&shop.store, format!("SELECT name FROM sqlite_schema WHERE type = 'table' AND {FOREIGN}")).await;
    assert!(tables.len() >= 20, "the check looks at something: {}", tables.len());
}

#[tokio::test]
async fn every_instant_says_its_unit() {
    let shop = shop().await;
    let sql = format!(
        "SELECT t.name || '.' || c.name FROM pragma_table_list t, pragma_table_xinfo(t.name) c
         WHERE t.schema = 'main' AND t.type = 'table' AND t.{FOREIGN_T}
           AND (c.name LIKE '%\\_at' ESCAPE '\\' OR c.name LIKE '%time%')",
        FOREIGN_T = FOREIGN.replace("AND name", "AND t.name")
    );
    let names: Vec<String> = rows(&shop.store, sql).await.iter().map(|row| row.get(0)).collect();
    assert_eq!(names, [""; 0], "an instant is an integer of milliseconds and its name says so");
}
