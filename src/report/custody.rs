//! Who could observe what from the ground, as rows.

use chrono::{DateTime, SubsecRound, Utc};

use super::briefing::Briefing;
use super::sheet::{Cell, Mark, Sheet};
use crate::astro::time::Window;
use crate::ssa::custody::Observation;
use crate::ssa::custody::chances::Chances;

const CROSSING_COLUMNS: [&str; 14] = [
    "norad_id",
    "name",
    "owner",
    "crosses_start",
    "crosses_end",
    "longest_unobserved_s",
    "nation",
    "sensors",
    "chances",
    "observed_s",
    "first_start",
    "first_end",
    "first_sensor",
    "timing_error_s",
];

/// The objects of others that cross a region, and what each nation could observe of them: a row for each nation.
#[must_use]
pub fn crossing(briefing: &Briefing) -> Sheet {
    let mut sheet = Sheet::new(&CROSSING_COLUMNS);
    for object in &briefing.custody.objects {
        let Window { start: from, end: to } = object.crosses;
        for chances in &object.chances {
            let mut row = vec![
                Cell::Integer(object.norad_id.get().into()),
                Cell::text(&object.name),
                Cell::text(object.nation.map_or("", |nation| nation.alpha2())),
                Cell::Time(from),
                Cell::Later(to, from),
                Cell::Seconds(object.longest_unobserved_s, 3),
            ];
            row.extend(counts(chances));
            row.extend(first(briefing, chances.first.as_ref()));
            row.push(Cell::number(chances.first.as_ref().map(|first| first.timing_error_s), 2));
            sheet.push(row);
        }
    }
    sheet
}

const FIRST_LOOK_COLUMNS: [&str; 19] = [
    "tca",
    "primary_id",
    "secondary_id",
    "miss_km",
    "norad_id",
    "name",
    "nation",
    "sensors",
    "chances",
    "observed_s",
    "first_start",
    "first_end",
    "first_sensor",
    "before_tca_s",
    "elevation_deg",
    "range_km",
    "figures",
    "age_days",
    "timing_error_s",
];

/// For each of the nearest conjunctions who could observe either object before the closest approach, and when first: a row
/// for each object and nation, with nothing in its last columns where that nation could not.
#[must_use]
pub fn first_looks(briefing: &Briefing) -> Sheet {
    let mut sheet = Sheet::new(&FIRST_LOOK_COLUMNS);
    for of_object in &briefing.custody.events {
        let Some(event) = briefing.conjunctions.get(of_object.event) else { continue };
        let is_primary = of_object.object == event.primary_id;
        let tca_s = (event.tca - briefing.window.start).as_seconds_f64();
        for chances in &of_object.chances {
            let found = chances.first.as_ref();
            let sensor = found.and_then(|first| briefing.custody.sensors.get(first.sensor));
            let mut row = vec![
                Cell::Time(event.tca.trunc_subsecs(6)),
                Cell::Integer(event.primary_id.get().into()),
                Cell::Integer(event.secondary_id.get().into()),
                Cell::Number(event.miss_km, 6),
                Cell::Integer(of_object.object.get().into()),
                Cell::text(if is_primary { &event.primary_name } else { &event.secondary_name }),
            ];
            row.extend(counts(chances));
            row.extend(first(briefing, found));
            row.extend([
                found.map_or(Cell::Null, |first| Cell::Seconds(tca_s - first.interval.span.start_s, 3)),
                Cell::number(found.map(|first| first.start.elevation_deg), 4),
                Cell::number(found.map(|first| first.start.range_km), 3),
                Cell::text(sensor.map_or("", |sensor| sensor.figures.as_str())),
                Cell::number(found.map(|first| first.age_days), 4),
                Cell::number(found.map(|first| first.timing_error_s), 2),
            ]);
            sheet.push(row);
        }
    }
    sheet
}

/// Whose, of how many sensors, how many chances, how long.
fn counts(chances: &Chances) -> [Cell; 4] {
    [
        Cell::text(chances.nation.alpha2()),
        Cell::Integer(chances.sensors as i64),
        Cell::Integer(chances.count as i64),
        Cell::Seconds(chances.observed.seconds(), 3),
    ]
}

/// When first, and by what.
fn first(briefing: &Briefing, found: Option<&Observation>) -> [Cell; 3] {
    let Some(first) = found else { return [Cell::Null, Cell::Null, Cell::Null] };
    let interval = &first.interval;
    let [start, end] = [interval.span.start_s, interval.span.end_s].map(|s| time(briefing, s));
    let sensor = briefing.custody.sensors.get(first.sensor);
    [
        Cell::Time(start).marked(interval.open_start, Mark::OpenStart),
        Cell::Later(end, start).marked(interval.open_end, Mark::OpenEnd),
        Cell::text(sensor.map_or("", |sensor| sensor.name.as_str())),
    ]
}

fn time(briefing: &Briefing, seconds: f64) -> DateTime<Utc> {
    briefing.window.at(seconds).trunc_subsecs(6)
}
