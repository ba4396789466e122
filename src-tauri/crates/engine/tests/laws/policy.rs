//! Numbers and calendars that a team changes: in force at once, for good, and never at the cost of one another.

use crate::common::{House, at, buyer};
use rules::policy::PolicyValue;

const HOUR: i64 = 3_600;

#[tokio::test]
async fn a_changed_policy_makes_every_open_clock_again() {
    let house = House::solo().await;
    house.hears([buyer("c1", "m1", 0, "Where is my parcel?")]).await;
    let before = house.dump().await;
    house.engine.set_policy(r#"{"reply_working_s":{"value":3600}}"#).await.unwrap();
    assert_eq!(house.chat("c1").await.conversation.due, Some(at(HOUR)), "an hour instead of three");
    let refused = house.engine.set_policy(r#"{"reply_working_s":{"value":0}}"#).await;
    assert!(refused.is_err(), "a senseless number is refused");
    assert_eq!(house.chat("c1").await.conversation.due, Some(at(HOUR)), "and changes nothing");
    let house = house.reopened().await;
    assert_eq!(house.chat("c1").await.conversation.due, Some(at(HOUR)), "it is in force after a restart");
    house.engine.set_policy("{}").await.unwrap();
    let after = house.dump().await.replace(r#""cancelled""#, r#""open""#);
    assert!(
        before.lines().all(|line| after.contains(line)),
        "taken back, the old clock is the same one again"
    );
}

#[tokio::test]
async fn one_number_is_changed_beside_the_others_and_taken_back() {
    let house = House::solo().await;
    house.hears([buyer("c1", "m1", 0, "Where is my parcel?")]).await;
    let before = house.chat("c1").await.conversation.due;
    let hour = PolicyValue::Number(3600);
    house.engine.change_policy("alerts.snooze_s", Some(&PolicyValue::Number(300))).await.unwrap();
    house.engine.change_policy("reply_working_s", Some(&hour)).await.unwrap();
    assert_eq!(house.chat("c1").await.conversation.due, Some(at(HOUR)), "an hour instead of three");
    let house = house.reopened().await;
    let changed = |entries: &[rules::policy::PolicyEntry]| -> Vec<String> {
        entries.iter().filter(|entry| entry.is_changed()).map(|entry| entry.path.clone()).collect()
    };
    let kept = house.engine.policy_entries().await.unwrap();
    assert_eq!(changed(&kept), ["alerts.snooze_s", "reply_working_s"], "the second did not undo the first");
    house.engine.change_policy("reply_working_s", None).await.unwrap();
    assert_eq!(house.chat("c1").await.conversation.due, before, "as shipped, the old clock runs again");
    let kept = house.engine.policy_entries().await.unwrap();
    assert_eq!(changed(&kept), ["alerts.snooze_s"], "the other one stays");
}

const YEAR_2027: &str = r#"{"year":2027,"days":[{"name":"元旦","date":"2027-01-01","isOffDay":true}]}"#;
const YEAR_2028: &str = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20280103\r\nSUMMARY:元旦\r\n\
                         END:VEVENT\r\nEND:VCALENDAR\r\n";

#[tokio::test]
async fn holiday_years_are_added_to_one_another_from_either_format() {
    let house = House::solo().await;
    assert_eq!(
        house.engine.import_calendar(YEAR_2027).await.unwrap(),
        [2027],
        "the year of the file is told"
    );
    assert_eq!(house.engine.import_calendar(YEAR_2028).await.unwrap(), [2028], "an ICS file as well");
    assert!(
        house.engine.import_calendar("BEGIN:VCALENDAR").await.is_err(),
        "a file without a day is refused"
    );
    let house = house.reopened().await;
    let known: Vec<i16> = house.engine.rules().await.1.years().map(|year| year.year).collect();
    assert_eq!(known, [2025, 2026, 2027, 2028], "the second import did not drop the first");
    house.engine.forget_calendar_year(2027).await.unwrap();
    house.engine.forget_calendar_year(2026).await.unwrap();
    let known: Vec<i16> = house.engine.rules().await.1.years().map(|year| year.year).collect();
    assert_eq!(known, [2025, 2026, 2028], "a shipped year can be replaced, not lost");
    let own: Vec<i16> = house.engine.imported_years().await.unwrap().iter().map(|year| year.year).collect();
    assert_eq!(own, [2028], "and the team sees what it imported itself");
}
