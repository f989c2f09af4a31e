//! The last days of an orbit that drag brings down.
//!
//! Drag shrinks an orbit by the means over one revolution (King-Hele, *Satellite Orbits in an Atmosphere*, 1987, ch. 4)
//!
//! ```text
//! da/dt = -δ n a² ⟨ρ (1 + e cos E)^(3/2) (1 - e cos E)^(-1/2)⟩
//! de/dt = -δ n a  ⟨ρ (1 + e cos E)^(1/2) (1 - e cos E)^(-1/2) (1 - e²) cos E⟩
//! ```
//!
//! with the density of a standard atmosphere. Both rates carry the same factor δ (size, mass, and how dense the
//! atmosphere is these days), so it only scales time: the path down is the same, and the observed time from one set to a
//! later one says how fast it is walked.

use chrono::{DateTime, TimeDelta, Utc};

use crate::astro::elements::{EARTH_RADIUS_WGS72_KM, Elements, MU_WGS72_KM3_S2};

/// Ends farther away than this are not foretold, days.
pub const MOST_DAYS: f64 = 30.0;

/// Share of the remaining time that the end may come earlier or later: the field's practice, where the fall was
/// measured.
pub const SHARE: f64 = 0.2;

/// The same where only the set's own rate is known: of those of 2019 and 2024 half were off by up to two fifths.
pub const SHARE_BY_RATE: f64 = 0.4;

/// An orbit whose perigee is above this, km, does not end within [`MOST_DAYS`].
const MAX_PERIGEE_KM: f64 = 450.0;

/// The fall is not shorter than this share of a scale height at today's rate: from 100 to 600 km the table gives 0.65 to
/// 0.9 of one on circular orbits, more on eccentric ones.
const LEAST_SCALE_HEIGHTS: f64 = 0.5;

/// The end: with its perigee at this height, km, an orbit does not last another revolution.
const END_KM: f64 = 90.0;

/// How far back the rate is measured at least and at most, days.
const BASE_DAYS: (f64, f64) = (0.4, 7.0);

/// Density in kg/m³ by height in km: Vallado, *Fundamentals*, 4th ed., table 8-4 (U.S. Standard 1976 to 450 km, CIRA-72
/// above). Only its shape counts here.
const DENSITY: [(f64, f64); 25] = [
    (60.0, 3.206e-4),
    (70.0, 8.770e-5),
    (80.0, 1.905e-5),
    (90.0, 3.396e-6),
    (100.0, 5.297e-7),
    (110.0, 9.661e-8),
    (120.0, 2.438e-8),
    (130.0, 8.484e-9),
    (140.0, 3.845e-9),
    (150.0, 2.070e-9),
    (180.0, 5.464e-10),
    (200.0, 2.789e-10),
    (250.0, 7.248e-11),
    (300.0, 2.418e-11),
    (350.0, 9.518e-12),
    (400.0, 3.725e-12),
    (450.0, 1.585e-12),
    (500.0, 6.967e-13),
    (600.0, 1.454e-13),
    (700.0, 3.614e-14),
    (800.0, 1.170e-14),
    (900.0, 5.245e-15),
    (1000.0, 3.019e-15),
    (1500.0, 4.7e-16),
    (3000.0, 1e-18),
];

/// What a forecast of an end rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Basis {
    /// How much the orbit shrank between two sets.
    History,
    /// The rate of the mean motion that the newest set carries.
    Rate,
}

impl Basis {
    /// The word for columns.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::History => "history",
            Self::Rate => "rate",
        }
    }
}

/// The foretold end of an orbit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Decay {
    /// Epoch of the newest set.
    pub epoch: DateTime<Utc>,
    /// When the orbit ends.
    pub end: DateTime<Utc>,
    /// The end is hardly earlier.
    pub earliest: DateTime<Utc>,
    /// The end is hardly later.
    pub latest: DateTime<Utc>,
    /// What it rests on.
    pub basis: Basis,
    /// Time over which the shrinking was measured, days; zero where the set's own rate is taken.
    pub base_days: f64,
    /// Perigee height of the newest set, km.
    pub perigee_km: f64,
    /// Apogee height of the newest set, km.
    pub apogee_km: f64,
    /// Mean motion of the newest set, rev/day.
    pub mean_motion_rev_day: f64,
    /// Measured rate of the mean motion, rev/day².
    pub mean_motion_rate_rev_day2: f64,
}

/// The end of an object's orbit, where it is near; its sets in the order of their epochs.
///
/// `None` for an orbit that does not shrink, or lasts longer than [`MOST_DAYS`] after the newest set.
#[must_use]
pub fn forecast(history: &[Elements]) -> Option<Decay> {
    let (newest, earlier) = history.split_last()?;
    if newest.perigee_km() > MAX_PERIGEE_KM {
        return None;
    }
    let start = Shape { semi_major_km: newest.semi_major_axis_km(), eccentricity: newest.eccentricity };
    // The field is half the rate; a falls by 2a/3n of it (Kepler's third law).
    let falling_km_day = 4.0 / 3.0 * start.semi_major_km * newest.mean_motion_dot / newest.mean_motion_rev_day;
    let fallen_km = earlier.last().map_or(0.0, |set| set.semi_major_axis_km() - start.semi_major_km);
    let least_km_day = LEAST_SCALE_HEIGHTS * scale_height_km(newest.perigee_km()) / MOST_DAYS;
    if falling_km_day < least_km_day && fallen_km < least_km_day * BASE_DAYS.0 {
        return None;
    }
    let by_rate = by_rate(start, falling_km_day);
    let (days, basis, base_days, rate) = match base(newest, earlier, by_rate) {
        Some(base) => {
            let base_days = base.age_days(newest.epoch);
            let rate = (newest.mean_motion_rev_day - base.mean_motion_rev_day) / base_days;
            (by_history(base, start, base_days)?, Basis::History, base_days, rate)
        }
        None => (by_rate?, Basis::Rate, 0.0, 2.0 * newest.mean_motion_dot),
    };
    if days > MOST_DAYS {
        return None;
    }
    let margin_days = match (basis, by_rate) {
        (Basis::Rate, _) => SHARE_BY_RATE * days,
        // Two ways to the same figure that disagree tell how little is known.
        (Basis::History, Some(other)) => (SHARE * days).max((other.min(MOST_DAYS) - days).abs() / 2.0),
        (Basis::History, None) => SHARE * days,
    };
    Some(Decay {
        epoch: newest.epoch,
        end: newest.epoch + days_long(days),
        earliest: newest.epoch + days_long((days - margin_days).max(0.0)),
        latest: newest.epoch + days_long(days + margin_days),
        basis,
        base_days,
        perigee_km: newest.perigee_km(),
        apogee_km: newest.apogee_km(),
        mean_motion_rev_day: newest.mean_motion_rev_day,
        mean_motion_rate_rev_day2: rate,
    })
}

fn days_long(days: f64) -> TimeDelta {
    TimeDelta::milliseconds((days * 86_400_000.0) as i64)
}

/// Remaining days by the set's own rate of fall.
fn by_rate(start: Shape, falling_km_day: f64) -> Option<f64> {
    let (unit_km, _) = start.rates();
    let days_per_path = -unit_km / falling_km_day;
    (falling_km_day > 0.0).then(|| start.path_to_end(2.0 * MOST_DAYS / days_per_path) * days_per_path)
}

/// The earlier set to measure from. Near the end the last hours say more than the last week.
fn base<'a>(newest: &Elements, earlier: &'a [Elements], by_rate: Option<f64>) -> Option<&'a Elements> {
    let wanted_days = (0.5 * by_rate.unwrap_or(MOST_DAYS)).clamp(BASE_DAYS.0, BASE_DAYS.1 / 2.0);
    let off_days = |set: &Elements| (set.age_days(newest.epoch) - wanted_days).abs();
    earlier
        .iter()
        .filter(|set| (BASE_DAYS.0..=BASE_DAYS.1).contains(&set.age_days(newest.epoch)))
        .min_by(|a, b| off_days(a).total_cmp(&off_days(b)))
}

/// Remaining days by how much the orbit shrank since an earlier set; `None` where it did not.
fn by_history(base: &Elements, start: Shape, base_days: f64) -> Option<f64> {
    let from = Shape { semi_major_km: base.semi_major_axis_km(), eccentricity: base.eccentricity };
    if from.semi_major_km <= start.semi_major_km {
        return None;
    }
    let days_per_path = base_days / from.path_down_to(start.semi_major_km);
    days_per_path.is_finite().then(|| start.path_to_end(2.0 * MOST_DAYS / days_per_path) * days_per_path)
}

/// The shape of an orbit.
#[derive(Clone, Copy, Debug)]
struct Shape {
    semi_major_km: f64,
    eccentricity: f64,
}

impl Shape {
    fn perigee_km(self) -> f64 {
        self.semi_major_km * (1.0 - self.eccentricity) - EARTH_RADIUS_WGS72_KM
    }

    /// Rates of semi-major axis and eccentricity for a unit of δ: both fall.
    fn rates(self) -> (f64, f64) {
        let (a, e) = (self.semi_major_km, self.eccentricity);
        // The sum over equal steps of E gains digits with every point, once the density is resolved.
        let points = if a * e < 20.0 { 10 } else { 48 };
        let (mut mean_a, mut mean_e) = (0.0, 0.0);
        for point in 0..points {
            let cos = (std::f64::consts::PI * (f64::from(point) + 0.5) / f64::from(points)).cos();
            let density = density(a * (1.0 - e * cos) - EARTH_RADIUS_WGS72_KM);
            let ratio = ((1.0 + e * cos) / (1.0 - e * cos)).sqrt();
            mean_a += density * ratio * (1.0 + e * cos);
            mean_e += density * ratio * (1.0 - e * e) * cos;
        }
        let n = (MU_WGS72_KM3_S2 / a.powi(3)).sqrt();
        (-n * a * a * mean_a / f64::from(points), -n * a * mean_e / f64::from(points))
    }

    /// One step down, short beside the scale height, and the path it takes; `None` at the end.
    fn down(self) -> Option<(Self, f64)> {
        if self.perigee_km() <= END_KM {
            return None;
        }
        let (rate_a, rate_e) = self.rates();
        let above_km = self.perigee_km() - END_KM;
        // Scale heights grow from 6 km at 100 km to some 50 at 300.
        let length_km = (0.02 * above_km).max(0.1) + 0.004 * self.eccentricity * self.semi_major_km;
        let path = length_km / -rate_a;
        // The midpoint rule.
        let half = self.moved(rate_a, rate_e, path / 2.0);
        let (rate_a, rate_e) = half.rates();
        Some((self.moved(rate_a, rate_e, path), path)).filter(|_| path.is_finite() && path > 0.0)
    }

    fn moved(self, rate_a: f64, rate_e: f64, path: f64) -> Self {
        Self {
            semi_major_km: self.semi_major_km + rate_a * path,
            eccentricity: (self.eccentricity + rate_e * path).max(0.0),
        }
    }

    /// δ times the time to the end, or something more than `most`.
    fn path_to_end(self, most: f64) -> f64 {
        let (mut shape, mut path) = (self, 0.0);
        while let Some((next, step)) = shape.down() {
            (shape, path) = (next, path + step);
            if path > most {
                break;
            }
        }
        path
    }

    /// δ times the time until the semi-major axis has come down to a value.
    fn path_down_to(self, semi_major_km: f64) -> f64 {
        let (mut shape, mut path) = (self, 0.0);
        while let Some((next, step)) = shape.down() {
            if next.semi_major_km <= semi_major_km {
                let share = (shape.semi_major_km - semi_major_km) / (shape.semi_major_km - next.semi_major_km);
                return path + share * step;
            }
            (shape, path) = (next, path + step);
        }
        path
    }
}

/// Density at a height in km, kg/m³, its logarithm straight between the lines of the table.
fn density(height_km: f64) -> f64 {
    let ((low_km, low), (high_km, high)) = lines(height_km);
    low * (high / low).powf((height_km - low_km) / (high_km - low_km))
}

/// The height in which the density falls to a share of 1/e, at a height in km.
fn scale_height_km(height_km: f64) -> f64 {
    let ((low_km, low), (high_km, high)) = lines(height_km);
    (high_km - low_km) / (low / high).ln()
}

/// The two lines of the table that a height lies between, or the two nearest.
fn lines(height_km: f64) -> ((f64, f64), (f64, f64)) {
    let upper = DENSITY.partition_point(|(height, _)| *height < height_km).clamp(1, DENSITY.len() - 1);
    (DENSITY[upper - 1], DENSITY[upper])
}
