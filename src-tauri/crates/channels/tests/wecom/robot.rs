//! A group robot against the pretend platform: limits, refusals, broken lines.

use crate::desk::{Desk, GROUP, KEY, Out, alert, notice, words};
use channels::wecom::{Delivery, End, Health, Limits, Look, Missed, Notice, Robot, Row, Settled, Step, Tone};
use domain::Secret;
use rstest::rstest;
use sandbox::Fault;
use std::time::Duration;

fn numbers(n: usize) -> Vec<String> {
    (1..=n).map(|n| n.to_string()).collect()
}

fn is_sent(settled: &Settled) -> bool {
    matches!(settled.end, End::Sent { shown: true, .. })
}

#[tokio::test]
async fn a_burst_arrives_whole_in_order_and_within_the_limit() {
    let mut desk = Desk::open().await;
    let robot = desk.robot();
    for id in numbers(150) {
        desk.push(notice(&id));
    }
    let took_s = desk.drain(&robot).await;
    assert_eq!(desk.ids(), numbers(150), "each once, in order");
    assert!(desk.settled.iter().all(is_sent), "and each is known to have arrived");
    let (messages, calls) = (desk.arrived().len(), desk.core.ledger.calls().len());
    assert_eq!(messages, calls, "no call was refused");
    assert!(took_s < 60 && messages <= 18, "merged rather than waiting: {messages} messages in {took_s} s");
}

#[tokio::test]
async fn a_few_notices_are_a_message_each() {
    let mut desk = Desk::open().await;
    let robot = desk.robot();
    for id in numbers(18) {
        desk.push(notice(&id));
    }
    desk.drain(&robot).await;
    assert_eq!(desk.arrived().len(), 18, "there is room for each of them");
    assert_eq!(desk.core.ledger.sent()[0].conversation, GROUP, "in the robot's group");
}

#[tokio::test]
async fn notices_that_come_slowly_for_an_hour_are_never_refused() {
    let mut desk = Desk::open().await;
    let robot = desk.robot();
    for id in numbers(1200) {
        desk.push(notice(&id));
        desk.clock.advance(Duration::from_secs(3));
        while matches!(desk.step(&robot).await, Step::Send(_)) {}
    }
    desk.drain(&robot).await;
    assert_eq!(desk.ids(), numbers(1200), "20 a minute come in, all go out, in order");
    assert_eq!(desk.arrived().len(), desk.core.ledger.calls().len(), "and none was ever refused");
}

#[tokio::test]
async fn a_robot_used_up_by_others_is_waited_for() {
    let mut desk = Desk::open().await;
    let (robot, other) = (desk.robot(), desk.robot());
    let mut rival = Desk::open().await;
    rival.clock = desk.clock.clone();
    for id in ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"] {
        rival.push(notice(id));
        desk.push(notice(&format!("1{id}")));
    }
    // Ten from each; then ten more of the other: the platform takes twenty.
    rival.drain(&other).await;
    for id in ["k", "l", "m", "n", "o", "p"] {
        rival.push(notice(id));
    }
    rival.drain(&other).await;
    desk.drain(&robot).await;
    let ours: Vec<String> = desk.ids().into_iter().filter(|id| id.len() == 2).collect();
    assert_eq!(ours.len(), 10, "refused for their number, sent when there was room: {ours:?}");
    assert!(ours.is_sorted(), "in order");
    assert!(desk.settled.iter().all(is_sent), "none was given up");
}

#[tokio::test]
async fn a_robot_that_is_gone_stops_the_queue_until_the_owner_acts() {
    let mut desk = Desk::open().await;
    let robot = desk.robot();
    desk.platform.remove_robot(KEY);
    desk.push(alert("1"));
    desk.push(alert("2"));
    desk.drain(&robot).await;
    assert_eq!(desk.step(&robot).await, Step::Stopped, "it is not tried again");
    assert_eq!(desk.core.ledger.calls().len(), 1, "one call was enough to know");
    let standing = desk.queue.standing(Limits::robot());
    assert_eq!(standing.waiting, 2, "nothing is dropped");
    assert!(
        matches!(&standing.health, Health::Stopped { trouble } if trouble.code == "93000"),
        "the screen says why: {standing:?}"
    );
    desk.platform.add_robot(KEY, GROUP);
    desk.queue.resume();
    desk.drain(&robot).await;
    assert_eq!(desk.ids(), ["1", "2"], "what waited goes out");
}

#[tokio::test]
async fn the_errcode_decides_whatever_the_status() {
    let mut desk = Desk::open().await;
    let robot = desk.robot();
    let taken = Fault::Answer { status: 500, body: r#"{"errcode":0,"errmsg":"ok"}"#.into() };
    desk.core.faults.arm("send", taken, 1);
    desk.push(notice("1"));
    desk.drain(&robot).await;
    assert!(desk.settled.iter().all(is_sent), "errcode 0 under HTTP 500: {:?}", desk.settled);
    let refused = Fault::Answer { status: 200, body: r#"{"errcode":45009,"errmsg":"x"}"#.into() };
    desk.core.faults.arm("send", refused, 1);
    desk.push(notice("2"));
    let waited_s = desk.drain(&robot).await;
    assert!(waited_s >= 60, "HTTP 200 is no success, and a minute is waited: {waited_s} s");
    assert_eq!(desk.ids(), ["2"], "then it arrives");
}

#[rstest]
#[case(Fault::CutBefore, 0)]
#[case(Fault::CutAfter, 1)]
#[case(Fault::Status { status: 502, retry_after: None }, 0)]
#[tokio::test]
async fn an_unknown_outcome_is_shown_and_not_tried_again(#[case] fault: Fault, #[case] arrived: usize) {
    let mut desk = Desk::open().await;
    let robot = desk.robot();
    desk.core.faults.arm("send", fault, 1);
    desk.push(notice("1"));
    desk.push(notice("2"));
    desk.drain(&robot).await;
    assert!(matches!(desk.settled[0].end, End::Unknown { .. }), "nobody knows: {:?}", desk.settled);
    assert_eq!(desk.ids().iter().filter(|id| *id == "1").count(), arrived, "it went out once at most");
    assert!(is_sent(&desk.settled[1]), "the next one goes its way");
}

#[tokio::test]
async fn an_alert_of_unknown_outcome_goes_out_again_and_says_so() {
    let mut desk = Desk::open().await;
    let robot = desk.robot();
    desk.core.faults.arm("send", Fault::CutAfter, 1);
    desk.push(alert("1"));
    desk.drain(&robot).await;
    let arrived = desk.arrived();
    assert_eq!(desk.ids(), ["1", "1"], "a deadline is rather told twice than never");
    assert!(!arrived[0].contains("次发送") && arrived[1].contains("第 2 次发送"), "{arrived:?}");
    assert_eq!(desk.settled.len(), 1, "it ended once");
}

#[tokio::test]
async fn an_alert_is_not_repeated_for_ever() {
    let mut desk = Desk::open().await;
    let robot = desk.robot();
    desk.core.faults.arm_always("send", Fault::CutAfter);
    desk.push(alert("1"));
    desk.drain(&robot).await;
    assert_eq!(desk.ids().len(), 3, "three tries");
    assert!(matches!(desk.settled[0].end, End::Unknown { .. }), "then it is shown as unknown");
}

/// An address at which nobody listens.
fn nowhere() -> Robot {
    let base = format!("http://127.0.0.1:{}", sandbox::spare_port().unwrap());
    Robot::new(&base, Secret::new(KEY)).unwrap()
}

#[tokio::test]
async fn without_network_everything_waits_and_the_breaker_shows_until_when() {
    let mut desk = Desk::open().await;
    let gone = Out::Robot(nowhere());
    desk.push(notice("1"));
    for _ in 0..7 {
        let step = desk.step(&gone).await;
        if let Step::Wait(until) = step {
            let wait = until.as_second() - desk.clock.now().as_second();
            desk.clock.advance(Duration::from_secs(u64::try_from(wait).unwrap()));
        }
    }
    let health = desk.queue.health(Limits::robot());
    let Health::Open { until, trouble } = health else {
        panic!("four refusals in a row open it: {health:?}")
    };
    assert_eq!(trouble.code, "unreachable", "and the reason is shown");
    assert_eq!(until.as_second() - desk.clock.now().as_second(), 120, "the second pause is twice the first");
    let robot = desk.robot();
    desk.drain(&robot).await;
    assert_eq!(desk.ids(), ["1"], "it was certainly not sent, so it is sent now");
    assert_eq!(desk.queue.health(Limits::robot()), Health::Working, "one success closes the breaker");
}

#[tokio::test]
async fn retry_after_is_heeded() {
    let mut desk = Desk::open().await;
    let robot = desk.robot();
    desk.core.faults.arm("send", Fault::Status { status: 429, retry_after: Some(77) }, 1);
    desk.push(notice("1"));
    assert_eq!(desk.drain(&robot).await, 77, "as long as the gateway asked for");
    assert_eq!(desk.ids(), ["1"], "then it arrives");
}

#[tokio::test]
async fn one_bad_notice_takes_no_other_with_it() {
    let mut desk = Desk::open().await;
    let robot = desk.robot();
    let refused = Fault::Answer { status: 200, body: r#"{"errcode":40058,"errmsg":"x"}"#.into() };
    desk.core.faults.arm_always("会话 7 ", refused);
    for id in numbers(30) {
        desk.push(notice(&id));
    }
    desk.drain(&robot).await;
    let expected: Vec<String> = numbers(30).into_iter().filter(|id| id != "7").collect();
    assert_eq!(desk.ids(), expected, "the others arrive once and in order");
    let bad: Vec<&Settled> = desk.settled.iter().filter(|settled| !is_sent(settled)).collect();
    assert_eq!((bad.len(), bad[0].id.as_str()), (1, "7"), "and the bad one is told as refused: {bad:?}");
}

#[tokio::test]
async fn an_answer_that_nobody_knows_is_tried_three_times() {
    let mut desk = Desk::open().await;
    let robot = desk.robot();
    let odd = Fault::Answer { status: 200, body: r#"{"errcode":85999,"errmsg":"x"}"#.into() };
    desk.core.faults.arm_always("send", odd);
    desk.push(alert("1"));
    desk.drain(&robot).await;
    assert_eq!(desk.core.ledger.calls().len(), 3, "no more than three times");
    let expected = End::Refused { code: "85999".into(), detail: "x".into() };
    assert_eq!(desk.settled[0].end, expected, "the user is told with the code");
}

#[tokio::test]
async fn a_crash_while_sending_leaves_it_unknown() {
    let mut desk = Desk::open().await;
    let robot = desk.robot();
    desk.push(notice("1"));
    desk.push(alert("2"));
    let Step::Send(parcel) = desk.queue.next(Limits::robot(), &words(), desk.clock.now()) else {
        panic!("there is room")
    };
    let stored = serde_json::to_string(&desk.queue).unwrap();
    assert_eq!(robot.deliver(&parcel).await, Delivery::Taken { missed: Missed::default() }, "it arrives");
    // The process ends here; the next one loads what was stored.
    desk.queue = serde_json::from_str(&stored).unwrap();
    let settled = desk.queue.recover(Limits::robot(), desk.clock.now());
    desk.settled.extend(settled);
    assert!(matches!(desk.settled[0].end, End::Unknown { .. }), "the stored queue cannot know more");
    desk.drain(&robot).await;
    assert_eq!(desk.ids(), ["1", "2"], "nothing twice, nothing lost");
    let late = desk.queue.settle(
        parcel.number,
        Delivery::Taken { missed: Missed::default() },
        Limits::robot(),
        desk.clock.now(),
    );
    assert!(late.is_empty(), "an outcome that comes late ends nothing a second time");
}

#[tokio::test]
async fn a_card_is_a_card_where_it_fits_and_a_text_where_it_does_not() {
    let mut desk = Desk::open().await;
    let robot = desk.robot();
    let link = Some("https://seller.shopee.cn/portal/return".to_owned());
    let row = |value: &str| Row { label: "到期".into(), value: value.into(), tone: Tone::Warning };
    let card = Notice { link, look: Look::Card, rows: vec![row("11-24 09:00")], ..notice("1") };
    desk.push(card.clone());
    desk.push(Notice { rows: vec![row(&"很长的说明".repeat(10))], id: "2".into(), ..card.clone() });
    desk.push(Notice { link: Some("https://evil.example/".into()), id: "3".into(), ..card });
    desk.drain(&robot).await;
    let sent = desk.core.ledger.sent();
    let kinds: Vec<&str> = sent.iter().map(|sent| sent.kind.as_str()).collect();
    assert_eq!(
        kinds,
        ["template_card", "markdown", "markdown"],
        "never a card that would be cut or lead nowhere"
    );
    assert!(sent[1].content.contains(&"很长的说明".repeat(10)), "the text has all of it");
    assert!(!sent[2].content.contains("evil"), "and a foreign address is left out");
}

#[tokio::test]
async fn what_waits_already_is_not_taken_a_second_time() {
    let mut desk = Desk::open().await;
    let robot = desk.robot();
    desk.push(notice("1"));
    assert!(!desk.queue.push(notice("1"), desk.clock.now()), "told twice by a careful caller");
    desk.drain(&robot).await;
    assert_eq!(desk.ids(), ["1"], "the group reads it once");
}
