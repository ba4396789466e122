//! No clock outside the port. Clippy bans the same calls; this also sees code that is not compiled on this system.

use super::{Finding, Source};

const READS: &[&str] = &[
    concat!("System", "Time::now"),
    concat!("Time", "stamp::now"),
    concat!("Zo", "ned::now"),
    concat!("U", "tc::now"),
];

/// The port, and the measurements, whose clock is the point.
const PORT: &str = "src-tauri/crates/engine/src/ports.rs";

fn may_read(path: &str) -> bool {
    path == PORT || path.starts_with("src-tauri/crates/bench/")
}

/// Reads of the system clock outside a port.
pub(super) fn check(sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in sources.iter().filter(|s| s.kind() == "rs" && !may_read(&s.path)) {
        for (number, line) in source.lines() {
            if let Some(call) = READS.iter().find(|call| line.contains(**call)) {
                let what = format!("`{call}` outside the Clock port");
                let fix = "take `now: Timestamp` as an argument, or a `Clock` at the edge";
                findings.push(Finding::new(format!("{}:{number}", source.path), what, fix));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::super::sources::source;
    use super::*;

    #[test]
    fn only_the_port_reads_the_clock() {
        let line = concat!("let now = Time", "stamp::now();");
        let found = |path: &str| !check(&[source(path, line)]).is_empty();
        assert!(!found(PORT), "somebody has to");
        assert!(!found("src-tauri/crates/bench/src/main.rs"), "measuring is reading the clock");
        assert!(found("src-tauri/src/native/tray.rs"), "a face is handed the port");
        assert!(found("src-tauri/crates/store/tests/search.rs"), "a test that reads the clock fails one day");
    }
}
