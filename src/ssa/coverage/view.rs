//! What one asset sees of a place, cell by cell.

use chrono::{DateTime, TimeDelta, Utc};
use rayon::prelude::*;

use crate::astro::crossing::{Sample, Scan, Steps, Track, intervals};
use crate::astro::elements::Elements;
use crate::astro::frame::{EarthOrientation, EarthRotation};
use crate::astro::look::Station;
use crate::astro::propagator::{PropagationError, Propagator};
use crate::astro::span::{Span, SpanSet};
use crate::astro::sun::sun_elevation_deg;
use crate::astro::time::{JulianDate, Window};
use crate::ssa::access::{Constraint, Nearby, accesses};
use crate::ssa::nation::Nation;
use crate::ssa::place::EnclosingCap;
use crate::ssa::roster::{Reach, Sensor, SensorKind};
use crate::ssa::side::on_side;

/// A place to be seen: its cells as points of known area.
#[derive(Clone, Debug)]
pub struct Target {
    /// One point a cell.
    pub points: Vec<Station>,
    /// Area of each cell, km²; 1 for a single point.
    pub areas_km2: Vec<f64>,
    /// A cap that holds every point.
    pub cap: EnclosingCap,
}

/// A place over a window: what the views of all assets share.
#[derive(Clone, Debug)]
pub struct Scene {
    /// The place.
    pub target: Target,
    /// The window that figures are of.
    pub window: Window,
    /// How long before the window views begin, seconds: looks of that time may still be fresh in it.
    pub lead_s: f64,
}

/// What a sensor looks with: by it assets are told apart in figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LookKind {
    /// Needs daylight on the target.
    Optical,
    /// Radar, by day and night.
    Radar,
    /// Infrared, radio and the rest, by day and night.
    Other,
}

impl LookKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Optical, Self::Radar, Self::Other];

    /// The word for columns and the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Optical => "optical",
            Self::Radar => "radar",
            Self::Other => "other",
        }
    }

    /// That of a sensor.
    #[must_use]
    pub const fn of(sensor: &Sensor) -> Self {
        match (sensor.needs_daylight, sensor.kind) {
            (true, _) => Self::Optical,
            (false, SensorKind::Sar) => Self::Radar,
            (false, _) => Self::Other,
        }
    }
}

/// What one asset sees, or has in reach, of a place with one kind of sensor.
#[derive(Clone, Debug, PartialEq)]
pub struct AssetView {
    /// Whose it is.
    pub nation: Nation,
    /// Index into the caller's list of assets.
    pub asset: usize,
    /// With what it looks.
    pub kind: LookKind,
    /// For each cell the stretches in view, seconds from the window's start, those of the time before it below zero.
    pub cells: Vec<SpanSet>,
}

impl AssetView {
    /// When any cell is in view.
    #[must_use]
    pub fn any_cell(&self) -> SpanSet {
        SpanSet::union_of(&self.cells)
    }
}

/// The views with those of one asset joined to one, of the kind of the first: an asset looks once, with whatever it has.
#[must_use]
pub fn by_asset(views: &[AssetView]) -> Vec<AssetView> {
    let mut joined: Vec<AssetView> = Vec::with_capacity(views.len());
    for view in views {
        match joined.iter_mut().find(|present| present.asset == view.asset) {
            Some(present) => {
                for (before, more) in present.cells.iter_mut().zip(&view.cells) {
                    *before = before.union(more);
                }
            }
            None => joined.push(view.clone()),
        }
    }
    joined
}

/// The fastest that the Sun's elevation can change, degrees a second: the Earth's turn, with a margin for the Sun's own
/// motion.
pub const SUN_RATE_DEG_S: f64 = 0.0042;

impl Scene {
    /// For each cell when the Sun stands at least `min_sun_elevation_deg` above its horizon, seconds from the window's
    /// start.
    #[must_use]
    pub fn daylight(
        &self,
        min_sun_elevation_deg: f64,
        orientation: &(impl Fn(DateTime<Utc>) -> EarthOrientation + Sync),
    ) -> Vec<SpanSet> {
        let within = Span::new(-self.lead_s, self.window.seconds());
        let lit = |point: &Station| sun_above(point, self.window, within, min_sun_elevation_deg, orientation);
        self.target.points.par_iter().map(lit).collect()
    }
}

/// The views as far as there is light: those of optical sensors cut to each cell's daylight.
#[must_use]
pub fn lit(views: &[AssetView], daylight: &[SpanSet]) -> Vec<AssetView> {
    let by_day = |view: &AssetView| match view.kind {
        LookKind::Optical => {
            let cells = view.cells.iter().zip(daylight).map(|(seen, lit)| seen.intersection(lit)).collect();
            AssetView { cells, ..*view }
        }
        LookKind::Radar | LookKind::Other => view.clone(),
    };
    views.par_iter().map(by_day).collect()
}

/// When the Sun stands at least `elevation_deg` above a point within a stretch, given in seconds from the window's start.
#[must_use]
pub fn sun_above(
    point: &Station,
    window: Window,
    within: Span,
    elevation_deg: f64,
    orientation: &impl Fn(DateTime<Utc>) -> EarthOrientation,
) -> SpanSet {
    let start = JulianDate::from_utc(window.start);
    let scan = intervals(within, Steps { min_s: 1.0, ..Steps::default() }, |time_s| {
        let jd_utc = start.plus_seconds(time_s);
        let rotation = EarthRotation::at(jd_utc, orientation(window.at(time_s)));
        let value = sun_elevation_deg(point, jd_utc, &rotation) - elevation_deg;
        Ok::<_, std::convert::Infallible>(Sample { value, clear_s: value.abs() / SUN_RATE_DEG_S })
    });
    let Ok(scan) = scan;
    SpanSet::from_spans(scan.intervals.iter().map(|interval| interval.span).collect())
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

/// What a satellite's sensors have in reach of a scene, whatever the light ([`lit`]), one view for each kind of sensor that
/// it carries. The second value tells why the orbit ended inside the window, where it did.
///
/// # Errors
/// The satellite has no state where the scene begins.
pub fn views(
    elements: &Elements,
    (nation, asset): (Nation, usize),
    sensors: &[Sensor],
    scene: &Scene,
    orientation: &impl Fn(DateTime<Utc>) -> EarthOrientation,
) -> Result<(Vec<AssetView>, Option<PropagationError>), PropagationError> {
    let lead = TimeDelta::microseconds((scene.lead_s * 1e6) as i64);
    let lead_s = lead.as_seconds_f64();
    let wide = Window::new(scene.window.start - lead, scene.window.end - scene.window.start + lead);
    let propagator = Propagator::new(elements)?;
    let track = Track::new(&propagator, wide, orientation);
    let mut lost = None;
    let mut views: Vec<AssetView> = Vec::new();
    for sensor in sensors {
        let constraint = constraint(sensor, elements);
        let near = Nearby::new(&track, &scene.target.cap, &constraint, Span::new(0.0, wide.seconds()))?;
        lost = lost.or(near.lost().map(|(_, error)| error));
        let mut cells = Vec::with_capacity(scene.target.points.len());
        for point in &scene.target.points {
            let scan = accesses(&track, point, &constraint, &near.spans_of(&point.up))?;
            let mut seen = spans_of(&scan);
            if let Some(side) = sensor.look.only() {
                seen = spans_of(&on_side(&track, point, side, &seen)?);
            }
            cells.push(seen.shifted(-lead_s));
        }
        let kind = LookKind::of(sensor);
        match views.iter_mut().find(|view| view.kind == kind) {
            Some(view) => {
                for (before, more) in view.cells.iter_mut().zip(cells) {
                    *before = before.union(&more);
                }
            }
            None => views.push(AssetView { nation, asset, kind, cells }),
        }
    }
    Ok((views, lost))
}

fn spans_of(scan: &Scan<PropagationError>) -> SpanSet {
    SpanSet::from_spans(scan.intervals.iter().map(|interval| interval.span).collect())
}
