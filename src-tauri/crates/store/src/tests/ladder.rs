//! Aim: each step of a ladder is on record once, acting ends it, and a silence is told once.

use super::support::{Shop, at, say, shop};
use crate::{Acted, AlertRaise, ClimbWrite, DeadlineSet, DeadlineStatus, IntakeWrite, OpenDeadline};
use domain::{ConversationId, Deadline, DeadlineKind, Stage};

/// A conversation with a reply due at 3600, whose foot was raised at 3000.
async fn told(shop: &Shop) -> Deadline {
    shop.take(&[say("c1", "m1", "hi", 0)]).await;
    let conversation = shop.id_of("c1").await;
    let (kind, from, due) = (DeadlineKind::Reply, at(0), at(3600));
    let why = String::new();
    let open = vec![OpenDeadline { kind, from, due, why, next_stage_at: Some(at(3000)) }];
    let set = DeadlineSet { conversation, open, keep: vec![], missing: DeadlineStatus::Cancelled, at: at(1) };
    let mut tx = shop.store.begin().await.unwrap();
    tx.write(&IntakeWrite { deadlines: vec![set], ..IntakeWrite::default() }).await.unwrap();
    tx.commit().await.unwrap();
    let id = shop.store.deadlines_of(conversation).await.unwrap()[0].id;
    let deadline = Deadline { id, conversation, kind, from, due };
    let alert = AlertRaise {
        deadline: deadline.clone(),
        stage: Stage(-600),
        raised_at: at(3001),
        planned_at: at(3000),
        next_stage_at: Some(due),
        ladder_at: Some(at(3180)),
    };
    let mut tx = shop.store.begin().await.unwrap();
    tx.raise(&[alert]).await.unwrap();
    tx.commit().await.unwrap();
    deadline
}

async fn act(shop: &Shop, conversation: ConversationId, seconds: i64, late: bool) -> bool {
    let mut tx = shop.store.begin().await.unwrap();
    let acted = Acted { conversation, act: "opened", at: at(seconds), late };
    let new = tx.acted(&[acted]).await.unwrap();
    tx.commit().await.unwrap();
    new
}

#[tokio::test]
async fn a_rung_of_a_deadline_instant_is_climbed_once() {
    let shop = shop().await;
    let deadline = told(&shop).await;
    assert!(shop.store.due_climbs(at(3179)).await.unwrap().is_empty(), "people have time to act");
    let due = shop.store.due_climbs(at(3180)).await.unwrap();
    assert_eq!(
        (&due[0].deadline, due[0].told_at, &due[0].climbed),
        (&deadline, at(3001), &None),
        "it stands"
    );
    let step = ClimbWrite {
        deadline: deadline.id,
        conversation: deadline.conversation,
        kind: deadline.kind,
        due: deadline.due,
        rung: "agent",
        to: Some(shop.wang),
        from: Some(shop.li),
        why: r#"{"waited_s":180}"#.to_owned(),
        at: at(3181),
    };
    for new in [vec![deadline.id], vec![]] {
        let mut tx = shop.store.begin().await.unwrap();
        assert_eq!(
            tx.climb(std::slice::from_ref(&step)).await.unwrap(),
            new,
            "the first time, and never twice"
        );
        tx.commit().await.unwrap();
    }
    let row = shop.store.climbs_of(deadline.conversation).await.unwrap().remove(0);
    assert_eq!((row.to, row.from, row.at), (Some(shop.wang), Some(shop.li), at(3181)), "from whom to whom");
    let log = shop.store.audit_of(deadline.conversation).await.unwrap();
    let entries = log.iter().filter(|row| row.entry.kind == "ladder_climbed").count();
    assert_eq!(entries, 1, "the push log has it once");
    let due = shop.store.due_climbs(at(3400)).await.unwrap();
    assert_eq!(due[0].climbed, Some(("agent".to_owned(), at(3181))), "the next step knows of it");
    let mut tx = shop.store.begin().await.unwrap();
    tx.end_ladders(&[deadline.id]).await.unwrap();
    tx.commit().await.unwrap();
    assert!(shop.store.due_climbs(at(9000)).await.unwrap().is_empty(), "nobody is left to tell");
}

#[tokio::test]
async fn acting_ends_a_ladder_and_answers_the_alerts() {
    let shop = shop().await;
    let deadline = told(&shop).await;
    let id = deadline.conversation;
    assert!(!act(&shop, id, 2990, true).await, "what was done before the alert is no answer to it");
    assert_eq!(shop.store.due_climbs(at(4000)).await.unwrap().len(), 1, "so the ladder stands");
    assert!(act(&shop, id, 2000, false).await, "a person acts now, whatever the clock says");
    assert!(shop.store.due_climbs(at(4000)).await.unwrap().is_empty(), "and the ladder is gone");
    let alert = shop.store.alerts_of(id).await.unwrap().remove(0);
    assert_eq!((alert.action.as_str(), alert.acted_at), ("opened", Some(at(2000))), "with what they did");
    assert!(!act(&shop, id, 3100, false).await, "there is nothing left to act on");
}

#[tokio::test]
async fn a_settled_deadline_has_no_ladder() {
    let shop = shop().await;
    let conversation = told(&shop).await.conversation;
    let met =
        DeadlineSet { conversation, open: vec![], keep: vec![], missing: DeadlineStatus::Met, at: at(3100) };
    let mut tx = shop.store.begin().await.unwrap();
    tx.write(&IntakeWrite { deadlines: vec![met], ..IntakeWrite::default() }).await.unwrap();
    tx.commit().await.unwrap();
    assert!(shop.store.due_climbs(at(9000)).await.unwrap().is_empty(), "a reply ends everything");
}

#[tokio::test]
async fn a_silence_is_told_once_until_it_ends() {
    let shop = shop().await;
    let tell = async |now| {
        let mut tx = shop.store.begin().await.unwrap();
        let new = tx.note_silence(shop.id, "too_long", "unreachable", at(now)).await.unwrap();
        tx.commit().await.unwrap();
        new
    };
    assert!(tell(1).await && !tell(2).await, "the first time, and never twice");
    let mut tx = shop.store.begin().await.unwrap();
    assert!(tx.end_silence(shop.id, at(3)).await.unwrap(), "it was read again");
    assert!(!tx.end_silence(shop.id, at(4)).await.unwrap(), "which is said once");
    assert!(
        !tx.note_silence(domain::StoreId(999), "too_long", "", at(4)).await.unwrap(),
        "a removed store is left out"
    );
    tx.commit().await.unwrap();
    assert!(tell(5).await, "another silence is another alert");
    let all = shop.store.silences(at(3)).await.unwrap();
    let ends: Vec<_> = all.iter().map(|row| row.ended_at).collect();
    assert_eq!(ends, [Some(at(3)), None], "what lasts, and what ended lately");
    assert_eq!(shop.store.silences(at(4)).await.unwrap().len(), 1, "what ended long ago is no news");
}

#[tokio::test]
async fn a_clock_that_starts_again_leaves_nothing_behind() {
    let shop = shop().await;
    let deadline = told(&shop).await;
    let mut row = shop.conversation("c1").await;
    row.due = Some(at(7200));
    let clock = OpenDeadline {
        kind: deadline.kind,
        from: at(3600),
        due: at(7200),
        why: "again".to_owned(),
        next_stage_at: Some(at(6600)),
    };
    let mut tx = shop.store.begin().await.unwrap();
    assert!(tx.restart_clock(&row, &clock).await.unwrap(), "it ran");
    let other = OpenDeadline { kind: DeadlineKind::Dispute, ..clock.clone() };
    assert!(!tx.restart_clock(&row, &other).await.unwrap(), "one that does not run can't start again");
    tx.commit().await.unwrap();
    let rows = shop.store.deadlines_of(deadline.conversation).await.unwrap();
    assert_eq!(rows.len(), 1, "one row");
    assert_eq!((rows[0].due, rows[0].next_stage_at), (at(7200), Some(at(6600))), "with its new instants");
    assert!(shop.store.due_climbs(at(9000)).await.unwrap().is_empty(), "and a ladder of its own");
    assert_eq!(shop.conversation("c1").await.due, Some(at(7200)), "lists sort by it");
}

#[tokio::test]
async fn it_is_known_until_when_deadlines_were_watched() {
    let shop = shop().await;
    assert_eq!(shop.store.watched_until().await.unwrap(), None, "a fresh file");
    for now in [10, 20, 5] {
        let mut tx = shop.store.begin().await.unwrap();
        tx.set_watched_until(at(now)).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(shop.store.watched_until().await.unwrap(), Some(at(now)), "the last word, also backwards");
    }
}
