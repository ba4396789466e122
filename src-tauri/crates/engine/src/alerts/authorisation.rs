//! Authorisations that end soon: told once a day for a week, so that nobody finds out by a silent store.

use crate::bus::Event;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::ports::Notice;
use domain::Timestamp;
use rules::alerts::is_quiet;
use rules::connection::{Limits, ending_soon};

impl Engine {
    /// Tells of authorisations that end soon. Quiet hours hold it back.
    pub(super) async fn tell_ending(&self, now: Timestamp) -> Result<Vec<Notice>, EngineError> {
        let stores = self.store().stores().await?;
        let ends = |row: &store::StoreRow| row.authorised_until.filter(|_| !row.paused);
        if !stores.iter().any(|row| ends(row).is_some()) {
            return Ok(Vec::new());
        }
        let policy = self.desk().await.policy.alerts.clone();
        if is_quiet(now, &policy) {
            return Ok(Vec::new());
        }
        let limits = Limits::shipped();
        let mut notices = Vec::new();
        for row in stores {
            let Some(until) = ends(&row) else { continue };
            let Some(days) = ending_soon(until, row.authorisation_told, now, &limits) else { continue };
            let written = async {
                let mut tx = self.store().begin().await?;
                tx.note_authorisation_told(row.id, until, now).await?;
                Ok(tx.commit().await?)
            };
            self.disk_noted(written.await)?;
            let notice = Notice::AuthorisationEnds { store: row.id, name: row.store.name, until, days };
            self.ring_anyway(&notice).await;
            self.bus().publish(Event::Rail);
            notices.push(notice);
        }
        Ok(notices)
    }
}
