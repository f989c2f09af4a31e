//! The sources, played by a server on loopback: what is asked, how it is bounded, and what comes of every fault.

pub mod certificates;
pub mod faults;
pub mod server;

mod credentials;
mod fetch;
mod sync_faults;
mod tls;

use std::io::Read;

use alliedsky::feed::bundled;

/// Element sets of 79 satellites as CelesTrak sends them, of the day before 2026-09-07.
pub fn theatre() -> Vec<u8> {
    let mut unpacked = Vec::new();
    flate2::read::GzDecoder::new(bundled::snapshot("theatre").unwrap().bytes).read_to_end(&mut unpacked).unwrap();
    unpacked
}
