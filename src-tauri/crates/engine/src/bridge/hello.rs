//! A bridge introduces itself.

use super::live::Live;
use crate::bus::Event;
use crate::engine::Engine;
use crate::error::EngineError;
use channels::bridge::{Ability, Hello, Shop, Way, Welcome};
use domain::{Capability, CapabilityState, StoreId};

/// Characters of a program's name and version that are kept.
const SHOWN: usize = 60;
/// Why a capability of a bridge is off: the program does not have it.
const CANNOT: &str = "bridge_cannot";

impl Engine {
    /// Notes what a bridge can do, and says what is wanted of it.
    pub(super) async fn welcome(
        &self,
        store: StoreId,
        live: &Live,
        hello: Hello,
    ) -> Result<Welcome, EngineError> {
        let (mut can, mut not_known) = (Vec::new(), Vec::new());
        for name in &hello.can {
            match Ability::parse(name) {
                Some(ability) => can.push(ability),
                None => not_known.push(name.clone()),
            }
        }
        self.note_abilities(store, &can).await?;
        let pictures = self.note_pictures(store, &hello, &can).await?;
        let mut client = hello.client;
        client.name = client.name.chars().take(SHOWN).collect();
        client.version = client.version.chars().take(SHOWN).collect();
        live.introduce(client);
        let shop = Shop { name: live.name.clone(), platform: live.settings.label.clone() };
        let replies = if live.settings.webhook.is_some() { Way::Webhook } else { Way::Poll };
        let wants = Ability::ALL.into_iter().filter(|ability| can.contains(ability)).collect();
        Ok(Welcome { store: shop, wants, not_known, replies, pictures })
    }

    async fn note_abilities(&self, store: StoreId, can: &[Ability]) -> Result<(), EngineError> {
        let row = self.store().store(store).await?;
        let mut capabilities = row.capabilities.clone();
        for ability in Ability::ALL {
            if let Some(capability) = capability(ability) {
                let on = can.contains(&ability);
                let state =
                    if on { CapabilityState::On } else { CapabilityState::Off { code: CANNOT.into() } };
                capabilities.insert(capability, state);
            }
        }
        if capabilities == row.capabilities {
            return Ok(());
        }
        let mut tx = self.store().begin().await?;
        tx.set_capabilities(store, &capabilities).await?;
        tx.commit().await?;
        self.bus().publish(Event::Rail);
        Ok(())
    }
}

/// What an ability is to a store; none for what only concerns the bridge.
const fn capability(ability: Ability) -> Option<Capability> {
    match ability {
        Ability::ChatRead => Some(Capability::ReadChat),
        Ability::ChatSend => Some(Capability::SendChat),
        Ability::Orders => Some(Capability::Orders),
        Ability::Disputes => Some(Capability::Disputes),
        Ability::Notices => Some(Capability::Notifications),
        Ability::Images | Ability::SendImages | Ability::ReadMarks => None,
    }
}
