//! The tray icon: it stays when the window is closed, and is the last bell when the system refuses alerts.

use super::badge::{Water, draw};
use crate::wire::Locale;
use crate::words::say;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use tauri::image::Image;
use tauri::menu::{Menu, MenuItem};
use tauri::tray::{MouseButton, MouseButtonState, TrayIcon, TrayIconBuilder, TrayIconEvent};
use tauri::{AppHandle, Manager, Wry};

const BELL: &[u8] = include_bytes!("../../../icons/32x32.png");
const TRAY_ID: &str = "bell";
/// Side of the bell picture in pixels.
const SIDE: usize = 32;

/// What the tray shows, so that it is drawn again only when that changes: each drawing writes a picture to the disk and
/// has the desktop load it.
#[derive(Debug, Default)]
struct Shown(Mutex<Option<(Locale, Water, u32)>>);

/// Puts the bell into the tray. Where the desktop reads the picture from a file, that is below `folder`: two programs
/// with two folders must not overwrite each other's.
///
/// # Errors
/// If the system has no tray.
pub(crate) fn install(
    app: &AppHandle<Wry>,
    locale: Locale,
    folder: &Path,
    open: impl Fn(&AppHandle<Wry>) + Send + Sync + Clone + 'static,
) -> tauri::Result<TrayIcon<Wry>> {
    let menu = menu(app, locale)?;
    let from_menu = open.clone();
    app.manage(Shown::default());
    TrayIconBuilder::with_id(TRAY_ID)
        .temp_dir_path(folder.join("tray"))
        .icon(picture(Water::Calm, 0)?)
        .tooltip(say(locale, "tray.calm", &[]))
        .menu(&menu)
        .show_menu_on_left_click(false)
        .on_menu_event(move |app, event| match event.id().as_ref() {
            "open" => from_menu(app),
            "quit" => app.exit(0),
            _ => {}
        })
        .on_tray_icon_event(move |tray, event| {
            if let TrayIconEvent::Click {
                button: MouseButton::Left,
                button_state: MouseButtonState::Up,
                ..
            } = event
            {
                open(tray.app_handle());
            }
        })
        .build(app)
}

fn menu(app: &AppHandle<Wry>, locale: Locale) -> tauri::Result<Menu<Wry>> {
    let open = MenuItem::with_id(app, "open", say(locale, "tray.open", &[]), true, None::<&str>)?;
    let quit = MenuItem::with_id(app, "quit", say(locale, "tray.quit", &[]), true, None::<&str>)?;
    Menu::with_items(app, &[&open, &quit])
}

/// Shows how the work stands.
///
/// # Errors
/// If the system refuses the new picture.
pub(crate) fn show(app: &AppHandle<Wry>, locale: Locale, water: Water, count: u32) -> tauri::Result<()> {
    let Some(tray) = app.tray_by_id(TRAY_ID) else { return Ok(()) };
    let shown = app.state::<Shown>();
    let mut shown = shown.0.lock().unwrap_or_else(PoisonError::into_inner);
    if *shown == Some((locale, water, count)) {
        return Ok(());
    }
    let key = words(water, count);
    tray.set_icon(Some(picture(water, count)?))?;
    tray.set_tooltip(Some(say(locale, key, &[("count", &count.to_string())])))?;
    if shown.is_none_or(|(before, ..)| before != locale) {
        tray.set_menu(Some(menu(app, locale)?))?;
    }
    *shown = Some((locale, water, count));
    Ok(())
}

/// What is said of it.
const fn words(water: Water, count: u32) -> &'static str {
    match (water, count) {
        (Water::Broken, _) => "tray.broken",
        (Water::Red, 0) => "tray.due",
        (Water::Red, _) => "tray.urgent",
        (Water::Amber, 0) => "tray.near",
        (Water::Calm, 0) => "tray.calm",
        (Water::Amber | Water::Calm, _) => "tray.waiting",
    }
}

fn picture(water: Water, count: u32) -> tauri::Result<Image<'static>> {
    let bell = Image::from_bytes(BELL)?;
    let (width, height) = (bell.width(), bell.height());
    let mut rgba = bell.rgba().to_vec();
    draw(&mut rgba, SIDE, water, count);
    Ok(Image::new_owned(rgba, width, height))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_to_answer_is_said_only_where_nothing_is_near() {
        assert_eq!(words(Water::Calm, 0), "tray.calm", "then it is true");
        for water in [Water::Amber, Water::Red, Water::Broken] {
            let said = say(Locale::En, words(water, 0), &[("count", "0")]);
            assert!(!said.contains("nothing") && !said.contains(" 0 "), "{water:?} says {said}");
        }
    }
}
