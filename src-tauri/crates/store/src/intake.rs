//! What the engine asks inside the write transaction, before it decides.

use crate::memory::InHand;
use crate::script::Script;
use crate::write::{Asked, Running};
use crate::{
    About, BuyerKey, ConversationKey, ConversationRow, IntakeAsk, IntakeKnown, Memory, MessageRow, Result,
    Store, StoreError, WriteTx, buyer, codec, conversation, message,
};
use domain::{ConversationId, ConversationKind, StoreId};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use std::collections::{HashMap, HashSet};

const PROVIDER_IDS: &str = "SELECT 'known', m.provider_id FROM json_each(?) j
    CROSS JOIN message m INDEXED BY message_provider ON m.store_id = ? AND m.provider_id = j.value";
/// Whatever its id: a mail that came from a server may come again from a file.
pub(crate) const PRINTS: &str = "SELECT 'print', p.print, m.provider_id FROM json_each(?) j
    CROSS JOIN mail p INDEXED BY mail_print ON p.print = j.value AND p.print <> ''
    CROSS JOIN message m ON m.id = p.message_id AND m.store_id = ?";
const RAWS: &str =
    "SELECT 'raw', r.id, r.sha256 FROM json_each(?) j CROSS JOIN raw r ON r.hash_head = j.value";

/// Of an order that the platform never told of, the conversation of the one who was erased may have the number.
const ERASED_ORDERS: &str = "SELECT 'erased', j.value FROM json_each(?) j CROSS JOIN (SELECT ? AS store) s
    WHERE EXISTS (
        SELECT 1 FROM purchase p INDEXED BY purchase_number
        WHERE p.order_no = j.value AND p.store_id = s.store AND p.buyer_key GLOB 'erased:*')
    OR EXISTS (
        SELECT 1 FROM conversation c INDEXED BY conversation_order CROSS JOIN buyer b ON b.id = c.buyer_id
        WHERE c.order_no = j.value AND c.order_no <> '' AND c.store_id = s.store AND b.key GLOB 'erased:*')";

/// Stands between the answers to two parts.
const NEXT_PART: &str = "SELECT 'next part'";

/// The questions of an intake, of conversations and buyers those that nobody has in hand; a list that is empty asks
/// nothing.
fn questions(
    script: &mut Script,
    ask: &IntakeAsk<'_>,
    conversations: &[&ConversationKey],
    buyers: &[&BuyerKey],
) -> Result<()> {
    if !ask.raws.is_empty() {
        let heads: Vec<i64> = ask.raws.iter().map(crate::PackedRaw::head).collect();
        script.add(RAWS).bind(codec::json(&heads)?)?;
    }
    if !ask.provider_ids.is_empty() {
        script.add(PROVIDER_IDS).bind(codec::json(ask.provider_ids)?)?.bind(ask.store.0)?;
    }
    if !ask.prints.is_empty() {
        script.add(PRINTS).bind(codec::json(ask.prints)?)?.bind(ask.store.0)?;
    }
    if !ask.about.is_empty() {
        let orders: HashSet<&str> = ask.about.iter().map(|about| about.order_no.as_str()).collect();
        script.add(ERASED_ORDERS).bind(codec::json(&orders)?)?.bind(ask.store.0)?;
    }
    if !conversations.is_empty() {
        let keys: Vec<_> =
            conversations.iter().map(|k| (k.store.0, k.kind.as_str(), k.key.as_str())).collect();
        let keys = codec::json(&keys)?;
        script.add(conversation::BY_KEYS).bind(keys.clone())?;
        script.add(Running::OF_KEYS).bind(keys)?;
    }
    if !buyers.is_empty() {
        let keys: Vec<_> = buyers.iter().map(|k| (k.store.0, k.key.as_str())).collect();
        script.add(buyer::BY_KEYS).bind(codec::json(&keys)?)?;
    }
    Ok(())
}

impl Store {
    /// Begins the write transaction of an intake and asks, in one go, what each of its parts concerns; see
    /// [`WriteTx::answer`]. Every part is of a store of its own: then no part before it changes its answers, but for the
    /// payloads it shares with them, which the transaction knows. What is remembered from the intake before is not
    /// asked for; [`WriteTx::commit_with`] gives it back.
    ///
    /// # Errors
    /// As [`Store::begin`]; [`StoreError::Conflict`] if two parts are of one store.
    pub async fn begin_intake(
        &self,
        parts: &[IntakeAsk<'_>],
        mut memory: Option<Memory>,
    ) -> Result<(WriteTx, Answers)> {
        let stores: HashSet<StoreId> = parts.iter().map(|ask| ask.store).collect();
        if stores.len() < parts.len() {
            let what = "two parts of a transaction are of one store".to_owned();
            return Err(StoreError::Conflict { what });
        }
        let mut hands = Vec::with_capacity(parts.len());
        let (mut tx, rows) = self
            .begin_asking(|script, before| {
                if let Some(memory) = &mut memory {
                    memory.begin(before);
                }
                for (at, ask) in parts.iter().enumerate() {
                    if at > 0 {
                        script.add(NEXT_PART);
                    }
                    let (hand, conversations, buyers) = Memory::split(memory.as_mut(), ask);
                    questions(script, ask, &conversations, &buyers)?;
                    hands.push(hand);
                }
                Ok(())
            })
            .await?;
        tx.memory = memory;
        Ok((tx, Answers { rows: rows.into_iter(), hands: hands.into_iter() }))
    }

    /// Those of these provider ids that are there: for whoever must say what will be news, before it is taken in.
    ///
    /// # Errors
    /// What the database says.
    pub async fn known(&self, store: StoreId, provider_ids: &[String]) -> Result<HashSet<String>> {
        let query = sqlx::query(PROVIDER_IDS).bind(codec::json(provider_ids)?).bind(store.0);
        let rows = query.fetch_all(&mut *self.reader().await?).await?;
        rows.iter().map(|row| Ok(row.try_get(1)?)).collect()
    }

    /// Those of these prints that a mail of the store has already, whatever way it came.
    ///
    /// # Errors
    /// What the database says.
    pub async fn known_prints(&self, store: StoreId, prints: &[String]) -> Result<HashSet<String>> {
        let query = sqlx::query(PRINTS).bind(codec::json(prints)?).bind(store.0);
        let rows = query.fetch_all(&mut *self.reader().await?).await?;
        rows.iter().map(|row| Ok(row.try_get(1)?)).collect()
    }
}

/// The places of the payloads that tell of an erased buyer's orders and cases.
fn of_erased(about: &[About], orders: &HashSet<String>, known: &[ConversationRow]) -> HashSet<usize> {
    // A case has a buyer only once they were erased.
    let is_theirs = |row: &&ConversationRow| row.kind == ConversationKind::Case && row.buyer.is_some();
    let cases: HashSet<&str> = known.iter().filter(is_theirs).map(|row| row.key.as_str()).collect();
    let erased = |about: &&About| {
        orders.contains(&about.order_no)
            || about.case.as_ref().is_some_and(|case| cases.contains(case.as_str()))
    };
    about.iter().filter(erased).map(|about| about.payload).collect()
}

/// The answers to the parts of an intake, one part after the other.
#[derive(Debug)]
pub struct Answers {
    rows: std::vec::IntoIter<SqliteRow>,
    hands: std::vec::IntoIter<InHand>,
}

impl Answers {
    fn part(&mut self) -> Result<Vec<SqliteRow>> {
        let mut part = Vec::new();
        for row in self.rows.by_ref() {
            if row.try_get::<&str, _>(0)? == "next part" {
                break;
            }
            part.push(row);
        }
        Ok(part)
    }
}

impl WriteTx {
    /// What of the next part of an intake is there already; `ask` is the one that was asked in this place. Keeps the
    /// payloads, each content once; creates nothing else.
    ///
    /// # Errors
    /// What the database says.
    pub fn answer(&mut self, answers: &mut Answers, ask: &IntakeAsk<'_>) -> Result<IntakeKnown> {
        let rows = answers.part()?;
        self.known(ask, &rows, answers.hands.next().unwrap_or_default())
    }

    /// What of an intake is there already. Keeps the payloads, each content once; creates nothing else.
    ///
    /// # Errors
    /// What the database says.
    pub async fn ask(&mut self, ask: &IntakeAsk<'_>) -> Result<IntakeKnown> {
        let mut script = Script::default();
        let (hand, conversations, buyers) = Memory::split(None, ask);
        questions(&mut script, ask, &conversations, &buyers)?;
        let rows = if script.is_empty() { Vec::new() } else { script.rows(self.asking().await?).await? };
        self.known(ask, &rows, hand)
    }

    fn known(&mut self, ask: &IntakeAsk<'_>, rows: &[SqliteRow], hand: InHand) -> Result<IntakeKnown> {
        let (mut known, mut raws) = (IntakeKnown::default(), HashMap::with_capacity(ask.raws.len()));
        let (mut running, last) = (HashMap::new(), self.ids.conversation);
        let mut erased = HashSet::new();
        for row in rows {
            match row.try_get::<&str, _>(0)? {
                "raw" => {
                    if let Ok(hash) = <[u8; 32]>::try_from(row.try_get::<&[u8], _>(2)?) {
                        raws.insert(hash, row.try_get(1)?);
                    }
                }
                "known" => {
                    known.provider_ids.insert(row.try_get(1)?);
                }
                "print" => {
                    known.prints.entry(row.try_get(1)?).or_default().push(row.try_get(2)?);
                }
                "erased" => {
                    erased.insert(row.try_get::<String, _>(1)?);
                }
                "conversation" => known.conversations.push(conversation::conversation(row)?),
                "deadline" => Running::note(row, &mut running)?,
                "buyer" => known.buyers.push(buyer::facts(row)?),
                other => unreachable!("no question of an intake is called {other}"),
            }
        }
        if let Some(memory) = &mut self.memory {
            known.buyers.iter().cloned().for_each(|facts| memory.meet(facts));
        }
        known.buyers.extend(hand.buyers);
        known.conversations.extend(hand.conversations);
        running.extend(hand.running);
        self.asked = Some(Asked::new(running, &known.conversations, last));
        let empty = of_erased(ask.about, &erased, &known.conversations);
        known.raws = self.keep_raw(ask, raws, &empty)?;
        known.erased_orders = erased;
        Ok(known)
    }

    /// Those of these conversations that exist.
    ///
    /// # Errors
    /// What the database says.
    pub async fn conversations_by_id(&mut self, ids: &[ConversationId]) -> Result<Vec<ConversationRow>> {
        conversation::by_ids(self.conn().await?, codec::json(ids)?).await
    }

    /// Every conversation that owes a reply or has an open deadline, of one store or of all: what a change of policy,
    /// calendar or flag recomputes.
    ///
    /// # Errors
    /// What the database says.
    pub async fn live_conversations(&mut self, store: Option<StoreId>) -> Result<Vec<ConversationRow>> {
        conversation::live(self.conn().await?, store).await
    }

    /// Every chat of a store in which the team ever wrote from a phone: what a flip of 多端同步 recomputes besides.
    ///
    /// # Errors
    /// What the database says.
    pub async fn conversations_answered_by_phone(&mut self, store: StoreId) -> Result<Vec<ConversationRow>> {
        conversation::answered_by_phone(self.conn().await?, store).await
    }

    /// The whole histories of some conversations, each in no order: for a recomputation. None of one that has no message
    /// yet. Ask for no more at once than the memory may hold.
    ///
    /// # Errors
    /// What the database says.
    pub async fn messages_of_each(
        &mut self,
        conversations: &[ConversationId],
    ) -> Result<HashMap<ConversationId, Vec<MessageRow>>> {
        message::of_each(self.conn().await?, conversations).await
    }
}
