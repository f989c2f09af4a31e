//! Shared space situational awareness for allied space cells: public element sets in; conjunctions, overflights and
//! coverage out.
//!
//! # The floors
//!
//! From the ground up. Arrows run down only: a floor names those beneath it, never one above or beside it.
//!
//! | floor | holds |
//! |---|---|
//! | [`kernel`] | numbers only: slices in, numbers out |
//! | [`astro`] | elements, SGP4, time, frames, geodesy, the Sun, and the search for events |
//! | [`format`](mod@format) | readers and writers of outside formats, without I/O |
//! | [`ssa`] | what an analyst asks: conjunctions, passes, overflights, coverage, roster, places |
//! | [`machine`] | what the operating system gives: the clock, locks between processes, free space |
//! | [`store`], [`feed`], [`report`], [`config`] | the database; the sources; answers as text; the configuration |
//! | [`app`] | the use cases |
//! | [`daemon`] | a clock that calls them all |
//! | [`cli`] | the command line |
//!
//! The first four are pure: no clock, disk, network, environment or log line. They are functions of their arguments, and
//! what they return depends on nothing else. "Now" is an argument; so are progress and cancelling.
//!
//! # Conventions
//!
//! Lengths are kilometres, speeds km/s; a name ends in its unit. Angles are radians inside and degrees where a name says
//! `_deg`. Outside, times are [`chrono::DateTime`] in UTC; inside, seconds from the start of a
//! [`Window`](astro::time::Window). Positions are [`Teme`](astro::frame::Teme) until [`astro::frame`] turns them.
//!
//! # Example
//!
//! All approaches below 5 km in a day among the sets of a file:
//!
//! ```no_run
//! use alliedsky::astro::time::Window;
//! use alliedsky::format::{ReadOptions, read_elements};
//! use alliedsky::ssa::conjunction::screen::{ScreenRequest, screen};
//! use alliedsky::ssa::progress::silent;
//!
//! let bytes = std::fs::read("active.csv")?;
//! let batch = read_elements("active.csv", &bytes, &ReadOptions::default())?;
//! let window = Window::new("2026-11-22T00:00:00Z".parse()?, chrono::TimeDelta::hours(24));
//! let screening = screen(&batch.elements, &ScreenRequest::new(window, 5.0), &silent)?;
//! for conjunction in &screening.conjunctions {
//!     let (tca, miss_km) = (conjunction.tca, conjunction.miss_km);
//!     println!("{tca} {} {} {miss_km:.3} km", conjunction.primary_name, conjunction.secondary_name);
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod app;
pub mod astro;
pub mod cli;
pub mod config;
pub mod daemon;
pub mod feed;
pub mod format;
pub mod kernel;
pub mod machine;
pub mod notify;
pub mod report;
pub mod ssa;
pub mod store;
