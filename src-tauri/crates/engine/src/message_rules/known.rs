//! What the record knew of orders and returns before the events of a round: only so is "new" or "has gone wrong" told from
//! what repeats itself.

use crate::error::EngineError;
use domain::{
    DisputeSnapshot, IncomingEvent, MailTopic, NoticeTopic, OrderSnapshot, StoreId, Timestamp, Turn, to_ms,
};
use rules::message_rules::{Before, MessageRule, RuleEvent, Trigger};
use std::collections::HashMap;
use store::WriteTx;

/// An event that a rule may care about, with what was known before it.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) event: RuleEvent,
    pub(crate) before: Option<Before>,
    /// When the order that it is about was last told of, by the platform's clock.
    since: Option<Timestamp>,
}

impl Seen {
    /// An event about neither an order nor a return.
    pub(crate) const fn alone(event: RuleEvent) -> Self {
        Self { event, before: None, since: None }
    }

    /// What names the event within its store for rules with this trigger, the same by whichever way it is told: a return
    /// has its number, and a parcel goes wrong once after the order was last seen well.
    pub(crate) fn key(&self, trigger: Trigger) -> String {
        let parcel = |order_no: &str| {
            let since = self.since.map_or(0, to_ms);
            format!("parcel:{order_no}:{since}")
        };
        let wrong = trigger == Trigger::LogisticsException;
        match &self.event {
            RuleEvent::Incoming(IncomingEvent::Message(message)) => {
                format!("message:{}", message.provider_id)
            }
            RuleEvent::Incoming(IncomingEvent::Mail(mail)) => format!("mail:{}", mail.provider_id),
            RuleEvent::Incoming(IncomingEvent::Order(order)) if wrong => parcel(&order.order_no),
            RuleEvent::Incoming(IncomingEvent::Order(order)) => format!("order:{}", order.order_no),
            RuleEvent::Incoming(IncomingEvent::Dispute(dispute)) => format!("return:{}", dispute.provider_id),
            RuleEvent::Incoming(IncomingEvent::Notification(notice)) => match &notice.order_no {
                Some(order_no) if wrong => parcel(order_no),
                _ if trigger == Trigger::Return => format!("return:{}", notice.thread_key),
                _ => format!("notice:{}", notice.provider_id),
            },
            RuleEvent::Stage(alert) => {
                let deadline = &alert.deadline;
                let (kind, due) = (deadline.kind.as_str(), to_ms(deadline.due));
                format!("stage:{}:{kind}:{due}:{}", deadline.conversation, alert.stage.0)
            }
        }
    }
}

/// The numbers of the orders and returns that events are about, as far as a rule wants to know.
#[derive(Debug, Default)]
pub(crate) struct About {
    orders: Vec<String>,
    returns: Vec<String>,
}

impl About {
    pub(crate) fn of<'a>(rules: &[MessageRule], events: impl Iterator<Item = &'a IncomingEvent>) -> Self {
        let wants = |triggers: &[Trigger]| rules.iter().any(|rule| triggers.contains(&rule.trigger));
        let about_orders = wants(&[Trigger::NewOrder, Trigger::LogisticsException]);
        let about_returns = wants(&[Trigger::Return]);
        let mut about = Self::default();
        for event in events {
            match event {
                IncomingEvent::Order(order) if about_orders => about.orders.push(order.order_no.clone()),
                IncomingEvent::Dispute(dispute) if about_returns => {
                    about.returns.push(dispute.provider_id.clone());
                }
                IncomingEvent::Notification(notice) if notice.topic == NoticeTopic::Return => {
                    about.returns.extend(about_returns.then(|| notice.thread_key.clone()));
                }
                IncomingEvent::Notification(notice) if about_orders => {
                    about.orders.extend(notice.order_no.clone());
                }
                IncomingEvent::Order(_)
                | IncomingEvent::Dispute(_)
                | IncomingEvent::Notification(_)
                | IncomingEvent::Message(_)
                | IncomingEvent::Mail(_) => {}
            }
        }
        about
    }
}

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct Known {
    orders: HashMap<String, (Before, (Timestamp, Turn))>,
    returns: HashMap<String, Before>,
}

impl Known {
    /// Looks up what events are about.
    pub(crate) async fn load(tx: &mut WriteTx, store: StoreId, about: &About) -> Result<Self, EngineError> {
        let mut known = Self::default();
        if !about.orders.is_empty() {
            let rows = tx.orders_known(store, &about.orders).await?;
            rows.iter().for_each(|row| known.order(&row.order));
        }
        if !about.returns.is_empty() {
            let rows = tx.disputes_known(store, &about.returns).await?;
            rows.iter().for_each(|row| known.dispute(&row.dispute));
        }
        Ok(known)
    }

    /// Looks at an event before it becomes known; none if no rule can care: it is nothing for their triggers, or an
    /// order's older state that comes late.
    pub(crate) fn see(&mut self, event: &IncomingEvent, rules: &[MessageRule]) -> Option<Seen> {
        let (before, since) = self.before(event);
        let late = matches!(event, IncomingEvent::Order(order)
            if self.orders.get(&order.order_no).is_some_and(|(_, stands)| order.place() < *stands));
        match event {
            IncomingEvent::Order(order) if !late => self.order(order),
            IncomingEvent::Dispute(dispute) => self.dispute(dispute),
            IncomingEvent::Order(_)
            | IncomingEvent::Message(_)
            | IncomingEvent::Notification(_)
            | IncomingEvent::Mail(_) => {}
        }
        let wanted = !late && rules.iter().any(|rule| may_pull(event, rule.trigger));
        wanted.then(|| Seen { event: RuleEvent::Incoming(event.clone()), before, since })
    }

    fn before(&self, event: &IncomingEvent) -> (Option<Before>, Option<Timestamp>) {
        let order = |order_no: &str| match self.orders.get(order_no) {
            Some((before, (at, _))) => (Some(before.clone()), Some(*at)),
            None => (None, None),
        };
        let returned = |id: &str| (self.returns.get(id).cloned(), None);
        match event {
            IncomingEvent::Order(snapshot) => order(&snapshot.order_no),
            IncomingEvent::Dispute(dispute) => returned(&dispute.provider_id),
            IncomingEvent::Notification(notice) if notice.topic == NoticeTopic::Return => {
                returned(&notice.thread_key)
            }
            IncomingEvent::Notification(notice) => notice.order_no.as_deref().map_or((None, None), order),
            IncomingEvent::Message(_) | IncomingEvent::Mail(_) => (None, None),
        }
    }

    fn order(&mut self, order: &OrderSnapshot) {
        let before = Before { status: order.status.clone(), logistics: order.logistics.clone() };
        self.orders.insert(order.order_no.clone(), (before, order.place()));
    }

    fn dispute(&mut self, dispute: &DisputeSnapshot) {
        let before = Before { status: dispute.status.clone(), logistics: None };
        self.returns.insert(dispute.provider_id.clone(), before);
    }
}

/// Whether an event of this sort can pull a trigger at all: spares a copy of each that can't.
fn may_pull(event: &IncomingEvent, trigger: Trigger) -> bool {
    use Trigger as T;
    match event {
        IncomingEvent::Message(message) => {
            trigger == T::BuyerEnquiry && message.author == domain::Author::Buyer
        }
        IncomingEvent::Order(_) => matches!(trigger, T::NewOrder | T::LogisticsException),
        IncomingEvent::Dispute(_) => trigger == T::Return,
        IncomingEvent::Notification(_) => {
            matches!(trigger, T::LogisticsException | T::Return | T::Penalty | T::AccountSecurity | T::Notice)
        }
        IncomingEvent::Mail(mail) => match trigger {
            T::BuyerEnquiry => mail.topic == MailTopic::ChatReminder,
            T::LogisticsException
            | T::ComplaintMail
            | T::Penalty
            | T::AccountSecurity
            | T::SuspiciousMail => true,
            T::NewOrder | T::Return | T::Notice | T::DeadlineStage => false,
        },
    }
}
