//! Aim: a push that was answered is never lost, and is one event with what polling brings.

mod door;
mod kill;
mod order;
mod recovery;
