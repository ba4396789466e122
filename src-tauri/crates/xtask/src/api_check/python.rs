//! The checker, in a Python of its own below `target/`: nothing outside the project changes.

use crate::failure::{Failure, Outcome};
use crate::packages::Package;
use crate::{apt, cmd};
use std::fs;
use std::path::Path;

/// What a fresh machine needs for it.
const PYTHON: &[Package] = &[
    Package {
        name: "python3",
        why: "runs the checker of the bridge's description",
        or_program: &["python3"],
    },
    Package {
        name: "python3-venv",
        why: "keeps that checker apart from the system's Python",
        or_program: &[],
    },
];
/// Every package with its version, so that a newer one is somebody's decision and not a surprise.
const REQUIREMENTS: &str = include_str!("requirements.txt");

/// Makes sure that the checker is there in the wanted versions; its program.
///
/// # Errors
/// If there is no Python, or the packages cannot be fetched.
pub(super) fn ensure() -> Outcome<String> {
    let home = cmd::root().join("target/tools/python");
    let program = home.join("bin/schemathesis").display().to_string();
    let mark = home.join(".made-from");
    let wanted = format!("{:016x}\n", crate::tidy::fingerprint(REQUIREMENTS.as_bytes()));
    if fs::read_to_string(&mark).is_ok_and(|made| made == wanted) {
        return Ok(program);
    }
    if !has_venv() {
        // Debian leaves the part that makes such folders to a package of its own.
        apt::ensure(PYTHON)?;
    }
    println!("schemathesis is installed once, into target/tools/python.");
    let _ = fs::remove_dir_all(&home);
    cmd::run(cmd::with_args("python3", &["-m", "venv"]).arg(&home))?;
    let list = home.join("requirements.txt");
    write(&list, REQUIREMENTS)?;
    let mut install = cmd::program(&home.join("bin/pip").display().to_string());
    cmd::run(
        install.args(["install", "--quiet", "--disable-pip-version-check", "--requirement"]).arg(&list),
    )?;
    write(&mark, &wanted)?;
    Ok(program)
}

fn has_venv() -> bool {
    cmd::capture(&mut cmd::with_args("python3", &["-c", "import ensurepip, venv"])).is_some()
}

fn write(file: &Path, text: &str) -> Outcome {
    fs::write(file, text).map_err(|e| Failure::new(format!("{}: {e}", file.display())))
}

#[cfg(test)]
mod tests {
    use super::REQUIREMENTS;

    #[test]
    fn every_package_is_pinned() {
        let loose: Vec<&str> =
            REQUIREMENTS.lines().filter(|line| !line.is_empty() && !line.contains("==")).collect();
        assert!(loose.is_empty(), "the check of today is the check of tomorrow: {loose:?}");
        assert!(REQUIREMENTS.contains("schemathesis=="), "the checker itself");
    }
}
