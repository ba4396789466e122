//! Every kind of store is connected by hand, read, and answered where that can be done.

use crate::driver::{SOON, Window};
use crate::inbox;
use crate::ledger;
use crate::pretend::{APP_KEY, APP_SECRET, MAILBOX, PASSWORD, Program, Town, landed, page};
use crate::process::House;
use crate::protocol::{CONTROL, ENTER, ESCAPE};
use crate::wizard;
use domain::Timestamp;
use engine::{Clock as _, SystemClock};
use sandbox::Ledger;
use serde_json::json;
use std::time::{Duration, Instant};

/// A platform is asked every 30 s, and a second round waits its turn on a loaded machine.
const POLLED: Duration = Duration::from_secs(120);
/// Five seconds to undo, then the platform's answer.
const SENT: Duration = Duration::from_secs(60);
const GLANCE: Duration = Duration::from_millis(200);
const FIELD: &str = "section.compose textarea";
/// The public address that a platform's console knows. Nobody calls it.
const PUBLIC: &str = "https://www.example.com/back";
const ON_SHOPEE: u64 = 700_000_001;
const ON_ALIEXPRESS: u64 = 800_000_001;
/// Who writes where, what, and what is answered.
const SHOPEE: [&str; 3] =
    ["Aisyah", "Hi, when will my parcel be sent?", "Hello! It leaves our warehouse today."];
const ALIEXPRESS: [&str; 3] =
    ["Иван Петров", "Здравствуйте, где мой заказ?", "Здравствуйте! Посылка уже в пути."];
const BRIDGE: [&str; 3] = ["Sari", "Kapan pesanan saya sampai?", "Hello! It will arrive on Friday."];
const MAIL: &str = "Settlement report of the week";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs a screen, a key store and a mail server: cargo xtask test"]
async fn every_kind_of_store_is_connected_by_hand_read_and_answered_once() {
    let mut house = House::new("connect", true);
    let town = Town::start(&house).await;
    let window = Window::open(&house, &[]).await;
    connect_shopee(&window, &house, &town).await;
    connect_aliexpress(&window, &house, &town).await;
    connect_mailbox(&window, &town).await;
    let program = connect_bridge(&window).await;
    let before = SystemClock.now();
    for said in [SHOPEE, ALIEXPRESS] {
        answer(&window, said).await;
        until_sent(&window, said).await;
    }
    answer_over_bridge(&window, &program).await;
    read_mail(&window).await;
    nothing_is_doubled(&house, &town, before).await;
    assert!(program.fetches(0).await.is_empty(), "what was acknowledged is not handed out again");
    drop(window);
    house.done();
}

/// By signing in through the browser, which comes back by itself.
async fn connect_shopee(window: &Window, house: &House, town: &Town) {
    let (setup, address) = (town.shopee.setup(), town.shopee_at.base());
    wizard::open(window).await;
    window.picture("form").await;
    let partner = setup.partner_id.to_string();
    let fields = [
        ("店铺名称", "新加坡店"),
        ("接口地址", &address),
        ("Partner ID", &partner),
        ("Partner Key", &setup.partner_key),
    ];
    wizard::describe(window, "shopee", &fields).await;
    window.answer("用浏览器登录").await;
    wizard::until_signed_in(window).await;
    window.picture("shopee-signed-in").await;
    let back = landed(house);
    assert_eq!(back.len(), 1, "the browser was sent there once: {back:?}");
    assert!(back[0].starts_with("http://127.0.0.1:"), "and back to this computer: {back:?}");
    assert!(page(house).contains("登录成功"), "where it is told that it is done: {}", page(house));
    wizard::connect(window, "新加坡店", "shopee").await;
    what_it_can(window).await;
    town.shopee.add_buyer(ON_SHOPEE, SHOPEE[0]);
    town.shopee.buyer_says(ON_SHOPEE, SHOPEE[1]);
}

/// A click on the store says what it can do.
async fn what_it_can(window: &Window) {
    window.click("the store on the rail", "nav button[title^='新加坡店 · ']").await;
    let script =
        "const all = [...document.querySelectorAll('.popover .details li')].map((line) => line.innerText)
        return all.length >= 5 && all.every((line) => line.includes('正常'))";
    window.until("every capability as working", SOON, script).await;
    window.picture("shopee-details").await;
    window.keys(&[ESCAPE]).await;
    window.until("the store closed", SOON, "return !document.querySelector('.popover')").await;
}

/// By signing in and pasting the address, as where the platform wants a public one.
async fn connect_aliexpress(window: &Window, house: &House, town: &Town) {
    wizard::open(window).await;
    let address = town.aliexpress.base();
    let fields = [
        ("店铺名称", "速卖通店"),
        ("接口地址", &address),
        ("App Key", APP_KEY),
        ("App Secret", APP_SECRET),
        ("回调地址（可不填）", PUBLIC),
    ];
    wizard::describe(window, "aliexpress", &fields).await;
    window.answer("用浏览器登录").await;
    let begun = Instant::now();
    while landed(house).len() < 2 {
        assert!(begun.elapsed() < SOON, "waited {SOON:?} for the browser");
        tokio::time::sleep(GLANCE).await;
    }
    let back = landed(house).remove(1);
    assert!(back.starts_with(PUBLIC), "the platform goes to the address that it knows: {back}");
    wizard::fill(window, &[("没有自动回来？粘贴登录后浏览器里的地址", &back)]).await;
    window.picture("aliexpress-pasted").await;
    window.answer("提交").await;
    wizard::until_signed_in(window).await;
    wizard::connect(window, "速卖通店", "aliexpress").await;
    town.aliexpress.add_buyer(ON_ALIEXPRESS, ALIEXPRESS[0], "RU");
    town.aliexpress.buyer_says(ON_ALIEXPRESS, ALIEXPRESS[1]);
}

async fn connect_mailbox(window: &Window, town: &Town) {
    wizard::open(window).await;
    let address = town.post_at();
    let fields = [
        ("店铺名称", "店铺邮箱"),
        ("邮箱账号", MAILBOX),
        ("IMAP 服务器", &address),
        ("密码或授权码", PASSWORD),
    ];
    wizard::describe(window, "mail", &fields).await;
    window.picture("mailbox-form").await;
    wizard::connect(window, "店铺邮箱", "mailbox").await;
    let date = SystemClock.now().strftime("%a, %d %b %Y %H:%M:%S +0000");
    let mail = format!(
        "From: Shop Finance <finance@example.com>\r\nTo: shop@example.com\r\nSubject: {MAIL}\r\n\
         Message-ID: <report-1@example.com>\r\nDate: {date}\r\n\
         Content-Type: text/plain; charset=utf-8\r\n\r\nThe report is ready.\r\n"
    );
    town.post.deliver(1, mail.as_bytes());
}

/// Makes a bridge; the program on its other side, which hands in a message.
async fn connect_bridge(window: &Window) -> Program {
    wizard::open(window).await;
    wizard::describe(window, "bridge", &[("店铺名称", "雅加达店"), ("所属平台", "Lazada")]).await;
    window.picture("bridge-form").await;
    window.answer("创建桥接").await;
    let script = "return !!document.querySelector('[role=dialog] .key')";
    window.until("the key of the bridge", SOON, script).await;
    window.picture("bridge-key").await;
    let shown = wizard::to_be_copied(window).await;
    window.answer("我已保存令牌").await;
    let program = Program::start(&shown[0], &shown[1]).await;
    program.hands_in(BRIDGE[0], BRIDGE[1]).await;
    wizard::until_fresh(window, "雅加达店").await;
    program
}

/// The message is in the list and in its conversation; a reply to it is on its way.
async fn answer(window: &Window, [buyer, text, reply]: [&str; 3]) {
    inbox::view(window, "团队全部").await;
    let what = format!("the message of {buyer}");
    let row = inbox::row_within(window, &what, POLLED, "row.name === given", &json!(buyer)).await;
    inbox::open(window, &row).await;
    window.until_with(&what, SOON, &inbox::bubble(""), &json!(text)).await;
    window.write(FIELD, reply).await;
    window.picture(&format!("message-of-{buyer}")).await;
    window.keys(&[CONTROL, ENTER]).await;
}

/// It stands there as sent.
async fn until_sent(window: &Window, [buyer, _, reply]: [&str; 3]) {
    let sent = inbox::bubble(".ours:not(.waiting):not(.sending)");
    window.until_with(&format!("the reply to {buyer}"), SENT, &sent, &json!(reply)).await;
    window.picture(&format!("reply-to-{buyer}")).await;
}

/// The program fetches the reply once and says that it was sent; until then it does not stand there as sent.
async fn answer_over_bridge(window: &Window, program: &Program) {
    answer(window, BRIDGE).await;
    let fetched = program.fetches(30).await;
    assert_eq!(fetched.len(), 1, "one reply, once: {fetched:?}");
    assert_eq!(
        (&fetched[0]["state"], &fetched[0]["body"]["text"]),
        (&json!("new"), &json!(BRIDGE[2])),
        "as it was written: {fetched:?}"
    );
    let again = program.fetches(0).await;
    assert!(again.iter().all(|reply| reply["state"] == "taken"), "never twice to be sent: {again:?}");
    let sending = inbox::bubble(".sending");
    window.until_with("the reply as under way", SOON, &sending, &json!(BRIDGE[2])).await;
    window.picture("bridge-reply-taken").await;
    program.acknowledges(fetched[0]["id"].as_str().unwrap()).await;
    until_sent(window, BRIDGE).await;
}

/// A mail is there to be read; nobody is promised an answer to it.
async fn read_mail(window: &Window) {
    inbox::view(window, "系统邮件").await;
    let row = inbox::row_within(window, "the mail", SOON, "row.name.includes(given)", &json!(MAIL)).await;
    inbox::open(window, &row).await;
    window.picture("mail").await;
}

/// Each platform took its reply once, and after it was read again each reply and message is there once.
async fn nothing_is_doubled(house: &House, town: &Town, before: Timestamp) {
    let sent = |ledger: &Ledger| ledger.sent().into_iter().map(|sent| sent.content).collect::<Vec<_>>();
    assert_eq!(sent(&town.shopee_core.ledger), [SHOPEE[2]], "Shopee took the reply once, and nothing else");
    assert_eq!(sent(&town.aliexpress.ledger()), [ALIEXPRESS[2]], "and so did AliExpress");
    let after = SystemClock.now().max(before);
    let store = ledger::open(&house.data).await;
    let begun = Instant::now();
    let polled = ["新加坡店", "速卖通店"];
    while store.stores().await.unwrap().iter().any(|row| {
        polled.contains(&row.store.name.as_str()) && row.last_success.is_none_or(|success| success <= after)
    }) {
        assert!(begun.elapsed() < POLLED, "waited {POLLED:?} for the shops to be read again");
        tokio::time::sleep(GLANCE).await;
    }
    for [buyer, text, reply] in [SHOPEE, ALIEXPRESS, BRIDGE] {
        let chat = ledger::chat_with(&store, buyer).await.conversation.id;
        let messages = ledger::messages(&store, chat).await;
        let words: Vec<_> = messages.iter().map(|message| message.body.words()).collect();
        assert_eq!(words, [text, reply], "the conversation with {buyer} has each once");
    }
}
