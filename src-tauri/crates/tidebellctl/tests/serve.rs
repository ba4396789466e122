//! Aim: the engine without a window ends as it should when the system that runs services wants it to.

#![cfg(unix)]

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

#[test]
fn it_ends_cleanly_when_it_is_asked_to_terminate() {
    let data = tempfile::tempdir().unwrap();
    let mut program = Command::new(env!("CARGO_BIN_EXE_tidebellctl"))
        .arg("--data")
        .arg(data.path())
        .arg("serve")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = String::new();
    BufReader::new(program.stdout.take().unwrap()).read_line(&mut said).unwrap();
    assert!(said.contains("serving"), "it runs: {said}");
    let asked = Command::new("kill").args(["-TERM", &program.id().to_string()]).status().unwrap();
    assert!(asked.success(), "it was asked to end");
    let ended = program.wait().unwrap();
    assert!(ended.success(), "the file is closed, and what was with a platform has its fate: {ended}");
}
