//! Signing in through the browser: the way back from a platform's own page, with the code that buys the first tokens.
//!
//! The way back is an address of this computer with a port of its own, which takes one landing and is closed; or, where a
//! platform wants a public address, that address, pasted from the browser by a person. Both are read by the same
//! function, and neither counts without the state that only this sign-in knows.

mod landing;
mod loopback;
mod pkce;

pub use landing::{Landed, LandingError, fresh_state, landed, with_state};
pub use loopback::{Loopback, Pages};
pub use pkce::Pkce;
