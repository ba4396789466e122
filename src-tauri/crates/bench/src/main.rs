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
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    /// The import alone, beside its bound.
    Import,
    /// Live messages, on what was imported first.
    Live,
    Mails,
    Pushes,
    Ticks,
}

const PARTS: &str = "import, live, mails, pushes, ticks";

impl Part {
    fn named(name: &str) -> Result<Self, String> {
        match name {
            "import" => Ok(Self::Import),
            "live" => Ok(Self::Live),
            "mails" => Ok(Self::Mails),
            "pushes" => Ok(Self::Pushes),
            "ticks" => Ok(Self::Ticks),
            other => Err(format!("no part is called {other}; there are: {PARTS}")),
        }
    }

    async fn run(self, arguments: &Arguments, report: &mut Report) -> Result<(), String> {
        let folder = &arguments.folder;
        match self {
            Self::Import | Self::Live => inbox(arguments, report).await,
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
    let mut report = Report::default();
    let all = [Part::Import, Part::Ticks, Part::Mails, Part::Pushes];
    let parts = arguments.only.as_ref().map_or(&all[..], std::slice::from_ref);
    for part in parts {
        part.run(&arguments, &mut report).await?;
    }
    report.memory("resident memory after all of it", "VmRSS");
    if !arguments.keep {
        std::fs::remove_dir_all(&arguments.folder).map_err(|error| error.to_string())?;
    }
    Ok(report.summary() || !arguments.strict)
}

/// The corpus in the inbox: as much of it as is asked for.
async fn inbox(arguments: &Arguments, report: &mut Report) -> Result<(), String> {
    let wanted = |part| arguments.only.is_none_or(|only| only == part);
    let corpus = arguments.folder.join("corpus.ndjson");
    complain(&format!("making {} messages in {}", arguments.messages, arguments.folder.display()));
    make(&corpus, arguments.messages)?;
    if arguments.only.is_none() {
        rules_bench::run(report);
    }
    let data = arguments.folder.join("data");
    let imported = intake::run(&corpus, &data).await?;
    let mut bare = bare::Bare::copy(&data, &arguments.folder).await?;
    if wanted(Part::Import) {
        intake::tell(&imported, &bare, report);
    }
    let engine = house::reopened(&data, report).await?;
    if arguments.only.is_none() {
        reading::run(&engine, &mut bare, report).await?;
    }
    if wanted(Part::Live) {
        engine.start().await.map_err(|error| error.to_string())?;
        live::run(&engine, &mut bare, report).await?;
    }
    if arguments.only.is_none() {
        reading::search_again(&engine, &mut bare, report).await?;
    }
    engine.stop().await.map_err(|error| error.to_string())?;
    bare.close().await
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
                let known = "--messages N, --folder DIR, --keep, --only import|live|mails|pushes|ticks, --strict (fail if a bound is missed)";
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
