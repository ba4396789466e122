use super::support::{Kept, at, setup, setup_with};
use channels::Connector;
use channels::aliexpress::{AliExpressConfig, OldGateway, TopMethod};
use domain::{Keep, Secret, Timestamp};
use jiff::SignedDuration;
use rstest::rstest;
use sandbox::Fault;
use sandbox::aliexpress::{Area, Line, PretendOrder};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

pub(crate) fn order(n: u64, now: Timestamp) -> PretendOrder {
    let line = |sku: &str, count, amount: &str| Line {
        title: "USB-C cable".into(),
        product_id: 1_005_003_600_816_013,
        sku: sku.into(),
        count,
        amount: amount.into(),
    };
    PretendOrder {
        order_id: 8_194_715_118_000_000 + n,
        buyer_login: "es2301001abcd".into(),
        status: "WAIT_SELLER_SEND_GOODS".into(),
        lines: vec![line("C-1M-BLK", 2, "8.10"), line("C-2M-WHT", 1, "4.30")],
        created: now - SignedDuration::from_hours(30),
        updated: now - SignedDuration::from_hours(1),
        until: Some(now + SignedDuration::from_hours(71)),
    }
}

#[rstest]
#[case(true)]
#[case(false)]
#[tokio::test]
async fn an_order_is_read_from_a_simplified_and_from_a_wrapped_answer(#[case] simplify: bool) {
    let s = setup_with(true, |c| AliExpressConfig { simplify, ..c }).await;
    s.platform.put_order(order(1, s.clock.now()));
    let mut kept = Kept::default();
    s.sync(&mut kept).await.unwrap();
    let order = kept.orders()[0];
    assert_eq!(order.order_no, "8194715118000001", "a number on the wire, text here");
    assert_eq!((order.currency.as_str(), order.amount.as_str()), ("EUR", "12.40"), "the sum of the lines");
    assert_eq!(order.lines.len(), 2, "both lines");
    assert_eq!((order.lines[0].sku.as_str(), order.lines[0].quantity), ("C-1M-BLK", 2), "as sold");
    assert_eq!(order.due, Some(at("2026-11-25T01:00:00Z")), "receive time plus what is left");
    assert_eq!(order.updated_at, at("2026-11-22T01:00:00Z"), "read from Los Angeles time");
    let raw =
        String::from_utf8(kept.last.received.iter().flat_map(|r| r.raw.bytes.clone()).collect()).unwrap();
    for personal in ["Calle Falsa", "600000000", "Nobody Of Anywhere", "28001"] {
        assert!(!raw.contains(personal), "no phone, no address, no full name: {personal} in {raw}");
    }
}

#[tokio::test]
async fn every_order_of_a_long_list_comes_once() {
    let s = setup().await;
    for n in 0..270 {
        let mut order = order(n, s.clock.now());
        order.updated -= SignedDuration::from_hours(i64::try_from(n).unwrap());
        order.created = order.updated;
        s.platform.put_order(order);
    }
    let mut kept = Kept::default();
    s.sync(&mut kept).await.unwrap();
    let unique: BTreeSet<&str> = kept.orders().iter().map(|o| o.order_no.as_str()).collect();
    assert_eq!(unique.len(), 270, "six pages over two rounds");
    assert_eq!(kept.orders().len(), 270, "each once");
    s.sync(&mut kept).await.unwrap();
    s.sync(&mut kept).await.unwrap();
    assert_eq!(kept.orders().len(), 270, "what did not change is not handed over again");
}

#[tokio::test]
async fn a_row_that_slips_to_a_page_already_read_is_met_in_the_next_pass() {
    let s = setup().await;
    let aged = |n: u64| {
        let made = s.clock.now() - SignedDuration::from_hours(i64::try_from(n).unwrap() + 1);
        PretendOrder { created: made, updated: made, ..order(n, s.clock.now()) }
    };
    (0..270).for_each(|n| s.platform.put_order(aged(n)));
    let mut kept = Kept::default();
    let half = channels::Connector::poll(&s.connector, &kept.cursors).await.unwrap();
    s.commit(&mut kept, half).await;
    assert_eq!(kept.orders().len(), 200, "four pages");
    // The newest order moves to the end, so that every other one moves up by one row.
    let moved = PretendOrder { created: s.clock.now() - SignedDuration::from_hours(600), ..aged(0) };
    s.platform.put_order(moved);
    s.sync(&mut kept).await.unwrap();
    let count = |kept: &Kept| kept.orders().iter().map(|o| o.order_no.clone()).collect::<BTreeSet<_>>().len();
    assert_eq!(count(&kept), 269, "one row slipped from the fifth page to the fourth");
    s.sync(&mut kept).await.unwrap();
    assert_eq!(count(&kept), 270, "the next pass begins where this one did");
}

#[tokio::test]
async fn a_changed_order_comes_again_and_an_unchanged_one_does_not() {
    let s = setup().await;
    s.platform.put_order(order(1, s.clock.now()));
    s.platform.put_order(order(2, s.clock.now()));
    let mut kept = Kept::default();
    s.sync(&mut kept).await.unwrap();
    s.clock.advance(Duration::from_secs(3_600));
    let changed = PretendOrder {
        status: "SELLER_PART_SEND_GOODS".into(),
        updated: s.clock.now(),
        ..order(1, s.clock.now())
    };
    s.platform.put_order(changed);
    s.sync(&mut kept).await.unwrap();
    let states: Vec<&str> = kept.orders().iter().map(|o| o.status.as_str()).collect();
    let expected = ["WAIT_SELLER_SEND_GOODS", "WAIT_SELLER_SEND_GOODS", "SELLER_PART_SEND_GOODS"];
    assert_eq!(states, expected, "the time that is left shrinks with every answer, which is no news");
}

#[tokio::test]
async fn a_batch_that_was_not_committed_is_handed_over_again() {
    let s = setup().await;
    s.platform.put_order(order(1, s.clock.now()));
    let kept = Kept::default();
    let lost = channels::Connector::poll(&s.connector, &kept.cursors).await.unwrap();
    let again = channels::Connector::poll(&s.connector, &kept.cursors).await.unwrap();
    assert_eq!(lost.received.len(), 1, "the order");
    assert_eq!(again.received, lost.received, "only what is committed counts as handed over");
}

#[rstest]
#[case("2026-03-08T09:30:00Z")]
#[case("2026-03-08T10:30:00Z")]
#[case("2026-11-01T08:30:00Z")]
#[case("2026-11-01T09:30:00Z")]
#[case("2026-11-01T10:30:00Z")]
#[tokio::test]
async fn a_change_that_shows_late_is_met_around_the_change_of_the_clocks(#[case] changed: &str) {
    let s = setup_with(true, |c| AliExpressConfig { order_days: 300, ..c }).await;
    let moment = at(changed);
    s.platform.put_order(PretendOrder { updated: moment, created: moment, ..order(1, s.clock.now()) });
    let mut kept = Kept::default();
    s.sync(&mut kept).await.unwrap();
    // Two more passes, so that the position has come as close to the newest change as it ever does.
    s.sync(&mut kept).await.unwrap();
    s.sync(&mut kept).await.unwrap();
    let earlier = moment - SignedDuration::from_mins(40);
    s.platform.put_order(PretendOrder { updated: earlier, created: earlier, ..order(2, s.clock.now()) });
    s.sync(&mut kept).await.unwrap();
    let numbers: BTreeSet<&str> = kept.orders().iter().map(|o| o.order_no.as_str()).collect();
    assert_eq!(numbers.len(), 2, "the position lies well below the newest change: {changed}");
}

#[rstest]
#[case(TopMethod::Md5)]
#[case(TopMethod::Hmac)]
#[case(TopMethod::HmacSha256)]
#[tokio::test]
async fn an_app_of_the_old_family_reads_orders_too(#[case] sign: TopMethod) {
    let s = setup_with(true, |c| {
        let url = format!("{}/router/rest", c.gateway).parse().unwrap();
        AliExpressConfig { old_gateway: Some(OldGateway { url, sign }), ..c }
    })
    .await;
    s.platform.put_order(order(1, s.clock.now()));
    let mut kept = Kept::default();
    s.sync(&mut kept).await.unwrap();
    assert_eq!(kept.orders().len(), 1, "signed with {}", sign.as_str());
    assert!(!s.platform.ledger().calls_with("/router/rest").is_empty(), "through the old gateway");
}

#[tokio::test]
async fn where_an_order_goes_is_asked_only_where_the_owner_wants_it() {
    let s = setup().await;
    s.platform.put_order(order(1, s.clock.now()));
    let mut kept = Kept::default();
    s.sync(&mut kept).await.unwrap();
    assert!(kept.last.contacts.is_empty(), "the row tells it, and it is not taken");
    assert!(s.platform.ledger().calls_with("receiptinfo").is_empty(), "nor asked for");

    let keep = Keep { phone: true, address: true };
    let s = setup_with(true, |c| AliExpressConfig { keep, ..c }).await;
    s.platform.bare_orders(true);
    for n in 0..50 {
        s.platform.put_order(order(n, s.clock.now()));
    }
    let mut contacts = BTreeMap::new();
    let mut kept = Kept::default();
    for _ in 0..3 {
        let batch = s.connector.poll(&kept.cursors).await.unwrap();
        contacts.extend(batch.contacts.iter().map(|c| (c.order_no.clone(), c.clone())));
        s.commit(&mut kept, batch).await;
    }
    assert_eq!((kept.orders().len(), contacts.len()), (50, 50), "of each order, over two rounds");
    assert_eq!(s.platform.ledger().calls_with("receiptinfo").len(), 50, "once");
    let contact = &contacts["8194715118000001"];
    assert_eq!(
        contact.phone.as_ref().map(Secret::expose),
        Some("+34 600000000"),
        "with the country's number"
    );
    let lines = contact.address.as_ref().map(domain::Recipient::lines);
    assert_eq!(
        lines.as_deref(),
        Some("Nobody Of Anywhere\nCalle Falsa 123\n28001, Madrid, Madrid, ES"),
        "where"
    );
}

#[tokio::test]
async fn an_app_that_may_not_ask_where_orders_go_reads_them_all_the_same() {
    let keep = Keep { phone: true, address: true };
    let s = setup_with(true, |c| AliExpressConfig { keep, ..c }).await;
    s.platform.bare_orders(true);
    s.platform.permit(Area::Addresses, false);
    (0..3).for_each(|n| s.platform.put_order(order(n, s.clock.now())));
    let mut kept = Kept::default();
    s.sync(&mut kept).await.unwrap();
    s.platform.put_order(order(4, s.clock.now()));
    s.sync(&mut kept).await.unwrap();
    assert_eq!(kept.orders().len(), 4, "every order is there");
    assert_eq!(s.platform.ledger().calls_with("receiptinfo").len(), 1, "and one refusal is enough");
}

/// An answer that breaks off in somebody's address.
fn broken() -> Fault {
    Fault::Answer {
        status: 200,
        body: r#"{"result":{"address":"Calle Falsa 123","mobile":"600000000""#.into(),
    }
}

#[tokio::test]
async fn one_order_that_cannot_be_read_hides_no_other() {
    let s = setup().await;
    (0..70).for_each(|n| s.platform.put_order(order(n, s.clock.now())));
    s.platform.faults().arm_always("00%22%2C%22page_size%22%3A50", broken());
    s.platform.faults().arm("page_size%22%3A10%7D", broken(), 1);
    s.platform.faults().skip("page_size%22%3A1%7D", 2, broken());
    let mut kept = Kept::default();
    s.sync(&mut kept).await.unwrap();
    let unique: BTreeSet<&str> = kept.orders().iter().map(|o| o.order_no.as_str()).collect();
    assert_eq!((unique.len(), kept.orders().len()), (69, 69), "all but the third, each once");
    let bad = &kept.last.quarantined[..];
    assert_eq!(bad.len(), 1, "which is known: {bad:?}");
    assert!(
        bad[0].flaw.words.starts_with("row 3 of those changed since 2026-"),
        "by its place: {}",
        bad[0].flaw.words
    );
    let bytes = String::from_utf8_lossy(&bad[0].raw.bytes);
    assert!(!bytes.contains("Falsa") && !bytes.contains("600000000"), "and not what stands in it: {bytes}");
}

#[tokio::test]
async fn a_row_without_a_state_leaves_its_number_and_its_shape() {
    let s = setup().await;
    let row = r#"{"order_id":8194715118000099,"memo":"call 600000000","receipt_address":{"detail_address":"Calle Falsa"}}"#;
    let page = format!(r#"{{"result":{{"success":true,"target_list":[{row}]}}}}"#);
    s.platform.faults().arm("aliexpress.solution.order.get", Fault::Answer { status: 200, body: page }, 1);
    let mut kept = Kept::default();
    s.sync(&mut kept).await.unwrap();
    let bytes = String::from_utf8_lossy(&kept.last.quarantined[0].raw.bytes);
    let shape = r#"{"shape":{"memo":"text 14","order_id":8194715118000099,"receipt_address":{"detail_address":"text 11"}}}"#;
    assert_eq!(bytes, shape, "enough to mend the reader");
}

#[tokio::test]
async fn a_short_page_is_not_the_last_if_the_platform_counts_more() {
    let s = setup().await;
    (0..60).for_each(|n| s.platform.put_order(order(n, s.clock.now())));
    let row = r#"{"order_id":8194715118000900,"order_status":"FINISH","gmt_create":"2026-11-21 01:00:00"}"#;
    let page = format!(r#"{{"result":{{"success":true,"target_list":[{row}],"total_count":"60"}}}}"#);
    let first = Fault::Answer { status: 200, body: page };
    s.platform.faults().arm_always("current_page%22%3A1%2C", first);
    let mut kept = Kept::default();
    s.sync(&mut kept).await.unwrap();
    let unique: BTreeSet<&str> = kept.orders().iter().map(|o| o.order_no.as_str()).collect();
    assert_eq!(
        unique.len(),
        11,
        "the first page shows one order and hides 49; the second is read all the same"
    );
}

#[tokio::test]
async fn an_order_that_claims_to_be_of_next_year_does_not_hide_those_of_today() {
    let s = setup().await;
    let ahead = s.clock.now() + SignedDuration::from_hours(24 * 400);
    s.platform.put_order(PretendOrder { updated: ahead, ..order(1, s.clock.now()) });
    let mut kept = Kept::default();
    for _ in 0..3 {
        s.sync(&mut kept).await.unwrap();
    }
    s.clock.advance(Duration::from_secs(60));
    s.platform.put_order(PretendOrder { updated: s.clock.now(), ..order(2, s.clock.now()) });
    s.sync(&mut kept).await.unwrap();
    let numbers: Vec<&str> = kept.orders().iter().map(|o| o.order_no.as_str()).collect();
    assert_eq!(numbers, ["8194715118000001", "8194715118000002"], "the position is of today");
}

#[tokio::test]
async fn a_position_in_the_future_begins_again() {
    let s = setup().await;
    s.platform.put_order(order(1, s.clock.now()));
    let far = domain::to_ms(s.clock.now()) + 86_400_000;
    let pass = format!(r#"{{"since":{far},"next_since":{far},"high":{far},"page":1}}"#);
    let mut kept = Kept { cursors: [("orders".to_owned(), pass)].into(), ..Kept::default() };
    s.sync(&mut kept).await.unwrap();
    assert_eq!(kept.orders().len(), 1, "from there nothing would ever be seen again");
}
