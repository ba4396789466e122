use super::super::sources::source;
use super::*;

fn sql(name: &str, text: &str) -> Source {
    source(&format!("{FOLDER}{name}"), text)
}

fn whats(sources: &[Source]) -> Vec<String> {
    check(sources).into_iter().map(|f| f.what).collect()
}

#[test]
fn an_accepted_migration_holds_until_it_is_edited() {
    let list = extended(&[sql("1_init.sql", "CREATE TABLE a;")]);
    let with = |text: &str| vec![sql("1_init.sql", text), source(LIST, &list)];
    assert!(whats(&with("CREATE TABLE a;")).is_empty(), "as accepted");
    assert_eq!(
        whats(&with("CREATE TABLE b;")),
        ["was edited after it had been accepted"],
        "one letter is enough"
    );
}

#[test]
fn a_new_migration_must_be_accepted_and_a_lost_one_is_missed() {
    assert_eq!(whats(&[sql("2_more.sql", "")]), ["is new"], "somebody must say yes to it once");
    assert_eq!(whats(&[source(LIST, "00  1_init.sql\n")]), ["has vanished"], "databases have run it");
}

#[test]
fn accepting_never_rewrites_a_line() {
    let list = extended(&[source(LIST, "00  1_init.sql\n"), sql("1_init.sql", "edited"), sql("2.sql", "")]);
    assert!(list.starts_with("00  1_init.sql\n"), "an edit cannot be accepted in passing: {list}");
    assert_eq!(list.lines().count(), 2, "the new one is added");
}

#[test]
fn the_fingerprint_is_fnv_1a() {
    assert_eq!(fingerprint(b"a"), 0xaf63_dc4c_8601_ec8c, "a published vector");
}
