//! The team's message rules look on while a round is taken in: which of its events they may care about, and what is known
//! around each once the round is decided (`docs/RULES.md` §8).

use super::round::Round;
use super::show::preview;
use super::{Lot, conversation_key};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::message_rules::{About, Firings, Known, Occasion, Seen};
use domain::{Author, ConversationId, ConversationKind, IncomingEvent, Platform};
use rules::message_rules::{EventFacts, MessageRule, RuleEvent, triggers};
use std::sync::Arc;
use store::{BuyerKey, ConversationKey, ConversationRow, WriteTx};

/// So many messages of a chat are looked at to tell a buyer's language.
const HEARD: u32 = 20;

/// What the rules have seen of a round.
pub(super) struct Watch {
    platform: Platform,
    rules: Arc<[MessageRule]>,
    known: Known,
    seen: Vec<(Seen, Option<ConversationKey>)>,
}

/// Where an event stands: what a click opens, and the chat with its buyer.
#[derive(Default)]
struct Place {
    own: Option<ConversationRow>,
    chat: Option<ConversationRow>,
}

impl Watch {
    /// Looks on, unless there is no rule, or nothing that a rule may fire at.
    pub(super) async fn begin(
        tx: &mut WriteTx,
        round: &Round<'_>,
        lot: &Lot<'_>,
    ) -> Result<Option<Self>, EngineError> {
        let rules = &round.desk.rules;
        let Some(platform) = lot.ruled.filter(|_| !rules.is_empty()) else { return Ok(None) };
        let rules = Arc::clone(rules);
        let about = About::of(&rules, lot.events.iter().copied().flatten());
        let known = Known::load(tx, lot.store, &about).await?;
        Ok(Some(Self { platform, rules, known, seen: Vec::new() }))
    }

    /// An event that is news, before it is taken in.
    pub(super) fn note(&mut self, event: &IncomingEvent, lot: &Lot<'_>) {
        if let Some(seen) = self.known.see(event, &self.rules) {
            self.seen.push((seen, conversation_key(event, lot)));
        }
    }

    /// What fires, now that the round is decided and everything has its owner.
    pub(super) async fn judge(
        self,
        engine: &Engine,
        tx: &mut WriteTx,
        round: &Round<'_>,
    ) -> Result<Firings, EngineError> {
        if self.seen.is_empty() {
            return Ok(Firings::default());
        }
        let names = engine.names().await?;
        let mut occasions = Vec::new();
        for (seen, key) in self.seen {
            let mut facts = EventFacts {
                store: round.store,
                platform: self.platform,
                before: seen.before.clone(),
                owner: None,
                country: None,
                language: None,
                sensitive: Vec::new(),
                working_time: round.desk.calendar.is_working(round.now),
            };
            let pulled = triggers(&seen.event, &facts);
            if !self.rules.iter().any(|rule| pulled.contains(&rule.trigger)) {
                continue;
            }
            let place = place(tx, round, &seen, key).await?;
            around(engine, round, &seen, &place, &mut facts).await?;
            occasions.push(occasion(seen, facts, &place));
        }
        Firings::judge(tx, round.desk, &names, &occasions, round.now).await
    }
}

/// Where an event stands. What is in hand is newer than the file.
async fn place(
    tx: &mut WriteTx,
    round: &Round<'_>,
    seen: &Seen,
    key: Option<ConversationKey>,
) -> Result<Place, EngineError> {
    let own = key.map(|key| round.hand(&key).row.clone());
    if own.as_ref().is_some_and(|row| row.kind == ConversationKind::Chat) {
        return Ok(Place { chat: own.clone(), own });
    }
    let (order_no, buyer_key) = match &seen.event {
        RuleEvent::Incoming(IncomingEvent::Order(order)) => {
            (order.order_no.as_str(), order.buyer_key.as_deref().unwrap_or_default())
        }
        RuleEvent::Incoming(IncomingEvent::Dispute(dispute)) => {
            (dispute.order_no.as_str(), dispute.buyer_key.as_deref().unwrap_or_default())
        }
        RuleEvent::Incoming(IncomingEvent::Notification(notice)) => {
            (notice.order_no.as_deref().unwrap_or_default(), "")
        }
        RuleEvent::Incoming(IncomingEvent::Message(_) | IncomingEvent::Mail(_)) | RuleEvent::Stage(_) => {
            return Ok(Place { own, chat: None });
        }
    };
    let chat = chat_about(tx, round, order_no, buyer_key).await?;
    Ok(Place { own: own.or_else(|| chat.clone()), chat })
}

/// The chat in which an order is spoken of: one that names it, else the buyer's.
async fn chat_about(
    tx: &mut WriteTx,
    round: &Round<'_>,
    order_no: &str,
    buyer_key: &str,
) -> Result<Option<ConversationRow>, EngineError> {
    if let Some(row) = chats(round).find(|row| !order_no.is_empty() && row.order_no == order_no) {
        return Ok(Some(row.clone()));
    }
    if let Some(row) = tx.chat_about(round.store, order_no, buyer_key).await? {
        let in_hand = round.hands.get(&row.conversation_key()).map(|hand| hand.row.clone());
        return Ok(Some(in_hand.unwrap_or(row)));
    }
    let buyer = BuyerKey { store: round.store, key: buyer_key.to_owned() };
    let buyer = round.parties.named(&buyer);
    Ok(chats(round).find(|row| buyer.is_some() && row.buyer == buyer).cloned())
}

/// The chats in hand.
fn chats<'r>(round: &'r Round<'_>) -> impl Iterator<Item = &'r ConversationRow> {
    round.order.iter().map(|key| &round.hand(key).row).filter(|row| row.kind == ConversationKind::Chat)
}

/// What is known around an event that pulls a trigger.
async fn around(
    engine: &Engine,
    round: &Round<'_>,
    seen: &Seen,
    place: &Place,
    facts: &mut EventFacts,
) -> Result<(), EngineError> {
    let row = place.chat.as_ref().or(place.own.as_ref());
    facts.owner = row.and_then(|row| row.owner);
    let words = seen.event.words();
    facts.sensitive = crate::promise::sensitive_kinds(&words);
    if let Some(buyer) = row.and_then(|row| row.buyer) {
        let country = match round.parties.facts(buyer) {
            Some(facts) => facts.buyer.country.clone(),
            None => engine.store().buyer(buyer).await?.buyer.country,
        };
        facts.country = Some(country).filter(|country| !country.is_empty());
    }
    let buyers_own = matches!(&seen.event, RuleEvent::Incoming(IncomingEvent::Message(_)));
    facts.language = if buyers_own { rules::language::guess(&words).map(str::to_owned) } else { None };
    if let (None, Some(chat)) = (&facts.language, &place.chat) {
        facts.language = heard(engine, chat.id).await?;
    }
    Ok(())
}

/// The language of what a buyer wrote before, as far as the file has it.
async fn heard(engine: &Engine, chat: ConversationId) -> Result<Option<String>, EngineError> {
    let messages = engine.store().messages(chat, None, HEARD).await?;
    let words: Vec<&str> =
        messages.iter().filter(|row| row.author == Author::Buyer).map(|row| row.body.words()).collect();
    Ok(rules::language::guess(&words.join(" ")).map(str::to_owned))
}

fn occasion(seen: Seen, facts: EventFacts, place: &Place) -> Occasion {
    let (title, about) = match &seen.event {
        RuleEvent::Incoming(IncomingEvent::Message(message)) => (message.buyer.name.clone(), None),
        RuleEvent::Incoming(IncomingEvent::Notification(notice)) => {
            (notice.title.clone(), notice.order_no.clone())
        }
        RuleEvent::Incoming(IncomingEvent::Mail(mail)) => (mail.subject.clone(), None),
        RuleEvent::Incoming(IncomingEvent::Order(order)) => {
            (order.order_no.clone(), Some(order.order_no.clone()))
        }
        RuleEvent::Incoming(IncomingEvent::Dispute(dispute)) => {
            (dispute.order_no.clone(), Some(dispute.order_no.clone()))
        }
        RuleEvent::Stage(_) => (String::new(), None),
    };
    Occasion {
        conversation: place.own.as_ref().map(|row| row.id),
        chat: place.chat.as_ref().map(|row| row.id),
        title,
        about,
        words: preview(&seen.event.words()),
        seen,
        facts,
    }
}
