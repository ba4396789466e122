//! The console over HTTP: a page that explains it, and what it is told as JSON.

use super::Platforms;
use super::orders::{Arm, OrderRefused, Say, Switch};
use axum::extract::{Path, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use std::sync::Arc;

const PAGE: &str = include_str!("page.txt");

type Shared = State<Arc<Platforms>>;

pub(super) fn router(platforms: Arc<Platforms>) -> Router {
    Router::new()
        .route("/", get(|| async { ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], PAGE) }))
        .route("/ways", get(ways))
        .route("/sent/{platform}", get(sent))
        .route("/say/{platform}", post(say))
        .route("/faults/{platform}", post(arm).delete(heal))
        .route("/switch/{platform}", post(switch))
        .layer(from_fn(no_browser))
        .with_state(platforms)
}

/// A page that the owner looks at elsewhere must not reach in: browsers say where a request comes from.
async fn no_browser(request: Request, next: Next) -> Response {
    if request.headers().contains_key(header::ORIGIN) {
        return StatusCode::FORBIDDEN.into_response();
    }
    next.run(request).await
}

async fn ways(State(platforms): Shared) -> Json<Value> {
    let mut ways = platforms.ways("");
    if let Some(ways) = ways.as_object_mut() {
        ways.remove("console");
    }
    Json(ways)
}

async fn sent(State(platforms): Shared, Path(platform): Path<String>) -> Response {
    let ledger = match platform.as_str() {
        "shopee" => platforms.shopee_core.ledger.clone(),
        "aliexpress" => platforms.aliexpress.ledger(),
        "aliexpress_russia" => platforms.russia.ledger(),
        "wecom" => platforms.wecom_core.ledger.clone(),
        _ => return told(Err(OrderRefused(format!("nothing is sent to {platform}")))),
    };
    Json(ledger.sent()).into_response()
}

async fn say(State(platforms): Shared, Path(platform): Path<String>, Json(say): Json<Say>) -> Response {
    told(platforms.say(&platform, &say))
}

async fn arm(State(platforms): Shared, Path(platform): Path<String>, Json(arm): Json<Arm>) -> Response {
    told(platforms.arm(&platform, arm))
}

async fn heal(State(platforms): Shared, Path(platform): Path<String>) -> Response {
    told(platforms.heal(&platform))
}

async fn switch(State(platforms): Shared, Path(platform): Path<String>, Json(to): Json<Switch>) -> Response {
    told(platforms.switch(&platform, &to))
}

fn told(done: Result<(), OrderRefused>) -> Response {
    match done {
        Ok(()) => Json(json!({ "done": true })).into_response(),
        Err(OrderRefused(why)) => (StatusCode::BAD_REQUEST, Json(json!({ "refused": why }))).into_response(),
    }
}
