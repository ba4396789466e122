//! How much is taken at once. Every limit is told to the bridge in the answer to its hello.

use std::time::Duration;

/// The port, unless another program has it.
pub const DEFAULT_PORT: u16 = 8715;
/// Bytes of a request's body.
pub const BODY_LIMIT: usize = 4 * 1024 * 1024;
/// Events of one batch.
pub const BATCH_LIMIT: usize = 500;
/// Messages of one `conversation` event.
pub(super) const CONVERSATION_LIMIT: usize = 500;
/// Characters of a text.
pub(super) const TEXT_LIMIT: usize = 20_000;
/// Bytes of an id.
pub(super) const ID_LIMIT: usize = 200;
/// Characters of a name, a title or a status.
pub(super) const NAME_LIMIT: usize = 300;
/// Bytes of a link.
pub(super) const LINK_LIMIT: usize = 2_000;
/// Lines of an order.
pub(super) const LINES_LIMIT: usize = 200;
/// Bytes of a picture that is handed in whole; larger ones are links.
pub(super) const IMAGE_LIMIT: usize = 256 * 1024;
/// Seconds for which a poll may wait.
pub const WAIT_LIMIT_S: u64 = 30;
/// A bridge that is alive calls at least so often, in seconds.
pub const CALL_EVERY_S: u64 = 30;

/// For so long a request's body may take to arrive.
pub(super) const BODY_TIME: Duration = Duration::from_secs(10);
/// Connections at once, over all bridges.
pub const CONNECTIONS: usize = 64;
/// Calls a second of one bridge, in the long run.
pub(super) const CALLS_A_SECOND: u32 = 50;
/// Calls of one bridge at once, after a pause.
pub(super) const CALLS_AT_ONCE: u32 = 200;
