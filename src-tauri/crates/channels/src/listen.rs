//! Listening: on this computer only, with limits on everything that a stranger could hold open.

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use std::io;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// For so long a request's head may take to arrive; also how long a connection may stay idle.
const HEAD_TIME: Duration = Duration::from_secs(10);
/// For so long a connection may go on after the listener was stopped.
const PARTING: Duration = Duration::from_secs(2);
/// The pause after a connection could not be taken (no more file handles).
const BREATH: Duration = Duration::from_millis(100);
/// A request's head is at most so large, in bytes.
const HEAD_LIMIT: usize = 16 * 1024;

/// Takes a port of 127.0.0.1; 0 takes a free one.
///
/// # Errors
/// If another program has it.
pub async fn bind(port: u16) -> io::Result<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await
}

/// Serves until told to stop, at most so many connections at once, and returns when nobody is being answered any more.
pub async fn serve(listener: TcpListener, router: Router, connections: usize, stop: CancellationToken) {
    let (seats, tasks) = (Arc::new(Semaphore::new(connections)), TaskTracker::new());
    while let Some((stream, seat)) = next(&listener, &seats, &stop).await {
        tasks.spawn(connection(stream, router.clone(), stop.clone(), seat));
    }
    drop(listener);
    tasks.close();
    tasks.wait().await;
}

async fn next(
    listener: &TcpListener,
    seats: &Arc<Semaphore>,
    stop: &CancellationToken,
) -> Option<(TcpStream, OwnedSemaphorePermit)> {
    let accepting = async {
        let seat = Arc::clone(seats).acquire_owned().await.ok()?;
        loop {
            match listener.accept().await {
                Ok((stream, _)) => return Some((stream, seat)),
                Err(error) => {
                    tracing::warn!(%error, "a call could not be taken");
                    tokio::time::sleep(BREATH).await;
                }
            }
        }
    };
    tokio::select! {
        () = stop.cancelled() => None,
        accepted = accepting => accepted,
    }
}

async fn connection(stream: TcpStream, router: Router, stop: CancellationToken, _seat: OwnedSemaphorePermit) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD_TIME).max_buf_size(HEAD_LIMIT);
    let serving = http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    tokio::pin!(serving);
    let ended = tokio::select! {
        ended = serving.as_mut() => Ok(ended),
        () = stop.cancelled() => {
            serving.as_mut().graceful_shutdown();
            tokio::time::timeout(PARTING, serving).await
        }
    };
    if let Ok(Err(error)) = ended {
        tracing::debug!(%error, "a call was cut short");
    }
}
