//! Where the Sun stands over the Earth during a window.

use chrono::{DateTime, Utc};
use nalgebra::Vector3;

use crate::astro::frame::{EarthOrientation, EarthRotation};
use crate::astro::sun::sun_position_km;
use crate::astro::time::{JulianDate, Window};
use crate::kernel::chebyshev::{ABSCISSAE, POINTS, fit, value};

/// Pieces of a day, cut at midnight UTC, where the Earth's orientation may bend.
const PIECES_A_DAY: f64 = 16.0;

/// The Sun's Earth-fixed position during a window, for the many who ask: polynomials of degree 7 over an hour and a half,
/// in which the Sun goes 0.4 rad round the Earth; the part of the interpolant's error that the turn makes is below 1e-12.
#[derive(Clone, Debug)]
pub struct SunPath {
    /// Pieces from midnight to the window's start.
    offset: f64,
    pieces: Vec<[[f64; 3]; POINTS]>,
}

impl SunPath {
    /// The Sun's path during a window; `orientation` tells how the Earth stands at an instant.
    #[must_use]
    pub fn new(window: Window, orientation: &impl Fn(DateTime<Utc>) -> EarthOrientation) -> Self {
        let start = JulianDate::from_utc(window.start);
        let offset = start.fraction * PIECES_A_DAY;
        let first = offset.floor();
        let count = (offset + window.seconds() / 86_400.0 * PIECES_A_DAY).floor() - first + 1.0;
        let piece = |index: usize| {
            let points = ABSCISSAE.map(|x| {
                let days = (first + index as f64 + 0.5 * (1.0 + x)) / PIECES_A_DAY;
                let jd_utc = JulianDate { whole: start.whole, fraction: days };
                let time = window.at((days - start.fraction) * 86_400.0);
                EarthRotation::at(jd_utc, orientation(time)).rotate(&sun_position_km(jd_utc))
            });
            let mut powers = [[0.0; 3]; POINTS];
            for axis in 0..3 {
                for (power, own) in powers.iter_mut().zip(fit(&points.map(|point| point[axis])).0) {
                    power[axis] = own;
                }
            }
            powers
        };
        Self { offset: offset - first, pieces: (0..count as usize).map(piece).collect() }
    }

    /// The Sun's Earth-fixed position in km `time_s` seconds after the start of the window, not outside of it.
    #[must_use]
    pub fn at_km(&self, time_s: f64) -> Vector3<f64> {
        let place = self.offset + time_s * (PIECES_A_DAY / 86_400.0);
        let index = (place.max(0.0) as usize).min(self.pieces.len().saturating_sub(1));
        let Some(powers) = self.pieces.get(index) else { return Vector3::zeros() };
        Vector3::from(value(powers, 2.0 * (place - index as f64) - 1.0))
    }
}
