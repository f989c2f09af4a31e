//! How a window is cut into cells for an object's path.

use std::f64::consts::{FRAC_PI_2, TAU};

use super::fix::Bounds;
use crate::astro::elements::MU_WGS72_KM3_S2;
use crate::astro::frame::{EARTH_RATE_RAD_S, State, Teme};
use crate::astro::span::Span;

/// Cells of a circular orbit, and of a turn of the Earth at least.
const CELLS_A_REVOLUTION: f64 = 14.0;

/// Share by which cells are shorter than that, times the eccentricity: the nearer to a perigee the radius changes so fast,
/// the nearer the path's singularities in complex time.
const ECCENTRIC_CUT: f64 = 0.75;

/// Cells from the start of a window on.
///
/// On low orbits all are a fourteenth of the perigee's circular period. On high ones each is that share, less some on
/// eccentric orbits, of the circular period at the least radius in it, by Kepler's orbit from the state at the window's
/// start, and no longer than a fourteenth of a day.
#[derive(Debug)]
pub(super) enum Cells {
    Even { cell_s: f64, count: usize },
    Uneven { ends_s: Vec<f64> },
}

impl Cells {
    /// The cells of a window for the orbit of a state at its start.
    pub(super) fn new(state: &State<Teme>, window_s: f64) -> Self {
        let bounds = Bounds::new(state);
        match Orbit::of(state).filter(|_| bounds.is_high()) {
            Some(orbit) => orbit.cells(window_s),
            None => Self::even(bounds.cell_radius_km(), window_s),
        }
    }

    /// Cells by the period of a circle of a radius in km.
    pub(super) fn even(radius_km: f64, window_s: f64) -> Self {
        let cell_s = TAU * (radius_km.powi(3) / MU_WGS72_KM3_S2).sqrt() / CELLS_A_REVOLUTION;
        // One more than there are, lest the window's end be lost to rounding.
        Self::Even { cell_s, count: (window_s / cell_s).floor() as usize + 2 }
    }

    /// Whether all are of one length: a low orbit's.
    pub(super) const fn are_even(&self) -> bool {
        matches!(self, Self::Even { .. })
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        match self {
            Self::Even { count, .. } => *count,
            Self::Uneven { ends_s } => ends_s.len(),
        }
    }

    /// The cell that holds a time.
    pub(super) fn of(&self, time_s: f64) -> Option<usize> {
        match self {
            Self::Even { cell_s, count } => {
                let cell = (time_s / cell_s).floor();
                // The quotient may round down to the cell that ends here.
                let cell = if (cell + 1.0) * cell_s <= time_s { cell + 1.0 } else { cell };
                (cell >= 0.0 && cell < *count as f64).then_some(cell as usize)
            }
            Self::Uneven { ends_s } => {
                let cell = ends_s.partition_point(|&end_s| end_s <= time_s);
                (time_s >= 0.0 && cell < ends_s.len()).then_some(cell)
            }
        }
    }

    /// When a cell is.
    pub(super) fn span(&self, cell: usize) -> Span {
        match self {
            Self::Even { cell_s, .. } => Span::new(cell as f64 * cell_s, (cell + 1) as f64 * cell_s),
            Self::Uneven { ends_s } => {
                let start_s = cell.checked_sub(1).map_or(0.0, |before| ends_s[before]);
                Span::new(start_s, ends_s[cell])
            }
        }
    }
}

/// Kepler's orbit of a state.
struct Orbit {
    semi_major_km: f64,
    eccentricity: f64,
    mean_motion_rad_s: f64,
    mean_anomaly_rad: f64,
}

impl Orbit {
    /// Nothing for an orbit that is no ellipse.
    fn of(state: &State<Teme>) -> Option<Self> {
        let (mu, radius_km) = (MU_WGS72_KM3_S2, state.position_km.norm());
        let semi_major_km = 1.0 / (2.0 / radius_km - state.velocity_km_s.norm_squared() / mu);
        let cosine_part = 1.0 - radius_km / semi_major_km;
        let sine_part = state.position_km.dot(&state.velocity_km_s) / (mu * semi_major_km).sqrt();
        let eccentricity = cosine_part.hypot(sine_part);
        (semi_major_km > 0.0 && eccentricity < 0.99).then(|| Self {
            semi_major_km,
            eccentricity,
            mean_motion_rad_s: (mu / semi_major_km.powi(3)).sqrt(),
            mean_anomaly_rad: sine_part.atan2(cosine_part) - sine_part,
        })
    }

    /// The radius in km by Newton's steps on Kepler's equation (Vallado 4th ed., algorithm 2): near enough for the length of
    /// a cell.
    fn radius_km(&self, time_s: f64) -> f64 {
        let mean_rad = (self.mean_anomaly_rad + self.mean_motion_rad_s * time_s).rem_euclid(TAU);
        let folded_rad = mean_rad.min(TAU - mean_rad);
        let mut anomaly_rad = folded_rad.max((folded_rad + self.eccentricity).min(FRAC_PI_2));
        for _ in 0..4 {
            let (sine, cosine) = anomaly_rad.sin_cos();
            anomaly_rad -= (anomaly_rad - self.eccentricity * sine - folded_rad) / (1.0 - self.eccentricity * cosine);
        }
        self.semi_major_km * (1.0 - self.eccentricity * anomaly_rad.cos())
    }

    fn cells(&self, window_s: f64) -> Cells {
        let share = 1.0 - ECCENTRIC_CUT * self.eccentricity;
        let most_s = TAU / CELLS_A_REVOLUTION / EARTH_RATE_RAD_S;
        let fitting_s = |radius_km: f64| {
            (share * TAU / CELLS_A_REVOLUTION * (radius_km.powi(3) / MU_WGS72_KM3_S2).sqrt()).min(most_s)
        };
        let mut ends_s = Vec::new();
        let mut at_s = 0.0;
        // One more than there are, lest the window's end be lost to rounding.
        let mut left = 2;
        while left > 0 {
            let mut length_s = fitting_s(self.radius_km(at_s));
            for _ in 0..3 {
                length_s = length_s.min(fitting_s(self.radius_km(at_s + length_s)));
            }
            at_s += length_s;
            ends_s.push(at_s);
            left -= u32::from(at_s > window_s);
        }
        Cells::Uneven { ends_s }
    }
}
