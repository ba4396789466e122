//! What message rules fired: each rule once for each event, also across crash, restart and repetition.

use crate::{AuditEntry, Entity, FiringRow, FiringWrite, Result, Store, WriteTx, codec};
use domain::{ConversationId, DispatchReason, LogKind, MessageRuleId, StoreId, Timestamp, from_ms, to_ms};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use std::collections::HashSet;

/// More than these are told another time.
const AT_ONCE: u32 = 1000;

macro_rules! firing_columns {
    () => {
        "f.id, f.rule_id, f.store_id, f.event, f.name, f.conversation_id, f.why, f.at_ms, f.told_at_ms"
    };
}

pub(crate) const UNTOLD: &str = concat!(
    "SELECT ",
    firing_columns!(),
    " FROM rule_firing f INDEXED BY rule_firing_untold
      WHERE f.rings = 1 AND f.told_at_ms = 0 AND f.id > ?1 ORDER BY f.id LIMIT ?2"
);
pub(crate) const OF_CONVERSATION: &str = concat!(
    "SELECT ",
    firing_columns!(),
    " FROM rule_firing f INDEXED BY rule_firing_conversation
      WHERE f.conversation_id = ?1 AND f.conversation_id > 0 AND f.at_ms >= ?2 ORDER BY f.at_ms LIMIT ?3"
);

fn firing(row: &SqliteRow) -> Result<FiringRow> {
    Ok(FiringRow {
        id: row.try_get("id")?,
        rule: MessageRuleId(row.try_get("rule_id")?),
        name: row.try_get("name")?,
        store: StoreId(row.try_get("store_id")?),
        event: row.try_get("event")?,
        conversation: codec::opt_id(row.try_get("conversation_id")?).map(ConversationId),
        why: row.try_get("why")?,
        at: from_ms(row.try_get("at_ms")?),
        told_at: codec::opt_at(row.try_get("told_at_ms")?),
    })
}

impl WriteTx {
    /// Which of these rules have fired at these events of these stores before.
    ///
    /// # Errors
    /// What the database says.
    pub async fn fired_before(
        &mut self,
        firings: &[(MessageRuleId, StoreId, String)],
    ) -> Result<HashSet<(MessageRuleId, StoreId, String)>> {
        let keys: Vec<(i64, i64, &str)> =
            firings.iter().map(|(rule, store, event)| (rule.0, store.0, event.as_str())).collect();
        let sql = "SELECT f.rule_id, f.store_id, f.event FROM json_each(?1) j
            CROSS JOIN rule_firing f INDEXED BY rule_firing_once
            ON f.rule_id = j.value ->> 0 AND f.store_id = j.value ->> 1 AND f.event = j.value ->> 2";
        let rows = sqlx::query(sql).bind(codec::json(&keys)?).fetch_all(self.asking().await?).await?;
        rows.iter()
            .map(|row| Ok((MessageRuleId(row.try_get(0)?), StoreId(row.try_get(1)?), row.try_get(2)?)))
            .collect()
    }

    /// Which rules fired in these conversations, at which events of which stores.
    ///
    /// # Errors
    /// What the database says.
    pub async fn firings_about(
        &mut self,
        conversations: &[ConversationId],
    ) -> Result<Vec<(MessageRuleId, StoreId, String)>> {
        let sql = "SELECT f.rule_id, f.store_id, f.event FROM json_each(?1) j
            CROSS JOIN rule_firing f INDEXED BY rule_firing_conversation
            ON f.conversation_id = j.value AND f.conversation_id > 0";
        let rows = sqlx::query(sql).bind(codec::json(conversations)?).fetch_all(self.asking().await?).await?;
        rows.iter()
            .map(|row| Ok((MessageRuleId(row.try_get(0)?), StoreId(row.try_get(1)?), row.try_get(2)?)))
            .collect()
    }

    /// Writes down that rules fire, with what they offer and to whom they hand over, and notes each in the push log. Only
    /// afterwards, and only after the commit, may anybody be told.
    ///
    /// # Errors
    /// What the database says, for example to a rule that has fired at its event before; then drop the transaction.
    pub async fn fire(&mut self, firings: &[FiringWrite]) -> Result<()> {
        for write in firings {
            let sql =
                "INSERT INTO rule_firing (rule_id, store_id, event, name, conversation_id, why, at_ms, rings)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
            let done = sqlx::query(sql)
                .bind(write.rule.0)
                .bind(write.store.0)
                .bind(write.event.clone())
                .bind(write.name.clone())
                .bind(write.conversation.map_or(0, |c| c.0))
                .bind(write.why.clone())
                .bind(to_ms(write.at))
                .bind(write.rings)
                .execute(self.conn().await?)
                .await?;
            if let Some(offer) = &write.offer {
                self.offer(write.rule, done.last_insert_rowid(), offer, write.at).await?;
            }
            if let Some((conversation, to)) = write.hand_over {
                self.assign(conversation, to, DispatchReason::MessageRule, write.at).await?;
            }
            if let Some(conversation) = write.conversation {
                self.change(Entity::Conversation, conversation.0);
            }
            let detail = serde_json::json!({
                "rule": write.rule.0, "name": write.name, "store": write.store.0, "event": write.event,
                "why": serde_json::from_str::<serde_json::Value>(&write.why)?,
            });
            self.audit(AuditEntry {
                at: write.at,
                kind: LogKind::RuleFired,
                conversation: write.conversation,
                detail: detail.to_string(),
            });
        }
        Ok(())
    }

    /// Notes that these are told now. Only those that come back were still to be told.
    ///
    /// # Errors
    /// What the database says.
    pub async fn note_firings_told(&mut self, ids: &[i64], now: Timestamp) -> Result<Vec<i64>> {
        let sql = "UPDATE rule_firing SET told_at_ms = ?2 WHERE told_at_ms = 0
            AND id IN (SELECT value FROM json_each(?1)) RETURNING id";
        let query = sqlx::query_scalar(sql).bind(codec::json(ids)?).bind(to_ms(now));
        let mut told: Vec<i64> = query.fetch_all(self.conn().await?).await?;
        told.sort_unstable();
        if !told.is_empty() {
            let detail = serde_json::json!({ "firings": told }).to_string();
            self.audit(AuditEntry { at: now, kind: LogKind::RuleTold, conversation: None, detail });
        }
        Ok(told)
    }
}

impl Store {
    /// What fired and nobody at this program has heard of yet, oldest first.
    ///
    /// # Errors
    /// What the database says.
    pub async fn untold_firings(&self) -> Result<Vec<FiringRow>> {
        let query = sqlx::query(UNTOLD).bind(0_i64).bind(AT_ONCE);
        query.fetch_all(&mut *self.reader().await?).await?.iter().map(firing).collect()
    }

    /// What fired in a conversation since `since` (none: ever), oldest first.
    ///
    /// # Errors
    /// What the database says.
    pub async fn firings_of(
        &self,
        conversation: ConversationId,
        since: Option<Timestamp>,
    ) -> Result<Vec<FiringRow>> {
        let since = since.map_or(i64::MIN, to_ms);
        let query = sqlx::query(OF_CONVERSATION).bind(conversation.0).bind(since).bind(-1_i64);
        query.fetch_all(&mut *self.reader().await?).await?.iter().map(firing).collect()
    }

    /// What one rule fired, newest first.
    ///
    /// # Errors
    /// What the database says.
    pub async fn firings_of_rule(&self, rule: MessageRuleId, limit: u32) -> Result<Vec<FiringRow>> {
        let sql = concat!(
            "SELECT ",
            firing_columns!(),
            " FROM rule_firing f INDEXED BY rule_firing_rule WHERE f.rule_id = ?1
              ORDER BY f.at_ms DESC, f.id DESC LIMIT ?2"
        );
        let query = sqlx::query(sql).bind(rule.0).bind(limit);
        query.fetch_all(&mut *self.reader().await?).await?.iter().map(firing).collect()
    }
}
