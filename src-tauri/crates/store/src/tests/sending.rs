//! Aim: no reply leaves twice and no alert is raised twice, whatever runs beside each other or ends in between.

use super::support::{Shop, at, reply, say, shop};
use crate::{
    AlertRaise, DeadlineSet, DeadlineStatus, IntakeWrite, NewOutbox, OpenDeadline, OutboxState, StoreError,
};
use domain::{AccountId, Body, DeadlineId, DeadlineKind, Stage};

async fn pending(shop: &Shop, client: &str) -> NewOutbox {
    NewOutbox {
        client_id: client.to_owned(),
        conversation: shop.id_of("c1").await,
        account: Some(shop.li),
        body: Body::from_text("今天发货"),
        file: String::new(),
        created_at: at(10),
        send_after: at(15),
        seen: shop.conversation("c1").await.last.map(|m| m.id),
    }
}

#[tokio::test]
async fn a_second_press_is_the_same_reply() {
    let shop = shop().await;
    shop.take(&[say("c1", "m1", "hi", 0)]).await;
    let new = pending(&shop, "press-1").await;
    let mut tx = shop.store.begin().await.unwrap();
    let first = tx.enqueue(&new).await.unwrap();
    let second = tx.enqueue(&new).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(first, second, "one client id, one row");
    assert_eq!(first.reply, new, "as it was handed in");
    assert_eq!(shop.store.outbox_of(new.conversation).await.unwrap(), [first], "and one on the way");
}

#[tokio::test]
async fn a_state_is_left_only_from_the_state_that_was_seen() {
    use OutboxState::{Cancelled, Sending, Sent, Waiting};
    let shop = shop().await;
    shop.take(&[say("c1", "m1", "hi", 0)]).await;
    let mut tx = shop.store.begin().await.unwrap();
    let id = tx.enqueue(&pending(&shop, "p").await).await.unwrap().id;
    tx.commit().await.unwrap();
    assert_eq!(shop.store.outbox_due(at(14)).await.unwrap(), [], "there is time to undo");
    assert_eq!(shop.store.outbox_due(at(15)).await.unwrap().len(), 1, "then it is due");
    let mut tx = shop.store.begin().await.unwrap();
    let row = tx.move_outbox(id, Waiting, Sending, "", "", at(15)).await.unwrap();
    assert_eq!(row.attempts, 1, "an attempt is counted when it starts");
    let taken = tx.move_outbox(id, Waiting, Cancelled, "", "", at(15)).await;
    assert!(matches!(taken, Err(StoreError::Conflict { .. })), "too late to undo: {taken:?}");
    tx.move_outbox(id, Sending, Sent, "p-77", "", at(16)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(shop.store.outbox(id).await.unwrap().provider_id, "p-77", "the platform's id of it");
    assert_eq!(shop.store.outbox_unsettled().await.unwrap(), [], "settled");
    assert!(shop.store.outbox_by_client_id("p").await.unwrap().is_some(), "and still to be found");
}

#[tokio::test]
async fn what_was_being_sent_when_the_program_ended_is_of_unknown_fate() {
    let shop = shop().await;
    shop.take(&[say("c1", "m1", "hi", 0)]).await;
    let mut tx = shop.store.begin().await.unwrap();
    let id = tx.enqueue(&pending(&shop, "p").await).await.unwrap().id;
    tx.move_outbox(id, OutboxState::Waiting, OutboxState::Sending, "", "", at(15)).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = shop.store.begin().await.unwrap();
    let unknown = tx.recover_outbox(at(99)).await.unwrap();
    assert_eq!(tx.recover_outbox(at(99)).await.unwrap(), [], "once");
    tx.commit().await.unwrap();
    assert_eq!(
        unknown.iter().map(|o| (o.id, o.state)).collect::<Vec<_>>(),
        [(id, OutboxState::Unknown)],
        "asked about"
    );
    assert_eq!(shop.store.outbox_due(at(999)).await.unwrap(), [], "and never sent again unasked");
}

#[tokio::test]
async fn a_reply_written_before_the_newest_message_is_noticed() {
    let shop = shop().await;
    shop.take(&[say("c1", "m1", "hi", 0)]).await;
    let new = pending(&shop, "p").await;
    assert_eq!(shop.store.incoming_since(new.conversation, new.seen).await.unwrap(), [], "nothing newer");
    // It says it is older, but it came later: the writer has not seen it.
    shop.take(&[say("c1", "m0", "wait!", -5), reply("c1", "m2", "ok", 3)]).await;
    let newer = shop.store.incoming_since(new.conversation, new.seen).await.unwrap();
    let newer: Vec<_> = newer.iter().map(|m| m.provider_id.as_str()).collect();
    assert_eq!(newer, ["m0"], "by arrival, and only what came in");
}

#[tokio::test]
async fn a_draft_is_kept_per_account_until_it_is_empty() {
    let shop = shop().await;
    shop.take(&[say("c1", "m1", "hi", 0)]).await;
    let id = shop.id_of("c1").await;
    let save = async |account: Option<AccountId>, text: &str| {
        let mut tx = shop.store.begin().await.unwrap();
        tx.save_draft(id, account, text, at(1)).await.unwrap();
        tx.commit().await.unwrap();
    };
    save(Some(shop.li), "今").await;
    save(Some(shop.li), "今天").await;
    save(None, "x").await;
    let draft = shop.store.draft(id, Some(shop.li)).await.unwrap().unwrap();
    assert_eq!(draft.text, "今天", "the last words");
    save(Some(shop.li), "").await;
    assert_eq!(shop.store.draft(id, Some(shop.li)).await.unwrap(), None, "gone when empty");
    assert_eq!(shop.store.drafts(None).await.unwrap(), [id], "the other's stays");
}

async fn with_deadline(shop: &Shop, due: i64) -> DeadlineId {
    let open = vec![OpenDeadline {
        kind: DeadlineKind::Reply,
        from: at(0),
        due: at(due),
        why: "3 h".to_owned(),
        next_stage_at: Some(at(due - 600)),
    }];
    let conversation = shop.id_of("c1").await;
    let set = DeadlineSet { conversation, open, keep: vec![], missing: DeadlineStatus::Cancelled, at: at(1) };
    let mut tx = shop.store.begin().await.unwrap();
    tx.write(&IntakeWrite { deadlines: vec![set], ..IntakeWrite::default() }).await.unwrap();
    tx.commit().await.unwrap();
    let rows = shop.store.deadlines_of(conversation).await.unwrap();
    rows.iter().find(|d| d.due == at(due)).unwrap().id
}

async fn raise(shop: &Shop, deadline: DeadlineId, stage: i64, now: i64, next: Option<i64>) -> bool {
    let row = shop.store.deadline(deadline).await.unwrap();
    let alert = AlertRaise {
        deadline: domain::Deadline {
            id: row.id,
            conversation: row.conversation,
            kind: row.kind,
            from: row.from,
            due: row.due,
        },
        stage: Stage(stage),
        raised_at: at(now),
        planned_at: at(now - 5),
        next_stage_at: next.map(at),
        ladder_at: (stage == -600).then(|| at(3180)),
    };
    let mut tx = shop.store.begin().await.unwrap();
    let new = tx.raise(&[alert]).await.unwrap();
    tx.commit().await.unwrap();
    new == [deadline]
}

#[tokio::test]
async fn a_stage_of_a_deadline_instant_is_raised_once_whatever_is_recomputed() {
    let shop = shop().await;
    shop.take(&[say("c1", "m1", "hi", 0)]).await;
    let first = with_deadline(&shop, 3600).await;
    assert_eq!(shop.store.next_alert_at().await.unwrap(), Some(at(3000)), "the loop sleeps until then");
    assert_eq!(shop.store.due_alerts(at(2999)).await.unwrap().len(), 0, "not yet");
    let due = shop.store.due_alerts(at(3000)).await.unwrap();
    assert_eq!((due[0].deadline.id, due[0].name.as_str()), (first, "Ivan c1"), "with what a toast says");
    assert!(raise(&shop, first, -600, 3005, Some(3600)).await, "the first time");
    assert!(!raise(&shop, first, -600, 3006, Some(3600)).await, "never twice");
    // A policy is changed and changed back.
    with_deadline(&shop, 7200).await;
    let again = with_deadline(&shop, 3600).await;
    assert!(!raise(&shop, again, -600, 3010, Some(3600)).await, "the instant is the same, so it was raised");
    assert!(raise(&shop, again, 0, 3600, None).await, "the next stage is new");
    assert_eq!(shop.store.next_alert_at().await.unwrap(), None, "nothing is left");
    let raised = shop.store.alerts_of(shop.id_of("c1").await).await.unwrap();
    assert_eq!(
        raised.iter().map(|a| (a.stage.0, a.late_ms)).collect::<Vec<_>>(),
        [(-600, 5000), (0, 5000)],
        "on record"
    );
}

#[tokio::test]
async fn a_snooze_never_reaches_past_the_deadline_and_survives_a_recomputation() {
    let shop = shop().await;
    shop.take(&[say("c1", "m1", "hi", 0)]).await;
    let id = with_deadline(&shop, 3600).await;
    let mut tx = shop.store.begin().await.unwrap();
    let until = tx.snooze(id, at(3300 + 600), at(3300)).await.unwrap();
    assert_eq!(until, at(3600), "cut at the deadline");
    tx.snooze(id, at(3400), at(3300)).await.unwrap();
    tx.commit().await.unwrap();
    with_deadline(&shop, 3600).await;
    assert_eq!(shop.store.due_alerts(at(3399)).await.unwrap().len(), 0, "still put off");
    let due = shop.store.due_alerts(at(3400)).await.unwrap();
    assert_eq!(due[0].deadline.snoozed_until, Some(at(3400)), "and it is known why it comes back");
}
