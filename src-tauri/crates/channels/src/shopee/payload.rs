//! Payloads that were handed in rather than fetched: a push, or an answer that somebody kept. Read by the functions that
//! the connector uses.

use super::envelope::entries;
use super::notices::{notice, placeholder};
use super::{orders, push, returns};
use crate::json::MAX_ENTRIES;
use crate::{Reading, Told};
use domain::{Flaw, Timestamp};

/// Reads a push of any code, or an answer with lost pushes, or an entry of one. A code without news gives an entry
/// without event.
///
/// # Errors
/// What is wrong with it.
pub fn read_pushes(bytes: &[u8]) -> Result<Reading, Flaw> {
    let json = crate::json::parse(bytes)?;
    if !json["code"].is_null() {
        return Ok(Reading { told: push::parsed(bytes, None)?.told, ..Reading::default() });
    }
    let mut reading = Reading::default();
    let lost = entries(bytes, &["push_message_list"], "code")?;
    if lost.len() > MAX_ENTRIES {
        return Err(Flaw::too_large("too many entries"));
    }
    for entry in lost {
        match push::read_value(&push::whole(entry), None) {
            Ok(parsed) => reading.told.extend(parsed.told),
            Err(why) => reading.unreadable.push(why),
        }
    }
    reading.checked()
}

/// Reads orders: an answer of `get_order_list` or `get_order_detail`, or what is inside one.
///
/// # Errors
/// If it is none of these or no order in it can be read.
pub fn read_orders(bytes: &[u8]) -> Result<Reading, Flaw> {
    Reading::of(&entries(bytes, &["order_list"], "order_sn")?, orders::told)
}

/// Reads returns: an answer of `get_return_list` or `get_return_detail`, or what is inside one.
///
/// # Errors
/// If it is none of these or no return in it can be read.
pub fn read_returns(bytes: &[u8]) -> Result<Reading, Flaw> {
    Reading::of(&entries(bytes, &["return", "return_list"], "return_sn")?, returns::told)
}

/// Reads notices of the Seller Centre: an answer of `get_shop_notification`, or what is inside one. A notice without a
/// time of its own is as old as the answer, `at`.
///
/// # Errors
/// If it is none of these.
pub fn read_notifications(bytes: &[u8], at: Timestamp) -> Result<Reading, Flaw> {
    // The same notices are pushed under a code of their own.
    if !crate::json::parse(bytes)?["code"].is_null() {
        return read_pushes(bytes);
    }
    Reading::of(&entries(bytes, &["data", "notification_list"], "content")?, |entry| {
        Ok(notice(entry, Some(at)).map_or_else(|| placeholder(entry), Told::event))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{IncomingEvent, UnreadableCause};
    use rstest::rstest;

    #[rstest]
    #[case(r#"{"code":3.0,"timestamp":1660123127.0,"data":{"ordersn":"A1","status":"SHIPPED"}}"#)]
    #[case(r#"{"code":"3","timestamp":"1660123127","data":"{\"ordersn\":\"A1\",\"status\":\"SHIPPED\"}"}"#)]
    fn a_number_is_read_however_it_is_written(#[case] push: &str) {
        let told = read_pushes(push.as_bytes()).unwrap().told;
        let Some(IncomingEvent::Notification(notice)) = &told[0].event else { panic!("no notice: {told:?}") };
        assert_eq!((notice.title.as_str(), notice.at.as_second()), ("A1 · SHIPPED", 1_660_123_127), "{push}");
    }

    #[rstest]
    #[case(r#"{"code":3,"timestamp":1660123127,"data":"{\"ordersn\":\"A1\""}"#)]
    #[case(r#"{"code":29,"timestamp":1660123127,"data":null}"#)]
    #[case(r#"{"push_message_list":[{"code":3,"timestamp":1660123127,"data":"{\"code\":3,\"data\":{"}]}"#)]
    fn a_broken_push_is_not_taken_for_one_without_news(#[case] push: &str) {
        let cause = read_pushes(push.as_bytes()).map_err(|flaw| flaw.cause);
        assert_eq!(
            cause.map(|_| ()),
            Err(UnreadableCause::Missing),
            "it would be confirmed and lost: {push}"
        );
    }

    #[test]
    fn a_push_of_an_unknown_code_may_hold_anything() {
        let told = read_pushes(br#"{"code":99,"timestamp":1660123127,"data":"soon"}"#).unwrap().told;
        assert!(told[0].event.is_none(), "it is stored and acknowledged");
    }

    const MESSAGE: &str = r#"{"code":10,"timestamp":1660799915,"shop_id":5,"data":{"type":"message","content":{
        "message_id":"2165920670296736113","from_id":7,"to_id":9,"to_shop_id":5,"conversation_id":"4","message_type":"text",
        "content":{"text":"hi"},"created_timestamp":1660799914}}}"#;

    #[rstest]
    #[case("\"type\":\"message\",\"content\"", "\"content\"")]
    #[case("\"type\":\"message\"", "\"type\":\"Message\"")]
    #[case("1660799914", "1660799914.0")]
    fn a_message_is_not_lost_for_how_it_is_labelled(#[case] as_is: &str, #[case] changed: &str) {
        let told = read_pushes(MESSAGE.replace(as_is, changed).as_bytes()).unwrap().told;
        let Some(IncomingEvent::Message(message)) = &told[0].event else { panic!("no message: {told:?}") };
        assert_eq!(message.body.words(), "hi", "{changed}");
    }

    #[test]
    fn an_id_that_has_lost_digits_is_none() {
        let push = MESSAGE.replace("\"2165920670296736113\"", "2165920670296736113.0");
        let cause = read_pushes(push.as_bytes()).map_err(|flaw| flaw.cause);
        assert_eq!(cause.map(|_| ()), Err(UnreadableCause::Missing), "two messages would be one");
    }

    #[test]
    fn a_shop_alone_expires_too() {
        let push = br#"{"code":12,"timestamp":1568606634,"data":{"shop_expire_soon":23213,"expire_before":1619740800}}"#;
        let told = read_pushes(push).unwrap().told;
        let Some(IncomingEvent::Notification(notice)) = &told[0].event else { panic!("no notice: {told:?}") };
        assert_eq!(notice.text, "shop_expire_soon: 23213", "whose authorisation it is");
    }

    #[test]
    fn null_is_a_page_without_rows() {
        let nothing = Ok(Reading::default());
        assert_eq!(
            read_orders(br#"{"error":"","response":{"more":false,"order_list":null}}"#),
            nothing,
            "orders"
        );
        assert_eq!(
            read_returns(br#"{"error":"","response":{"more":false,"return":null}}"#),
            nothing,
            "returns"
        );
        assert_eq!(read_pushes(br#"{"response":{"push_message_list":null}}"#), nothing, "lost pushes");
        let notices = read_notifications(br#"{"cursor":1,"data":null}"#, Timestamp::UNIX_EPOCH);
        assert_eq!(notices, nothing, "notices");
    }
}
