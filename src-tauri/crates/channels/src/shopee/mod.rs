//! shopee
