//! Shopee
