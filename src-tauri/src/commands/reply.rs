//! Replies and drafts.

use super::{Answer, Shared};
use crate::present;
use crate::wire::{OutboxDto, UiError};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Queues a reply; `seen` is the newest message on the screen.
#[tauri::command]
#[specta::specta]
pub(crate) async fn send_reply(
    app: Shared<'_>,
    conversation_id: String,
    client_id: String,
    text: String,
    seen: String,
) -> Answer<OutboxDto> {
    let seen = if seen.is_empty() { None } else { Some(seen.parse()?) };
    let me = app.me().await;
    let row = app.engine.send_reply(conversation_id.parse()?, me, &client_id, &text, seen).await?;
    present::outbox(&app, &row).await
}

/// Queues a picture, whose bytes come in base64.
#[tauri::command]
#[specta::specta]
pub(crate) async fn send_picture(
    app: Shared<'_>,
    conversation_id: String,
    client_id: String,
    data: String,
    seen: String,
) -> Answer<OutboxDto> {
    let seen = if seen.is_empty() { None } else { Some(seen.parse()?) };
    let bytes = STANDARD.decode(data).map_err(|_| UiError::invalid("picture_damaged"))?;
    let me = app.me().await;
    let row = app.engine.send_picture(conversation_id.parse()?, me, &client_id, &bytes, seen).await?;
    present::outbox(&app, &row).await
}

/// Queues an order as the platform's card.
#[tauri::command]
#[specta::specta]
pub(crate) async fn send_order_card(
    app: Shared<'_>,
    conversation_id: String,
    client_id: String,
    order_no: String,
    seen: String,
) -> Answer<OutboxDto> {
    let seen = if seen.is_empty() { None } else { Some(seen.parse()?) };
    let card = domain::Body::OrderCard { order_no };
    let me = app.me().await;
    let row = app.engine.send_card(conversation_id.parse()?, me, &client_id, card, seen).await?;
    present::outbox(&app, &row).await
}

/// Queues a product as the platform's card.
#[tauri::command]
#[specta::specta]
pub(crate) async fn send_item_card(
    app: Shared<'_>,
    conversation_id: String,
    client_id: String,
    item_id: String,
    seen: String,
) -> Answer<OutboxDto> {
    let seen = if seen.is_empty() { None } else { Some(seen.parse()?) };
    let me = app.me().await;
    let row = app.engine.send_item(conversation_id.parse()?, me, &client_id, &item_id, seen).await?;
    present::outbox(&app, &row).await
}

/// The picture of a reply that is not settled, as an address that holds it; none if it is gone.
#[tauri::command]
#[specta::specta]
pub(crate) async fn outbox_picture(app: Shared<'_>, client_id: String) -> Answer<Option<String>> {
    let picture = app.engine.outbox_picture(&client_id).await?;
    Ok(picture
        .map(|picture| format!("data:{};base64,{}", picture.kind.mime(), STANDARD.encode(picture.bytes))))
}

/// Takes it back; false if it is too late.
#[tauri::command]
#[specta::specta]
pub(crate) async fn undo_send(app: Shared<'_>, client_id: String) -> Answer<bool> {
    Ok(app.engine.undo_send(&client_id).await?)
}

/// The person looked at the platform and says whether it arrived.
#[tauri::command]
#[specta::specta]
pub(crate) async fn settle_unknown(app: Shared<'_>, client_id: String, sent: bool) -> Answer<()> {
    settled(app.engine.settle_unknown(&client_id, sent).await?)
}

/// Once more, because the platform does not show it. It is asked again first.
#[tauri::command]
#[specta::specta]
pub(crate) async fn send_again(app: Shared<'_>, client_id: String) -> Answer<()> {
    settled(app.engine.send_again(&client_id).await?)
}

/// Once more.
#[tauri::command]
#[specta::specta]
pub(crate) async fn retry_refused(app: Shared<'_>, client_id: String) -> Answer<()> {
    settled(app.engine.retry_refused(&client_id).await?)
}

/// Back to the draft.
#[tauri::command]
#[specta::specta]
pub(crate) async fn drop_refused(app: Shared<'_>, client_id: String) -> Answer<()> {
    settled(app.engine.drop_refused(&client_id).await?)
}

/// Keeps what is typed.
#[tauri::command]
#[specta::specta]
pub(crate) async fn save_draft(app: Shared<'_>, conversation_id: String, text: String) -> Answer<()> {
    Ok(app.engine.save_draft(conversation_id.parse()?, &text).await?)
}

/// A reply that is no longer where the window saw it: the window asks again.
fn settled(done: bool) -> Answer<()> {
    if done { Ok(()) } else { Err(UiError::invalid("settled_meanwhile")) }
}
