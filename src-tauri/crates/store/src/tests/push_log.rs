//! Aim: whoever asks the push log gets exactly what fits, page after page, and no question is long.

use super::support::{Shop, at, say, shop};
use crate::{AuditEntry, LogFilter, LogRow, NewRobot};
use domain::{ConversationId, LogGroup, LogKind};
use rstest::rstest;

/// Twelve entries about two conversations, a store and a robot, beside those of the shop itself (4: numbers 1 to 4).
async fn filled() -> Shop {
    let shop = shop().await;
    shop.take(&[say("c1", "m1", "hi", 0), say("c2", "m2", "hi", 0)]).await;
    let (one, two) = (shop.id_of("c1").await, shop.id_of("c2").await);
    let mut tx = shop.store.begin().await.unwrap();
    for n in 0..5 {
        tx.audit(entry(n, LogKind::Received, Some(one), &format!(r#"{{"provider_id":"m{n}_50%"}}"#)));
        tx.audit(entry(n, LogKind::Received, Some(two), r#"{"provider_id":"x"}"#));
    }
    tx.audit(entry(9, LogKind::ReplySent, Some(one), r#"{"by":2,"detail":"ok"}"#));
    tx.audit(entry(20, LogKind::StoreSilent, None, r#"{"store":1,"code":"http_503"}"#));
    tx.commit().await.unwrap();
    shop
}

fn entry(seconds: i64, kind: LogKind, conversation: Option<ConversationId>, detail: &str) -> AuditEntry {
    AuditEntry { at: at(seconds), kind, conversation, detail: detail.to_owned() }
}

async fn ids(shop: &Shop, filter: &LogFilter) -> Vec<i64> {
    let page = shop.store.log_page(filter, None, 100).await.unwrap();
    assert_eq!(page.next, None, "all of it is on one page");
    let newest_first: Vec<i64> = page.rows.iter().map(|row| row.row.id).collect();
    let mut oldest_first: Vec<i64> =
        shop.store.log_span(filter, 0, i64::MAX).await.unwrap().iter().map(|row| row.row.id).collect();
    oldest_first.reverse();
    assert_eq!(newest_first, oldest_first, "an export has what the screen has");
    newest_first
}

#[rstest]
#[case::everything(LogFilter::default(), (1..=16).rev().collect())]
#[case::a_sort(LogFilter { kinds: vec![LogKind::ReplySent], ..LogFilter::default() }, vec![15])]
#[case::a_group(LogFilter { kinds: LogGroup::Team.kinds().collect(), ..LogFilter::default() }, vec![4, 3, 2])]
#[case::with_what_came_in(
    LogFilter { kinds: vec![LogKind::StoreSilent, LogKind::Received], ..LogFilter::default() },
    vec![16, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5]
)]
#[case::since(LogFilter { from: Some(at(9)), ..LogFilter::default() }, vec![16, 15])]
#[case::until(LogFilter { to: Some(at(1)), ..LogFilter::default() }, vec![6, 5, 4, 3, 2, 1])]
#[case::a_word(LogFilter { words: "HTTP_503".into(), ..LogFilter::default() }, vec![16])]
#[case::two_words(LogFilter { words: "by ok".into(), ..LogFilter::default() }, vec![15])]
#[case::no_wildcard(LogFilter { words: "m1_50%".into(), ..LogFilter::default() }, vec![7])]
#[case::no_pattern(LogFilter { words: "m1_5_%".into(), ..LogFilter::default() }, vec![])]
#[tokio::test]
async fn a_filter_finds_what_fits_and_nothing_else(#[case] filter: LogFilter, #[case] expected: Vec<i64>) {
    assert_eq!(ids(&filled().await, &filter).await, expected, "{filter:?}");
}

#[tokio::test]
async fn entries_are_found_by_conversation_store_buyer_and_robot() {
    let shop = filled().await;
    let one = shop.id_of("c1").await;
    let about = LogFilter { conversation: Some(one), ..LogFilter::default() };
    assert_eq!(ids(&shop, &about).await, [15, 13, 11, 9, 7, 5], "its messages and its reply");
    let replies = LogFilter { kinds: vec![LogKind::ReplySent], ..about.clone() };
    assert_eq!(ids(&shop, &replies).await, [15], "its replies");
    let store = LogFilter { store: Some(shop.id), ..LogFilter::default() };
    assert_eq!(ids(&shop, &store).await.len(), 13, "two conversations, its silence, and that it was added");
    let buyer = shop.conversation("c1").await.buyer;
    let buyer = LogFilter { buyer, ..LogFilter::default() };
    assert_eq!(ids(&shop, &buyer).await, ids(&shop, &about).await, "the buyer's only conversation");
    let named = LogFilter { words: "ivan C1".into(), ..LogFilter::default() };
    assert_eq!(ids(&shop, &named).await, ids(&shop, &about).await, "or by the buyer's name");

    let new = NewRobot {
        kind: "robot".into(),
        name: "客服群".into(),
        secret_handle: "h".into(),
        settings: "{}".into(),
    };
    let mut tx = shop.store.begin().await.unwrap();
    let robot = tx.add_robot(&new, at(30)).await.unwrap();
    tx.commit().await.unwrap();
    let robot = LogFilter { robot: Some(robot), ..LogFilter::default() };
    assert_eq!(ids(&shop, &robot).await, [17], "that it was added");
}

#[tokio::test]
async fn an_entry_names_its_store_and_its_buyer() {
    let shop = filled().await;
    let rows = shop.store.log_page(&LogFilter::default(), None, 2).await.unwrap().rows;
    let place = |row: &LogRow| (row.store, row.title.clone(), row.there);
    assert_eq!(place(&rows[0]), (Some(shop.id), String::new(), false), "a store's own entry");
    assert_eq!(place(&rows[1]), (Some(shop.id), "Ivan c1".to_owned(), true), "a conversation's");
}

#[tokio::test]
async fn pages_join_and_end() {
    let shop = filled().await;
    for filter in [
        LogFilter::default(),
        LogFilter { conversation: Some(shop.id_of("c1").await), ..LogFilter::default() },
        LogFilter { kinds: LogGroup::Team.kinds().collect(), ..LogFilter::default() },
    ] {
        let whole = ids(&shop, &filter).await;
        let (mut seen, mut before) = (Vec::new(), None);
        loop {
            let page = shop.store.log_page(&filter, before, 2).await.unwrap();
            assert!(page.rows.len() <= 2, "as many as asked for");
            seen.extend(page.rows.iter().map(|row| row.row.id));
            before = page.next;
            if before.is_none() {
                break;
            }
        }
        assert_eq!(seen, whole, "no entry is missing or repeated: {filter:?}");
    }
    let empty = LogFilter { words: "nowhere".into(), ..LogFilter::default() };
    assert_eq!(shop.store.log_page(&empty, None, 2).await.unwrap().next, None, "nothing fits, and it ends");
}

#[tokio::test]
async fn a_number_is_told_where_an_index_knows_it() {
    let shop = filled().await;
    let count = async |filter: LogFilter| shop.store.log_count(&filter).await.unwrap();
    assert_eq!(count(LogFilter::default()).await, Some(16), "of all");
    let team = LogFilter { kinds: LogGroup::Team.kinds().collect(), ..LogFilter::default() };
    assert_eq!(count(team).await, Some(3), "of a group");
    let worded = LogFilter { words: "ok".into(), ..LogFilter::default() };
    assert_eq!(count(worded).await, None, "words would have to be read");
    let came = LogFilter { kinds: vec![LogKind::Received], ..LogFilter::default() };
    assert_eq!(count(came).await, None, "and what came in has no index");
}

/// Fills the log with `n` more entries about nothing, by one statement: hashes do not matter here.
async fn flood(shop: &Shop, n: i64) {
    let sql = "WITH RECURSIVE t (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < ?1)
        INSERT INTO audit (at_ms, kind, conversation_id, detail, hash)
        SELECT n, 'received', 0, '{}', zeroblob(32) FROM t";
    let mut tx = shop.store.begin().await.unwrap();
    sqlx::query(sql).bind(n).execute(tx.conn().await.unwrap()).await.unwrap();
    tx.commit().await.unwrap();
}

/// Asks page after page; how many looks it took, the longest of them, and what was found.
async fn looks(shop: &Shop, filter: &LogFilter) -> (usize, i64, Vec<i64>) {
    let (mut before, mut looks, mut longest, mut found) =
        (shop.store.log_end().await.unwrap() + 1, 0, 0, vec![]);
    loop {
        let page = shop.store.log_page(filter, Some(before), 50).await.unwrap();
        found.extend(page.rows.iter().map(|row| row.row.id));
        looks += 1;
        longest = longest.max(before - page.next.unwrap_or(1));
        match page.next {
            Some(next) => before = next,
            None => return (looks, longest, found),
        }
    }
}

#[tokio::test]
async fn a_page_over_a_long_log_looks_at_a_bounded_part_and_says_how_far() {
    let shop = filled().await;
    flood(&shop, 250_000).await;
    let words = LogFilter { words: "http_503".into(), ..LogFilter::default() };
    assert_eq!(looks(&shop, &words).await, (6, 50_000, vec![16]), "words have to be read");
    let early = LogFilter { kinds: vec![LogKind::StoreSilent], ..LogFilter::default() };
    assert_eq!(looks(&shop, &early).await, (2, 200_000, vec![16]), "a sort passes over what came in");
    let place = LogFilter { conversation: Some(shop.id_of("c2").await), ..LogFilter::default() };
    assert_eq!(looks(&shop, &place).await, (2, 200_000, vec![14, 12, 10, 8, 6]), "and so does a place");
}
