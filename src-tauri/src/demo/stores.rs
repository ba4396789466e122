//! The demo's stores and seats in the engine: brought the first time, found again later, taken away in the end.

use super::DemoError;
use super::kept::Kept;
use super::platforms::{Platforms, Way};
use super::script::{Script, Shop};
use domain::{AccountName, Platform, Presence, StoreId};
use engine::{Connection, Engine, EngineError, SecretSet};
use std::time::Duration;

/// A first look at a store is waited for at most so long, so that distribution follows the order of the script.
const FIRST_LOOK: Duration = Duration::from_secs(8);
const GLANCE: Duration = Duration::from_millis(50);

/// Brings the sub-accounts and lets the main account take part, so that whoever looks gets conversations of their own.
/// Seats that somebody made are left as they are.
pub(super) async fn bring_team(engine: &Engine, script: &Script, kept: &mut Kept) -> Result<(), DemoError> {
    let roster = engine.store().accounts().await.map_err(EngineError::from)?;
    let main = engine.main_account().await;
    let Some(main) = roster.iter().find(|row| row.id == main) else { return Ok(()) };
    for member in &script.team {
        let Ok(name) = AccountName::parse(&format!("{}:{}", main.name.main(), member.name)) else {
            // A long main name can have no sub-accounts; the demo works without them.
            tracing::info!(member = %member.name, "no sub-account of this name");
            continue;
        };
        let seat = match roster.iter().find(|row| row.name == name) {
            Some(row) if kept.seats.contains(&row.id) => row.id,
            Some(row) if row.disabled => {
                engine.set_disabled(row.id, false).await?;
                row.id
            }
            Some(_) => continue,
            None => engine.add_account(&name.to_string()).await?,
        };
        if !kept.seats.contains(&seat) {
            kept.seats.push(seat);
            kept.save(engine).await?;
        }
        engine.set_presence(seat, member.presence).await?;
    }
    if kept.main_took_part.is_none() {
        kept.main_took_part = Some(main.participates);
        kept.save(engine).await?;
    }
    engine.set_participates(main.id, true).await?;
    engine.set_presence(main.id, Presence::Online).await?;
    Ok(())
}

/// Connects every store of the script, or points the kept one at its new address.
pub(super) async fn connect(
    engine: &Engine,
    script: &Script,
    platforms: &Platforms,
    first: bool,
) -> Result<(), DemoError> {
    let rows = engine.store().stores().await.map_err(EngineError::from)?;
    for shop in &script.shops {
        let Some(Way { host, key, tokens }) = platforms.way(shop, engine.now()) else { continue };
        let secrets = SecretSet { key, tokens };
        let kept = rows.iter().find_map(|row| {
            let kept = Engine::connection(row)?;
            is_of(&kept, shop).then_some((row.id, kept))
        });
        let store = match kept {
            Some((store, kept)) => {
                engine.update_connection(store, &Connection { host, ..kept }, Some(secrets)).await?;
                store
            }
            None => engine.connect(&connection(shop, host), secrets).await?,
        };
        if first {
            look(engine, store).await?;
        }
    }
    Ok(())
}

/// Removes the demo's stores.
pub(super) async fn remove(engine: &Engine) -> Result<(), DemoError> {
    for row in engine.store().stores().await.map_err(EngineError::from)? {
        if Engine::connection(&row).is_some_and(|connection| connection.demo) {
            engine.remove_store(row.id).await?;
        }
    }
    Ok(())
}

/// Puts the demo's seats away: who has ever signed in can only be disabled (`docs/RULES.md` §2).
pub(super) async fn dismiss_team(engine: &Engine, kept: &Kept) -> Result<(), DemoError> {
    for seat in &kept.seats {
        engine.set_presence(*seat, Presence::Offline).await?;
        engine.set_disabled(*seat, true).await?;
    }
    if kept.main_took_part == Some(false) {
        engine.set_participates(engine.main_account().await, false).await?;
    }
    Ok(())
}

fn connection(shop: &Shop, host: String) -> Connection {
    Connection {
        platform: shop.platform,
        name: shop.name.clone(),
        host,
        account: shop.account.clone(),
        shop_id: shop_id(shop),
        region: shop.region.clone(),
        company: String::new(),
        interface: domain::Interface::Usual,
        every_s: shop.every_s,
        folders: Vec::new(),
        demo: true,
    }
}

fn is_of(kept: &Connection, shop: &Shop) -> bool {
    kept.demo
        && kept.platform == shop.platform
        && kept.account == shop.account
        && kept.shop_id == shop_id(shop)
}

fn shop_id(shop: &Shop) -> String {
    match shop.platform {
        Platform::Shopee => shop.shop_id.to_string(),
        Platform::AliExpress | Platform::Mail | Platform::Bridge => String::new(),
    }
}

/// Waits until a store was read once; one that is slow is read in its own time.
async fn look(engine: &Engine, store: StoreId) -> Result<(), DemoError> {
    let seen = async {
        while engine.store().store(store).await?.last_success.is_none() {
            tokio::time::sleep(GLANCE).await;
        }
        Ok::<(), EngineError>(())
    };
    match tokio::time::timeout(FIRST_LOOK, seen).await {
        Ok(seen) => Ok(seen?),
        Err(_) => {
            tracing::info!(store = store.0, "a demo store is slow");
            Ok(())
        }
    }
}
