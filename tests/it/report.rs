//! The report for people: the page's structure, what it says in edge cases, and how a browser draws it.

mod browser;
mod fixture;
mod fixture_custody;
mod fixture_events;
mod fixture_regions;
mod page;
