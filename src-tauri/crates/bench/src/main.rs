#![doc = include_str!("../README.md")]

mod bare;
mod corpus;
mod intake;
mod measure;
mod reading;
mod rules_bench;

use measure::Report;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What was typed.
struct Arguments {
    messages: u64,
    folder: PathBuf,
    keep: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
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

async fn run() -> Result<(), String> {
    let arguments = arguments()?;
    std::fs::create_dir_all(&arguments.folder).map_err(|error| error.to_string())?;
    let corpus = arguments.folder.join("corpus.ndjson");
    complain(&format!("making {} messages in {}", arguments.messages, arguments.folder.display()));
    make(&corpus, arguments.messages)?;
    let mut report = Report;
    rules_bench::run(&mut report);
    let bare = bare::run(&corpus, &arguments.folder).await?;
    let data = arguments.folder.join("data");
    let engine = intake::run(&corpus, &data, &bare, &mut report).await?;
    intake::live(&engine, &bare, &mut report).await?;
    reading::run(&engine, &bare, &mut report).await?;
    report.memory();
    engine.stop().await.map_err(|error| error.to_string())?;
    if !arguments.keep {
        std::fs::remove_dir_all(&arguments.folder).map_err(|error| error.to_string())?;
    }
    Ok(())
}

fn arguments() -> Result<Arguments, String> {
    let mut arguments =
        Arguments { messages: 1_000_000, folder: std::env::temp_dir().join("tidebell-bench"), keep: false };
    let mut typed = std::env::args().skip(1);
    while let Some(word) = typed.next() {
        match word.as_str() {
            "--messages" => {
                let number = typed.next().ok_or("--messages needs a number")?;
                arguments.messages = number.parse().map_err(|_| format!("not a number: {number}"))?;
            }
            "--folder" => arguments.folder = typed.next().ok_or("--folder needs a folder")?.into(),
            "--keep" => arguments.keep = true,
            other => return Err(format!("unknown {other}; known: --messages N, --folder DIR, --keep")),
        }
    }
    Ok(arguments)
}

fn make(to: &Path, messages: u64) -> Result<(), String> {
    let mut out = BufWriter::new(File::create(to).map_err(|error| error.to_string())?);
    corpus::write(messages, 7, &mut out).map_err(|error| error.to_string())?;
    out.flush().map_err(|error| error.to_string())
}
