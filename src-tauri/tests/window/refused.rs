//! What stands in the way of a connection is said before anything is kept, with what to do about it.

use crate::driver::Window;
use crate::ledger;
use crate::pretend::{APP_KEY, APP_SECRET, MAILBOX, PASSWORD, Town};
use crate::process::{House, free_port};
use crate::wizard;
use domain::{Secret, from_ms, to_ms};
use engine::{Clock as _, SystemClock};
use sandbox::mailbox::{MailFault, Mailbox, MailboxConfig};
use serde_json::{Value, json};

const MAIN_ACCOUNT: u64 = 900_001;
const DAY_MS: i64 = 86_400_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs a screen, a key store and a mail server: cargo xtask test"]
async fn what_stands_in_the_way_of_a_connection_is_said_with_what_to_do() {
    let mut house = House::new("refused", true);
    let town = Town::start(&house).await;
    let window = Window::open(&house, &[]).await;
    wizard::open(&window).await;
    wrong_key(&window, &town).await;
    what_the_platform_minds(&window, &town).await;
    another_company(&window, &town).await;
    authorisation_over(&window, &town).await;
    mailbox(&window, &town).await;
    let store = ledger::open(&house.data).await;
    let kept = store.stores().await.unwrap();
    assert!(kept.is_empty(), "nothing is kept of what was only tested: {kept:?}");
    drop(window);
    house.done();
}

/// The test says so, with a remedy, and a picture of it is kept.
async fn says(window: &Window, code: &str, verdict: &str, words: &[&str]) {
    let line = wizard::until_line(window, code).await;
    wizard::until_verdict(window, verdict).await;
    for wanted in words {
        assert!(line.contains(wanted), "{code} says {wanted}: {line}");
    }
    window.picture(&code.to_lowercase().replace('_', "-")).await;
}

/// Tokens are pasted, because nobody can sign in with a wrong key.
async fn wrong_key(window: &Window, town: &Town) {
    let (setup, address, pair) = (town.shopee.setup(), town.shopee_at.base(), town.shopee.authorise());
    let (partner, shop) = (setup.partner_id.to_string(), setup.shop_id.to_string());
    let fields = [
        ("店铺名称", "新加坡店"),
        ("接口地址", &address),
        ("Partner ID", &partner),
        ("Partner Key", "not-the-key"),
    ];
    wizard::describe(window, "shopee", &fields).await;
    window.pick("粘贴令牌").await;
    let tokens = [
        ("店铺编号 Shop ID", shop.as_str()),
        ("访问令牌 Access Token", &pair.access),
        ("刷新令牌 Refresh Token", &pair.refresh),
    ];
    wizard::fill(window, &tokens).await;
    window.picture("pasted").await;
    window.answer("测试连接").await;
    says(window, "ERR_APP_REFUSED", "unfit", &["平台应答", "未通过", "三者要属于同一个应用"]).await;
    window.answer("返回修改").await;
    wizard::fill(window, &[("Partner Key", &setup.partner_key)]).await;
}

/// One cause after the other, each gone when the next comes.
async fn what_the_platform_minds(window: &Window, town: &Town) {
    let shop = &town.shopee;
    shop.unlist_caller(true);
    window.answer("测试连接").await;
    says(window, "ERR_IP_NOT_LISTED", "unfit", &["203.0.113.7", "加进白名单"]).await;
    shop.unlist_caller(false);

    for (status, code, words) in [
        ("FROZEN", "ERR_SHOP_FROZEN", ["店铺被冻结", "解冻后再测一次"]),
        ("INACTIVE", "ERR_SHOP_INACTIVE", ["还没有激活", "完成激活"]),
        ("BANNED", "ERR_SHOP_BANNED", ["已被平台关闭", "联系平台客服"]),
    ] {
        shop.set_shop_status(status);
        window.answer("再测一次").await;
        says(window, code, "unfit", &words).await;
    }
    shop.set_shop_status("NORMAL");

    town.set_ahead(3_600);
    window.answer("再测一次").await;
    says(window, "ERR_CLOCK_SKEW", "unfit", &["慢了", "自动设置时间"]).await;
    town.set_ahead(0);

    shop.set_authorised_until(from_ms(to_ms(SystemClock.now()) + 3 * DAY_MS + DAY_MS / 2));
    window.answer("再测一次").await;
    says(window, "WARN_AUTH_EXPIRING", "fit", &["3 天", "重新授权"]).await;
    shop.set_authorised_until(from_ms(to_ms(SystemClock.now()) + 300 * DAY_MS));

    shop.deny("returns", "error_api_permission");
    window.answer("再测一次").await;
    says(window, "ERR_PERMISSION_MISSING", "partly", &["已关闭", "不申请也不影响其他功能"]).await;
    let anyway = "return [...document.querySelectorAll('[role=dialog] button')]
        .some((button) => button.textContent.trim() === '仍要连接')";
    assert_eq!(window.script(anyway, &Value::Null).await, Ok(json!(true)), "it can be used without");
    shop.permit("returns");

    window.answer("再测一次").await;
    wizard::until_verdict(window, "fit").await;
    assert!(wizard::is_clean(window).await, "with all of that mended nothing is left to say");
    window.answer("返回修改").await;
}

/// The main account's sign-in tells the company; the characters that differ are marked.
async fn another_company(window: &Window, town: &Town) {
    town.shopee.sign_in_as_main_account(MAIN_ACCOUNT);
    wizard::fill(window, &[("公司名称（可不填）", "深圳潮玲科技有限公司")]).await;
    window.pick("浏览器登录").await;
    window.answer("用浏览器登录").await;
    wizard::until_signed_in(window).await;
    window.answer("测试连接").await;
    says(window, "ERR_AUTH_MISMATCH", "unfit", &["照营业执照写"]).await;
    let marked = "return [...document.querySelectorAll('[role=dialog] mark')]
        .map((mark) => [...mark.childNodes].at(-1).textContent).join('|')";
    let marked = window.script(marked, &Value::Null).await.unwrap();
    assert_eq!(marked, json!("玲|铃|责任"), "what differs on either side");
    town.shopee.revoke();
    window.answer("再测一次").await;
    says(window, "ERR_AUTH_EXPIRED", "unfit", &["重新授权"]).await;
    window.answer("返回修改").await;
}

/// A token that is over, of a shop on AliExpress; nothing renews it.
async fn authorisation_over(window: &Window, town: &Town) {
    let (address, pair) = (town.aliexpress.base(), town.aliexpress.authorise());
    let fields =
        [("店铺名称", "速卖通店"), ("接口地址", &address), ("App Key", APP_KEY), ("App Secret", APP_SECRET)];
    wizard::describe(window, "aliexpress", &fields).await;
    window.pick("粘贴令牌").await;
    wizard::fill(window, &[("访问令牌 Access Token", &pair.access)]).await;
    town.aliexpress.expire_access_tokens();
    window.answer("测试连接").await;
    says(window, "ERR_AUTH_EXPIRED", "unfit", &["授权", "重新授权"]).await;
    window.answer("返回修改").await;
}

/// A wrong password, then an address at which nobody is, then all is well.
async fn mailbox(window: &Window, town: &Town) {
    let (address, nobody) = (town.post_at(), format!("127.0.0.1:{}", free_port()));
    let fields = [
        ("店铺名称", "店铺邮箱"),
        ("邮箱账号", MAILBOX),
        ("IMAP 服务器", &address),
        ("密码或授权码", "wrong-password"),
    ];
    wizard::describe(window, "mail", &fields).await;
    window.answer("测试连接").await;
    says(window, "ERR_MAIL_LOGIN_REFUSED", "unfit", &["邮箱地址或密码不对", "核对后再试"]).await;
    tested_at(window, &nobody).await;
    says(window, "ERR_UNREACHABLE", "unfit", &["没有应答", "检查网络和地址"]).await;
    providers(window, town).await;
    tested_at(window, &address).await;
    wizard::until_verdict(window, "fit").await;
    assert!(wizard::is_clean(window).await, "the right address and password need no remedy");
}

/// Goes back, enters another server with the right password, and tests.
async fn tested_at(window: &Window, address: &str) {
    window.answer("返回修改").await;
    wizard::fill(window, &[("IMAP 服务器", address), ("密码或授权码", PASSWORD)]).await;
    window.answer("测试连接").await;
}

/// What providers say to a password that is none of theirs, each in its own words.
async fn providers(window: &Window, town: &Town) {
    let config = MailboxConfig { user: MAILBOX.into(), password: Secret::new(PASSWORD) };
    let provider = Mailbox::start(config, town.clock()).await.unwrap();
    for (answer, code, words) in [
        (
            "LOGIN Login error, please use the authorization code",
            "ERR_MAIL_CODE_NEEDED",
            ["要用授权码", "生成授权码"],
        ),
        (
            "[ALERT] Application-specific password required",
            "ERR_MAIL_APP_PASSWORD_NEEDED",
            ["专用密码", "安全设置里"],
        ),
        ("LOGIN failed: BasicAuthBlocked", "ERR_MAIL_OAUTH_NEEDED", ["不再接受密码", "自动转发"]),
        ("LOGIN Unsafe Login", "ERR_MAIL_UNSAFE_LOGIN", ["不安全", "允许这次登录"]),
        (
            "[ALERT] Your account is not enabled for IMAP use",
            "ERR_MAIL_IMAP_OFF",
            ["没有打开 IMAP", "设置里打开"],
        ),
    ] {
        provider.faults().arm(MailFault::RefuseSaying(answer), 1);
        tested_at(window, &provider.addr().to_string()).await;
        says(window, code, "unfit", &words).await;
    }
}
