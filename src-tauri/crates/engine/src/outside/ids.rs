//! Names of what is told outside: the same whenever the same thing is told, and they say what it is about.

use domain::{ConversationId, Deadline, MessageRuleId, StoreId, Timestamp, to_ms};
use rules::alerts::Silence;

const CLIMB: &str = "climb";
const SILENCE: &str = "silence";

/// The name of a ladder's step for a deadline.
pub(crate) fn climb_id(deadline: &Deadline) -> String {
    format!("{CLIMB}:{}:{}:{}", deadline.conversation, deadline.kind.as_str(), to_ms(deadline.due))
}

/// The name of a store's silence that is told now.
pub(crate) fn silence_id(store: StoreId, verdict: Silence, now: Timestamp) -> String {
    format!("{SILENCE}:{store}:{}:{}", verdict.as_str(), to_ms(now))
}

/// The name of what a rule fired at an event of a store.
pub(crate) fn rule_id(rule: MessageRuleId, store: StoreId, event: &str) -> String {
    format!("rule:{rule}:{store}:{event}")
}

/// What a notice of this name is about.
pub(crate) fn about(id: &str) -> (Option<ConversationId>, Option<StoreId>) {
    let mut parts = id.split(':');
    match (parts.next(), parts.next()) {
        (Some(CLIMB), Some(conversation)) => (conversation.parse().ok(), None),
        (Some(SILENCE), Some(store)) => (None, store.parse().ok()),
        _ => (None, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{DeadlineId, DeadlineKind, from_ms};

    #[test]
    fn a_name_says_what_it_is_about() {
        let deadline = Deadline {
            id: DeadlineId(7),
            conversation: ConversationId(42),
            kind: DeadlineKind::Reply,
            from: from_ms(1_000),
            due: from_ms(2_000),
        };
        let climb = climb_id(&deadline);
        assert_eq!(about(&climb), (Some(ConversationId(42)), None), "the push log finds it there: {climb}");
        let silence = silence_id(StoreId(3), Silence::OwnerMustAct { failed_at: from_ms(0) }, from_ms(1_000));
        assert_eq!(about(&silence), (None, Some(StoreId(3))), "and the store's there: {silence}");
        for other in ["test:1772416800000", "1", ""] {
            assert_eq!(about(other), (None, None), "{other} is about neither");
        }
    }
}
