//! What holds for the queue whatever happens around it.

use crate::desk::{notice, words};
use crate::texts::{content, messages};
use channels::wecom::{
    Delivery, End, Fault, Health, Limits, Look, Members, Message, Missed, Notice, Parcel, Queue, Rate,
    Repeat, Row, Settled, Step, To, Tone,
};
use domain::Timestamp;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

fn at(ms: i64) -> Timestamp {
    domain::from_ms(1_700_000_000_000 + ms)
}

#[derive(Debug, Clone)]
enum Act {
    /// Somebody hands in so many notices.
    Push { to: usize, sure: bool, count: usize },
    /// Time passes.
    Pass(i64),
    /// If something may go out it does; the call lasts so long and ends so.
    Send { lasts_ms: i64, end: usize },
    /// The process ends while something is under way.
    Crash,
    /// The owner acts.
    Resume,
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        4 => (0_usize..5, any::<bool>(), 1_usize..40).prop_map(|(to, sure, count)| Act::Push { to, sure, count }),
        3 => (0_i64..90_000).prop_map(Act::Pass),
        30 => (0_i64..8_000, 0_usize..40).prop_map(|(lasts_ms, end)| Act::Send { lasts_ms, end }),
        1 => Just(Act::Crash),
        1 => Just(Act::Resume),
    ];
    prop::collection::vec(act, 1..300)
}

fn delivery(end: usize) -> Delivery {
    let (code, detail) = (end.to_string(), String::new());
    match end {
        0 => Delivery::Later { code, detail, wait_s: Some(60) },
        1 => Delivery::Later { code, detail, wait_s: None },
        2 => Delivery::Refused { code, detail, fault: Fault::Content },
        3 => Delivery::Odd { code, detail },
        4 => Delivery::Unknown { detail },
        5 => Delivery::OwnerMustAct { code, detail },
        6 => Delivery::Refused { code, detail, fault: Fault::Readers },
        _ => Delivery::Taken { missed: Missed::default() },
    }
}

fn readers(which: usize) -> To {
    let members = |ids: &[&str]| To::Members(Members::new(ids.iter().copied()).unwrap());
    match which {
        0 => members(&["a"]),
        1 => members(&["b"]),
        2 => members(&["a", "b"]),
        3 => members(&["c"]),
        _ => To::Everybody,
    }
}

/// Drives a queue and writes down what a platform would have seen.
#[derive(Default)]
struct Run {
    queue: Queue,
    now_ms: i64,
    pushed: usize,
    /// The begin and end of each call with its readers.
    calls: Vec<(i64, i64, To)>,
    /// The numbers in each message that was taken, with its readers.
    taken: Vec<(To, Vec<usize>)>,
    settled: Vec<Settled>,
}

fn shown(message: &Message) -> Vec<usize> {
    content(message)
        .split("会话 ")
        .skip(1)
        .map(|part| part.split(' ').next().unwrap().parse().unwrap())
        .collect()
}

impl Run {
    fn push(&mut self, to: &To, sure: bool, count: usize) {
        for _ in 0..count {
            self.pushed += 1;
            let repeat = if sure { Repeat::UntilSure } else { Repeat::Never };
            let notice = Notice { to: to.clone(), repeat, ..notice(&self.pushed.to_string()) };
            assert!(self.queue.push(notice, at(self.now_ms)), "its id is new");
        }
    }

    fn next(&mut self, limits: &Limits) -> Step {
        self.queue.next(limits, &words(), at(self.now_ms))
    }

    fn sent(&mut self, parcel: &Parcel, lasts_ms: i64, outcome: Delivery, limits: &Limits) {
        let begin = self.now_ms;
        self.now_ms += lasts_ms;
        self.calls.push((begin, self.now_ms, parcel.to.clone()));
        if matches!(outcome, Delivery::Taken { .. }) {
            self.taken.push((parcel.to.clone(), shown(&parcel.message)));
        }
        self.settled.extend(self.queue.settle(parcel.number, outcome, limits, at(self.now_ms)));
    }

    fn act(&mut self, act: &Act, limits: &Limits, only_everybody: bool) {
        match act {
            Act::Push { to, sure, count } => {
                let to = if only_everybody { To::Everybody } else { readers(*to) };
                self.push(&to, *sure, *count);
            }
            Act::Pass(ms) => self.now_ms += ms,
            Act::Send { lasts_ms, end } => {
                if let Step::Send(parcel) = self.next(limits) {
                    self.sent(&parcel, *lasts_ms, delivery(*end), limits);
                }
            }
            Act::Crash => {
                if let Step::Send(parcel) = self.next(limits) {
                    self.calls.push((self.now_ms, self.now_ms, parcel.to));
                }
                let stored = serde_json::to_string(&self.queue).unwrap();
                self.queue = serde_json::from_str(&stored).unwrap();
                self.settled.extend(self.queue.recover(limits, at(self.now_ms)));
            }
            Act::Resume => self.queue.resume(),
        }
    }

    /// Everything goes well from now on.
    fn drain(&mut self, limits: &Limits) {
        self.queue.resume();
        for _ in 0..20_000 {
            match self.next(limits) {
                Step::Send(parcel) => {
                    self.sent(&parcel, 20, Delivery::Taken { missed: Missed::default() }, limits)
                }
                Step::Wait(until) => {
                    let ms = until.as_millisecond() - at(0).as_millisecond();
                    assert!(ms > self.now_ms, "waiting leads forward");
                    self.now_ms = ms;
                }
                Step::Idle => return,
                Step::Busy | Step::Stopped => panic!("nothing is under way, nothing went wrong"),
            }
        }
        panic!("it does not come to rest");
    }

    fn waiting(&self, limits: &Limits) -> usize {
        self.queue.standing(limits).waiting
    }
}

/// Whether some span of the rate's length can have seen more than its number of calls, whenever within its call the
/// platform took each.
fn too_many(calls: &[(i64, i64)], rate: Rate) -> bool {
    // The first of them as late as it can have come, the last as early.
    calls.windows(rate.messages + 1).any(|span| span[rate.messages].0 - span[0].1 < rate.within_s * 1000)
}

fn reads(to: &To, member: &str) -> bool {
    to.overlaps(&To::Members(Members::new([member]).unwrap()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn wecom_is_never_called_more_often_than_it_takes(acts in acts(), robot in any::<bool>()) {
        let limits = if robot { Limits::robot() } else { Limits::app() };
        let mut run = Run::default();
        for act in &acts {
            run.act(act, limits, robot);
        }
        run.drain(limits);
        let spans = |member: Option<&str>| -> Vec<(i64, i64)> {
            let own = run.calls.iter().filter(|(_, _, to)| member.is_none_or(|member| reads(to, member)));
            own.map(|(begin, end, _)| (*begin, *end)).collect()
        };
        for rate in &limits.pace {
            prop_assert!(!too_many(&spans(None), *rate), "{rate:?}: {:?}", spans(None));
        }
        for (rate, member) in limits.each_reader.iter().flat_map(|rate| ["a", "b", "c"].map(|m| (rate, m))) {
            prop_assert!(!too_many(&spans(Some(member)), *rate), "{member} {rate:?}");
        }
    }

    #[test]
    fn every_notice_is_waiting_or_has_ended_once(acts in acts(), robot in any::<bool>()) {
        let limits = if robot { Limits::robot() } else { Limits::app() };
        let mut run = Run::default();
        for act in &acts {
            run.act(act, limits, robot);
            prop_assert_eq!(run.waiting(limits) + run.settled.len(), run.pushed, "none is dropped by {:?}", act);
        }
        run.drain(limits);
        let ids: BTreeSet<&str> = run.settled.iter().map(|settled| settled.id.as_str()).collect();
        prop_assert_eq!((ids.len(), run.settled.len()), (run.pushed, run.pushed), "each ended, and once");
    }

    #[test]
    fn each_reader_reads_in_the_order_of_pushing(acts in acts(), robot in any::<bool>()) {
        let limits = if robot { Limits::robot() } else { Limits::app() };
        let mut run = Run::default();
        for act in &acts {
            run.act(act, limits, robot);
        }
        run.drain(limits);
        for member in ["a", "b", "c"] {
            let read: Vec<usize> =
                run.taken.iter().filter(|(to, _)| reads(to, member)).flat_map(|(_, ids)| ids.clone()).collect();
            prop_assert!(read.windows(2).all(|pair| pair[0] < pair[1]), "{member} reads {read:?}");
        }
    }

    #[test]
    fn what_was_sent_was_shown_or_counted_exactly(acts in acts()) {
        let limits = Limits::robot();
        let mut run = Run::default();
        for act in &acts {
            run.act(act, limits, true);
        }
        run.drain(limits);
        let told: BTreeMap<usize, bool> = run.settled.iter().filter_map(|settled| match &settled.end {
            End::Sent { shown, .. } => Some((settled.id.parse().unwrap(), *shown)),
            End::Refused { .. } | End::Unknown { .. } => None,
        }).collect();
        let seen: Vec<usize> = run.taken.iter().flat_map(|(_, ids)| ids.clone()).collect();
        let told_shown: Vec<usize> = told.iter().filter(|(_, shown)| **shown).map(|(id, _)| *id).collect();
        prop_assert_eq!(seen, told_shown, "the log says of each whether its words were there");
    }

    #[test]
    fn the_numbers_in_a_flood_are_exact(count in 1_usize..900, long in 0_usize..200) {
        let one = |n: usize| Notice {
            rows: vec![Row { label: "l".into(), value: "长".repeat(long), tone: Tone::Good }],
            ..notice(&n.to_string())
        };
        let made = messages((1..=count).map(one).collect(), Limits::robot());
        let mut told = 0;
        for message in &made {
            let text = content(message);
            let shown = text.matches("会话 ").count();
            let number = |after: &str| -> Option<usize> { text.split(after).nth(1)?.split(' ').next()?.parse().ok() };
            let more = number("还有 ").unwrap_or(0);
            if text.contains("条提醒") {
                prop_assert_eq!(number("**").unwrap(), shown + more, "the headline counts all: {}", text);
            }
            told += shown + more;
        }
        prop_assert_eq!(told, count, "every one is shown or counted");
    }

    #[test]
    fn no_message_is_longer_than_the_platform_takes(
        texts in prop::collection::vec((any::<String>(), "\\PC{0,300}", 0_usize..4), 1..30),
        long in 0_usize..1000, robot in any::<bool>(),
    ) {
        let limits = if robot { Limits::robot() } else { Limits::app() };
        let tones = [Tone::Plain, Tone::Good, Tone::Aside, Tone::Warning];
        let notices = texts.iter().enumerate().map(|(n, (title, value, tone))| Notice {
            title: title.clone(),
            rows: vec![
                Row { label: title.repeat(3), value: value.clone(), tone: tones[*tone] },
                Row { label: "👨‍👩‍👧".repeat(long % 60), value: "👩🏽‍🚀".repeat(long), tone: tones[(*tone + 1) % 4] },
                Row { label: String::new(), value: value.repeat(20), tone: Tone::Plain },
            ],
            link: Some(format!("https://shopee.cn/{}", "a)".repeat(n * 7))),
            look: if n % 2 == 0 { Look::Card } else { Look::Markdown },
            ..notice(&n.to_string())
        });
        for message in messages(notices.collect(), limits) {
            match message {
                Message::Markdown { content } => {
                    prop_assert!(content.len() <= limits.markdown_bytes, "{} bytes", content.len());
                    let (opened, closed) = (content.matches("<font").count(), content.matches("</font>").count());
                    prop_assert_eq!(opened, closed, "every colour ends: {}", content);
                    prop_assert_eq!(content.matches("**").count() % 2, 0, "every bold ends: {}", content);
                }
                Message::Card { title, rows, .. } if robot => {
                    prop_assert!(title.chars().count() <= 26 && rows.len() <= 6, "{title}");
                    let fits = rows.iter().all(|(l, v)| l.chars().count() <= 5 && v.chars().count() <= 26);
                    prop_assert!(fits, "{rows:?}");
                }
                Message::Card { title, rows, .. } => {
                    let description: usize = rows.iter().map(|(l, v)| l.len() + v.len() + 3).sum();
                    prop_assert!(title.len() <= 128 && description <= 512 + 3, "{title} {description}");
                }
            }
        }
    }

    #[test]
    fn a_clock_that_jumps_stops_nothing_for_longer_than_the_longest_pause(
        acts in acts(), jump_s in -100_000_000_i64..100_000_000,
    ) {
        let limits = Limits::robot();
        let mut run = Run::default();
        for act in &acts {
            run.act(act, limits, true);
        }
        run.now_ms += jump_s * 1000;
        run.push(&To::Everybody, true, 1);
        if let Step::Wait(until) = run.next(limits) {
            let wait_s = until.as_second() - at(run.now_ms).as_second();
            prop_assert!(wait_s <= limits.breaker.longest_pause_s + 1, "{wait_s} s");
        }
    }

    #[test]
    fn the_breaker_opens_at_the_third_refusal_and_doubles_up_to_a_quarter_of_an_hour(refusals in 1_u32..12) {
        let limits = Limits::robot();
        let mut run = Run::default();
        run.push(&To::Everybody, true, 1);
        for n in 1..=refusals {
            let Step::Send(parcel) = run.next(limits) else { panic!("its pause is over") };
            run.sent(&parcel, 0, Delivery::Later { code: "-1".into(), detail: String::new(), wait_s: None }, limits);
            let pause_s = match n {
                1 => 5,
                2 => 10,
                n => (60 << (n - 3).min(8)).min(900),
            };
            let expected = at(run.now_ms + pause_s * 1000);
            match run.queue.health(limits) {
                Health::Waiting { until, .. } => prop_assert!(n < 3 && until == expected, "{n}: {until}"),
                Health::Open { until, .. } => prop_assert!(n >= 3 && until == expected, "{n}: {until}"),
                Health::Working | Health::Stopped { .. } => prop_assert!(false, "it is seen"),
            }
            run.now_ms += pause_s * 1000 - 1;
            prop_assert_eq!(run.next(limits), Step::Wait(expected), "not a moment before");
            run.now_ms += 1;
        }
        run.drain(limits);
        prop_assert_eq!(run.queue.health(limits), Health::Working, "one success closes it");
    }
}
