//! The whole intake of a file of a million messages.

use crate::bare::Bare;
use crate::house;
use crate::measure::{Ask, Report, processor_time, rate};
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
    processor: Duration,
}

/// Takes in the corpus and closes the folder, as `tidebellctl import` does: what is still to be folded in or merged
/// then belongs to the time.
pub(crate) async fn run(corpus: &Path, data: &Path) -> Result<Imported, String> {
    let engine = house::open(data).await?;
    let mut importer = Importer::new(engine.clone());
    let input = BufReader::with_capacity(1 << 20, File::open(corpus).map_err(|error| error.to_string())?);
    let (started, before) = (Instant::now(), processor_time());
    for line in input.split(b'\n') {
        let line = line.map_err(|error| error.to_string())?;
        importer.line(&line).await.map_err(|error| error.to_string())?;
    }
    let messages = importer.finish().await.map_err(|error| error.to_string())?.taken;
    engine.stop().await.map_err(|error| error.to_string())?;
    let processor = processor_time().saturating_sub(before);
    Ok(Imported { messages, spent: started.elapsed(), processor })
}

/// Tells of it, beside the bare copy.
pub(crate) fn tell(imported: &Imported, bare: &Bare, report: &mut Report) {
    let per_s = rate(imported.messages, imported.spent);
    let asks = [Ask::AtLeast(8000.0), Ask::Within(2.0)];
    report.line("import through the whole intake", "messages/s", per_s, Some(bare.import_per_s), &asks);
    // On a machine with other work the clock on the wall says little; this says what the import itself costs.
    let per_s = rate(imported.messages, imported.processor);
    let name = "import through the whole intake, by processor time on all threads";
    report.note(name, "messages/s", per_s, Some(bare.import_per_processor_s));
    report.memory("resident memory at its highest so far", "VmHWM");
}
