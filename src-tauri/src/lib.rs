//! The desktop shell: the only crate that knows Tauri and the wire to the UI.

mod app;
mod bridge;
mod commands;
mod demo;
mod first_paint;
mod log;
mod native;
mod present;
mod shell;
#[cfg(test)]
mod testing;
pub mod wire;
mod words;

pub use commands::export;
pub use native::refusal::tell as tell_refusal;

use native::autostart::HIDDEN;
use std::path::PathBuf;
use std::time::Instant;

/// Reads the command line and runs the program: `--data DIR`, `--hidden`, `--export-bindings FILE`.
///
/// # Errors
/// In words, with what to do.
pub fn run(arguments: impl Iterator<Item = String>) -> Result<(), String> {
    let begun = Instant::now();
    let mut arguments = arguments.skip(1);
    let mut typed = shell::Arguments::default();
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--data" => typed.data = Some(folder(&arguments.next().ok_or("--data needs a folder")?)?),
            HIDDEN => typed.hidden = true,
            "--export-bindings" => {
                let file = arguments.next().ok_or("--export-bindings needs a file")?;
                return export(&PathBuf::from(file));
            }
            other => return Err(format!("unknown argument {other}; known: --data DIR, {}", HIDDEN)),
        }
    }
    shell::run(typed, begun)
}

/// The whole path: secrets and the entry for starting with the system are kept under it, wherever it was typed.
fn folder(typed: &str) -> Result<PathBuf, String> {
    std::path::absolute(typed).map_err(|error| format!("--data {typed}: {error}"))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    /// A build on Windows ends without an `.ico`; the others take a picture.
    #[test]
    fn a_build_finds_its_icon_on_every_system() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let conf = std::fs::read(root.join("tauri.conf.json")).unwrap();
        let conf: serde_json::Value = serde_json::from_slice(&conf).unwrap();
        let named: Vec<&str> =
            conf["bundle"]["icon"].as_array().unwrap().iter().filter_map(|name| name.as_str()).collect();
        for (ending, begins) in [(".ico", &b"\0\0\x01\0"[..]), (".png", b"\x89PNG")] {
            let icon = named.iter().find(|name| name.ends_with(ending));
            let bytes = icon.and_then(|name| std::fs::read(root.join(name)).ok()).unwrap_or_default();
            assert!(bytes.starts_with(begins), "{ending} among {named:?}");
        }
    }
}
