//! The distance along the ground from a satellite's track to a place.

use chrono::{DateTime, Utc};
use nalgebra::Vector3;

use crate::astro::crossing::Track;
use crate::astro::frame::EarthOrientation;
use crate::astro::geodesy::Geodetic;
use crate::astro::propagator::PropagationError;
use crate::astro::span::Span;
use crate::ssa::place::Region;

/// Mean radius of the Earth in km (IUGG, R1).
const MEAN_RADIUS_KM: f64 = 6371.0088;

/// Points along an edge are no farther apart than this, degrees.
const SPACING_DEG: f64 = 0.1;

/// The least distance is looked for at steps of this length, seconds, at most 60 of them.
const STEP_S: f64 = 20.0;

/// The time of the least distance is found to this, seconds: 10 m of track.
const TOLERANCE_S: f64 = 1e-3;

/// An orbit whose greatest radius is more than this many times its least is not nearly circular.
const MOST_ECCENTRIC: f64 = 1.2;

/// The Earth's turn bends the ground tracks of orbits with a longer period than this, in seconds, too much for an arc.
const LONGEST_PERIOD_S: f64 = 9_000.0;

/// The normals of the ellipsoid along the border of a place, or at a site.
#[derive(Clone, Debug, Default)]
pub(super) struct Outline(Vec<Vector3<f64>>);

impl Outline {
    pub(super) fn point(up: Vector3<f64>) -> Self {
        Self(vec![up])
    }

    pub(super) fn of(region: &Region) -> Self {
        let mut normals = Vec::new();
        for &[x1, y1, x2, y2] in region.edges() {
            let pieces = ((x2 - x1).hypot(y2 - y1) / SPACING_DEG).ceil().max(1.0);
            normals.extend((0..pieces as u32).map(|piece| {
                let share = f64::from(piece) / pieces;
                Geodetic::new(y1 + share * (y2 - y1), x1 + share * (x2 - x1), 0.0).up()
            }));
        }
        Self(normals)
    }

    /// The least distance in km between the sub-satellite point and the nearest point of the outline during a span: by
    /// steps, then by golden sections about the best of them.
    pub(super) fn nearest_km<O: Fn(DateTime<Utc>) -> EarthOrientation>(
        &self,
        track: &Track<'_, O>,
        span: Span,
    ) -> Result<f64, PropagationError> {
        if let [up] = &self.0[..]
            && let Some(distance_rad) = nearest_in_arc(up, track, span)?
        {
            return Ok(distance_rad * MEAN_RADIUS_KM);
        }
        const GOLDEN: f64 = 0.618_033_988_749_895;
        let distance_rad = |time_s: f64| Ok(self.distance_rad(&track.fix(time_s)?.near_normal().0));
        let steps = (span.seconds() / STEP_S).ceil().clamp(1.0, 60.0);
        let step_s = span.seconds() / steps;
        let mut best = (span.start_s, distance_rad(span.start_s)?);
        for step in 1..=steps as u32 {
            let time_s = span.start_s + f64::from(step) * step_s;
            let distance = distance_rad(time_s)?;
            if distance < best.1 {
                best = (time_s, distance);
            }
        }
        let (mut low_s, mut high_s) = ((best.0 - step_s).max(span.start_s), (best.0 + step_s).min(span.end_s));
        let mut left_s = high_s - GOLDEN * (high_s - low_s);
        let mut right_s = low_s + GOLDEN * (high_s - low_s);
        let (mut left, mut right) = (distance_rad(left_s)?, distance_rad(right_s)?);
        while high_s - low_s > TOLERANCE_S {
            if left < right {
                (high_s, right_s, right) = (right_s, left_s, left);
                left_s = high_s - GOLDEN * (high_s - low_s);
                left = distance_rad(left_s)?;
            } else {
                (low_s, left_s, left) = (left_s, right_s, right);
                right_s = low_s + GOLDEN * (high_s - low_s);
                right = distance_rad(right_s)?;
            }
        }
        let least = [best, (left_s, left), (right_s, right)].into_iter().min_by(|a, b| a.1.total_cmp(&b.1));
        let time_s = least.map_or(best.0, |least| least.0);
        Ok(self.distance_rad(&track.fix(time_s)?.sub_point().up) * MEAN_RADIUS_KM)
    }

    /// The least angle to a normal, by the chord: no digits are lost near zero.
    fn distance_rad(&self, up: &Vector3<f64>) -> f64 {
        let squared = |normal: &Vector3<f64>| (normal - up).norm_squared();
        let least = self.0.iter().map(squared).fold(f64::INFINITY, f64::min);
        2.0 * (0.5 * least.sqrt()).min(1.0).asin()
    }
}

/// The least angle to one normal while the object goes over less than a quarter of a low, nearly circular orbit; `None`
/// for longer spans and for other orbits, which may come near more than once.
///
/// The cosine of the angle goes with cos(n·(t − t₀)), n the rate at which the normal turns: from any time near, t₀
/// follows from the cosine and its slope, three times over. There, the part of what is left that is not along the motion is
/// the least angle.
fn nearest_in_arc<O: Fn(DateTime<Utc>) -> EarthOrientation>(
    up: &Vector3<f64>,
    track: &Track<'_, O>,
    span: Span,
) -> Result<Option<f64>, PropagationError> {
    let mut time_s = 0.5 * (span.start_s + span.end_s);
    for round in 0..3 {
        let fix = track.fix(time_s)?;
        let period_s = fix.circular_period_s();
        let is_plain = fix.max_radius_km < MOST_ECCENTRIC * fix.min_radius_km && period_s < LONGEST_PERIOD_S;
        if round == 0 && !(is_plain && span.seconds() < period_s / 4.0) {
            return Ok(None);
        }
        let (normal, turn) = fix.near_normal();
        let later_s = (turn.dot(up) / turn.norm()).atan2(normal.dot(up)) / turn.norm();
        time_s = (time_s + later_s).clamp(span.start_s, span.end_s);
        // Not yet there: the long way.
        if round == 2 && later_s.abs() > 1.0 && time_s > span.start_s && time_s < span.end_s {
            return Ok(None);
        }
    }
    let below = track.fix(time_s)?.sub_point();
    let apart = below.up - up;
    let is_inside = time_s > span.start_s && time_s < span.end_s;
    let along = below.turn_rad_s.normalize();
    let apart = if is_inside { apart - along * apart.dot(&along) } else { apart };
    Ok(Some(2.0 * (0.5 * apart.norm()).min(1.0).asin()))
}
