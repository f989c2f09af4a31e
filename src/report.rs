//! Answers for people and programs: tables, CSV, JSON, GeoJSON.

pub mod briefing;
pub mod conjunctions;
pub mod coverage;
pub mod fold;
pub mod geojson;
pub mod handover;
pub mod overflights;
pub mod page;
pub mod passes;
pub mod prometheus;
pub mod rows;
pub mod sheet;
pub mod watch;
pub mod zone;
