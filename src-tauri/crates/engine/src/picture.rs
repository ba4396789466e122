//! Pictures on their way out. A picture lies in the folder `outbox` beside the file until its reply is settled, so that a
//! crash loses none. It is uploaded while its reply still waits: an upload that broke is done again, since nobody sees a
//! picture that no reply shows, and only the send that follows happens once.

use crate::bridge::NOT_BY_BRIDGE;
use crate::bus::Event;
use crate::engine::Engine;
use crate::error::EngineError;
use channels::pictures::{Picture, PictureKind, PictureLimits, bridge_picture_limits, picture_limits};
use channels::{ChannelError, Connector, Progress};
use domain::{Body, ConversationId, OutboxId, Platform};
use sha2::{Digest, Sha256};
use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use store::{ConversationItem, OutboxRow, OutboxState, StoreError};
use tokio::fs;
use tokio::io::AsyncWriteExt as _;
use tokio::time::Instant;

/// The folder's name.
const FOLDER: &str = "outbox";
/// What the row of a reply says whose picture is not there any more.
pub(crate) const GONE: &str = "picture_gone";
/// Between one attempt to upload and the next.
const PAUSES: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(4)];
/// Between two tellings of how far an upload is.
const TOLD_EVERY: Duration = Duration::from_millis(250);

/// The folder, and how far uploads are.
#[derive(Debug)]
pub(crate) struct Folder {
    dir: PathBuf,
    uploads: std::sync::Mutex<HashMap<OutboxId, Upload>>,
}

#[derive(Debug)]
struct Upload {
    percent: u32,
    told_at: Instant,
}

impl Folder {
    /// The folder in a data folder.
    pub(crate) fn new(data: &Path) -> Self {
        Self { dir: data.join(FOLDER), uploads: std::sync::Mutex::default() }
    }

    /// Writes a picture down; when this returns, it survives a crash.
    pub(crate) async fn keep(&self, name: &str, bytes: &[u8]) -> Result<(), EngineError> {
        let path = self.dir.join(name);
        let written = async {
            fs::create_dir_all(&self.dir).await?;
            let part = path.with_extension("part");
            let mut file = fs::File::create(&part).await?;
            file.write_all(bytes).await?;
            file.sync_all().await?;
            fs::rename(&part, &path).await
        };
        written.await.map_err(|error| match error.kind() {
            io::ErrorKind::StorageFull => StoreError::Full.into(),
            _ => EngineError::file(&path, error),
        })
    }

    /// The type and the length in bytes of a picture that is there.
    pub(crate) async fn measure(&self, name: &str) -> Option<(PictureKind, u64)> {
        let found = fs::metadata(self.dir.join(name)).await.ok()?;
        Some((PictureKind::of_name(name)?, found.len()))
    }

    pub(crate) async fn read(&self, name: &str) -> Option<Picture> {
        let bytes = fs::read(self.dir.join(name)).await.ok()?;
        Some(Picture { kind: PictureKind::of(&bytes)?, bytes })
    }

    /// The reply is settled.
    pub(crate) async fn forget(&self, name: &str) {
        if name.is_empty() {
            return;
        }
        match fs::remove_file(self.dir.join(name)).await {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                tracing::warn!(%error, "a picture that was sent is still there; it goes with the next start");
            }
            Ok(()) | Err(_) => {}
        }
    }

    /// Removes whatever no reply needs.
    async fn sweep(&self, needed: &HashSet<String>) -> io::Result<()> {
        let mut entries = match fs::read_dir(&self.dir).await {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(error),
        };
        while let Some(entry) = entries.next_entry().await? {
            if !entry.file_name().to_str().is_some_and(|name| needed.contains(name)) {
                fs::remove_file(entry.path()).await?;
            }
        }
        Ok(())
    }

    fn uploads(&self) -> std::sync::MutexGuard<'_, HashMap<OutboxId, Upload>> {
        self.uploads.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Notes how far an upload is. True if the faces should hear of it now.
    fn note(&self, id: OutboxId, handed: u64, total: u64) -> bool {
        let percent = u32::try_from(handed.saturating_mul(100) / total.max(1)).unwrap_or(100);
        let mut uploads = self.uploads();
        let told = uploads.get(&id).is_none_or(|upload| upload.told_at.elapsed() >= TOLD_EVERY);
        let told_at = match uploads.get(&id) {
            Some(upload) if !told => upload.told_at,
            Some(_) | None => Instant::now(),
        };
        uploads.insert(id, Upload { percent, told_at });
        told
    }
}

/// The name of a reply's picture: the same for a second press, and not the name that the file had.
pub(crate) fn file_name(client_id: &str, kind: PictureKind) -> String {
    let hash = Sha256::digest(client_id.as_bytes());
    let mut name = String::new();
    for byte in hash.iter().take(16) {
        let _ = write!(name, "{byte:02x}");
    }
    format!("{name}.{}", kind.extension())
}

impl Engine {
    /// Which pictures can be sent in a conversation, or a code that says why none: what the platform takes, or the program
    /// behind a bridge.
    ///
    /// # Errors
    /// If the file refuses.
    pub async fn pictures_taken(
        &self,
        item: &ConversationItem,
    ) -> Result<Result<PictureLimits, &'static str>, EngineError> {
        let store = self.store().store(item.conversation.store).await?;
        if store.store.platform != Platform::Bridge {
            return Ok(picture_limits(store.store.platform).cloned());
        }
        let source = bridge_picture_limits().source.clone();
        let takes = self.bridge_pictures(store.id).await?.ok_or(NOT_BY_BRIDGE);
        Ok(takes.map(|takes| PictureLimits { source, kinds: takes.types, max_bytes: takes.max_bytes }))
    }

    /// The picture of a reply that is not settled; none if it has none.
    ///
    /// # Errors
    /// If the file refuses.
    pub async fn outbox_picture(&self, client_id: &str) -> Result<Option<Picture>, EngineError> {
        match self.store().outbox_by_client_id(client_id).await? {
            Some(row) if !row.reply.file.is_empty() => Ok(self.folder().read(&row.reply.file).await),
            Some(_) | None => Ok(None),
        }
    }

    /// How many per cent of a reply's picture are uploaded, while it is.
    #[must_use]
    pub fn uploaded_percent(&self, id: OutboxId) -> Option<u32> {
        self.folder().uploads().get(&id).map(|upload| upload.percent)
    }

    /// The row of a waiting reply with its picture at the platform. None if it is settled meanwhile, or could not be
    /// uploaded: then it is refused, with the cause.
    pub(crate) async fn with_picture_uploaded(
        &self,
        row: OutboxRow,
        connector: &dyn Connector,
    ) -> Result<Option<OutboxRow>, EngineError> {
        let there = matches!(&row.reply.body, Body::Image { url, .. } if !url.is_empty());
        if row.reply.file.is_empty() || there {
            return Ok(Some(row));
        }
        let Some(picture) = self.folder().read(&row.reply.file).await else {
            self.move_row(&row, OutboxState::Waiting, OutboxState::Refused, GONE).await?;
            return Ok(None);
        };
        let uploaded = self.upload(&row, &picture, connector).await;
        self.folder().uploads().remove(&row.id);
        match uploaded {
            Ok(body) => {
                let mut tx = self.store().begin().await?;
                let row = match tx.set_outbox_body(row.id, &body).await {
                    Ok(row) => row,
                    // Taken back while it was uploaded.
                    Err(StoreError::Conflict { .. }) => return Ok(None),
                    Err(error) => return Err(error.into()),
                };
                tx.commit().await?;
                Ok(Some(row))
            }
            Err(error) => {
                let words = crate::runner::code(&error.into());
                self.move_row(&row, OutboxState::Waiting, OutboxState::Refused, &words).await?;
                Ok(None)
            }
        }
    }

    async fn upload(
        &self,
        row: &OutboxRow,
        picture: &Picture,
        connector: &dyn Connector,
    ) -> Result<Body, ChannelError> {
        let (id, total) = (row.id, picture.bytes.len() as u64);
        let mut pauses = PAUSES.into_iter();
        loop {
            let progress = self.progress(id, row.reply.conversation, total);
            let error = match connector.upload(picture, progress).await {
                Ok(body) => return Ok(body),
                Err(error) => error,
            };
            let passing =
                matches!(error, ChannelError::Unreachable { .. } | ChannelError::RateLimited { .. });
            match pauses.next().filter(|_| passing) {
                Some(pause) => tokio::time::sleep(pause).await,
                None => return Err(error),
            }
        }
    }

    fn progress(&self, id: OutboxId, conversation: ConversationId, total: u64) -> Progress {
        let engine = self.clone();
        Arc::new(move |handed| {
            if engine.folder().note(id, handed, total) {
                engine.bus().publish(Event::Conversations([conversation].as_slice().into()));
            }
        })
    }

    /// Removes pictures that no reply needs any more: a crash left them, or a buyer was erased.
    pub(crate) async fn sweep_pictures(&self) -> Result<(), EngineError> {
        // Under the desk's lock no picture is written whose reply is not there yet.
        let desk = self.desk().await;
        let needed = self.store().outbox_unsettled().await?.into_iter().map(|row| row.reply.file).collect();
        if let Err(error) = self.folder().sweep(&needed).await {
            tracing::warn!(%error, "pictures that nobody needs are still there");
        }
        drop(desk);
        Ok(())
    }
}
