//! The real program in a real window, driven as a person would drive it, on the private desktop of
//! `cargo xtask window-env`. Left out of a plain test run: it needs a screen, a notification server and minutes.
#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "helpers of a test, which fails by panicking and says where"
)]

mod desktop;
mod driver;
mod inbox;
mod ledger;
mod process;
mod protocol;
mod stages;

use driver::Window;
use process::House;

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
    let mut house = House::new("hidden", false);
    let window = Window::open(&house, &["--hidden"]).await;
    stages::hidden(&window).await;
    stages::start_again(&window, &house).await;
    drop(window);
    house.done();
}
