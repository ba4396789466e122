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
    let name = format!("Tidebell {}", plain(&folder.display().to_string()));
    Builder::new().app_name(name).args([HIDDEN, "--data", &quoted(folder)]).build()
}

/// A path as a file's name.
fn plain(path: &str) -> String {
    let letters: Vec<char> = path.chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect();
    // The end tells more than the beginning, and a file's name holds 255 bytes.
    letters[letters.len().saturating_sub(50)..].iter().collect()
}

/// The entry is one line on Linux and Windows, a list on macOS.
fn quoted(folder: &Path) -> String {
    let path = folder.display().to_string();
    if cfg!(target_os = "macos") {
        return path;
    }
    if cfg!(windows) {
        return format!("\"{path}\"");
    }
    let mut line = String::with_capacity(path.len() + 2);
    line.push('"');
    for letter in path.chars() {
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

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_folder_stays_one_argument_in_a_desktop_entry() {
        let shown = |path: &str| quoted(Path::new(path));
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
    fn two_shops_have_two_names_without_a_slash() {
        let names = ["/home/a/shop one", "/home/a/shop/two"].map(plain);
        assert_eq!(names, ["-home-a-shop-one", "-home-a-shop-two"], "each is a file's name");
        assert!(plain(&"店".repeat(300)).len() <= 150, "a longer one would be refused");
    }
}
