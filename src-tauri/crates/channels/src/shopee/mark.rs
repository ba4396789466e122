//! Telling the platform that a conversation was read, or is unread again. Reading messages alone marks nothing.

use super::api::{Api, CHAT};
use crate::{ChannelError, ReadMark};
use serde_json::json;

/// Sets the mark.
pub(crate) async fn mark(api: &Api, conversation: &str, mark: &ReadMark) -> Result<(), ChannelError> {
    let (name, body) = match mark {
        ReadMark::Read { newest, .. } => {
            ("read_conversation", json!({ "conversation_id": conversation, "last_read_message_id": newest }))
        }
        ReadMark::Unread => ("unread_conversation", json!({ "conversation_id": conversation })),
    };
    api.post(&format!("{CHAT}{name}"), &body).await?;
    Ok(())
}
