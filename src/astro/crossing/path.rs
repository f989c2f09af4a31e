//! An object's Earth-fixed path as polynomials, worked out where it is asked for.
//!
//! Searches look at one object hundreds of times, for many places, within the same minutes. A [`Path`] cuts the window
//! into cells of a fourteenth of the perigee's circular period and puts through each, when it is first needed, the
//! polynomials of [`crate::kernel::chebyshev`] through eight positions of the propagator. Neighbouring cells are asked
//! for together, so that the propagator works in its widest form. Which cells there are does not depend on what was
//! asked before, nor does any result.
//!
//! **Accuracy.** A piece is used only where its coefficients show that it is within about [`LEFT_OUT_KM`] of the
//! propagator on each axis: a millimetre, 1e-7 s of a low orbit's motion. Where they do not (a jump of the resonance
//! theory, the last revolutions of a decay) the cell is halved up to [`MAX_HALVINGS`] times, and what is left is answered
//! by the propagator itself. A piece's slope is the true rate of its positions, unlike SGP4's velocity.
//!
//! **The Earth's turn.** UT1−UTC and the pole are linear between midnights UTC, and GMST's quadratic term is 1e-19 rad/s²:
//! between two midnights the angle is linear in time to 1e-13 rad. It is therefore taken from the rotations at the
//! beginning and in the middle of a stretch of at most [`UNIFORM_S`] without a midnight, and the addition of angles from
//! the middle on; in that time the pole moves less than 1e-9 rad. Elsewhere each point has its own rotation.

use std::f64::consts::TAU;

use chrono::{DateTime, Utc};
use nalgebra::Vector3;

use super::track::{Bounds, Track};
use crate::astro::elements::{EARTH_RADIUS_WGS72_KM, MU_WGS72_KM3_S2};
use crate::astro::frame::{EarthOrientation, EarthRotation, State, Teme};
use crate::astro::geodesy::Foot;
use crate::astro::span::Span;
use crate::kernel::chebyshev::{ABSCISSAE, POINTS, fit, value, value_and_slope};

/// A piece is used where the first Chebyshev coefficient left out is less than this on every axis, km.
const LEFT_OUT_KM: f64 = 5e-7;

/// The same for a ground track, degrees: a hundredth of a millisecond of a low orbit's.
const GROUND_LEFT_OUT_DEG: f64 = 1e-7;

/// A piece of path is halved this often at most for its ground track.
const GROUND_HALVINGS: u32 = 4;

/// Cells of a circular orbit at the perigee's radius.
const CELLS_A_REVOLUTION: f64 = 14.0;

/// Cells that are asked of the propagator together.
const TOGETHER: usize = 4;

/// A cell is halved this often at most.
const MAX_HALVINGS: u32 = 5;

/// An object this low, in km, may have no state between two points that have one: the propagator answers for it.
const SINKING_KM: f64 = EARTH_RADIUS_WGS72_KM + 50.0;

/// Beyond this length, in seconds, of cells asked for together the Earth's turn is not taken as uniform.
const UNIFORM_S: f64 = 3_600.0;

/// The pieces of one object's path that were asked for so far.
#[derive(Debug)]
pub(super) struct Path {
    cell_s: f64,
    /// For each cell its place among the pieces and one; 0 where it was not asked for yet.
    cells: Vec<u32>,
    pieces: Vec<Piece>,
    /// The ground tracks asked for so far, in order of time.
    grounds: Vec<GroundArc>,
}

/// A piece of a ground track: longitude and geodetic latitude of the sub-satellite point as polynomials.
#[derive(Clone, Copy, Debug)]
pub struct GroundArc {
    /// When.
    pub span: Span,
    /// Bound of the second derivative in the (longitude, latitude) plane, degrees/s².
    pub bend_deg_s2: f64,
    powers: [[f64; 2]; POINTS],
}

impl GroundArc {
    /// Longitude, of any turn, and geodetic latitude in degrees; within 1e-7 degrees of the sub-satellite point.
    #[must_use]
    pub fn at_deg(&self, time_s: f64) -> [f64; 2] {
        let half_s = 0.5 * self.span.seconds();
        value(&self.powers, (time_s - self.span.start_s) / half_s - 1.0)
    }

    /// The ground track beneath a part of a piece of path; nothing where the polynomials do not follow it.
    fn of(smooth: &Smooth, span: Span) -> Option<Self> {
        let mut degrees = [[0.0; POINTS]; 2];
        let mut before_deg: Option<f64> = None;
        for (point, x) in ABSCISSAE.iter().enumerate() {
            let place = Foot::of(&smooth.at(at(span, *x)).0).place();
            let turned =
                |before_deg: f64| place.longitude_deg + 360.0 * ((before_deg - place.longitude_deg) / 360.0).round();
            let longitude_deg = before_deg.map_or(place.longitude_deg, turned);
            before_deg = Some(longitude_deg);
            degrees[0][point] = longitude_deg;
            degrees[1][point] = place.latitude_deg;
        }
        let half_s = 0.5 * span.seconds();
        let mut powers = [[0.0; 2]; POINTS];
        let mut bends = [0.0; 2];
        for axis in 0..2 {
            let (own, left_out_deg) = fit(&degrees[axis]);
            // Written so that what is not a number is refused.
            if !(left_out_deg < GROUND_LEFT_OUT_DEG) {
                return None;
            }
            for (power, coefficient) in own.iter().enumerate() {
                powers[power][axis] = *coefficient;
                bends[axis] += (power * power.saturating_sub(1)) as f64 * coefficient.abs() / (half_s * half_s);
            }
        }
        Some(Self { span, bend_deg_s2: bends[0].hypot(bends[1]), powers })
    }
}

#[derive(Clone, Debug)]
enum Piece {
    /// Within the accuracy.
    Smooth(Smooth),
    /// Two pieces, parted at a time.
    Halves { middle_s: f64, first: u32, second: u32 },
    /// Left to the propagator.
    Rough,
}

/// One polynomial for each axis.
#[derive(Clone, Debug)]
pub(super) struct Smooth {
    /// When.
    pub(super) span: Span,
    /// How far the object can go.
    pub(super) bounds: Bounds,
    /// Coefficients by power of the time from the middle in halves of the length.
    pub(super) powers: [[f64; 3]; POINTS],
}

impl Smooth {
    /// Earth-fixed position in km.
    pub(super) fn position_km(&self, time_s: f64) -> Vector3<f64> {
        Vector3::from(value(&self.powers, (time_s - self.span.start_s) / (0.5 * self.span.seconds()) - 1.0))
    }

    /// Earth-fixed position in km and its rate in km/s.
    pub(super) fn at(&self, time_s: f64) -> (Vector3<f64>, Vector3<f64>) {
        let half_s = 0.5 * self.span.seconds();
        let (value, slope) = value_and_slope(&self.powers, (time_s - self.span.start_s) / half_s - 1.0);
        (Vector3::from(value), Vector3::from(slope) / half_s)
    }
}

impl Path {
    /// An empty path over a window; `perigee_km` is the least radius at its start.
    pub(super) fn new(perigee_km: f64, window_s: f64) -> Self {
        let cell_s = TAU * (perigee_km.powi(3) / MU_WGS72_KM3_S2).sqrt() / CELLS_A_REVOLUTION;
        // One more than there are, lest the window's end be lost to rounding.
        let cells = (window_s / cell_s).floor() as usize + 2;
        Self { cell_s, cells: vec![0; cells], pieces: Vec::new(), grounds: Vec::new() }
    }

    /// The cell that holds a time.
    pub(super) fn cell_of(&self, time_s: f64) -> Option<usize> {
        let cell = (time_s / self.cell_s).floor();
        // The quotient may round down to the cell that ends here.
        let cell = if (cell + 1.0) * self.cell_s <= time_s { cell + 1.0 } else { cell };
        (cell >= 0.0 && cell < self.cells.len() as f64).then_some(cell as usize)
    }

    /// The piece that holds a time of a cell asked for before.
    fn piece(&self, cell: usize, time_s: f64) -> Option<&Smooth> {
        let mut piece = self.cells[cell] as usize - 1;
        loop {
            match &self.pieces[piece] {
                Piece::Smooth(smooth) => return Some(smooth),
                Piece::Rough => return None,
                Piece::Halves { middle_s, first, second } => {
                    piece = if time_s < *middle_s { *first } else { *second } as usize;
                }
            }
        }
    }

    /// The polynomials in force at a time; nothing where the propagator is to be asked.
    pub(super) fn smooth<O: Fn(DateTime<Utc>) -> EarthOrientation>(
        &mut self,
        track: &Track<'_, O>,
        time_s: f64,
    ) -> Option<&Smooth> {
        let cell = self.cell_of(time_s)?;
        if self.cells[cell] == 0 {
            self.ask_for(track, cell - cell % TOGETHER);
        }
        self.piece(cell, time_s)
    }

    /// The ground track about a time.
    pub(super) fn ground<O: Fn(DateTime<Utc>) -> EarthOrientation>(
        &mut self,
        track: &Track<'_, O>,
        time_s: f64,
    ) -> Option<GroundArc> {
        let after = self.grounds.partition_point(|arc| arc.span.start_s <= time_s);
        if let Some(arc) = after.checked_sub(1).and_then(|before| self.grounds.get(before))
            && time_s < arc.span.end_s
        {
            return Some(*arc);
        }
        let smooth = self.smooth(track, time_s)?;
        let mut span = smooth.span;
        for _ in 0..=GROUND_HALVINGS {
            if let Some(arc) = GroundArc::of(smooth, span) {
                self.grounds.insert(after, arc);
                return Some(arc);
            }
            let middle_s = 0.5 * (span.start_s + span.end_s);
            span = if time_s < middle_s { Span::new(span.start_s, middle_s) } else { Span::new(middle_s, span.end_s) };
        }
        None
    }

    /// Works out the cells from one on.
    fn ask_for<O: Fn(DateTime<Utc>) -> EarthOrientation>(&mut self, track: &Track<'_, O>, first: usize) {
        let (from_s, to_s) = (first as f64 * self.cell_s, (first + TOGETHER) as f64 * self.cell_s);
        let mut points = Points::<{ POINTS * TOGETHER }>::default();
        for cell in 0..TOGETHER {
            let span = self.span(first + cell);
            for (point, x) in ABSCISSAE.iter().enumerate() {
                points.times_s[cell * POINTS + point] = at(span, *x);
            }
        }
        points.ask(track, Span::new(from_s, to_s));
        let bounds = points.bounds();
        for cell in 0..TOGETHER.min(self.cells.len() - first) {
            let piece = points.smooth(self.span(first + cell), cell * POINTS, bounds);
            let piece = self.add(track, self.span(first + cell), piece, 0);
            self.cells[first + cell] = piece + 1;
        }
    }

    fn span(&self, cell: usize) -> Span {
        Span::new(cell as f64 * self.cell_s, (cell + 1) as f64 * self.cell_s)
    }

    /// Adds what is tried for a stretch, or its halves where it is not good enough, and returns its place.
    fn add<O: Fn(DateTime<Utc>) -> EarthOrientation>(
        &mut self,
        track: &Track<'_, O>,
        span: Span,
        tried: Tried,
        halvings: u32,
    ) -> u32 {
        let piece = match tried {
            Tried::Good(smooth) => Piece::Smooth(smooth),
            Tried::Coarse if halvings < MAX_HALVINGS => {
                let middle_s = 0.5 * (span.start_s + span.end_s);
                let [first, second] =
                    [Span::new(span.start_s, middle_s), Span::new(middle_s, span.end_s)].map(|half| {
                        let mut points = Points::<POINTS>::default();
                        points.times_s = ABSCISSAE.map(|x| at(half, x));
                        points.ask(track, half);
                        let tried = points.smooth(half, 0, points.bounds());
                        self.add(track, half, tried, halvings + 1)
                    });
                Piece::Halves { middle_s, first, second }
            }
            Tried::Coarse | Tried::Sinking => Piece::Rough,
        };
        self.pieces.push(piece);
        (self.pieces.len() - 1) as u32
    }
}

/// The time at -1 to 1 of a span.
fn at(span: Span, x: f64) -> f64 {
    span.start_s + 0.5 * span.seconds() * (1.0 + x)
}

/// What came of a polynomial.
enum Tried {
    Good(Smooth),
    Coarse,
    Sinking,
}

/// Points of a path.
struct Points<const N: usize> {
    times_s: [f64; N],
    /// TEME states: x, y, z in km and their rates in km/s.
    rows: [[f64; N]; 6],
    /// Earth-fixed positions in km.
    fixed_km: [[f64; N]; 3],
}

impl<const N: usize> Default for Points<N> {
    fn default() -> Self {
        Self { times_s: [0.0; N], rows: [[0.0; N]; 6], fixed_km: [[0.0; N]; 3] }
    }
}

impl<const N: usize> Points<N> {
    /// Asks the propagator for all points of a stretch.
    fn ask<O: Fn(DateTime<Utc>) -> EarthOrientation>(&mut self, track: &Track<'_, O>, stretch: Span) {
        track.states(&self.times_s, self.rows.each_mut().map(|row| &mut row[..]));
        if stretch.seconds() > UNIFORM_S || track.midnight_in(stretch) {
            for point in 0..N {
                self.turn(point, &track.rotation(self.times_s[point]));
            }
            return;
        }
        let middle_s = 0.5 * (stretch.start_s + stretch.end_s);
        let middle = track.rotation(middle_s);
        let rate_rad_s = middle.turned_since(&track.rotation(stretch.start_s)) / (middle_s - stretch.start_s);
        let [xs, ys, zs, ..] = &self.rows;
        let [fixed_xs, fixed_ys, fixed_zs] = &mut self.fixed_km;
        for point in 0..N {
            let (sine, cosine) = small_sin_cos(rate_rad_s * (self.times_s[point] - middle_s));
            fixed_xs[point] = cosine * xs[point] + sine * ys[point];
            fixed_ys[point] = cosine * ys[point] - sine * xs[point];
        }
        for point in 0..N {
            let fixed = middle.rotate(&Vector3::new(fixed_xs[point], fixed_ys[point], zs[point]));
            (fixed_xs[point], fixed_ys[point], fixed_zs[point]) = (fixed.x, fixed.y, fixed.z);
        }
    }

    fn turn(&mut self, point: usize, rotation: &EarthRotation) {
        let fixed_km = rotation.rotate(&self.position_km(point));
        for axis in 0..3 {
            self.fixed_km[axis][point] = fixed_km[axis];
        }
    }

    fn position_km(&self, point: usize) -> Vector3<f64> {
        Vector3::new(self.rows[0][point], self.rows[1][point], self.rows[2][point])
    }

    fn state(&self, point: usize) -> State<Teme> {
        let velocity_km_s = Vector3::new(self.rows[3][point], self.rows[4][point], self.rows[5][point]);
        State::new(self.position_km(point), velocity_km_s)
    }

    /// The bounds at the first point of the stretch's second half that has a state.
    fn bounds(&self) -> Option<Bounds> {
        (N / 2..N).find(|&point| !self.rows[0][point].is_nan()).map(|point| Bounds::new(&self.state(point)))
    }

    /// The polynomials through eight points, the first of which is given.
    fn smooth(&self, span: Span, first: usize, bounds: Option<Bounds>) -> Tried {
        let Some(bounds) = bounds else { return Tried::Coarse };
        let lowest = (first..first + POINTS).map(|point| self.position_km(point).norm_squared()).fold(
            f64::INFINITY,
            // Written so that what is not a number comes through.
            |least, squared| if squared >= least { least } else { squared },
        );
        if lowest < SINKING_KM * SINKING_KM {
            return Tried::Sinking;
        }
        let mut powers = [[0.0; 3]; POINTS];
        let mut left_out_km = 0.0f64;
        for axis in 0..3 {
            let values: [f64; POINTS] = std::array::from_fn(|point| self.fixed_km[axis][first + point]);
            let (own, own_left_out_km) = fit(&values);
            if own_left_out_km.is_nan() {
                return Tried::Coarse;
            }
            left_out_km = left_out_km.max(own_left_out_km);
            for (power, own) in powers.iter_mut().zip(own) {
                power[axis] = own;
            }
        }
        if left_out_km > LEFT_OUT_KM {
            return Tried::Coarse;
        }
        Tried::Good(Smooth { span, bounds, powers })
    }
}

/// Sine and cosine of an angle below 0.2 rad, by their series (Abramowitz and Stegun, eqs. 4.3.65 and 4.3.66): to 1e-16.
fn small_sin_cos(angle: f64) -> (f64, f64) {
    let x = angle * angle;
    let sine = angle * (1.0 - x / 6.0 * (1.0 - x / 20.0 * (1.0 - x / 42.0 * (1.0 - x / 72.0 * (1.0 - x / 110.0)))));
    let cosine = 1.0 - x / 2.0 * (1.0 - x / 12.0 * (1.0 - x / 30.0 * (1.0 - x / 56.0 * (1.0 - x / 90.0))));
    (sine, cosine)
}
