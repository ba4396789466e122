#![doc = include_str!("../README.md")]
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command-line face: its output is its product"
)]

mod api_check;
mod apt;
mod bench;
mod cmd;
mod failure;
mod fuzz;
mod node;
mod orders;
mod others;
mod packages;
mod run;
mod steps;
mod system;
mod test;
mod tidy;
mod tools;
mod window_env;

use failure::{Failure, Outcome};
use std::process::ExitCode;

const HELP: &str = "\
cargo xtask run [-- ARGS]                      start Tidebell; installs what is missing first
cargo xtask test [--advisories]                every check, in order, stopping at the first that fails
cargo xtask tidy [--accept-new-migrations]     the house rules alone
cargo xtask bench [ARGS | --window DIR]        the measurements, in release; or of the window alone, on a data folder
cargo xtask fuzz [TARGET…] [SECONDS]           the readers of payloads, guided by coverage
cargo xtask orders [COUNT | FROM TO]           10,000 events in so many orders (1,000) against the one they came in
cargo xtask api-check                          the bridge as it is served against its description
cargo xtask check-others                       compiles it for Windows and macOS, as far as that needs no linker
cargo xtask bindings                           write ui/src/ipc/bindings.ts from the wire types
cargo xtask window-env -- COMMAND…             run COMMAND on a private screen, key store and notification server
";

fn main() -> ExitCode {
    if others::stood_in() {
        return ExitCode::SUCCESS;
    }
    let mut args = std::env::args().skip(1);
    let task = args.next().unwrap_or_default();
    let rest: Vec<String> = args.collect();
    match dispatch(&task, &rest) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            if !failure.message().is_empty() {
                eprintln!("\nFAILED: {failure}");
            }
            ExitCode::from(failure.code())
        }
    }
}

fn dispatch(task: &str, args: &[String]) -> Outcome {
    match task {
        "run" => run::run(args),
        "test" => test::run(args),
        "tidy" => tidy::run(args),
        "bench" => bench::run(args),
        "fuzz" => fuzz::run(args),
        "orders" => orders::run(args),
        "api-check" => api_check::run(args),
        "check-others" => others::run(args),
        "bindings" => run::bindings(),
        "window-env" => window_env::run(args),
        "" | "help" | "-h" | "--help" => {
            print!("{HELP}");
            Ok(())
        }
        other => Err(Failure::new(format!("there is no task `{other}`\n\n{HELP}"))),
    }
}
