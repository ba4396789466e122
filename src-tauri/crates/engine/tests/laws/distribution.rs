//! Aim: the engine over its file distributes exactly as the rule in memory does.

use crate::common::{Chance, House, buyer, seller};
use domain::{
    AccountId, Body, BuyerId, ConversationId, DispatchReason, Entry, Presence, Timestamp, beijing_day_start,
};
use engine::{Clock, EngineError};
use rstest::rstest;
use rules::dispatch::{Book, Seat, Switches};
use store::StoreError;

const NAMES: [&str; 4] = ["潮铃", "潮铃:小李", "潮铃:小王", "潮铃:小张"];
const WEIGHTED: &str = r#"{"dispatch":{"weighted":{"value":true}}}"#;
const PRESENCES: [Presence; 3] = [Presence::Online, Presence::Suspended, Presence::Offline];

/// The engine and the rule side by side.
struct Pair {
    house: House,
    seats: Vec<AccountId>,
    book: Book,
    switches: Switches,
    number: i64,
}

impl Pair {
    async fn new() -> Self {
        let (house, seats) = House::team().await;
        let at = |account: &AccountId| Seat {
            presence: Presence::Online,
            participates: *account != seats[0],
            ..Seat::new(*account)
        };
        let book = Book::new(seats[0], seats.iter().map(at).collect(), house.clock.now());
        Self { house, seats, book, switches: Switches::default(), number: 0 }
    }

    /// The same with the preset of weights switched on.
    async fn weighted() -> Self {
        let mut pair = Self::new().await;
        pair.house.engine.set_policy(WEIGHTED).await.unwrap();
        pair.switches.weighted = true;
        pair
    }

    fn second(&self) -> i64 {
        self.house.clock.now().as_second() - crate::common::MONDAY
    }

    async fn message(&mut self, who: usize, entry: Option<usize>) {
        self.number += 1;
        let (conversation, id) = (format!("c{who}"), format!("m{}", self.number));
        let mut message = buyer(&conversation, &id, self.second(), "Hello");
        message.direct_to = entry.map(|seat| NAMES[seat].to_owned());
        self.house.hears([message]).await;
        let entry = entry.map_or(Entry::ContactLink, |seat| Entry::Direct(self.seats[seat]));
        let now = self.house.clock.now();
        let buyer = BuyerId(i64::try_from(who).unwrap());
        let (want, facts) = self.book.message(buyer, entry, now, &self.switches);
        let id = self.house.id(&conversation).await;
        let is = self.house.engine.store().assignments(id).await.unwrap().pop().unwrap().assignment;
        assert_eq!((is.to, is.reason), (want.to, want.reason), "message {} of buyer {who}", self.number);
        assert_eq!(is.facts.unwrap(), facts, "and it saw the same");
        self.compare_counts(now).await;
    }

    async fn compare_counts(&self, now: Timestamp) {
        let counts = self.house.engine.store().dispatch_counts(beijing_day_start(now)).await.unwrap();
        let is: Vec<_> = counts.iter().map(|count| (count.account, count.today, count.last)).collect();
        let want: Vec<_> =
            self.book.seats().iter().map(|seat| (seat.account, seat.today, seat.last)).collect();
        assert_eq!(is, want, "the record counts as the rule does");
    }

    async fn reply(&mut self, who: usize) {
        self.number += 1;
        let body = Body::Text { text: "It arrives on Friday.".into() };
        let reply = seller(&format!("c{who}"), &format!("m{}", self.number), self.second(), body);
        self.house.hears([reply]).await;
        self.book.reply(BuyerId(i64::try_from(who).unwrap()));
    }
}

#[rstest]
#[tokio::test]
async fn a_random_month_is_distributed_as_the_rule_says(
    #[values(1, 2, 3)] seed: u64,
    #[values(false, true)] weighted: bool,
) {
    let mut chance = Chance::new(seed);
    let mut pair = if weighted { Pair::weighted().await } else { Pair::new().await };
    let mut known = std::collections::BTreeSet::new();
    for step in 0..400 {
        pair.house.clock.advance(1 + i64::try_from(chance.below(3_000)).unwrap());
        if chance.below(60) == 0 {
            pair.house.clock.advance(9 * 86_400);
        }
        let (who, seat) = (chance.below(14), 1 + chance.below(3));
        match chance.below(20) {
            0..=8 => {
                pair.message(who, None).await;
                known.insert(who);
            }
            9 | 10 => {
                pair.message(who, Some(seat)).await;
                known.insert(who);
            }
            11..=14 if known.contains(&who) => pair.reply(who).await,
            15 if weighted => {
                let to = chance.pick(&[0, 1, 2, 5, 100]);
                pair.house.engine.set_weight(pair.seats[seat], to).await.unwrap();
                pair.book.weight(pair.seats[seat], to).unwrap();
            }
            15..=17 => {
                let to = chance.pick(&PRESENCES);
                pair.house.engine.set_presence(pair.seats[seat], to).await.unwrap();
                pair.book.presence(pair.seats[seat], to).unwrap();
            }
            18 => {
                let on = chance.below(3) > 0;
                pair.house.engine.set_participates(pair.seats[seat], on).await.unwrap();
                pair.book.participates(pair.seats[seat], on).unwrap();
            }
            _ if known.contains(&who) => {
                let conversation = pair.house.id(&format!("c{who}")).await;
                let (to, by) = (pair.seats[seat], pair.seats[0]);
                pair.house.engine.transfer(conversation, to, by, "").await.unwrap();
                pair.book.transfer(BuyerId(i64::try_from(who).unwrap()), to).unwrap();
            }
            _ => {}
        }
        if step % 97 == 96 {
            pair.house = pair.house.reopened().await;
        }
    }
}

#[tokio::test]
async fn a_new_day_starts_all_counts_at_nothing_also_after_a_restart() {
    let (house, seats) = House::team().await;
    for n in 0..7 {
        house.hears([buyer(&format!("c{n}"), &format!("m{n}"), n, "Hello")]).await;
    }
    let house = house.reopened().await;
    house.hears([buyer("c7", "m7", 7, "Hello")]).await;
    let id = house.id("c7").await;
    let facts = house.engine.store().assignments(id).await.unwrap().remove(0).assignment.facts.unwrap();
    let today: Vec<u32> = facts.seats.iter().map(|seat| seat.today).collect();
    assert_eq!(today, [0, 3, 2, 2], "a restart forgets nothing, and the shares are fair");
    house.clock.advance(14 * 3_600);
    house.hears([buyer("c8", "m8", 14 * 3_600, "Hello")]).await;
    let id = house.id("c8").await;
    let facts = house.engine.store().assignments(id).await.unwrap().remove(0).assignment.facts.unwrap();
    assert!(facts.seats.iter().all(|seat| seat.today == 0), "midnight in Beijing has passed: {facts:?}");
    assert_eq!(seats.len(), 4, "four seats were asked");
}

#[tokio::test]
async fn the_preset_of_fewest_being_served_looks_at_what_is_owed_now() {
    let (house, seats) = House::team().await;
    house.engine.set_policy(r#"{"dispatch":{"fewest_serving":{"value":true}}}"#).await.unwrap();
    let second = |n: i64| house.clock.set(crate::common::at(n));
    for n in 0..3 {
        second(n);
        house.hears([buyer(&format!("c{n}"), &format!("m{n}"), n, "Hello")]).await;
    }
    let done = |n: i64| {
        let body = Body::Text { text: "It arrives on Friday.".into() };
        seller(&format!("c{n}"), &format!("r{n}"), 10, body)
    };
    second(10);
    house.hears([done(1), done(2)]).await;
    second(20);
    let house = house.reopened().await;
    // All had one today, and the first of them is the longest without another; but theirs waits for an answer still.
    let three = (3..6).map(|n| buyer(&format!("c{n}"), &format!("m{n}"), 20, "Hello"));
    house.hears(three).await;
    let mut got = Vec::new();
    for n in 0..6 {
        got.push(house.chat(&format!("c{n}")).await.conversation.owner.unwrap());
    }
    assert_eq!(got[..3], seats[1..], "each had one");
    assert_eq!(got[3..5], seats[2..], "those who serve nobody are asked first, also within one batch");
    assert_eq!(got[5], seats[1], "then the longest without a new one");
}

#[tokio::test]
async fn a_what_if_owes_a_message_straight_to_a_seat_to_nobody_as_the_rule_does() {
    let (house, seats) = House::team().await;
    let mut direct = buyer("c1", "m1", 0, "Hello");
    direct.direct_to = Some(NAMES[1].to_owned());
    house.hears([direct]).await;
    assert_eq!(house.chat("c1").await.conversation.owner, Some(seats[1]), "it is theirs to answer");
    let moves = house.engine.what_if(seats[1], Presence::Suspended).await.unwrap();
    let told: Vec<_> = moves.iter().map(|m| (m.decision.to, m.decision.reason)).collect();
    house.engine.set_presence(seats[1], Presence::Suspended).await.unwrap();
    house.clock.advance(5);
    house.hears([buyer("c1", "m2", 5, "Anybody?")]).await;
    let id = house.id("c1").await;
    let is = house.engine.store().assignments(id).await.unwrap().pop().unwrap().assignment;
    assert_eq!(told, [(is.to, is.reason)], "what was said is what happens");
}

#[tokio::test]
async fn weights_are_kept_for_the_day_on_which_they_are_switched_on() {
    let (house, seats) = House::team().await;
    for (seat, weight) in [(1, 0), (2, 2)] {
        house.engine.set_weight(seats[seat], weight).await.unwrap();
    }
    let refused = house.engine.set_weight(seats[3], 101).await;
    assert!(matches!(&refused, Err(EngineError::Invalid { what }) if what == "weight"), "{refused:?}");
    let nobody = house.engine.set_weight(AccountId(99), 1).await;
    assert!(matches!(nobody, Err(EngineError::Store(StoreError::NotFound { .. }))), "{nobody:?}");
    let got = async |house: &House, from: i64, to: i64| {
        let mut got = Vec::new();
        for n in from..to {
            house.clock.advance(1);
            let second = house.clock.now().as_second() - crate::common::MONDAY;
            house.hears([buyer(&format!("c{n}"), &format!("m{n}"), second, "Hello")]).await;
            let owner = house.chat(&format!("c{n}")).await.conversation.owner;
            got.push(seats.iter().position(|seat| Some(*seat) == owner).unwrap());
        }
        got
    };
    assert!(!house.engine.weighted().await, "off as shipped");
    assert_eq!(got(&house, 0, 3).await, [1, 2, 3], "and nobody looks at them");
    house.engine.set_policy(WEIGHTED).await.unwrap();
    let house = house.reopened().await;
    assert!(house.engine.weighted().await, "on, after a restart too");
    // 1/2 is less than 1/1; then both have one for each of their weight, and the third was given one longer ago.
    assert_eq!(got(&house, 3, 6).await, [2, 3, 2], "two for one, and none for the one of nothing");
    house.engine.set_weight(seats[1], 100).await.unwrap();
    assert_eq!(got(&house, 6, 9).await, [1, 1, 1], "another weight counts for the next message");
}

#[tokio::test]
async fn a_what_if_looks_at_the_weights_of_now() {
    let mut pair = Pair::weighted().await;
    for who in 0..3 {
        pair.house.clock.advance(1);
        pair.message(who, None).await;
    }
    let (house, seats) = (&pair.house, &pair.seats);
    for (to, weight) in [(2, 7), (3, 9)] {
        house.engine.set_weight(seats[to], weight).await.unwrap();
        let moves = house.engine.what_if(seats[1], Presence::Offline).await.unwrap();
        let told: Vec<_> = moves.iter().map(|m| (m.decision.to, m.decision.reason)).collect();
        assert_eq!(told, [(seats[to], DispatchReason::LeastToday)], "with {weight} for seat {to}");
    }
}

#[tokio::test]
async fn a_refused_round_counts_for_nobody() {
    let (house, _) = House::team().await;
    house.hears([buyer("c0", "m0", 0, "Hello")]).await;
    house.engine.store().limit_pages(Some(1)).await.unwrap();
    let words = "Where is my parcel? ".repeat(400);
    let mut refused = 0;
    for n in 1..400 {
        let big = buyer(&format!("c{n}"), &format!("m{n}"), n, &format!("{words}{n}"));
        refused += usize::from(house.takes(&crate::common::batch([big])).await.is_err());
        if refused > 3 {
            break;
        }
    }
    assert!(refused > 3, "the file was full");
    house.engine.store().limit_pages(None).await.unwrap();
    house.clock.advance(60);
    house.hears([buyer("late", "late", 60, "Hello")]).await;
    let id = house.id("late").await;
    let facts = house.engine.store().assignments(id).await.unwrap().remove(0).assignment.facts.unwrap();
    let seen: Vec<u32> = facts.seats.iter().map(|seat| seat.today).collect();
    let mut counts =
        house.engine.store().dispatch_counts(beijing_day_start(house.clock.now())).await.unwrap();
    let last = counts.iter_mut().filter(|count| count.last == Some(house.clock.now()));
    last.for_each(|count| count.today -= 1);
    let kept: Vec<u32> = counts.iter().map(|count| count.today).collect();
    assert_eq!(seen, kept, "what the desk counts is what the record holds");
}

#[tokio::test]
async fn a_clock_that_was_a_day_ahead_for_a_while_leaves_the_counts_fair() {
    let (house, seats) = House::team().await;
    let hears = async |from: i64, to: i64| {
        for n in from..to {
            let second = house.clock.now().as_second() - crate::common::MONDAY;
            house.hears([buyer(&format!("c{n}"), &format!("m{n}"), second, "Hello")]).await;
        }
    };
    hears(0, 3).await;
    house.clock.advance(86_400);
    hears(3, 4).await;
    house.clock.advance(-86_400);
    hears(4, 10).await;
    let mut got = std::collections::BTreeMap::new();
    for n in 0..10 {
        let owner = house.chat(&format!("c{n}")).await.conversation.owner.unwrap();
        *got.entry(owner).or_insert(0) += 1;
    }
    assert_eq!(got.len(), 3, "all three of {seats:?} got some: {got:?}");
    assert!(got.values().max().unwrap() - got.values().min().unwrap() <= 1, "and as many: {got:?}");
}

#[tokio::test]
async fn a_transfer_is_a_decision_on_record() {
    let (house, seats) = House::team().await;
    house.hears([buyer("c1", "m1", 0, "Hello")]).await;
    let chat = house.chat("c1").await.conversation;
    house.clock.advance(5);
    house.engine.transfer(chat.id, seats[3], seats[0], "knows them").await.unwrap();
    assert_eq!(house.chat("c1").await.conversation.owner, Some(seats[3]), "the owner changed");
    let kept = house.engine.store().assignments(chat.id).await.unwrap().pop().unwrap().assignment;
    assert_eq!((kept.from, kept.to, kept.buyer), (chat.owner, seats[3], chat.buyer), "from whom to whom");
    assert_eq!((kept.reason, kept.at), (DispatchReason::Manual, house.clock.now()), "with its reason");
    assert_eq!(kept.note, "knows them", "and the words to the colleague");
    let none = house.engine.transfer(ConversationId(999), seats[3], seats[0], "").await;
    let gone = |error: &EngineError| matches!(error, EngineError::Store(StoreError::NotFound { .. }));
    assert!(none.as_ref().is_err_and(gone), "there is no such conversation: {none:?}");
    let nobody = house.engine.transfer(chat.id, AccountId(999), seats[0], "").await;
    assert!(nobody.as_ref().is_err_and(gone), "nor such a seat: {nobody:?}");
    assert_eq!(house.chat("c1").await.conversation.owner, Some(seats[3]), "it stays where it was");
}
