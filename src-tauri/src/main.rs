//! Starts the program.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

use std::process::ExitCode;

#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    match tidebell::run(std::env::args()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(words) => {
            tidebell::tell_refusal(&words);
            ExitCode::FAILURE
        }
    }
}
