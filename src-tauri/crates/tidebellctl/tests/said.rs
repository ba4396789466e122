//! Aim: whoever reads no further is no reason to fail, and whatever else keeps the result from being written is.

use std::io::Write;
use std::process::{Command, Output, Stdio};

/// What becomes of a result that goes to `to`. It is not said before everything was read, so by then nobody reads it.
fn parses(to: Stdio) -> std::io::Result<Output> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tidebellctl"));
    command.args(["parse", "mail"]).stdin(Stdio::piped()).stdout(to).stderr(Stdio::piped());
    let mut program = command.spawn()?;
    drop(program.stdout.take());
    if let Some(mut input) = program.stdin.take() {
        input.write_all(b"From: a@b.example\r\n\r\nhi\r\n")?;
    }
    program.wait_with_output()
}

#[test]
fn a_closed_pipe_is_no_failure() {
    let ended = parses(Stdio::piped()).unwrap();
    assert!(ended.status.success(), "{ended:?}");
    assert!(ended.stderr.is_empty(), "and no news: {}", String::from_utf8_lossy(&ended.stderr));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_said() {
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let ended = parses(full.into()).unwrap();
    let words = String::from_utf8_lossy(&ended.stderr);
    assert_eq!(ended.status.code(), Some(1), "{words}");
    assert!(words.contains("could not be written") && !words.contains("panicked"), "{words}");
}
