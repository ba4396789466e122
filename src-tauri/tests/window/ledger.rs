//! What is in the program's file, and what the pretend platform took.

use crate::protocol::client;
use domain::{ConversationId, ConversationKind};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;
use store::{ConversationItem, DeadlineStatus, ListQuery, MessageRow, Store, View};

/// More conversations and messages than the demo makes in some minutes.
const ALL: u32 = 500;

/// What must outlive a power cut.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Kept {
    /// Messages by store and provider id: how many times each is there.
    pub(crate) messages: BTreeMap<(i64, String), usize>,
    /// Assignments by conversation.
    pub(crate) assignments: BTreeMap<i64, usize>,
}

/// Beside the running program, for reading only.
pub(crate) async fn open(data: &Path) -> Store {
    Store::open_read_only(data).await.unwrap_or_else(|error| panic!("{}: {error}", data.display()))
}

/// Every conversation, whatever its kind or state.
pub(crate) async fn conversations(store: &Store) -> Vec<ConversationItem> {
    let mut all: BTreeMap<ConversationId, ConversationItem> = BTreeMap::new();
    for view in [View::Team, View::Notices, View::Mails, View::Cases, View::Done] {
        let page = store.list(ListQuery { view, store: None, after: None, limit: ALL }).await.unwrap();
        assert!(page.next.is_none(), "one page holds the demo");
        all.extend(page.items.into_iter().map(|item| (item.conversation.id, item)));
    }
    all.into_values().collect()
}

/// The messages of a conversation, oldest first.
pub(crate) async fn messages(store: &Store, id: ConversationId) -> Vec<MessageRow> {
    let mut all = store.messages(id, None, ALL).await.unwrap();
    all.reverse();
    all
}

/// All of it.
pub(crate) async fn everything(data: &Path) -> Kept {
    let store = open(data).await;
    let mut kept = Kept { messages: BTreeMap::new(), assignments: BTreeMap::new() };
    for item in conversations(&store).await {
        let id = item.conversation.id;
        for message in messages(&store, id).await {
            *kept.messages.entry((message.store.0, message.provider_id)).or_default() += 1;
        }
        kept.assignments.insert(id.0, store.assignments(id).await.unwrap().len());
    }
    kept
}

/// The chat with a buyer of this name.
pub(crate) async fn chat_with(store: &Store, name: &str) -> ConversationItem {
    let all = conversations(store).await;
    let chat = all.into_iter().find(|item| {
        item.conversation.kind == ConversationKind::Chat
            && (item.buyer_name == name || item.conversation.title == name)
    });
    chat.unwrap_or_else(|| panic!("{name} is a buyer in the file, as in the window"))
}

/// The earliest of its clocks that still runs, in seconds since 1970.
pub(crate) async fn next_due(store: &Store, id: ConversationId) -> Option<f64> {
    let clocks = store.deadlines_of(id).await.unwrap();
    let open = clocks.iter().filter(|clock| clock.status == DeadlineStatus::Open);
    open.map(|clock| clock.due).min().map(|due| due.as_duration().as_secs_f64())
}

/// How many chats owe a reply.
pub(crate) async fn owing(data: &Path) -> u64 {
    open(data).await.view_counts(None).await.unwrap().owing
}

/// How often the platform of a conversation took a message with this text.
pub(crate) async fn taken(store: &Store, id: ConversationId, text: &str) -> usize {
    let shop = store.conversation(id).await.unwrap().conversation.store;
    let row = store.store(shop).await.unwrap();
    let settings: Value = serde_json::from_str(&row.store.settings).unwrap();
    let host = settings["host"].as_str().expect("a connection has a host");
    let ledger = client().get(format!("{host}/sandbox/ledger")).send().await.unwrap();
    let ledger: Vec<Value> = ledger.json().await.unwrap();
    ledger.iter().filter(|sent| sent["content"].as_str().is_some_and(|words| words.contains(text))).count()
}
