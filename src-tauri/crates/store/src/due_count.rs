//! How many conversations of a list are due before which instants: the numbers beside its groups.

use crate::{Result, Store, View};
use domain::{ConversationKind, StoreId, Timestamp, to_ms};

/// Counting stops here: a person reads "999+", and a list of a hundred thousand must not cost more than one of ten.
pub const COUNTED: i64 = 1_000;

macro_rules! count_sql {
    ($index:literal, $which:literal) => {
        concat!(
            "SELECT count(*) FROM (SELECT 1 FROM conversation INDEXED BY ",
            $index,
            " WHERE ",
            $which,
            " AND due_ms > ?1 AND due_ms <= ?2 AND (?3 = 0 OR store_id = ?3) LIMIT ?4)"
        )
    };
}

const MINE: &str = count_sql!("conversation_mine", "kind = 'chat' AND owes = 1 AND owner_id = ?5");
const TEAM: &str = count_sql!("conversation_team", "kind = 'chat' AND (owes = 1 OR state = 'open')");
const UNASSIGNED: &str =
    count_sql!("conversation_unassigned", "kind = 'chat' AND owner_id = 0 AND (owes = 1 OR state = 'open')");
const OTHER: &str = count_sql!("conversation_other", "kind <> 'chat' AND state = 'open' AND kind = ?5");
const DONE: &str = "SELECT count(*) FROM (SELECT 1 FROM conversation INDEXED BY conversation_done
    WHERE state = 'done' AND owes = 0 AND ?1 = ?1 AND ?2 = ?2 AND (?3 = 0 OR store_id = ?3) LIMIT ?4)";

impl Store {
    /// How many conversations of a view are due up to the first instant, from there to the second, and so on; then
    /// after the last; then without a due instant. Each is counted up to [`COUNTED`].
    ///
    /// # Errors
    /// What the database says.
    pub async fn due_counts(
        &self,
        view: View,
        store: Option<StoreId>,
        bounds: &[Timestamp],
    ) -> Result<Vec<u64>> {
        let mut edges = vec![i64::MIN];
        edges.extend(bounds.iter().map(|at| to_ms(*at)));
        edges.extend([i64::MAX - 1, i64::MAX]);
        let (sql, which) = match view {
            View::Mine(_) => (MINE, ""),
            View::Team => (TEAM, ""),
            View::Unassigned => (UNASSIGNED, ""),
            View::Notices => (OTHER, ConversationKind::Notice.as_str()),
            View::Mails => (OTHER, ConversationKind::Mail.as_str()),
            View::Cases => (OTHER, ConversationKind::Case.as_str()),
            View::Done => (DONE, ""),
        };
        let conn = &mut *self.reader().await?;
        let mut counts = Vec::with_capacity(edges.len() - 1);
        for edge in edges.windows(2) {
            let [from, to] = edge else { continue };
            // What was put aside has no clock: it is all in the last group.
            if view == View::Done && *to != i64::MAX {
                counts.push(0);
                continue;
            }
            let bound = sqlx::query_scalar::<_, i64>(sql)
                .bind(from)
                .bind(to)
                .bind(store.map_or(0, |s| s.0))
                .bind(COUNTED);
            let bound = match view {
                View::Mine(owner) => bound.bind(owner.0),
                View::Notices | View::Mails | View::Cases => bound.bind(which),
                View::Team | View::Unassigned | View::Done => bound,
            };
            counts.push(bound.fetch_one(&mut *conn).await?.unsigned_abs());
        }
        Ok(counts)
    }
}
