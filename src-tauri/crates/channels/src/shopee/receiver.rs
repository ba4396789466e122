//! The receiving end of pushes, for owners who run a relay that can reach it.

use super::push::{parsed, verify, verify_body_only};
use crate::{Quarantined, Received};
use axum::Router;
use axum::body::{Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::routing::post;
use domain::{RawPayload, Secret};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

/// Larger bodies are refused unread; a push is a few kilobytes.
pub const PUSH_BODY_LIMIT: usize = 1024 * 1024;
/// A chat push is given up and repeated after 2 s; the answer leaves a little before.
const ANSWER_WITHIN: Duration = Duration::from_millis(1_800);

/// How pushes are recognised.
#[derive(Debug, Clone)]
pub struct PushSettings {
    /// The address registered in the console, to the letter: it is signed.
    pub callback_url: String,
    /// The path on which the relay hands pushes in, such as `/shopee/push`.
    pub path: String,
    /// The push key: the partner key, or the console's own push key.
    pub key: Secret,
    /// Whether the undocumented signature over the body alone is accepted too.
    pub accept_body_only: bool,
}

/// One verified push on its way to intake.
#[derive(Debug)]
pub struct Push {
    /// The shops it concerns; empty if it does not say.
    pub shop_ids: Vec<String>,
    /// What it says, or its bytes if it could not be read.
    pub content: Result<Received, Quarantined>,
    /// To be told once the content is stored. Dropped, or told too late: the platform is asked to repeat.
    pub stored: oneshot::Sender<()>,
}

/// A router that verifies each push, hands it over and answers only once it is stored: an acknowledged push never comes
/// again.
pub fn push_router(settings: PushSettings, intake: mpsc::Sender<Push>) -> Router {
    let path = settings.path.clone();
    Router::new().route(&path, post(take)).with_state(Arc::new((settings, intake)))
}

type Receiver = Arc<(PushSettings, mpsc::Sender<Push>)>;

async fn take(State(receiver): State<Receiver>, request: Request) -> StatusCode {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, PUSH_BODY_LIMIT).await else { return StatusCode::PAYLOAD_TOO_LARGE };
    let authorization = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let (settings, intake) = &*receiver;
    if !authorization.is_some_and(|authorization| is_genuine(settings, &body, authorization)) {
        return StatusCode::UNAUTHORIZED;
    }
    let (stored, told) = oneshot::channel();
    let push = read(&body, stored);
    let handed_over = async {
        intake.send(push).await.ok()?;
        told.await.ok()
    };
    match tokio::time::timeout(ANSWER_WITHIN, handed_over).await {
        Ok(Some(())) => StatusCode::OK,
        Ok(None) | Err(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}

fn is_genuine(settings: &PushSettings, body: &[u8], authorization: &str) -> bool {
    verify(&settings.key, &settings.callback_url, body, authorization)
        || (settings.accept_body_only && verify_body_only(&settings.key, body, authorization))
}

fn read(body: &Bytes, stored: oneshot::Sender<()>) -> Push {
    let raw = RawPayload { source: "shopee.push", bytes: body.to_vec() };
    match parsed(body, None) {
        Ok(parsed) => {
            let shop_ids = parsed.shops.clone();
            Push { shop_ids, content: Ok(Received { raw, events: parsed.events() }), stored }
        }
        Err(why) => Push { shop_ids: Vec::new(), content: Err(Quarantined { raw, why }), stored },
    }
}
