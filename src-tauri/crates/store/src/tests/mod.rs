//! On a real SQLite file each.

mod audit;
mod expire;
mod intake;
mod ladder;
mod list;
mod memory;
mod mention;
mod opening;
mod parts;
mod people;
mod plans;
mod push_log;
mod quarantine;
mod robot;
mod rules;
mod schema;
mod search;
mod sending;
mod steady;
mod support;
mod together;
mod trouble;
mod turns;
mod verbatim;
