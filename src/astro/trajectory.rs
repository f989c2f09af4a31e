//! A trajectory that an operator gives as states, as a function of time.
//!
//! Between two states stands the polynomial through the positions and velocities of those two and the next on either
//! side ([`crate::kernel::patch`]): of the seventh degree, in low orbit with states four minutes apart good to
//! centimetres at its ends and better within. How good it is, is seen from what it would be without the farther state on
//! one side, the fifth degree: where that differs by more than [`ROUGH_KM`] in the middle, as it does over missing rows and
//! over states too far apart, the trajectory has a gap. So it has between segments that do not touch.
//!
//! A change of velocity within a segment is smoothed by what stands about it; between segments that touch it is kept.

use chrono::{DateTime, Utc};
use nalgebra::Vector3;

use super::elements::{EARTH_RADIUS_WGS72_KM, MU_WGS72_KM3_S2};
use super::frame::{State, Teme};
use super::span::{Span, SpanSet};
use super::time::{Window, plus_seconds};
use crate::kernel::patch::Patch;
use crate::kernel::sgp4::{MAX_RADIUS_KM, MAX_SPEED_KM_S};

/// A trajectory is not used where its interpolation may be off by more than this, km.
pub const ROUGH_KM: f64 = 0.1;

/// Seconds before and after a stretch for which free fall goes on: searches look a little over its ends.
pub const BESIDE_S: f64 = 900.0;

/// More than this bends no spacecraft besides gravity, km/s²: ten times the pull at the ground.
pub const MOST_UNREST_KM_S2: f64 = 0.1;

/// Fewest states of a segment.
pub const FEWEST_STATES: usize = 4;

/// Longest step of the integration of free fall, s, and fewest steps: as many as [`BESIDE_S`] takes, so that what lies beside
/// a trajectory is smooth in time.
const LONGEST_FALL_STEP_S: f64 = 60.0;
const FEWEST_FALL_STEPS: f64 = BESIDE_S / LONGEST_FALL_STEP_S;

/// A segment: states at ascending times, and when they may be used.
#[derive(Clone, Debug, PartialEq)]
pub struct Segment {
    /// The states.
    pub states: Vec<(DateTime<Utc>, State<Teme>)>,
    /// First and last instant for which they may be used; what lies outside the states is none of it.
    pub useable: (DateTime<Utc>, DateTime<Utc>),
}

/// A trajectory on its own clock.
#[derive(Clone, Debug, PartialEq)]
pub struct Trajectory {
    /// When it was made: its age counts from there.
    pub made_at: DateTime<Utc>,
    zero: DateTime<Utc>,
    /// In order of time, none overlapping the next.
    pieces: Vec<Piece>,
    covered: SpanSet,
}

#[derive(Clone, Debug, PartialEq)]
struct Piece {
    span: Span,
    patch: Patch,
    unrest_km_s2: f64,
    /// By how much position and velocity change where it takes over, km and km/s.
    jump: (f64, f64),
}

/// Why states make no trajectory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoTrajectory {
    /// There is no segment with enough states in its useable time.
    #[error("no segment has {FEWEST_STATES} states and a time for which they may be used")]
    TooFewStates,
    /// Nowhere do the states lie on one path about the Earth.
    #[error(
        "no two neighbouring states can be joined: they are too far apart, their velocities are not the rates of their \
         positions, or they are no orbit about the Earth in km and km/s"
    )]
    Rough,
}

impl Trajectory {
    /// Joins the states of segments, each in its useable time; where two overlap the later one counts.
    ///
    /// # Errors
    /// See [`NoTrajectory`].
    pub fn new(mut segments: Vec<Segment>, made_at: DateTime<Utc>) -> Result<Self, NoTrajectory> {
        segments.retain(|segment| segment.states.len() >= FEWEST_STATES && segment.useable.0 < segment.useable.1);
        segments.sort_by_key(|segment| segment.useable.0);
        let zero = segments.first().map(|segment| segment.useable.0).ok_or(NoTrajectory::TooFewStates)?;
        let mut pieces: Vec<Piece> = Vec::new();
        for segment in &segments {
            let [start_s, end_s] = [segment.useable.0, segment.useable.1].map(|time| (time - zero).as_seconds_f64());
            let own = Span::new(start_s, end_s);
            // Of pieces in order that do not overlap only the last reach into it: a file may have many segments.
            let first = pieces.partition_point(|piece| piece.span.end_s <= start_s);
            let reaching = pieces.split_off(first);
            pieces.extend(reaching.into_iter().flat_map(|piece| piece.outside(own)));
            pieces.extend(pieces_of(segment, zero, own));
            pieces[first..].sort_by(|a, b| a.span.start_s.total_cmp(&b.span.start_s));
        }
        if pieces.is_empty() {
            return Err(NoTrajectory::Rough);
        }
        for next in 1..pieces.len() {
            let at_s = pieces[next].span.start_s;
            if at_s - pieces[next - 1].span.end_s <= BESIDE_S {
                let (before, after) = (pieces[next - 1].beside(at_s), pieces[next].beside(at_s));
                let change = |axis: usize| after[axis] - before[axis];
                pieces[next].jump = (
                    Vector3::from_fn(|axis, _| change(axis)).norm(),
                    Vector3::from_fn(|axis, _| change(axis + 3)).norm(),
                );
            }
        }
        let covered = SpanSet::from_spans(pieces.iter().map(|piece| piece.span).collect());
        Ok(Self { made_at, zero, pieces, covered })
    }

    /// The instant from which its clock counts.
    #[must_use]
    pub const fn zero(&self) -> DateTime<Utc> {
        self.zero
    }

    /// Its first and its last instant.
    #[must_use]
    pub fn ends(&self) -> [DateTime<Utc>; 2] {
        let spans = self.covered.as_slice();
        [spans.first().map_or(0.0, |span| span.start_s), spans.last().map_or(0.0, |span| span.end_s)]
            .map(|seconds| plus_seconds(self.zero, seconds))
    }

    /// When in a window it says where the object is, in seconds from the window's start.
    #[must_use]
    pub fn covered(&self, window: Window) -> SpanSet {
        self.covered.shifted(-(window.start - self.zero).as_seconds_f64()).within(Span::new(0.0, window.seconds()))
    }

    /// The state, x, y, z in km and their rates in km/s (TEME), so many seconds after [`Self::zero`]: within its time the
    /// polynomials', up to [`BESIDE_S`] beside it that of free fall. `None` farther away.
    #[must_use]
    pub fn state(&self, time_s: f64) -> Option<[f64; 6]> {
        let after = self.pieces.partition_point(|piece| piece.span.start_s <= time_s);
        let before = after.checked_sub(1).and_then(|index| self.pieces.get(index));
        let before = before.filter(|piece| time_s - piece.span.end_s <= BESIDE_S);
        let next = self.pieces.get(after).filter(|piece| piece.span.start_s - time_s <= BESIDE_S);
        before.or(next).map(|piece| piece.beside(time_s))
    }

    /// How far within a span of its clock, in km, the trajectory may be from the path under the pull of a point mass
    /// through any of its states there: what bends it besides and what its velocity jumps by, over the whole span.
    #[must_use]
    pub fn unrest_km(&self, span: Span) -> f64 {
        let first = self.pieces.partition_point(|piece| piece.span.end_s < span.start_s);
        let (mut jump_km, mut change_km_s) = (0.0, 0.0);
        for piece in self.pieces[first..].iter().take_while(|piece| piece.span.start_s <= span.end_s) {
            let shared_s = piece.span.end_s.min(span.end_s) - piece.span.start_s.max(span.start_s);
            change_km_s += piece.unrest_km_s2 * shared_s.max(0.0);
            if span.contains(piece.span.start_s) {
                jump_km += piece.jump.0;
                change_km_s += piece.jump.1;
            }
        }
        jump_km + change_km_s * span.seconds()
    }
}

impl Piece {
    /// What of it lies before and after a span.
    fn outside(self, span: Span) -> impl Iterator<Item = Self> {
        let before = Span::new(self.span.start_s, self.span.end_s.min(span.start_s));
        let after = Span::new(self.span.start_s.max(span.end_s), self.span.end_s);
        let left = [before, after].into_iter().filter(|part| part.start_s < part.end_s);
        left.map(move |span| Self { span, ..self.clone() })
    }

    /// The state at a time of this piece, or beside it.
    fn beside(&self, time_s: f64) -> [f64; 6] {
        let edge_s = time_s.clamp(self.span.start_s, self.span.end_s);
        let state = self.patch.state(edge_s);
        if edge_s == time_s { state } else { fallen(state, time_s - edge_s) }
    }
}

/// The pieces between the states of a segment within a span: without those over which it cannot be interpolated.
fn pieces_of(segment: &Segment, zero: DateTime<Utc>, useable: Span) -> Vec<Piece> {
    let states: Vec<(f64, [f64; 6])> = segment
        .states
        .iter()
        .map(|(time, state)| {
            let (r, v) = (&state.position_km, &state.velocity_km_s);
            ((*time - zero).as_seconds_f64(), [r.x, r.y, r.z, v.x, v.y, v.z])
        })
        .collect();
    let between = |left: usize| {
        let (start_s, end_s) = (states[left].0, states[left + 1].0);
        let span = Span::new(start_s.max(useable.start_s), end_s.min(useable.end_s));
        if span.start_s >= span.end_s {
            return None;
        }
        let first = left.saturating_sub(1).min(states.len() - FEWEST_STATES);
        let about = &states[first..first + FEWEST_STATES];
        let patch = Patch::through(about, start_s, end_s);
        let middle = patch.state(0.5 * (start_s + end_s));
        let poorer = [&about[..3], &about[1..]].map(|about| Patch::through(about, start_s, end_s));
        // At a segment's ends the middle of the one that lacks the stretch's own state says nothing.
        let poorer = [poorer[0], poorer[1]].into_iter().enumerate().filter(|(side, _)| {
            let own = left - first;
            if *side == 0 { own + 1 < 3 } else { own >= 1 }
        });
        let is_smooth = poorer.into_iter().all(|(_, poorer)| {
            let other = poorer.state(0.5 * (start_s + end_s));
            Vector3::from_fn(|axis, _| middle[axis] - other[axis]).norm() <= ROUGH_KM
        });
        let is_orbit = [&states[left].1, &middle, &states[left + 1].1].into_iter().all(is_orbit);
        let unrest_km_s2 = patch.unrest_km_s2(MU_WGS72_KM3_S2, EARTH_RADIUS_WGS72_KM);
        (is_smooth && is_orbit && unrest_km_s2 <= MOST_UNREST_KM_S2).then_some(Piece {
            span,
            patch,
            unrest_km_s2,
            jump: (0.0, 0.0),
        })
    };
    (0..states.len() - 1).filter_map(between).collect()
}

/// Whether a state keeps to the guards that the propagator has.
fn is_orbit(state: &[f64; 6]) -> bool {
    let radius_km = Vector3::new(state[0], state[1], state[2]).norm();
    let speed_km_s = Vector3::new(state[3], state[4], state[5]).norm();
    (EARTH_RADIUS_WGS72_KM..=MAX_RADIUS_KM).contains(&radius_km) && speed_km_s <= MAX_SPEED_KM_S
}

/// A state, x, y, z in km and their rates in km/s, some seconds later or earlier under the pull of a point mass: the
/// classical Runge–Kutta method in steps of a minute at most, which keep a low orbit to metres in an hour.
#[must_use]
pub fn fallen(state: [f64; 6], seconds: f64) -> [f64; 6] {
    let split = |s: &[f64; 6]| (Vector3::new(s[0], s[1], s[2]), Vector3::new(s[3], s[4], s[5]));
    let (mut r, mut v) = split(&state);
    let pull = |r: Vector3<f64>| r * (-MU_WGS72_KM3_S2 / r.norm().powi(3));
    let steps = (seconds.abs() / LONGEST_FALL_STEP_S).ceil().max(FEWEST_FALL_STEPS);
    let h = seconds / steps;
    for _ in 0..steps as usize {
        let (v1, a1) = (v, pull(r));
        let (v2, a2) = (v + a1 * (0.5 * h), pull(r + v1 * (0.5 * h)));
        let (v3, a3) = (v + a2 * (0.5 * h), pull(r + v2 * (0.5 * h)));
        let (v4, a4) = (v + a3 * h, pull(r + v3 * h));
        r += (v1 + (v2 + v3) * 2.0 + v4) * (h / 6.0);
        v += (a1 + (a2 + a3) * 2.0 + a4) * (h / 6.0);
    }
    [r.x, r.y, r.z, v.x, v.y, v.z]
}
