//! The whole intake of a file of a million messages.

use crate::bare::Bare;
use crate::house;
use crate::measure::{Ask, Report, rate};
use engine::Importer;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::time::{Duration, Instant};

/// How the import went.
#[derive(Debug)]
pub(crate) struct Imported {
    messages: u64,
    spent: Duration,
}

/// Takes in the corpus and closes the folder, as `tidebellctl import` does: what is still to be folded in or merged
/// then belongs to the time.
pub(crate) async fn run(corpus: &Path, data: &Path) -> Result<Imported, String> {
    let engine = house::open(data).await?;
    let mut importer = Importer::new(engine.clone());
    let input = BufReader::with_capacity(1 << 20, File::open(corpus).map_err(|error| error.to_string())?);
    let started = Instant::now();
    for line in input.split(b'\n') {
        let line = line.map_err(|error| error.to_string())?;
        importer.line(&line).await.map_err(|error| error.to_string())?;
    }
    let messages = importer.flush().await.map_err(|error| error.to_string())?.taken;
    drop(importer);
    engine.stop().await.map_err(|error| error.to_string())?;
    Ok(Imported { messages, spent: started.elapsed() })
}

/// Tells of it, beside the bare copy.
pub(crate) fn tell(imported: &Imported, bare: &Bare, report: &mut Report) {
    let rate = rate(imported.messages, imported.spent);
    let asks = [Ask::AtLeast(8000.0), Ask::Within(2.0)];
    report.line("import through the whole intake", "messages/s", rate, Some(bare.import_per_s), &asks);
    report.memory("resident memory at its highest so far", "VmHWM");
}
