//! Aim: a mailbox that nobody reads for 72 hours is a deadline like any other.

use crate::common::{House, Pretend, until};
use channels::{Backlog, Batch, Connector};
use domain::{ConversationKind, ConversationState, DeadlineKind, Platform, StoreId};
use engine::{Clock, Event, Notice};
use std::sync::Arc;
use std::time::Duration;
use store::{ConversationItem, DeadlineRow, DeadlineStatus, Entity, ListQuery, NewStore, View};

const HOUR: i64 = 3_600;

/// A mailbox that is read once.
async fn mailbox(house: &House) -> (StoreId, Arc<Pretend>) {
    let new = NewStore {
        platform: Platform::Mail,
        name: "service@rainbow.example".into(),
        external_id: "mail:1".into(),
        settings: "{}".into(),
        secret_handle: String::new(),
    };
    let mut tx = house.engine.store().begin().await.unwrap();
    let store = tx.add_store(&new, house.engine.now()).await.unwrap();
    tx.commit().await.unwrap();
    let clock = Arc::clone(&house.clock);
    let platform = Arc::new(Pretend::mailbox(Arc::new(move || clock.now())));
    house.engine.attach(store, Arc::clone(&platform) as Arc<dyn Connector>, Duration::from_secs(60)).await;
    house.until_store(store, |row| row.last_success.is_some()).await;
    (store, platform)
}

async fn checked(house: &House, store: StoreId, platform: &Pretend) {
    let now = house.engine.now();
    platform.brings(Ok(Batch::default()));
    house.until_store(store, |row| row.last_success == Some(now)).await;
}

/// The conversation that the clock hangs on.
async fn thread(house: &House) -> ConversationItem {
    let mut all = Vec::new();
    for view in [View::Mails, View::Done] {
        let query = ListQuery { view, store: None, after: None, limit: 10 };
        all.extend(house.engine.store().list(query).await.unwrap().items);
    }
    all.retain(|item| item.conversation.kind == ConversationKind::Mail);
    assert_eq!(all.len(), 1, "one mailbox, one clock: {all:?}");
    all.remove(0)
}

async fn clocks(house: &House) -> Vec<DeadlineRow> {
    house.engine.store().deadlines_of(thread(house).await.conversation.id).await.unwrap()
}

fn after_hours(house: &House, hours: i64) -> domain::Timestamp {
    domain::from_ms(domain::to_ms(house.clock.now()) + hours * HOUR * 1_000)
}

#[tokio::test]
async fn each_successful_check_starts_the_clock_again_in_one_row() {
    let house = House::solo().await;
    let (store, platform) = mailbox(&house).await;
    for _ in 0..20 {
        house.clock.advance(60);
        checked(&house, store, &platform).await;
        let clocks = clocks(&house).await;
        let [clock] = clocks.as_slice() else { panic!("one row, however often: {clocks:?}") };
        assert_eq!(clock.kind, DeadlineKind::SystemMail, "the clock of system mail");
        assert_eq!(
            (clock.status, clock.due),
            (DeadlineStatus::Open, after_hours(&house, 72)),
            "72 h from now"
        );
        assert!(clock.why.contains("mailbox_checked"), "with its arithmetic: {}", clock.why);
    }
    let row = thread(&house).await.conversation;
    assert_eq!(
        (row.state, row.title.as_str()),
        (ConversationState::Done, "service@rainbow.example"),
        "nothing to do"
    );
    assert_eq!(row.due, Some(after_hours(&house, 72)), "lists know when it is due");
    assert!(house.engine.store().verify().await.unwrap().is_whole(), "the record agrees with itself");
}

#[tokio::test]
async fn a_long_reading_is_noted_now_and_then_and_at_its_end() {
    let house = House::solo().await;
    let (store, platform) = mailbox(&house).await;
    let backlog = Some(Backlog { done: 1, total: 2 });
    for (seconds, times, why) in
        [(4, 1, "it was noted just before, so at the end alone"), (5, 2, "at once, too")]
    {
        house.clock.advance(seconds);
        let before = house.engine.store().last_seq().await.unwrap();
        let polled = platform.polled();
        for _ in 0..3 {
            platform.queue(Ok(Batch { more: true, backlog, ..Batch::default() }));
        }
        platform.brings(Ok(Batch::default()));
        house.until(async || platform.polled() == polled + 4 && house.engine.backlogs().is_empty()).await;
        let mut changes = house.engine.store().changes_since(before, 100).await.unwrap();
        changes.retain(|change| (change.entity, change.id) == (Entity::Store, store.0));
        assert_eq!(changes.len(), times, "{why}: {changes:?}");
        let row = house.engine.store().store(store).await.unwrap();
        assert_eq!(row.last_success, Some(house.engine.now()), "who has read all has read now");
    }
    let clocks = clocks(&house).await;
    assert_eq!(clocks[0].due, after_hours(&house, 72), "and its clock counts from there");
}

#[tokio::test]
async fn a_mailbox_that_is_not_read_rings_at_its_stages_and_is_settled_by_a_check() {
    let house = House::solo().await;
    let (store, platform) = mailbox(&house).await;
    let told = house.runs(16 * 60, 15).await;
    assert!(matches!(told.as_slice(), [Notice::StoreSilent { .. }]), "first that it is silent: {told:?}");
    let row = thread(&house).await.conversation;
    assert_eq!(row.state, ConversationState::Open, "now it is on the list of mails");
    let told = house.runs(73 * HOUR, 60).await;
    let kinds: Vec<_> = told
        .iter()
        .map(|notice| match notice {
            Notice::Due { items, .. } => items[0].kind,
            other => panic!("only its stages: {other:?}"),
        })
        .collect();
    assert_eq!(kinds, [DeadlineKind::SystemMail; 4], "24 h, 12 h, 4 h before, and at 72 h");
    let mut events = house.engine.bus().subscribe();
    checked(&house, store, &platform).await;
    until(&mut events, |event| matches!(event, Event::All).then_some(())).await;
    let clocks = clocks(&house).await;
    let fates: Vec<_> = clocks.iter().map(|clock| clock.status).collect();
    assert_eq!(fates, [DeadlineStatus::Met, DeadlineStatus::Open], "the old one is settled, a new one runs");
    assert_eq!(thread(&house).await.conversation.state, ConversationState::Done, "and it has left the list");
}

#[tokio::test]
async fn a_person_who_has_looked_into_the_mailbox_says_so_by_putting_it_aside() {
    let house = House::solo().await;
    mailbox(&house).await;
    house.runs(HOUR, 60).await;
    let id = thread(&house).await.conversation.id;
    house.engine.mark_done(id, house.engine.main_account().await).await.unwrap();
    let open: Vec<_> =
        clocks(&house).await.into_iter().filter(|clock| clock.status == DeadlineStatus::Open).collect();
    assert_eq!(open[0].due, after_hours(&house, 72), "72 h from now");
}

#[tokio::test]
async fn a_changed_policy_moves_the_clock() {
    let house = House::solo().await;
    let (store, platform) = mailbox(&house).await;
    house.engine.set_policy(r#"{"mailbox_check_s":{"value":36000}}"#).await.unwrap();
    let due = async || {
        let open = clocks(&house).await.into_iter().find(|clock| clock.status == DeadlineStatus::Open);
        open.unwrap().due
    };
    assert_eq!(due().await, after_hours(&house, 10), "made again from the last check");
    house.clock.advance(60);
    checked(&house, store, &platform).await;
    assert_eq!(due().await, after_hours(&house, 10), "and from the next");
}
