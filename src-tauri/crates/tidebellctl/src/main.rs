#![doc = include_str!("../README.md")]

mod bridge;
mod cli;
mod explain;
mod import;
mod import_mail;
mod log;
mod open;
mod parse;
mod quarantine;
mod sandbox;
mod search;
mod serve;
mod verify;
mod words;

use clap::Parser;
use cli::{Cli, Command};
use std::io::{self, Write};
use std::process::ExitCode;

#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What went wrong, in words that say what to do.
type Failure = String;

#[tokio::main]
async fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        // Help and version are what was asked for. Anything else is 1: `verify` says something of its own with 2.
        Err(told) => {
            let printed = told.print().is_ok();
            return ExitCode::from(u8::from(told.use_stderr() || !printed));
        }
    };
    let log = tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "warn".into());
    // Colours are words between the words where nobody shows them: in a file, and in many a window of Windows.
    tracing_subscriber::fmt().with_env_filter(log).with_writer(std::io::stderr).with_ansi(false).init();
    let done = match cli.command {
        Command::Import { file } => import::run(cli.data.as_deref(), &file).await,
        Command::ImportMail { paths, store } => import_mail::run(cli.data.as_deref(), paths, &store).await,
        Command::Parse { kind, at, authserv_ids, login } => {
            parse::run(kind, at, authserv_ids, login.as_deref())
        }
        Command::Search { .. } => search::run(cli.data.as_deref(), cli.command).await,
        Command::Explain(which) => explain::run(&which),
        Command::Log(asked) => log::run(cli.data.as_deref(), &asked).await,
        Command::Verify => return verify::run(cli.data.as_deref()).await,
        Command::Serve => serve::run(cli.data.as_deref()).await,
        Command::Sandbox { port } => sandbox::run(port).await,
        Command::Quarantine(what) => quarantine::run(cli.data.as_deref(), what).await,
        Command::Bridge(what) => bridge::run(cli.data.as_deref(), what).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(words) => {
            complain(&words);
            ExitCode::from(1)
        }
    }
}

/// The one way of saying that something failed.
#[expect(clippy::print_stderr, reason = "a command line speaks there")]
fn complain(words: &str) {
    eprintln!("tidebellctl: {words}");
}

/// One line of the result. Whoever reads no further, as `head` does, has had enough: what was asked for is done all the
/// same. What cannot be written for another reason is a failure.
fn say(line: &str) {
    match writeln!(io::stdout(), "{line}") {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            complain(&format!("the result could not be written: {error}"));
            std::process::exit(1);
        }
        _ => {}
    }
}
