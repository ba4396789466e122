//! Starting with the system: the same shop, without a window.

use std::path::Path;
use tauri::Wry;
use tauri::plugin::TauriPlugin;
use tauri_plugin_autostart::Builder;

/// Started with the system: no window until it is asked for.
pub(crate) const HIDDEN: &str = "--hidden";

/// The plugin for the shop in a named folder, or for the one in the default folder.
pub(crate) fn plugin(named: Option<&Path>) -> TauriPlugin<Wry> {
    let Some(folder) = named else { return Builder::new().arg(HIDDEN).build() };
    // Each shop has an entry of its own; the system tells them apart by name, and a name is a file's name as well.
    let folder = folder.display().to_string();
    let name = format!("Tidebell {}", plain(&folder));
    Builder::new().app_name(name).args([HIDDEN, "--data", &quoted(&folder, ENTRY)]).build()
}

/// A path as a file's name.
fn plain(path: &str) -> String {
    let letters: Vec<char> = path.chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect();
    // The end tells more than the beginning, and a file's name holds 255 bytes.
    letters[letters.len().saturating_sub(50)..].iter().collect()
}

/// How a system keeps what is to be started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Entry {
    /// One line in a file of its own, for the freedesktop.
    Desktop,
    /// One line in the registry.
    Registry,
    /// A list in XML.
    List,
}

/// The one of this system.
const ENTRY: Entry = if cfg!(target_os = "macos") {
    Entry::List
} else if cfg!(windows) {
    Entry::Registry
} else {
    Entry::Desktop
};

/// A folder as one argument of an entry.
fn quoted(folder: &str, entry: Entry) -> String {
    match entry {
        Entry::Desktop => desktop(folder),
        Entry::Registry => registry(folder),
        Entry::List => folder.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;"),
    }
}

fn registry(folder: &str) -> String {
    // Backslashes before a quotation mark are halved, and an odd one takes the mark's meaning; inside a path they are
    // themselves.
    let end = folder.len() - folder.trim_end_matches('\\').len();
    format!("\"{folder}{}\"", "\\".repeat(end))
}

fn desktop(folder: &str) -> String {
    let mut line = String::with_capacity(folder.len() + 2);
    line.push('"');
    for letter in folder.chars() {
        match letter {
            // In an entry each backslash is read twice: as part of the file, then as part of the command.
            '"' | '`' | '$' => line.push_str("\\\\"),
            '\\' => line.push_str("\\\\\\"),
            '%' => line.push('%'),
            _ => {}
        }
        line.push(letter);
    }
    line.push('"');
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_stays_one_argument_in_a_desktop_entry() {
        let shown = |path: &str| quoted(path, Entry::Desktop);
        assert_eq!(
            shown("/home/a/店铺 数据"),
            "\"/home/a/店铺 数据\"",
            "a space would begin another argument"
        );
        assert_eq!(shown("/a\"$`"), r#""/a\\"\\$\\`""#, "read twice, each is itself again");
        assert_eq!(shown("/a\\b"), r#""/a\\\\b""#, "and so is a backslash");
        assert_eq!(shown("/100%u"), "\"/100%%u\"", "a field code would be filled in");
    }

    #[test]
    fn a_folder_stays_one_argument_in_the_registry() {
        let shown = |path: &str| quoted(path, Entry::Registry);
        assert_eq!(
            shown(r"D:\店铺 数据\one"),
            r#""D:\店铺 数据\one""#,
            "inside a path a backslash is itself"
        );
        assert_eq!(shown(r"D:\shop\"), r#""D:\shop\\""#, "at the end it would take the quotation mark along");
        assert_eq!(shown(r"D:\"), r#""D:\\""#, "a drive ends so too");
    }

    #[test]
    fn a_folder_stays_text_in_a_list() {
        let shown = |path: &str| quoted(path, Entry::List);
        assert_eq!(
            shown("/Users/a/Tom & <Li>"),
            "/Users/a/Tom &amp; &lt;Li&gt;",
            "no list could be read else"
        );
        assert_eq!(shown("/Users/a/店铺 数据"), "/Users/a/店铺 数据", "a space begins nothing there");
    }

    #[test]
    fn two_shops_have_two_names_without_a_slash() {
        let names = ["/home/a/shop one", "/home/a/shop/two"].map(plain);
        assert_eq!(names, ["-home-a-shop-one", "-home-a-shop-two"], "each is a file's name");
        assert!(plain(&"店".repeat(300)).len() <= 150, "a longer one would be refused");
    }
}
