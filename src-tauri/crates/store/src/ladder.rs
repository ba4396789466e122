//! Ladders: who hears of a deadline when nobody acts. Each rung of a deadline instant is climbed at most once, also
//! across crash and restart (`docs/RULES.md` §4).

use crate::{Acted, AuditEntry, ClimbRow, ClimbWrite, DueClimb, Entity, Result, Store, WriteTx, codec};
use domain::{
    AccountId, ConversationId, DeadlineId, DeadlineKind, LogKind, StoreId, Timestamp, from_ms, to_ms,
};
use serde::Serialize;
use sqlx::Row;
use std::collections::BTreeSet;

#[derive(Serialize)]
struct Act {
    conversation: i64,
    act: &'static str,
    at: i64,
    late: bool,
}

#[derive(Serialize)]
struct Step<'a> {
    deadline: i64,
    rung: &'static str,
    to: i64,
    from: i64,
    why: &'a str,
    at: i64,
}

/// The alerts that nobody acted on yet, and then the ladders that stand, each found along its index.
const ACTED_ALERTS: &str = "UPDATE alert_raised SET acted_at_ms = x.at, action = x.act
    FROM (SELECT a.id, j.value ->> 'at' AS at, j.value ->> 'act' AS act
          FROM jsonb_each(?1) j
          CROSS JOIN alert_raised a INDEXED BY alert_raised_once ON a.conversation_id = j.value ->> 'conversation'
          WHERE a.acted_at_ms = 0 AND (j.value ->> 'late' = 0 OR a.raised_at_ms <= j.value ->> 'at')) x
    WHERE alert_raised.id = x.id RETURNING conversation_id";
const ACTED_LADDERS: &str = "UPDATE deadline SET ladder_at_ms = 0
    FROM (SELECT d.id
          FROM jsonb_each(?1) j
          CROSS JOIN deadline d INDEXED BY deadline_instant ON d.conversation_id = j.value ->> 'conversation'
          WHERE d.ladder_at_ms > 0 AND (j.value ->> 'late' = 0 OR d.ladder_from_ms <= j.value ->> 'at')) x
    WHERE deadline.id = x.id";
/// With max(), SQLite takes the other columns from the row of the maximum: the last step.
pub(crate) const DUE_CLIMBS: &str =
    "SELECT d.id, d.conversation_id, d.kind, d.from_ms, d.due_ms, d.ladder_from_ms,
        c.store_id, c.owner_id, coalesce(b.name, c.title) AS name,
        (SELECT json_array(k.rung, k.at_ms, max(k.id)) FROM climb k
         WHERE k.conversation_id = d.conversation_id AND k.kind = d.kind AND k.due_ms = d.due_ms) AS climbed
    FROM deadline d INDEXED BY deadline_ladder
    CROSS JOIN conversation c ON c.id = d.conversation_id
    LEFT JOIN buyer b ON b.id = c.buyer_id
    WHERE d.status = 'open' AND d.ladder_at_ms > 0 AND d.ladder_at_ms <= ?1
    ORDER BY d.ladder_at_ms, d.id";

impl WriteTx {
    /// Notes that people acted on conversations: their alerts are answered, and their ladders climb no further.
    /// Returns whether there was anything to act on.
    ///
    /// # Errors
    /// What the database says.
    pub async fn acted(&mut self, acts: &[Acted]) -> Result<bool> {
        if acts.is_empty() {
            return Ok(false);
        }
        let rows: Vec<Act> = acts
            .iter()
            .map(|acted| Act {
                conversation: acted.conversation.0,
                act: acted.act,
                at: to_ms(acted.at),
                late: acted.late,
            })
            .collect();
        let json = codec::json(&rows)?;
        let answered = sqlx::query(ACTED_ALERTS).bind(json.clone()).fetch_all(self.conn().await?).await?;
        sqlx::query(ACTED_LADDERS).bind(json).execute(self.conn().await?).await?;
        let answered: BTreeSet<i64> =
            answered.iter().map(|row| Ok(row.try_get(0)?)).collect::<Result<_>>()?;
        let mut told = BTreeSet::new();
        for acted in acts.iter().filter(|acted| answered.contains(&acted.conversation.0)) {
            if !told.insert(acted.conversation) {
                continue;
            }
            let detail = serde_json::json!({ "action": acted.act }).to_string();
            let conversation = Some(acted.conversation);
            self.audit(AuditEntry { at: acted.at, kind: LogKind::AlertActed, conversation, detail });
        }
        Ok(!answered.is_empty())
    }

    /// Writes down steps that are climbed now, of ladders that still stand. Returns the deadlines whose step was new:
    /// only of those may anybody be told, and only after the commit.
    ///
    /// # Errors
    /// What the database says.
    pub async fn climb(&mut self, steps: &[ClimbWrite]) -> Result<Vec<DeadlineId>> {
        let rows: Vec<Step<'_>> = steps
            .iter()
            .map(|step| Step {
                deadline: step.deadline.0,
                rung: step.rung,
                to: step.to.map_or(0, |a| a.0),
                from: step.from.map_or(0, |a| a.0),
                why: &step.why,
                at: to_ms(step.at),
            })
            .collect();
        let sql = "INSERT INTO climb (conversation_id, kind, due_ms, rung, to_id, from_id, why, at_ms)
            SELECT d.conversation_id, d.kind, d.due_ms, value ->> 'rung', value ->> 'to', value ->> 'from',
                value ->> 'why', value ->> 'at'
            FROM jsonb_each(?1) j CROSS JOIN deadline d ON d.id = j.value ->> 'deadline'
            WHERE d.status = 'open' AND d.ladder_at_ms > 0
            ON CONFLICT DO NOTHING RETURNING conversation_id, kind, due_ms";
        let new = sqlx::query(sql).bind(codec::json(&rows)?).fetch_all(self.conn().await?).await?;
        let new: BTreeSet<(i64, String, i64)> = new
            .iter()
            .map(|row| Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?)))
            .collect::<Result<_>>()?;
        let mut climbed = Vec::with_capacity(new.len());
        for step in steps {
            let place = (step.conversation.0, step.kind.as_str().to_owned(), to_ms(step.due));
            if !new.contains(&place) {
                continue;
            }
            climbed.push(step.deadline);
            self.change(Entity::Conversation, step.conversation.0);
            let detail = serde_json::json!({
                "deadline": step.kind.as_str(), "due_ms": to_ms(step.due), "step": step.rung,
                "to": step.to.map(|a| a.0), "from": step.from.map(|a| a.0),
                "why": serde_json::from_str::<serde_json::Value>(&step.why)?,
            });
            self.audit(AuditEntry {
                at: step.at,
                kind: LogKind::LadderClimbed,
                conversation: Some(step.conversation),
                detail: detail.to_string(),
            });
        }
        Ok(climbed)
    }

    /// Ends ladders on which nobody is left to tell.
    ///
    /// # Errors
    /// What the database says.
    pub async fn end_ladders(&mut self, deadlines: &[DeadlineId]) -> Result<()> {
        let ids: Vec<i64> = deadlines.iter().map(|id| id.0).collect();
        let sql = "UPDATE deadline SET ladder_at_ms = 0 WHERE id IN (SELECT value FROM json_each(?1))";
        sqlx::query(sql).bind(codec::json(&ids)?).execute(self.conn().await?).await?;
        Ok(())
    }
}

impl Store {
    /// The ladders that stand and may climb by `now`, the longest standing first.
    ///
    /// # Errors
    /// What the database says.
    pub async fn due_climbs(&self, now: Timestamp) -> Result<Vec<DueClimb>> {
        let rows = sqlx::query(DUE_CLIMBS).bind(to_ms(now)).fetch_all(&mut *self.reader().await?).await?;
        rows.iter()
            .map(|row| {
                let kind: &str = row.try_get("kind")?;
                let (rung, at, _): (Option<String>, Option<i64>, Option<i64>) =
                    serde_json::from_str(row.try_get("climbed")?)?;
                Ok(DueClimb {
                    deadline: domain::Deadline {
                        id: DeadlineId(row.try_get("id")?),
                        conversation: ConversationId(row.try_get("conversation_id")?),
                        kind: codec::known("deadline.kind", kind, DeadlineKind::parse(kind))?,
                        from: from_ms(row.try_get("from_ms")?),
                        due: from_ms(row.try_get("due_ms")?),
                    },
                    store: StoreId(row.try_get("store_id")?),
                    owner: codec::opt_id(row.try_get("owner_id")?).map(AccountId),
                    name: row.try_get("name")?,
                    told_at: from_ms(row.try_get("ladder_from_ms")?),
                    climbed: rung.zip(at.map(from_ms)),
                })
            })
            .collect()
    }

    /// The steps climbed for a conversation, oldest first.
    ///
    /// # Errors
    /// What the database says.
    pub async fn climbs_of(&self, conversation: ConversationId) -> Result<Vec<ClimbRow>> {
        let sql = "SELECT id, kind, due_ms, rung, to_id, from_id, why, at_ms FROM climb
            WHERE conversation_id = ?1 ORDER BY at_ms, id";
        let rows = sqlx::query(sql).bind(conversation.0).fetch_all(&mut *self.reader().await?).await?;
        rows.iter()
            .map(|row| {
                let kind: &str = row.try_get("kind")?;
                Ok(ClimbRow {
                    id: row.try_get("id")?,
                    kind: codec::known("climb.kind", kind, DeadlineKind::parse(kind))?,
                    due: from_ms(row.try_get("due_ms")?),
                    rung: row.try_get("rung")?,
                    to: codec::opt_id(row.try_get("to_id")?).map(AccountId),
                    from: codec::opt_id(row.try_get("from_id")?).map(AccountId),
                    why: row.try_get("why")?,
                    at: from_ms(row.try_get("at_ms")?),
                })
            })
            .collect()
    }
}
