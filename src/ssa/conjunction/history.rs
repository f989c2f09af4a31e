//! One event over many runs: which approach of a new run is which known event, and what has changed.
//!
//! Element sets are renewed several times a day, and every new one moves the closest approach a little. Two approaches
//! of the same pair are the same event when their times are nearest to each other and not more than a quarter of the
//! shorter orbital period apart: a pair can meet twice an orbit, half an orbit apart, where its planes cross.

use std::cmp::Ordering;
use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};

use super::{Conjunction, Kind};
use crate::astro::elements::NoradId;
use crate::astro::frame::{State, Teme};
use crate::astro::time::Window;
use crate::ssa::probability::Verdict;

/// Gravitational parameter of the Earth, km³/s²: WGS-72, as SGP4 has it (Hoots and Roehrich, Spacetrack Report No. 3).
const MU_KM3_S2: f64 = 398_600.8;

/// A change of the distance counts from this on, km: element sets are not good for less.
pub const MISS_CHANGE_KM: f64 = 0.1;

/// A change of the distance counts from this share of the earlier distance on.
pub const MISS_CHANGE_SHARE: f64 = 0.1;

/// A change of the time counts from this on, ms.
pub const TCA_CHANGE_MS: i64 = 1000;

/// Two objects in one order, whichever of them is the primary.
pub type Pair = (NoradId, NoradId);

/// Sorts of approach that can turn into each other from run to run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Family {
    /// One event an approach: what is open at a window's end is an encounter once the window reaches further.
    Approach,
    /// One event a pair: companions, and identical element sets.
    Standing,
}

impl Kind {
    /// The family that the kind belongs to.
    #[must_use]
    pub const fn family(self) -> Family {
        match self {
            Self::Encounter | Self::Open => Family::Approach,
            Self::Companion | Self::Duplicate => Family::Standing,
        }
    }
}

impl Conjunction {
    /// The two objects, lower number first.
    #[must_use]
    pub fn pair(&self) -> Pair {
        (self.primary_id.min(self.secondary_id), self.primary_id.max(self.secondary_id))
    }

    /// The shorter of the two orbital periods, from the states at TCA; `None` where neither orbit is closed.
    #[must_use]
    pub fn shorter_period_s(&self) -> Option<f64> {
        let periods = [&self.primary_state, &self.secondary_state].into_iter().filter_map(period_s);
        periods.min_by(f64::total_cmp)
    }

    /// How far in time another approach of the pair may be and still be this one: a quarter of the shorter period.
    #[must_use]
    pub fn reach(&self) -> TimeDelta {
        let quarter_s = self.shorter_period_s().map_or(0.0, |period_s| period_s / 4.0);
        // An orbit as wide as this would have a period of years; the cast saturates.
        TimeDelta::microseconds((quarter_s * 1e6) as i64)
    }

    /// When nothing is left of it: TCA, the end of a companion's last span, the window's end for identical element sets.
    #[must_use]
    pub fn over_at(&self, window_end: DateTime<Utc>) -> DateTime<Utc> {
        match self.kind {
            Kind::Encounter | Kind::Open => self.tca,
            Kind::Companion => self.spans.iter().map(|(_, end)| *end).fold(self.tca, DateTime::max),
            Kind::Duplicate => window_end.max(self.tca),
        }
    }
}

/// The period of the Kepler orbit through a state, s, by the vis-viva equation and Kepler's third law:
/// 1/a = 2/r − v²/µ, P = 2π √(a³/µ) (Vallado, Fundamentals of Astrodynamics, section 1.3). `None` for an open orbit.
fn period_s(state: &State<Teme>) -> Option<f64> {
    let inverse_axis = 2.0 / state.position_km.norm() - state.velocity_km_s.norm_squared() / MU_KM3_S2;
    let axis_km = 1.0 / inverse_axis;
    let period_s = std::f64::consts::TAU * (axis_km.powi(3) / MU_KM3_S2).sqrt();
    (inverse_axis > 0.0 && period_s.is_finite()).then_some(period_s)
}

/// What must be known of an event to find it again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// The two objects.
    pub pair: Pair,
    /// Sort of approach.
    pub family: Family,
    /// Time of closest approach as known.
    pub tca: DateTime<Utc>,
}

/// Which known event each new approach is, by index; `None` for a new event.
///
/// Of the known and new approaches of a pair and family the two nearest in time are taken together first, then the next
/// nearest of those left, as long as they are within reach: [`Conjunction::reach`], or any time for what is one event a
/// pair. No event is taken twice. Ties go to the earlier event, then to the earlier approach.
#[must_use]
pub fn matched(known: &[Known], found: &[Conjunction]) -> Vec<Option<usize>> {
    let mut by_pair: HashMap<(Pair, Family), Vec<usize>> = HashMap::new();
    for (index, event) in known.iter().enumerate() {
        by_pair.entry((event.pair, event.family)).or_default().push(index);
    }
    let mut candidates = Vec::new();
    for (new, approach) in found.iter().enumerate() {
        let family = approach.kind.family();
        let reach = match family {
            Family::Approach => approach.reach(),
            Family::Standing => TimeDelta::MAX,
        };
        for &old in by_pair.get(&(approach.pair(), family)).into_iter().flatten() {
            let apart = (known[old].tca - approach.tca).abs();
            if apart <= reach {
                candidates.push((apart, known[old].tca, approach.tca, old, new));
            }
        }
    }
    candidates.sort_unstable();
    let mut taken = vec![false; known.len()];
    let mut answer = vec![None; found.len()];
    for (_, _, _, old, new) in candidates {
        if !taken[old] && answer[new].is_none() {
            taken[old] = true;
            answer[new] = Some(old);
        }
    }
    answer
}

/// Why an event is no longer there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Vanished {
    /// Looked for with new element sets and not found: the two pass further apart than the threshold.
    MovedApart,
    /// One of the objects has no element set any more: nobody knows.
    NoElementSets,
}

impl Vanished {
    /// Both.
    pub const ALL: [Self; 2] = [Self::MovedApart, Self::NoElementSets];

    /// The word for columns.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MovedApart => "moved apart",
            Self::NoElementSets => "no element sets",
        }
    }
}

/// One line of an event's history.
#[derive(Clone, Debug, PartialEq)]
pub struct Sighting {
    /// The number of the run.
    pub run: i64,
    /// The run's clock when it ended.
    pub recorded_at: DateTime<Utc>,
    /// The stretch that the run looked at, as long as the run is kept.
    pub window: Option<Window>,
    /// Set where the run did not find the event again; the figures are then those last known.
    pub vanished: Option<Vanished>,
    /// Time of closest approach.
    pub tca: DateTime<Utc>,
    /// Distance at TCA, km.
    pub miss_km: f64,
    /// Relative speed at TCA, km/s.
    pub rel_speed_km_s: f64,
    /// Secondary minus primary at TCA on the primary's R, T and N axes, km.
    pub miss_rtn_km: nalgebra::Vector3<f64>,
    /// Age of the primary's element set at TCA, days.
    pub primary_age_days: f64,
    /// Age of the secondary's element set at TCA, days.
    pub secondary_age_days: f64,
    /// The probability of collision, where it could be computed.
    pub pc: Option<f64>,
    /// The greatest probability over all sizes of the covariance.
    pub pc_max: Option<f64>,
    /// What to do about it.
    pub verdict: Option<Verdict>,
}

/// Where an event is heading.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Trend {
    /// More probable, or nearer where there is no probability, than some runs before.
    Rising,
    /// Less.
    Falling,
    /// About the same.
    Steady,
}

impl Trend {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Rising, Self::Falling, Self::Steady];

    /// The word for columns.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rising => "rising",
            Self::Falling => "falling",
            Self::Steady => "steady",
        }
    }
}

/// The trend looks back over so many lines of the history.
const TREND_LINES: usize = 4;

/// A probability has changed when it is this many times what it was, or as many times less: half a power of ten.
pub const PC_CHANGE_FACTOR: f64 = 3.162_277_660_168_379_5;

/// From this factor on, either way, a probability is worth a line of the history of its own.
pub const PC_LINE_FACTOR: f64 = 1.25;

/// Probabilities below this are all the same.
pub const PC_FLOOR: f64 = 1e-12;

/// How many times the one probability the other is, where that is at least `factor` either way; 1 where it is less.
fn pc_ratio(before: f64, now: f64, factor: f64) -> f64 {
    let ratio = now.max(PC_FLOOR) / before.max(PC_FLOOR);
    if ratio >= factor || ratio * factor <= 1.0 { ratio } else { 1.0 }
}

/// Where an event is heading over its last four lines: by the probability where the first and the last of them have
/// one, by the distance with the bounds of a change that counts otherwise. `None` with one line, and for an event that
/// has vanished.
#[must_use]
pub fn trend(history: &[Sighting]) -> Option<Trend> {
    let lines = history.get(history.len().saturating_sub(TREND_LINES)..)?;
    let (first, last) = (lines.first()?, lines.last()?);
    if lines.len() < 2 || last.vanished.is_some() {
        return None;
    }
    // Above zero: worse than it was.
    let worse = match (first.pc, last.pc) {
        (Some(before), Some(now)) => pc_ratio(before, now, PC_CHANGE_FACTOR).ln(),
        _ => nearer_km(first, last).unwrap_or(0.0),
    };
    Some(if worse > 0.0 {
        Trend::Rising
    } else if worse < 0.0 {
        Trend::Falling
    } else {
        Trend::Steady
    })
}

/// The figures of an event's last line that a new one is held against.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LastLine {
    /// Time of closest approach.
    pub tca: DateTime<Utc>,
    /// Distance at TCA, km.
    pub miss_km: f64,
    /// The probability of collision, where it could be computed.
    pub pc: Option<f64>,
    /// The greatest probability over all sizes of the covariance.
    pub pc_max: Option<f64>,
    /// What to do about it, where it was assessed.
    pub verdict: Option<Verdict>,
}

/// Whether an approach is so far from the last line of its event's history that it is worth a line of its own: by 1 m,
/// by 0.1 s, by [`PC_LINE_FACTOR`] of its probability or of the greatest, by its verdict, or because a probability is
/// known now and was not, or the other way round. From the same element sets, errors and radii the figures come out
/// nearer than that, whatever the window.
#[must_use]
pub fn is_worth_a_line(last: &LastLine, approach: &Conjunction) -> bool {
    let later_ms = (approach.tca - last.tca).num_milliseconds().abs();
    let has_moved = (approach.miss_km - last.miss_km).abs() >= 0.001
        || approach.kind.family() == Family::Approach && later_ms >= 100;
    let assessment = approach.assessment.as_deref();
    let is_other = |before: Option<f64>, now: Option<f64>| match (before, now) {
        (Some(before), Some(now)) => pc_ratio(before, now, PC_LINE_FACTOR) != 1.0,
        (before, now) => before.is_some() != now.is_some(),
    };
    has_moved
        || is_other(last.pc, assessment.and_then(|assessment| assessment.pc))
        || is_other(last.pc_max, assessment.and_then(|assessment| assessment.pc_max))
        || last.verdict != assessment.map(|assessment| assessment.verdict)
}

/// How an event has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Change {
    /// Not known before, or vanished before and found again.
    New,
    /// Nearer than before, or at about the same distance with a more urgent verdict or more probable.
    Raised,
    /// Farther than before, or at about the same distance with a less urgent verdict or less probable.
    Lowered,
    /// At about the same distance, as probable as before, at another time.
    Moved,
    /// Not found again.
    Vanished,
}

impl Change {
    /// The word for columns.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Raised => "raised",
            Self::Lowered => "lowered",
            Self::Moved => "moved",
            Self::Vanished => "vanished",
        }
    }
}

/// How an event stands against what was known of it at a time, and what that was; `None` where nothing has changed that
/// counts.
///
/// The distance has changed from [`MISS_CHANGE_KM`] and [`MISS_CHANGE_SHARE`] on; else the verdict counts, then the
/// probability from [`PC_CHANGE_FACTOR`] on, then the time from [`TCA_CHANGE_MS`] on. Of one event a pair the time says
/// nothing, for it is that of the least distance in the window.
#[must_use]
pub fn change_since(history: &[Sighting], family: Family, since: DateTime<Utc>) -> Option<(Change, Option<&Sighting>)> {
    let now = history.last()?;
    let before = history.iter().rev().find(|sighting| sighting.recorded_at <= since);
    let change = match (before.map(|sighting| sighting.vanished.is_some()), now.vanished.is_some()) {
        (Some(true), true) => return None,
        (_, true) => Change::Vanished,
        (None | Some(true), false) => Change::New,
        (Some(false), false) => changed(before?, now, family)?,
    };
    Some((change, before))
}

/// How much nearer a line is than one before, where that counts; below 0 where it is farther. A line whose run did not
/// look at the time of the earlier one's closest approach says nothing of being farther: of a pair that stays together
/// the least distance lies wherever the window does.
fn nearer_km(before: &Sighting, now: &Sighting) -> Option<f64> {
    let nearer_km = before.miss_km - now.miss_km;
    let counts = nearer_km.abs() >= MISS_CHANGE_KM.max(MISS_CHANGE_SHARE * before.miss_km);
    let was_looked_at = now.window.is_none_or(|window| window.start <= before.tca && before.tca <= window.end);
    (counts && (nearer_km > 0.0 || was_looked_at)).then_some(nearer_km)
}

fn changed(before: &Sighting, now: &Sighting, family: Family) -> Option<Change> {
    if let Some(nearer_km) = nearer_km(before, now) {
        return Some(if nearer_km > 0.0 { Change::Raised } else { Change::Lowered });
    }
    let later_ms = (now.tca - before.tca).num_milliseconds().abs();
    match more_urgent(before, now) {
        Ordering::Greater => Some(Change::Raised),
        Ordering::Less => Some(Change::Lowered),
        Ordering::Equal => (family == Family::Approach && later_ms >= TCA_CHANGE_MS).then_some(Change::Moved),
    }
}

/// Whether a line is more urgent than the one before, by the verdict and then by the probability, where both have one.
fn more_urgent(before: &Sighting, now: &Sighting) -> Ordering {
    let by_verdict = before.verdict.zip(now.verdict).map_or(Ordering::Equal, |(before, now)| now.cmp(&before));
    let probabilities = before.pc.zip(now.pc);
    by_verdict.then(
        probabilities.map_or(Ordering::Equal, |(before, now)| pc_ratio(before, now, PC_CHANGE_FACTOR).total_cmp(&1.0)),
    )
}
