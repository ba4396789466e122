//! A link in a page leads somewhere: the first thing a newcomer does is follow one.

use super::{Finding, Source};

/// Links to files that do not exist. `exists` is asked with a path from the root.
pub(super) fn check(sources: &[Source], exists: impl Fn(&str) -> bool) -> Vec<Finding> {
    let mut findings = Vec::new();
    for page in sources.iter().filter(|s| s.kind() == "md") {
        for (number, line) in page.lines() {
            for target in targets(line) {
                let path = resolved(&page.path, target);
                if !exists(&path) {
                    let place = format!("{}:{number}", page.path);
                    let fix = "make the file, or mend the link";
                    findings.push(Finding::new(
                        place,
                        format!("the link leads to {path}, which does not exist"),
                        fix,
                    ));
                }
            }
        }
    }
    findings
}

/// What `](…)` names, if it is a file of ours.
fn targets(line: &str) -> impl Iterator<Item = &str> {
    line.split("](").skip(1).filter_map(|rest| {
        let target = rest.split(')').next()?.split('#').next()?;
        (!target.is_empty() && !target.contains(':') && !target.contains(' ')).then_some(target)
    })
}

/// A link as a path from the root.
fn resolved(page: &str, target: &str) -> String {
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "." | "" => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::super::sources::source;
    use super::*;

    fn broken(page: &str, text: &str) -> usize {
        check(&[source(page, text)], |path| path == "docs/RULES.md").len()
    }

    #[test]
    fn a_link_is_followed_from_its_page() {
        assert_eq!(broken("README.md", "[rules](docs/RULES.md#2-distribution)"), 0, "from the root");
        assert_eq!(
            broken("docs/A.md", "[rules](RULES.md) and [again](../docs/RULES.md)"),
            0,
            "from a folder"
        );
        assert_eq!(broken("docs/A.md", "[rules](docs/RULES.md)"), 1, "a habit from the other page");
        assert_eq!(broken("README.md", "![](docs/no.png) [b](nowhere.md)"), 2, "pictures count as well");
    }

    #[test]
    fn other_peoples_pages_are_not_asked() {
        assert_eq!(
            broken("README.md", "[x](https://example.org/a) [here](#run)"),
            0,
            "no network in a check"
        );
    }
}
