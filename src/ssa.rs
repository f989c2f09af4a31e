//! What an analyst asks, as pure functions: who comes close to whom, who passes over which place, who covers what.

pub mod access;
pub mod avoid;
pub mod conjunction;
pub mod covariance;
pub mod coverage;
pub mod custody;
pub mod entry;
pub mod geo;
pub mod given_orbit;
pub mod ground_sensor;
pub mod hard_body;
pub mod joined;
pub mod manoeuvre;
pub mod overflight;
pub mod pass;
pub mod place;
pub mod probability;
pub mod progress;
pub mod release;
pub mod roster;
pub mod side;
pub mod suggest;
pub mod sweep;
pub mod tally;
pub mod timing;
pub mod watch;
