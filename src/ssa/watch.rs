//! What the history of the element sets tells: orbits that were changed, orbits that are about to end, objects that
//! have just appeared.

pub mod decay;
pub mod event;
pub mod manoeuvre;
pub mod noise;
pub mod step;
