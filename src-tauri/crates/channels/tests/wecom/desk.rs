//! A pretend `WeCom`, a queue, and whoever drives it: what the engine does, with a clock that is moved by hand.

use channels::wecom::{
    App, AppConfig, Delivery, Limits, Look, Members, Notice, Parcel, Queue, Readers, Repeat, Robot, Row,
    Settled, Step, To, Tone, Wording,
};
use channels::{TokenVault, Tokens};
use domain::{Secret, Timestamp};
use sandbox::wecom::{Company, WeCom};
use sandbox::{Core, ManualClock, Server};
use std::sync::{Arc, Mutex};
use std::time::Duration;

pub(crate) const KEY: &str = "5c1e2b7a-demo-robot-key-77aa";
pub(crate) const GROUP: &str = "客服群";

#[derive(Default)]
pub(crate) struct Vault {
    pub(crate) saved: Mutex<Vec<Tokens>>,
    pub(crate) refuses: Mutex<bool>,
}

impl TokenVault for Vault {
    fn load(&self) -> Result<Option<Tokens>, String> {
        Ok(self.saved.lock().unwrap().last().cloned())
    }
    fn save(&self, tokens: &Tokens) -> Result<(), String> {
        if *self.refuses.lock().unwrap() {
            return Err("locked".into());
        }
        self.saved.lock().unwrap().push(tokens.clone());
        Ok(())
    }
}

pub(crate) struct Desk {
    pub(crate) clock: ManualClock,
    pub(crate) core: Core,
    pub(crate) platform: WeCom,
    pub(crate) server: Server,
    pub(crate) vault: Arc<Vault>,
    pub(crate) queue: Queue,
    pub(crate) settled: Vec<Settled>,
}

pub(crate) fn words() -> Wording {
    Wording {
        several: "{count} 条提醒".into(),
        more: "还有 {count} 条".into(),
        again: "第 {count} 次发送".into(),
        open: "打开".into(),
    }
}

pub(crate) fn notice(id: &str) -> Notice {
    Notice {
        id: id.to_owned(),
        to: To::Everybody,
        title: format!("会话 {id} 将超时"),
        rows: vec![Row { label: "店铺".into(), value: "demo".into(), tone: Tone::Plain }],
        link: None,
        look: Look::Markdown,
        repeat: Repeat::Never,
    }
}

pub(crate) fn alert(id: &str) -> Notice {
    Notice { repeat: Repeat::UntilSure, ..notice(id) }
}

pub(crate) fn to(member: &str, id: &str) -> Notice {
    Notice { to: To::Members(Members::new([member]).unwrap()), ..notice(id) }
}

/// Either way out.
pub(crate) enum Out {
    Robot(Robot),
    App(App),
}

impl Out {
    pub(crate) async fn deliver(&self, parcel: &Parcel) -> Delivery {
        match self {
            Self::Robot(robot) => robot.deliver(parcel).await,
            Self::App(app) => app.deliver(parcel).await,
        }
    }

    pub(crate) fn limits(&self) -> &'static Limits {
        match self {
            Self::Robot(_) => Limits::robot(),
            Self::App(_) => Limits::app(),
        }
    }
}

impl Desk {
    pub(crate) async fn open() -> Self {
        let clock = ManualClock::at(Timestamp::from_second(1_700_000_000).unwrap());
        let core = Core::new(clock.reader());
        let platform = WeCom::new(core.clone(), Company::default());
        platform.add_robot(KEY, GROUP);
        for member in ["li", "wang", "zhao"] {
            platform.add_member(member);
        }
        let server = platform.start().await.unwrap();
        let (vault, queue) = (Arc::default(), Queue::default());
        Self { clock, core, platform, server, vault, queue, settled: Vec::new() }
    }

    pub(crate) fn robot(&self) -> Out {
        Out::Robot(Robot::new(&self.server.base(), Secret::new(KEY)).unwrap())
    }

    pub(crate) fn app(&self) -> Out {
        self.app_with(|_| {})
    }

    pub(crate) fn app_with(&self, change: impl FnOnce(&mut AppConfig)) -> Out {
        let company = self.platform.company();
        let mut config = AppConfig {
            host: self.server.base(),
            corp_id: company.corp_id.clone(),
            agent_id: company.agent_id,
            corp_secret: Secret::new(&company.corp_secret),
            readers: Readers::default(),
        };
        change(&mut config);
        Out::App(
            App::new(config, Arc::clone(&self.vault) as Arc<dyn TokenVault>, self.clock.reader()).unwrap(),
        )
    }

    pub(crate) fn push(&mut self, notice: Notice) {
        assert!(self.queue.push(notice, self.clock.now()), "the notice is new");
    }

    /// One message, if one may go out now. The queue is stored and loaded before the call.
    pub(crate) async fn step(&mut self, out: &Out) -> Step {
        let step = self.queue.next(out.limits(), &words(), self.clock.now());
        if let Step::Send(parcel) = &step {
            self.restore();
            let delivery = out.deliver(parcel).await;
            self.settled.extend(self.queue.settle(parcel.number, delivery, out.limits(), self.clock.now()));
        }
        step
    }

    /// Goes on until nothing waits or the owner must act, waiting where the queue says so. Returns the seconds it took.
    pub(crate) async fn drain(&mut self, out: &Out) -> i64 {
        let start = self.clock.now();
        for _ in 0..5000 {
            match self.step(out).await {
                Step::Send(_) => {}
                Step::Wait(until) => {
                    let wait = until.as_millisecond() - self.clock.now().as_millisecond();
                    assert!(wait > 0, "a wait leads forward");
                    self.clock.advance(Duration::from_millis(u64::try_from(wait).unwrap()));
                }
                Step::Idle | Step::Stopped => return self.clock.now().as_second() - start.as_second(),
                Step::Busy => panic!("nothing is under way between two steps"),
            }
        }
        panic!("the queue does not come to rest");
    }

    fn restore(&mut self) {
        let stored = serde_json::to_string(&self.queue).unwrap();
        let loaded: Queue = serde_json::from_str(&stored).unwrap();
        assert_eq!(loaded, self.queue, "a restart between two steps changes nothing");
        self.queue = loaded;
    }

    /// What reached readers, oldest first.
    pub(crate) fn arrived(&self) -> Vec<String> {
        self.core.ledger.sent().into_iter().map(|sent| sent.content).collect()
    }

    /// How often each of these ids is in what arrived, in order of first arrival.
    pub(crate) fn ids(&self) -> Vec<String> {
        let all = self.arrived().join("\n");
        all.split("会话 ").skip(1).filter_map(|part| part.split(' ').next()).map(str::to_owned).collect()
    }

    pub(crate) fn refusals(&self, needle: &str) -> usize {
        self.core.ledger.calls_with(needle).len()
    }
}
