//! The straight lines of one object in parts of an interval.

use nalgebra::Vector3;

use super::bound::margins;
use crate::astro::elements::MU_WGS72_KM3_S2;
use crate::astro::ephemeris::Ephemeris;
use crate::astro::span::Span;
use crate::kernel::hermite::Margins;

/// An object that may leave its line by more than this beside the threshold, km, is looked at in parts of an interval
/// of a minute.
const UNSTEADY_KM: f64 = 20.0;

/// Its parts are so short that it leaves its line by about this in each, km, as far as [`MOST_PARTS`] go.
const STEADY_KM: f64 = 5.0;

/// Half of the interval that these distances are meant for, s; in a longer one they are longer.
const USUAL_HALF_STEP_S: f64 = 30.0;

/// Most parts of an interval.
const MOST_PARTS: usize = 64;

/// Parts of an interval in which an object with this pad is looked at: one where it is steady.
pub(super) fn parts_of(margins: &Margins, pad_km: f64) -> usize {
    let longer = (margins.half_step_s / USUAL_HALF_STEP_S).max(1.0);
    if pad_km > UNSTEADY_KM * longer + margins.threshold_km {
        ((pad_km / (STEADY_KM * longer)) as usize).min(MOST_PARTS)
    } else {
        1
    }
}

/// A straight line that an object keeps to in a part of an interval, but for its pad, seen from the interval's middle.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    pub(super) place_km: Vector3<f64>,
    pub(super) velocity_km_s: Vector3<f64>,
    pub(super) reach_km: f64,
    pub(super) pad_km: f64,
}

impl Line {
    /// Whether the straight relative line comes within `half_s` seconds below the threshold and both pads.
    pub(super) fn meets(&self, other: &Self, half_s: f64, threshold_km: f64) -> bool {
        let (d, u) = (other.place_km - self.place_km, other.velocity_km_s - self.velocity_km_s);
        let tau_s = (-d.dot(&u) / u.norm_squared().max(1e-20)).clamp(-half_s, half_s);
        (d + u * tau_s).norm() <= threshold_km + self.pad_km + other.pad_km
    }
}

/// Cuts intervals into parts; scratch space.
#[derive(Debug, Default)]
pub(super) struct Cutter {
    times_s: Vec<f64>,
    rows: [Vec<f64>; 6],
}

impl Cutter {
    /// Appends the lines of an object in equal parts of an interval: each through its own middle, carried to the
    /// interval's middle by gravity, so that it can be tested like any other. A part at one of whose ends the object
    /// has no state is left out.
    pub(super) fn cut(
        &mut self,
        ephemeris: &Ephemeris,
        object: u32,
        parts: usize,
        interval: Span,
        threshold_km: f64,
        lines: &mut Vec<Line>,
    ) {
        let (half_s, part_s) = (0.5 * interval.seconds(), interval.seconds() / parts as f64);
        self.ask(ephemeris, object, (0..=parts).map(|k| interval.start_s + part_s * k as f64));
        let (whole, short) = (margins(threshold_km, half_s), margins(threshold_km, 0.5 * part_s));
        for k in 0..parts {
            let (a, b) = (self.state(k), self.state(k + 1));
            let (place, velocity) = middle(a, b, part_s);
            let tau_s = half_s - part_s * (k as f64 + 0.5);
            let stiffness = MU_WGS72_KM3_S2 / place.norm().powi(3);
            let carried = place + velocity * tau_s - place * (0.5 * stiffness * tau_s * tau_s);
            let carried_velocity = velocity - place * (stiffness * tau_s);
            if carried.x.is_nan() {
                continue;
            }
            let mut bounds = short.between(a, b, part_s);
            let start_s = interval.start_s + part_s * k as f64;
            bounds.slip_km += unrest_slip_km(ephemeris, object, Span::new(start_s, start_s + part_s));
            if parts > 1 {
                // What is carried leaves gravity's path by at most its rate's change, twice the stiffness times the
                // speed, both as great as they can become on the way.
                let way_km = (velocity.norm() + 0.01 * half_s) * half_s;
                bounds.lowest_km = bounds.lowest_km.min((place.norm() - way_km).max(whole.lowest_radius_km));
                let stiffest = MU_WGS72_KM3_S2 / bounds.lowest_km.powi(3);
                bounds.slip_km += 2.2 * stiffest * way_km * half_s * half_s / 6.0;
            }
            let (reach_km, pad_km) = whole.reach_and_pad(bounds, carried_velocity.norm());
            lines.push(Line { place_km: carried, velocity_km_s: carried_velocity, reach_km, pad_km });
        }
    }

    /// Appends an object's lines in consecutive intervals that end at `edges_s`, each seen from its own interval's middle;
    /// `None` where the object has no state at an end.
    pub(super) fn lines(
        &mut self,
        ephemeris: &Ephemeris,
        object: u32,
        edges_s: &[f64],
        threshold_km: f64,
        lines: &mut Vec<Option<Line>>,
    ) {
        self.ask(ephemeris, object, edges_s.iter().copied());
        for (k, edges_s) in edges_s.windows(2).enumerate() {
            let (a, b, seconds) = (self.state(k), self.state(k + 1), edges_s[1] - edges_s[0]);
            let (place_km, velocity_km_s) = middle(a, b, seconds);
            let margins = margins(threshold_km, 0.5 * seconds);
            let mut bounds = margins.between(a, b, seconds);
            bounds.slip_km += unrest_slip_km(ephemeris, object, Span::new(edges_s[0], edges_s[1]));
            let (reach_km, pad_km) = margins.reach_and_pad(bounds, velocity_km_s.norm());
            lines.push((!place_km.x.is_nan()).then_some(Line { place_km, velocity_km_s, reach_km, pad_km }));
        }
    }

    fn ask(&mut self, ephemeris: &Ephemeris, object: u32, times_s: impl Iterator<Item = f64>) {
        self.times_s.clear();
        self.times_s.extend(times_s);
        let count = self.times_s.len();
        for row in &mut self.rows {
            row.resize(row.len().max(count), f64::NAN);
        }
        ephemeris.states(object as usize, &self.times_s, self.rows.each_mut().map(|row| &mut row[..count]));
    }

    fn state(&self, index: usize) -> [f64; 6] {
        self.rows.each_ref().map(|row| row[index])
    }
}

/// What an object on a given trajectory is granted beside what its states tell: see [`super::bound`].
fn unrest_slip_km(ephemeris: &Ephemeris, object: u32, span: Span) -> f64 {
    3.0 * ephemeris.unrest_km(object as usize, span)
}

/// Place and velocity in the middle of the cubic through two states.
fn middle(a: [f64; 6], b: [f64; 6], apart_s: f64) -> (Vector3<f64>, Vector3<f64>) {
    let place = |axis: usize| 0.5 * (a[axis] + b[axis]) + 0.125 * apart_s * (a[axis + 3] - b[axis + 3]);
    let rate = |axis: usize| 1.5 * (b[axis] - a[axis]) / apart_s - 0.25 * (a[axis + 3] + b[axis + 3]);
    (Vector3::from_fn(|axis, _| place(axis)), Vector3::from_fn(|axis, _| rate(axis)))
}
