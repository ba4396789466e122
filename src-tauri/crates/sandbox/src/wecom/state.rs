//! What the pretend platform knows, and the ways to let things happen there.

use crate::ledger::Sent;
use crate::server::{Core, Server, serve};
use domain::Timestamp;
use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// An access token lives two hours.
const ACCESS_LIFE_S: i64 = 7200;
/// The span in which messages are counted.
const MINUTE_S: i64 = 60;

/// The company and its one application.
#[derive(Debug, Clone)]
pub struct Company {
    /// The company's id.
    pub corp_id: String,
    /// The application's secret.
    pub corp_secret: String,
    /// The application's id.
    pub agent_id: u64,
}

impl Default for Company {
    fn default() -> Self {
        Self {
            corp_id: "wwdemo0123456789ab".into(),
            corp_secret: "demoCorpSecret_0123456789abcdefghijklmnopqr".into(),
            agent_id: 1_000_002,
        }
    }
}

/// What a client would have drawn from a text beyond its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Drawn {
    /// Somebody's telephone rings: `<@…>`.
    Mention(String),
    /// A link to this address.
    Link(String),
    /// Coloured words.
    Colour(String),
}

#[derive(Debug, Default)]
pub(super) struct Robot {
    pub(super) name: String,
    pub(super) taken: Vec<Timestamp>,
}

#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) robots: BTreeMap<String, Robot>,
    pub(super) members: BTreeMap<String, Vec<Timestamp>>,
    /// Who belongs to a department.
    pub(super) parties: BTreeMap<String, Vec<String>>,
    /// Who has a tag.
    pub(super) tags: BTreeMap<String, Vec<String>>,
    pub(super) token: Option<(String, Timestamp)>,
    pub(super) app_taken: Vec<Timestamp>,
    pub(super) untrusted_ip: bool,
    pub(super) forbidden: bool,
    pub(super) drawn: Vec<Drawn>,
    pub(super) lost: usize,
    pub(super) serial: u64,
}

/// How many of `taken` lie within the last minute.
pub(super) fn in_last_minute(taken: &[Timestamp], now: Timestamp) -> usize {
    let ms = |at: &Timestamp| now.as_millisecond() - at.as_millisecond();
    taken.iter().filter(|at| ms(at) < MINUTE_S * 1000).count()
}

/// The pretend platform. Clones are the same one.
#[derive(Clone)]
pub struct WeCom {
    pub(super) core: Core,
    pub(super) company: Arc<Company>,
    state: Arc<Mutex<State>>,
}

impl WeCom {
    /// A company without members and robots.
    #[must_use]
    pub fn new(core: Core, company: Company) -> Self {
        Self { core, company: Arc::new(company), state: Arc::default() }
    }

    /// Starts its HTTP side.
    ///
    /// # Errors
    /// If no port can be had.
    pub async fn start(&self) -> io::Result<Server> {
        serve(self.router(), self.core.clone()).await
    }

    /// Who the company and the application are.
    #[must_use]
    pub fn company(&self) -> &Company {
        &self.company
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn now(&self) -> Timestamp {
        (self.core.clock)()
    }

    /// Somebody adds a robot with this key to a group called `name`, which is the conversation in the ledger.
    pub fn add_robot(&self, key: &str, name: &str) {
        let robot = Robot { name: name.to_owned(), taken: Vec::new() };
        self.state().robots.insert(key.to_owned(), robot);
    }

    /// Somebody removes the robot, or dissolves its group.
    pub fn remove_robot(&self, key: &str) {
        self.state().robots.remove(key);
    }

    /// A member who may see the application.
    pub fn add_member(&self, id: &str) {
        self.state().members.entry(id.to_owned()).or_default();
    }

    /// A department that may see the application, with its members.
    pub fn add_department(&self, id: &str, members: &[&str]) {
        members.iter().for_each(|member| self.add_member(member));
        let members = members.iter().map(|&member| member.to_owned()).collect();
        self.state().parties.insert(id.to_owned(), members);
    }

    /// A tag that the application may write to, with its members.
    pub fn add_tag(&self, id: &str, members: &[&str]) {
        members.iter().for_each(|member| self.add_member(member));
        let members = members.iter().map(|&member| member.to_owned()).collect();
        self.state().tags.insert(id.to_owned(), members);
    }

    /// The platform ends the access token before its time. The next one is another.
    pub fn withdraw_token(&self) {
        self.state().token = None;
    }

    /// Whether calls of the application come from an address that is not trusted.
    pub fn distrust_address(&self, distrust: bool) {
        self.state().untrusted_ip = distrust;
    }

    /// Whether the application may not send at all.
    pub fn forbid_sending(&self, forbid: bool) {
        self.state().forbidden = forbid;
    }

    /// What clients drew so far beyond words, oldest first.
    #[must_use]
    pub fn drawn(&self) -> Vec<Drawn> {
        self.state().drawn.clone()
    }

    /// How many messages were lost to a member because they had 30 within a minute.
    #[must_use]
    pub fn lost(&self) -> usize {
        self.state().lost
    }

    /// The token in force: the same while it is good, however often it is asked for. With it the seconds it has left.
    pub(super) fn token(&self) -> (String, i64) {
        let now = self.now();
        let mut state = self.state();
        if let Some((token, until)) = &state.token
            && *until > now
        {
            return (token.clone(), until.as_second() - now.as_second());
        }
        state.serial += 1;
        let token = format!("accesstoken{:06}", state.serial);
        let until = Timestamp::from_second(now.as_second() + ACCESS_LIFE_S).unwrap_or(now);
        state.token = Some((token.clone(), until));
        (token, ACCESS_LIFE_S)
    }

    /// Writes down that a message reached its readers.
    pub(super) fn deliver(&self, conversation: &str, to: &str, kind: &str, content: &str) -> String {
        let at = self.now();
        let message_id = {
            let mut state = self.state();
            state.serial += 1;
            format!("wm{:08}", state.serial)
        };
        self.core.ledger.record_sent(Sent {
            at,
            message_id: message_id.clone(),
            conversation: conversation.to_owned(),
            to: to.to_owned(),
            kind: kind.to_owned(),
            content: content.to_owned(),
        });
        message_id
    }
}
