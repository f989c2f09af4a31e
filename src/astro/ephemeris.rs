//! Many objects over one window: the states that searches ask for.

use super::elements::{EARTH_RADIUS_WGS72_KM, Elements};
use super::frame::{State, Teme};
use super::propagator::{PropagationError, Propagator};
use super::time::Window;

/// Propagators of many objects on the clock of one window.
#[derive(Clone, Debug)]
pub struct Ephemeris {
    window: Window,
    objects: Vec<Object>,
}

#[derive(Clone, Debug)]
struct Object {
    propagator: Result<Propagator, PropagationError>,
    /// Seconds from the element set's epoch to the window's start.
    offset_s: f64,
}

impl Ephemeris {
    /// Initialises SGP4 for every element set; one that cannot be initialised has no state at any time.
    pub fn new<'a>(elements: impl IntoIterator<Item = &'a Elements>, window: Window) -> Self {
        let objects = elements
            .into_iter()
            .map(|elements| {
                let propagator = Propagator::new(elements);
                let offset_s = propagator.as_ref().map_or(0.0, |propagator| propagator.offset_s(window.start));
                Object { propagator, offset_s }
            })
            .collect();
        Self { window, objects }
    }

    /// The window.
    #[must_use]
    pub const fn window(&self) -> Window {
        self.window
    }

    /// Number of objects.
    #[must_use]
    pub fn len(&self) -> usize {
        self.objects.len()
    }

    /// Whether there is no object.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.objects.is_empty()
    }

    /// State of an object `time_s` after the window's start, inside the window or not.
    ///
    /// # Errors
    /// See [`PropagationError`].
    ///
    /// # Panics
    /// If `object` is not below [`Self::len`].
    pub fn state(&self, object: usize, time_s: f64) -> Result<State<Teme>, PropagationError> {
        let object = &self.objects[object];
        object.propagator.as_ref().map_err(|error| *error)?.state(object.offset_s + time_s)
    }

    /// The states of one object at many times after the window's start: see [`Propagator::states`].
    ///
    /// # Panics
    /// If `object` is not below [`Self::len`], or a row is shorter than `times_s`.
    pub fn states(&self, object: usize, times_s: &[f64], rows: [&mut [f64]; 6]) {
        /// Times that are put on the element set's clock together, on the stack.
        const BATCH: usize = 64;
        let Object { propagator, offset_s } = &self.objects[object];
        let Ok(propagator) = propagator else {
            rows.into_iter().for_each(|row| row[..times_s.len()].fill(f64::NAN));
            return;
        };
        let mut rows = rows;
        let mut seconds = [0.0; BATCH];
        for (batch, times_s) in times_s.chunks(BATCH).enumerate() {
            let (from, seconds) = (batch * BATCH, &mut seconds[..times_s.len()]);
            for (second, time_s) in seconds.iter_mut().zip(times_s) {
                *second = offset_s + time_s;
            }
            propagator.states(seconds, rows.each_mut().map(|row| &mut row[from..from + times_s.len()]));
        }
    }

    /// Fills `slab` with the states of all objects at `times_s`, ascending; an object without a state at a time has NaN
    /// there.
    pub fn fill(&self, times_s: &[f64], slab: &mut Slab) {
        slab.clear(self.len(), times_s.len());
        for first in (0..self.len()).step_by(TOGETHER) {
            let count = TOGETHER.min(self.len() - first);
            for k in 0..count {
                self.states(first + k, times_s, slab.columns_of(k, times_s.len()));
                self.find_failures(first + k, k, times_s, slab);
            }
            slab.place(first, count, times_s.len());
        }
    }

    /// Notes where the object in column `k` ceases to have a state.
    fn find_failures(&self, object: usize, k: usize, times_s: &[f64], slab: &mut Slab) {
        let mut before: Option<(f64, f64)> = None;
        for (step, &time_s) in times_s.iter().enumerate() {
            let radius_km = slab.radius_km(k, step, times_s.len());
            let failure = match before {
                Some((from_s, from_km)) if radius_km.is_nan() || may_dip(from_km.min(radius_km), time_s - from_s) => {
                    self.first_failure(object, from_s, time_s)
                }
                None if step == 0 && radius_km.is_nan() => {
                    self.state(object, time_s).err().map(|error| (time_s, error))
                }
                _ => None,
            };
            slab.failures.extend(failure.map(|(time_s, error)| (object, time_s, error)));
            before = (!radius_km.is_nan()).then_some((time_s, radius_km));
        }
    }

    /// The first time after `from_s`, where there is a state, and up to `to_s` at which an object has none: looked for
    /// at every full second of the window's clock, then halved down to a millisecond, so that it does not depend on
    /// where the search began.
    pub fn first_failure(&self, object: usize, from_s: f64, to_s: f64) -> Option<(f64, PropagationError)> {
        let mut good_s = from_s;
        while good_s < to_s {
            let mut bad_s = (good_s.floor() + 1.0).min(to_s);
            if let Err(mut error) = self.state(object, bad_s) {
                while bad_s - good_s > 1e-3 {
                    let middle_s = 0.5 * (good_s + bad_s);
                    match self.state(object, middle_s) {
                        Ok(_) => good_s = middle_s,
                        Err(reason) => (bad_s, error) = (middle_s, reason),
                    }
                }
                return Some((bad_s, error));
            }
            good_s = bad_s;
        }
        None
    }
}

/// Whether an object that is this low at one of two times can be beneath the ground between them, by the greatest
/// radial acceleration there is (0.01 km/s², centrifugal at the speed of escape) and 20 km for the model's own jumps.
#[must_use]
pub fn may_dip(lowest_km: f64, apart_s: f64) -> bool {
    lowest_km < EARTH_RADIUS_WGS72_KM + 20.0 + 0.125 * 0.01 * apart_s * apart_s
}

/// Objects whose states are turned from rows over time into rows over objects together: a line of memory's worth.
const TOGETHER: usize = 8;

/// States of all objects at a few times, as one row of numbers a component; an instant's objects are contiguous.
#[derive(Debug, Default)]
pub struct Slab {
    objects: usize,
    /// x, y, z in km, then their rates in km/s, TEME.
    rows: [Vec<f64>; 6],
    /// The same components of [`TOGETHER`] objects, an object's times contiguous.
    columns: [Vec<f64>; 6],
    failures: Vec<(usize, f64, PropagationError)>,
}

impl Slab {
    fn clear(&mut self, objects: usize, steps: usize) {
        self.objects = objects;
        for row in &mut self.rows {
            row.resize(objects * steps, f64::NAN);
        }
        for column in &mut self.columns {
            column.resize(TOGETHER * steps, f64::NAN);
        }
        self.failures.clear();
    }

    fn columns_of(&mut self, k: usize, steps: usize) -> [&mut [f64]; 6] {
        self.columns.each_mut().map(|column| &mut column[k * steps..(k + 1) * steps])
    }

    fn radius_km(&self, k: usize, step: usize, steps: usize) -> f64 {
        let [x, y, z] = [0, 1, 2].map(|axis: usize| self.columns[axis][k * steps + step]);
        (x * x + y * y + z * z).sqrt()
    }

    /// Puts `count` objects from `first` on into the rows.
    fn place(&mut self, first: usize, count: usize, steps: usize) {
        for (row, column) in self.rows.iter_mut().zip(&self.columns) {
            for step in 0..steps {
                let at = step * self.objects + first;
                for (k, component) in row[at..at + count].iter_mut().enumerate() {
                    *component = column[k * steps + step];
                }
            }
        }
    }

    /// The six components of all objects at one step: x, y, z in km and their rates in km/s.
    #[must_use]
    pub fn step(&self, step: usize) -> [&[f64]; 6] {
        let range = step * self.objects..(step + 1) * self.objects;
        self.rows.each_ref().map(|row| &row[range.clone()])
    }

    /// Where objects had a state no longer: index, seconds (to a millisecond), why; an object that had none at the
    /// first time stands there with it.
    #[must_use]
    pub fn failures(&self) -> &[(usize, f64, PropagationError)] {
        &self.failures
    }
}
