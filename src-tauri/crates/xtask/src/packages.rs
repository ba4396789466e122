//! The system packages, each with the reason why it is needed.

/// A Debian package.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Package {
    /// Its name.
    pub(crate) name: &'static str,
    /// Why Tidebell needs it.
    pub(crate) why: &'static str,
    /// Programs any of which does as well, because some systems bring them in another way.
    pub(crate) or_program: &'static [&'static str],
}

const fn needs(name: &'static str, why: &'static str) -> Package {
    Package { name, why, or_program: &[] }
}

/// To build and start the desktop program.
pub(crate) const BUILD: &[Package] = &[
    needs("build-essential", "a C compiler and linker: SQLite, zstd and ring are compiled from source"),
    needs("pkg-config", "finds the libraries below for the Rust build"),
    needs("libwebkit2gtk-4.1-dev", "the web view in which the window is drawn"),
    needs("libayatana-appindicator3-dev", "the tray icon"),
    needs("librsvg2-dev", "icons in the window frame and the tray"),
    needs("libdbus-1-dev", "talks to the desktop: notifications and the key store"),
];

/// To open the real window where nobody looks: for the real-window tests and for measuring it.
pub(crate) const DESKTOP: &[Package] = &[
    needs("xvfb", "a screen without a screen, for the real window"),
    needs("openbox", "a window manager on it, so that focus and size behave as on a desk"),
    needs("dbus", "a private session bus"),
    needs("gnome-keyring", "a real key store behind the Secret Service"),
    needs("python3-dbusmock", "a notification server that logs what was raised"),
    needs("xdotool", "presses the window manager's keys: closing a window is not the web view's business"),
    needs("fonts-noto-cjk", "Chinese text in pictures and measured layouts"),
    needs("fonts-noto-color-emoji", "emoji, which buyers write and pictures must show"),
];

/// To run every test, besides [`DESKTOP`].
pub(crate) const TEST: &[Package] = &[
    needs("webkit2gtk-driver", "drives the real window through WebDriver"),
    needs("imagemagick", "takes pictures of the real window"),
    Package {
        name: "curl",
        why: "runs the bridge's examples as docs/BRIDGE.md shows them",
        or_program: &["curl"],
    },
    Package {
        name: "python3",
        why: "runs the bridge's examples as docs/BRIDGE.md shows them",
        or_program: &["python3"],
    },
    needs("dovecot-imapd", "a real mail server for the mailbox tests"),
    Package {
        name: "chromium",
        why: "runs the UI in a plain browser against the pretend shell",
        or_program: &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"],
    },
];

/// To make the text that the measurements search in.
pub(crate) const BENCH: &[Package] = &[
    needs("fortunes", "English sentences for the corpus"),
    needs("fortunes-zh", "Chinese sentences for the corpus"),
    needs("fortunes-es", "Spanish sentences for the corpus"),
    needs("fortunes-ru", "Russian sentences for the corpus"),
    needs("fortunes-br", "Portuguese sentences for the corpus"),
    needs("fortunes-de", "German sentences for the corpus"),
];
