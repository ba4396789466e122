//! Message rules in few words.

use domain::MessageRuleId;
use engine::{Engine, RuleDraft, Saved};
use rules::message_rules::{AutoReply, Condition, HandOver, Target, Trigger};

/// A rule to save, switched on.
pub(crate) fn draft(
    name: &str,
    trigger: Trigger,
    conditions: Vec<Condition>,
    targets: Vec<Target>,
) -> RuleDraft {
    let (name, enabled, auto_reply) = (name.to_owned(), true, None);
    RuleDraft { id: None, name, enabled, trigger, conditions, targets, auto_reply }
}

/// What an agent is offered to answer.
pub(crate) fn texts(hand_over: HandOver) -> AutoReply {
    let texts = [("zh", "您好，我们会在2小时内回复。"), ("en", "Hello!"), ("es", "¡Hola!")];
    let texts = texts.map(|(language, text)| (language.to_owned(), text.to_owned()));
    AutoReply { texts: texts.into(), hand_over }
}

/// Saves a rule that makes sense.
pub(crate) async fn save(engine: &Engine, rule: &RuleDraft) -> MessageRuleId {
    match engine.save_message_rule(rule, engine.main_account().await).await.unwrap() {
        Saved::Kept(id) => id,
        Saved::Refused(why) => panic!("{} makes no sense: {why:?}", rule.name),
    }
}
