//! What follows from a rule that fires: a row, a text, a hand-over, and words for each group robot, in one transaction.

use super::known::Seen;
use super::story::{ReplyFate, ReplyStory, Story};
use crate::desk::Desk;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::names::Names;
use crate::outside::{self, Told};
use crate::ports::{FiredItem, Notice};
use channels::wecom::Repeat;
use domain::{AccountId, ConversationId, MessageRuleId, RobotId, StoreId, Timestamp};
use rules::message_rules::{EventFacts, Fired, HandOver, MessageRule, Reply, Target, matches};
use std::collections::{BTreeMap, BTreeSet};
use store::{FiringWrite, OfferWrite, WriteTx};

/// An event with all that the rules, and those who are told, need to know of it.
pub(crate) struct Occasion {
    pub(crate) seen: Seen,
    pub(crate) facts: EventFacts,
    /// What a click opens.
    pub(crate) conversation: Option<ConversationId>,
    /// Where an answer to the buyer would go.
    pub(crate) chat: Option<ConversationId>,
    /// The buyer or the headline.
    pub(crate) title: String,
    /// The order or return that it is about.
    pub(crate) about: Option<String>,
    /// Its beginning, for people who are not at this program.
    pub(crate) words: String,
}

/// What fires in one transaction, in order.
#[derive(Default)]
pub(crate) struct Firings(Vec<Firing>);

struct Firing {
    write: FiringWrite,
    robots: BTreeSet<RobotId>,
    item: FiredItem,
}

impl Firings {
    /// Holds occasions against the rules in force. What has fired before is left out.
    pub(crate) async fn judge(
        tx: &mut WriteTx,
        desk: &Desk,
        names: &Names,
        occasions: &[Occasion],
        now: Timestamp,
    ) -> Result<Self, EngineError> {
        let judged: Vec<(&Occasion, Vec<Fired>)> = occasions
            .iter()
            .map(|occasion| (occasion, matches(&desk.rules, &occasion.seen.event, &occasion.facts, now)))
            .filter(|(_, fired)| !fired.is_empty())
            .collect();
        if judged.is_empty() {
            return Ok(Self::default());
        }
        let keys = judged.iter().flat_map(|(occasion, fired)| fired.iter().map(|one| occasion.key(one)));
        let mut done = tx.fired_before(&keys.collect::<Vec<_>>()).await?;
        let mut firings = Vec::new();
        for (occasion, fired) in judged {
            let mut follow = Follow { desk, names, occasion, now, handed_over: false };
            for one in fired {
                let key = occasion.key(&one);
                let rule = desk.rules.iter().find(|rule| rule.id == one.rule);
                if let Some(rule) = rule.filter(|_| done.insert(key.clone())) {
                    firings.push(follow.one(rule, one, key.2));
                }
            }
        }
        Ok(Self(firings))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many.
    pub(crate) fn count(&self) -> u64 {
        self.0.len() as u64
    }

    /// The conversations in which something is to be seen of it.
    pub(crate) fn conversations(&self) -> BTreeSet<ConversationId> {
        let places = |firing: &Firing| {
            let write = &firing.write;
            let offered = write.offer.as_ref().map(|offer| offer.conversation);
            [write.conversation, offered, write.hand_over.map(|(conversation, _)| conversation)]
        };
        self.0.iter().flat_map(places).flatten().collect()
    }

    /// Writes all of it down, and puts what goes outside on its way.
    pub(crate) async fn write(
        self,
        engine: &Engine,
        tx: &mut WriteTx,
        now: Timestamp,
    ) -> Result<(), EngineError> {
        if self.is_empty() {
            return Ok(());
        }
        let mut outside: BTreeMap<RobotId, Vec<Told>> = BTreeMap::new();
        let mut writes = Vec::with_capacity(self.0.len());
        for Firing { write, robots, item } in self.0 {
            let told = Told {
                id: outside::rule_id(write.rule, write.store, &write.event),
                notice: Notice::Fired { items: vec![item], now },
                repeat: Repeat::UntilSure,
            };
            for robot in robots {
                outside.entry(robot).or_default().push(told.clone());
            }
            writes.push(write);
        }
        tx.fire(&writes).await?;
        if outside.is_empty() {
            return Ok(());
        }
        // Under the desk's lock no robot is removed: each is there.
        for robot in tx.robots().await? {
            if let Some(told) = outside.get(&robot.id) {
                outside::push(tx, engine.ports().words.as_ref(), &[robot], told, now).await?;
            }
        }
        Ok(())
    }
}

impl Occasion {
    /// By what it is known that a rule has fired here.
    fn key(&self, fired: &Fired) -> (MessageRuleId, StoreId, String) {
        (fired.rule, self.facts.store, self.seen.key(fired.reason.trigger))
    }
}

/// What follows from the rules that fire at one occasion.
struct Follow<'a> {
    desk: &'a Desk,
    names: &'a Names,
    occasion: &'a Occasion,
    now: Timestamp,
    /// One of the rules before has handed the conversation over: the first in the team's order decides.
    handed_over: bool,
}

impl Follow<'_> {
    fn one(&mut self, rule: &MessageRule, fired: Fired, event: String) -> Firing {
        let occasion = self.occasion;
        let seats = self.seats(&fired.targets);
        let reply = fired.reply.as_ref().map(|reply| self.reply(reply));
        let hand_over =
            reply.filter(|reply| reply.handed_over).and_then(|reply| Some((self.place()?, reply.person)));
        self.handed_over |= hand_over.is_some();
        let offer = if let Some(Reply::Suggested { language, text, .. }) = &fired.reply
            && let Some(conversation) = occasion.chat
        {
            let (language, text) = (language.clone(), text.clone());
            Some(OfferWrite { conversation, language, text, event_at: occasion.seen.event.at() })
        } else {
            None
        };
        let robots = fired.targets.iter().filter_map(robot).collect();
        let item = self.item(rule, &fired, &seats);
        let rings = !seats.is_empty();
        let story = Story {
            reason: fired.reason,
            targets: fired.targets,
            seats: seats.into_iter().collect(),
            reply,
            about: occasion.about.clone(),
        };
        let write = FiringWrite {
            rule: rule.id,
            name: rule.name.clone(),
            store: occasion.facts.store,
            event,
            conversation: occasion.conversation,
            why: serde_json::to_string(&story).expect("a story is plain data"),
            rings,
            offer,
            hand_over,
            at: self.now,
        };
        Firing { write, robots, item }
    }

    /// Whom to ask who owns the conversation; the main account where nobody does.
    fn owner(&self) -> AccountId {
        self.occasion.facts.owner.unwrap_or(self.desk.main)
    }

    /// What is handed over: the chat with the buyer, else what a click opens.
    fn place(&self) -> Option<ConversationId> {
        self.occasion.chat.or(self.occasion.conversation)
    }

    fn reply(&self, reply: &Reply) -> ReplyStory {
        let (fate, hand_over) = match reply {
            Reply::Withheld { hand_over, .. } => (ReplyFate::Withheld, *hand_over),
            Reply::Suggested { hand_over, .. } if self.occasion.chat.is_none() => {
                (ReplyFate::NoChat, *hand_over)
            }
            Reply::Suggested { hand_over, .. } => (ReplyFate::Offered, *hand_over),
        };
        let (person, handed_over) = match hand_over {
            HandOver::Owner => (self.owner(), false),
            HandOver::Agent { account } => {
                let news = self.occasion.facts.owner != Some(account);
                (account, news && !self.handed_over && self.place().is_some())
            }
        };
        ReplyStory { fate, person, handed_over }
    }

    fn item(&self, rule: &MessageRule, fired: &Fired, seats: &BTreeSet<AccountId>) -> FiredItem {
        let everybody = fired.targets.contains(&Target::Everybody);
        let named = seats.iter().filter(|_| !everybody);
        FiredItem {
            rule: rule.name.clone(),
            trigger: fired.reason.trigger,
            conversation: self.occasion.conversation,
            title: self.occasion.title.clone(),
            store: self.names.store(self.occasion.facts.store),
            words: self.occasion.words.clone(),
            to: named.filter_map(|seat| self.names.seat(*seat)).collect(),
            everybody,
        }
    }

    /// The seats that targets mean now.
    fn seats(&self, targets: &[Target]) -> BTreeSet<AccountId> {
        let mut seats = BTreeSet::new();
        for target in targets {
            match target {
                Target::Owner => drop(seats.insert(self.owner())),
                Target::Agent { account } => drop(seats.insert(*account)),
                Target::Group { accounts } => seats.extend(accounts),
                Target::Everybody => {
                    seats.extend(
                        self.desk.seats.iter().filter(|seat| !seat.disabled).map(|seat| seat.account),
                    );
                }
                Target::WecomGroup { .. } => {}
            }
        }
        seats
    }
}

fn robot(target: &Target) -> Option<RobotId> {
    match target {
        Target::WecomGroup { robot } => Some(*robot),
        Target::Owner | Target::Agent { .. } | Target::Group { .. } | Target::Everybody => None,
    }
}
