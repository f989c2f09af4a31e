//! The WGS-84 ellipsoid.

use nalgebra::Vector3;

use crate::kernel::beneath::Ellipsoid;

/// Equatorial radius of WGS-84 in km.
pub const WGS84_RADIUS_KM: f64 = 6378.137;

/// Flattening of WGS-84.
pub const WGS84_FLATTENING: f64 = 1.0 / 298.257_223_563;

/// WGS-84, lengths in km, Earth-fixed axes.
pub const WGS84: Ellipsoid = Ellipsoid { radius: WGS84_RADIUS_KM, flattening: WGS84_FLATTENING };

/// First eccentricity squared of WGS-84.
const ECCENTRICITY_SQUARED: f64 = WGS84_FLATTENING * (2.0 - WGS84_FLATTENING);

/// A place on or above the WGS-84 ellipsoid.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Geodetic {
    /// Geodetic latitude, degrees, north positive.
    pub latitude_deg: f64,
    /// Longitude, degrees, east positive, -180 to 180.
    pub longitude_deg: f64,
    /// Height above the ellipsoid, km.
    pub altitude_km: f64,
}

impl Geodetic {
    /// A place from degrees and km.
    #[must_use]
    pub const fn new(latitude_deg: f64, longitude_deg: f64, altitude_km: f64) -> Self {
        Self { latitude_deg, longitude_deg, altitude_km }
    }

    /// Earth-fixed position in km (Vallado 4th ed., eq. 3-7).
    #[must_use]
    pub fn to_ecef_km(&self) -> Vector3<f64> {
        let (sin_latitude, cos_latitude) = self.latitude_deg.to_radians().sin_cos();
        let (sin_longitude, cos_longitude) = self.longitude_deg.to_radians().sin_cos();
        let prime_vertical_km = WGS84_RADIUS_KM / (1.0 - ECCENTRICITY_SQUARED * sin_latitude * sin_latitude).sqrt();
        let equatorial_km = (prime_vertical_km + self.altitude_km) * cos_latitude;
        Vector3::new(
            equatorial_km * cos_longitude,
            equatorial_km * sin_longitude,
            (prime_vertical_km * (1.0 - ECCENTRICITY_SQUARED) + self.altitude_km) * sin_latitude,
        )
    }

    /// The outward normal of the ellipsoid here, Earth-fixed.
    #[must_use]
    pub fn up(&self) -> Vector3<f64> {
        let (sin_latitude, cos_latitude) = self.latitude_deg.to_radians().sin_cos();
        let (sin_longitude, cos_longitude) = self.longitude_deg.to_radians().sin_cos();
        Vector3::new(cos_latitude * cos_longitude, cos_latitude * sin_longitude, sin_latitude)
    }

    /// The place of an Earth-fixed position in km: see [`Foot::of`].
    #[must_use]
    pub fn from_ecef_km(position_km: &Vector3<f64>) -> Self {
        Foot::of(position_km).place()
    }
}

/// The foot of the ellipsoid's normal through a position, as sines and cosines: what searches need of a sub-satellite
/// point, without the angles themselves.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Foot {
    sin_latitude: f64,
    cos_latitude: f64,
    sin_longitude: f64,
    cos_longitude: f64,
    /// Height of the position above the ellipsoid, km.
    pub altitude_km: f64,
}

impl Foot {
    /// The foot of an Earth-fixed position in km.
    ///
    /// Bowring's parametric latitude with one correction, its sine and cosine taken from the sides of the triangle: the
    /// first is within 1e-8 rad from the ground to beyond GEO, the second within rounding (Bowring 1985, *Survey Review* 28,
    /// the iterated form).
    #[must_use]
    pub fn of(position_km: &Vector3<f64>) -> Self {
        let polar_radius_km = WGS84_RADIUS_KM * (1.0 - WGS84_FLATTENING);
        let second_eccentricity_squared = ECCENTRICITY_SQUARED / (1.0 - ECCENTRICITY_SQUARED);
        let equatorial_km = (position_km.x * position_km.x + position_km.y * position_km.y).sqrt();
        let unit = |sine: f64, cosine: f64| {
            // Lengths of kilometres neither overflow nor vanish when squared.
            let length = (sine * sine + cosine * cosine).sqrt();
            // The Earth's centre has no latitude: the equator's is as good as any. What is no number stays none.
            if length == 0.0 { (0.0, 1.0) } else { (sine / length, cosine / length) }
        };
        let latitude = |(sin_u, cos_u): (f64, f64)| {
            unit(
                position_km.z + second_eccentricity_squared * polar_radius_km * sin_u * sin_u * sin_u,
                equatorial_km - ECCENTRICITY_SQUARED * WGS84_RADIUS_KM * cos_u * cos_u * cos_u,
            )
        };
        let (sine, cosine) = latitude(unit(position_km.z * WGS84_RADIUS_KM, equatorial_km * polar_radius_km));
        let (sin_latitude, cos_latitude) = latitude(unit((1.0 - WGS84_FLATTENING) * sine, cosine));
        let (sin_longitude, cos_longitude) = unit(position_km.y, position_km.x);
        let share = 1.0 - ECCENTRICITY_SQUARED * sin_latitude * sin_latitude;
        // Height along the normal, free of the division by cos or sin of the latitude.
        let altitude_km = equatorial_km * cos_latitude + position_km.z * sin_latitude - WGS84_RADIUS_KM * share.sqrt();
        Self { sin_latitude, cos_latitude, sin_longitude, cos_longitude, altitude_km }
    }

    /// The foot as a place, with the position's height.
    #[must_use]
    pub fn place(&self) -> Geodetic {
        Geodetic {
            latitude_deg: self.sin_latitude.atan2(self.cos_latitude).to_degrees(),
            longitude_deg: self.sin_longitude.atan2(self.cos_longitude).to_degrees(),
            altitude_km: self.altitude_km,
        }
    }

    /// Unit vector to the east, Earth-fixed.
    #[must_use]
    pub fn east(&self) -> Vector3<f64> {
        Vector3::new(-self.sin_longitude, self.cos_longitude, 0.0)
    }

    /// Unit vector to the north, Earth-fixed.
    #[must_use]
    pub fn north(&self) -> Vector3<f64> {
        Vector3::new(
            -self.sin_latitude * self.cos_longitude,
            -self.sin_latitude * self.sin_longitude,
            self.cos_latitude,
        )
    }

    /// The ellipsoid's outward normal, Earth-fixed.
    #[must_use]
    pub fn up(&self) -> Vector3<f64> {
        Vector3::new(self.cos_latitude * self.cos_longitude, self.cos_latitude * self.sin_longitude, self.sin_latitude)
    }

    /// Radii of curvature of the ellipsoid at the foot in km: along the meridian and across it (Vallado 4th ed.,
    /// sec. 3.2).
    #[must_use]
    pub fn curvature_radii_km(&self) -> (f64, f64) {
        let share = 1.0 - ECCENTRICITY_SQUARED * self.sin_latitude * self.sin_latitude;
        let prime_vertical_km = WGS84_RADIUS_KM / share.sqrt();
        (prime_vertical_km * (1.0 - ECCENTRICITY_SQUARED) / share, prime_vertical_km)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_nowhere_has_no_foot() {
        let foot = Foot::of(&Vector3::repeat(f64::NAN));
        assert!(
            [foot.sin_latitude, foot.cos_latitude, foot.sin_longitude, foot.cos_longitude].into_iter().all(f64::is_nan)
        );
        assert_eq!(Foot::of(&Vector3::zeros()).cos_longitude, 1.0);
    }
}
