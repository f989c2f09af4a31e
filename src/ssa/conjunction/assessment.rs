//! What an approach may come to: probability, radius, and what both rest on.

use nalgebra::Matrix3;

use super::{Conjunction, Kind};
use crate::astro::frame::{State, Teme, rtn_axes};
use crate::ssa::covariance::{Covariance, combined_source};
use crate::ssa::hard_body::{Radius, combined_m};
use crate::ssa::probability::{self, Encounter, Thresholds, Verdict, socrates_maximum};

/// What is known of one of the two objects at the time of closest approach.
#[derive(Clone, Debug, PartialEq)]
pub struct Party {
    /// The error of its position.
    pub covariance: Covariance,
    /// Its size.
    pub radius: Radius,
}

/// What is known about the risk of one approach.
#[derive(Clone, Debug, PartialEq)]
pub struct Assessment {
    /// The probability of collision, where it can be computed.
    pub pc: Option<f64>,
    /// How: `foster-2d`, or `not computable: REASON`.
    pub pc_method: String,
    /// What the errors of both objects rest on.
    pub covariance_source: String,
    /// The greatest probability over all sizes of the same covariance; never below `pc`.
    pub pc_max: Option<f64>,
    /// The factor on the standard deviations that gives `pc_max`: below 1 the event is diluted.
    pub pc_max_scale: Option<f64>,
    /// Alfano's maximum with the aspect ratio that SOCRATES takes: another covariance, so it may be below `pc`.
    pub pc_max_socrates: Option<f64>,
    /// The standard deviation at that maximum, km.
    pub dilution_km: Option<f64>,
    /// Combined hard-body radius, m.
    pub hbr_m: f64,
    /// What it rests on.
    pub hbr_source: String,
    /// Whether the orbits bend away from under the errors, so that `pc` means little.
    pub is_curved: bool,
    /// What to do about it.
    pub verdict: Verdict,
}

/// Assesses an approach from what is known of the primary and of the secondary.
///
/// Of a pair that flies together, of identical element sets, and of a pair whose least distance lies outside the window
/// nothing can be computed, and nothing has been shown to be harmless: [`Verdict::Watch`].
#[must_use]
pub fn assess(conjunction: &Conjunction, [primary, secondary]: [&Party; 2], thresholds: &Thresholds) -> Assessment {
    let size = CombinedRadius::of(&primary.radius, &secondary.radius);
    assess_sized(conjunction, [&primary.covariance, &secondary.covariance], size, thresholds)
}

/// The radius of both objects together.
#[derive(Clone, Debug, PartialEq)]
pub struct CombinedRadius {
    /// The sum of both, m.
    pub hbr_m: f64,
    /// What it rests on.
    pub source: String,
}

impl CombinedRadius {
    /// The radius of the primary and the secondary together.
    #[must_use]
    pub fn of(primary: &Radius, secondary: &Radius) -> Self {
        let source = format!("primary: {}; secondary: {}", primary.source, secondary.source);
        Self { hbr_m: combined_m(primary, secondary), source }
    }
}

/// What is left to say of an approach whose errors nobody knows: a maximum over all of them, and why there is no more.
#[must_use]
pub fn uncomputed(conjunction: &Conjunction, size: CombinedRadius, reason: &str) -> Assessment {
    let socrates = socrates_maximum(&conjunction.primary_state, &conjunction.secondary_state, size.hbr_m / 1000.0);
    Assessment {
        pc: None,
        pc_method: format!("not computable: {reason}"),
        covariance_source: "none".to_owned(),
        pc_max: None,
        pc_max_scale: None,
        pc_max_socrates: socrates.map(|maximum| maximum.pc_max),
        dilution_km: socrates.map(|maximum| maximum.dilution_km),
        hbr_m: size.hbr_m,
        hbr_source: size.source,
        is_curved: false,
        verdict: if conjunction.miss_km * 1000.0 <= size.hbr_m { Verdict::Act } else { Verdict::Watch },
    }
}

/// Assesses an approach as [`assess`] does, from the covariances of the primary and the secondary and the radius of both
/// together, as conjunction messages give it.
#[must_use]
pub fn assess_sized(
    conjunction: &Conjunction,
    [primary, secondary]: [&Covariance; 2],
    size: CombinedRadius,
    thresholds: &Thresholds,
) -> Assessment {
    let (one, other) = (&conjunction.primary_state, &conjunction.secondary_state);
    let hbr_m = size.hbr_m;
    let risk = probability::assess(
        &Encounter {
            miss_km: other.position_km - one.position_km,
            rel_velocity_km_s: other.velocity_km_s - one.velocity_km_s,
            covariance_km2: on_inertial_axes(primary, one) + on_inertial_axes(secondary, other),
            hbr_km: hbr_m / 1000.0,
            shorter_period_s: conjunction.shorter_period_s(),
        },
        thresholds,
    );
    let socrates = socrates_maximum(one, other, hbr_m / 1000.0);
    let mut assessment = Assessment {
        pc: risk.pc,
        pc_method: risk.pc_method.to_string(),
        covariance_source: combined_source(&primary.source, &secondary.source),
        pc_max: risk.pc_max,
        pc_max_scale: risk.pc_max_scale,
        pc_max_socrates: socrates.map(|maximum| maximum.pc_max),
        dilution_km: socrates.map(|maximum| maximum.dilution_km),
        hbr_m,
        hbr_source: size.source,
        is_curved: risk.is_curved,
        verdict: risk.verdict,
    };
    if let Some(reason) = why_not(conjunction.kind) {
        assessment.pc = None;
        assessment.pc_max = None;
        assessment.pc_max_scale = None;
        assessment.pc_method = format!("not computable: {reason}");
        assessment.verdict = Verdict::Watch;
    }
    assessment
}

/// Why an approach of a kind has no probability.
const fn why_not(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::Encounter => None,
        Kind::Companion => Some("slow encounter"),
        Kind::Duplicate => Some("identical element sets"),
        Kind::Open => Some("least distance outside the window"),
    }
}

/// The covariance in km² on the axes of the state's frame.
#[must_use]
pub fn on_inertial_axes(covariance: &Covariance, state: &State<Teme>) -> Matrix3<f64> {
    let axes = rtn_axes(state);
    axes.transpose() * covariance.rtn_km2 * axes
}
