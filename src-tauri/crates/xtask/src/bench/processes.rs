//! A program with all its helper processes, as `/proc` tells of them: the web view has processes of its own.

use crate::cmd;
use crate::failure::{Failure, Outcome};
use std::fs;

/// What `/proc/ID/stat` tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stat {
    id: u32,
    parent: u32,
    /// Ticks on a processor, in itself and in the system.
    ticks: u64,
}

impl Stat {
    /// The name stands in brackets and may hold anything, brackets and spaces too.
    fn read(line: &str) -> Option<Self> {
        let id = line.split(' ').next()?.parse().ok()?;
        let rest: Vec<&str> = line.rsplit_once(") ")?.1.split(' ').collect();
        let number = |at: usize| rest.get(at)?.parse::<u64>().ok();
        Some(Self { id, parent: u32::try_from(number(1)?).ok()?, ticks: number(11)? + number(12)? })
    }
}

/// A process and all that it started, down to the last.
fn tree(root: u32) -> Vec<Stat> {
    let all: Vec<Stat> = fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| Stat::read(&fs::read_to_string(entry.path().join("stat")).ok()?))
        .collect();
    let mut found: Vec<Stat> = all.iter().filter(|stat| stat.id == root).copied().collect();
    let mut at = 0;
    while let Some(parent) = found.get(at).map(|stat| stat.id) {
        found.extend(all.iter().filter(|stat| stat.parent == parent));
        at += 1;
    }
    found
}

/// Seconds that a program and its helpers have spent on processors so far.
///
/// # Errors
/// If the program has ended.
pub(super) fn processor_s(root: u32) -> Outcome<f64> {
    let all = tree(root);
    if all.is_empty() {
        return Err(gone(root));
    }
    let a_second = cmd::capture(&mut cmd::with_args("getconf", &["CLK_TCK"]));
    let a_second: f64 = a_second.and_then(|text| text.trim().parse().ok()).unwrap_or(100.0);
    #[expect(clippy::cast_precision_loss, reason = "ticks of one run are far below 2^52")]
    let ticks = all.iter().map(|stat| stat.ticks).sum::<u64>() as f64;
    Ok(ticks / a_second)
}

/// Memory of a program alone and with its helpers, in MiB. Pages that several share are told in parts, so that a sum
/// counts none twice.
///
/// # Errors
/// If the program has ended.
pub(super) fn memory_mib(root: u32) -> Outcome<(f64, f64)> {
    let each: Vec<f64> = tree(root).iter().filter_map(|stat| proportional_mib(stat.id)).collect();
    Ok((*each.first().ok_or_else(|| gone(root))?, each.iter().sum()))
}

fn proportional_mib(id: u32) -> Option<f64> {
    let rollup = fs::read_to_string(format!("/proc/{id}/smaps_rollup")).ok()?;
    let kib = rollup.lines().find_map(|line| line.strip_prefix("Pss:"))?;
    Some(kib.trim().trim_end_matches(" kB").parse::<f64>().ok()? / 1024.0)
}

fn gone(root: u32) -> Failure {
    Failure::new(format!("the program (process {root}) has ended while it was measured"))
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use std::process::Command;

    #[test]
    fn a_name_with_brackets_and_spaces_is_skipped() {
        let line = "42 (a) b (c) S 7 1 1 0 -1 4194560 1 2 3 4 250 50 9 9 20 0 1 0 12 1";
        assert_eq!(
            Stat::read(line),
            Some(Stat { id: 42, parent: 7, ticks: 300 }),
            "counted from the last bracket"
        );
        assert_eq!(Stat::read("42 (cut"), None, "a process that ends while it is read");
    }

    #[test]
    fn what_a_helper_does_is_counted() {
        let busy = "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done; sleep 150";
        let mut child = Command::new("sh").args(["-c", &format!("sh -c '{busy}'; true")]).spawn().unwrap();
        let counted = (0..2_000).any(|_| {
            std::thread::sleep(std::time::Duration::from_millis(50));
            processor_s(child.id()).unwrap() > 0.05
        });
        let memory = memory_mib(child.id());
        let helpers = tree(child.id());
        for stat in helpers.iter().rev() {
            let _ = Command::new("kill").arg(stat.id.to_string()).status();
        }
        child.wait().unwrap();
        assert!(counted, "the child's child was busy, not the child");
        let (alone, together) = memory.unwrap();
        assert!(0.0 < alone && alone < together, "two shells need more than one: {alone} of {together}");
        assert!(processor_s(child.id()).is_err(), "a program that has ended idles for nothing");
    }
}
