//! The folders of a mailbox, and what each is for.

use super::connector::MailConnector;
use super::fault::Fault;
use super::utf7;
use super::wire::{SHORT, timed};
use crate::ChannelError;
use async_imap::types::{Name, NameAttribute};
use futures::TryStreamExt;

/// The folder that every mailbox has (RFC 3501 §5.1).
pub const INBOX: &str = "INBOX";

/// A folder of a mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailFolder {
    /// Its name, as people write it.
    pub name: String,
    /// What the server, or its usual name, says that it is for.
    pub role: FolderRole,
}

/// What a folder is for (RFC 6154).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FolderRole {
    /// Where mail arrives.
    Inbox,
    /// Where the server puts what it takes for junk; platform mails land there.
    Junk,
    /// Where people, or rules of the mailbox, put what they have seen.
    Archive,
    /// Whatever somebody made it for.
    Other,
    /// What the owner sent: nothing comes in there.
    Sent,
    /// What the owner has not sent yet.
    Drafts,
    /// What was thrown away.
    Trash,
}

/// Usual names, in small letters, for servers that do not say what a folder is for (163, QQ and Exmail among them).
const NAMES: [(FolderRole, &[&str]); 5] = [
    (
        FolderRole::Junk,
        &["junk", "junk e-mail", "junk email", "spam", "bulk mail", "垃圾邮件", "垃圾郵件", "спам"],
    ),
    (FolderRole::Archive, &["archive", "archives", "归档", "已归档", "存档"]),
    (
        FolderRole::Sent,
        &[
            "sent",
            "sent items",
            "sent mail",
            "sent messages",
            "已发送",
            "已发送邮件",
            "寄件备份",
            "отправленные",
        ],
    ),
    (FolderRole::Drafts, &["drafts", "draft", "草稿", "草稿箱", "черновики"]),
    (
        FolderRole::Trash,
        &[
            "trash",
            "deleted",
            "deleted items",
            "deleted messages",
            "已删除",
            "已删除邮件",
            "垃圾箱",
            "корзина",
        ],
    ),
];

impl MailConnector {
    /// Lists the folders on a line of its own: the one that is kept may be listening. INBOX first, then by what they are
    /// for and by name.
    pub(super) async fn list_folders(&self) -> Result<Vec<MailFolder>, ChannelError> {
        let proof = self.proof().await?;
        let mut live = self.sign_in(proof).await.map_err(|(_, fault)| fault.into_error())?;
        let names = timed(SHORT, async {
            live.session.list(Some(""), Some("*")).await?.try_collect::<Vec<_>>().await
        })
        .await
        .map_err(Fault::into_error)?;
        let _ = timed(SHORT, live.session.logout()).await;
        let readable = names.iter().filter(|name| !name.attributes().contains(&NameAttribute::NoSelect));
        let mut folders: Vec<MailFolder> = readable.map(folder).collect();
        folders.sort_by(|a, b| a.role.cmp(&b.role).then_with(|| a.name.cmp(&b.name)));
        Ok(folders)
    }
}

fn folder(listed: &Name) -> MailFolder {
    let name = utf7::decode(listed.name());
    if name.eq_ignore_ascii_case(INBOX) {
        return MailFolder { name: INBOX.to_owned(), role: FolderRole::Inbox };
    }
    let told = listed.attributes().iter().find_map(|attribute| match attribute {
        NameAttribute::Junk => Some(FolderRole::Junk),
        NameAttribute::Archive | NameAttribute::All => Some(FolderRole::Archive),
        NameAttribute::Sent => Some(FolderRole::Sent),
        NameAttribute::Drafts => Some(FolderRole::Drafts),
        NameAttribute::Trash => Some(FolderRole::Trash),
        _ => None,
    });
    let role = told.unwrap_or_else(|| by_name(&name, listed.delimiter()));
    MailFolder { name, role }
}

/// By the last part of its path.
fn by_name(name: &str, delimiter: Option<&str>) -> FolderRole {
    let last = delimiter.filter(|d| !d.is_empty()).and_then(|d| name.rsplit(d).next()).unwrap_or(name);
    let last = last.to_lowercase();
    NAMES
        .iter()
        .find(|(_, names)| names.contains(&last.as_str()))
        .map_or(FolderRole::Other, |(role, _)| *role)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("Junk", FolderRole::Junk)]
    #[case("垃圾邮件", FolderRole::Junk)]
    #[case("INBOX/Spam", FolderRole::Junk)]
    #[case("已发送", FolderRole::Sent)]
    #[case("Sent Messages", FolderRole::Sent)]
    #[case("草稿箱", FolderRole::Drafts)]
    #[case("AliExpress", FolderRole::Other)]
    #[case("Spam reports", FolderRole::Other)]
    fn a_server_that_does_not_say_is_understood_by_its_names(#[case] name: &str, #[case] role: FolderRole) {
        assert_eq!(by_name(name, Some("/")), role, "{name}");
    }
}
