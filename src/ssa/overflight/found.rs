//! What a search found, kept as numbers: millions of rows fit in little memory, each is made when it is asked for.

use chrono::{DateTime, TimeDelta, Utc};
use rayon::prelude::*;

use super::Overflight;
use crate::astro::crossing::Interval;
use crate::astro::elements::{Elements, NoradId};
use crate::astro::time::Window;
use crate::ssa::timing::Timing;

/// The overflights of some places by some objects, place by place, each place's by start, then catalogue number.
#[derive(Clone, Debug)]
pub struct Overflights<'o> {
    objects: Vec<Object<'o>>,
    places: Vec<String>,
    window: Window,
    rows: Vec<Vec<Row>>,
}

/// What the rows of an object say of it: rows are by time, so that each asks for another object, most of which are in no
/// cache; all of it stands together.
#[derive(Clone, Debug)]
struct Object<'o> {
    norad_id: NoradId,
    name: &'o str,
    epoch: DateTime<Utc>,
    /// The age in days from which its element set is stale.
    stale_after_days: f64,
    timing: Timing,
}

impl<'o> Object<'o> {
    fn of(elements: &'o Elements) -> Self {
        Self {
            norad_id: elements.norad_id,
            name: &elements.name,
            epoch: elements.epoch,
            stale_after_days: elements.regime().stale_after_days(elements.perigee_km()),
            timing: Timing::of(elements),
        }
    }
}

/// One overflight.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Row {
    start_ns: i64,
    end_ns: i64,
    nearest_km: f64,
    object: u32,
    place: u16,
    traits: Traits,
}

/// What is so, or not, of an overflight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Traits(u8);

impl Traits {
    const ASCENDING: u8 = 1;
    const DAYLIGHT: u8 = 2;
    const OPEN_START: u8 = 4;
    const OPEN_END: u8 = 8;

    pub(super) fn of(is_ascending: bool, is_daylight: bool, interval: &Interval) -> Self {
        let flag = |is_so: bool, flag: u8| if is_so { flag } else { 0 };
        Self(
            flag(is_ascending, Self::ASCENDING)
                | flag(is_daylight, Self::DAYLIGHT)
                | flag(interval.open_start, Self::OPEN_START)
                | flag(interval.open_end, Self::OPEN_END),
        )
    }

    const fn has(self, flag: u8) -> bool {
        self.0 & flag != 0
    }
}

impl Row {
    /// The row of a stretch; [`Overflights::add`] says whose it is.
    pub(super) fn new(place: usize, interval: &Interval, nearest_km: f64, traits: Traits) -> Self {
        Self {
            start_ns: nanoseconds(interval.span.start_s),
            end_ns: nanoseconds(interval.span.end_s),
            nearest_km,
            object: 0,
            place: place as u16,
            traits,
        }
    }
}

/// Seconds as whole nanoseconds, rounded as an instant is.
fn nanoseconds(seconds: f64) -> i64 {
    let whole = seconds.floor();
    (whole as i64).saturating_mul(1_000_000_000).saturating_add(((seconds - whole) * 1e9).round() as i64)
}

impl<'o> Overflights<'o> {
    pub(super) fn new(objects: &'o [Elements], places: Vec<String>, window: Window) -> Self {
        let rows = places.iter().map(|_| Vec::new()).collect();
        Self { objects: objects.par_iter().map(Object::of).collect(), places, window, rows }
    }

    /// Takes over what one object did.
    pub(super) fn add(&mut self, object: usize, rows: &[Row]) {
        for row in rows {
            self.rows[usize::from(row.place)].push(Row { object: object as u32, ..*row });
        }
    }

    /// Brings the rows into their order.
    pub(super) fn sort(&mut self) {
        let objects = &self.objects;
        let id = |row: &Row| objects[row.object as usize].norad_id;
        self.rows.par_iter_mut().for_each(|rows| {
            let rest = |row: &Row| (id(row), row.object, row.end_ns);
            rows.sort_unstable_by(|a, b| a.start_ns.cmp(&b.start_ns).then_with(|| rest(a).cmp(&rest(b))));
        });
    }

    /// Number of overflights.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.iter().map(Vec::len).sum()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.iter().all(Vec::is_empty)
    }

    /// Number of places.
    #[must_use]
    pub fn places(&self) -> usize {
        self.places.len()
    }

    /// The overflights of a place; none of one that was not searched.
    pub fn of_place(&self, place: usize) -> impl ExactSizeIterator<Item = Overflight> + '_ {
        self.rows.get(place).map_or(&[][..], Vec::as_slice).iter().map(|row| self.overflight(row).with_own_names())
    }

    /// The `index`-th overflight of all, with the numbers of its object among those searched and of its place.
    ///
    /// # Panics
    /// `index` is not below [`Self::len`].
    #[must_use]
    pub fn get(&self, mut index: usize) -> (usize, usize, Overflight<&str>) {
        let mut place = 0;
        while index >= self.rows[place].len() {
            index -= self.rows[place].len();
            place += 1;
        }
        let row = &self.rows[place][index];
        (row.object as usize, place, self.overflight(row))
    }

    fn overflight(&self, row: &Row) -> Overflight<&str> {
        let object = &self.objects[row.object as usize];
        let at = |ns: i64| self.window.start.checked_add_signed(TimeDelta::nanoseconds(ns)).unwrap_or(self.window.end);
        let middle = at(row.start_ns.midpoint(row.end_ns));
        let age_days = (middle - object.epoch).as_seconds_f64() / 86_400.0;
        Overflight {
            norad_id: object.norad_id,
            name: object.name,
            region: &self.places[usize::from(row.place)],
            start: at(row.start_ns),
            end: at(row.end_ns),
            nearest_km: row.nearest_km,
            ascending: row.traits.has(Traits::ASCENDING),
            daylight: row.traits.has(Traits::DAYLIGHT),
            open_start: row.traits.has(Traits::OPEN_START),
            open_end: row.traits.has(Traits::OPEN_END),
            age_days,
            stale: age_days.abs() > object.stale_after_days,
            timing_error_s: Some(object.timing.error_s(age_days)),
        }
    }
}
