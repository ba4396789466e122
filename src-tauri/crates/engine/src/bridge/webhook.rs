//! Replies are posted to the bridge's own address, instead of being fetched.

use super::live::Live;
use crate::engine::Engine;
use channels::bridge::{Ack, Delivery, Handed, Webhook};
use domain::{Secret, StoreId};
use futures::future::join_all;
use std::sync::Arc;
use std::time::Duration;

/// The time for undoing ends without anybody saying so.
const LOOK: Duration = Duration::from_secs(1);

/// Posts replies until the bridge ends.
pub(super) async fn post_replies(engine: Engine, store: StoreId, live: Arc<Live>) {
    let url = live.settings.webhook.as_deref().unwrap_or_default();
    let webhook = match Webhook::new(url) {
        Ok(webhook) => webhook,
        Err(error) => return tracing::error!(error, "a bridge's webhook can't be used"),
    };
    loop {
        let woken = engine.bridges().woken();
        tokio::pin!(woken);
        woken.as_mut().enable();
        if let Some(token) = engine.webhook_token(store).await {
            let handed = {
                let _hand = live.hand.lock().await;
                if live.ended.is_cancelled() {
                    return;
                }
                engine.hand_out(store).await
            };
            match handed {
                // Replies of different conversations: a slow one holds no other up.
                Ok(handed) => {
                    join_all(handed.iter().map(|reply| engine.post(&webhook, &token, store, reply))).await;
                }
                Err(error) => tracing::error!(%error, "replies could not be taken out for a bridge"),
            }
        }
        tokio::select! {
            () = live.ended.cancelled() => return,
            () = woken => {}
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

impl Engine {
    async fn webhook_token(&self, store: StoreId) -> Option<Secret> {
        let row = self.store().store(store).await.ok().filter(|row| !row.paused)?;
        self.ports().vault.get(&row.store.secret_handle).ok().flatten()
    }

    async fn post(&self, webhook: &Webhook, token: &Secret, store: StoreId, reply: &Handed) {
        let ack = match webhook.deliver(token, self.now(), reply).await {
            Delivery::Acknowledged(ack) => ack,
            Delivery::Taken => return,
            Delivery::Away { detail } => Ack::Refused { code: "bridge_away".into(), detail },
            Delivery::Unknown { detail } => Ack::Unknown { detail },
        };
        if let Err(problem) = self.hear_fate(store, &reply.id, &ack).await {
            // It stays as handed out, and is unknown when its time is over.
            tracing::error!(code = problem.code(), "what became of a reply could not be written down");
        }
    }
}
