//! Numbers that look random and are the same in every run (SplitMix64), unless `TIDEBELL_SEED` asks for others where
//! any will do.

/// See the module.
pub(crate) struct Chance(u64);

impl Chance {
    /// A sequence of its own for every seed.
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The moments at which somebody is killed.
    pub(crate) fn of_kills(seed: u64) -> Self {
        Self::new(seed ^ asked_for("TIDEBELL_SEED").unwrap_or_default())
    }

    /// Any number.
    pub(crate) const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % (end as u64)).unwrap()
    }

    /// One of them.
    pub(crate) fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    /// Any order (Fisher and Yates).
    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}

/// How often somebody is killed, unless `TIDEBELL_KILLS` says otherwise.
pub(crate) fn kills(usual: usize) -> usize {
    asked_for("TIDEBELL_KILLS").map_or(usual, |kills| usize::try_from(kills).unwrap())
}

fn asked_for(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().map(|number| number.parse().unwrap())
}
