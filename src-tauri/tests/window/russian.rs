//! A store on AliExpress Russia is connected by hand with a token, a buyer's message arrives, and is answered.

use crate::driver::{SOON, Window};
use crate::inbox;
use crate::ledger;
use crate::process::House;
use crate::wizard;
use engine::{Clock as _, SystemClock};
use sandbox::russia::{OWN_LOGIN, Russia};
use serde_json::json;
use std::sync::Arc;
use std::time::{Duration, Instant};

const STORE: &str = "俄罗斯店";
const WAY: &str = "速卖通俄罗斯本地接口（令牌）";
const BUYER: &str = "ru2001";
const ASKED: &str = "Здравствуйте, где мой заказ?";
const ANSWERED: &str = "Здравствуйте! Посылка уже в пути.";
const FIELD: &str = "section.compose textarea";
/// Five seconds to undo, then the platform's answer.
const SENT: Duration = Duration::from_secs(20);
const GLANCE: Duration = Duration::from_millis(100);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs a screen and a key store: cargo xtask test"]
async fn a_store_on_aliexpress_russia_is_connected_by_hand_read_and_answered_once() {
    let mut house = House::new("russian", true);
    let platform = Russia::start(Arc::new(|| SystemClock.now())).await.unwrap();
    let window = Window::open(&house, &[]).await;
    connect(&window, &platform).await;
    let row = inbox::row(&window, "the buyer's message", "row.name === given", &json!(BUYER)).await;
    inbox::open(&window, &row).await;
    window.until_with("what the buyer asks", SOON, &inbox::bubble(""), &json!(ASKED)).await;
    answer(&window).await;
    what_the_platform_has(&house, &platform).await;
    drop(window);
    house.done();
}

/// The buyer writes between the test and the connection: the first reading brings it.
async fn connect(window: &Window, platform: &Russia) {
    wizard::open(window).await;
    window.click("AliExpress", "#connect-form input[value='aliexpress']").await;
    window.pick(WAY).await;
    window.choose("自己填写地址").await;
    let (address, token) = (platform.base(), platform.token(None));
    let fields = [
        ("店铺名称", STORE),
        ("接口地址", address.as_str()),
        ("店铺的聊天登录名", OWN_LOGIN),
        ("卖家后台令牌", token.as_str()),
    ];
    wizard::fill(window, &fields).await;
    window.picture("form").await;
    window.answer("测试连接").await;
    wizard::until_verdict(window, "fit").await;
    platform.buyer_says(BUYER, ASKED);
    window.answer("连接").await;
    window.until("the dialog closed", SOON, "return !document.querySelector('[role=dialog]')").await;
    wizard::until_fresh(window, STORE).await;
    inbox::view(window, "团队全部").await;
    window.picture("connected").await;
}

async fn answer(window: &Window) {
    window.write(FIELD, ANSWERED).await;
    window.keys(&[crate::protocol::CONTROL, crate::protocol::ENTER]).await;
    let sent = inbox::bubble(".ours:not(.waiting):not(.sending)");
    window.until_with("the reply as sent", SENT, &sent, &json!(ANSWERED)).await;
    window.picture("answered").await;
}

/// The reply, once, and how far was read; each message is in the file once.
async fn what_the_platform_has(house: &House, platform: &Russia) {
    let sent: Vec<_> = platform.ledger().sent().into_iter().map(|sent| (sent.to, sent.content)).collect();
    assert_eq!(sent, [(BUYER.to_owned(), ANSWERED.to_owned())], "the buyer has it once, and nobody else");
    let begun = Instant::now();
    while platform.unread_of(BUYER) > 0 {
        assert!(begun.elapsed() < SOON, "waited {SOON:?} for the buyer to see that it was read");
        tokio::time::sleep(GLANCE).await;
    }
    let store = ledger::open(&house.data).await;
    let chat = ledger::chat_with(&store, BUYER).await.conversation.id;
    let messages = ledger::messages(&store, chat).await;
    let words: Vec<_> = messages.iter().map(|message| message.body.words()).collect();
    assert_eq!(words, [ASKED, ANSWERED], "each once, in their order");
}
