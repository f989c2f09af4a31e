//! Who passes over which place: by the point beneath the satellite, or by what the satellite can see.
//!
//! Complete by the bounds of [`crate::astro::crossing`]: no stretch in which a satellite sees a place is lost that lasts
//! half a second, and no crossing of a polygon, nor a gap between two, that lasts two milliseconds.

mod beneath;
mod crossed;
mod outline;

use std::f64::consts::PI;

use chrono::{DateTime, Utc};
use nalgebra::Vector3;
use rayon::prelude::*;

use super::access::{Constraint, DEFLECTION_RAD, Nearby, accesses, scan_each, sight_rad};
use super::place::Region;
use super::progress::{Cancelled, Progress};
use super::sweep::{Found, sweep_into};
use super::tally::Tally;
use super::timing::timing_error_s;
use crate::astro::crossing::{Fix, Interval, Scan, SunPath, Track};
use crate::astro::elements::{Elements, NoradId};
use crate::astro::frame::EarthOrientation;
use crate::astro::geodesy::Geodetic;
use crate::astro::look::Station;
use crate::astro::propagator::{PropagationError, Propagator};
use crate::astro::span::{Span, SpanSet};
use crate::astro::time::Window;
use beneath::Ground;
use outline::Outline;

/// One overflight: the stretch in which an object's ground track, or what it can see, is on a place.
#[derive(Clone, Debug, PartialEq)]
pub struct Overflight {
    /// The object.
    pub norad_id: NoradId,
    /// Its name.
    pub name: String,
    /// The region's or site's name.
    pub region: String,
    /// Beginning, or the window's start where it is already going on.
    pub start: DateTime<Utc>,
    /// End, or the window's end.
    pub end: DateTime<Utc>,
    /// Least distance along the ground between the sub-satellite point and the place, km, within 0.5 % (on a sphere of
    /// normals); 0 when it passes over a region.
    pub nearest_km: f64,
    /// Whether the object moves north at the middle of the overflight.
    pub ascending: bool,
    /// Whether the Sun is above the place's horizon at the middle of the overflight. The horizon is the site's, or that of
    /// the middle of the region's enclosing cap.
    pub daylight: bool,
    /// Whether the overflight was already going on when the window began.
    pub open_start: bool,
    /// Whether it was still going on when the window, or the object's orbit, ended.
    pub open_end: bool,
    /// Age of the element set at the middle of the overflight, days.
    pub age_days: f64,
    /// Whether the element set is too old for its regime then.
    pub stale: bool,
    /// One standard deviation of how early or late it may come, seconds ([`super::timing`]); `None` where an older version
    /// of the program stored the row.
    pub timing_error_s: Option<f64>,
}

/// What counts as an overflight of which place.
#[derive(Clone, Debug)]
pub enum Target<'a> {
    /// The sub-satellite point (WGS-84 geodetic) lies in a region: one row for each crossing of a polygon, so that islands
    /// give rows of their own.
    Beneath(&'a Region),
    /// A site can be seen.
    Site {
        /// The site's name, for the rows.
        name: &'a str,
        /// Where it stands.
        station: Station,
        /// When it counts as seen.
        constraint: Constraint,
    },
    /// Any of a region's points can be seen: one row for each stretch without a gap.
    InView {
        /// The region, for the rows and their distances.
        region: &'a Region,
        /// Its points, such as the middles of its cells ([`Region::cells`]).
        points: Vec<Station>,
        /// When a point counts as seen.
        constraint: Constraint,
    },
}

impl<'a> Target<'a> {
    /// A region as seen through the middles of about `cells` cells.
    #[must_use]
    pub fn in_view(region: &'a Region, cells: usize, constraint: Constraint) -> Self {
        let middle = |latitude_deg, longitude_deg| Station::new(Geodetic::new(latitude_deg, longitude_deg, 0.0));
        let points = region.cells(cells).iter().map(|cell| middle(cell.latitude_deg, cell.longitude_deg)).collect();
        Self::InView { region, points, constraint }
    }

    /// The name for the rows.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Beneath(region) | Self::InView { region, .. } => region.name(),
            Self::Site { name, .. } => name,
        }
    }
}

/// A search for overflights of one place.
#[derive(Debug)]
pub struct OverflightSearch<'a, O> {
    target: Target<'a>,
    window: Window,
    orientation: O,
    outline: Outline,
    middle: Station,
}

impl<'a, O: Fn(DateTime<Utc>) -> EarthOrientation + Sync> OverflightSearch<'a, O> {
    /// Prepares the search; `orientation` tells how the Earth stands at an instant.
    pub fn new(target: Target<'a>, window: Window, orientation: O) -> Self {
        let (outline, middle) = match &target {
            // Nothing is measured to a region that the sub-satellite point lies in.
            Target::Beneath(region) => (Outline::default(), Station::new(region.enclosing_cap().center())),
            Target::Site { station, .. } => (Outline::point(station.up), *station),
            Target::InView { region, .. } => (Outline::of(region), Station::new(region.enclosing_cap().center())),
        };
        Self { target, window, orientation, outline, middle }
    }

    /// The overflights by many objects, by start, then catalogue number, whatever the number of threads.
    ///
    /// `progress` hears the share of objects done, from any thread.
    ///
    /// # Errors
    /// [`Cancelled`] when `progress` asks to stop.
    pub fn run(&self, objects: &[Elements], progress: Progress<'_>) -> Result<(Vec<Overflight>, Tally), Cancelled> {
        let (mut of_all, tally) = Self::run_all(std::slice::from_ref(self), objects, progress)?;
        Ok((of_all.pop().unwrap_or_default(), tally))
    }

    /// The overflights of many places in one go, each place's as by [`Self::run`]: each object's path is worked out once
    /// for all of them. Window and orientation are those of the first search.
    ///
    /// # Errors
    /// [`Cancelled`] when `progress` asks to stop.
    pub fn run_all(
        searches: &[Self],
        objects: &[Elements],
        progress: Progress<'_>,
    ) -> Result<(Vec<Vec<Overflight>>, Tally), Cancelled> {
        let mut of_all: Vec<Vec<Overflight>> = searches.iter().map(|_| Vec::new()).collect();
        let Some(first) = searches.first() else { return Ok((of_all, Tally::default())) };
        let sun = SunPath::new(first.window, &first.orientation);
        let find = |elements: &Elements, propagator: &Propagator| {
            let track = Track::new(propagator, first.window, &first.orientation);
            overflights(searches, elements, &track, &sun)
        };
        let tally = sweep_into(objects, first.window, progress, find, |rows: Vec<(usize, Vec<Overflight>)>| {
            for (place, mut own) in rows {
                of_all[place].append(&mut own);
            }
        })?;
        of_all.par_iter_mut().for_each(|rows| rows.sort_by_cached_key(|row| (row.start, row.norad_id)));
        Ok((of_all, tally))
    }

    /// How near, at the Earth's centre, an object must be to the middle of the place, rad.
    fn reach_rad(&self, fix: &Fix) -> f64 {
        match &self.target {
            Target::Beneath(region) => region.enclosing_cap().radius_rad + 2.0 * DEFLECTION_RAD,
            Target::Site { constraint, .. } => sight_rad(fix, constraint),
            Target::InView { region, constraint, .. } => region.enclosing_cap().radius_rad + sight_rad(fix, constraint),
        }
    }

    /// When one object is over the place; outside of `within` it cannot be.
    fn scan(&self, track: &Track<'_, O>, within: &SpanSet) -> Result<Scan<PropagationError>, PropagationError> {
        match &self.target {
            Target::Beneath(region) => {
                let ground = Ground::new(region);
                scan_each(within, |span| ground.intervals(track, span))
            }
            Target::Site { station, constraint, .. } => accesses(track, station, constraint, within),
            Target::InView { region, points, constraint } => {
                let whole = Span::new(0.0, self.window.seconds());
                let near = Nearby::new(track, &region.enclosing_cap(), constraint, whole)?;
                let scans = points.iter().map(|point| accesses(track, point, constraint, &near.spans_of(&point.up)));
                let scan = joined(scans)?;
                Ok(Scan { lost: scan.lost.or(near.lost()), ..scan })
            }
        }
    }

    fn overflight(
        &self,
        elements: &Elements,
        track: &Track<'_, O>,
        sun: &SunPath,
        interval: &Interval,
    ) -> Result<Overflight, PropagationError> {
        let middle_s = 0.5 * (interval.span.start_s + interval.span.end_s);
        let middle = self.window.at(middle_s);
        let to_sun_km = sun.at_km(middle_s) - self.middle.position_km;
        let nearest_km = match &self.target {
            Target::Beneath(_) => 0.0,
            Target::Site { .. } => self.outline.nearest_km(track, interval.span)?,
            Target::InView { region, .. } => {
                let passes_over = !Ground::new(region).intervals(track, interval.span)?.intervals.is_empty();
                if passes_over { 0.0 } else { self.outline.nearest_km(track, interval.span)? }
            }
        };
        Ok(Overflight {
            norad_id: elements.norad_id,
            name: elements.name.clone(),
            region: self.target.name().to_owned(),
            start: self.window.at(interval.span.start_s),
            end: self.window.at(interval.span.end_s),
            nearest_km,
            ascending: is_northbound(&track.fix(middle_s)?),
            daylight: to_sun_km.dot(&self.middle.up) > 0.0,
            open_start: interval.open_start,
            open_end: interval.open_end,
            age_days: elements.age_days(middle),
            stale: elements.is_stale(middle),
            timing_error_s: Some(timing_error_s(elements, middle)),
        })
    }
}

/// The overflights of all places by one object: each place's index with its rows.
fn overflights<O: Fn(DateTime<Utc>) -> EarthOrientation + Sync>(
    searches: &[OverflightSearch<'_, O>],
    elements: &Elements,
    track: &Track<'_, O>,
    sun: &SunPath,
) -> Result<Found<(usize, Vec<Overflight>)>, PropagationError> {
    let whole = Span::new(0.0, searches.first().map_or(0.0, |search| search.window.seconds()));
    let start = track.fix(whole.start_s)?;
    let near = if searches.len() > 1 { Some(near_any(searches, &start, track, whole)?) } else { None };
    let mut found = Found { rows: Vec::new(), lost: near.as_ref().and_then(|near| near.lost().map(|lost| lost.1)) };
    for (place, search) in searches.iter().enumerate() {
        let within = near.as_ref().map_or_else(
            || SpanSet::from_spans(vec![whole]),
            |near| near.spans_within(&search.middle.up, search.reach_rad(&start)),
        );
        if within.is_empty() {
            continue;
        }
        let scan = search.scan(track, &within)?;
        found.lost = found.lost.or(scan.lost.map(|(_, error)| error));
        let rows: Vec<Overflight> = scan
            .intervals
            .iter()
            .map(|interval| search.overflight(elements, track, sun, interval))
            .collect::<Result<_, _>>()?;
        if !rows.is_empty() {
            found.rows.push((place, rows));
        }
    }
    Ok(found)
}

/// When an object is near any of the places: within the reach of the farthest from the middle of all.
fn near_any<O: Fn(DateTime<Utc>) -> EarthOrientation + Sync>(
    searches: &[OverflightSearch<'_, O>],
    start: &Fix,
    track: &Track<'_, O>,
    whole: Span,
) -> Result<Nearby, PropagationError> {
    let sum: Vector3<f64> = searches.iter().map(|search| search.middle.up).sum();
    let up = sum.try_normalize(1e-9).unwrap_or_else(Vector3::z);
    let reaches = searches.iter().map(|search| search.middle.up.angle(&up) + search.reach_rad(start));
    Nearby::within_reach(track, &up, reaches.fold(0.0, f64::max).min(PI), PI, whole)
}

/// Whether the sub-satellite point moves north: by the cheap normal, unless it moves nearly along the parallel.
fn is_northbound(fix: &Fix) -> bool {
    let (_, turn_rad_s) = fix.near_normal();
    if turn_rad_s.z.abs() > 0.05 * turn_rad_s.norm() { turn_rad_s.z > 0.0 } else { fix.sub_point().north_rad_s > 0.0 }
}

/// The union of the accesses to many points: an end is open where that of any access there is.
fn joined(
    scans: impl Iterator<Item = Result<Scan<PropagationError>, PropagationError>>,
) -> Result<Scan<PropagationError>, PropagationError> {
    let mut all: Vec<Interval> = Vec::new();
    let mut lost: Option<(f64, PropagationError)> = None;
    for scan in scans {
        let scan = scan?;
        all.extend(scan.intervals);
        lost = lost.or(scan.lost);
    }
    all.sort_by(|a, b| a.span.start_s.total_cmp(&b.span.start_s));
    let mut intervals: Vec<Interval> = Vec::new();
    for next in all {
        match intervals.last_mut() {
            Some(last) if next.span.start_s <= last.span.end_s => {
                last.span.end_s = last.span.end_s.max(next.span.end_s);
                last.open_start |= next.open_start;
                last.open_end |= next.open_end;
            }
            _ => intervals.push(next),
        }
    }
    Ok(Scan { intervals, lost })
}
