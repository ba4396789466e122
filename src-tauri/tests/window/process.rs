//! The program's own folders, and the processes that run in them.

use crate::desktop;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

/// The program under test.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_tidebell");
/// Marks the processes of one house, so that exactly those are ended.
const MARK: &str = "TIDEBELL_TEST_HOUSE";
/// How often a process is asked whether it has ended, and how many times.
const PAUSE: Duration = Duration::from_millis(20);
const PATIENCE: u32 = 1_500;

/// A home folder of its own: nothing of the person who runs the test is read or written.
pub(crate) struct House {
    /// Its name, for pictures.
    pub(crate) name: &'static str,
    /// Where the program keeps its data.
    pub(crate) data: PathBuf,
    /// Whether the data folder is named on the command line; else it is the default one below the home.
    named: bool,
    /// How many notifications were raised before it stood: the server outlives a house.
    pub(crate) toasts_before: usize,
    home: tempfile::TempDir,
    kept: bool,
}

impl House {
    /// An empty home.
    pub(crate) fn new(name: &'static str, named: bool) -> Self {
        assert!(
            std::env::var_os("TIDEBELL_WINDOW_ENV").is_some(),
            "run this on the private desktop: cargo xtask window-env -- cargo test --test window -- --ignored"
        );
        let home = tempfile::tempdir().unwrap();
        let data = if named {
            home.path().join("店铺 数据")
        } else {
            home.path().join("data/cn.tidebell.desktop")
        };
        let toasts_before = desktop::all_toasts().len();
        let house = Self { name, data, named, toasts_before, home, kept: true };
        let _ = fs::remove_dir_all(house.pictures());
        println!("pictures: {}", house.pictures().display());
        house
    }

    /// What the program is started with.
    pub(crate) fn arguments(&self, more: &[&str]) -> Vec<String> {
        let mut all = Vec::new();
        if self.named {
            all = vec!["--data".to_owned(), self.data.display().to_string()];
        }
        all.extend(more.iter().map(|&word| word.to_owned()));
        all
    }

    /// A folder or file of the home.
    pub(crate) fn at_home(&self, path: &str) -> PathBuf {
        self.home.path().join(path)
    }

    /// Lets a command live in this house.
    pub(crate) fn furnish<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        let home = self.home.path();
        command.env("HOME", home).env(MARK, home).env("MESA_SHADER_CACHE_DISABLE", "true");
        for (name, folder) in [("DATA", "data"), ("CONFIG", "config"), ("CACHE", "cache"), ("STATE", "state")]
        {
            command.env(format!("XDG_{name}_HOME"), home.join(folder));
        }
        command
    }

    /// The running programs of this house.
    pub(crate) fn programs(&self) -> Vec<u32> {
        let mark = format!("{MARK}={}", self.home.path().display()).into_bytes();
        let all = fs::read_dir("/proc").unwrap().flatten();
        let ids = all.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
        ids.filter(|id| {
            let here = PathBuf::from(format!("/proc/{id}"));
            fs::read_link(here.join("exe")).is_ok_and(|exe| exe == Path::new(PROGRAM))
                && fs::read(here.join("environ"))
                    .is_ok_and(|all| all.split(|byte| *byte == 0).any(|one| one == mark))
        })
        .collect()
    }

    /// Where pictures of this house are kept.
    pub(crate) fn pictures(&self) -> PathBuf {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("window-pictures").join(self.name);
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    /// All went well: the data needs not be kept for looking into.
    pub(crate) fn done(&mut self) {
        self.kept = false;
    }
}

impl Drop for House {
    fn drop(&mut self) {
        for id in self.programs() {
            kill(id);
        }
        if self.kept {
            let log = self.pictures().join("data");
            let _ = fs::remove_dir_all(&log);
            let _ = fs::rename(&self.data, &log);
            println!("what the program kept: {}", log.display());
        }
    }
}

/// Ends a process of ours at once, as a power cut would.
pub(crate) fn kill(id: u32) {
    let _ = Command::new("kill").args(["-KILL", &id.to_string()]).stderr(Stdio::null()).status();
    for _ in 0..PATIENCE {
        let stat = fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
        // A dead one stays in the table until its parent has asked for it.
        if stat.is_empty() || stat.contains(") Z ") {
            return;
        }
        sleep(PAUSE);
    }
    panic!("process {id} did not end");
}

/// A helper process: asked to end when dropped, then made to.
pub(crate) struct Owned(pub(crate) Child);

impl Drop for Owned {
    fn drop(&mut self) {
        let id = self.0.id().to_string();
        let _ = Command::new("kill").args(["-TERM", &id]).stderr(Stdio::null()).status();
        for _ in 0..PATIENCE {
            if !matches!(self.0.try_wait(), Ok(None)) {
                return;
            }
            sleep(PAUSE);
        }
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A port that nobody listens on, and that nobody gets by chance.
pub(crate) fn free_port() -> u16 {
    sandbox::spare_port().unwrap()
}
