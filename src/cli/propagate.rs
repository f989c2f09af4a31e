//! `propagate`: states of one object over time.

use clap::ValueEnum;

use super::scope::When;
use super::{Call, Outcome, usage};
use crate::app::World;
use crate::astro::elements::Elements;
use crate::astro::frame::{EarthRotation, State, Teme};
use crate::astro::geodesy::Geodetic;
use crate::astro::propagator::Propagator;
use crate::astro::time::{JulianDate, Window};
use crate::config::length::Length;
use crate::report::sheet::{Cell, Mark, Sheet, Shown};
use crate::report::zone::clock_time;

/// States of one object over time
///
/// By SGP4 with WGS-72 constants, from the start of the window in equal steps, until the orbit ends.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  alliedsky propagate 25544 --hours 2 --step 5m --frame geodetic\n  alliedsky propagate ALOS-4 --from 2026-09-07 --to 2026-09-08 --step 60s --format csv"
)]
pub(super) struct Arguments {
    /// Catalogue number or name
    id: String,
    #[command(flatten)]
    when: When,
    /// Time between states
    #[arg(long, default_value = "60s", allow_hyphen_values = true)]
    step: Length,
    /// Frame of the states
    #[arg(long, value_enum, default_value = "teme")]
    frame: Frame,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Frame {
    /// True equator, mean equinox of date: what SGP4 computes
    Teme,
    /// Earth-fixed
    Ecef,
    /// Geodetic latitude, longitude and height on WGS-84
    Geodetic,
}

/// More states than this are a slip of the pen.
const MOST_STATES: f64 = 5_000_000.0;

const CARTESIAN: [&str; 8] = ["time", "x_km", "y_km", "z_km", "vx_km_s", "vy_km_s", "vz_km_s", "age_days"];
const GEODETIC: [&str; 5] = ["time", "latitude_deg", "longitude_deg", "altitude_km", "age_days"];

const SHOWN: [Shown; 11] = [
    Shown { column: "time", head: "TIME", decimals: 0 },
    Shown { column: "x_km", head: "X KM", decimals: 3 },
    Shown { column: "y_km", head: "Y KM", decimals: 3 },
    Shown { column: "z_km", head: "Z KM", decimals: 3 },
    Shown { column: "vx_km_s", head: "VX KM/S", decimals: 6 },
    Shown { column: "vy_km_s", head: "VY KM/S", decimals: 6 },
    Shown { column: "vz_km_s", head: "VZ KM/S", decimals: 6 },
    Shown { column: "latitude_deg", head: "LATITUDE°", decimals: 4 },
    Shown { column: "longitude_deg", head: "LONGITUDE°", decimals: 4 },
    Shown { column: "altitude_km", head: "HEIGHT KM", decimals: 3 },
    Shown { column: "age_days", head: "AGE D", decimals: 2 },
];

pub(super) fn run(call: &Call, arguments: &Arguments) -> anyhow::Result<Outcome> {
    let app = call.open()?;
    let catalogue = app.catalogue()?;
    let elements = &catalogue.find(&arguments.id)?.elements;
    let window = arguments.when.window(catalogue.clock)?;
    let step_s = arguments.step.0.as_seconds_f64();
    if step_s <= 0.0 || window.seconds() / step_s > MOST_STATES {
        return Err(usage("--step must be above 0 and give at most five million states"));
    }
    let (sheet, end) = states(&app.world, elements, window, step_s, arguments.frame)?;
    let mut notes = vec![format!(
        "{} {}, SGP4 with WGS-72, {}.",
        elements.norad_id,
        elements.name,
        match arguments.frame {
            Frame::Teme => "TEME of date",
            Frame::Ecef => "Earth-fixed",
            Frame::Geodetic => "geodetic on WGS-84",
        }
    )];
    notes.extend(end);
    if elements.is_stale(window.end) {
        notes.push(format!(
            "Too old for its orbit: the set is {:.1} days from its epoch at the end.",
            elements.age_days(window.end)
        ));
    }
    notes.extend(catalogue.notes.iter().cloned());
    call.output.sheet(&sheet, &SHOWN, &notes)?;
    Ok(Outcome::Done)
}

/// The states, until the orbit ends, and a note where it does.
fn states(
    world: &World,
    elements: &Elements,
    window: Window,
    step_s: f64,
    frame: Frame,
) -> anyhow::Result<(Sheet, Option<String>)> {
    let propagator = Propagator::new(elements)?;
    let offset_s = propagator.offset_s(window.start);
    let mut sheet = Sheet::new(if frame == Frame::Geodetic { &GEODETIC } else { &CARTESIAN });
    let count = (window.seconds() / step_s + 1e-9).floor() as u64;
    for index in 0..=count {
        let time_s = index as f64 * step_s;
        let time = window.at(time_s);
        match propagator.state(offset_s + time_s) {
            Ok(state) => {
                let rotation = EarthRotation::at(JulianDate::from_utc(time), world.orientation.at(time));
                let mut row = vec![Cell::Time(time)];
                row.extend(cells(&state, &rotation, frame));
                row.push(Cell::Number(elements.age_days(time), 6).marked(elements.is_stale(time), Mark::Stale));
                sheet.push(row);
            }
            Err(error) if index == 0 => return Err(error.into()),
            Err(error) => {
                return Ok((sheet, Some(format!("The orbit ends before {}: {error}.", clock_time(time)))));
            }
        }
    }
    Ok((sheet, None))
}

fn cells(state: &State<Teme>, rotation: &EarthRotation, frame: Frame) -> Vec<Cell> {
    let cartesian = |position: &nalgebra::Vector3<f64>, velocity: &nalgebra::Vector3<f64>| {
        position.iter().map(|km| Cell::Number(*km, 9)).chain(velocity.iter().map(|v| Cell::Number(*v, 12))).collect()
    };
    match frame {
        Frame::Teme => cartesian(&state.position_km, &state.velocity_km_s),
        Frame::Ecef => {
            let fixed = rotation.to_ecef(state);
            cartesian(&fixed.position_km, &fixed.velocity_km_s)
        }
        Frame::Geodetic => {
            let place = Geodetic::from_ecef_km(&rotation.rotate(&state.position_km));
            vec![
                Cell::Number(place.latitude_deg, 8),
                Cell::Number(place.longitude_deg, 8),
                Cell::Number(place.altitude_km, 6),
            ]
        }
    }
}
