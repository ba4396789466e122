//! Looking back, looks, and closing.

use crate::desktop::{self, close_window, until_shown};
use crate::driver::{SOON, Window};
use crate::process::{House, PROGRAM};
use crate::protocol::ESCAPE;
use serde_json::{Value, json};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// A second start does nothing but call the first.
const CALLED: Duration = Duration::from_secs(60);
/// How often, and how long apart, the window is looked at to see that something stays.
const GLANCES: u32 = 15;
const GLANCE: Duration = Duration::from_millis(100);
const FIELD: &str = ".field input[type=search]";

/// `/` searches, in every script.
pub(crate) async fn search(window: &Window) {
    window.keys(&["/"]).await;
    let script = format!("return document.activeElement === document.querySelector('{FIELD}')");
    window.until("the search field after /", SOON, &script).await;
    for (language, word) in [("zh", "衬衫"), ("ru", "заказ")] {
        window.clear(FIELD).await;
        window.write(FIELD, word).await;
        let script = "return [...document.querySelectorAll('.hit mark')]
            .some((mark) => mark.textContent.toLowerCase().includes(arguments[0]))";
        window.until_with(&format!("a hit for {word}"), SOON, script, &json!(word)).await;
        window.picture(&format!("search-{language}")).await;
    }
    window.keys(&[ESCAPE]).await;
    window
        .until("the list after the search", SOON, "return !!document.querySelector('.row[role=option]')")
        .await;
}

/// The settings change language and colours at once.
pub(crate) async fn language_and_theme(window: &Window) {
    window.click("设置", "nav button[title='设置']").await;
    window.pick("English").await;
    let script = "return document.documentElement.lang === 'en' && !!document.querySelector(\"nav button[title='Settings']\")";
    window.until("the window in English", SOON, script).await;
    window.picture("settings-english").await;
    window.pick("Dark").await;
    let script = "
        const [r, g, b] = getComputedStyle(document.querySelector('.list')).backgroundColor.match(/[\\d.]+/g).map(Number)
        return document.documentElement.dataset.theme === 'dark' && (r > 1 || g > 1 || b > 1 ? r + g + b < 200 : r + g + b < 0.8)";
    window.until("dark colours", SOON, script).await;
    window.keys(&[ESCAPE]).await;
    window.until("the settings closed", SOON, "return !document.querySelector('[role=dialog]')").await;
    window.picture("english-dark").await;
}

/// Closing explains the tray once, until that is understood, and leaves the program running without a window.
pub(crate) async fn close_to_tray(window: &Window) {
    until_shown("the window", true, SOON).await;
    close_window();
    window.until("the explanation of the tray", SOON, "return !!document.querySelector('.tray')").await;
    until_shown("the window with the explanation", true, SOON).await;
    // What the window hears next must not take the words away: they stay until somebody has read them.
    for _ in 0..GLANCES {
        let still = window.script("return !!document.querySelector('.tray')", &Value::Null).await;
        assert_eq!(still, Ok(Value::Bool(true)), "the explanation stays until it is understood");
        tokio::time::sleep(GLANCE).await;
    }
    window.picture("tray-explained").await;
    window.click("the explanation's button", ".tray button").await;
    window.until("the explanation gone", SOON, "return !document.querySelector('.tray')").await;
    close_window();
    until_shown("the window to hide", false, SOON).await;
}

/// Started with the system: the page is there, the window is not.
pub(crate) async fn hidden(window: &Window) {
    let script = "return document.querySelector('h1')?.textContent.length > 0";
    window.until("the page behind the hidden window", SOON, script).await;
    assert!(!desktop::is_shown(), "with --hidden there is no window until somebody asks for it");
}

/// A second start calls the first, which shows its window, and leaves: there is one program.
pub(crate) async fn start_again(window: &Window, house: &House) {
    assert!(!desktop::is_shown(), "closing again only hides, without a second explanation");
    let mut command = Command::new(PROGRAM);
    command.args(house.arguments(&[])).stdin(Stdio::null());
    let mut second = house.furnish(&mut command).spawn().unwrap();
    let begun = Instant::now();
    let status = loop {
        if let Some(status) = second.try_wait().unwrap() {
            break status;
        }
        assert!(begun.elapsed() < CALLED, "waited {CALLED:?} for the second start to leave");
        tokio::time::sleep(GLANCE).await;
    };
    assert!(status.success(), "the second start leaves in peace: {status}");
    until_shown("the first window after a second start", true, SOON).await;
    assert_eq!(house.programs().len(), 1, "one program serves this folder");
    window.picture("raised").await;
}
