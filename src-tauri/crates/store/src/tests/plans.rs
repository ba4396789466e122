//! Aim: what runs on every click reads an index and sorts nothing. Plans are looked at, because time differs by machine.

use super::support::shop;
use crate::{conversation, deadline, firing, ladder, message, push_log, sealed, search};
use rstest::rstest;
use sqlx::{AssertSqlSafe, Row};

async fn plan(sql: &str) -> Vec<String> {
    let shop = shop().await;
    let explain = format!("EXPLAIN QUERY PLAN {sql}");
    let rows = sqlx::query(AssertSqlSafe(explain))
        .fetch_all(&mut *shop.store.reader().await.unwrap())
        .await
        .unwrap();
    rows.iter().map(|row| row.get("detail")).collect()
}

#[rstest]
#[case::mine(conversation::LIST_MINE, "conversation_mine (owner_id=? AND (due_ms,recency)>(?,?))")]
#[case::team(conversation::LIST_TEAM, "conversation_team ((due_ms,recency)>(?,?))")]
#[case::unassigned(conversation::LIST_UNASSIGNED, "conversation_unassigned ((due_ms,recency)>(?,?))")]
#[case::other(conversation::LIST_OTHER, "conversation_other (kind=? AND (due_ms,recency)>(?,?))")]
#[case::done(conversation::LIST_DONE, "conversation_done (recency>?)")]
#[case::items(crate::item::OF_BUYER, "message_conversation (conversation_id=?)")]
#[case::thread_up(
    message::PAGE_BEFORE,
    "message_conversation (conversation_id=? AND (sent_at_ms,turn)<(?,?))"
)]
#[case::thread_down(
    message::PAGE_AFTER,
    "message_conversation (conversation_id=? AND (sent_at_ms,turn)>(?,?))"
)]
#[case::tide_line(deadline::OPEN_BETWEEN, "deadline_due (due_ms>? AND due_ms<?)")]
#[case::alerts(deadline::DUE_ALERTS, "deadline_alert (next_stage_at_ms>? AND next_stage_at_ms<?)")]
#[case::rules_untold(firing::UNTOLD, "rule_firing_untold (id>?)")]
#[case::rules_fired(firing::OF_CONVERSATION, "rule_firing_conversation (conversation_id=? AND at_ms>?)")]
#[case::ladders(ladder::DUE_CLIMBS, "deadline_ladder (ladder_at_ms>? AND ladder_at_ms<?)")]
#[tokio::test]
async fn a_page_is_one_walk_along_its_index(#[case] sql: &str, #[case] walk: &str) {
    let plan = plan(sql).await;
    assert!(plan[0].contains(walk), "starts where the page starts: {plan:#?}");
    let sorts = plan.iter().any(|step| step.contains("TEMP B-TREE") && !step.contains("LAST TERM"));
    assert!(!sorts, "comes out in order: {plan:#?}");
    assert!(!plan.iter().any(|step| step.starts_with("SCAN")), "reads no table from end to end: {plan:#?}");
}

#[rstest]
#[case::newest(push_log::PAGE_ALL, "a USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)")]
#[case::oldest(push_log::SPAN_ALL, "a USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)")]
#[case::of_sorts(push_log::PAGE_KINDS, "audit_kind (kind=? AND id>? AND id<?)")]
#[case::of_sorts_oldest(push_log::SPAN_KINDS, "audit_kind (kind=? AND id>? AND id<?)")]
#[case::counted_by_sort(push_log::COUNT_KINDS, "audit_kind (kind=?)")]
#[tokio::test]
async fn the_push_log_is_walked_along_an_index_within_a_range(#[case] sql: &str, #[case] walk: &str) {
    let plan = plan(sql).await;
    assert!(plan.iter().any(|step| step.contains(walk)), "along {walk}: {plan:#?}");
    let whole = |step: &&String| step.starts_with("SCAN") && !step.contains("VIRTUAL TABLE");
    assert_eq!(plan.iter().find(whole), None, "reads no table from end to end: {plan:#?}");
    let sorts = plan.iter().any(|step| step.contains("TEMP B-TREE"));
    let several = walk.starts_with("audit_kind") && sql.contains("ORDER BY");
    assert_eq!(sorts, several, "only several sorts have to be brought into order: {plan:#?}");
}

#[tokio::test]
async fn whether_an_order_is_done_with_is_looked_up_and_not_searched_for() {
    let plan = plan(sealed::EXPIRED).await;
    for walk in [
        "sealed USING INDEX sealed_place (store_id=?)",
        "c USING INDEX conversation_order (order_no=?)",
        "p USING INDEX purchase_number (order_no=? AND store_id=?)",
        "buyer_key (store_id=? AND key=?",
        "c USING INDEX conversation_buyer (buyer_id=?)",
        "(conversation_id=?",
    ] {
        assert!(plan.iter().any(|step| step.contains(walk)), "along {walk}: {plan:#?}");
    }
    assert_eq!(plan.iter().find(|step| step.starts_with("SCAN")), None, "reads no table for each: {plan:#?}");
}

#[tokio::test]
async fn a_search_reads_its_index_backwards_and_looks_up_only_the_page() {
    let plan = plan(search::testing::HITS).await;
    let walk = plan.iter().find(|step| step.contains("VIRTUAL TABLE INDEX")).unwrap();
    assert!(walk.contains("search"), "the full-text index leads: {plan:#?}");
    assert!(
        plan.iter().any(|step| step.contains("message_search (search_id=?)")),
        "one look per hit: {plan:#?}"
    );
    assert!(!plan.iter().any(|step| step.starts_with("SCAN m")), "no walk over the messages: {plan:#?}");
}
