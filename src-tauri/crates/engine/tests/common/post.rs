//! A pretend mailbox that is connected and read.

use super::{House, comes_true};
use domain::{Platform, Secret, StoreId, Timestamp};
use engine::{Clock as _, Connection, SecretSet};
use sandbox::Clock;
use sandbox::mailbox::{Mailbox, MailboxConfig, MailboxHandle};
use std::sync::Arc;

/// See the module.
pub(crate) struct Post {
    pub(crate) mailbox: MailboxHandle,
    pub(crate) store: StoreId,
}

/// How the pretend mailbox is reached.
pub(crate) fn way(mailbox: &MailboxHandle) -> Connection {
    Connection {
        platform: Platform::Mail,
        name: "service@rainbow.example".into(),
        host: mailbox.addr().to_string(),
        account: "service@rainbow.example".into(),
        shop_id: String::new(),
        region: String::new(),
        company: String::new(),
        interface: domain::Interface::Usual,
        every_s: 3_600,
        folders: Vec::new(),
        demo: false,
    }
}

/// A mail as it lies at the server; a number makes it.
pub(crate) fn letter(number: usize, at: &str) -> Vec<u8> {
    format!(
        "Received: from a by b; {at}\r\nFrom: AliExpress <n@notice.aliexpress.com>\r\nSubject: Order {number}\r\n\
         Message-ID: <{number}@x>\r\nDate: {at}\r\n\r\nwords {number}\r\n"
    )
    .into_bytes()
}

/// An hour before the story begins.
pub(crate) const LATELY: &str = "Mon, 02 Mar 2026 09:00:00 +0800";
/// Long before it.
pub(crate) const LONG_AGO: &str = "Thu, 02 Jan 2025 09:00:00 +0800";

impl Post {
    /// An empty mailbox, with the house's clock.
    pub(crate) async fn mailbox(house: &House) -> MailboxHandle {
        let config = MailboxConfig { user: "service@rainbow.example".into(), password: Secret::new("code") };
        let clock = Arc::clone(&house.clock);
        let clock: Clock = Arc::new(move || -> Timestamp { clock.now() });
        Mailbox::start(config, clock).await.unwrap()
    }

    /// Connects a mailbox, and waits until it has been read once.
    pub(crate) async fn connect(house: &House, mailbox: MailboxHandle) -> Self {
        let secrets = SecretSet { key: Secret::new("code"), tokens: None };
        let store = house.engine.connect(&way(&mailbox), secrets).await.unwrap();
        house.until_store(store, |row| row.last_success.is_some()).await;
        Self { mailbox, store }
    }

    /// How many mails are here.
    pub(crate) async fn count(&self, house: &House) -> u64 {
        house.engine.store().count_ids(self.store, "").await.unwrap()
    }

    /// Waits until so many mails are here.
    pub(crate) async fn until(&self, house: &House, count: u64) {
        let there = comes_true(async || self.count(house).await == count).await;
        assert!(there, "{} mails and not {count}", self.count(house).await);
    }
}
