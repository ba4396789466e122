//! Tokens that a sign-in left behind. They wait under a name of their own for a store that takes them over; if the program
//! dies before, nobody would know the name. So it is noted before anything is kept under it, and what is noted is forgotten
//! at the next start: a sign-in does not outlive the program that began it.

use crate::engine::Engine;
use crate::error::EngineError;
use store::StoreError;

/// Key of the note.
const NOTE: &str = "sign_ins";

impl Engine {
    /// Notes the handle under which the tokens of a sign-in are about to be kept.
    pub(super) async fn note_sign_in(&self, handle: &str) -> Result<(), EngineError> {
        let _turn = self.sign_ins().noting.lock().await;
        let mut handles = self.noted_sign_ins().await?;
        handles.push(handle.to_owned());
        self.write_noted(&handles).await
    }

    /// Forgets the tokens of sign-ins of earlier runs. What the key store does not forget now is tried at the next start.
    pub(crate) async fn sweep_sign_ins(&self) -> Result<(), EngineError> {
        let _turn = self.sign_ins().noting.lock().await;
        let mut handles = self.noted_sign_ins().await?;
        let before = handles.len();
        handles.retain(|handle| {
            let left = self.ports().vault.delete(handle);
            if let Err(error) = &left {
                tracing::warn!(%error, "the tokens of a sign-in could not be forgotten");
            }
            left.is_err()
        });
        if handles.len() == before { Ok(()) } else { self.write_noted(&handles).await }
    }

    async fn noted_sign_ins(&self) -> Result<Vec<String>, EngineError> {
        let noted = self.store().setting(NOTE).await?;
        Ok(noted.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default())
    }

    async fn write_noted(&self, handles: &[String]) -> Result<(), EngineError> {
        let json = serde_json::to_string(handles).map_err(StoreError::from)?;
        let mut tx = self.store().begin().await?;
        tx.set_note(NOTE, &json, self.now()).await?;
        tx.commit().await?;
        Ok(())
    }
}
