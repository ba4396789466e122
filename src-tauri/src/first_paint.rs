//! How long a start takes, in the log: it is the first thing to ask for when somebody says that it is slow.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// The instants of one start. Measures of time, not times of day: those come from the clock port alone.
#[derive(Debug)]
pub(crate) struct FirstPaint {
    begun: Instant,
    /// A hidden start paints when somebody asks for the window, which tells nothing of the start.
    hidden: bool,
    open: OnceLock<Duration>,
    painted: OnceLock<Duration>,
}

impl FirstPaint {
    /// A program that began at `begun`.
    pub(crate) fn since(begun: Instant, hidden: bool) -> Self {
        Self { begun, hidden, open: OnceLock::new(), painted: OnceLock::new() }
    }

    /// The file is open.
    pub(crate) fn opened(&self) {
        self.open.get_or_init(|| self.begun.elapsed());
    }

    /// The first rows of the list are on the screen. Only the first time counts: a page that was loaded again does not
    /// begin the program again.
    pub(crate) fn painted(&self) {
        if self.hidden {
            return;
        }
        self.painted.get_or_init(|| {
            let painted = self.begun.elapsed();
            let open_ms = self.open.get().map_or(0, Duration::as_millis);
            tracing::info!(painted_ms = painted.as_millis(), open_ms, "the inbox is painted");
            painted
        });
    }
}
