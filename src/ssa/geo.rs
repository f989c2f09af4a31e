//! The neighbourhood of satellites in the geostationary belt: who drifts by, how near, and who has changed slot.
//!
//! An object is near the belt when its period is within [`PERIOD_SHARE`] of a sidereal day, whatever its inclination and
//! eccentricity: a supersynchronous graveyard orbit counts, a transfer orbit does not. It is a neighbour of a satellite
//! when the longitude beneath it comes within a reach of that beneath the satellite. Longitudes are those of the points
//! beneath, Earth-fixed, as everywhere in this program.

use chrono::{DateTime, Utc};
use nalgebra::Vector3;
use rayon::prelude::*;

use super::progress::{Cancelled, Progress};
use super::watch::manoeuvre;
use crate::astro::elements::Elements;
use crate::astro::frame::{EarthOrientation, EarthRotation};
use crate::astro::geodesy::Foot;
use crate::astro::propagator::Propagator;
use crate::astro::time::{JulianDate, Window, gmst82_rad};

/// A revolution of the Earth against the equinox, s (Vallado, *Fundamentals*, 4th ed., sec. 3.5.2).
pub const SIDEREAL_DAY_S: f64 = 86_164.090_5;

/// By how much of a sidereal day the period of an object near the belt may differ from it: about 2,800 km of height, and
/// 36° of drift a day.
pub const PERIOD_SHARE: f64 = 0.1;

/// Paths are looked at this often, s. An orbit inclined by 63° moves by 0.6° of longitude meanwhile, one in the belt by
/// nothing that counts: a visit that only touches the edge of the reach for less may be missed.
const STEP_S: f64 = 120.0;

/// Times of entry, exit and least distance are found to this, s.
const TOLERANCE_S: f64 = 0.5;

/// A change of drift counts as one of slot from this on, degrees a day: keeping a slot to 0.1° takes about a third of it.
pub const SLOT_CHANGE_DEG_DAY: f64 = 0.1;

/// Whether an object is near the belt.
#[must_use]
pub fn is_near_belt(elements: &Elements) -> bool {
    let days = 60.0 * elements.period_min() / SIDEREAL_DAY_S;
    (1.0 - PERIOD_SHARE..=1.0 + PERIOD_SHARE).contains(&days)
}

/// An angle from −180° to below 180°.
#[must_use]
pub fn wrapped_deg(angle_deg: f64) -> f64 {
    (angle_deg + 180.0).rem_euclid(360.0) - 180.0
}

/// The mean longitude of a set at its epoch, degrees, −180 to below 180: right ascension of the node, argument of perigee
/// and mean anomaly less Greenwich mean sidereal time, UT1 taken as UTC.
#[must_use]
pub fn mean_longitude_deg(elements: &Elements) -> f64 {
    let angles_deg = elements.raan_deg + elements.arg_perigee_deg + elements.mean_anomaly_deg;
    wrapped_deg(angles_deg - gmst82_rad(JulianDate::from_utc(elements.epoch)).to_degrees())
}

/// How fast the point beneath an object drifts at a time, degrees a day, east positive: by how much its longitude differs
/// a sidereal day later, when inclination and eccentricity have brought it back. `None` where the orbit has no state.
pub fn drift_deg_day(
    elements: &Elements,
    time: DateTime<Utc>,
    orientation: &impl Fn(DateTime<Utc>) -> EarthOrientation,
) -> Option<f64> {
    let propagator = Propagator::new(elements).ok()?;
    let window = Window { start: time, end: time };
    let longitude = |time_s: f64| Some(Spot::at(&propagator, window, time_s, orientation)?.longitude_deg);
    Some(wrapped_deg(longitude(SIDEREAL_DAY_S)? - longitude(0.0)?) * 86_400.0 / SIDEREAL_DAY_S)
}

/// Where an object is over the Earth.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spot {
    /// Longitude of the point beneath, degrees.
    pub longitude_deg: f64,
    /// Geodetic latitude of the point beneath, degrees.
    pub latitude_deg: f64,
    /// Earth-fixed position, km.
    pub position_km: Vector3<f64>,
}

impl Spot {
    fn at(
        propagator: &Propagator,
        window: Window,
        time_s: f64,
        orientation: &impl Fn(DateTime<Utc>) -> EarthOrientation,
    ) -> Option<Self> {
        let seconds = propagator.offset_s(window.start) + time_s;
        let state = propagator.state(seconds).ok()?;
        let jd = JulianDate::from_utc(window.start).plus_seconds(time_s);
        let position_km = EarthRotation::at(jd, orientation(window.at(time_s))).rotate(&state.position_km);
        Some(Self::of(position_km))
    }

    fn of(position_km: Vector3<f64>) -> Self {
        let place = Foot::of(&position_km).place();
        Self { longitude_deg: place.longitude_deg, latitude_deg: place.latitude_deg, position_km }
    }
}

/// An object that comes near a satellite of the belt. All differences are object less satellite, east and north positive.
#[derive(Clone, Debug, PartialEq)]
pub struct Neighbour {
    /// Which satellite, by index.
    pub asset: usize,
    /// Which object, by index.
    pub object: usize,
    /// When it first comes within the reach of longitude, seconds from the window's start; 0 where it is there at once.
    pub first_s: f64,
    /// When it last leaves it; the window's length where it is still there.
    pub last_s: f64,
    /// How often it is there: 1 for one that stays or drifts by, more for one that swings to and fro.
    pub visits: usize,
    /// The least difference of longitude, degrees, without a sign.
    pub least_longitude_deg: f64,
    /// When the distance is least in the whole window, seconds from its start.
    pub nearest_s: f64,
    /// That distance, km.
    pub distance_km: f64,
    /// The difference of longitude then, degrees.
    pub longitude_deg: f64,
    /// The difference of latitude then, degrees.
    pub latitude_deg: f64,
}

/// Looks for the neighbours of some satellites among some objects: those whose longitude comes within `reach_deg`.
///
/// By satellite, then by least distance. A satellite is no neighbour of its own number.
///
/// # Errors
/// [`Cancelled`] when `progress` asks to stop.
pub fn neighbours(
    assets: &[&Elements],
    objects: &[&Elements],
    window: Window,
    reach_deg: f64,
    orientation: &(impl Fn(DateTime<Utc>) -> EarthOrientation + Sync),
    progress: Progress<'_>,
) -> Result<Vec<Neighbour>, Cancelled> {
    let grid = Grid::new(window, orientation);
    let of_assets: Vec<Option<Vec<Spot>>> = assets.iter().map(|elements| grid.path(elements)).collect();
    let done = std::sync::atomic::AtomicUsize::new(0);
    let of_object = |(object, elements): (usize, &&Elements)| {
        let before = done.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        if progress(before as f64 / objects.len() as f64).is_break() {
            return Err(Cancelled);
        }
        let Some(path) = grid.path(elements) else { return Ok(Vec::new()) };
        let pairs = assets.iter().zip(&of_assets).enumerate().filter_map(|(asset, (own, own_path))| {
            if own.norad_id == elements.norad_id {
                return None;
            }
            let pair = Pair::new([own, elements], window, orientation)?;
            pair.neighbour(&grid, [own_path.as_ref()?, &path], reach_deg, asset, object)
        });
        Ok(pairs.collect())
    };
    let found: Result<Vec<Vec<Neighbour>>, Cancelled> = objects.par_iter().enumerate().map(of_object).collect();
    let mut found: Vec<Neighbour> = found?.into_iter().flatten().collect();
    found.sort_by(|a, b| {
        a.asset.cmp(&b.asset).then(a.distance_km.total_cmp(&b.distance_km)).then(a.object.cmp(&b.object))
    });
    Ok(found)
}

/// The longitudes beneath an object every `step_s` from the window's start to its end: seconds and degrees; it ends where
/// the orbit does.
pub fn longitudes_deg(
    elements: &Elements,
    window: Window,
    step_s: f64,
    orientation: &impl Fn(DateTime<Utc>) -> EarthOrientation,
) -> Vec<(f64, f64)> {
    let Ok(propagator) = Propagator::new(elements) else { return Vec::new() };
    let steps = (window.seconds() / step_s.max(1.0)).ceil() as usize;
    let times = (0..=steps).map(|step| (step as f64 * step_s).min(window.seconds()));
    let spot = |time_s: f64| Some((time_s, Spot::at(&propagator, window, time_s, orientation)?.longitude_deg));
    times.map_while(spot).collect()
}

/// The times at which all paths are looked at.
struct Grid {
    start: DateTime<Utc>,
    times_s: Vec<f64>,
    rotations: Vec<EarthRotation>,
}

impl Grid {
    fn new(window: Window, orientation: &impl Fn(DateTime<Utc>) -> EarthOrientation) -> Self {
        let steps = (window.seconds() / STEP_S).ceil() as usize;
        let times_s: Vec<f64> = (0..=steps).map(|step| (step as f64 * STEP_S).min(window.seconds())).collect();
        let jd = JulianDate::from_utc(window.start);
        let rotation = |time_s: &f64| EarthRotation::at(jd.plus_seconds(*time_s), orientation(window.at(*time_s)));
        Self { start: window.start, rotations: times_s.iter().map(rotation).collect(), times_s }
    }

    /// Where an object is at all these times; not a number where its orbit has ended, nothing where it has none.
    fn path(&self, elements: &Elements) -> Option<Vec<Spot>> {
        let mut propagator = Propagator::new(elements).ok()?;
        let offset_s = propagator.offset_s(self.start);
        propagator.begin_at(offset_s);
        let seconds: Vec<f64> = self.times_s.iter().map(|time_s| offset_s + time_s).collect();
        let mut rows: [Vec<f64>; 6] = std::array::from_fn(|_| vec![0.0; seconds.len()]);
        propagator.states(&seconds, rows.each_mut().map(Vec::as_mut_slice));
        let spot = |(index, rotation): (usize, &EarthRotation)| {
            Spot::of(rotation.rotate(&Vector3::new(rows[0][index], rows[1][index], rows[2][index])))
        };
        Some(self.rotations.iter().enumerate().map(spot).collect())
    }
}

/// A satellite and an object.
struct Pair<'a, O> {
    propagators: [Propagator; 2],
    window: Window,
    orientation: &'a O,
}

impl<'a, O: Fn(DateTime<Utc>) -> EarthOrientation> Pair<'a, O> {
    fn new(elements: [&Elements; 2], window: Window, orientation: &'a O) -> Option<Self> {
        let [own, other] = elements.map(Propagator::new);
        Some(Self { propagators: [own.ok()?, other.ok()?], window, orientation })
    }

    fn spots(&self, time_s: f64) -> Option<[Spot; 2]> {
        let spot = |propagator| Spot::at(propagator, self.window, time_s, self.orientation);
        Some([spot(&self.propagators[0])?, spot(&self.propagators[1])?])
    }

    /// The difference of longitude, degrees; beyond any reach where there is none.
    fn apart_deg(&self, time_s: f64) -> f64 {
        self.spots(time_s).map_or(f64::MAX, |[own, other]| wrapped_deg(other.longitude_deg - own.longitude_deg))
    }

    fn distance_km(&self, time_s: f64) -> f64 {
        self.spots(time_s).map_or(f64::MAX, |[own, other]| (other.position_km - own.position_km).norm())
    }

    fn neighbour(
        &self,
        grid: &Grid,
        [own, other]: [&[Spot]; 2],
        reach_deg: f64,
        asset: usize,
        object: usize,
    ) -> Option<Neighbour> {
        let apart: Vec<f64> =
            own.iter().zip(other).map(|(own, other)| wrapped_deg(other.longitude_deg - own.longitude_deg)).collect();
        let visits = self.visits(&grid.times_s, &apart, reach_deg);
        let (first_s, last_s) = (visits.first()?.0, visits.last()?.1);
        let passes_by = apart.windows(2).any(|pair| is_crossing(pair[0], pair[1]));
        let least = apart.iter().map(|apart| apart.abs()).fold(f64::MAX, f64::min);
        let nearest_s = self.nearest_s(&grid.times_s, own, other)?;
        let [there, here] = self.spots(nearest_s)?;
        Some(Neighbour {
            asset,
            object,
            first_s,
            last_s,
            visits: visits.len(),
            least_longitude_deg: if passes_by { 0.0 } else { least },
            nearest_s,
            distance_km: (here.position_km - there.position_km).norm(),
            longitude_deg: wrapped_deg(here.longitude_deg - there.longitude_deg),
            latitude_deg: here.latitude_deg - there.latitude_deg,
        })
    }

    /// The stretches within reach.
    fn visits(&self, times_s: &[f64], apart: &[f64], reach_deg: f64) -> Vec<(f64, f64)> {
        let is_inside = |apart: f64| apart.abs() <= reach_deg;
        let edge_s = |mut outside_s: f64, mut inside_s: f64| {
            while (outside_s - inside_s).abs() > TOLERANCE_S {
                let middle_s = 0.5 * (outside_s + inside_s);
                *(if is_inside(self.apart_deg(middle_s)) { &mut inside_s } else { &mut outside_s }) = middle_s;
            }
            inside_s
        };
        let mut visits = Vec::new();
        let mut since_s = apart.first().filter(|apart| is_inside(**apart)).map(|_| 0.0);
        for (times, pair) in times_s.windows(2).zip(apart.windows(2)) {
            match (is_inside(pair[0]), is_inside(pair[1])) {
                (false, true) => since_s = Some(edge_s(times[0], times[1])),
                (true, false) => visits.extend(since_s.take().map(|since_s| (since_s, edge_s(times[1], times[0])))),
                // Through the whole reach between two looks.
                (false, false) if is_crossing(pair[0], pair[1]) => {
                    let middle_s = self.crossing_s(times[0], times[1], pair[0]);
                    visits.push((edge_s(times[0], middle_s), edge_s(times[1], middle_s)));
                }
                _ => {}
            }
        }
        visits.extend(since_s.zip(times_s.last()).map(|(since_s, end_s)| (since_s, *end_s)));
        visits
    }

    /// When the longitudes are equal, between two times at which one is ahead and then the other.
    fn crossing_s(&self, mut before_s: f64, mut after_s: f64, before_deg: f64) -> f64 {
        while after_s - before_s > TOLERANCE_S {
            let middle_s = 0.5 * (before_s + after_s);
            let is_before = self.apart_deg(middle_s).signum() == before_deg.signum();
            *(if is_before { &mut before_s } else { &mut after_s }) = middle_s;
        }
        0.5 * (before_s + after_s)
    }

    /// When the distance is least: about the least of the looks by golden sections.
    fn nearest_s(&self, times_s: &[f64], own: &[Spot], other: &[Spot]) -> Option<f64> {
        let distances = own.iter().zip(other).map(|(own, other)| (other.position_km - own.position_km).norm());
        let known = distances.enumerate().filter(|(_, distance)| distance.is_finite());
        let (index, _) = known.min_by(|(_, a), (_, b)| a.total_cmp(b))?;
        let end = times_s.len().saturating_sub(1);
        let (mut low_s, mut high_s) = (times_s[index.saturating_sub(1)], times_s[(index + 1).min(end)]);
        let golden = 0.5 * (5_f64.sqrt() - 1.0);
        while high_s - low_s > TOLERANCE_S {
            let (left_s, right_s) = (high_s - golden * (high_s - low_s), low_s + golden * (high_s - low_s));
            if self.distance_km(left_s) < self.distance_km(right_s) { high_s = right_s } else { low_s = left_s }
        }
        // At an edge of the window the least may be the edge itself.
        let candidates = [0.5 * (low_s + high_s), times_s[index]];
        candidates.into_iter().min_by(|a, b| self.distance_km(*a).total_cmp(&self.distance_km(*b)))
    }
}

/// Whether one is overtaken between two looks, on this side of the Earth.
fn is_crossing(before_deg: f64, after_deg: f64) -> bool {
    before_deg * after_deg <= 0.0 && before_deg.abs() < 90.0 && after_deg.abs() < 90.0
}

/// A change of slot: an object that began to drift, ceased to, or drifts otherwise.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SlotChange {
    /// Epoch of the last set before.
    pub start: DateTime<Utc>,
    /// Epoch of the first set after.
    pub end: DateTime<Utc>,
    /// Mean longitude of the first set after, degrees.
    pub longitude_deg: f64,
    /// Drift before, degrees a day, east positive.
    pub before_deg_day: f64,
    /// Drift after.
    pub after_deg_day: f64,
}

/// What an object's own sets tell of its slot.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SlotHistory {
    /// How long they follow it, days; 0 where there are too few sets to say anything.
    pub days: f64,
    /// Its changes of slot by time.
    pub changes: Vec<SlotChange>,
}

/// The changes of slot in an object's own sets: manoeuvres as [`manoeuvre::judge`] finds them that change the drift by
/// [`SLOT_CHANGE_DEG_DAY`] or more.
#[must_use]
pub fn slot_history(history: &[Elements]) -> SlotHistory {
    let mut sets: Vec<&Elements> = history.iter().filter(|set| is_near_belt(set)).collect();
    sets.sort_by_key(|set| (set.epoch, set.orbit_key()));
    let owned: Vec<Elements> = sets.iter().map(|set| (*set).clone()).collect();
    let judgement = manoeuvre::judge(&owned);
    let of = |epoch: DateTime<Utc>| sets.iter().rev().find(|set| set.epoch == epoch);
    let change = |manoeuvre: &manoeuvre::Manoeuvre| {
        let (before, after) = (of(manoeuvre.start)?, of(manoeuvre.end)?);
        let drift = |set: &Elements| drift_deg_day(set, set.epoch, &|_| EarthOrientation::default());
        let (before_deg_day, after_deg_day) = (drift(before)?, drift(after)?);
        ((after_deg_day - before_deg_day).abs() >= SLOT_CHANGE_DEG_DAY).then(|| SlotChange {
            start: manoeuvre.start,
            end: manoeuvre.end,
            longitude_deg: mean_longitude_deg(after),
            before_deg_day,
            after_deg_day,
        })
    };
    let changes = judgement.manoeuvres.iter().filter_map(change).collect();
    SlotHistory { days: if judgement.steps == 0 { 0.0 } else { judgement.days }, changes }
}
