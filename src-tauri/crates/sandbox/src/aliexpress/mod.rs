//! AliExpress
