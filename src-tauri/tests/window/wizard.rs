//! The dialog in which stores are connected, as a person fills it in.

use crate::driver::{SOON, Window};
use serde_json::{Value, json};
use std::time::Duration;

/// A test asks a platform a dozen questions.
const TESTED: Duration = Duration::from_secs(60);
/// A store is read for the first time right after it was connected.
const READ: Duration = Duration::from_secs(90);

/// Opens it from the welcome page or from the rail, whichever is there.
pub(crate) async fn open(window: &Window) {
    window.press("连接店铺").await;
    window.until("the form", SOON, "return !!document.querySelector('#connect-form .field')").await;
}

/// Chooses a platform by its code, and fills in its fields by their labels. A gateway is typed, not chosen: a pretend
/// platform is at none of the known addresses.
pub(crate) async fn describe(window: &Window, platform: &str, fields: &[(&str, &str)]) {
    window.click(platform, &format!("#connect-form input[value='{platform}']")).await;
    let form = "return document.querySelector('#connect-form input:checked')?.value === arguments[0]
        && !!document.querySelector('#connect-form .field')";
    window.until_with(&format!("the form for {platform}"), SOON, form, &json!(platform)).await;
    if fields.iter().any(|(label, _)| *label == "接口地址") {
        window.choose("自己填写地址").await;
    }
    fill(window, fields).await;
}

/// Writes into fields in place of what is there.
pub(crate) async fn fill(window: &Window, fields: &[(&str, &str)]) {
    let script = "return [...document.querySelectorAll('[role=dialog] label')]
        .find((label) => label.textContent.trim() === arguments[0])?.htmlFor || null";
    for (label, text) in fields {
        let id = window.until_with(&format!("the field {label}"), SOON, script, &json!(label)).await;
        let field = format!("[id='{}']", id.as_str().unwrap());
        window.clear(&field).await;
        window.write(&field, text).await;
    }
}

/// Tests, and connects what passed.
pub(crate) async fn connect(window: &Window, name: &str, picture: &str) {
    window.answer("测试连接").await;
    until_verdict(window, "fit").await;
    window.picture(&format!("{picture}-tested")).await;
    window.answer("连接").await;
    window.until("the dialog closed", SOON, "return !document.querySelector('[role=dialog]')").await;
    until_fresh(window, name).await;
    window.picture(&format!("{picture}-connected")).await;
}

/// Waits for a test's result.
pub(crate) async fn until_verdict(window: &Window, verdict: &str) {
    let script = format!("return !!document.querySelector('[role=dialog] p.{verdict}')");
    window.until(&format!("the verdict {verdict}"), TESTED, &script).await;
}

/// Waits until the light of a store says that it was read.
pub(crate) async fn until_fresh(window: &Window, name: &str) {
    let script = "return [...document.querySelectorAll('nav button')]
        .map((button) => button.title.split(' · '))
        .some((said) => said[0] === arguments[0] && said.includes('同步正常'))";
    window.until_with(&format!("the light of {name}"), READ, script, &json!(name)).await;
}

/// Waits for the line of a test that carries a code, in sight; its words.
pub(crate) async fn until_line(window: &Window, code: &str) -> String {
    let script = "
        const line = [...document.querySelectorAll('[role=dialog] li')]
            .find((line) => line.querySelector('code')?.textContent.split(' ')[0] === arguments[0])
        line?.scrollIntoView({ block: 'nearest' })
        return line?.innerText ?? null";
    let words = window.until_with(&format!("a line with {code}"), TESTED, script, &json!(code)).await;
    words.as_str().unwrap().to_owned()
}

/// Goes through the sign-in page in the browser, which comes back by itself or whose address is pasted.
pub(crate) async fn until_signed_in(window: &Window) {
    let script = "return document.querySelector('[role=dialog] .sign-in .done')?.textContent ?? null";
    window.until("the sign-in", SOON, script).await;
}

/// The texts in the dialog that are there to be copied.
pub(crate) async fn to_be_copied(window: &Window) -> Vec<String> {
    let script =
        "const all = [...document.querySelectorAll('[role=dialog] code')].map((code) => code.textContent)
        return all.length > 0 && all";
    let texts = window.until("what is to be copied", SOON, script).await;
    serde_json::from_value(texts).unwrap()
}

/// Whether nothing was found wrong: no line carries a code.
pub(crate) async fn is_clean(window: &Window) -> bool {
    let script = "return document.querySelectorAll('[role=dialog] li code').length";
    window.script(script, &Value::Null).await == Ok(json!(0))
}
