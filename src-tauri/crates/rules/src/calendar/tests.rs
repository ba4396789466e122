use super::*;
use jiff::civil::date;
use rstest::rstest;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[rstest]
#[case("2026-03-02T09:00:00+08:00", true)]
#[case("2026-03-02T08:59:59+08:00", false)]
#[case("2026-03-02T21:59:59+08:00", true)]
#[case("2026-03-02T22:00:00+08:00", false)]
#[case("2026-03-07T12:00:00+08:00", false)]
#[case("2026-02-14T12:00:00+08:00", true)]
#[case("2026-02-16T12:00:00+08:00", false)]
#[case("2025-10-11T12:00:00+08:00", true)]
#[case("2025-10-08T12:00:00+08:00", false)]
#[case("2026-01-01T23:30:00Z", false)]
fn working_time_is_the_week_as_the_notice_moves_it(#[case] instant: &str, #[case] working: bool) {
    let calendar = Calendar::default();
    let at = at(instant);
    assert_eq!(calendar.is_working(at), working, "{instant}: {:?}", calendar.working_at(at));
    assert_eq!(calendar.working_at(at).working, working, "the reason agrees with the answer");
}

#[test]
fn a_reason_names_the_day_and_its_cause() {
    let calendar = Calendar::default();
    let holiday = calendar.working_at(at("2026-02-17T10:00:00+08:00"));
    let spring = WorkingReason::Holiday { date: date(2026, 2, 17), name: "春节".to_owned() };
    assert_eq!(holiday.reason, spring, "a holiday is named as in the notice");
    let make_up = calendar.working_at(at("2026-02-28T23:00:00+08:00")).reason;
    assert!(
        matches!(make_up, WorkingReason::OutsideHours { make_up: true, .. }),
        "a make-up Saturday has hours too: {make_up:?}"
    );
    let weekend = calendar.working_at(at("2026-03-08T10:00:00+08:00")).reason;
    assert_eq!(weekend, WorkingReason::Weekend { date: date(2026, 3, 8) }, "a plain Sunday");
}

#[test]
fn past_the_last_notice_the_plain_week_holds_and_says_so() {
    let calendar = Calendar::default();
    assert_eq!(calendar.valid_through(), Some(date(2026, 12, 31)), "2027 is not published");
    let new_year = calendar.working_at(at("2027-01-01T10:00:00+08:00"));
    assert!(new_year.working, "a Friday of the plain week: nothing is guessed");
    assert_eq!(new_year.unpublished, Some(2027), "the screen says 未公布");
    assert_eq!(calendar.working_at(at("2026-12-31T10:00:00+08:00")).unpublished, None, "2026 is known");
}

#[test]
fn a_lunch_break_is_two_intervals() {
    let mut hours = Policy::default().hours.value;
    hours.week[0] = vec!["13:00-18:00".parse().unwrap(), "09:00-12:00".parse().unwrap()];
    let calendar = Calendar::shipped(hours);
    assert!(!calendar.is_working(at("2026-03-02T12:30:00+08:00")), "Monday lunch");
    assert!(calendar.is_working(at("2026-03-02T13:00:00+08:00")), "Monday afternoon");
    let spans = calendar.non_working_spans(at("2026-03-02T00:00:00+08:00"), at("2026-03-03T00:00:00+08:00"));
    let lunch = spans.iter().any(|span| span.from == at("2026-03-02T12:00:00+08:00"));
    assert!(spans.len() == 3 && lunch, "night, lunch, night: {spans:?}");
}

#[test]
fn the_shipped_years_are_those_of_the_rules() {
    let days = |year: i16, off: bool| {
        let calendar = Calendar::default();
        let found = calendar.years().find(|y| y.year == year).cloned().unwrap();
        if off { found.holidays.iter().map(|h| h.dates().count()).sum() } else { found.working.len() }
    };
    assert_eq!((days(2025, true), days(2025, false)), (28, 5), "2025: 28 days off, 5 make-up days");
    assert_eq!((days(2026, true), days(2026, false)), (33, 6), "2026: 33 days off, 6 make-up days");
}

#[test]
fn a_calendar_survives_being_stored() {
    let calendar = Calendar::default();
    let stored = serde_json::to_string(&calendar).unwrap();
    let back: Calendar = serde_json::from_str(&stored).unwrap();
    assert_eq!(back, calendar, "the index is rebuilt on reading");
}

const TODAY: Date = date(2026, 11, 22);

#[test]
fn a_day_list_is_imported() {
    let text = r#"{"year":2027,"papers":["notice"],"days":[
        {"name":"元旦","date":"2027-01-01","isOffDay":true},{"name":"元旦","date":"2027-01-02","isOffDay":true},
        {"name":"元旦","date":"2027-01-09","isOffDay":false}]}"#;
    let years = parse_json(text, TODAY).unwrap();
    let calendar = Calendar::default().with_years(years);
    assert!(!calendar.is_working(at("2027-01-01T10:00:00+08:00")), "a holiday now");
    assert!(calendar.is_working(at("2027-01-09T10:00:00+08:00")), "a make-up Saturday");
    assert_eq!(calendar.valid_through(), Some(date(2027, 12, 31)), "2027 is known now");
}

#[test]
fn an_ics_file_is_imported() {
    let text = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20270101\r\nDTEND;VALUE=DATE:20270104\r\n\
        SUMMARY:元旦 休\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20270109\r\nSUMMARY:元旦 补\r\n 班\r\n\
        END:VEVENT\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20270220\r\nSUMMARY:春节\r\n\
        X-APPLE-SPECIAL-DAY:ALTERNATE-WORKDAY\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    let year = parse_ics(text, TODAY).unwrap().remove(0);
    assert_eq!(year.holidays[0].to, date(2027, 1, 3), "the end of a whole-day event is exclusive");
    assert_eq!(year.working, [date(2027, 1, 9), date(2027, 2, 20)], "folded summary and Apple's mark");
}

#[test]
fn the_end_of_a_year_in_the_next_years_file_does_not_replace_the_year() {
    let event = |day: &str, name: &str| {
        format!("BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:{day}\r\nSUMMARY:{name}\r\nEND:VEVENT\r\n")
    };
    let days = [("20261227", "元旦 补班"), ("20261231", "年末"), ("20270101", "元旦"), ("20270201", "春节")];
    let text: String = days.iter().map(|(day, name)| event(day, name)).collect();
    let years = parse_ics(&text, TODAY).unwrap();
    let numbers: Vec<i16> = years.iter().map(|year| year.year).collect();
    assert_eq!(numbers, [2027], "it is one notice");
    let calendar = Calendar::default().with_years(years);
    assert!(!calendar.is_working(at("2026-10-01T10:00:00+08:00")), "what was known of 2026 still is");
    assert!(!calendar.is_working(at("2026-12-31T10:00:00+08:00")), "a Thursday off");
    assert!(calendar.is_working(at("2026-12-27T10:00:00+08:00")), "a make-up Sunday");
    let own = parse_ics(&event("20261231", "年末"), TODAY).unwrap();
    assert_eq!(own[0].year, 2026, "alone it is of its own year");
}

#[test]
fn a_year_that_is_missing_ends_what_is_known() {
    let text = r#"{"year":2028,"days":[{"name":"元旦","date":"2028-01-03","isOffDay":true}]}"#;
    let calendar = Calendar::default().with_years(parse_json(text, TODAY).unwrap());
    assert_eq!(calendar.valid_through(), Some(date(2026, 12, 31)), "of 2027 nothing is known");
    assert_eq!(calendar.working_at(at("2027-06-01T10:00:00+08:00")).unpublished, Some(2027));
}

#[rstest]
#[case::no_event("BEGIN:VCALENDAR\nEND:VCALENDAR", "no event")]
#[case::no_date("BEGIN:VEVENT\nSUMMARY:x\nEND:VEVENT", "DTSTART")]
#[case::not_a_date("BEGIN:VEVENT\nDTSTART:20271301\nEND:VEVENT", "line 2")]
#[case::repeats("BEGIN:VEVENT\nDTSTART:20270101\nRRULE:FREQ=YEARLY\nEND:VEVENT", "never guessed")]
#[case::backwards("BEGIN:VEVENT\nDTSTART:20270103\nDTEND:20270101\nEND:VEVENT", "before it starts")]
#[case::too_long("BEGIN:VEVENT\nDTSTART:20270101\nDTEND:20270901\nEND:VEVENT", "longer than")]
fn a_bad_ics_file_is_refused_in_words(#[case] text: &str, #[case] words: &str) {
    let error = parse_ics(text, TODAY).unwrap_err().to_string();
    assert!(error.contains(words), "the message says what is wrong: {error}");
}

#[rstest]
#[case::not_json("hello", "cannot be read")]
#[case::empty("[]", "no year")]
#[case::both(
    r#"{"year":2027,"source":"s","date":"2026-11-01","holidays":[{"from":"2027-01-01","to":"2027-01-03"}],
    "working":["2027-01-02"]}"#,
    "both"
)]
#[case::backwards(
    r#"{"year":2027,"source":"s","date":"2026-11-01","holidays":[{"from":"2027-01-03",
    "to":"2027-01-01"}]}"#,
    "before it starts"
)]
#[case::other_year(
    r#"{"year":2027,"source":"s","date":"2026-11-01","holidays":[{"from":"2026-01-01",
    "to":"2026-01-01"}]}"#,
    "not in 2027"
)]
fn a_bad_holiday_file_is_refused_in_words(#[case] text: &str, #[case] words: &str) {
    let error = parse_json(text, TODAY).unwrap_err().to_string();
    assert!(error.contains(words), "the message says what is wrong: {error}");
}
