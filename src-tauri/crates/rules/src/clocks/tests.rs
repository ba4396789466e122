use super::*;
use domain::{Author, BodyKind, DeadlineKind, Device, MessageId, Turn};
use rstest::rstest;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn message(id: i64, at: Timestamp, author: Author, kind: BodyKind, device: Device) -> MessageFact {
    MessageFact { id: MessageId(id), turn: Turn::default(), at, author, kind, device, direct: false }
}

fn buyer(id: i64, text: &str) -> MessageFact {
    message(id, at(text), Author::Buyer, BodyKind::Text, Device::Mobile)
}

fn seller(id: i64, text: &str) -> MessageFact {
    message(id, at(text), Author::Seller, BodyKind::Text, Device::Pc)
}

struct Setup(Policy, Calendar);

impl Setup {
    fn new() -> Self {
        Self(Policy::default(), Calendar::default())
    }
    fn rules(&self, sync: bool) -> ClockRules<'_> {
        ClockRules { policy: &self.0, calendar: &self.1, sync }
    }
}

#[rstest]
#[case(Author::Seller, BodyKind::Text, Device::Pc, false, Counting::Counts)]
#[case(Author::Seller, BodyKind::Text, Device::Mobile, true, Counting::Counts)]
#[case(Author::Seller, BodyKind::Text, Device::Mobile, false, Counting::Not(NotCounting::MobileWithoutSync))]
#[case(Author::Seller, BodyKind::Image, Device::Mobile, false, Counting::Not(NotCounting::Image))]
#[case(Author::Seller, BodyKind::Emoji, Device::Pc, true, Counting::Not(NotCounting::Emoji))]
#[case(Author::Seller, BodyKind::OrderCard, Device::Pc, true, Counting::Not(NotCounting::OrderCard))]
#[case(Author::Seller, BodyKind::Note, Device::Pc, true, Counting::Not(NotCounting::Note))]
#[case(Author::Seller, BodyKind::Read, Device::Pc, true, Counting::Not(NotCounting::ReadMark))]
#[case(Author::Auto, BodyKind::Text, Device::Pc, true, Counting::Not(NotCounting::AutoReply))]
#[case(Author::Buyer, BodyKind::Text, Device::Pc, true, Counting::Not(NotCounting::NotASeller))]
#[case(Author::System, BodyKind::Text, Device::Pc, true, Counting::Not(NotCounting::NotASeller))]
fn a_reply_counts_or_says_why_not(
    #[case] author: Author,
    #[case] kind: BodyKind,
    #[case] device: Device,
    #[case] sync: bool,
    #[case] expected: Counting,
) {
    let fact = message(1, at("2026-03-02T10:00:00+08:00"), author, kind, device);
    assert_eq!(counts(&fact, sync), expected, "only a person's text stops the clock");
}

#[test]
fn a_later_message_may_be_due_earlier() {
    let setup = Setup::new();
    let rules = setup.rules(false);
    let messages = [buyer(1, "2026-03-02T08:59:00+08:00"), buyer(2, "2026-03-02T09:01:00+08:00")];
    let state = ClockState::from_messages(&messages, &rules);
    let due = reply(&state, &rules).unwrap();
    assert_eq!(due.due, at("2026-03-02T12:01:00+08:00"), "08:59 gives 14:59, 09:01 gives 12:01");
    assert_eq!(due.from, messages[1].at, "the clock that counts started with the second message");
    assert_eq!(due.why.evaluate(), Some(due.due), "the lines add up to the deadline");
    assert_eq!(due.why.stated(), Some(due.due), "and end with it");
    let limit = reply_limit(&state, &setup.0).unwrap();
    assert_eq!(limit.due, at("2026-03-03T08:59:00+08:00"), "24 h run from the first message");
}

#[test]
fn a_late_message_changes_nothing_until_the_record_is_folded_again() {
    let setup = Setup::new();
    let rules = setup.rules(false);
    let (first, late) = (buyer(1, "2026-03-02T10:00:00+08:00"), buyer(2, "2026-03-02T09:00:00+08:00"));
    let mut state = ClockState::from_messages(&[first], &rules);
    let before = state.clone();
    assert_eq!(state.push(&late, &rules), Push::Late, "it belongs before the newest");
    assert_eq!(state, before, "and must not be patched in");
    let again = ClockState::from_messages(&[first, late], &rules);
    assert_eq!(again.first_unanswered.map(|m| m.message), Some(late.id), "the fold puts it in its place");
}

#[test]
fn a_direct_message_owes_a_reply_but_not_to_the_owner() {
    let setup = Setup::new();
    let rules = setup.rules(false);
    let direct = MessageFact { direct: true, ..buyer(1, "2026-03-02T10:00:00+08:00") };
    let state = ClockState::from_messages(&[direct], &rules);
    assert!(state.owes() && !state.owes_owner, "the clock runs; distribution leaves owner and debt alone");
    let mut state = ClockState::from_messages(&[direct, buyer(2, "2026-03-02T10:01:00+08:00")], &rules);
    assert!(state.owes_owner, "one through the contact link is owed by the owner");
    state.push(&seller(3, "2026-03-02T10:02:00+08:00"), &rules);
    state.push(&MessageFact { id: MessageId(4), at: at("2026-03-02T10:03:00+08:00"), ..direct }, &rules);
    assert!(state.owes() && !state.owes_owner, "the reply settled that debt");
}

#[test]
fn a_message_that_comes_twice_is_one() {
    let setup = Setup::new();
    let rules = setup.rules(false);
    let asked = buyer(1, "2026-03-02T10:00:00+08:00");
    let mut state = ClockState::from_messages(&[asked, asked], &rules);
    assert_eq!(state.unanswered, 1, "the record may repeat a message");
    assert_eq!(state.push(&asked, &rules), Push::Late, "and so may a platform");
    assert_eq!(state.unanswered, 1, "nothing is counted twice");
}

#[rstest]
#[case(BodyKind::Read)]
#[case(BodyKind::Note)]
fn a_mark_by_the_buyer_asks_for_nothing(#[case] kind: BodyKind) {
    let setup = Setup::new();
    let seen = MessageFact { kind, ..buyer(1, "2026-03-02T10:00:00+08:00") };
    let state = ClockState::from_messages(&[seen], &setup.rules(false));
    assert!(!state.owes(), "nobody waits for an answer to a mark");
}

#[test]
fn a_reply_that_did_not_count_is_remembered_until_one_does() {
    let setup = Setup::new();
    let rules = setup.rules(false);
    let mut state = ClockState::from_messages(&[buyer(1, "2026-03-02T10:00:00+08:00")], &rules);
    let phone = MessageFact { device: Device::Mobile, ..seller(2, "2026-03-02T10:05:00+08:00") };
    assert_eq!(state.push(&phone, &rules), Push::NotCounting(NotCounting::MobileWithoutSync), "sync is off");
    assert_eq!(state.ignored.map(|i| i.cause), Some(NotCounting::MobileWithoutSync), "the agent is told");
    let answer = state.push(&seller(3, "2026-03-02T10:20:00+08:00"), &rules);
    assert!(
        matches!(answer, Push::Answered(r) if r.seconds == 1200),
        "from the first unanswered: {answer:?}"
    );
    assert!(!state.owes() && state.ignored.is_none(), "nothing is owed any more");
}

#[test]
fn every_other_clock_explains_itself() {
    let setup = Setup::new();
    let (policy, rules) = (&setup.0, setup.rules(false));
    let asked = buyer(1, "2026-03-02T10:00:00+08:00");
    let state = ClockState::from_messages(&[asked], &rules);
    let promise = Promise { at: at("2026-03-02T10:00:05+08:00"), seconds: None };
    let mut all =
        conversation_deadlines(&state, Some(at("2026-03-02T10:30:00+08:00")), Some(promise), &rules);
    let mark = state.first_unanswered.unwrap();
    all.extend([
        badge_reply(&state, policy).unwrap(),
        escalation(mark, &[domain::Sensitive::Refund], policy),
        system_mail(asked.at, policy),
        mailbox_check(asked.at, policy),
        ticket(asked.at, true, policy),
        ticket(asked.at, false, policy),
        dispute(asked.at, policy),
        platform_due(asked.at, at("2026-03-09T10:00:00+08:00")),
    ]);
    let kinds: std::collections::BTreeSet<DeadlineKind> = all.iter().map(|due| due.kind).collect();
    assert_eq!(kinds.len(), DeadlineKind::ALL.len(), "each kind has its rule");
    let hours: Vec<i64> = all.iter().map(|due| (due.due.as_second() - due.from.as_second()) / 60).collect();
    assert_eq!(
        hours,
        [180, 1440, 240, 120, 1, 120, 4320, 4320, 2880, 1440, 4320, 10_080],
        "minutes of each clock as in the rules"
    );
    for due in all {
        assert_eq!(due.why.evaluate(), Some(due.due), "{:?} can be computed again from its lines", due.kind);
        let stored = serde_json::to_string(&due).unwrap();
        assert_eq!(serde_json::from_str::<Due>(&stored).unwrap(), due, "and survives being stored");
    }
}

#[test]
fn what_happened_before_the_question_starts_no_clock() {
    let setup = Setup::new();
    let rules = setup.rules(false);
    let state = ClockState::from_messages(&[buyer(1, "2026-03-02T10:00:00+08:00")], &rules);
    let before = at("2026-03-02T09:59:00+08:00");
    let promise = Promise { at: before, seconds: Some(60) };
    let clocks = conversation_deadlines(&state, Some(before), Some(promise), &rules);
    assert_eq!(clocks.len(), 2, "only reply and reply_limit: {clocks:?}");
}

#[test]
fn three_slow_responses_in_a_row_cost_search_weight() {
    let policy = Policy::default();
    let slow = 86_401;
    assert_eq!(consequences([slow, 60, slow, slow], &policy).weight_percent, None, "the run was broken");
    assert_eq!(consequences([60, slow, slow, slow], &policy).weight_percent, Some(-15), "three in a row");
    assert_eq!(consequences([86_400], &policy).exposure_percent, None, "exactly 24 h is not over 24 h");
}
