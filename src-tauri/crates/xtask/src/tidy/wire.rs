//! `ui/src/ipc/client.ts` is the only door between the window and the shell.

use super::{Finding, Source};

const DOOR: &str = "ui/src/ipc/client.ts";
const MADE: &str = "ui/src/ipc/bindings.ts";

/// Imports of the wire or of Tauri anywhere else.
pub(super) fn check(sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in sources {
        let ui = source.path.starts_with("ui/") && matches!(source.kind(), "ts" | "js" | "mjs" | "svelte");
        if !ui || source.path == DOOR || source.path == MADE {
            continue;
        }
        for (number, line) in source.lines() {
            if let Some(module) = imported(line).filter(|module| is_wire(module)) {
                let what = format!("`{module}` is imported outside the door");
                findings.push(Finding::new(
                    format!("{}:{number}", source.path),
                    what,
                    format!("import it from {DOOR}"),
                ));
            }
        }
    }
    findings
}

fn is_wire(module: &str) -> bool {
    let stem = module.trim_end_matches(".ts").trim_end_matches(".js");
    module.starts_with("@tauri-apps") || stem == "bindings" || stem.ends_with("/bindings")
}

/// The module that a line imports from, in any of the forms of the language.
fn imported(line: &str) -> Option<&str> {
    let line = line.trim();
    for before in ["from ", "import ", "import("] {
        let Some((_, rest)) = line.split_once(before) else { continue };
        let rest = rest.trim_start();
        let Some(quote) = rest.chars().next().filter(|c| matches!(c, '\'' | '"' | '`')) else { continue };
        if let Some((module, _)) = rest[1..].split_once(quote) {
            return Some(module);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::sources::source;
    use super::*;

    fn found(path: &str, line: &str) -> bool {
        !check(&[source(path, line)]).is_empty()
    }

    #[test]
    fn only_the_door_imports_the_wire() {
        for line in [
            "import { invoke } from '@tauri-apps/api/core';",
            "} from \"../ipc/bindings\";",
            "import type { Tide } from './bindings.ts'",
            "const m = await import('@tauri-apps/api/event')",
        ] {
            assert!(found("ui/src/views/Inbox.svelte", line), "a second door: {line}");
            assert!(!found(DOOR, line), "the door itself: {line}");
        }
    }

    #[test]
    fn other_imports_are_nobodys_business() {
        for line in
            ["import { client } from '../ipc/client';", "// read from '@paper'", "import 'keybindings';"]
        {
            assert!(!found("ui/src/views/Inbox.svelte", line), "not the wire: {line}");
        }
    }
}
