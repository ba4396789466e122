//! What is said over the API beside the events.

use super::lenient;
use crate::pictures::{PictureKind, PictureLimits};
use domain::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Something a bridge can do. Names that this version does not know are tolerated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Ability {
    /// Hands in chat messages.
    ChatRead,
    /// Sends replies.
    ChatSend,
    /// Hands in pictures.
    Images,
    /// Sends pictures: a reply may be one.
    SendImages,
    /// Hands in orders.
    Orders,
    /// Hands in returns and disputes.
    Disputes,
    /// Hands in the platform's notices.
    Notices,
    /// Hands in how far the team has read elsewhere.
    ReadMarks,
}

impl Ability {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::ChatRead,
        Self::ChatSend,
        Self::Images,
        Self::SendImages,
        Self::Orders,
        Self::Disputes,
        Self::Notices,
        Self::ReadMarks,
    ];

    /// Reads its name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        serde_json::from_value(serde_json::Value::from(name)).ok()
    }
}

/// The program on the other side.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, ToSchema)]
pub struct Client {
    /// Its name, shown in the store's details.
    #[serde(default)]
    pub name: String,
    /// Its version.
    #[serde(default)]
    pub version: String,
}

/// The pictures that a bridge sends. What is left out is as Tidebell has it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, ToSchema)]
pub struct PicturesOffered {
    /// Of which types: `jpeg`, `png`, `gif`. Others are tolerated, and not used.
    #[serde(default)]
    pub types: Option<Vec<String>>,
    /// Of how many bytes at most.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 4_294_967_295_u32)]
    pub max_bytes: Option<u32>,
}

/// The pictures that replies may be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Pictures {
    /// Of which types.
    pub types: Vec<PictureKind>,
    /// Of how many bytes at most.
    pub max_bytes: u32,
}

impl PicturesOffered {
    /// What both sides take; none if that is nothing.
    #[must_use]
    pub fn within(&self, ours: &PictureLimits) -> Option<Pictures> {
        let named = |kind: &PictureKind| {
            self.types.as_ref().is_none_or(|types| types.iter().any(|name| name == kind.name()))
        };
        let types: Vec<PictureKind> = ours.kinds.iter().copied().filter(named).collect();
        let max_bytes = self.max_bytes.unwrap_or(u32::MAX).min(ours.max_bytes);
        (!types.is_empty() && max_bytes > 0).then_some(Pictures { types, max_bytes })
    }
}

/// A bridge introduces itself.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
pub struct Hello {
    /// The program.
    #[serde(default, deserialize_with = "lenient::object")]
    #[schema(required = false)]
    pub client: Client,
    /// What it can do: the names of `Ability`. Unknown names are tolerated and listed in the answer.
    pub can: Vec<String>,
    /// Which pictures it sends, if it can `send_images`.
    #[serde(default, deserialize_with = "lenient::object")]
    #[schema(required = false)]
    pub pictures: PicturesOffered,
}

/// The store that the token stands for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Shop {
    /// Its name in Tidebell.
    pub name: String,
    /// For which platform the bridge hands in, as the owner wrote it.
    pub platform: String,
}

/// How replies reach the bridge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// They are fetched with `GET /v1/replies`.
    Poll,
    /// They are posted to the address that the owner gave.
    Webhook,
}

/// How much is taken at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct Limits {
    body_bytes: usize,
    events: usize,
    conversation_messages: usize,
    text_characters: usize,
    id_bytes: usize,
    name_characters: usize,
    link_bytes: usize,
    order_lines: usize,
    image_bytes: usize,
    wait_s: u64,
    calls_a_second: u32,
}

impl Limits {
    pub(super) const fn new() -> Self {
        use super::limits as l;
        Self {
            body_bytes: l::BODY_LIMIT,
            events: l::BATCH_LIMIT,
            conversation_messages: l::CONVERSATION_LIMIT,
            text_characters: l::TEXT_LIMIT,
            id_bytes: l::ID_LIMIT,
            name_characters: l::NAME_LIMIT,
            link_bytes: l::LINK_LIMIT,
            order_lines: l::LINES_LIMIT,
            image_bytes: l::IMAGE_LIMIT,
            wait_s: l::WAIT_LIMIT_S,
            calls_a_second: l::CALLS_A_SECOND,
        }
    }
}

/// What the host answers to a hello.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Welcome {
    /// The store.
    pub store: Shop,
    /// What Tidebell wants of what the bridge can do.
    pub wants: Vec<Ability>,
    /// What of `can` this version does not know.
    pub not_known: Vec<String>,
    /// How replies reach the bridge.
    pub replies: Way,
    /// The pictures that replies may be; none if the bridge sends none.
    pub pictures: Option<Pictures>,
}

/// The answer to a hello.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Welcome)]
pub(super) struct WelcomeBody {
    /// `Tidebell`.
    pub(super) program: &'static str,
    /// Its version.
    pub(super) version: &'static str,
    /// The store that the token stands for.
    pub(super) store: Shop,
    /// What Tidebell wants of what the bridge can do.
    pub(super) wants: Vec<Ability>,
    /// What of `can` this version does not know.
    pub(super) not_known: Vec<String>,
    /// The kinds of events that are read; others are kept in quarantine.
    pub(super) kinds: &'static [&'static str],
    /// The types of bodies that replies have.
    pub(super) reply_bodies: &'static [&'static str],
    /// The pictures that replies may be; left out if the bridge sends none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) pictures: Option<Pictures>,
    /// How replies reach the bridge.
    pub(super) replies: Way,
    /// A bridge that is alive calls at least so often, in seconds.
    pub(super) call_every_s: u64,
    /// How much is taken at once.
    pub(super) limits: Limits,
}

/// What is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ReplyBody {
    /// Words.
    Text {
        /// The words.
        text: String,
    },
    /// A picture. Its bytes are fetched with a call of their own.
    Image {
        /// Where they are, under the same address: `GET` it with the token before the reply is acknowledged.
        picture: String,
        /// Their media type.
        media_type: String,
        /// How many there are.
        bytes: u64,
    },
}

/// How a reply stands between Tidebell and the bridge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HandedState {
    /// Handed out now, for the first and only time: send it.
    New,
    /// Handed out before and not acknowledged: do not send it. Look whether it arrived, and acknowledge.
    Taken,
    /// As `taken`, and so late that a person has been asked. An acknowledgement still settles it.
    Unknown,
}

/// A reply that is handed out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Handed {
    /// Its id, for the acknowledgement. A reply that a person sends once more has a new one.
    pub id: String,
    /// Its number: `after` leaves out what was handed out before and is not newer.
    pub number: i64,
    /// How it stands.
    pub state: HandedState,
    /// The conversation, as the bridge named it.
    pub conversation: String,
    /// The buyer, as the bridge named them.
    pub buyer: String,
    /// What to send.
    pub body: ReplyBody,
    /// When it was written.
    #[schema(value_type = String, format = DateTime)]
    pub written_at: Timestamp,
}

/// Replies, oldest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Replies {
    /// The replies.
    pub(super) replies: Vec<Handed>,
    /// The `after` of the next question.
    pub(super) next: i64,
}

/// What became of a reply at the platform.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(tag = "result", rename_all = "snake_case")]
pub enum Ack {
    /// The platform took it.
    Sent {
        /// The platform's message id. With it, the same message handed in later is known as this one.
        #[serde(default, deserialize_with = "lenient::id")]
        #[schema(max_length = 200)]
        provider_id: Option<String>,
        /// When, by the platform's clock. One that cannot be read or believed counts as now.
        #[serde(default, deserialize_with = "lenient::instant")]
        #[schema(value_type = Option<String>, format = DateTime)]
        at: Option<Timestamp>,
        /// Where the platform shows the picture that was sent: an `https` or `http` address. One that cannot be shown is
        /// left out.
        #[serde(default, deserialize_with = "lenient::link")]
        url: Option<String>,
    },
    /// It was certainly not sent. A person may send it again.
    Refused {
        /// The platform's error code.
        #[serde(default)]
        code: String,
        /// Its words.
        #[serde(default)]
        detail: String,
    },
    /// Nobody knows whether it was sent. A person is asked.
    Unknown {
        /// What happened.
        #[serde(default)]
        detail: String,
    },
}

/// Where a reply stands after an acknowledgement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReplyState {
    /// It was sent.
    Sent,
    /// It was not sent.
    Refused,
    /// Nobody knows.
    Unknown,
}

/// The answer to an acknowledgement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Acknowledged {
    /// The reply.
    pub id: String,
    /// Where it stands.
    pub state: ReplyState,
    /// Whether that was known already.
    pub known: bool,
}

/// What became of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Outcome {
    /// Taken in.
    Accepted,
    /// Nothing new: it was handed in before.
    Known,
    /// Kept with its bytes, because it could not be read; an owner sees it in Tidebell.
    Quarantined,
}

/// What became of one event.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct EventResult {
    /// Its place in the batch, from 0.
    pub(super) index: usize,
    /// Its id; empty if it has none that can be read.
    pub(super) id: String,
    /// What became of it.
    pub(super) result: Outcome,
    /// Why it is in quarantine: a code, then more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reason: Option<String>,
}

/// What became of a batch. Everything in it is stored when this is sent.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BatchResult {
    /// One result for each event, in order.
    pub(super) results: Vec<EventResult>,
    /// How many were taken in.
    pub(super) accepted: usize,
    /// How many were known.
    pub(super) known: usize,
    /// How many are in quarantine.
    pub(super) quarantined: usize,
}
