//! One program a folder: a second start on it raises the window of the first, and ends.

use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use std::path::Path;

/// By what the system tells programs apart that run on different folders. The one on the default folder has the program's
/// own name; what the web view keeps and where the window stood is kept under it, too.
pub(crate) fn identifier(program: &str, named: Option<&Path>) -> String {
    let Some(folder) = named else { return program.to_owned() };
    // However it was typed, it is one folder.
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let hash = Sha256::digest(folder.as_os_str().as_encoded_bytes());
    let mut identifier = format!("{program}.folder");
    for byte in &hash[..8] {
        let _ = write!(identifier, "{byte:02x}");
    }
    identifier
}

#[cfg(test)]
mod tests {
    use super::*;
    use engine::PROGRAM;

    #[test]
    fn each_folder_has_one_program_however_it_is_typed() {
        let home = tempfile::tempdir().unwrap();
        let (one, other) = (home.path().join("店铺 一"), home.path().join("two"));
        std::fs::create_dir(&one).unwrap();
        std::fs::create_dir(&other).unwrap();
        let of = |folder: &Path| identifier(PROGRAM, Some(folder));
        assert_eq!(of(&one), of(&home.path().join("two/../店铺 一/")), "a way round leads to the same");
        assert_ne!(of(&one), of(&other), "another shop may run beside it");
        assert_eq!(identifier(PROGRAM, None), PROGRAM, "and beside the one without a name");
        let plain = |part: &str| {
            part.starts_with(|c: char| c.is_ascii_alphabetic())
                && part.bytes().all(|b| b.is_ascii_alphanumeric())
        };
        assert!(of(&one).split('.').all(plain), "a name that every system takes: {}", of(&one));
    }
}
