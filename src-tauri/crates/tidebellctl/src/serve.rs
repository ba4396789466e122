//! `serve`: the same engine without a window.

use crate::Failure;
use crate::open::engine;
use engine::{Notice, Notifier};
use serde_json::json;
use std::path::Path;

/// Alerts as lines on standard output: whatever runs this can hand them on.
struct Lines;

impl Notifier for Lines {
    fn raise(&self, notice: &Notice) -> Result<(), String> {
        let line = match notice {
            Notice::Due { items, now } | Notice::Digest { items, now, .. } => {
                let items: Vec<_> = items
                    .iter()
                    .map(|item| {
                        json!({ "conversation": item.conversation, "title": item.title,
                                "kind": item.kind, "due": item.due })
                    })
                    .collect();
                json!({ "alert": "due", "at": now, "items": items })
            }
            Notice::Climbed { items, now } => {
                let items: Vec<_> = items
                    .iter()
                    .map(|climb| {
                        json!({ "conversation": climb.item.conversation, "title": climb.item.title,
                                "kind": climb.item.kind, "due": climb.item.due, "from": climb.from,
                                "to": climb.to, "waited_s": climb.waited_s })
                    })
                    .collect();
                json!({ "alert": "climbed", "at": now, "items": items })
            }
            Notice::Fired { items, now } => {
                let items: Vec<_> = items
                    .iter()
                    .map(|item| {
                        json!({ "rule": item.rule, "trigger": item.trigger, "store": item.store,
                                "conversation": item.conversation, "title": item.title, "to": item.to,
                                "everybody": item.everybody })
                    })
                    .collect();
                json!({ "alert": "fired", "at": now, "items": items })
            }
            Notice::StoreSilent { store, name, code, owner_must_act, last_read } => {
                json!({ "alert": "store_silent", "store": store, "name": name, "code": code,
                        "owner_must_act": owner_must_act, "last_read": last_read })
            }
            Notice::AuthorisationEnds { store, name, until, days } => json!({
                "alert": "authorisation_ends", "store": store, "name": name, "until": until,
                "days": days,
            }),
            Notice::Test => json!({ "alert": "test" }),
        };
        crate::say(&line.to_string());
        Ok(())
    }
}

pub(crate) async fn run(data: Option<&Path>) -> Result<(), Failure> {
    // Before anybody hears that it serves: whoever does may want it to end at once.
    let asked = asked_to_end().map_err(|error| error.to_string())?;
    let engine = engine(data, Lines).await?;
    engine.start().await.map_err(|error| error.to_string())?;
    crate::say(&json!({ "serving": true }).to_string());
    asked.await;
    engine.stop().await.map_err(|error| error.to_string())
}

/// Listens from now on for somebody at the keyboard, or for the system that runs services, who wants it to end.
#[cfg(unix)]
fn asked_to_end() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Listens from now on for somebody at the keyboard, who closes the terminal, or who shuts the computer down. The last two
/// leave some seconds.
#[cfg(windows)]
fn asked_to_end() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::windows::{ctrl_break, ctrl_c, ctrl_close, ctrl_shutdown};
    let (mut pressed, mut broken, mut closed, mut down) =
        (ctrl_c()?, ctrl_break()?, ctrl_close()?, ctrl_shutdown()?);
    Ok(async move {
        tokio::select! {
            _ = pressed.recv() => {}
            _ = broken.recv() => {}
            _ = closed.recv() => {}
            _ = down.recv() => {}
        }
    })
}
