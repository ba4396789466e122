//! Ringing: the system is asked to show a notice, and what it makes of that is told.

use crate::bus::Event;
use crate::engine::Engine;
use crate::ports::Notice;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::{Mutex, OwnedMutexGuard};

/// So long the system has to take an alert. A notification service that hangs must not keep the next alert, or the step of a
/// ladder that leads outside, from being in time.
const ANSWER: Duration = Duration::from_secs(4);
const HANGS: &str = "the system does not answer";

impl Engine {
    /// Rings, whatever the system makes of it: that is in the push log and in the tray, and nobody here can do more.
    pub(crate) async fn ring_anyway(&self, notice: &Notice) {
        drop(self.ring(notice).await);
    }

    /// Shows a notice, tells the window, and tells everybody whether the system took it. Gives the system's answer.
    ///
    /// # Errors
    /// In the system's words, if it refused; or if it did not answer in time.
    pub async fn ring(&self, notice: &Notice) -> Result<(), String> {
        let shown = self.show(notice).await;
        if let Err(words) = &shown {
            tracing::warn!(%words, "the system refused an alert");
        }
        self.bus().publish(Event::AlertsWork(shown.is_ok()));
        self.bus().publish(Event::Raised(notice.clone().into()));
        // It rang already: that this could not be written down must not keep the next one from ringing.
        if let Err(error) = self.note_shown(notice, &shown).await {
            tracing::error!(%error, "what the system made of an alert could not be written down");
        }
        shown
    }

    /// Asks the system, on a thread where waiting is allowed, one notice at a time: one that hangs holds up no second thread.
    async fn show(&self, notice: &Notice) -> Result<(), String> {
        let (notifier, notice) = (Arc::clone(&self.ports().notifier), notice.clone());
        let asked = async {
            let one = self.turn().take().await?;
            let shown = tokio::task::spawn_blocking(move || {
                let shown = notifier.raise(&notice);
                drop(one);
                shown
            });
            match shown.await {
                Ok(shown) => shown,
                Err(broken) => match broken.try_into_panic() {
                    Ok(panic) => std::panic::resume_unwind(panic),
                    Err(stopped) => Err(stopped.to_string()),
                },
            }
        };
        tokio::time::timeout(ANSWER, asked).await.unwrap_or_else(|_| {
            self.turn().hangs();
            Err(HANGS.to_owned())
        })
    }
}

/// Whose turn it is to ask the system: one notice at a time. While it owes the answer to one that was given up, none
/// waits for it: in one look several alerts may be due, and all of them together have [`ANSWER`].
#[derive(Debug, Default)]
pub(crate) struct Turn {
    one: Arc<Mutex<()>>,
    given_up: AtomicBool,
}

impl Turn {
    /// The turn, until what is given here is dropped.
    ///
    /// # Errors
    /// If the system still owes an answer that nobody waits for any more.
    async fn take(&self) -> Result<OwnedMutexGuard<()>, String> {
        if let Ok(one) = Arc::clone(&self.one).try_lock_owned() {
            self.given_up.store(false, Ordering::Release);
            return Ok(one);
        }
        if self.given_up.load(Ordering::Acquire) {
            return Err(HANGS.to_owned());
        }
        Ok(Arc::clone(&self.one).lock_owned().await)
    }

    /// Nobody waits any more for the answer that is owed.
    fn hangs(&self) {
        self.given_up.store(true, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    /// What the turn says at once, if it does.
    fn asks(turn: &Turn) -> Option<Result<OwnedMutexGuard<()>, String>> {
        match pin!(turn.take()).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(answer) => Some(answer),
            Poll::Pending => None,
        }
    }

    #[test]
    fn one_asks_and_the_next_one_waits() {
        let turn = Turn::default();
        let one = asks(&turn).expect("nobody asks").expect("it answers");
        assert!(asks(&turn).is_none(), "the other waits for its turn");
        drop(one);
        assert!(asks(&turn).is_some_and(|answer| answer.is_ok()), "and has it");
    }

    #[test]
    fn nobody_waits_behind_an_answer_that_was_given_up() {
        let turn = Turn::default();
        let one = asks(&turn).expect("nobody asks").expect("it answers");
        turn.hangs();
        for _ in 0..3 {
            assert_eq!(asks(&turn).expect("at once").unwrap_err(), HANGS);
        }
        drop(one);
        let one = asks(&turn).expect("at once").expect("the late answer came: it works again");
        assert!(asks(&turn).is_none(), "and whoever comes next waits again");
        drop(one);
    }

    #[test]
    fn an_answer_that_comes_as_it_is_given_up_closes_nothing() {
        let turn = Turn::default();
        drop(asks(&turn).expect("nobody asks").expect("it answers"));
        turn.hangs();
        assert!(asks(&turn).is_some_and(|answer| answer.is_ok()), "no answer is owed");
    }
}
