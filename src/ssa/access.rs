//! When a satellite's sensor can see a point.
//!
//! Complete by the bounds of [`crate::astro::crossing`]: no access of half a second or longer is lost.

use std::f64::consts::PI;

use chrono::{DateTime, Utc};

use super::place::EnclosingCap;
use crate::astro::crossing::{Cone, Fix, Horizon, Interval, Sample, Scan, Side, Steps, Track, intervals};
use crate::astro::frame::{EARTH_RATE_RAD_S, EarthOrientation};
use crate::astro::geodesy::{WGS84_FLATTENING, WGS84_RADIUS_KM};
use crate::astro::look::Station;
use crate::astro::propagator::PropagationError;
use crate::astro::span::{Span, SpanSet};

/// What must hold for a sensor to see a point.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Constraint {
    /// Least elevation of the satellite seen from the point, degrees.
    pub min_elevation_deg: f64,
    /// Least and greatest angle at the satellite between the geodetic nadir and the point, degrees; the least is above 0
    /// for sensors that look to the side only.
    pub off_nadir_deg: Option<(f64, f64)>,
}

/// All accesses of a satellite to a point inside `within`, in order, each a whole interval with its ends' openness.
///
/// `within` bounds the search: the whole window, or the spans of [`within_reach`], which hold every access.
///
/// # Errors
/// The satellite has no state where the first span begins. Where it ceases to have one later, [`Scan::lost`] tells when.
pub fn accesses<O: Fn(DateTime<Utc>) -> EarthOrientation>(
    track: &Track<'_, O>,
    point: &Station,
    constraint: &Constraint,
    within: &SpanSet,
) -> Result<Scan<PropagationError>, PropagationError> {
    let horizon = Horizon::new(track, point, constraint.min_elevation_deg);
    let mut scan = scan_each(within, |span| horizon.intervals(span, Steps::default()))?;
    let (least_deg, greatest_deg) = constraint.off_nadir_deg.unwrap_or((0.0, 180.0));
    for (angle_deg, side) in [(greatest_deg, Side::Inside), (least_deg, Side::Outside)] {
        let narrows = if side == Side::Inside { angle_deg < 180.0 } else { angle_deg > 0.0 };
        if narrows {
            let cone = Cone::new(track, point, angle_deg, side);
            scan.intervals = narrowed(&scan.intervals, |span| cone.intervals(span, Steps::default()))?;
        }
    }
    Ok(scan)
}

/// The parts of some intervals that a further search finds; an end stays open only where both searches leave it so.
fn narrowed(
    wide: &[Interval],
    search: impl Fn(Span) -> Result<Scan<PropagationError>, PropagationError>,
) -> Result<Vec<Interval>, PropagationError> {
    let mut narrow = Vec::new();
    for outer in wide {
        narrow.extend(search(outer.span)?.intervals.into_iter().map(|inner| Interval {
            span: inner.span,
            open_start: inner.open_start && outer.open_start,
            open_end: inner.open_end && outer.open_end,
        }));
    }
    Ok(narrow)
}

/// Searches span after span until the object is lost.
fn scan_each(
    within: &SpanSet,
    search: impl Fn(Span) -> Result<Scan<PropagationError>, PropagationError>,
) -> Result<Scan<PropagationError>, PropagationError> {
    let mut all = Scan { intervals: Vec::new(), lost: None };
    for (index, &span) in within.as_slice().iter().enumerate() {
        match search(span) {
            Ok(scan) => {
                all.intervals.extend(scan.intervals);
                all.lost = scan.lost;
            }
            Err(error) if index == 0 => return Err(error),
            Err(error) => all.lost = Some((span.start_s, error)),
        }
        if all.lost.is_some() {
            break;
        }
    }
    Ok(all)
}

/// The greatest angle between the ellipsoid's normal and the geocentric direction, rad: 11.55′ at 45°.
pub(super) const DEFLECTION_RAD: f64 = 0.1925 * PI / 180.0;

/// Spans outside of which the satellite can see no point of a cap on the ground: to bound a search over its points.
///
/// From the triangle centre, point, satellite: seen at the elevation m or more, the satellite is at most
/// acos(s·cos m / r) − m away from the point at the Earth's centre; at the off-nadir angle η or less, at most
/// asin(r·sin η / s) − η. Both are taken with the least radius s of the ellipsoid, the satellite's greatest radius r and
/// angles widened by what the two verticals differ, and so are never too small. The satellite's direction moves over the
/// ground by at most v_max/r_min + ω, which is the promise of [`crate::astro::crossing`]. The spans are wider than the
/// accesses, more so on eccentric orbits; they end where the satellite ceases to have a state.
///
/// # Errors
/// The satellite has no state at the start of `within`.
pub fn within_reach<O: Fn(DateTime<Utc>) -> EarthOrientation>(
    track: &Track<'_, O>,
    cap: &EnclosingCap,
    constraint: &Constraint,
    within: Span,
) -> Result<SpanSet, PropagationError> {
    let reach_rad = cap.radius_rad + 2.0 * DEFLECTION_RAD + sight_rad(&track.fix(within.start_s)?, constraint);
    let scan = intervals(within, Steps::default(), |time_s| {
        let fix = track.fix(time_s)?;
        let value = reach_rad - fix.position_km.angle(&cap.up);
        let rate_rad_s = fix.max_speed_km_s / fix.min_radius_km + EARTH_RATE_RAD_S;
        let mut clear_s = value.abs() / rate_rad_s;
        if value < 0.0 {
            clear_s = clear_s.max(fix.plane_clear_s(&cap.up, reach_rad));
        }
        Ok(Sample { value, clear_s: clear_s.min(fix.max_step_s) })
    })?;
    Ok(SpanSet::from_spans(scan.intervals.into_iter().map(|interval| interval.span).collect()))
}

/// The greatest angle at the Earth's centre between a satellite and a point that it sees.
fn sight_rad(fix: &Fix, constraint: &Constraint) -> f64 {
    let (ground_km, satellite_km) = (WGS84_RADIUS_KM * (1.0 - WGS84_FLATTENING), fix.max_radius_km);
    let elevation_rad = constraint.min_elevation_deg.to_radians() - DEFLECTION_RAD;
    let by_elevation_rad = (ground_km * elevation_rad.cos() / satellite_km).min(1.0).acos() - elevation_rad;
    let off_nadir_rad = constraint.off_nadir_deg.map_or(PI, |(_, greatest_deg)| greatest_deg.to_radians());
    let sine = (off_nadir_rad + DEFLECTION_RAD).min(PI / 2.0).sin() * satellite_km / ground_km;
    if sine < 1.0 { by_elevation_rad.min(sine.asin() - off_nadir_rad) } else { by_elevation_rad }
}
