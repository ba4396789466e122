//! What a member asks the host to do, and whether the host does it.

use crate::epoch::{Epoch, Standing};
use crate::member::MemberId;
use crate::seq::HostSeq;
use domain::{AccountId, Body, ConversationId, Presence};
use serde::{Deserialize, Serialize};

/// Made by the face when the person pressed the key; pressing or sending twice is the same command.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ClientId(String);

/// Why a text is no client id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClientIdError {
    /// Two commands without an id could not be told apart.
    #[error("a client id is 8 to 64 characters long, this is {length}")]
    Length {
        /// Its length in characters.
        length: usize,
    },
    /// It goes into file names and logs as it is.
    #[error("a client id has ASCII letters, digits, - and _ only")]
    Characters,
}

impl ClientId {
    /// Reads an id.
    ///
    /// # Errors
    /// If it is too short to be unique, too long to be an id, or has other characters.
    pub fn parse(text: &str) -> Result<Self, ClientIdError> {
        let length = text.chars().count();
        if !(8..=64).contains(&length) {
            return Err(ClientIdError::Length { length });
        }
        if !text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_') {
            return Err(ClientIdError::Characters);
        }
        Ok(Self(text.to_owned()))
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for ClientId {
    type Error = ClientIdError;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<ClientId> for String {
    fn from(id: ClientId) -> Self {
        id.0
    }
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "intent", rename_all = "snake_case")]
pub enum Intent {
    /// Send a reply to the buyer.
    Reply {
        /// In which conversation.
        conversation: ConversationId,
        /// What to send.
        body: Body,
    },
    /// Hand a conversation to another seat.
    Transfer {
        /// Which one.
        conversation: ConversationId,
        /// To whom.
        to: AccountId,
        /// What the next person should know.
        note: String,
    },
    /// Put a conversation aside.
    MarkDone {
        /// Which one.
        conversation: ConversationId,
    },
    /// Declare a seat's presence.
    SetPresence {
        /// Whose.
        account: AccountId,
        /// The new one.
        presence: Presence,
    },
}

impl Intent {
    /// The conversation whose newest message decides whether the person knew what they were doing. None where a
    /// buyer's next word changes nothing.
    #[must_use]
    pub const fn reads(&self) -> Option<ConversationId> {
        match self {
            Self::Reply { conversation, .. } | Self::MarkDone { conversation } => Some(*conversation),
            Self::Transfer { .. } | Self::SetPresence { .. } => None,
        }
    }
}

/// The envelope in which an intent travels to the host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Command {
    /// The id that the face made.
    pub client_id: ClientId,
    /// Who asks.
    pub member: MemberId,
    /// The epoch of the host that the member believes in.
    pub epoch: Epoch,
    /// The last change that the person had on screen when they pressed the key.
    pub seen: HostSeq,
    /// What is asked for.
    pub intent: Intent,
}

/// What the host knows when a command arrives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HostView {
    /// Its own epoch.
    pub epoch: Epoch,
    /// Whether this client id has been carried out before.
    pub known: bool,
    /// The last change by the buyer or by another seat in the conversation that [`Intent::reads`] names;
    /// [`HostSeq::ZERO`] if there is none.
    pub newest: HostSeq,
}

/// What the host answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Carry it out.
    Accept,
    /// Carried out before: give the same answer again, do nothing.
    Known,
    /// Something newer is there than the person had seen: park it and show both, never send it.
    Stale {
        /// The change that they had not seen.
        newest: HostSeq,
    },
    /// The member follows an older host: it must catch up with this epoch first.
    Behind {
        /// The host's epoch.
        epoch: Epoch,
    },
    /// Somebody has taken over from this host: it may write no more.
    Superseded {
        /// The epoch that was met.
        epoch: Epoch,
    },
}

/// Whether a host carries a command out. The first that applies: superseded, known, behind, stale, else accepted.
///
/// A known command is answered before its epoch and its age are looked at: the member asks because the answer was lost,
/// and must not be told that its reply was refused when the buyer has it.
#[must_use]
pub fn judge(command: &Command, host: HostView) -> Verdict {
    if let Standing::ReadOnly(epoch) = host.epoch.meets(command.epoch) {
        return Verdict::Superseded { epoch };
    }
    if host.known {
        return Verdict::Known;
    }
    if command.epoch < host.epoch {
        return Verdict::Behind { epoch: host.epoch };
    }
    if command.intent.reads().is_some() && host.newest > command.seen {
        return Verdict::Stale { newest: host.newest };
    }
    Verdict::Accept
}
