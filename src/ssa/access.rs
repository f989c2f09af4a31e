//! When a satellite's sensor can see a point.
//!
//! Complete by the bounds of [`crate::astro::crossing`]: no access of half a second or longer is lost.

use std::f64::consts::PI;

use chrono::{DateTime, Utc};
use nalgebra::Vector3;

use super::place::EnclosingCap;
use crate::astro::crossing::{Cone, Fix, Horizon, Interval, Sample, Scan, Side, Steps, Track, clear_s, intervals};
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
/// `within` bounds the search: the whole window, or the spans of [`Nearby`], which hold every access.
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
    let Some((least_deg, greatest_deg)) = constraint.off_nadir_deg else {
        return scan_each(within, |span| horizon.intervals(span, Steps::default()));
    };
    // The narrowest first: inside a sensor's cone little is left for the others to look at.
    let cone = Cone::new(track, point, greatest_deg, Side::Inside);
    let mut scan = scan_each(within, |span| cone.intervals(span, Steps::default()))?;
    if least_deg > 0.0 {
        let blind = Cone::new(track, point, least_deg, Side::Outside);
        scan.intervals = narrowed(&scan.intervals, |span| blind.intervals(span, Steps::default()))?;
    }
    scan.intervals = narrowed(&scan.intervals, |span| horizon.intervals(span, Steps::default()))?;
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
pub(super) fn scan_each(
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

/// When a satellite is near a cap of the ground, and in which directions it then stands: bounds for searches over the
/// cap's points.
///
/// From the triangle centre, point, satellite: seen at the elevation m or more, the satellite is at most
/// acos(s·cos m / r) − m away from the point at the Earth's centre; at the off-nadir angle η or less, at most
/// asin(r·sin η / s) − η. Both are taken with the least radius s of the ellipsoid, the satellite's greatest radius r and
/// angles widened by what the two verticals differ, and so are never too small. The satellite's direction moves over the
/// ground by at most v_max/r_min + ω, which is the promise of [`crate::astro::crossing`]. The spans are wider than the
/// accesses, more so on eccentric orbits; they end where the satellite ceases to have a state.
#[derive(Clone, Debug)]
pub struct Nearby {
    sight_rad: f64,
    stretches: Vec<Stretch>,
    lost: Option<(f64, PropagationError)>,
}

/// When a satellite is within reach of a direction, no more.
#[derive(Clone, Debug)]
pub(super) struct Near {
    /// The stretches, one by one: two that touch are not joined.
    pub(super) spans: Vec<Span>,
    /// When and why the satellite ceased to have a state, where it did.
    pub(super) lost: Option<(f64, PropagationError)>,
}

impl Near {
    /// Finds when the satellite is within `reach_rad` of a direction.
    ///
    /// # Errors
    /// The satellite has no state at the start of `within`.
    pub(super) fn within_reach<O: Fn(DateTime<Utc>) -> EarthOrientation>(
        track: &Track<'_, O>,
        up: &Vector3<f64>,
        reach_rad: f64,
        within: Span,
    ) -> Result<Self, PropagationError> {
        let mut was_near = false;
        let scan = intervals(within, NEAR_STEPS, |time_s| {
            // Where the satellite is near, its path is asked for anyway.
            if !was_near && let Some((fix, until_s)) = track.ahead(time_s) {
                let sample = near(&fix, up, reach_rad);
                if time_s + sample.clear_s > until_s {
                    return Ok(sample);
                }
            }
            let sample = near(&track.fix(time_s)?, up, reach_rad);
            was_near = sample.value >= 0.0;
            Ok(sample)
        })?;
        Ok(Self { spans: scan.intervals.iter().map(|interval| interval.span).collect(), lost: scan.lost })
    }
}

/// A stretch near the cap with the directions at its start, every `step_s`, and its end.
#[derive(Clone, Debug)]
struct Stretch {
    span: Span,
    /// Time and direction, a unit vector, Earth-fixed.
    looks: Vec<(f64, Vector3<f64>)>,
    /// How far the direction can move in half a step, rad.
    half_step_rad: f64,
}

/// The direction is looked at so often that it moves by at most this between two looks, rad.
const LOOK_RAD: f64 = 0.05;

impl Nearby {
    /// Finds when the satellite is near the cap inside `within`.
    ///
    /// # Errors
    /// The satellite has no state at the start of `within`.
    pub fn new<O: Fn(DateTime<Utc>) -> EarthOrientation>(
        track: &Track<'_, O>,
        cap: &EnclosingCap,
        constraint: &Constraint,
        within: Span,
    ) -> Result<Self, PropagationError> {
        let sight_rad = sight_rad(&track.fix(within.start_s)?, constraint);
        Self::looked(track, &Near::within_reach(track, &cap.up, cap.radius_rad + sight_rad, within)?, sight_rad)
    }

    /// Looks at the directions while the satellite is near; a point is seen within `sight_rad`.
    ///
    /// # Errors
    /// The satellite has no state where it should.
    pub(super) fn looked<O: Fn(DateTime<Utc>) -> EarthOrientation>(
        track: &Track<'_, O>,
        near: &Near,
        sight_rad: f64,
    ) -> Result<Self, PropagationError> {
        let stretches = near.spans.iter().map(|&span| Stretch::new(track, span)).collect::<Result<_, _>>()?;
        Ok(Self { sight_rad, stretches, lost: near.lost })
    }

    /// When and why the satellite ceased to have a state, where it did.
    #[must_use]
    pub const fn lost(&self) -> Option<(f64, PropagationError)> {
        self.lost
    }

    /// The spans outside of which no point of the cap is seen.
    #[must_use]
    pub fn spans(&self) -> SpanSet {
        SpanSet::from_spans(self.stretches.iter().map(|stretch| stretch.span).collect())
    }

    /// The spans outside of which one point of the cap, given by the ellipsoid's normal there, is not seen.
    #[must_use]
    pub fn spans_of(&self, up: &Vector3<f64>) -> SpanSet {
        self.spans_within(up, self.sight_rad)
    }

    /// The spans outside of which the satellite is farther than `reach_rad` from a direction near the cap.
    pub(super) fn spans_within(&self, up: &Vector3<f64>, reach_rad: f64) -> SpanSet {
        let mut spans: Vec<Span> = Vec::new();
        for stretch in &self.stretches {
            let least_cosine = (reach_rad + stretch.half_step_rad).min(PI).cos();
            for pair in stretch.looks.windows(2) {
                if pair[0].1.dot(up).max(pair[1].1.dot(up)) >= least_cosine {
                    match spans.last_mut() {
                        Some(Span { end_s, .. }) if *end_s == pair[0].0 => *end_s = pair[1].0,
                        _ => spans.push(Span::new(pair[0].0, pair[1].0)),
                    }
                }
            }
        }
        SpanSet::from_spans(spans)
    }
}

impl Stretch {
    fn new<O: Fn(DateTime<Utc>) -> EarthOrientation>(
        track: &Track<'_, O>,
        span: Span,
    ) -> Result<Self, PropagationError> {
        let rate_rad_s = direction_rate_rad_s(&track.fix(span.start_s)?);
        let steps = (span.seconds() * rate_rad_s / LOOK_RAD).ceil().max(1.0);
        let looks = (0..=steps as usize)
            .map(|step| {
                let time_s = span.start_s + span.seconds() * (step as f64 / steps);
                Ok((time_s, track.position_km(time_s)?.normalize()))
            })
            .collect::<Result<_, _>>()?;
        Ok(Self { span, looks, half_step_rad: 0.5 * rate_rad_s * span.seconds() / steps })
    }
}

/// How much nearer than `reach_rad` a satellite is to a direction, rad, with its promise.
///
/// The value is widened by what the satellite moves in half of the shortest step: what is shorter may be lost, and a stretch
/// may end where the step does that its end is in. With the value at -a before that step and at b ≤ a after it, the value in
/// it is at most half of b - a plus the motion: no more than it was widened by.
///
/// The promise is the longest of three: the value over the rate w of the direction u; the orbit's own
/// ([`Fix::orbit_clear_s`]); and that of the cosine u·n's curvature. For the position ρ·u in inertial space the part of u″
/// along u is -|u′|², and the part across is (a⊥ - 2·ρ′·u′)/ρ, where only forces beside the central one make a⊥. With the
/// turn of n at ω, |(u·n)″| ≤ (|u′| + ω)² + (a⊥ + 2·|ρ′|·|u′|)/ρ.
fn near(fix: &Fix, up: &Vector3<f64>, reach_rad: f64) -> Sample {
    let rate_rad_s = direction_rate_rad_s(fix);
    let reach_rad = reach_rad + 0.5 * NEAR_STEPS.min_s * rate_rad_s;
    let radius_km = fix.position_km.norm();
    let cosine = fix.position_km.dot(up) / radius_km;
    let value = reach_rad - cosine.clamp(-1.0, 1.0).acos();
    let slope_s =
        (fix.velocity_km_s.dot(up) - cosine * fix.velocity_km_s.dot(&fix.position_km) / radius_km) / radius_km;
    let across_km_s2 = fix.max_side_acceleration_km_s2() + 2.0 * fix.max_climb_km_s() * rate_rad_s;
    let curvature_s2 = rate_rad_s * rate_rad_s + across_km_s2 / fix.min_radius_km;
    let toward_s = if value < 0.0 { slope_s } else { -slope_s };
    let apart = (cosine - reach_rad.min(PI).cos()).abs();
    let by_curvature_s = clear_s(apart, toward_s, fix.velocity_error_km_s / fix.min_radius_km, curvature_s2);
    let mut longest_s = (value.abs() / rate_rad_s).max(by_curvature_s);
    if value < 0.0 {
        longest_s = longest_s.max(fix.orbit_clear_s(up, reach_rad));
    }
    Sample { value, clear_s: longest_s.min(fix.max_step_s) }
}

/// Steps of the search for nearness, whose ends need not be exact.
const NEAR_STEPS: Steps = Steps { min_s: 40.0, max_s: 86_400.0, crossing_s: 80.0 };

/// How fast the satellite's direction from the Earth's centre can move over the ground, rad/s.
fn direction_rate_rad_s(fix: &Fix) -> f64 {
    fix.max_speed_km_s / fix.min_radius_km + EARTH_RATE_RAD_S
}

/// The greatest angle at the Earth's centre between a satellite and the normal of a point that it sees.
pub(super) fn sight_rad(fix: &Fix, constraint: &Constraint) -> f64 {
    let (ground_km, satellite_km) = (WGS84_RADIUS_KM * (1.0 - WGS84_FLATTENING), fix.max_radius_km);
    let elevation_rad = constraint.min_elevation_deg.to_radians() - DEFLECTION_RAD;
    let by_elevation_rad = (ground_km * elevation_rad.cos() / satellite_km).min(1.0).acos() - elevation_rad;
    let off_nadir_rad = constraint.off_nadir_deg.map_or(PI, |(_, greatest_deg)| greatest_deg.to_radians());
    let sine = (off_nadir_rad + DEFLECTION_RAD).min(PI / 2.0).sin() * satellite_km / ground_km;
    let sight_rad = if sine < 1.0 { by_elevation_rad.min(sine.asin() - off_nadir_rad) } else { by_elevation_rad };
    sight_rad + 2.0 * DEFLECTION_RAD
}
