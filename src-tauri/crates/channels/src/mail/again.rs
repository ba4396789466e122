//! Reading a mail again that could not be read when it came.

use super::files::FoundMail;
use super::imap::read_kept;
use super::parse::MailRules;
use crate::{Beside, Received};
use domain::{Flaw, Timestamp};

/// Reads a mail that came at `at`. One of a server whose place nobody kept is read as a mail of a file is: by what it
/// says it is known, so that it is not taken in beside itself.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn mail(
    bytes: Vec<u8>,
    beside: &Beside,
    at: Timestamp,
    rules: Option<&MailRules>,
) -> Result<Received, Flaw> {
    let read = match (beside, rules) {
        (Beside::Mail { id, received_at, size, .. }, Some(rules)) => {
            read_kept(id, bytes, (*received_at, *size), at, rules)
        }
        (Beside::MailFile { delivered_at, size }, _) => {
            FoundMail::kept(bytes, *delivered_at, *size).read(at, rules)
        }
        _ => {
            let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
            FoundMail::kept(bytes, None, size).read(at, rules)
        }
    };
    read.map_err(|bad| bad.flaw)
}
