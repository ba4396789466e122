//! Who gets in. Everything passes here before a path is looked at.

use super::limits::{BODY_LIMIT, BODY_TIME};
use super::problem::Problem;
use super::routes::Shared;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::StoreId;
use std::sync::Arc;

/// The store whose token was shown.
#[derive(Debug, Clone, Copy)]
pub(super) struct Called(pub(super) StoreId);

/// Lets a request pass, or says why not. Without a right token the answer is the same for every path and method, and the
/// body is not even read.
pub(super) async fn gate(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let mut response = match admit(&shared, request).await {
        Ok(request) => next.run(request).await,
        Err(problem) => problem.into_response(),
    };
    let refused_method = response.status() == StatusCode::METHOD_NOT_ALLOWED;
    let headers = response.headers_mut();
    if refused_method && headers.get(header::ALLOW).is_none_or(|allow| allow == "GET,HEAD") {
        headers.insert(header::ALLOW, HeaderValue::from_static("GET"));
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

async fn admit(shared: &Shared, request: Request) -> Result<Request, Problem> {
    let (mut parts, body) = request.into_parts();
    let caller =
        shared.keys.caller(bearer(&parts.headers).unwrap_or_default()).ok_or(Problem::Unauthorized)?;
    if parts.headers.contains_key(header::ORIGIN) {
        return Err(Problem::OriginRefused);
    }
    if !named_locally(&parts.headers, &parts.uri, shared.port) {
        return Err(Problem::HostRefused);
    }
    if let Some(retry_after) = caller.wait {
        return Err(Problem::TooManyCalls { retry_after });
    }
    if parts.method == Method::HEAD {
        // Would fetch replies and throw them away.
        return Err(Problem::MethodNotAllowed);
    }
    let arriving = tokio::time::timeout(BODY_TIME, to_bytes(body, BODY_LIMIT)).await;
    let body =
        arriving.map_err(|_| Problem::TooSlow)?.map_err(|_| Problem::TooLarge { limit: BODY_LIMIT })?;
    parts.extensions.insert(Called(caller.store));
    Ok(Request::from_parts(parts, Body::from(body)))
}

/// The one value of a header; none if it is there twice.
fn only<'a>(headers: &'a HeaderMap, name: &header::HeaderName) -> Option<&'a str> {
    let mut all = headers.get_all(name).iter();
    let value = all.next()?.to_str().ok()?;
    all.next().is_none().then_some(value)
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = only(headers, &header::AUTHORIZATION)?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// Whether the caller means this computer by its own name. A page that makes its name point here says another one.
fn named_locally(headers: &HeaderMap, uri: &Uri, port: u16) -> bool {
    let local = |authority: &str| {
        ["127.0.0.1", "localhost", "[::1]"].iter().any(|name| authority == format!("{name}:{port}"))
    };
    let target = uri.authority().is_none_or(|authority| local(authority.as_str()));
    target && only(headers, &header::HOST).is_some_and(local)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("127.0.0.1:8123", true)]
    #[case("localhost:8123", true)]
    #[case("[::1]:8123", true)]
    #[case("127.0.0.1", false)]
    #[case("127.0.0.1:80", false)]
    #[case("shop.example:8123", false)]
    #[case("127.0.0.1:8123.shop.example", false)]
    #[case("", false)]
    fn only_this_computers_own_names_are_heard(#[case] host: &str, #[case] heard: bool) {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, host.parse().unwrap());
        assert_eq!(
            named_locally(&headers, &Uri::from_static("/v1/hello"), 8123),
            heard,
            "a rebound name: {host:?}"
        );
    }

    #[rstest]
    #[case(&["Bearer abc"], Some("abc"))]
    #[case(&["bearer abc"], Some("abc"))]
    #[case(&["Basic abc"], None)]
    #[case(&["abc"], None)]
    #[case(&["Bearer abc", "Bearer def"], None)]
    fn a_token_is_a_bearer_token_and_one(#[case] values: &[&'static str], #[case] token: Option<&str>) {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(header::AUTHORIZATION, HeaderValue::from_static(value));
        }
        assert_eq!(bearer(&headers), token, "what is ambiguous is no token: {values:?}");
    }
}
