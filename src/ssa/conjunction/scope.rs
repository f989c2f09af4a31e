//! Which approaches are no news: pairs of one fleet, pairs that are docked, pairs that fly in formation.
//!
//! Nothing is dropped unless asked for, and what is dropped is counted by its reason.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;
use std::str::FromStr;

use chrono::TimeDelta;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::history::Pair;
use super::{Conjunction, Kind};
use crate::astro::elements::{Elements, NoradId};
use crate::astro::propagator::Propagator;
use crate::astro::time::Window;

/// Why a pair is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Reason {
    /// Both are satellites of one operator's fleet in service, which keeps them apart by better data than the public's.
    Constellation,
    /// Parts of one station: identical element sets, or nearer than [`DOCKED_KM`] all through the window. Element sets do
    /// not tell a docked pair from one that flies in formation as closely.
    Docked,
    /// A slow pair that stays below the threshold all through the window.
    Formation,
}

impl Reason {
    /// All of them, in the order in which they are looked at: a docked pair is a formation, too.
    pub const ALL: [Self; 3] = [Self::Docked, Self::Formation, Self::Constellation];

    /// The word for options and accounts.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Constellation => "constellation",
            Self::Docked => "docked",
            Self::Formation => "formation",
        }
    }

    /// What the word means, for notes.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Constellation => "both of one fleet in service",
            Self::Docked => "identical element sets, or within 1 km all through the window: close formations, too",
            Self::Formation => "slow, and below the threshold all through the window",
        }
    }
}

/// A word that is no reason.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is none of constellation, docked, formation")]
pub struct ReasonError(String);

impl FromStr for Reason {
    type Err = ReasonError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let word = text.trim();
        let found = Self::ALL.into_iter().find(|reason| reason.as_str().eq_ignore_ascii_case(word));
        found.ok_or_else(|| ReasonError(text.to_owned()))
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Parts of one station stay nearer than this, km: element sets of modules and docked ships differ by so much.
pub const DOCKED_KM: f64 = 1.0;

/// How often a pair's distance is looked at to tell whether it is docked, s. A slow pair moves at most 0.6 km between.
const LOOK_S: f64 = 60.0;

/// A stretch that begins or ends this near to an end of the window reaches it.
const SLACK: TimeDelta = TimeDelta::seconds(60);

/// The beginnings of the names of fleets whose satellites one operator steers. Names that dead satellites of many years
/// share with those in service (COSMOS, IRIDIUM, GLOBALSTAR, ORBCOMM, YAOGAN …) are not among them.
pub const FLEETS: [&str; 18] = [
    "STARLINK",
    "ONEWEB",
    "KUIPER",
    "QIANFAN",
    "HULIANWANG",
    "GEESAT",
    "FLOCK",
    "SKYSAT",
    "LEMUR",
    "ICEYE",
    "CAPELLA",
    "JILIN",
    "HAWK",
    "KINEIS",
    "TIANQI",
    "NUSAT",
    "SPACEBEE",
    "BLUEBIRD",
];

/// The fleet that a name belongs to: it begins with the fleet's name, no letter follows, and it is neither debris nor a
/// rocket body.
#[must_use]
pub fn fleet(name: &str) -> Option<&'static str> {
    let name = name.trim().to_ascii_uppercase();
    let words = || name.split(|c: char| !c.is_ascii_alphanumeric() && c != '/');
    if words().any(|word| word == "DEB" || word == "R/B") {
        return None;
    }
    let begins = |fleet: &&str| {
        name.strip_prefix(*fleet).is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_alphabetic()))
    };
    FLEETS.into_iter().find(begins)
}

/// What the rules ask of the objects.
#[derive(Clone, Debug, Default)]
pub struct Objects<'a> {
    /// The element sets that were screened.
    pub elements: HashMap<NoradId, &'a Elements>,
    /// Operational status by the satellite catalogue, where it has one: `-` and `D` are out of service.
    pub ops_status: HashMap<NoradId, char>,
}

/// The rules of one screening.
#[derive(Clone, Debug)]
pub struct Rules<'a> {
    /// What is left out.
    pub reasons: Vec<Reason>,
    /// The stretch of time screened.
    pub window: Window,
    /// What is known of the objects.
    pub objects: Objects<'a>,
}

impl Rules<'_> {
    /// Why an approach is left out, if it is: the first of [`Reason::ALL`] that holds and was asked for.
    #[must_use]
    pub fn reason(&self, conjunction: &Conjunction) -> Option<Reason> {
        Reason::ALL.into_iter().filter(|reason| self.reasons.contains(reason)).find(|reason| match reason {
            Reason::Constellation => self.is_of_one_fleet(conjunction),
            Reason::Docked => self.is_docked(conjunction),
            Reason::Formation => self.is_below_throughout(conjunction),
        })
    }

    /// The approaches that are left in, how many are not, and between which objects those are.
    #[must_use]
    pub fn left_in(&self, found: Vec<Conjunction>) -> (Vec<Conjunction>, Dropped, HashSet<Pair>) {
        if self.reasons.is_empty() {
            return (found, Dropped::default(), HashSet::new());
        }
        let reasons: Vec<Option<Reason>> = found.par_iter().map(|conjunction| self.reason(conjunction)).collect();
        let dropped = Dropped::of(reasons.iter().flatten().copied());
        let (mut kept, mut pairs) = (Vec::new(), HashSet::new());
        for (conjunction, reason) in found.into_iter().zip(reasons) {
            match reason {
                Some(_) => {
                    pairs.insert(conjunction.pair());
                }
                None => kept.push(conjunction),
            }
        }
        (kept, dropped, pairs)
    }

    /// A fleet's own satellite that is out of service is steered no more.
    fn is_of_one_fleet(&self, conjunction: &Conjunction) -> bool {
        let in_service =
            |id: NoradId| self.objects.ops_status.get(&id).is_none_or(|status| !matches!(status, '-' | 'D'));
        let [one, other] = [&conjunction.primary_name, &conjunction.secondary_name].map(|name| fleet(name));
        one.is_some() && one == other && in_service(conjunction.primary_id) && in_service(conjunction.secondary_id)
    }

    fn is_below_throughout(&self, conjunction: &Conjunction) -> bool {
        let Window { start, end } = self.window;
        conjunction.kind == Kind::Companion
            && matches!(conjunction.spans[..], [(from, to)] if from - start <= SLACK && end - to <= SLACK)
    }

    fn is_docked(&self, conjunction: &Conjunction) -> bool {
        match conjunction.kind {
            Kind::Duplicate => true,
            Kind::Companion if self.is_below_throughout(conjunction) => {
                let [one, other] =
                    [conjunction.primary_id, conjunction.secondary_id].map(|id| self.objects.elements.get(&id));
                one.zip(other).is_some_and(|(one, other)| stays_within(one, other, self.window, DOCKED_KM))
            }
            Kind::Companion | Kind::Encounter | Kind::Open => false,
        }
    }
}

/// Whether two objects stay nearer than so many km, looked at once a minute and at the end of the window; not where one
/// of them cannot be followed.
#[must_use]
pub fn stays_within(one: &Elements, other: &Elements, window: Window, km: f64) -> bool {
    let (Ok(one), Ok(other)) = (Propagator::new(one), Propagator::new(other)) else { return false };
    let looks = (window.seconds() / LOOK_S).ceil() as usize;
    (0..=looks).all(|look| {
        let at = window.at((look as f64 * LOOK_S).min(window.seconds()));
        match (one.state_at(at), other.state_at(at)) {
            (Ok(one), Ok(other)) => (other.position_km - one.position_km).norm() < km,
            _ => false,
        }
    })
}

/// How many approaches were left out for each reason.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dropped(pub BTreeMap<Reason, usize>);

impl Dropped {
    /// Counts reasons.
    #[must_use]
    pub fn of(reasons: impl IntoIterator<Item = Reason>) -> Self {
        let mut counts = BTreeMap::new();
        reasons.into_iter().for_each(|reason| *counts.entry(reason).or_default() += 1);
        Self(counts)
    }

    /// All of them.
    #[must_use]
    pub fn total(&self) -> usize {
        self.0.values().sum()
    }

    /// `Left out: 12 constellation (both of one fleet in service), …`, reasons asked for that nothing met among them.
    #[must_use]
    pub fn line(&self, asked: &[Reason]) -> String {
        let words: Vec<String> = Reason::ALL
            .into_iter()
            .filter(|reason| asked.contains(reason))
            .map(|reason| format!("{} {reason} ({})", self.0.get(&reason).unwrap_or(&0), reason.meaning()))
            .collect();
        format!("Left out: {}.", words.join(", "))
    }
}
