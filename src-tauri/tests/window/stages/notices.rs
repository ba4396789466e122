//! A shop whose deadlines fall together, put into the folder before the program starts.

use crate::desktop;
use crate::driver::{SOON, Window};
use crate::ledger;
use crate::process::{House, PROGRAM};
use crate::stages::morning::RUNG;
use channels::wecom::Wording;
use channels::{Batch, Received};
use domain::{
    IncomingEvent, IncomingNotification, NoticeTopic, Platform, RawPayload, Secret, Timestamp, from_ms, to_ms,
};
use engine::{Engine, Letter, Mode, Notice, Notifier, Ports, SecretVault, SystemClock, VaultError, Words};
use serde_json::json;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};
use store::NewStore;

/// Titles and how many seconds are left of each; all within the last stage before the deadline.
const DUE: [(&str, i64); 3] = [("退货申请 A-103", 560), ("退货申请 A-101", 520), ("退货申请 A-102", 540)];
/// Written so that what is shown tells where it leads: the first letter is a Cyrillic one.
const PAGE: &str = "https://ѕeller.example/portal/return?no=A-101&from=潮铃";
const HOST: &str = "xn--eller-g2e.example";
const OPENED: &str = "https://xn--eller-g2e.example/portal/return?no=A-101&from=%E6%BD%AE%E9%93%83";
const GLANCE: Duration = Duration::from_millis(100);

/// Nobody is told and nothing is secret while the folder is filled.
struct Quiet;

impl Notifier for Quiet {
    fn raise(&self, _: &Notice) -> Result<(), String> {
        Ok(())
    }
}

impl SecretVault for Quiet {
    fn get(&self, _: &str) -> Result<Option<Secret>, VaultError> {
        Ok(None)
    }
    fn set(&self, _: &str, _: &Secret) -> Result<(), VaultError> {
        Ok(())
    }
    fn delete(&self, _: &str) -> Result<(), VaultError> {
        Ok(())
    }
}

impl Words for Quiet {
    fn letter(&self, _: &Notice) -> Letter {
        Letter { title: String::new(), rows: Vec::new() }
    }
    fn wording(&self) -> Wording {
        let nothing = String::new;
        Wording { several: nothing(), more: nothing(), again: nothing(), open: nothing() }
    }
}

/// Three returns that the platform wants answered within a minute of each other.
pub(crate) async fn fill(house: &House) {
    let (clock, notifier, vault) = (Arc::new(SystemClock), Arc::new(Quiet), Arc::new(Quiet));
    let ports = Ports { clock, notifier, vault, words: Arc::new(Quiet) };
    let engine = Engine::open(&house.data, "潮铃", ports).await.unwrap();
    let now = engine.now();
    let mut tx = engine.store().begin().await.unwrap();
    let shop = NewStore {
        platform: Platform::Shopee,
        name: "新加坡店".into(),
        external_id: "SG-1".into(),
        settings: String::new(),
        secret_handle: String::new(),
    };
    let shop = tx.add_store(&shop, now).await.unwrap();
    tx.commit().await.unwrap();
    let received = DUE.iter().map(|(title, left_s)| notice(title, *left_s, now)).collect();
    let batch = Batch { received, ..Batch::default() };
    engine.accept(shop, Platform::Shopee, &batch, Mode::Live).await.unwrap();
    engine.stop().await.unwrap();
}

fn notice(title: &str, left_s: i64, now: Timestamp) -> Received {
    let event = IncomingNotification {
        provider_id: title.into(),
        thread_key: title.into(),
        topic: NoticeTopic::Return,
        title: title.into(),
        text: "买家申请退货退款，卖家需在期限前回应。".into(),
        url: Some(PAGE.into()),
        at: from_ms(to_ms(now) - 3_600_000),
        due: Some(from_ms(to_ms(now) + left_s * 1000)),
        order_no: None,
    };
    let raw = RawPayload { source: "window-test", bytes: title.as_bytes().to_vec() };
    Received { raw, events: vec![IncomingEvent::Notification(event)] }
}

/// One notification tells of all of them, and a click on it opens the most urgent.
pub(crate) async fn merged(window: &Window, house: &House) {
    let count = |words: &[&str]| words.iter().any(|part| part.contains("3 个会话")).then_some(());
    let (toast, ()) =
        desktop::until_toast(house, "the three returns", RUNG, |toast| count(&toast.words())).await;
    let words = toast.words();
    assert!(words.iter().any(|part| part.contains("A-101")), "the most urgent is named: {}", toast.line);
    let single = desktop::toasts(house).iter().filter(|other| other.id != toast.id).count();
    assert_eq!(single, 0, "and none of them rings alone: {:#?}", desktop::toasts(house));
    desktop::click(&toast, "default");
    let script = "return document.querySelector('main header h2 bdi')?.textContent.includes('A-101')";
    window.until("the most urgent return", SOON, script).await;
    window.picture("opened-from-merged-alert").await;
    let store = ledger::open(&house.data).await;
    for item in ledger::conversations(&store).await {
        let raised = store.alerts_of(item.conversation.id).await.unwrap();
        assert_eq!(raised.len(), 1, "each is on record for itself: {raised:?}");
    }
}

/// A link is opened by the system's browser once its real host was shown, in the form that was shown.
pub(crate) async fn link(window: &Window, house: &House) {
    let opened = house.at_home("opened");
    window.press("平台页面").await;
    let script = "return document.querySelector('[role=dialog] .host')?.textContent ?? null";
    let host = window.until("the host of the link", SOON, script).await;
    assert_eq!(host, json!(HOST), "a letter that only looks like another is seen");
    let script = "return document.querySelector('[role=dialog] code')?.textContent ?? null";
    assert_eq!(
        window.until("the whole link", SOON, script).await,
        json!(OPENED),
        "nor does the address below hide it"
    );
    window.picture("link-question").await;
    assert!(!opened.exists(), "nothing is opened before the answer");
    window.press("用浏览器打开").await;
    window.until("the question closed", SOON, "return !document.querySelector('[role=dialog]')").await;
    let begun = Instant::now();
    while !fs::read_to_string(&opened).is_ok_and(|all| all.ends_with('\n')) {
        assert!(begun.elapsed() < SOON, "waited {SOON:?} for the browser");
        tokio::time::sleep(GLANCE).await;
    }
    assert_eq!(
        fs::read_to_string(&opened).unwrap(),
        format!("{OPENED}\n"),
        "the browser gets what was shown, once"
    );
    for refused in ["file:///etc/passwd", "javascript:alert(1)", "https://a@b.example/"] {
        let script = "window.tried = null
            window.__TAURI_INTERNALS__.invoke('open_link', { url: arguments[0] })
                .then(() => (window.tried = 'opened'), (error) => (window.tried = error.code))";
        window.script(script, &json!(refused)).await.unwrap();
        let tried = window.until("an answer", SOON, "return window.tried").await;
        assert_eq!(tried, json!("invalid"), "{refused} is refused whoever asks");
    }
    assert_eq!(fs::read_to_string(&opened).unwrap().lines().count(), 1, "and nothing else was started");
}

/// A second program on a named folder says that the first one has it, and leaves the window alone.
pub(crate) fn in_use(house: &House) {
    let mut command = Command::new(PROGRAM);
    command.args(house.arguments(&[])).stdin(Stdio::null());
    // Without the bus of the session nobody can call the first one.
    command.env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere");
    let second = house.furnish(&mut command).output().unwrap();
    let words = String::from_utf8_lossy(&second.stderr);
    assert_eq!(second.status.code(), Some(1), "it ends by itself: {words}");
    let last = words.lines().last().unwrap_or_default();
    assert!(last.starts_with("tidebell: "), "in the program's words, without a backtrace: {words}");
    assert!(last.contains("tidebell.lock"), "which say who has the folder: {words}");
    assert_eq!(house.programs().len(), 1, "one program serves this folder");
}

/// The browser of this house: writes down what it is asked to open, and does what `then`, lines of a shell script, says
/// of the address `$1`.
pub(crate) fn browser(house: &House, then: &str) {
    let program = house.at_home("browser");
    let opened = house.at_home("opened");
    fs::write(&program, format!("#!/bin/sh\necho \"$1\" >> '{}'\n{then}\n", opened.display())).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let entry = format!("[Desktop Entry]\nType=Application\nName=Browser\nExec={} %u\n", program.display());
    let choice = "[Default Applications]\nx-scheme-handler/https=browser.desktop\nx-scheme-handler/http=browser.desktop\n";
    for (folder, file, words) in
        [("data/applications", "browser.desktop", entry.as_str()), ("config", "mimeapps.list", choice)]
    {
        fs::create_dir_all(house.at_home(folder)).unwrap();
        fs::write(house.at_home(folder).join(file), words).unwrap();
    }
}
