//! How far the successive sets of a quiet object lie apart: by class of orbit, and by its own history.

use super::step::Step;
use crate::astro::elements::{Elements, Regime};

/// What is left between two successive sets of an object that nothing moved, as one standard deviation, m/s.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Noise {
    /// Along the track.
    pub along_track_m_s: f64,
    /// Across the plane, in each of its two directions.
    pub cross_track_m_s: f64,
}

/// Share of the explained change of the semi-major axis that the mean of the two sets' own rates may miss.
const DRAG_SHARE: f64 = 0.08;

/// Fewer steps than this do not tell an object's own noise.
const MIN_STEPS: usize = 6;

/// An object's own noise may be this many times smaller and larger than that of its class: a series of manoeuvres must
/// not pass for noise.
const OWN_FACTOR: (f64, f64) = (0.7, 5.0);

impl Noise {
    /// The noise of a class of orbit, for a step that ends in `later`.
    ///
    /// Measured on the debris of the public catalogues of 2019-12-12 and 2019-12-17, checked on those of 2019-12-17 and
    /// 2019-12-23 and of 2024-07-05 and 2024-07-09: in low orbit the fit costs half a millimetre a second along the
    /// track and some 0.2 m/s across the plane. What lies above that along the track is drag, of which a twelfth is not
    /// known; above 1000 km, sunlight on light fragments; on eccentric and stationary orbits, the pull of Sun and Moon.
    #[must_use]
    pub fn of_class(step: &Step, later: &Elements) -> Self {
        let perigee_km = later.perigee_km();
        let (along, cross) = match later.regime() {
            Regime::Leo if perigee_km < 350.0 => (0.0005, 0.5),
            Regime::Leo if perigee_km < 450.0 => (0.0005, 0.3),
            Regime::Leo if perigee_km < 1000.0 => (0.0005, 0.2),
            Regime::Leo => (0.0015, 0.2),
            Regime::Meo => (0.001, 0.15),
            Regime::Geo => (0.003, 0.06),
            Regime::Heo if perigee_km < 1000.0 => (0.004, 0.35),
            Regime::Heo => (0.012, 0.35),
        };
        Self { along_track_m_s: (DRAG_SHARE * step.explained_m_s()).hypot(along), cross_track_m_s: cross }
    }

    /// How many times more than the class's noise an object's own is, judged by its steps; `None` with too few.
    ///
    /// `along` and `cross` are the steps in units of the class's noise. The lower quartile is taken, so that three
    /// steps of four may be manoeuvres: it is 0.3186 σ of a normal and 0.7585 σ of a Rayleigh distribution.
    #[must_use]
    pub fn own_factor(along: &mut [f64], cross: &mut [f64]) -> Option<(f64, f64)> {
        let (low, high) = OWN_FACTOR;
        (along.len() >= MIN_STEPS).then(|| {
            ((lower_quartile(along) / 0.3186).clamp(low, high), (lower_quartile(cross) / 0.7585).clamp(low, high))
        })
    }
}

fn lower_quartile(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 4).copied().unwrap_or(0.0)
}
