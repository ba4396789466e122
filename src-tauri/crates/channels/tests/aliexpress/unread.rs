//! Aim: a round of which nothing could be read is no success, and one of which anything could is.

use super::support::{BUYER, Kept, Setup, setup};
use channels::{Batch, ChannelError, Connector};
use rstest::rstest;
use sandbox::Fault;
use sandbox::aliexpress::Area;

const ORDERS: &str = "aliexpress.solution.order.get";
const DISPUTES: &str = "aliexpress.issue.issuelist.get";

fn answer(body: &str) -> Fault {
    Fault::Answer { status: 200, body: body.into() }
}

async fn round(s: &Setup, kept: &mut Kept) -> Result<Batch, ChannelError> {
    let batch = s.connector.poll(&kept.cursors).await?;
    s.commit(kept, batch.clone()).await;
    Ok(batch)
}

fn is_unexpected(error: Option<&ChannelError>) -> bool {
    matches!(error, Some(ChannelError::Unexpected { .. }))
}

#[rstest]
#[case("<html>busy</html>", true)]
#[case(r#"["not an answer"]"#, true)]
#[case("<html>busy</html>", false)]
#[tokio::test]
async fn garbage_from_every_call_is_kept_and_is_no_success(#[case] body: &str, #[case] chat: bool) {
    let s = setup().await;
    s.platform.permit(Area::PartnerIm, chat);
    s.platform.buyer_says(BUYER, "hola");
    let mut kept = Kept::default();
    s.sync(&mut kept).await.unwrap();
    s.platform.faults().arm_always(if chat { "" } else { ORDERS }, answer(body));
    s.platform.faults().arm_always(DISPUTES, answer(body));
    let first = round(&s, &mut kept).await.unwrap();
    assert!(!first.quarantined.is_empty(), "what came is kept");
    assert!(is_unexpected(first.answers.failure()), "and nothing was read: {:?}", first.answers);
    let again = round(&s, &mut kept).await;
    assert!(is_unexpected(again.as_ref().err()), "the same once more is no news, and no success: {again:?}");
    s.platform.faults().clear();
    s.tick();
    s.platform.put_order(super::orders::order(1, s.clock.now()));
    let healed = round(&s, &mut kept).await.unwrap();
    assert_eq!(healed.answers.failure(), None, "until it is understood again");
    assert_eq!(kept.orders().len(), 1, "and nothing is lost");
}

#[rstest]
#[case(DISPUTES)]
#[case(ORDERS)]
#[case("history/buyer/list")]
#[tokio::test]
async fn one_stream_that_is_understood_makes_a_success(#[case] understood: &str) {
    let s = setup().await;
    let mut kept = Kept::default();
    s.sync(&mut kept).await.unwrap();
    for call in [DISPUTES, ORDERS, "history/buyer/list"] {
        if call != understood {
            s.platform.faults().arm_always(call, answer("<html>busy</html>"));
        }
    }
    for _ in 0..2 {
        let batch = round(&s, &mut kept).await.unwrap();
        assert_eq!(batch.answers.failure(), None, "{understood} has no news, and says so");
    }
}

#[tokio::test]
async fn refusals_beside_a_closed_chat_are_no_success() {
    let s = setup().await;
    s.platform.permit(Area::PartnerIm, false);
    let mut kept = Kept::default();
    s.sync(&mut kept).await.unwrap();
    let refusal = r#"{"error_response":{"code":"InvalidParameter","msg":"param0","request_id":"1"}}"#;
    s.platform.faults().arm_always(ORDERS, answer(refusal));
    s.platform.faults().arm_always(DISPUTES, answer("<html>"));
    let first = round(&s, &mut kept).await.unwrap();
    assert!(is_unexpected(first.answers.failure()), "nothing was read: {:?}", first.answers);
    let again = round(&s, &mut kept).await;
    assert!(is_unexpected(again.as_ref().err()), "{again:?}");
}

#[tokio::test]
async fn a_broken_row_beside_known_ones_is_no_failure() {
    let s = setup().await;
    s.platform.permit(Area::PartnerIm, false);
    let row = |id: u64, status: &str| {
        format!(r#"{{"order_id":{id},"order_status":{status},"gmt_create":"2026-11-21 01:00:00"}}"#)
    };
    let page = format!(
        r#"{{"result":{{"success":true,"target_list":[{},{}],"total_count":2}}}}"#,
        row(1, "\"FINISH\""),
        row(2, "null")
    );
    s.platform.faults().arm_always(ORDERS, answer(&page));
    s.platform.faults().arm_always(DISPUTES, answer("<html>"));
    let mut kept = Kept::default();
    for _ in 0..3 {
        let batch = round(&s, &mut kept).await.unwrap();
        assert_eq!(batch.answers.failure(), None, "the order beside it is read, though it is no news");
    }
    assert_eq!((kept.orders().len(), kept.quarantined), (1, 2), "each once");
}
