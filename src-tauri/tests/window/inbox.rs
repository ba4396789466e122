//! What a person sees and does in the inbox.

use crate::driver::{SOON, Window};
use serde::Deserialize;
use serde_json::{Value, json};
use std::time::Duration;

/// Any word in Russian script.
pub(crate) const RUSSIAN: &str = r"/[А-Яа-яЁё]/";

/// A line of the list.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Row {
    /// Its element.
    pub(crate) id: String,
    /// The buyer.
    pub(crate) name: String,
}

/// The lines in sight. Held-back changes are let in first, as a click on 有更新 would.
const ROWS: &str = "
    document.querySelector('.list button.waiting')?.click()
    const rows = [...document.querySelectorAll('.row[role=option]')].map((row) => ({
        id: row.id,
        name: row.querySelector('.name bdi').textContent,
        words: row.querySelector('.words').textContent,
        due: row.querySelector('.due').textContent,
    }))";

/// The first line for which a condition in JavaScript over `row` and `with` holds.
pub(crate) async fn row(window: &Window, what: &str, condition: &str, with: &Value) -> Row {
    row_within(window, what, SOON, condition, with).await
}

/// As [`row`], for what takes longer than a click.
pub(crate) async fn row_within(
    window: &Window,
    what: &str,
    patience: Duration,
    condition: &str,
    with: &Value,
) -> Row {
    let script =
        format!("const given = arguments[0]; {ROWS}; return rows.find((row) => {condition}) ?? null");
    let found = window.until_with(what, patience, &script, with).await;
    serde_json::from_value(found).expect("the script answers a row")
}

/// Chooses a view on the rail by its words.
pub(crate) async fn view(window: &Window, words: &str) {
    window.click(words, &format!("nav button[title='{words}']")).await;
    window.until(&format!("the view {words}"), SOON, &format!("{ROWS}; return rows.length > 0")).await;
}

/// True once the line with the id `arguments[0]` stands still in sight. A list that was just let in measures its lines
/// before it shows them at their place: a pointer that is quicker than any hand would hit what stood there before.
const AT_REST: &str = "
    const row = document.getElementById(arguments[0])
    if (!row) return false
    row.scrollIntoView({ block: 'nearest' })
    const box = row.getBoundingClientRect()
    const stood = row.dataset.stood === String(box.top)
    row.dataset.stood = box.top
    return stood && row.contains(document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2))";

/// Opens the conversation of a line, and waits until it is on screen.
pub(crate) async fn open(window: &Window, row: &Row) {
    window.until_with(&format!("the line of {} at rest", row.name), SOON, AT_REST, &json!(row.id)).await;
    window.click(&row.name, &format!("[id='{}']", row.id)).await;
    until_open(window, &row.name).await;
}

/// Opens the conversation with a buyer, by name, from the view of the whole team.
pub(crate) async fn open_named(window: &Window, name: &str) {
    view(window, "团队全部").await;
    let row = row(window, &format!("a line for {name}"), "row.name === given", &json!(name)).await;
    open(window, &row).await;
}

/// Waits until the conversation with a buyer is on screen.
pub(crate) async fn until_open(window: &Window, name: &str) {
    let script = "return document.querySelector('main header h2 bdi')?.textContent === arguments[0]
        && document.querySelectorAll('main .entry .bubble').length > 0";
    window.until_with(&format!("the conversation with {name}"), SOON, script, &json!(name)).await;
}

/// Seconds until the next deadline, as the top right corner shows them; none while it is overdue.
pub(crate) const COUNTDOWN: &str = r"
    const shown = /^(\d+):(\d\d):(\d\d)$/.exec(document.querySelector('[data-next]')?.textContent.trim() ?? '')
    const left = shown && Number(shown[1]) * 3600 + Number(shown[2]) * 60 + Number(shown[3])";

/// A script that is true once a reply with the text `arguments[0]` stands in the conversation in a given state.
pub(crate) fn bubble(state: &str) -> String {
    format!(
        "return [...document.querySelectorAll('main .bubble{state}')]
            .some((bubble) => bubble.textContent.includes(arguments[0]))"
    )
}

/// From now on the window itself notices a reply with this text that can be taken back, and takes it back if that is wanted:
/// it can be for five seconds, and on a busy machine whoever looks from outside comes too late.
pub(crate) async fn watch_undo(window: &Window, text: &str, takes_back: bool) {
    let script = "
        const [text, takesBack] = arguments[0]
        window.undoable = false
        new MutationObserver(() => {
            const waiting = [...document.querySelectorAll('main .bubble.waiting')]
            const bubble = waiting.find((bubble) => bubble.textContent.includes(text))
            const undo = [...(bubble?.querySelectorAll('button') ?? [])].find((one) => one.textContent.includes('撤回'))
            if (!undo || window.undoable) return
            window.undoable = true
            if (takesBack) undo.click()
        }).observe(document.body, { subtree: true, childList: true, characterData: true })";
    window.script(script, &json!([text, takes_back])).await.unwrap();
}

/// Waits until it has noticed one.
pub(crate) async fn until_undoable(window: &Window) {
    window.until("the reply with its 撤回", SOON, "return window.undoable === true").await;
}
