//! Handing a picture to the platform.

use super::api::{Api, CHAT};
use super::json::text;
use crate::pictures::Picture;
use crate::{ChannelError, Progress};
use domain::Body;
use futures::stream;
use reqwest::multipart::{Form, Part};
use std::sync::Arc;

/// Bytes handed over at once: small enough that progress moves on a slow line.
const PIECE: usize = 32 * 1024;

/// Uploads a picture. The platform answers with an address; a message with that address shows it.
pub(crate) async fn upload(api: &Api, picture: &Picture, progress: Progress) -> Result<Body, ChannelError> {
    let answer = api.upload(&format!("{CHAT}upload_image"), || form(picture, &progress)).await?;
    let fields = answer.response();
    let url = text(&fields["url"]).ok_or_else(|| ChannelError::Unexpected {
        detail: "an uploaded picture without an address".into(),
    })?;
    Ok(Body::Image { url, thumb: text(&fields["thumbnail"]) })
}

fn form(picture: &Picture, progress: &Progress) -> Form {
    let pieces: Vec<Vec<u8>> = picture.bytes.chunks(PIECE).map(<[u8]>::to_vec).collect();
    let progress = Arc::clone(progress);
    let mut handed = 0;
    let pieces = stream::iter(pieces.into_iter().map(move |piece| {
        handed += piece.len() as u64;
        progress(handed);
        Ok::<_, std::convert::Infallible>(piece)
    }));
    let length = picture.bytes.len() as u64;
    // The name that the file had is nobody's business.
    let name = format!("picture.{}", picture.kind.extension());
    let part = Part::stream_with_length(reqwest::Body::wrap_stream(pieces), length).file_name(name);
    Form::new().part("file", part.mime_str(picture.kind.mime()).unwrap_or_else(|_| Part::bytes(Vec::new())))
}
