#![doc = include_str!("../README.md")]

mod bare;
mod bare_push;
mod corpus;
mod dovecot;
mod house;
mod intake;
mod live;
mod mail;
mod measure;
mod push;
mod reading;
mod rules_bench;
mod tick;

use measure::Report;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// As in the programs that are shipped.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What was typed.
struct Arguments {
    messages: u64,
    folder: PathBuf,
    keep: bool,
    strict: bool,
    only: Option<Part>,
}

/// What can be measured alone, by whoever works on it.
#[derive(Clone, Copy)]
enum Part {
    Mails,
    Pushes,
    Ticks,
}

impl Part {
    fn named(name: &str) -> Result<Self, String> {
        match name {
            "mails" => Ok(Self::Mails),
            "pushes" => Ok(Self::Pushes),
            "ticks" => Ok(Self::Ticks),
            other => Err(format!("no part is called {other}; there are: mails, pushes, ticks")),
        }
    }

    async fn run(self, folder: &Path, report: &mut Report) -> Result<(), String> {
        match self {
            Self::Mails => mail::run(folder, report).await,
            Self::Pushes => push::run(folder, report).await,
            Self::Ticks => tick::run(&folder.join("tick"), report).await,
        }
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(words) => {
            complain(&words);
            ExitCode::FAILURE
        }
    }
}

#[expect(clippy::print_stderr, reason = "a bench speaks there")]
fn complain(words: &str) {
    eprintln!("bench: {words}");
}

/// Measures everything. False if something that is asked was missed and that is to be a failure.
async fn run() -> Result<bool, String> {
    let arguments = arguments()?;
    std::fs::create_dir_all(&arguments.folder).map_err(|error| error.to_string())?;
    if let Some(part) = arguments.only {
        let mut report = Report::default();
        part.run(&arguments.folder, &mut report).await?;
        std::fs::remove_dir_all(&arguments.folder).map_err(|error| error.to_string())?;
        return Ok(report.summary() || !arguments.strict);
    }
    let corpus = arguments.folder.join("corpus.ndjson");
    complain(&format!("making {} messages in {}", arguments.messages, arguments.folder.display()));
    make(&corpus, arguments.messages)?;
    let mut report = Report::default();
    rules_bench::run(&mut report);
    let data = arguments.folder.join("data");
    let imported = intake::run(&corpus, &data).await?;
    let mut bare = bare::Bare::copy(&data, &arguments.folder).await?;
    intake::tell(&imported, &bare, &mut report);
    let engine = house::reopened(&data, &mut report).await?;
    reading::run(&engine, &mut bare, &mut report).await?;
    engine.start().await.map_err(|error| error.to_string())?;
    live::run(&engine, &mut bare, &mut report).await?;
    reading::search_again(&engine, &mut bare, &mut report).await?;
    engine.stop().await.map_err(|error| error.to_string())?;
    bare.close().await?;
    for part in [Part::Ticks, Part::Mails, Part::Pushes] {
        part.run(&arguments.folder, &mut report).await?;
    }
    report.memory("resident memory after all of it", "VmRSS");
    if !arguments.keep {
        std::fs::remove_dir_all(&arguments.folder).map_err(|error| error.to_string())?;
    }
    Ok(report.summary() || !arguments.strict)
}

fn arguments() -> Result<Arguments, String> {
    let folder = std::env::temp_dir().join("tidebell-bench");
    let mut arguments = Arguments { messages: 1_000_000, folder, keep: false, strict: false, only: None };
    let mut typed = std::env::args().skip(1);
    while let Some(word) = typed.next() {
        match word.as_str() {
            "--messages" => {
                let number = typed.next().ok_or("--messages needs a number")?;
                arguments.messages = number.parse().map_err(|_| format!("not a number: {number}"))?;
            }
            "--folder" => arguments.folder = typed.next().ok_or("--folder needs a folder")?.into(),
            "--keep" => arguments.keep = true,
            "--strict" => arguments.strict = true,
            "--only" => arguments.only = Some(Part::named(&typed.next().ok_or("--only needs a part")?)?),
            other => {
                let known = "--messages N, --folder DIR, --keep, --only mails|pushes|ticks, --strict (fail if a bound is missed)";
                return Err(format!("unknown {other}; known: {known}"));
            }
        }
    }
    Ok(arguments)
}

fn make(to: &Path, messages: u64) -> Result<(), String> {
    let mut out = BufWriter::new(File::create(to).map_err(|error| error.to_string())?);
    corpus::write(messages, 7, &mut out).map_err(|error| error.to_string())?;
    out.flush().map_err(|error| error.to_string())
}
