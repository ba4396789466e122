//! Aim: a file that is taken in is there once and in full, however it is cut into transactions and how often it comes.

use crate::common::House;
use engine::Importer;
use store::View;

/// A file of two stores, with a line that can't be read, and two that are the same.
fn lines() -> Vec<String> {
    let line = |n: i64, direction: &str, text: &str| {
        let (store, sent_at) = (n % 2, 1_772_413_200_000_i64 + n * 60_000);
        format!(
            r#"{{"conversation":{},"buyer":"b{}","platform":"shopee","store":{store},"sent_at":{sent_at},"direction":"{direction}","text":"{text}"}}"#,
            n % 6,
            n % 6,
        )
    };
    let mut lines: Vec<String> =
        (0..60).map(|n| line(n, if n % 3 == 0 { "out" } else { "in" }, &format!("退款 {n}"))).collect();
    lines.push(line(7, "in", "twice"));
    lines.push("{broken".into());
    lines.push(line(7, "in", "twice"));
    lines
}

async fn import(house: &House, portion: usize) -> (u64, u64) {
    let mut importer = Importer::new(house.engine.clone()).in_portions_of(portion);
    for line in lines() {
        importer.line(line.as_bytes()).await.unwrap();
    }
    let accepted = importer.finish().await.unwrap();
    (accepted.taken, accepted.quarantined)
}

#[tokio::test]
async fn a_file_gives_the_same_record_however_it_is_cut() {
    let mut dumps = Vec::new();
    for portion in [1, 7, 1000] {
        let house = House::solo().await;
        assert_eq!(import(&house, portion).await, (62, 1), "equal lines are two messages: {portion}");
        let report = house.engine.store().verify().await.unwrap();
        assert!(report.is_whole(), "nothing hangs in the air: {report:?}");
        // A clock that was met within a transaction was never written.
        let dump = house.dump().await;
        let lasting = |line: &&str| !line.starts_with(r#"["deadline""#) || line.contains(r#""open""#);
        dumps.push(dump.lines().filter(lasting).map(str::to_owned).collect::<Vec<_>>());
    }
    assert_eq!(dumps[0], dumps[1], "line by line as in portions");
    assert_eq!(dumps[1], dumps[2], "and as all at once, both stores in one transaction");
}

#[tokio::test]
async fn a_file_that_comes_twice_is_there_once() {
    let house = House::solo().await;
    import(&house, 20).await;
    let once = house.dump().await;
    assert_eq!(import(&house, 9).await, (0, 1), "every line is known by what it says");
    assert_eq!(house.dump().await, once, "nothing changed");
    assert_eq!(house.engine.store().quarantine_count().await.unwrap(), 1, "the broken line is kept once");
    let counts = house.engine.store().view_counts(None).await.unwrap();
    assert!(counts.team > 0, "and the conversations are on the list of {:?}", View::Team);
}
