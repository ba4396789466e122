//! Commands whose answers are checked: a refused FETCH must never look like an empty one.

use super::dial::Line;
use super::fault::{Fault, cut};
use async_imap::error::Error;
use async_imap::imap_proto::{AttributeValue, MailboxDatum, MessageSection, Response, SectionPath, Status};
use domain::Timestamp;
use std::collections::BTreeSet;
use std::future::Future;
use std::time::Duration;

/// A signed-in session over any line.
pub(super) type Session = async_imap::Session<Box<dyn Line>>;

/// How long a small command may take.
pub(super) const SHORT: Duration = Duration::from_secs(30);
/// How long the next piece of a FETCH may take.
const PIECE: Duration = Duration::from_secs(120);

/// Runs a command with a limit in time.
pub(super) async fn timed<T>(
    limit: Duration,
    work: impl Future<Output = Result<T, Error>>,
) -> Result<T, Fault> {
    match tokio::time::timeout(limit, work).await {
        Ok(result) => result.map_err(|e| Fault::of(&e)),
        Err(_) => Err(Fault::Lost("the server stopped answering".to_owned())),
    }
}

/// What a FETCH said about one mail.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Fetched {
    pub(super) uid: u32,
    /// `RFC822.SIZE`.
    pub(super) size: u32,
    /// `INTERNALDATE`.
    pub(super) received_at: Option<Timestamp>,
    /// The bytes of `BODY[]` or `BODY[HEADER]`.
    pub(super) bytes: Option<Vec<u8>>,
}

/// Runs `UID FETCH set items` and hands every answered mail to `take`. Answers without a UID are news about other
/// mails and are passed over.
///
/// # Errors
/// [`Fault`]; what was taken before it stays taken.
pub(super) async fn uid_fetch(
    session: &mut Session,
    set: &str,
    items: &str,
    mut take: impl FnMut(Fetched) + Send,
) -> Result<(), Fault> {
    run(session, format!("UID FETCH {set} {items}"), |response| {
        if let Response::Fetch(_, attributes) = response
            && let Some(fetched) = fetched(attributes)
        {
            take(fetched);
        }
    })
    .await
}

/// The UIDs that a `UID SEARCH` finds, in order. A refusal is none of them: it must never look like an empty folder.
///
/// # Errors
/// [`Fault`].
pub(super) async fn uid_search(session: &mut Session, what: &str) -> Result<BTreeSet<u32>, Fault> {
    let mut found = None;
    run(session, format!("UID SEARCH {what}"), |response| {
        if let Response::MailboxData(MailboxDatum::Search(uids)) = response {
            found.get_or_insert_with(BTreeSet::new).extend(uids);
        }
    })
    .await?;
    // Without the line that lists them nothing was said.
    found.ok_or_else(|| Fault::Garbled("the search was not answered".to_owned()))
}

/// Runs a command and hands every answer before its end to `take`.
async fn run(
    session: &mut Session,
    command: String,
    mut take: impl FnMut(&Response<'_>) + Send,
) -> Result<(), Fault> {
    let id = timed(SHORT, session.run_command(command)).await?;
    loop {
        let response = timed(PIECE, async { session.read_response().await.map_err(Error::from) }).await?;
        let Some(response) = response else {
            return Err(Fault::Lost("the server closed the line".to_owned()));
        };
        match response.parsed() {
            Response::Done { tag, status, outcome } if *tag == id => {
                let words = || cut(outcome.information.as_deref().unwrap_or("no reason given"));
                return match status {
                    Status::Ok => Ok(()),
                    Status::No | Status::Bad => Err(Fault::refused(words())),
                    Status::PreAuth | Status::Bye => Err(Fault::Lost(words())),
                };
            }
            Response::Data { status: Status::Bye, outcome } => {
                let words = outcome.information.as_deref().unwrap_or("the server closed the line");
                return Err(Fault::Lost(cut(words)));
            }
            other => take(other),
        }
    }
}

fn fetched(attributes: &[AttributeValue<'_>]) -> Option<Fetched> {
    let mut out = Fetched::default();
    for attribute in attributes {
        match attribute {
            AttributeValue::Uid(uid) => out.uid = *uid,
            AttributeValue::Rfc822Size(size) => out.size = *size,
            AttributeValue::InternalDate(date) => out.received_at = internal_date(date),
            AttributeValue::BodySection {
                section: None | Some(SectionPath::Full(MessageSection::Header)),
                data,
                ..
            } => out.bytes = data.as_ref().map(|d| d.to_vec()),
            _ => {}
        }
    }
    (out.uid != 0).then_some(out)
}

fn internal_date(date: &str) -> Option<Timestamp> {
    Timestamp::strptime("%d-%b-%Y %H:%M:%S %z", date.trim()).ok()
}

#[cfg(test)]
mod tests {
    use super::internal_date;

    #[test]
    fn a_server_date_is_read() {
        let at = internal_date(" 7-Nov-2026 10:00:00 +0800");
        assert_eq!(
            at,
            "2026-11-07T02:00:00Z".parse().ok(),
            "a blank stands for the missing digit of the day"
        );
        assert_eq!(internal_date("yesterday"), None, "anything else is no date");
    }
}
