//! Sets of numbers: `7`, `2:4`, `9:*` and lists of these (RFC 3501, sequence-set).

/// Each range with its ends; none stands for `*`, the highest number in use.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Set(Vec<(Option<u32>, Option<u32>)>);

impl Set {
    /// Reads a set; none if it is not one.
    pub(super) fn parse(text: &str) -> Option<Self> {
        text.split(',')
            .map(|range| {
                let (from, to) = range.split_once(':').unwrap_or((range, range));
                Some((end(from)?, end(to)?))
            })
            .collect::<Option<_>>()
            .map(Self)
    }

    /// Whether `number` is in it when `highest` is the highest in use. The ends of a range may stand in either
    /// order, so `n:*` always has the highest in it, even below `n`.
    pub(super) fn has(&self, number: u32, highest: u32) -> bool {
        self.0.iter().any(|&(from, to)| {
            let (from, to) = (from.unwrap_or(highest), to.unwrap_or(highest));
            (from.min(to)..=from.max(to)).contains(&number)
        })
    }
}

fn end(text: &str) -> Option<Option<u32>> {
    if text == "*" { Some(None) } else { text.parse().ok().filter(|&n| n > 0).map(Some) }
}
