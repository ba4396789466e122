//! `cargo xtask api-check`: schemathesis against the bridge as it is served, with a token and without.
//!
//! The description is data that promises something of every answer; schemathesis makes requests that follow it and
//! requests that break it, and holds each answer against it. Without the right token its own check holds each answer
//! against that of a path which does not exist (`hooks.py`).

mod python;

use crate::cmd;
use crate::failure::{Failure, Outcome};
use crate::packages::DESKTOP;
use crate::system;
use crate::window_env::{self, Env, Owned};
use serde_json::Value;
use std::env::consts::OS;
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::Command;
use std::thread::sleep;
use std::time::Duration;

/// Requests made of each operation and phase; about a minute together.
const EXAMPLES: &str = "120";
/// A bridge may call 50 times a second; more is answered 429, which would hide what is looked for.
const PACE: &str = "40/s";
/// The same requests in every run.
const SEED: &str = "20260302";
/// Between two looks whether the bridge listens, and how many there are.
const LOOK: Duration = Duration::from_millis(100);
const LOOKS: u32 = 1_200;
/// What the pretend program is called.
const BRIDGE: &str = "api-check";

/// Installs what is missing, serves a fresh folder, checks it, and leaves nothing.
///
/// # Errors
/// What an answer promised and did not keep, or what could not be started.
pub(crate) fn run(args: &[String]) -> Outcome {
    if OS != "linux" {
        return Err(Failure::new("the check uses a private key store, which is set up for Linux only"));
    }
    if !args.is_empty() {
        return Err(Failure::new("usage: cargo xtask api-check"));
    }
    system::ensure(DESKTOP)?;
    check()
}

/// As [`run`], where everything but Python is there.
pub(crate) fn check() -> Outcome {
    let schemathesis = python::ensure()?;
    cmd::run(&mut cmd::with_args("cargo", &["build", "--quiet", "--workspace", "--bin", "tidebellctl"]))?;
    window_env::within(|env| {
        let served = Served::start(env)?;
        println!("With a token:");
        let mut with = served.schemathesis(&schemathesis);
        let authorised = format!("Authorization: Bearer {}", served.token);
        with.args(["--rate-limit", PACE, "-H", &authorised]).env("BRIDGE_TOKEN", &served.token);
        with.args(["--checks", "all", "--exclude-checks", "nothing_is_learned"]);
        quietly(&mut with)?;
        println!("Without the right one:");
        let mut without = served.schemathesis(&schemathesis);
        without.args(["--checks", "nothing_is_learned", "-H", "Authorization: Bearer tbr_wrong"]);
        quietly(&mut without)
    })
}

/// Runs it without showing its line, which has the token.
fn quietly(command: &mut Command) -> Outcome {
    let status = command.status().map_err(|e| Failure::new(format!("schemathesis: {e}")))?;
    if status.success() { Ok(()) } else { Err(Failure::new("the bridge and its description differ")) }
}

/// A bridge that is served.
struct Served {
    address: String,
    token: String,
    folder: PathBuf,
    _process: Owned,
}

impl Served {
    fn start(env: &Env) -> Outcome<Self> {
        let folder = env.folder().join(BRIDGE);
        let built = std::env::var("CARGO_TARGET_DIR").map_or_else(|_| cmd::root().join("target"), Into::into);
        let program = built.join("debug/tidebellctl").display().to_string();
        let mut add = cmd::started(&program);
        add.arg("--data").arg(&folder).args(["bridge", "add", "--name", BRIDGE, "--platform", "Check"]);
        let key: Value = cmd::capture(env.apply(&mut add))
            .and_then(|said| serde_json::from_str(&said).ok())
            .ok_or_else(|| Failure::new("no bridge could be made"))?;
        let word = |name: &str| key[name].as_str().unwrap_or_default().to_owned();
        let (address, token) = (word("address"), word("token"));
        let process = Owned::start(&program, env.folder(), |command| {
            env.apply(command.arg("--data").arg(&folder).arg("serve"));
        })?;
        let there = address.strip_prefix("http://").unwrap_or_default().to_owned();
        for _ in 0..LOOKS {
            if TcpStream::connect(&there).is_ok() {
                return Ok(Self { address, token, folder, _process: process });
            }
            sleep(LOOK);
        }
        Err(process.failure(&format!("nothing listens at {address}")))
    }

    /// Schemathesis on the description that a test keeps equal to the served one.
    fn schemathesis(&self, program: &str) -> Command {
        let mut command = cmd::started(program);
        // Whatever it leaves lies in a folder that goes.
        command.current_dir(&self.folder).env("BRIDGE", &self.address);
        command.env("SCHEMATHESIS_HOOKS", cmd::root().join("src-tauri/crates/xtask/src/api_check/hooks.py"));
        command.arg("run").arg(cmd::root().join("docs/bridge/openapi.json"));
        command.args([
            "--url",
            &self.address,
            "--max-examples",
            EXAMPLES,
            "--phases",
            "coverage,fuzzing,stateful",
        ]);
        command.args(["--seed", SEED, "--generation-database", "none", "--no-color"]);
        command
    }
}
