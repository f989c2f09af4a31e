//! Where element sets and their companions come from.

pub mod bundled;
pub mod celestrak;
pub mod file;
pub mod http;
pub mod query;
pub mod space_track;
