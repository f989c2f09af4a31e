//! Passes and overflights as calendars.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::overflights::OverflightRow;
use crate::astro::elements::NoradId;
use crate::format::ics::{Event, calendar};
use crate::ssa::overflight::Daylight;
use crate::ssa::pass::Pass;
use crate::ssa::place::Site;
use crate::ssa::suggest::folded;

/// Passes over a site as a calendar (RFC 5545), an event a pass, in the order given; `stamp` is the clock of the answer
/// and `notes` say what it rests on.
#[must_use]
pub fn passes(passes: &[Pass], site: &Site, stamp: DateTime<Utc>, notes: &[String]) -> String {
    let mut names = Names::default();
    let events: Vec<Event> = passes
        .iter()
        .map(|pass| {
            let mut lines = vec![
                format!(
                    "Rise at azimuth {:.0}°, highest {:.1}° at {} (azimuth {:.0}°, {:.0} km), set at azimuth {:.0}°.",
                    pass.aos_azimuth_deg,
                    pass.max_elevation_deg,
                    pass.tca.format("%H:%M:%SZ"),
                    pass.tca_azimuth_deg,
                    pass.min_range_km,
                    pass.los_azimuth_deg
                ),
                trust(pass.timing_error_s, pass.age_days, pass.stale),
            ];
            if pass.visible() {
                lines.push("Can be seen by eye.".to_owned());
            }
            lines.extend(notes.iter().cloned());
            Event {
                uid: names.uid("pass", pass.norad_id, &pass.site, pass.tca),
                start: pass.aos,
                end: pass.los,
                summary: format!("{} {:.0}°", pass.name, pass.max_elevation_deg),
                description: lines.join("\n"),
                location: site.name.clone(),
                geo: Some((site.latitude_deg, site.longitude_deg)),
            }
        })
        .collect();
    calendar(&format!("Passes over {}", site.name), stamp, &events)
}

/// Overflights as a calendar (RFC 5545), an event an overflight, in the order given; `stamp` is the clock of the answer and
/// `notes` say what it rests on.
#[must_use]
pub fn overflights<T: AsRef<str>>(
    rows: &[OverflightRow<T>],
    place: &str,
    stamp: DateTime<Utc>,
    notes: &[String],
) -> String {
    let mut names = Names::default();
    let events: Vec<Event> = rows
        .iter()
        .map(|row| {
            let own = &row.overflight;
            let whose = [row.nation, row.mission].map(str::trim).join(" ");
            let reach = if row.sensor.is_empty() { "no sensor".to_owned() } else { row.sensor.clone() };
            let light = match own.daylight {
                Daylight::Day => "by day",
                Daylight::Part => "partly by day",
                Daylight::Night => "by night",
            };
            let mut lines = vec![
                format!("In reach of {reach}, {light}, nearest {:.0} km.", own.nearest_km),
                trust(own.timing_error_s, own.age_days, own.stale),
            ];
            lines.extend(notes.iter().cloned());
            let middle = own.start + (own.end - own.start) / 2;
            Event {
                uid: names.uid("overflight", own.norad_id, own.region.as_ref(), middle),
                start: own.start,
                end: own.end,
                summary: if whose.trim().is_empty() {
                    own.name.as_ref().to_owned()
                } else {
                    format!("{} ({})", own.name.as_ref(), whose.trim())
                },
                description: lines.join("\n"),
                location: own.region.as_ref().to_owned(),
                geo: None,
            }
        })
        .collect();
    calendar(&format!("Overflights of {place}"), stamp, &events)
}

/// How far the times can be trusted.
fn trust(timing_error_s: Option<f64>, age_days: f64, stale: bool) -> String {
    let timing = timing_error_s.map_or_else(String::new, |seconds| format!("Times ± {seconds:.1} s (1σ); "));
    let old = if stale { ", too old for its orbit" } else { "" };
    format!("{timing}element set {age_days:.1} days old{old}.")
}

/// Names of events that stay the same when newer element sets move them by seconds: kind, object, place and the half hour
/// of the middle. A pass moves over the edge of a half hour once in a thousand or so; then it has a new name.
#[derive(Default)]
struct Names(HashMap<String, usize>);

impl Names {
    fn uid(&mut self, kind: &str, id: NoradId, place: &str, middle: DateTime<Utc>) -> String {
        let half_hour = middle.timestamp().div_euclid(1800) * 1800;
        let stamp = DateTime::from_timestamp(half_hour, 0).unwrap_or(middle).format("%Y%m%dT%H%M");
        let name = format!("{kind}-{id}-{}-{stamp}", folded(place).replace(|c: char| !c.is_ascii_alphanumeric(), ""));
        let count = self.0.entry(name.clone()).or_default();
        *count += 1;
        if *count == 1 { format!("{name}@alliedsky") } else { format!("{name}-{count}@alliedsky") }
    }
}
