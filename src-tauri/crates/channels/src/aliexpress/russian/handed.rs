//! A page of the stream that was handed in rather than fetched.

use super::{answer, row};
use crate::aliexpress::error::Fault;
use crate::{Reading, Told};
use domain::{Flaw, IncomingEvent, UnreadableCause};
use serde_json::Value;

/// Reads a page of the stream: a whole answer, or the list in it. Who wrote a message follows from the store's `login`; if
/// nobody says which it is, it is the one login that is on a side of every message.
///
/// # Errors
/// If it is no page, the platform refused, no message in it can be read, or it leaves open whose stream it is.
pub fn read_russian(bytes: &[u8], login: Option<&str>) -> Result<Reading, Flaw> {
    let listed = crate::json::parse(bytes)?;
    let data = match listed {
        Value::Array(_) => listed,
        _ => answer::open(reqwest::StatusCode::OK, None, bytes).map_err(unopened)?,
    };
    let rows = answer::rows(&data)?;
    if rows.is_empty() {
        let note = Some("a page without messages".to_owned());
        return Ok(Reading { note, ..Reading::default() });
    }
    let login = match login {
        Some(login) => login.to_owned(),
        None => own_login(rows)?,
    };
    Reading::of(rows, |row| {
        row::read(row, &login).map(|message| Told::event(IncomingEvent::Message(message)))
    })
}

/// The words of a refusal, as the platform has them.
fn unopened(fault: Fault) -> Flaw {
    match fault {
        Fault::Garbage { flaw, .. } => flaw,
        Fault::Api(error) => UnreadableCause::PlatformError.because(format!("the platform answered {error}")),
        Fault::Wait(_) => UnreadableCause::PlatformError.because("the platform asks to wait"),
        Fault::NeverLeft(why) | Fault::Lost(why) => {
            UnreadableCause::PlatformError.because(format!("the platform answered {why}"))
        }
        Fault::Owner { code, detail } => UnreadableCause::PlatformError.because(format!("{code}: {detail}")),
    }
}

/// The login that is on a side of every message that has two. The store speaks with several buyers, none of them with all.
fn own_login(rows: &[Value]) -> Result<String, Flaw> {
    let sides = || rows.iter().map(row::logins).filter(|sides| sides.len() == 2);
    let everywhere =
        |login: &String| sides().all(|sides| sides.iter().any(|side| side.eq_ignore_ascii_case(login)));
    let candidates: Vec<String> = sides().next().unwrap_or_default().into_iter().filter(everywhere).collect();
    match <[String; 1]>::try_from(candidates) {
        Ok([login]) => Ok(login),
        Err(none) if none.is_empty() => Err(Flaw::missing(
            "no login is on a side of every message: say which is the store's own (--login)",
        )),
        Err(two) => Err(Flaw::missing(format!(
            "one conversation, between {}: say which login is the store's own (--login)",
            two.join(" and ")
        ))),
    }
}
