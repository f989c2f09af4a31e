//! How probable a collision is, how far that number can be trusted, and what to do about it.
//!
//! # Numbers
//!
//! [`plane`] projects the miss and the combined covariance along the relative velocity; [`assess`] makes of it:
//!
//! - `pc`, the exact two-dimensional probability (`foster-2d`), where its assumptions hold;
//! - `pc_chan`, Chan's approximation, only where the radius is below a tenth of the smallest error;
//! - `pc_max`, the greatest `pc` over all sizes of the same covariance, and `pc_max_scale`, the factor on the standard
//!   deviations that gives it. Below one the event is in the *dilution region*: better data would raise its probability
//!   before they lower it.
//!
//! [`socrates_maximum`] stands beside them: another covariance, so it may be above or below both.
//!
//! # Not computable
//!
//! `pc` and `pc_max` are empty, and [`PcMethod`] names the reason, where
//!
//! - a number is missing, not finite, or so large that its square is not (`not finite`), or the radius is not above zero
//!   (`no hard-body radius`);
//! - the relative speed is below 10 m/s, or the relative motion takes longer than 0.5 % of the shorter period to pass one
//!   standard deviation along itself (`slow encounter`): the path is no straight line then, and the number is wrong by
//!   up to 60 % in Alfano's cases (AAS 09-233) and without any bound in others;
//! - the covariance is not symmetric, has a negative eigenvalue, or none above zero across the relative velocity
//!   (`covariance not positive definite`);
//! - the least distance is within the radius (`miss below radius`): the most probable path is a collision, and smaller
//!   errors would only make it more certain.
//!
//! # Curved
//!
//! [`Risk::is_curved`] marks a `pc` that is computed and still not to be relied on: the errors reach so far along the orbit
//! that it bends away from under them ([`Plane::is_curved`]). Every case of NASA CARA's published set in which
//! the two-dimensional probability and a Monte Carlo run contradict each other is slow or curved in this sense; most are
//! off by factors between 1/100 and 60, and two, 8 km off on almost the same orbit, by 10¹⁶³.
//!
//! # Verdict
//!
//! The first line that holds, with [`Thresholds`] of 1e-7 and 1e-4 unless others are set:
//!
//! | verdict | rule |
//! | --- | --- |
//! | `act` | `pc` ≥ 1e-4; or the least distance of an encounter is within the radius, whatever else is known |
//! | `watch` | `pc` ≥ 1e-7; or `pc` is not computable: nothing has been shown to be harmless |
//! | `diluted: better data needed` | in the dilution region with `pc_max` ≥ 1e-4: smaller errors could turn this event into one to act on; or curved, and within reach of the bent errors: the small number means nothing |
//! | `negligible` | the rest: computed, trusted, and improbable |
//!
//! So no event is negligible because something is not known. Outside the dilution region a negligible event with
//! `pc_max` ≥ 1e-4 needs errors more than three times as large as assumed before it is one to act on: with d the
//! Mahalanobis distance and a small radius, `pc`/`pc_max` = s·e^(1−s) with s = d²/2, below 1e-3 from s = 10.2, where
//! `pc_max_scale` is √s = 3.2.

mod plane;
mod socrates;
mod verdict;

use std::fmt;

use nalgebra::{Matrix3, Vector3};

pub use plane::{Plane, plane};
pub use socrates::{SocratesMaximum, socrates_maximum};
pub use verdict::{Thresholds, Verdict};

/// Chan's series is used where the radius is below this share of the smallest error.
const CHAN_SHARE: f64 = 0.1;

/// Two objects near their closest approach, on one set of inertial axes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Encounter {
    /// Secondary minus primary, km.
    pub miss_km: Vector3<f64>,
    /// Secondary minus primary, km/s.
    pub rel_velocity_km_s: Vector3<f64>,
    /// Sum of both position covariances, km².
    pub covariance_km2: Matrix3<f64>,
    /// Sum of both hard-body radii, km.
    pub hbr_km: f64,
    /// The shorter of both orbital periods in seconds, where it is known: without it an encounter is judged slow by its
    /// speed alone, and none is curved.
    pub shorter_period_s: Option<f64>,
}

/// Why there is no probability.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NotComputable {
    /// A number is not finite, or its square is not.
    NotFinite,
    /// The hard-body radius is not above zero.
    NoRadius,
    /// The relative path is no straight line while the objects are near each other.
    Slow,
    /// The covariance is not symmetric, or not positive definite.
    Covariance,
    /// The least distance is within the hard-body radius.
    MissBelowRadius,
}

impl NotComputable {
    /// The reason in words.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotFinite => "not finite",
            Self::NoRadius => "no hard-body radius",
            Self::Slow => "slow encounter",
            Self::Covariance => "covariance not positive definite",
            Self::MissBelowRadius => "miss below radius",
        }
    }
}

impl fmt::Display for NotComputable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::error::Error for NotComputable {}

/// How the probability was computed, or why it was not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PcMethod {
    /// The exact two-dimensional integral of Foster and Estes.
    Foster2d,
    /// There is none.
    NotComputable(NotComputable),
}

impl fmt::Display for PcMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Foster2d => f.write_str("foster-2d"),
            Self::NotComputable(reason) => write!(f, "not computable: {reason}"),
        }
    }
}

/// What is known about the risk of one encounter. No number in it is NaN, infinite or negative.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Risk {
    /// The geometry in the plane of the encounter, where there is one: also for events whose probability is not computable.
    pub plane: Option<Plane>,
    /// The probability of collision.
    pub pc: Option<f64>,
    /// How `pc` was computed, or why it was not.
    pub pc_method: PcMethod,
    /// The probability by Chan's series, where `pc` exists and the radius is below a tenth of the smallest error.
    pub pc_chan: Option<f64>,
    /// The greatest probability over all sizes of the covariance; never below `pc`.
    pub pc_max: Option<f64>,
    /// The factor on the standard deviations that gives `pc_max`.
    pub pc_max_scale: Option<f64>,
    /// The Mahalanobis distance of the miss in the plane.
    pub mahalanobis: Option<f64>,
    /// Whether smaller errors would raise the probability: `pc_max_scale` is below one.
    pub is_diluted: bool,
    /// Whether the orbit bends away from under the errors, so that `pc` is not to be relied on.
    pub is_curved: bool,
    /// What to do about it.
    pub verdict: Verdict,
}

/// Assesses one encounter: see [the module](self) for the rules. Any input has an answer.
#[must_use]
pub fn assess(encounter: &Encounter, thresholds: &Thresholds) -> Risk {
    let plane = match plane(encounter) {
        Ok(plane) => plane,
        Err(reason) => return not_computable(encounter, None, reason),
    };
    if plane.is_slow(encounter.shorter_period_s) {
        return not_computable(encounter, Some(plane), NotComputable::Slow);
    }
    if plane.miss_km() <= plane.hbr_km {
        return not_computable(encounter, Some(plane), NotComputable::MissBelowRadius);
    }
    let disc = plane.disc();
    let (pc, maximum, mahalanobis) = (disc.probability(), disc.maximum(), disc.mahalanobis());
    let numbers = [pc, maximum.probability, maximum.scale, mahalanobis];
    if !numbers.into_iter().all(f64::is_finite) {
        return not_computable(encounter, Some(plane), NotComputable::NotFinite);
    }
    let is_diluted = maximum.scale < 1.0;
    let is_curved = plane.is_curved(encounter.shorter_period_s);
    let is_small = plane.hbr_km < CHAN_SHARE * plane.sigma_minor_km;
    Risk {
        plane: Some(plane),
        pc: Some(pc),
        pc_method: PcMethod::Foster2d,
        pc_chan: is_small.then(|| disc.probability_by_chan()),
        pc_max: Some(maximum.probability),
        pc_max_scale: Some(maximum.scale),
        mahalanobis: Some(mahalanobis),
        is_diluted,
        is_curved,
        verdict: verdict::computed(pc, maximum.probability, is_diluted, is_curved, thresholds),
    }
}

fn not_computable(encounter: &Encounter, plane: Option<Plane>, reason: NotComputable) -> Risk {
    // Without a plane there may be no direction to project along, and the given distance stands.
    let miss_km = plane.map_or_else(|| encounter.miss_km.norm(), |plane| plane.miss_km());
    Risk {
        plane,
        pc: None,
        pc_method: PcMethod::NotComputable(reason),
        pc_chan: None,
        pc_max: None,
        pc_max_scale: None,
        mahalanobis: plane.map(|plane| plane.disc().mahalanobis()).filter(|distance| distance.is_finite()),
        is_diluted: false,
        is_curved: plane.is_some_and(|plane| plane.is_curved(encounter.shorter_period_s)),
        verdict: verdict::uncomputed(miss_km <= encounter.hbr_km),
    }
}
