//! Whether a round read anything: one rule for every connector.
//!
//! What cannot be read goes to quarantine and holds nothing up, so a round may come to its end without having understood a
//! single answer. Such a round is no success: the store's light must turn, and its silence be told. One answer that was
//! understood, if only that there is nothing new, makes it a success; what could not be read beside it is in the quarantine.

use crate::{Batch, ChannelError};
use domain::Flaw;

/// What became of a round's answers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answers {
    understood: bool,
    trouble: Option<ChannelError>,
}

impl Answers {
    /// An answer, or an entry of one, was understood.
    pub fn read(&mut self) {
        self.understood = true;
    }

    /// An answer, or an entry of one, could not be read.
    pub fn unreadable(&mut self, flaw: &Flaw) {
        self.failed(ChannelError::Unexpected { detail: flaw.words.clone() });
    }

    /// A call failed, and the round goes on or ends with what it has. Of several causes the one that says what to do is kept.
    pub fn failed(&mut self, error: ChannelError) {
        let vague = |error: &ChannelError| matches!(error, ChannelError::Unexpected { .. });
        if self.trouble.as_ref().is_none_or(|kept| vague(kept) && !vague(&error)) {
            self.trouble = Some(error);
        }
    }

    /// Why the round counts as failed, though what it brought is taken in: something could not be read, and nothing could.
    #[must_use]
    pub fn failure(&self) -> Option<&ChannelError> {
        self.trouble.as_ref().filter(|_| !self.understood)
    }
}

/// How much a batch held before a stream was read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Before {
    received: usize,
    quarantined: usize,
}

impl Batch {
    /// A stream is about to be read.
    pub(crate) fn before(&self) -> Before {
        Before { received: self.received.len() + self.old.len(), quarantined: self.quarantined.len() }
    }

    /// A stream came to its end. If it put nothing aside, it was understood, whether or not it brought anything.
    pub(crate) fn was_read(&mut self, before: Before) {
        match self.quarantined.get(before.quarantined) {
            Some(bad) if self.received.len() + self.old.len() == before.received => {
                let flaw = bad.flaw.clone();
                self.answers.unreadable(&flaw);
            }
            Some(_) | None => self.answers.read(),
        }
    }

    /// A stream broke off. What came before stands.
    pub(crate) fn broke_off(&mut self, before: Before, error: ChannelError) {
        if self.received.len() + self.old.len() > before.received {
            self.answers.read();
        }
        self.answers.failed(error);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Quarantined, Received};
    use domain::RawPayload;

    const RAW: &[u8] = b"{";

    fn unreadable() -> Quarantined {
        let raw = RawPayload { source: "test", bytes: RAW.to_vec() };
        Quarantined::new(raw, Flaw::missing("a row without a number"))
    }

    fn received() -> Received {
        Received { raw: RawPayload { source: "test", bytes: RAW.to_vec() }, events: Vec::new() }
    }

    #[test]
    fn a_quiet_round_is_a_success() {
        let mut batch = Batch::default();
        assert_eq!(batch.answers.failure(), None, "nothing was asked, nothing failed");
        let before = batch.before();
        batch.was_read(before);
        assert_eq!(batch.answers.failure(), None, "nothing new is an answer too");
    }

    #[test]
    fn a_round_fails_only_if_nothing_at_all_was_understood() {
        let mut batch = Batch::default();
        let before = batch.before();
        batch.quarantined.push(unreadable());
        batch.was_read(before);
        let expected = ChannelError::Unexpected { detail: "a row without a number".into() };
        assert_eq!(batch.answers.failure(), Some(&expected), "with its cause");
        let before = batch.before();
        batch.received.push(received());
        batch.quarantined.push(unreadable());
        batch.was_read(before);
        assert_eq!(batch.answers.failure(), None, "one that was understood is enough");
    }

    #[test]
    fn of_several_causes_the_one_that_says_what_to_do_is_told() {
        let mut answers = Answers::default();
        answers.unreadable(&Flaw::missing("first"));
        let owner = ChannelError::OwnerMustAct { code: "authorise_again".into(), detail: String::new() };
        answers.failed(owner.clone());
        answers.failed(ChannelError::Unreachable { detail: "later".into() });
        answers.unreadable(&Flaw::missing("last"));
        assert_eq!(answers.failure(), Some(&owner), "a person can act on it");
    }

    #[test]
    fn what_came_before_a_stream_broke_off_counts() {
        let mut batch = Batch::default();
        let before = batch.before();
        batch.received.push(received());
        batch.broke_off(before, ChannelError::ClockSkew);
        assert_eq!(batch.answers.failure(), None, "the next round meets the error");
        let mut empty = Batch::default();
        let before = empty.before();
        empty.broke_off(before, ChannelError::ClockSkew);
        assert_eq!(
            empty.answers.failure(),
            Some(&ChannelError::ClockSkew),
            "with nothing it is told at once"
        );
    }
}
