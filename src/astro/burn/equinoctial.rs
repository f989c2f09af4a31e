//! Mean elements of a state over the equator, where a node means little.
//!
//! In equinoctial variables (Broucke & Cefola, "On the equinoctial orbit elements", Celestial Mechanics 5, 1972) nothing
//! is singular there. SGP4's state is still no smooth function of them: below 0.2 rad it adds the long-period terms of Sun
//! and Moon to the inclination and then to the node's direction with it (Lyddane's modification, Spacetrack Report No. 3,
//! section 7), so that with p what they add to sin i (sin Ω, cos Ω), an inclination I about a node in the direction u comes
//! out only where |p × u| ≤ I. Elsewhere no mean elements give the state, and none are found.

use chrono::{DateTime, Utc};
use nalgebra::{Matrix6, Vector2, Vector6};

use super::{POSITION_KM, SPEED_KM_S, stacked};
use crate::astro::elements::Elements;
use crate::astro::frame::{State, Teme};
use crate::astro::propagator::Propagator;

/// Most steps from one start; where they lead anywhere they take six to thirty.
const MOST_STEPS: usize = 60;

/// Starts: the ellipse through the state, then with its pole moved to one side and another.
const STARTS: usize = 6;

/// By how much more each start's pole is moved, as tan(i/2).
const ASIDE: f64 = 1e-4;

/// Sizes of the variables that matter alike: mean motion as a share of itself, then eccentricity, pole, longitude.
const SIZES: [f64; 6] = [1e-5, 1e-3, 1e-3, 1e-3, 1e-3, 1e-3];

/// Steps for derivatives.
const NUDGES: [f64; 6] = [2e-8, 1e-7, 1e-7, 1e-7, 1e-7, 1e-7];

/// Damping at which a search is at a standstill.
const MOST_DAMPED: f64 = 1e8;

/// Mean elements with an epoch from which SGP4 gives a state then, near the ellipse of `first`, all but the orbit as in it;
/// `None` where none are found. By Levenberg and Marquardt's damped least squares (Marquardt, SIAM J. Appl. Math. 11, 1963).
pub(super) fn mean_elements(first: &Elements, epoch: DateTime<Utc>, wanted: &State<Teme>) -> Option<Elements> {
    let search = Search { like: first, epoch, wanted: stacked(wanted), per_rad_s: rad_s(first) };
    (0..STARTS).find_map(|start| {
        let mut variables = Variables::of(first);
        let (sine, cosine) = (start as f64).sin_cos();
        let aside = ASIDE * start as f64 * Vector2::new(cosine, sine);
        variables.0[3] += aside.x;
        variables.0[4] += aside.y;
        search.from(variables)
    })
}

fn rad_s(elements: &Elements) -> f64 {
    elements.mean_motion_rev_day * std::f64::consts::TAU / 86_400.0
}

/// Mean motion over that of the first ellipse; e cos(ω+Ω), e sin(ω+Ω); tan(i/2) cos Ω, tan(i/2) sin Ω; M+ω+Ω in rad.
#[derive(Clone, Copy)]
struct Variables(Vector6<f64>);

impl Variables {
    fn of(elements: &Elements) -> Self {
        let perigee_rad = (elements.arg_perigee_deg + elements.raan_deg).to_radians();
        let tangent = (0.5 * elements.inclination_deg.to_radians()).tan();
        let (sin_node, cos_node) = elements.raan_deg.to_radians().sin_cos();
        let (sin_perigee, cos_perigee) = perigee_rad.sin_cos();
        Self(Vector6::new(
            1.0,
            elements.eccentricity * cos_perigee,
            elements.eccentricity * sin_perigee,
            tangent * cos_node,
            tangent * sin_node,
            elements.mean_anomaly_deg.to_radians() + perigee_rad,
        ))
    }

    fn elements(&self, like: &Elements, epoch: DateTime<Utc>) -> Option<Elements> {
        let [share, ex, ey, px, py, longitude_rad]: [f64; 6] = self.0.into();
        let (node_rad, perigee_rad) = (py.atan2(px), ey.atan2(ex));
        let degrees = |rad: f64| rad.rem_euclid(std::f64::consts::TAU).to_degrees();
        let mut fields = like.clone().into_fields();
        fields.epoch = epoch;
        fields.mean_motion_rev_day *= share;
        fields.eccentricity = ex.hypot(ey);
        fields.inclination_deg = (2.0 * px.hypot(py).atan()).to_degrees();
        fields.raan_deg = degrees(node_rad);
        fields.arg_perigee_deg = degrees(perigee_rad - node_rad);
        fields.mean_anomaly_deg = degrees(longitude_rad - perigee_rad);
        Elements::new(fields).ok()
    }
}

struct Search<'a> {
    like: &'a Elements,
    epoch: DateTime<Utc>,
    wanted: Vector6<f64>,
    /// Mean motion: what makes a velocity a length.
    per_rad_s: f64,
}

impl Search<'_> {
    /// What SGP4's state lacks of the wanted one, km and km/s; `None` where it has none.
    fn lacking(&self, variables: &Variables) -> Option<Vector6<f64>> {
        let elements = variables.elements(self.like, self.epoch)?;
        let state = Propagator::new(&elements).and_then(|propagator| propagator.state(0.0)).ok()?;
        Some(self.wanted - stacked(&state))
    }

    /// The same as lengths, km.
    fn weighted(&self, lacking: &Vector6<f64>) -> Vector6<f64> {
        let mut weighted = *lacking;
        weighted.fixed_rows_mut::<3>(3).scale_mut(1.0 / self.per_rad_s);
        weighted
    }

    fn from(&self, mut at: Variables) -> Option<Elements> {
        let (mut lacking, mut damping) = (self.lacking(&at)?, 1e-6);
        for _ in 0..MOST_STEPS {
            if lacking.fixed_rows::<3>(0).norm() < POSITION_KM && lacking.fixed_rows::<3>(3).norm() < SPEED_KM_S {
                return at.elements(self.like, self.epoch);
            }
            let rest = self.weighted(&lacking);
            let slopes = self.slopes(&at, &rest)?;
            let normal = slopes.transpose() * slopes;
            let damped = normal + Matrix6::from_diagonal(&(normal.diagonal() * damping));
            let step = damped.lu().solve(&(slopes.transpose() * rest))?;
            let next = Variables(at.0 + step.component_mul(&Vector6::from(SIZES)));
            match self.lacking(&next) {
                Some(nearer) if self.weighted(&nearer).norm_squared() < rest.norm_squared() => {
                    (at, lacking, damping) = (next, nearer, damping / 5.0);
                }
                _ => damping *= 10.0,
            }
            if damping > MOST_DAMPED {
                return None;
            }
        }
        None
    }

    /// How the state moves with each variable by its size, from forward differences.
    fn slopes(&self, at: &Variables, rest: &Vector6<f64>) -> Option<Matrix6<f64>> {
        let mut slopes = Matrix6::zeros();
        for (index, nudge) in NUDGES.into_iter().enumerate() {
            let mut nudged = *at;
            nudged.0[index] += nudge;
            let moved = rest - self.weighted(&self.lacking(&nudged)?);
            slopes.set_column(index, &(moved * (SIZES[index] / nudge)));
        }
        Some(slopes)
    }
}
