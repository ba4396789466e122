//! A picture whose sender is killed: it leaves once, or a person is asked; never twice, and never not at all.

use super::{started, tell};
use crate::common::{Bell, Chance, ChatShop, House, Line, ManualClock, MemoryVault, comes_true, kills, open};
use crate::pictures::{files, photo, press, reply};
use domain::{ConversationId, StoreId};
use engine::NOT_ARRIVED;
use rstest::rstest;
use sandbox::Fault;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;
use store::OutboxState;

const FOLDER: &str = "TIDEBELL_PICTURE_FOLDER";
/// Where the pretend shop is, its token, the store's id and the second on the clock, with spaces in between.
const LINE: &str = "TIDEBELL_PICTURE_LINE";
const SENDER: &str = "crash::picture::the_sender_that_is_killed";
/// How often it is killed at a moment that nobody chose.
const KILLS: usize = 24;
/// Longer than any test waits: what is held back so long is under way when the sender dies.
const HELD: Duration = Duration::from_secs(60);

#[test]
#[ignore = "started by the tests below, which kill it"]
fn the_sender_that_is_killed() {
    let Ok(dir) = std::env::var(FOLDER) else { return };
    let line = std::env::var(LINE).unwrap();
    let parts: Vec<&str> = line.split(' ').collect();
    let [base, access, store, second] = parts[..] else { panic!("{line}") };
    let clock = Arc::new(ManualClock::new(domain::Timestamp::from_second(second.parse().unwrap()).unwrap()));
    super::world().block_on(async {
        let engine =
            open(Path::new(&dir), &clock, &Arc::new(Bell::default()), &Arc::new(MemoryVault::default()))
                .await;
        let line = Line { base: base.into(), access: access.into(), store: StoreId(store.parse().unwrap()) };
        line.attach(&engine, &clock).await;
        tell(1);
        engine.send_due().await.unwrap();
        tell(2);
        std::future::pending::<()>().await;
    });
}

/// A shop, and a chat in which pictures are sent.
struct Scene {
    house: House,
    shop: ChatShop,
    chat: ConversationId,
}

impl Scene {
    async fn open() -> Self {
        let house = House::solo().await;
        let (shop, chat) = ChatShop::asked(&house).await;
        Self { house, shop, chat }
    }

    /// A person sends a picture, and the program that is to send it dies at a moment of the caller's choice.
    /// The moment is told of how far that program is.
    async fn killed(self, client_id: &str, moment: impl AsyncFnOnce(&ChatShop, Receiver<usize>)) -> Self {
        let Self { house, shop, chat } = self;
        press(&house, chat, client_id).await.unwrap();
        house.clock.advance(6);
        house.engine.stop().await.unwrap();
        let House { engine, clock, bell, vault, shop: pretend, dir } = house;
        drop(engine);
        let line = shop.line();
        let line = format!("{} {} {} {}", line.base, line.access, line.store.0, clock.now_s());
        let variables = [(FOLDER, dir.path().display().to_string()), (LINE, line)];
        let (mut child, mut told) = started(SENDER, &variables);
        let (telling, steps) = channel();
        // A pipe that nobody reads would stop it; whoever chose the moment may have heard enough.
        let reader = std::thread::spawn(move || {
            for step in told.by_ref() {
                let _ = telling.send(step);
            }
        });
        moment(&shop, steps).await;
        child.kill().unwrap();
        assert!(!child.wait().unwrap().success(), "it was killed, it did not end");
        reader.join().unwrap();
        // What it had said before it died is done by now, or is never done.
        until("the end of its lines", || shop.lines() == 0).await;
        shop.core.faults.clear();
        let engine = open(dir.path(), &clock, &bell, &vault).await;
        let house = House { engine, clock, bell, vault, shop: pretend, dir };
        shop.attach(&house).await;
        Self { house, shop, chat }
    }

    /// What the next start makes of it: sent, or a person is asked, who sends it again. True if somebody was asked.
    async fn settles(&self, client_id: &str, sent_before: usize) -> bool {
        let house = &self.house;
        house.engine.send_due().await.unwrap();
        house.engine.ask_about_unknown().await.unwrap();
        house.clock.advance(61);
        house.engine.ask_about_unknown().await.unwrap();
        let row = reply(house, client_id).await;
        let asked = row.state != OutboxState::Sent;
        if asked {
            let is = (row.state, row.detail.as_str(), self.shop.arrived());
            assert_eq!(
                is,
                (OutboxState::Unknown, NOT_ARRIVED, sent_before),
                "{client_id}: a person is asked"
            );
            house.engine.send_due().await.unwrap();
            assert_eq!(self.shop.arrived(), sent_before, "{client_id}: and nothing leaves by itself");
            assert!(house.engine.send_again(client_id).await.unwrap(), "{client_id}: they send it again");
            house.clock.advance(6);
            house.engine.send_due().await.unwrap();
        }
        assert_eq!(reply(house, client_id).await.state, OutboxState::Sent, "{client_id}: it is sent");
        assert_eq!(self.shop.arrived(), sent_before + 1, "{client_id}: once");
        assert_eq!(files(house), 0, "{client_id}: and lies here no longer");
        asked
    }
}

/// Waits until the platform is where the caller wants it.
async fn until(what: &str, there: impl Fn() -> bool) {
    assert!(comes_true(async || there()).await, "{what} is never reached");
}

#[rstest]
#[case::while_it_is_uploaded("upload_image", Fault::DelayBefore(HELD), false)]
#[case::after_the_upload_before_its_answer("upload_image", Fault::DelayAfter(HELD), false)]
#[case::while_it_is_sent("send_message", Fault::DelayBefore(HELD), true)]
#[case::after_it_was_sent_before_the_answer("send_message", Fault::DelayAfter(HELD), false)]
#[tokio::test(flavor = "multi_thread")]
async fn a_picture_whose_sender_dies_is_sent_once_or_asked_about(
    #[case] call: &str,
    #[case] fault: Fault,
    #[case] asked: bool,
) {
    let scene = Scene::open().await;
    scene.shop.core.faults.arm(call, fault.clone(), 1);
    let scene = scene
        .killed("a", async |shop, _| match (call, &fault) {
            ("upload_image", Fault::DelayAfter(_)) => until(call, || !shop.shop.pictures().is_empty()).await,
            ("send_message", Fault::DelayAfter(_)) => until(call, || shop.arrived() == 1).await,
            _ => until(call, || !shop.core.ledger.calls_with(call).is_empty()).await,
        })
        .await;
    let before = usize::from(call == "send_message" && !asked);
    assert_eq!(scene.shop.arrived(), before, "as far as it came");
    assert_eq!(scene.settles("a", 0).await, asked, "asked only where nobody can know");
    assert!(
        scene.shop.shop.pictures().iter().all(|sent| sent.len() < photo().len()),
        "without notes of a camera"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sender_killed_at_any_moment_loses_no_picture_and_sends_none_twice() {
    let (mut scene, mut chance) = (Scene::open().await, Chance::of_kills(11));
    for n in 0..kills(KILLS) {
        let client_id = format!("p{n}");
        // While it comes up, or from where it begins to send: how long either takes depends on the machine.
        let (comes_up, most) = if n % 2 == 0 { (false, 250_000) } else { (true, 60_000) };
        let wait = Duration::from_micros(chance.next() % most);
        let moment = async |_: &ChatShop, steps: Receiver<usize>| {
            tokio::task::block_in_place(|| {
                if comes_up {
                    assert_eq!(steps.recv(), Ok(1), "it comes up");
                }
                std::thread::sleep(wait);
            });
        };
        scene = scene.killed(&client_id, moment).await;
        scene.settles(&client_id, n).await;
    }
    assert!(scene.house.engine.store().verify().await.unwrap().is_whole(), "nothing is half there");
}
