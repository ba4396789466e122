//! A WebDriver client: the dozen calls that these tests need.

use crate::process::{House, Owned, PROGRAM, free_port, kill};
use crate::protocol::{call, client, element_id};
use reqwest::{Client, Method};
use serde_json::{Value, json};
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Between two looks at the window.
const GLANCE: Duration = Duration::from_millis(100);
/// A window on a loaded machine comes up within this.
const START: Duration = Duration::from_secs(120);
/// So many glances at most until a picture is taken.
const PAINTED: u32 = 10;
/// What a person would wait for after a click, on a machine that does much else.
pub(crate) const SOON: Duration = Duration::from_secs(60);

/// The program's window.
pub(crate) struct Window {
    client: Client,
    session: String,
    programs: Vec<u32>,
    pictures: PathBuf,
    _driver: Owned,
}

impl Window {
    /// Starts the program in a house, through the driver.
    pub(crate) async fn open(house: &House, more: &[&str]) -> Self {
        let client = client();
        let (port, native) = (free_port(), free_port());
        let mut command = Command::new("tauri-driver");
        command.args(["--port", &port.to_string(), "--native-port", &native.to_string()]);
        command.stdin(Stdio::null()).stdout(Stdio::null());
        let driver =
            house.furnish(&mut command).spawn().expect("tauri-driver is installed by cargo xtask test");
        let driver = Owned(driver);
        let base = format!("http://127.0.0.1:{port}");
        let wanted = json!({ "capabilities": { "alwaysMatch": {
            "browserName": "wry",
            "tauri:options": { "application": PROGRAM, "args": house.arguments(more) },
        }}});
        let begun = Instant::now();
        let made = loop {
            match call(&client, Method::POST, &format!("{base}/session"), Some(&wanted)).await {
                Ok(made) => break made,
                Err(error) => assert!(begun.elapsed() < START, "no window after {START:?}: {error}"),
            }
            tokio::time::sleep(GLANCE).await;
        };
        let session = format!("{base}/session/{}", made["sessionId"].as_str().expect("a session has an id"));
        let pictures = house.pictures();
        let programs = house.programs();
        assert_eq!(programs.len(), 1, "one program is in this house: {programs:?}");
        Self { client, session, programs, pictures, _driver: driver }
    }

    /// Ends the program at once, as a power cut would.
    pub(crate) fn kill(&self) {
        self.programs.iter().copied().for_each(kill);
    }

    /// One call of the protocol.
    async fn ask(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Value, String> {
        call(&self.client, method, &format!("{}/{path}", self.session), body).await
    }

    /// What a script answers; `arguments[0]` is `with`.
    pub(crate) async fn script(&self, script: &str, with: &Value) -> Result<Value, String> {
        let body = json!({ "script": script, "args": [with] });
        self.ask(Method::POST, "execute/sync", Some(&body)).await
    }

    /// Waits until a script answers something that is neither null nor false, and gives that back.
    pub(crate) async fn until_with(
        &self,
        what: &str,
        patience: Duration,
        script: &str,
        with: &Value,
    ) -> Value {
        let begun = Instant::now();
        loop {
            let seen = self.script(script, with).await;
            match &seen {
                Ok(Value::Null | Value::Bool(false)) | Err(_) => {}
                Ok(_) => return seen.unwrap(),
            }
            if begun.elapsed() > patience {
                self.give_up(what, patience, &seen).await;
            }
            tokio::time::sleep(GLANCE).await;
        }
    }

    /// As [`Window::until_with`], for scripts without an argument.
    pub(crate) async fn until(&self, what: &str, patience: Duration, script: &str) -> Value {
        self.until_with(what, patience, script, &Value::Null).await
    }

    async fn give_up(&self, what: &str, patience: Duration, last: &Result<Value, String>) -> ! {
        let picture = self.picture("failed").await;
        let words = self.script("return document.body.innerText", &Value::Null).await;
        panic!(
            "waited {patience:?} for {what}; last answer {last:?}; see {picture}; the window says: {words:?}"
        );
    }

    /// Clicks the first element that a CSS selector finds, once it is there.
    pub(crate) async fn click(&self, what: &str, selector: &str) {
        self.click_that(what, "css selector", selector).await;
    }

    /// Clicks the button that says `words`.
    pub(crate) async fn press(&self, words: &str) {
        let path = format!("//button[contains(normalize-space(.), '{words}')]");
        self.click_that(words, "xpath", &path).await;
    }

    /// Clicks the choice that is labelled `words`.
    pub(crate) async fn pick(&self, words: &str) {
        self.click_that(words, "xpath", &format!("//label[contains(normalize-space(.), '{words}')]")).await;
    }

    /// Clicks the button of the open dialog that says `words` and nothing else.
    pub(crate) async fn answer(&self, words: &str) {
        let path = format!("//*[@role='dialog']//button[normalize-space(.)='{words}']");
        self.click_that(words, "xpath", &path).await;
    }

    /// Chooses the line of a list that says `words`.
    pub(crate) async fn choose(&self, words: &str) {
        self.click_that(words, "xpath", &format!("//option[normalize-space(.)='{words}']")).await;
    }

    async fn click_that(&self, what: &str, using: &str, value: &str) {
        let begun = Instant::now();
        loop {
            let clicked = async {
                let id = self.element(using, value).await?;
                self.ask(Method::POST, &format!("element/{id}/click"), Some(&json!({}))).await
            };
            match clicked.await {
                Ok(_) => return,
                // Not there yet, or redrawn between finding and clicking.
                Err(error) if begun.elapsed() > SOON => {
                    self.give_up(&format!("a click on {what}"), SOON, &Err(error)).await;
                }
                Err(_) => tokio::time::sleep(GLANCE).await,
            }
        }
    }

    async fn element(&self, using: &str, value: &str) -> Result<String, String> {
        let found =
            self.ask(Method::POST, "element", Some(&json!({ "using": using, "value": value }))).await?;
        element_id(&found)
    }

    /// Types into a field.
    pub(crate) async fn write(&self, selector: &str, text: &str) {
        let id = match self.element("css selector", selector).await {
            Ok(id) => id,
            Err(error) => self.give_up(&format!("the field {selector}"), SOON, &Err(error)).await,
        };
        let typed =
            self.ask(Method::POST, &format!("element/{id}/value"), Some(&json!({ "text": text }))).await;
        typed.unwrap_or_else(|error| panic!("typing into {selector}: {error}"));
    }

    /// Empties a field.
    pub(crate) async fn clear(&self, selector: &str) {
        let emptied = async {
            let id = self.element("css selector", selector).await?;
            self.ask(Method::POST, &format!("element/{id}/clear"), Some(&json!({}))).await
        };
        emptied.await.unwrap_or_else(|error| panic!("emptying {selector}: {error}"));
    }

    /// Presses keys together, wherever the focus is.
    pub(crate) async fn keys(&self, keys: &[&str]) {
        let down = keys.iter().map(|key| json!({ "type": "keyDown", "value": key }));
        let up = keys.iter().rev().map(|key| json!({ "type": "keyUp", "value": key }));
        let actions: Vec<Value> = down.chain(up).collect();
        let body = json!({ "actions": [{ "type": "key", "id": "keys", "actions": actions }] });
        let pressed = self.ask(Method::POST, "actions", Some(&body)).await;
        pressed.unwrap_or_else(|error| panic!("pressing {keys:?}: {error}"));
    }

    /// Waits until what the window was told to show is on the screen, and no colour fades any more. A hidden window
    /// paints nothing, so this ends by itself.
    async fn settle(&self) {
        let asked = "window.painted = false
            requestAnimationFrame(() => requestAnimationFrame(() => (window.painted = true)))";
        let _ = self.script(asked, &Value::Null).await;
        let settled = "return window.painted && document.getAnimations()
            .every((one) => !(one instanceof CSSTransition) || one.playState !== 'running')";
        for _ in 0..PAINTED {
            tokio::time::sleep(GLANCE).await;
            if self.script(settled, &Value::Null).await == Ok(Value::Bool(true)) {
                return;
            }
        }
    }

    /// Keeps a picture of the window; its place.
    pub(crate) async fn picture(&self, name: &str) -> String {
        self.settle().await;
        let number = fs::read_dir(&self.pictures).map_or(0, Iterator::count) + 1;
        let file = self.pictures.join(format!("{number:02}-{name}.png"));
        let Ok(Value::String(taken)) = self.ask(Method::GET, "screenshot", None).await else {
            return "no picture".to_owned();
        };
        let bytes = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, taken).unwrap();
        fs::write(&file, bytes).unwrap();
        file.display().to_string()
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        for id in &self.programs {
            kill(*id);
        }
    }
}
