//! How each part of the private desktop is started, and how it is known to be ready.

use super::Env;
use super::process::{Owned, PAUSE};
use crate::cmd;
use crate::failure::{Failure, Outcome};
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::thread::sleep;

/// A minute in steps of [`PAUSE`]: a loaded two-core machine needs a second or two, a busier one more.
const TRIES: u32 = 2_400;

const BUS: &str = include_str!("bus.conf");

/// Xvfb picks a free display itself and writes its number when it is ready.
pub(super) fn screen(env: &mut Env) -> Outcome {
    let mut screen = Owned::start("Xvfb", env.folder(), |command| {
        command.args(["-displayfd", "1", "-screen", "0", "1440x900x24", "-nolisten", "tcp", "-noreset"]);
        command.stdout(Stdio::piped());
    })?;
    let display = first_line(&mut screen, "Xvfb")?;
    env.processes.push(screen);
    env.set("DISPLAY", format!(":{display}"));
    Ok(())
}

/// A session bus of our own, ready when it has written its address.
pub(super) fn bus(env: &mut Env) -> Outcome {
    let config = env.folder().join("bus.conf");
    let socket = env.folder().join("bus").display().to_string();
    fs::write(&config, BUS.replace("SOCKET", &socket))
        .map_err(|e| Failure::new(format!("{}: {e}", config.display())))?;
    let mut bus = Owned::start("dbus-daemon", env.folder(), |command| {
        command.arg("--config-file").arg(&config).args(["--nofork", "--nopidfile", "--print-address=1"]);
        command.stdout(Stdio::piped());
    })?;
    let address = first_line(&mut bus, "dbus-daemon")?;
    env.processes.push(bus);
    env.set("DBUS_SESSION_BUS_ADDRESS", address);
    Ok(())
}

/// Windows get focus and keep the size they ask for only with somebody managing them.
pub(super) fn window_manager(env: &mut Env) -> Outcome {
    let variables = |command: &mut Command| {
        env.apply(command).arg("--sm-disable");
    };
    let manager = Owned::start("openbox", env.folder(), variables)?;
    env.processes.push(manager);
    Ok(())
}

/// A real Secret Service, its keyring unlocked with an empty password, kept in the temporary folder.
pub(super) fn key_store(env: &mut Env) -> Outcome {
    let mut store = Owned::start("gnome-keyring-daemon", env.folder(), |command| {
        env.apply(command).args(["--foreground", "--unlock", "--components=secrets"]).stdin(Stdio::piped());
        command.env("XDG_DATA_HOME", env.folder().join("data"));
    })?;
    if let Some(mut input) = store.stdin() {
        input.write_all(b"\n").map_err(|e| Failure::new(format!("gnome-keyring-daemon: {e}")))?;
    }
    env.processes.push(store);
    ready(env, "org.freedesktop.secrets")
}

/// Logs every notification to the file that `TIDEBELL_NOTIFICATIONS` names; its mock interface can click on one.
pub(super) fn notifications(env: &mut Env) -> Outcome {
    let log = env.folder().join("notifications.log");
    // The system's Python: another one that comes first on the PATH may lack dbusmock.
    let server = Owned::start("/usr/bin/python3", env.folder(), |command| {
        env.apply(command).args(["-m", "dbusmock", "--session", "--template", "notification_daemon"]);
        command.args(["--parameters", r#"{"capabilities": "actions body body-markup persistence sound"}"#]);
        command.arg("--logfile").arg(&log);
    })?;
    env.processes.push(server);
    env.set("TIDEBELL_NOTIFICATIONS", log);
    ready(env, "org.freedesktop.Notifications")
}

/// Reads the line that a process writes when it is ready.
fn first_line(process: &mut Owned, name: &str) -> Outcome<String> {
    let mut line = String::new();
    if let Some(output) = process.stdout() {
        let read = BufReader::new(output).read_line(&mut line);
        read.map_err(|e| process.failure(&format!("{name} could not be heard ({e})")))?;
    }
    match line.trim() {
        "" => Err(process.failure(&format!("{name} ended before it was ready"))),
        line => Ok(line.to_owned()),
    }
}

/// Waits until somebody on the bus answers to `name`.
fn ready(env: &Env, name: &str) -> Outcome {
    let owner = format!("string:{name}");
    for _ in 0..TRIES {
        let args = [
            "--session",
            "--print-reply=literal",
            "--dest=org.freedesktop.DBus",
            "/",
            "org.freedesktop.DBus.NameHasOwner",
        ];
        let mut ask = cmd::with_args("dbus-send", &args);
        if cmd::capture(env.apply(ask.arg(&owner))).is_some_and(|answer| answer.contains("true")) {
            return Ok(());
        }
        sleep(PAUSE);
    }
    let what = format!("nobody answered as {name} on the private bus");
    Err(env.processes.last().map_or_else(|| Failure::new(&what), |server| server.failure(&what)))
}
