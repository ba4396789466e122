#![doc = include_str!("../README.md")]

pub mod aliexpress;
pub mod shopee;
