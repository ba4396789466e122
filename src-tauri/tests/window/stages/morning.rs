//! From the first start to an answered buyer, over a power cut.

use crate::desktop::{self, Toast};
use crate::driver::{SOON, Window};
use crate::inbox::{self, COUNTDOWN, RUSSIAN};
use crate::ledger::{self, Kept};
use crate::process::House;
use crate::protocol::{CONTROL, ENTER, ESCAPE};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// The demo shop is filled and read within this on a loaded machine.
const FILLED: Duration = Duration::from_secs(120);
/// An alert comes at most 15 s late (`docs/RULES.md` §4); the rest is a loaded machine.
pub(crate) const RUNG: Duration = Duration::from_secs(120);
/// Five seconds to undo, then the platform's answer.
const SENT: Duration = Duration::from_secs(60);
const GLANCE: Duration = Duration::from_millis(200);

/// A buyer who was answered.
pub(crate) struct Reply {
    pub(crate) buyer: String,
    pub(crate) text: String,
}

/// An empty folder greets, and offers the demo shop.
pub(crate) async fn welcome(window: &Window) {
    let script = "return document.querySelector('h1')?.textContent.length > 0";
    window.until("the welcome page", FILLED, script).await;
    window.picture("welcome").await;
    window.press("试用演示店铺").await;
    let script = "return document.querySelectorAll('.row[role=option]').length > 2";
    window.until("conversations of the demo shop", FILLED, script).await;
    window.picture("inbox").await;
}

/// A message in Russian is in the list; its conversation says why it went to whom.
pub(crate) async fn russian_message(window: &Window) {
    inbox::view(window, "团队全部").await;
    let condition = format!("{RUSSIAN}.test(row.words)");
    let row = inbox::row(window, "a message in Russian", &condition, &Value::Null).await;
    inbox::open(window, &row).await;
    let script = "return [...document.querySelectorAll('main .entry .event')]
        .map((line) => line.textContent.trim()).find((line) => / · \\S/.test(line)) ?? null";
    let line = window.until("an assignment with its reason", SOON, script).await;
    window.picture("assignment").await;
    window.press("为什么是我").await;
    let script = "return document.querySelectorAll('[role=dialog] tbody tr').length >= 2
        && document.querySelectorAll('[role=dialog] tr.chosen').length > 0";
    window.until(&format!("the seats behind {line}"), SOON, script).await;
    window.picture("why-me").await;
    window.keys(&[ESCAPE]).await;
    window.until("the dialog closed", SOON, "return !document.querySelector('[role=dialog]')").await;
}

/// The countdown in the corner runs, downwards.
pub(crate) async fn countdown(window: &Window) {
    let first = window.until("a deadline ahead", SOON, &format!("{COUNTDOWN}; return left || null")).await;
    let script = format!("{COUNTDOWN}; return left !== null && left < arguments[0] ? left : null");
    window.until_with(&format!("a countdown below {first} s"), SOON, &script, &first).await;
}

/// The desktop was told before the deadline, with what can be done; a click leads to that conversation.
pub(crate) async fn alert(window: &Window, house: &House) -> String {
    let (toast, name) = desktop::until_toast(house, "a deadline ahead", RUNG, ahead).await;
    let words = toast.words();
    for action in ["default", "open", "snooze"] {
        assert!(words.contains(&action), "a person can {action} from the notification: {}", toast.line);
    }
    let russian = name.chars().any(|letter| ('А'..='я').contains(&letter));
    assert!(russian, "the Russian buyer's reply is the one that falls due first: {}", toast.line);
    let store = ledger::open(&house.data).await;
    let chat = ledger::chat_with(&store, &name).await.conversation.id;
    let due = ledger::next_due(&store, chat).await.expect("what rings is still owed");
    assert!(toast.at < due, "it rang before {due}, not after: {}", toast.line);
    let other = inbox::row(window, "another conversation", "row.name !== given", &json!(name)).await;
    inbox::open(window, &other).await;
    desktop::click(&toast, "open");
    inbox::until_open(window, &name).await;
    window.picture("opened-from-alert").await;
    name
}

/// Whom a notification of a deadline ahead names: its headline, or the most urgent of several.
pub(crate) fn ahead(toast: &Toast) -> Option<String> {
    let words = toast.words();
    let (title, body) = (words.get(2)?, words.get(3)?);
    let name = match title.split_once("：还剩") {
        Some((name, _)) => name,
        None if title.contains("将在") => body.split_once("最急：")?.1.rsplit_once('，')?.0,
        None => return None,
    };
    Some(name.to_owned())
}

/// A reply is sent once, can be undone for five seconds, and stops the clock.
pub(crate) async fn answer(window: &Window, house: &House, buyer: &str) -> Reply {
    let text = "Здравствуйте! Посылка уже в пути, трек обновится сегодня до 18:00.".to_owned();
    let given = json!(text);
    window.write("section.compose textarea", &text).await;
    window.picture("reply-typed").await;
    inbox::watch_undo(window, &text, false).await;
    window.keys(&[CONTROL, ENTER]).await;
    inbox::until_undoable(window).await;
    window.picture("reply-can-be-undone").await;
    let sent = inbox::bubble(".ours:not(.waiting):not(.sending)");
    window.until_with("the reply as a message", SENT, &sent, &given).await;
    let clocks = "return document.querySelectorAll('aside .clock').length === 0";
    window.until("no clock running in the side column", SOON, clocks).await;
    window.picture("reply-sent").await;
    let store = ledger::open(&house.data).await;
    let chat = ledger::chat_with(&store, buyer).await.conversation.id;
    assert_eq!(ledger::next_due(&store, chat).await, None, "a counting reply stops every clock of {buyer}");
    assert_eq!(ledger::taken(&store, chat, &text).await, 1, "the platform took the reply exactly once");
    Reply { buyer: buyer.to_owned(), text }
}

/// After a power cut everything is there, once, and the demo shop goes on.
pub(crate) async fn still_there(window: &Window, house: &House, reply: &Reply, before: &Kept) {
    let script = "return document.querySelectorAll('.row[role=option]').length > 2";
    window.until("the inbox after the restart", FILLED, script).await;
    read_again(house).await;
    let after = ledger::everything(&house.data).await;
    for (message, times) in &after.messages {
        assert_eq!(*times, 1, "{message:?} is there once");
    }
    let lost: Vec<_> = before.messages.keys().filter(|key| !after.messages.contains_key(key)).collect();
    assert!(lost.is_empty(), "what was taken in outlives a power cut: {lost:?}");
    for (conversation, times) in &before.assignments {
        let now = after.assignments.get(conversation);
        assert!(now >= Some(times), "the assignments of {conversation} are kept: {now:?}, {times} before");
    }
    let store = ledger::open(&house.data).await;
    let chat = ledger::chat_with(&store, &reply.buyer).await.conversation.id;
    let written = ledger::messages(&store, chat).await;
    let times = written.iter().filter(|message| message.body.words() == reply.text).count();
    assert_eq!(times, 1, "the reply is in the conversation once");
    assert_eq!(
        ledger::taken(&store, chat, &reply.text).await,
        0,
        "and is not sent again to the new run's platform"
    );
    inbox::open_named(window, &reply.buyer).await;
    let given = json!(reply.text);
    window.until_with("the reply after the restart", SOON, &inbox::bubble(".ours"), &given).await;
    let script = "return [...document.querySelectorAll('main .entry .event')].some((line) => / · \\S/.test(line.textContent))";
    window.until("the assignment after the restart", SOON, script).await;
    window.picture("after-power-cut").await;
}

/// Waits until every store was read again without trouble, at the addresses of this run.
async fn read_again(house: &House) {
    let store = ledger::open(&house.data).await;
    let from = store.stores().await.unwrap().into_iter().filter_map(|row| row.last_success).max();
    let begun = Instant::now();
    loop {
        let rows = store.stores().await.unwrap();
        if rows.iter().all(|row| row.last_success > from && row.last_error_code.is_empty()) {
            return;
        }
        assert!(
            begun.elapsed() < FILLED,
            "waited {FILLED:?} for every demo store to be read again: {rows:#?}"
        );
        tokio::time::sleep(GLANCE).await;
    }
}
