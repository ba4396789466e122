//! Pictures through a bridge: which ones its program sends, and how it gets their bytes. A reply carries a reference
//! only; the bytes are fetched by the bridge that has the reply in hand, as long as it has not said what became of it.

use super::hand_out::reply_path;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::picture::GONE;
use channels::bridge::{Ability, Hello, Pictures, Problem, ReplyBody};
use channels::pictures::{Picture, PictureKind, bridge_picture_limits};
use domain::StoreId;
use store::{OutboxRow, OutboxState, StoreError};

/// Key of the note of what the program of a bridge said; a store's id follows.
const NOTE: &str = "bridge_pictures";
/// Why no picture can be sent: the program has not said that it does.
pub(crate) const NOT_BY_BRIDGE: &str = "picture_not_by_bridge";
/// … it sends others, or smaller ones.
const UNFIT: &str = "picture_unfit_by_bridge";

impl Engine {
    /// Notes which pictures a bridge sends; none if it sends none.
    pub(super) async fn note_pictures(
        &self,
        store: StoreId,
        hello: &Hello,
        can: &[Ability],
    ) -> Result<Option<Pictures>, EngineError> {
        let sends = can.contains(&Ability::SendImages);
        let pictures = sends.then(|| hello.pictures.within(bridge_picture_limits())).flatten();
        if pictures != self.bridge_pictures(store).await? {
            let json = serde_json::to_string(&pictures).map_err(StoreError::from)?;
            let mut tx = self.store().begin().await?;
            tx.set_note(&key(store), &json, self.now()).await?;
            tx.commit().await?;
        }
        Ok(pictures)
    }

    /// Which pictures the program of a bridge sends; none if it sends none, or has not said so.
    pub(crate) async fn bridge_pictures(&self, store: StoreId) -> Result<Option<Pictures>, EngineError> {
        let kept = self.store().setting(&key(store)).await?;
        Ok(kept.and_then(|json| serde_json::from_str(&json).ok()).flatten())
    }

    /// Why a waiting reply can't be handed to a bridge: its program takes other pictures now than when it was written, or
    /// the file is gone. None if it can.
    pub(super) async fn why_not_handed(
        &self,
        store: StoreId,
        row: &OutboxRow,
    ) -> Result<Option<&'static str>, EngineError> {
        if row.reply.file.is_empty() {
            return Ok(None);
        }
        let Some(takes) = self.bridge_pictures(store).await? else { return Ok(Some(NOT_BY_BRIDGE)) };
        let Some((kind, bytes)) = self.folder().measure(&row.reply.file).await else {
            return Ok(Some(GONE));
        };
        let fits = takes.types.contains(&kind) && bytes <= u64::from(takes.max_bytes);
        Ok((!fits).then_some(UNFIT))
    }

    /// What a bridge is told of a reply's content.
    pub(super) async fn handed_body(&self, row: &OutboxRow) -> ReplyBody {
        let file = &row.reply.file;
        match PictureKind::of_name(file) {
            None => ReplyBody::Text { text: row.reply.body.words().to_owned() },
            Some(kind) => ReplyBody::Image {
                picture: format!("{}/picture", reply_path(row)),
                media_type: kind.mime().to_owned(),
                bytes: self.folder().measure(file).await.map_or(0, |(_, bytes)| bytes),
            },
        }
    }

    /// The picture of a reply that this bridge has in hand.
    pub(super) async fn picture_in_hand(&self, store: StoreId, id: &str) -> Result<Picture, Problem> {
        let row = self.reply_named(store, id).await?;
        if row.reply.file.is_empty() {
            return Err(Problem::NoSuchPicture);
        }
        // After that it is not to be sent any more: a person has been asked, or it is settled.
        if row.state != OutboxState::Sending {
            return Err(Problem::AlreadySettled { state: row.state.as_str() });
        }
        self.folder().read(&row.reply.file).await.ok_or(Problem::NoSuchPicture)
    }
}

fn key(store: StoreId) -> String {
    format!("{NOTE}/{store}")
}
