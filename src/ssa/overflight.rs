//! Who passes over which place: by the point beneath the satellite, or by what the satellite can see.
//!
//! Complete by the bounds of [`crate::astro::crossing`]: no stretch in which a satellite sees a place is lost that lasts
//! half a second, and no crossing of a polygon, nor a gap between two, that lasts two milliseconds.

mod beneath;
mod crossed;
mod found;
mod light;
mod outline;

use std::f64::consts::PI;

use chrono::{DateTime, Utc};
use nalgebra::Vector3;

use super::access::{Constraint, DEFLECTION_RAD, Near, Nearby, accesses, scan_each, sight_rad};
use super::place::Region;
use super::progress::{Cancelled, Progress};
use super::sweep::{Found, sweep_into};
use super::tally::Tally;
use crate::astro::crossing::{Fix, Horizons, Interval, Scan, Steps, SunPath, Track, Watch};
use crate::astro::elements::Elements;
use crate::astro::frame::EarthOrientation;
use crate::astro::geodesy::Geodetic;
use crate::astro::look::Station;
use crate::astro::propagator::{PropagationError, Propagator};
use crate::astro::span::{Span, SpanSet};
use crate::astro::time::Window;
use beneath::Ground;
use found::{Row, Traits};
use outline::Outline;

pub use found::{Overflight, Overflights};
pub use light::Daylight;

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
        let (found, tally) = Self::run_all(std::slice::from_ref(self), objects, progress)?;
        Ok((found.of_place(0).collect(), tally))
    }

    /// The overflights of many places in one go, each place's as by [`Self::run`]: each object's path is worked out once
    /// for all of them. Window and orientation are those of the first search.
    ///
    /// # Errors
    /// [`Cancelled`] when `progress` asks to stop.
    pub fn run_all<'o>(
        searches: &[Self],
        objects: &'o [Elements],
        progress: Progress<'_>,
    ) -> Result<(Overflights<'o>, Tally), Cancelled> {
        let names = searches.iter().map(|search| search.target.name().to_owned()).collect();
        let Some(first) = searches.first() else {
            let window = Window { start: DateTime::UNIX_EPOCH, end: DateTime::UNIX_EPOCH };
            return Ok((Overflights::new(objects, names, window), Tally::default()));
        };
        let mut all = Overflights::new(objects, names, first.window);
        let places = Places::new(searches);
        let sun = SunPath::new(first.window, &first.orientation);
        let find = |space: &mut Space, _: &Elements, propagator: &Propagator| {
            places.overflights(&Track::new(propagator, first.window, &first.orientation), &sun, space)
        };
        let tally = sweep_into(objects, first.window, progress, find, |object, rows| all.add(object, &rows))?;
        all.sort();
        Ok((all, tally))
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

    /// The row of one stretch over the place, the `place`-th of all.
    fn row(
        &self,
        place: usize,
        track: &Track<'_, O>,
        sun: &SunPath,
        interval: &Interval,
    ) -> Result<Row, PropagationError> {
        let nearest_km = match &self.target {
            Target::Beneath(_) => 0.0,
            Target::Site { .. } => self.outline.nearest_km(track, interval.span)?,
            Target::InView { region, .. } => {
                let passes_over = !Ground::new(region).intervals(track, interval.span)?.intervals.is_empty();
                if passes_over { 0.0 } else { self.outline.nearest_km(track, interval.span)? }
            }
        };
        let is_northbound = is_northbound(&track.fix(middle_s(interval))?);
        Ok(Row::new(place, interval, nearest_km, self.traits(is_northbound, sun, interval)))
    }

    fn traits(&self, is_ascending: bool, sun: &SunPath, interval: &Interval) -> Traits {
        Traits::of(is_ascending, Daylight::during(interval.span, &self.middle, sun), interval)
    }
}

/// The middle of a stretch in seconds from the window's start: the direction is that of then.
fn middle_s(interval: &Interval) -> f64 {
    0.5 * (interval.span.start_s + interval.span.end_s)
}

/// Where the search of one object after the other keeps what it finds on its way.
#[derive(Default)]
struct Space {
    watch: Watch,
    rows: Vec<Row>,
    /// When the object may be over each place that is searched alone.
    within: Vec<Vec<Span>>,
}

/// All places of a search, the sites that count by elevation alone set apart.
struct Places<'s, 'a, O> {
    searches: &'s [OverflightSearch<'a, O>],
    /// The middle of all.
    up: Vector3<f64>,
    /// The sites that count by elevation alone, and which of the searches theirs are.
    horizons: Horizons,
    sites: Vec<usize>,
}

impl<'s, 'a, O: Fn(DateTime<Utc>) -> EarthOrientation + Sync> Places<'s, 'a, O> {
    fn new(searches: &'s [OverflightSearch<'a, O>]) -> Self {
        let sum: Vector3<f64> = searches.iter().map(|search| search.middle.up).sum();
        let mut sites = Vec::new();
        let mut stations = Vec::new();
        for (place, search) in searches.iter().enumerate() {
            if let Target::Site { station, constraint: Constraint { min_elevation_deg, off_nadir_deg: None }, .. } =
                &search.target
            {
                sites.push(place);
                stations.push((*station, *min_elevation_deg));
            }
        }
        let up = sum.try_normalize(1e-9).unwrap_or_else(Vector3::z);
        Self { searches, up, horizons: Horizons::new(&stations), sites }
    }

    /// The overflights of all places by one object.
    fn overflights(
        &self,
        track: &Track<'_, O>,
        sun: &SunPath,
        space: &mut Space,
    ) -> Result<Found<Row>, PropagationError> {
        let whole = Span::new(0.0, self.searches.first().map_or(0.0, |search| search.window.seconds()));
        let start = track.fix(whole.start_s)?;
        let mut found = Found { rows: Vec::new(), lost: None };
        if self.searches.len() == 1 && self.sites.is_empty() {
            self.add(0, track, sun, &SpanSet::from_spans(vec![whole]), &mut found)?;
            return Ok(found);
        }
        let near = self.near_any(&start, track, whole)?;
        found.lost = near.lost.map(|lost| lost.1);
        space.rows.clear();
        if near.lost.is_none() && !self.sites.is_empty() && self.add_sites(track, sun, &start, &near, space).is_some() {
            // Once is enough for rows of many sites: their room is kept.
            found.rows = space.rows.clone();
            for (place, spans) in space.within.iter_mut().enumerate().filter(|(_, spans)| !spans.is_empty()) {
                self.add(place, track, sun, &SpanSet::from_spans(std::mem::take(spans)), &mut found)?;
            }
            return Ok(found);
        }
        let near = Nearby::looked(track, &near, PI)?;
        for (place, search) in self.searches.iter().enumerate() {
            let within = near.spans_within(&search.middle.up, search.reach_rad(&start));
            if !within.is_empty() {
                self.add(place, track, sun, &within, &mut found)?;
            }
        }
        Ok(found)
    }

    /// When an object is near any of the places: within the reach of the farthest from the middle of all.
    fn near_any(&self, start: &Fix, track: &Track<'_, O>, whole: Span) -> Result<Near, PropagationError> {
        let reaches = self.searches.iter().map(|search| search.middle.up.angle(&self.up) + search.reach_rad(start));
        Near::within_reach(track, &self.up, reaches.fold(0.0, f64::max).min(PI), whole)
    }

    /// Adds the overflights of one place.
    fn add(
        &self,
        place: usize,
        track: &Track<'_, O>,
        sun: &SunPath,
        within: &SpanSet,
        found: &mut Found<Row>,
    ) -> Result<(), PropagationError> {
        let search = &self.searches[place];
        let scan = search.scan(track, within)?;
        found.lost = found.lost.or(scan.lost.map(|(_, error)| error));
        for interval in &scan.intervals {
            found.rows.push(search.row(place, track, sun, interval)?);
        }
        Ok(())
    }

    /// Finds the overflights of all sites that count by elevation alone, and when the object may be over each other place;
    /// nothing where its path is not smooth.
    ///
    /// The normal beneath the object is within [`DEFLECTION_RAD`] of its direction.
    fn add_sites(
        &self,
        track: &Track<'_, O>,
        sun: &SunPath,
        start: &Fix,
        near: &Near,
        space: &mut Space,
    ) -> Option<()> {
        let Space { watch, rows, within } = space;
        within.iter_mut().for_each(Vec::clear);
        within.resize(self.searches.len(), Vec::new());
        for &span in &near.spans {
            self.horizons.search(track, span, Steps::default(), watch)?;
            for (site, interval) in &watch.found {
                let place = self.sites[*site];
                let search = &self.searches[place];
                let nearest_km = search.outline.nearest_by_glances_km(track, watch, interval.span)?;
                let is_northbound = watch
                    .is_northbound(middle_s(interval))
                    .or_else(|| track.fix(middle_s(interval)).ok().map(|fix| is_northbound(&fix)))?;
                rows.push(Row::new(place, interval, nearest_km, search.traits(is_northbound, sun, interval)));
            }
            for (place, search) in self.alone() {
                let reach_rad = search.reach_rad(start) + DEFLECTION_RAD;
                watch.spans_within(&search.middle.up, reach_rad, &mut within[place]);
            }
        }
        Some(())
    }

    /// The places that are searched one by one.
    fn alone(&self) -> impl Iterator<Item = (usize, &OverflightSearch<'a, O>)> {
        self.searches.iter().enumerate().filter(|(place, _)| self.sites.binary_search(place).is_err())
    }
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
