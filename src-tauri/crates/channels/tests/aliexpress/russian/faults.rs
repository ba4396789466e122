use super::{Kept, manners, numbered, setup, setup_as};
use channels::{ChannelError, Connector};
use rstest::rstest;
use sandbox::Fault;
use sandbox::russia::{Leads, OWN_LOGIN, Spelling};
use std::time::Duration;

fn storms() -> Vec<Fault> {
    vec![
        Fault::CutBefore,
        Fault::CutAfter,
        Fault::Status { status: 429, retry_after: None },
        Fault::Status { status: 503, retry_after: None },
        Fault::Status { status: 401, retry_after: None },
        Fault::Answer { status: 200, body: "{".into() },
    ]
}

#[rstest]
#[tokio::test]
async fn a_call_that_fails_at_any_state_loses_nothing(#[values(0, 1, 2, 3, 5, 7)] spared: usize) {
    for manner in manners().into_iter().filter(|manner| manner.spelling == Spelling::Sending) {
        let begins_late = manner.leads == Leads::Up && manner.begins_newest;
        let before = if begins_late { 45 } else { 150 };
        for fault in storms() {
            let s = setup_as(manner, OWN_LOGIN).await;
            let mut kept = Kept::default();
            s.says(0, before);
            s.platform.faults().skip("chat-messages", spared, fault.clone());
            s.sync_through_faults(&mut kept).await;
            s.says(before, 120);
            s.platform.faults().skip("chat-messages", spared, fault.clone());
            s.sync_through_faults(&mut kept).await;
            assert_eq!(kept.once(), numbered(before + 120), "after {spared} calls {fault:?}, {manner:?}");
        }
    }
}

#[tokio::test]
async fn a_storm_is_waited_out() {
    for manner in manners() {
        for fault in storms() {
            let s = setup_as(manner, OWN_LOGIN).await;
            s.says(0, 40);
            let mut kept = Kept::default();
            s.sync(&mut kept).await.unwrap();
            s.says(40, 150);
            // Every other call fails, whatever it is.
            for spared in 0..12 {
                s.platform.faults().skip("chat-messages", spared % 2, fault.clone());
            }
            s.sync_through_faults(&mut kept).await;
            assert_eq!(kept.once(), numbered(190), "{fault:?}, {manner:?}");
        }
    }
}

#[rstest]
#[case(429, Some(7))]
#[case(429, None)]
#[tokio::test]
async fn a_limit_tells_how_long_to_wait(#[case] status: u16, #[case] retry_after: Option<u64>) {
    let s = setup().await;
    s.platform.faults().arm("", Fault::Status { status, retry_after }, 1);
    let error = s.sync(&mut Kept::default()).await.unwrap_err();
    let expected = ChannelError::RateLimited { retry_after: retry_after.map(Duration::from_secs) };
    assert_eq!(error, expected, "as the platform says");
}

#[tokio::test]
async fn a_token_that_ends_between_two_pages_keeps_what_was_read_and_is_told_then() {
    for manner in manners() {
        let s = setup_as(manner, OWN_LOGIN).await;
        s.says(0, 40);
        let mut kept = Kept::default();
        s.sync(&mut kept).await.unwrap();
        s.says(40, 150);
        s.platform.faults().skip("chat-messages", 1, Fault::Status { status: 401, retry_after: None });
        let first = s.connector.poll(&kept.cursors).await.unwrap();
        assert!(first.more && !first.received.is_empty(), "the first page came before, {manner:?}");
        s.commit(&mut kept, first).await;
        s.platform.revoke_tokens();
        let error = s.sync(&mut kept).await.unwrap_err();
        assert!(matches!(error, ChannelError::OwnerMustAct { .. }), "then the owner is called: {error:?}");
        let s = s.restarted();
        s.sync(&mut kept).await.unwrap();
        assert_eq!(kept.once(), numbered(190), "with the new token it goes on there, {manner:?}");
    }
}

#[tokio::test]
async fn an_answer_that_makes_no_sense_is_kept_once_and_is_no_success() {
    let s = setup().await;
    let strange = Fault::Answer { status: 200, body: r#"{"data":{"a":[],"b":[]},"error":null}"#.into() };
    let mut kept = Kept::default();
    s.says(0, 3);
    s.sync(&mut kept).await.unwrap();
    s.platform.faults().arm_always("chat-messages", strange);
    for _ in 0..2 {
        let error = s.sync(&mut kept).await.unwrap_err();
        assert!(matches!(error, ChannelError::Unexpected { .. }), "a store that is only chat: {error:?}");
    }
    assert_eq!(kept.quarantined.len(), 1, "with its bytes, once");
    s.platform.faults().clear();
    s.says(3, 1);
    s.sync(&mut kept).await.unwrap();
    assert_eq!(kept.once(), numbered(4), "and it goes on");
}

#[tokio::test]
async fn nobody_there_is_unreachable() {
    let s = setup().await;
    drop(s.platform);
    let error = s.connector.poll(&Kept::default().cursors).await.unwrap_err();
    assert!(matches!(error, ChannelError::Unreachable { .. }), "try again later: {error:?}");
}

/// Rows as the platform might write them tomorrow, the same number with each call or a new one.
fn strange(ids: std::ops::Range<u64>) -> Fault {
    let rows: Vec<_> = ids.map(|id| serde_json::json!({ "id": id, "author": "x", "text": "y" })).collect();
    Fault::Answer { status: 200, body: serde_json::json!({ "data": { "messages": rows } }).to_string() }
}

#[tokio::test]
async fn a_stream_of_which_no_message_can_be_read_is_no_success_for_as_long_as_that_lasts() {
    let s = setup().await;
    let mut kept = Kept::default();
    s.platform.faults().arm_always("chat-messages", strange(1..4));
    for round in 0..4 {
        match s.connector.poll(&kept.cursors).await {
            Ok(batch) => {
                let failure = batch.answers.failure().cloned();
                assert!(
                    matches!(failure, Some(ChannelError::Unexpected { .. })),
                    "round {round}: {failure:?}"
                );
                s.commit(&mut kept, batch).await;
            }
            Err(error) => {
                assert!(matches!(error, ChannelError::Unexpected { .. }), "round {round}: {error:?}")
            }
        }
    }
    assert_eq!(kept.quarantined.len(), 3, "each message is kept, once: {:?}", kept.quarantined);
}

#[tokio::test]
async fn a_strange_message_among_others_is_no_failure() {
    let s = setup().await;
    s.says(0, 3);
    let mut kept = Kept::default();
    s.sync(&mut kept).await.unwrap();
    s.platform.buyer_sends(OWN_LOGIN, "text", serde_json::json!({ "text": "from itself to itself" }));
    for _ in 0..2 {
        let batch = s.connector.poll(&kept.cursors).await.unwrap();
        assert_eq!(batch.answers.failure(), None, "the messages around it are read");
        s.commit(&mut kept, batch).await;
    }
    assert_eq!(kept.once(), numbered(3));
}

#[tokio::test]
async fn a_stream_that_is_suddenly_empty_does_not_say_that_a_reply_did_not_arrive() {
    let s = setup().await;
    s.says(2, 1);
    s.sync(&mut Kept::default()).await.unwrap();
    let since = domain::from_ms(domain::to_ms(s.clock.now()) - 60_000);
    let (key, buyer) = ("ru2002", domain::BuyerRef { key: "ru2002".into(), ..super::buyer() });
    let empty = Fault::Answer { status: 200, body: r#"{"data":{"messages":null},"error":null}"#.into() };
    s.platform.faults().arm("chat-messages", empty, 1);
    let read = s.connector.reread(key, &buyer, since).await.unwrap().unwrap();
    assert!(!read.whole, "the buyer's message is not there either");
    let read = s.connector.reread(key, &buyer, since).await.unwrap().unwrap();
    assert!(read.whole && read.batch.received.len() == 1, "then it is: {read:?}");
}
