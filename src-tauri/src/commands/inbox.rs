//! Reading the inbox, and what a person does with a conversation.

use super::{Answer, Shared};
use crate::present;
use crate::wire::{
    ArithmeticLine, AssignmentDto, ConversationDto, ListPage, ListQuery, Rail, SearchPage, SearchQuery, Tide,
    TimelinePage,
};

/// Back among the unread ones, also at the platform where it can be told.
#[tauri::command]
#[specta::specta]
pub(crate) async fn mark_unread(app: Shared<'_>, conversation_id: String) -> Answer<bool> {
    let me = app.me().await;
    Ok(app.engine.mark_unread(conversation_id.parse()?, me).await?)
}

/// Views, stores, team.
#[tauri::command]
#[specta::specta]
pub(crate) async fn rail(app: Shared<'_>) -> Answer<Rail> {
    present::rail(&app).await
}

/// A page of a view.
#[tauri::command]
#[specta::specta]
pub(crate) async fn list(app: Shared<'_>, query: ListQuery) -> Answer<ListPage> {
    present::list(&app, &query).await
}

/// Head and side column of a conversation.
#[tauri::command]
#[specta::specta]
pub(crate) async fn conversation(app: Shared<'_>, id: String) -> Answer<ConversationDto> {
    present::conversation(&app, id.parse()?).await
}

/// A page of a conversation.
#[tauri::command]
#[specta::specta]
pub(crate) async fn timeline(
    app: Shared<'_>,
    id: String,
    before: Option<String>,
    limit: u32,
) -> Answer<TimelinePage> {
    present::timeline(&app, id.parse()?, before.as_deref(), limit).await
}

/// The next 24 hours.
#[tauri::command]
#[specta::specta]
pub(crate) async fn tide(app: Shared<'_>) -> Answer<Tide> {
    present::tide(&app).await
}

/// How a deadline came about, line by line.
#[tauri::command]
#[specta::specta]
pub(crate) async fn arithmetic(app: Shared<'_>, deadline_id: String) -> Answer<Vec<ArithmeticLine>> {
    let row = app.engine.store().deadline(deadline_id.parse()?).await?;
    present::arithmetic(&row)
}

/// Why a conversation is whose, newest first.
#[tauri::command]
#[specta::specta]
pub(crate) async fn why(app: Shared<'_>, conversation_id: String) -> Answer<Vec<AssignmentDto>> {
    let mut rows = present::assignments(&app, conversation_id.parse()?).await?;
    rows.reverse();
    Ok(rows)
}

/// Messages, buyers and orders.
#[tauri::command]
#[specta::specta]
pub(crate) async fn search(app: Shared<'_>, query: SearchQuery) -> Answer<SearchPage> {
    present::search(&app, &query).await
}

/// The payload that a message came in, for one that can't be shown whole.
#[tauri::command]
#[specta::specta]
pub(crate) async fn raw_message(app: Shared<'_>, message_id: String) -> Answer<String> {
    let store = app.engine.store();
    let row = store.message(message_id.parse()?).await?;
    let Some(raw) = row.raw else { return Ok(row.body.words().to_owned()) };
    let (_, _, bytes) = store.raw(raw).await?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// An agent looks at it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn opened(app: Shared<'_>, conversation_id: String) -> Answer<()> {
    Ok(app.engine.opened(conversation_id.parse()?, app.me().await).await?)
}

/// It is on the screen while something comes; nobody has touched it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn seen(app: Shared<'_>, conversation_id: String) -> Answer<()> {
    Ok(app.engine.seen(conversation_id.parse()?, app.me().await).await?)
}

/// Puts it aside.
#[tauri::command]
#[specta::specta]
pub(crate) async fn mark_done(app: Shared<'_>, conversation_id: String) -> Answer<()> {
    Ok(app.engine.mark_done(conversation_id.parse()?, app.me().await).await?)
}

/// Brings it back.
#[tauri::command]
#[specta::specta]
pub(crate) async fn reopen(app: Shared<'_>, conversation_id: String) -> Answer<()> {
    Ok(app.engine.reopen(conversation_id.parse()?, app.me().await).await?)
}

/// The sensitive matter was handed to the platform.
#[tauri::command]
#[specta::specta]
pub(crate) async fn escalated(app: Shared<'_>, conversation_id: String) -> Answer<()> {
    Ok(app.engine.escalated(conversation_id.parse()?, app.me().await).await?)
}

/// 稍后 10 分钟.
#[tauri::command]
#[specta::specta]
pub(crate) async fn snooze(app: Shared<'_>, conversation_id: String) -> Answer<()> {
    Ok(app.engine.snooze(conversation_id.parse()?).await?)
}
