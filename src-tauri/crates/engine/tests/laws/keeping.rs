//! Aim: what people wrote beside the messages is kept for so long and no longer, and what speaks of an erased buyer elsewhere
//! goes with them (`docs/RULES.md` §8).

use super::privacy::{CALLED, KEY, WHY, buyer_of, found, order, returned, shop, until_silent};
use crate::common::{Fate, House, at, buyer, events, seller};
use domain::{
    Authenticity, Body, DisputeSnapshot, Flaw, IncomingEvent, IncomingMail, IncomingNotification, MailTopic,
    NoticeTopic, OrderSnapshot, SendOutcome,
};
use engine::Event;
use store::{IntakeWrite, OutboxState, QuarantineWrite};
use tokio::sync::broadcast::Receiver;

const DAY: i64 = 86_400;
const ORDER: &str = "8192003312764471";

/// What could not be read, of no store.
async fn nobodys(house: &House, bytes: &str) {
    let row = QuarantineWrite {
        store: None,
        source: "shopee.push".to_owned(),
        flaw: Flaw::missing("no shop of ours"),
        bytes: bytes.as_bytes().to_vec(),
        own_id: String::new(),
        beside: String::new(),
        reader: String::new(),
        at: at(10),
    };
    let mut tx = house.engine.store().begin().await.unwrap();
    tx.write(&IntakeWrite { quarantined: vec![row], ..IntakeWrite::default() }).await.unwrap();
    tx.commit().await.unwrap();
}

/// Waits until faces are told that contents went.
async fn until_told(bus: &mut Receiver<Event>) {
    while !matches!(bus.recv().await, Ok(Event::Erased)) {}
}

#[tokio::test]
async fn what_was_written_beside_messages_is_kept_for_so_long_and_no_longer() {
    let house = shop().await;
    let (id, me) = (house.id("c1").await, house.engine.main_account().await);
    let platform = house.attach().await;
    let refused = SendOutcome::Refused { code: "error_rate".into(), detail: "no".into(), retry: false };
    platform.next_reply(Fate::Ends(refused));
    house.clock.advance(70);
    let seen = house.messages("c1").await.last().map(|row| row.id);
    house.engine.send_reply(id, me, "client-1", "qzzrefused", seen).await.unwrap();
    house.clock.advance(6);
    house.engine.send_due().await.unwrap();
    house.engine.transfer(id, me, me, "qzznote").await.unwrap();
    house.engine.save_draft(id, "qzzdraft").await.unwrap();
    nobodys(&house, "qzznobody").await;
    let written = ["qzzrefused", "qzznote", "qzzdraft", "qzznobody"];
    // Of this one something is still owed.
    house.hears([buyer("c3", "m5", 50, "hello")]).await;
    house.engine.save_draft(house.id("c3").await, "qzzowed").await.unwrap();
    let old = -5 * DAY;
    house.hears([buyer("c4", "m7", old, "old"), seller("c4", "m8", old + 9, Body::from_text("done"))]).await;
    house.engine.keep_for(house.shop, 30).await.unwrap();

    house.clock.advance(29 * DAY);
    let mut bus = house.engine.bus().subscribe();
    house.engine.start().await.unwrap();
    until_silent(&house, "c4").await;
    house.until_erased().await;
    for word in written {
        assert!(!found(&house, &[word]).await.is_empty(), "what is a day too young stays: {word}");
    }
    until_told(&mut bus).await;

    house.clock.advance(2 * DAY);
    house.engine.keep_for(house.shop, 30).await.unwrap();
    house.until(async || house.engine.store().draft(id, None).await.unwrap().is_none()).await;
    until_silent(&house, "c1").await;
    house.until_erased().await;
    assert_eq!(found(&house, &written).await, [""; 0], "then it is nowhere on the disk");
    until_told(&mut bus).await;
    assert!(
        house.engine.store().outbox_of(id).await.unwrap().is_empty(),
        "nothing is offered to be sent again"
    );
    let reply = house.engine.store().outbox_by_client_id("client-1").await.unwrap().unwrap();
    assert_eq!(reply.state, OutboxState::Cancelled, "it is known that it was never sent");
    assert!(!found(&house, &["qzzowed"]).await.is_empty(), "but where something is owed it stays");
    assert!(house.engine.store().verify().await.unwrap().is_whole(), "and the file agrees with itself");
    house.engine.stop().await.unwrap();
}

fn mail(number: u32, topic: MailTopic, subject: &str, text: &str) -> IncomingEvent {
    IncomingEvent::Mail(IncomingMail {
        provider_id: format!("inbox:1:{number}"),
        thread_key: format!("<{number}@mail.example>"),
        from_name: "AliExpress".to_owned(),
        from_address: "notice@mail.example".to_owned(),
        subject: subject.to_owned(),
        text: text.to_owned(),
        html: Some(format!("<p>{text}</p>")),
        at: at(i64::from(number)),
        attachments: Vec::new(),
        authenticity: Authenticity::Verified,
        topic,
        print: String::new(),
    })
}

fn notice(id: &str, text: String) -> IncomingEvent {
    IncomingEvent::Notification(IncomingNotification {
        provider_id: id.to_owned(),
        thread_key: id.to_owned(),
        topic: NoticeTopic::Order,
        title: "An order".to_owned(),
        text,
        url: None,
        at: at(9),
        due: None,
        order_no: None,
    })
}

#[tokio::test]
async fn mails_that_speak_of_an_erased_buyer_go_with_them_and_those_of_others_stay() {
    let house = shop().await;
    let mine = OrderSnapshot { order_no: ORDER.to_owned(), ..order() };
    let all = [
        IncomingEvent::Order(mine),
        mail(1, MailTopic::ChatReminder, &format!("New message from {CALLED}"), "qzzreminder"),
        mail(2, MailTopic::Order, &format!("Order {ORDER}"), &format!("{CALLED} paid, qzzpaid")),
        mail(3, MailTopic::Other, "For your records", &format!("buyer {KEY}, qzzrecord")),
        mail(4, MailTopic::Order, "Order 8192000000000009", &format!("Another {CALLED} paid, qzznamesake")),
        mail(5, MailTopic::Order, &format!("Order {ORDER}"), "It is on its way, qzzparcel"),
        mail(6, MailTopic::ChatReminder, "New message from Anna", "qzzanna"),
        notice("n1", format!("{CALLED} cancels {ORDER}, qzzcancels")),
        notice("n2", format!("{CALLED}x cancels {ORDER}, qzzlonger")),
    ];
    for event in all {
        house.takes(&events([event])).await.unwrap();
    }
    let before = house.dump().await;
    house.engine.erase_buyer(buyer_of(&house, "c1").await).await.unwrap();
    house.engine.start().await.unwrap();
    house.until_erased().await;
    let gone = ["qzzreminder", "qzzpaid", "qzzrecord", "qzzcancels"];
    assert_eq!(found(&house, &gone).await, [""; 0], "nowhere on the disk");
    let after = house.dump().await;
    for stays in ["qzznamesake", "qzzparcel", "qzzanna", "qzzlonger"] {
        assert!(after.contains(stays), "{stays} is not about them: {after}");
    }
    let count = |dump: &str| dump.lines().filter(|line| line.starts_with(r#"["message""#)).count();
    assert_eq!(count(&after), count(&before), "how many there were stays");
    assert!(house.engine.store().verify().await.unwrap().is_whole(), "and the file agrees with itself");
}

#[tokio::test]
async fn a_reminder_of_somebody_who_is_called_the_same_stays() {
    let house = shop().await;
    let mut other = buyer("c9", "m9", 50, "hello");
    CALLED.clone_into(&mut other.buyer.name);
    house.hears([other]).await;
    let reminder = mail(1, MailTopic::ChatReminder, &format!("New message from {CALLED}"), "qzzreminder");
    house.takes(&events([reminder])).await.unwrap();
    house.engine.erase_buyer(buyer_of(&house, "c1").await).await.unwrap();
    house.engine.start().await.unwrap();
    house.until_erased().await;
    assert!(house.dump().await.contains("qzzreminder"), "it may be about the other one");
}

#[tokio::test]
async fn a_return_that_is_opened_after_the_erasure_says_nothing_of_the_buyer() {
    let house = shop().await;
    house.engine.erase_buyer(buyer_of(&house, "c1").await).await.unwrap();
    house.engine.start().await.unwrap();
    house.until_erased().await;
    let opened = |status: &str, seconds| match returned(status, seconds) {
        IncomingEvent::Dispute(dispute) => {
            IncomingEvent::Dispute(DisputeSnapshot { buyer_key: Some(KEY.to_owned()), ..dispute })
        }
        other => other,
    };
    for state in [opened("REQUESTED", 100), opened("JUDGING", 200)] {
        house.takes(&events([state])).await.unwrap();
    }
    assert_eq!(found(&house, &[WHY, KEY]).await, [""; 0], "nowhere on the disk");
    let dispute = house.engine.store().dispute(house.shop, "R1").await.unwrap().unwrap().dispute;
    assert_eq!((dispute.status.as_str(), dispute.buyer_key), ("JUDGING", None), "but how it stands is known");
}
