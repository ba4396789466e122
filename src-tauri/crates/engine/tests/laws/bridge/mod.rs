//! Aim: through a bridge nothing is lost, doubled or sent twice, whatever breaks between the program and here.

mod client;
mod door;
mod events;
mod examples;
mod pictures;
mod replies;
mod unread;
mod webhook;
