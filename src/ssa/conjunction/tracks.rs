//! The objects of a screening as tracks: states from the propagator at knots, interpolated to every interval's middle.

use std::ops::Range;

use nalgebra::Vector3;

use super::bound::margins;
use super::order::{Layout, NOBODY, Order};
use crate::astro::elements::MU_WGS72_KM3_S2;
use crate::astro::ephemeris::{Ephemeris, may_dip};
use crate::astro::propagator::PropagationError;
use crate::astro::span::Span;
use crate::kernel::hermite::{Knot, LANES, Tile, interpolate};
use crate::kernel::lanes::Form;

/// Most intervals between two knots.
pub(super) const MOST_INTERVALS: usize = 26;

/// An object that may leave its line by more than this beside the threshold, km, is looked at in parts of an interval.
const UNSTEADY_KM: f32 = 20.0;

/// Its parts are so short that it leaves its line by about this in each, km, as far as [`MOST_PARTS`] go.
const STEADY_KM: f32 = 5.0;

/// Most parts of an interval: a second or less each.
const MOST_PARTS: usize = 64;

/// The tracks over one slab; scratch space of one thread.
#[derive(Debug, Default)]
pub struct Tracks {
    steps: usize,
    layout: Layout,
    strides: Vec<(u32, usize)>,
    tiles: Vec<Tile>,
    knots: Vec<Knot>,
    times_s: Vec<f64>,
    rows: [Vec<f64>; 6],
    /// Objects left out of a step's tiles because they are unsteady there, and in how many parts they are looked at.
    unsteady: Vec<(usize, u32, usize)>,
    parts: Vec<Tile>,
    owners: Vec<u32>,
}

/// One interval's objects.
#[derive(Clone, Copy, Debug)]
pub struct Step<'a> {
    /// The steady objects, in order.
    pub tiles: &'a [Tile],
    /// The unsteady ones, one place for each part of the interval.
    pub parts: &'a [Tile],
    owners: &'a [u32],
    layout: &'a Layout,
}

impl Step<'_> {
    /// The object at a place, counted through `tiles`, then through `parts`.
    #[must_use]
    pub fn object(&self, place: u32) -> usize {
        match (place as usize).checked_sub(self.tiles.len() * LANES) {
            Some(part) => self.owners[part] as usize,
            None => self.layout.object(place),
        }
    }
}

impl Tracks {
    /// For each place of the tiles whether its object is flagged; nothing where there are no flags.
    pub fn flagged(&self, flags: &[bool], places: &mut Vec<bool>) {
        places.clear();
        if !flags.is_empty() {
            places.extend(self.layout.objects.iter().map(|&object| flags.get(object as usize) == Some(&true)));
        }
    }

    /// Fills the middles of the intervals `range`, each `step_s` long, and appends to `failures` when objects ceased
    /// to have a state among them.
    ///
    /// An object without a state at a knot is asked at every end of an interval; an interval that has none at either
    /// of its ends is without the object.
    pub fn fill(
        &mut self,
        ephemeris: &Ephemeris,
        order: &Order,
        range: Range<usize>,
        edge_s: impl Fn(usize) -> f64,
        threshold_km: f64,
        failures: &mut Vec<(usize, f64, PropagationError)>,
    ) {
        let form = Form::best();
        let step_s = (edge_s(range.end) - edge_s(range.start)) / range.len() as f64;
        let margins = margins(threshold_km, 0.5 * step_s);
        self.steps = range.len();
        self.unsteady.clear();
        order.lay_out(
            ephemeris,
            Span::new(edge_s(range.start), edge_s(range.end)),
            &mut self.layout,
            &mut self.strides,
        );
        let width = self.layout.tiles();
        // Every tile of every step is written below: what an earlier slab left need not be cleared.
        self.tiles.resize(width * self.steps, Tile::ABSENT);
        for tile in 0..width {
            let objects = &self.layout.objects[tile * LANES..(tile + 1) * LANES];
            // As few knots as the stride allows, evenly.
            let stride = self.steps.div_ceil(self.steps.div_ceil(self.layout.strides[tile]));
            // Knots stand at ends of intervals, the last at the end of the slab.
            let knot_of = |knot: usize| range.start + (knot * stride).min(range.len());
            let count = range.len().div_ceil(stride) + 1;
            self.times_s.clear();
            self.times_s.extend((0..count).map(|knot| edge_s(knot_of(knot))));
            self.knots.clear();
            self.knots.resize(count, [[f64::NAN; LANES]; 6]);
            for row in &mut self.rows {
                row.resize(count, f64::NAN);
            }
            let mut broken = [NOBODY; LANES];
            for (lane, &object) in objects.iter().enumerate().filter(|(_, object)| **object != NOBODY) {
                let object = object as usize;
                ephemeris.states(object, &self.times_s, self.rows.each_mut().map(|row| &mut row[..count]));
                if !find_failures(ephemeris, object, &self.times_s, &self.rows, failures) && stride > 1 {
                    broken[lane] = object as u32;
                }
                for (knot, state) in self.knots.iter_mut().enumerate() {
                    for (component, row) in state.iter_mut().zip(&self.rows) {
                        component[lane] = row[knot];
                    }
                }
            }
            let mut between = [Tile::ABSENT; MOST_INTERVALS];
            for (k, knots) in self.knots.windows(2).enumerate() {
                let steps = k * stride..((k + 1) * stride).min(self.steps);
                let between = &mut between[..steps.len()];
                interpolate(form, &margins, &knots[0], &knots[1], step_s * steps.len() as f64, between);
                for (step, middle) in steps.zip(between) {
                    self.tiles[step * width + tile] = *middle;
                }
            }
            for (lane, &object) in broken.iter().enumerate().filter(|(_, object)| **object != NOBODY) {
                for step in 0..self.steps {
                    let (index, tile) = (range.start + step, &mut self.tiles[step * width + tile]);
                    let mut alone = [Tile::ABSENT];
                    let [a, b] = [edge_s(index), edge_s(index + 1)].map(|time_s| knot(ephemeris, object, time_s));
                    interpolate(form, &margins, &a, &b, step_s, &mut alone);
                    for axis in 0..3 {
                        tile.position[axis][lane] = alone[0].position[axis][0];
                        tile.velocity[axis][lane] = alone[0].velocity[axis][0];
                    }
                    tile.pad[lane] = alone[0].pad[0];
                    tile.reach[lane] = alone[0].reach[0];
                }
            }
            self.take_unsteady(tile, threshold_km);
        }
        self.unsteady.sort_unstable();
    }

    /// Leaves the unsteady objects out of a tile and notes them.
    fn take_unsteady(&mut self, tile: usize, threshold_km: f64) {
        let (width, limit_km) = (self.layout.tiles(), UNSTEADY_KM + threshold_km.max(0.0) as f32);
        for step in 0..self.steps {
            let here = &mut self.tiles[step * width + tile];
            for lane in 0..LANES {
                if here.pad[lane] > limit_km {
                    let parts = ((here.pad[lane] / STEADY_KM) as usize).min(MOST_PARTS);
                    self.unsteady.push((step, self.layout.objects[tile * LANES + lane], parts));
                    here.remove(lane);
                }
            }
        }
    }

    /// All objects at one of the slab's intervals, the one between the two times.
    pub fn step(&mut self, ephemeris: &Ephemeris, step: usize, interval: Span, threshold_km: f64) -> Step<'_> {
        self.parts.clear();
        self.owners.clear();
        let first = self.unsteady.partition_point(|&(at, ..)| at < step);
        for k in first..self.unsteady.len() {
            let (at, object, parts) = self.unsteady[k];
            if at != step {
                break;
            }
            self.cut(ephemeris, object, parts, interval, threshold_km);
        }
        let width = self.tiles.len() / self.steps;
        let tiles = &self.tiles[step * width..(step + 1) * width];
        Step { tiles, parts: &self.parts, owners: &self.owners, layout: &self.layout }
    }

    /// Appends an unsteady object, cut into parts of an interval: each a line through its own middle, carried to the
    /// interval's middle by gravity, so that it can be tested like any other.
    fn cut(&mut self, ephemeris: &Ephemeris, object: u32, parts: usize, interval: Span, threshold_km: f64) {
        let (half_s, part_s) = (0.5 * interval.seconds(), interval.seconds() / parts as f64);
        self.times_s.clear();
        self.times_s.extend((0..=parts).map(|k| interval.start_s + part_s * k as f64));
        for row in &mut self.rows {
            row.resize(parts + 1, f64::NAN);
        }
        ephemeris.states(object as usize, &self.times_s, self.rows.each_mut().map(|row| &mut row[..=parts]));
        let (whole, short) = (margins(threshold_km, half_s), margins(threshold_km, 0.5 * part_s));
        for k in 0..parts {
            let [a, b] = [k, k + 1].map(|k| self.rows.each_ref().map(|row| row[k]));
            // The cubic through both ends, at its middle.
            let middle = |axis: usize| 0.5 * (a[axis] + b[axis]) + 0.125 * part_s * (a[axis + 3] - b[axis + 3]);
            let rate = |axis: usize| 1.5 * (b[axis] - a[axis]) / part_s - 0.25 * (a[axis + 3] + b[axis + 3]);
            let (place, velocity) = (Vector3::from_fn(|axis, _| middle(axis)), Vector3::from_fn(|axis, _| rate(axis)));
            let tau_s = half_s - part_s * (k as f64 + 0.5);
            let stiffness = MU_WGS72_KM3_S2 / place.norm().powi(3);
            let carried = place + velocity * tau_s - place * (0.5 * stiffness * tau_s * tau_s);
            let carried_velocity = velocity - place * (stiffness * tau_s);
            let mut bounds = short.between(a, b, part_s);
            // What is carried leaves gravity's path by at most its rate's change, twice the stiffness times the speed.
            bounds.slip_km += 2.0 * stiffness * velocity.norm() * half_s.powi(3) / 6.0;
            let (reach_km, pad_km) = whole.reach_and_pad(bounds, carried_velocity.norm());
            if carried.x.is_nan() {
                continue;
            }
            let lane = self.owners.len() % LANES;
            if lane == 0 {
                self.parts.push(Tile::ABSENT);
            }
            if let Some(tile) = self.parts.last_mut() {
                for axis in 0..3 {
                    tile.position[axis][lane] = carried[axis] as f32;
                    tile.velocity[axis][lane] = carried_velocity[axis] as f32;
                }
                (tile.reach[lane], tile.pad[lane]) = (reach_km as f32, pad_km as f32);
            }
            self.owners.push(object);
        }
    }
}

/// A knot of one object, in the first lane.
fn knot(ephemeris: &Ephemeris, object: u32, time_s: f64) -> Knot {
    let mut knot = [[f64::NAN; LANES]; 6];
    if let Ok(state) = ephemeris.state(object as usize, time_s) {
        for axis in 0..3 {
            knot[axis][0] = state.position_km[axis];
            knot[axis + 3][0] = state.velocity_km_s[axis];
        }
    }
    knot
}

/// Appends when an object ceased to have a state between its knots; whether it has one at every knot.
fn find_failures(
    ephemeris: &Ephemeris,
    object: usize,
    times_s: &[f64],
    rows: &[Vec<f64>; 6],
    failures: &mut Vec<(usize, f64, PropagationError)>,
) -> bool {
    let radius_km = |k: usize| (rows[0][k] * rows[0][k] + rows[1][k] * rows[1][k] + rows[2][k] * rows[2][k]).sqrt();
    let mut whole = true;
    let mut before_km = f64::NAN;
    for (k, &time_s) in times_s.iter().enumerate() {
        let here_km = radius_km(k);
        whole &= !here_km.is_nan();
        if k == 0 {
            if here_km.is_nan() {
                failures.extend(ephemeris.state(object, time_s).err().map(|error| (object, time_s, error)));
            }
        } else if !before_km.is_nan() && (here_km.is_nan() || may_dip(before_km.min(here_km), time_s - times_s[k - 1]))
        {
            let failure = ephemeris.first_failure(object, times_s[k - 1], time_s);
            failures.extend(failure.map(|(time_s, error)| (object, time_s, error)));
        }
        before_km = here_km;
    }
    whole
}
