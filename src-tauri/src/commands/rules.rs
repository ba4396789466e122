//! Message rules of the team, and the texts that they offer.

use super::{Answer, Shared};
use crate::present::rules::{Called, draft, problem, rehearsal, rule};
use crate::wire::{RehearsalDto, RuleDraftDto, RuleDto, RuleSavedDto, UiError};
use engine::Saved;

/// All of them, in the team's order.
#[tauri::command]
#[specta::specta]
pub(crate) async fn message_rules(app: Shared<'_>) -> Answer<Vec<RuleDto>> {
    let called = Called::look(&app).await?;
    app.engine.message_rules().await?.iter().map(|info| rule(info, &called)).collect()
}

/// Saves a rule, or says all that is wrong with it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn save_message_rule(app: Shared<'_>, rule: RuleDraftDto) -> Answer<RuleSavedDto> {
    let me = app.me().await;
    Ok(match app.engine.save_message_rule(&draft(rule)?, me).await? {
        Saved::Kept(id) => RuleSavedDto { id: Some(id.to_string()), problems: Vec::new() },
        Saved::Refused(problems) => {
            let problems = problems.iter().map(problem).collect::<Result<_, _>>()?;
            RuleSavedDto { id: None, problems }
        }
    })
}

/// Puts them in this order.
#[tauri::command]
#[specta::specta]
pub(crate) async fn order_message_rules(app: Shared<'_>, ids: Vec<String>) -> Answer<()> {
    let ids = ids.iter().map(|id| id.parse().map_err(UiError::from)).collect::<Result<Vec<_>, _>>()?;
    Ok(app.engine.order_message_rules(&ids, app.me().await).await?)
}

/// Switches one on or off.
#[tauri::command]
#[specta::specta]
pub(crate) async fn switch_message_rule(app: Shared<'_>, rule_id: String, on: bool) -> Answer<()> {
    Ok(app.engine.switch_message_rule(rule_id.parse()?, on, app.me().await).await?)
}

/// Removes one. What it fired stays on record.
#[tauri::command]
#[specta::specta]
pub(crate) async fn remove_message_rule(app: Shared<'_>, rule_id: String) -> Answer<()> {
    Ok(app.engine.remove_message_rule(rule_id.parse()?, app.me().await).await?)
}

/// What a draft would have done at the last events that it looks for, newest first. Changes nothing.
#[tauri::command]
#[specta::specta]
pub(crate) async fn rehearse_rule(app: Shared<'_>, rule: RuleDraftDto) -> Answer<Vec<RehearsalDto>> {
    let called = Called::look(&app).await?;
    let run = app.engine.rehearse(&draft(rule)?).await?;
    run.into_iter().map(|one| rehearsal(one, &called)).collect()
}

/// A person took an offered text into the reply they write.
#[tauri::command]
#[specta::specta]
pub(crate) async fn take_offer(app: Shared<'_>, offer_id: String) -> Answer<bool> {
    Ok(app.engine.take_offer(offer_id.parse()?, app.me().await).await?)
}

/// A person does not want an offered text.
#[tauri::command]
#[specta::specta]
pub(crate) async fn drop_offer(app: Shared<'_>, conversation_id: String, offer_id: String) -> Answer<bool> {
    Ok(app.engine.drop_offer(conversation_id.parse()?, offer_id.parse()?, app.me().await).await?)
}
