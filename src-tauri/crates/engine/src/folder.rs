//! Where the data lies.

use std::path::PathBuf;

/// The program's name in folders and in the key store.
pub const PROGRAM: &str = "cn.tidebell.desktop";

/// The data folder of this user: the same for the window and the command line. None on a system without a home.
#[must_use]
pub fn default_folder() -> Option<PathBuf> {
    dirs::data_local_dir().map(|dir| dir.join(PROGRAM))
}
