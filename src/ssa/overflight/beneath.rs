//! When the point beneath a satellite lies in a region.

use chrono::{DateTime, Utc};

use super::crossed::crossings;
use crate::astro::crossing::{CROSSING_TOLERANCE_S, Fix, Interval, Sample, Scan, Steps, SubPoint, Track, intervals};
use crate::astro::frame::EarthOrientation;
use crate::astro::geodesy::Geodetic;
use crate::astro::propagator::PropagationError;
use crate::astro::span::{Span, SpanSet};
use crate::ssa::access::{DEFLECTION_RAD, Near};
use crate::ssa::place::Region;

/// Shortest step of the search: 15 m of ground track. A fjord or a strait narrower than this does not part two rows.
const STEPS: Steps = Steps { min_s: 0.002, max_s: 86_400.0, crossing_s: CROSSING_TOLERANCE_S };

/// Spans shorter than this, in seconds, are searched without a look for when the object is near.
const SHORT_S: f64 = 2_700.0;

/// Crossings nearer to each other than this, in seconds, are taken as one.
const SAME_S: f64 = 1e-5;

/// Regions wider than this, in radians, are searched by distance.
const MAX_CAP_RAD: f64 = 1.0;

/// A region as the sub-satellite point meets it.
#[derive(Clone, Debug)]
pub(super) struct Ground<'a> {
    region: &'a Region,
    /// The latitudes of each edge that is a border on the ground, where the region reaches a pole; else nothing.
    belts: Option<Vec<(f64, f64)>>,
}

impl<'a> Ground<'a> {
    pub(super) fn new(region: &'a Region) -> Self {
        let bounds = region.bounds();
        let polar = bounds.north_deg >= 90.0 || bounds.south_deg <= -90.0;
        Self { region, belts: polar.then(|| belts(region.edges())) }
    }

    /// All stretches of `within` in which the sub-satellite point lies in the region: between two crossings of its edges
    /// where the ground track is smooth and its longitudes do not go round, by the distance from the border elsewhere.
    pub(super) fn intervals<O: Fn(DateTime<Utc>) -> EarthOrientation>(
        &self,
        track: &Track<'_, O>,
        within: Span,
    ) -> Result<Scan<PropagationError>, PropagationError> {
        // Over a whole window the search by distance leaps from one visit to the next.
        let cap = self.region.enclosing_cap();
        if self.belts.is_some() || cap.radius_rad > MAX_CAP_RAD {
            return self.by_distance(track, within);
        }
        let mut all = Scan { intervals: Vec::new(), lost: None };
        if within.seconds() < SHORT_S
            && let Some(intervals) = self.by_crossings(track, within)
        {
            return Ok(Scan { intervals, lost: None });
        }
        let near = Near::within_reach(track, &cap.up, cap.radius_rad + 2.0 * DEFLECTION_RAD, within)?;
        all.lost = near.lost;
        for &span in SpanSet::from_spans(near.spans).as_slice() {
            let found = match self.by_crossings(track, span) {
                Some(found) => found,
                None => {
                    let scan = self.by_distance(track, span)?;
                    all.lost = all.lost.or(scan.lost);
                    scan.intervals
                }
            };
            // Only the ends of the whole search are open: at those of a span the object is outside.
            all.intervals.extend(found);
        }
        Ok(all)
    }

    /// What [`Self::intervals`] asks for where the ground track is smooth.
    fn by_crossings<O: Fn(DateTime<Utc>) -> EarthOrientation>(
        &self,
        track: &Track<'_, O>,
        span: Span,
    ) -> Option<Vec<Interval>> {
        let mut times_s = Vec::new();
        let mut is_near = false;
        let mut from_s = span.start_s;
        while from_s < span.end_s {
            let arc = track.ground(from_s)?;
            let to_s = arc.span.end_s.min(span.end_s);
            is_near |= crossings(self.region, &arc, Span::new(from_s, to_s), &mut times_s);
            from_s = to_s;
        }
        if !is_near && span.seconds() > 0.0 {
            return Some(Vec::new());
        }
        times_s.extend([span.start_s, span.end_s]);
        times_s.sort_by(f64::total_cmp);
        times_s.dedup_by(|later, earlier| *later - *earlier < SAME_S && *later < span.end_s);
        let mut found: Vec<Interval> = Vec::new();
        for pair in times_s.windows(2) {
            let middle_s = 0.5 * (pair[0] + pair[1]);
            let [longitude_deg, latitude_deg] = track.ground(middle_s)?.at_deg(middle_s);
            if !self.region.contains(latitude_deg, longitude_deg) {
                continue;
            }
            match found.last_mut() {
                Some(last) if last.span.end_s == pair[0] => last.span.end_s = pair[1],
                _ => found.push(Interval { span: Span::new(pair[0], pair[1]), open_start: false, open_end: false }),
            }
        }
        for interval in &mut found {
            interval.open_start = interval.span.start_s == span.start_s;
            interval.open_end = interval.span.end_s == span.end_s;
        }
        Some(found)
    }

    /// The same by the distance from the border.
    ///
    /// g is the distance to the nearest edge in degrees of the (longitude, latitude) plane, positive inside. The normal
    /// of the ellipsoid beneath the satellite turns by at most w = κ·v ([`Fix::max_bend_per_km`]), so far from the region
    /// the sign holds for the angle to its enclosing cap over w, or for as long as the orbit's plane stays away from the
    /// cap. Nearer, the point moves in that plane by at most w / cos φ, since the squares of the rates of latitude and of
    /// cos φ·longitude add up to w² at most ([`clear_s`] deals with the changing latitude). That says little near a
    /// pole, where the plane has an edge that the ground has not; there the sign also holds until the latitude could
    /// reach that of any true border.
    fn by_distance<O: Fn(DateTime<Utc>) -> EarthOrientation>(
        &self,
        track: &Track<'_, O>,
        within: Span,
    ) -> Result<Scan<PropagationError>, PropagationError> {
        intervals(within, STEPS, |time_s| {
            let fix = track.fix(time_s)?;
            Ok(self.sample(&fix, &fix.sub_point()))
        })
    }

    fn sample(&self, fix: &Fix, below: &SubPoint) -> Sample {
        let cap = self.region.enclosing_cap();
        let turn_rad_s = fix.max_bend_per_km() * fix.max_ground_speed_km_s();
        let from_cap_rad = below.up.angle(&cap.up) - cap.radius_rad;
        if from_cap_rad > 0.0 {
            let orbit_s = fix.orbit_clear_s(&cap.up, cap.radius_rad + 2.0 * DEFLECTION_RAD);
            let clear_s = (from_cap_rad / turn_rad_s).max(orbit_s).min(fix.max_step_s);
            return Sample { value: -from_cap_rad.to_degrees(), clear_s };
        }
        let Geodetic { latitude_deg, longitude_deg, .. } = below.foot.place();
        let distance_deg = self.region.boundary_distance_deg(latitude_deg, longitude_deg);
        let turn_deg_s = turn_rad_s.to_degrees();
        let by_plane_s = clear_s(distance_deg, latitude_deg, turn_deg_s);
        let by_belts_s = self.to_belts_deg(latitude_deg) / turn_deg_s;
        let inside = self.region.contains(latitude_deg, longitude_deg);
        Sample {
            value: if inside { distance_deg } else { -distance_deg },
            clear_s: by_plane_s.max(by_belts_s).min(fix.max_step_s),
        }
    }

    /// How far the latitude is from that of any border; 0 where this is not needed.
    fn to_belts_deg(&self, latitude_deg: f64) -> f64 {
        let Some(belts) = &self.belts else { return 0.0 };
        let apart = |&(south, north): &(f64, f64)| (south - latitude_deg).max(latitude_deg - north).max(0.0);
        belts.iter().map(apart).fold(f64::INFINITY, f64::min)
    }
}

/// The latitudes of the edges that are borders on the ground: neither along a pole, which is one point, nor one of two
/// that run along the same meridian a full turn apart, where a region that goes round the Earth is cut open.
fn belts(edges: &[[f64; 4]]) -> Vec<(f64, f64)> {
    const SAME_DEG: f64 = 1e-9;
    let same = |a: f64, b: f64| (a - b).abs() < SAME_DEG;
    let along_pole = |edge: &[f64; 4]| same(edge[1].abs(), 90.0) && same(edge[1], edge[3]);
    let along_meridian = |edge: &[f64; 4]| same(edge[0], edge[2]);
    let is_cut = |edge: &[f64; 4]| {
        along_meridian(edge)
            && edges.iter().any(|other| {
                along_meridian(other)
                    && same((edge[0] - other[0]).abs(), 360.0)
                    && same(edge[1], other[3])
                    && same(edge[3], other[1])
            })
    };
    let borders = edges.iter().filter(|edge| !along_pole(edge) && !is_cut(edge));
    borders.map(|edge| (edge[1].min(edge[3]), edge[1].max(edge[3]))).collect()
}

/// How long a point at a latitude stays within `distance_deg` of the (longitude, latitude) plane when its normal turns by
/// at most `turn_deg_s`.
///
/// Within any part of that distance the latitude grows by no more than the part, which bounds cos φ from below. Close to
/// a pole a smaller part can hold for longer, so several are tried.
fn clear_s(distance_deg: f64, latitude_deg: f64, turn_deg_s: f64) -> f64 {
    let holds_s = |part: f64| {
        let farthest_deg = latitude_deg.abs() + part * distance_deg;
        if farthest_deg < 90.0 { part * distance_deg * farthest_deg.to_radians().cos() / turn_deg_s } else { 0.0 }
    };
    [1.0, 0.5, 0.25, 0.125].into_iter().map(holds_s).fold(0.0, f64::max)
}
