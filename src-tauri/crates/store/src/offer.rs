//! Texts that rules offer as an answer. None is ever sent from here: a person takes it into a reply, or nobody does.

use crate::{AuditEntry, Entity, OfferRow, OfferWrite, Result, Store, WriteTx};
use domain::{AccountId, ConversationId, LogKind, MessageRuleId, Timestamp, from_ms, to_ms};
use sqlx::Row;

/// What nobody has ended and the team has not answered: neither with a message, wherever it was written, nor with a reply
/// that is on its way.
pub(crate) const OPEN: &str = "SELECT o.id, o.conversation_id, o.rule_id, f.name, o.language, o.text, o.at_ms
    FROM offered_text o INDEXED BY offered_text_open
    CROSS JOIN rule_firing f ON f.id = o.firing_id
    LEFT JOIN message_rule r ON r.id = o.rule_id
    WHERE o.conversation_id = ?1 AND o.ended_at_ms = 0
      AND NOT EXISTS (SELECT 1 FROM message m WHERE m.conversation_id = o.conversation_id
                      AND m.sent_at_ms > o.event_at_ms AND m.author = 'seller')
      AND NOT EXISTS (SELECT 1 FROM outbox x WHERE x.conversation_id = o.conversation_id
                      AND x.created_at_ms >= o.at_ms AND x.state <> 'cancelled')
    ORDER BY coalesce(r.place, 0), o.id";

impl WriteTx {
    /// Offers a text; an older one of the same rule in that conversation is replaced.
    pub(crate) async fn offer(
        &mut self,
        rule: MessageRuleId,
        firing: i64,
        offer: &OfferWrite,
        now: Timestamp,
    ) -> Result<()> {
        let sql = "UPDATE offered_text SET ended_at_ms = ?3, fate = 'replaced'
            WHERE conversation_id = ?1 AND rule_id = ?2 AND ended_at_ms = 0";
        let query = sqlx::query(sql).bind(offer.conversation.0).bind(rule.0).bind(to_ms(now));
        query.execute(self.conn().await?).await?;
        let sql = "INSERT INTO offered_text (conversation_id, rule_id, firing_id, language, text, event_at_ms, at_ms)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
        sqlx::query(sql)
            .bind(offer.conversation.0)
            .bind(rule.0)
            .bind(firing)
            .bind(offer.language.clone())
            .bind(offer.text.clone())
            .bind(to_ms(offer.event_at))
            .bind(to_ms(now))
            .execute(self.conn().await?)
            .await?;
        self.change(Entity::Conversation, offer.conversation.0);
        Ok(())
    }

    /// Withdraws what a rule offers.
    pub(crate) async fn withdraw_offers(&mut self, rule: MessageRuleId, now: Timestamp) -> Result<()> {
        let sql = "UPDATE offered_text SET ended_at_ms = ?2, fate = 'withdrawn'
            WHERE rule_id = ?1 AND ended_at_ms = 0 RETURNING conversation_id";
        let query = sqlx::query_scalar(sql).bind(rule.0).bind(to_ms(now));
        let conversations: Vec<i64> = query.fetch_all(self.conn().await?).await?;
        conversations.into_iter().for_each(|id| self.change(Entity::Conversation, id));
        Ok(())
    }

    /// A person does not want an offered text. False if it had ended before.
    ///
    /// # Errors
    /// What the database says.
    pub async fn drop_offer(&mut self, id: i64, by: AccountId, now: Timestamp) -> Result<bool> {
        let sql = "UPDATE offered_text SET ended_at_ms = ?2, fate = 'dropped'
            WHERE id = ?1 AND ended_at_ms = 0 RETURNING conversation_id, rule_id";
        let query = sqlx::query_as(sql).bind(id).bind(to_ms(now));
        let Some((conversation, rule)) = query.fetch_optional(self.conn().await?).await? else {
            return Ok(false);
        };
        self.log_offer(LogKind::OfferDropped, ConversationId(conversation), MessageRuleId(rule), by, now);
        Ok(true)
    }

    /// A person took an offered text into the reply they write. It stays offered until the reply goes out: they may
    /// change their mind. False if it has ended.
    ///
    /// # Errors
    /// What the database says.
    pub async fn note_offer_taken(&mut self, id: i64, by: AccountId, now: Timestamp) -> Result<bool> {
        let sql = "SELECT conversation_id, rule_id FROM offered_text WHERE id = ?1 AND ended_at_ms = 0";
        let query = sqlx::query_as(sql).bind(id);
        let Some((conversation, rule)) = query.fetch_optional(self.conn().await?).await? else {
            return Ok(false);
        };
        self.log_offer(LogKind::OfferTaken, ConversationId(conversation), MessageRuleId(rule), by, now);
        Ok(true)
    }

    fn log_offer(
        &mut self,
        kind: LogKind,
        conversation: ConversationId,
        rule: MessageRuleId,
        by: AccountId,
        at: Timestamp,
    ) {
        self.change(Entity::Conversation, conversation.0);
        let detail = serde_json::json!({ "rule": rule.0, "by": by.0 }).to_string();
        let conversation = Some(conversation);
        self.audit(AuditEntry { at, kind, conversation, detail });
    }
}

impl Store {
    /// The texts that wait for a person in a conversation, in the team's order of the rules.
    ///
    /// # Errors
    /// What the database says.
    pub async fn offers_of(&self, conversation: ConversationId) -> Result<Vec<OfferRow>> {
        let rows = sqlx::query(OPEN).bind(conversation.0).fetch_all(&mut *self.reader().await?).await?;
        rows.iter()
            .map(|row| {
                Ok(OfferRow {
                    id: row.try_get("id")?,
                    conversation,
                    rule: MessageRuleId(row.try_get("rule_id")?),
                    rule_name: row.try_get("name")?,
                    language: row.try_get("language")?,
                    text: row.try_get("text")?,
                    at: from_ms(row.try_get("at_ms")?),
                })
            })
            .collect()
    }
}
