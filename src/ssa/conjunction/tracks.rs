//! The objects of a screening as tracks: states from the propagator at knots, interpolated to every interval's middle.

use std::ops::Range;

use super::bound::margins;
use super::line::{Cutter, Line, parts_of};
use super::order::{Layout, NOBODY, Order};
use crate::astro::ephemeris::{Ephemeris, may_dip};
use crate::astro::propagator::PropagationError;
use crate::astro::span::Span;
use crate::kernel::hermite::{Knot, LANES, Margins, Tile, interpolate};
use crate::kernel::lanes::Form;

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
    /// Objects left out of a step's tiles because they are unsteady there or on a given trajectory, and in how many parts
    /// they are looked at.
    unsteady: Vec<(usize, u32, usize)>,
    parts: Vec<Tile>,
    owners: Vec<u32>,
    lines: Vec<Line>,
    cutter: Cutter,
    /// Objects whose orbit ends within a step: they have a state where it begins and none where it ends.
    ending: Vec<(usize, u32)>,
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

    /// Every place with an object, and the object.
    pub fn places(&self) -> impl Iterator<Item = (u32, usize)> {
        let objects = self.layout.objects.iter().chain(self.owners).enumerate();
        objects.filter(|(_, object)| **object != NOBODY).map(|(place, &object)| (place as u32, object as usize))
    }
}

impl Tracks {
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
        self.ending.clear();
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
            self.knots.resize(count, [[f64::NAN; LANES]; 6]);
            if objects.contains(&NOBODY) {
                self.knots.fill([[f64::NAN; LANES]; 6]);
            }
            for row in &mut self.rows {
                row.resize(count, f64::NAN);
            }
            let mut broken = [NOBODY; LANES];
            for (lane, &object) in objects.iter().enumerate().filter(|(_, object)| **object != NOBODY) {
                let object = object as usize;
                if ephemeris.trajectory(object).is_some() {
                    leave_out(&mut self.knots, lane);
                    self.unsteady.extend((0..self.steps).map(|step| (step, object as u32, 1)));
                    continue;
                }
                ephemeris.states(object, &self.times_s, self.rows.each_mut().map(|row| &mut row[..count]));
                if !find_failures(ephemeris, object, &self.times_s, &self.rows, failures) {
                    broken[lane] = object as u32;
                }
                for (knot, state) in self.knots.iter_mut().enumerate() {
                    for (component, row) in state.iter_mut().zip(&self.rows) {
                        component[lane] = row[knot];
                    }
                }
            }
            for (k, knots) in self.knots.windows(2).enumerate() {
                let steps = k * stride..((k + 1) * stride).min(self.steps);
                let spacing_s = step_s * steps.len() as f64;
                let between = &mut self.tiles[steps.start * width + tile..=(steps.end - 1) * width + tile];
                interpolate(form, &margins, &knots[0], &knots[1], spacing_s, (between, width));
            }
            for (lane, &object) in broken.iter().enumerate().filter(|(_, object)| **object != NOBODY) {
                for step in 0..self.steps {
                    let (index, tile) = (range.start + step, &mut self.tiles[step * width + tile]);
                    let mut alone = [Tile::ABSENT];
                    let [a, b] = [edge_s(index), edge_s(index + 1)].map(|time_s| knot(ephemeris, object, time_s));
                    if !a[0][0].is_nan() && b[0][0].is_nan() {
                        self.ending.push((step, object));
                    }
                    interpolate(form, &margins, &a, &b, step_s, (&mut alone, 1));
                    for axis in 0..3 {
                        tile.position[axis][lane] = alone[0].position[axis][0];
                        tile.velocity[axis][lane] = alone[0].velocity[axis][0];
                    }
                    tile.pad[lane] = alone[0].pad[0];
                    tile.reach[lane] = alone[0].reach[0];
                }
            }
            self.take_unsteady(tile, &margins);
        }
        self.unsteady.sort_unstable();
    }

    /// The objects whose orbit ends within a step: no line of theirs is good for all of it.
    pub fn ending(&self, step: usize) -> impl Iterator<Item = usize> {
        self.ending.iter().filter(move |(at, _)| *at == step).map(|&(_, object)| object as usize)
    }

    /// Leaves the unsteady objects out of a tile and notes them.
    fn take_unsteady(&mut self, tile: usize, margins: &Margins) {
        let width = self.layout.tiles();
        for step in 0..self.steps {
            let here = &mut self.tiles[step * width + tile];
            for lane in 0..LANES {
                let parts = parts_of(margins, f64::from(here.pad[lane]));
                if parts > 1 {
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

    /// Appends an unsteady object, cut into parts of an interval.
    fn cut(&mut self, ephemeris: &Ephemeris, object: u32, parts: usize, interval: Span, threshold_km: f64) {
        self.lines.clear();
        self.cutter.cut(ephemeris, object, parts, interval, threshold_km, &mut self.lines);
        for line in &self.lines {
            let lane = self.owners.len() % LANES;
            if lane == 0 {
                self.parts.push(Tile::ABSENT);
            }
            if let Some(tile) = self.parts.last_mut() {
                for axis in 0..3 {
                    tile.position[axis][lane] = line.place_km[axis] as f32;
                    tile.velocity[axis][lane] = line.velocity_km_s[axis] as f32;
                }
                (tile.reach[lane], tile.pad[lane]) = (line.reach_km as f32, line.pad_km as f32);
            }
            self.owners.push(object);
        }
    }
}

/// Leaves an object on a given trajectory out of a tile: what it may do between knots far apart only it knows, so it is
/// looked at by itself in every interval.
fn leave_out(knots: &mut [Knot], lane: usize) {
    for component in knots.iter_mut().flatten() {
        component[lane] = f64::NAN;
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
    // Nearly all are high above the ground at every knot; of what is not a number the least says nothing.
    let longest_s = times_s.windows(2).map(|pair| pair[1] - pair[0]).fold(0.0, f64::max);
    let squared_km2 = |k: usize| rows[0][k] * rows[0][k] + rows[1][k] * rows[1][k] + rows[2][k] * rows[2][k];
    let (least_km2, sum_km2) =
        (0..times_s.len()).fold((f64::MAX, 0.0), |(least, sum), k| (squared_km2(k).min(least), sum + squared_km2(k)));
    if !sum_km2.is_nan() && !may_dip(least_km2.sqrt(), longest_s) {
        return true;
    }
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
