//! What the system made of an alert, for the push log (`docs/RULES.md` §8): that it shows it, or that it refused.

use crate::engine::Engine;
use crate::error::EngineError;
use crate::ports::{ClimbItem, Notice, NoticeItem};
use domain::{ConversationId, LogKind, to_ms};
use serde_json::{Value, json};
use store::AuditEntry;

impl Engine {
    /// Writes down what became of a notice, an entry for each conversation that it names.
    pub(super) async fn note_shown(
        &self,
        notice: &Notice,
        shown: &Result<(), String>,
    ) -> Result<(), EngineError> {
        let at = self.now();
        let (kind, words) = match shown {
            Ok(()) => (LogKind::AlertShown, None),
            Err(words) => (LogKind::AlertRefused, Some(words)),
        };
        let written = async {
            let mut tx = self.store().begin().await?;
            for (conversation, mut detail) in subjects(notice) {
                if let Some(words) = words {
                    detail["words"] = json!(words);
                }
                tx.audit(AuditEntry { at, kind, conversation, detail: detail.to_string() });
            }
            tx.commit().await?;
            Ok(())
        };
        self.disk_noted(written.await)
    }
}

/// What a notice is about.
fn subjects(notice: &Notice) -> Vec<(Option<ConversationId>, Value)> {
    match notice {
        Notice::Due { items, .. } => items.iter().map(|item| about(item, "due")).collect(),
        Notice::Digest { items, .. } => items.iter().map(|item| about(item, "digest")).collect(),
        Notice::Climbed { items, .. } => items.iter().map(climbed).collect(),
        Notice::Fired { items, .. } => {
            items.iter().map(|item| (item.conversation, json!({ "notice": "fired" }))).collect()
        }
        Notice::StoreSilent { store, .. } => {
            vec![(None, json!({ "notice": "store_silent", "store": store.0 }))]
        }
        Notice::AuthorisationEnds { store, .. } => {
            vec![(None, json!({ "notice": "authorisation_ends", "store": store.0 }))]
        }
        Notice::Test => vec![(None, json!({ "notice": "test" }))],
    }
}

fn about(item: &NoticeItem, notice: &str) -> (Option<ConversationId>, Value) {
    let detail = json!({ "notice": notice, "deadline": item.kind.as_str(), "due_ms": to_ms(item.due) });
    (Some(item.conversation), detail)
}

fn climbed(climb: &ClimbItem) -> (Option<ConversationId>, Value) {
    let (conversation, mut detail) = about(&climb.item, "climbed");
    // None is the world outside.
    detail["seat"] = json!(climb.to);
    (conversation, detail)
}
