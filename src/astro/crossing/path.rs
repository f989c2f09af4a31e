//! An object's Earth-fixed path as polynomials, worked out where it is asked for.
//!
//! Searches look at one object hundreds of times, for many places, within the same minutes. A [`Path`] cuts the window
//! into cells ([`Cells`]) and puts through each, when it is first needed, the polynomials of [`crate::kernel::chebyshev`]
//! through eight positions of the propagator. Neighbouring cells of low orbits are asked for together, so that the
//! propagator works in its widest form. Which cells there are does not depend on what was
//! asked before, nor, beyond rounding, does any result.
//!
//! **Accuracy.** A piece is used only where its coefficients show that it is within about `LEFT_OUT_KM` of the
//! propagator on each axis: a millimetre, 1e-7 s of a low orbit's motion. Where they do not (a jump of the resonance
//! theory, the last revolutions of a decay) the cell is halved up to [`MAX_HALVINGS`] times, and what is left is answered
//! by the propagator itself. A piece's slope is the true rate of its positions, unlike SGP4's velocity.
//!
//! **The Earth's turn.** UT1−UTC and the pole are linear between midnights UTC, and GMST's quadratic term is 1e-19 rad/s²:
//! between two midnights the angle is linear in time to 1e-13 rad. It is therefore taken from the rotations at the
//! beginning and in the middle of a stretch of at most [`UNIFORM_S`] without a midnight, the rate from the day's first, and
//! added to from the middle on; in that time the pole moves less than 1e-9 rad. Elsewhere each point has its own rotation.

use chrono::{DateTime, Utc};
use nalgebra::Vector3;

use super::cells::Cells;
use super::fix::Bounds;
use super::ground::GroundArc;
use super::orbit::Orbit;
use super::piece::{Smooth, Unfit, Upright, at, smooth};
use crate::astro::frame::{EarthOrientation, State, Teme};
use crate::astro::span::Span;
use crate::kernel::chebyshev::{ABSCISSAE, POINTS};
use crate::kernel::lanes::Form;

/// A piece of path is halved this often at most for its ground track, and once at least: few tracks of whole pieces are good
/// enough.
const GROUND_HALVINGS: u32 = 4;

/// Cells that are asked of the propagator together.
const TOGETHER: usize = 4;

/// A cell is halved this often at most.
const MAX_HALVINGS: u32 = 5;

/// Beyond this length, in seconds, of cells asked for together the Earth's turn is not taken as uniform.
const UNIFORM_S: f64 = 3_600.0;

/// The pieces of one object's path that were asked for so far.
#[derive(Debug)]
pub(super) struct Path {
    cuts: Cells,
    cells: Vec<Cell>,
    /// The points of the cells that were asked for together.
    asked: Vec<Asked>,
    pieces: Vec<Piece>,
    polynomials: Vec<Smooth>,
    /// Those pieces with the normals beneath them that were asked for so far; nothing where none follow.
    uprights: Vec<Option<Option<Upright>>>,
    /// The day since the window's first midnight for which the Earth's rate of turn is known, and that rate, rad/s.
    turn: Option<(f64, f64)>,
    /// The ground tracks asked for so far, in order of time.
    grounds: Vec<GroundArc>,
    form: Form,
}

/// How much is known of a cell.
#[derive(Clone, Copy, Debug)]
enum Cell {
    Unknown,
    /// Its points, at a place among those asked for: many a search looks no closer.
    Points(u32),
    /// Its piece's place.
    Piece(u32),
}

/// What the propagator told of neighbouring cells.
#[derive(Clone, Debug)]
struct Asked {
    fixed_km: [[f64; POINTS * TOGETHER]; 3],
    bounds: Option<Bounds>,
}

#[derive(Clone, Copy, Debug)]
enum Piece {
    /// Within the accuracy: its place among the polynomials.
    Smooth(u32),
    /// Two pieces, parted at a time.
    Halves { middle_s: f64, first: u32, second: u32 },
    /// Left to the propagator.
    Rough,
}

impl Path {
    /// An empty path over the cells of a window.
    pub(super) fn new(cuts: Cells) -> Self {
        Self {
            cells: vec![Cell::Unknown; cuts.count()],
            cuts,
            asked: Vec::with_capacity(16),
            pieces: Vec::with_capacity(64),
            polynomials: Vec::with_capacity(64),
            uprights: Vec::new(),
            turn: None,
            grounds: Vec::new(),
            form: Form::best(),
        }
    }

    /// The cell that holds a time.
    pub(super) fn cell_of(&self, time_s: f64) -> Option<usize> {
        self.cuts.of(time_s)
    }

    /// Until when nothing is known of the path from a time on; nothing where something is.
    pub(super) fn unknown_until_s(&self, time_s: f64) -> Option<f64> {
        let cell = self.cell_of(time_s)?;
        matches!(self.cells[cell], Cell::Unknown).then(|| self.span(cell).end_s)
    }

    /// The place of the polynomials at a time, from the piece of its cell on.
    fn piece(&self, mut piece: u32, time_s: f64) -> Option<usize> {
        loop {
            match &self.pieces[piece as usize] {
                Piece::Smooth(place) => return Some(*place as usize),
                Piece::Rough => return None,
                Piece::Halves { middle_s, first, second } => {
                    piece = if time_s < *middle_s { *first } else { *second };
                }
            }
        }
    }

    /// The polynomials in force at a time; nothing where the propagator is to be asked.
    pub(super) fn smooth<O: Fn(DateTime<Utc>) -> EarthOrientation>(
        &mut self,
        orbit: &Orbit<'_, O>,
        time_s: f64,
    ) -> Option<&Smooth> {
        let place = self.place(orbit, time_s)?;
        self.polynomials.get(place)
    }

    /// The same with the normals beneath the object.
    pub(super) fn upright<O: Fn(DateTime<Utc>) -> EarthOrientation>(
        &mut self,
        orbit: &Orbit<'_, O>,
        time_s: f64,
    ) -> Option<&Upright> {
        let place = self.place(orbit, time_s)?;
        if self.uprights.len() <= place {
            self.uprights.resize(self.polynomials.len(), None);
        }
        let smooth = &self.polynomials[place];
        self.uprights[place].get_or_insert_with(|| Upright::of(smooth)).as_ref()
    }

    /// The place of the polynomials in force at a time, which are worked out if they were not yet.
    fn place<O: Fn(DateTime<Utc>) -> EarthOrientation>(&mut self, orbit: &Orbit<'_, O>, time_s: f64) -> Option<usize> {
        let cell = self.cell_of(time_s)?;
        if matches!(self.cells[cell], Cell::Unknown) {
            if self.cuts.are_even() {
                self.ask_for(orbit, cell - cell % TOGETHER);
            } else {
                let tried = self.tried(orbit, self.span(cell));
                self.cells[cell] = Cell::Piece(self.add(orbit, self.span(cell), tried, 0));
            }
        }
        if let Cell::Points(asked) = self.cells[cell] {
            let asked = &self.asked[asked as usize];
            let tried = smooth(&asked.fixed_km, cell % TOGETHER * POINTS, self.span(cell), asked.bounds);
            self.cells[cell] = Cell::Piece(self.add(orbit, self.span(cell), tried, 0));
        }
        match self.cells[cell] {
            Cell::Piece(piece) => self.piece(piece, time_s),
            Cell::Unknown | Cell::Points(_) => None,
        }
    }

    /// A ground track by its place, which [`Self::ground`] tells.
    pub(super) fn arc(&self, place: usize) -> Option<&GroundArc> {
        self.grounds.get(place)
    }

    /// The place of the ground track about a time.
    pub(super) fn ground<O: Fn(DateTime<Utc>) -> EarthOrientation>(
        &mut self,
        orbit: &Orbit<'_, O>,
        time_s: f64,
    ) -> Option<usize> {
        let after = self.grounds.partition_point(|arc| arc.span.start_s <= time_s);
        if let Some(before) = after.checked_sub(1)
            && time_s < self.grounds[before].span.end_s
        {
            return Some(before);
        }
        let place = self.place(orbit, time_s)?;
        let smooth = &self.polynomials[place];
        let mut span = smooth.span;
        for _ in 0..GROUND_HALVINGS {
            let middle_s = 0.5 * (span.start_s + span.end_s);
            span = if time_s < middle_s { Span::new(span.start_s, middle_s) } else { Span::new(middle_s, span.end_s) };
            if let Some(arc) = GroundArc::of(self.form, smooth, span) {
                self.grounds.insert(after, arc);
                return Some(after);
            }
        }
        None
    }

    /// Asks for the points of the cells from one on.
    fn ask_for<O: Fn(DateTime<Utc>) -> EarthOrientation>(&mut self, orbit: &Orbit<'_, O>, first: usize) {
        let time_s = |point: usize| at(self.span(first + point / POINTS), ABSCISSAE[point % POINTS]);
        let mut points = Points::<{ POINTS * TOGETHER }>::at(std::array::from_fn(time_s));
        let stretch = Span::new(self.span(first).start_s, self.span(first + TOGETHER - 1).end_s);
        let place = self.asked.len();
        self.asked.push(Asked { fixed_km: [[0.0; POINTS * TOGETHER]; 3], bounds: None });
        let asked = &mut self.asked[place];
        points.ask(orbit, stretch, &mut self.turn, &mut asked.fixed_km);
        asked.bounds = points.bounds();
        let last = (first + TOGETHER).min(self.cells.len());
        self.cells[first..last].fill(Cell::Points(place as u32));
    }

    fn span(&self, cell: usize) -> Span {
        self.cuts.span(cell)
    }

    /// The polynomials through points of a stretch.
    fn tried<O: Fn(DateTime<Utc>) -> EarthOrientation>(
        &mut self,
        orbit: &Orbit<'_, O>,
        span: Span,
    ) -> Result<Smooth, Unfit> {
        let mut points = Points::at(ABSCISSAE.map(|x| at(span, x)));
        let mut fixed_km = [[0.0; POINTS]; 3];
        points.ask(orbit, span, &mut self.turn, &mut fixed_km);
        smooth(&fixed_km, 0, span, points.bounds())
    }

    /// Adds what is tried for a stretch, or its halves where it is not good enough, and returns its place.
    fn add<O: Fn(DateTime<Utc>) -> EarthOrientation>(
        &mut self,
        orbit: &Orbit<'_, O>,
        span: Span,
        tried: Result<Smooth, Unfit>,
        halvings: u32,
    ) -> u32 {
        let piece = match tried {
            Ok(smooth) => {
                self.polynomials.push(smooth);
                Piece::Smooth((self.polynomials.len() - 1) as u32)
            }
            Err(Unfit::Coarse) if halvings < MAX_HALVINGS => {
                let middle_s = 0.5 * (span.start_s + span.end_s);
                let [first, second] =
                    [Span::new(span.start_s, middle_s), Span::new(middle_s, span.end_s)].map(|half| {
                        let tried = self.tried(orbit, half);
                        self.add(orbit, half, tried, halvings + 1)
                    });
                Piece::Halves { middle_s, first, second }
            }
            Err(_) => Piece::Rough,
        };
        self.pieces.push(piece);
        (self.pieces.len() - 1) as u32
    }
}

/// Points of a path.
struct Points<const N: usize> {
    times_s: [f64; N],
    /// TEME states: x, y, z in km and their rates in km/s.
    rows: [[f64; N]; 6],
}

impl<const N: usize> Points<N> {
    fn at(times_s: [f64; N]) -> Self {
        Self { times_s, rows: [[0.0; N]; 6] }
    }

    /// Asks the propagator for all points of a stretch; their Earth-fixed positions, in km, go to `fixed_km`.
    fn ask<O: Fn(DateTime<Utc>) -> EarthOrientation>(
        &mut self,
        orbit: &Orbit<'_, O>,
        stretch: Span,
        turn: &mut Option<(f64, f64)>,
        fixed_km: &mut [[f64; N]; 3],
    ) {
        orbit.states(&self.times_s, self.rows.each_mut().map(|row| &mut row[..]));
        let [xs, ys, zs, ..] = &self.rows;
        let [fixed_xs, fixed_ys, fixed_zs] = fixed_km;
        if stretch.seconds() > UNIFORM_S || orbit.midnight_in(stretch) {
            for point in 0..N {
                let fixed = orbit.rotation(self.times_s[point]).rotate(&Vector3::new(xs[point], ys[point], zs[point]));
                (fixed_xs[point], fixed_ys[point], fixed_zs[point]) = (fixed.x, fixed.y, fixed.z);
            }
            return;
        }
        let middle_s = 0.5 * (stretch.start_s + stretch.end_s);
        let middle = orbit.rotation(middle_s);
        let day = orbit.day(middle_s);
        let rate_rad_s = match *turn {
            Some((known, rate_rad_s)) if known == day => rate_rad_s,
            _ => middle.turned_since(&orbit.rotation(stretch.start_s)) / (middle_s - stretch.start_s),
        };
        *turn = Some((day, rate_rad_s));
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
}

/// Sine and cosine of an angle below 0.2 rad, by their series (Abramowitz and Stegun, eqs. 4.3.65 and 4.3.66): to 1e-16.
fn small_sin_cos(angle: f64) -> (f64, f64) {
    const SINE: [f64; 6] = [1.0, -1.0 / 6.0, 1.0 / 120.0, -1.0 / 5_040.0, 1.0 / 362_880.0, -1.0 / 39_916_800.0];
    const COSINE: [f64; 6] = [1.0, -1.0 / 2.0, 1.0 / 24.0, -1.0 / 720.0, 1.0 / 40_320.0, -1.0 / 3_628_800.0];
    let x = angle * angle;
    let sum = |terms: [f64; 6]| terms.iter().rev().fold(0.0, |sum, term| sum * x + term);
    (angle * sum(SINE), sum(COSINE))
}
