//! Frames by type: SGP4 speaks [`Teme`]; this module alone leaves it.

use std::marker::PhantomData;

use nalgebra::{Matrix3, Vector3};

use super::time::{JulianDate, gmst82_rad};

/// True equator, mean equinox of date: the frame of SGP4.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Teme;

/// Earth-centred, Earth-fixed: ITRF when Earth orientation is given, else with UT1 = UTC and no polar motion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ecef;

/// Mean equator and equinox of J2000 by the IAU 1976/1980 theories: see [`super::precession`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Eme2000;

/// Geocentric celestial reference frame, whose axes are those of the ICRF.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gcrf;

/// Position and velocity in the frame `F`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct State<F> {
    /// Position in km.
    pub position_km: Vector3<f64>,
    /// Velocity in km/s, relative to the frame's own axes.
    pub velocity_km_s: Vector3<f64>,
    frame: PhantomData<F>,
}

impl<F> State<F> {
    /// A state in the frame `F`.
    #[must_use]
    pub const fn new(position_km: Vector3<f64>, velocity_km_s: Vector3<f64>) -> Self {
        Self { position_km, velocity_km_s, frame: PhantomData }
    }
}

/// Rotation rate of the Earth in rad/s (Vallado 4th ed., sec. 3.5.3; length-of-day excess left out).
pub const EARTH_RATE_RAD_S: f64 = 7.292_115_146_706_98e-5;

/// How the Earth stands at one instant: UT1−UTC and the pole.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct EarthOrientation {
    /// UT1 − UTC in seconds.
    pub ut1_utc_s: f64,
    /// Pole x in radians.
    pub pole_x_rad: f64,
    /// Pole y in radians.
    pub pole_y_rad: f64,
}

/// The rotation from TEME to ECEF at one instant.
#[derive(Clone, Copy, Debug)]
pub struct EarthRotation {
    sin_gmst: f64,
    cos_gmst: f64,
    pole: Option<Pole>,
}

/// Sines and cosines of the pole's angles.
#[derive(Clone, Copy, Debug)]
struct Pole {
    sin_x: f64,
    cos_x: f64,
    sin_y: f64,
    cos_y: f64,
}

impl EarthRotation {
    /// The rotation at a UTC Julian date, by GMST-82 and, where `orientation` has one, the pole.
    #[must_use]
    pub fn at(jd_utc: JulianDate, orientation: EarthOrientation) -> Self {
        let (sin_gmst, cos_gmst) = gmst82_rad(jd_utc.plus_seconds(orientation.ut1_utc_s)).sin_cos();
        let pole = (orientation.pole_x_rad != 0.0 || orientation.pole_y_rad != 0.0).then(|| {
            let (sin_x, cos_x) = orientation.pole_x_rad.sin_cos();
            let (sin_y, cos_y) = orientation.pole_y_rad.sin_cos();
            Pole { sin_x, cos_x, sin_y, cos_y }
        });
        Self { sin_gmst, cos_gmst, pole }
    }

    /// The rotation after the Earth has turned by a further angle, given by its sine and cosine; the pole stays.
    #[must_use]
    pub fn turned(&self, sine: f64, cosine: f64) -> Self {
        Self {
            sin_gmst: self.sin_gmst * cosine + self.cos_gmst * sine,
            cos_gmst: self.cos_gmst * cosine - self.sin_gmst * sine,
            pole: self.pole,
        }
    }

    /// The angle in radians by which the Earth has turned since `earlier`, less than half a turn ago.
    #[must_use]
    pub fn turned_since(&self, earlier: &Self) -> f64 {
        let sine = self.sin_gmst * earlier.cos_gmst - self.cos_gmst * earlier.sin_gmst;
        let cosine = self.cos_gmst * earlier.cos_gmst + self.sin_gmst * earlier.sin_gmst;
        sine.atan2(cosine)
    }

    /// A TEME vector on the Earth-fixed axes: R2(−xp) R1(−yp) R3(GMST) (Vallado, *Fundamentals*, 4th ed., eqs. 3-77
    /// and 3-80).
    #[must_use]
    pub fn rotate(&self, v: &Vector3<f64>) -> Vector3<f64> {
        let x = self.cos_gmst * v.x + self.sin_gmst * v.y;
        let y = self.cos_gmst * v.y - self.sin_gmst * v.x;
        let Some(pole) = &self.pole else {
            return Vector3::new(x, y, v.z);
        };
        let z = y * pole.sin_y + v.z * pole.cos_y;
        Vector3::new(
            x * pole.cos_x + z * pole.sin_x,
            y * pole.cos_y - v.z * pole.sin_y,
            z * pole.cos_x - x * pole.sin_x,
        )
    }

    /// An Earth-fixed vector on the TEME axes: the inverse of [`rotate`](Self::rotate).
    #[must_use]
    pub fn rotate_back(&self, v: &Vector3<f64>) -> Vector3<f64> {
        let fixed = match &self.pole {
            None => *v,
            Some(pole) => {
                let z = v.x * pole.sin_x + v.z * pole.cos_x;
                Vector3::new(
                    v.x * pole.cos_x - v.z * pole.sin_x,
                    v.y * pole.cos_y + z * pole.sin_y,
                    z * pole.cos_y - v.y * pole.sin_y,
                )
            }
        };
        Vector3::new(
            self.cos_gmst * fixed.x - self.sin_gmst * fixed.y,
            self.sin_gmst * fixed.x + self.cos_gmst * fixed.y,
            fixed.z,
        )
    }

    /// An Earth-fixed state, its velocity relative to the rotating Earth, in TEME: the inverse of
    /// [`to_ecef`](Self::to_ecef).
    #[must_use]
    pub fn to_teme(&self, state: &State<Ecef>) -> State<Teme> {
        let spin = Vector3::new(0.0, 0.0, EARTH_RATE_RAD_S);
        let position_km = self.rotate_back(&state.position_km);
        State::new(position_km, self.rotate_back(&state.velocity_km_s) + spin.cross(&position_km))
    }

    /// A TEME state on the Earth-fixed axes, the velocity relative to the rotating Earth.
    #[must_use]
    pub fn to_ecef(&self, state: &State<Teme>) -> State<Ecef> {
        let spin = Vector3::new(0.0, 0.0, EARTH_RATE_RAD_S);
        let relative_km_s = state.velocity_km_s - spin.cross(&state.position_km);
        State::new(self.rotate(&state.position_km), self.rotate(&relative_km_s))
    }
}

/// The rows R (radial), T (along-track: N × R) and N (orbit normal: r × v) of an inertial state.
#[must_use]
pub fn rtn_axes(state: &State<Teme>) -> Matrix3<f64> {
    let radial = state.position_km.normalize();
    let normal = state.position_km.cross(&state.velocity_km_s).normalize();
    let transverse = normal.cross(&radial);
    Matrix3::from_rows(&[radial.transpose(), transverse.transpose(), normal.transpose()])
}
