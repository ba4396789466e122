//! Pictures that a person sends: judged by their bytes, checked against what the platform takes before anything is
//! uploaded, and without what the camera wrote into them.

mod clean;
mod gif;
mod kind;
mod limits;

pub use kind::PictureKind;
pub use limits::{PictureLimits, cards, picture_limits};

/// A picture that may leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Its type.
    pub kind: PictureKind,
    /// Its bytes, cleaned.
    pub bytes: Vec<u8>,
}

/// Why a picture can't be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PictureFault {
    /// It is none, or of a type that the platform does not take.
    #[error("picture_type")]
    Type,
    /// It has more bytes than the platform takes.
    #[error("picture_too_large")]
    TooLarge,
    /// It ends too early or holds nonsense.
    #[error("picture_damaged")]
    Damaged,
}

impl Picture {
    /// Checks a file against what the platform takes, and takes out everything that is not the picture itself: the place
    /// and time of taking, the camera, its owner, thumbnails, comments. How it is turned stays.
    ///
    /// # Errors
    /// [`PictureFault`].
    pub fn check(bytes: &[u8], limits: &PictureLimits) -> Result<Self, PictureFault> {
        let kind = PictureKind::of(bytes).filter(|kind| limits.kinds.contains(kind));
        let kind = kind.ok_or(PictureFault::Type)?;
        let bytes = match kind {
            PictureKind::Jpeg => clean::jpeg(bytes),
            PictureKind::Png => clean::png(bytes),
            PictureKind::Gif => gif::clean(bytes),
            PictureKind::Webp => return Err(PictureFault::Type),
        };
        let bytes = bytes.ok_or(PictureFault::Damaged)?;
        if bytes.len() > limits.max_bytes as usize {
            return Err(PictureFault::TooLarge);
        }
        Ok(Self { kind, bytes })
    }
}
