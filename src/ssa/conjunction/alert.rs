//! When an event is told, and when it is told again.
//!
//! An event is told when it first meets a rule, again when its verdict has become more urgent or its probability ten
//! times what it was when it was told worst, and once more when it has gone: vanished, or fallen below a tenth of the
//! rule's probability. One that hovers about the threshold is told once.

use super::Conjunction;
use crate::ssa::probability::{Thresholds, Verdict};

/// So many times as probable is worse, and so many times less than the threshold is over.
pub const FACTOR: f64 = 10.0;

/// Which events count: those that meet both, where both are set.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rule {
    /// This verdict or a more urgent one.
    pub verdict: Option<Verdict>,
    /// At least this probability.
    pub min_pc: Option<f64>,
}

/// What of an event decides.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Figures {
    /// What to do about it, where it was assessed.
    pub verdict: Option<Verdict>,
    /// Its probability, where it is known.
    pub pc: Option<f64>,
}

impl Figures {
    /// Those of an approach.
    #[must_use]
    pub fn of(conjunction: &Conjunction) -> Self {
        conjunction
            .assessment
            .as_ref()
            .map_or_else(Self::default, |assessment| Self { verdict: Some(assessment.verdict), pc: assessment.pc })
    }

    /// The worse of both, each figure by itself.
    #[must_use]
    pub fn worst(self, other: Self) -> Self {
        let pc = match (self.pc, other.pc) {
            (Some(one), Some(other)) => Some(one.max(other)),
            (one, other) => one.or(other),
        };
        Self { verdict: self.verdict.max(other.verdict), pc }
    }
}

/// What is told of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum News {
    /// It meets the rule.
    New,
    /// It is more urgent than it was told.
    Worse,
    /// It is over: gone, or improbable by far.
    Cleared,
}

impl News {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::New, Self::Worse, Self::Cleared];

    /// The word in messages.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Worse => "worse",
            Self::Cleared => "cleared",
        }
    }
}

impl Rule {
    /// Whether an event meets the rule.
    #[must_use]
    pub fn is_met(&self, now: &Figures) -> bool {
        self.verdict.is_none_or(|least| now.verdict >= Some(least))
            && self.min_pc.is_none_or(|least| now.pc.is_some_and(|pc| pc >= least))
    }

    /// What is to be told of an event that is there, or has vanished; `told` are the worst figures told since it was
    /// new, nothing where it was not told or has been cleared.
    #[must_use]
    pub fn news(
        &self,
        told: Option<&Figures>,
        now: &Figures,
        has_vanished: bool,
        thresholds: &Thresholds,
    ) -> Option<News> {
        match told {
            None => (!has_vanished && self.is_met(now)).then_some(News::New),
            Some(_) if has_vanished || self.is_over(now, thresholds) => Some(News::Cleared),
            Some(told) => (self.is_met(now) && is_worse(told, now)).then_some(News::Worse),
        }
    }

    /// Whether an event is far below what the rule asks for. Where the probability is not known it is not.
    fn is_over(&self, now: &Figures, thresholds: &Thresholds) -> bool {
        let of_verdict = match self.verdict {
            Some(Verdict::Act) => Some(thresholds.act),
            Some(Verdict::Watch) => Some(thresholds.watch),
            // These begin at no probability of their own.
            Some(Verdict::Diluted | Verdict::Negligible) | None => None,
        };
        let limits = || self.min_pc.into_iter().chain(of_verdict);
        if self.is_met(now) {
            return false;
        }
        match now.pc {
            Some(pc) if limits().next().is_some() => limits().any(|limit| pc < limit / FACTOR),
            Some(_) => true,
            None => false,
        }
    }
}

fn is_worse(told: &Figures, now: &Figures) -> bool {
    let is_up = match (told.pc, now.pc) {
        (Some(told), Some(now)) => now > 0.0 && now >= FACTOR * told,
        _ => false,
    };
    now.verdict > told.verdict || is_up
}
