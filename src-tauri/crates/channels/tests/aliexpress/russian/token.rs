use super::{BUYER, Kept, connect, reply, setup, setup_as};
use channels::{ChannelError, Connector};
use domain::{Access, Capability, CapabilityState, Probe, SendOutcome};
use sandbox::Fault;
use sandbox::russia::{Manner, OWN_LOGIN};
use std::time::Duration;

fn state(probe: &Probe, capability: Capability) -> CapabilityState {
    let found = probe.capabilities.iter().find(|(known, _)| *known == capability);
    found.map_or(CapabilityState::Unknown, |(_, state)| state.clone())
}

fn code(error: ChannelError) -> String {
    let ChannelError::OwnerMustAct { code, .. } = error else { panic!("the owner is called: {error:?}") };
    code
}

#[tokio::test]
async fn a_token_says_when_it_ends_and_is_used_until_the_platform_refuses_it() {
    let s = setup().await;
    let token = s.platform.token(Some(3 * 86_400));
    let connector = connect(&s.platform, &s.clock, OWN_LOGIN, &token);
    let ends = domain::from_ms(domain::to_ms(s.clock.now()) + 3 * 86_400_000);
    let kept = Kept::default();
    assert_eq!(
        connector.poll(&kept.cursors).await.unwrap().authorised_until,
        Some(ends),
        "every round tells"
    );
    assert_eq!(connector.probe().await.authorised_until, Some(ends), "so does the test");
    s.clock.advance(Duration::from_secs(3 * 86_400));
    assert_eq!(code(connector.poll(&kept.cursors).await.unwrap_err()), "local_token_over", "make a new one");
    let probe = connector.probe().await;
    let over = (probe.access, probe.authorised_until);
    assert_eq!(over, (Some(Access::Granted), Some(ends)), "the only thing to mend is its end");
    let outcome = connector.send(&reply("да")).await;
    assert!(matches!(outcome, SendOutcome::Refused { retry: false, .. }), "certainly not sent: {outcome:?}");
}

#[tokio::test]
async fn a_token_that_is_refused_calls_the_owner_and_a_new_one_reads_on() {
    let s = setup().await;
    s.says(0, 30);
    let mut kept = Kept::default();
    s.sync(&mut kept).await.unwrap();
    s.platform.revoke_tokens();
    s.says(30, 10);
    assert_eq!(code(s.sync(&mut kept).await.unwrap_err()), "local_token_refused");
    let refused = Some(Access::Refused { word: "local_token_refused".into() });
    assert_eq!(s.connector.probe().await.access, refused, "the test says the same");
    let s = s.restarted();
    s.sync(&mut kept).await.unwrap();
    assert_eq!(kept.once(), super::numbered(40), "nothing was lost meanwhile");
}

#[tokio::test]
async fn a_token_without_a_right_is_told_from_a_wrong_one() {
    let s = setup().await;
    s.platform.buyer_says(BUYER, "Где заказ?");
    let mut kept = Kept::default();
    s.sync(&mut kept).await.unwrap();
    s.platform.permit("new-messages", false);
    s.connector.send(&reply("да")).await;
    s.sync(&mut kept).await.unwrap();
    let off = CapabilityState::Off { code: "local_no_permission".into() };
    assert_eq!(kept.capability(Capability::SendChat), off, "it may read and not send");
    assert_eq!(kept.capability(Capability::ReadChat), CapabilityState::On);
    s.platform.permit("chat-messages", false);
    for _ in 0..3 {
        let error = s.sync(&mut kept).await.unwrap_err();
        assert_eq!(code(error), "local_no_permission", "without reading nothing is left of such a store");
    }
}

#[tokio::test]
async fn the_test_of_a_connection_says_what_works_and_what_never_does() {
    let s = setup().await;
    s.platform.buyer_says(BUYER, "Где заказ?");
    let probe = s.connector.probe().await;
    assert_eq!(probe.access, Some(Access::Granted));
    assert_eq!(state(&probe, Capability::ReadChat), CapabilityState::On);
    for never in [Capability::Orders, Capability::Disputes] {
        let off = CapabilityState::Off { code: "not_by_local_api".into() };
        assert_eq!(state(&probe, never), off, "it has no call for {never:?}");
    }
    let (theirs, ours) = probe.clocks.unwrap();
    assert_eq!(theirs.as_second(), ours.as_second(), "the clocks agree");
}

#[tokio::test]
async fn a_login_that_is_not_the_stores_is_found_before_it_is_kept() {
    let s = setup_as(Manner::default(), "ru9").await;
    assert_eq!(
        state(&s.connector.probe().await, Capability::ReadChat),
        CapabilityState::On,
        "an empty stream"
    );
    s.platform.buyer_says(BUYER, "Где заказ?");
    let refused = Some(Access::Refused { word: "local_other_login".into() });
    assert_eq!(s.connector.probe().await.access, refused, "else every message would be put aside");
}

#[tokio::test]
async fn rows_that_this_version_can_not_read_are_found_before_it_is_kept() {
    let s = setup().await;
    let body = r#"{"data":{"messages":[{"uuid":"a-b","who":"x","at":"noon"}]},"error":null}"#;
    s.platform.faults().arm("chat-messages", Fault::Answer { status: 200, body: body.into() }, 1);
    let off = CapabilityState::Off { code: "local_not_understood".into() };
    assert_eq!(state(&s.connector.probe().await, Capability::ReadChat), off, "not pretended to work");
    let strange = Fault::Answer { status: 200, body: r#"{"data":{"pages":3},"error":null}"#.into() };
    s.platform.faults().arm("chat-messages", strange, 1);
    let refused = Some(Access::Refused { word: "local_not_understood".into() });
    assert_eq!(s.connector.probe().await.access, refused);
}

#[tokio::test]
async fn a_token_that_is_none_and_an_address_in_the_clear_are_refused_at_once() {
    let s = setup().await;
    for (gateway, token, expected) in [
        (s.platform.base(), "a\nb", "local_token_form"),
        (s.platform.base(), "токен", "local_token_form"),
        ("http://openapi.aliexpress.ru".to_owned(), "a.b.c", "bad_address"),
    ] {
        let config = channels::aliexpress::RussianConfig {
            gateway,
            ..channels::aliexpress::RussianConfig::new(OWN_LOGIN, domain::Secret::new(token))
        };
        let made = channels::aliexpress::RussianConnector::new(config, s.clock.reader());
        assert_eq!(made.err().map(code).as_deref(), Some(expected), "{token}");
    }
    assert!(s.platform.ledger().calls().is_empty(), "nobody was called");
}
