//! Small pictures that come whole.

use super::limits::IMAGE_LIMIT;
use crate::pictures::PictureKind;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::Flaw;

/// The picture as an address that holds it.
///
/// # Errors
/// A code and more: too large, no base64, or no type that is shown.
pub(super) fn inline(data: &str) -> Result<String, Flaw> {
    if data.len() > IMAGE_LIMIT.div_ceil(3) * 4 {
        return Err(too_large());
    }
    let bytes = STANDARD.decode(data).map_err(|error| Flaw::missing(format!("image_not_base64: {error}")))?;
    if bytes.len() > IMAGE_LIMIT {
        return Err(too_large());
    }
    let mime =
        PictureKind::of(&bytes).ok_or_else(|| Flaw::other_kind("image_type: PNG, JPEG, GIF or WebP"))?.mime();
    Ok(format!("data:{mime};base64,{data}"))
}

fn too_large() -> Flaw {
    Flaw::too_large(format!("image_too_large: at most {IMAGE_LIMIT} bytes; hand in a link"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(b"\x89PNG\r\n\x1a\n....", Some("data:image/png;base64,"))]
    #[case(b"RIFF....WEBPVP8 ", Some("data:image/webp;base64,"))]
    #[case(b"RIFF....WAVEfmt ", None)]
    #[case(b"<svg onload='x'/>", None)]
    #[case(b"", None)]
    fn a_picture_is_known_by_its_bytes(#[case] bytes: &[u8], #[case] start: Option<&str>) {
        let made = inline(&STANDARD.encode(bytes));
        match start {
            Some(start) => assert!(made.is_ok_and(|url| url.starts_with(start)), "it is shown as what it is"),
            None => assert!(made.is_err(), "what is no picture is not shown as one"),
        }
    }

    #[test]
    fn a_large_picture_is_refused_before_it_is_decoded() {
        let large = "A".repeat(IMAGE_LIMIT * 2);
        assert!(
            inline(&large).is_err_and(|flaw| flaw.words.starts_with("image_too_large")),
            "the code says what to do"
        );
        assert!(
            inline("not base64!").is_err_and(|flaw| flaw.words.starts_with("image_not_base64")),
            "and this one too"
        );
    }
}
