//! Answers for people and programs: tables, CSV, JSON, GeoJSON.

pub mod sheet;
pub mod zone;
