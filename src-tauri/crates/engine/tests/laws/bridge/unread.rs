//! A program of which nothing can be read counts as silent, however often it calls.

use super::client::{Program, house, message};
use crate::common::House;
use engine::Notice;
use serde_json::{Value, json};
use store::StoreRow;

fn broken(id: &str) -> Value {
    json!({ "kind": "message", "id": id })
}

async fn row(house: &House, program: &Program) -> StoreRow {
    house.engine.store().store(program.store).await.unwrap()
}

/// The codes with which this bridge was told to be silent since the last look.
fn told(house: &House, program: &Program) -> Vec<Option<String>> {
    let of_this = |notice| {
        let Notice::StoreSilent { store, code, .. } = notice else { return None };
        (store == program.store).then_some(code)
    };
    house.bell.take().into_iter().filter_map(of_this).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_are_no_sign_of_life_while_nothing_that_is_handed_in_can_be_read() {
    let (house, program) = house().await;
    assert_eq!(program.hands_in(&[message("c1", "m1", 0, "hello")]).await, ["accepted"]);
    let read = row(&house, &program).await.last_success;
    assert!(read.is_some(), "it is alive");
    house.clock.advance(20);
    assert_eq!(program.hands_in(&[broken("m2"), broken("m3")]).await, ["quarantined", "quarantined"]);
    house.clock.advance(20);
    program.fetches("wait=0").await;
    let dark = row(&house, &program).await;
    assert_eq!(
        (dark.last_success, dark.last_error_code.as_str()),
        (read, "bridge_unreadable"),
        "it only calls"
    );
    house.runs(1_000, 15).await;
    assert_eq!(told(&house, &program), [Some("bridge_unreadable".to_owned())], "nothing is heard of buyers");

    let fates = program.hands_in(&[broken("m2"), message("c1", "m4", 60, "still there?")]).await;
    assert_eq!(fates, ["quarantined", "accepted"], "one that can be read is enough");
    let healed = row(&house, &program).await;
    assert!(healed.last_success > read && healed.last_error_code.is_empty(), "{healed:?}");
    assert!(house.engine.silent_stores().await.unwrap().is_empty(), "it is heard again");
    house.runs(2_500, 15).await;
    assert_eq!(told(&house, &program), [None], "and another silence is told again, of one that is gone");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_known_or_empty_says_nothing_bad_of_a_bridge() {
    let (house, program) = house().await;
    let asked = [message("c1", "m1", 0, "hello")];
    for fate in ["accepted", "known"] {
        assert_eq!(program.hands_in(&asked).await, [fate]);
        assert!(row(&house, &program).await.last_error_code.is_empty(), "it was read");
    }
}
