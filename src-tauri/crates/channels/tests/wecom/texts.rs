//! What readers see, whatever a buyer wrote.

use crate::desk::{Desk, notice, words};
use channels::wecom::{Limits, Message, Missed, Notice, Queue, Row, Step, Tone};
use domain::Timestamp;
use sandbox::wecom::Drawn;

fn row(value: &str, tone: Tone) -> Row {
    Row { label: "买家".into(), value: value.into(), tone }
}

/// The messages that a queue makes of these notices, if all are pushed at once.
pub(crate) fn messages(notices: Vec<Notice>, limits: &Limits) -> Vec<Message> {
    let (mut queue, mut now) = (Queue::default(), Timestamp::UNIX_EPOCH);
    for notice in notices {
        queue.push(notice, now);
    }
    let mut made = Vec::new();
    loop {
        match queue.next(limits, &words(), now) {
            Step::Send(parcel) => {
                let taken = channels::wecom::Delivery::Taken { missed: Missed::default() };
                queue.settle(parcel.number, taken, limits, now);
                made.push(parcel.message);
            }
            Step::Wait(until) => now = until,
            Step::Idle | Step::Busy | Step::Stopped => return made,
        }
    }
}

pub(crate) fn content(message: &Message) -> &str {
    match message {
        Message::Markdown { content } => content,
        Message::Card { title, .. } => title,
    }
}

#[tokio::test]
async fn a_buyer_can_ping_nobody_and_plant_no_link() {
    let mut desk = Desk::open().await;
    let robot = desk.robot();
    let attacks = [
        "<@all> pay at https://evil.example/now",
        "[refund](https://evil.example/) <font color=\"warning\">URGENT</font>",
        "x\n<@li>\n# heading\n[a](b)",
        "＜@all＞ www.evil.example",
        "\u{202E}>lla@<",
    ];
    for (number, attack) in attacks.iter().enumerate() {
        let mut notice = notice(&number.to_string());
        notice.title = format!("{attack} {}", notice.title);
        notice.rows =
            vec![row(attack, Tone::Warning), Row { label: (*attack).into(), ..row("v", Tone::Plain) }];
        desk.push(notice);
    }
    desk.drain(&robot).await;
    let ours = Drawn::Colour("warning".into());
    assert_eq!(desk.platform.drawn(), vec![ours; attacks.len()], "only our own colour is drawn");
    assert!(
        desk.arrived().iter().all(|text| text.lines().count() == 3),
        "and no line but ours: {:?}",
        desk.arrived()
    );
}

#[test]
fn a_long_text_ends_with_its_marks_closed() {
    let rows = vec![row(&"等".repeat(3000), Tone::Warning), row("last", Tone::Plain)];
    let made = messages(vec![Notice { rows, ..notice("1") }], Limits::robot());
    let text = content(&made[0]);
    assert!(text.len() <= 4096 && text.len() > 4090, "the room is used: {} bytes", text.len());
    assert!(text.ends_with("…</font>"), "the cut shows, and the colour ends: {}", &text[text.len() - 40..]);
}

#[test]
fn a_flood_is_told_in_one_message_with_the_exact_number_of_the_rest() {
    let notices = (1..=1000).map(|n| notice(&n.to_string())).collect();
    let made = messages(notices, Limits::robot());
    assert_eq!(made.len(), 1, "a group wants a summary, not ten minutes of messages");
    let text = content(&made[0]);
    let shown = text.matches("会话 ").count();
    assert!(shown > 50, "what fits is shown: {shown}");
    assert!(text.starts_with("**1000 条提醒**"), "how many there are: {text}");
    assert!(text.ends_with(&format!("\n还有 {} 条", 1000 - shown)), "and how many are not shown");
}

#[test]
fn words_without_a_place_for_the_number_still_have_it() {
    let mut queue = Queue::default();
    let now = Timestamp::UNIX_EPOCH;
    for n in 0..30 {
        queue.push(notice(&n.to_string()), now);
    }
    let words = channels::wecom::Wording { several: "<@all>".repeat(100), ..words() };
    let Step::Send(parcel) = queue.next(Limits::robot(), &words, now) else { panic!("there is room") };
    let first = content(&parcel.message).lines().next().unwrap();
    assert!(first.ends_with(" 30**") && first.len() < 140, "a catalogue may be wrong, a number not: {first}");
}
