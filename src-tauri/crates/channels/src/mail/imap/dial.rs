//! From nothing to a signed-in connection: greeting, capabilities, LOGIN, ID.

use super::super::oauth::{Answer, mechanism};
use super::ahead::Ahead;
use super::config::{MailConfig, Tls};
use super::fault::{Fault, cut};
use super::wire::{SHORT, Session, timed};
use async_imap::Client;
use domain::Secret;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use rustls_platform_verifier::BuilderVerifierExt;
use std::fmt::Debug;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpStream, lookup_host};
use tokio_rustls::TlsConnector;

/// How long a line may take to come up.
const DIAL: Duration = Duration::from_secs(20);

/// A line before signing in is not longer than this (bytes).
const MAX_LINE: usize = 8 * 1024;
/// Nor are there more lines than this.
const MAX_LINES: usize = 50;

/// A byte stream, protected or not.
pub(super) trait Line: AsyncRead + AsyncWrite + Unpin + Send + Debug {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send + Debug> Line for T {}

/// A signed-in connection.
#[derive(Debug)]
pub(super) struct Live {
    /// The session.
    pub(super) session: Session,
    /// Whether the server offers IDLE.
    pub(super) can_idle: bool,
    /// The folder that is open, and what was listed of it and not fetched yet.
    pub(super) ahead: Option<Ahead>,
}

/// With what somebody signs in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Proof {
    /// The password or authorisation code.
    Password(Secret),
    /// A token of the provider.
    Token(Secret),
}

/// Dials, signs in and names the client.
pub(super) async fn dial(config: &MailConfig, proof: &Proof) -> Result<Live, Fault> {
    let opening = async {
        let mut line = connect(config).await?;
        let offered = introduce(&mut line).await?;
        Ok((line, offered))
    };
    let (line, before) = match tokio::time::timeout(DIAL, opening).await {
        Ok(opened) => opened?,
        Err(_) => return Err(Fault::Lost("the server did not answer".to_owned())),
    };
    let client = Client::new(line);
    let mut session = match proof {
        Proof::Password(_) if before.iter().any(|c| c == "LOGINDISABLED") => {
            let detail = "the server does not take passwords on this line".to_owned();
            return Err(Fault::Owner { code: "mail_login_disabled", detail });
        }
        Proof::Password(secret) => {
            let login = client.login(&config.user, secret.expose());
            timed(SHORT, async { login.await.map_err(|(e, _)| e) }).await.map_err(Fault::at_login)?
        }
        Proof::Token(token) => {
            let mechanism = mechanism(&before);
            let answer = Answer::new(mechanism, &config.user, token.expose());
            let login = client.authenticate(mechanism.name(), answer);
            timed(SHORT, async { login.await.map_err(|(e, _)| e) }).await.map_err(Fault::at_token)?
        }
    };
    // Capabilities change with signing in, so they are asked for again.
    let offered = timed(SHORT, session.capabilities()).await?;
    if offered.has_str("ID") || config.is_netease() {
        // A server that does not know the command may say so; EXAMINE tells whether it mattered.
        match timed(SHORT, session.run_command_and_check_ok(id_command(&config.user))).await {
            Ok(()) | Err(Fault::Refused(_)) => {}
            Err(fault) => return Err(fault),
        }
    }
    Ok(Live { session, can_idle: offered.has_str("IDLE"), ahead: None })
}

fn id_command(user: &str) -> String {
    let contact: String = user.chars().filter(|c| c.is_ascii_graphic() && !matches!(c, '"' | '\\')).collect();
    format!(
        "ID (\"name\" \"Tidebell\" \"version\" \"{}\" \"vendor\" \"Tidebell\" \"support-email\" \"{contact}\")",
        env!("CARGO_PKG_VERSION")
    )
}

async fn connect(config: &MailConfig) -> Result<Box<dyn Line>, Fault> {
    let lost = |e: io::Error| Fault::Lost(cut(&e.to_string()));
    let mut addresses: Vec<SocketAddr> =
        lookup_host((config.host.as_str(), config.port)).await.map_err(lost)?.collect();
    if config.tls == Tls::NoneOnLoopback {
        addresses.retain(|address| address.ip().is_loopback());
        if addresses.is_empty() {
            let detail = "without TLS only a server on this computer may be used".to_owned();
            return Err(Fault::Owner { code: "mail_tls_required", detail });
        }
    }
    let tcp = TcpStream::connect(addresses.as_slice()).await.map_err(lost)?;
    tcp.set_nodelay(true).map_err(lost)?;
    match config.tls {
        Tls::NoneOnLoopback => Ok(Box::new(tcp)),
        Tls::Implicit => {
            let name = ServerName::try_from(config.host.clone())
                .map_err(|e| Fault::Owner { code: "mail_host", detail: cut(&e.to_string()) })?;
            let connector = TlsConnector::from(tls_config()?);
            let stream = connector.connect(name, tcp).await.map_err(|e| tls_fault(&e))?;
            Ok(Box::new(stream))
        }
    }
}

fn tls_config() -> Result<Arc<ClientConfig>, Fault> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(BuilderVerifierExt::with_platform_verifier)
        .map_err(|e| Fault::Owner { code: "mail_certificate_store", detail: cut(&e.to_string()) })?;
    Ok(Arc::new(config.with_no_client_auth()))
}

/// A certificate that does not fit is the owner's business (a wrong host name, a middlebox, an attack); anything
/// else on the way to TLS is the network's.
fn tls_fault(error: &io::Error) -> Fault {
    let cause = error.get_ref().and_then(|e| e.downcast_ref::<rustls::Error>());
    match cause {
        Some(rustls::Error::InvalidCertificate(_) | rustls::Error::NoCertificatesPresented) => {
            Fault::Owner { code: "mail_certificate", detail: cut(&error.to_string()) }
        }
        _ => Fault::Lost(cut(&error.to_string())),
    }
}

/// Reads the greeting and asks what is offered, before the library takes over: it has no call for either. Returns
/// the capabilities in upper case.
async fn introduce(line: &mut Box<dyn Line>) -> Result<Vec<String>, Fault> {
    let greeting = read_line(line).await?;
    let words = greeting.to_ascii_uppercase();
    if words.starts_with("* BYE") {
        return Err(match Fault::refused(cut(&greeting)) {
            Fault::Refused(detail) => Fault::Lost(detail),
            other @ (Fault::Lost(_) | Fault::Garbled(_) | Fault::Limited | Fault::Owner { .. }) => other,
        });
    }
    // PREAUTH would mean that somebody else decides whose mailbox this is.
    if !words.starts_with("* OK") {
        return Err(Fault::Lost("this is no IMAP server".to_owned()));
    }
    let lost = |e: io::Error| Fault::Lost(cut(&e.to_string()));
    line.write_all(b"T0 CAPABILITY\r\n").await.map_err(lost)?;
    line.flush().await.map_err(lost)?;
    let mut offered = Vec::new();
    for _ in 0..MAX_LINES {
        let answer = read_line(line).await?.to_ascii_uppercase();
        if let Some(list) = answer.strip_prefix("* CAPABILITY ") {
            offered.extend(list.split_whitespace().map(str::to_owned));
        } else if answer.starts_with("T0 ") {
            return Ok(offered);
        } else if answer.starts_with("* BYE") {
            break;
        }
    }
    Err(Fault::Lost("the server closed the line".to_owned()))
}

/// One line without its end. Read byte by byte, because what follows belongs to the library.
async fn read_line(line: &mut Box<dyn Line>) -> Result<String, Fault> {
    let mut bytes = Vec::new();
    while bytes.len() < MAX_LINE {
        match line.read_u8().await {
            Ok(b'\n') => return Ok(String::from_utf8_lossy(bytes.trim_ascii_end()).into_owned()),
            Ok(byte) => bytes.push(byte),
            Err(e) => return Err(Fault::Lost(cut(&e.to_string()))),
        }
    }
    Err(Fault::Lost("this is no IMAP server".to_owned()))
}
