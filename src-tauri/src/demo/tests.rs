//! The demo shop from outside: an engine on a folder of its own, real connectors, real ports.

use super::kept::Kept;
use super::{Demo, DemoError, script};
use crate::testing::Safe;
use crate::wire::{UiError, UiErrorCode};
use domain::{
    Author, Body, ConversationId, ConversationKind, DeadlineKind, Platform, Presence, StoreId, Timestamp,
};
use engine::{Clock, Engine, EngineError, Notice, Notifier, Ports, SecretVault, SystemClock, VaultError};
use rstest::rstest;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use store::{
    ConversationKey, ConversationRow, DeadlineStatus, ListQuery, MessageRow, OutboxState, StoreError,
    StoreRow, View,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Shorter than a test may take in all.
const PATIENCE: Duration = Duration::from_secs(120);

/// A clock that runs like the computer's, from another instant on.
struct Shifted(jiff::SignedDuration);

impl Shifted {
    fn to(instant: &str) -> Arc<Self> {
        let instant: Timestamp = instant.parse().unwrap();
        Arc::new(Self(instant.duration_since(SystemClock.now())))
    }
}

impl Clock for Shifted {
    fn now(&self) -> Timestamp {
        SystemClock.now() + self.0
    }
}

#[derive(Default)]
struct Bell(Mutex<Vec<Notice>>);

impl Notifier for Bell {
    fn raise(&self, notice: &Notice) -> Result<(), String> {
        self.0.lock().unwrap().push(notice.clone());
        Ok(())
    }
}

struct House {
    clock: Arc<Shifted>,
    safe: Arc<Safe>,
    bell: Arc<Bell>,
}

impl House {
    fn at(instant: &str) -> Self {
        Self { clock: Shifted::to(instant), safe: Arc::default(), bell: Arc::default() }
    }

    async fn open(&self, dir: &Path) -> Engine {
        let open = async || {
            let ports = Ports {
                clock: Arc::clone(&self.clock) as Arc<dyn Clock>,
                notifier: Arc::clone(&self.bell) as Arc<dyn Notifier>,
                vault: Arc::clone(&self.safe) as Arc<dyn SecretVault>,
                words: Arc::new(crate::native::TeamWords::new(Arc::new(std::sync::RwLock::new(
                    crate::wire::Locale::ZhCn,
                )))),
            };
            match Engine::open(dir, "彩电卖家", ports).await {
                // The lock of a folder is given back a moment after its last owner is gone.
                Err(EngineError::Store(StoreError::InUse { .. })) => None,
                opened => Some(opened.unwrap()),
            }
        };
        let engine = until("the folder is free", open).await;
        engine.start().await.unwrap();
        engine
    }
}

/// Asks again and again, for longer than the slowest machine takes.
async fn until<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        if let Some(answer) = ask().await {
            return answer;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{PATIENCE:?} and still not: {what}");
}

/// A demo in which nothing happens by itself: on a slow machine what comes in between would be counted along.
async fn quiet(engine: &Engine) -> Demo {
    let demo = Demo::start(engine).await.unwrap();
    demo.traffic.abort();
    demo
}

async fn conversations(engine: &Engine) -> Vec<ConversationRow> {
    let mut all = BTreeMap::new();
    for view in [View::Team, View::Notices, View::Mails, View::Cases, View::Done] {
        let page =
            engine.store().list(ListQuery { view, store: None, after: None, limit: 200 }).await.unwrap();
        all.extend(page.items.into_iter().map(|item| (item.conversation.id, item.conversation)));
    }
    all.into_values().collect()
}

async fn messages(engine: &Engine, conversation: ConversationId) -> Vec<MessageRow> {
    engine.store().messages(conversation, None, 500).await.unwrap()
}

/// Everything that is in the inbox, as (store, conversation, provider id).
async fn contents(engine: &Engine) -> BTreeSet<(StoreId, String, String)> {
    let mut all = BTreeSet::new();
    for row in conversations(engine).await {
        for message in messages(engine, row.id).await {
            assert!(
                all.insert((row.store, row.key.clone(), message.provider_id.clone())),
                "taken twice: {message:?}"
            );
        }
    }
    all
}

async fn shop(engine: &Engine, platform: Platform) -> StoreRow {
    engine.store().stores().await.unwrap().into_iter().find(|row| row.store.platform == platform).unwrap()
}

/// The conversation whose reply is due soon.
async fn rings_first(engine: &Engine) -> ConversationRow {
    let store = shop(engine, Platform::AliExpress).await.id;
    let buyer = script::shipped().buyers.iter().find(|buyer| buyer.due_soon).unwrap();
    let key = ConversationKey::new(store, ConversationKind::Chat, buyer.key.to_string());
    until("the buyer who waits is in the inbox", async || {
        engine.store().conversation_by_key(&key).await.unwrap()
    })
    .await
}

/// The seeds of the script as the inbox must show them: chats, notices, mails, returns.
async fn filled(engine: &Engine) {
    let script = script::shipped();
    let wanted = script.buyers.len() + 2 + 2 + script.returns.len();
    until("the whole past is in the inbox", async || {
        (conversations(engine).await.len() >= wanted).then_some(())
    })
    .await;
}

async fn ledger(host: &str) -> String {
    let host = host.trim_start_matches("http://");
    let mut tcp = TcpStream::connect(host).await.unwrap();
    let request = format!("GET /sandbox/ledger HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    tcp.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    tcp.read_to_string(&mut answer).await.unwrap();
    answer
}

/// Every store has been read again after `from`.
async fn read_again(engine: &Engine, from: Timestamp) {
    until("every store is read again", async || {
        let stores = engine.store().stores().await.unwrap();
        stores.iter().all(|row| row.last_success.is_some_and(|at| at > from)).then_some(())
    })
    .await;
}

/// Something of every kind happens on every platform, and all of it arrives.
async fn lives(engine: &Engine, demo: &Demo) {
    let before = contents(engine).await.len();
    let platforms = &demo._platforms;
    platforms.text("ae", 88_001, "¿Hola?");
    platforms.text("ae", 88_007, "Здравствуйте!");
    platforms.text("sg", 99_003, "Hello?");
    platforms.picture("br", 99_002, "vestido");
    let script = script::shipped();
    for letters in [&script.notices, &script.mails] {
        platforms.letter(letters.iter().find(|letter| letter.minutes_ago.is_none()).unwrap());
    }
    until("six more messages", async || (contents(engine).await.len() == before + 6).then_some(())).await;
}

async fn answer_once(engine: &Engine) {
    let row = rings_first(engine).await;
    let seen = messages(engine, row.id).await.into_iter().map(|message| message.id).max();
    let (me, text) =
        (engine.main_account().await, "Трек обновится сегодня до 18:00, я сам проверю и напишу Вам.");
    for _ in 0..2 {
        engine.send_reply(row.id, me, "press-1", text, seen).await.unwrap();
    }
    until("the reply is sent", async || {
        let row = engine.store().outbox_by_client_id("press-1").await.unwrap().unwrap();
        (row.state == OutboxState::Sent).then_some(())
    })
    .await;
    let host = Engine::connection(&shop(engine, Platform::AliExpress).await).unwrap().host;
    let ledger = ledger(&host).await;
    assert_eq!(ledger.matches(text).count(), 1, "two presses are one reply: {ledger}");
    let owed = engine.store().deadlines_of(row.id).await.unwrap();
    assert!(owed.iter().all(|d| d.status != DeadlineStatus::Open), "the clock has stopped: {owed:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_demo_shop_lives_restarts_and_leaves() {
    let (house, dir) = (House::at("2026-11-18T14:00:00+08:00"), tempfile::tempdir().unwrap());
    let engine = house.open(dir.path()).await;
    assert!(!Demo::wanted(&engine).await.unwrap(), "nobody has switched it on");
    let demo = quiet(&engine).await;
    filled(&engine).await;
    let kinds: BTreeSet<&str> = conversations(&engine).await.iter().map(|row| row.kind.as_str()).collect();
    assert_eq!(kinds, BTreeSet::from(["case", "chat", "mail", "notice"]), "every kind is there at the start");
    let row = rings_first(&engine).await;
    let auto = messages(&engine, row.id).await.into_iter().filter(|m| m.author == Author::Auto).count();
    assert_eq!(auto, 1, "the automatic answer is known as one");
    assert_eq!(row.owner, Some(engine.main_account().await), "the one that rings first belongs to who looks");
    until("an alert was raised", async || (!house.bell.0.lock().unwrap().is_empty()).then_some(())).await;
    answer_once(&engine).await;
    lives(&engine, &demo).await;
    let before = contents(&engine).await;
    drop(demo);
    engine.stop().await.unwrap();
    drop(engine);

    let engine = house.open(dir.path()).await;
    assert!(Demo::wanted(&engine).await.unwrap(), "it was switched on");
    let restarted = engine.now();
    let demo = quiet(&engine).await;
    read_again(&engine, restarted).await;
    assert_eq!(contents(&engine).await, before, "the same past under the same ids is taken in once");
    lives(&engine, &demo).await;
    let stores = engine.store().stores().await.unwrap();
    assert!(
        stores.iter().all(|row| row.last_error_code.is_empty()),
        "all are read without trouble: {stores:?}"
    );
    demo.remove(&engine).await.unwrap();
    assert!(engine.store().stores().await.unwrap().is_empty(), "its stores are gone");
    assert!(house.safe.words().is_empty(), "and their secrets");
    assert!(!Demo::wanted(&engine).await.unwrap(), "it is switched off");
    for seat in engine.store().accounts().await.unwrap() {
        assert_eq!(seat.disabled, !seat.name.is_main(), "its seats are put away: {seat:?}");
        assert!(!seat.participates || !seat.name.is_main(), "the main account is as it was: {seat:?}");
    }
    engine.stop().await.unwrap();
}

#[rstest]
#[case::working("2026-11-18T15:30:00+08:00", DeadlineKind::Reply)]
#[case::evening("2026-11-18T23:30:00+08:00", DeadlineKind::Reply)]
#[case::early_morning("2026-11-18T06:30:00+08:00", DeadlineKind::Reply)]
#[case::gap("2026-11-18T02:30:00+08:00", DeadlineKind::TeamPromise)]
#[case::sunday("2026-11-22T12:00:00+08:00", DeadlineKind::Reply)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_reply_falls_due_soon_whenever_it_starts(#[case] start: &str, #[case] kind: DeadlineKind) {
    let (house, dir) = (House::at(start), tempfile::tempdir().unwrap());
    let engine = house.open(dir.path()).await;
    let before = engine.now();
    let demo = quiet(&engine).await;
    let after = engine.now();
    let row = rings_first(&engine).await;
    let mut open = engine.store().deadlines_of(row.id).await.unwrap();
    open.retain(|deadline| deadline.status == DeadlineStatus::Open);
    let first = open.into_iter().min_by_key(|deadline| deadline.due).unwrap();
    assert_eq!(first.kind, kind, "the clock that rings");
    let [longest, shortest] = [before, after].map(|started| first.due.as_second() - started.as_second());
    assert!(
        longest >= 109 && shortest <= 112,
        "soon, not at once and not in an hour: {shortest} to {longest} s"
    );
    drop(demo);
    engine.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_only_watches_sees_the_ladder_climb() {
    let (house, dir) = (House::at("2026-11-18T14:00:00+08:00"), tempfile::tempdir().unwrap());
    let engine = house.open(dir.path()).await;
    engine.set_policy(r#"{"alerts":{"ladder_wait_s":{"value":3}}}"#).await.unwrap();
    let demo = Demo::start(&engine).await.unwrap();
    let row = rings_first(&engine).await;
    let climb = until("somebody else is asked", async || {
        let rung = house.bell.0.lock().unwrap().clone();
        let climbs = rung.into_iter().filter_map(|notice| match notice {
            Notice::Climbed { items, .. } => Some(items),
            Notice::Due { .. }
            | Notice::Digest { .. }
            | Notice::Fired { .. }
            | Notice::StoreSilent { .. }
            | Notice::AuthorisationEnds { .. }
            | Notice::Test => None,
        });
        climbs.flatten().find(|climb| climb.item.conversation == row.id)
    })
    .await;
    let me = engine.store().accounts().await.unwrap().remove(0).name.to_string();
    assert_eq!(climb.from.as_ref(), Some(&me), "it is who looks that has not acted");
    let asked = climb.to.unwrap();
    assert!(["彩电卖家:小李", "彩电卖家:阿敏"].contains(&asked.as_str()), "an agent who is online: {asked}");
    assert_eq!(engine.store().climbs_of(row.id).await.unwrap().len(), 1, "its conversation shows it");
    drop(demo);
    engine.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn somebody_elses_team_stays_as_it_is() {
    let (house, dir) = (House::at("2026-11-18T14:00:00+08:00"), tempfile::tempdir().unwrap());
    let engine = house.open(dir.path()).await;
    let own = engine.add_account("彩电卖家:小李").await.unwrap();
    let demo = Demo::start(&engine).await.unwrap();
    let presence = async || {
        let roster = engine.store().accounts().await.unwrap();
        roster
            .into_iter()
            .map(|row| (row.name.to_string(), (row.presence, row.disabled)))
            .collect::<BTreeMap<_, _>>()
    };
    let during = presence().await;
    assert_eq!(during["彩电卖家:小李"], (Presence::Offline, false), "it was there before the demo");
    assert_eq!(during["彩电卖家:阿敏"], (Presence::Online, false), "the demo's own");
    assert_eq!(during["彩电卖家:老周"], (Presence::Suspended, false), "one is suspended, to be seen");
    demo.remove(&engine).await.unwrap();
    let roster = engine.store().accounts().await.unwrap();
    assert!(!roster.iter().find(|row| row.id == own).unwrap().disabled, "and it is there after it");
    let again = Demo::start(&engine).await.unwrap();
    assert_eq!(presence().await, during, "it can be had again, with the same seats");
    again.remove(&engine).await.unwrap();
    engine.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_could_not_be_removed_can_be_removed_again() {
    let (house, dir) = (House::at("2026-11-18T14:00:00+08:00"), tempfile::tempdir().unwrap());
    let engine = house.open(dir.path()).await;
    let demo = Demo::start(&engine).await.unwrap();
    engine.stop().await.unwrap();
    let refused = demo.remove(&engine).await;
    assert!(matches!(refused, Err(DemoError::Engine(EngineError::Store(_)))), "{refused:?}");
    assert!(!demo.traffic.is_finished(), "what is still there goes on");
    drop(engine);
    let engine = house.open(dir.path()).await;
    assert!(Demo::wanted(&engine).await.unwrap(), "and is there at the next start");
    house.safe.lock(true);
    demo.remove(&engine).await.unwrap();
    assert!(engine.store().stores().await.unwrap().is_empty(), "a locked key store keeps no store");
    assert!(!Demo::wanted(&engine).await.unwrap(), "also for the next start");
    house.safe.lock(false);
    engine.stop().await.unwrap();
    drop(engine);
    let engine = house.open(dir.path()).await;
    until("its secrets are gone", async || house.safe.words().is_empty().then_some(())).await;
    engine.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_picture_is_found_where_its_message_says() {
    let (house, dir) = (House::at("2026-11-18T14:00:00+08:00"), tempfile::tempdir().unwrap());
    // One that the system picked for the first run may be somebody else's before the second.
    let port = sandbox::spare_port().unwrap();
    for run in 1..=2 {
        let engine = house.open(dir.path()).await;
        if run == 1 {
            let mut kept = Kept::fresh(&engine).await;
            kept.pictures_port = port;
            kept.save(&engine).await.unwrap();
        }
        let demo = quiet(&engine).await;
        filled(&engine).await;
        let mut pictures = Vec::new();
        for row in conversations(&engine).await {
            for message in messages(&engine, row.id).await {
                if let Body::Image { url, .. } = message.body {
                    pictures.push(url);
                }
            }
        }
        assert_eq!(pictures.len(), 2, "two buyers showed a picture: {pictures:?}");
        let here = demo._platforms.pictures_port();
        assert!(pictures.iter().all(|url| url.contains(&format!("127.0.0.1:{here}/"))), "{pictures:?}");
        assert_eq!(here, port, "kept messages name the address of the first run");
        drop(demo);
        engine.stop().await.unwrap();
        drop(engine);
        until("its port is given back", async || TcpListener::bind(("127.0.0.1", port)).await.ok()).await;
    }
}

#[test]
fn a_key_store_that_refuses_is_said_as_anywhere_else() {
    let refused = DemoError::Engine(EngineError::Vault(VaultError("it is locked".to_owned())));
    assert_eq!(UiError::from(refused).code, UiErrorCode::KeyStore, "its owner can unlock it");
}
