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
        let mut input = BufReader::new(io::stdin());
        must_be_utf8(&mut input)?;
        return Ok((Box::new(input), 0));
    }
    let named = |error: &dyn std::fmt::Display| format!("{}: {error}", file.display());
    let opened = File::open(file).map_err(|error| named(&error))?;
    let size = opened.metadata().map_or(0, |meta| meta.len());
    let mut input = BufReader::with_capacity(1 << 20, opened);
    must_be_utf8(&mut input).map_err(|words| named(&words))?;
    Ok((Box::new(input), size))
}

/// Refuses what PowerShell 5 makes of every text that is sent to a file: each line of it would be unreadable. What Windows
/// puts before UTF-8 is left out, else the first line would be.
pub(crate) fn must_be_utf8(input: &mut impl BufRead) -> Result<(), Failure> {
    // What a file refuses is told by whoever reads on.
    let begins: Vec<u8> =
        input.fill_buf().map(|bytes| bytes.iter().take(3).copied().collect()).unwrap_or_default();
    match begins[..] {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => {
            return Err("this is UTF-16; save it as UTF-8 (Out-File -Encoding utf8)".to_owned());
        }
        [0xef, 0xbb, 0xbf] => input.consume(3),
        _ => {}
    }
    Ok(())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_from_powershell_is_refused_before_a_line_of_it_is_taken_in() {
        let utf16: Vec<u8> = "\u{feff}{\"text\":1}\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let refused = must_be_utf8(&mut utf16.as_slice()).unwrap_err();
        assert!(refused.contains("UTF-8"), "it says what to save it as: {refused}");
        for text in ["", "{", "{\"text\":\"退款\"}\r\n"] {
            let marked = format!("\u{feff}{text}");
            for written in [text, &marked] {
                let mut input = written.as_bytes();
                must_be_utf8(&mut input).unwrap();
                assert_eq!(input, text.as_bytes(), "every line of UTF-8 is read, marked as such or not");
            }
        }
    }
}
