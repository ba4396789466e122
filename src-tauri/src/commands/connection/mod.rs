//! Connections: tested before they are kept, renewed, and signed in to through the browser.
//!
//! Secrets come in with a draft and go into the engine; no answer holds one.

#[cfg(test)]
mod tests;

use super::{Answer, Shared};
use crate::app::App;
use crate::native::{link, window};
use crate::present;
use crate::wire::{
    ConnectedDto, ConnectionDraft, ConnectionDto, DirectoryDto, MailFolderDto, ReportDto, SignInDto,
    SignedInDto, TokensDraft, UiError,
};
use crate::words::say;
use channels::signin::Pages;
use domain::{Platform, Secret, StoreId};
use engine::{Connection, Engine, EngineError, Given, SignInStart, Typed};
use tauri::{AppHandle, Wry};

/// A mailbox tells by itself when something comes; it is asked every nine minutes besides.
const MAIL_EVERY_S: u64 = 540;
/// A platform is asked; more often than this it would refuse.
const EVERY_S: u64 = 30;

/// The addresses that are known by name.
#[tauri::command]
#[specta::specta]
pub(crate) fn directory() -> Answer<DirectoryDto> {
    Ok(present::directory())
}

/// Tests what was typed. Nothing is kept.
#[tauri::command]
#[specta::specta]
pub(crate) async fn test_connection(app: Shared<'_>, draft: ConnectionDraft) -> Answer<ReportDto> {
    tested(&app, draft).await
}

/// The folders of a mailbox that is not connected yet, with those of the draft as read. Nothing is kept.
#[tauri::command]
#[specta::specta]
pub(crate) async fn draft_folders(app: Shared<'_>, draft: ConnectionDraft) -> Answer<Vec<MailFolderDto>> {
    folders_of(&app, draft).await
}

/// Tests a store as it is kept.
#[tauri::command]
#[specta::specta]
pub(crate) async fn test_store(app: Shared<'_>, store_id: String) -> Answer<ReportDto> {
    Ok(present::report(&app.engine.test_store(store_id.parse()?).await?))
}

/// Connects a store if its test allows it; `anyway`: also if permissions are missing.
#[tauri::command]
#[specta::specta]
pub(crate) async fn connect_store(
    app: Shared<'_>,
    draft: ConnectionDraft,
    anyway: bool,
) -> Answer<ConnectedDto> {
    connected(&app, draft, anyway).await
}

/// What is kept of a store's connection; none if there is none to be asked.
#[tauri::command]
#[specta::specta]
pub(crate) async fn store_connection(app: Shared<'_>, store_id: String) -> Answer<Option<ConnectionDto>> {
    kept_of(&app, store_id.parse()?).await
}

/// Gives a store other secrets, another name or address, if the test allows it. Platform, account and shop stay.
#[tauri::command]
#[specta::specta]
pub(crate) async fn change_connection(
    app: Shared<'_>,
    store_id: String,
    draft: ConnectionDraft,
    anyway: bool,
) -> Answer<ConnectedDto> {
    changed(&app, store_id.parse()?, draft, anyway).await
}

/// Begins a sign-in and opens the platform's page in the browser. `redirect`: the public address that the platform's
/// console knows; empty for the way back to this computer.
#[tauri::command]
#[specta::specta]
pub(crate) async fn begin_sign_in(
    app: Shared<'_>,
    draft: ConnectionDraft,
    redirect: String,
) -> Answer<SignInDto> {
    let (connection, typed) = typed(draft)?;
    let key = typed.key.ok_or_else(|| UiError::invalid("missing:secret"))?;
    let start = app.engine.begin_sign_in(&connection, key, Some(&redirect)).await?;
    opened(&app, start).await
}

/// Begins a sign-in for a store that is kept; with an empty secret, by its own key.
#[tauri::command]
#[specta::specta]
pub(crate) async fn sign_in_again(
    app: Shared<'_>,
    store_id: String,
    secret: String,
    redirect: String,
) -> Answer<SignInDto> {
    let start = app.engine.sign_in_again(store_id.parse()?, given(secret), Some(&redirect)).await?;
    opened(&app, start).await
}

/// Waits until the browser has landed, or its address was pasted. For at most ten minutes.
#[tauri::command]
#[specta::specta]
pub(crate) async fn finish_sign_in(
    app: Shared<'_>,
    handle: AppHandle<Wry>,
    id: String,
) -> Answer<SignedInDto> {
    let signed_in = finished(&app, &id).await?;
    // The person is at the browser; what comes next is here.
    window::raise(&handle);
    Ok(signed_in)
}

/// The address on which the browser landed, as a person pasted it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn land_sign_in(app: Shared<'_>, id: String, address: String) -> Answer<()> {
    Ok(app.engine.land_sign_in(&id, &address).await?)
}

/// Gives a sign-in up.
#[tauri::command]
#[specta::specta]
pub(crate) async fn cancel_sign_in(app: Shared<'_>, id: String) -> Answer<()> {
    app.engine.cancel_sign_in(&id).await;
    Ok(())
}

async fn kept_of(app: &App, id: StoreId) -> Answer<Option<ConnectionDto>> {
    let row = app.engine.store().store(id).await?;
    Ok(present::connection(&row, app.engine.by_browser(&row)?))
}

async fn tested(app: &App, draft: ConnectionDraft) -> Answer<ReportDto> {
    let (connection, typed) = typed(draft)?;
    let report = app.engine.test_connection(&connection, &typed).await.map_err(refused)?;
    Ok(present::report(&report))
}

async fn folders_of(app: &App, draft: ConnectionDraft) -> Answer<Vec<MailFolderDto>> {
    let (connection, typed) = typed(draft)?;
    let there = app.engine.folders_of(&connection, &typed).await.map_err(refused)?;
    Ok(present::folders(there, &connection.folders))
}

async fn connected(app: &App, draft: ConnectionDraft, anyway: bool) -> Answer<ConnectedDto> {
    let (connection, typed) = typed(draft)?;
    let (store, report) = app.engine.connect_tested(&connection, typed, anyway).await.map_err(refused)?;
    Ok(ConnectedDto { store_id: store.map(|id| id.to_string()), report: present::report(&report) })
}

/// The window has words for a store that is there already.
fn refused(error: EngineError) -> UiError {
    match error {
        EngineError::Store(store::StoreError::Conflict { .. }) => UiError::invalid("connected_already"),
        other => other.into(),
    }
}

async fn changed(app: &App, id: StoreId, draft: ConnectionDraft, anyway: bool) -> Answer<ConnectedDto> {
    let row = app.engine.store().store(id).await?;
    let kept = Engine::connection(&row).ok_or_else(|| UiError::invalid("store_not_connected"))?;
    let (new, typed) = typed(draft)?;
    // What was not typed here (the market, the pace) stays what it is.
    let connection = Connection {
        region: kept.region,
        every_s: kept.every_s,
        demo: kept.demo,
        folders: kept.folders,
        ..new
    };
    let (changed, report) = app.engine.change_connection(id, &connection, typed, anyway).await?;
    Ok(ConnectedDto { store_id: changed.then(|| id.to_string()), report: present::report(&report) })
}

async fn finished(app: &App, id: &str) -> Answer<SignedInDto> {
    let locale = app.kept().locale;
    let words = |key| say(locale, key, &[]);
    let pages = Pages { done: words("signed_in.done"), refused: words("signed_in.refused") };
    let signed_in = app.engine.finish_sign_in(id, pages).await?;
    Ok(SignedInDto { shops: signed_in.shops, seller: signed_in.seller })
}

/// Opens the page by the door of every other link.
async fn opened(app: &App, start: SignInStart) -> Answer<SignInDto> {
    let url = match link::checked(&start.url) {
        Ok(url) => url,
        Err(error) => {
            app.engine.cancel_sign_in(&start.id).await;
            return Err(UiError::invalid(format!("link: {error}")));
        }
    };
    let opened = link::open(&url);
    if let Err(error) = &opened {
        tracing::warn!(%error, "the browser could not be opened for a sign-in");
    }
    Ok(SignInDto { id: start.id, url: url.into(), redirect: start.redirect, opened: opened.is_ok() })
}

fn typed(draft: ConnectionDraft) -> Result<(Connection, Typed), UiError> {
    let platform = present::platform(draft.platform);
    if platform == Platform::Bridge {
        return Err(UiError::invalid("a bridge is made with create_bridge"));
    }
    let tokens = match draft.tokens {
        TokensDraft::Nothing => Given::Nothing,
        TokensDraft::Pasted { access, .. } if access.is_empty() => {
            return Err(UiError::invalid("missing:access_token"));
        }
        TokensDraft::Pasted { access, refresh } => {
            Given::Pasted { access: Secret::new(access), refresh: Secret::new(refresh) }
        }
        TokensDraft::SignedIn { id } => Given::SignedIn(id),
    };
    let connection = Connection {
        platform,
        interface: present::interface(draft.interface),
        name: draft.name,
        host: draft.host,
        account: draft.account,
        shop_id: draft.shop_id,
        region: String::new(),
        company: draft.company,
        every_s: if platform == Platform::Mail { MAIL_EVERY_S } else { EVERY_S },
        folders: if platform == Platform::Mail { draft.folders } else { Vec::new() },
        demo: false,
    };
    Ok((connection, Typed { key: given(draft.secret), tokens }))
}

fn given(secret: String) -> Option<Secret> {
    Some(secret).filter(|secret| !secret.is_empty()).map(Secret::new)
}
