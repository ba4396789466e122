//! Bundles `tauri.conf.json` and the window's capabilities into the program.

use std::env::var;
use std::path::Path;
use tauri_build::{Attributes, WindowsAttributes};

fn main() {
    let mut attributes = Attributes::new().capabilities_path_pattern("src-tauri/capabilities/*.json");
    if var("CARGO_CFG_TARGET_ENV").is_ok_and(|env| env == "msvc") {
        manifest();
        attributes = attributes.windows_attributes(WindowsAttributes::new_without_app_manifest());
    }
    if let Err(error) = tauri_build::try_build(attributes) {
        println!("cargo::error={error:#}");
    }
}

/// Windows loads nothing that needs the newer controls and does not say so. Tauri says it for the program alone; its unit
/// tests are one, too.
fn manifest() {
    let root = var("CARGO_MANIFEST_DIR").unwrap_or_default();
    let file = Path::new(&root).join("src-tauri/windows.manifest");
    println!("cargo::rerun-if-changed={}", file.display());
    println!("cargo::rustc-link-arg=/MANIFEST:EMBED");
    println!("cargo::rustc-link-arg=/MANIFESTINPUT:{}", file.display());
}
