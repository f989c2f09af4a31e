//! Numbers only: slices of `f64` in, numbers out; no domain type, and no allocation once the scratch space is warm.

pub mod chebyshev;
mod circular;
pub mod columns;
pub mod lanes;
pub mod root;
pub mod sgp4;
