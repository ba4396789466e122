//! Putting the program together: folder, log, engine, window, tray, and what runs between them.

use crate::app::App;
use crate::commands::builder;
use crate::demo::Demo;
use crate::first_paint::FirstPaint;
use crate::native::badge::Water;
use crate::native::{AlertAction, DesktopNotifier, TeamWords, autostart, instance, refusal, tray, window};
use crate::wire::{Locale, NoticeEvent, OpenConversationEvent};
use crate::{bridge, words};
use domain::{ConversationId, to_ms};
use engine::{Engine, KeyringVault, Notifier, PROGRAM, Ports, SystemClock, default_folder};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, RwLock};
use std::time::Instant;
use tauri::{AppHandle, Manager, RunEvent, WindowEvent, Wry};
use tauri_plugin_window_state::StateFlags;
use tauri_specta::Event as _;

/// The main account's name on a fresh folder; the owner renames it with the first store.
const MAIN_NAME: &str = "主账号";

/// What was typed on the command line.
#[derive(Debug, Clone, Default)]
pub(crate) struct Arguments {
    pub(crate) data: Option<PathBuf>,
    pub(crate) hidden: bool,
}

/// Runs the program until it is quit.
///
/// # Errors
/// In words, if the system has no web view or the data can't be opened.
pub(crate) fn run(arguments: Arguments, begun: Instant) -> Result<(), String> {
    let folder =
        arguments.data.clone().or_else(default_folder).ok_or("no home folder; name one with --data DIR")?;
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let _log = crate::log::start(&folder);
    start(arguments, folder, begun).inspect_err(|words| tracing::error!(%words, "the program does not start"))
}

fn start(arguments: Arguments, folder: PathBuf, begun: Instant) -> Result<(), String> {
    if let Some(words) = refusal::no_web_view() {
        return Err(words);
    }
    let first_paint = FirstPaint::since(begun, arguments.hidden);
    let specta = builder();
    let invoke = specta.invoke_handler();
    let (named, hidden) = (arguments.data.as_deref(), arguments.hidden);
    let mut context = tauri::generate_context!();
    // A named folder is another shop, and may run beside the one in the default folder.
    context.config_mut().identifier = instance::identifier(&context.config().identifier, named);
    let program = tauri::Builder::default()
        // Before all others: a second start comes no further.
        .plugin(tauri_plugin_single_instance::init(|app, _, _| window::raise(app)))
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_window_state::Builder::default().with_state_flags(remembered()).build())
        .invoke_handler(invoke)
        .setup(move |app| {
            specta.mount_events(app);
            // What is returned here ends in a panic, which nobody sees.
            show(app.handle(), hidden).unwrap_or_else(|words| give_up(app.handle(), &words));
            Ok(())
        })
        .on_window_event(|window, event| {
            if let WindowEvent::CloseRequested { api, .. } = event {
                api.prevent_close();
                let _ = window.hide();
                explain_tray(window.app_handle());
            }
        })
        .build(context)
        .map_err(|error| error.to_string())?;
    program.manage(first_paint);
    program.manage(autostart::entry(&program, named)?);
    // Before the loop begins: there a refusal could only end in a panic.
    open_folder(program.handle(), &arguments, folder)?;
    program.run(|app, event| {
        // A click in the dock, or another start: the window was hidden, and macOS starts nothing a second time.
        #[cfg(target_os = "macos")]
        if let RunEvent::Reopen { .. } = event {
            window::raise(app);
        }
        if let RunEvent::Exit = event {
            let shared = app.state::<Arc<App>>().inner().clone();
            if let Err(error) = tauri::async_runtime::block_on(shared.engine.stop()) {
                tracing::error!(%error, "the file could not be closed cleanly");
            }
        }
    });
    Ok(())
}

/// There will be no window: says why, then ends as if it were quit.
fn give_up(handle: &AppHandle<Wry>, words: &str) {
    tracing::error!(%words, "there is no window");
    refusal::tell(words);
    handle.exit(1);
}

/// Size and place are remembered; whether the window was shown is not: a start with the system stays hidden, any other
/// start shows it.
fn remembered() -> StateFlags {
    StateFlags::all() & !StateFlags::VISIBLE
}

/// Opens the data, which a second start on the same folder never comes to: the first has been called by then.
fn open_folder(handle: &AppHandle<Wry>, arguments: &Arguments, folder: PathBuf) -> Result<(), String> {
    let locale = Arc::new(RwLock::new(Locale::ZhCn));
    let acting = handle.clone();
    let notifier: Arc<dyn Notifier> =
        Arc::new(DesktopNotifier::new(Arc::clone(&locale), move |action| act(&acting, action)));
    let service = match &arguments.data {
        Some(dir) => format!("{PROGRAM}:{}", dir.display()),
        None => PROGRAM.to_owned(),
    };
    let ports = Ports {
        clock: Arc::new(SystemClock),
        notifier,
        vault: Arc::new(KeyringVault::new(service)),
        words: Arc::new(TeamWords::new(Arc::clone(&locale))),
    };
    let app = tauri::async_runtime::block_on(async {
        let engine = Engine::open(&folder, MAIN_NAME, ports).await.map_err(|error| error.to_string())?;
        App::open(engine, folder, locale).await.map_err(|error| error.detail)
    })?;
    handle.state::<FirstPaint>().opened();
    handle.manage(Arc::new(app));
    Ok(())
}

/// Window, tray, and everything that runs.
fn show(handle: &AppHandle<Wry>, hidden: bool) -> Result<(), String> {
    let app = handle.state::<Arc<App>>().inner().clone();
    let locale = app.kept().locale;
    window::build(handle, locale, !hidden).map_err(|error| error.to_string())?;
    // A desktop without a tray still has a window; then closing it quits nothing and a second start raises it.
    if let Err(error) = tray::install(handle, locale, &app.folder, window::raise) {
        tracing::warn!(%error, "no tray");
    }
    tauri::async_runtime::spawn(bridge::listen(handle.clone(), Arc::clone(&app)));
    tauri::async_runtime::spawn(begin(app));
    Ok(())
}

async fn begin(app: Arc<App>) {
    match Demo::wanted(&app.engine).await {
        Ok(true) => match Demo::start(&app.engine).await {
            Ok(demo) => *app.demo.lock().await = Some(demo),
            Err(error) => tracing::error!(%error, "the demo shop could not be started"),
        },
        Ok(false) => {}
        Err(error) => tracing::error!(%error, "the demo shop's state could not be read"),
    }
    if let Err(error) = app.engine.start().await {
        tracing::error!(%error, "the stores could not be started");
    }
}

/// A click on a toast.
fn act(handle: &AppHandle<Wry>, action: AlertAction) {
    match action {
        AlertAction::Open(conversation) => open(handle, conversation, false),
        AlertAction::Transfer(conversation) => open(handle, conversation, true),
        AlertAction::Snooze(conversation) => {
            let app = handle.state::<Arc<App>>().inner().clone();
            tauri::async_runtime::spawn(async move {
                if let Err(error) = app.engine.snooze(conversation).await {
                    tracing::warn!(%error, "an alert could not be put off");
                }
            });
        }
    }
}

fn open(handle: &AppHandle<Wry>, conversation: ConversationId, transfer: bool) {
    window::raise(handle);
    let event = OpenConversationEvent { conversation_id: conversation.to_string(), transfer };
    if !handle.state::<Arc<App>>().heard(&event) {
        return;
    }
    if let Err(error) = event.emit(handle) {
        tracing::warn!(%error, "the window could not be told");
    }
}

/// Closing goes to the tray; that is explained once.
fn explain_tray(handle: &AppHandle<Wry>) {
    let app = handle.state::<Arc<App>>().inner().clone();
    let mut kept = app.kept();
    if kept.tray_explained {
        return;
    }
    let handle = handle.clone();
    tauri::async_runtime::spawn(async move {
        window::raise(&handle);
        let event =
            NoticeEvent { code: "closed_to_tray".into(), conversation_id: None, params: BTreeMap::new() };
        let _ = event.emit(&handle);
        kept.tray_explained = true;
        if let Err(error) = app.keep(kept).await {
            tracing::warn!(detail = error.detail, "a setting could not be kept");
        }
    });
}

/// Titles of the native parts in a new language.
pub(crate) fn retitle(handle: &AppHandle<Wry>, locale: Locale) {
    if let Some(window) = handle.get_webview_window(window::LABEL) {
        let _ = window.set_title(&words::say(locale, "window.title", &[]));
    }
}

/// Shows how the work stands in the tray.
pub(crate) async fn show_water(handle: &AppHandle<Wry>, app: &App, alerts_work: bool) {
    let store = app.engine.store();
    let now = app.engine.now();
    let edges = [600_000, 3_600_000].map(|ms| domain::from_ms(to_ms(now) + ms));
    let counts = store.due_counts(store::View::Team, None, &edges).await.unwrap_or_default();
    let owing = store.view_counts(None).await.map_or(0, |counts| counts.owing);
    let water = match counts.as_slice() {
        _ if !alerts_work => Water::Broken,
        [red, ..] if *red > 0 => Water::Red,
        [_, amber, ..] if *amber > 0 => Water::Amber,
        _ => Water::Calm,
    };
    let count = u32::try_from(owing).unwrap_or(u32::MAX);
    if let Err(error) = tray::show(handle, app.kept().locale, water, count) {
        tracing::debug!(%error, "the tray could not be changed");
    }
}
