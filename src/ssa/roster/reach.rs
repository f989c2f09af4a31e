//! How far, and to which side, a sensor can look.

use serde::{Deserialize, Serialize};

use crate::ssa::side::TrackSide;

/// Mean radius of the Earth in km (IUGG).
const EARTH_RADIUS_KM: f64 = 6371.0;

/// How far to the side a sensor can look.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Reach {
    /// The angle at the satellite between the inward normal of the ellipsoid and the line of sight lies in a range; a
    /// least angle above zero leaves a blind strip under the satellite, as radars have.
    OffNadir {
        /// Least angle, degrees, 0 or more.
        min_deg: f64,
        /// Greatest angle, degrees, below 90.
        max_deg: f64,
    },
    /// The point lies between two distances from the satellite's ground track: a fixed strip, at nadir or beside it.
    Swath {
        /// Least distance along the ground, km; 0 where the strip lies across the track.
        near_km: f64,
        /// Greatest distance along the ground, km.
        far_km: f64,
    },
    /// The satellite stands at least so high above the target's horizon.
    MinElevation {
        /// Least elevation, degrees.
        deg: f64,
    },
}

impl Reach {
    /// Least and greatest angle off nadir in degrees from a height in km; `None` where only the elevation limits.
    ///
    /// A distance s along the ground is the angle λ = s/R at the Earth's centre, and tan η = R·sin λ / (R + h − R·cos λ)
    /// (Wertz & Larson, *Space Mission Analysis and Design*, 3rd ed., eq. 5-26), on a sphere of R = 6371 km. A strip that
    /// reaches beyond the horizon ends there, where sin η = R / (R + h).
    #[must_use]
    pub fn off_nadir_deg(&self, height_km: f64) -> Option<(f64, f64)> {
        match *self {
            Self::OffNadir { min_deg, max_deg } => Some((min_deg, max_deg)),
            Self::Swath { near_km, far_km } => Some((angle_deg(near_km, height_km), angle_deg(far_km, height_km))),
            Self::MinElevation { .. } => None,
        }
    }
}

fn angle_deg(ground_km: f64, height_km: f64) -> f64 {
    let radius_km = EARTH_RADIUS_KM + height_km.max(0.0);
    let horizon_rad = (EARTH_RADIUS_KM / radius_km).acos();
    let (sine, cosine) = (ground_km / EARTH_RADIUS_KM).min(horizon_rad).sin_cos();
    (EARTH_RADIUS_KM * sine).atan2(radius_km - EARTH_RADIUS_KM * cosine).to_degrees()
}

/// On which side of the track a sensor looks, seen along the motion.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LookSide {
    /// Either.
    #[default]
    Both,
    /// To the left only.
    Left,
    /// To the right only.
    Right,
}

impl LookSide {
    /// The word that files use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Both => "both",
            Self::Left => "left",
            Self::Right => "right",
        }
    }

    /// The one side that it looks to; `None` where it looks to either.
    #[must_use]
    pub const fn only(self) -> Option<TrackSide> {
        match self {
            Self::Both => None,
            Self::Left => Some(TrackSide::Left),
            Self::Right => Some(TrackSide::Right),
        }
    }
}
