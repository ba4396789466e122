//! Starting a pretend platform: a free port, the ledger and the faults around its handlers.

use crate::clock::Clock;
use crate::faults::{Fault, Faults};
use crate::ledger::{Call, Ledger, Sent};
use axum::body::{Body, to_bytes};
use axum::extract::connect_info::Connected;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::serve::{IncomingStream, Listener};
use axum::{Json, Router};
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

/// Where a server shows its ledger of sent messages.
const LEDGER: &str = "/sandbox/ledger";
/// A request body larger than this is answered with 413; no platform takes larger ones.
const BODY_LIMIT: usize = 8 * 1024 * 1024;

/// What every pretend platform shares. Clones share everything.
#[derive(Clone)]
pub struct Core {
    /// The platform's clock.
    pub clock: Clock,
    /// What was called and sent.
    pub ledger: Ledger,
    /// What goes wrong.
    pub faults: Faults,
}

impl Core {
    /// An empty ledger, no faults.
    #[must_use]
    pub fn new(clock: Clock) -> Self {
        Self { clock, ledger: Ledger::default(), faults: Faults::default() }
    }
}

/// A running server; dropping it stops it.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    lines: Arc<AtomicUsize>,
    /// Dropped with the server, which tells the accept loop to end.
    _stop: oneshot::Sender<()>,
}

impl Server {
    /// Such as `http://127.0.0.1:40123`, without a slash at the end.
    #[must_use]
    pub fn base(&self) -> String {
        format!("http://{}", self.address)
    }

    /// How many connections are open. A request whose client is gone may still be handled; not without its connection.
    #[must_use]
    pub fn lines(&self) -> usize {
        self.lines.load(Ordering::SeqCst)
    }

    /// The port it listens on.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.address.port()
    }
}

/// Starts `router` on a free port of 127.0.0.1, with the ledger and the faults of `core` around it.
///
/// # Errors
/// If no port can be had.
pub async fn serve(router: Router, core: Core) -> io::Result<Server> {
    serve_at(router, core, 0).await
}

/// As [`serve`], on a given port of 127.0.0.1; 0 takes a free one. For addresses that are kept from one run to the next.
///
/// # Errors
/// If the port can't be had.
pub async fn serve_at(router: Router, core: Core, port: u16) -> io::Result<Server> {
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    let address = listener.local_addr()?;
    let (stop, stopped) = oneshot::channel::<()>();
    let (ledger, lines) = (core.ledger.clone(), Arc::new(AtomicUsize::new(0)));
    let listener = CuttableListener { tcp: listener, lines: Arc::clone(&lines) };
    // Outside the layer: looking at the ledger is no call of a client.
    let app = router.layer(from_fn_with_state(core, around)).route(LEDGER, get(move || sent(ledger.clone())));
    let app = app.into_make_service_with_connect_info::<Peer>();
    tokio::spawn(async move {
        let ended = axum::serve(listener, app)
            .with_graceful_shutdown(async move {
                let _ = stopped.await;
            })
            .await;
        if let Err(error) = ended {
            tracing::warn!(%error, "pretend platform ended");
        }
    });
    Ok(Server { address, lines, _stop: stop })
}

/// Every message that reached a buyer, for tests in other processes and for people who build a bridge.
async fn sent(ledger: Ledger) -> Json<Vec<Sent>> {
    Json(ledger.sent())
}

/// Writes the call down, then lets it meet its fault.
async fn around(
    State(core): State<Core>,
    ConnectInfo(peer): ConnectInfo<Peer>,
    request: Request,
    next: Next,
) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, BODY_LIMIT).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let query = parts.uri.query().unwrap_or_default().to_owned();
    let path = parts.uri.path().to_owned();
    let fault = core.faults.take(&format!("{path}?{query}"), &body);
    let method = parts.method.to_string();
    core.ledger.record_call(Call { at: (core.clock)(), method, path, query, body: body.to_vec() });
    let request = Request::from_parts(parts, Body::from(body));
    match fault {
        None => next.run(request).await,
        Some(Fault::CutBefore) => peer.cut(),
        Some(Fault::CutAfter) => {
            next.run(request).await;
            peer.cut()
        }
        Some(Fault::DelayBefore(time)) => {
            tokio::time::sleep(time).await;
            next.run(request).await
        }
        Some(Fault::DelayAfter(time)) => {
            let response = next.run(request).await;
            tokio::time::sleep(time).await;
            response
        }
        Some(Fault::HoldAfter) => {
            let response = next.run(request).await;
            core.faults.released().await;
            response
        }
        Some(Fault::Status { status, retry_after }) => bare(status, retry_after),
        Some(Fault::Answer { status, body }) => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            (status, [(header::CONTENT_TYPE, "application/json")], body).into_response()
        }
    }
}

fn bare(status: u16, retry_after: Option<u64>) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let page = format!("<html><body><h1>{status}</h1></body></html>");
    let mut response = (status, [(header::CONTENT_TYPE, "text/html")], page).into_response();
    if let Some(seconds) = retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// One connection, and the switch that breaks it.
#[derive(Debug, Clone)]
struct Peer {
    broken: Arc<AtomicBool>,
}

impl Peer {
    /// Breaks the line: the answer returned here never leaves.
    fn cut(&self) -> Response {
        self.broken.store(true, Ordering::SeqCst);
        StatusCode::NO_CONTENT.into_response()
    }
}

impl Connected<IncomingStream<'_, CuttableListener>> for Peer {
    fn connect_info(stream: IncomingStream<'_, CuttableListener>) -> Self {
        stream.remote_addr().clone()
    }
}

struct CuttableListener {
    tcp: TcpListener,
    lines: Arc<AtomicUsize>,
}

impl Listener for CuttableListener {
    type Io = CuttableStream;
    type Addr = Peer;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        let (tcp, _) = Listener::accept(&mut self.tcp).await;
        let broken = Arc::new(AtomicBool::new(false));
        self.lines.fetch_add(1, Ordering::SeqCst);
        let lines = Arc::clone(&self.lines);
        (CuttableStream { tcp, broken: Arc::clone(&broken), lines }, Peer { broken })
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        Ok(Peer { broken: Arc::new(AtomicBool::new(false)) })
    }
}

/// A connection that can be made to fail at its next write.
struct CuttableStream {
    tcp: TcpStream,
    broken: Arc<AtomicBool>,
    lines: Arc<AtomicUsize>,
}

impl Drop for CuttableStream {
    fn drop(&mut self) {
        self.lines.fetch_sub(1, Ordering::SeqCst);
    }
}

impl CuttableStream {
    fn alive(&self) -> io::Result<()> {
        if self.broken.load(Ordering::SeqCst) { Err(io::ErrorKind::ConnectionReset.into()) } else { Ok(()) }
    }
}

impl AsyncRead for CuttableStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.alive()?;
        Pin::new(&mut self.tcp).poll_read(cx, buf)
    }
}

impl AsyncWrite for CuttableStream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        self.alive()?;
        Pin::new(&mut self.tcp).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.alive()?;
        Pin::new(&mut self.tcp).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_shutdown(cx)
    }
}
