//! All pretend platforms at once, with a console: what to type, who writes, what goes wrong, what arrived.
//!
//! For people who build a bridge or try the program out. Everything listens on 127.0.0.1 alone.

mod http;
mod orders;

use crate::aliexpress::{AliExpress, App};
use crate::clock::Clock;
use crate::mailbox::{Mailbox, MailboxConfig, MailboxHandle};
use crate::russia::{OWN_LOGIN, Russia};
use crate::shopee::{ShopSetup, Shopee};
use crate::wecom::{Company, WeCom};
use crate::{Core, Server};
use domain::Secret;
use serde_json::{Value, json};
use std::io;
use std::sync::Arc;

pub use orders::OrderRefused;

/// A robot of the pretend `WeCom` from the start.
const ROBOT: &str = "5a4d0b1e-0000-4000-8000-00000000cafe";
/// The password of the pretend mailbox.
const PASSWORD: &str = "sandbox-password";
/// The secret of the app on the pretend `AliExpress`.
const SECRET: &str = "sandbox-app-secret";

/// The running platforms; dropping it stops them.
pub struct Console {
    inner: Arc<Platforms>,
    server: Server,
}

pub(crate) struct Platforms {
    shopee: (Shopee, Server),
    aliexpress: AliExpress,
    russia: Russia,
    mail: MailboxHandle,
    wecom: (WeCom, Server),
    shopee_core: Core,
    wecom_core: Core,
}

impl Console {
    /// Starts all of them on free ports, and the console on `port` (0: a free one too).
    ///
    /// # Errors
    /// If a port can't be had.
    pub async fn start(clock: &Clock, port: u16) -> io::Result<Self> {
        let core = || Core::new(Arc::clone(clock));
        let (shopee_core, wecom_core) = (core(), core());
        let shop = Shopee::new(shopee_core.clone(), ShopSetup::default());
        let wecom = WeCom::new(wecom_core.clone(), Company::default());
        wecom.add_robot(ROBOT, "sandbox");
        let app = App { key: "500001".to_owned(), secret: SECRET.to_owned(), leading_slash: true };
        let config =
            MailboxConfig { user: "seller@sandbox.example".to_owned(), password: Secret::new(PASSWORD) };
        let inner = Arc::new(Platforms {
            shopee: (shop.clone(), shop.start().await?),
            aliexpress: AliExpress::start(app, Arc::clone(clock)).await?,
            russia: Russia::start(Arc::clone(clock)).await?,
            mail: Mailbox::start(config, Arc::clone(clock)).await?,
            wecom: (wecom.clone(), wecom.start().await?),
            shopee_core,
            wecom_core,
        });
        let server = crate::serve_at(http::router(Arc::clone(&inner)), core(), port).await?;
        Ok(Self { inner, server })
    }

    /// The console's address.
    #[must_use]
    pub fn base(&self) -> String {
        self.server.base()
    }

    /// What to type in the program to connect each, as JSON. Tokens are issued by the call.
    #[must_use]
    pub fn ways(&self) -> Value {
        self.inner.ways(&self.base())
    }
}

impl Platforms {
    fn ways(&self, console: &str) -> Value {
        let (shop, server) = &self.shopee;
        let setup = shop.setup();
        let shopee = shop.authorise();
        let aliexpress = self.aliexpress.authorise();
        json!({
            "console": console,
            "shopee": {
                "host": server.base(), "partner_id": setup.partner_id, "partner_key": setup.partner_key,
                "shop_id": setup.shop_id, "access_token": shopee.access, "refresh_token": shopee.refresh,
            },
            "aliexpress": {
                "host": self.aliexpress.base(), "app_key": "500001", "app_secret": SECRET,
                "access_token": aliexpress.access, "refresh_token": aliexpress.refresh,
            },
            "aliexpress_russia": {
                "host": self.russia.base(), "login": OWN_LOGIN, "token": self.russia.token(None),
            },
            "mail": {
                "server": self.mail.addr().to_string(), "user": "seller@sandbox.example",
                "password": PASSWORD,
            },
            "wecom": {
                "robot": format!("{}/cgi-bin/webhook/send?key={ROBOT}", self.wecom.1.base()),
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ManualClock;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    /// One request, its status and its body.
    async fn ask(base: &str, method: &str, path: &str, extra: &str, body: &str) -> (u16, String) {
        let at = base.trim_start_matches("http://");
        let mut line = tokio::net::TcpStream::connect(at).await.unwrap();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {at}\r\nContent-Type: application/json\r\n{extra}Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        );
        line.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        line.read_to_string(&mut answer).await.unwrap();
        let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
        (status, answer.split_once("\r\n\r\n").map(|(_, body)| body.to_owned()).unwrap_or_default())
    }

    async fn console() -> Console {
        let clock = ManualClock::at(domain::from_ms(1_772_416_800_000));
        Console::start(&clock.reader(), 0).await.unwrap()
    }

    #[tokio::test]
    async fn whatever_the_page_shows_can_be_done() {
        let console = console().await;
        let base = console.base();
        let (status, page) = ask(&base, "GET", "/", "", "").await;
        assert_eq!(status, 200, "the page explains the console");
        let mut shown = 0;
        for line in page.lines().filter(|line| line.trim_start().starts_with("curl")) {
            let path = line.split("HERE").nth(1).unwrap();
            let body = line.split('\'').nth(1).filter(|_| line.contains("-d ")).unwrap_or_default();
            let method = if line.contains("-X DELETE") { "DELETE" } else { "POST" };
            let (status, answer) = ask(&base, method, path, "", body).await;
            assert_eq!(status, 200, "{line}: {answer}");
            shown += 1;
        }
        assert!(shown >= 5, "the page has examples");
        assert_eq!(console.inner.shopee_core.ledger.calls().len(), 0, "the console is no client");
    }

    #[tokio::test]
    async fn a_fault_that_was_armed_is_met_and_can_be_taken_back() {
        let console = console().await;
        let fault = r#"{"fault":{"status":{"status":503,"retry_after":2}}}"#;
        let shop = console.inner.shopee.1.base();
        let (before, _) = ask(&shop, "GET", "/api/v2/shop/get_shop_info", "", "").await;
        assert_eq!(ask(&console.base(), "POST", "/faults/shopee", "", fault).await.0, 200, "armed");
        let (during, _) = ask(&shop, "GET", "/api/v2/shop/get_shop_info", "", "").await;
        assert_eq!(ask(&console.base(), "DELETE", "/faults/shopee", "", "").await.0, 200, "healed");
        let (after, _) = ask(&shop, "GET", "/api/v2/shop/get_shop_info", "", "").await;
        assert_eq!((during, after), (503, before), "it goes wrong between the two, and only then");
    }

    #[tokio::test]
    async fn what_can_not_be_done_is_said() {
        let console = console().await;
        for (path, body, word) in [
            ("/say/lazada", r#"{"text":"x"}"#, "platforms:"),
            ("/switch/mail", r#"{"frozen":true}"#, "no such switch"),
            ("/switch/shopee", r#"{"permission":{"part":"moon","granted":false}}"#, "known:"),
        ] {
            let (status, answer) = ask(&console.base(), "POST", path, "", body).await;
            assert_eq!(status, 400, "{path} {answer}");
            assert!(answer.contains(word), "{path}: {answer}");
        }
    }

    #[tokio::test]
    async fn a_page_in_a_browser_reaches_nothing() {
        let console = console().await;
        let origin = "Origin: https://evil.example\r\n";
        let (status, _) = ask(&console.base(), "GET", "/ways", origin, "").await;
        assert_eq!(status, 403, "pretend keys are no secrets, but the habit is");
    }
}
