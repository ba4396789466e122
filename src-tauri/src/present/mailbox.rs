//! What a mailbox shows beyond other stores.

use super::instant;
use super::rail::small;
use crate::wire::{BacklogDto, FolderCheckDto, FolderRoleDto, MailFolderDto, MailImportDto, MailboxDto};
use channels::Backlog;
use channels::mail::{FolderRole, INBOX, MailFolder};
use domain::StoreId;
use engine::{Engine, ImportProgress, ImportState};
use std::collections::HashMap;
use store::{FolderCheck, StoreRow};

/// What is known of all mailboxes.
pub(super) struct Mailboxes {
    pub(super) backlogs: HashMap<StoreId, Backlog>,
    pub(super) checks: Vec<FolderCheck>,
    pub(super) imports: HashMap<StoreId, ImportState>,
}

impl Mailboxes {
    /// Of one of them.
    pub(super) fn of(&self, row: &StoreRow) -> MailboxDto {
        let store = row.id;
        let checks = self.checks.iter().filter(|check| check.store == store);
        MailboxDto {
            backlog: self
                .backlogs
                .get(&store)
                .map(|backlog| BacklogDto { done: backlog.done, total: backlog.total }),
            checks: checks.map(check_dto).collect(),
            import: self.imports.get(&store).map(import_dto),
            missing: Engine::missing_folders(row),
        }
    }
}

/// The folders of a mailbox, and those that are read and are not there any more.
pub(crate) fn folders(there: Vec<MailFolder>, read: &[String]) -> Vec<MailFolderDto> {
    let gone = read.iter().filter(|name| !there.iter().any(|folder| folder.name == **name));
    let gone: Vec<MailFolderDto> = gone
        .map(|name| MailFolderDto { name: name.clone(), role: FolderRoleDto::Other, read: true })
        .collect();
    let there = there.into_iter().map(|MailFolder { name, role }| MailFolderDto {
        read: name == INBOX || read.contains(&name),
        role: role_dto(role),
        name,
    });
    there.chain(gone).collect()
}

const fn role_dto(role: FolderRole) -> FolderRoleDto {
    match role {
        FolderRole::Inbox => FolderRoleDto::Inbox,
        FolderRole::Junk => FolderRoleDto::Junk,
        FolderRole::Archive => FolderRoleDto::Archive,
        FolderRole::Other => FolderRoleDto::Other,
        FolderRole::Sent => FolderRoleDto::Sent,
        FolderRole::Drafts => FolderRoleDto::Drafts,
        FolderRole::Trash => FolderRoleDto::Trash,
    }
}

fn check_dto(check: &FolderCheck) -> FolderCheckDto {
    FolderCheckDto {
        folder: check.folder.clone(),
        at: instant(check.at),
        on_server: check.on_server,
        missing: check.missing,
        fetched: check.fetched,
        gone: check.gone,
    }
}

fn import_dto(state: &ImportState) -> MailImportDto {
    let mut dto = MailImportDto {
        running: false,
        percent: 100,
        mails: 0,
        taken: 0,
        known: 0,
        unreadable: 0,
        faults: Vec::new(),
        failed: 0,
        stopped: false,
        error: None,
    };
    match state {
        ImportState::Running(progress) => {
            (dto.running, dto.percent, dto.mails) = (true, percent(*progress), small(progress.mails));
        }
        ImportState::Done(done) => {
            (dto.mails, dto.taken, dto.known) = (small(done.mails), small(done.taken), small(done.known));
            (dto.unreadable, dto.failed, dto.stopped) =
                (small(done.unreadable), small(done.failed), done.stopped);
            dto.faults = done.faults.iter().map(|(name, _)| name.clone()).collect();
        }
        ImportState::Failed(why) => dto.error = Some(why.clone()),
    }
    dto
}

/// Never 100 while it runs.
fn percent(progress: ImportProgress) -> u32 {
    let part = progress.bytes.saturating_mul(100) / progress.of_bytes.max(1);
    small(part).min(99)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_import_is_never_done_before_it_is() {
        let at = |bytes, of_bytes| percent(ImportProgress { mails: 0, bytes, of_bytes });
        assert_eq!([at(0, 0), at(1, 3), at(3, 3)], [0, 33, 99], "the last portion is still being written");
        let running = import_dto(&ImportState::Running(ImportProgress::default()));
        assert!(running.running && running.error.is_none(), "and says that it runs: {running:?}");
        let failed = import_dto(&ImportState::Failed("disk".into()));
        assert_eq!((failed.running, failed.error.as_deref()), (false, Some("disk")), "or why it does not");
    }
}
