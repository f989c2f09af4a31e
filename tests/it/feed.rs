//! The sources, played by a server on loopback: what is asked, how it is bounded, and what comes of every fault.

pub mod certificates;
pub mod faults;
pub mod server;

mod credentials;
mod fetch;
mod tls;
