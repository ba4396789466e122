use super::event::{EventFacts, RuleEvent};
use crate::words::found;
use domain::{
    Authenticity, Author, BodyKind, IncomingEvent, IncomingMail, IncomingNotification, MailTopic, NoticeTopic,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// What makes a rule look at an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trigger {
    /// An order that the record did not know.
    NewOrder,
    /// A buyer wrote.
    BuyerEnquiry,
    /// A parcel went wrong; once, not again while it stays so.
    LogisticsException,
    /// A return, refund or dispute that the record did not know.
    Return,
    /// An intellectual-property or other complaint by mail.
    ComplaintMail,
    /// A violation, penalty points or tiers.
    Penalty,
    /// The safety of the account, or the shop's authorisation.
    AccountSecurity,
    /// Anything else that the platform tells its sellers.
    Notice,
    /// A mail that only claims to be from a platform (§9). It pulls no other trigger, so that a forged complaint alarms
    /// nobody as a real one.
    SuspiciousMail,
    /// A stage of a deadline was reached (§4).
    DeadlineStage,
}

impl Trigger {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 10] = [
        Self::BuyerEnquiry,
        Self::NewOrder,
        Self::LogisticsException,
        Self::Return,
        Self::ComplaintMail,
        Self::Penalty,
        Self::AccountSecurity,
        Self::Notice,
        Self::SuspiciousMail,
        Self::DeadlineStage,
    ];

    /// The name used in the catalogues and in the record.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NewOrder => "new_order",
            Self::BuyerEnquiry => "buyer_enquiry",
            Self::LogisticsException => "logistics_exception",
            Self::Return => "return",
            Self::ComplaintMail => "complaint_mail",
            Self::Penalty => "penalty",
            Self::AccountSecurity => "account_security",
            Self::Notice => "notice",
            Self::SuspiciousMail => "suspicious_mail",
            Self::DeadlineStage => "deadline_stage",
        }
    }

    /// Whether there is a buyer whom a text could answer.
    #[must_use]
    pub const fn has_buyer(self) -> bool {
        match self {
            Self::NewOrder | Self::BuyerEnquiry | Self::LogisticsException | Self::Return => true,
            Self::ComplaintMail
            | Self::Penalty
            | Self::AccountSecurity
            | Self::Notice
            | Self::SuspiciousMail
            | Self::DeadlineStage => false,
        }
    }
}

#[derive(Deserialize)]
struct Lists {
    states: Vec<String>,
    words: Vec<String>,
}

static LOGISTICS: LazyLock<Lists> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../data/logistics.json"))
        .expect("data/logistics.json is part of the program and read by its tests")
});

/// Which triggers an event pulls; none for one that is no news.
#[must_use]
pub fn triggers(event: &RuleEvent, facts: &EventFacts) -> BTreeSet<Trigger> {
    match event {
        RuleEvent::Incoming(IncomingEvent::Message(message)) => {
            let silent = matches!(message.body.kind(), BodyKind::Note | BodyKind::Read);
            when(message.author == Author::Buyer && !silent, Trigger::BuyerEnquiry)
        }
        RuleEvent::Incoming(IncomingEvent::Order(order)) => {
            let mut pulled = when(facts.before.is_none(), Trigger::NewOrder);
            let wrong = gone_wrong(&order.status) || order.logistics.as_deref().is_some_and(gone_wrong);
            pulled.extend(when(wrong && !was_wrong(facts), Trigger::LogisticsException));
            pulled
        }
        RuleEvent::Incoming(IncomingEvent::Dispute(dispute)) => {
            when(facts.before.is_none() && !dispute.closed, Trigger::Return)
        }
        RuleEvent::Incoming(IncomingEvent::Notification(notice)) => of_notice(notice, facts),
        RuleEvent::Incoming(IncomingEvent::Mail(mail)) => of_mail(mail, facts),
        RuleEvent::Stage(_) => when(true, Trigger::DeadlineStage),
    }
}

fn when(so: bool, trigger: Trigger) -> BTreeSet<Trigger> {
    so.then_some(trigger).into_iter().collect()
}

fn of_notice(notice: &IncomingNotification, facts: &EventFacts) -> BTreeSet<Trigger> {
    match notice.topic {
        NoticeTopic::Order => {
            let wrong = gone_wrong(&notice.title) || gone_wrong(&notice.text);
            when(wrong && !was_wrong(facts), Trigger::LogisticsException)
        }
        NoticeTopic::Return => when(facts.before.is_none(), Trigger::Return),
        NoticeTopic::Violation | NoticeTopic::Penalty => when(true, Trigger::Penalty),
        NoticeTopic::Authorisation => when(true, Trigger::AccountSecurity),
        NoticeTopic::Notice => when(true, Trigger::Notice),
    }
}

fn of_mail(mail: &IncomingMail, facts: &EventFacts) -> BTreeSet<Trigger> {
    match mail.authenticity {
        Authenticity::Suspicious => return when(true, Trigger::SuspiciousMail),
        Authenticity::Verified | Authenticity::Unverified => {}
    }
    match mail.topic {
        MailTopic::Complaint => when(true, Trigger::ComplaintMail),
        MailTopic::Penalty => when(true, Trigger::Penalty),
        MailTopic::Security => when(true, Trigger::AccountSecurity),
        MailTopic::ChatReminder => when(true, Trigger::BuyerEnquiry),
        MailTopic::Logistics => {
            let wrong = gone_wrong(&mail.subject) || gone_wrong(&mail.text);
            when(wrong && !was_wrong(facts), Trigger::LogisticsException)
        }
        // An order's mail repeats what the order itself tells.
        MailTopic::Order | MailTopic::Promotion | MailTopic::Other => BTreeSet::new(),
    }
}

fn was_wrong(facts: &EventFacts) -> bool {
    let before = facts.before.as_ref();
    before.is_some_and(|b| gone_wrong(&b.status) || b.logistics.as_deref().is_some_and(gone_wrong))
}

/// Whether a state or some words tell of a parcel that went wrong.
fn gone_wrong(text: &str) -> bool {
    let mut states = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    states.any(|word| LOGISTICS.states.iter().any(|state| state == word))
        || !found(text, LOGISTICS.words.iter().map(String::as_str)).is_empty()
}
