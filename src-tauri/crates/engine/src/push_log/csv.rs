//! A table for people, as a spreadsheet on a Chinese Windows opens it with a double click.

use super::line::LogLine;
use super::ndjson::{utc, utc8};
use super::words::ExportWords;

/// Without it Excel takes UTF-8 for the code page of the system.
const BOM: &[u8] = b"\xef\xbb\xbf";

/// The mark and the names of the columns.
pub(super) fn begin(into: &mut Vec<u8>, words: &ExportWords) {
    into.extend_from_slice(BOM);
    line(into, words.columns.iter().map(|name| Cell::Text(name)));
}

/// Adds an entry.
pub(super) fn add(into: &mut Vec<u8>, entry: &LogLine, words: &ExportWords) {
    let LogLine { row, store, facts } = entry;
    let fact = |names: &[&str]| names.iter().find_map(|name| facts.get(*name)).map_or("", String::as_str);
    let (number, said) = (&row.row, &row.row.entry);
    let (utc, utc8) = (utc(said.at), utc8(said.at));
    line(
        into,
        [
            Cell::Number(number.id),
            Cell::Text(&utc),
            Cell::Text(&utc8),
            Cell::Text(words.kind(&said.kind)),
            Cell::Text(store.as_deref().unwrap_or_default()),
            Cell::Text(&row.title),
            Cell::Text(fact(&["by", "account", "from"])),
            Cell::Text(fact(&["to", "seat", "robot"])),
            Cell::Text(fact(&["result", "words", "code", "reason", "action", "detail", "what"])),
            Cell::Text(&said.kind),
            Cell::Number(said.conversation.map_or(0, |id| id.0)),
            Cell::Number(domain::to_ms(said.at)),
            Cell::Text(&said.detail),
            Cell::Text(&number.before),
            Cell::Text(&number.hash),
        ],
    );
}

enum Cell<'a> {
    Number(i64),
    Text(&'a str),
}

fn line<'a>(into: &mut Vec<u8>, cells: impl IntoIterator<Item = Cell<'a>>) {
    for (at, cell) in cells.into_iter().enumerate() {
        if at > 0 {
            into.push(b',');
        }
        match cell {
            Cell::Number(number) => into.extend_from_slice(number.to_string().as_bytes()),
            Cell::Text(text) => quoted(into, text),
        }
    }
    into.extend_from_slice(b"\r\n");
}

/// A cell that no spreadsheet takes for a formula, whoever wrote it: buyers and platforms did. The guard is taken off
/// again by taking off one leading `'`, so a text that begins with one gets another.
fn quoted(into: &mut Vec<u8>, text: &str) {
    let formula =
        |c: char| matches!(c, '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '\'' | '＝' | '＋' | '－' | '＠');
    into.push(b'"');
    if text.starts_with(formula) {
        into.push(b'\'');
    }
    into.extend_from_slice(text.replace('"', "\"\"").as_bytes());
    into.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::plain("小李", "\"小李\"")]
    #[case::a_quote("say \"hi\"", "\"say \"\"hi\"\"\"")]
    #[case::a_formula("=HYPERLINK(\"http://x\")", "\"'=HYPERLINK(\"\"http://x\"\")\"")]
    #[case::a_call("+cmd|' /C calc'!A0", "\"'+cmd|' /C calc'!A0\"")]
    #[case::at("@SUM(1)", "\"'@SUM(1)\"")]
    #[case::minus("-1+1", "\"'-1+1\"")]
    #[case::full_width("＝1", "\"'＝1\"")]
    #[case::a_tab("\t=1", "\"'\t=1\"")]
    #[case::an_apostrophe("'=1", "\"''=1\"")]
    fn no_text_of_a_stranger_is_a_formula(#[case] text: &str, #[case] cell: &str) {
        let mut made = Vec::new();
        quoted(&mut made, text);
        assert_eq!(
            String::from_utf8(made).unwrap(),
            cell,
            "one leading apostrophe more, whenever it could be one"
        );
    }
}
