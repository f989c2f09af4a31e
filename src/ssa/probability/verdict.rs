//! What to do about an event, in a word.

use std::fmt;

/// Where probabilities begin to matter. Numbers that are not comparable count as reached.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Thresholds {
    /// From here on an event is watched.
    pub watch: f64,
    /// From here on an event is acted on.
    pub act: f64,
}

impl Default for Thresholds {
    /// NASA CARA's: watched from 1e-7, acted on from 1e-4 (NASA/SP-20205011318, *Conjunction Assessment and Collision
    /// Avoidance Best Practices Handbook*, app. on the probability of collision).
    fn default() -> Self {
        Self { watch: 1e-7, act: 1e-4 }
    }
}

/// What to do about an event: see [the rule](super#verdict). From the least to the most urgent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// Too improbable to matter, and the number can be trusted.
    Negligible,
    /// Improbable only because the errors are so large: better data could show a collision course.
    Diluted,
    /// Probable enough to be followed, or not to be told.
    Watch,
    /// Probable enough for a decision.
    Act,
}

impl Verdict {
    /// All of them, the least urgent first.
    pub const ALL: [Self; 4] = [Self::Negligible, Self::Diluted, Self::Watch, Self::Act];

    /// The words for columns.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Negligible => "negligible",
            Self::Diluted => "diluted: better data needed",
            Self::Watch => "watch",
            Self::Act => "act",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Whether a probability reaches a threshold; what cannot be compared does.
fn reaches(probability: f64, threshold: f64) -> bool {
    threshold.is_nan() || probability >= threshold
}

/// The verdict on an event whose probability is known.
pub(super) fn computed(pc: f64, pc_max: f64, is_diluted: bool, is_curved: bool, thresholds: &Thresholds) -> Verdict {
    if reaches(pc, thresholds.act) {
        Verdict::Act
    } else if reaches(pc, thresholds.watch) {
        Verdict::Watch
    } else if is_curved || is_diluted && reaches(pc_max, thresholds.act) {
        Verdict::Diluted
    } else {
        Verdict::Negligible
    }
}

/// The verdict on an event whose probability is not known.
pub(super) const fn uncomputed(is_within_radius: bool) -> Verdict {
    if is_within_radius { Verdict::Act } else { Verdict::Watch }
}
