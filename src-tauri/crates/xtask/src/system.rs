//! What each system must have before the desktop program can be built.

use crate::failure::{Failure, Outcome};
use crate::packages::{BUILD, Package};
use crate::{apt, cmd, node};
use std::env::consts::OS;

/// What a system answers to a command: what it writes, or nothing if it fails or is not there.
pub(crate) type Ask<'a> = &'a dyn Fn(&str, &[&str]) -> Option<String>;

/// Makes sure of it: installs on Debian and Ubuntu, says what is missing elsewhere.
///
/// # Errors
/// If something is missing that could not be installed, in one line each.
pub(crate) fn ensure(more: &[Package]) -> Outcome {
    if OS == "linux" {
        return apt::ensure(&[BUILD, more].concat());
    }
    let gnu = cfg!(target_env = "gnu");
    let missing = missing(OS, gnu, &|name, args| cmd::capture(&mut cmd::with_args(name, args)));
    if missing.is_empty() {
        return Ok(());
    }
    Err(Failure::new(missing.join("\n")))
}

/// What a system without a package manager of ours lacks, a line each. `gnu`: its Rust compiles with GNU's tools.
fn missing(os: &str, gnu: bool, ask: Ask<'_>) -> Vec<String> {
    let tools = match os {
        "windows" => windows(gnu, ask),
        "macos" => macos(ask),
        _ => return vec!["Tidebell is built on Linux, Windows and macOS only".to_owned()],
    };
    tools.into_iter().map(str::to_owned).chain(node::missing(ask)).collect()
}

fn windows(gnu: bool, ask: Ask<'_>) -> Vec<&'static str> {
    let mut missing = Vec::new();
    if gnu && ask("gcc", &["--version"]).is_none() {
        missing.push(
            "The C compiler gcc is missing: add MinGW-w64's to the PATH, or use Rust's MSVC toolchain \
             (rustup default stable-msvc)",
        );
    }
    if !gnu && !has_msvc(ask) {
        missing.push(
            "MSVC build tools are missing: winget install Microsoft.VisualStudio.2022.BuildTools --override \
             \"--passive --wait --add Microsoft.VisualStudio.Workload.VCTools --includeRecommended\"",
        );
    }
    if !has_webview2(ask) {
        missing.push("WebView2 is missing: winget install Microsoft.EdgeWebView2Runtime");
    }
    missing
}

/// Those of either processor, also of an edition before its release.
fn has_msvc(ask: Ask<'_>) -> bool {
    let folder = std::env::var("ProgramFiles(x86)").unwrap_or_else(|_| r"C:\Program Files (x86)".to_owned());
    let vswhere = format!(r"{folder}\Microsoft Visual Studio\Installer\vswhere.exe");
    let [x64, arm] =
        ["x86.x64", "ARM64"].map(|kind| format!("Microsoft.VisualStudio.Component.VC.Tools.{kind}"));
    let all = ["-products", "*", "-prerelease", "-property", "installationPath"];
    let any = [&all[..], &["-requiresAny", "-requires", &x64, &arm]].concat();
    ask(&vswhere, &any).is_some_and(|path| !path.trim().is_empty())
}

/// WebView2 writes its version under a fixed client id, for the machine or for the user; where it was removed, that may
/// be one of zeros.
fn has_webview2(ask: Ask<'_>) -> bool {
    const CLIENT: &str = r"Microsoft\EdgeUpdate\Clients\{F3017226-FE2A-4295-8BDF-00C3A9A7E4C5}";
    let keys = [r"HKLM\SOFTWARE\WOW6432Node", r"HKLM\SOFTWARE", r"HKCU\Software"];
    keys.iter().any(|key| {
        let key = format!(r"{key}\{CLIENT}");
        ask("reg", &["query", &key, "/v", "pv"])
            .and_then(|answer| answer.split_whitespace().last().map(|version| version != "0.0.0.0"))
            .unwrap_or(false)
    })
}

fn macos(ask: Ask<'_>) -> Vec<&'static str> {
    match ask("xcode-select", &["-p"]) {
        Some(_) => vec![],
        None => vec!["Xcode command line tools are missing: xcode-select --install"],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is missing on a system where each program whose name ends so answers that.
    fn lacks(os: &str, gnu: bool, answers: &[(&str, &str)]) -> Vec<String> {
        missing(os, gnu, &|name, _| {
            answers.iter().find(|(end, _)| name.ends_with(end)).map(|(_, answer)| (*answer).to_owned())
        })
    }

    const NODE: [(&str, &str); 2] = [("node", "v22.1.0\n"), ("npm", "10.7.0\n")];
    const WEBVIEW2: (&str, &str) = ("reg", "HKEY_LOCAL_MACHINE\\…\n    pv    REG_SZ    131.0.2903.86\n");
    const VISUAL_STUDIO: (&str, &str) = ("vswhere.exe", "C:\\BuildTools\r\n");

    #[test]
    fn a_bare_windows_is_told_everything_at_once_a_line_each() {
        let lines = lacks("windows", false, &[]);
        assert_eq!(lines.len(), 3, "build tools, WebView2, Node: {lines:?}");
        for (line, word) in lines.iter().zip(["MSVC", "WebView2", "Node"]) {
            assert!(line.starts_with(word) && !line.contains('\n'), "{word} in one line: {line}");
        }
        assert!(
            lines[..2].iter().all(|line| line.contains("winget install")),
            "with what to type: {lines:?}"
        );
        assert!(lines[2].contains("https://nodejs.org"), "or where to get it: {lines:?}");
    }

    #[test]
    fn a_windows_with_all_of_it_lacks_nothing() {
        let [node, npm] = NODE;
        assert_eq!(lacks("windows", false, &[VISUAL_STUDIO, WEBVIEW2, node, npm]), Vec::<String>::new());
        let gcc = ("gcc", "gcc (x86_64-posix-seh) 14.2.0\n");
        assert_eq!(
            lacks("windows", true, &[gcc, WEBVIEW2, node, npm]),
            Vec::<String>::new(),
            "GNU's tools do too"
        );
    }

    #[test]
    fn visual_studio_without_its_compiler_and_a_webview2_that_was_removed_do_not_count() {
        let [node, npm] = NODE;
        let lines =
            lacks("windows", false, &[("vswhere.exe", "\r\n"), ("reg", " pv  REG_SZ  0.0.0.0\n"), node, npm]);
        assert_eq!(lines.len(), 2, "{lines:?}");
        let lines = lacks("windows", true, &[VISUAL_STUDIO, WEBVIEW2, node, npm]);
        assert!(lines.len() == 1 && lines[0].contains("gcc"), "nor does another's compiler: {lines:?}");
    }

    #[test]
    fn a_mac_is_told_of_the_command_line_tools_and_of_node() {
        let [node, npm] = NODE;
        assert_eq!(
            lacks("macos", false, &[("xcode-select", "/Library/x\n"), node, npm]),
            Vec::<String>::new()
        );
        let lines = lacks("macos", false, &[("node", "v18.0.0\n"), npm]);
        assert!(lines[0].contains("xcode-select --install"), "{lines:?}");
        assert!(lines[1].contains("this is v18.0.0"), "an old one is told with its version: {lines:?}");
    }

    #[test]
    fn another_system_is_told_that_it_is_none_of_ours() {
        assert_eq!(lacks("freebsd", false, &NODE).len(), 1, "and not to install Node in vain");
    }
}
