use super::*;
use rstest::rstest;

const MAIN: AccountId = AccountId(1);
const LI: AccountId = AccountId(2);
const MIN: AccountId = AccountId(3);

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn noon() -> Timestamp {
    at("2026-03-02T12:00:00+08:00")
}

fn seat(account: AccountId, presence: Presence) -> Seat {
    Seat { presence, ..Seat::new(account) }
}

fn seats(li: Presence, min: Presence) -> [Seat; 3] {
    let main = Seat { participates: false, ..Seat::new(MAIN) };
    [main, seat(LI, li), seat(MIN, min)]
}

fn question(seats: &[Seat]) -> Question<'_> {
    Question { seats, main: MAIN, entry: Entry::ContactLink, private: false, recent: None, owing_owner: None }
}

#[rstest]
#[case::exactly("2026-01-31T12:00:00+08:00", DispatchReason::Recent)]
#[case::a_second_more("2026-01-31T11:59:59+08:00", DispatchReason::LeastToday)]
fn recent_ends_after_thirty_days_inclusive(#[case] since: &str, #[case] reason: DispatchReason) {
    let seats = seats(Presence::Online, Presence::Online);
    let asked = Question { recent: Some((MIN, at(since))), ..question(&seats) };
    let decision = decide(&asked, noon(), &Switches::default());
    assert_eq!(decision.reason, reason, "30 × 24 h, inclusive");
}

#[test]
fn ties_go_to_the_one_who_never_had_any_then_to_the_longest_ago() {
    let mut all = seats(Presence::Online, Presence::Online);
    all[1].last = Some(at("2026-03-01T12:00:00+08:00"));
    assert_eq!(decide(&question(&all), noon(), &Switches::default()).to, MIN, "never is longest");
    all[2].last = Some(at("2026-03-01T12:00:01+08:00"));
    assert_eq!(decide(&question(&all), noon(), &Switches::default()).to, LI, "one second longer ago");
    all[2].last = all[1].last;
    assert_eq!(decide(&question(&all), noon(), &Switches::default()).to, LI, "then roster order");
}

#[test]
fn a_private_customer_goes_to_the_main_account_even_if_somebody_owes_them() {
    let seats = seats(Presence::Online, Presence::Online);
    let asked = Question { private: true, owing_owner: Some(LI), ..question(&seats) };
    let decision = decide(&asked, noon(), &Switches::default());
    assert_eq!(decision, Decision { to: MAIN, reason: DispatchReason::Private }, "not distributed at all");
}

#[test]
fn a_disabled_seat_gets_nothing() {
    let mut all = seats(Presence::Online, Presence::Online);
    all[1].disabled = true;
    let asked = Question {
        entry: Entry::Direct(LI),
        owing_owner: Some(LI),
        recent: Some((LI, noon())),
        ..question(&all)
    };
    let decision = decide(&asked, noon(), &Switches::default());
    assert_eq!(decision.to, MIN, "nobody sits at a disabled seat");
}

#[test]
fn a_solo_seller_gets_everything() {
    let main = [Seat { participates: false, ..Seat::new(MAIN) }];
    let decision = decide(&question(&main), noon(), &Switches::default());
    assert_eq!(
        decision,
        Decision { to: MAIN, reason: DispatchReason::MainFallback },
        "no sub-account at all"
    );
}

#[test]
fn presets_change_the_choice_only_when_switched_on() {
    let plain = Switches::default();
    let mut all = seats(Presence::Suspended, Presence::Online);
    let asked = Question { recent: Some((LI, noon())), ..question(&all) };
    assert_eq!(decide(&asked, noon(), &plain).to, MIN, "by default a suspended seat keeps nobody");
    let keeps = Switches { suspended_keeps_recent: true, ..plain };
    let kept = decide(&asked, noon(), &keeps);
    assert_eq!(kept, Decision { to: LI, reason: DispatchReason::SuspendedRecent }, "with the preset it does");

    all[1].presence = Presence::Online;
    (all[1].today, all[1].serving, all[1].weight) = (3, 1, 4);
    (all[2].today, all[2].serving, all[2].weight) = (2, 2, 1);
    assert_eq!(decide(&question(&all), noon(), &plain).to, MIN, "fewest today");
    let serving = Switches { fewest_serving: true, ..plain };
    assert_eq!(decide(&question(&all), noon(), &serving).to, LI, "fewest being served now");
    let weighted = Switches { weighted: true, ..plain };
    assert_eq!(decide(&question(&all), noon(), &weighted).to, LI, "3/4 is less than 2/1");
}

#[test]
fn counts_start_again_at_midnight_in_beijing() {
    let mut book = Book::start(MAIN, &[LI, MIN], at("2026-03-02T23:00:00+08:00"));
    book.presence(LI, Presence::Online).unwrap();
    let switches = Switches::default();
    book.message(domain::BuyerId(1), Entry::ContactLink, at("2026-03-02T23:59:59+08:00"), &switches);
    book.presence(MIN, Presence::Online).unwrap();
    let after = at("2026-03-03T00:00:00+08:00");
    let peeked = book.peek(domain::BuyerId(2), Entry::ContactLink, after, &switches);
    let (decision, facts) = book.message(domain::BuyerId(2), Entry::ContactLink, after, &switches);
    assert_eq!(decision, peeked, "looking ahead sees what happens");
    assert!(facts.seats.iter().all(|seat| seat.today == 0), "nobody has any today: {facts:?}");
}

#[test]
fn what_if_names_the_buyers_who_would_move() {
    let mut book = Book::start(MAIN, &[LI, MIN], noon());
    let switches = Switches::default();
    book.presence(LI, Presence::Online).unwrap();
    for buyer in 1..=3 {
        book.message(domain::BuyerId(buyer), Entry::ContactLink, noon(), &switches);
    }
    book.reply(domain::BuyerId(1));
    book.presence(MIN, Presence::Online).unwrap();
    let before = book.clone();
    let change = [Change::Presence(LI, Presence::Suspended)];
    let moved = what_if(&book, &change, noon(), &switches).unwrap();
    let who: Vec<_> = moved.iter().map(|m| (m.buyer.0, m.before.to, m.after.to)).collect();
    assert_eq!(who, [(1, LI, MIN)], "those who are still owed a reply stay while the owner is present");
    assert_eq!(book, before, "asking changes nothing");
    assert!(
        what_if(&book, &[Change::Participates(AccountId(9), true)], noon(), &switches).is_err(),
        "an unknown account is said, not ignored"
    );
}

fn seen(account: AccountId, today: u32, weight: Option<u32>) -> SeatFacts {
    SeatFacts { account, presence: Presence::Online, participates: true, today, last: None, weight }
}

#[test]
fn a_weight_of_nothing_takes_new_buyers_only_if_nobody_else_can() {
    let weighted = Switches { weighted: true, ..Switches::default() };
    let mut all = seats(Presence::Online, Presence::Online);
    (all[1].today, all[1].weight, all[2].today) = (0, 0, 50);
    assert_eq!(decide(&question(&all), noon(), &weighted).to, MIN, "while another is online");
    let recent = Question { recent: Some((LI, noon())), ..question(&all) };
    assert_eq!(
        decide(&recent, noon(), &weighted).to,
        LI,
        "who had a buyer keeps them: only counts are weighed"
    );
    all[2].presence = Presence::Suspended;
    assert_eq!(decide(&question(&all), noon(), &weighted).to, LI, "and then it takes what there is");
}

#[test]
fn what_if_weighs_as_the_rule_does() {
    let weighted = Switches { weighted: true, ..Switches::default() };
    let mut book = Book::start(MAIN, &[LI, MIN], noon());
    for seat in [LI, MIN] {
        book.presence(seat, Presence::Online).unwrap();
    }
    book.message(domain::BuyerId(1), Entry::ContactLink, noon(), &weighted);
    book.reply(domain::BuyerId(1));
    let later = at("2026-04-02T12:00:00+08:00");
    let moved = |weight| what_if(&book, &[Change::Weight(MIN, weight)], later, &weighted).unwrap();
    assert_eq!(moved(5), [], "nobody had any today: 0/1 is 0/5");
    let [Moved { before, after, .. }] = <[Moved; 1]>::try_from(moved(0)).unwrap();
    assert_eq!((before.to, after.to), (MIN, LI), "the one who had none takes nothing any more");
}

#[test]
fn weights_are_a_fact_of_the_decisions_that_looked_at_them() {
    let weighted = Switches { weighted: true, ..Switches::default() };
    let mut book = Book::start(MAIN, &[LI, MIN], noon());
    for seat in [LI, MIN] {
        book.presence(seat, Presence::Online).unwrap();
    }
    book.weight(MIN, 3).unwrap();
    let buyer = domain::BuyerId;
    let (_, plain) = book.message(buyer(1), Entry::ContactLink, noon(), &Switches::default());
    assert!(plain.seats.iter().all(|seat| seat.weight.is_none()), "nobody looked at them: {plain:?}");
    book.message(buyer(2), Entry::ContactLink, noon(), &weighted);
    let (decision, facts) = book.message(buyer(3), Entry::ContactLink, noon(), &weighted);
    let lines = why(&decision, &facts, noon(), 0);
    let last = Some(noon());
    let seats = vec![SeatFacts { last, ..seen(LI, 1, Some(1)) }, SeatFacts { last, ..seen(MIN, 1, Some(3)) }];
    assert_eq!(lines[1], Why::Compared { seats }, "1/3 is less than 1/1");
    let old = r#"{"account":2,"presence":"online","participates":true,"today":1,"last":null}"#;
    assert_eq!(
        serde_json::from_str::<SeatFacts>(old).unwrap(),
        seen(LI, 1, None),
        "facts of before are read"
    );
}

#[test]
fn why_me_is_answered_from_the_record() {
    let mut book = Book::start(MAIN, &[LI, MIN], noon());
    let switches = Switches::default();
    book.presence(LI, Presence::Online).unwrap();
    let buyer = domain::BuyerId(1);
    book.message(buyer, Entry::ContactLink, noon(), &switches);
    book.presence(LI, Presence::Offline).unwrap();
    book.presence(MIN, Presence::Online).unwrap();
    let later = at("2026-03-14T13:00:00+08:00");
    let (decision, facts) = book.message(buyer, Entry::ContactLink, later, &switches);
    let lines = why(&decision, &facts, later, switches.recent_s);
    let expected = [
        Why::Rule { reason: DispatchReason::LeastToday },
        Why::OwingOwner { account: LI, presence: Some(Presence::Offline) },
        Why::RecentDays { account: LI, days: 12, limit: 30 },
        Why::RecentPresence { account: LI, presence: Presence::Offline },
        Why::Compared { seats: vec![seen(MIN, 0, None)] },
    ];
    assert_eq!(lines, expected, "day 12 of 30, but 小李 was offline; 阿敏 had none today");
}
