//! The distance along the ground from a satellite's track to a place.

use chrono::{DateTime, Utc};
use nalgebra::Vector3;

use crate::astro::crossing::{Fix, Glance, Track, Watch};
use crate::astro::frame::EarthOrientation;
use crate::astro::geodesy::Geodetic;
use crate::astro::propagator::PropagationError;
use crate::astro::span::Span;
use crate::kernel::root::root;
use crate::ssa::place::Region;

/// Mean radius of the Earth in km (IUGG, R1).
const MEAN_RADIUS_KM: f64 = 6371.0088;

/// Points along an edge are no farther apart than this, degrees.
const SPACING_DEG: f64 = 0.1;

/// The least distance is looked for at steps of this length, seconds, at most 60 of them.
const STEP_S: f64 = 20.0;

/// The time of the least distance is found to this much of the way, km.
const TOLERANCE_KM: f64 = 0.01;

/// The same in seconds where the speed is not known: a low orbit's.
const TOLERANCE_S: f64 = 1e-3;

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
        let about = Span::new((best.0 - step_s).max(span.start_s), (best.0 + step_s).min(span.end_s));
        self.least_km(track, about, TOLERANCE_KM / MEAN_RADIUS_KM / TOLERANCE_S)
    }

    /// The least distance in km about a time that is nearly the one, by the slope or by golden sections, while the point beneath the object
    /// goes at no more than `rate_rad_s`.
    fn least_km<O: Fn(DateTime<Utc>) -> EarthOrientation>(
        &self,
        track: &Track<'_, O>,
        about: Span,
        rate_rad_s: f64,
    ) -> Result<f64, PropagationError> {
        const GOLDEN: f64 = 0.618_033_988_749_895;
        let tolerance_s = TOLERANCE_KM / MEAN_RADIUS_KM / rate_rad_s;
        if let [up] = &self.0[..] {
            // Nearer, then farther: the cosine's slope has one zero in between.
            let slope = |time_s: f64| Some(track.fix(time_s).ok()?.near_normal().1.dot(up));
            if let (Some(first), Some(last)) = (slope(about.start_s), slope(about.end_s))
                && first > 0.0
                && last < 0.0
            {
                let time_s = root((about.start_s, first), (about.end_s, last), tolerance_s, slope);
                return Ok(self.distance_rad(&track.fix(time_s)?.normal()) * MEAN_RADIUS_KM);
            }
        }
        let distance_rad = |time_s: f64| Ok(self.distance_rad(&track.fix(time_s)?.near_normal().0));
        let (mut low_s, mut high_s) = (about.start_s, about.end_s);
        let mut left_s = high_s - GOLDEN * (high_s - low_s);
        let mut right_s = low_s + GOLDEN * (high_s - low_s);
        let (mut left, mut right) = (distance_rad(left_s)?, distance_rad(right_s)?);
        while high_s - low_s > tolerance_s {
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
        let mut least_km = f64::INFINITY;
        for time_s in [low_s, high_s] {
            least_km = least_km.min(self.distance_rad(&track.fix(time_s)?.normal()) * MEAN_RADIUS_KM);
        }
        Ok(least_km)
    }

    /// The same for a site, from where the object was at the ends of the chords of its path; nothing for other places, and
    /// where the object has no state.
    pub(super) fn nearest_by_glances_km<O: Fn(DateTime<Utc>) -> EarthOrientation>(
        &self,
        track: &Track<'_, O>,
        watch: &Watch,
        span: Span,
    ) -> Option<f64> {
        let [up] = &self.0[..] else { return None };
        if span.seconds() < watch.arc_s {
            return Some(nearest_on_arc_rad(up, &watch.glances, span)? * MEAN_RADIUS_KM);
        }
        let first = watch.glances.partition_point(|glance| glance.time_s <= span.start_s).saturating_sub(1);
        let end = watch.glances.partition_point(|glance| glance.time_s < span.end_s) + 1;
        let glances = watch.glances.get(first..end.min(watch.glances.len()))?;
        let cosine = |glance: &Glance| glance.normal.dot(up);
        // Other tracks may come near more than once, and an end may be nearer than any of those times.
        let at_end = |time_s: f64| Some(apart_rad(up, &track.fix(time_s).ok()?, false) * MEAN_RADIUS_KM);
        let ends_km = at_end(span.start_s)?.min(at_end(span.end_s)?);
        let inside = glances.iter().enumerate().filter(|(_, glance)| span.contains(glance.time_s));
        let best = inside.max_by(|a, b| cosine(a.1).total_cmp(&cosine(b.1)));
        let time_s = |index: usize| glances.get(index).map_or(span.end_s, |glance| glance.time_s);
        let about = best.map_or(span, |(best, _)| {
            Span::new(time_s(best.saturating_sub(1)).max(span.start_s), time_s(best + 1).min(span.end_s))
        });
        let rate_rad_s = best.map_or_else(|| glances.first(), |(_, glance)| Some(glance))?.turn_rad_s.norm();
        Some(self.least_km(track, about, rate_rad_s).ok()?.min(ends_km))
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
        if round == 0 && span.seconds() >= fix.arc_s() {
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
    Ok(Some(apart_rad(up, &track.fix(time_s)?, time_s > span.start_s && time_s < span.end_s)))
}

/// The same from where the object was at the ends of the chords of its path; nothing where these do not hold the span.
///
/// From the middle of the span the way to the nearest point is that on a great circle, again from the chord that it leads
/// to. In a chord h the normal n is Hermite's cubic between the ends' normals and rates, off by h⁴·|n⁗|/384 at most, 2e-7
/// rad for the seventieth of a revolution that a chord is, and by what the rates are off, 1e-4 of them at worst: h/4 times
/// that, 2.3e-6 rad or 15 m.
fn nearest_on_arc_rad(up: &Vector3<f64>, glances: &[Glance], span: Span) -> Option<f64> {
    let last = glances.len().checked_sub(2)?;
    let (first_s, most_s) = (glances[0].time_s, glances[1].time_s - glances[0].time_s);
    let chord_of = |time_s: f64| {
        // Most chords are of one length: from the guess it is not far.
        let mut chord = (((time_s - first_s) / most_s).max(0.0) as usize).min(last);
        while chord > 0 && glances[chord].time_s > time_s {
            chord -= 1;
        }
        while chord < last && glances[chord + 1].time_s <= time_s {
            chord += 1;
        }
        Some(chord)
    };
    let mut time_s = 0.5 * (span.start_s + span.end_s);
    let mut chord = chord_of(time_s)?;
    for _ in 0..3 {
        let glance = glances.get(chord)?;
        time_s = (glance.time_s + later_s(up, glance)).clamp(span.start_s, span.end_s);
        if (glance.time_s..=glances.get(chord + 1)?.time_s).contains(&time_s) {
            break;
        }
        chord = chord_of(time_s)?;
    }
    let [from, to] = glances.get(chord..chord + 2)? else { return None };
    let length_s = to.time_s - from.time_s;
    let share = (time_s - from.time_s) / length_s;
    let rest = 1.0 - share;
    let normal = from.normal * (rest * rest * (1.0 + 2.0 * share))
        + to.normal * (share * share * (1.0 + 2.0 * rest))
        + (from.turn_rad_s * rest - to.turn_rad_s * share) * (share * rest * length_s);
    let is_nearest = time_s > span.start_s && time_s < span.end_s;
    let along = from.turn_rad_s * rest + to.turn_rad_s * share;
    Some(apart_of_rad(normal - up, is_nearest.then_some(along)))
}

/// How much later than a glance the great circle along which the normal moves comes nearest to another one.
///
/// The angle x there has the tangent (n′·u)/(|n′|·(n·u)), and atan y = y·(15 + 4y²)/(15 + 9y²) to y⁷/175 (the Padé approximant
/// of its series, Abramowitz and Stegun, eq. 4.4.42): to 1e-8 rad in one chord, while farther away it only leads nearer.
fn later_s(up: &Vector3<f64>, glance: &Glance) -> f64 {
    let squared_rate = glance.turn_rad_s.norm_squared();
    let (sine, cosine) = (glance.turn_rad_s.dot(up), glance.normal.dot(up));
    if cosine <= 0.0 {
        let rate_rad_s = squared_rate.sqrt();
        return (sine / rate_rad_s).atan2(cosine) / rate_rad_s;
    }
    let (level, rise) = (15.0 * squared_rate * cosine * cosine, sine * sine);
    sine * (level + 4.0 * rise) / (squared_rate * cosine * (level + 9.0 * rise))
}

/// The angle between a normal and the one beneath an object, less what of it lies along the motion where it `is_nearest`.
fn apart_rad(up: &Vector3<f64>, fix: &Fix, is_nearest: bool) -> f64 {
    apart_of_rad(fix.normal() - up, is_nearest.then(|| fix.near_normal().1))
}

/// The angle between two normals from their difference, less what of it lies along a motion.
fn apart_of_rad(apart: Vector3<f64>, along: Option<Vector3<f64>>) -> f64 {
    let apart = along.map_or(apart, |along| apart - along * (apart.dot(&along) / along.norm_squared()));
    2.0 * (0.5 * apart.norm()).min(1.0).asin()
}
