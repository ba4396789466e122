//! Aim: what is typed goes into the key store, and nothing of it comes back through the wire, whatever becomes of it.

use super::{changed, connected, finished, kept_of, tested};
use crate::app::App;
use crate::native::TeamWords;
use crate::present;
use crate::testing::Safe;
use crate::wire::{
    CauseDto, CheckState, ConnectionDraft, InterfaceDto, Locale, PlatformDto, ReportDto, SignInNeeds,
    TokensDraft, UiError, VerdictDto,
};
use domain::{Secret, StoreId};
use engine::{Clock, Engine, Notice, Notifier, Ports, SecretVault, SystemClock};
use sandbox::aliexpress::{self, AliExpress};
use sandbox::mailbox::{MailFault, Mailbox, MailboxConfig, MailboxHandle};
use sandbox::oauth::{Oauth, OauthSetup};
use sandbox::shopee::{ShopSetup, Shopee};
use sandbox::{Core, ManualClock};
use serde::Serialize;
use std::sync::{Arc, Mutex, RwLock};

const PASSWORD: &str = "pass-word-of-the-mailbox";
const APP_SECRET: &str = "secret-of-the-application";
/// Nothing listens there.
const NOWHERE: &str = "http://127.0.0.1:9";

struct Silent;

impl Notifier for Silent {
    fn raise(&self, _: &Notice) -> Result<(), String> {
        Ok(())
    }
}

/// The shell without its window, and everything that went over its wire.
struct Desk {
    app: App,
    safe: Arc<Safe>,
    told: Mutex<String>,
    typed: Vec<String>,
    _dir: tempfile::TempDir,
}

impl Desk {
    async fn open(typed: Vec<String>) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let locale = Arc::new(RwLock::new(Locale::ZhCn));
        let safe = Arc::new(Safe::default());
        let ports = Ports {
            clock: Arc::new(SystemClock),
            notifier: Arc::new(Silent),
            vault: Arc::clone(&safe) as Arc<dyn SecretVault>,
            words: Arc::new(TeamWords::new(Arc::clone(&locale))),
        };
        let engine = Engine::open(dir.path(), "彩电卖家", ports).await.unwrap();
        let app = App::open(engine, dir.path().to_owned(), locale).await.unwrap();
        Self { app, safe, told: Mutex::default(), typed, _dir: dir }
    }

    /// Notes an answer as it would cross the wire.
    fn hear<T: Serialize>(&self, answer: Result<T, UiError>) -> Result<T, UiError> {
        let words = match &answer {
            Ok(value) => serde_json::to_string(value),
            Err(error) => serde_json::to_string(error),
        };
        self.told.lock().unwrap().push_str(&words.unwrap());
        answer
    }

    async fn tests(&self, draft: &ConnectionDraft) -> ReportDto {
        self.hear(tested(&self.app, draft.clone()).await).unwrap()
    }

    /// Connects, looks at everything that the window shows of the store, and changes it.
    async fn lives_with(&self, draft: &ConnectionDraft) -> StoreId {
        let done = self.hear(connected(&self.app, draft.clone(), true).await).unwrap();
        let id: StoreId = done.store_id.expect("its test allows it").parse().unwrap();
        let again = self.hear(connected(&self.app, draft.clone(), true).await).unwrap_err();
        assert_eq!(again.detail, "connected_already", "the window says where to go on");
        let kept = self.hear(kept_of(&self.app, id).await).unwrap().unwrap();
        assert_eq!(kept.account, draft.account, "what is no secret is shown");
        self.hear(present::rail(&self.app).await).unwrap();
        self.hear(
            self.app.engine.test_store(id).await.map(|found| present::report(&found)).map_err(Into::into),
        )
        .unwrap();
        let renamed = ConnectionDraft {
            name: "another name".into(),
            secret: String::new(),
            tokens: TokensDraft::Nothing,
            ..draft.clone()
        };
        let done = self.hear(changed(&self.app, id, renamed, true).await).unwrap();
        assert_eq!(done.store_id, Some(id.to_string()), "a new name needs no secret");
        id
    }

    /// Looks for what was typed, for what came of it, and for what was spent meanwhile, in all that was told.
    fn nothing_secret_was_told(&self, spent: &[String]) {
        let kept = self.safe.words();
        for secret in &self.typed {
            assert!(kept.contains(secret), "{secret} is in the safe: the right words are looked for");
        }
        let told = self.told.lock().unwrap();
        assert!(told.len() > 2_000, "and in something: {} bytes", told.len());
        for secret in kept.iter().chain(&self.typed).chain(spent) {
            assert!(!told.contains(secret.as_str()), "{secret} came back");
        }
    }
}

fn now() -> sandbox::Clock {
    ManualClock::at(SystemClock.now()).reader()
}

fn draft(platform: PlatformDto, host: &str, account: &str, secret: &str) -> ConnectionDraft {
    ConnectionDraft {
        platform,
        interface: InterfaceDto::Usual,
        name: "a store".into(),
        host: host.into(),
        account: account.into(),
        shop_id: String::new(),
        company: String::new(),
        folders: Vec::new(),
        secret: secret.into(),
        tokens: TokensDraft::Nothing,
    }
}

fn codes(report: &ReportDto) -> Vec<(CheckState, &str)> {
    report.lines.iter().filter_map(|line| Some((line.state, line.code.as_deref()?))).collect()
}

#[tokio::test]
async fn no_secret_of_a_shop_comes_back_through_the_wire() {
    let shop = Shopee::new(Core::new(now()), ShopSetup::default());
    let (server, setup) = (shop.start().await.unwrap(), shop.setup().clone());
    let pair = shop.authorise();
    let desk = Desk::open(vec![setup.partner_key.clone()]).await;
    let (access, refresh) = (pair.access.clone(), pair.refresh.clone());
    let typed = ConnectionDraft {
        shop_id: setup.shop_id.to_string(),
        tokens: TokensDraft::Pasted { access, refresh },
        ..draft(PlatformDto::Shopee, &server.base(), &setup.partner_id.to_string(), &setup.partner_key)
    };
    assert_eq!(desk.tests(&typed).await.verdict, VerdictDto::Fit, "all is well");
    let wrong = ConnectionDraft { secret: "another-key".into(), ..typed.clone() };
    assert_eq!(codes(&desk.tests(&wrong).await), [(CheckState::Failed, "ERR_APP_REFUSED")], "wrong key");
    let away = ConnectionDraft { host: NOWHERE.into(), ..typed.clone() };
    assert_eq!(codes(&desk.tests(&away).await), [(CheckState::Failed, "ERR_UNREACHABLE")], "nobody there");
    shop.set_shop_status("FROZEN");
    let done = desk.hear(connected(&desk.app, typed.clone(), true).await).unwrap();
    assert_eq!(done.store_id, None, "a frozen shop is not kept");
    shop.set_shop_status("NORMAL");
    shop.deny("returns", "error_api_permission");
    let partly = desk.tests(&typed).await;
    assert_eq!(
        (partly.verdict, codes(&partly)),
        (VerdictDto::Partly, vec![(CheckState::Off, "ERR_PERMISSION_MISSING")]),
        "one capability is off, the rest works"
    );
    desk.lives_with(&typed).await;
    desk.nothing_secret_was_told(&[pair.access, pair.refresh]);
}

#[tokio::test]
async fn no_secret_of_a_mailbox_comes_back_through_the_wire() {
    let config = MailboxConfig { user: "a@example.com".into(), password: Secret::new(PASSWORD) };
    let mailbox = Mailbox::start(config, now()).await.unwrap();
    let desk = Desk::open(vec![PASSWORD.into()]).await;
    let typed = draft(PlatformDto::Mail, &mailbox.addr().to_string(), "a@example.com", PASSWORD);
    mailbox.faults().arm(MailFault::WantsCode, 1);
    let asked = desk.tests(&typed).await;
    assert_eq!(codes(&asked), [(CheckState::Failed, "ERR_MAIL_CODE_NEEDED")], "in the server's words");
    let cause = asked.lines.iter().find_map(|line| line.cause.clone());
    assert_eq!(
        cause,
        Some(CauseDto::Login { refusal: "code_needed".into() }),
        "the window knows which secret"
    );
    desk.lives_with(&typed).await;
    desk.nothing_secret_was_told(&[]);
}

#[tokio::test]
async fn a_sign_in_tells_the_window_who_signed_in_and_keeps_the_tokens() {
    let app = aliexpress::App { key: "500001".into(), secret: APP_SECRET.into(), leading_slash: true };
    let platform = AliExpress::start(app, now()).await.unwrap();
    let desk = Desk::open(vec![APP_SECRET.into()]).await;
    let typed = draft(PlatformDto::AliExpress, &platform.base(), "500001", APP_SECRET);
    let (connection, secrets) = super::typed(typed.clone()).unwrap();
    let public = "https://www.example.com/back";
    let engine = &desk.app.engine;
    let begun = engine.begin_sign_in(&connection, secrets.key.unwrap(), Some(public)).await.unwrap();
    let state = begun.url.split("state=").nth(1).unwrap().split('&').next().unwrap();
    assert!(!begun.url.contains(APP_SECRET), "the page is asked for by the key's public half");
    let landed = format!("{public}?state={state}&code={}", platform.authorisation_code());
    engine.land_sign_in(&begun.id, &landed).await.unwrap();
    desk.hear(finished(&desk.app, &begun.id).await).unwrap();
    let typed = ConnectionDraft { tokens: TokensDraft::SignedIn { id: begun.id.clone() }, ..typed };
    desk.lives_with(&typed).await;
    assert!(desk.safe.words().len() >= 3, "key, access and refresh token are in the safe");
    desk.nothing_secret_was_told(&[]);
    let gone = ConnectionDraft {
        account: "500002".into(),
        tokens: TokensDraft::SignedIn { id: "x".into() },
        ..typed
    };
    let refused = desk.hear(tested(&desk.app, gone).await).unwrap_err();
    assert_eq!(refused.detail, "sign_in_gone", "a sign-in that nobody knows opens nothing");
}

/// A mailbox that takes tokens only, its provider, and what the owner types of the application there.
async fn mailbox_of_tokens() -> (MailboxHandle, Oauth, sandbox::Server, String) {
    let config = MailboxConfig { user: "a@example.com".into(), password: Secret::new(PASSWORD) };
    let mailbox = Mailbox::start(config, now()).await.unwrap();
    let setup = OauthSetup { client_secret: Some(APP_SECRET.into()), ..OauthSetup::default() };
    let oauth = Oauth::new(Core::new(now()), setup);
    let judge = oauth.clone();
    mailbox.take_tokens(move |token| judge.is_good(token));
    let server = oauth.start().await.unwrap();
    let base = server.base();
    let typed = format!(
        r#"{{"client_id":"pretend-app","client_secret":"{APP_SECRET}","authorize":"{base}/authorize","token":"{base}/token","scope":"imap"}}"#
    );
    (mailbox, oauth, server, typed)
}

#[tokio::test]
async fn a_mailbox_is_signed_in_to_through_the_browser_and_no_token_comes_back() {
    let (mailbox, _oauth, server, application) = mailbox_of_tokens().await;
    let desk = Desk::open(vec![application.clone()]).await;
    let typed = draft(PlatformDto::Mail, &mailbox.addr().to_string(), "a@example.com", &application);
    let (connection, secrets) = super::typed(typed.clone()).unwrap();
    let engine = &desk.app.engine;
    let begun = engine.begin_sign_in(&connection, secrets.key.unwrap(), None).await.unwrap();
    assert!(begun.url.contains("code_challenge=") && !begun.url.contains(APP_SECRET), "{}", begun.url);
    let base = channels::http::checked_base(&server.base()).unwrap();
    let browser = channels::http::client(&base).unwrap();
    let (waiting, comes_back) = tokio::join!(finished(&desk.app, &begun.id), async {
        let page = browser.get(&begun.url).send().await.unwrap();
        browser.get(page.headers()["location"].to_str().unwrap()).send().await.unwrap().text().await.unwrap()
    });
    let signed_in = desk.hear(waiting).unwrap();
    assert_eq!((signed_in.shops.len(), comes_back.is_empty()), (0, false), "the browser says that it worked");
    let typed = ConnectionDraft { tokens: TokensDraft::SignedIn { id: begun.id.clone() }, ..typed };
    let report = desk.tests(&typed).await;
    assert_eq!(report.verdict, VerdictDto::Fit, "the token opens the mailbox: {report:?}");
    let id = desk.lives_with(&typed).await;
    let kept = desk.hear(kept_of(&desk.app, id).await).unwrap().unwrap();
    assert!(kept.by_browser, "the window offers to sign in again, not a password");
    desk.nothing_secret_was_told(&[APP_SECRET.into()]);
}

#[tokio::test]
async fn a_password_where_only_the_browser_helps_and_a_wrong_application_are_told_apart() {
    let (mailbox, _oauth, server, application) = mailbox_of_tokens().await;
    let desk = Desk::open(Vec::new()).await;
    mailbox.faults().arm(MailFault::RefuseSaying("BasicAuthBlocked"), 1);
    let host = mailbox.addr().to_string();
    let report = desk.tests(&draft(PlatformDto::Mail, &host, "a@example.com", PASSWORD)).await;
    assert_eq!(codes(&report), [(CheckState::Failed, "ERR_MAIL_OAUTH_NEEDED")], "a password does not help");
    let wrong =
        draft(PlatformDto::Mail, &host, "a@example.com", &application.replace(APP_SECRET, "another-secret"));
    let (connection, secrets) = super::typed(wrong).unwrap();
    let begun = desk.app.engine.begin_sign_in(&connection, secrets.key.unwrap(), None).await.unwrap();
    let browser = channels::http::client(&channels::http::checked_base(&server.base()).unwrap()).unwrap();
    let (refused, ()) = tokio::join!(finished(&desk.app, &begun.id), async {
        let page = browser.get(&begun.url).send().await.unwrap();
        browser.get(page.headers()["location"].to_str().unwrap()).send().await.unwrap();
    });
    let refused = desk.hear(refused).unwrap_err();
    assert!(refused.detail.starts_with("mail_app_refused"), "what was typed is wrong: {refused:?}");
    let id = draft(PlatformDto::Mail, "imap.qq.com:993", "a@example.com", "an-id");
    let (connection, secrets) = super::typed(id).unwrap();
    let unknown = desk.app.engine.begin_sign_in(&connection, secrets.key.unwrap(), None).await.unwrap_err();
    assert_eq!(unknown.to_string(), "mail_app_provider", "this provider has no such sign-in");
}

#[test]
fn the_window_knows_what_a_sign_in_needs_of_each_provider() {
    let known = present::directory().mailboxes;
    let needs = |id: &str| known.iter().find(|mailbox| mailbox.id == id).unwrap().sign_in;
    assert_eq!(needs("gmail"), Some(SignInNeeds::IdAndSecret), "Google gives desktop applications a secret");
    assert_eq!(needs("outlook"), Some(SignInNeeds::Id), "Microsoft's public clients have none");
    assert_eq!(needs("netease_163"), None, "an authorisation code is typed there");
    for mailbox in &known {
        assert!(mailbox.secret != "browser" || mailbox.sign_in.is_some(), "{} has a way", mailbox.id);
    }
}
