//! Notices, mails, orders and disputes of a round.

use super::hand::Hand;
use super::round::{Ids, Mode, Round};
use super::show::{name_order, preview, show, show_old};
use crate::clockwork::Stated;
use domain::{
    Authenticity, Author, Body, BodyKind, ConversationKind, ConversationState, Device, DisputeSnapshot,
    IncomingEvent, IncomingMail, IncomingNotification, MailTopic, OrderSnapshot, Timestamp, Turn,
};
use rules::clocks::MessageFact;
use std::cmp::Reverse;
use store::{ConversationKey, DisputeWrite, MailRow, MessageRow, NoticeRow, OrderWrite};

/// A line of the platform's in a conversation: what notices, mails and disputes have in common.
struct Line<'a> {
    provider_id: &'a str,
    title: &'a str,
    text: &'a str,
    at: Timestamp,
    turn: Turn,
}

impl<'a> Line<'a> {
    fn of(provider_id: &'a str, title: &'a str, text: &'a str, at: Timestamp) -> Self {
        Self { provider_id, title, text, at, turn: Turn::of(provider_id) }
    }
}

impl Round<'_> {
    /// Takes in a platform's notice.
    pub(super) fn notice(&mut self, event: &IncomingNotification, ids: Ids) {
        let key = ConversationKey::new(self.store, ConversationKind::Notice, event.thread_key.clone());
        let line = Line::of(&event.provider_id, &event.title, &event.text, event.at);
        let (hand, newest) = self.line(&key, &line, ids);
        name_order(hand, event.order_no.as_deref(), (line.at, line.turn));
        // One that comes late may still be the last that states a date; what a person put aside stays aside. Of two dates
        // that were stated at the same instant the earlier one rings.
        let stated = hand.clock.stated.and_then(|stated| Some((stated.noticed, Reverse(stated.due?))));
        let latest = event.due.filter(|due| stated < Some((event.at, Reverse(*due))));
        if latest.is_some() && (newest || hand.row.state == ConversationState::Open) {
            hand.clock.stated = Some(Stated { noticed: event.at, due: latest });
        }
        self.write.notices.push(NoticeRow {
            message: ids.message,
            topic: event.topic,
            url: event.url.clone(),
            due: event.due,
            order_no: event.order_no.clone(),
        });
    }

    /// Takes in a mail. A suspicious one is shown with its banner, but makes no deadline: its threats are not facts. Nor does
    /// one out of a file: whoever keeps mails in files has had them.
    pub(super) fn mail(&mut self, event: &IncomingMail, ids: Ids) {
        let key = ConversationKey::new(self.store, ConversationKind::Mail, event.thread_key.clone());
        let line = Line::of(&event.provider_id, &event.subject, &event.text, event.at);
        let counts = event.authenticity != Authenticity::Suspicious && event.topic != MailTopic::Promotion;
        let news = self.mode == Mode::Live;
        let (hand, _) = self.line(&key, &line, ids);
        if counts && news {
            hand.clock.note_mail(event.at);
        }
        self.write.mails.push(MailRow {
            message: ids.message,
            from_name: event.from_name.clone(),
            from_address: event.from_address.clone(),
            html: event.html.clone(),
            attachments: event.attachments.clone(),
            authenticity: event.authenticity,
            topic: event.topic,
            print: event.print.clone(),
        });
    }

    /// Takes in an order as it stands. The store never lets an older snapshot replace a newer one.
    pub(super) fn order(&mut self, event: &OrderSnapshot) {
        self.write.orders.push(OrderWrite {
            store: self.store,
            order: event.clone(),
            received_at: self.came_at,
        });
        self.taken += 1;
    }

    /// A dispute or return about an erased buyer's order, without who they were and what they say: its state goes on, but the
    /// platform does not bring that back. None if the event is nothing of that kind.
    pub(super) fn of_erased(&self, event: &IncomingEvent) -> Option<IncomingEvent> {
        let IncomingEvent::Dispute(dispute) = event else { return None };
        let key = ConversationKey::new(self.store, ConversationKind::Case, dispute.provider_id.clone());
        // A case has a buyer only once they were erased.
        let theirs = self.hand(&key).row.buyer.is_some() || self.erased_orders.contains(&dispute.order_no);
        let nobodys = DisputeSnapshot { reason: String::new(), buyer_key: None, ..dispute.clone() };
        theirs.then_some(IncomingEvent::Dispute(nobodys))
    }

    /// Takes in a dispute or return as it stands; a state that is known is not handed in again.
    pub(super) fn dispute(&mut self, event: &DisputeSnapshot, ids: Ids) {
        let key = ConversationKey::new(self.store, ConversationKind::Case, event.provider_id.clone());
        let provider_id = case_id(event);
        let title = format!("{} {}", event.order_no, event.status);
        let line = Line {
            provider_id: &provider_id,
            title: title.trim(),
            text: &event.reason,
            at: event.updated_at,
            turn: Turn::of_state(&provider_id, event.closed),
        };
        let (hand, newest) = self.line(&key, &line, ids);
        hand.row.order_no.clone_from(&event.order_no);
        if !newest {
            return;
        }
        hand.clock.stated = (!event.closed).then_some(Stated { noticed: event.opened_at, due: event.due });
        hand.row.state = if event.closed { ConversationState::Done } else { ConversationState::Open };
        let conversation = hand.row.id;
        self.write.disputes.push(DisputeWrite {
            store: self.store,
            conversation: Some(conversation),
            dispute: event.clone(),
        });
    }

    /// Takes in a line. Also says whether nothing newer is in its conversation.
    fn line(&mut self, key: &ConversationKey, line: &Line<'_>, ids: Ids) -> (&mut Hand, bool) {
        let body = Body::Text { text: line.text.to_owned() };
        let fact = MessageFact {
            id: ids.message,
            turn: line.turn,
            at: line.at,
            author: Author::System,
            kind: BodyKind::Text,
            device: Device::Pc,
            direct: false,
        };
        let conversation = self.hand(key).row.id;
        self.write.messages.push(MessageRow {
            id: ids.message,
            conversation,
            store: self.store,
            provider_id: line.provider_id.to_owned(),
            author: Author::System,
            account: None,
            device: Device::Pc,
            direct: false,
            title: line.title.to_owned(),
            body,
            item_id: None,
            sent_at: line.at,
            turn: line.turn,
            received_at: self.came_at,
            counting: String::new(),
            raw: ids.raw,
            outbox: None,
        });
        self.log_received(conversation, Author::System, line.provider_id);
        let (mode, now) = (self.mode, self.now);
        let hand = self.hand_mut(key);
        hand.touched = true;
        let newest = hand.clock.state.note(&fact);
        if newest {
            line.title.clone_into(&mut hand.row.title);
        }
        match mode {
            Mode::Live => show(hand, &fact, preview(line.text)),
            Mode::History => show_old(hand, &fact, preview(line.text), now),
        }
        (hand, newest)
    }
}

/// The id of one state of a dispute: the platform names the dispute, not its states.
pub(crate) fn case_id(event: &DisputeSnapshot) -> String {
    format!("case:{}:{}:{}", event.provider_id, event.updated_at.as_millisecond(), event.status)
}
