//! `cargo xtask orders`: what the tests show for hundreds of events, for ten thousand, in as many orders as somebody has
//! time for.

use crate::cmd;
use crate::failure::{Failure, Outcome};

/// The test, in `engine/tests/laws/order.rs`.
const TEST: &str = "order::many_orders_of_ten_thousand_leave_the_same_record";
/// How many orders, if nobody says.
const ORDERS: u64 = 1_000;
const WANTED: &str = "one number: how many orders; or two: from which to which";

/// Runs it.
///
/// # Errors
/// If something that is no number was typed, or an order leaves another record.
pub(crate) fn run(args: &[String]) -> Outcome {
    let (first, last) = asked(args)?;
    let test = ["test", "--release", "-p", "engine", "--test", "laws"];
    let mut command = cmd::with_args("cargo", &test);
    command.args(["--", TEST, "--exact", "--ignored", "--nocapture"]);
    command.env("TIDEBELL_ORDERS", format!("{first}-{last}"));
    cmd::run(&mut command)
}

/// From which order to which: many take hours, and may be run in parts.
fn asked(args: &[String]) -> Result<(u64, u64), Failure> {
    let number =
        |word: &String| word.parse().map_err(|_| Failure::new(format!("`{word}` is no number; {WANTED}")));
    match args {
        [] => Ok((1, ORDERS)),
        [count] => Ok((1, number(count)?)),
        [first, last] => Ok((number(first)?, number(last)?)),
        _ => Err(Failure::new(WANTED)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_may_be_run_in_parts() {
        let asked = |words: &[&str]| asked(&words.iter().map(ToString::to_string).collect::<Vec<_>>()).ok();
        assert_eq!(asked(&[]), Some((1, 1_000)));
        assert_eq!(asked(&["12"]), Some((1, 12)));
        assert_eq!(asked(&["301", "600"]), Some((301, 600)));
        assert_eq!(asked(&["many"]), None);
        assert_eq!(asked(&["1", "2", "3"]), None);
    }

    #[test]
    fn the_test_is_there() {
        let file = cmd::root().join("src-tauri/crates/engine/tests/laws/order.rs");
        let source = std::fs::read_to_string(file).expect("the file of the test");
        let name = TEST.split("::").last().expect("a name");
        assert!(source.contains(&format!("async fn {name}()")), "{name}");
    }
}
