//! What a platform that is filled again after a restart must keep to, and the ledger as other processes see it.

#![expect(clippy::unwrap_used, reason = "helpers of tests may panic as tests may")]

use axum::Router;
use sandbox::aliexpress::{AliExpress, App};
use sandbox::shopee::{ShopSetup, Shopee};
use sandbox::{Core, ManualClock, serve_at, spare_port};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

fn clock() -> ManualClock {
    ManualClock::at(domain::from_ms(1_700_000_000_000))
}

async fn ask(base: &str, path: &str) -> String {
    let host = base.trim_start_matches("http://").to_owned();
    let mut tcp = TcpStream::connect(&host).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    tcp.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    tcp.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn skipped_ids_are_never_used() {
    let shop = Shopee::new(Core::new(clock().reader()), ShopSetup::default());
    let app = App { key: "k".into(), secret: "s".into(), leading_slash: true };
    let other = AliExpress::start(app, clock().reader()).await.unwrap();
    for (say, skip) in [
        (&(|| shop.buyer_says(1, "a")) as &dyn Fn() -> String, &(|| shop.skip_ids(1000)) as &dyn Fn()),
        (&|| other.buyer_says(1, "a"), &|| other.skip_ids(1000)),
    ] {
        let before: u64 = say().parse().unwrap();
        skip();
        let after: u64 = say().parse().unwrap();
        assert!(
            after > before + 1000,
            "an earlier run may have used up to {before} + 1000, this one began at {after}"
        );
    }
}

#[tokio::test]
async fn the_ledger_is_shown_without_being_a_call() {
    let core = Core::new(clock().reader());
    let port = spare_port().unwrap();
    let server = serve_at(Router::new(), core.clone(), port).await.unwrap();
    let answer = ask(&server.base(), "/sandbox/ledger").await;
    assert!(answer.ends_with("[]"), "nothing was sent: {answer}");
    assert!(core.ledger.calls().is_empty(), "looking at the ledger is no call of a client");
    drop(server);
    let begun = Instant::now();
    let again = loop {
        match serve_at(Router::new(), core.clone(), port).await {
            // The listener goes a moment after its server.
            Err(_) if begun.elapsed() < Duration::from_secs(100) => {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            again => break again,
        }
    };
    assert_eq!(again.unwrap().port(), port, "a kept address can be had again");
}
