//! What a message says, as plain data.

use std::fmt;

use chrono::{DateTime, Utc};

/// One message: the trajectory of an object, in one segment or several.
#[derive(Clone, Debug, PartialEq)]
pub struct Oem {
    /// Comments of the header.
    pub comments: Vec<String>,
    /// When the message was made, UTC.
    pub creation_date: DateTime<Utc>,
    /// Who made it.
    pub originator: String,
    /// The originator's name of the message (since 502.0-B-3).
    pub message_id: Option<String>,
    /// Segments in the order of the message, at least one; nothing is said between one and the next.
    pub segments: Vec<OemSegment>,
}

/// A stretch of trajectory of one object in one frame.
#[derive(Clone, Debug, PartialEq)]
pub struct OemSegment {
    /// Comments of the metadata.
    pub comments: Vec<String>,
    /// Name of the object.
    pub object_name: String,
    /// International designator such as `1998-067A`, or another name where there is none.
    pub object_id: String,
    /// Frame of the states.
    pub frame: OemFrame,
    /// Begin of the segment, UTC.
    pub start_time: DateTime<Utc>,
    /// First instant that interpolation may serve, UTC.
    pub useable_start_time: Option<DateTime<Utc>>,
    /// Last instant that interpolation may serve, UTC.
    pub useable_stop_time: Option<DateTime<Utc>>,
    /// End of the segment, UTC.
    pub stop_time: DateTime<Utc>,
    /// How to interpolate: `HERMITE`, `LAGRANGE`, `LINEAR`.
    pub interpolation: Option<String>,
    /// Degree of that interpolation.
    pub interpolation_degree: Option<u32>,
    /// Comments of the data.
    pub data_comments: Vec<String>,
    /// States, at least one, each later than the one before.
    pub states: Vec<OemState>,
    /// Covariances, each later than the one before.
    pub covariances: Vec<OemCovariance>,
}

impl OemSegment {
    /// First and last instant, UTC, that the segment may be used for: between its first and its last state, and within
    /// its useable times where it has them. The first lies after the last where nothing is left; `None` without states.
    #[must_use]
    pub fn useable(&self) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
        let (first, last) = (self.states.first()?.epoch, self.states.last()?.epoch);
        let start = self.useable_start_time.map_or(first, |start| start.max(first));
        let stop = self.useable_stop_time.map_or(last, |stop| stop.min(last));
        Some((start, stop))
    }
}

/// Frames that are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OemFrame {
    /// Mean equator and equinox of J2000; also written `J2000`.
    Eme2000,
    /// Geocentric celestial reference frame.
    Gcrf,
    /// International celestial reference frame, whose axes about the Earth are those of the GCRF.
    Icrf,
    /// International terrestrial reference frame, Earth-fixed, with the name of its realisation: `ITRF2000`.
    Itrf(String),
    /// True equator, mean equinox of date, the frame of SGP4; also written `TEMEOFDATE`.
    Teme,
}

impl OemFrame {
    /// The frame of a name, upper or lower case; realisations of the ITRF keep theirs.
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        let name = name.trim().to_ascii_uppercase();
        Some(match name.as_str() {
            "EME2000" | "J2000" => Self::Eme2000,
            "GCRF" => Self::Gcrf,
            "ICRF" => Self::Icrf,
            "TEME" | "TEMEOFDATE" => Self::Teme,
            _ => {
                let realisation = name.strip_prefix("ITRF")?.trim_start_matches('-');
                let is_year = matches!(realisation.len(), 0 | 2 | 4) && realisation.bytes().all(|b| b.is_ascii_digit());
                return is_year.then_some(Self::Itrf(name));
            }
        })
    }
}

impl fmt::Display for OemFrame {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Eme2000 => "EME2000",
            Self::Gcrf => "GCRF",
            Self::Icrf => "ICRF",
            Self::Itrf(name) => name,
            Self::Teme => "TEME",
        })
    }
}

/// State at one instant, in the frame of the segment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OemState {
    /// Instant, UTC.
    pub epoch: DateTime<Utc>,
    /// Position in km.
    pub position_km: [f64; 3],
    /// Velocity in km/s, relative to the axes of the frame.
    pub velocity_km_s: [f64; 3],
    /// Acceleration in km/s².
    pub acceleration_km_s2: Option<[f64; 3]>,
}

/// Covariance of the state at one instant.
#[derive(Clone, Debug, PartialEq)]
pub struct OemCovariance {
    /// Instant, UTC.
    pub epoch: DateTime<Utc>,
    /// Its axes as written (`RTN`, `RSW`, `TNW`, or the name of a frame); `None` where they are those of the segment.
    pub frame: Option<String>,
    /// The lower triangle by rows (`CX_X`, `CY_X`, `CY_Y`, …, `CZ_DOT_Z_DOT`) in km², km²/s and km²/s².
    pub terms: [f64; 21],
}
