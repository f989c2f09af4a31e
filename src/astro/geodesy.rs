//! The WGS-84 ellipsoid.

use nalgebra::Vector3;

/// Equatorial radius of WGS-84 in km.
pub const WGS84_RADIUS_KM: f64 = 6378.137;

/// Flattening of WGS-84.
pub const WGS84_FLATTENING: f64 = 1.0 / 298.257_223_563;

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

    /// Radii of curvature of the ellipsoid here in km: along the meridian and across it (Vallado 4th ed., sec. 3.2).
    #[must_use]
    pub fn curvature_radii_km(&self) -> (f64, f64) {
        let sin_latitude = self.latitude_deg.to_radians().sin();
        let share = 1.0 - ECCENTRICITY_SQUARED * sin_latitude * sin_latitude;
        let prime_vertical_km = WGS84_RADIUS_KM / share.sqrt();
        (prime_vertical_km * (1.0 - ECCENTRICITY_SQUARED) / share, prime_vertical_km)
    }

    /// The place of an Earth-fixed position in km.
    ///
    /// Bowring's parametric latitude with two corrections: exact to a nanometre from the ground to GEO (Bowring 1985,
    /// *Survey Review* 28, the iterated form).
    #[must_use]
    pub fn from_ecef_km(position_km: &Vector3<f64>) -> Self {
        let polar_radius_km = WGS84_RADIUS_KM * (1.0 - WGS84_FLATTENING);
        let second_eccentricity_squared = ECCENTRICITY_SQUARED / (1.0 - ECCENTRICITY_SQUARED);
        let equatorial_km = position_km.x.hypot(position_km.y);
        let mut parametric_rad = (position_km.z * WGS84_RADIUS_KM).atan2(equatorial_km * polar_radius_km);
        let mut latitude_rad = 0.0;
        for _ in 0..3 {
            let (sin_u, cos_u) = parametric_rad.sin_cos();
            latitude_rad = (position_km.z + second_eccentricity_squared * polar_radius_km * sin_u.powi(3))
                .atan2(equatorial_km - ECCENTRICITY_SQUARED * WGS84_RADIUS_KM * cos_u.powi(3));
            parametric_rad = ((1.0 - WGS84_FLATTENING) * latitude_rad.sin()).atan2(latitude_rad.cos());
        }
        let (sin_latitude, cos_latitude) = latitude_rad.sin_cos();
        let prime_vertical_km = WGS84_RADIUS_KM / (1.0 - ECCENTRICITY_SQUARED * sin_latitude * sin_latitude).sqrt();
        // Height along the normal, free of the division by cos or sin of the latitude.
        let altitude_km = equatorial_km * cos_latitude + position_km.z * sin_latitude
            - prime_vertical_km * (1.0 - ECCENTRICITY_SQUARED * sin_latitude * sin_latitude);
        Self {
            latitude_deg: latitude_rad.to_degrees(),
            longitude_deg: position_km.y.atan2(position_km.x).to_degrees(),
            altitude_km,
        }
    }
}
