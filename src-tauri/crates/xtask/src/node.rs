//! Node, npm and the UI's packages.

use crate::cmd;
use crate::failure::{Failure, Outcome};
use crate::system::Ask;
use std::env::consts::OS;
use std::fs;

const GET: &str = "https://nodejs.org/en/download";
/// The oldest that the UI's build tools run on.
const NEEDED: (u32, u32) = (20, 19);

/// Makes sure that Node and npm are there and new enough.
///
/// # Errors
/// If they are not; the message says where to get them.
pub(crate) fn ensure() -> Outcome {
    let ask = |name: &str, args: &[&str]| cmd::capture(&mut cmd::with_args(name, args));
    let version = |name: &str| ask(name, &["--version"]).map(|answer| answer.trim().to_owned());
    if (version("node").is_none() || version("npm").is_none()) && OS == "linux" && debian_has_it() {
        crate::apt::ensure(&[
            crate::packages::Package { name: "nodejs", why: "builds the UI", or_program: &["node"] },
            crate::packages::Package { name: "npm", why: "fetches the UI's packages", or_program: &["npm"] },
        ])?;
    }
    if let Some(line) = missing(&ask) {
        return Err(Failure::new(line));
    }
    println!("Node {}, npm {}.", version("node").unwrap_or_default(), version("npm").unwrap_or_default());
    Ok(())
}

/// What is wrong with Node and npm, in a line; none if both will do.
pub(crate) fn missing(ask: Ask<'_>) -> Option<String> {
    let (Some(node), Some(_)) = (ask("node", &["--version"]), ask("npm", &["--version"])) else {
        return Some(format!("Node {} or newer with npm is missing: {GET}", shown()));
    };
    let old = version(&node).is_none_or(|version| version < NEEDED);
    old.then(|| format!("Node {} or newer is needed, this is {}: {GET}", shown(), node.trim()))
}

fn debian_has_it() -> bool {
    let policy = cmd::capture(&mut cmd::with_args("apt-cache", &["policy", "nodejs"])).unwrap_or_default();
    let candidate = policy.lines().find_map(|line| line.trim().strip_prefix("Candidate: "));
    candidate.and_then(version).is_some_and(|version| version >= NEEDED)
}

fn shown() -> String {
    format!("{}.{}", NEEDED.0, NEEDED.1)
}

/// `v20.1.0` or `20.1.0+dfsg` → (20, 1).
fn version(text: &str) -> Option<(u32, u32)> {
    let mut parts = text.trim().trim_start_matches('v').split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

/// `npm ci`, when the packages are not those of `package-lock.json`.
///
/// # Errors
/// If npm fails.
pub(crate) fn packages() -> Outcome {
    let lock = fs::read(cmd::root().join("package-lock.json"))
        .map_err(|e| Failure::new(format!("package-lock.json cannot be read: {e}")))?;
    let wanted = format!("{:016x}\n", crate::tidy::fingerprint(&lock));
    let mark = cmd::root().join("node_modules/.made-from");
    if fs::read_to_string(&mark).is_ok_and(|made_from| made_from == wanted) {
        println!("node_modules is as package-lock.json says.");
        return Ok(());
    }
    cmd::run(&mut cmd::with_args("npm", &["ci", "--no-audit", "--no-fund"]))?;
    fs::write(&mark, wanted).map_err(|e| Failure::new(format!("{}: {e}", mark.display())))
}

/// `npm run SCRIPT`.
///
/// # Errors
/// If the script fails.
pub(crate) fn script(name: &str) -> Outcome {
    cmd::run(&mut cmd::with_args("npm", &["run", name]))
}

#[cfg(test)]
mod tests {
    use super::version;

    #[test]
    fn a_version_is_read_from_what_node_and_debian_write() {
        assert_eq!(version("v20.20.2\n"), Some((20, 20)), "node writes a v before it");
        assert_eq!(version("18.13.0+dfsg1-1"), Some((18, 13)), "Debian does not");
        assert_eq!(version("(none)"), None, "and may have none");
        assert!(version("v20.9.0") < Some((20, 19)), "compared as numbers, not as text");
    }
}
