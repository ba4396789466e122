//! The way back on this computer: one port, one landing, then closed.

use super::landing::{Landed, LandingError, landed};
use crate::listen::{bind, serve};
use axum::Router;
use axum::extract::{RawQuery, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

const PATH: &str = "/signed-in";
/// A browser opens a few; nobody else calls.
const CONNECTIONS: usize = 16;

/// What the browser shows in the end, from the catalogue: plain words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pages {
    /// It worked; the page can be closed.
    pub done: String,
    /// It did not.
    pub refused: String,
}

/// A port of 127.0.0.1 that waits for one browser.
#[derive(Debug)]
pub struct Loopback {
    listener: TcpListener,
    address: SocketAddr,
}

/// Where the one landing goes.
type Way = oneshot::Sender<Result<Landed, LandingError>>;

#[derive(Clone)]
struct Door {
    state: Arc<str>,
    pages: Arc<Pages>,
    /// Taken by the first landing that counts.
    to: Arc<Mutex<Option<Way>>>,
}

impl Loopback {
    /// Takes a free port.
    ///
    /// # Errors
    /// If none can be had.
    pub async fn open() -> io::Result<Self> {
        let listener = bind(0).await?;
        let address = listener.local_addr()?;
        Ok(Self { listener, address })
    }

    /// The address to go back to.
    #[must_use]
    pub fn redirect(&self) -> String {
        format!("http://{}{PATH}", self.address)
    }

    /// Waits for the landing that has the state, answers it and closes the port. Calls without the state are turned away
    /// and change nothing: any program on this computer can make one. Dropping the future closes the port too.
    ///
    /// # Errors
    /// [`LandingError::Refused`] if the platform came back without a code, [`LandingError::NoCode`] likewise.
    pub async fn wait(self, state: &str, pages: Pages) -> Result<Landed, LandingError> {
        let (to, landing) = oneshot::channel();
        let door = Door { state: state.into(), pages: Arc::new(pages), to: Arc::new(Mutex::new(Some(to))) };
        // A provider that knows the way back without a path lands at the front door.
        let router = Router::new().route(PATH, get(land)).route("/", get(land)).with_state(door);
        let stop = CancellationToken::new();
        let closing = stop.clone().drop_guard();
        let serving = tokio::spawn(serve(self.listener, router, CONNECTIONS, stop));
        let landed = landing.await.unwrap_or(Err(LandingError::NoCode));
        drop(closing);
        // The answer is still on its way to the browser.
        let _ = serving.await;
        landed
    }
}

async fn land(State(door): State<Door>, RawQuery(query): RawQuery) -> Response {
    let landing = landed(&format!("?{}", query.unwrap_or_default()), &door.state);
    let counts = !matches!(landing, Err(LandingError::Unreadable | LandingError::OtherState));
    let (status, words) = match &landing {
        Ok(_) => (StatusCode::OK, &door.pages.done),
        Err(_) => (StatusCode::BAD_REQUEST, &door.pages.refused),
    };
    let answer = page(status, words);
    if counts {
        let to = door.to.lock().unwrap_or_else(PoisonError::into_inner).take();
        match to {
            Some(to) => drop(to.send(landing)),
            None => return page(StatusCode::GONE, &door.pages.refused),
        }
    }
    answer
}

fn page(status: StatusCode, words: &str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/plain; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        // The address holds the code; no other page may learn it.
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    (status, headers, words.to_owned()).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::{checked_base, client};
    use std::time::Duration;

    fn pages() -> Pages {
        Pages { done: "可以关闭".into(), refused: "没有成功".into() }
    }

    #[tokio::test]
    async fn one_landing_with_the_state_is_taken_and_the_port_is_closed() {
        let loopback = Loopback::open().await.unwrap();
        let back = loopback.redirect();
        let waiting = tokio::spawn(loopback.wait("s1", pages()));
        let http = client(&checked_base(&back).unwrap()).unwrap();
        let get = async |query: &str| http.get(format!("{back}?{query}")).send().await;
        let strange = get("code=evil&state=s2").await.unwrap();
        assert_eq!(strange.status(), 400, "another program's guess");
        assert_eq!(get("").await.unwrap().status(), 400, "nothing at all");
        let landed = get("code=c9&state=s1&shop_id=5").await.unwrap();
        assert_eq!(landed.text().await.unwrap(), "可以关闭", "the person sees that it worked");
        let landed = waiting.await.unwrap().unwrap();
        assert_eq!((landed.code.as_str(), landed.shop_id), ("c9", Some(5)), "what the platform sent");
        assert!(get("code=c9&state=s1").await.is_err(), "the port is closed");
    }

    #[tokio::test]
    async fn a_refusal_ends_it_and_so_does_losing_interest() {
        let loopback = Loopback::open().await.unwrap();
        let back = loopback.redirect();
        let http = client(&checked_base(&back).unwrap()).unwrap();
        let waiting = tokio::spawn(loopback.wait("s1", pages()));
        // By the front door, as a provider comes that knows no path.
        let front = back.replace(PATH, "/");
        let page = http.get(format!("{front}?error=access_denied&state=s1")).send().await.unwrap();
        assert_eq!(page.text().await.unwrap(), "没有成功", "said in the browser too");
        assert_eq!(waiting.await.unwrap(), Err(LandingError::Refused), "the owner said no");

        let loopback = Loopback::open().await.unwrap();
        let back = loopback.redirect();
        let waiting = tokio::spawn(loopback.wait("s1", pages()));
        tokio::time::sleep(Duration::from_millis(50)).await;
        waiting.abort();
        assert!(waiting.await.is_err(), "cancelled");
        for _ in 0..100 {
            if http.get(format!("{back}?code=c&state=s1")).send().await.is_err() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("a cancelled sign-in leaves no open port");
    }
}
