//! Where element sets and their companions come from.

pub mod bundled;
