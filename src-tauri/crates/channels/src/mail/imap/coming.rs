//! The next round, read ahead: the server hands it over while the record of the one before is written. Nothing is taken for
//! granted by that. It is the very round that would be asked for, read with the cursors that the record has once the one
//! before is in, and it counts only if the record came to have them.

use super::dial::Live;
use super::fault::Fault;
use super::reader::{Findings, Read, Reader};
use crate::Cursors;
use std::sync::Arc;
use tokio::task::JoinHandle;

/// A round that is read ahead. Whoever drops it ends it, and its connection with it.
pub(super) struct Coming {
    /// Where it begins.
    after: Arc<Cursors>,
    task: JoinHandle<(Result<Read, Fault>, Findings)>,
}

impl Coming {
    /// Begins to read what comes after `after`.
    pub(super) fn begin(reader: &Arc<Reader>, live: Live, findings: &Findings, after: Cursors) -> Self {
        let (reader, mut findings, after) = (Arc::clone(reader), findings.clone(), Arc::new(after));
        let cursors = Arc::clone(&after);
        let task = tokio::spawn(async move {
            let read = reader.round(live, &mut findings, &cursors).await;
            (read, findings)
        });
        Self { after, task }
    }

    /// Whether this is the round that comes after `cursors`.
    fn follows(&self, cursors: &Cursors) -> bool {
        *self.after == *cursors
    }

    /// What the round brought, once it is over.
    ///
    /// # Errors
    /// As the round itself.
    pub(super) async fn end(mut self, findings: &mut Findings) -> Result<Read, Fault> {
        match (&mut self.task).await {
            Ok((read, found)) => {
                *findings = found;
                read
            }
            Err(error) if error.is_panic() => Err(Fault::harmed()),
            Err(_) => Err(Fault::Lost("the program ends".to_owned())),
        }
    }

    /// The connection, once nobody reads on it. What was read is dropped: it will be asked for again.
    async fn line(self) -> Option<Live> {
        let mut live = self.end(&mut Findings::default()).await.ok()?.live?;
        live.ahead = None;
        Some(live)
    }
}

impl Drop for Coming {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// The connection between two rounds. Taken out while it is used: a round that fails, or is dropped half-way, leaves no
/// doubtful line behind.
#[derive(Default)]
pub(super) enum Kept {
    /// There is none.
    #[default]
    Nothing,
    /// Nobody uses it.
    Idle(Box<Live>),
    /// The next round is read on it.
    Ahead(Coming),
}

impl Kept {
    /// After a round that began at `cursors` and brought `news`: where it left something over, the next one begins at once.
    pub(super) fn after(
        live: Option<Live>,
        (reader, findings): (&Arc<Reader>, &Findings),
        cursors: &Cursors,
        news: &Cursors,
    ) -> Self {
        let Some(live) = live else { return Self::Nothing };
        let Some(ahead) = &live.ahead else { return Self::Idle(Box::new(live)) };
        let mut then = cursors.clone();
        then.extend(news.iter().map(|(stream, value)| (stream.clone(), value.clone())));
        if !ahead.goes_on(&then) {
            return Self::Idle(Box::new(live));
        }
        Self::Ahead(Coming::begin(reader, live, findings, then))
    }

    /// Takes out the round after `cursors` if it is this one that is read ahead.
    pub(super) fn coming(&mut self, cursors: &Cursors) -> Option<Coming> {
        match std::mem::take(self) {
            Self::Ahead(coming) if coming.follows(cursors) => Some(coming),
            other => {
                *self = other;
                None
            }
        }
    }

    /// Takes out the connection for something else; what was read ahead on it is dropped.
    pub(super) async fn line(&mut self) -> Option<Live> {
        match std::mem::take(self) {
            Self::Nothing => None,
            Self::Idle(live) => Some(*live),
            Self::Ahead(coming) => coming.line().await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Batch;
    use std::future::{Future, pending};

    fn at(text: &str) -> Cursors {
        Cursors::from([("uid/INBOX".to_owned(), text.to_owned())])
    }

    fn coming(read: impl Future<Output = Result<Read, Fault>> + Send + 'static) -> Coming {
        let task = tokio::spawn(async move { (read.await, Findings::default()) });
        Coming { after: Arc::new(at("7:200")), task }
    }

    #[tokio::test]
    async fn a_round_is_taken_only_where_it_begins() {
        let mut kept = Kept::Ahead(coming(async { Ok(Read { batch: Batch::default(), live: None }) }));
        let mut more = at("7:200");
        more.insert("past/Junk".to_owned(), "*".to_owned());
        for elsewhere in [at("7:0"), at("8:200"), Cursors::new(), more] {
            assert!(kept.coming(&elsewhere).is_none(), "not after {elsewhere:?}");
        }
        let coming = kept.coming(&at("7:200")).expect("after the cursors that it was read with");
        assert!(matches!(kept, Kept::Nothing), "and once");
        assert!(coming.end(&mut Findings::default()).await.is_ok(), "with what it brought");
    }

    #[tokio::test]
    async fn a_round_that_nobody_wants_any_more_ends() {
        let held = Arc::new(());
        let inside = Arc::clone(&held);
        let coming = coming(async move {
            let _inside = inside;
            pending().await
        });
        tokio::task::yield_now().await;
        assert_eq!(Arc::strong_count(&held), 2, "it is under way");
        let end = async {
            let mut findings = Findings::default();
            tokio::select! {
                _ = coming.end(&mut findings) => panic!("it never ends by itself"),
                () = tokio::task::yield_now() => {}
            }
        };
        end.await;
        tokio::task::yield_now().await;
        assert_eq!(Arc::strong_count(&held), 1, "whoever waits for it and is dropped ends it");
    }

    #[tokio::test]
    async fn a_server_that_harms_the_parser_harms_nobody_else() {
        let harmed = coming(async { panic!("sliced in the middle of a sign") });
        let fault = harmed.end(&mut Findings::default()).await.err();
        assert_eq!(fault, Some(Fault::harmed()), "as in a round that somebody waits for");
    }
}
