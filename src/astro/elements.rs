//! Mean element sets as the catalogues publish them: [`NoradId`], [`Elements`].

use std::fmt;
use std::ops::Deref;
use std::str::FromStr;

use crate::kernel::sgp4::MeanElements;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Equatorial radius of the WGS-72 Earth in km: the model's own radius, used for perigee heights and the decay guard.
pub const EARTH_RADIUS_WGS72_KM: f64 = 6378.135;

/// Gravitational parameter of the WGS-72 Earth in km³/s².
pub const MU_WGS72_KM3_S2: f64 = 398_600.8;

/// A catalogue number, 1 to 999 999 999.
///
/// Written in decimal everywhere; [`FromStr`] also reads the Alpha-5 form of five characters whose first is a letter
/// without I and O (`A0000` = 100000 … `Z9999` = 339999).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct NoradId(u32);

/// Why a text or number is no catalogue number.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is no catalogue number: expected 1 to 999999999, or Alpha-5 (A0000 to Z9999 without I and O)")]
pub struct NoradIdError(pub String);

impl NoradId {
    /// The greatest number that the nine digits of the format hold.
    pub const MAX: u32 = 999_999_999;

    /// The greatest number that Alpha-5, and so a TLE, can hold.
    pub const MAX_ALPHA5: u32 = 339_999;

    /// A catalogue number from its value.
    ///
    /// # Errors
    /// Zero, or more than nine digits.
    pub fn new(value: u32) -> Result<Self, NoradIdError> {
        if (1..=Self::MAX).contains(&value) { Ok(Self(value)) } else { Err(NoradIdError(value.to_string())) }
    }

    /// The number itself.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }

    /// The five columns of a TLE, in Alpha-5 from 100 000 on; `None` above 339 999, where no TLE can be written.
    #[must_use]
    pub fn to_alpha5(self) -> Option<String> {
        match self.0 {
            0..=99_999 => Some(format!("{:05}", self.0)),
            100_000..=Self::MAX_ALPHA5 => {
                let letter = ALPHA5[(self.0 / 10_000 - 10) as usize] as char;
                Some(format!("{letter}{:04}", self.0 % 10_000))
            }
            _ => None,
        }
    }
}

/// The 24 letters of Alpha-5 in order: A = 10 … Z = 33, without I and O.
const ALPHA5: &[u8; 24] = b"ABCDEFGHJKLMNPQRSTUVWXYZ";

impl FromStr for NoradId {
    type Err = NoradIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refuse = || NoradIdError(text.to_owned());
        let trimmed = text.trim();
        let bytes = trimmed.as_bytes();
        let (Some(first), true) = (bytes.first(), bytes.len() <= 9) else {
            return Err(refuse());
        };
        if bytes.iter().all(u8::is_ascii_digit) {
            return trimmed.parse().ok().and_then(|value| Self::new(value).ok()).ok_or_else(refuse);
        }
        let lead = ALPHA5.iter().position(|letter| letter == first);
        match (lead, bytes.len()) {
            (Some(lead), 5) if bytes[1..].iter().all(u8::is_ascii_digit) => {
                let low: u32 = trimmed[1..].parse().map_err(|_| refuse())?;
                Self::new((lead as u32 + 10) * 10_000 + low).map_err(|_| refuse())
            }
            _ => Err(refuse()),
        }
    }
}

impl TryFrom<u32> for NoradId {
    type Error = NoradIdError;

    fn try_from(value: u32) -> Result<Self, Self::Error> {
        Self::new(value)
    }
}

impl From<NoradId> for u32 {
    fn from(id: NoradId) -> Self {
        id.0
    }
}

impl fmt::Display for NoradId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// The fields of one element set in the units of the OMM (CCSDS 502.0-B-3, table 4-3), not yet checked.
#[derive(Clone, Debug, PartialEq)]
pub struct ElementFields {
    /// Catalogue number.
    pub norad_id: NoradId,
    /// Name as published; empty where the format has none.
    pub name: String,
    /// International designator `yyyy-nnnp`; empty where none is assigned.
    pub object_id: String,
    /// Epoch, UTC. Nanoseconds hold both the 1e-8 day of a TLE and the microsecond of an OMM exactly.
    pub epoch: DateTime<Utc>,
    /// Mean motion (Kozai), revolutions a day.
    pub mean_motion_rev_day: f64,
    /// Eccentricity.
    pub eccentricity: f64,
    /// Inclination, degrees.
    pub inclination_deg: f64,
    /// Right ascension of the ascending node, degrees.
    pub raan_deg: f64,
    /// Argument of perigee, degrees.
    pub arg_perigee_deg: f64,
    /// Mean anomaly, degrees.
    pub mean_anomaly_deg: f64,
    /// SGP4 drag term B*, inverse Earth radii.
    pub bstar: f64,
    /// First derivative of mean motion as the TLE prints it (ṅ/2), rev/day².
    pub mean_motion_dot: f64,
    /// Second derivative of mean motion as the TLE prints it (n̈/6), rev/day³.
    pub mean_motion_ddot: f64,
    /// Ephemeris type: 0 (SGP4) or what the publisher wrote; 4 is SGP4-XP and is refused.
    pub ephemeris_type: u8,
    /// Classification: `U`, `C` or `S`.
    pub classification: char,
    /// Element set number.
    pub element_set_no: u32,
    /// Revolution number at epoch.
    pub rev_at_epoch: u32,
}

/// An element set that SGP4 can take: every number finite and in range, ephemeris type not SGP4-XP.
///
/// Read its fields through [`Deref`]; they cannot be changed afterwards.
#[derive(Clone, Debug, PartialEq)]
pub struct Elements(ElementFields);

/// Why an element set is refused. `field` is the OMM keyword.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ElementsError {
    /// A number is infinite or not a number.
    #[error("{field} is not a finite number")]
    NotFinite {
        /// OMM keyword.
        field: &'static str,
    },
    /// A number is outside what the field can mean.
    #[error("{field} = {value} is out of range ({expected})")]
    OutOfRange {
        /// OMM keyword.
        field: &'static str,
        /// Value found.
        value: f64,
        /// Range in words.
        expected: &'static str,
    },
    /// The set belongs to another theory.
    #[error("EPHEMERIS_TYPE = 4 is SGP4-XP, which SGP4 would propagate to a wrong orbit without an error")]
    Sgp4Xp,
    /// The mean motion puts the whole orbit beneath the ground.
    #[error("MEAN_MOTION = {mean_motion_rev_day} rev/day puts the orbit beneath the ground")]
    BeneathGround {
        /// Value found.
        mean_motion_rev_day: f64,
    },
}

impl ElementsError {
    /// The OMM keyword of the field at fault.
    #[must_use]
    pub const fn field(&self) -> &'static str {
        match self {
            Self::NotFinite { field } | Self::OutOfRange { field, .. } => field,
            Self::Sgp4Xp => "EPHEMERIS_TYPE",
            Self::BeneathGround { .. } => "MEAN_MOTION",
        }
    }
}

impl Elements {
    /// Checks the fields.
    ///
    /// # Errors
    /// The first field that is not finite, out of range, or of another theory.
    pub fn new(fields: ElementFields) -> Result<Self, ElementsError> {
        let checks: [(&'static str, f64, f64, f64, &'static str); 9] = [
            ("ECCENTRICITY", fields.eccentricity, 0.0, 1.0 - 1e-12, "0 to below 1"),
            ("INCLINATION", fields.inclination_deg, 0.0, 180.0, "0 to 180 degrees"),
            ("RA_OF_ASC_NODE", fields.raan_deg, -360.0, 360.0, "-360 to 360 degrees"),
            ("ARG_OF_PERICENTER", fields.arg_perigee_deg, -360.0, 360.0, "-360 to 360 degrees"),
            ("MEAN_ANOMALY", fields.mean_anomaly_deg, -360.0, 360.0, "-360 to 360 degrees"),
            ("BSTAR", fields.bstar, -10.0, 10.0, "-10 to 10 per Earth radius"),
            ("MEAN_MOTION_DOT", fields.mean_motion_dot, -100.0, 100.0, "-100 to 100 rev/day**2"),
            ("MEAN_MOTION_DDOT", fields.mean_motion_ddot, -100.0, 100.0, "-100 to 100 rev/day**3"),
            ("MEAN_MOTION", fields.mean_motion_rev_day, 1e-6, f64::MAX, "0.000001 rev/day or more"),
        ];
        for (field, value, low, high, expected) in checks {
            if !value.is_finite() {
                return Err(ElementsError::NotFinite { field });
            }
            if !(low..=high).contains(&value) {
                return Err(ElementsError::OutOfRange { field, value, expected });
            }
        }
        if fields.ephemeris_type == 4 {
            return Err(ElementsError::Sgp4Xp);
        }
        let elements = Self(fields);
        if elements.semi_major_axis_km() < EARTH_RADIUS_WGS72_KM {
            return Err(ElementsError::BeneathGround { mean_motion_rev_day: elements.mean_motion_rev_day });
        }
        Ok(elements)
    }

    /// The fields by value.
    #[must_use]
    pub fn into_fields(self) -> ElementFields {
        self.0
    }

    /// Mean motion in rad/s, Kozai's as published.
    #[must_use]
    pub fn mean_motion_rad_s(&self) -> f64 {
        self.mean_motion_rev_day * std::f64::consts::TAU / 86_400.0
    }

    /// Semi-major axis in km by Kepler's third law from the published mean motion (within 10 km of the model's own).
    #[must_use]
    pub fn semi_major_axis_km(&self) -> f64 {
        (MU_WGS72_KM3_S2 / self.mean_motion_rad_s().powi(2)).cbrt()
    }

    /// Height of perigee above the WGS-72 equatorial radius in km.
    #[must_use]
    pub fn perigee_km(&self) -> f64 {
        self.semi_major_axis_km() * (1.0 - self.eccentricity) - EARTH_RADIUS_WGS72_KM
    }

    /// Height of apogee above the WGS-72 equatorial radius in km.
    #[must_use]
    pub fn apogee_km(&self) -> f64 {
        self.semi_major_axis_km() * (1.0 + self.eccentricity) - EARTH_RADIUS_WGS72_KM
    }

    /// The mean elements in SGP4's own units: radians, radians a minute.
    #[must_use]
    pub fn mean(&self) -> MeanElements {
        MeanElements {
            inclination_rad: self.inclination_deg.to_radians(),
            raan_rad: self.raan_deg.to_radians(),
            eccentricity: self.eccentricity,
            arg_perigee_rad: self.arg_perigee_deg.to_radians(),
            mean_anomaly_rad: self.mean_anomaly_deg.to_radians(),
            mean_motion_rad_min: self.mean_motion_rev_day * (std::f64::consts::PI / 720.0),
            bstar: self.bstar,
        }
    }

    /// Revolution period in minutes.
    #[must_use]
    pub fn period_min(&self) -> f64 {
        1440.0 / self.mean_motion_rev_day
    }

    /// Age of the set at `time` in days; negative before the epoch.
    #[must_use]
    pub fn age_days(&self, time: DateTime<Utc>) -> f64 {
        (time - self.epoch).as_seconds_f64() / 86_400.0
    }

    /// Orbit class by height and eccentricity.
    #[must_use]
    pub fn regime(&self) -> Regime {
        let (perigee_km, apogee_km) = (self.perigee_km(), self.apogee_km());
        let period_min = self.period_min();
        if apogee_km < 2000.0 {
            Regime::Leo
        } else if (1300.0..1600.0).contains(&period_min) && self.eccentricity < 0.25 {
            Regime::Geo
        } else if self.eccentricity < 0.25 && perigee_km > 2000.0 {
            Regime::Meo
        } else {
            Regime::Heo
        }
    }

    /// Whether the set is too old at `time` for its regime to be trusted: see [`Regime::stale_after_days`].
    #[must_use]
    pub fn is_stale(&self, time: DateTime<Utc>) -> bool {
        self.age_days(time).abs() > self.regime().stale_after_days(self.perigee_km())
    }

    /// Whether the satellite hardly moves in the sky: one revolution a sidereal day, to 1 %, on a nearly circular orbit near
    /// the equator.
    #[must_use]
    pub fn is_geostationary(&self) -> bool {
        (0.993..1.013).contains(&self.mean_motion_rev_day) && self.eccentricity < 0.02 && self.inclination_deg < 8.0
    }

    /// The numbers that SGP4 reads, bit by bit: equal keys move alike.
    #[must_use]
    pub fn orbit_key(&self) -> [u64; 8] {
        // Adding zero makes -0.0, which some publishers write, the same as 0.0.
        let bits = |number: f64| (number + 0.0).to_bits();
        [
            self.epoch.timestamp_nanos_opt().unwrap_or(self.epoch.timestamp_millis()).cast_unsigned(),
            bits(self.mean_motion_rev_day),
            bits(self.eccentricity),
            bits(self.inclination_deg),
            bits(self.raan_deg),
            bits(self.arg_perigee_deg),
            bits(self.mean_anomaly_deg),
            bits(self.bstar),
        ]
    }
}

impl Deref for Elements {
    type Target = ElementFields;

    fn deref(&self) -> &ElementFields {
        &self.0
    }
}

/// Orbit classes, wide enough that each has one error growth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Regime {
    /// Apogee below 2000 km.
    Leo,
    /// Nearly circular, perigee above 2000 km, not geosynchronous.
    Meo,
    /// Period near a sidereal day, e < 0.25 (stationary and inclined).
    Geo,
    /// Everything else: transfer and highly eccentric orbits.
    Heo,
}

impl Regime {
    /// Age in days from which an element set of this class is called stale.
    ///
    /// In-track error grows about as age²: by the differences between successive public sets of 2023 and 2026, a week
    /// costs 5 km at 600–800 km and more than 100 km below 500 km, but only 1 to 4 km in MEO and GEO. Hence 3 days below
    /// 500 km of perigee, 7 in the rest of LEO and on eccentric orbits, 14 in MEO and GEO.
    #[must_use]
    pub fn stale_after_days(self, perigee_km: f64) -> f64 {
        match self {
            Self::Leo | Self::Heo if perigee_km < 500.0 => 3.0,
            Self::Leo | Self::Heo => 7.0,
            Self::Meo | Self::Geo => 14.0,
        }
    }

    /// The word for tables and filters.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Leo => "leo",
            Self::Meo => "meo",
            Self::Geo => "geo",
            Self::Heo => "heo",
        }
    }
}
