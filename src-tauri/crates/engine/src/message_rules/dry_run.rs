//! What a draft would have done at the last events that it looks for. Nothing is written, and nobody hears of it.
//!
//! The events come out of the record. Of an order and a return only the present state is kept, so that is what a draft sees
//! of them; whose a conversation is, is what it is now.

use super::manage::RuleDraft;
use crate::desk::Desk;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::intake::preview;
use domain::{
    Alert, BuyerRef, ConversationId, Deadline, IncomingEvent, IncomingMail, IncomingMessage,
    IncomingNotification, Platform, StoreId, Timestamp,
};
use rules::alerts::stages;
use rules::message_rules::{EventFacts, FRESH_S, Past, RuleEvent, Trigger, Verdict, judge};
use std::collections::HashMap;
use store::{AlertRow, ConversationItem, DeadlineRow, DisputeRow, MessageRow, OrderRow, PastMessages};

/// At so many events a draft is tried.
const REHEARSED: u32 = 100;

/// What a draft would have done at one event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rehearsal {
    /// When the event came.
    pub at: Timestamp,
    /// The name of the store.
    pub store: String,
    /// The buyer or the headline.
    pub title: String,
    /// How it begins.
    pub words: String,
    /// The conversation that shows it.
    pub conversation: Option<ConversationId>,
    /// What would have become of it.
    pub verdict: Verdict,
}

/// An event of the record, with what a person is shown of it.
struct Kept {
    past: Past,
    title: String,
    words: String,
    conversation: Option<ConversationId>,
}

/// What the events of the record are read with.
struct Reader<'a> {
    engine: &'a Engine,
    desk: Desk,
    stores: HashMap<StoreId, (Platform, String)>,
}

/// Where the record has what a trigger looks at.
const fn sources(trigger: Trigger) -> &'static [Source] {
    match trigger {
        Trigger::BuyerEnquiry => {
            &[Source::Messages(PastMessages::Buyers), Source::Messages(PastMessages::Mails)]
        }
        Trigger::NewOrder => &[Source::Orders],
        Trigger::LogisticsException => {
            &[Source::Orders, Source::Messages(PastMessages::Notices), Source::Messages(PastMessages::Mails)]
        }
        Trigger::Return => &[Source::Disputes, Source::Messages(PastMessages::Notices)],
        Trigger::ComplaintMail | Trigger::SuspiciousMail => &[Source::Messages(PastMessages::Mails)],
        Trigger::Penalty | Trigger::AccountSecurity => {
            &[Source::Messages(PastMessages::Notices), Source::Messages(PastMessages::Mails)]
        }
        Trigger::Notice => &[Source::Messages(PastMessages::Notices)],
        Trigger::DeadlineStage => &[Source::Stages],
    }
}

#[derive(Debug, Clone, Copy)]
enum Source {
    Messages(PastMessages),
    Orders,
    Disputes,
    Stages,
}

impl Engine {
    /// What a draft would have done at the last events of the sorts that its trigger looks at, newest first.
    ///
    /// # Errors
    /// If the file refuses.
    pub async fn rehearse(&self, draft: &RuleDraft) -> Result<Vec<Rehearsal>, EngineError> {
        let rule = draft.rule(FRESH_S);
        let stores = self.store().stores().await?.into_iter();
        let stores = stores.map(|row| (row.id, (row.store.platform, row.store.name))).collect();
        let desk = self.desk().await.clone();
        let reader = Reader { engine: self, desk, stores };
        let mut kept = Vec::new();
        for source in sources(rule.trigger) {
            kept.extend(reader.read(*source).await?);
        }
        kept.sort_by_key(|kept| std::cmp::Reverse(kept.past.came));
        kept.truncate(REHEARSED as usize);
        let rehearsal = |kept: Kept| Rehearsal {
            at: kept.past.came,
            store: reader
                .stores
                .get(&kept.past.facts.store)
                .map(|(_, name)| name.clone())
                .unwrap_or_default(),
            verdict: judge(&rule, &kept.past.event, &kept.past.facts, kept.past.came),
            title: kept.title,
            words: kept.words,
            conversation: kept.conversation,
        };
        Ok(kept.into_iter().map(rehearsal).collect())
    }
}

impl Reader<'_> {
    async fn read(&self, source: Source) -> Result<Vec<Kept>, EngineError> {
        let store = self.engine.store();
        let mut kept = Vec::new();
        match source {
            Source::Messages(of) => {
                for row in store.past_messages(of, REHEARSED).await? {
                    kept.extend(self.message(of, row).await?);
                }
            }
            Source::Orders => {
                kept.extend(
                    store.past_orders(REHEARSED).await?.into_iter().filter_map(|row| self.order(row)),
                );
            }
            Source::Disputes => {
                kept.extend(
                    store.past_disputes(REHEARSED).await?.into_iter().filter_map(|row| self.dispute(row)),
                );
            }
            Source::Stages => {
                for row in store.past_stages(REHEARSED).await? {
                    kept.extend(self.stage(&row).await?);
                }
            }
        }
        Ok(kept)
    }

    fn facts(
        &self,
        store: StoreId,
        item: Option<&ConversationItem>,
        event: &RuleEvent,
        came: Timestamp,
    ) -> Option<EventFacts> {
        let (platform, _) = self.stores.get(&store)?;
        let words = event.words();
        let country = item.map(|item| item.buyer_country.clone()).filter(|country| !country.is_empty());
        Some(EventFacts {
            store,
            platform: *platform,
            before: None,
            owner: item.and_then(|item| item.conversation.owner),
            country,
            language: rules::language::guess(&words).map(str::to_owned),
            sensitive: crate::promise::sensitive_kinds(&words),
            working_time: self.desk.calendar.is_working(came),
        })
    }

    fn kept(
        &self,
        store: StoreId,
        item: Option<&ConversationItem>,
        event: RuleEvent,
        came: Timestamp,
        title: String,
    ) -> Option<Kept> {
        let facts = self.facts(store, item, &event, came)?;
        let words = preview(&event.words());
        let conversation = item.map(|item| item.conversation.id);
        Some(Kept { past: Past { event, facts, came }, title, words, conversation })
    }

    async fn message(&self, of: PastMessages, row: MessageRow) -> Result<Option<Kept>, EngineError> {
        let store = self.engine.store();
        let item = store.conversation(row.conversation).await?;
        let (came, shop, thread_key) = (row.received_at, row.store, item.conversation.key.clone());
        let event = match of {
            PastMessages::Buyers => IncomingEvent::Message(chat_message(row, &item)),
            PastMessages::Notices => {
                let Some(notice) = store.notice(row.id).await? else { return Ok(None) };
                IncomingEvent::Notification(IncomingNotification {
                    provider_id: row.provider_id,
                    thread_key,
                    topic: notice.topic,
                    title: row.title,
                    text: row.body.words().to_owned(),
                    url: notice.url,
                    at: row.sent_at,
                    due: notice.due,
                    order_no: notice.order_no,
                })
            }
            PastMessages::Mails => {
                let Some(mail) = store.mail(row.id).await? else { return Ok(None) };
                IncomingEvent::Mail(IncomingMail {
                    print: String::new(),
                    provider_id: row.provider_id,
                    thread_key,
                    from_name: mail.from_name,
                    from_address: mail.from_address,
                    subject: row.title,
                    text: row.body.words().to_owned(),
                    html: None,
                    at: row.sent_at,
                    attachments: Vec::new(),
                    authenticity: mail.authenticity,
                    topic: mail.topic,
                })
            }
        };
        let title = title(&item);
        Ok(self.kept(shop, Some(&item), RuleEvent::Incoming(event), came, title))
    }

    fn order(&self, row: OrderRow) -> Option<Kept> {
        let (came, title) = (row.order.updated_at, row.order.order_no.clone());
        self.kept(row.store, None, RuleEvent::Incoming(IncomingEvent::Order(row.order)), came, title)
    }

    fn dispute(&self, row: DisputeRow) -> Option<Kept> {
        let (came, title) = (row.dispute.updated_at, row.dispute.order_no.clone());
        let conversation = row.conversation;
        let event = RuleEvent::Incoming(IncomingEvent::Dispute(row.dispute));
        self.kept(row.store, None, event, came, title).map(|kept| Kept { conversation, ..kept })
    }

    async fn stage(&self, row: &AlertRow) -> Result<Option<Kept>, EngineError> {
        let store = self.engine.store();
        let item = store.conversation(row.conversation).await?;
        let all = store.deadlines_of(row.conversation).await?;
        let kept = all.into_iter().find(|kept| kept.kind == row.kind && kept.due == row.due);
        let Some(DeadlineRow { id, conversation, kind, from, due, .. }) = kept else { return Ok(None) };
        let deadline = Deadline { id, conversation, kind, from, due };
        let last = stages(&deadline, &self.desk.policy.alerts).last() == Some(&row.stage);
        let at = domain::from_ms(domain::to_ms(row.raised_at).saturating_sub(row.late_ms));
        let event = RuleEvent::Stage(Alert { deadline, stage: row.stage, at, last });
        let (shop, title) = (item.conversation.store, title(&item));
        Ok(self.kept(shop, Some(&item), event, row.raised_at, title))
    }
}

fn chat_message(row: MessageRow, item: &ConversationItem) -> IncomingMessage {
    IncomingMessage {
        provider_id: row.provider_id,
        conversation_key: item.conversation.key.clone(),
        buyer: BuyerRef { key: String::new(), name: item.buyer_name.clone(), country: None },
        author: row.author,
        device: row.device,
        body: row.body,
        sent_at: row.sent_at,
        direct_to: None,
        order_no: None,
        item_id: row.item_id,
    }
}

fn title(item: &ConversationItem) -> String {
    if item.buyer_name.is_empty() { item.conversation.title.clone() } else { item.buyer_name.clone() }
}
