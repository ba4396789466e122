//! The paths.

use super::event::KINDS;
use super::gate::{Called, gate};
use super::host::{Ask, BridgeHost, Fate};
use super::item::read_batch;
use super::limits::{CALL_EVERY_S, ID_LIMIT, WAIT_LIMIT_S};
use super::openapi::{HandIn, PictureBytes, Problems, description};
use super::problem::Problem;
use super::token::Keys;
use super::wire::{
    Ack, Acknowledged, BatchResult, EventResult, Hello, Limits, Outcome, Replies, WelcomeBody,
};
use crate::Now;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Extension, Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Json, Response};
use axum::routing::{get, post};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

/// What the paths share.
pub(super) struct Shared {
    pub(super) host: Arc<dyn BridgeHost>,
    pub(super) keys: Arc<Keys>,
    pub(super) now: Now,
    pub(super) port: u16,
}

type State_ = State<Arc<Shared>>;
type Answer<T> = Result<Json<T>, Problem>;

/// The whole API, for a listener on `port`.
pub fn router(host: Arc<dyn BridgeHost>, keys: Arc<Keys>, now: Now, port: u16) -> Router {
    let shared = Arc::new(Shared { host, keys, now, port });
    let paths = Router::new()
        .route("/openapi.json", get(openapi))
        .route("/v1/hello", post(hello))
        .route("/v1/events", post(events))
        .route("/v1/replies", get(replies))
        .route("/v1/replies/{id}/picture", get(picture))
        .route("/v1/replies/{id}/ack", post(acknowledge))
        .fallback(async || Problem::NoSuchPath)
        .method_not_allowed_fallback(async || Problem::MethodNotAllowed)
        .with_state(Arc::clone(&shared));
    // Around the paths, not on them: the router itself adds `Allow` to a refusal, which tells whether a path exists.
    Router::new().fallback_service(paths).layer(from_fn_with_state(shared, gate))
}

async fn openapi() -> Response {
    ([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], description()).into_response()
}

/// Says what the bridge is and can do; answers what Tidebell wants, and the limits.
#[utoipa::path(post, path = "/v1/hello", tag = "bridge", request_body = Hello,
    responses((status = 200, description = "What is wanted", body = WelcomeBody), Problems))]
pub(super) async fn hello(
    State(shared): State_,
    Extension(Called(store)): Extension<Called>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer<WelcomeBody> {
    let hello: Hello = json(&headers, &body)?;
    let welcome = shared.host.hello(store, hello).await?;
    Ok(Json(WelcomeBody {
        program: "Tidebell",
        version: env!("CARGO_PKG_VERSION"),
        store: welcome.store,
        wants: welcome.wants,
        not_known: welcome.not_known,
        kinds: &KINDS,
        reply_bodies: if welcome.pictures.is_some() { &["text", "image"] } else { &["text"] },
        pictures: welcome.pictures,
        replies: welcome.replies,
        call_every_s: CALL_EVERY_S,
        limits: Limits::new(),
    }))
}

/// Hands in a batch of events. The answer leaves once everything is stored: until then, hand the same batch in again.
#[utoipa::path(post, path = "/v1/events", tag = "bridge", request_body = HandIn,
    responses((status = 200, description = "What became of each", body = BatchResult), Problems))]
pub(super) async fn events(
    State(shared): State_,
    Extension(Called(store)): Extension<Called>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer<BatchResult> {
    declared_as_json(&headers)?;
    let items = read_batch(&body, (shared.now)())?;
    let ids: Vec<String> = items.iter().map(|item| item.id.clone()).collect();
    let fates = shared.host.hand_in(store, items).await?;
    Ok(Json(told(ids, fates)))
}

fn told(ids: Vec<String>, fates: Vec<Fate>) -> BatchResult {
    let mut batch = BatchResult { results: Vec::new(), accepted: 0, known: 0, quarantined: 0 };
    for (index, (id, fate)) in ids.into_iter().zip(fates).enumerate() {
        let (result, reason, count) = match fate {
            Fate::Accepted => (Outcome::Accepted, None, &mut batch.accepted),
            Fate::Known => (Outcome::Known, None, &mut batch.known),
            Fate::Quarantined { why } => (Outcome::Quarantined, Some(why), &mut batch.quarantined),
        };
        *count += 1;
        batch.results.push(EventResult { index, id, result, reason });
    }
    batch
}

/// Fetches replies to send. Waits for a new one; whatever was handed out before and is not acknowledged comes along.
///
/// Each reply is handed out as `new` once, in one answer, whatever becomes of that answer. One program polls at a time:
/// a newer poll ends an older one with 409.
#[utoipa::path(get, path = "/v1/replies", tag = "bridge",
    params(
        ("after" = Option<i64>, Query, minimum = 0, description = "The `next` of the last answer: leaves out what was \
            handed out before and is not newer. New replies always come."),
        ("wait" = Option<u64>, Query, minimum = 0, maximum = 30, description = "Seconds to wait for a new reply."),
    ),
    responses((status = 200, description = "Replies, oldest first", body = Replies), Problems))]
pub(super) async fn replies(
    State(shared): State_,
    Extension(Called(store)): Extension<Called>,
    query: Result<Query<HashMap<String, String>>, axum::extract::rejection::QueryRejection>,
) -> Answer<Replies> {
    let Query(query) = query.map_err(malformed)?;
    let number = |name: &str| match query.get(name) {
        None => Ok(0),
        Some(text) => text.parse::<u32>().map(i64::from).or_else(|_| text.parse::<i64>()).map_err(malformed),
    };
    let (after, wait) = (number("after")?, number("wait")?);
    let wait = u64::try_from(wait).ok().filter(|wait| *wait <= WAIT_LIMIT_S);
    let (Some(wait), true) = (wait, after >= 0) else {
        return Err(malformed(format!("after is 0 or more, wait is 0 to {WAIT_LIMIT_S}")));
    };
    let ask = Ask { after, wait: Duration::from_secs(wait) };
    let replies = shared.host.replies(store, ask).await?;
    let next = replies.iter().map(|reply| reply.number).fold(after, i64::max);
    Ok(Json(Replies { replies, next }))
}

/// Fetches the picture of a reply whose body is an `image`, as often as it takes, until the reply is acknowledged or
/// unknown.
#[utoipa::path(get, path = "/v1/replies/{id}/picture", tag = "bridge",
    params(("id" = String, Path, max_length = 200, description = "The reply's id")),
    responses((status = 200, description = "The picture", content(
        (PictureBytes = "image/jpeg"), (PictureBytes = "image/png"), (PictureBytes = "image/gif"))), Problems))]
pub(super) async fn picture(
    State(shared): State_,
    Extension(Called(store)): Extension<Called>,
    id: Result<Path<String>, axum::extract::rejection::PathRejection>,
) -> Result<Response, Problem> {
    let Path(id) = id.map_err(|_| Problem::NoSuchReply)?;
    let picture = shared.host.picture(store, id).await?;
    let media_type = HeaderValue::from_static(picture.kind.mime());
    Ok(([(header::CONTENT_TYPE, media_type)], picture.bytes).into_response())
}

/// Tells what became of a reply. Telling the same again changes nothing; `sent` also corrects an earlier `refused`.
#[utoipa::path(post, path = "/v1/replies/{id}/ack", tag = "bridge", request_body = Ack,
    params(("id" = String, Path, max_length = 200, description = "The reply's id")),
    responses((status = 200, description = "Where it stands", body = Acknowledged), Problems))]
pub(super) async fn acknowledge(
    State(shared): State_,
    Extension(Called(store)): Extension<Called>,
    id: Result<Path<String>, axum::extract::rejection::PathRejection>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer<Acknowledged> {
    let Path(id) = id.map_err(|_| Problem::NoSuchReply)?;
    let ack: Ack = json(&headers, &body)?;
    if let Ack::Sent { provider_id: Some(provider_id), .. } = &ack
        && provider_id.chars().count() > ID_LIMIT
    {
        return Err(malformed(format!("provider_id has at most {ID_LIMIT} characters")));
    }
    Ok(Json(shared.host.acknowledge(store, id, ack).await?))
}

fn json<T: DeserializeOwned>(headers: &HeaderMap, body: &[u8]) -> Result<T, Problem> {
    declared_as_json(headers)?;
    let fields: Map<String, Value> = serde_json::from_slice(body).map_err(malformed)?;
    serde_json::from_value(Value::Object(fields)).map_err(malformed)
}

fn declared_as_json(headers: &HeaderMap) -> Result<(), Problem> {
    let declared =
        headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = declared.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case("application/json") { Ok(()) } else { Err(Problem::NotJson) }
}

fn malformed(error: impl ToString) -> Problem {
    Problem::Malformed { detail: error.to_string() }
}
