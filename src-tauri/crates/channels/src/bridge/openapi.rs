//! The description of the API, from the types that it is made of.

use super::event::Event;
use super::problem::ProblemBody;
use super::routes;
use utoipa::openapi::schema::{AnyOfBuilder, ObjectBuilder, Schema, SchemaType};
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{Ref, RefOr};
use utoipa::{IntoResponses, Modify, OpenApi, PartialSchema, ToSchema};

/// A batch of events.
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "only its schema is used: a batch is read event by event, with the bytes of each"
)]
pub(super) struct HandIn {
    /// At most 500, in the order in which they happened as far as that is known.
    events: Vec<AnyEvent>,
}

/// The bytes of a picture.
pub(super) struct PictureBytes;

impl PartialSchema for PictureBytes {
    fn schema() -> RefOr<Schema> {
        // Bytes that are no text have no schema; their media type says what they are (OpenAPI 3.1, "Binary Data").
        ObjectBuilder::new().schema_type(SchemaType::AnyValue).into()
    }
}

impl ToSchema for PictureBytes {}

/// An event of a known kind; anything else is taken as well, and kept in quarantine.
pub(super) struct AnyEvent;

impl PartialSchema for AnyEvent {
    fn schema() -> RefOr<Schema> {
        let other = ObjectBuilder::new()
            .schema_type(SchemaType::AnyValue)
            .description(Some("Anything else: kept with its bytes in quarantine, and answered as such."));
        let any = AnyOfBuilder::new().item(Ref::from_schema_name("Event")).item(other);
        RefOr::T(Schema::AnyOf(any.build()))
    }
}

impl ToSchema for AnyEvent {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push(("Event".into(), Event::schema()));
        Event::schemas(schemas);
    }
}

/// What any call may be answered instead.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "only its description is used")]
pub(super) enum Problems {
    /// The request makes no sense.
    #[response(status = 400, content_type = "application/problem+json")]
    Malformed(ProblemBody),
    /// A valid token is needed; the same for every path.
    #[response(status = 401, content_type = "application/problem+json")]
    Unauthorized(ProblemBody),
    /// A web page calls, or by a name that is not this computer's.
    #[response(status = 403, content_type = "application/problem+json")]
    Refused(ProblemBody),
    /// There is nothing under this path or id.
    #[response(status = 404, content_type = "application/problem+json")]
    NotFound(ProblemBody),
    /// The path has no such method.
    #[response(status = 405, content_type = "application/problem+json")]
    Method(ProblemBody),
    /// The body did not arrive in time.
    #[response(status = 408, content_type = "application/problem+json")]
    TooSlow(ProblemBody),
    /// A newer poll took over, a webhook is set, or the reply ended another way.
    #[response(status = 409, content_type = "application/problem+json")]
    Conflict(ProblemBody),
    /// Too many bytes or events.
    #[response(status = 413, content_type = "application/problem+json")]
    TooLarge(ProblemBody),
    /// `Content-Type` is not `application/json`.
    #[response(status = 415, content_type = "application/problem+json")]
    NotJson(ProblemBody),
    /// Too many calls: wait for `Retry-After` seconds.
    #[response(status = 429, content_type = "application/problem+json")]
    TooManyCalls(ProblemBody),
    /// Nothing was taken; make the same call again after `Retry-After` seconds.
    #[response(status = 503, content_type = "application/problem+json")]
    Unavailable(ProblemBody),
}

/// The token.
struct Bearer;

impl Modify for Bearer {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let scheme = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
        openapi.components.get_or_insert_default().add_security_scheme("token", scheme);
    }
}

#[derive(OpenApi)]
#[openapi(
    info(title = "Tidebell bridge", version = "1", license(name = "MIT", identifier = "MIT"),
        description = "Hands conversations, orders and notices in to Tidebell on this computer, and fetches the replies to send. \
            How to use it: docs/BRIDGE.md. Fields that are not described are tolerated and not kept."),
    paths(routes::hello, routes::events, routes::replies, routes::picture, routes::acknowledge),
    components(schemas(super::wire::Ability, ProblemBody)),
    modifiers(&Bearer),
    security(("token" = [])),
)]
struct Description;

/// The OpenAPI 3.1 description, as it is served and as it lies in `docs/bridge/openapi.json`.
#[must_use]
pub fn description() -> String {
    let mut json = Description::openapi().to_pretty_json().unwrap_or_default();
    json.push('\n');
    json
}
