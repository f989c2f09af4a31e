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
mod alerts;
mod avoid;
mod backup;
mod badinputs;
mod cli;
mod covariance;
mod coverage;
mod crossing;
mod daemon;
mod durability;
mod feed;
mod feeds;
mod format;
mod frames;
mod fuzz_corpus;
mod geo;
mod given_orbit;
mod handover;
mod hard_body;
mod housekeeping;
mod lanes;
mod layers;
mod meetings;
mod messages;
mod orientation;
mod overflights;
mod packaging;
mod passes;
mod places;
mod probability;
mod release;
mod report;
mod screening;
mod sensors;
mod sets;
mod sgp4;
mod side;
mod store;
mod sun;
mod tasks;
mod timing;
mod truth;
mod upkeep;
mod watch;
