//! WeCom (企业微信), outgoing only: alerts, the ladder's step outside, message rules.
//!
//! A [`Queue`] decides what goes out when and how it looks; it is a value without clock or network. [`Robot`] and
//! [`App`] hand one parcel over and say what came of it.

mod answer;
mod app;
mod compose;
mod limits;
mod link;
mod neutral;
mod notice;
mod pace;
mod queue;
mod readers;
mod robot;
mod settle;
mod token;
mod trim;
mod wire;

pub use crate::breaker::{BreakerLimits, Health, Trouble};
pub use app::{App, AppConfig};
pub use compose::{Message, Wording};
pub use limits::{CardLimits, Limits, Rate};
pub use notice::{Look, Members, NotReaders, Notice, Repeat, Row, To, Tone};
pub use queue::{Parcel, Queue, Standing, Step};
pub use readers::{Missed, Readers};
pub use robot::{HOST, Robot, robot_key};
pub use settle::{Delivery, End, Fault, Settled};
