//! What is written of a store after a round: that it was read, and what it is able to do.

use super::Run;
use crate::error::EngineError;
use channels::Batch;
use domain::{Platform, Timestamp};
use store::StoreRow;

/// In the middle of a long reading a mailbox is not noted as read again before so many seconds: each time costs as much as
/// waiting for the disk does, for the buyers of other stores too.
const NOTED_EVERY_S: i64 = 5;

/// What a round changed of its store.
#[derive(Debug, Default)]
pub(super) struct Noted {
    /// A silence is over.
    pub(super) heard: bool,
    /// What the store is able to do is another thing than before.
    pub(super) able: bool,
}

impl Run {
    /// Writes down what a round says of its store, which stood as `row` before it.
    pub(super) async fn note(&self, row: &StoreRow, batch: &Batch) -> Result<Noted, EngineError> {
        let now = self.engine.now();
        let mut capabilities = row.capabilities.clone();
        capabilities.extend(batch.capabilities.iter().cloned());
        let mut noted = Noted { heard: false, able: capabilities != row.capabilities };
        let failed = batch.answers.failure().is_some();
        if !failed
            && !noted.able
            && batch.more
            && is_noted(self.platform, row.last_success, &row.last_error_code, now)
        {
            return Ok(noted);
        }
        let desk = self.engine.desk().await;
        let mut tx = self.engine.store().begin().await?;
        if !failed {
            tx.set_freshness(self.store, None, now).await?;
            noted.heard = tx.end_silence(self.store, now).await?;
            if self.platform == Platform::Mail {
                crate::mailbox::checked(&mut tx, &desk, row, now).await?;
            }
        }
        if noted.able {
            tx.set_capabilities(self.store, &capabilities).await?;
        }
        tx.commit().await?;
        Ok(noted)
    }
}

/// Whether the record says of a mailbox that it was read just now. Of a shop it is always written: a reply that lay here for
/// long waits for it.
fn is_noted(platform: Platform, last: Option<Timestamp>, error_code: &str, now: Timestamp) -> bool {
    let recent = |at: Timestamp| at <= now && now.duration_since(at).as_secs() < NOTED_EVERY_S;
    platform == Platform::Mail && error_code.is_empty() && last.is_some_and(recent)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(Platform::Mail, Some(100), "", true)]
    #[case::long_enough_ago(Platform::Mail, Some(95), "", false)]
    #[case::never(Platform::Mail, None, "", false)]
    #[case::after_a_failure(Platform::Mail, Some(100), "unreachable", false)]
    #[case::a_clock_that_was_set_back(Platform::Mail, Some(101), "", false)]
    #[case::a_shop(Platform::AliExpress, Some(100), "", false)]
    fn a_reading_is_noted_unless_it_just_was(
        #[case] platform: Platform,
        #[case] last: Option<i64>,
        #[case] error_code: &str,
        #[case] noted: bool,
    ) {
        let at = |second| Timestamp::from_second(second).unwrap_or_default();
        assert_eq!(is_noted(platform, last.map(at), error_code, at(100)), noted, "{last:?} {error_code:?}");
    }
}
