//! The seller's own switches: presence, autostart, multi-device sync; and words that are not lost or not sent.

use crate::desktop::{self, Toast};
use crate::driver::{SOON, Window};
use crate::inbox;
use crate::ledger;
use crate::process::{House, PROGRAM};
use crate::protocol::{CONTROL, ENTER, ESCAPE};
use crate::stages::morning::{RUNG, ahead};
use domain::{ConversationId, Platform, Presence, Timestamp};
use serde_json::{Value, json};
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};
use store::DeadlineStatus;

const GLANCE: Duration = Duration::from_millis(200);
/// Longer than a reply waits, and than the pump then takes.
const LEFT_ALONE: Duration = Duration::from_secs(9);
/// The demo shop speaks every 20 to 45 s, not always as a buyer.
const DISTRIBUTED: Duration = Duration::from_secs(150);
/// The demo's first deadline is two minutes after its start.
const REMINDED: Duration = Duration::from_secs(150);
const FIELD: &str = "section.compose textarea";

/// An alert that was put off.
pub(crate) struct PutOff {
    pub(crate) buyer: String,
    chat: ConversationId,
    until: Timestamp,
    toasts: usize,
}

/// 稍后 on a notification puts every clock of its conversation off, never past its instant.
pub(crate) async fn put_off(house: &House) -> PutOff {
    let (toast, buyer) = desktop::until_toast(house, "a deadline ahead", RUNG, ahead).await;
    let store = ledger::open(&house.data).await;
    let chat = ledger::chat_with(&store, &buyer).await.conversation.id;
    desktop::click(&toast, "snooze");
    let begun = Instant::now();
    loop {
        let clocks = store.deadlines_of(chat).await.unwrap();
        let open = clocks.iter().filter(|clock| clock.status == DeadlineStatus::Open);
        let first = open.min_by_key(|clock| clock.due).expect("what rings is still owed");
        if let Some(until) = first.snoozed_until {
            assert!(until <= first.due, "an alert is never put off past the deadline: {first:?}");
            assert_eq!(first.next_stage_at, Some(until), "it rings again then: {first:?}");
            return PutOff { buyer, chat, until, toasts: desktop::toasts(house).len() };
        }
        assert!(begun.elapsed() < SOON, "waited {SOON:?} for 稍后 to be kept: {clocks:?}");
        tokio::time::sleep(GLANCE).await;
    }
}

/// What was put off rings again when its time has come, and not before.
pub(crate) async fn reminded(house: &House, put_off: &PutOff) {
    let names =
        |toast: &Toast| toast.words().iter().any(|words| words.contains(&put_off.buyer)).then_some(());
    let begun = Instant::now();
    let again = loop {
        let all = desktop::toasts(house).split_off(put_off.toasts);
        if let Some(again) = all.iter().find(|toast| names(toast).is_some()) {
            break again.clone();
        }
        assert!(
            begun.elapsed() < REMINDED,
            "waited {REMINDED:?} for {} to ring again: {all:#?}",
            put_off.buyer
        );
        tokio::time::sleep(GLANCE).await;
    };
    let until = put_off.until.as_duration().as_secs_f64();
    assert!(again.at >= until, "it was put off until {until}: {}", again.line);
    let store = ledger::open(&house.data).await;
    let raised = store.alerts_of(put_off.chat).await.unwrap();
    assert!(raised.len() >= 2, "the first alert and the reminder are both on record: {raised:?}");
}

/// 挂起: what would follow is shown, then it is done; since when.
pub(crate) async fn suspended(window: &Window, house: &House) -> Timestamp {
    window.click("挂起", "nav button.suspended").await;
    let script = "return document.querySelector('[role=dialog] .takers')?.textContent ?? null";
    window.until("who takes over", SOON, script).await;
    window.picture("what-if-suspended").await;
    window.press("确认挂起").await;
    let script = "return !!document.querySelector(\"nav button.suspended[aria-pressed='true']\")";
    window.until("挂起 on the switch", SOON, script).await;
    window.picture("suspended").await;
    let store = ledger::open(&house.data).await;
    let me = main_account(&store).await;
    let log = store.presence_log(Timestamp::UNIX_EPOCH).await.unwrap();
    let last = log.iter().rev().find(|(seat, ..)| *seat == me).expect("a change of presence is on record");
    assert_eq!(last.1, Presence::Suspended, "the switch changed the seat of this computer");
    last.2
}

async fn main_account(store: &store::Store) -> domain::AccountId {
    let seats = store.accounts().await.unwrap();
    seats.iter().find(|seat| seat.name.is_main()).expect("there is a main account").id
}

/// Since then everything was distributed to somebody else.
pub(crate) async fn passed_over(house: &House, since: Timestamp) {
    let store = ledger::open(&house.data).await;
    let me = main_account(&store).await;
    let begun = Instant::now();
    loop {
        let mut after = Vec::new();
        for item in ledger::conversations(&store).await {
            after.extend(store.assignments(item.conversation.id).await.unwrap());
        }
        after.retain(|row| row.assignment.at > since);
        let mine = after.iter().find(|row| row.assignment.to == me);
        assert!(mine.is_none(), "who is suspended gets nothing while others are online: {mine:?}");
        if !after.is_empty() {
            return;
        }
        assert!(begun.elapsed() < DISTRIBUTED, "waited {DISTRIBUTED:?} for a message to be distributed");
        tokio::time::sleep(GLANCE).await;
    }
}

/// 开机启动 leaves what the desktop starts programs by, and takes it away again.
pub(crate) async fn autostart(window: &Window, house: &House) {
    window.click("设置", "nav button[title='设置']").await;
    window.pick("开机启动").await;
    let entries = || -> Vec<PathBuf> {
        let folder = house.at_home(".config/autostart");
        fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect()
    };
    until("an entry in the autostart folder", || entries().len() == 1).await;
    let entry = fs::read_to_string(&entries()[0]).unwrap();
    let starts =
        entry.lines().find_map(|line| line.strip_prefix("Exec=")).expect("an entry says what to start");
    assert!(starts.starts_with(&format!("\"{PROGRAM}\" ")), "it starts this program, quoted too: {starts}");
    assert!(starts.contains("--hidden"), "without a window: {starts}");
    let folder = house.data.display().to_string();
    assert!(
        starts.contains(&format!("--data \"{folder}\"")),
        "and for this shop, quoted for its space: {starts}"
    );
    let on = "return document.querySelector('[role=dialog] [role=switch]')?.ariaChecked === 'true'";
    window.until("the switch on", SOON, on).await;
    window.picture("autostart").await;
    window.pick("开机启动").await;
    until("an empty autostart folder", || entries().is_empty()).await;
    window.keys(&[ESCAPE]).await;
    window.until("the settings closed", SOON, "return !document.querySelector('[role=dialog]')").await;
}

/// 多端同步 of a store, by clicking: the record follows, and its conversations warn.
pub(crate) async fn sync_switch(window: &Window, house: &House) {
    let store = ledger::open(&house.data).await;
    let stores = store.stores().await.unwrap();
    let shop =
        stores.iter().find(|row| row.store.platform == Platform::AliExpress).expect("the demo has one");
    let before = shop.multi_device_sync;
    window.click(&shop.store.name, &format!("nav button[title^='{} · ']", shop.store.name)).await;
    window.pick("多端同步").await;
    let begun = Instant::now();
    while store.store(shop.id).await.unwrap().multi_device_sync == before {
        assert!(begun.elapsed() < SOON, "waited {SOON:?} for the switch of {}", shop.store.name);
        tokio::time::sleep(GLANCE).await;
    }
    window.picture("sync-switched").await;
    window.keys(&[ESCAPE]).await;
    window.until("the store closed", SOON, "return !document.querySelector('.popover')").await;
}

/// A reply taken back within its five seconds is never sent, and is a draft again.
pub(crate) async fn undone(window: &Window, house: &House, buyer: &str) {
    let text = "Извините, это письмо ещё не готово.";
    inbox::open_named(window, buyer).await;
    window.write(FIELD, text).await;
    inbox::watch_undo(window, text, true).await;
    window.keys(&[CONTROL, ENTER]).await;
    inbox::until_undoable(window).await;
    let script = format!(
        "return document.querySelectorAll('main .bubble.waiting').length === 0
            && document.querySelector('{FIELD}').value === arguments[0]"
    );
    window.until_with("the words back in the field", SOON, &script, &json!(text)).await;
    window.picture("undone").await;
    tokio::time::sleep(LEFT_ALONE).await;
    let store = ledger::open(&house.data).await;
    let chat = ledger::chat_with(&store, buyer).await.conversation.id;
    assert_eq!(ledger::taken(&store, chat, text).await, 0, "the platform never heard of it");
    assert!(ledger::next_due(&store, chat).await.is_some(), "and the clock runs on: nobody has answered");
}

/// Words that are typed and not sent.
pub(crate) async fn draft(window: &Window, house: &House, buyer: &str) -> String {
    let text = "Посылка задержалась на таможне, я уточню у перевозчика.".to_owned();
    window.clear(FIELD).await;
    window.write(FIELD, &text).await;
    let store = ledger::open(&house.data).await;
    let chat = ledger::chat_with(&store, buyer).await.conversation.id;
    let begun = Instant::now();
    while store.draft(chat, None).await.unwrap().is_none_or(|kept| kept.text != text) {
        assert!(begun.elapsed() < SOON, "waited {SOON:?} for the draft to be kept");
        tokio::time::sleep(GLANCE).await;
    }
    text
}

/// They are in the field again after a power cut.
pub(crate) async fn draft_is_back(window: &Window, buyer: &str, text: &str) {
    inbox::open_named(window, buyer).await;
    let script = format!("return document.querySelector('{FIELD}')?.value === arguments[0]");
    window.until_with("the draft after the restart", SOON, &script, &json!(text)).await;
    let suspended = "return !!document.querySelector(\"nav button.suspended[aria-pressed='true']\")";
    let still = window.script(suspended, &Value::Null).await;
    assert_eq!(still, Ok(Value::Bool(true)), "nobody goes online by a crash");
    window.picture("draft-after-power-cut").await;
}

async fn until(what: &str, holds: impl Fn() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < SOON, "waited {SOON:?} for {what}");
        tokio::time::sleep(GLANCE).await;
    }
}
