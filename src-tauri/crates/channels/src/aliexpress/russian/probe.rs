//! How the connection stands, by one call that changes nothing: the newest messages.

use super::answer::{NO_PERMISSION, TOKEN_REFUSED};
use super::api::LocalApi;
use super::row;
use super::stream::PAGE;
use crate::aliexpress::error::{Ending, Fault};
use crate::probing::{access_of, let_in, refused};
use domain::{Access, Capability, CapabilityState, Probe};

/// The interface has no call for it.
pub(super) const NOT_BY_LOCAL: &str = "not_by_local_api";
/// No message that the platform shows has the store's login on one of its sides.
const OTHER_LOGIN: &str = "local_other_login";
/// The platform answers, and none of its messages can be read.
const NOT_UNDERSTOOD: &str = "local_not_understood";

/// What this interface can do, with what its chat can.
fn abilities(chat: CapabilityState) -> Vec<(Capability, CapabilityState)> {
    let off = |code: &str| CapabilityState::Off { code: code.to_owned() };
    vec![
        (Capability::ReadChat, chat.clone()),
        (Capability::SendChat, chat),
        (Capability::Orders, off(NOT_BY_LOCAL)),
        (Capability::Disputes, off(NOT_BY_LOCAL)),
    ]
}

/// Asks.
pub(super) async fn probe(api: &LocalApi) -> Probe {
    let mut probe = Probe { authorised_until: api.ends(), ..Probe::default() };
    let answer = api.messages(None, PAGE).await;
    let mut chat = CapabilityState::Unknown;
    match answer {
        Ok(rows) => {
            let_in(&mut probe);
            let login = &api.config.login;
            let read: Vec<_> = rows.iter().map(|row| row::read(row, login)).collect();
            let of_others = |row| row::names_others(row, login);
            chat = if rows.is_empty() || read.iter().any(Result::is_ok) {
                CapabilityState::On
            } else if rows.iter().all(of_others) {
                probe.access = Some(refused(OTHER_LOGIN));
                CapabilityState::Unknown
            } else {
                CapabilityState::Off { code: NOT_UNDERSTOOD.into() }
            };
        }
        Err(Fault::Wait(_)) => let_in(&mut probe),
        Err(fault) => stopped(api, fault, &mut probe),
    }
    probe.capabilities = abilities(chat);
    probe.clocks = api.clocks.seen();
    probe
}

fn stopped(api: &LocalApi, fault: Fault, probe: &mut Probe) {
    let over = api.ends().is_some_and(|end| end <= api.now());
    probe.access = match fault {
        // A token whose time is over is refused for that.
        Fault::Api(error) if over && [TOKEN_REFUSED, NO_PERMISSION].contains(&error.word()) => {
            Some(Access::Granted)
        }
        Fault::Api(error) => Some(refused(error.word())),
        Fault::Garbage { .. } => Some(refused(NOT_UNDERSTOOD)),
        other => match other.ending() {
            Ending::Failed(error) => access_of(&error),
            Ending::Off(word) => Some(refused(word)),
            Ending::Quarantine { .. } => None,
        },
    };
}
