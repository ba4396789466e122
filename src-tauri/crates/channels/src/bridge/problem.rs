//! What a bridge is told when a call is not done: `application/problem+json` (RFC 9457) with a code to act on.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use std::time::Duration;
use utoipa::ToSchema;

/// Why a call was not done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// No token, a wrong one or a revoked one. The same for every path: without a token nothing is learned.
    Unauthorized,
    /// The `Host` header is not this computer's: a page on another name tries to get in (DNS rebinding).
    HostRefused,
    /// A web page calls. Pages are refused; a browser companion calls from its extension's background without `Origin`.
    OriginRefused,
    /// There is nothing under this path.
    NoSuchPath,
    /// The path has no such method.
    MethodNotAllowed,
    /// No reply of this bridge has this id.
    NoSuchReply,
    /// The reply has no picture, or it is not there any more.
    NoSuchPicture,
    /// The body did not arrive in time.
    TooSlow,
    /// A newer poll with the same token has taken this one's place.
    Replaced,
    /// The reply has ended another way already.
    AlreadySettled {
        /// How.
        state: &'static str,
    },
    /// Replies go to the webhook, so they cannot be polled.
    WebhookSet,
    /// The body is larger than this.
    TooLarge {
        /// The limit in bytes.
        limit: usize,
    },
    /// The batch has more events than this.
    TooManyEvents {
        /// The limit.
        limit: usize,
    },
    /// The body is not declared as JSON.
    NotJson,
    /// The request is not what the path takes.
    Malformed {
        /// What is wrong with it.
        detail: String,
    },
    /// Too many calls.
    TooManyCalls {
        /// When the next one is taken.
        retry_after: Duration,
    },
    /// The owner has paused this store; nothing was taken.
    Paused,
    /// Tidebell cannot write now (the disk is full, it is closing); nothing was taken. The same call may be made again.
    Unavailable {
        /// What happened.
        detail: String,
    },
}

/// The body of a problem.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub(super) struct ProblemBody {
    /// `urn:tidebell:bridge:` and the code.
    #[serde(rename = "type")]
    kind: String,
    /// The code in words.
    title: &'static str,
    /// The status of the answer.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// What a program acts on.
    code: &'static str,
    /// More about this case.
    #[serde(skip_serializing_if = "String::is_empty")]
    detail: String,
}

impl Problem {
    /// The code that a program acts on.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.parts().1
    }

    const fn parts(&self) -> (StatusCode, &'static str, &'static str) {
        use StatusCode as S;
        match self {
            Self::Unauthorized => (S::UNAUTHORIZED, "unauthorized", "A valid bridge token is needed"),
            Self::HostRefused => (S::FORBIDDEN, "host_refused", "Call 127.0.0.1 or localhost by its name"),
            Self::OriginRefused => (S::FORBIDDEN, "origin_refused", "Web pages may not call"),
            Self::NoSuchPath => (S::NOT_FOUND, "no_such_path", "There is nothing here"),
            Self::MethodNotAllowed => (S::METHOD_NOT_ALLOWED, "method_not_allowed", "Not with this method"),
            Self::NoSuchReply => (S::NOT_FOUND, "no_such_reply", "No reply of this bridge has this id"),
            Self::NoSuchPicture => (S::NOT_FOUND, "no_such_picture", "The reply has no picture"),
            Self::TooSlow => (S::REQUEST_TIMEOUT, "too_slow", "The body did not arrive in time"),
            Self::Replaced => (S::CONFLICT, "replaced", "A newer poll took this one's place"),
            Self::AlreadySettled { .. } => (S::CONFLICT, "already_settled", "The reply ended another way"),
            Self::WebhookSet => (S::CONFLICT, "webhook_set", "Replies go to the webhook"),
            Self::TooLarge { .. } => (S::PAYLOAD_TOO_LARGE, "too_large", "The body is too large"),
            Self::TooManyEvents { .. } => {
                (S::PAYLOAD_TOO_LARGE, "too_many_events", "Too many events at once")
            }
            Self::NotJson => (S::UNSUPPORTED_MEDIA_TYPE, "not_json", "Content-Type must be application/json"),
            Self::Malformed { .. } => (S::BAD_REQUEST, "malformed", "The request makes no sense"),
            Self::TooManyCalls { .. } => (S::TOO_MANY_REQUESTS, "too_many_calls", "Too many calls"),
            Self::Paused => (S::SERVICE_UNAVAILABLE, "paused", "The owner has paused this store"),
            Self::Unavailable { .. } => (S::SERVICE_UNAVAILABLE, "unavailable", "Nothing can be written now"),
        }
    }

    fn detail(&self) -> String {
        match self {
            Self::AlreadySettled { state } => (*state).to_owned(),
            Self::TooLarge { limit } => format!("at most {limit} bytes"),
            Self::TooManyEvents { limit } => format!("at most {limit} events"),
            Self::Malformed { detail } | Self::Unavailable { detail } => detail.clone(),
            Self::Unauthorized
            | Self::HostRefused
            | Self::OriginRefused
            | Self::NoSuchPath
            | Self::MethodNotAllowed
            | Self::NoSuchReply
            | Self::NoSuchPicture
            | Self::TooSlow
            | Self::Replaced
            | Self::WebhookSet
            | Self::NotJson
            | Self::TooManyCalls { .. }
            | Self::Paused => String::new(),
        }
    }

    /// Whole seconds after which the call may be made again, at least one.
    fn retry_after_s(&self) -> Option<u64> {
        match self {
            Self::TooManyCalls { retry_after } => Some(retry_after.as_secs().saturating_add(1)),
            Self::Paused => Some(60),
            Self::Unavailable { .. } | Self::Replaced => Some(5),
            _ => None,
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let (status, code, title) = self.parts();
        let body = ProblemBody {
            kind: format!("urn:tidebell:bridge:{code}"),
            title,
            status: status.as_u16(),
            code,
            detail: self.detail(),
        };
        let json = serde_json::to_vec(&body).unwrap_or_default();
        let mut response = (status, json).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(seconds) = self.retry_after_s() {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
