//! Looking again for a reply of unknown fate: the conversation is read from its newest message back to before the send.

use super::api::Api;
use super::history::{Reached, Until, read_back};
use super::message::Around;
use crate::{Batch, ChannelError, Reread};
use domain::{Timestamp, to_ms};

/// Pages read at most: a reply lies among the newest messages.
const PAGES: usize = 8;

/// Reads the conversation that `around` names back to `since`.
pub(crate) async fn reread(api: &Api, mut around: Around, since: Timestamp) -> Result<Reread, ChannelError> {
    let mut batch = Batch::default();
    let (until, mut budget) = (Until { known: None, start_ms: to_ms(since) }, PAGES);
    let reached = read_back(api, &mut around, ("", 0), None, &until, &mut budget, &mut batch).await?;
    // What could not be read might be the very reply. The next round brings it, with its bytes.
    let whole = matches!(reached, Reached::All(_)) && batch.quarantined.is_empty();
    batch.quarantined.clear();
    Ok(Reread { batch, whole })
}
