//! Product pictures for the demo shop, drawn from their names alone: the same name is always the same picture.

use axum::Router;
use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

/// Outlines on a field of 400 × 400, with the words in a name that ask for them.
const SHAPES: [(&[&str], &str); 4] = [
    (
        &["shirt", "衫", "衣"],
        r#"<path d="M145 90l-85 45 28 72 37-16v119h150V191l37 16 28-72-85-45q-55 45-110 0z"/>"#,
    ),
    (
        &["mug", "杯"],
        r#"<path d="M260 155h20q40 0 40 45t-40 45h-20" fill="none" stroke-width="24"/><path d="M95 120h165v150q0 30-30 30H125q-30 0-30-30z"/>"#,
    ),
    (
        &["shoe", "sneaker", "鞋"],
        r#"<path d="M60 170q50 30 95-20l75 65q30 20 80 25 30 5 30 45H60z"/><path d="M55 300h290" stroke-width="20"/>"#,
    ),
    (
        &["watch", "表"],
        r#"<path d="M160 50h80l10 75H150zM160 350h80l10-75H150z"/><circle cx="200" cy="200" r="85"/><path d="M200 150v50l35 25" fill="none" stroke="white" stroke-width="12"/>"#,
    ),
];

/// `GET /pictures/{name}.svg` for any name; merge it into a platform's router.
pub fn pictures<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/pictures/{file}", get(picture))
}

async fn picture(Path(file): Path<String>) -> Response {
    match file.strip_suffix(".svg") {
        Some(name) => ([(header::CONTENT_TYPE, "image/svg+xml")], draw_picture(name)).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// The picture of a product: its shape from the words in the name, else by chance; its colours by chance. The
/// chance is a hash of the name.
#[must_use]
pub fn draw_picture(name: &str) -> String {
    let hash =
        name.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    let small = name.to_lowercase();
    let asked = SHAPES.iter().find(|(words, _)| words.iter().any(|word| small.contains(word)));
    let (_, shape) = asked.unwrap_or(&SHAPES[usize::from(hash.to_le_bytes()[3]) % SHAPES.len()]);
    let hue = hash % 360;
    let ground = (hue + 150 + hash / 360 % 60) % 360;
    let title = name.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 400" width="400" height="400" role="img"><title>{title}</title><rect width="400" height="400" fill="hsl({ground} 45% 92%)"/><ellipse cx="200" cy="330" rx="130" ry="14" fill="hsl({ground} 30% 80%)"/><g fill="hsl({hue} 60% 48%)" stroke="hsl({hue} 60% 36%)" stroke-width="6" stroke-linejoin="round" stroke-linecap="round">{shape}</g></svg>"#
    )
}
