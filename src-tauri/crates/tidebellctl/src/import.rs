//! `import`: a file of messages through the whole intake.

use crate::Failure;
use crate::open::{Silent, engine};
use engine::Importer;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;
use std::time::Instant;

/// Pages of the search index merged in one transaction at the end, when nobody waits: eight megabytes.
pub(crate) const MERGED: u32 = 2_000;
/// Between two moves of the progress bar, in lines.
const STEP: u64 = 1_000;

pub(crate) async fn run(data: Option<&Path>, file: &Path) -> Result<(), Failure> {
    let (mut input, size) = open(file)?;
    let engine = engine(data, Silent).await?;
    let bar = bar(size);
    let started = Instant::now();
    let mut importer = Importer::new(engine.clone());
    let (mut line, mut read, mut lines) = (Vec::new(), 0, 0_u64);
    loop {
        line.clear();
        let bytes =
            input.read_until(b'\n', &mut line).map_err(|error| format!("{}: {error}", file.display()))?;
        if bytes == 0 {
            break;
        }
        read += bytes as u64;
        lines += 1;
        let content = line.trim_ascii();
        if !content.is_empty() {
            importer.line(content).await.map_err(|error| error.to_string())?;
        }
        if lines.is_multiple_of(STEP) {
            bar.set_position(read);
        }
    }
    let accepted = importer.finish().await.map_err(|error| error.to_string())?;
    engine.stop().await.map_err(|error| error.to_string())?;
    bar.finish_and_clear();
    let seconds = started.elapsed().as_secs_f64();
    #[expect(clippy::cast_precision_loss, reason = "a rate for people; counts are far below 2^52")]
    let per_second = accepted.taken as f64 / seconds.max(f64::EPSILON);
    let result = json!({
        "messages": accepted.taken, "quarantined": accepted.quarantined, "lines": lines,
        "seconds": (seconds * 1000.0).round() / 1000.0, "per_second": per_second.round(),
    });
    crate::say(&result.to_string());
    Ok(())
}

fn open(file: &Path) -> Result<(Box<dyn BufRead>, u64), Failure> {
    if file == Path::new("-") {
        return Ok((Box::new(BufReader::new(io::stdin())), 0));
    }
    let opened = File::open(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let size = opened.metadata().map_or(0, |meta| meta.len());
    Ok((Box::new(BufReader::with_capacity(1 << 20, opened)), size))
}

/// On a terminal only: a pipe gets the result alone.
pub(crate) fn bar(size: u64) -> ProgressBar {
    let bar = if size > 0 { ProgressBar::new(size) } else { ProgressBar::new_spinner() };
    let style = "{wide_bar} {bytes}/{total_bytes} {eta}";
    if let Ok(style) = ProgressStyle::with_template(style) {
        bar.set_style(style);
    }
    bar
}
