//! Which files hold mails.

use std::fs;
use std::path::{Path, PathBuf};

/// Folders deeper than this are not looked into.
const MAX_DEPTH: usize = 32;

/// A file with mails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailFile {
    /// Where it is.
    pub path: PathBuf,
    /// Its size in bytes.
    pub size: u64,
    /// Somebody named it, or it lies where mails lie; otherwise it counts only if it begins like a file of mails.
    pub(super) surely: bool,
    /// Its name says that it holds many.
    pub(super) many: bool,
}

/// A file or folder that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileFault {
    /// Its name.
    pub name: String,
    /// The system's words.
    pub why: String,
}

impl FileFault {
    pub(super) fn new(path: &Path, why: &std::io::Error) -> Self {
        Self { name: name_of(path), why: why.to_string() }
    }
}

/// The last part of a path: enough to know it by, and nothing of where a person keeps it.
pub(super) fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

/// The files with mails among `paths`, and below those that are folders, in the order of their names; and what could not
/// be looked at. Below a folder with `cur` and `new` (a Maildir) every file of these two is a mail; elsewhere names decide,
/// and of files without a telling name, what they begin with.
#[must_use]
pub fn mail_files(paths: &[PathBuf]) -> (Vec<MailFile>, Vec<FileFault>) {
    let mut walk = Walk::default();
    for path in paths {
        match fs::metadata(path) {
            Ok(meta) if meta.is_dir() => walk.folder(path, 0),
            Ok(meta) => walk.file(path, meta.len(), true),
            Err(why) => walk.faults.push(FileFault::new(path, &why)),
        }
    }
    (walk.files, walk.faults)
}

#[derive(Default)]
struct Walk {
    files: Vec<MailFile>,
    faults: Vec<FileFault>,
}

impl Walk {
    fn folder(&mut self, folder: &Path, depth: usize) {
        let listed = fs::read_dir(folder).and_then(Iterator::collect::<Result<Vec<_>, _>>);
        let mut entries = match listed {
            Ok(entries) => entries,
            Err(why) => return self.faults.push(FileFault::new(folder, &why)),
        };
        entries.sort_by_key(fs::DirEntry::file_name);
        let is_maildir = ["cur", "new"].iter().all(|part| folder.join(part).is_dir());
        for entry in entries {
            let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
            // A link may lead up again; a linked file is as good as any.
            let linked = entry.file_type().is_ok_and(|kind| kind.is_symlink());
            let meta = match fs::metadata(&path) {
                Ok(meta) => meta,
                Err(why) => {
                    self.faults.push(FileFault::new(&path, &why));
                    continue;
                }
            };
            if meta.is_dir() {
                match name.as_str() {
                    "tmp" if is_maildir => {}
                    "cur" | "new" if is_maildir => self.mails_of(&path),
                    _ if linked || depth >= MAX_DEPTH => {}
                    _ => self.folder(&path, depth + 1),
                }
            } else if meta.is_file() {
                self.file(&path, meta.len(), false);
            }
        }
    }

    /// A folder of which every file is a mail.
    fn mails_of(&mut self, folder: &Path) {
        let listed = fs::read_dir(folder).and_then(Iterator::collect::<Result<Vec<_>, _>>);
        match listed {
            Ok(mut entries) => {
                entries.sort_by_key(fs::DirEntry::file_name);
                for entry in entries {
                    match entry.metadata() {
                        Ok(meta) if meta.is_file() => self.file(&entry.path(), meta.len(), true),
                        Ok(_) => {}
                        Err(why) => self.faults.push(FileFault::new(&entry.path(), &why)),
                    }
                }
            }
            Err(why) => self.faults.push(FileFault::new(folder, &why)),
        }
    }

    fn file(&mut self, path: &Path, size: u64, surely: bool) {
        let ending = path.extension().map(|e| e.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
        let many = matches!(ending.as_str(), "mbox" | "mbx");
        // What macOS leaves beside the files of others has their names and is none of them.
        let shadow = name_of(path).starts_with("._");
        if !shadow {
            let surely = surely || many || ending == "eml";
            self.files.push(MailFile { path: path.to_owned(), size, surely, many });
        }
    }
}
