//! Pictures that a person sends: judged by their bytes, checked against what the platform takes before anything is
//! uploaded, and without what the camera wrote into them.

mod clean;
mod gif;
mod kind;
mod limits;

pub use kind::PictureKind;
pub use limits::{Cards, PictureLimits, bridge_picture_limits, cards, picture_limits};

/// The address of a picture as a platform gives it, if it can be shown: some leave out the scheme. Only what is served
/// encrypted is.
pub(crate) fn address(given: &str) -> Option<String> {
    let full = if given.starts_with("//") { format!("https:{given}") } else { given.to_owned() };
    let address = url::Url::parse(&full).ok()?;
    (address.scheme() == "https" && address.has_host()).then(|| address.into())
}

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

#[cfg(test)]
mod tests {
    use super::address;
    use rstest::rstest;

    #[rstest]
    #[case("https://ae01.alicdn.com/kf/a.jpg", Some("https://ae01.alicdn.com/kf/a.jpg"))]
    #[case("//ae01.alicdn.com/kf/a.jpg", Some("https://ae01.alicdn.com/kf/a.jpg"))]
    #[case("http://ae01.alicdn.com/kf/a.jpg", None)]
    #[case("javascript:alert(1)", None)]
    #[case("kf/a.jpg", None)]
    #[case("", None)]
    fn only_an_encrypted_address_is_shown(#[case] given: &str, #[case] shown: Option<&str>) {
        assert_eq!(address(given).as_deref(), shown, "{given:?}");
    }
}
