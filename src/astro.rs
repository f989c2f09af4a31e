//! Orbits, time and frames: pure functions of their arguments.
//!
//! Lengths are kilometres, speeds km/s, angles radians inside and degrees where a name says `_deg`, times either
//! [`chrono::DateTime`] in UTC or seconds from the start of a [`time::Window`].

pub mod burn;
pub mod crossing;
pub mod elements;
pub mod ephemeris;
pub mod frame;
pub mod geodesy;
pub mod look;
pub mod orientation;
pub mod precession;
pub mod propagator;
pub mod span;
pub mod sun;
pub mod time;
pub mod trajectory;
