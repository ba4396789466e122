//! Aim: a reply whose store gets another line in that very moment goes over the new one: it is neither refused nor sent past
//! what nobody has read.

use crate::common::{House, Pretend, at, buyer};
use channels::{Batch, ChannelError, Connector, Cursors};
use domain::{OutgoingReply, Platform, SendOutcome};
use futures::future::BoxFuture;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;
use store::{OutboxRow, OutboxState};
use tokio::task::JoinHandle;

/// A line that does not let go: its reading ends when the test says so.
struct Clinging {
    polled: AtomicBool,
    ending: Arc<AtomicBool>,
    let_go: Mutex<Option<mpsc::Receiver<()>>>,
}

/// The reading of a line, which blocks whoever gives it up.
struct Reading {
    ending: Arc<AtomicBool>,
    let_go: mpsc::Receiver<()>,
}

impl Drop for Reading {
    fn drop(&mut self) {
        self.ending.store(true, Ordering::SeqCst);
        // A test that failed has let go too.
        let _ = self.let_go.recv();
    }
}

impl Connector for Clinging {
    fn platform(&self) -> Platform {
        Platform::AliExpress
    }
    fn poll<'a>(&'a self, _: &'a Cursors) -> BoxFuture<'a, Result<Batch, ChannelError>> {
        let let_go = self.let_go.lock().unwrap().take().expect("one reading");
        let reading = Reading { ending: Arc::clone(&self.ending), let_go };
        Box::pin(async move {
            self.polled.store(true, Ordering::SeqCst);
            std::future::pending::<()>().await;
            drop(reading);
            Ok(Batch::default())
        })
    }
    fn send<'a>(&'a self, _: &'a OutgoingReply) -> BoxFuture<'a, SendOutcome> {
        panic!("it is on its way out")
    }
}

/// A store whose old line is gone and whose new one is not there yet, with a reply that wants to go.
struct Gap {
    house: House,
    platform: Arc<Pretend>,
    let_go: mpsc::Sender<()>,
    replaced: JoinHandle<()>,
}

impl Gap {
    /// `round` is what the first round of the new line brings, `late_s` for how long the reply lay here.
    async fn open(round: Result<Batch, ChannelError>, late_s: i64) -> Self {
        let house = House::solo().await;
        house.hears([buyer("c1", "m1", 0, "Where is my parcel?")]).await;
        house.clock.set(at(60));
        let (let_go, receiver) = mpsc::channel();
        let old = Arc::new(Clinging {
            polled: AtomicBool::default(),
            ending: Arc::default(),
            let_go: Mutex::new(Some(receiver)),
        });
        let line: Arc<dyn Connector> = Arc::clone(&old) as _;
        house.engine.attach(house.shop, line, Duration::from_secs(60)).await;
        house.until(async || old.polled.load(Ordering::SeqCst)).await;
        let (main, chat) = (house.engine.main_account().await, house.id("c1").await);
        let seen = house.messages("c1").await.last().map(|message| message.id);
        house.engine.send_reply(chat, main, "a", "It arrives on Friday.", seen).await.unwrap();
        house.clock.advance(6 + late_s);
        let platform = house.platform();
        platform.queue(round);
        let (engine, shop) = (house.engine.clone(), house.shop);
        let line: Arc<dyn Connector> = Arc::clone(&platform) as _;
        let replaced = tokio::spawn(async move { engine.attach(shop, line, Duration::from_secs(60)).await });
        house.until(async || old.ending.load(Ordering::SeqCst)).await;
        Self { house, platform, let_go, replaced }
    }

    async fn reply(&self) -> OutboxRow {
        self.house.engine.store().outbox_by_client_id("a").await.unwrap().unwrap()
    }

    /// The reply's time comes in the gap; then the new line is there.
    async fn send(&mut self) {
        let engine = self.house.engine.clone();
        let sending = tokio::spawn(async move { engine.send_due().await });
        for _ in 0..40 {
            assert_eq!(self.reply().await.state, OutboxState::Waiting, "it waits for the new line");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        self.let_go.send(()).unwrap();
        (&mut self.replaced).await.unwrap();
        sending.await.unwrap().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_reply_waits_for_the_new_line_of_its_store() {
    let mut gap = Gap::open(Ok(Batch::default()), 0).await;
    gap.send().await;
    assert_eq!(
        (gap.reply().await.state, gap.platform.ledger().len()),
        (OutboxState::Sent, 1),
        "over that one"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_reply_that_lay_here_is_not_sent_over_a_new_line_that_has_read_nothing() {
    let away = ChannelError::Unreachable { detail: "no network yet".into() };
    let mut gap = Gap::open(Err(away), 8 * 3_600).await;
    gap.send().await;
    assert_eq!(gap.reply().await.state, OutboxState::Waiting, "nobody knows what the buyer wrote meanwhile");
    assert!(gap.platform.ledger().is_empty(), "nothing left");
}

#[tokio::test]
async fn of_two_lines_that_are_made_at_once_one_stays() {
    let house = House::solo().await;
    let before = house.attach().await;
    house.until(async || before.polled() > 0).await;
    let (one, other) = (house.platform(), house.platform());
    let attach = async |line: &Arc<Pretend>| {
        let line: Arc<dyn Connector> = Arc::clone(line) as _;
        house.engine.attach(house.shop, line, Duration::from_secs(60)).await;
    };
    tokio::join!(attach(&one), attach(&other));
    let held = |line: &Arc<Pretend>| Arc::strong_count(line) > 1;
    house.until(async || !held(&before) && held(&one) != held(&other)).await;
}
