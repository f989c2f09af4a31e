//! Many objects over one window: the states that searches ask for.

use super::elements::Elements;
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

    /// Fills `slab` with the states of all objects at `times_s`; an object without a state at a time has NaN there.
    pub fn fill(&self, times_s: &[f64], slab: &mut Slab) {
        slab.objects = self.len();
        for row in &mut slab.rows {
            row.clear();
            row.resize(self.len() * times_s.len(), f64::NAN);
        }
        slab.failures.clear();
        for object in 0..self.len() {
            let mut failed = false;
            for (step, &time_s) in times_s.iter().enumerate() {
                match self.state(object, time_s) {
                    Ok(state) => slab.set(step, object, &state),
                    Err(error) if !failed => {
                        failed = true;
                        slab.failures.push((object, time_s, error));
                    }
                    Err(_) => {}
                }
            }
        }
    }
}

/// States of all objects at a few times, as one row of numbers a component; an instant's objects are contiguous.
#[derive(Debug, Default)]
pub struct Slab {
    objects: usize,
    /// x, y, z in km, then their rates in km/s, TEME.
    rows: [Vec<f64>; 6],
    failures: Vec<(usize, f64, PropagationError)>,
}

impl Slab {
    fn set(&mut self, step: usize, object: usize, state: &State<Teme>) {
        let at = step * self.objects + object;
        for axis in 0..3 {
            self.rows[axis][at] = state.position_km[axis];
            self.rows[axis + 3][at] = state.velocity_km_s[axis];
        }
    }

    /// The six components of all objects at one step: x, y, z in km and their rates in km/s.
    #[must_use]
    pub fn step(&self, step: usize) -> [&[f64]; 6] {
        let range = step * self.objects..(step + 1) * self.objects;
        self.rows.each_ref().map(|row| &row[range.clone()])
    }

    /// The first time of the slab at which an object had no state, and why.
    #[must_use]
    pub fn failures(&self) -> &[(usize, f64, PropagationError)] {
        &self.failures
    }
}
