//! What a search found, kept as numbers: millions of rows fit in little memory, each is made when it is asked for.

use chrono::{DateTime, TimeDelta, Utc};
use rayon::prelude::*;

use super::light::Daylight;
use crate::astro::crossing::Interval;
use crate::astro::elements::{Elements, NoradId};
use crate::astro::time::Window;
use crate::ssa::timing::Timing;

/// One overflight: the stretch in which an object's ground track, or what it can see, is on a place.
///
/// `Overflight<&str>` borrows its names: see [`Overflights::get`].
#[derive(Clone, Debug, PartialEq)]
pub struct Overflight<T = String> {
    /// The object.
    pub norad_id: NoradId,
    /// Its name.
    pub name: T,
    /// The region's or site's name.
    pub region: T,
    /// Beginning, or the window's start where it is already going on.
    pub start: DateTime<Utc>,
    /// End, or the window's end.
    pub end: DateTime<Utc>,
    /// Least distance along the ground between the sub-satellite point and the place, km, within 0.5 % (on a sphere of
    /// normals); 0 when it passes over a region.
    pub nearest_km: f64,
    /// Whether the object moves north at the middle of the overflight.
    pub ascending: bool,
    /// Whether the Sun is above the place's horizon during the overflight. The horizon is the site's, or that of the middle
    /// of the region's enclosing cap.
    pub daylight: Daylight,
    /// Whether the overflight was already going on when the window began.
    pub open_start: bool,
    /// Whether it was still going on when the window, or the object's orbit, ended.
    pub open_end: bool,
    /// Age of the element set at the middle of the overflight, days.
    pub age_days: f64,
    /// Whether the element set is too old for its regime then.
    pub stale: bool,
    /// One standard deviation of how early or late it may come, seconds ([`crate::ssa::timing`]); `None` where an older version
    /// of the program stored the row.
    pub timing_error_s: Option<f64>,
}

impl Overflight<&str> {
    /// The same with names of its own.
    #[must_use]
    pub fn with_own_names(&self) -> Overflight {
        let &Self {
            norad_id,
            name,
            region,
            start,
            end,
            nearest_km,
            ascending,
            daylight,
            open_start,
            open_end,
            age_days,
            stale,
            timing_error_s,
        } = self;
        Overflight {
            norad_id,
            name: name.to_owned(),
            region: region.to_owned(),
            start,
            end,
            nearest_km,
            ascending,
            daylight,
            open_start,
            open_end,
            age_days,
            stale,
            timing_error_s,
        }
    }
}

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
    const LIGHT: u8 = 2;
    const OPEN_START: u8 = 4;
    const OPEN_END: u8 = 8;
    const DARK: u8 = 16;

    pub(super) fn of(is_ascending: bool, daylight: Daylight, interval: &Interval) -> Self {
        let flag = |is_so: bool, flag: u8| if is_so { flag } else { 0 };
        Self(
            flag(is_ascending, Self::ASCENDING)
                | flag(daylight.is_ever_light(), Self::LIGHT)
                | flag(daylight.is_ever_dark(), Self::DARK)
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
            daylight: Daylight::of(row.traits.has(Traits::LIGHT), row.traits.has(Traits::DARK)),
            open_start: row.traits.has(Traits::OPEN_START),
            open_end: row.traits.has(Traits::OPEN_END),
            age_days,
            stale: age_days.abs() > object.stale_after_days,
            timing_error_s: Some(object.timing.error_s(age_days)),
        }
    }
}
