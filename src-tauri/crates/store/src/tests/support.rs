//! A small shop: one AliExpress store, one main account with two sub-accounts, and a stand-in for the engine that
//! takes messages in without deciding anything.

use crate::{
    BuyerKey, BuyerWrite, ConversationKey, ConversationRow, IntakeAsk, IntakeKnown, IntakeWrite, LastMessage,
    MessageRow, NewStore, Store, WriteTx,
};
use domain::{
    AccountId, AccountName, Author, Body, ConversationId, ConversationKind, Device, Platform, StoreId,
    Timestamp,
};
use sqlx::migrate::Migrator;
use std::path::Path;
use tempfile::TempDir;

/// 2026-03-02 09:00 in Beijing, a Monday.
pub(super) const MORNING: i64 = 1_772_413_200_000;

pub(super) fn at(seconds: i64) -> Timestamp {
    domain::from_ms(MORNING + seconds * 1000)
}

pub(super) struct Shop {
    pub(super) store: Store,
    pub(super) id: StoreId,
    pub(super) main: AccountId,
    pub(super) li: AccountId,
    pub(super) wang: AccountId,
    pub(super) dir: TempDir,
}

pub(super) fn new_store(name: &str) -> NewStore {
    NewStore {
        platform: Platform::AliExpress,
        name: name.to_owned(),
        external_id: format!("ae-{name}"),
        settings: "{}".to_owned(),
        secret_handle: String::new(),
    }
}

pub(super) async fn shop() -> Shop {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).await.unwrap();
    let mut tx = store.begin().await.unwrap();
    let id = tx.add_store(&new_store("彩电"), at(0)).await.unwrap();
    let mut accounts = Vec::new();
    for name in ["彩电卖家", "彩电卖家:小李", "彩电卖家:小王"] {
        accounts.push(tx.add_account(&AccountName::parse(name).unwrap(), at(0)).await.unwrap());
    }
    tx.commit().await.unwrap();
    Shop { store, id, main: accounts[0], li: accounts[1], wang: accounts[2], dir }
}

/// What a transaction has of a conversation.
pub(super) async fn messages_of(tx: &mut WriteTx, id: ConversationId) -> Vec<MessageRow> {
    tx.messages_of_each(&[id]).await.unwrap().remove(&id).unwrap_or_default()
}

/// One message as a test writes it.
#[derive(Debug, Clone)]
pub(super) struct Say {
    pub(super) conversation: String,
    pub(super) provider: String,
    pub(super) author: Author,
    pub(super) text: String,
    pub(super) at: Timestamp,
}

pub(super) fn say(conversation: &str, provider: &str, text: &str, seconds: i64) -> Say {
    Say {
        conversation: conversation.to_owned(),
        provider: provider.to_owned(),
        author: Author::Buyer,
        text: text.to_owned(),
        at: at(seconds),
    }
}

pub(super) fn reply(conversation: &str, provider: &str, text: &str, seconds: i64) -> Say {
    Say { author: Author::Seller, ..say(conversation, provider, text, seconds) }
}

impl Shop {
    /// Takes messages in, in one transaction; what is known already is left out.
    pub(super) async fn take(&self, says: &[Say]) -> i64 {
        let mut tx = self.store.begin().await.unwrap();
        prepare(&mut tx, self.id, says).await;
        tx.commit().await.unwrap()
    }

    pub(super) async fn conversation(&self, key: &str) -> ConversationRow {
        let key = ConversationKey::new(self.id, ConversationKind::Chat, key);
        self.store.conversation_by_key(&key).await.unwrap().expect("the test has made it")
    }

    pub(super) async fn id_of(&self, key: &str) -> ConversationId {
        self.conversation(key).await.id
    }

    /// Writes one conversation in full.
    pub(super) async fn put(&self, row: ConversationRow) {
        let mut tx = self.store.begin().await.unwrap();
        tx.write(&IntakeWrite { conversations: vec![row], ..IntakeWrite::default() }).await.unwrap();
        tx.commit().await.unwrap();
    }
}

/// What an intake does between begin and commit, with the least of decisions: a buyer's message makes the
/// conversation owe a reply due in three hours, a seller's ends that.
pub(super) async fn prepare(tx: &mut WriteTx, store: StoreId, says: &[Say]) {
    let ids: Vec<String> = says.iter().map(|s| s.provider.clone()).collect();
    let keys: Vec<_> = says
        .iter()
        .map(|s| ConversationKey::new(store, ConversationKind::Chat, s.conversation.clone()))
        .collect();
    let buyer_keys: Vec<_> = says.iter().map(|s| BuyerKey { store, key: buyer_key(s) }).collect();
    let ask = IntakeAsk { provider_ids: &ids, conversations: &keys, buyers: &buyer_keys, ..nothing(store) };
    let IntakeKnown { provider_ids: mut known, conversations: mut rows, buyers, .. } =
        tx.ask(&ask).await.unwrap();
    let mut buyers: Vec<_> = buyers.into_iter().map(|b| (b.buyer.key, b.buyer.id)).collect();
    let mut batch = IntakeWrite::default();
    for say in says {
        if !known.insert(say.provider.clone()) {
            continue;
        }
        let key = buyer_key(say);
        let buyer = match buyers.iter().find(|(k, _)| *k == key) {
            Some((_, id)) => *id,
            None => {
                let id = tx.new_buyer();
                buyers.push((key.clone(), id));
                let (name, country) = (format!("Ivan {}", say.conversation), "RU".to_owned());
                batch.buyers.push(BuyerWrite { id, store, key, name, country });
                id
            }
        };
        let n = match rows.iter().position(|r| r.key == say.conversation) {
            Some(n) => n,
            None => {
                let id = tx.new_conversation();
                rows.push(ConversationRow::new(id, store, ConversationKind::Chat, say.conversation.clone()));
                rows.len() - 1
            }
        };
        let row = &mut rows[n];
        row.buyer = Some(buyer);
        let id = tx.new_message();
        batch.messages.push(message(say, id, row));
        note(row, say, id);
    }
    batch.conversations = rows;
    tx.write(&batch).await.unwrap();
}

/// A question that asks nothing.
pub(super) fn nothing(store: StoreId) -> IntakeAsk<'static> {
    IntakeAsk {
        store,
        raws: &[],
        received_at: at(0),
        provider_ids: &[],
        prints: &[],
        conversations: &[],
        buyers: &[],
        about: &[],
    }
}

fn buyer_key(say: &Say) -> String {
    format!("b-{}", say.conversation)
}

fn message(say: &Say, id: domain::MessageId, row: &ConversationRow) -> MessageRow {
    MessageRow {
        id,
        conversation: row.id,
        store: row.store,
        provider_id: say.provider.clone(),
        author: say.author,
        account: None,
        device: Device::Pc,
        direct: false,
        title: String::new(),
        body: Body::from_text(say.text.clone()),
        item_id: None,
        sent_at: say.at,
        turn: domain::Turn::of(&say.provider),
        received_at: say.at,
        counting: String::new(),
        raw: None,
        outbox: None,
    }
}

fn note(row: &mut ConversationRow, say: &Say, id: domain::MessageId) {
    if row.last.as_ref().is_none_or(|last| last.at <= say.at) {
        let (author, preview) = (say.author, say.text.clone());
        row.last = Some(LastMessage { id, at: say.at, author, preview });
    }
    row.owes = say.author == Author::Buyer;
    row.unread = if row.owes { row.unread + 1 } else { 0 };
    row.due = row.owes.then(|| domain::from_ms(domain::to_ms(say.at) + 3 * 3_600_000));
}

/// Something that could not be read, which came so many seconds after the morning began.
pub(super) fn unread(store: StoreId, bytes: &[u8], seconds: i64) -> crate::QuarantineWrite {
    crate::QuarantineWrite {
        store: Some(store),
        source: "test".to_owned(),
        flaw: domain::Flaw::missing("cut off"),
        bytes: bytes.to_vec(),
        own_id: String::new(),
        beside: String::new(),
        reader: String::new(),
        at: at(seconds),
    }
}

/// The shipped migrations before a version.
pub(super) async fn before(version: &str, dir: &Path) -> Migrator {
    for file in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations")).unwrap() {
        let file = file.unwrap();
        if file.file_name().to_string_lossy().as_ref() < version {
            std::fs::copy(file.path(), dir.join(file.file_name())).unwrap();
        }
    }
    Migrator::new(dir).await.unwrap()
}
