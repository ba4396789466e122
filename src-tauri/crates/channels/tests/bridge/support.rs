//! A served bridge with a host that only remembers.

use channels::bridge::{
    Ack, Acknowledged, Ask, BridgeHost, CONNECTIONS, Fate, Handed, Hello, Item, Keys, Problem, ReplyState,
    Shop, Way, Welcome, router,
};
use channels::listen::{bind, serve};
use channels::pictures::{Picture, PictureKind};
use domain::{Secret, StoreId, Timestamp};
use futures::future::BoxFuture;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

pub(crate) const TOKEN: &str = "tbr_the-right-one";
pub(crate) const OTHER: &str = "tbr_another-bridge";

/// The picture of the one reply that has one. No program may take it for a page.
pub(crate) const PICTURE: &[u8] = b"\x89PNG\r\n\x1a\n<script>";

/// What time it is: 2 March 2026.
pub(crate) fn now() -> Timestamp {
    "2026-03-02T02:00:00Z".parse().unwrap()
}

/// Takes everything, and remembers who handed in what.
#[derive(Default)]
pub(crate) struct Remembering {
    pub(crate) items: Mutex<Vec<(StoreId, Item)>>,
    pub(crate) asks: Mutex<Vec<(StoreId, Ask)>>,
}

impl BridgeHost for Remembering {
    fn hello(&self, store: StoreId, hello: Hello) -> BoxFuture<'_, Result<Welcome, Problem>> {
        let shop = Shop { name: format!("store {store}"), platform: "lazada".into() };
        let welcome = Welcome {
            store: shop,
            wants: Vec::new(),
            not_known: hello.can,
            replies: Way::Poll,
            pictures: None,
        };
        Box::pin(async { Ok(welcome) })
    }

    fn hand_in(&self, store: StoreId, items: Vec<Item>) -> BoxFuture<'_, Result<Vec<Fate>, Problem>> {
        let fates = items.iter().map(|item| match item.quarantined.first() {
            Some(bad) => Fate::Quarantined { why: bad.flaw.words.clone() },
            None => Fate::Accepted,
        });
        let fates = fates.collect();
        self.items.lock().unwrap().extend(items.into_iter().map(|item| (store, item)));
        Box::pin(async { Ok(fates) })
    }

    fn replies(&self, store: StoreId, ask: Ask) -> BoxFuture<'_, Result<Vec<Handed>, Problem>> {
        self.asks.lock().unwrap().push((store, ask));
        Box::pin(async { Ok(Vec::new()) })
    }

    fn picture(&self, store: StoreId, id: String) -> BoxFuture<'_, Result<Picture, Problem>> {
        let there = store == StoreId(1) && id == "7-1";
        let picture = Picture { kind: PictureKind::Png, bytes: PICTURE.to_vec() };
        Box::pin(async move { if there { Ok(picture) } else { Err(Problem::NoSuchReply) } })
    }

    fn acknowledge(&self, _: StoreId, id: String, _: Ack) -> BoxFuture<'_, Result<Acknowledged, Problem>> {
        Box::pin(async { Ok(Acknowledged { id, state: ReplyState::Sent, known: false }) })
    }
}

/// A served bridge; dropping it stops it.
pub(crate) struct Served {
    pub(crate) host: Arc<Remembering>,
    pub(crate) port: u16,
    stop: CancellationToken,
}

impl Drop for Served {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

impl Served {
    /// Two bridges behind one door.
    pub(crate) async fn start() -> Self {
        let listener = bind(0).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (host, keys, stop) =
            (Arc::new(Remembering::default()), Arc::new(Keys::default()), CancellationToken::new());
        keys.set(&[(StoreId(1), Secret::new(TOKEN)), (StoreId(2), Secret::new(OTHER))]);
        let router = router(Arc::clone(&host) as _, keys, Arc::new(now), port);
        tokio::spawn(serve(listener, router, CONNECTIONS, stop.clone()));
        Self { host, port, stop }
    }

    /// A request with the right token, from a program that behaves.
    pub(crate) async fn call(&self, method: &str, path: &str, body: &str) -> Answer {
        self.say(&request(method, path, self.port, &[("Authorization", &format!("Bearer {TOKEN}"))], body))
            .await
    }

    /// Says these bytes and listens until the line ends or an answer is whole.
    pub(crate) async fn say(&self, bytes: &[u8]) -> Answer {
        let (port, bytes) = (self.port, bytes.to_vec());
        tokio::task::spawn_blocking(move || said(port, &bytes)).await.unwrap()
    }
}

/// An answer as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Without the date.
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }

    pub(crate) fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }
}

/// The bytes of a request; `headers` come beside Host, Content-Length and Content-Type, and replace them.
pub(crate) fn request(method: &str, path: &str, port: u16, headers: &[(&str, &str)], body: &str) -> Vec<u8> {
    let usual = [
        ("Host", format!("127.0.0.1:{port}")),
        ("Content-Type", "application/json".into()),
        ("Content-Length", body.len().to_string()),
        ("Connection", "close".into()),
    ];
    let mut text = format!("{method} {path} HTTP/1.1\r\n");
    for (name, value) in usual.iter().filter(|(name, _)| !headers.iter().any(|(other, _)| other == name)) {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    format!("{text}\r\n{body}").into_bytes()
}

fn said(port: u16, bytes: &[u8]) -> Answer {
    let mut line = TcpStream::connect(("127.0.0.1", port)).unwrap();
    line.set_read_timeout(Some(Duration::from_secs(150))).unwrap();
    // A server that has heard enough may close while we still speak.
    let _ = line.write_all(bytes);
    let mut heard = Vec::new();
    let _ = line.read_to_end(&mut heard);
    let text = String::from_utf8_lossy(&heard).into_owned();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    let head = head
        .lines()
        .filter(|line| !line.to_ascii_lowercase().starts_with("date:"))
        .collect::<Vec<_>>()
        .join("\n");
    Answer { status, head, body: body.to_owned() }
}
