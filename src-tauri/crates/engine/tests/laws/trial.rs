//! Aim: the connection test says what stands in the way, before anything is kept (`docs/RULES.md` §8).

use crate::common::House;
use channels::signin::Pages;
use domain::{Platform, Secret, Timestamp};
use engine::{Connection, EngineError, Given, Report, Typed};
use rules::connection::{Cause, Check, Finding, Outcome, Verdict};
use sandbox::aliexpress::{self, AliExpress, Area};
use sandbox::mailbox::{MailFault, Mailbox, MailboxConfig};
use sandbox::shopee::{ShopSetup, Shopee};
use sandbox::{Clock, Core, ManualClock};
use store::StoreError;

fn connection(platform: Platform, host: &str, account: &str, shop_id: &str) -> Connection {
    Connection {
        platform,
        name: "a store".into(),
        host: host.into(),
        account: account.into(),
        shop_id: shop_id.into(),
        region: String::new(),
        company: String::new(),
        interface: domain::Interface::Usual,
        every_s: 3_600,
        folders: Vec::new(),
        demo: false,
    }
}

fn pasted(key: &str, access: &str, refresh: &str) -> Typed {
    let tokens = Given::Pasted { access: Secret::new(access), refresh: Secret::new(refresh) };
    Typed { key: Some(Secret::new(key)), tokens }
}

fn clock_of(house: &House, ahead_s: i64) -> Clock {
    let manual = ManualClock::at(Timestamp::from_second(house.clock.now_s() + ahead_s).unwrap());
    manual.reader()
}

fn codes(report: &Report) -> Vec<&'static str> {
    let finding = |outcome: &Outcome| match outcome {
        Outcome::Failed(Finding { code, .. }) | Outcome::Warned(Finding { code, .. }) => Some(*code),
        Outcome::Passed | Outcome::Open => None,
    };
    report.lines.iter().filter_map(|(_, outcome)| finding(outcome)).collect()
}

#[tokio::test]
async fn a_shop_is_told_what_is_wrong_and_kept_only_when_it_works() {
    let house = House::solo().await;
    let core = Core::new(clock_of(&house, 0));
    let shop = Shopee::new(core, ShopSetup::default());
    let server = shop.start().await.unwrap();
    let setup = shop.setup().clone();
    let to = connection(
        Platform::Shopee,
        &server.base(),
        &setup.partner_id.to_string(),
        &setup.shop_id.to_string(),
    );
    let pair = shop.authorise();
    let typed = pasted(&setup.partner_key, &pair.access, &pair.refresh);
    let test = async || house.engine.test_connection(&to, &typed).await.unwrap();
    assert_eq!(codes(&test().await), Vec::<&str>::new(), "all is well");

    shop.unlist_caller(true);
    let report = test().await;
    assert_eq!(codes(&report), ["ERR_IP_NOT_LISTED"], "and the address to be listed is named");
    let named = Some("203.0.113.7".to_owned());
    let cause = Cause::NotListed { address: named };
    assert!(
        report.lines.iter().any(|(_, line)| matches!(line, Outcome::Failed(f) if f.cause == cause)),
        "{report:?}"
    );
    shop.unlist_caller(false);

    shop.set_shop_status("FROZEN");
    let (store, report) = house.engine.connect_tested(&to, typed.clone(), true).await.unwrap();
    assert_eq!((store, codes(&report)), (None, vec!["ERR_SHOP_FROZEN"]), "a frozen shop is not kept");
    shop.set_shop_status("NORMAL");

    shop.deny("returns", "error_api_permission");
    let (store, report) = house.engine.connect_tested(&to, typed.clone(), false).await.unwrap();
    assert_eq!((store, report.verdict), (None, Verdict::Partly), "asked first");

    // The pasted access token is over: the test has to renew it, and what it renewed is what is kept.
    shop.expire_access();
    let (store, _) = house.engine.connect_tested(&to, typed.clone(), true).await.unwrap();
    assert!(store.is_some(), "only a permission is missing, and somebody said so");
    let again = house.engine.test_store(store.unwrap()).await.unwrap();
    assert_eq!(codes(&again), ["ERR_PERMISSION_MISSING"], "the renewed tokens work");
    let twice = house.engine.test_connection(&to, &typed).await.unwrap_err();
    assert!(
        matches!(twice, EngineError::Store(StoreError::Conflict { .. })),
        "nor is its pair spent on a test"
    );
    shop.revoke();
    assert!(codes(&house.engine.test_store(store.unwrap()).await.unwrap()).contains(&"ERR_AUTH_EXPIRED"));
}

#[tokio::test]
async fn a_clock_that_is_off_is_measured() {
    let house = House::solo().await;
    let shop = Shopee::new(Core::new(clock_of(&house, 3_600)), ShopSetup::default());
    let (server, setup) = (shop.start().await.unwrap(), shop.setup().clone());
    let pair = shop.authorise();
    let to = connection(
        Platform::Shopee,
        &server.base(),
        &setup.partner_id.to_string(),
        &setup.shop_id.to_string(),
    );
    let typed = pasted(&setup.partner_key, &pair.access, &pair.refresh);
    let report = house.engine.test_connection(&to, &typed).await.unwrap();
    assert_eq!(codes(&report), ["ERR_CLOCK_SKEW"], "the only thing to mend");
    let skewed = Cause::Skewed { ahead_s: -3_600, tolerated_s: 300 };
    let clock = report.lines.iter().find(|(check, _)| *check == Check::Clock).unwrap();
    assert!(matches!(&clock.1, Outcome::Failed(f) if f.cause == skewed), "which way and how far: {clock:?}");
}

#[tokio::test]
async fn a_store_on_aliexpress_is_told_the_same() {
    let house = House::solo().await;
    let app = aliexpress::App { key: "500001".into(), secret: "s".into(), leading_slash: true };
    let platform = AliExpress::start(app, clock_of(&house, 0)).await.unwrap();
    let to = connection(Platform::AliExpress, &platform.base(), "500001", "");
    let pair = platform.authorise();
    let typed = pasted("s", &pair.access, "");
    let test = async || codes(&house.engine.test_connection(&to, &typed).await.unwrap());
    assert_eq!(test().await, Vec::<&str>::new(), "all is well");
    platform.permit(Area::Disputes, false);
    assert_eq!(test().await, ["ERR_PERMISSION_MISSING"], "one capability");
    platform.freeze(true);
    assert_eq!(test().await, ["ERR_SHOP_FROZEN", "ERR_PERMISSION_MISSING"], "in the order of mending");
    platform.unlist_caller(true);
    assert_eq!(test().await, ["ERR_IP_NOT_LISTED"], "then nothing else can be asked");
    platform.unlist_caller(false);
    platform.expire_access_tokens();
    assert_eq!(test().await, ["ERR_AUTH_EXPIRED"], "nothing renews it");
}

#[tokio::test]
async fn a_mailbox_says_which_secret_it_wants() {
    let house = House::solo().await;
    let config = MailboxConfig { user: "a@example.com".into(), password: Secret::new("right") };
    let mailbox = Mailbox::start(config, clock_of(&house, 0)).await.unwrap();
    let to = connection(Platform::Mail, &mailbox.addr().to_string(), "a@example.com", "");
    let typed = |key: &str| Typed { key: Some(Secret::new(key)), tokens: Given::Nothing };
    let test = async |key: &str| codes(&house.engine.test_connection(&to, &typed(key)).await.unwrap());
    assert_eq!(test("right").await, Vec::<&str>::new(), "all is well");
    assert_eq!(test("wrong").await, ["ERR_MAIL_LOGIN_REFUSED"], "the provider is not known for more");
    mailbox.faults().arm(MailFault::WantsCode, 1);
    assert_eq!(test("right").await, ["ERR_MAIL_CODE_NEEDED"], "in the server's own words");
    drop(mailbox);
    assert_eq!(test("right").await, ["ERR_UNREACHABLE"], "nobody is there");
}

#[tokio::test]
async fn what_is_renewed_is_tested_first_and_another_address_is_shown_no_kept_secret() {
    let house = House::solo().await;
    let mailbox = async || {
        let config = MailboxConfig { user: "a@example.com".into(), password: Secret::new("right") };
        Mailbox::start(config, clock_of(&house, 0)).await.unwrap()
    };
    let (here, elsewhere) = (mailbox().await, mailbox().await);
    let to = |host: String| connection(Platform::Mail, &host, "a@example.com", "");
    let typed = |key: &str| Typed { key: Some(Secret::new(key)), tokens: Given::Nothing };
    let kept = Typed { key: None, tokens: Given::Nothing };
    let home = to(here.addr().to_string());
    let (store, _) = house.engine.connect_tested(&home, typed("right"), false).await.unwrap();
    let store = store.unwrap();
    let secret = || house.vault.all();
    let (changed, report) = house.engine.change_connection(store, &home, typed("wrong"), true).await.unwrap();
    assert_eq!((changed, codes(&report)), (false, vec!["ERR_MAIL_LOGIN_REFUSED"]), "told before it is kept");
    assert_eq!(secret(), [Secret::new("right")], "the one that works stays");

    let there = to(elsewhere.addr().to_string());
    let refused = house.engine.change_connection(store, &there, kept.clone(), true).await.unwrap_err();
    assert_eq!(
        refused.to_string(),
        "missing:secret",
        "who owns that address may not be who owns the mailbox"
    );
    assert_eq!(elsewhere.connections(), 0, "it was not even called");
    let moved = house.engine.change_connection(store, &there, typed("right"), false).await.unwrap();
    assert!(moved.0, "with the secret typed again it moves: {moved:?}");
    let renamed = Connection { name: "another name".into(), ..there };
    assert!(
        house.engine.change_connection(store, &renamed, kept, false).await.unwrap().0,
        "a new name needs none"
    );
}

#[tokio::test]
async fn a_kept_store_is_signed_in_again_with_the_key_that_it_has() {
    let house = House::solo().await;
    let app = aliexpress::App { key: "500001".into(), secret: "s".into(), leading_slash: true };
    let platform = AliExpress::start(app, clock_of(&house, 0)).await.unwrap();
    let to = connection(Platform::AliExpress, &platform.base(), "500001", "");
    let pair = platform.authorise();
    let (store, _) = house.engine.connect_tested(&to, pasted("s", &pair.access, ""), false).await.unwrap();
    let store = store.unwrap();
    platform.expire_access_tokens();
    let over = codes(&house.engine.test_store(store).await.unwrap());
    assert_eq!(over, ["ERR_AUTH_EXPIRED"], "nothing renews a pasted token that came alone");
    let public = "https://www.example.com/back";
    let begun = house.engine.sign_in_again(store, None, Some(public)).await.unwrap();
    let state = begun.url.split("state=").nth(1).unwrap().split('&').next().unwrap();
    let landed = format!("{public}?state={state}&code={}", platform.authorisation_code());
    house.engine.land_sign_in(&begun.id, &landed).await.unwrap();
    house.engine.finish_sign_in(&begun.id, Pages::default()).await.unwrap();
    let typed = Typed { key: None, tokens: Given::SignedIn(begun.id) };
    let (changed, report) = house.engine.change_connection(store, &to, typed, false).await.unwrap();
    assert!(changed, "nothing was typed, and it is authorised again: {report:?}");
    assert_eq!(codes(&house.engine.test_store(store).await.unwrap()), Vec::<&str>::new(), "it works");
}

#[tokio::test]
async fn a_sign_in_through_the_browser_goes_the_whole_way() {
    let house = House::solo().await;
    let shop = Shopee::new(Core::new(clock_of(&house, 0)), ShopSetup::default());
    let (server, setup) = (shop.start().await.unwrap(), shop.setup().clone());
    let mut to = connection(Platform::Shopee, &server.base(), &setup.partner_id.to_string(), "");
    let key = Secret::new(&setup.partner_key);
    let public = "https://www.example.com/back";
    let begun = house.engine.begin_sign_in(&to, key.clone(), Some(public)).await.unwrap();
    assert!(begun.url.starts_with(&server.base()), "the platform's own page: {}", begun.url);
    let engine = house.engine.clone();
    let id = begun.id.clone();
    let finishing = tokio::spawn(async move { engine.finish_sign_in(&id, Pages::default()).await });
    let strange = "https://www.example.com/back?state=guess&code=c&shop_id=1";
    let refused = house.engine.land_sign_in(&begun.id, strange).await.unwrap_err();
    assert_eq!(refused.to_string(), "sign_in_state", "another shop's code is not taken");
    let state = begun.url.split("state%3D").nth(1).unwrap().split('&').next().unwrap();
    let code = shop.issue_code();
    let landed = format!("{public}?state={state}&code={code}&shop_id={}", setup.shop_id);
    house.engine.land_sign_in(&begun.id, &landed).await.unwrap();
    let signed_in = finishing.await.unwrap().unwrap();
    assert_eq!(signed_in.shops, [setup.shop_id.to_string()], "which shop it is comes back too");
    to.shop_id.clone_from(&signed_in.shops[0]);
    let typed = Typed { key: Some(key), tokens: Given::SignedIn(begun.id.clone()) };
    let (store, report) = house.engine.connect_tested(&to, typed, false).await.unwrap();
    assert!(store.is_some(), "connected without a pasted token: {report:?}");
}
