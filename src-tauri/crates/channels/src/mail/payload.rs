//! A mail that was handed in as a file rather than fetched.

use super::date::date;
use super::headers::Headers;
use super::parse::{MailRules, ParsedMail, parse};
use crate::{Reading, Told};
use domain::{Flaw, IncomingEvent, Timestamp};
use serde_json::{Value, json};

/// Reads a mail handed in at `at`. A file has no server that knows when it came: the topmost `Received` line stands in,
/// and without one the mail's own date is believed.
///
/// # Errors
/// Why it cannot be read.
pub fn read_mail(bytes: &[u8], at: Timestamp, rules: &MailRules) -> Result<Reading, Flaw> {
    let headers = Headers::read(bytes);
    let received = headers.first("received").and_then(received_at);
    let believed = received.unwrap_or(Timestamp::MAX);
    let mut parsed = parse(bytes, believed, "", rules).map_err(Flaw::from)?;
    if parsed.own_date.is_none() && received.is_none() {
        parsed.mail.at = at;
    }
    Ok(Reading { told: vec![told(parsed, received)], ..Reading::default() })
}

fn told(parsed: ParsedMail, received: Option<Timestamp>) -> Told {
    let ParsedMail { mail, reasons, links, message_id, own_date } = parsed;
    let mut told = Told::event(IncomingEvent::Mail(mail));
    told.say("date", own_date.map(|at| at.to_string()));
    told.say("received_at", received.map(|at| at.to_string()));
    told.say("message_id", Some(message_id).filter(|id| !id.is_empty()));
    told.say("reasons", Some(reasons.iter().map(|reason| reason.as_str()).collect::<Vec<_>>()));
    let links: Vec<Value> = links
        .into_iter()
        .map(|link| {
            json!({ "url": link.url, "host": link.host, "official": link.official, "misleading": link.misleading })
        })
        .collect();
    told.say("links", Some(links));
    told
}

/// The date behind the last `;` of a `Received` line.
pub(super) fn received_at(line: &[u8]) -> Option<Timestamp> {
    date(line.rsplit(|b| *b == b';').next()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_server_that_took_a_mail_dates_it() {
        let line = b"from a (a [192.0.2.1]) by mx.example; Sat, 27 Jun 2026 17:51:43 -0700 (PDT)";
        assert_eq!(
            received_at(line),
            "2026-06-28T00:51:43Z".parse().ok(),
            "the instant behind the semicolon"
        );
        assert_eq!(received_at(b"from a by b"), None, "a line without a date");
    }
}
