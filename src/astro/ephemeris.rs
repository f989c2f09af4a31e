//! Many objects over one window: the states that searches ask for.

use std::sync::Arc;

use super::elements::{EARTH_RADIUS_WGS72_KM, Elements};
use super::frame::{State, Teme};
use super::propagator::{PropagationError, Propagator};
use super::span::{Span, SpanSet};
use super::time::Window;
use super::trajectory::Trajectory;

/// Propagators of many objects on the clock of one window.
#[derive(Clone, Debug)]
pub struct Ephemeris {
    window: Window,
    objects: Vec<Object>,
    /// Where each object stands among `objects`.
    slots: Vec<u32>,
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
        let objects: Vec<Object> = elements
            .into_iter()
            .map(|elements| {
                let mut propagator = Propagator::new(elements);
                let offset_s = propagator.as_ref().map_or(0.0, |propagator| propagator.offset_s(window.start));
                if let Ok(propagator) = &mut propagator {
                    // The end of the window that is nearer to the epoch; none where the epoch is inside.
                    propagator.begin_at(offset_s.max(0.0) + (offset_s + window.seconds()).min(0.0));
                }
                Object { propagator, offset_s }
            })
            .collect();
        Self { window, slots: (0..objects.len() as u32).collect(), objects }
    }

    /// Puts an operator's trajectory in place of an object's element set.
    ///
    /// # Panics
    /// If `object` is not below [`Self::len`].
    pub fn replace(&mut self, object: usize, trajectory: Arc<Trajectory>) {
        let propagator = Propagator::along(trajectory);
        let offset_s = propagator.offset_s(self.window.start);
        self.objects[self.slots[object] as usize] = Object { propagator: Ok(propagator), offset_s };
    }

    /// The trajectory of an object, where it has one in place of an element set.
    ///
    /// # Panics
    /// If `object` is not below [`Self::len`].
    #[must_use]
    pub fn trajectory(&self, object: usize) -> Option<&Arc<Trajectory>> {
        self.object(object).propagator.as_ref().ok()?.trajectory()
    }

    /// When in the window an object counts, in seconds from its start, where a trajectory says so; `None`: always.
    ///
    /// # Panics
    /// If `object` is not below [`Self::len`].
    #[must_use]
    pub fn covered(&self, object: usize) -> Option<SpanSet> {
        self.trajectory(object).map(|trajectory| trajectory.covered(self.window))
    }

    /// How far an object on a trajectory may leave free fall within a span of the window's clock, km: see
    /// [`Trajectory::unrest_km`]. Nothing for an object with elements.
    ///
    /// # Panics
    /// If `object` is not below [`Self::len`].
    #[must_use]
    pub fn unrest_km(&self, object: usize, span: Span) -> f64 {
        let offset_s = self.object(object).offset_s;
        self.trajectory(object)
            .map_or(0.0, |trajectory| trajectory.unrest_km(Span::new(span.start_s + offset_s, span.end_s + offset_s)))
    }

    /// Leaves out the objects for which `is_kept` is false; the others move up.
    pub fn retain(&mut self, mut is_kept: impl FnMut(usize) -> bool) {
        let mut object = 0;
        self.slots.retain(|_| {
            object += 1;
            is_kept(object - 1)
        });
        self.move_beside_each_other(0..self.len());
    }

    /// Moves the propagators in memory so that objects asked for one after another, in this order, are neighbours there;
    /// their numbers stay. An object named twice counts once; those that are not named follow the others.
    pub fn lay_out(&mut self, order: impl IntoIterator<Item = usize>) {
        let mut is_named = vec![false; self.len()];
        let mut order: Vec<usize> =
            order.into_iter().filter(|&object| !std::mem::replace(&mut is_named[object], true)).collect();
        order.extend((0..self.len()).filter(|&object| !is_named[object]));
        self.move_beside_each_other(order);
    }

    /// `order` holds every object once.
    fn move_beside_each_other(&mut self, order: impl IntoIterator<Item = usize>) {
        let mut objects = Vec::with_capacity(self.len());
        for object in order {
            // Not taken but copied: what is boxed moves as well.
            objects.push(self.objects[self.slots[object] as usize].clone());
            self.slots[object] = objects.len() as u32 - 1;
        }
        self.objects = objects;
    }

    fn object(&self, object: usize) -> &Object {
        &self.objects[self.slots[object] as usize]
    }

    /// The window.
    #[must_use]
    pub const fn window(&self) -> Window {
        self.window
    }

    /// Number of objects.
    #[must_use]
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    /// Whether there is no object.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// Whether an object is in deep space: see [`Propagator::is_deep_space`]. Its states take long.
    ///
    /// # Panics
    /// If `object` is not below [`Self::len`].
    #[must_use]
    pub fn is_deep_space(&self, object: usize) -> bool {
        self.object(object).propagator.as_ref().is_ok_and(Propagator::is_deep_space)
    }

    /// State of an object `time_s` after the window's start, inside the window or not.
    ///
    /// # Errors
    /// See [`PropagationError`].
    ///
    /// # Panics
    /// If `object` is not below [`Self::len`].
    pub fn state(&self, object: usize, time_s: f64) -> Result<State<Teme>, PropagationError> {
        let object = self.object(object);
        object.propagator.as_ref().map_err(|error| *error)?.state(object.offset_s + time_s)
    }

    /// The states of one object at many times after the window's start: see [`Propagator::states`].
    ///
    /// # Panics
    /// If `object` is not below [`Self::len`], or a row is shorter than `times_s`.
    pub fn states(&self, object: usize, times_s: &[f64], rows: [&mut [f64]; 6]) {
        /// Times that are put on the element set's clock together, on the stack.
        const BATCH: usize = 64;
        let Object { propagator, offset_s } = self.object(object);
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
