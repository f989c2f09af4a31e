//! Ground sensors, what they could observe, and custody, as rows.

use serde_json::Value;

use super::sheet::{Cell, Mark, Sheet, Shown};
use crate::astro::elements::NoradId;
use crate::astro::time::Window;
use crate::ssa::custody::{CoalitionCustody, Custody, Observation};
use crate::ssa::ground_sensor::{Band, GroundSensor};
use crate::ssa::nation::Nation;

const SENSOR: [&str; 17] = [
    "name",
    "nation",
    "kind",
    "latitude_deg",
    "longitude_deg",
    "altitude_m",
    "sky",
    "range_min_km",
    "range_max_km",
    "altitude_min_km",
    "altitude_max_km",
    "max_sun_elevation_deg",
    "needs_sunlit_target",
    "fan_half_width_deg",
    "figures",
    "source",
    "note",
];

/// The columns of the table of sensors for people.
pub const SENSOR_SHOWN: [Shown; 8] = [
    Shown { column: "name", head: "SENSOR", decimals: 0 },
    Shown { column: "nation", head: "NATION", decimals: 0 },
    Shown { column: "kind", head: "KIND", decimals: 0 },
    Shown { column: "latitude_deg", head: "LATITUDE°", decimals: 3 },
    Shown { column: "longitude_deg", head: "LONGITUDE°", decimals: 3 },
    Shown { column: "sky", head: "SKY", decimals: 0 },
    Shown { column: "range_max_km", head: "TO KM", decimals: 0 },
    Shown { column: "figures", head: "FIGURES", decimals: 0 },
];

/// Sensors as rows, in the order given.
#[must_use]
pub fn sensor_sheet(sensors: &[&GroundSensor]) -> Sheet {
    let mut sheet = Sheet::new(&SENSOR);
    for sensor in sensors {
        let altitude = |of: fn(Band) -> f64| Cell::number(sensor.altitude.map(of), 1);
        sheet.push(vec![
            Cell::text(&sensor.name),
            Cell::Text(sensor.nation.to_string()),
            Cell::text(sensor.kind.as_str()),
            Cell::Number(sensor.latitude_deg, 5),
            Cell::Number(sensor.longitude_deg, 5),
            Cell::Number(sensor.altitude_m, 1),
            Cell::Text(sky_text(sensor)),
            Cell::Number(sensor.range.min_km, 1),
            Cell::Number(sensor.range.max_km, 1),
            altitude(|band| band.min_km),
            altitude(|band| band.max_km),
            Cell::number(sensor.max_sun_elevation_deg, 2),
            Cell::Flag(sensor.needs_sunlit_target),
            Cell::number(sensor.fan_half_width_deg, 2),
            Cell::text(sensor.figures.as_str()),
            Cell::text(&sensor.source),
            sensor.note.as_deref().map_or(Cell::Null, Cell::text),
        ]);
    }
    sheet
}

/// `az 259-19 el 2-30, az 251-27 el 30-80`.
fn sky_text(sensor: &GroundSensor) -> String {
    let fields: Vec<String> = sensor
        .fields
        .iter()
        .map(|field| {
            let azimuth =
                field.azimuth.map_or_else(String::new, |sector| format!("az {}-{} ", sector.from_deg, sector.to_deg));
            format!("{azimuth}el {}-{}", field.min_elevation_deg, field.max_elevation_deg)
        })
        .collect();
    fields.join(", ")
}

const OBSERVATION: [&str; 19] = [
    "norad_id",
    "name",
    "sensor",
    "nation",
    "kind",
    "start",
    "start_azimuth_deg",
    "start_elevation_deg",
    "start_range_km",
    "end",
    "end_azimuth_deg",
    "end_elevation_deg",
    "end_range_km",
    "figures",
    "age_days",
    "timing_error_s",
    "open_start",
    "open_end",
    "stale",
];

/// The columns of the table of observations for people.
pub const OBSERVATION_SHOWN: [Shown; 12] = [
    Shown { column: "start", head: "START", decimals: 0 },
    Shown { column: "end", head: "END", decimals: 0 },
    Shown { column: "nation", head: "NATION", decimals: 0 },
    Shown { column: "sensor", head: "SENSOR", decimals: 0 },
    Shown { column: "norad_id", head: "ID", decimals: 0 },
    Shown { column: "name", head: "OBJECT", decimals: 0 },
    Shown { column: "start_azimuth_deg", head: "AZ°", decimals: 0 },
    Shown { column: "start_elevation_deg", head: "EL°", decimals: 0 },
    Shown { column: "start_range_km", head: "RANGE KM", decimals: 0 },
    Shown { column: "figures", head: "FIGURES", decimals: 0 },
    Shown { column: "timing_error_s", head: "± S", decimals: 1 },
    Shown { column: "age_days", head: "AGE D", decimals: 1 },
];

/// Observations as rows, by their beginning, then object and sensor.
#[must_use]
pub fn observation_sheet(observations: &[Observation], sensors: &[GroundSensor], window: Window) -> Sheet {
    let mut rows: Vec<&Observation> = observations.iter().collect();
    rows.sort_by(|a, b| {
        let by_time = a.interval.span.start_s.total_cmp(&b.interval.span.start_s);
        by_time.then((a.norad_id, a.sensor).cmp(&(b.norad_id, b.sensor)))
    });
    let mut sheet = Sheet::new(&OBSERVATION);
    for observation in rows {
        let Some(sensor) = sensors.get(observation.sensor) else { continue };
        let interval = &observation.interval;
        let start = window.at(interval.span.start_s);
        let end = window.at(interval.span.end_s);
        sheet.push(vec![
            Cell::Integer(observation.norad_id.get().into()),
            Cell::text(&observation.name),
            Cell::text(&sensor.name),
            Cell::Text(sensor.nation.to_string()),
            Cell::text(sensor.kind.as_str()),
            Cell::Time(start).marked(interval.open_start, Mark::OpenStart),
            Cell::Number(observation.start.azimuth_deg, 6),
            Cell::Number(observation.start.elevation_deg, 6),
            Cell::Number(observation.start.range_km, 4),
            Cell::Later(end, start).marked(interval.open_end, Mark::OpenEnd),
            Cell::Number(observation.end.azimuth_deg, 6),
            Cell::Number(observation.end.elevation_deg, 6),
            Cell::Number(observation.end.range_km, 4),
            Cell::text(sensor.figures.as_str()),
            Cell::Number(observation.age_days, 4).marked(observation.stale, Mark::Stale),
            Cell::Number(observation.timing_error_s, 2),
            Cell::Flag(interval.open_start),
            Cell::Flag(interval.open_end),
            Cell::Flag(observation.stale),
        ]);
    }
    sheet
}

const CUSTODY: [&str; 8] =
    ["nations", "sensors", "objects", "observed", "observed_percent", "mean_since_last_s", "alone", "alone_ids"];

/// The columns of the table of custody for people.
pub const CUSTODY_SHOWN: [Shown; 7] = [
    Shown { column: "nations", head: "NATIONS", decimals: 0 },
    Shown { column: "sensors", head: "SENSORS", decimals: 0 },
    Shown { column: "objects", head: "OBJECTS", decimals: 0 },
    Shown { column: "observed", head: "OBSERVED", decimals: 0 },
    Shown { column: "observed_percent", head: "SHARE %", decimals: 1 },
    Shown { column: "mean_since_last_s", head: "SINCE LAST", decimals: 0 },
    Shown { column: "alone", head: "THEY ALONE", decimals: 0 },
];

/// Custody as rows, a row a coalition; the numbers of the objects that it alone could observe stand in JSON.
#[must_use]
pub fn custody_sheet(custody: &Custody) -> Sheet {
    let mut sheet = Sheet::new(&CUSTODY).with_nested(1);
    for own in &custody.coalitions {
        sheet.push(custody_row(own, custody.objects));
    }
    sheet
}

fn custody_row(own: &CoalitionCustody, objects: usize) -> Vec<Cell> {
    let count = |number: usize| Cell::Integer(i64::try_from(number).unwrap_or(i64::MAX));
    let ids = |of: &std::collections::BTreeSet<NoradId>| of.iter().map(|id| Value::from(id.get())).collect();
    vec![
        Cell::Text(own.nations.iter().map(Nation::to_string).collect::<Vec<_>>().join("+")),
        count(own.sensors),
        count(objects),
        count(own.observed.len()),
        Cell::Number(own.observed_percent, 4),
        own.mean_since_last_s.map_or(Cell::Null, |seconds| Cell::Seconds(seconds, 1)),
        count(own.alone.len()),
        Cell::Nested(ids(&own.alone)),
    ]
}
