//! Installing what is missing on Debian and Ubuntu, with the reason shown.

use crate::cmd;
use crate::failure::{Failure, Outcome};
use crate::packages::Package;

/// Installs those of `packages` that are missing. On a Linux without dpkg the list is shown and the task goes on,
/// because the same libraries have other names there.
///
/// # Errors
/// If something is missing and could not be installed; the message is the command to type.
pub(crate) fn ensure(packages: &[Package]) -> Outcome {
    if !cmd::found("dpkg-query") {
        println!("This is neither Debian nor Ubuntu. Needed, under the names used there:");
        list(packages.iter());
        return Ok(());
    }
    let names: Vec<&str> = packages.iter().map(|p| p.name).collect();
    let answer = query(&names);
    let missing = missing(packages, &answer, cmd::found);
    if missing.is_empty() {
        println!("All {} system packages are there.", packages.len());
        return Ok(());
    }
    println!("Missing system packages:");
    list(missing.iter().copied());
    install(&missing)
}

fn list<'a>(packages: impl Iterator<Item = &'a Package>) {
    for package in packages {
        println!("  {:<30} {}", package.name, package.why);
    }
}

/// dpkg's state of each package; it complains about unknown ones, which are simply absent from its answer.
fn query(names: &[&str]) -> String {
    let mut command = cmd::with_args("dpkg-query", &["-W", "-f=${Package} ${db:Status-Status}\\n"]);
    command.args(names);
    let output = command.output().map(|output| output.stdout).unwrap_or_default();
    String::from_utf8_lossy(&output).into_owned()
}

fn missing<'a>(packages: &'a [Package], dpkg: &str, found: impl Fn(&str) -> bool) -> Vec<&'a Package> {
    let installed = |name: &str| dpkg.lines().any(|line| line.split_once(' ') == Some((name, "installed")));
    packages
        .iter()
        .filter(|p| !installed(p.name) && !p.or_program.iter().any(|program| found(program)))
        .collect()
}

fn install(missing: &[&Package]) -> Outcome {
    let names: Vec<&str> = missing.iter().map(|p| p.name).collect();
    let by_hand = format!("sudo apt-get update && sudo apt-get install -y {}", names.join(" "));
    let refused = |failure: Failure| {
        Failure::new(format!("{failure}\nRun this once, then try again:\n\n    {by_hand}\n"))
    };
    let root = cmd::capture(&mut cmd::with_args("id", &["-u"])).is_some_and(|id| id.trim() == "0");
    if !root && !cmd::found("sudo") {
        return Err(refused(Failure::new("system packages can only be installed by root")));
    }
    let apt = |args: &[&str]| {
        let mut line: Vec<&str> = if root { vec![] } else { vec!["sudo"] };
        line.extend([
            "env",
            "DEBIAN_FRONTEND=noninteractive",
            "apt-get",
            "-q",
            "-o",
            "DPkg::Lock::Timeout=300",
        ]);
        line.extend(args);
        cmd::run(&mut cmd::with_args(line[0], &line[1..]))
    };
    apt(&["update"]).map_err(refused)?;
    let mut args = vec!["install", "-y", "--no-install-recommends"];
    args.extend(names);
    apt(&args).map_err(refused)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: &[Package] = &[
        Package { name: "xvfb", why: "a screen", or_program: &[] },
        Package { name: "chromium", why: "a browser", or_program: &["google-chrome"] },
    ];

    fn names(dpkg: &str, program: &str) -> Vec<&'static str> {
        missing(TWO, dpkg, |name| name == program).iter().map(|p| p.name).collect()
    }

    #[test]
    fn what_dpkg_does_not_list_as_installed_is_missing() {
        assert_eq!(names("", ""), ["xvfb", "chromium"], "an empty answer means that nothing is there");
        assert_eq!(names("xvfb installed\n", ""), ["chromium"], "only the other one is missing");
        assert_eq!(
            names("xvfb config-files\nchromium installed\n", ""),
            ["xvfb"],
            "a removed package left its files"
        );
    }

    #[test]
    fn another_program_can_stand_in_for_a_package() {
        assert_eq!(names("xvfb installed\n", "google-chrome"), Vec::<&str>::new(), "any Chromium will do");
    }
}
