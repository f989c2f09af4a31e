//! What a place on the ground sees of a position: azimuth, elevation, range.

use nalgebra::Vector3;

use super::geodesy::Geodetic;

/// A place with the vectors that look angles need, computed once.
#[derive(Clone, Copy, Debug)]
pub struct Station {
    /// Where it stands.
    pub place: Geodetic,
    /// Earth-fixed position in km.
    pub position_km: Vector3<f64>,
    /// Unit vectors east, north, up (ellipsoid normal), Earth-fixed.
    pub east: Vector3<f64>,
    /// North.
    pub north: Vector3<f64>,
    /// Up.
    pub up: Vector3<f64>,
}

/// Direction and distance from a station: geometric, without refraction, light time or aberration.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Look {
    /// Azimuth in degrees from north through east, 0 to 360.
    pub azimuth_deg: f64,
    /// Elevation above the plane normal to the ellipsoid, degrees.
    pub elevation_deg: f64,
    /// Distance, km.
    pub range_km: f64,
}

impl Station {
    /// The station at a place.
    #[must_use]
    pub fn new(place: Geodetic) -> Self {
        let (sin_latitude, cos_latitude) = place.latitude_deg.to_radians().sin_cos();
        let (sin_longitude, cos_longitude) = place.longitude_deg.to_radians().sin_cos();
        Self {
            place,
            position_km: place.to_ecef_km(),
            east: Vector3::new(-sin_longitude, cos_longitude, 0.0),
            north: Vector3::new(-sin_latitude * cos_longitude, -sin_latitude * sin_longitude, cos_latitude),
            up: place.up(),
        }
    }

    /// The look angles of an Earth-fixed position in km.
    #[must_use]
    pub fn look(&self, position_km: &Vector3<f64>) -> Look {
        let range = position_km - self.position_km;
        let range_km = range.norm();
        let (east, north, up) = (range.dot(&self.east), range.dot(&self.north), range.dot(&self.up));
        Look {
            azimuth_deg: east.atan2(north).to_degrees().rem_euclid(360.0),
            elevation_deg: up.atan2(east.hypot(north)).to_degrees(),
            range_km,
        }
    }
}
