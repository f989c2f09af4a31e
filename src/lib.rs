//! Shared space situational awareness for allied space cells.
//!
//! From the ground up: [`astro`] (orbits, time, frames), then the floors that stand on it. Arrows run down only.

pub mod app;
pub mod astro;
pub mod cli;
pub mod config;
pub mod feed;
pub mod format;
pub mod kernel;
pub mod report;
pub mod ssa;
pub mod store;
