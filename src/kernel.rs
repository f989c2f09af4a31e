//! Numbers only: slices of numbers in, numbers out; no domain type, and no allocation once the scratch space is warm.

pub mod beneath;
pub mod chebyshev;
mod circular;
pub mod hermite;
pub mod horizon;
pub mod lanes;
pub mod near_chosen;
pub mod near_pairs;
pub mod patch;
pub mod probability;
pub mod root;
pub mod sgp4;
