//! Laws of distribution (`docs/RULES.md` §2) over random rosters and random days.

use domain::{AccountId, BuyerId, DispatchReason, Entry, Presence, Timestamp};
use proptest::prelude::*;
use rules::dispatch::{Book, Question, Seat, Switches, decide};

const MAIN: AccountId = AccountId(0);
const START: i64 = 1_772_380_800;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(START + second).expect("within the calendar")
}

fn presence() -> impl Strategy<Value = Presence> {
    prop_oneof![Just(Presence::Online), Just(Presence::Suspended), Just(Presence::Offline)]
}

fn seat(id: i64) -> impl Strategy<Value = Seat> {
    let last = proptest::option::of(-4_000_000_i64..0);
    (presence(), any::<bool>(), 0_u8..8, 0_u32..5, last).prop_map(
        move |(presence, participates, off, today, last)| {
            let last = last.map(at);
            Seat { presence, participates, disabled: off == 0, today, last, ..Seat::new(AccountId(id)) }
        },
    )
}

/// A roster of a main account and up to five more.
fn roster() -> impl Strategy<Value = Vec<Seat>> {
    (1_usize..=6).prop_flat_map(|count| (0..).take(count).map(seat).collect::<Vec<_>>())
}

#[derive(Debug, Clone)]
struct Asked {
    seats: Vec<Seat>,
    entry: Entry,
    private: bool,
    recent: Option<(AccountId, Timestamp)>,
    owner: Option<AccountId>,
}

impl Asked {
    fn question(&self) -> Question<'_> {
        Question {
            seats: &self.seats,
            main: MAIN,
            entry: self.entry,
            private: self.private,
            recent: self.recent,
            owing_owner: self.owner,
        }
    }

    fn present(&self, presence: Presence) -> Vec<AccountId> {
        let able = |s: &&Seat| s.presence == presence && s.participates && !s.disabled;
        self.seats.iter().filter(able).map(|s| s.account).collect()
    }
}

fn asked() -> impl Strategy<Value = Asked> {
    let id = || (0_i64..6).prop_map(AccountId);
    let entry = prop_oneof![9 => Just(Entry::ContactLink), 1 => id().prop_map(Entry::Direct)];
    let recent = proptest::option::of((id(), (-3_000_000_i64..0).prop_map(at)));
    (roster(), entry, prop::bool::weighted(0.1), recent, proptest::option::weighted(0.3, id()))
        .prop_map(|(seats, entry, private, recent, owner)| Asked { seats, entry, private, recent, owner })
}

/// What happens to a store.
#[derive(Debug, Clone)]
enum Step {
    Presence(i64, Presence),
    Message(i64),
    Reply(i64),
}

fn steps() -> impl Strategy<Value = Vec<(i64, Step)>> {
    let step = prop_oneof![
        (1_i64..5, presence()).prop_map(|(who, to)| Step::Presence(who, to)),
        (0_i64..20).prop_map(Step::Message),
        (0_i64..20).prop_map(Step::Reply),
    ];
    prop::collection::vec((0_i64..90_000, step), 0..120)
}

proptest! {
    #[test]
    fn a_suspended_account_gets_nothing_while_another_takes_part_and_is_online(asked in asked()) {
        let decision = decide(&asked.question(), at(0), &Switches::default());
        let online = asked.present(Presence::Online);
        if decision.reason.is_distribution() && !online.is_empty() {
            prop_assert!(online.contains(&decision.to), "{decision:?} though {online:?} are online");
        }
    }

    #[test]
    fn nobody_who_does_not_take_part_is_chosen_by_count(asked in asked()) {
        let decision = decide(&asked.question(), at(0), &Switches::default());
        let seat = asked.seats.iter().find(|s| s.account == decision.to);
        match decision.reason {
            DispatchReason::Direct => prop_assert_eq!(asked.entry, Entry::Direct(decision.to), "as addressed"),
            DispatchReason::Private | DispatchReason::MainFallback => prop_assert_eq!(decision.to, MAIN, "main"),
            DispatchReason::Kept => prop_assert_eq!(Some(decision.to), asked.owner, "the owner keeps it"),
            _ => prop_assert!(seat.is_some_and(|s| s.participates && !s.disabled), "{decision:?}"),
        }
    }

    #[test]
    fn everybody_offline_means_recent_or_main(mut asked in asked()) {
        asked.seats.iter_mut().for_each(|s| s.presence = Presence::Offline);
        let decision = decide(&asked.question(), at(0), &Switches::default());
        let calm = [
            DispatchReason::Direct,
            DispatchReason::Private,
            DispatchReason::OfflineRecent,
            DispatchReason::MainFallback,
        ];
        prop_assert!(calm.contains(&decision.reason), "{decision:?}");
    }

    #[test]
    fn a_decision_depends_on_nothing_but_its_inputs(asked in asked(), noise in asked()) {
        let switches = Switches::default();
        let first = decide(&asked.question(), at(0), &switches);
        let _ = decide(&noise.question(), at(1), &switches);
        prop_assert_eq!(decide(&asked.clone().question(), at(0), &switches), first.clone(), "same inputs, same answer");
        // Moving everything by the same time within no day boundary changes nothing: only distances matter.
        let shift = |t: Timestamp| Timestamp::from_second(t.as_second() + 777).unwrap();
        let mut moved = asked.clone();
        moved.recent = moved.recent.map(|(who, t)| (who, shift(t)));
        moved.seats.iter_mut().for_each(|s| s.last = s.last.map(shift));
        prop_assert_eq!(decide(&moved.question(), shift(at(0)), &switches), first, "no hidden clock");
    }

    #[test]
    fn equal_participants_with_new_buyers_never_differ_by_more_than_one(
        count in 1_i64..8,
        gaps in prop::collection::vec(0_i64..4000, 1..200),
    ) {
        let subs: Vec<AccountId> = (1..=count).map(AccountId).collect();
        let mut book = Book::start(MAIN, &subs, at(0));
        for sub in &subs {
            book.presence(*sub, Presence::Online).unwrap();
        }
        let (mut now, switches) = (0, Switches::default());
        for (buyer, gap) in gaps.into_iter().enumerate() {
            now += gap;
            book.message(BuyerId(i64::try_from(buyer).unwrap()), Entry::ContactLink, at(now), &switches);
            let counts = || book.seats().iter().filter(|s| s.account != MAIN).map(|s| s.today);
            let (most, least) = (counts().max().unwrap(), counts().min().unwrap());
            prop_assert!(most - least <= 1, "{most} and {least} after buyer {buyer}");
        }
    }

    /// The weight law. Let seat i of k with a weight above 0 have weight w and count n, W be the sum of the weights and N that
    /// of the counts. When i got its last one, (n − 1) / w was the least of all quotients, and those of the others have not
    /// shrunk since: for every j, n_j ≥ w_j · (n − 1) / w. Summed over all others of i, N − n ≥ (n − 1) · (W − w) / w, so
    ///
    ///   n ≤ N · w / W + 1 − w / W: never a whole message above its share.
    ///
    /// The same turned round, n_j ≤ 1 + n · w_j / w, summed over the k − 1 others gives N − n ≤ (k − 1) + n · (W − w) / w, so
    ///
    ///   n ≥ N · w / W − (k − 1) · w / W: behind by less than one for each other seat, since all begin with nothing and each
    ///   has one before the heaviest has its second. Both ends are reached; with equal weights both are less than 1.
    #[test]
    fn seats_with_weights_have_their_shares_and_one_of_nothing_gets_none(
        weights in prop::collection::vec(prop_oneof![Just(0_u32), 1_u32..5, 1_u32..=100], 1..8)
            .prop_filter("somebody has a weight", |all| all.iter().any(|w| *w > 0)),
        gaps in prop::collection::vec(0_i64..1500, 1..400),
    ) {
        let subs: Vec<AccountId> = (1..).take(weights.len()).map(AccountId).collect();
        let mut book = Book::start(MAIN, &subs, at(0));
        for (sub, weight) in subs.iter().zip(&weights) {
            book.presence(*sub, Presence::Online).unwrap();
            book.weight(*sub, *weight).unwrap();
        }
        let (mut now, switches) = (0, Switches { weighted: true, ..Switches::default() });
        let total: u32 = weights.iter().sum();
        let others = u32::try_from(weights.iter().filter(|weight| **weight > 0).count()).unwrap() - 1;
        for (buyer, gap) in (0..).zip(gaps) {
            now += gap;
            book.message(BuyerId(buyer), Entry::ContactLink, at(now), &switches);
            let all: u32 = book.seats().iter().map(|seat| seat.today).sum();
            for seat in book.seats().iter().filter(|seat| seat.participates) {
                let (has, share) = (seat.today * total, all * seat.weight);
                prop_assert!(has <= share + (total - seat.weight), "{seat:?} is above its share of {all}");
                prop_assert!(has + others * seat.weight >= share, "{seat:?} is below its share of {all}");
                prop_assert!(seat.weight > 0 || seat.last.is_none(), "{seat:?} though another is online");
            }
        }
        for sub in subs.iter().zip(&weights).filter(|(_, weight)| **weight > 0).map(|(sub, _)| sub) {
            book.presence(*sub, Presence::Offline).unwrap();
        }
        let (decision, _) = book.message(BuyerId(-1), Entry::ContactLink, at(now), &switches);
        let nobody = weights.iter().all(|weight| *weight > 0);
        let seat = book.seats().iter().find(|seat| seat.account == decision.to).unwrap();
        prop_assert_eq!(seat.account == MAIN, nobody, "one of nothing takes what nobody else can: {:?}", decision);
        prop_assert!(nobody || seat.weight == 0, "{decision:?}");
    }

    #[test]
    fn a_book_counts_exactly_its_distributions(steps in steps()) {
        let subs: Vec<AccountId> = (1..5).map(AccountId).collect();
        let mut book = Book::start(MAIN, &subs, at(0));
        let (mut now, switches) = (0, Switches::default());
        let mut distributed = std::collections::HashMap::new();
        let mut day = domain::beijing_day_start(at(0));
        for (gap, step) in steps {
            now += gap;
            match step {
                Step::Presence(who, to) => book.presence(AccountId(who), to).unwrap(),
                Step::Reply(buyer) => book.reply(BuyerId(buyer)),
                Step::Message(buyer) => {
                    let peeked = book.peek(BuyerId(buyer), Entry::ContactLink, at(now), &switches);
                    let (decision, _) = book.message(BuyerId(buyer), Entry::ContactLink, at(now), &switches);
                    prop_assert_eq!(&decision, &peeked, "what-if runs the same function");
                    if day != domain::beijing_day_start(at(now)) {
                        day = domain::beijing_day_start(at(now));
                        distributed.clear();
                    }
                    *distributed.entry(decision.to).or_insert(0) += u32::from(decision.reason.is_distribution());
                    for seat in book.seats() {
                        let count = distributed.get(&seat.account).copied().unwrap_or(0);
                        prop_assert_eq!(seat.today, count, "the count of today of {}", seat.account);
                        let serves = |(_, b): &(BuyerId, &rules::dispatch::BuyerState)| {
                            b.owes && b.owner == Some(seat.account)
                        };
                        let serving = u32::try_from(book.buyers().filter(serves).count()).unwrap();
                        prop_assert_eq!(seat.serving, serving, "what {} still owes", seat.account);
                    }
                }
            }
        }
    }
}
