//! Message rules of the team: what they say, whether they are in force, and in which order (`docs/RULES.md` §8).

use crate::{AuditEntry, Entity, Result, RuleRow, RuleWrite, Store, StoreError, WriteTx, codec};
use domain::{AccountId, LogKind, MessageRuleId, Timestamp, from_ms, to_ms};
use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

macro_rules! rule_columns {
    () => {
        "r.id, r.name, r.enabled, r.version, r.definition, r.changed_at_ms, r.changed_by_id,
         (SELECT count(*) FROM rule_firing f INDEXED BY rule_firing_rule WHERE f.rule_id = r.id) AS fired,
         (SELECT max(at_ms) FROM rule_firing f INDEXED BY rule_firing_rule WHERE f.rule_id = r.id) AS last_ms"
    };
}

fn rule(row: &SqliteRow) -> Result<RuleRow> {
    let version: i64 = row.try_get("version")?;
    Ok(RuleRow {
        id: MessageRuleId(row.try_get("id")?),
        rule: RuleWrite {
            name: row.try_get("name")?,
            enabled: row.try_get("enabled")?,
            version: codec::count(version),
            definition: row.try_get("definition")?,
        },
        changed_at: from_ms(row.try_get("changed_at_ms")?),
        changed_by: codec::opt_id(row.try_get("changed_by_id")?).map(AccountId),
        fired: row.try_get::<i64, _>("fired")?.unsigned_abs(),
        last_fired: row.try_get::<Option<i64>, _>("last_ms")?.map(from_ms),
    })
}

async fn all(conn: &mut SqliteConnection) -> Result<Vec<RuleRow>> {
    let sql = concat!("SELECT ", rule_columns!(), " FROM message_rule r ORDER BY r.place, r.id");
    sqlx::query(sql).fetch_all(conn).await?.iter().map(rule).collect()
}

fn taken(name: &str) -> StoreError {
    StoreError::Conflict { what: format!("there is a rule called {name} already") }
}

impl WriteTx {
    /// Adds a rule after all others.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if there is one of that name.
    pub async fn add_rule(
        &mut self,
        new: &RuleWrite,
        by: Option<AccountId>,
        now: Timestamp,
    ) -> Result<MessageRuleId> {
        let sql = "INSERT INTO message_rule (name, enabled, place, version, definition, changed_at_ms, changed_by_id)
            SELECT ?1, ?2, coalesce(max(place), 0) + 1, ?3, ?4, ?5, ?6 FROM message_rule WHERE true
            ON CONFLICT (name) DO NOTHING";
        let done = sqlx::query(sql)
            .bind(new.name.clone())
            .bind(new.enabled)
            .bind(new.version)
            .bind(new.definition.clone())
            .bind(to_ms(now))
            .bind(by.map_or(0, |by| by.0))
            .execute(self.conn().await?)
            .await?;
        if done.rows_affected() == 0 {
            return Err(taken(&new.name));
        }
        let id = MessageRuleId(done.last_insert_rowid());
        self.log_rule(id, LogKind::RuleAdded, new, by, now);
        Ok(id)
    }

    /// Changes what a rule says. Its place stays; what it offers is withdrawn.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Conflict`] if there is another of that name.
    pub async fn update_rule(
        &mut self,
        id: MessageRuleId,
        new: &RuleWrite,
        by: Option<AccountId>,
        now: Timestamp,
    ) -> Result<()> {
        let before = self.rule(id).await?;
        let sql = "UPDATE OR IGNORE message_rule SET name = ?2, enabled = ?3, version = ?4, definition = ?5,
            changed_at_ms = ?6, changed_by_id = ?7 WHERE id = ?1";
        let done = sqlx::query(sql)
            .bind(id.0)
            .bind(new.name.clone())
            .bind(new.enabled)
            .bind(new.version)
            .bind(new.definition.clone())
            .bind(to_ms(now))
            .bind(by.map_or(0, |by| by.0))
            .execute(self.conn().await?)
            .await?;
        if done.rows_affected() == 0 {
            return Err(taken(&new.name));
        }
        self.withdraw_offers(id, now).await?;
        let only_switched = RuleWrite { enabled: new.enabled, ..before.rule } == *new;
        let kind = if only_switched { LogKind::RuleSwitched } else { LogKind::RuleChanged };
        self.log_rule(id, kind, new, by, now);
        Ok(())
    }

    /// Puts the rules in this order. One that is not named keeps its place behind them.
    ///
    /// # Errors
    /// What the database says.
    pub async fn order_rules(
        &mut self,
        ids: &[MessageRuleId],
        by: Option<AccountId>,
        now: Timestamp,
    ) -> Result<()> {
        let ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
        let sql = "UPDATE message_rule SET place = coalesce(
            (SELECT key + 1 FROM json_each(?1) j WHERE j.value = message_rule.id), place + ?2)";
        let many = i64::try_from(ids.len()).unwrap_or(i64::MAX);
        sqlx::query(sql).bind(codec::json(&ids)?).bind(many).execute(self.conn().await?).await?;
        self.change(Entity::Setting, 0);
        let detail = serde_json::json!({ "order": ids, "by": by.map(|by| by.0) }).to_string();
        self.audit(AuditEntry { at: now, kind: LogKind::RulesOrdered, conversation: None, detail });
        Ok(())
    }

    /// Removes a rule and withdraws what it offers. What it fired stays on record.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn remove_rule(
        &mut self,
        id: MessageRuleId,
        by: Option<AccountId>,
        now: Timestamp,
    ) -> Result<()> {
        let row = self.rule(id).await?;
        sqlx::query("DELETE FROM message_rule WHERE id = ?1").bind(id.0).execute(self.conn().await?).await?;
        self.withdraw_offers(id, now).await?;
        self.log_rule(id, LogKind::RuleRemoved, &row.rule, by, now);
        Ok(())
    }

    /// One rule, as this transaction sees it.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn rule(&mut self, id: MessageRuleId) -> Result<RuleRow> {
        let sql = concat!("SELECT ", rule_columns!(), " FROM message_rule r WHERE r.id = ?1");
        let row = sqlx::query(sql).bind(id.0).fetch_optional(self.conn().await?).await?;
        rule(&row.ok_or(StoreError::NotFound { what: "rule", id: id.0 })?)
    }

    fn log_rule(
        &mut self,
        id: MessageRuleId,
        kind: LogKind,
        rule: &RuleWrite,
        by: Option<AccountId>,
        now: Timestamp,
    ) {
        self.change(Entity::Setting, 0);
        let detail = serde_json::json!({
            "rule": id.0, "name": rule.name, "enabled": rule.enabled, "by": by.map(|by| by.0),
            "version": rule.version, "definition": rule.definition,
        });
        let detail = detail.to_string();
        self.audit(AuditEntry { at: now, kind, conversation: None, detail });
    }
}

impl Store {
    /// All rules, in the team's order.
    ///
    /// # Errors
    /// What the database says.
    pub async fn rules(&self) -> Result<Vec<RuleRow>> {
        all(&mut *self.reader().await?).await
    }
}
