//! The team.

use super::{Answer, Shared};
use crate::wire::{PresenceDto, UiError, WhatIf, WhatIfMove};
use domain::{AccountName, AccountNameError, Presence};

const fn presence(dto: PresenceDto) -> Presence {
    match dto {
        PresenceDto::Online => Presence::Online,
        PresenceDto::Suspended => Presence::Suspended,
        PresenceDto::Offline => Presence::Offline,
    }
}

/// Hands a conversation to another seat.
#[tauri::command]
#[specta::specta]
pub(crate) async fn transfer(
    app: Shared<'_>,
    conversation_id: String,
    account_id: String,
    note: String,
) -> Answer<()> {
    let me = app.me().await;
    Ok(app.engine.transfer(conversation_id.parse()?, account_id.parse()?, me, &note).await?)
}

/// 在线 / 挂起 / 离线.
#[tauri::command]
#[specta::specta]
pub(crate) async fn set_presence(app: Shared<'_>, account_id: String, to: PresenceDto) -> Answer<()> {
    Ok(app.engine.set_presence(account_id.parse()?, presence(to)).await?)
}

/// Takes part in distribution or not.
#[tauri::command]
#[specta::specta]
pub(crate) async fn set_participates(app: Shared<'_>, account_id: String, on: bool) -> Answer<()> {
    Ok(app.engine.set_participates(account_id.parse()?, on).await?)
}

/// Its weight in distribution, 0 to 100; refused with `weight` above.
#[tauri::command]
#[specta::specta]
pub(crate) async fn set_weight(app: Shared<'_>, account_id: String, to: u32) -> Answer<()> {
    Ok(app.engine.set_weight(account_id.parse()?, to).await?)
}

/// Adds a sub-account. A wrong name is refused with the code of its cause.
#[tauri::command]
#[specta::specta]
pub(crate) async fn add_account(app: Shared<'_>, name: String) -> Answer<()> {
    let parsed = AccountName::parse(&name).map_err(|error| {
        let code = match error {
            AccountNameError::EmptyMain => "empty_main",
            AccountNameError::EmptySuffix { .. } => "empty_suffix",
            AccountNameError::FullWidthColon { .. } => "full_width_colon",
            AccountNameError::SecondColon { .. } => "second_colon",
            AccountNameError::MainTooLong { .. } => "main_too_long",
        };
        UiError::invalid(code)
    })?;
    app.engine.add_account(&parsed.to_string()).await?;
    Ok(())
}

/// What would happen if a seat changed its presence now.
#[tauri::command]
#[specta::specta]
pub(crate) async fn what_if(app: Shared<'_>, account_id: String, to: PresenceDto) -> Answer<WhatIf> {
    let account = account_id.parse()?;
    let names = app.names().await?;
    let moves = app.engine.what_if(account, presence(to)).await?;
    let roster = app.engine.store().accounts().await?;
    let takers = roster.iter().filter(|seat| seat.participates && !seat.disabled).filter(|seat| {
        let there = if seat.id == account { presence(to) } else { seat.presence };
        there == Presence::Online
    });
    Ok(WhatIf {
        takers: u32::try_from(takers.count()).unwrap_or(u32::MAX),
        weighted: app.engine.weighted().await,
        moves: moves
            .into_iter()
            .map(|moved| WhatIfMove {
                conversation_id: moved.conversation.to_string(),
                title: moved.title,
                to_name: names.get(&moved.decision.to).map(ToString::to_string).unwrap_or_default(),
                reason: moved.decision.reason.as_str().to_owned(),
            })
            .collect(),
    })
}
