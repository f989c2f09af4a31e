//! Close approaches between catalogue objects.
//!
//! [`screen`] finds them: `bound` says why none can be missed, `slab` does one stretch of time, `refine` works on the
//! propagator itself, `fold` turns the slabs of a window into records. `assessment` says what each may come to.

pub mod alert;
pub mod assessment;
pub mod bound;
pub mod chosen;
pub mod compare;
pub mod completeness;
pub mod fold;
pub mod history;
mod line;
pub mod order;
pub mod received;
pub mod refine;
pub mod scope;
pub mod screen;
pub mod slab;
pub mod stretches;
pub mod tracks;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use nalgebra::Vector3;
use serde::{Deserialize, Serialize};

use self::assessment::Assessment;
use crate::astro::elements::NoradId;
use crate::astro::frame::{State, Teme};

/// What sort of approach a [`Conjunction`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A minimum at 10 m/s or more: one record a minimum.
    Encounter,
    /// Minima slower than 10 m/s (docked modules, formations, twins of a launch): one record a pair, with its least
    /// distance and the spans below the threshold.
    Companion,
    /// Identical element sets under two catalogue numbers: one record a pair, at the start of the window.
    Duplicate,
    /// Below the threshold at an end of the window with the minimum outside it, and no companion: one record an end.
    Open,
}

impl Kind {
    /// The word for columns.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Encounter => "encounter",
            Self::Companion => "companion",
            Self::Duplicate => "duplicate",
            Self::Open => "open",
        }
    }

    /// Whether the pair has this one record for all its minima.
    #[must_use]
    pub const fn is_one_a_pair(self) -> bool {
        matches!(self, Self::Companion | Self::Duplicate)
    }
}

/// One close approach, in the words of the CDM (CCSDS 508.0-B-1).
#[derive(Clone, Debug, PartialEq)]
pub struct Conjunction {
    /// The lower catalogue number of the two, or the chosen primary.
    pub primary_id: NoradId,
    /// Its name, shared with its other approaches.
    pub primary_name: Arc<str>,
    /// The other object.
    pub secondary_id: NoradId,
    /// Its name.
    pub secondary_name: Arc<str>,
    /// Sort of approach.
    pub kind: Kind,
    /// Time of closest approach: when the distance itself is least.
    pub tca: DateTime<Utc>,
    /// Distance at TCA, km.
    pub miss_km: f64,
    /// Relative speed at TCA, km/s.
    pub rel_speed_km_s: f64,
    /// Secondary minus primary at TCA on the primary's R, T and N axes, km.
    pub miss_rtn_km: Vector3<f64>,
    /// Age of the primary's element set at TCA, days.
    pub primary_age_days: f64,
    /// Age of the secondary's element set at TCA, days.
    pub secondary_age_days: f64,
    /// Whether the primary's element set is too old for its regime at TCA.
    pub primary_stale: bool,
    /// Whether the secondary's element set is too old for its regime at TCA.
    pub secondary_stale: bool,
    /// State of the primary at TCA.
    pub primary_state: State<Teme>,
    /// State of the secondary at TCA.
    pub secondary_state: State<Teme>,
    /// When the pair is below the threshold: filled for companions.
    pub spans: Vec<(DateTime<Utc>, DateTime<Utc>)>,
    /// What it may come to; nothing where nobody has asked.
    pub assessment: Option<Arc<Assessment>>,
}
