//! Aim: whoever is named in a payload is found however the platform spells it, and nobody else.

use super::support::{Shop, nothing, shop, unread};
use crate::{IntakeAsk, IntakeWrite, PackedRaw, QuarantineWrite, RawId};
use domain::RawPayload;
use rstest::rstest;

async fn keeps(shop: &Shop, bytes: &[u8]) {
    let raws = [PackedRaw::pack(&RawPayload { source: "test", bytes: bytes.to_vec() }).unwrap()];
    let mut tx = shop.store.begin().await.unwrap();
    tx.ask(&IntakeAsk { raws: &raws, ..nothing(shop.id) }).await.unwrap();
    tx.commit().await.unwrap();
}

async fn mentions(shop: &Shop, word: &str) -> usize {
    shop.store.mentions(&[word.to_owned()], RawId(0), 100).await.unwrap().0.len()
}

#[rstest]
#[case::as_it_is("José", r#"{"name":"José"}"#)]
#[case::escaped("José", r#"{"name":"Jos\u00e9"}"#)]
#[case::escaped_in_capitals("José", r#"{"name":"Jos\u00E9"}"#)]
#[case::chinese("小王掌柜", r#"{"name":"\u5c0f\u738b\u638c\u67dc"}"#)]
#[case::beyond_two_bytes("🐳whale", r#"{"name":"\ud83d\udc33whale"}"#)]
#[case::a_key("buyer77120", r#"{"id":"buyer77120"}"#)]
#[case::at_the_end("buyer77120", "from buyer77120")]
#[tokio::test]
async fn a_name_is_found(#[case] word: &str, #[case] payload: &str) {
    let shop = shop().await;
    keeps(&shop, payload.as_bytes()).await;
    assert_eq!(mentions(&shop, word).await, 1, "{word} in {payload}");
}

#[rstest]
#[case::part_of_a_longer_one("buyer7712", r#"{"id":"buyer77120"}"#)]
#[case::end_of_a_longer_one("77120", r#"{"id":"177120"}"#)]
#[case::too_short_to_name_anybody("Ana", r#"{"name":"Ana"}"#)]
#[case::somebody_else("José", r#"{"name":"Jos\u00e8"}"#)]
#[tokio::test]
async fn nobody_else_is_found(#[case] word: &str, #[case] payload: &str) {
    let shop = shop().await;
    keeps(&shop, payload.as_bytes()).await;
    assert_eq!(mentions(&shop, word).await, 0, "{word} in {payload}");
}

#[tokio::test]
async fn what_could_not_be_read_is_looked_through_page_by_page() {
    let shop = shop().await;
    let quarantined = |n: usize| {
        let buyer = if n.is_multiple_of(2) { "buyer77120" } else { "another" };
        unread(shop.id, format!("{{\"buyer\":\"{buyer}\",{n}").as_bytes(), 0)
    };
    let batch = IntakeWrite { quarantined: (0..7).map(quarantined).collect(), ..IntakeWrite::default() };
    let mut tx = shop.store.begin().await.unwrap();
    tx.write(&batch).await.unwrap();
    tx.commit().await.unwrap();
    for at_once in [1, 3, 100] {
        let found = shop.store.quarantine_mentions(&["buyer77120".to_owned()], at_once).await.unwrap();
        assert_eq!(found.len(), 4, "{at_once} at a time");
    }
}

#[tokio::test]
async fn what_was_known_beside_a_payload_is_looked_through_with_it() {
    let shop = shop().await;
    let beside = r#"{"is":"chat","buyer":"buyer77120"}"#.to_owned();
    let row = QuarantineWrite { beside, ..unread(shop.id, br#"{"text":"hello"}"#, 0) };
    let mut tx = shop.store.begin().await.unwrap();
    tx.write(&IntakeWrite { quarantined: vec![row], ..IntakeWrite::default() }).await.unwrap();
    tx.commit().await.unwrap();
    let found = shop.store.quarantine_mentions(&["buyer77120".to_owned()], 10).await.unwrap();
    assert_eq!(found.len(), 1, "the list told whose it is, the bytes do not");
    let mut tx = shop.store.begin().await.unwrap();
    tx.erasure_done(0, &found).await.unwrap();
    tx.commit().await.unwrap();
    let left = shop.store.quarantined(found[0]).await.unwrap();
    assert_eq!((left.packed_len, left.beside.as_str()), (0, ""), "and both go");
}
