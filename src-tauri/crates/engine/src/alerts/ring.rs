//! Ringing: the system is asked to show a notice, and what it makes of that is told.

use crate::bus::Event;
use crate::engine::Engine;
use crate::ports::Notice;
use std::sync::Arc;
use std::time::Duration;

/// So long the system has to take an alert. A notification service that hangs must not keep the next alert, or the step of a
/// ladder that leads outside, from being in time.
const ANSWER: Duration = Duration::from_secs(4);

impl Engine {
    /// Rings, whatever the system makes of it: that is in the push log and in the tray, and nobody here can do more.
    pub(crate) async fn ring_anyway(&self, notice: &Notice) {
        drop(self.ring(notice).await);
    }

    /// Shows a notice, tells the window, and tells everybody whether the system took it. Gives the system's answer.
    ///
    /// # Errors
    /// In the system's words, if it refused; or if it did not answer in time.
    pub async fn ring(&self, notice: &Notice) -> Result<(), String> {
        let shown = self.show(notice).await;
        if let Err(words) = &shown {
            tracing::warn!(%words, "the system refused an alert");
        }
        self.bus().publish(Event::AlertsWork(shown.is_ok()));
        self.bus().publish(Event::Raised(notice.clone().into()));
        // It rang already: that this could not be written down must not keep the next one from ringing.
        if let Err(error) = self.note_shown(notice, &shown).await {
            tracing::error!(%error, "what the system made of an alert could not be written down");
        }
        shown
    }

    /// Asks the system, on a thread where waiting is allowed, one notice at a time: one that hangs holds up no second thread.
    async fn show(&self, notice: &Notice) -> Result<(), String> {
        let (notifier, notice) = (Arc::clone(&self.ports().notifier), notice.clone());
        let asked = async {
            let one = self.ringing().await;
            tokio::task::spawn_blocking(move || {
                let shown = notifier.raise(&notice);
                drop(one);
                shown
            })
            .await
        };
        match tokio::time::timeout(ANSWER, asked).await {
            Ok(Ok(shown)) => shown,
            Ok(Err(broken)) => match broken.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(stopped) => Err(stopped.to_string()),
            },
            Err(_) => Err("the system does not answer".to_owned()),
        }
    }
}
