//! The house: who may use whom, and where a library lives.

/// The root package.
pub(super) const SHELL: &str = "tidebell";

/// Which of our packages a package may use. `None`: any (it measures everything).
pub(super) const MAY_USE: &[(&str, Option<&[&str]>)] = &[
    ("domain", Some(&[])),
    ("rules", Some(&["domain"])),
    ("store", Some(&["domain"])),
    ("channels", Some(&["domain"])),
    ("team", Some(&["domain"])),
    ("seal", Some(&["domain"])),
    ("sandbox", Some(&["domain"])),
    ("engine", Some(&["channels", "domain", "rules", "seal", "store", "team"])),
    ("tidebellctl", Some(&["channels", "domain", "engine", "rules", "sandbox", "store", "team"])),
    (SHELL, Some(&["channels", "domain", "engine", "rules", "sandbox", "store", "team"])),
    ("xtask", Some(&[])),
    ("bench", None),
];

/// The packages that can do no I/O.
pub(super) const PURE: &[&str] = &["domain", "rules"];
/// The only libraries that those may use.
pub(super) const PURE_LIBRARIES: &[&str] = &["jiff", "serde", "serde_json", "thiserror"];

/// Libraries with a home. A name that ends in `*` stands for all that start so.
pub(super) const HOMES: &[(&str, &[&str])] = &[
    ("tauri*", &[SHELL]),
    ("specta*", &[SHELL]),
    ("notify-rust", &[SHELL]),
    ("keyring", &["engine"]),
    ("sqlx", &["store", "bench"]),
    ("reqwest", &["channels", "sandbox", "team"]),
    ("axum", &["channels", "sandbox", "team", "bench"]),
    ("clap", &["tidebellctl"]),
    // Chance is for ids and nonces at the edges; rules, store and engine give the same answer twice.
    ("getrandom", &["channels", "sandbox", "seal", "team", SHELL, "tidebellctl"]),
    ("rand*", &["channels", "sandbox", "team", SHELL, "tidebellctl"]),
    // One way to seal, in one place.
    ("chacha20poly1305", &["seal"]),
];
