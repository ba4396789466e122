//! `sandbox`: the pretend platforms, for anyone who builds a bridge or tries the program out.

use crate::Failure;
use engine::{Clock, SystemClock};
use sandbox::console::Console;
use std::sync::Arc;

/// Serves them until Ctrl+C. Prints one JSON object: what to type to connect each, and where the console is.
pub(crate) async fn run(port: u16) -> Result<(), Failure> {
    let clock: sandbox::Clock = Arc::new(|| SystemClock.now());
    let console = Console::start(&clock, port)
        .await
        .map_err(|error| format!("port {port} can't be had ({error}): choose another with --port"))?;
    crate::say(&console.ways().to_string());
    tokio::signal::ctrl_c().await.map_err(|error| error.to_string())
}
