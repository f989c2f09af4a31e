//! Our approaches beside those of another list, pair by pair, with the cause where they differ or one stands alone.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, TimeDelta, Utc};

use super::scope::fleet;
use super::{Conjunction, Kind};
use crate::astro::elements::{Elements, NoradId};
use crate::astro::time::Window;

/// One approach of another list.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed {
    /// The two objects, in the list's order.
    pub ids: [NoradId; 2],
    /// Their names there.
    pub names: [String; 2],
    /// Time of closest approach.
    pub tca: DateTime<Utc>,
    /// Distance then, km.
    pub miss_km: f64,
    /// The list's probability: SOCRATES' is a maximum, the squadron's is none.
    pub pc: Option<f64>,
    /// Days from the epochs of the element sets to the closest approach, where the list tells them.
    pub ages_days: [Option<f64>; 2],
}

/// Who made a list, as far as its rules are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Author {
    /// CelesTrak's SOCRATES: public element sets, payloads against all.
    Socrates,
    /// The squadron's public messages: its own orbits, and of its warnings those that it makes public.
    PublicMessages,
}

/// Why two lists differ about an approach, or it stands in one of them alone, as far as both tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    /// It lies outside the other's time, or so near its end that either side may have it.
    Boundary,
    /// The other does not look at one of the objects, or at such pairs.
    Scope,
    /// It is farther than the other looks.
    Threshold,
    /// Both are of one constellation, which the other names in many rows and hardly ever on both sides, or leaves out.
    Constellation,
    /// They stay together: ours has one row a pair, with the least of all its minima.
    Companion,
    /// The orbits rest on other data: element sets of other epochs, or no element sets.
    ElementSet,
    /// None of these.
    Unknown,
}

impl Cause {
    /// The word for columns.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Boundary => "boundary",
            Self::Scope => "scope",
            Self::Threshold => "threshold",
            Self::Constellation => "constellation filter",
            Self::Companion => "one row a pair",
            Self::ElementSet => "other element set",
            Self::Unknown => "unknown",
        }
    }
}

/// An approach in one list or in both, by place in its list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compared {
    /// In both.
    Both {
        /// Among ours.
        ours: usize,
        /// Among theirs.
        theirs: usize,
        /// Why their figures are not ours, where they are not.
        cause: Option<Cause>,
    },
    /// In ours alone.
    Ours(usize, Cause),
    /// In theirs alone.
    Theirs(usize, Cause),
}

/// What is known of how our own list came to be.
#[derive(Debug)]
pub struct OurSide<'a> {
    /// Our approaches.
    pub found: &'a [Conjunction],
    /// The time that was screened.
    pub window: Window,
    /// Below which distance, km.
    pub threshold_km: f64,
    /// Our element sets.
    pub elements: &'a HashMap<NoradId, &'a Elements>,
    /// Those of our objects that are payloads.
    pub payloads: &'a HashSet<NoradId>,
    /// Every pair of ours holds one of these; `None`: every pair counts.
    pub primaries: Option<&'a HashSet<NoradId>>,
    /// Whether ours has no pairs of one fleet in service.
    pub without_fleets: bool,
}

/// Figures nearer than these are the same: lists round to 1 m and 1 ms, and for slow encounters the root of Δr·Δv, which
/// some take for the closest approach, lies up to 0.1 s from the least distance.
const SAME_MISS_KM: f64 = 0.01;
const SAME_TCA: TimeDelta = TimeDelta::milliseconds(100);

/// Epochs nearer than this are those of one set: the lists round the ages to a thousandth of a day.
const SAME_EPOCH: TimeDelta = TimeDelta::seconds(90);

/// Puts two lists beside each other: the same pair within a quarter of the shorter period is the same approach, the nearest
/// in time first. What both have comes first, by our order, then ours alone, then theirs alone.
#[must_use]
pub fn compare(author: Author, ours: &OurSide<'_>, theirs: &[Listed]) -> Vec<Compared> {
    let mut by_pair: BTreeMap<(NoradId, NoradId), Vec<usize>> = BTreeMap::new();
    for (index, listed) in theirs.iter().enumerate() {
        by_pair.entry(sorted(listed.ids)).or_default().push(index);
    }
    let mut candidates = Vec::new();
    for (index, found) in ours.found.iter().enumerate() {
        for other in by_pair.get(&pair_of(found)).into_iter().flatten() {
            let apart = (theirs[*other].tca - found.tca).abs();
            if apart <= found.reach() {
                candidates.push((apart, index, *other));
            }
        }
    }
    candidates.sort_unstable();
    let (mut partner, mut is_taken) = (vec![None; ours.found.len()], vec![false; theirs.len()]);
    for (_, index, other) in candidates {
        if partner[index].is_none() && !is_taken[other] {
            (partner[index], is_taken[other]) = (Some(other), true);
        }
    }
    let span = Span::of(ours, theirs);
    let both = partner.iter().enumerate().filter_map(|(index, other)| Some((index, (*other)?)));
    let mut compared: Vec<Compared> = both
        .map(|(index, other)| {
            let cause = why_other_figures(author, ours, &ours.found[index], &theirs[other]);
            Compared::Both { ours: index, theirs: other, cause }
        })
        .collect();
    let companions: HashSet<(NoradId, NoradId)> =
        ours.found.iter().filter(|found| found.kind.is_one_a_pair()).map(pair_of).collect();
    let alone = ours.found.iter().enumerate().filter(|(index, _)| partner[*index].is_none());
    compared.extend(alone.map(|(index, found)| Compared::Ours(index, span.why_not_theirs(author, ours, found))));
    let missing = theirs.iter().enumerate().filter(|(index, _)| !is_taken[*index]);
    compared.extend(missing.map(|(index, listed)| {
        let is_companion = companions.contains(&sorted(listed.ids));
        Compared::Theirs(index, why_not_ours(author, ours, listed, is_companion))
    }));
    compared
}

fn pair_of(found: &Conjunction) -> (NoradId, NoradId) {
    sorted([found.primary_id, found.secondary_id])
}

fn sorted([one, other]: [NoradId; 2]) -> (NoradId, NoradId) {
    (one.min(other), one.max(other))
}

/// So near the end of a window an approach may fall to either side: the timing error of a set some days old.
const NEAR_END: TimeDelta = TimeDelta::seconds(60);

fn is_within(time: DateTime<Utc>, start: DateTime<Utc>, end: DateTime<Utc>) -> bool {
    time >= start + NEAR_END && time <= end - NEAR_END
}

/// Why an approach that both have has other figures there; `None` where it has not.
fn why_other_figures(author: Author, ours: &OurSide<'_>, found: &Conjunction, listed: &Listed) -> Option<Cause> {
    let apart = (listed.tca - found.tca).abs();
    if apart <= SAME_TCA && (listed.miss_km - found.miss_km).abs() <= SAME_MISS_KM {
        return None;
    }
    Some(if found.kind == Kind::Open {
        Cause::Boundary
    } else if author == Author::PublicMessages || !rests_on_ours(ours, listed) {
        Cause::ElementSet
    } else if found.kind.is_one_a_pair() && apart > SAME_TCA {
        Cause::Companion
    } else {
        Cause::Unknown
    })
}

/// Whether a row rests on the element sets that are ours too.
fn rests_on_ours(ours: &OurSide<'_>, listed: &Listed) -> bool {
    listed.ids.into_iter().zip(listed.ages_days).all(|(id, age_days)| {
        let epochs = ours.elements.get(&id).zip(age_days);
        epochs.is_some_and(|(set, age_days)| (epoch(listed.tca, age_days) - set.epoch).abs() <= SAME_EPOCH)
    })
}

fn why_not_ours(author: Author, ours: &OurSide<'_>, listed: &Listed, is_companion: bool) -> Cause {
    if !is_within(listed.tca, ours.window.start, ours.window.end) {
        return Cause::Boundary;
    }
    let [Some(one), Some(other)] = listed.ids.map(|id| ours.elements.get(&id)) else { return Cause::Scope };
    if ours.primaries.is_some_and(|primaries| !listed.ids.iter().any(|id| primaries.contains(id))) {
        return Cause::Scope;
    }
    if ours.without_fleets && fleet(&one.name).is_some_and(|of| fleet(&other.name) == Some(of)) {
        return Cause::Constellation;
    }
    if listed.miss_km >= ours.threshold_km {
        return Cause::Threshold;
    }
    match (is_companion, author == Author::PublicMessages || !rests_on_ours(ours, listed)) {
        (true, _) => Cause::Companion,
        (false, true) => Cause::ElementSet,
        (false, false) => Cause::Unknown,
    }
}

fn epoch(tca: DateTime<Utc>, age_days: f64) -> DateTime<Utc> {
    crate::astro::time::plus_seconds(tca, -86_400.0 * age_days)
}

/// What a list covers, by what stands in it.
struct Span {
    start: DateTime<Utc>,
    end: DateTime<Utc>,
    farthest_km: f64,
    epochs: HashMap<NoradId, DateTime<Utc>>,
    constellations: HashMap<String, Rows>,
    /// Objects that it does not look at, as it seems.
    unseen: HashSet<NoradId>,
}

impl Span {
    fn of(ours: &OurSide<'_>, listed: &[Listed]) -> Self {
        let tcas = || listed.iter().map(|listed| listed.tca);
        let (start, end) = (tcas().min().unwrap_or_default(), tcas().max().unwrap_or_default());
        let farthest_km = listed.iter().map(|listed| listed.miss_km).fold(0.0, f64::max);
        let could_be_theirs = |found: &&Conjunction| is_within(found.tca, start, end) && found.miss_km < farthest_km;
        let mut unseen: HashMap<NoradId, usize> = HashMap::new();
        for found in ours.found.iter().filter(could_be_theirs) {
            *unseen.entry(found.primary_id).or_default() += 1;
            *unseen.entry(found.secondary_id).or_default() += 1;
        }
        unseen.retain(|_, count| *count >= ENOUGH_OF_OURS);
        listed.iter().flat_map(|listed| listed.ids).for_each(|id| {
            unseen.remove(&id);
        });
        let mut epochs = HashMap::new();
        for listed in listed {
            for (id, age_days) in listed.ids.into_iter().zip(listed.ages_days) {
                if let Some(age_days) = age_days {
                    epochs.insert(id, epoch(listed.tca, age_days));
                }
            }
        }
        Self {
            start,
            end,
            farthest_km,
            epochs,
            constellations: constellations(listed),
            unseen: unseen.into_keys().collect(),
        }
    }

    fn why_not_theirs(&self, author: Author, ours: &OurSide<'_>, found: &Conjunction) -> Cause {
        if !is_within(found.tca, self.start, self.end) || found.kind == Kind::Open {
            return Cause::Boundary;
        }
        if found.miss_km >= self.farthest_km {
            return Cause::Threshold;
        }
        let word = stem(&found.primary_name).filter(|word| stem(&found.secondary_name).as_ref() == Some(word));
        let rows = word.and_then(|word| self.constellations.get(&word));
        if rows.is_some_and(|rows| rows.all >= ROWS_OF_ONE && rows.within * ROWS_OF_ONE < rows.all) {
            return Cause::Constellation;
        }
        if author == Author::PublicMessages {
            // The squadron's own orbits, and only what it warns of.
            return Cause::ElementSet;
        }
        let ids = [found.primary_id, found.secondary_id];
        if !ids.iter().any(|id| ours.payloads.contains(id)) || ids.iter().any(|id| self.unseen.contains(id)) {
            return Cause::Scope;
        }
        let differs = |id: NoradId| match (self.epochs.get(&id), ours.elements.get(&id)) {
            (Some(theirs), Some(set)) => (*theirs - set.epoch).abs() > SAME_EPOCH,
            _ => false,
        };
        if ids.into_iter().any(differs) { Cause::ElementSet } else { Cause::Unknown }
    }
}

/// An object with so many approaches of ours and no row of theirs is none that they look at.
const ENOUGH_OF_OURS: usize = 5;

/// A list that names a constellation in so many rows leaves its pairs out, where fewer than one row in so many is one.
const ROWS_OF_ONE: usize = 50;

/// Rows of a list with a constellation in them, and those with it on both sides.
#[derive(Clone, Copy, Debug, Default)]
struct Rows {
    all: usize,
    within: usize,
}

/// How often a list has each constellation.
fn constellations(listed: &[Listed]) -> HashMap<String, Rows> {
    let mut rows: HashMap<String, Rows> = HashMap::new();
    for listed in listed {
        let [one, other] = listed.names.each_ref().map(|name| stem(name));
        let is_within = one.is_some() && one == other;
        for word in [one, other.filter(|_| !is_within)].into_iter().flatten() {
            let rows = rows.entry(word).or_default();
            rows.all += 1;
            rows.within += usize::from(is_within);
        }
    }
    rows
}

/// The word before the number of a name such as `STARLINK-1007`, which its constellation has in common.
fn stem(name: &str) -> Option<String> {
    let word = name.trim_end_matches(|last: char| !last.is_ascii_alphabetic());
    (word.len() < name.len() && word.len() > 2).then(|| word.to_ascii_uppercase())
}
