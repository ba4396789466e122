use super::support::{Kept, at, setup, setup_with};
use channels::aliexpress::AliExpressConfig;
use domain::Timestamp;
use jiff::SignedDuration;
use rstest::rstest;
use sandbox::Fault;
use sandbox::aliexpress::PretendDispute;
use std::time::Duration;

pub(crate) fn dispute(n: u64, now: Timestamp) -> PretendDispute {
    PretendDispute {
        issue_id: 6_346_213_853_170_000 + n,
        parent_order_id: 8_194_715_118_000_000 + n,
        buyer_login: "es2301001abcd".into(),
        status: "wait_for_seller_response".into(),
        reason: "not receive good".into(),
        created: now - SignedDuration::from_hours(2),
        modified: now - SignedDuration::from_hours(1),
        due: Some(now + SignedDuration::from_hours(100)),
    }
}

#[rstest]
#[case(true)]
#[case(false)]
#[tokio::test]
async fn a_dispute_comes_with_the_due_date_that_the_platform_states(#[case] simplify: bool) {
    let s = setup_with(true, |c| AliExpressConfig { simplify, ..c }).await;
    s.platform.put_dispute(dispute(1, s.clock.now()));
    let mut kept = Kept::default();
    s.sync(&mut kept).await.unwrap();
    let found = kept.disputes()[0];
    assert_eq!(found.provider_id, "6346213853170001", "the dispute's id, not the detail's own");
    assert_eq!(found.order_no, "8194715118000001", "the order the seller sees, not the child order");
    assert_eq!(found.due, Some(at("2026-11-26T06:00:00Z")), "Los Angeles time, in winter");
    assert_eq!(found.reason, "not receive good", "the buyer's words");
    assert_eq!(found.updated_at, at("2026-11-22T01:00:00Z"), "the list's time of change");
    assert!(!found.closed, "it is under way");
}

#[tokio::test]
async fn a_dispute_that_leaves_the_list_is_handed_over_as_closed() {
    let s = setup().await;
    s.platform.put_dispute(dispute(1, s.clock.now()));
    let mut kept = Kept::default();
    s.sync(&mut kept).await.unwrap();
    s.sync(&mut kept).await.unwrap();
    assert_eq!(kept.disputes().len(), 1, "an unchanged dispute is not handed over again");
    let over =
        PretendDispute { status: "finish".into(), modified: s.clock.now(), ..dispute(1, s.clock.now()) };
    s.platform.put_dispute(over);
    s.sync(&mut kept).await.unwrap();
    let last = kept.disputes().last().copied().unwrap();
    assert!(last.closed, "it would stay on the list for ever otherwise");
    assert_eq!(last.due, None, "nothing is due any more");
    let calls = s.platform.ledger().calls_with("issue.detail").len();
    s.sync(&mut kept).await.unwrap();
    assert_eq!(s.platform.ledger().calls_with("issue.detail").len(), calls, "and it is not asked for again");
}

#[tokio::test]
async fn a_due_date_that_moves_by_itself_is_noticed() {
    let s = setup().await;
    s.platform.put_dispute(dispute(1, s.clock.now()));
    let mut kept = Kept::default();
    s.sync(&mut kept).await.unwrap();
    let first = kept.disputes()[0].due.unwrap();
    let longer = first + SignedDuration::from_hours(24);
    let same = PretendDispute { due: Some(longer), ..dispute(1, s.clock.now()) };
    s.platform.put_dispute(same);
    s.clock.advance(Duration::from_secs(31 * 60));
    s.sync(&mut kept).await.unwrap();
    assert_eq!(kept.disputes().last().unwrap().due, Some(longer), "the detail is read every half hour");
}

#[tokio::test]
async fn many_disputes_come_in_bounded_rounds() {
    let s = setup().await;
    for n in 0..120 {
        s.platform.put_dispute(dispute(n, s.clock.now()));
    }
    let mut kept = Kept::default();
    s.sync(&mut kept).await.unwrap();
    assert_eq!(kept.disputes().len(), 120, "three pages, twenty details a round");
    assert!(kept.rounds >= 6, "a round is bounded");
}

#[tokio::test]
async fn one_dispute_that_cannot_be_read_hides_no_other_and_is_asked_for_again() {
    let s = setup().await;
    (1..=3).for_each(|n| s.platform.put_dispute(dispute(n, s.clock.now())));
    let body = r#"{"result":{"content":"call me: 600000000""#.to_owned();
    let broken = Fault::Answer { status: 200, body };
    s.platform.faults().arm_always("issue_id=6346213853170001", broken.clone());
    let mut kept = Kept::default();
    s.sync(&mut kept).await.unwrap();
    assert_eq!(kept.disputes().len(), 2, "the others came");
    let bytes = String::from_utf8_lossy(&kept.last.quarantined[0].raw.bytes);
    let shape = r#"{"asked_for":"6346213853170001","not_json":{"begins":"an object","bytes":41}}"#;
    assert_eq!(bytes, shape, "it is known by its number");
    let over = PretendDispute { status: "finish".into(), ..dispute(1, s.clock.now()) };
    s.platform.put_dispute(over);
    s.sync(&mut kept).await.unwrap();
    let asked = || s.platform.ledger().calls_with("issue_id=6346213853170001").len();
    let before = asked();
    s.sync(&mut kept).await.unwrap();
    assert_eq!(asked(), before, "not with every round");
    assert_eq!(kept.quarantined, 1, "the same again is no news");
    s.platform.faults().clear();
    s.clock.advance(Duration::from_secs(31 * 60));
    s.sync(&mut kept).await.unwrap();
    let last = kept.disputes().last().copied().unwrap();
    assert!(
        last.closed && last.provider_id == "6346213853170001",
        "how it ended is known after all: {last:?}"
    );
}

#[tokio::test]
async fn a_short_page_is_not_the_last_if_the_platform_counts_more() {
    let s = setup().await;
    (0..60).for_each(|n| s.platform.put_dispute(dispute(n, s.clock.now())));
    let body = r#"{"data_list":null,"total_item":60,"page_size":50,"current_page":1,"success":true}"#;
    let row = r#"{"issue_id":6346213853170059,"buyer_login_id":"es2301001abcd","gmt_modified":"2026-11-21 01:00:00"}"#;
    let body = body.replace("null", &format!("[{row}]"));
    s.platform.faults().arm_always("current_page%22%3A1%2C", Fault::Answer { status: 200, body });
    let mut kept = Kept::default();
    s.sync(&mut kept).await.unwrap();
    assert!(kept.disputes().len() >= 10, "the second page is read too: {}", kept.disputes().len());
}

#[tokio::test]
async fn a_dispute_whose_detail_is_refused_is_shown_as_the_list_has_it_and_loses_nothing_that_is_known() {
    let s = setup().await;
    s.platform.put_dispute(dispute(1, s.clock.now()));
    let mut kept = Kept::default();
    s.sync(&mut kept).await.unwrap();
    assert!(kept.disputes()[0].due.is_some(), "it came with its date");
    let body = r#"{"error_response":{"code":"15","sub_code":"isv.no-right","msg":"no","request_id":"1"}}"#
        .to_owned();
    s.platform.faults().arm_always("aliexpress.issue.detail.get", Fault::Answer { status: 200, body });
    s.platform.put_dispute(PretendDispute { modified: s.clock.now(), ..dispute(1, s.clock.now()) });
    s.platform.put_dispute(dispute(2, s.clock.now()));
    s.sync(&mut kept).await.unwrap();
    let told: Vec<&str> = kept.disputes().iter().map(|d| d.provider_id.as_str()).collect();
    assert_eq!(
        told,
        ["6346213853170001", "6346213853170002"],
        "the known one is not told again without its date"
    );
    let listed = kept.disputes()[1];
    assert_eq!((listed.order_no.as_str(), listed.closed), ("8194715118000002", false), "of which order");
    assert_eq!(kept.quarantined, 2, "and a person sees that both could not be looked at");
}
