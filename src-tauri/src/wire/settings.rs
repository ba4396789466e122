//! The program itself: who sits here, language, theme.

use serde::{Deserialize, Serialize};
use specta::Type;

/// The languages of the catalogues.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
pub enum Locale {
    /// Simplified Chinese.
    #[serde(rename = "zh-CN")]
    ZhCn,
    /// English.
    #[serde(rename = "en")]
    En,
}

/// Light, dark, or as the system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    /// As the system.
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// Whether the demo shop is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum DemoState {
    /// No.
    Absent,
    /// It runs.
    Running,
}

/// What the window needs to draw its first frame.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent switches, each with its own control in the settings"
)]
pub struct AppState {
    /// No store yet: offer 连接店铺 or 试用演示店铺.
    pub first_run: bool,
    /// The demo shop.
    pub demo: DemoState,
    /// The seat at this computer (account id).
    pub me: String,
    /// Its name.
    pub me_name: String,
    /// The language.
    pub locale: Locale,
    /// The theme.
    pub theme: Theme,
    /// Starts with the system.
    pub autostart: bool,
    /// Whether the user was told that closing goes to the tray.
    pub tray_explained: bool,
    /// Whether the system took the last alert: false paints a red bar and tray.
    pub alerts_work: bool,
    /// Where the data lies.
    pub data_dir: String,
    /// The version.
    pub version: String,
    /// Seconds during which a reply can be taken back.
    pub undo_seconds: u32,
    /// The disk is full: reading goes on, writing waits.
    pub disk_full: bool,
}

/// A change of settings; what is none stays.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, Type)]
pub struct SettingsPatch {
    /// The language.
    pub locale: Option<Locale>,
    /// The theme.
    pub theme: Option<Theme>,
    /// Starts with the system.
    pub autostart: Option<bool>,
    /// The user was told that closing goes to the tray.
    pub tray_explained: Option<bool>,
}

/// What became of a test alert.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct TestAlertResult {
    /// Whether the system took it.
    pub delivered: bool,
    /// The system's words if not.
    pub detail: Option<String>,
}
