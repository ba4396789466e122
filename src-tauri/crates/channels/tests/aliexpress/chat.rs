use super::support::{BUYER, Kept, reply, setup, setup_with};
use channels::Connector;
use channels::aliexpress::AliExpressConfig;
use domain::{Author, Body, Capability, CapabilityState, SendOutcome};
use rstest::rstest;
use std::collections::BTreeSet;

#[tokio::test]
async fn the_first_sync_brings_every_message_oldest_first() {
    let s = setup().await;
    for n in 0..45 {
        s.platform.buyer_says(BUYER, &format!("m{n}"));
        s.tick();
    }
    let mut kept = Kept::default();
    s.sync(&mut kept).await.unwrap();
    let expected: Vec<String> = (0..45).map(|n| format!("m{n}")).collect();
    assert_eq!(kept.words(), expected, "three pages of twenty, put in the order in which they were written");
    let message = kept.messages()[0];
    assert_eq!(message.author, Author::Buyer, "account type 11");
    assert_eq!(message.conversation_key, BUYER.to_string(), "one conversation per buyer");
    assert_eq!(message.provider_id.len(), 17, "every digit of the id survives: {}", message.provider_id);
    assert_eq!(kept.capability(Capability::ReadChat), CapabilityState::On, "it works");
}

#[tokio::test]
async fn a_second_sync_brings_only_what_is_new() {
    let s = setup().await;
    s.platform.buyer_says(BUYER, "one");
    s.tick();
    let mut kept = Kept::default();
    s.sync(&mut kept).await.unwrap();
    s.platform.buyer_says(BUYER, "two");
    s.platform.seller_says(BUYER, "three");
    s.platform.system_says(BUYER, "four");
    s.platform.auto_replies(BUYER, "six");
    s.platform.buyer_says(BUYER + 1, "five");
    s.tick();
    s.sync(&mut kept).await.unwrap();
    let words: BTreeSet<&str> = kept.words().into_iter().collect();
    assert_eq!(kept.messages().len(), 6, "nothing twice: {:?}", kept.words());
    assert_eq!(words.len(), 6, "nothing lost");
    let author = |text: &str| kept.messages().iter().find(|m| m.body.words() == text).unwrap().author;
    assert_eq!(author("three"), Author::Seller, "account type 12");
    assert_eq!(author("four"), Author::System, "row type 2");
    assert_eq!(author("six"), Author::Auto, "row type 2 on the seller's side answers by itself");
    let before = s.platform.ledger().calls_with("history/list2").len();
    s.sync(&mut kept).await.unwrap();
    let after = s.platform.ledger().calls_with("history/list2").len();
    assert_eq!(after, before, "a quiet buyer costs no call");
}

#[tokio::test]
async fn messages_with_one_time_are_all_read_over_page_borders() {
    let s = setup().await;
    for n in 0..50 {
        s.platform.buyer_says(BUYER, &format!("m{n}"));
    }
    let mut kept = Kept::default();
    s.sync(&mut kept).await.unwrap();
    assert_eq!(kept.messages().len(), 50, "the last id decides where the time does not");
}

#[tokio::test]
async fn many_buyers_are_all_found_and_a_bare_list_is_enough() {
    for bare in [false, true] {
        let s = setup().await;
        s.platform.bare_sessions(bare);
        for n in 0..130 {
            s.platform.buyer_says(BUYER + n, &format!("b{n}"));
            s.tick();
        }
        let mut kept = Kept::default();
        s.sync(&mut kept).await.unwrap();
        assert_eq!(kept.messages().len(), 130, "the list has seven pages, bare = {bare}");
        // An old, quiet buyer writes again, and so do more buyers than a page holds.
        for n in 0..30 {
            s.platform.buyer_says(BUYER + n, &format!("again{n}"));
            s.tick();
        }
        s.sync(&mut kept).await.unwrap();
        assert_eq!(kept.messages().len(), 160, "two pages of news, bare = {bare}");
        let unique: BTreeSet<&str> = kept.words().into_iter().collect();
        assert_eq!(unique.len(), 160, "each once, bare = {bare}");
    }
}

#[tokio::test]
async fn a_long_absence_is_read_in_bounded_rounds_without_a_gap() {
    let s = setup().await;
    s.platform.buyer_says(BUYER, "known");
    s.tick();
    let mut kept = Kept::default();
    s.sync(&mut kept).await.unwrap();
    for n in 0..330 {
        s.platform.buyer_says(BUYER, &format!("m{n}"));
        s.tick();
    }
    let rounds = kept.rounds;
    s.sync(&mut kept).await.unwrap();
    assert_eq!(kept.messages().len(), 331, "seventeen pages");
    assert!(kept.rounds - rounds > 1, "one round reads five pages of one history at most");
    let unique: BTreeSet<&str> = kept.words().into_iter().collect();
    assert_eq!(unique.len(), 331, "nothing twice");
}

#[tokio::test]
async fn the_first_sight_of_a_buyer_reads_as_many_pages_as_set() {
    let s = setup_with(true, |c| AliExpressConfig { history_pages: 2, ..c }).await;
    for n in 0..100 {
        s.platform.buyer_says(BUYER, &format!("m{n}"));
        s.tick();
    }
    let mut kept = Kept::default();
    s.sync(&mut kept).await.unwrap();
    assert_eq!(kept.words().first(), Some(&"m60"), "two pages of twenty, the newest ones");
    assert_eq!(kept.messages().len(), 40, "and no more");
}

#[rstest]
#[case(3, r#"{"img_url":"https://ae01.alicdn.com/kf/a.jpg","width":"800","height":600}"#,
    Body::Image { url: "https://ae01.alicdn.com/kf/a.jpg".into(), thumb: None })]
#[case(10_006, r#"{"item_id":1005003600816013}"#,
    Body::ItemCard { item_id: "1005003600816013".into(), title: None })]
#[case(10_007, r#"{"order_id":"8194715118451470"}"#, Body::OrderCard { order_no: "8194715118451470".into() })]
#[case(21_004, r#"{"promotion_id":77}"#,
    Body::Unsupported { kind: "21004".into(), summary: "coupon 77".into() })]
#[case(4_711, r#"{"what":"ever"}"#, Body::Unsupported { kind: "4711".into(), summary: String::new() })]
#[case(10_006, "{}", Body::Unsupported { kind: "10006".into(), summary: String::new() })]
#[case(1, "not json at all", Body::Text { text: "not json at all".into() })]
#[case(1, r#"{"txt":"👍"}"#, Body::Emoji { text: "👍".into() })]
#[tokio::test]
async fn each_template_becomes_its_body(#[case] template: i64, #[case] content: &str, #[case] body: Body) {
    let s = setup().await;
    s.platform.buyer_sends(BUYER, template, content);
    let mut kept = Kept::default();
    s.sync(&mut kept).await.unwrap();
    assert_eq!(kept.messages()[0].body, body, "template {template} with {content}");
    let raw = String::from_utf8(kept.last.received.first().map(|r| r.raw.bytes.clone()).unwrap_or_default());
    assert!(raw.unwrap().contains("template_id") || kept.rounds > 1, "the raw row is kept");
}

#[tokio::test]
async fn a_reply_reaches_the_buyer_once_and_comes_back_with_the_same_id() {
    let s = setup().await;
    s.platform.buyer_says(BUYER, "where is my parcel?");
    s.tick();
    let mut kept = Kept::default();
    s.sync(&mut kept).await.unwrap();
    let outcome = s.connector.send(&reply("It left today, tracking follows by 18:00.")).await;
    let SendOutcome::Sent { provider_id, .. } = outcome else { panic!("it was taken: {outcome:?}") };
    let sent = s.platform.ledger().sent();
    assert_eq!(sent.len(), 1, "once");
    assert_eq!(sent[0].content, "It left today, tracking follows by 18:00.", "as it was written");
    s.tick();
    s.sync(&mut kept).await.unwrap();
    let back = kept.messages().into_iter().find(|m| m.provider_id == provider_id).cloned();
    assert_eq!(back.unwrap().author, Author::Seller, "the history shows the same message under the same id");
}

#[tokio::test]
async fn cards_are_sent_and_pictures_are_refused_before_they_leave() {
    let s = setup().await;
    let order = Body::OrderCard { order_no: "8194715118451470".into() };
    let item = Body::ItemCard { item_id: "1005003600816013".into(), title: None };
    let outcome = s.connector.send(&domain::OutgoingReply { body: item.clone(), ..reply("") }).await;
    assert!(matches!(outcome, SendOutcome::Refused { .. }), "no product of this shop: {outcome:?}");
    s.platform.add_product(1_005_003_600_816_013);
    for body in [order, item] {
        let outcome = s.connector.send(&domain::OutgoingReply { body, ..reply("") }).await;
        assert!(matches!(outcome, SendOutcome::Sent { .. }), "the platform takes cards: {outcome:?}");
    }
    let sent = s.platform.ledger().sent();
    let shown: Vec<_> = sent.iter().map(|sent| (sent.kind.as_str(), sent.content.as_str())).collect();
    let (order, item) = (r#"{"order_id":8194715118451470}"#, r#"{"item_id":1005003600816013}"#);
    assert_eq!(shown, [("10007", order), ("10006", item)], "each once, by its number");
    let picture = Body::Image { url: "https://example.com/a.jpg".into(), thumb: None };
    let outcome = s.connector.send(&domain::OutgoingReply { body: picture, ..reply("") }).await;
    assert!(
        matches!(outcome, SendOutcome::Refused { retry: false, .. }),
        "its size is not known: {outcome:?}"
    );
    assert_eq!(s.platform.ledger().calls_with("message/send").len(), 3, "the picture never left");
}

#[rstest]
#[case(true, true)]
#[case(true, false)]
#[case(false, true)]
#[case(false, false)]
#[tokio::test]
async fn either_form_of_a_message_path_finds_its_way(#[case] platform: bool, #[case] first: bool) {
    let s = setup_with(platform, |c| AliExpressConfig { leading_slash: first, ..c }).await;
    s.platform.buyer_says(BUYER, "hola");
    let mut kept = Kept::default();
    s.sync(&mut kept).await.unwrap();
    assert_eq!(kept.words(), ["hola"], "a refused form is followed by the other one");
    let calls = s.platform.ledger().calls_with("aliexpress/message").len();
    let tries = if platform == first { 0 } else { 1 };
    assert_eq!(calls, 3 + tries, "probe, list and history; the form that works is kept");
}

#[tokio::test]
async fn without_permission_chat_is_off_and_the_rest_works() {
    let s = setup().await;
    s.platform.permit(sandbox::aliexpress::Area::PartnerIm, false);
    s.platform.buyer_says(BUYER, "unheard");
    s.platform.put_order(super::orders::order(1, s.clock.now()));
    s.platform.put_dispute(super::disputes::dispute(1, s.clock.now()));
    let mut kept = Kept::default();
    s.sync(&mut kept).await.unwrap();
    let off = CapabilityState::Off { code: "InsufficientPermission".into() };
    assert_eq!(kept.capability(Capability::ReadChat), off, "with the platform's word");
    assert_eq!(kept.capability(Capability::SendChat), off, "nobody can answer either");
    assert_eq!(kept.capability(Capability::Orders), CapabilityState::On, "orders need no chat");
    assert_eq!(kept.capability(Capability::Disputes), CapabilityState::On, "disputes need no chat");
    assert_eq!((kept.orders().len(), kept.disputes().len()), (1, 1), "and they are read");
    let calls = s.platform.ledger().calls_with("aliexpress/message").len();
    s.sync(&mut kept).await.unwrap();
    assert_eq!(
        s.platform.ledger().calls_with("aliexpress/message").len(),
        calls,
        "a closed door is left alone"
    );
    s.platform.permit(sandbox::aliexpress::Area::PartnerIm, true);
    s.clock.advance(std::time::Duration::from_secs(601));
    s.sync(&mut kept).await.unwrap();
    assert_eq!(kept.words(), ["unheard"], "ten minutes later it is tried again, and nothing was lost");
    assert_eq!(kept.capability(Capability::ReadChat), CapabilityState::On, "and the switch is back");
}

#[tokio::test]
async fn positions_name_nobody_once_a_history_is_read() {
    const NAME: &str = "qjzvantine";
    let s = setup_with(true, |c| AliExpressConfig { history_pages: 20, ..c }).await;
    s.platform.add_buyer(BUYER, NAME, "RU");
    for n in 0..250 {
        s.platform.buyer_says(BUYER, &format!("m{n}"));
    }
    let mut kept = Kept::default();
    let batch = s.connector.poll(&kept.cursors).await.unwrap();
    s.commit(&mut kept, batch).await;
    let naming = |kept: &Kept| kept.cursors.values().filter(|value| value.contains(NAME)).count();
    assert_eq!(naming(&kept), 1, "what is still to be read must find its buyer");
    s.sync(&mut kept).await.unwrap();
    assert_eq!(kept.messages().len(), 250, "and does");
    assert_eq!(naming(&kept), 0, "then nobody is named: an erasure looks at messages, not at positions");
}
