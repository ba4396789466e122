//! The HTTP side: every call is checked as the real platform checks it, then handed to its module.

use super::sign::hmac_hex;
use super::state::Shopee;
use axum::Router;
use axum::body::to_bytes;
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Path, RawQuery, Request, State};
use axum::http::{Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use domain::Timestamp;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// How old a timestamp may be.
const TOLERANCE_S: i64 = 300;

/// An error word with the platform's words.
pub(super) type Refusal = (&'static str, String);

/// The query and body of a call.
pub(super) struct Call {
    pub(super) params: BTreeMap<String, String>,
    pub(super) body: Value,
    /// The field `file` of a form.
    pub(super) file: Option<Vec<u8>>,
    /// Where the platform was called, for addresses that lead back to it.
    pub(super) host: String,
}

impl Call {
    pub(super) fn param(&self, name: &str) -> Result<&str, Refusal> {
        self.maybe(name).ok_or_else(|| ("param_error", format!("{name} is required")))
    }

    pub(super) fn maybe(&self, name: &str) -> Option<&str> {
        self.params.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    pub(super) fn number<T: std::str::FromStr>(&self, name: &str) -> Result<Option<T>, Refusal> {
        self.maybe(name)
            .map(|value| value.parse().map_err(|_| ("param_error", format!("{name} is not a number"))))
            .transpose()
    }
}

/// What a module answers: below `response`, or flat.
pub(super) enum Said {
    Wrapped(Value),
    Flat(Value),
    /// A browser is sent on.
    Elsewhere(String),
}

impl Shopee {
    /// Its HTTP side, without ledger and faults; [`Shopee::start`] adds them.
    pub fn router(&self) -> Router {
        // The ledger around it bounds what is taken; files are larger than what axum takes unasked.
        Router::new()
            .route("/file/{id}", get(file))
            .fallback(answer)
            .layer(DefaultBodyLimit::disable())
            .with_state(self.clone())
    }

    fn check(&self, path: &str, call: &Call) -> Result<(), Refusal> {
        let param = |name: &str| call.params.get(name).map_or("", String::as_str);
        if param("partner_id") != self.setup.partner_id.to_string() {
            return Err(("invalid_partner_id", "Partner ID is invalid.".into()));
        }
        let now = self.now().as_second();
        let timestamp: i64 = param("timestamp").parse().unwrap_or(0);
        if (timestamp - now).abs() > TOLERANCE_S {
            return Err(("error_param", "Timestamp is expired.".into()));
        }
        if self.state().unlisted {
            return Err(("source_ip_undeclared", "Source IP 203.0.113.7 is undeclared.".into()));
        }
        let mut base = format!("{}{path}{timestamp}", param("partner_id"));
        let (of_shop, of_merchant) = (!is_public(path), path.starts_with("/api/v2/merchant/"));
        if of_shop {
            base.push_str(param("access_token"));
            base.push_str(param(if of_merchant { "merchant_id" } else { "shop_id" }));
        }
        if hmac_hex(&self.setup.partner_key, &[base.as_bytes()]) != param("sign") {
            return Err(("error_sign", "Wrong sign.".into()));
        }
        if of_shop {
            self.check_token(param("access_token"))?;
            if !of_merchant && param("shop_id") != self.setup.shop_id.to_string() {
                return Err(("shop_no_linked", "This shop is not linked to the partner.".into()));
            }
        }
        let state = self.state();
        match state.denied.iter().find(|(module, _)| path.contains(module.as_str())) {
            None => Ok(()),
            Some((_, code)) => Err((known_code(code), "No permission for this API.".into())),
        }
    }

    fn check_token(&self, access: &str) -> Result<(), Refusal> {
        let now = self.now();
        match self.state().access.get(access) {
            Some(known) if known.until > now => Ok(()),
            Some(_) | None => Err(("invalid_acceess_token", "Invalid access_token.".into())),
        }
    }

    fn dispatch(&self, method: &Method, path: &str, call: &Call) -> Result<Said, Refusal> {
        let name = path.strip_prefix("/api/v2/").unwrap_or_default();
        let get = method == Method::GET;
        match name {
            "auth/token/get" if !get => self.exchange(call).map(Said::Flat),
            "auth/access_token/get" if !get => self.renew(call).map(Said::Flat),
            "sellerchat/get_conversation_list" if get => self.conversation_list(call).map(Said::Wrapped),
            "sellerchat/get_one_conversation" if get => self.one_conversation(call).map(Said::Wrapped),
            "sellerchat/get_message" if get => self.messages(call).map(Said::Wrapped),
            "sellerchat/get_unread_conversation_count" if get => Ok(Said::Wrapped(self.unread_count())),
            "sellerchat/send_message" if !get => self.send_message(call).map(Said::Wrapped),
            "sellerchat/upload_image" if !get => self.upload_image(call).map(Said::Wrapped),
            "sellerchat/unread_conversation" if !get => self.unread_conversation(call).map(Said::Wrapped),
            "sellerchat/read_conversation" if !get => self.read_conversation(call).map(Said::Wrapped),
            "shop/get_shop_info" if get => Ok(Said::Flat(self.shop_info())),
            "merchant/get_merchant_info" if get => self.merchant_info(call).map(Said::Flat),
            "shop/auth_partner" if get => self.authorize_page(call).map(Said::Elsewhere),
            "shop/get_shop_notification" if get => self.notices(call).map(Said::Flat),
            "order/get_order_list" if get => self.order_list(call).map(Said::Wrapped),
            "order/get_order_detail" if get => self.order_detail(call).map(Said::Wrapped),
            "returns/get_return_list" if get => self.return_list(call).map(Said::Wrapped),
            "returns/get_return_detail" if get => self.return_detail(call).map(Said::Wrapped),
            "push/get_lost_push_message" if get => Ok(Said::Wrapped(self.lost_pushes())),
            "push/confirm_consumed_lost_push_message" if !get => self.confirm_lost(call).map(Said::Wrapped),
            _ => Err(("error_not_found", format!("no such API: {method} {path}"))),
        }
    }
}

fn is_public(path: &str) -> bool {
    ["/api/v2/auth/", "/api/v2/push/", "/api/v2/shop/auth_partner"]
        .iter()
        .any(|public| path.starts_with(public))
}

/// The words a test may deny with; others are answered as the general one.
fn known_code(code: &str) -> &'static str {
    match code {
        "error_permission" => "error_permission",
        "not_open_market" => "not_open_market",
        "user_is_unauthorized" => "user_is_unauthorized",
        "error_auth" => "error_auth",
        "source_ip_undeclared" => "source_ip_undeclared",
        "shop_banned" => "shop_banned",
        _ => "error_api_permission",
    }
}

async fn answer(
    State(shop): State<Shopee>,
    method: Method,
    uri: Uri,
    RawQuery(query): RawQuery,
    request: Request,
) -> Response {
    let path = uri.path().to_owned();
    let params = url::form_urlencoded::parse(query.unwrap_or_default().as_bytes()).into_owned().collect();
    let host = head(&request, header::HOST).to_owned();
    let is_form = head(&request, header::CONTENT_TYPE).starts_with("multipart/form-data");
    let (mut body, mut file) = (Value::Null, None);
    if is_form {
        file = form_file(request).await;
    } else if let Ok(bytes) = to_bytes(request.into_body(), usize::MAX).await {
        body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
    }
    let call = Call { params, body, file, host };
    let request_id = format!("{:032x}", shop.state().next());
    let said = shop.check(&path, &call).and_then(|()| shop.dispatch(&method, &path, &call));
    let (status, envelope) = match said {
        Ok(Said::Wrapped(response)) => (
            StatusCode::OK,
            json!({ "request_id": request_id, "error": "", "message": "", "response": response }),
        ),
        Ok(Said::Flat(mut flat)) => {
            flat["request_id"] = json!(request_id);
            flat["error"] = json!("");
            flat["message"] = json!("");
            (StatusCode::OK, flat)
        }
        Ok(Said::Elsewhere(address)) => return Redirect::to(&address).into_response(),
        Err((code, message)) => {
            let status = if code.contains("token") || code.contains("sign") {
                StatusCode::FORBIDDEN
            } else {
                StatusCode::OK
            };
            (status, json!({ "request_id": request_id, "error": code, "message": message }))
        }
    };
    let headers =
        [(header::CONTENT_TYPE, "application/json".to_owned()), (header::DATE, http_date(shop.now()))];
    (status, headers, envelope.to_string()).into_response()
}

fn head(request: &Request, name: header::HeaderName) -> &str {
    request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// The field `file` of a form; none if there is none.
async fn form_file(request: Request) -> Option<Vec<u8>> {
    let mut form = Multipart::from_request(request, &()).await.ok()?;
    while let Ok(Some(field)) = form.next_field().await {
        if field.name() == Some("file") {
            return field.bytes().await.ok().map(|bytes| bytes.to_vec());
        }
    }
    None
}

/// An uploaded picture, as a buyer's application loads it.
async fn file(State(shop): State<Shopee>, Path(id): Path<String>) -> Response {
    match shop.state().pictures.get(&id) {
        Some(bytes) => ([(header::CONTENT_TYPE, "application/octet-stream")], bytes.clone()).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// The platform's own clock, by which a client can tell that its own is wrong.
fn http_date(now: Timestamp) -> String {
    now.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}
