//! The receiving end of pushes, for owners who run a relay that can reach it (`docs/PUSH.md`).

use super::push::{parsed, verify, verify_body_only};
use crate::{Quarantined, Received};
use axum::Router;
use axum::body::{Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode, header};
use domain::{RawPayload, Secret};
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, timeout_at};
use url::Url;

/// Larger bodies are refused; a push is a few kilobytes.
pub const PUSH_BODY_LIMIT: usize = 1024 * 1024;
/// The port, unless another program has it.
pub const PUSH_PORT: u16 = 8716;
/// Connections at once, over all applications. A relay keeps a few and uses them again.
pub const PUSH_CONNECTIONS: usize = 128;
/// A chat push is given up and repeated after 2 s; the answer leaves a little before, however many steps it needs.
const ANSWER_WITHIN: Duration = Duration::from_millis(1_800);
/// Where the payload of a push says it came from.
pub(crate) const PUSHED: &str = "shopee.push";
/// The same of one that was asked for later.
pub(crate) const LOST: &str = "shopee.lost_push";
/// What stands before the application's id in the path.
const PATH: &str = "/shopee/push/";

/// How the pushes of one application are recognised.
#[derive(Debug, Clone)]
pub struct PushSettings {
    /// The application's id, which stands in the path too.
    pub partner: String,
    /// The address registered in the console, to the letter: it is signed.
    pub callback_url: String,
    /// Any of these may have signed: the partner key, or the console's own push key.
    pub keys: Vec<Secret>,
    /// Whether the undocumented signature over the body alone is accepted too.
    pub accept_body_only: bool,
}

/// One genuine push on its way to the file.
#[derive(Debug)]
pub struct Push {
    /// The application that it was sent to.
    pub partner: String,
    /// Its body.
    pub raw: RawPayload,
    /// To be told once it is stored. Dropped, or told too late: the platform is asked to repeat.
    pub stored: oneshot::Sender<()>,
}

/// What a push says, and whom it concerns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PushRead {
    /// The shops; empty if it does not say.
    pub shops: Vec<String>,
    /// What it says, or its bytes if it could not be read.
    pub content: Result<Received, Quarantined>,
}

/// Reads a push that was kept. `own_user` is the shop's own user id, where that is known.
#[must_use]
pub fn read_push(raw: RawPayload, own_user: Option<&str>) -> PushRead {
    match parsed(&raw.bytes, own_user) {
        Ok(parsed) => {
            let shops = parsed.shops.clone();
            PushRead { shops, content: Ok(Received { raw, events: parsed.events() }) }
        }
        Err(flaw) => PushRead { shops: Vec::new(), content: Err(Quarantined::new(raw, flaw)) },
    }
}

/// A push as it was kept: its payload, by whichever way it came.
#[must_use]
pub fn kept_push(source: &str, bytes: Vec<u8>) -> RawPayload {
    RawPayload { source: if source == LOST { LOST } else { PUSHED }, bytes }
}

/// The path on which a relay hands in the pushes of an application.
#[must_use]
pub fn push_path(partner: &str) -> String {
    format!("{PATH}{partner}")
}

/// The address to register in the console, from the public address of a relay: with the path at its end, once.
///
/// # Errors
/// In words, if it is no address that the platform takes: `https`, without query, fragment and name. Plain `http` is for
/// this computer.
pub fn callback_url(public: &str, partner: &str) -> Result<String, String> {
    let public = public.trim().trim_end_matches('/');
    let url = crate::http::checked_base(public)?;
    let plain = |url: &Url| {
        url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none()
    };
    if !plain(&url) || public.contains(char::is_whitespace) {
        return Err(format!("{public}: an address and no more"));
    }
    let path = push_path(partner);
    Ok(if public.ends_with(&path) { public.to_owned() } else { format!("{public}{path}") })
}

struct Door {
    settings: PushSettings,
    refused: Arc<AtomicU64>,
}

/// The applications whose pushes are taken; changed while the listener runs.
#[derive(Default)]
pub struct PushDoors {
    doors: RwLock<HashMap<String, Arc<Door>>>,
    refused: RwLock<HashMap<String, Arc<AtomicU64>>>,
}

impl PushDoors {
    /// Takes pushes of exactly these from now on.
    pub fn set(&self, all: Vec<PushSettings>) {
        let mut refused = self.refused.write().unwrap_or_else(PoisonError::into_inner);
        let door = |settings: PushSettings| {
            let refused = Arc::clone(refused.entry(settings.partner.clone()).or_default());
            (push_path(&settings.partner), Arc::new(Door { settings, refused }))
        };
        *self.doors.write().unwrap_or_else(PoisonError::into_inner) = all.into_iter().map(door).collect();
    }

    /// How many calls under an application's path had no right signature since the start.
    #[must_use]
    pub fn refused(&self, partner: &str) -> u64 {
        let refused = self.refused.read().unwrap_or_else(PoisonError::into_inner);
        refused.get(partner).map_or(0, |count| count.load(Ordering::Relaxed))
    }

    /// The keys that pushes of an application are checked with now; empty if none are taken.
    #[must_use]
    pub fn keys(&self, partner: &str) -> Vec<Secret> {
        self.at(&push_path(partner)).map_or_else(Vec::new, |door| door.settings.keys.clone())
    }

    fn at(&self, path: &str) -> Option<Arc<Door>> {
        self.doors.read().unwrap_or_else(PoisonError::into_inner).get(path).cloned()
    }
}

/// A router that verifies each push, hands it over and answers only once it is stored: an acknowledged push never comes
/// again. Whoever cannot sign has the same answer for every path.
pub fn push_router(doors: Arc<PushDoors>, intake: mpsc::Sender<Push>) -> Router {
    Router::new().fallback(take).with_state((doors, intake))
}

type Receiver = (Arc<PushDoors>, mpsc::Sender<Push>);

async fn take(State(receiver): State<Receiver>, request: Request) -> StatusCode {
    answer(receiver, request, Instant::now() + ANSWER_WITHIN).await
}

/// The platform counts from the call on, so what came slowly must be stored the faster.
async fn answer((doors, intake): Receiver, request: Request, until: Instant) -> StatusCode {
    let (parts, body) = request.into_parts();
    let body = match timeout_at(until, to_bytes(body, PUSH_BODY_LIMIT)).await {
        Ok(Ok(body)) => body,
        Ok(Err(_)) => return StatusCode::PAYLOAD_TOO_LARGE,
        Err(_) => return StatusCode::REQUEST_TIMEOUT,
    };
    let Some(door) = doors.at(parts.uri.path()) else { return StatusCode::UNAUTHORIZED };
    let authorization = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let genuine = |authorization| is_genuine(&door.settings, &body, authorization);
    if parts.method != Method::POST || !authorization.is_some_and(genuine) {
        door.refused.fetch_add(1, Ordering::Relaxed);
        return StatusCode::UNAUTHORIZED;
    }
    let (stored, told) = oneshot::channel();
    let raw = RawPayload { source: PUSHED, bytes: body.to_vec() };
    let push = Push { partner: door.settings.partner.clone(), raw, stored };
    let handed_over = async {
        intake.send(push).await.ok()?;
        told.await.ok()
    };
    match timeout_at(until, handed_over).await {
        Ok(Some(())) => StatusCode::OK,
        Ok(None) | Err(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}

fn is_genuine(settings: &PushSettings, body: &Bytes, authorization: &str) -> bool {
    settings.keys.iter().any(|key| {
        verify(key, &settings.callback_url, body, authorization)
            || (settings.accept_body_only && verify_body_only(key, body, authorization))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;
    use futures::FutureExt as _;
    use hmac::{Hmac, KeyInit as _, Mac as _};
    use rstest::rstest;
    use sha2::Sha256;

    #[rstest]
    #[case("https://relay.example.com", "https://relay.example.com/shopee/push/42")]
    #[case(" https://Relay.example.com/ ", "https://Relay.example.com/shopee/push/42")]
    #[case("https://relay.example.com/tide", "https://relay.example.com/tide/shopee/push/42")]
    #[case("https://relay.example.com/shopee/push/42", "https://relay.example.com/shopee/push/42")]
    #[case("http://127.0.0.1:8716", "http://127.0.0.1:8716/shopee/push/42")]
    fn the_address_to_register_is_what_was_typed_with_the_path(#[case] typed: &str, #[case] address: &str) {
        assert_eq!(callback_url(typed, "42").as_deref(), Ok(address), "to the letter, because it is signed");
    }

    fn genuine(body: &'static [u8], settings: &PushSettings) -> Request {
        let mut mac = Hmac::<Sha256>::new_from_slice(settings.keys[0].expose().as_bytes()).unwrap();
        mac.update(settings.callback_url.as_bytes());
        mac.update(b"|");
        mac.update(body);
        let signed: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        let call =
            axum::http::Request::post(push_path(&settings.partner)).header(header::AUTHORIZATION, signed);
        call.body(Body::from(body)).unwrap()
    }

    /// All steps of an answer share one time: after a slow body nothing is left to wait for the file.
    #[tokio::test]
    async fn what_came_when_the_time_was_over_waits_for_nothing_more() {
        let settings = PushSettings {
            partner: "42".into(),
            callback_url: "https://relay.example.com/shopee/push/42".into(),
            keys: vec![Secret::new("key")],
            accept_body_only: false,
        };
        let doors = Arc::new(PushDoors::default());
        doors.set(vec![settings.clone()]);
        let (intake, mut arriving) = mpsc::channel(1);
        let over = Instant::now().checked_sub(Duration::from_secs(60)).unwrap();
        let call = answer((Arc::clone(&doors), intake.clone()), genuine(b"{}", &settings), over);
        assert_eq!(call.now_or_never(), Some(StatusCode::SERVICE_UNAVAILABLE), "the platform repeats it");
        let push = arriving.recv().now_or_never().flatten().expect("it was genuine, and is handed over");
        assert!(push.stored.send(()).is_err(), "whoever stores it late hears that nobody waits");

        let call = tokio::spawn(take(State((doors, intake)), genuine(b"{}", &settings)));
        arriving.recv().await.unwrap().stored.send(()).unwrap();
        assert_eq!(call.await.unwrap(), StatusCode::OK, "one that is stored in time is taken");
    }

    #[rstest]
    #[case("relay.example.com")]
    #[case("http://relay.example.com")]
    #[case("https://relay.example.com/?to=me")]
    #[case("https://relay.example.com/#here")]
    #[case("https://me:secret@relay.example.com")]
    #[case("https://relay.example.com/a b")]
    #[case("")]
    fn what_the_platform_would_not_call_is_no_address(#[case] typed: &str) {
        assert!(callback_url(typed, "42").is_err(), "said before it is registered: {typed:?}");
    }
}
