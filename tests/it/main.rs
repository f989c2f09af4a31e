//! Every integration test in one binary, a file per area.
#![allow(
    missing_docs,
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout
)]

mod access;
mod badinputs;
mod cli;
mod coverage;
mod crossing;
mod format;
mod frames;
mod handover;
mod housekeeping;
mod layers;
mod orientation;
mod overflights;
mod passes;
mod places;
mod screening;
mod sets;
mod sgp4;
mod store;
mod sun;
mod truth;
