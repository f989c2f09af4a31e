//! What one asset sees of a place, cell by cell.

use chrono::{DateTime, Utc};
use rayon::prelude::*;

use super::coalition::AssetView;
use crate::astro::crossing::{Sample, Steps, Track, intervals};
use crate::astro::elements::Elements;
use crate::astro::frame::{EarthOrientation, EarthRotation};
use crate::astro::look::Station;
use crate::astro::propagator::{PropagationError, Propagator};
use crate::astro::span::{Span, SpanSet};
use crate::astro::sun::sun_elevation_deg;
use crate::astro::time::{JulianDate, Window};
use crate::ssa::access::{Constraint, Nearby, accesses};
use crate::ssa::place::EnclosingCap;
use crate::ssa::roster::{Nation, Reach, Sensor};

/// A place to be seen: its cells as points of known area, with the light on each.
#[derive(Clone, Debug)]
pub struct Target {
    /// One point a cell.
    pub points: Vec<Station>,
    /// Area of each cell, km²; 1 for a single point.
    pub areas_km2: Vec<f64>,
    /// A cap that holds every point.
    pub cap: EnclosingCap,
}

/// The fastest that the Sun's elevation can change, degrees a second: the Earth's turn, with a margin for the Sun's own
/// motion.
const SUN_RATE_DEG_S: f64 = 0.0042;

/// When the Sun stands at least `min_sun_elevation_deg` above each point of a target.
#[must_use]
pub fn daylight(
    target: &Target,
    window: Window,
    min_sun_elevation_deg: f64,
    orientation: &(impl Fn(DateTime<Utc>) -> EarthOrientation + Sync),
) -> Vec<SpanSet> {
    let start = JulianDate::from_utc(window.start);
    let within = Span::new(0.0, window.seconds());
    let lit = |point: &Station| {
        let scan = intervals(within, Steps { min_s: 1.0, max_s: 86_400.0 }, |time_s| {
            let jd_utc = start.plus_seconds(time_s);
            let rotation = EarthRotation::at(jd_utc, orientation(window.at(time_s)));
            let value = sun_elevation_deg(point, jd_utc, &rotation) - min_sun_elevation_deg;
            Ok::<_, std::convert::Infallible>(Sample { value, clear_s: value.abs() / SUN_RATE_DEG_S })
        });
        let Ok(scan) = scan;
        SpanSet::from_spans(scan.intervals.iter().map(|interval| interval.span).collect())
    };
    target.points.par_iter().map(lit).collect()
}

/// The constraint that a sensor's reach puts on an access, from the mean height of the satellite's orbit.
#[must_use]
pub fn constraint(sensor: &Sensor, elements: &Elements) -> Constraint {
    let min_elevation_deg = match sensor.reach {
        Reach::MinElevation { deg } => deg,
        _ => sensor.min_elevation_deg.unwrap_or(0.0),
    };
    let height_km = 0.5 * (elements.perigee_km() + elements.apogee_km());
    Constraint { min_elevation_deg, off_nadir_deg: sensor.reach.off_nadir_deg(height_km) }
}

/// When a satellite's sensors see each point of a target; `daylight` limits those that need it. The second value tells
/// why the orbit ended inside the window, where it did.
///
/// # Errors
/// The satellite has no state at the window's start.
#[expect(clippy::too_many_arguments, reason = "every one is an independent input of a pure function")]
pub fn view(
    elements: &Elements,
    nation: Nation,
    asset: usize,
    sensors: &[Sensor],
    target: &Target,
    daylight: &[SpanSet],
    window: Window,
    orientation: &impl Fn(DateTime<Utc>) -> EarthOrientation,
) -> Result<(AssetView, Option<PropagationError>), PropagationError> {
    let propagator = Propagator::new(elements)?;
    let track = Track::new(&propagator, window, orientation);
    let mut lost = None;
    let mut cells = vec![Vec::new(); target.points.len()];
    for sensor in sensors {
        let constraint = constraint(sensor, elements);
        let near = Nearby::new(&track, &target.cap, &constraint, Span::new(0.0, window.seconds()))?;
        lost = lost.or(near.lost().map(|(_, error)| error));
        for (cell, point) in target.points.iter().enumerate() {
            let scan = accesses(&track, point, &constraint, &near.spans_of(&point.up))?;
            let seen = SpanSet::from_spans(scan.intervals.iter().map(|interval| interval.span).collect());
            let seen = if sensor.needs_daylight { seen.intersection(&daylight[cell]) } else { seen };
            cells[cell].extend_from_slice(seen.as_slice());
        }
    }
    Ok((AssetView { nation, asset, cells: cells.into_iter().map(SpanSet::from_spans).collect() }, lost))
}
