//! What keeps coming while the demo runs. Chance comes from a seed, so that a run can be had again.

use super::clock::StageClock;
use super::platforms::Platforms;
use super::script::{Buyer, Later, Letter, Order, Script};
use domain::Timestamp;
use std::sync::Arc;
use std::time::Duration;

/// Between two events, in seconds.
const PAUSE_S: std::ops::RangeInclusive<u64> = 20..=45;
/// A new order must be sent within this time, in seconds.
const SHIP_WITHIN_S: i64 = 2 * 86_400;

/// What happens next.
#[derive(Debug, Clone)]
pub(super) enum News<'a> {
    /// A buyer writes the words of this turn.
    Text(&'a Later, &'a str),
    /// A buyer shows a picture.
    Picture(&'a Buyer),
    /// A buyer orders again.
    Order(&'a Buyer, Order),
    /// A notice or a mail comes.
    Letter(&'a Letter),
}

/// The order of events of one run.
pub(super) struct Course<'a> {
    script: &'a Script,
    dice: u64,
    run: u32,
    step: usize,
    said: usize,
}

impl<'a> Course<'a> {
    /// The course of a run; the same seed and run give the same course.
    pub(super) const fn new(script: &'a Script, seed: u64, run: u32) -> Self {
        // Later runs begin elsewhere in the script.
        let said = (run as usize).wrapping_sub(1).wrapping_mul(4);
        Self { script, dice: seed ^ run as u64, run, step: 0, said }
    }

    /// How long nothing happens, and what happens then.
    pub(super) fn next(&mut self) -> (Duration, News<'a>) {
        self.step += 1;
        let spread = PAUSE_S.end() - PAUSE_S.start() + 1;
        let pause = Duration::from_secs(PAUSE_S.start() + self.roll() % spread);
        let news = match self.step {
            n if n % 13 == 0 => self.letter(&self.script.mails),
            n if n % 9 == 0 => self.letter(&self.script.notices),
            n if n % 7 == 0 => Some(self.order()),
            n if n % 5 == 0 => Some(News::Picture(self.buyer())),
            _ => None,
        };
        (pause, news.unwrap_or_else(|| self.text()))
    }

    fn text(&mut self) -> News<'a> {
        let later = &self.script.later;
        let turn = self.said / later.len();
        let entry = &later[self.said % later.len()];
        self.said = self.said.wrapping_add(1);
        News::Text(entry, &entry.texts[turn % entry.texts.len()])
    }

    fn order(&mut self) -> News<'a> {
        let buyer = self.buyer();
        let step = self.step;
        let (no, status) = if buyer.order.no.bytes().all(|b| b.is_ascii_digit()) {
            (format!("8193{:06}{step:06}", self.run), "WAIT_SELLER_SEND_GOODS")
        } else {
            (format!("26D{:05}{step:06}", self.run), "READY_TO_SHIP")
        };
        News::Order(buyer, Order { no, status: status.to_owned(), ..buyer.order.clone() })
    }

    fn letter(&mut self, letters: &'a [Letter]) -> Option<News<'a>> {
        let coming: Vec<&Letter> = letters.iter().filter(|letter| letter.minutes_ago.is_none()).collect();
        let chosen = usize::try_from(self.roll()).unwrap_or(0).checked_rem(coming.len())?;
        coming.get(chosen).copied().map(News::Letter)
    }

    fn buyer(&mut self) -> &'a Buyer {
        let buyers = &self.script.buyers;
        &buyers[usize::try_from(self.roll() % buyers.len() as u64).unwrap_or(0)]
    }

    /// splitmix64: small, and good enough for pauses and picks.
    const fn roll(&mut self) -> u64 {
        self.dice = self.dice.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.dice;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }
}

/// Lets the course happen until the task is ended.
pub(super) async fn run(platforms: Arc<Platforms>, mut course: Course<'static>, clock: StageClock) {
    loop {
        let (pause, news) = course.next();
        tokio::time::sleep(pause).await;
        happen(&platforms, &news, clock.now());
    }
}

fn happen(platforms: &Platforms, news: &News<'_>, now: Timestamp) {
    match news {
        News::Text(buyer, text) => platforms.text(&buyer.shop, buyer.key, text),
        News::Picture(buyer) => platforms.picture(&buyer.shop, buyer.key, &buyer.order.item),
        News::Order(buyer, order) => {
            let ends = now.saturating_add(jiff::SignedDuration::from_secs(SHIP_WITHIN_S)).unwrap_or(now);
            platforms.order(&buyer.shop, buyer.key, order, (now, ends));
        }
        News::Letter(letter) => platforms.letter(letter),
    }
}

#[cfg(test)]
mod tests {
    use super::super::script::shipped;
    use super::*;
    use std::collections::BTreeSet;

    fn course(seed: u64, run: u32) -> Vec<(Duration, String)> {
        let mut course = Course::new(shipped(), seed, run);
        (0..200).map(|_| course.next()).map(|(pause, news)| (pause, format!("{news:?}"))).collect()
    }

    #[test]
    fn a_course_can_be_had_again() {
        assert_eq!(course(7, 1), course(7, 1), "chance comes from the seed");
        assert_ne!(course(7, 1), course(7, 2), "the next run goes on otherwise");
    }

    #[test]
    fn everything_happens_within_an_hour_or_two() {
        let events = course(7, 1);
        let kinds: BTreeSet<&str> = events.iter().filter_map(|(_, news)| news.split('(').next()).collect();
        assert_eq!(kinds, BTreeSet::from(["Letter", "Order", "Picture", "Text"]), "every kind of news comes");
        let pauses = events.iter().all(|(pause, _)| PAUSE_S.contains(&pause.as_secs()));
        assert!(pauses, "often enough to be seen, seldom enough to be read");
        let mut course = Course::new(shipped(), 7, 1);
        let said: Vec<&str> = (0..60)
            .filter_map(|_| if let News::Text(_, t) = course.next().1 { Some(t) } else { None })
            .collect();
        let twice = shipped().later.len() + 1;
        let begun: BTreeSet<&str> = said.iter().take(twice).copied().collect();
        assert_eq!(begun.len(), twice, "the second round through the script has other words");
    }

    #[test]
    fn new_orders_have_new_numbers() {
        let numbers = |run| {
            let mut course = Course::new(shipped(), 7, run);
            let all: Vec<String> = (0..200)
                .filter_map(|_| if let News::Order(_, o) = course.next().1 { Some(o.no) } else { None })
                .collect();
            all
        };
        let (first, second) = (numbers(1), numbers(2));
        let all: BTreeSet<&String> = first.iter().chain(&second).collect();
        assert_eq!(all.len(), first.len() + second.len(), "one number is one order, also over runs");
    }
}
