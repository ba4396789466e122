//! The real program in a real window, driven as a person would drive it, on the private desktop of
//! `cargo xtask window-env`. Left out of a plain test run: it needs a screen, a notification server and minutes.
#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "helpers of a test, which fails by panicking and says where"
)]

mod connect;
mod desktop;
mod driver;
mod inbox;
mod ledger;
mod pretend;
mod process;
mod protocol;
mod refused;
mod russian;
mod stages;
mod tray;
mod wizard;

use driver::Window;
use process::House;
use tray::{RED, TrayHost};

#[tokio::test]
#[ignore = "needs a screen, a notification server and minutes: cargo xtask test"]
async fn a_buyer_is_answered_in_time_and_nothing_is_lost() {
    let mut house = House::new("answered", true);
    let mut window = Window::open(&house, &[]).await;
    stages::welcome(&window).await;
    stages::russian_message(&window).await;
    stages::countdown(&window).await;
    let rung = stages::alert(&window, &house).await;
    let reply = stages::answer(&window, &house, &rung).await;
    let kept = ledger::everything(&house.data).await;
    window.kill();
    drop(window);

    window = Window::open(&house, &[]).await;
    stages::still_there(&window, &house, &reply, &kept).await;
    stages::search(&window).await;
    stages::language_and_theme(&window).await;
    drop(window);
    house.done();
}

#[tokio::test]
#[ignore = "needs a screen, a notification server and minutes: cargo xtask test"]
async fn what_a_seller_switches_puts_off_or_takes_back_holds_over_a_power_cut() {
    let mut house = House::new("desk", true);
    let tray = TrayHost::start(&house).await;
    let mut window = Window::open(&house, &[]).await;
    stages::welcome(&window).await;
    let put_off = stages::put_off(&house).await;
    let since = stages::suspended(&window, &house).await;
    let shown = tray.until(RED, async || ledger::owing(&house.data).await).await;
    assert_eq!(house.programs(), [shown.process], "the picture in the tray is this program's");
    stages::autostart(&window, &house).await;
    stages::sync_switch(&window, &house).await;
    stages::undone(&window, &house, &put_off.buyer).await;
    let draft = stages::draft(&window, &house, &put_off.buyer).await;
    window.kill();
    drop(window);

    window = Window::open(&house, &[]).await;
    stages::draft_is_back(&window, &put_off.buyer, &draft).await;
    stages::reminded(&house, &put_off).await;
    stages::passed_over(&house, since).await;
    drop(window);
    house.done();
}

#[tokio::test]
#[ignore = "needs a screen and a notification server: cargo xtask test"]
async fn deadlines_that_fall_together_ring_once_and_a_link_is_opened_after_a_question() {
    let mut house = House::new("together", true);
    stages::browser(&house, "");
    stages::fill(&house).await;
    let window = Window::open(&house, &[]).await;
    stages::merged(&window, &house).await;
    stages::link(&window, &house).await;
    stages::in_use(&house);
    drop(window);
    house.done();
}

#[tokio::test]
#[ignore = "needs a screen: cargo xtask test"]
async fn closing_goes_to_the_tray_and_a_second_start_brings_the_window_back() {
    let mut house = House::new("tray", false);
    let window = Window::open(&house, &[]).await;
    stages::welcome(&window).await;
    stages::close_to_tray(&window).await;
    stages::start_again(&window, &house).await;
    drop(window);
    house.done();
}

#[tokio::test]
#[ignore = "needs a screen: cargo xtask test"]
async fn started_with_the_system_it_shows_no_window_until_asked() {
    let mut house = House::new("hidden", true);
    let window = Window::open(&house, &["--hidden"]).await;
    stages::hidden(&window).await;
    stages::start_again(&window, &house).await;
    drop(window);
    house.done();
}
