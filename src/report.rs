//! Answers for people and programs: tables, CSV, JSON, GeoJSON.

pub mod avoid;
pub mod briefing;
pub mod calendar;
pub mod cdm;
pub mod cells;
pub mod compare;
pub mod conjunctions;
pub mod coverage;
pub mod custody;
pub mod exposure;
pub mod fold;
pub mod geo;
pub mod geojson;
pub mod ground_track;
pub mod handover;
pub mod looks;
pub mod observations;
pub mod overflights;
pub mod page;
pub mod passes;
pub mod prometheus;
pub mod rows;
pub mod sharing;
pub mod sheet;
pub mod watch;
pub mod zone;
