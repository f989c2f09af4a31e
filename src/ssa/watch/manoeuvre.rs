//! Manoeuvres: jumps of the orbit beyond the object's own noise.
//!
//! Every set is compared with the one before it ([`Step`]). A set that leaves the row while the next one returns to it
//! is an outlier (a bad fit, or another object's), not a manoeuvre. What remains is measured against the noise of the
//! object's own other steps, or of its class where there are too few. Jumps that follow each other are one event: low
//! thrust raises an orbit in many small ones.

use chrono::{DateTime, TimeDelta, Utc};

use super::noise::Noise;
use super::step::{Orbit, Step};
use crate::astro::elements::{Elements, Regime};

/// A jump counts from this many standard deviations on, where the object's own noise is known.
///
/// The noise has heavy tails: of the steps of debris one in a thousand exceeds ten.
pub const LEAST_SIGMA: f64 = 10.0;

/// The same where only the noise of the class is known.
pub const LEAST_SIGMA_OF_CLASS: f64 = 14.0;

/// Below this perigee, km, drag lowers every orbit between two sets more than anything else can raise it.
const DRAG_RULES_BELOW_KM: f64 = 600.0;

/// One standard deviation of a rise of such an orbit that nothing drove, m/s along the track.
const RISE_NOISE_M_S: f64 = 0.002;

/// Sets closer than this in time are two fits of one orbit: the later one counts.
const REFIT: TimeDelta = TimeDelta::minutes(40);

/// Sets farther apart than this are not compared, days.
const MAX_STEP_DAYS: f64 = 12.0;

/// More than this between two sets, m/s, is another object's orbit under this number, not a manoeuvre.
const ABSURD_M_S: f64 = 1500.0;

/// Jumps with less than this between them are one event.
const SAME_EVENT: TimeDelta = TimeDelta::hours(36);

/// What a manoeuvre did to the orbit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Pattern {
    /// The orbit was raised.
    Raising,
    /// The orbit was lowered.
    Lowering,
    /// The plane was turned more than the orbit was changed in it.
    Plane,
    /// Changes in both directions that cancel.
    Keeping,
}

impl Pattern {
    /// The word for columns.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Raising => "raising",
            Self::Lowering => "lowering",
            Self::Plane => "plane",
            Self::Keeping => "keeping",
        }
    }
}

/// One manoeuvre, or a series of them without a pause.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Manoeuvre {
    /// Epoch of the last set before it.
    pub start: DateTime<Utc>,
    /// Epoch of the first set after it.
    pub end: DateTime<Utc>,
    /// What it did.
    pub pattern: Pattern,
    /// Sum of the changes of speed along the track with their signs, m/s: positive raises.
    pub along_track_m_s: f64,
    /// Sum of the turns of the plane that stand out of the noise, m/s, where one does.
    pub cross_track_m_s: Option<f64>,
    /// Change of the semi-major axis from before to after, km.
    pub semi_major_change_km: f64,
    /// Change of the inclination, degrees.
    pub inclination_change_deg: f64,
    /// Number of steps between sets that show it.
    pub steps: usize,
    /// The most that one of them stands out of the noise, in standard deviations.
    pub sigma: f64,
    /// One standard deviation of the noise it is measured against.
    pub noise: Noise,
    /// Whether that is the object's own noise, or its class's for want of sets.
    pub own_noise: bool,
    /// Whether sets on both sides agree with it: a single set at the end of the row may be a bad one.
    pub confirmed: bool,
    /// Whether the newest set still shows it.
    pub ongoing: bool,
}

/// What the history of an object tells of its manoeuvres.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Judgement {
    /// Manoeuvres by time.
    pub manoeuvres: Vec<Manoeuvre>,
    /// Epochs of sets that stand alone out of the row.
    pub outliers: Vec<DateTime<Utc>>,
    /// Number of steps that were judged; none: the history is too short to say anything.
    pub steps: usize,
    /// Time that the steps cover, days.
    pub days: f64,
}

/// A step with the noise of its class.
#[derive(Clone, Copy, Debug)]
struct Measured {
    step: Step,
    class: Noise,
    /// Change of speed along the track, m/s.
    along_m_s: f64,
    /// Significance of a rise against drag, standard deviations.
    rise_sigma: f64,
}

impl Measured {
    /// `None` for sets too far apart in time, or without a state in the middle.
    fn between(before: &Orbit<'_>, after: &Orbit<'_>) -> Option<Self> {
        let later = after.set;
        if later.age_days(before.set.epoch).abs() > MAX_STEP_DAYS {
            return None;
        }
        let step = Step::between(before, after).ok()?;
        let class = Noise::of_class(&step, later);
        let drag_rules = later.regime() == Regime::Leo && later.perigee_km() < DRAG_RULES_BELOW_KM;
        let risen_m_s = 500.0 * step.speed_km_s * step.semi_major_change_km / step.semi_major_km;
        let rise_sigma = if drag_rules { risen_m_s / RISE_NOISE_M_S } else { 0.0 };
        let jump_m_s = step.along_track_m_s();
        // Thrust that the fit took for negative drag is no jump, but the orbit has risen.
        let along_m_s = if rise_sigma > LEAST_SIGMA { jump_m_s.max(risen_m_s) } else { jump_m_s };
        Some(Self { step, class, along_m_s, rise_sigma })
    }

    /// Significance against a noise so many times the class's: along the track, across it.
    fn sigmas(&self, factor: (f64, f64)) -> (f64, f64) {
        let along = self.step.along_track_m_s().abs() / (self.class.along_track_m_s * factor.0);
        (along.max(self.rise_sigma), self.step.cross_track_m_s() / (self.class.cross_track_m_s * factor.1))
    }

    fn is_quiet(&self) -> bool {
        let (along, cross) = self.sigmas((1.0, 1.0));
        along.max(cross) < LEAST_SIGMA
    }

    fn is_absurd(&self) -> bool {
        self.along_m_s.abs().hypot(self.step.cross_track_m_s()) > ABSURD_M_S
    }
}

/// Judges the history of one object, its sets in the order of their epochs.
#[must_use]
pub fn judge(history: &[Elements]) -> Judgement {
    let mut judgement = Judgement::default();
    let steps = steps(&without_refits(history), &mut judgement.outliers);
    judgement.steps = steps.len();
    judgement.days = steps.iter().map(|measured| measured.step.days).sum();
    let own = own_factor(&steps);
    let flags: Vec<Option<Flag>> = steps.iter().map(|measured| flag(measured, own)).collect();
    let newest = steps.last().map(|measured| measured.step.to);
    let mut first = 0;
    while first < steps.len() {
        let Some(begun) = flags[first] else {
            first += 1;
            continue;
        };
        let mut last = first;
        for next in first + 1..steps.len() {
            if steps[next].step.from - steps[last].step.to > SAME_EVENT {
                break;
            }
            if flags[next].is_some() {
                last = next;
            }
        }
        let event: Vec<(&Measured, Flag)> =
            (first..=last).filter_map(|index| Some((&steps[index], flags[index]?))).collect();
        let series = event.len() > 1;
        let confirmed = series || (first > 0 && last + 1 < steps.len());
        judgement.manoeuvres.push(summed(&event, begun, confirmed, newest));
        first = last + 1;
    }
    judgement
}

/// One set for each orbit, of sets in order of epoch: of those within 40 minutes of the first of them the last.
#[must_use]
pub fn without_refits<'a>(history: impl IntoIterator<Item = &'a Elements>) -> Vec<&'a Elements> {
    let mut kept: Vec<&Elements> = Vec::new();
    let mut first = None;
    for set in history {
        match (first, kept.last_mut()) {
            (Some(first), Some(last)) if set.epoch - first < REFIT => *last = set,
            _ => {
                kept.push(set);
                first = Some(set.epoch);
            }
        }
    }
    kept
}

/// The steps from set to set, outliers left out.
fn steps(sets: &[&Elements], outliers: &mut Vec<DateTime<Utc>>) -> Vec<Measured> {
    let orbits: Vec<Orbit<'_>> = sets.iter().filter_map(|set| Orbit::new(set).ok()).collect();
    let mut steps = Vec::new();
    let Some((mut before, rest)) = orbits.split_first() else { return steps };
    for (index, orbit) in rest.iter().enumerate() {
        let Some(measured) = Measured::between(before, orbit) else {
            before = orbit;
            continue;
        };
        if !measured.is_quiet() && rest.get(index + 1).is_some_and(|next| stands_alone(before, orbit, &measured, next))
        {
            outliers.push(orbit.set.epoch);
            continue;
        }
        if measured.is_absurd() {
            outliers.push(orbit.set.epoch);
        } else {
            steps.push(measured);
        }
        before = orbit;
    }
    steps
}

/// Whether a set that jumped stands alone: the next one jumps back, to where the one before it was.
fn stands_alone(before: &Orbit<'_>, lone: &Orbit<'_>, jump: &Measured, next: &Orbit<'_>) -> bool {
    let (Some(over), Some(back)) = (Measured::between(before, next), Measured::between(lone, next)) else {
        return false;
    };
    let opposite = jump.along_m_s * back.along_m_s < 0.0;
    let (_, turned) = jump.sigmas((1.0, 1.0));
    over.is_quiet() && !back.is_quiet() && (opposite || turned >= LEAST_SIGMA)
}

/// Why a step counts.
#[derive(Clone, Copy, Debug)]
struct Flag {
    sigma: f64,
    cross: bool,
    noise: Noise,
    own_noise: bool,
}

/// The object's own noise in units of its class's, where there are steps enough to tell.
fn own_factor(steps: &[Measured]) -> Option<(f64, f64)> {
    let along = steps.iter().map(|other| other.step.along_track_m_s().abs() / other.class.along_track_m_s);
    let cross = steps.iter().map(|other| other.step.cross_track_m_s() / other.class.cross_track_m_s);
    Noise::own_factor(&mut along.collect::<Vec<_>>(), &mut cross.collect::<Vec<_>>())
}

fn flag(measured: &Measured, own: Option<(f64, f64)>) -> Option<Flag> {
    let factor = own.unwrap_or((1.0, 1.0));
    let least = if own.is_some() { LEAST_SIGMA } else { LEAST_SIGMA_OF_CLASS };
    let (along_sigma, cross_sigma) = measured.sigmas(factor);
    let sigma = along_sigma.max(cross_sigma);
    (sigma >= least).then(|| Flag {
        sigma,
        cross: cross_sigma >= least,
        noise: Noise {
            along_track_m_s: measured.class.along_track_m_s * factor.0,
            cross_track_m_s: measured.class.cross_track_m_s * factor.1,
        },
        own_noise: own.is_some(),
    })
}

fn summed(event: &[(&Measured, Flag)], begun: Flag, confirmed: bool, newest: Option<DateTime<Utc>>) -> Manoeuvre {
    let strongest = event.iter().map(|(_, flag)| *flag).fold(begun, |a, b| if b.sigma > a.sigma { b } else { a });
    let along_track_m_s: f64 = event.iter().map(|(measured, _)| measured.along_m_s).sum();
    let effort_m_s: f64 = event.iter().map(|(measured, _)| measured.along_m_s.abs()).sum();
    let turned: Vec<f64> =
        event.iter().filter(|(_, flag)| flag.cross).map(|(measured, _)| measured.step.cross_track_m_s()).collect();
    let cross_track_m_s = (!turned.is_empty()).then(|| turned.iter().sum());
    let pattern = if cross_track_m_s.is_some_and(|turn: f64| turn > effort_m_s) {
        Pattern::Plane
    } else if along_track_m_s.abs() < 0.5 * effort_m_s {
        Pattern::Keeping
    } else if along_track_m_s > 0.0 {
        Pattern::Raising
    } else {
        Pattern::Lowering
    };
    let steps = || event.iter().map(|(measured, _)| &measured.step);
    let start = steps().map(|step| step.from).min().unwrap_or_default();
    let end = steps().map(|step| step.to).max().unwrap_or_default();
    Manoeuvre {
        start,
        end,
        pattern,
        along_track_m_s,
        cross_track_m_s,
        semi_major_change_km: steps().map(|step| step.semi_major_change_km).sum(),
        inclination_change_deg: steps().map(|step| step.inclination_jump_deg).sum(),
        steps: event.len(),
        sigma: strongest.sigma,
        noise: strongest.noise,
        own_noise: strongest.own_noise,
        confirmed,
        ongoing: Some(end) == newest,
    }
}
