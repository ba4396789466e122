//! A real IMAP server of the test's own, on a free port of this computer.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const DOVECOT: &str = "/usr/sbin/dovecot";
/// The password of every user.
pub(crate) const PASSWORD: &str = "secret-of-the-test";

/// Longer than it takes on any machine, and shorter than a test may.
const PATIENCE: Duration = Duration::from_secs(120);

/// A running server; stopped when it goes out of scope.
pub(crate) struct Dovecot {
    /// Its port.
    pub(crate) port: u16,
    folder: tempfile::TempDir,
    process: Child,
    owner: Option<(u32, u32)>,
}

impl Dovecot {
    /// Starts a server without TLS.
    pub(crate) fn start() -> Self {
        Self::start_with(false)
    }

    /// Starts a server that takes tokens by one mechanism only, and asks a provider at `address` whether they are good.
    pub(crate) fn start_with_tokens(mechanism: &str, address: &str) -> Self {
        Self::launch(false, Some((mechanism, address)))
    }

    /// Starts a server, with a certificate of its own making if `tls`.
    pub(crate) fn start_with(tls: bool) -> Self {
        Self::launch(tls, None)
    }

    fn launch(tls: bool, tokens: Option<(&str, &str)>) -> Self {
        assert!(
            Path::new(DOVECOT).exists(),
            "these tests need a real IMAP server: install it with `apt-get install dovecot-imapd`"
        );
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let port = sandbox::spare_port().unwrap();
        let owner = (said("id", &["-u"]) == "0").then(|| {
            let number = |flag| said("id", &[flag, "mail"]).parse().unwrap();
            (number("-u"), number("-g"))
        });
        let config = folder.path().join("dovecot.conf");
        let mut words = configuration(folder.path(), port, owner, tls);
        if let Some((mechanism, address)) = tokens {
            let provider = folder.path().join("oauth2.conf");
            let asked = format!("tokeninfo_url = {address}?access_token=\nusername_attribute = email\n");
            fs::write(&provider, asked).unwrap();
            words += &format!(
                "auth_mechanisms = {mechanism}\npassdb {{\n  driver = oauth2\n  mechanisms = {mechanism}\n  args = {}\n}}\n",
                provider.display()
            );
        }
        fs::write(&config, words).unwrap();
        let mut command = Command::new(DOVECOT);
        let process = command.arg("-F").arg("-c").arg(&config).stdout(Stdio::null()).stderr(Stdio::null());
        let server = Self { port, process: process.spawn().unwrap(), folder, owner };
        server.make("mail");
        server.make("mail/shop");
        for sub in ["cur", "new", "tmp"] {
            server.make(&format!("mail/shop/{sub}"));
        }
        server.wait_until_ready();
        server
    }

    fn make(&self, name: &str) {
        let path = self.folder.path().join(name);
        fs::create_dir_all(&path).unwrap();
        self.give(&path);
    }

    fn give(&self, path: &Path) {
        if let Some((user, group)) = self.owner {
            chown(path, Some(user), Some(group)).unwrap();
        }
    }

    fn wait_until_ready(&self) {
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            if TcpStream::connect(("127.0.0.1", self.port)).is_ok() {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!(
            "the server did not start: {}",
            fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
        );
    }

    /// The certificate of a server with TLS.
    pub(crate) fn certificate(&self) -> PathBuf {
        self.folder.path().join("cert.pem")
    }

    /// The folder of INBOX.
    pub(crate) fn inbox(&self) -> PathBuf {
        self.folder.path().join("mail/shop")
    }

    /// Puts a mail into INBOX as a delivery program does. Mails sort by their number.
    pub(crate) fn deliver(&self, number: usize, mail: &[u8]) {
        let path = self.inbox().join("new").join(format!("{}.M{number}P1.test", 1_700_000_000 + number));
        fs::write(&path, mail).unwrap();
        self.give(&path);
    }

    /// Gives the folder another UIDVALIDITY and every mail another UID, as a restored backup does. Nobody may be
    /// connected.
    pub(crate) fn renumber(&self, validity: u32, first: u32) {
        for entry in fs::read_dir(self.inbox()).unwrap() {
            let path = entry.unwrap().path();
            if path.file_name().is_some_and(|n| n.to_string_lossy().starts_with("dovecot")) && path.is_file()
            {
                fs::remove_file(path).unwrap();
            }
        }
        let list = self.inbox().join("dovecot-uidlist");
        fs::write(&list, format!("3 V{validity} N{first}\n")).unwrap();
        self.give(&list);
    }

    /// A second mail program, signed in.
    pub(crate) fn other_program(&self) -> Program {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let mut program = Program { lines: BufReader::new(stream.try_clone().unwrap()), stream, tag: 0 };
        program.line();
        program.ask(&format!("LOGIN shop {PASSWORD}"));
        program
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

/// A plain IMAP client, for looking at what ours did.
pub(crate) struct Program {
    stream: TcpStream,
    lines: BufReader<TcpStream>,
    tag: u32,
}

impl Program {
    fn line(&mut self) -> String {
        let mut line = String::new();
        self.lines.read_line(&mut line).unwrap();
        line
    }

    /// Sends a command and returns the whole answer, which must be OK.
    pub(crate) fn ask(&mut self, command: &str) -> String {
        self.tag += 1;
        write!(self.stream, "a{} {command}\r\n", self.tag).unwrap();
        self.answer()
    }

    /// Adds a mail to INBOX.
    pub(crate) fn append(&mut self, mail: &[u8]) {
        self.tag += 1;
        write!(self.stream, "a{} APPEND INBOX {{{}+}}\r\n", self.tag, mail.len()).unwrap();
        self.stream.write_all(mail).unwrap();
        self.stream.write_all(b"\r\n").unwrap();
        self.answer();
    }

    fn answer(&mut self) -> String {
        let end = format!("a{} ", self.tag);
        let mut all = String::new();
        loop {
            let line = self.line();
            assert!(!line.is_empty(), "the server closed the line after: {all}");
            all.push_str(&line);
            if let Some(result) = line.strip_prefix(&end) {
                assert!(result.starts_with("OK"), "the server refused: {all}");
                return all;
            }
        }
    }
}

fn said(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn make_certificate(folder: &Path) {
    // No authority: a certificate that may sign others is refused as a server's own.
    let request = folder.join("request.conf");
    let words = "[req]\nprompt=no\ndistinguished_name=dn\nx509_extensions=ext\n[dn]\nCN=localhost\n\
                     [ext]\nbasicConstraints=critical,CA:FALSE\nsubjectAltName=DNS:localhost\n";
    fs::write(&request, words).unwrap();
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-config"])
        .arg(&request)
        .arg("-keyout")
        .arg(folder.join("key.pem"))
        .arg("-out")
        .arg(folder.join("cert.pem"))
        .stderr(Stdio::null())
        .status()
        .unwrap();
    assert!(made.success(), "openssl makes the server's certificate");
}

fn configuration(folder: &Path, port: u16, owner: Option<(u32, u32)>, tls: bool) -> String {
    let dir = folder.display();
    let me = said("id", &["-un"]);
    let (internal, login) =
        if owner.is_some() { ("dovecot", "dovenull") } else { (me.as_str(), me.as_str()) };
    let (user, group) = owner
        .map_or_else(|| (said("id", &["-u"]), said("id", &["-g"])), |(u, g)| (u.to_string(), g.to_string()));
    let (plain, secured, ssl) = if tls {
        make_certificate(folder);
        (0, port, format!("ssl = yes\nssl_cert = <{dir}/cert.pem\nssl_key = <{dir}/key.pem\n"))
    } else {
        (port, 0, "ssl = no\n".to_owned())
    };
    format!(
        "protocols = imap
base_dir = {dir}/run
state_dir = {dir}/state
log_path = {dir}/log
default_internal_user = {internal}
default_login_user = {login}
listen = 127.0.0.1
{ssl}disable_plaintext_auth = no
auth_failure_delay = 0
mail_location = maildir:{dir}/mail/%u
first_valid_uid = 1
passdb {{
  driver = static
  args = password={PASSWORD}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={dir}/mail/%u
}}
namespace inbox {{
  inbox = yes
  mailbox 垃圾邮件 {{
    special_use = \\Junk
    auto = create
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {plain}
  }}
  inet_listener imaps {{
    port = {secured}
    ssl = {yes}
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
",
        yes = if tls { "yes" } else { "no" },
    )
}
