//! An application against the pretend platform: its token, its readers, its limits.

use crate::desk::{Desk, Out, notice, to};
use channels::ChannelError;
use channels::wecom::{
    Delivery, End, Fault, Health, Limits, Look, Members, Message, Missed, Notice, Parcel, Readers, Row, Step,
    To, Tone,
};
use domain::Secret;
use rstest::rstest;
use sandbox::Fault as Broken;
use std::time::Duration;

fn parcel(number: u64) -> Parcel {
    let message = Message::Markdown { content: format!("会话 {number} 将超时") };
    Parcel { number, to: To::Everybody, message }
}

fn app(out: &Out) -> &channels::wecom::App {
    match out {
        Out::App(app) => app,
        Out::Robot(_) => panic!("an application is tested here"),
    }
}

fn errcode(code: i64) -> Broken {
    Broken::Answer { status: 200, body: format!("{{\"errcode\":{code},\"errmsg\":\"x\"}}") }
}

#[tokio::test]
async fn many_at_once_fetch_one_token_and_save_it_first() {
    let desk = Desk::open().await;
    let out = desk.app();
    let parcels: Vec<Parcel> = (0..10).map(parcel).collect();
    let all = futures::future::join_all(parcels.iter().map(|parcel| out.deliver(parcel))).await;
    assert!(all.iter().all(|one| *one == Delivery::Taken { missed: Missed::default() }), "{all:?}");
    assert_eq!(desk.refusals("gettoken"), 1, "asking often is punished");
    assert_eq!(desk.vault.saved.lock().unwrap().len(), 1, "the vault has it");
    let again = desk.app();
    again.deliver(&parcel(11)).await;
    assert_eq!(desk.refusals("gettoken"), 1, "and the next run takes it from there");
}

#[tokio::test]
async fn a_token_that_cannot_be_saved_is_not_used() {
    let desk = Desk::open().await;
    let out = desk.app();
    *desk.vault.refuses.lock().unwrap() = true;
    for _ in 0..2 {
        let delivery = out.deliver(&parcel(1)).await;
        assert!(
            matches!(&delivery, Delivery::OwnerMustAct { code, .. } if code == "key_store_refused"),
            "{delivery:?}"
        );
    }
    assert!(desk.arrived().is_empty(), "nothing went out with it");
    *desk.vault.refuses.lock().unwrap() = false;
    assert_eq!(
        out.deliver(&parcel(1)).await,
        Delivery::Taken { missed: Missed::default() },
        "now it is kept"
    );
    assert_eq!(desk.refusals("gettoken"), 1, "and it is the one that was fetched first");
}

#[tokio::test]
async fn a_token_withdrawn_in_the_middle_of_a_burst_loses_and_doubles_nothing() {
    let mut desk = Desk::open().await;
    let out = desk.app();
    let expected: Vec<String> = (1..=40).map(|n| n.to_string()).collect();
    for id in &expected {
        desk.push(to("li", id));
    }
    for _ in 0..3 {
        desk.step(&out).await;
        desk.platform.withdraw_token();
    }
    desk.drain(&out).await;
    assert_eq!(desk.ids(), expected, "each once, in order");
    assert_eq!(desk.settled.len(), 40, "and each ended");
}

#[tokio::test]
async fn near_its_end_the_platform_is_asked_at_most_once_a_minute() {
    let desk = Desk::open().await;
    let out = desk.app();
    out.deliver(&parcel(1)).await;
    desk.clock.advance(Duration::from_secs(7200 - 200));
    for number in 0..19 {
        assert_eq!(
            out.deliver(&parcel(number)).await,
            Delivery::Taken { missed: Missed::default() },
            "it is still good"
        );
        desk.clock.advance(Duration::from_secs(10));
    }
    assert!(desk.refusals("gettoken") <= 1 + 4, "the same token comes back: {}", desk.refusals("gettoken"));
    desk.clock.advance(Duration::from_secs(20));
    assert_eq!(
        out.deliver(&parcel(20)).await,
        Delivery::Taken { missed: Missed::default() },
        "past its end there is a new one"
    );
    let refused = desk.core.ledger.calls_with("message/send").len() - desk.core.ledger.sent().len();
    assert_eq!(refused, 0, "no message met an expired token");
}

#[tokio::test]
async fn a_good_token_survives_a_failed_renewal() {
    let desk = Desk::open().await;
    let out = desk.app();
    out.deliver(&parcel(1)).await;
    desk.clock.advance(Duration::from_secs(7200 - 200));
    desk.core.faults.arm_always("gettoken", Broken::Status { status: 503, retry_after: None });
    assert_eq!(
        out.deliver(&parcel(2)).await,
        Delivery::Taken { missed: Missed::default() },
        "it has minutes left"
    );
}

#[rstest]
#[case(42001)]
#[case(40014)]
#[tokio::test]
async fn a_refused_token_is_fetched_anew_once_and_no_more(#[case] code: i64) {
    let desk = Desk::open().await;
    let out = desk.app();
    desk.core.faults.arm_always("message/send", errcode(code));
    let delivery = out.deliver(&parcel(1)).await;
    assert!(matches!(&delivery, Delivery::Later { .. }), "the breaker takes over: {delivery:?}");
    assert_eq!(desk.refusals("message/send"), 2, "one more try");
    assert_eq!(desk.refusals("gettoken"), 2, "with one more token");
}

#[rstest]
#[case("message/send", 60020)]
#[case("message/send", 48002)]
#[case("message/send", 40056)]
#[case("gettoken", 40001)]
#[case("gettoken", 40013)]
#[case("gettoken", 60020)]
#[tokio::test]
async fn what_only_the_owner_can_help_stops_the_queue(#[case] call: &str, #[case] code: i64) {
    let mut desk = Desk::open().await;
    let out = desk.app();
    desk.core.faults.arm_always(call, errcode(code));
    desk.push(to("li", "1"));
    desk.drain(&out).await;
    assert_eq!(desk.step(&out).await, Step::Stopped, "{code} is not tried again");
    let health = desk.queue.health(Limits::app());
    assert!(matches!(&health, Health::Stopped { trouble } if trouble.code == code.to_string()), "{health:?}");
    desk.core.faults.clear();
    desk.queue.resume();
    desk.drain(&out).await;
    assert_eq!(desk.ids(), ["1"], "nothing was dropped");
}

#[tokio::test]
async fn the_check_tells_the_cause() {
    let desk = Desk::open().await;
    assert_eq!(app(&desk.app()).check().await, Ok(()), "everything is right");
    let wrong = desk.app_with(|config| config.corp_secret = Secret::new("wrong"));
    desk.vault.saved.lock().unwrap().clear();
    let error = app(&wrong).check().await.unwrap_err();
    assert!(matches!(&error, ChannelError::OwnerMustAct { code, .. } if code == "40001"), "{error}");
}

#[tokio::test]
async fn address_and_permission_are_refused_as_the_platform_does() {
    let desk = Desk::open().await;
    let out = desk.app();
    desk.platform.distrust_address(true);
    let delivery = out.deliver(&parcel(1)).await;
    assert!(matches!(&delivery, Delivery::OwnerMustAct { code, .. } if code == "60020"), "{delivery:?}");
    desk.platform.distrust_address(false);
    desk.platform.forbid_sending(true);
    let delivery = out.deliver(&parcel(1)).await;
    assert!(matches!(&delivery, Delivery::OwnerMustAct { code, .. } if code == "48002"), "{delivery:?}");
}

#[tokio::test]
async fn readers_who_do_not_exist_hold_up_nobody_else() {
    let mut desk = Desk::open().await;
    let out = desk.app();
    desk.push(to("nobody", "1"));
    desk.push(to("li", "2"));
    let both = Members::new(["wang", "nobody"]).unwrap();
    desk.push(Notice { to: To::Members(both), ..notice("3") });
    desk.drain(&out).await;
    assert_eq!(desk.ids(), ["2", "3"], "the others read theirs");
    assert!(
        matches!(&desk.settled[0].end, End::Refused { code, .. } if code == "81013"),
        "{:?}",
        desk.settled
    );
    let missed =
        End::Sent { shown: true, missed: Missed { users: vec!["nobody".into()], ..Missed::default() } };
    assert_eq!(desk.settled[2].end, missed, "taken, but not for everybody");
}

#[tokio::test]
async fn a_member_gets_everything_although_the_platform_loses_what_is_too_much() {
    let mut desk = Desk::open().await;
    let out = desk.app();
    let expected: Vec<String> = (1..=100).map(|n| n.to_string()).collect();
    for id in &expected {
        desk.push(to("li", id));
        while matches!(desk.step(&out).await, Step::Send(_)) {}
        desk.clock.advance(Duration::from_millis(100));
    }
    desk.drain(&out).await;
    assert_eq!(desk.ids(), expected, "merged when it became too much");
    assert_eq!(desk.platform.lost(), 0, "the platform lost none without a word");
}

#[tokio::test]
async fn an_application_keeps_to_its_two_hundred_a_minute() {
    let mut desk = Desk::open().await;
    let out = desk.app();
    let members: Vec<String> = (1000..1250).map(|n| format!("m{n}")).collect();
    for member in &members {
        desk.platform.add_member(member);
        desk.push(to(member, member));
    }
    let took_s = desk.drain(&out).await;
    assert_eq!(desk.ids(), members, "each member's own, in order");
    assert_eq!(desk.refusals("message/send"), 250, "none was refused");
    assert!((60..120).contains(&took_s), "excess waits: {took_s} s");
}

#[tokio::test]
async fn whoever_had_too_much_holds_up_only_himself() {
    let mut desk = Desk::open().await;
    let out = desk.app();
    for number in 0..28 {
        desk.push(to("li", &format!("a{number}")));
        desk.step(&out).await;
    }
    desk.push(to("li", "b1"));
    desk.push(Notice { to: To::Members(Members::new(["li", "wang"]).unwrap()), ..notice("b2") });
    desk.push(to("wang", "b3"));
    desk.push(to("zhao", "b4"));
    while matches!(desk.step(&out).await, Step::Send(_)) {}
    assert_eq!(desk.ids().last().unwrap(), "b4", "nobody waits for another's limit");
    desk.drain(&out).await;
    assert_eq!(desk.ids()[28..], ["b4", "b1", "b2", "b3"], "and for each reader the order is kept");
}

#[tokio::test]
async fn a_card_of_an_application_has_its_own_limits() {
    let mut desk = Desk::open().await;
    let out = desk.app();
    let row = |value: String| Row { label: "订单".into(), value, tone: Tone::Plain };
    let link = Some("https://seller.shopee.cn/portal/sale".to_owned());
    let card = |id: &str, rows| Notice { rows, link: link.clone(), look: Look::Card, ..to("li", id) };
    desk.push(card("1", vec![row("说明".repeat(80))]));
    desk.push(card("2", vec![row("说明".repeat(90))]));
    desk.drain(&out).await;
    let sent = desk.core.ledger.sent();
    assert_eq!(
        (sent[0].kind.as_str(), sent[1].kind.as_str()),
        ("textcard", "markdown"),
        "512 bytes, not 541"
    );
    assert!(sent[0].content.contains(&"说明".repeat(80)), "the platform cut nothing");
    assert!(sent[1].content.contains(&"说明".repeat(90)), "nor here");
}

#[tokio::test]
async fn a_robot_refuses_single_members() {
    let mut desk = Desk::open().await;
    let robot = desk.robot();
    desk.push(to("li", "1"));
    desk.drain(&robot).await;
    assert!(
        matches!(&desk.settled[0].end, End::Refused { code, .. } if code == "no_members"),
        "told, not dropped"
    );
    assert!(desk.core.ledger.calls().is_empty(), "and the group does not read what was meant for one");
}

#[tokio::test]
async fn what_is_meant_for_everybody_goes_to_whom_the_owner_chose() {
    let desk = Desk::open().await;
    desk.platform.add_department("2", &["chen"]);
    desk.platform.add_tag("7", &["zhao"]);
    let ids = |id: &str| vec![id.to_owned()];
    let out =
        desk.app_with(|config| config.readers = Readers::new(&ids("li"), &ids("2"), &ids("7")).unwrap());
    assert_eq!(out.deliver(&parcel(1)).await, Delivery::Taken { missed: Missed::default() }, "all are there");
    let reached = desk.core.ledger.sent().last().unwrap().to.clone();
    assert_eq!(reached, "chen|li|zhao", "and nobody else");
    let out = desk.app_with(|config| config.readers = Readers::new(&[], &ids("9"), &ids("8")).unwrap());
    let delivery = out.deliver(&parcel(2)).await;
    assert!(
        matches!(&delivery, Delivery::Refused { code, fault: Fault::Readers, .. } if code == "81013"),
        "{delivery:?}"
    );
}
