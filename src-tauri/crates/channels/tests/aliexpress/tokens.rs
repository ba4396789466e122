use super::support::{BUYER, Kept, reply, setup};
use channels::{ChannelError, Connector};
use domain::SendOutcome;
use std::time::Duration;

#[tokio::test]
async fn a_token_that_ends_between_two_pages_is_renewed_and_nothing_is_lost() {
    let s = setup().await;
    for n in 0..60 {
        s.platform.buyer_says(BUYER, &format!("m{n}"));
        s.tick();
    }
    // The second page of the history meets an ended token.
    let refusal = r#"{"type":"ISV","code":"IllegalAccessToken","message":"expired","request_id":"1"}"#;
    let fault = sandbox::Fault::Answer { status: 200, body: refusal.into() };
    s.platform.faults().arm("%22last_message_id%22", fault, 1);
    let mut kept = Kept::default();
    s.sync(&mut kept).await.unwrap();
    assert_eq!(kept.messages().len(), 60, "all three pages");
    let pairs = s.vault.pairs.lock().unwrap().clone();
    assert_eq!(pairs.len(), 2, "one renewal");
    assert_eq!(s.platform.ledger().calls_with("auth/token/refresh").len(), 1, "one renewal for all calls");
}

#[tokio::test]
async fn an_ended_token_is_renewed_and_saved_before_its_first_use() {
    let s = setup().await;
    s.platform.expire_access_tokens();
    s.platform.buyer_says(BUYER, "hola");
    *s.vault.refuses.lock().unwrap() = true;
    let mut kept = Kept::default();
    let error = s.sync(&mut kept).await.unwrap_err();
    let owner = matches!(&error, ChannelError::OwnerMustAct { code, .. } if code == "key_store");
    assert!(owner, "a pair that cannot be kept must not be used: {error:?}");
    let used = s.platform.ledger().calls_with("access_token=access2").len();
    assert_eq!(used, 0, "the new token was never used");
    *s.vault.refuses.lock().unwrap() = false;
    s.sync(&mut kept).await.unwrap();
    assert_eq!(kept.words(), ["hola"], "with the pair for which the old one was spent");
    let renewals = s.platform.ledger().calls_with("auth/token/refresh").len();
    assert_eq!(renewals, 1, "a refresh token is good once");
}

#[tokio::test]
async fn a_round_that_is_given_up_while_renewing_loses_no_pair() {
    let s = setup().await;
    s.platform.expire_access_tokens();
    s.platform.buyer_says(BUYER, "hola");
    s.platform.faults().arm("auth/token/refresh", sandbox::Fault::HoldAfter, 1);
    let mut kept = Kept::default();
    let spent = async {
        while s.platform.ledger().calls_with("auth/token/refresh").is_empty() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    // Given up once the old pair is spent, as when the program ends or the store is changed.
    tokio::select! {
        round = s.sync(&mut kept) => panic!("its answer is held back: {round:?}"),
        () = spent => {}
    }
    s.platform.faults().release();
    s.sync(&mut kept).await.unwrap();
    assert_eq!(kept.words(), ["hola"], "the new one came all the same");
    assert_eq!(s.platform.ledger().calls_with("auth/token/refresh").len(), 1, "once");
}

#[tokio::test]
async fn a_token_near_its_end_is_renewed_before_the_call() {
    let s = setup().await;
    s.clock.advance(Duration::from_secs(30 * 86_400 - 30));
    s.platform.buyer_says(BUYER, "hola");
    let mut kept = Kept::default();
    s.sync(&mut kept).await.unwrap();
    assert_eq!(kept.words(), ["hola"], "read with the new token");
    assert!(s.platform.ledger().calls_with("access_token=access1").is_empty(), "the old one was not used");
}

#[tokio::test]
async fn an_authorisation_that_cannot_be_renewed_calls_the_owner() {
    let s = setup().await;
    s.platform.token_lives(Duration::from_secs(3_600), Duration::ZERO);
    let code = s.platform.authorisation_code();
    let grant = s.connector.exchange_code(&code).await.unwrap();
    assert!(grant.tokens.refresh.is_empty(), "zero seconds: the token cannot be renewed");
    assert_eq!(grant.seller_id, "6068000001", "the platform tells whose it is");
    let life = grant.tokens.access_until.duration_since(s.clock.now()).as_secs();
    assert_eq!(life, 3_600, "the length of life is the answer's own");
    let mut kept = Kept::default();
    s.sync(&mut kept).await.unwrap();
    s.clock.advance(Duration::from_secs(3_601));
    let error = s.sync(&mut kept).await.unwrap_err();
    let owner = matches!(&error, ChannelError::OwnerMustAct { code, .. } if code == "authorise_again");
    assert!(owner, "only a new authorisation helps: {error:?}");
    assert!(s.platform.ledger().calls_with("auth/token/refresh").is_empty(), "no hopeless call is made");
    let outcome = s.connector.send(&reply("hi")).await;
    assert!(matches!(outcome, SendOutcome::Refused { retry: false, .. }), "it never left: {outcome:?}");
}

#[tokio::test]
async fn a_code_is_good_once() {
    let s = setup().await;
    let code = s.platform.authorisation_code();
    assert!(s.connector.exchange_code(&code).await.is_ok(), "the first time");
    let again = s.connector.exchange_code(&code).await;
    assert!(
        matches!(again, Err(ChannelError::Unexpected { .. })),
        "refused with the platform's words: {again:?}"
    );
}

#[tokio::test]
async fn a_token_answer_without_end_is_none() {
    let s = setup().await;
    let tokens = r#"{"access_token":"access9","refresh_token":"refresh9","expires_in":3600}"#;
    let body = format!("{}{tokens}", " ".repeat(17 * 1024 * 1024));
    s.platform.faults().arm("auth/token/create", sandbox::Fault::Answer { status: 200, body }, 1);
    let before = s.vault.pairs.lock().unwrap().len();
    let bought = s.connector.exchange_code(&s.platform.authorisation_code()).await;
    assert!(matches!(bought, Err(ChannelError::Unexpected { .. })), "it is not read to its end: {bought:?}");
    assert_eq!(s.vault.pairs.lock().unwrap().len(), before, "and nothing of it is kept");
}

#[tokio::test]
async fn a_reply_written_with_an_ended_token_is_sent_once() {
    let s = setup().await;
    s.platform.expire_access_tokens();
    let outcome = s.connector.send(&reply("hola")).await;
    assert!(matches!(outcome, SendOutcome::Sent { .. }), "a refused token is a certain refusal: {outcome:?}");
    assert_eq!(s.platform.ledger().sent().len(), 1, "once");
}

#[tokio::test]
async fn a_line_that_breaks_while_renewing_leaves_the_reply_unsent() {
    let s = setup().await;
    s.platform.expire_access_tokens();
    s.platform.faults().arm("auth/token/refresh", sandbox::Fault::CutBefore, 1);
    let outcome = s.connector.send(&reply("hola")).await;
    assert!(matches!(outcome, SendOutcome::Refused { retry: true, .. }), "it was not begun: {outcome:?}");
    assert!(s.platform.ledger().sent().is_empty(), "nothing reached the buyer");
}
