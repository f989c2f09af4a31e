//! `propagate`: states of one object over time.

use chrono::{DateTime, Utc};
use clap::ValueEnum;

use super::output::Format;
use super::scope::When;
use super::{Call, Outcome, usage};
use crate::app::World;
use crate::astro::elements::Elements;
use crate::astro::frame::{EarthRotation, State, Teme};
use crate::astro::geodesy::Geodetic;
use crate::astro::precession::teme_to_eme2000;
use crate::astro::propagator::Propagator;
use crate::astro::time::{JulianDate, TT_MINUS_UTC_S, Window};
use crate::config::length::Length;
use crate::format::oem::{OemFrame, OemState, write_oem_kvn, write_oem_xml};
use crate::report::ephemeris;
use crate::report::sheet::{Cell, Mark, Sheet, Shown};
use crate::report::zone::clock_time;

/// States of one object over time
///
/// By SGP4 with WGS-72 constants, from the start of the window in equal steps, until the orbit ends. As oem (or kvn) and
/// xml: an orbit ephemeris message (CCSDS 502.0) of the object.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  alliedsky propagate 25544 --hours 2 --step 5m --frame geodetic\n  alliedsky propagate ALOS-4 --from 2026-09-07 --to 2026-09-08 --step 60s --format csv\n  alliedsky propagate ALOS-4 --hours 24 --frame eme2000 --format oem -o alos-4.oem"
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
    /// Mean equator and equinox of J2000
    Eme2000,
    /// Earth-fixed
    Ecef,
    /// Geodetic latitude, longitude and height on WGS-84
    Geodetic,
}

/// The forms of its answer.
pub(super) const FORMS: [Format; 7] =
    [Format::Table, Format::Csv, Format::Json, Format::Ndjson, Format::Oem, Format::Kvn, Format::Xml];

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
    let is_message = matches!(call.output.format, Format::Oem | Format::Kvn | Format::Xml);
    if is_message && arguments.frame == Frame::Geodetic {
        return Err(usage("an ephemeris has states in teme, eme2000 or ecef, not geodetic ones"));
    }
    let (states, end) = states(elements, window, step_s)?;
    let mut notes = vec![format!(
        "{} {}, SGP4 with WGS-72, {}.",
        elements.norad_id,
        elements.name,
        match arguments.frame {
            Frame::Teme => "TEME of date",
            Frame::Eme2000 => "EME2000",
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
    if is_message {
        call.output.notes(&notes);
        let states = oem_states(&app.world, &states, arguments.frame);
        let message = ephemeris::message(elements, oem_frame(arguments.frame), states, catalogue.clock);
        let is_xml = call.output.format == Format::Xml;
        call.output.text(&if is_xml { write_oem_xml(&message) } else { write_oem_kvn(&message) })?;
    } else {
        call.output.sheet(&sheet(&app.world, elements, &states, arguments.frame), &SHOWN, &notes)?;
    }
    Ok(Outcome::Done)
}

/// A time and the state then.
type Sample = (DateTime<Utc>, State<Teme>);

/// The states, until the orbit ends, and a note where it does.
fn states(elements: &Elements, window: Window, step_s: f64) -> anyhow::Result<(Vec<Sample>, Option<String>)> {
    let propagator = Propagator::new(elements)?;
    let offset_s = propagator.offset_s(window.start);
    let mut states = Vec::new();
    let count = (window.seconds() / step_s + 1e-9).floor() as u64;
    for index in 0..=count {
        let time_s = index as f64 * step_s;
        let time = window.at(time_s);
        match propagator.state(offset_s + time_s) {
            Ok(state) => states.push((time, state)),
            Err(error) if index == 0 => return Err(error.into()),
            Err(error) => {
                return Ok((states, Some(format!("The orbit ends before {}: {error}.", clock_time(time)))));
            }
        }
    }
    Ok((states, None))
}

fn sheet(world: &World, elements: &Elements, states: &[Sample], frame: Frame) -> Sheet {
    let mut sheet = Sheet::new(if frame == Frame::Geodetic { &GEODETIC } else { &CARTESIAN });
    for (time, state) in states {
        let mut row = vec![Cell::Time(*time)];
        row.extend(match cartesian(world, *time, state, frame) {
            Some([position_km, velocity_km_s]) => {
                let position = position_km.map(|km| Cell::Number(km, 9));
                let velocity = velocity_km_s.map(|km_s| Cell::Number(km_s, 12));
                position.into_iter().chain(velocity).collect()
            }
            None => geodetic(world, *time, state),
        });
        row.push(Cell::Number(elements.age_days(*time), 6).marked(elements.is_stale(*time), Mark::Stale));
        sheet.push(row);
    }
    sheet
}

fn rotation(world: &World, time: DateTime<Utc>) -> EarthRotation {
    EarthRotation::at(JulianDate::from_utc(time), world.orientation.at(time))
}

/// Position in km and velocity in km/s in a frame; `None` for the geodetic one.
fn cartesian(world: &World, time: DateTime<Utc>, state: &State<Teme>, frame: Frame) -> Option<[[f64; 3]; 2]> {
    fn both<F>(state: &State<F>) -> [[f64; 3]; 2] {
        [state.position_km.into(), state.velocity_km_s.into()]
    }
    match frame {
        Frame::Teme => Some(both(state)),
        Frame::Eme2000 => Some(both(&teme_to_eme2000(state, JulianDate::from_utc(time).plus_seconds(TT_MINUS_UTC_S)))),
        Frame::Ecef => Some(both(&rotation(world, time).to_ecef(state))),
        Frame::Geodetic => None,
    }
}

fn geodetic(world: &World, time: DateTime<Utc>, state: &State<Teme>) -> Vec<Cell> {
    let place = Geodetic::from_ecef_km(&rotation(world, time).rotate(&state.position_km));
    vec![Cell::Number(place.latitude_deg, 8), Cell::Number(place.longitude_deg, 8), Cell::Number(place.altitude_km, 6)]
}

/// What the standard calls a frame; the geodetic one is none of its own.
fn oem_frame(frame: Frame) -> OemFrame {
    match frame {
        Frame::Teme => OemFrame::Teme,
        Frame::Eme2000 => OemFrame::Eme2000,
        // The realisation that the IERS' Earth orientation of these years belongs to.
        Frame::Ecef | Frame::Geodetic => OemFrame::Itrf("ITRF2014".to_owned()),
    }
}

fn oem_states(world: &World, states: &[Sample], frame: Frame) -> Vec<OemState> {
    let state = |(epoch, state): &Sample| {
        let [position_km, velocity_km_s] = cartesian(world, *epoch, state, frame)?;
        Some(OemState { epoch: *epoch, position_km, velocity_km_s, acceleration_km_s2: None })
    };
    states.iter().filter_map(state).collect()
}
