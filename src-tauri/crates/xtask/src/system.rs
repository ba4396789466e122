//! What each system must have before the desktop program can be built.

use crate::failure::{Failure, Outcome};
use crate::packages::{BUILD, Package};
use crate::{apt, cmd};
use std::env::consts::OS;

/// Makes sure of it: installs on Debian and Ubuntu, says what is missing elsewhere.
///
/// # Errors
/// If something is missing that could not be installed, in one line each.
pub(crate) fn ensure(more: &[Package]) -> Outcome {
    let missing = match OS {
        "linux" => return apt::ensure(&[BUILD, more].concat()),
        "windows" => windows(),
        "macos" => macos(),
        _ => vec!["Tidebell is built on Linux, Windows and macOS only"],
    };
    if missing.is_empty() {
        return Ok(());
    }
    Err(Failure::new(missing.join("\n")))
}

fn windows() -> Vec<&'static str> {
    let mut missing = Vec::new();
    if !has_msvc() {
        missing.push(
            "MSVC build tools are missing: winget install Microsoft.VisualStudio.2022.BuildTools \
             (choose \"Desktop development with C++\")",
        );
    }
    if !has_webview2() {
        missing.push("WebView2 is missing: winget install Microsoft.EdgeWebView2Runtime");
    }
    missing
}

fn has_msvc() -> bool {
    let folder = std::env::var("ProgramFiles(x86)").unwrap_or_else(|_| r"C:\Program Files (x86)".to_owned());
    let vswhere = format!(r"{folder}\Microsoft Visual Studio\Installer\vswhere.exe");
    let component = "Microsoft.VisualStudio.Component.VC.Tools.x86.x64";
    let args = ["-products", "*", "-requires", component, "-property", "installationPath"];
    cmd::capture(&mut cmd::with_args(&vswhere, &args)).is_some_and(|path| !path.trim().is_empty())
}

/// WebView2 writes its version under a fixed client id, for the machine or for the user.
fn has_webview2() -> bool {
    const CLIENT: &str = r"Microsoft\EdgeUpdate\Clients\{F3017226-FE2A-4295-8BDF-00C3A9A7E4C5}";
    let keys = [r"HKLM\SOFTWARE\WOW6432Node", r"HKLM\SOFTWARE", r"HKCU\Software"];
    keys.iter().any(|key| {
        let key = format!(r"{key}\{CLIENT}");
        cmd::capture(&mut cmd::with_args("reg", &["query", &key, "/v", "pv"])).is_some()
    })
}

fn macos() -> Vec<&'static str> {
    let tools = cmd::capture(&mut cmd::with_args("xcode-select", &["-p"]));
    if tools.is_some() {
        vec![]
    } else {
        vec!["Xcode command line tools are missing: xcode-select --install"]
    }
}
