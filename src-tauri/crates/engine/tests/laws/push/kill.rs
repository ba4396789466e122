//! A program killed at any moment has lost no push that was answered.

use crate::common::{Bell, Chance, House, ManualClock, MemoryVault, PUBLIC, Shop, at, kills, open};
use domain::Secret;
use engine::SecretVault as _;
use sandbox::shopee::Delivery;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::pin::pin;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

/// The child's folder.
const FOLDER: &str = "TIDEBELL_PUSH_FOLDER";
/// How often it is killed.
const KILLS: usize = 25;

#[test]
#[ignore = "started by the test below, which kills it"]
fn the_receiver_that_is_killed() {
    let Ok(dir) = std::env::var(FOLDER) else { return };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let (clock, bell) = (Arc::new(ManualClock::new(at(0))), Arc::new(Bell::default()));
        let vault = Arc::new(MemoryVault::default());
        let setup = sandbox::shopee::ShopSetup::default();
        vault.set("shopee-push/1000042", &Secret::new(setup.partner_key)).unwrap();
        let engine = open(Path::new(&dir), &clock, &bell, &vault).await;
        engine.start().await.unwrap();
        let mut out = std::io::stdout();
        writeln!(out, "\nlistens").unwrap();
        out.flush().unwrap();
        std::future::pending::<()>().await;
    });
}

fn child(dir: &Path) -> Child {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([
            "push::kill::the_receiver_that_is_killed",
            "--exact",
            "--ignored",
            "--nocapture",
            "--test-threads=1",
        ])
        .env(FOLDER, dir)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let listens = lines.map_while(Result::ok).any(|line| line == "listens");
    assert!(listens, "the child came up");
    child
}

#[tokio::test(flavor = "multi_thread")]
async fn a_push_that_was_answered_is_never_lost_by_a_kill() {
    let house = House::solo().await;
    house.engine.start().await.unwrap();
    let shop = Shop::open(&house, 555_000_111).await;
    shop.receive(&house).await;
    let local = house.engine.push_receiver(shop.store).await.unwrap().local;
    house.engine.stop().await.unwrap();
    let House { engine, clock, bell, vault, shop: pretend, dir } = house;
    drop(engine);

    let delivery = Delivery {
        callback_url: format!("{PUBLIC}/shopee/push/1000042"),
        relay_to: local,
        times: 1,
        reversed: false,
    };
    let (mut answered, mut chance) = (Vec::new(), Chance::of_kills(7));
    let kills = kills(KILLS);
    for _ in 0..kills {
        let mut child = child(dir.path());
        // Some answers later; then in the middle of whatever it does.
        let enough = answered.len() + 2 + chance.below(20);
        let moment = Duration::from_micros(chance.next() % 20_000);
        let mut stopped = pin!(None);
        loop {
            if answered.len() >= enough && stopped.is_none() {
                stopped.set(Some(tokio::time::sleep(moment)));
            }
            let id = shop.platform.buyer_says(1 + chance.next() % 9, "hi");
            let push = [shop.platform.message_push(&id).unwrap()];
            let late = async {
                match stopped.as_mut().as_pin_mut() {
                    Some(stopped) => stopped.await,
                    None => std::future::pending().await,
                }
            };
            // A line that breaks is a push without an answer.
            tokio::select! {
                () = late => break,
                statuses = shop.platform.deliver(&push, &delivery) => {
                    if statuses.is_ok_and(|statuses| statuses == [200]) {
                        answered.push(id);
                    }
                }
            }
        }
        child.kill().unwrap();
        assert!(!child.wait().unwrap().success(), "it was killed, it did not end");
    }
    assert!(answered.len() > kills, "the platform had answers: {}", answered.len());

    let engine = open(dir.path(), &clock, &bell, &vault).await;
    let house = House { engine, clock, bell, vault, shop: pretend, dir };
    // What waits is worked on; the platform is not asked for anything.
    shop.core.faults.arm_always("", sandbox::Fault::CutBefore);
    house.engine.start().await.unwrap();
    shop.worked(&house).await;
    let known = house.engine.store().known(shop.store, &answered).await.unwrap();
    let lost: Vec<&String> = answered.iter().filter(|id| !known.contains(*id)).collect();
    assert!(lost.is_empty(), "of {} that were answered: {lost:?}", answered.len());
    let count = house.engine.store().count_ids(shop.store, "").await.unwrap();
    assert!(count >= answered.len() as u64, "each once: {count}");
    assert!(house.engine.store().verify().await.unwrap().is_whole(), "nothing is half there");
}
