//! Pushes of one busy shop: 200 events a minute for ten minutes, and a burst of 5,000, from a pretend platform over real
//! sockets through the real receiver, each beside a receiver that does nothing but one durable insert.
//!
//! The ten minutes are told in one: the platform's clock and ours run ten times as fast as the wall, so the load is ten
//! times what is asked. Delay and memory are by the wall. Meanwhile the shop is read each half minute of that clock, so
//! that most messages come both ways.

use crate::bare_push::BareReceiver;
use crate::house::{self, FastClock};
use crate::measure::{Ask, Report, ms, percentile, rate, resident_mib};
use channels::Tokens;
use domain::{Platform, Secret, StoreId, from_ms, to_ms};
use engine::{Clock as _, Connection, Engine, PushChange, SecretSet};
use futures::stream::{self, StreamExt as _};
use sandbox::shopee::{Delivery, ShopSetup, Shopee};
use sandbox::{Core, Server};
use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Events of the ten minutes.
const STEADY: usize = 2_000;
/// Between two of them: 300 ms of the clock.
const EVERY: Duration = Duration::from_millis(30);
/// So many times the clock runs faster.
const FASTER: i64 = 10;
/// Events of the burst.
const BURST: usize = 5_000;
/// Deliveries of the burst under way at once.
const HANDS: usize = 64;
/// Between two looks whether messages are in the inbox.
const LOOK: Duration = Duration::from_millis(5);
/// So long everything may take to be in the inbox.
const PATIENCE: Duration = Duration::from_secs(120);

/// Measures.
pub(crate) async fn run(folder: &Path, report: &mut Report) -> Result<(), String> {
    let clock = Arc::new(FastClock::new(FASTER));
    let desk = Desk::open(&folder.join("pushes"), &clock).await?;
    let bare = BareReceiver::open(&folder.join("pushes.db")).await?;
    let to_bare = Delivery { callback_url: bare.address.clone(), relay_to: None, times: 1, reversed: false };
    let steady = steady(&desk, &to_bare).await?;
    let name = "200 events a minute for ten minutes from one shop, told in one minute";
    tell(name, &steady, report);
    let burst = burst(&desk, &to_bare).await?;
    tell(&format!("a burst of {BURST} pushes"), &burst, report);
    let value = rate(BURST as u64, burst.whole);
    report.note(
        "pushes answered in the burst",
        "pushes/s",
        value,
        Some(rate(BURST as u64, burst.bare_whole)),
    );
    let count = desk.count().await?;
    if count != STEADY + BURST {
        return Err(format!("{count} messages of {}", STEADY + BURST));
    }
    report.memory("resident memory after the pushes", "VmRSS");
    desk.engine.stop().await.map_err(|error| error.to_string())?;
    bare.close().await
}

/// What became of a stage.
struct Stage {
    answered: Vec<f64>,
    bare: Vec<f64>,
    /// Sent to in the inbox, milliseconds.
    in_inbox: Vec<f64>,
    refused: usize,
    whole: Duration,
    bare_whole: Duration,
    /// Memory while it lasted, at its highest look.
    memory_mib: f64,
}

fn tell(name: &str, stage: &Stage, report: &mut Report) {
    let refused = u32::try_from(stage.refused).unwrap_or(u32::MAX);
    report.line(&format!("{name}: refused or lost"), "pushes", f64::from(refused), None, &[Ask::AtMost(0.0)]);
    for percent in [50, 99] {
        let (value, bound) = (percentile(&stage.answered, percent), percentile(&stage.bare, percent));
        // The platform gives a chat push up after two seconds.
        let asks = if percent == 99 { &[Ask::AtMost(2_000.0)][..] } else { &[] };
        report.line(&format!("{name}: answered p{percent}"), "ms", value, Some(bound), asks);
        let value = percentile(&stage.in_inbox, percent);
        report.note(&format!("{name}: in the inbox p{percent}"), "ms", value, None);
    }
    report.note(&format!("{name}: resident memory, at most"), "MiB", stage.memory_mib, None);
}

struct Desk {
    engine: Engine,
    platform: Shopee,
    store: StoreId,
    delivery: Delivery,
    _server: Server,
}

impl Desk {
    async fn open(data: &Path, clock: &Arc<FastClock>) -> Result<Self, String> {
        let fail = |error: engine::EngineError| error.to_string();
        let engine = house::open_at(data, Arc::clone(clock) as _).await?;
        let (reader, setup) = (Arc::clone(clock), ShopSetup::default());
        let core = Core::new(Arc::new(move || reader.now()));
        let platform = Shopee::new(core, setup.clone());
        let server = platform.start().await.map_err(|error| error.to_string())?;
        let pair = platform.authorise();
        let tokens = Tokens {
            access: Secret::new(&pair.access),
            refresh: Secret::new(&pair.refresh),
            access_until: from_ms(to_ms(clock.now()) + pair.expire_in * 1000),
            refresh_until: None,
        };
        let connection = Connection {
            platform: Platform::Shopee,
            name: "busy".into(),
            host: server.base(),
            account: setup.partner_id.to_string(),
            shop_id: setup.shop_id.to_string(),
            region: setup.region.clone(),
            company: String::new(),
            interface: domain::Interface::Usual,
            every_s: 3,
            demo: false,
            folders: Vec::new(),
        };
        let secrets = SecretSet { key: Secret::new(&setup.partner_key), tokens: Some(tokens) };
        let store = engine.connect(&connection, secrets).await.map_err(fail)?;
        engine.start().await.map_err(fail)?;
        let change = PushChange { on: true, address: "https://relay.example.com".into(), key: None };
        engine.set_push_receiver(store, change).await.map_err(fail)?;
        let info = engine.push_receiver(store).await.map_err(fail)?;
        let callback_url = info.callback.ok_or("no address to register")?;
        let delivery = Delivery { callback_url, relay_to: info.local, times: 1, reversed: false };
        Ok(Self { engine, platform, store, delivery, _server: server })
    }

    async fn count(&self) -> Result<usize, String> {
        let count = self.engine.store().count_ids(self.store, "").await.map_err(|error| error.to_string())?;
        usize::try_from(count).map_err(|error| error.to_string())
    }

    /// Delivers one push; how long the answer took, and whether it was taken.
    async fn deliver(&self, push: &serde_json::Value, delivery: &Delivery) -> (f64, bool) {
        let started = Instant::now();
        let statuses = self.platform.deliver(std::slice::from_ref(push), delivery).await;
        (ms(started.elapsed()), statuses.is_ok_and(|statuses| statuses == [200]))
    }
}

/// Looks when messages are in the inbox, and how much memory is held meanwhile.
struct Watch {
    sent: Mutex<HashMap<String, Instant>>,
    over: AtomicBool,
}

impl Watch {
    fn sent(&self, id: &str) {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner).insert(id.to_owned(), Instant::now());
    }

    fn waiting(&self) -> Vec<String> {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner).keys().cloned().collect()
    }

    /// These are in the inbox; how long that took each, in milliseconds.
    fn seen(&self, known: &HashSet<String>) -> Vec<f64> {
        let now = Instant::now();
        let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        known.iter().filter_map(|id| Some(ms(now - sent.remove(id)?))).collect()
    }

    /// Until all are in the inbox; the delays, and the most memory in MiB.
    async fn look(&self, desk: &Desk) -> Result<(Vec<f64>, f64), String> {
        let (mut delays, mut memory, begun) = (Vec::new(), 0.0_f64, Instant::now());
        loop {
            let waiting = self.waiting();
            if waiting.is_empty() && self.over.load(Ordering::SeqCst) {
                return Ok((delays, memory));
            }
            let known = desk.engine.store().known(desk.store, &waiting).await;
            delays.extend(self.seen(&known.map_err(|error| error.to_string())?));
            memory = memory.max(resident_mib().unwrap_or(0.0));
            if begun.elapsed() > PATIENCE + EVERY * 2_000 {
                return Err(format!("{} messages never came into the inbox", waiting.len()));
            }
            tokio::time::sleep(LOOK).await;
        }
    }
}

fn push(desk: &Desk, number: usize) -> Result<(String, serde_json::Value), String> {
    let id = desk.platform.buyer_says(1 + number as u64 % 60, &format!("¿Cuándo llega? 退款 {number}"));
    let push = desk.platform.message_push(&id).ok_or("no such message")?;
    Ok((id, push))
}

async fn steady(desk: &Desk, to_bare: &Delivery) -> Result<Stage, String> {
    let watch = Watch { sent: Mutex::default(), over: AtomicBool::new(false) };
    let sending = async {
        let (mut answered, mut bare, mut refused) = (Vec::new(), Vec::new(), 0);
        let mut beat = tokio::time::interval(EVERY);
        for number in 0..STEADY {
            beat.tick().await;
            let (id, push) = push(desk, number)?;
            watch.sent(&id);
            let (took, taken) = desk.deliver(&push, &desk.delivery).await;
            answered.push(took);
            refused += usize::from(!taken);
            bare.push(desk.deliver(&push, to_bare).await.0);
        }
        watch.over.store(true, Ordering::SeqCst);
        Ok::<_, String>((answered, bare, refused))
    };
    let (sent, looked) = tokio::join!(sending, watch.look(desk));
    let ((answered, bare, refused), (in_inbox, memory_mib)) = (sent?, looked?);
    let refused = refused + (STEADY - in_inbox.len());
    let whole = Duration::ZERO;
    Ok(Stage { answered, bare, in_inbox, refused, whole, bare_whole: whole, memory_mib })
}

async fn burst(desk: &Desk, to_bare: &Delivery) -> Result<Stage, String> {
    let pushes: Vec<_> = (0..BURST).map(|number| push(desk, number)).collect::<Result<_, _>>()?;
    let watch = Watch { sent: Mutex::default(), over: AtomicBool::new(false) };
    let begun = Instant::now();
    let sending = async {
        let hands = stream::iter(&pushes).map(async |(id, push)| {
            watch.sent(id);
            desk.deliver(push, &desk.delivery).await
        });
        let answers: Vec<(f64, bool)> = hands.buffer_unordered(HANDS).collect().await;
        watch.over.store(true, Ordering::SeqCst);
        (answers, begun.elapsed())
    };
    let ((answers, whole), looked) = tokio::join!(sending, watch.look(desk));
    let (in_inbox, memory_mib) = looked?;
    let begun = Instant::now();
    let hands = stream::iter(&pushes).map(async |(_, push)| desk.deliver(push, to_bare).await);
    let bare: Vec<(f64, bool)> = hands.buffer_unordered(HANDS).collect().await;
    let bare_whole = begun.elapsed();
    let refused = answers.iter().filter(|(_, taken)| !taken).count() + (BURST - in_inbox.len());
    let times = |answers: Vec<(f64, bool)>| answers.into_iter().map(|(took, _)| took).collect();
    Ok(Stage {
        answered: times(answers),
        bare: times(bare),
        in_inbox,
        refused,
        whole,
        bare_whole,
        memory_mib,
    })
}
