//! A tray as desktops have it, and what the program shows there.

use crate::process::{House, Owned};
use serde::Deserialize;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use tauri::image::Image;

const GLANCE: Duration = Duration::from_millis(100);
/// The tray follows a change at once, and time alone within 20 s; the rest is a loaded machine.
const FOLLOWED: Duration = Duration::from_secs(90);
/// The colour of what is overdue or due within ten minutes.
pub(crate) const RED: [u8; 4] = [200, 51, 31, 255];
const WHITE: [u8; 4] = [255; 4];
/// The digits as the picture writes them, three by five.
const DIGITS: [&str; 10] = [
    "####.##.##.####",
    ".#.##..#..#.###",
    "###..#####..###",
    "###..####..####",
    "#.##.####..#..#",
    "####..###..####",
    "####..####.####",
    "###..#.#..#..#.",
    "####.#####.####",
    "####.####..####",
];

/// Somebody who shows what programs put into the tray.
pub(crate) struct TrayHost {
    log: PathBuf,
    _host: Owned,
}

/// What the program shows.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Shown {
    /// Its process.
    pub(crate) process: u32,
    /// A copy of the picture.
    picture: Option<PathBuf>,
}

impl TrayHost {
    /// Before the program: it looks for a tray when it starts.
    pub(crate) async fn start(house: &House) -> Self {
        let folder = house.pictures().join("tray");
        fs::create_dir_all(&folder).unwrap();
        let log = folder.join("shown.ndjson");
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/src-tauri/tests/window/tray_host.py");
        // The system's Python: another one that comes first on the PATH may lack the bus.
        let mut command = Command::new("/usr/bin/python3");
        command.arg(script).arg(&log).stdin(Stdio::null());
        let host = Owned(command.spawn().expect("python3-dbusmock brings Python and the bus"));
        let begun = Instant::now();
        while !log.exists() {
            assert!(begun.elapsed() < FOLLOWED, "waited {FOLLOWED:?} for the tray");
            tokio::time::sleep(GLANCE).await;
        }
        Self { log, _host: host }
    }

    /// What is shown now.
    pub(crate) fn shown(&self) -> Option<Shown> {
        let log = fs::read_to_string(&self.log).unwrap();
        log.lines()
            .rev()
            .filter_map(|line| serde_json::from_str::<Shown>(line).ok())
            .find(|one| one.picture.is_some())
    }

    /// Waits for a picture with a dot of a colour and a number in it; where the picture is.
    pub(crate) async fn until(&self, colour: [u8; 4], count: impl AsyncFn() -> u64) -> Shown {
        let begun = Instant::now();
        loop {
            let (wanted, shown) = (count().await, self.shown());
            let read = shown.as_ref().and_then(Shown::read);
            if read == Some((colour, wanted.to_string())) {
                return shown.unwrap();
            }
            assert!(
                begun.elapsed() < FOLLOWED,
                "waited {FOLLOWED:?} for {wanted} on {colour:?} in the tray; there is {read:?}: {shown:?}"
            );
            tokio::time::sleep(GLANCE).await;
        }
    }
}

impl Shown {
    /// The colour of the dot and the number in it; none while there is no dot.
    fn read(&self) -> Option<([u8; 4], String)> {
        let picture = Image::from_bytes(&fs::read(self.picture.as_ref()?).ok()?).ok()?;
        let size = usize::try_from(picture.width()).unwrap();
        let pixel =
            |x: usize, y: usize| -> [u8; 4] { picture.rgba()[(y * size + x) * 4..][..4].try_into().unwrap() };
        // The dot sits in the lower right corner; its highest point is free of digits.
        let (radius, scale) = (size * 5 / 16, size / 16);
        let centre = size - radius - 1;
        let colour = pixel(centre, centre - radius + 1);
        let inside =
            |x: usize, y: usize| x.abs_diff(centre).pow(2) + y.abs_diff(centre).pow(2) <= radius * radius;
        let all = (0..size).flat_map(|y| (0..size).map(move |x| (x, y)));
        let white: Vec<(usize, usize)> = all.filter(|&(x, y)| inside(x, y) && pixel(x, y) == WHITE).collect();
        let left = white.iter().map(|at| at.0).min()?;
        let right = white.iter().map(|at| at.0).max()?;
        let top = white.iter().map(|at| at.1).min()?;
        let width = (right + 1 - left).div_ceil(scale);
        // A one is as wide as the others, so that each digit begins four columns after the last.
        let number = (0..width.div_ceil(4)).map(|at| {
            let bit = |cell: usize| {
                let (x, y) = (left + (at * 4 + cell % 3) * scale, top + cell / 3 * scale);
                if white.contains(&(x, y)) { '#' } else { '.' }
            };
            let seen: String = (0..15).map(bit).collect();
            DIGITS.iter().position(|digit| *digit == seen).map(|digit| digit.to_string())
        });
        Some((colour, number.collect::<Option<String>>()?))
    }
}
