//! Shared space situational awareness for allied space cells.
//!
//! From the ground up: [`astro`] (orbits, time, frames), then the floors that stand on it. Arrows run down only.

pub mod astro;
pub mod feed;
pub mod ssa;
