//! A process that dies while it reads again.

use super::{HOUR, all_again, keep, kept, line, unread};
use crate::common::{Chance, House, at, kills};
use tokio_util::sync::CancellationToken;

/// Payloads of the story, every third of which stays unreadable.
const ROWS: i64 = 60;

async fn house() -> House {
    let house = House::solo().await;
    let rows = (0..ROWS).map(|n| {
        let buyer = format!("b{}", n % 7);
        let bytes =
            if n % 3 == 2 { format!("{{half {n}").into_bytes() } else { line(&format!("m{n}"), n, "Hello") };
        unread(house.shop, &buyer, bytes, n)
    });
    keep(&house, rows.collect()).await;
    house.clock.set(at(HOUR));
    house
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_at_any_instant_loses_nothing_and_doubles_nothing() {
    let whole = house().await;
    all_again(&whole).await;
    let expected = whole.settled().await;
    let mut broken = house().await;
    let mut chance = Chance::of_kills(0x5EED);
    for _ in 0..kills(12) {
        let engine = broken.engine.clone();
        let work = tokio::spawn(async move {
            let never = CancellationToken::new();
            engine.read_all_again(&never, |_| {}).await
        });
        for _ in 0..chance.below(200) {
            tokio::task::yield_now().await;
        }
        work.abort();
        // It may have been done already.
        let _ = work.await;
        broken = broken.crashed().await;
    }
    let report = all_again(&broken).await;
    assert_eq!(report.unreadable, 20, "{report:?}");
    assert_eq!(kept(&broken).await.len(), 20, "what can be read is read, what cannot is there");
    assert_eq!(without_log(&broken.settled().await), without_log(&expected), "as if nobody had disturbed it");
    assert!(broken.engine.store().verify().await.unwrap().is_whole(), "and the file agrees with itself");
}

/// The state without the log, which tells in which order it came about.
fn without_log(dump: &str) -> Vec<&str> {
    dump.lines().filter(|line| !line.starts_with(r#"["audit""#)).collect()
}
