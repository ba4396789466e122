//! Aim: a mailbox whose provider takes no passwords is connected by a sign-in in the browser, and stays connected.

use crate::common::{House, LATELY, Post, letter, way};
use channels::signin::Pages;
use domain::{Platform, Secret};
use engine::{Clock as _, Connection, EngineError, Given, SignedIn, Typed};
use rules::connection::{Check, Outcome};
use sandbox::mailbox::MailboxHandle;
use sandbox::oauth::{Oauth, OauthSetup};
use sandbox::{Clock, Core, Fault, Server};
use std::sync::Arc;
use tokio::task::JoinHandle;

struct Provider {
    core: Core,
    oauth: Oauth,
    server: Server,
    mailbox: MailboxHandle,
    to: Connection,
    /// What the owner types: the application.
    key: Secret,
}

async fn provider(house: &House) -> Provider {
    let clock = Arc::clone(&house.clock);
    let clock: Clock = Arc::new(move || clock.now());
    let core = Core::new(clock);
    let oauth = Oauth::new(core.clone(), OauthSetup { rotates: true, ..OauthSetup::default() });
    let server = oauth.start().await.unwrap();
    let mailbox = Post::mailbox(house).await;
    let judge = oauth.clone();
    mailbox.take_tokens(move |token| judge.is_good(token));
    mailbox.deliver(&letter(1, LATELY));
    let base = server.base();
    let key = format!(
        r#"{{"client_id":"pretend-app","authorize":"{base}/authorize","token":"{base}/token","scope":"imap"}}"#
    );
    Provider { core, oauth, server, to: way(&mailbox), mailbox, key: Secret::new(key) }
}

impl Provider {
    /// The owner signs in: the page goes back to this computer at once.
    async fn signs_in(&self, house: &House) -> (String, SignedIn) {
        let (id, finishing) = self.lands(house).await;
        (id, finishing.await.unwrap().unwrap())
    }

    /// The browser came back; what follows is under way.
    async fn lands(&self, house: &House) -> (String, JoinHandle<Result<SignedIn, EngineError>>) {
        let begun = house.engine.begin_sign_in(&self.to, self.key.clone(), None).await.unwrap();
        let (engine, id) = (house.engine.clone(), begun.id.clone());
        let finishing = tokio::spawn(async move { engine.finish_sign_in(&id, Pages::default()).await });
        let base = channels::http::checked_base(&self.server.base()).unwrap();
        let browser = channels::http::client(&base).unwrap();
        let page = browser.get(&begun.url).send().await.unwrap();
        browser.get(page.headers()["location"].to_str().unwrap()).send().await.unwrap();
        (begun.id, finishing)
    }

    fn typed(&self, id: String) -> Typed {
        Typed { key: Some(self.key.clone()), tokens: Given::SignedIn(id) }
    }
}

#[tokio::test]
async fn a_mailbox_is_connected_by_a_sign_in_in_the_browser_and_survives_the_token() {
    let house = House::solo().await;
    let provider = provider(&house).await;
    let (id, signed_in) = provider.signs_in(&house).await;
    assert_eq!(signed_in.shops, Vec::<String>::new(), "a mailbox has no shops");
    let (store, report) = house.engine.connect_tested(&provider.to, provider.typed(id), false).await.unwrap();
    let post =
        Post { store: store.unwrap_or_else(|| panic!("connected: {report:?}")), mailbox: provider.mailbox };
    post.until(&house, 1).await;
    let tokens = house.vault.all().iter().filter(|secret| secret.expose().contains("refresh-")).count();
    assert_eq!(tokens, 1, "the draft of the sign-in is gone, the store keeps the pair");
    let row = house.engine.store().store(post.store).await.unwrap();
    assert!(!format!("{row:?}").contains("access-"), "and the record none: {row:?}");
    house.clock.advance(3 * 3_600);
    let house = house.reopened().await;
    house.engine.start().await.unwrap();
    post.mailbox.deliver(&letter(2, LATELY));
    post.until(&house, 2).await;
    assert_eq!(provider.oauth.renewed(), 1, "the token of before had ended; it was renewed");
}

#[tokio::test]
async fn a_sign_in_that_is_given_up_while_its_tokens_are_bought_leaves_none() {
    let house = House::solo().await;
    let provider = provider(&house).await;
    provider.core.faults.arm("/token", Fault::HoldAfter, 1);
    let (id, finishing) = provider.lands(&house).await;
    house.until(async || !provider.core.ledger.calls_with("/token").is_empty()).await;
    house.engine.cancel_sign_in(&id).await;
    provider.core.faults.release();
    let given_up = finishing.await.unwrap().unwrap_err();
    assert_eq!(given_up.to_string(), "sign_in_gone", "nobody can connect with it");
    let left = house.vault.all().iter().filter(|secret| secret.expose().contains("refresh-")).count();
    assert_eq!(left, 0, "so nobody would ever forget its tokens either");
}

#[tokio::test]
async fn tokens_that_no_store_took_over_go_with_the_next_start() {
    let tokens = |house: &House| {
        house.vault.all().iter().filter(|secret| secret.expose().contains("refresh-")).count()
    };
    let house = House::solo().await;
    let provider = provider(&house).await;
    provider.signs_in(&house).await;
    assert_eq!(tokens(&house), 1, "they wait for a store");
    let house = house.reopened().await;
    house.vault.lock(true);
    house.engine.start().await.unwrap();
    house.vault.lock(false);
    assert_eq!(tokens(&house), 1, "a key store that answers nobody forgets nothing");
    let house = house.reopened().await;
    house.engine.start().await.unwrap();
    assert_eq!(tokens(&house), 0, "but they are not forgotten about");
    let (id, _) = provider.signs_in(&house).await;
    house.engine.connect_tested(&provider.to, provider.typed(id), false).await.unwrap().0.unwrap();
    let house = house.reopened().await;
    house.engine.start().await.unwrap();
    assert_eq!(tokens(&house), 1, "those of a store stay");
}

#[tokio::test]
async fn an_authorisation_that_is_over_is_told_and_a_new_sign_in_mends_it() {
    let house = House::solo().await;
    let provider = provider(&house).await;
    let (id, _) = provider.signs_in(&house).await;
    let (store, _) = house.engine.connect_tested(&provider.to, provider.typed(id), false).await.unwrap();
    let store = store.unwrap();
    house.until_store(store, |row| row.last_success.is_some()).await;
    provider.oauth.withdraw_all();
    let report = house.engine.test_store(store).await.unwrap();
    let expired =
        report.lines.iter().find(|(check, _)| *check == Check::Authorisation).map(|(_, outcome)| outcome);
    let Some(Outcome::Failed(finding)) = expired else { panic!("it says so: {report:?}") };
    assert_eq!(finding.code, "ERR_AUTH_EXPIRED", "the owner has to sign in again");
    let (id, _) = provider.signs_in(&house).await;
    let (changed, report) =
        house.engine.change_connection(store, &provider.to, provider.typed(id), false).await.unwrap();
    assert!(changed, "in the place of the old: {report:?}");
    provider.mailbox.deliver(&letter(2, LATELY));
    let post = Post { mailbox: provider.mailbox, store };
    post.until(&house, 2).await;
}

#[tokio::test]
async fn a_sign_in_needs_an_application_and_a_willing_owner() {
    let house = House::solo().await;
    let provider = provider(&house).await;
    let begin = async |to: &Connection, key: &str| {
        house.engine.begin_sign_in(to, Secret::new(key), None).await.unwrap_err().to_string()
    };
    assert_eq!(begin(&provider.to, " ").await, "mail_app_empty", "the client id is asked for");
    assert_eq!(begin(&provider.to, "an-id").await, "mail_app_provider", "this host is of no known provider");
    let gmail = Connection { host: "imap.gmail.com".into(), platform: Platform::Mail, ..provider.to.clone() };
    let begun = house.engine.begin_sign_in(&gmail, Secret::new("an-id a-secret"), None).await.unwrap();
    assert!(begun.url.starts_with("https://accounts.google.com/"), "its own page: {}", begun.url);
    provider.oauth.refuse(true);
    let (_, finishing) = provider.lands(&house).await;
    let refused = finishing.await.unwrap().unwrap_err();
    assert_eq!(refused.to_string(), "sign_in_refused", "the owner said no");
}

#[tokio::test]
async fn a_password_takes_the_place_of_a_sign_in() {
    let house = House::solo().await;
    let provider = provider(&house).await;
    let (id, _) = provider.signs_in(&house).await;
    let (store, _) = house.engine.connect_tested(&provider.to, provider.typed(id), false).await.unwrap();
    let store = store.unwrap();
    let typed = Typed { key: Some(Secret::new("code")), tokens: Given::Nothing };
    let (changed, report) =
        house.engine.change_connection(store, &provider.to, typed.clone(), false).await.unwrap();
    assert!(!changed, "this server takes no passwords, and the test says so: {report:?}");
    // Another server at the same address takes them.
    let plain = Post::mailbox(&house).await;
    plain.deliver(&letter(7, LATELY));
    let to = Connection { host: plain.addr().to_string(), ..provider.to.clone() };
    let (changed, report) = house.engine.change_connection(store, &to, typed, false).await.unwrap();
    assert!(changed, "{report:?}");
    let left = house.vault.all().iter().filter(|secret| secret.expose().contains("refresh-")).count();
    assert_eq!(left, 0, "no token is left that would go before the password");
}
