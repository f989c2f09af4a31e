//! What element sets of a class of orbit do: one standard deviation along R, T and N by the age of the set.
//!
//! ```text
//! T: 2 (a + b τ²)                 at least 0.3 km, at most the deviation of a place evenly spread round the orbit
//! R: k (a + g τ) + (4/3) b τ / n  at least 0.1 km, on eccentric orbits √((a + g τ)² + (e T / 2)²)
//! N: k (a + g τ)                  at least 0.1 km
//! ```
//!
//! - a: SGP4's error at the epoch by eccentricity, perigee and inclination: Flohrer, Krag & Klinkrad, "Assessment and
//!   categorization of TLE orbit errors for the US SSN catalogue", AMOS 2008, table 2. The set was fitted to data around
//!   its epoch, so this is a lower bound.
//! - b: drag. Its error makes the orbit fall too fast or too slowly and grows with the square of the age, along the
//!   track; the semi-major axis that goes with it is R's part, as ΔT = (3/2) n Δa τ for a constant Δa. A set says how
//!   strong its drag is: its ṅ/2 moves it by ṅ/2·τ² revolutions, of which a share (`DRAG_SHARE`) is not known, and
//!   `QUIET_KM_DAY2` is left where there is none. So the model follows the Sun's activity and light fragments. A set
//!   without a rate, as operators publish them, takes what its class did near the maximum of solar activity: pairs of
//!   successive sets (pairwise differencing, Osweiler, AFIT/GSS/ENY/06-M09, 2006), 256,227 of the catalogues of March
//!   2023 and May 2026, robust deviation in bins of a day. Least squares over 2023 gives 6.3, 3.3, 0.64 and 0.11 km/day²
//!   for perigees below 400, 600, 800 and 2000 km, 0.02 in medium orbit, 0.10 in geostationary orbit and 0.29 where
//!   e ≥ 0.1; the constants are raised to where no bin lies above the model.
//! - e T / 2: who is early or late on an eccentric orbit is also too high or too low, by up to e/√(1-e²) of it.
//! - g: of the same pairs the deviations along R and N, which grow about linearly.
//! - Fleets under electric thrust follow no drag: for satellites named Starlink b is 3.5 km/day², 45 below 400 km, from
//!   40,000 pairs of their sets of May 2026 and July 2024.
//! - 2: differences between sets show precision and not accuracy, since what they share cancels. Levit & Marshall, Adv.
//!   Space Res. 47 (2011), measured 0.8 km at the epoch against lasers where Flohrer's classes say 0.26 to 0.45 km: two to
//!   three times. The factor is a judgement from these two figures.
//! - k: so that 95 % of the differences of held-out pairs lie within the model's 95 % ellipsoid; see
//!   [`super::realism`] for what is reached.
//!
//! - Satellites that keep a geostationary place are off by their next burn, which turns the plane: for those b, and g along
//!   N, are what their differences of May 2026 ask for, 6.7 km along N after three days where the others have 0.3.
//!
//! What it is not: an error of one satellite, a bound, or a promise about one that manoeuvres. Satellites that are raised
//! or lowered do worse.

use std::f64::consts::TAU;

use nalgebra::Vector3;

use super::{Covariance, Source};
use crate::astro::elements::{EARTH_RADIUS_WGS72_KM, Elements, Regime};

/// Least deviations along R, T and N, km: what CelesTrak's SOCRATES takes for every object.
pub const FLOOR_KM: [f64; 3] = [0.1, 0.3, 0.1];

/// By how much differences of sets, and fits to the sets' own data, are too small along the track.
const REALISM: f64 = 2.0;

/// Share of an orbit's drag that a set does not know ahead.
const DRAG_SHARE: f64 = 0.12;

/// Growth along the track that is left without drag, km/day²: on nearly circular orbits and on eccentric ones.
const QUIET_KM_DAY2: [f64; 2] = [0.02, 0.1];

/// Share of the error along the track that the radius has on an eccentric orbit, over the eccentricity.
const RADIAL_SHARE: f64 = 0.5;

/// Names of fleets that keep and change their orbits by electric thrust, and were measured doing so.
const UNDER_THRUST: [&str; 1] = ["STARLINK"];

/// Classes of orbit, each with one growth of the error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Band {
    /// Fleets under electric thrust, perigee below 400 km.
    ThrustBelow400,
    /// Fleets under electric thrust, perigee from 400 to 600 km.
    Thrust400To600,
    /// Perigee below 400 km.
    LeoBelow400,
    /// Perigee from 400 to 600 km.
    Leo400To600,
    /// Perigee from 600 to 800 km.
    Leo600To800,
    /// Perigee from 800 to 2000 km.
    Leo800To2000,
    /// Between low and geosynchronous orbits.
    Meo,
    /// Geosynchronous orbits and nearly circular ones above them.
    Geo,
    /// Geostationary satellites that are kept in their places, by orbits that drift so little and are inclined so little as
    /// none does by itself for long.
    GeoKept,
    /// Eccentricity of 0.1 or more.
    Eccentric,
}

impl Band {
    /// All of them, from low to high.
    pub const ALL: [Self; 10] = [
        Self::ThrustBelow400,
        Self::Thrust400To600,
        Self::LeoBelow400,
        Self::Leo400To600,
        Self::Leo600To800,
        Self::Leo800To2000,
        Self::Meo,
        Self::Geo,
        Self::GeoKept,
        Self::Eccentric,
    ];

    /// The class of an orbit.
    #[must_use]
    pub fn of(elements: &Elements) -> Self {
        if elements.eccentricity >= 0.1 {
            return Self::Eccentric;
        }
        let name = elements.name.as_bytes();
        let is_driven = UNDER_THRUST
            .iter()
            .any(|fleet| name.get(..fleet.len()).is_some_and(|start| start.eq_ignore_ascii_case(fleet.as_bytes())));
        match elements.perigee_km() {
            ..400.0 if is_driven => Self::ThrustBelow400,
            400.0..600.0 if is_driven => Self::Thrust400To600,
            ..400.0 => Self::LeoBelow400,
            400.0..600.0 => Self::Leo400To600,
            600.0..800.0 => Self::Leo600To800,
            800.0..2000.0 => Self::Leo800To2000,
            _ if is_kept(elements) => Self::GeoKept,
            perigee_km if elements.regime() == Regime::Geo || perigee_km > GEO_PERIGEE_KM => Self::Geo,
            _ => Self::Meo,
        }
    }

    /// The words for columns.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ThrustBelow400 => "LEO below 400 km, under thrust",
            Self::Thrust400To600 => "LEO 400-600 km, under thrust",
            Self::LeoBelow400 => "LEO below 400 km",
            Self::Leo400To600 => "LEO 400-600 km",
            Self::Leo600To800 => "LEO 600-800 km",
            Self::Leo800To2000 => "LEO 800-2000 km",
            Self::Meo => "MEO",
            Self::Geo => "GEO",
            Self::GeoKept => "GEO, kept in place",
            Self::Eccentric => "e >= 0.1",
        }
    }

    fn constants(self) -> Constants {
        let of = |along_km_day2, across_km_day, factors, most_km| Constants {
            along_km_day2,
            across_km_day,
            factors,
            most_km,
        };
        match self {
            Self::ThrustBelow400 => of(45.0, [0.4, 0.25], [1.0, 1.0], 20.0),
            Self::Thrust400To600 => of(3.5, [0.25, 0.25], [1.0, 1.0], 20.0),
            Self::LeoBelow400 => of(6.4, [0.5, 0.15], [1.0, 1.0], 20.0),
            Self::Leo400To600 => of(3.3, [0.08, 0.08], [1.0, 1.0], 20.0),
            Self::Leo600To800 => of(0.75, [0.04, 0.03], [1.0, 1.0], 20.0),
            Self::Leo800To2000 => of(0.16, [0.05, 0.04], [1.0, 1.0], 20.0),
            Self::Meo => of(0.03, [0.035, 0.01], [1.7, 1.6], 50.0),
            // More than those that nobody keeps ask for: some of the class are kept east and west alone.
            Self::Geo => of(0.32, [0.2, 0.6], [1.0, 1.0], 200.0),
            Self::GeoKept => of(0.65, [0.3, 3.0], [1.0, 1.0], 200.0),
            Self::Eccentric => of(0.3, [0.3, 0.13], [1.0, 1.0], 1000.0),
        }
    }

    /// By how much the deviations that an object's own sets show are too small, where their next burn is not in them:
    /// from 2,900 and 12,000 pairs of May 2026.
    pub(super) const fn history_factor(self) -> f64 {
        match self {
            Self::ThrustBelow400 | Self::Thrust400To600 | Self::Geo | Self::GeoKept => 1.4,
            _ => 1.0,
        }
    }
}

/// Drift and inclination of a satellite that is kept in its place: the Sun, the Moon and the Earth's flattening incline an
/// orbit by 0.75° to 0.95° a year (Soop, *Handbook of Geostationary Orbits*, 1994), and less than so much is kept.
const KEPT_DRIFT_DEG_DAY: f64 = 0.1;
const KEPT_INCLINATION_DEG: f64 = 0.2;

/// Revolutions of the Earth a day, against the equinox.
const SIDEREAL_REV_DAY: f64 = 1.002_737_9;

/// Whether a satellite is kept in its place to the east and west, and to the north and south.
fn is_kept(elements: &Elements) -> bool {
    let drift_deg_day = 360.0 * (elements.mean_motion_rev_day - SIDEREAL_REV_DAY);
    drift_deg_day.abs() < KEPT_DRIFT_DEG_DAY && elements.inclination_deg < KEPT_INCLINATION_DEG
}

/// From here up, nearly circular orbits drift with the geostationary ones.
const GEO_PERIGEE_KM: f64 = 40_164.0 - EARTH_RADIUS_WGS72_KM;

/// What a class of orbits has in common.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Constants {
    /// Growth along the track with the square of the age where the set says nothing of its drag, km/day².
    along_km_day2: f64,
    /// Growth along R and N, km/day.
    across_km_day: [f64; 2],
    /// Realism factors of R and N.
    factors: [f64; 2],
    /// Most that R and N are taken for, km.
    most_km: f64,
}

/// The model of one element set's error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Class {
    /// Which class it is of.
    pub band: Band,
    constants: Constants,
    /// Flohrer's figures at the epoch along R, T and N, km.
    epoch_km: [f64; 3],
    /// Growth along the track with the square of the age, km/day².
    along_km_day2: f64,
    /// Growth of the radius that goes with it, km/day.
    falling_km_day: f64,
    /// Share of the deviation along the track that the radius has.
    radial_share: f64,
    /// Most that T is taken for, km.
    most_along_km: f64,
}

/// The part of a [`Class`] that tells the deviation along the track: small, for those who ask of millions of events.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Along {
    epoch_km: f64,
    growth_km_day2: f64,
    most_km: f64,
}

impl Along {
    /// One standard deviation in km along T, `age_days` from the epoch, before or after; not yet at least its floor.
    fn sigma_km(&self, age_days: f64) -> f64 {
        let age_days = age_days.abs();
        (REALISM * (self.epoch_km + self.growth_km_day2 * age_days * age_days)).min(self.most_km)
    }

    /// The same as the middle one of [`Class::sigmas_km`].
    #[must_use]
    pub fn sigma_above_floor_km(&self, age_days: f64) -> f64 {
        self.sigma_km(age_days).max(FLOOR_KM[1])
    }
}

impl Class {
    /// The model for an element set.
    #[must_use]
    pub fn of(elements: &Elements) -> Self {
        let band = Band::of(elements);
        let constants = band.constants();
        let circumference_km = TAU * elements.semi_major_axis_km();
        let drag_km_day2 = (elements.mean_motion_dot * circumference_km).abs();
        let quiet_km_day2 = match band {
            Band::ThrustBelow400 | Band::Thrust400To600 | Band::Meo | Band::Geo | Band::GeoKept => None,
            Band::Eccentric => Some(QUIET_KM_DAY2[1]),
            _ => Some(QUIET_KM_DAY2[0]),
        };
        let along_km_day2 = match quiet_km_day2 {
            Some(quiet_km_day2) if drag_km_day2 > 0.0 => DRAG_SHARE * drag_km_day2 + quiet_km_day2,
            _ => constants.along_km_day2,
        };
        let (falling_km_day, radial_share) = if band == Band::Eccentric {
            (0.0, RADIAL_SHARE * elements.eccentricity)
        } else {
            (4.0 / 3.0 * along_km_day2 / (TAU * elements.mean_motion_rev_day), 0.0)
        };
        let most_along_km = circumference_km / 12.0_f64.sqrt();
        Self {
            band,
            constants,
            epoch_km: epoch_km(elements),
            along_km_day2,
            falling_km_day,
            radial_share,
            most_along_km,
        }
    }

    /// One standard deviation in km along R, T and N, `age_days` from the epoch, before or after.
    #[must_use]
    pub fn sigmas_km(&self, age_days: f64) -> Vector3<f64> {
        let along_km = self.along().sigma_km(age_days);
        let (age_days, [radial_km, _, normal_km]) = (age_days.abs(), self.epoch_km);
        let Constants { across_km_day: [radial_km_day, normal_km_day], factors, most_km, .. } = self.constants;
        let radial_km = factors[0] * (radial_km + radial_km_day * age_days) + self.falling_km_day * age_days;
        let normal_km = factors[1] * (normal_km + normal_km_day * age_days);
        Vector3::new(
            radial_km.hypot(self.radial_share * along_km).max(FLOOR_KM[0]).min(most_km),
            along_km.max(FLOOR_KM[1]),
            normal_km.max(FLOOR_KM[2]).min(most_km),
        )
    }

    /// What of the model tells the deviation along the track.
    #[must_use]
    pub const fn along(&self) -> Along {
        Along { epoch_km: self.epoch_km[1], growth_km_day2: self.along_km_day2, most_km: self.most_along_km }
    }

    /// Most in km that the deviation along R, T or N is taken for.
    pub(super) const fn most_km(&self, axis: usize) -> f64 {
        if axis == 1 { self.most_along_km } else { self.constants.most_km }
    }

    /// The covariance `age_days` from the epoch, before or after.
    #[must_use]
    pub fn covariance(&self, age_days: f64) -> Covariance {
        Covariance::of_sigmas(self.sigmas_km(age_days), Source::Class(self.band))
    }
}

/// The covariance of an element set `age_days` from its epoch, before or after, by its class of orbit.
#[must_use]
pub fn covariance(elements: &Elements, age_days: f64) -> Covariance {
    Class::of(elements).covariance(age_days)
}

/// Errors at the epoch along R, T and N, km: Flohrer's table 2. Cells without objects there take the next one's figures.
fn epoch_km(elements: &Elements) -> [f64; 3] {
    const HIGH: [f64; 3] = [0.357, 0.432, 0.083];
    const HIGH_ECCENTRIC: [f64; 3] = [4.712, 6.223, 1.208];
    let by_inclination = match (elements.eccentricity < 0.1, elements.perigee_km()) {
        (true, ..800.0) => [[0.067, 0.118, 0.075], [0.107, 0.308, 0.169], [0.115, 0.517, 0.137]],
        (true, 800.0..25_000.0) => [[0.191, 0.256, 0.203], [0.071, 0.228, 0.095], [0.091, 0.428, 0.114]],
        (true, _) => [HIGH; 3],
        (false, ..800.0) => [[2.252, 4.270, 1.421], [0.629, 0.909, 2.057], [0.494, 0.814, 1.337]],
        (false, 800.0..25_000.0) => [[1.748, 3.119, 0.971], [1.832, 1.878, 1.454], [0.529, 0.817, 1.570]],
        (false, _) => [[0.402, 0.418, 0.083], HIGH_ECCENTRIC, HIGH_ECCENTRIC],
    };
    match elements.inclination_deg {
        ..30.0 => by_inclination[0],
        30.0..60.0 => by_inclination[1],
        _ => by_inclination[2],
    }
}
