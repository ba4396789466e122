//! Ports that stay their test's own while nobody listens on them.

use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::sync::atomic::{AtomicU16, Ordering};

/// Below the ranges from which systems take ports for whoever names none (Linux from 32 768 on, others from 49 152).
const FIRST: u16 = 10_000;
const COUNT: u16 = 22_000;
/// Processes that run at the same time begin so many ports from each other.
const BLOCK: u16 = 20;

/// A port of this computer for what a test starts, ends and starts again, or for where nobody is.
///
/// One that the system picked is anybody's as soon as nobody listens on it: any connection that is made meanwhile may
/// leave from there.
///
/// # Errors
/// If no port can be had.
pub fn spare_port() -> io::Result<u16> {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let begin = std::process::id() % u32::from(COUNT / BLOCK) * u32::from(BLOCK);
    for _ in 0..COUNT {
        let place = (begin + u32::from(NEXT.fetch_add(1, Ordering::Relaxed))) % u32::from(COUNT);
        let port = FIRST + u16::try_from(place).unwrap_or(0);
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return Ok(port);
        }
    }
    Err(io::ErrorKind::AddrInUse.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_given_once_and_none_that_is_taken() {
        let first = spare_port().unwrap();
        // If that fails, somebody else holds it.
        let _held = TcpListener::bind((Ipv4Addr::LOCALHOST, first + 1));
        let second = spare_port().unwrap();
        assert!(second != first && second != first + 1, "{first} was given, {} is held: {second}", first + 1);
        assert!((FIRST..FIRST + COUNT).contains(&second), "no system gives it to anybody else: {second}");
    }
}
