//! The examples of `docs/BRIDGE.md` do what the page says.

use super::client::{Program, chat, house, stands, writes};
use crate::common::{House, PYTHON};
use crate::pictures::{cleaned, press};
use domain::ConversationId;
use std::path::Path;
use std::process::Stdio;
use store::OutboxState;
use tokio::process::Command;

/// The examples of one language, in the order of the page.
fn examples(language: &str) -> Vec<String> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../docs/BRIDGE.md");
    let page = std::fs::read_to_string(page).unwrap();
    let begin = format!("```{language}\n");
    let blocks =
        page.split(&begin).skip(1).map(|rest| rest.split("```").next().unwrap_or_default().to_owned());
    blocks.collect()
}

/// Runs a script; what it printed.
async fn run(program: &Program, shell: &[&str], script: &str) -> String {
    // What an example writes down is gone after it.
    let dir = tempfile::tempdir().unwrap();
    let output = Command::new(shell[0])
        .current_dir(dir.path())
        .args(&shell[1..])
        .arg(script)
        .env("TIDEBELL_URL", format!("http://127.0.0.1:{}", program.port))
        .env("TIDEBELL_TOKEN", &program.token)
        .stdin(Stdio::null())
        .output()
        .await
        .unwrap();
    let (said, complained) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "an example must work as it stands:\n{script}\n{said}\n{complained}");
    said.into_owned()
}

/// A person sends a photo, and the time for undoing passes.
async fn sends_photo(house: &House, chat: ConversationId, client_id: &str) {
    press(house, chat, client_id).await.unwrap();
    house.clock.advance(6);
}

/// The instants of the page lie in the past for a clock that stands here.
fn after_the_page(house: &House) {
    house.clock.set("2026-06-01T02:05:00Z".parse().unwrap());
}

#[tokio::test(flavor = "multi_thread")]
#[cfg_attr(windows, ignore = "needs bash, which Windows does not bring along")]
async fn the_curl_examples_work() {
    let (house, program) = house().await;
    after_the_page(&house);
    let examples = examples("sh");
    assert_eq!(examples.len(), 5, "hello, hand in, fetch, acknowledge; and fetch a picture");
    let shell = ["bash", "-euo", "pipefail", "-c"];
    let welcome = run(&program, &shell, &examples[0]).await;
    assert!(
        welcome.contains(r#""wants":["chat_read","chat_send","orders"]"#),
        "it learns what is wanted: {welcome}"
    );
    let taken = run(&program, &shell, &examples[1]).await;
    assert!(taken.contains(r#""accepted":2"#), "the message and the order are taken: {taken}");
    let client_id = writes(&house, &program, "conv-77", "It left today.").await;
    let fetched = run(&program, &shell, &examples[2]).await;
    assert!(fetched.contains("It left today."), "the reply is fetched: {fetched}");
    run(&program, &shell, &examples[3]).await;
    let sent = stands(&house, &client_id, OutboxState::Sent).await;
    assert_eq!(sent.provider_id, "msg-1002", "and acknowledged with the platform's id");
    program.call("POST", "/v1/hello", serde_json::json!({"can": ["chat_send", "send_images"]})).await;
    sends_photo(&house, chat(&house, &program, "conv-77").await, "photo").await;
    let counted = run(&program, &shell, &examples[4]).await;
    assert_eq!(counted.trim(), cleaned().len().to_string(), "a picture is fetched whole");
}

#[tokio::test(flavor = "multi_thread")]
#[cfg_attr(windows, ignore = "needs Python, which Windows does not bring along")]
async fn the_python_example_works() {
    let (house, program) = house().await;
    after_the_page(&house);
    let examples = examples("python");
    assert_eq!(examples.len(), 2, "the program, and how a webhook is checked");
    // The page's program runs for good; here it ends after the first reply.
    let script = format!("{}\nrun(rounds=1)\n", examples[0].replace("\nrun()\n", "\n"));
    let before = format!("{}\nhand_in(news_from_the_shop())\n", examples[0].replace("\nrun()\n", "\n"));
    run(&program, &[PYTHON, "-c"], &before).await;
    let client_id = writes(&house, &program, "conv-77", "It left today.").await;
    let said = run(&program, &[PYTHON, "-c"], &script).await;
    assert!(said.contains("It left today."), "it sends the reply: {said}");
    stands(&house, &client_id, OutboxState::Sent).await;
    let messages =
        house.engine.store().messages(chat(&house, &program, "conv-77").await, None, 10).await.unwrap();
    assert_eq!(messages.len(), 2, "the message that was handed in twice, and the reply, are there once");
    sends_photo(&house, chat(&house, &program, "conv-77").await, "photo").await;
    let said = run(&program, &[PYTHON, "-c"], &script).await;
    let fetched = format!("image/jpeg {} bytes", cleaned().len());
    assert!(said.contains(&fetched), "it sends a picture: {said}");
    stands(&house, "photo", OutboxState::Sent).await;
}

#[tokio::test(flavor = "multi_thread")]
#[cfg_attr(windows, ignore = "needs Python, which Windows does not bring along")]
async fn the_webhook_check_of_the_page_agrees_with_the_signature() {
    let (_house, program) = house().await;
    let check = &examples("python")[1];
    let signed = channels::bridge::signature(&domain::Secret::new(&program.token), 1_780_000_000, b"{}");
    let script = format!(
        "{check}\nassert is_genuine('t=1780000000,v1={signed}', b'{{}}', now=1780000010)\n\
         assert not is_genuine('t=1780000000,v1={signed}', b'{{ }}', now=1780000010)\n\
         assert not is_genuine('t=1780000000,v1={signed}', b'{{}}', now=1780009999)\n"
    );
    run(&program, &[PYTHON, "-c"], &script).await;
}
