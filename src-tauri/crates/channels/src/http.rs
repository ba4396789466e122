//! One way to make HTTP clients, so that every platform has the same TLS, timeouts and refusals.

use crate::ChannelError;
use reqwest::{Client, ClientBuilder, Response};
use std::net::{IpAddr, Ipv4Addr, UdpSocket};
use std::sync::Once;
use std::time::Duration;
use url::{Host, Url};

/// How long a connection may take to come up.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a whole call may take.
const CALL_TIMEOUT: Duration = Duration::from_secs(30);

/// Installs ring as the process's TLS provider, once; a provider that the shell installed before stays.
pub fn install_tls_provider() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
}

/// Checks the address of a platform: `https`, or plain `http` to this computer (a sandbox or a relay).
///
/// # Errors
/// In words, what is wrong with it.
pub fn checked_base(base: &str) -> Result<Url, String> {
    let url = Url::parse(base.trim_end_matches('/')).map_err(|e| format!("{base}: {e}"))?;
    match url.scheme() {
        "https" if url.has_host() => Ok(url),
        "http" if is_loopback(&url) => Ok(url),
        _ => Err(format!("{base}: only https, or http to this computer")),
    }
}

/// The address of this computer on the way to the world; none without a network. Nothing is sent: the system is asked
/// which way it would take. Another answer than before means that the network changed.
#[must_use]
pub fn own_address() -> Option<IpAddr> {
    // An address for documentation (RFC 5737), which nobody has.
    const SOMEBODY: (Ipv4Addr, u16) = (Ipv4Addr::new(192, 0, 2, 1), 9);
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    socket.connect(SOMEBODY).ok()?;
    socket.local_addr().ok().map(|address| address.ip())
}

/// A client for calls that may be repeated: connections are kept and used again.
///
/// # Errors
/// [`ChannelError::OwnerMustAct`] if this computer's certificates cannot be loaded.
pub fn client(base: &Url) -> Result<Client, ChannelError> {
    build(builder(base))
}

/// A client for calls that must not be repeated. It opens a connection for each call: on a kept one, a server that
/// closes just then would leave it unknown whether the call was taken.
///
/// # Errors
/// As [`client`].
pub fn once_client(base: &Url) -> Result<Client, ChannelError> {
    build(builder(base).pool_max_idle_per_host(0))
}

/// Whether a call certainly never left this computer.
#[must_use]
pub fn never_left(error: &reqwest::Error) -> bool {
    error.is_connect() || error.is_builder()
}

/// The error in words without its address, which carries tokens and signatures.
#[must_use]
pub fn in_words(error: reqwest::Error) -> String {
    use std::error::Error;
    let error = error.without_url();
    let mut words = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        words = format!("{words}: {cause}");
        source = cause.source();
    }
    words
}

/// An answer's bytes.
pub(crate) struct Received {
    /// The bytes, at most as many as were allowed.
    pub(crate) bytes: Vec<u8>,
    /// Whether these are all.
    pub(crate) whole: bool,
}

/// Reads an answer up to `limit` bytes and leaves the rest: whatever is on the other side, it does not fill the memory. What
/// was cut is no JSON and is treated as such.
pub(crate) async fn receive(response: &mut Response, limit: usize) -> Result<Received, reqwest::Error> {
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if chunk.len() > limit - bytes.len() {
            return Ok(Received { bytes, whole: false });
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(Received { bytes, whole: true })
}

fn builder(base: &Url) -> ClientBuilder {
    install_tls_provider();
    // A signed call must not follow a redirect: the signature covers the path.
    let builder = Client::builder()
        .user_agent(concat!("Tidebell/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(CALL_TIMEOUT)
        .redirect(reqwest::redirect::Policy::none());
    if is_loopback(base) { builder.no_proxy() } else { builder }
}

fn build(builder: ClientBuilder) -> Result<Client, ChannelError> {
    builder.build().map_err(|e| ChannelError::OwnerMustAct { code: "tls_setup".into(), detail: in_words(e) })
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("https://partner.shopeemobile.com", true)]
    #[case("http://127.0.0.1:8080/", true)]
    #[case("http://[::1]:8080", true)]
    #[case("http://partner.shopeemobile.com", false)]
    #[case("http://127.0.0.1.evil.example", false)]
    #[case("ftp://127.0.0.1", false)]
    #[case("", false)]
    fn plain_http_is_for_this_computer_only(#[case] base: &str, #[case] allowed: bool) {
        assert_eq!(checked_base(base).is_ok(), allowed, "tokens must not travel in the clear: {base}");
    }

    #[test]
    fn a_client_can_be_built_with_the_ring_provider() {
        let base = checked_base("https://partner.shopeemobile.com").unwrap();
        assert!(client(&base).is_ok(), "TLS must be ready before the first call");
        assert!(once_client(&base).is_ok(), "the sending client too");
    }
}
