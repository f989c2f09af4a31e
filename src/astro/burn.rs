//! Burns: what a velocity change at one instant makes of an orbit.
//!
//! A burn is a change of SGP4's own velocity, which is not exactly the rate of its position, on the axes R, T and N of
//! the state at that instant; it takes no time and is carried out exactly. The orbit after it is a mean element set with
//! the burn's time as epoch and the same B*:
//!
//! 1. Mean elements are found from which SGP4 gives that very position and velocity ([`POSITION_KM`], [`SPEED_KM_S`]).
//! 2. A set made anew at a later epoch begins its drag and its long-period terms anew, so that with a burn of zero it would
//!    leave the old set's track by 10 m in three days, and by 1 km where drag is strong. By how much is known: from the set
//!    that a burn of zero has. The mean motion is moved by what brings that one back on the track after [`STEADY_DAYS`].
//!    That moves the state at the burn by centimetres, at most by 50 m ([`MOST_STEADIED`]), where SGP4 itself is off by
//!    hundreds. With it nine of ten objects of the bundled catalogue are within 10 m of the old track for three days, and
//!    the worst above 450 km, eccentric orbits far out, within 3 km.
//!
//! Over the equator (inclinations of hundredths of a degree) SGP4 has no mean elements for some states, see
//! `equinoctial`: such a burn is [`BurnError::NotConverged`].

mod equinoctial;

use std::f64::consts::TAU;

use chrono::{DateTime, Utc};
use nalgebra::{Vector3, Vector6};

use super::elements::{Elements, MU_WGS72_KM3_S2};
use super::frame::{State, Teme, rtn_axes};
use super::propagator::{PropagationError, Propagator};
use super::time::plus_seconds;

/// How near SGP4's position after a burn is to the position at the burn, km.
pub const POSITION_KM: f64 = 1e-6;

/// How near SGP4's velocity after a burn is to the velocity at the burn with the change, km/s.
pub const SPEED_KM_S: f64 = 1e-9;

/// Most rounds of the search for mean elements; orbits take about six, on the equator it may go to and fro for ever.
const MOST_ROUNDS: usize = 20;

/// The track after a burn of zero is the old one again after so many days, give or take metres in between.
pub const STEADY_DAYS: f64 = 3.0;

/// Most that the mean motion is moved for that, as a share of it: where drag asks for more, an orbit is about to end.
pub const MOST_STEADIED: f64 = 1e-5;

/// A change of velocity at one instant.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Burn {
    /// When.
    pub time: DateTime<Utc>,
    /// Change of velocity along R (radial), T (along the track: N × R) and N (r × v) of the state then, m/s.
    pub delta_v_rtn_m_s: Vector3<f64>,
}

/// Why there is no orbit after a burn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BurnError {
    /// The orbit before it has no state then.
    #[error("no state at the burn: {0}")]
    NoState(PropagationError),
    /// After it the object escapes, or its orbit is beneath the ground.
    #[error("no orbit round the Earth is left after the burn")]
    NoOrbit,
    /// No mean elements were found that give the state after it.
    #[error("no mean elements give the state after the burn")]
    NotConverged,
}

impl Burn {
    /// Size of the change, m/s.
    #[must_use]
    pub fn delta_v_m_s(&self) -> f64 {
        self.delta_v_rtn_m_s.norm()
    }

    /// The mean elements after the burn, with its time as their epoch.
    ///
    /// # Errors
    /// See [`BurnError`].
    pub fn applied_to(&self, elements: &Elements) -> Result<Elements, BurnError> {
        let before = Propagator::new(elements).and_then(|propagator| propagator.state_at(self.time));
        let before = before.map_err(BurnError::NoState)?;
        let change_km_s = rtn_axes(&before).transpose() * self.delta_v_rtn_m_s * 1e-3;
        let after = State::new(before.position_km, before.velocity_km_s + change_km_s);
        let after = mean_elements(elements, self.time, &after)?;
        let unburnt = mean_elements(elements, self.time, &before)?;
        Ok(quickened(&after, steadying(elements, &unburnt)).unwrap_or(after))
    }
}

/// By which share the mean motion of a set made anew of an old one must be moved for both to be at the same place on the
/// track after [`STEADY_DAYS`]; zero where that is not known.
fn steadying(old: &Elements, anew: &Elements) -> f64 {
    const ROUNDS: usize = 3;
    let later_s = STEADY_DAYS * 86_400.0;
    let time = plus_seconds(anew.epoch, later_s);
    let state = |elements: &Elements| Propagator::new(elements).and_then(|propagator| propagator.state_at(time)).ok();
    let share = || {
        let old = state(old)?;
        let mut share = 0.0;
        for _ in 0..ROUNDS {
            let late_km = old.position_km - state(&quickened(anew, share)?)?.position_km;
            // Late by this time, of the time since the burn.
            share += late_km.dot(&old.velocity_km_s) / old.velocity_km_s.norm_squared() / later_s;
        }
        Some(share)
    };
    share().filter(|share: &f64| share.abs() <= MOST_STEADIED).unwrap_or(0.0)
}

/// The elements with their mean motion moved by a share of itself.
fn quickened(elements: &Elements, share: f64) -> Option<Elements> {
    let mut fields = elements.clone().into_fields();
    fields.mean_motion_rev_day *= 1.0 + share;
    Elements::new(fields).ok()
}

/// The mean elements with an epoch from which SGP4 gives a state then; all but the orbit as in `like`.
///
/// Mean elements at their own epoch are a state too, that of the Kepler ellipse they describe, and SGP4 moves it by its
/// periodic terms, a thousandth of itself. So what SGP4's state lacks is added to that state until nothing lacks
/// (fixed-point iteration; it contracts by about the size of J2 and needs no derivative, near circles too). Where it does not
/// settle, on the equator, `equinoctial` does.
fn mean_elements(like: &Elements, epoch: DateTime<Utc>, wanted: &State<Teme>) -> Result<Elements, BurnError> {
    let goal = stacked(wanted);
    let mut mean = goal;
    for _ in 0..MOST_ROUNDS {
        let elements = keplerian(like, epoch, &mean).ok_or(BurnError::NoOrbit)?;
        let state = Propagator::new(&elements).and_then(|propagator| propagator.state(0.0));
        let lacking = goal - stacked(&state.map_err(|_| BurnError::NoOrbit)?);
        if lacking.fixed_rows::<3>(0).norm() < POSITION_KM && lacking.fixed_rows::<3>(3).norm() < SPEED_KM_S {
            return Ok(elements);
        }
        mean += lacking;
    }
    let first = keplerian(like, epoch, &goal).ok_or(BurnError::NoOrbit)?;
    equinoctial::mean_elements(&first, epoch, wanted).ok_or(BurnError::NotConverged)
}

fn stacked(state: &State<Teme>) -> Vector6<f64> {
    let (r, v) = (&state.position_km, &state.velocity_km_s);
    Vector6::new(r.x, r.y, r.z, v.x, v.y, v.z)
}

/// The ellipse through a state as elements (Vallado, *Fundamentals of Astrodynamics and Applications*, 4th edition,
/// algorithm 9, by way of the eccentric anomaly); `None` where there is none above the ground.
#[must_use]
pub fn keplerian(like: &Elements, epoch: DateTime<Utc>, state: &Vector6<f64>) -> Option<Elements> {
    let (r, v) = (Vector3::new(state[0], state[1], state[2]), Vector3::new(state[3], state[4], state[5]));
    let radius_km = r.norm();
    let semi_major_km = 1.0 / (2.0 / radius_km - v.norm_squared() / MU_WGS72_KM3_S2);
    let normal = r.cross(&v).try_normalize(f64::MIN_POSITIVE)?;
    if semi_major_km.is_nan() || semi_major_km <= 0.0 {
        return None;
    }
    // e·cos E and e·sin E: on a circle both vanish, and whatever angle comes out is taken back by the perigee's.
    let along = 1.0 - radius_km / semi_major_km;
    let across = r.dot(&v) / (MU_WGS72_KM3_S2 * semi_major_km).sqrt();
    let (eccentricity, eccentric_rad) = (along.hypot(across), across.atan2(along));
    let (sine, cosine) = eccentric_rad.sin_cos();
    let true_rad = ((1.0 - eccentricity * eccentricity).sqrt() * sine).atan2(cosine - eccentricity);
    let raan_rad = normal.x.atan2(-normal.y);
    let node = Vector3::new(raan_rad.cos(), raan_rad.sin(), 0.0);
    let latitude_rad = r.dot(&normal.cross(&node)).atan2(r.dot(&node));
    let mut fields = like.clone().into_fields();
    let degrees = |rad: f64| rad.rem_euclid(TAU).to_degrees();
    fields.epoch = epoch;
    fields.mean_motion_rev_day = (MU_WGS72_KM3_S2 / semi_major_km.powi(3)).sqrt() * 86_400.0 / TAU;
    fields.eccentricity = eccentricity;
    fields.inclination_deg = normal.x.hypot(normal.y).atan2(normal.z).to_degrees();
    fields.raan_deg = degrees(raan_rad);
    fields.arg_perigee_deg = degrees(latitude_rad - true_rad);
    fields.mean_anomaly_deg = degrees(eccentric_rad - across);
    Elements::new(fields).ok()
}
