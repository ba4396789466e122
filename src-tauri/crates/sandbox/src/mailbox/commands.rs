//! The commands that look into the mailbox: signing in, opening, fetching, searching.

use super::fault::MailFault;
use super::fetch;
use super::request::Token;
use super::search;
use super::session::{CLOSED, Opened, Session, Verdict};
use super::set::Set;
use super::state::{Content, held};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::io;

impl Session {
    pub(super) fn login(&mut self, args: &[Token]) -> Verdict {
        if self.signed_in {
            return "BAD signed in already".into();
        }
        let [user, password] = args else { return "BAD a user and a password, please".into() };
        let refuse = |fault| match fault {
            MailFault::RefuseLogin(code) => Some(format!("NO [{code}] login refused")),
            MailFault::RefuseSaying(words) => Some(format!("NO {words}")),
            _ => None,
        };
        if let Some(refusal) = self.mailbox.faults.take(refuse) {
            return refusal.into();
        }
        if self.mailbox.faults.happens(MailFault::WantsCode) {
            return "NO LOGIN Login error, please use the authorization code".into();
        }
        if self.mailbox.takes("").is_some() {
            return "NO [ALERT] Application-specific password required".into();
        }
        let config = &self.mailbox.config;
        self.signed_in =
            user.text() == Some(&config.user) && password.text() == Some(config.password.expose());
        if self.signed_in {
            "OK welcome".into()
        } else {
            "NO [AUTHENTICATIONFAILED] wrong user or password".into()
        }
    }

    /// XOAUTH2, and OAUTHBEARER (RFC 7628). The token is not written down among the commands.
    pub(super) async fn authenticate(&mut self, args: &[Token]) -> io::Result<Verdict> {
        let mechanism = args.first().and_then(Token::text).unwrap_or_default().to_ascii_uppercase();
        if self.signed_in || !matches!(mechanism.as_str(), "XOAUTH2" | "OAUTHBEARER") {
            return Ok("BAD signed in already, or no such mechanism".into());
        }
        self.wire.send(b"+ \r\n").await?;
        let Some(line) = self.wire.line().await? else { return Err(io::ErrorKind::UnexpectedEof.into()) };
        let shown = STANDARD.decode(line).unwrap_or_default();
        let shown = String::from_utf8_lossy(&shown).into_owned();
        let field = |name: &str| shown.split('\x01').find_map(|part| part.strip_prefix(name));
        let user = match mechanism.as_str() {
            "XOAUTH2" => field("user="),
            _ => field("n,a=").and_then(|rest| rest.strip_suffix(',')),
        };
        let token = field("auth=Bearer ").unwrap_or_default();
        self.signed_in = user == Some(self.mailbox.config.user.as_str())
            && shown.ends_with("\x01\x01")
            && self.mailbox.takes(token) == Some(true);
        if self.signed_in {
            return Ok("OK welcome".into());
        }
        // The complaint comes as a challenge, and the refusal only once that was answered.
        let complaint =
            STANDARD.encode(r#"{"status":"400","schemes":"Bearer","scope":"https://mail.google.com/"}"#);
        self.wire.send(format!("+ {complaint}\r\n").as_bytes()).await?;
        self.wire.line().await?;
        Ok("NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)".into())
    }

    pub(super) async fn list(&mut self, args: &[Token]) -> io::Result<Verdict> {
        let [_, pattern] = args else { return Ok("BAD a reference and a pattern, please".into()) };
        let pattern = pattern.text().unwrap_or_default();
        if pattern.is_empty() {
            self.wire.send(b"* LIST (\\Noselect) \"/\" \"\"\r\n").await?;
        } else if matches!(pattern, "*" | "%") || pattern.eq_ignore_ascii_case("INBOX") {
            let mut lines = "* LIST (\\HasNoChildren) \"/\" INBOX\r\n".to_owned();
            if matches!(pattern, "*" | "%") {
                for (name, folder) in self.mailbox.folders().iter() {
                    lines.push_str(&format!("* LIST ({}) \"/\" \"{name}\"\r\n", folder.attribute));
                }
            }
            self.wire.send(lines.as_bytes()).await?;
        }
        Ok("OK done".into())
    }

    pub(super) async fn status(&mut self, args: &[Token]) -> io::Result<Verdict> {
        let [name, Token::Open, items @ .., Token::Close] = args else {
            return Ok("BAD a mailbox and a list, please".into());
        };
        let asked = name.text().unwrap_or_default();
        let Some(place) = self.mailbox.place(asked) else {
            return Ok("NO [NONEXISTENT] no such mailbox".into());
        };
        let told: Option<Vec<String>> = {
            let content = held(&place);
            items.iter().map(|item| status_item(&content, item.text()?)).collect()
        };
        let Some(told) = told else { return Ok("BAD unknown status item".into()) };
        self.wire.send(format!("* STATUS \"{asked}\" ({})\r\n", told.join(" ")).as_bytes()).await?;
        Ok("OK done".into())
    }

    pub(super) async fn open(&mut self, args: &[Token], read_only: bool) -> io::Result<Verdict> {
        self.opened = None;
        let [name] = args else { return Ok("BAD a mailbox, please".into()) };
        if !self.identified && self.mailbox.faults.happens(MailFault::UnsafeLogin) {
            return Ok("NO Unsafe Login. Please contact kefu@188.com for help".into());
        }
        let Some(place) = name.text().and_then(|name| self.mailbox.place(name)) else {
            return Ok("NO [NONEXISTENT] no such mailbox".into());
        };
        self.place = place;
        let hide_next = self.mailbox.faults.happens(MailFault::NoUidNext);
        let (opened, validity, next) = {
            let content = held(&self.place);
            let (epoch, told) = (content.epoch, content.mails.len());
            (Opened { read_only, epoch, told }, content.uid_validity, content.uid_next)
        };
        self.opened = Some(opened);
        let permanent = if read_only { "" } else { "\\Seen" };
        let next = if hide_next { String::new() } else { format!("* OK [UIDNEXT {next}] next\r\n") };
        let lines = format!(
            "* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)\r\n* OK [PERMANENTFLAGS ({permanent})] kept\r\n\
             * {} EXISTS\r\n* 0 RECENT\r\n* OK [UIDVALIDITY {}] valid\r\n{next}",
            opened.told, validity
        );
        self.wire.send(lines.as_bytes()).await?;
        Ok(if read_only { "OK [READ-ONLY] open" } else { "OK [READ-WRITE] open" }.into())
    }

    pub(super) async fn fetch(&mut self, by_uid: bool, args: &[Token]) -> io::Result<Verdict> {
        let Some(opened) = self.opened else { return Ok(CLOSED.into()) };
        let asked = args
            .split_first()
            .and_then(|(set, items)| Some((Set::parse(set.text()?)?, fetch::items(items, by_uid)?)));
        let Some((set, items)) = asked else { return Ok("BAD unknown set or item".into()) };
        let mut out = Vec::new();
        {
            let mut content = held(&self.place);
            let Content { mails, unpeeked, .. } = &mut *content;
            let known = &mut mails[..opened.told];
            let highest = if by_uid { known.last().map_or(0, |m| m.uid) } else { number(opened.told) };
            for (i, mail) in known.iter_mut().enumerate() {
                let seq = number(i + 1);
                if !set.has(if by_uid { mail.uid } else { seq }, highest) {
                    continue;
                }
                if fetch::marks_seen(&items) {
                    *unpeeked += 1;
                    if !opened.read_only {
                        mail.flags.insert("\\Seen");
                    }
                }
                out.extend(fetch::answer(mail, seq, &items));
            }
        }
        self.wire.send(&out).await?;
        Ok("OK done".into())
    }

    pub(super) async fn search(&mut self, by_uid: bool, args: &[Token]) -> io::Result<Verdict> {
        let Some(opened) = self.opened else { return Ok(CLOSED.into()) };
        let Some(keys) = search::keys(args) else { return Ok("BAD unknown search key".into()) };
        let mut line = "* SEARCH".to_owned();
        {
            let content = held(&self.place);
            let known = &content.mails[..opened.told];
            for (mail, seq) in known.iter().zip(1..) {
                let last = (&known[opened.told - 1], number(opened.told));
                if search::fits(&keys, (mail, seq), last) {
                    line.push_str(&format!(" {}", if by_uid { mail.uid } else { seq }));
                }
            }
        }
        self.wire.send(format!("{line}\r\n").as_bytes()).await?;
        Ok("OK done".into())
    }
}

/// A count as IMAP writes it; no mailbox here comes near the end of `u32`.
fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

fn status_item(content: &Content, item: &str) -> Option<String> {
    let item = item.to_ascii_uppercase();
    let value = match item.as_str() {
        "MESSAGES" => number(content.mails.len()),
        "RECENT" => 0,
        "UIDNEXT" => content.uid_next,
        "UIDVALIDITY" => content.uid_validity,
        "UNSEEN" => number(content.mails.iter().filter(|m| !m.flags.contains("\\Seen")).count()),
        _ => return None,
    };
    Some(format!("{item} {value}"))
}
