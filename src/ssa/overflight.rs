//! Who passes over which place: by the point beneath the satellite, or by what the satellite can see.
//!
//! Complete by the bounds of [`crate::astro::crossing`]: no stretch in which a satellite sees a place is lost that lasts
//! half a second, and no crossing of a polygon, nor a gap between two, that lasts two milliseconds.

mod beneath;
mod outline;

use chrono::{DateTime, Utc};

use super::access::{Constraint, Nearby, accesses};
use super::place::Region;
use super::progress::{Cancelled, Progress};
use super::sweep::{Found, sweep};
use super::tally::Tally;
use crate::astro::crossing::{Interval, Scan, Track};
use crate::astro::elements::{Elements, NoradId};
use crate::astro::frame::EarthOrientation;
use crate::astro::geodesy::Geodetic;
use crate::astro::look::Station;
use crate::astro::propagator::{PropagationError, Propagator};
use crate::astro::span::{Span, SpanSet};
use crate::astro::sun::sun_elevation_deg;
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
        let (mut overflights, tally) =
            sweep(objects, self.window, progress, |elements, propagator| self.of(elements, propagator))?;
        overflights.sort_by_key(|overflight| (overflight.start, overflight.norad_id));
        Ok((overflights, tally))
    }

    /// The overflights by one object in order.
    ///
    /// # Errors
    /// The object has no state at the start of the window.
    pub fn of(&self, elements: &Elements, propagator: &Propagator) -> Result<Found<Overflight>, PropagationError> {
        let track = Track::new(propagator, self.window, &self.orientation);
        let whole = Span::new(0.0, self.window.seconds());
        let scan = match &self.target {
            Target::Beneath(region) => Ground::new(region).intervals(&track, whole)?,
            Target::Site { station, constraint, .. } => {
                accesses(&track, station, constraint, &SpanSet::from_spans(vec![whole]))?
            }
            Target::InView { region, points, constraint } => {
                let near = Nearby::new(&track, &region.enclosing_cap(), constraint, whole)?;
                let scans = points.iter().map(|point| accesses(&track, point, constraint, &near.spans_of(&point.up)));
                let scan = joined(scans)?;
                Scan { lost: scan.lost.or(near.lost()), ..scan }
            }
        };
        let mut rows = Vec::with_capacity(scan.intervals.len());
        for interval in &scan.intervals {
            rows.push(self.overflight(elements, &track, interval)?);
        }
        Ok(Found { rows, lost: scan.lost.map(|(_, error)| error) })
    }

    fn overflight(
        &self,
        elements: &Elements,
        track: &Track<'_, O>,
        interval: &Interval,
    ) -> Result<Overflight, PropagationError> {
        let middle_s = 0.5 * (interval.span.start_s + interval.span.end_s);
        let middle = self.window.at(middle_s);
        let sun_deg = sun_elevation_deg(&self.middle, track.jd_utc(middle_s), &track.rotation(middle_s));
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
            ascending: track.fix(middle_s)?.sub_point().north_rad_s > 0.0,
            daylight: sun_deg > 0.0,
            open_start: interval.open_start,
            open_end: interval.open_end,
            age_days: elements.age_days(middle),
            stale: elements.is_stale(middle),
        })
    }
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
