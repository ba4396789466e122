//! `cargo xtask orders`: what the tests show for hundreds of events, for ten thousand, in as many orders as somebody has
//! time for.

use crate::cmd;
use crate::failure::{Failure, Outcome};

/// The test, in `engine/tests/laws/order.rs`.
const TEST: &str = "order::many_orders_of_ten_thousand_leave_the_same_record";
/// How many orders, if nobody says.
const ORDERS: u32 = 1_000;

/// Runs it.
///
/// # Errors
/// If something that is no number was typed, or an order leaves another record.
pub(crate) fn run(args: &[String]) -> Outcome {
    let orders = match args {
        [] => ORDERS,
        [count] => count.parse().map_err(|_| Failure::new(format!("`{count}` is no number of orders")))?,
        _ => return Err(Failure::new("one number: how many orders")),
    };
    let test = ["test", "--release", "-p", "engine", "--test", "laws"];
    let mut command = cmd::with_args("cargo", &test);
    command.args(["--", TEST, "--exact", "--ignored", "--nocapture"]);
    command.env("TIDEBELL_ORDERS", orders.to_string());
    cmd::run(&mut command)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_test_is_there() {
        let file = cmd::root().join("src-tauri/crates/engine/tests/laws/order.rs");
        let source = std::fs::read_to_string(file).expect("the file of the test");
        let name = TEST.split("::").last().expect("a name");
        assert!(source.contains(&format!("async fn {name}()")), "{name}");
    }
}
