//! Starting with the system: the same shop, without a window.

use auto_launch::{AutoLaunch, AutoLaunchBuilder, WindowsEnableMode};
use std::path::{Path, PathBuf};
use tauri::{App, Wry};

/// Started with the system: no window until it is asked for.
pub(crate) const HIDDEN: &str = "--hidden";

/// The system's entry for the shop in a named folder, or for the one in the default folder.
///
/// # Errors
/// If this program does not know where it lies.
pub(crate) fn entry(app: &App<Wry>, named: Option<&Path>) -> Result<AutoLaunch, String> {
    let program = program(app).map_err(|error| error.to_string())?;
    described(&app.package_info().name, &program, named).build().map_err(|error| error.to_string())
}

/// The library puts program and arguments down as they are, so all of them come quoted: a person's own name is part of
/// most paths, and may have a space in it.
fn described(own: &str, program: &Path, named: Option<&Path>) -> AutoLaunchBuilder {
    let mut entry = AutoLaunchBuilder::new();
    entry.set_app_path(&quoted(&program.display().to_string(), ENTRY));
    // An administrator's choice is not everybody's at this computer.
    entry.set_windows_enable_mode(WindowsEnableMode::CurrentUser);
    // Each shop has an entry of its own; the system tells them apart by name, and a name is a file's name as well.
    match named.map(|folder| folder.display().to_string()) {
        None => entry.set_app_name(own).set_args(&[HIDDEN]),
        Some(folder) => entry.set_app_name(&format!("{own} {}", plain(&folder))).set_args(&[
            HIDDEN,
            "--data",
            &quoted(&folder, ENTRY),
        ]),
    };
    entry
}

/// Where this program lies; of an AppImage that is mounted while it runs, where the image lies.
fn program(app: &App<Wry>) -> std::io::Result<PathBuf> {
    #[cfg(target_os = "linux")]
    if let Some(image) = tauri::Manager::env(app).appimage {
        return Ok(image.into());
    }
    let _ = app;
    std::env::current_exe()
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

/// A path as one word of an entry.
fn quoted(path: &str, entry: Entry) -> String {
    match entry {
        Entry::Desktop => desktop(path),
        Entry::Registry => registry(path),
        Entry::List => path.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;"),
    }
}

fn registry(path: &str) -> String {
    // Backslashes before a quotation mark are halved, and an odd one takes the mark's meaning; inside a path they are
    // themselves.
    let end = path.len() - path.trim_end_matches('\\').len();
    format!("\"{path}{}\"", "\\".repeat(end))
}

fn desktop(path: &str) -> String {
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
    fn a_space_in_the_path_of_the_program_or_of_the_shop_ends_neither() {
        let entry =
            described("Tidebell", Path::new("/home/Li Wei/tidebell"), Some(Path::new("/d/店铺 数据")));
        let words = [vec![entry.app_path.unwrap()], entry.args.unwrap()].concat();
        for (word, path) in [(&words[0], "/home/Li Wei/tidebell"), (&words[3], "/d/店铺 数据")] {
            assert_eq!(*word, quoted(path, ENTRY), "it is put down as it comes");
        }
        assert_eq!(words[1..3], [HIDDEN, "--data"], "without a window, for that shop");
        let own = described("Tidebell", Path::new("/t"), None);
        assert_eq!((own.app_name.as_deref(), own.args), (Some("Tidebell"), Some(vec![HIDDEN.to_owned()])));
    }

    #[test]
    fn two_shops_have_two_names_without_a_slash() {
        let names = ["/home/a/shop one", "/home/a/shop/two"].map(plain);
        assert_eq!(names, ["-home-a-shop-one", "-home-a-shop-two"], "each is a file's name");
        assert!(plain(&"店".repeat(300)).len() <= 150, "a longer one would be refused");
    }
}
