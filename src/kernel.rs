//! Numbers only: slices of `f64` in, numbers out; no domain type, and no allocation once the scratch space is warm.

pub mod columns;
pub mod root;
