//! How the Earth stands from day to day: the published UT1−UTC and pole as a function of time.

use chrono::{DateTime, Utc};

use super::frame::EarthOrientation;
use super::time::JulianDate;

/// Julian date of the origin of the modified Julian date.
const MJD_ORIGIN_JD: f64 = 2_400_000.5;

/// The published values of one day, at 0h UTC.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OrientationRow {
    /// Modified Julian date, UTC.
    pub mjd: i32,
    /// UT1−UTC and the pole.
    pub orientation: EarthOrientation,
    /// Whether the values are a prediction.
    pub predicted: bool,
}

/// Daily rows in order of time, one a day.
///
/// Between two rows the values are linear; the leap second that may lie between them stands at the end of the interval,
/// where UTC has it. Before the first and after the last row that row's values are held: UT1−UTC then drifts from the
/// truth by about a millisecond a day (half a metre on the ground at the equator), see [`OrientationTable::covers`].
/// Without rows, UT1 = UTC and the pole does not move.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OrientationTable {
    rows: Vec<OrientationRow>,
}

impl OrientationTable {
    /// The table without rows.
    #[must_use]
    pub const fn none() -> Self {
        Self { rows: Vec::new() }
    }

    /// A table of rows in any order; of two for one day an observed one is kept before a predicted one, then the later
    /// in the list.
    #[must_use]
    pub fn new(mut rows: Vec<OrientationRow>) -> Self {
        // Reversed, so that the stable sort puts the later in the list first.
        rows.reverse();
        rows.sort_by_key(|row| (row.mjd, row.predicted));
        rows.dedup_by_key(|row| row.mjd);
        Self { rows }
    }

    /// The rows in order of time.
    #[must_use]
    pub fn rows(&self) -> &[OrientationRow] {
        &self.rows
    }

    /// Whether there is no row.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The Earth's orientation at a UTC instant.
    #[must_use]
    pub fn at(&self, time: DateTime<Utc>) -> EarthOrientation {
        self.at_jd(JulianDate::from_utc(time))
    }

    /// The Earth's orientation at a UTC Julian date.
    #[must_use]
    pub fn at_jd(&self, jd_utc: JulianDate) -> EarthOrientation {
        let mjd = mjd(jd_utc);
        let after = self.rows_not_after(mjd);
        match (after.checked_sub(1).and_then(|before| self.rows.get(before)), self.rows.get(after)) {
            (Some(before), Some(next)) => between(before, next, mjd),
            (Some(only), None) | (None, Some(only)) => only.orientation,
            (None, None) => EarthOrientation::default(),
        }
    }

    /// Whether the instant lies between the first and the last row.
    #[must_use]
    pub fn covers(&self, time: DateTime<Utc>) -> bool {
        let mjd = mjd(JulianDate::from_utc(time));
        match (self.rows.first(), self.rows.last()) {
            (Some(first), Some(last)) => (f64::from(first.mjd)..=f64::from(last.mjd)).contains(&mjd),
            _ => false,
        }
    }

    /// Whether the values at the instant are not observed ones: predicted, held beyond the ends, or none.
    #[must_use]
    pub fn is_predicted(&self, time: DateTime<Utc>) -> bool {
        let next = self.rows.partition_point(|row| f64::from(row.mjd) < mjd(JulianDate::from_utc(time)));
        !self.covers(time) || self.rows.get(next).is_none_or(|row| row.predicted)
    }

    /// Number of rows at or before `mjd`.
    fn rows_not_after(&self, mjd: f64) -> usize {
        let Some(first) = self.rows.first() else { return 0 };
        // Rows are daily: the place follows from the date, and only a table with gaps is searched.
        let days = mjd - f64::from(first.mjd);
        if days < 0.0 {
            return 0;
        }
        let guess = days as usize;
        if self.rows.get(guess).is_some_and(|row| f64::from(row.mjd) == mjd.floor()) {
            return guess + 1;
        }
        self.rows.partition_point(|row| f64::from(row.mjd) <= mjd)
    }
}

fn mjd(jd_utc: JulianDate) -> f64 {
    (jd_utc.whole - MJD_ORIGIN_JD) + jd_utc.fraction
}

/// Linear between two rows, whole seconds of difference in UT1−UTC taken as leap seconds.
fn between(before: &OrientationRow, next: &OrientationRow, mjd: f64) -> EarthOrientation {
    let part = (mjd - f64::from(before.mjd)) / f64::from(next.mjd - before.mjd);
    let (a, b) = (before.orientation, next.orientation);
    let leap_s = (b.ut1_utc_s - a.ut1_utc_s).round();
    EarthOrientation {
        ut1_utc_s: a.ut1_utc_s + part * (b.ut1_utc_s - leap_s - a.ut1_utc_s),
        pole_x_rad: a.pole_x_rad + part * (b.pole_x_rad - a.pole_x_rad),
        pole_y_rad: a.pole_y_rad + part * (b.pole_y_rad - a.pole_y_rad),
    }
}
