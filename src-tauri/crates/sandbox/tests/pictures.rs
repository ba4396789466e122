//! The picture route, asked over the loopback.

#![expect(clippy::unwrap_used, reason = "helpers of tests may panic as tests may")]

use rstest::rstest;
use sandbox::{Core, ManualClock, draw_picture, pictures, serve};
use std::collections::HashSet;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

async fn get(path: &str) -> String {
    let core = Core::new(ManualClock::at(domain::from_ms(0)).reader());
    let server = serve(pictures(), core).await.unwrap();
    let host = server.base().trim_start_matches("http://").to_owned();
    let mut tcp = TcpStream::connect(&host).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    tcp.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    tcp.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn a_picture_is_served_as_svg() {
    let answer = get("/pictures/red%20mug%20%E6%9D%AF.svg").await;
    assert!(answer.starts_with("HTTP/1.1 200"), "any name has a picture: {answer}");
    assert!(answer.contains("content-type: image/svg+xml"), "a browser must know what it is: {answer}");
    assert!(answer.ends_with(&draw_picture("red mug 杯")), "the name is read back from its percent signs");
    assert!(get("/pictures/mug.png").await.starts_with("HTTP/1.1 404"), "there is no other format");
}

#[rstest]
#[case("white shirt 2", "M145")]
#[case("steel Mug", "M95")]
#[case("running-shoe", "M60")]
#[case("儿童手表", "<circle")]
fn a_word_in_the_name_chooses_the_shape(#[case] name: &str, #[case] mark: &str) {
    assert!(draw_picture(name).contains(mark), "{name} has the shape of its word");
}

#[test]
fn a_name_alone_makes_the_picture() {
    let names = ["mug 1", "mug 2", "mug 3", "mug 4"];
    let drawn: HashSet<_> = names.map(draw_picture).into_iter().collect();
    assert_eq!(drawn.len(), names.len(), "names differ, pictures differ");
    assert_eq!(draw_picture("mug 1"), draw_picture("mug 1"), "no chance but the name");
    assert!(!draw_picture("<script>&").contains("<script>"), "a name is never markup");
}
