use super::support::at;
use channels::aliexpress::{read_answer, read_push};
use domain::{IncomingEvent, OrderSnapshot};
use jiff::SignedDuration;
use proptest::prelude::*;
use std::path::PathBuf;

const NOW: &str = "2022-06-01T12:00:00Z";

fn sample(name: &str) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/samples").join(name);
    std::fs::read(path).unwrap()
}

fn all() -> Vec<Vec<u8>> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/samples");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    let ours = files.filter(|f| f.file_name().to_string_lossy().starts_with("aliexpress_"));
    ours.map(|f| std::fs::read(f.path()).unwrap()).collect()
}

#[test]
fn the_real_order_list_of_a_russian_shop_is_read() {
    let received = read_answer(&sample("aliexpress_order_list_real_ru.json"), at(NOW)).unwrap();
    let orders: Vec<&OrderSnapshot> = received
        .events
        .iter()
        .map(|e| if let IncomingEvent::Order(o) = e { o } else { panic!("only orders are in it: {e:?}") })
        .collect();
    assert_eq!(orders.len(), 2, "two orders in the element order_dto");
    let first = orders[0];
    assert_eq!(first.order_no, "5029511320737142", "sixteen digits, none lost");
    assert_eq!(first.status, "WAIT_BUYER_ACCEPT_GOODS", "the platform's word");
    assert_eq!(first.buyer_key.as_deref(), Some("ru1293982566lkak"), "the login is all the list tells");
    assert_eq!((first.currency.as_str(), first.amount.as_str()), ("RUB", "1230.00"), "goods and freight");
    assert_eq!((first.lines[0].sku.as_str(), first.lines[0].quantity), ("NLF.AN0020.F1", 2), "as sold");
    assert_eq!(first.logistics.as_deref(), Some("AliExpress в пункт выдачи"), "the line's carrier");
    assert_eq!(first.paid_at, Some(at("2022-05-31T16:31:12Z")), "Los Angeles in summer");
    assert_eq!(first.updated_at, at("2022-06-01T11:57:43Z"), "Los Angeles in summer");
    let left = SignedDuration::from_millis(1_348_494_003);
    assert_eq!(first.due, Some(at(NOW) + left), "receive time plus the milliseconds left");
    assert_eq!(orders[1].amount, "1312.00", "963 and 349 of freight");
    let kept = String::from_utf8(received.raw.bytes).unwrap();
    assert!(!kept.contains("REDACTED NAME"), "a buyer's full name is not kept");
}

#[test]
fn the_real_finished_dispute_is_read() {
    let received = read_answer(&sample("aliexpress_issue_detail_real_finish.json"), at(NOW)).unwrap();
    let IncomingEvent::Dispute(dispute) = &received.events[0] else { panic!("a dispute: {received:?}") };
    assert_eq!(dispute.provider_id, "6346213853171470", "the issue id of its steps, not the detail's own id");
    assert_eq!(dispute.order_no, "8194715118451470", "the parent order");
    assert!(dispute.closed, "finish is an end");
    assert_eq!(dispute.due, None, "the due date is missing and nothing is due");
    assert_eq!(dispute.reason, "not receive good", "the buyer's words");
    assert_eq!(dispute.opened_at, at("2024-10-28T11:23:19Z"), "Los Angeles in summer");
    assert_eq!(dispute.updated_at, at("2024-10-29T02:23:14Z"), "the newest step");
}

#[test]
fn an_answer_with_an_address_leaves_nothing_personal_behind() {
    let name = "aliexpress_top_solution_order_receiptinfo_get_response.json";
    let received = read_answer(&sample(name), at(NOW)).unwrap();
    assert!(received.events.is_empty(), "nothing in it is for an inbox");
    let kept = String::from_utf8(received.raw.bytes).unwrap();
    for personal in ["4679974", "88688435", "Mark", "center street", "400120"] {
        assert!(!kept.contains(personal), "{personal} must not be kept: {kept}");
    }
}

#[test]
fn every_sample_is_read_or_quarantined() {
    let all = all();
    assert_eq!(all.len(), 3, "the samples of this platform are there");
    for bytes in all {
        assert!(read_answer(&bytes, at(NOW)).is_ok(), "each of them is valid JSON");
        assert!(read_push(&bytes, at(NOW)).is_err(), "and none of them is a push");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_bytes_make_a_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = read_answer(&bytes, at(NOW));
        let _ = read_push(&bytes, at(NOW));
    }

    #[test]
    fn a_damaged_sample_is_read_or_quarantined(
        which in 0_usize..3,
        edits in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
        cut in any::<prop::sample::Index>(),
        shorten in any::<bool>(),
    ) {
        let mut bytes = all().swap_remove(which);
        for (place, byte) in edits {
            let at = place.index(bytes.len());
            bytes[at] = byte;
        }
        if shorten {
            bytes.truncate(cut.index(bytes.len()));
        }
        if let Err(quarantined) = read_answer(&bytes, at(NOW)) {
            let kept = String::from_utf8(quarantined.raw.bytes).unwrap();
            let known = kept.starts_with("{\"shape\"") || kept.starts_with("{\"not_json\"");
            prop_assert!(known, "of an answer only its shape is kept: {}", kept);
        }
    }

    #[test]
    fn any_value_in_any_field_is_survived(
        which in 0_usize..3,
        field in any::<prop::sample::Index>(),
        value in prop_oneof![
            Just("null"), Just("{}"), Just("[]"), Just("\"\""), Just("-1"), Just("1e400"), Just("99999999999999999999"),
            Just("[[[]]]"), Just("{\"a\":{}}"), Just("true"), Just("\"9999-99-99 99:99:99\""), Just("9223372036854775807"),
        ],
    ) {
        let text = String::from_utf8(all().swap_remove(which)).unwrap();
        let colons: Vec<usize> = text.match_indices("\":").map(|(at, _)| at + 2).collect();
        let start = colons[field.index(colons.len())];
        let length = text[start..].find([',', '}', ']']).unwrap_or(0);
        let changed = format!("{}{value}{}", &text[..start], &text[start + length..]);
        let _ = read_answer(changed.as_bytes(), at(NOW));
        let _ = read_push(changed.as_bytes(), at(NOW));
    }
}
