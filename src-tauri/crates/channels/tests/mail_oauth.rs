//! Signing in to a mailbox with a provider's tokens.

#![expect(clippy::unwrap_used, reason = "a pretend provider that cannot be started is a failed test")]

use channels::mail::{MailApp, MailConfig, MailConnector, MailTokens, Tls};
use channels::signin::{Loopback, Pages, Pkce};
use channels::{ChannelError, Connector, Cursors, TokenVault, Tokens};
use domain::{Secret, Timestamp};
use sandbox::mailbox::{Mailbox, MailboxConfig, MailboxHandle};
use sandbox::oauth::{Oauth, OauthSetup};
use sandbox::{Core, Fault, ManualClock, Server};
use std::sync::{Arc, Mutex};
use std::time::Duration;

const ADDRESS: &str = "seller@example.com";

/// Keeps a pair, and remembers every one it was given.
#[derive(Default)]
struct Safe {
    kept: Mutex<Vec<Tokens>>,
    locked: Mutex<bool>,
}

impl TokenVault for Safe {
    fn load(&self) -> Result<Option<Tokens>, String> {
        Ok(self.kept.lock().unwrap().last().cloned())
    }
    fn save(&self, tokens: &Tokens) -> Result<(), String> {
        if *self.locked.lock().unwrap() {
            return Err("the key store is locked".into());
        }
        self.kept.lock().unwrap().push(tokens.clone());
        Ok(())
    }
}

struct World {
    clock: ManualClock,
    core: Core,
    oauth: Oauth,
    server: Server,
    mailbox: MailboxHandle,
    safe: Arc<Safe>,
    app: MailApp,
}

async fn world(setup: OauthSetup) -> World {
    let clock = ManualClock::at("2026-07-01T00:00:00Z".parse().unwrap());
    let core = Core::new(clock.reader());
    let oauth = Oauth::new(core.clone(), setup.clone());
    let server = oauth.start().await.unwrap();
    let config = MailboxConfig { user: ADDRESS.into(), password: Secret::new("never") };
    let mailbox = Mailbox::start(config, clock.reader()).await.unwrap();
    let judge = oauth.clone();
    mailbox.take_tokens(move |token| judge.is_good(token));
    mailbox.deliver(b"From: a@b.example\r\nSubject: s1\r\n\r\nwords\r\n");
    let app = MailApp::read("127.0.0.1", &typed(&server, &setup)).unwrap();
    World { clock, core, oauth, server, mailbox, safe: Arc::default(), app }
}

/// What the owner of a provider that is not known types.
fn typed(server: &Server, setup: &OauthSetup) -> String {
    let secret = setup.client_secret.clone().unwrap_or_default();
    let (id, base) = (&setup.client_id, server.base());
    format!(
        r#"{{"client_id":"{id}","client_secret":"{secret}","authorize":"{base}/authorize","token":"{base}/token","scope":"imap"}}"#
    )
}

impl World {
    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The owner signs in through the browser.
    async fn signs_in(&self) -> Result<(), ChannelError> {
        let pkce = Pkce::fresh().unwrap();
        let loopback = Loopback::open().await.unwrap();
        let redirect = loopback.redirect();
        let page = self.app.page(ADDRESS, &redirect, "state-1", &pkce);
        let waiting = tokio::spawn(loopback.wait("state-1", Pages::default()));
        // A browser follows the way back; the client here follows nothing by itself.
        let base = channels::http::checked_base(&self.server.base()).unwrap();
        let browser = channels::http::client(&base).unwrap();
        let there = browser.get(page).send().await.unwrap();
        let back = there.headers()["location"].to_str().unwrap().to_owned();
        browser.get(back).send().await.unwrap();
        let landed = waiting.await.unwrap().unwrap();
        let tokens = self.app.buy(&landed.code, &redirect, &pkce, self.now()).await?;
        self.safe.save(&tokens).unwrap();
        Ok(())
    }

    fn connector(&self) -> MailConnector {
        let (clock, vault) = (self.clock.clone(), Arc::clone(&self.safe) as Arc<dyn TokenVault>);
        let now = Arc::new(move || clock.now());
        let mut config = MailConfig::new("127.0.0.1", ADDRESS, Arc::new(|| Err("no password".into())));
        config.port = self.mailbox.addr().port();
        config.tls = Tls::NoneOnLoopback;
        config.tokens = Some(Arc::new(MailTokens::new(self.app.clone(), vault, Arc::clone(&now) as _)));
        MailConnector::new(config, now)
    }

    /// Waits until a pair was given for another one.
    async fn spent(&self) {
        while self.oauth.renewed() == 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    fn sign_ins(&self) -> usize {
        self.mailbox.commands().iter().filter(|c| c.line.starts_with("AUTHENTICATE")).count()
    }
}

async fn reads(connector: &MailConnector) -> Result<usize, ChannelError> {
    connector.close().await;
    connector.poll(&Cursors::new()).await.map(|batch| batch.received.len())
}

fn code(error: &ChannelError) -> &str {
    match error {
        ChannelError::OwnerMustAct { code, .. } => code,
        other => panic!("the owner must act: {other}"),
    }
}

#[tokio::test]
async fn the_owner_signs_in_and_the_mailbox_is_read() {
    let world = world(OauthSetup { client_secret: Some("GOCSPX-1".into()), ..OauthSetup::default() }).await;
    world.signs_in().await.unwrap();
    assert_eq!(reads(&world.connector()).await, Ok(1), "without a password");
    let said = world.mailbox.commands();
    assert!(
        said.iter().any(|c| c.line == "AUTHENTICATE XOAUTH2"),
        "with the mechanism that is offered: {said:?}"
    );
    assert!(!said.iter().any(|c| c.line.contains("access-")), "the token stands in no command");
}

#[tokio::test]
async fn tokens_are_renewed_ahead_of_time_and_saved_before_they_are_used() {
    for rotates in [false, true] {
        let world = world(OauthSetup { rotates, ..OauthSetup::default() }).await;
        world.signs_in().await.unwrap();
        let connector = world.connector();
        world.clock.advance(Duration::from_secs(54 * 60));
        assert_eq!(reads(&connector).await, Ok(1), "six minutes are left");
        assert_eq!(world.oauth.renewed(), 0, "so it is used as it is");
        world.clock.advance(Duration::from_secs(2 * 60));
        assert_eq!(reads(&connector).await, Ok(1), "four minutes are left");
        assert_eq!(world.oauth.renewed(), 1, "renewed before it ends");
        let kept = world.safe.kept.lock().unwrap().clone();
        assert_eq!(kept.len(), 2, "the new pair is in the key store");
        assert_eq!(kept[0].refresh == kept[1].refresh, !rotates, "with the refresh token that is good now");
        world.clock.advance(Duration::from_secs(3 * 3_600));
        assert_eq!(reads(&connector).await, Ok(1), "and again after a night");
    }
}

#[tokio::test]
async fn a_token_answer_without_end_is_none() {
    let world = world(OauthSetup::default()).await;
    let tokens = r#"{"access_token":"access-9","refresh_token":"refresh-9","expires_in":3600}"#;
    let body = format!("{}{tokens}", " ".repeat(1024 * 1024));
    world.core.faults.arm("/token", Fault::Answer { status: 200, body }, 1);
    let error = world.signs_in().await.unwrap_err();
    assert!(matches!(&error, ChannelError::Unexpected { .. }), "it is not read to its end: {error:?}");
    assert!(!format!("{error:?}").contains("access-9"), "and not shown");
    assert!(world.safe.kept.lock().unwrap().is_empty(), "nothing of it is kept");
}

#[tokio::test]
async fn a_pair_that_cannot_be_saved_is_not_used_and_not_lost() {
    let world = world(OauthSetup { rotates: true, ..OauthSetup::default() }).await;
    world.signs_in().await.unwrap();
    *world.safe.locked.lock().unwrap() = true;
    world.clock.advance(Duration::from_secs(2 * 3_600));
    let connector = world.connector();
    assert_eq!(
        code(&reads(&connector).await.unwrap_err()),
        "key_store_refused",
        "its refresh token may be spent"
    );
    assert_eq!(world.sign_ins(), 0, "nobody has seen the new one");
    *world.safe.locked.lock().unwrap() = false;
    assert_eq!(reads(&connector).await, Ok(1), "once the key store is open");
    assert_eq!(world.oauth.renewed(), 1, "with the pair that the old one was spent for");
}

#[tokio::test]
async fn a_round_that_is_given_up_while_renewing_loses_no_pair() {
    let world = world(OauthSetup { rotates: true, ..OauthSetup::default() }).await;
    world.signs_in().await.unwrap();
    world.clock.advance(Duration::from_secs(2 * 3_600));
    world.core.faults.arm("token", Fault::HoldAfter, 1);
    let connector = world.connector();
    // Given up once the old pair is spent, as when the program ends or other folders are read.
    tokio::select! {
        read = reads(&connector) => panic!("its answer is held back: {read:?}"),
        () = world.spent() => {}
    }
    world.core.faults.release();
    assert_eq!(reads(&connector).await, Ok(1), "the new one came all the same");
    assert_eq!(world.oauth.renewed(), 1, "once");
}

#[tokio::test]
async fn a_sign_in_while_the_old_pair_is_renewed_is_what_stays() {
    let world = world(OauthSetup { rotates: true, ..OauthSetup::default() }).await;
    world.signs_in().await.unwrap();
    world.clock.advance(Duration::from_secs(2 * 3_600));
    world.core.faults.arm("grant_type=refresh_token", Fault::HoldAfter, 1);
    let connector = world.connector();
    let reading = tokio::spawn(async move { reads(&connector).await });
    world.spent().await;
    world.signs_in().await.unwrap();
    world.core.faults.release();
    assert_eq!(reading.await.unwrap(), Ok(1), "it is read on");
    assert_eq!(world.safe.kept.lock().unwrap().len(), 2, "the pair of before took no place of the new one");
}

#[tokio::test]
async fn a_token_that_is_refused_before_its_time_is_renewed_once() {
    let world = world(OauthSetup::default()).await;
    world.signs_in().await.unwrap();
    world.oauth.withdraw_access();
    let connector = world.connector();
    assert_eq!(reads(&connector).await, Ok(1), "the provider gives another");
    assert_eq!((world.oauth.renewed(), world.sign_ins()), (1, 2), "one renewal, one more try");
}

#[tokio::test]
async fn an_authorisation_that_is_over_is_told_once_and_ends_with_a_new_sign_in() {
    let world = world(OauthSetup::default()).await;
    world.signs_in().await.unwrap();
    world.oauth.withdraw_all();
    let connector = world.connector();
    for _ in 0..3 {
        assert_eq!(
            code(&reads(&connector).await.unwrap_err()),
            "mail_oauth_expired",
            "only the owner can help"
        );
    }
    assert_eq!(world.sign_ins(), 1, "repeated tries lock accounts");
    let probe = connector.probe().await;
    assert_eq!(probe.authorised_until, Some(world.now()), "the connection test says that it is over");
    world.signs_in().await.unwrap();
    assert_eq!(reads(&connector).await, Ok(1), "the same mailbox, signed in again");
}

#[tokio::test]
async fn a_provider_that_is_away_is_no_end_of_the_authorisation() {
    let world = world(OauthSetup::default()).await;
    world.signs_in().await.unwrap();
    world.clock.advance(Duration::from_secs(2 * 3_600));
    let connector = world.connector();
    world.core.faults.arm("token", Fault::Status { status: 503, retry_after: None }, 1);
    let error = reads(&connector).await.unwrap_err();
    assert!(matches!(error, ChannelError::Unreachable { .. }), "it is tried again later: {error}");
    assert_eq!(reads(&connector).await, Ok(1), "and works then");
}

#[tokio::test]
async fn many_that_need_a_token_at_once_renew_it_once() {
    let world = world(OauthSetup { rotates: true, ..OauthSetup::default() }).await;
    world.signs_in().await.unwrap();
    world.clock.advance(Duration::from_secs(2 * 3_600));
    let connector = world.connector();
    let nothing = Cursors::new();
    let (one, two, probe) = tokio::join!(connector.poll(&nothing), connector.probe(), connector.probe());
    assert!(one.is_ok() && two.login == probe.login, "all of them are let in: {two:?} {probe:?}");
    assert_eq!(world.oauth.renewed(), 1, "a refresh token that is spent twice ends the authorisation");
}

#[tokio::test]
async fn a_code_without_its_proof_buys_nothing() {
    let world = world(OauthSetup::default()).await;
    let (ours, theirs) = (Pkce::fresh().unwrap(), Pkce::fresh().unwrap());
    let redirect = "http://127.0.0.1:9/signed-in";
    let base = channels::http::checked_base(&world.server.base()).unwrap();
    let browser = channels::http::client(&base).unwrap();
    let there = browser.get(world.app.page(ADDRESS, redirect, "s", &ours)).send().await.unwrap();
    let back = there.headers()["location"].to_str().unwrap().to_owned();
    let caught = back.split("code=").nth(1).unwrap().split('&').next().unwrap();
    let error = world.app.buy(caught, redirect, &theirs, world.now()).await.unwrap_err();
    assert_eq!(code(&error), "mail_app_refused", "another program that caught the code has not the verifier");
    assert!(!error.to_string().contains(caught), "and it is not repeated: {error}");
}
