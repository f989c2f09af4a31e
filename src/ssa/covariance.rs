//! How far an object may be from where its element set puts it: a covariance, and what it rests on.
//!
//! No element set carries its error. Three things can stand for it, the better one first: a covariance that an operator
//! or a conjunction message gives, the spread of the object's own successive sets ([`history`]), and what sets of its
//! class do ([`class`]). Each is one standard deviation in the object's own axes: R along the radius, T along the track,
//! N along the normal of the orbit. [`realism`] says how far the last two hold on data that they were not made from.

pub mod class;
pub mod difference;
pub mod given;
pub mod history;
pub mod realism;

use std::fmt;

use nalgebra::{Matrix3, Vector3};

use self::class::Band;
use self::history::Fit;
use crate::astro::elements::Elements;

/// What a covariance rests on.
#[derive(Clone, Debug, PartialEq)]
pub enum Source {
    /// The object's own element sets.
    History {
        /// Pairs of sets that were compared.
        pairs: usize,
        /// Time that these sets cover, days.
        days: f64,
    },
    /// Element sets of a class of orbit.
    Class(Band),
    /// A message or a person: its name.
    Given(String),
}

impl fmt::Display for Source {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::History { pairs, days } => write!(formatter, "history ({pairs} pairs, {days:.0} days)"),
            Self::Class(band) => write!(formatter, "class {}", band.as_str()),
            Self::Given(name) => write!(formatter, "given: {name}"),
        }
    }
}

/// The error of one object's position at an instant.
#[derive(Clone, Debug, PartialEq)]
pub struct Covariance {
    /// Covariance in km², in the object's own axes R (radial), T (along the track: N × R) and N (r × v), in this order.
    pub rtn_km2: Matrix3<f64>,
    /// What it rests on.
    pub source: Source,
}

impl Covariance {
    /// Errors without correlation, by their standard deviations in km along R, T and N.
    #[must_use]
    pub fn of_sigmas(sigmas_km: Vector3<f64>, source: Source) -> Self {
        Self { rtn_km2: Matrix3::from_diagonal(&sigmas_km.component_mul(&sigmas_km)), source }
    }

    /// Standard deviations in km along R, T and N.
    #[must_use]
    pub fn sigmas_km(&self) -> Vector3<f64> {
        self.rtn_km2.diagonal().map(|variance| variance.max(0.0).sqrt())
    }

    /// The squared Mahalanobis distance dᵀ P⁻¹ d of a difference in km along R, T and N: 3 on average where the
    /// covariance is right. `None` where it is not positive definite.
    #[must_use]
    pub fn mahalanobis2(&self, rtn_km: &Vector3<f64>) -> Option<f64> {
        let solved = self.rtn_km2.cholesky()?.solve(rtn_km);
        Some(rtn_km.dot(&solved)).filter(|distance| distance.is_finite())
    }
}

/// What the two covariances of an event rest on: `primary: …; secondary: …`.
#[must_use]
pub fn combined_source(primary: &Source, secondary: &Source) -> String {
    format!("primary: {primary}; secondary: {secondary}")
}

/// The best covariance there is of an element set `age_days` from its epoch: what was given, else the object's own
/// history, else its class.
#[must_use]
pub fn best(given: Option<Covariance>, fit: Option<&Fit>, elements: &Elements, age_days: f64) -> Covariance {
    given.or_else(|| fit.map(|fit| fit.covariance(age_days))).unwrap_or_else(|| class::covariance(elements, age_days))
}
