//! Where element sets and their companions come from.

pub mod bundled;
pub mod celestrak;
pub mod etiquette;
pub mod file;
pub mod guard;
pub mod http;
pub mod query;
pub mod space_track;
