//! A real mail server of the bench's own, on a free port of this computer.

use std::fs;
use std::io;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

const PROGRAM: &str = "/usr/sbin/dovecot";
/// The password of every user.
pub(crate) const PASSWORD: &str = "of-the-bench";
/// The one user.
pub(crate) const USER: &str = "shop";

/// A running server; stopped when it goes out of scope.
#[derive(Debug)]
pub(crate) struct Dovecot {
    pub(crate) port: u16,
    process: Child,
}

/// Why there is none; none if there is one.
pub(crate) fn missing() -> Option<String> {
    let there = cfg!(unix) && Path::new(PROGRAM).exists();
    (!there).then(|| format!("{PROGRAM} is not installed: apt-get install dovecot-imapd"))
}

impl Dovecot {
    /// Starts a server over an empty folder, in which `fill` lays the mails of the user's INBOX (a Maildir).
    pub(crate) fn start(folder: &Path, fill: impl FnOnce(&Path) -> io::Result<()>) -> Result<Self, String> {
        let words = |error: io::Error| format!("dovecot: {error}");
        let inbox = folder.join("mail").join(USER);
        for part in ["cur", "new", "tmp"] {
            fs::create_dir_all(inbox.join(part)).map_err(words)?;
        }
        fill(&inbox).map_err(words)?;
        let port = TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).map_err(words)?.port();
        let config = folder.join("dovecot.conf");
        fs::write(&config, configuration(folder, port)?).map_err(words)?;
        if is_root()? {
            // It reads mails as nobody but their owner.
            said("chown", &["-R", "mail:mail", &path(&folder.join("mail"))])?;
        }
        let mut command = Command::new(PROGRAM);
        command.arg("-F").arg("-c").arg(&config).stdout(Stdio::null()).stderr(Stdio::null());
        let server = Self { port, process: command.spawn().map_err(words)? };
        for _ in 0..500 {
            if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return Ok(server);
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Err(format!("dovecot did not start: {}", fs::read_to_string(folder.join("log")).unwrap_or_default()))
    }
}

impl Drop for Dovecot {
    fn drop(&mut self) {
        // By its own id: the master then ends the processes that it started.
        let asked = Command::new("kill").arg(self.process.id().to_string()).status();
        if !asked.is_ok_and(|status| status.success()) {
            let _ = self.process.kill();
        }
        let _ = self.process.wait();
    }
}

fn is_root() -> Result<bool, String> {
    Ok(said("id", &["-u"])? == "0")
}

fn path(of: &Path) -> String {
    of.display().to_string()
}

fn said(program: &str, arguments: &[&str]) -> Result<String, String> {
    let output = Command::new(program).args(arguments).output().map_err(|e| format!("{program}: {e}"))?;
    if !output.status.success() {
        return Err(format!("{program}: {}", String::from_utf8_lossy(&output.stderr)));
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn configuration(folder: &Path, port: u16) -> Result<String, String> {
    let dir: PathBuf = std::path::absolute(folder).map_err(|error| error.to_string())?;
    let dir = dir.display();
    let me = said("id", &["-un"])?;
    let (internal, login, uid, gid) = if is_root()? {
        (
            "dovecot".to_owned(),
            "dovenull".to_owned(),
            said("id", &["-u", "mail"])?,
            said("id", &["-g", "mail"])?,
        )
    } else {
        (me.clone(), me, said("id", &["-u"])?, said("id", &["-g"])?)
    };
    Ok(format!(
        "protocols = imap
base_dir = {dir}/run
state_dir = {dir}/state
log_path = {dir}/log
default_internal_user = {internal}
default_login_user = {login}
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
mail_location = maildir:{dir}/mail/%u
first_valid_uid = 1
passdb {{
  driver = static
  args = password={PASSWORD}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={dir}/mail/%u
}}
namespace inbox {{
  inbox = yes
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"
    ))
}
