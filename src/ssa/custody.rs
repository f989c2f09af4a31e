//! Custody: which objects the sensors of some nations could observe, alone and together, and how long none could.
//!
//! Geometry and light alone, as in [`super::ground_sensor`]: an object too small or too faint for a sensor counts as well.

pub mod chances;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use super::ground_sensor::{GroundSensor, Observer};
use super::nation::Nation;
use super::progress::{Cancelled, Progress};
use super::sweep::{Found, sweep};
use super::tally::Tally;
use super::timing::timing_error_s;
use crate::astro::crossing::{Interval, SunPath, Track};
use crate::astro::elements::{Elements, NoradId};
use crate::astro::frame::EarthOrientation;
use crate::astro::look::Look;
use crate::astro::propagator::PropagationError;
use crate::astro::span::{Span, SpanSet};
use crate::astro::time::Window;

/// One stretch in which one sensor could observe an object, with what it sees there.
#[derive(Clone, Debug, PartialEq)]
pub struct Observation {
    /// The object.
    pub norad_id: NoradId,
    /// Its name.
    pub name: String,
    /// Index of the sensor among those asked about.
    pub sensor: usize,
    /// When, seconds from the window's start.
    pub interval: Interval,
    /// Azimuth, elevation (degrees) and range (km) at the beginning.
    pub start: Look,
    /// The same at the end.
    pub end: Look,
    /// Age of the element set at the beginning, days.
    pub age_days: f64,
    /// Whether the element set is too old for its regime then.
    pub stale: bool,
    /// One standard deviation of how early or late it may come, seconds.
    pub timing_error_s: f64,
}

/// A search for observations by some sensors.
#[derive(Clone, Debug)]
pub struct ObservationSearch<'a, O> {
    /// The sensors.
    pub sensors: &'a [GroundSensor],
    /// When to look.
    pub window: Window,
    /// How the Earth stands at an instant.
    pub orientation: O,
}

impl<O: Fn(DateTime<Utc>) -> EarthOrientation + Sync> ObservationSearch<'_, O> {
    /// What the sensors could observe of many objects: object by object in the order given, for each sensor in time,
    /// whatever the number of threads.
    ///
    /// `progress` hears the share of objects done, from any thread.
    ///
    /// # Errors
    /// [`Cancelled`] when `progress` asks to stop.
    pub fn run(&self, objects: &[Elements], progress: Progress<'_>) -> Result<(Vec<Observation>, Tally), Cancelled> {
        let sun = SunPath::new(self.window, &self.orientation);
        let observers: Vec<Observer<'_>> = self.sensors.iter().map(Observer::new).collect();
        sweep(objects, self.window, progress, |elements, propagator| {
            let track = Track::new(propagator, self.window, &self.orientation);
            self.of(elements, &track, &sun, &observers)
        })
    }

    fn of(
        &self,
        elements: &Elements,
        track: &Track<'_, O>,
        sun: &SunPath,
        observers: &[Observer<'_>],
    ) -> Result<Found<Observation>, PropagationError> {
        let mut found = Found { rows: Vec::new(), lost: None };
        let whole = Span::new(0.0, self.window.seconds());
        for (sensor, observer) in observers.iter().enumerate() {
            let scan = observer.observations(track, sun, whole)?;
            found.lost = found.lost.or(scan.lost.map(|(_, error)| error));
            for interval in scan.intervals {
                let look = |time_s| Ok(observer.station().look(&track.position_km(time_s)?));
                let at = self.window.at(interval.span.start_s);
                found.rows.push(Observation {
                    norad_id: elements.norad_id,
                    name: elements.name.clone(),
                    sensor,
                    interval,
                    start: look(interval.span.start_s)?,
                    end: look(interval.span.end_s)?,
                    age_days: elements.age_days(at),
                    stale: elements.is_stale(at),
                    timing_error_s: timing_error_s(elements, at),
                });
            }
        }
        Ok(found)
    }
}

/// What one coalition could observe of some objects.
#[derive(Clone, Debug, PartialEq)]
pub struct CoalitionCustody {
    /// Its nations, in the order asked for.
    pub nations: Vec<Nation>,
    /// Its sensors.
    pub sensors: usize,
    /// Objects that one of its sensors or more could observe.
    pub observed: BTreeSet<NoradId>,
    /// Share of all objects with at least one observation, percent; 0 where there are no objects.
    pub observed_percent: f64,
    /// Time since the last observation, averaged over the window and over the objects it observed, seconds: 0 during an
    /// observation; before the first one the time since the window's start, a lower bound. `None` where it observed none.
    ///
    /// In a gap of the length g it grows from 0 to g, so the average over a window T is Σ g²/(2·T).
    pub mean_since_last_s: Option<f64>,
    /// Objects that it could observe and that no other nation asked for could.
    pub alone: BTreeSet<NoradId>,
}

/// Who could observe which objects.
#[derive(Clone, Debug, PartialEq)]
pub struct Custody {
    /// Objects asked about that have an orbit at the window's start.
    pub objects: usize,
    /// Every coalition of the nations asked for: single nations first, all last.
    pub coalitions: Vec<CoalitionCustody>,
    /// Objects that none of the nations could observe.
    pub by_none: BTreeSet<NoradId>,
}

/// The custody of objects by every coalition of some nations, from what their sensors could observe during a window of
/// `window_s`. There are 2ⁿ − 1 coalitions of n nations.
#[must_use]
pub fn custody(
    nations: &[Nation],
    sensors: &[GroundSensor],
    objects: &BTreeSet<NoradId>,
    observations: &[Observation],
    window_s: f64,
) -> Custody {
    let coalitions: Vec<CoalitionCustody> = coalitions(nations)
        .into_iter()
        .map(|members| of_coalition(members, nations, sensors, objects.len(), observations, window_s))
        .collect();
    let everybody: BTreeSet<NoradId> = coalitions.iter().flat_map(|own| own.observed.iter().copied()).collect();
    let by_none = objects.difference(&everybody).copied().collect();
    Custody { objects: objects.len(), coalitions, by_none }
}

/// Every subset of some nations that is not empty: smaller ones first, in the order of the nations.
fn coalitions(nations: &[Nation]) -> Vec<Vec<Nation>> {
    let mut subsets = vec![Vec::new()];
    for &nation in nations {
        let with: Vec<Vec<Nation>> = subsets.iter().map(|own| [own.as_slice(), &[nation]].concat()).collect();
        subsets.extend(with);
    }
    let place = |nation: &Nation| nations.iter().position(|other| other == nation);
    subsets.sort_by_key(|own| (own.len(), own.iter().map(place).collect::<Vec<_>>()));
    subsets.retain(|own| !own.is_empty());
    subsets
}

fn of_coalition(
    members: Vec<Nation>,
    nations: &[Nation],
    sensors: &[GroundSensor],
    objects: usize,
    observations: &[Observation],
    window_s: f64,
) -> CoalitionCustody {
    let nation_of = |observation: &Observation| sensors.get(observation.sensor).map(|sensor| sensor.nation);
    let is_own = |observation: &&Observation| nation_of(observation).is_some_and(|nation| members.contains(&nation));
    let is_others = |observation: &&Observation| {
        nation_of(observation).is_some_and(|nation| nations.contains(&nation) && !members.contains(&nation))
    };
    let mut spans: BTreeMap<NoradId, Vec<Span>> = BTreeMap::new();
    for observation in observations.iter().filter(is_own) {
        spans.entry(observation.norad_id).or_default().push(observation.interval.span);
    }
    let observed: BTreeSet<NoradId> = spans.keys().copied().collect();
    let others: BTreeSet<NoradId> = observations.iter().filter(is_others).map(|own| own.norad_id).collect();
    let waits = spans.into_values().map(|spans| since_last_s(&SpanSet::from_spans(spans), window_s));
    let mean_since_last_s = (!observed.is_empty()).then(|| waits.sum::<f64>() / observed.len() as f64);
    CoalitionCustody {
        sensors: sensors.iter().filter(|sensor| members.contains(&sensor.nation)).count(),
        nations: members,
        observed_percent: if objects == 0 { 0.0 } else { 100.0 * observed.len() as f64 / objects as f64 },
        alone: observed.difference(&others).copied().collect(),
        mean_since_last_s,
        observed,
    }
}

/// The time since the last observation, averaged over a window.
fn since_last_s(observed: &SpanSet, window_s: f64) -> f64 {
    let squares: f64 = observed.gaps(window_s).as_slice().iter().map(|gap| gap.seconds() * gap.seconds()).sum();
    squares / (2.0 * window_s)
}
