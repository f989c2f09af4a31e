//! What a computation dropped, and why: one object's failure is data.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::astro::elements::NoradId;
use crate::astro::propagator::PropagationError;

/// The account of a run over many objects.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Objects asked about.
    pub objects: usize,
    /// Objects with no usable state at the start of the window, by reason.
    pub unusable: BTreeMap<NoradId, PropagationError>,
    /// Objects whose orbit ended inside the window: used until then.
    pub lost: BTreeMap<NoradId, PropagationError>,
    /// Objects whose element set is too old for its regime at the start of the window: used and flagged.
    pub stale: usize,
    /// Objects left out because their element set is older than the user's limit.
    pub too_old: usize,
}

impl Tally {
    /// How many failed objects share each reason, those lost inside the window included.
    #[must_use]
    pub fn by_reason(&self) -> BTreeMap<&'static str, usize> {
        let mut counts = BTreeMap::new();
        for error in self.unusable.values().chain(self.lost.values()) {
            *counts.entry(error.as_str()).or_default() += 1;
        }
        counts
    }
}
