//! Aim: what an import remembers is what it would be told if it asked, and it is never older than the file.

use super::support::{Shop, at, nothing, say, shop};
use crate::{
    AssignmentWrite, BuyerFacts, BuyerKey, BuyerWrite, ConversationKey, ConversationRow, DeadlineSet,
    DeadlineStatus, IntakeAsk, IntakeKnown, IntakeWrite, Memory, OpenDeadline, WriteTx,
};
use domain::{AccountId, ConversationKind, DeadlineKind, DispatchReason, StoreId};

const ALL: [&str; 3] = ["c1", "c2", "c3"];

struct Keys {
    conversations: Vec<ConversationKey>,
    buyers: Vec<BuyerKey>,
}

impl Keys {
    fn of(shop: &Shop, names: &[&str]) -> Self {
        let conversation = |name: &&str| ConversationKey::new(shop.id, ConversationKind::Chat, *name);
        let buyer = |name: &&str| BuyerKey { store: shop.id, key: format!("b-{name}") };
        Self {
            conversations: names.iter().map(conversation).collect(),
            buyers: names.iter().map(buyer).collect(),
        }
    }

    fn ask(&self, shop: &Shop) -> IntakeAsk<'_> {
        IntakeAsk { conversations: &self.conversations, buyers: &self.buyers, ..nothing(shop.id) }
    }
}

/// Everything that was told, in one order.
fn told(tx: &WriteTx, known: IntakeKnown) -> (Vec<ConversationRow>, Vec<BuyerFacts>, Vec<String>) {
    let IntakeKnown { mut conversations, mut buyers, .. } = known;
    conversations.sort_by_key(|row| row.id);
    buyers.sort_by_key(|facts| facts.buyer.id);
    let running = &tx.asked.as_ref().unwrap().running;
    let mut running: Vec<String> = running.values().flatten().map(|one| format!("{one:?}")).collect();
    running.sort();
    (conversations, buyers, running)
}

fn open(kind: DeadlineKind, due: i64, why: &str) -> OpenDeadline {
    OpenDeadline { kind, from: at(0), due: at(due), why: why.to_owned(), next_stage_at: Some(at(due - 10)) }
}

/// What one step changes of a conversation: its words, its clocks, who it went to.
type Step<'a> = (&'a str, Vec<OpenDeadline>, Vec<DeadlineKind>, Option<(i64, i64)>);

fn write(tx: &mut WriteTx, store: StoreId, known: IntakeKnown, step: &Step<'_>) -> IntakeWrite {
    let (name, opened, keep, given) = step;
    let row = known.conversations.into_iter().find(|row| row.key == *name);
    let key = format!("b-{name}");
    let buyer = known.buyers.into_iter().find(|facts| facts.buyer.key == key).map(|facts| facts.buyer);
    let id = buyer.as_ref().map_or_else(|| tx.new_buyer(), |buyer| buyer.id);
    let mut row = row
        .unwrap_or_else(|| ConversationRow::new(tx.new_conversation(), store, ConversationKind::Chat, *name));
    row.buyer = Some(id);
    row.unread += 1;
    // As where each message names another order.
    row.order_no = format!("819{:03}", row.unread);
    let name = format!("María {}", row.unread);
    let conversation = row.id;
    let set = DeadlineSet {
        conversation,
        open: opened.clone(),
        keep: keep.clone(),
        missing: DeadlineStatus::Met,
        at: at(9),
    };
    let assignment = given.map(|(to, when)| AssignmentWrite {
        conversation,
        buyer: Some(id),
        from: None,
        to: AccountId(to),
        reason: DispatchReason::LeastToday,
        facts: None,
        at: at(when),
        note: String::new(),
    });
    IntakeWrite {
        buyers: vec![BuyerWrite { id, store, key, name, country: "ES".to_owned() }],
        conversations: vec![row],
        deadlines: vec![set],
        assignments: assignment.into_iter().collect(),
        ..IntakeWrite::default()
    }
}

fn story() -> Vec<Step<'static>> {
    use DeadlineKind::{PlatformDue, Reply};
    vec![
        ("c1", vec![open(Reply, 100, "first")], vec![], Some((1, 5))),
        ("c2", vec![open(Reply, 110, "first"), open(PlatformDue, 500, "order")], vec![], Some((2, 6))),
        ("c1", vec![open(Reply, 100, "changed")], vec![], Some((2, 4))),
        ("c2", vec![open(Reply, 120, "later")], vec![PlatformDue], Some((1, 6))),
        ("c2", vec![], vec![], None),
        ("c1", vec![open(Reply, 100, "changed")], vec![], None),
        ("c3", vec![], vec![], Some((1, 9))),
        ("c2", vec![open(Reply, 110, "again")], vec![], None),
    ]
}

/// Takes in a step with what is remembered.
async fn step(shop: &Shop, memory: Option<Memory>, step: &Step<'_>) -> Option<Memory> {
    let (keys, store) = (Keys::of(shop, &[step.0]), shop.id);
    let ask = keys.ask(shop);
    let (mut tx, mut answers) = shop.store.begin_intake(&[ask], memory).await.unwrap();
    let known = tx.answer(&mut answers, &ask).unwrap();
    let batch = write(&mut tx, store, known, step);
    tx.commit_with(&batch).await.unwrap()
}

/// What is remembered after so many steps. After the first somebody puts its alert off, which only the file knows.
async fn remembers(shop: &Shop, steps: usize) -> Option<Memory> {
    let mut memory = Some(Memory::default());
    for (n, one) in story()[..steps].iter().enumerate() {
        memory = step(shop, memory, one).await;
        if n == 0 {
            let running = shop.store.deadlines_of(shop.id_of("c1").await).await.unwrap();
            let mut tx = shop.store.begin().await.unwrap();
            tx.snooze(running[0].id, at(95), at(1)).await.unwrap();
            tx.commit().await.unwrap();
        }
    }
    memory
}

/// How many conversations and buyers are still to be asked for.
fn to_ask(shop: &Shop, memory: &mut Memory) -> (usize, usize) {
    let keys = Keys::of(shop, &ALL);
    let (_, conversations, buyers) = Memory::split(Some(memory), &keys.ask(shop));
    (conversations.len(), buyers.len())
}

#[tokio::test]
async fn what_is_remembered_is_what_would_be_told() {
    for steps in 1..=story().len() {
        let shop = shop().await;
        let memory = remembers(&shop, steps).await;
        let keys = Keys::of(&shop, &ALL);
        let ask = keys.ask(&shop);
        let (mut tx, mut answers) = shop.store.begin_intake(&[ask], memory).await.unwrap();
        let known = tx.answer(&mut answers, &ask).unwrap();
        let remembered = told(&tx, known);
        let asked = tx.ask(&ask).await.unwrap();
        assert_eq!(remembered, told(&tx, asked), "after {steps} steps");
    }
}

#[tokio::test]
async fn what_is_in_hand_is_not_asked_for() {
    let shop = shop().await;
    let mut memory = remembers(&shop, story().len()).await.unwrap();
    assert_eq!(to_ask(&shop, &mut memory), (0, 0), "all three are in hand");
    assert_eq!(to_ask(&shop, &mut memory), (3, 0), "a conversation is handed out once, until it is written");
}

#[tokio::test]
async fn what_somebody_else_may_have_changed_is_asked_for() {
    let shop = shop().await;
    let memory = remembers(&shop, story().len()).await;
    shop.take(&[say("c1", "m1", "退款", 0)]).await;
    let keys = Keys::of(&shop, &ALL);
    let ask = keys.ask(&shop);
    let (mut tx, mut answers) = shop.store.begin_intake(&[ask], memory).await.unwrap();
    let known = tx.answer(&mut answers, &ask).unwrap();
    let row = known.conversations.iter().find(|row| row.key == "c1");
    assert_eq!(row.and_then(|row| row.last.as_ref()).map(|last| last.preview.as_str()), Some("退款"));
    tx.set_setting("x", "1", at(1)).await.unwrap();
    let left = tx.commit_with(&IntakeWrite::default()).await.unwrap();
    assert!(left.is_none(), "nor is a transaction followed that does anything else");
}
