//! SGP4, one orbit at many times.
//!
//! [`NearEarth`] holds what is worked out once for an element set; [`NearEarth::states`] fills rows with its states, in
//! whatever [`Form`] it is told. WGS-72 constants and the improved mode: what element sets are fitted for. Orbits of 225
//! minutes or longer belong to another theory: they are refused with [`NotNearEarth::DeepSpace`], and [`DeepSpace`] takes
//! them.
//!
//! Agreement with the sgp4 crate, which follows the same report by another way of reckoning: below 1e-4 m and 1e-7 m/s
//! over ten days from epoch for every object of the public catalogue that has a state, but for a few that drag has carried
//! far away in the reckoning: there the last bit of B* moves the crate's own position as far.

mod constants;
#[allow(
    clippy::needless_range_loop,
    reason = "rows of equal length walked together: what the compiler turns into lanes"
)]
mod deep_space;
#[allow(
    clippy::needless_range_loop,
    reason = "rows of equal length walked together: what the compiler turns into lanes"
)]
mod state;

pub use constants::{DEEP_SPACE_PERIOD_MIN, MeanElements, NearEarth, NotNearEarth};
pub use deep_space::{DeepSpace, NotDeepSpace};
pub use state::{MAX_RADIUS_KM, MAX_SPEED_KM_S};

#[cfg(target_arch = "x86_64")]
use super::lanes::Fused;
use super::lanes::{Arithmetic, Form, Instructions, Plain};
use state::Block;

/// Times that are worked on together.
const BLOCK: usize = 64;

/// Times that are worked on together where no more of them are left.
const HALF_BLOCK: usize = BLOCK / 2;
const QUARTER_BLOCK: usize = BLOCK / 4;

/// Why an orbit has no state at some time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoState {
    /// The mean eccentricity left −0.001 to 1.
    Eccentricity,
    /// The semi-latus rectum became negative.
    SemiLatusRectum,
    /// The radius is below the Earth's.
    Decayed,
    /// Beyond [`MAX_RADIUS_KM`], faster than [`MAX_SPEED_KM_S`], or not a number.
    Absurd,
}

/// One of the model's two theories: what fills a block of times with states.
trait Theory {
    /// What goes on from block to block.
    type Course;

    fn course(&self) -> Self::Course;

    /// Fills `rows` with the states at `minutes` from epoch; not a number where there is no state.
    fn fill<A: Arithmetic, const N: usize>(
        &self,
        course: &mut Self::Course,
        block: &mut Block<N>,
        minutes: &[f64; N],
        rows: &mut [&mut [f64; N]; 6],
    );
}

impl Theory for NearEarth {
    type Course = ();

    fn course(&self) {}

    #[inline(always)]
    fn fill<A: Arithmetic, const N: usize>(
        &self,
        (): &mut (),
        block: &mut Block<N>,
        minutes: &[f64; N],
        rows: &mut [&mut [f64; N]; 6],
    ) {
        block.states::<A>(self, minutes, rows);
    }
}

impl Theory for DeepSpace {
    type Course = Option<deep_space::Course>;

    fn course(&self) -> Self::Course {
        self.course()
    }

    #[inline(always)]
    fn fill<A: Arithmetic, const N: usize>(
        &self,
        course: &mut Self::Course,
        block: &mut Block<N>,
        minutes: &[f64; N],
        rows: &mut [&mut [f64; N]; 6],
    ) {
        self.fill::<A, N>(course, block, minutes, rows);
    }
}

impl NearEarth {
    /// The states at `seconds` from epoch: x, y, z in km and their rates in km/s, TEME, one row a component; not a
    /// number where there is no state.
    ///
    /// Between forms the last digits differ, and, where an orbit's eccentricity crosses 0.02, with a time's neighbours: a
    /// block is worked on in the way of its least circular orbit.
    ///
    /// # Panics
    /// If a row is shorter than `seconds`.
    pub fn states(&self, form: Form, seconds: &[f64], rows: [&mut [f64]; 6]) {
        many_in(form, self, seconds, rows);
    }

    /// The state at one time: x, y, z in km and their rates in km/s, TEME.
    ///
    /// # Errors
    /// [`NoState`].
    pub fn state(&self, form: Form, seconds: f64) -> Result<[f64; 6], NoState> {
        one_in(form, self, seconds)
    }
}

impl DeepSpace {
    /// The states at `seconds` from epoch, as [`NearEarth::states`] gives them. Ascending times are best.
    ///
    /// # Panics
    /// If a row is shorter than `seconds`.
    pub fn states(&self, form: Form, seconds: &[f64], rows: [&mut [f64]; 6]) {
        many_in(form, self, seconds, rows);
    }

    /// The state at one time: x, y, z in km and their rates in km/s, TEME.
    ///
    /// # Errors
    /// [`NoState`].
    pub fn state(&self, form: Form, seconds: f64) -> Result<[f64; 6], NoState> {
        one_in(form, self, seconds)
    }
}

fn many_in<T: Theory>(form: Form, orbit: &T, seconds: &[f64], rows: [&mut [f64]; 6]) {
    match form.instructions() {
        Instructions::Scalar => many::<Plain, T>(orbit, seconds, rows),
        // SAFETY: a form other than the scalar one exists only where the processor was found to have it.
        #[cfg(target_arch = "x86_64")]
        #[allow(unsafe_code)]
        Instructions::Avx2 => unsafe { many_avx2(orbit, seconds, rows) },
        // SAFETY: as above.
        #[cfg(target_arch = "x86_64")]
        #[allow(unsafe_code)]
        Instructions::Avx512 => unsafe { many_avx512(orbit, seconds, rows) },
    }
}

fn one_in<T: Theory>(form: Form, orbit: &T, seconds: f64) -> Result<[f64; 6], NoState> {
    match form.instructions() {
        Instructions::Scalar => one::<Plain, T>(orbit, seconds),
        // SAFETY: a form other than the scalar one exists only where the processor was found to have it.
        #[cfg(target_arch = "x86_64")]
        #[allow(unsafe_code)]
        Instructions::Avx2 | Instructions::Avx512 => unsafe { one_fused(orbit, seconds) },
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn many_avx2<T: Theory>(orbit: &T, seconds: &[f64], rows: [&mut [f64]; 6]) {
    many::<Fused, T>(orbit, seconds, rows);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512dq,avx512bw,avx512vl,avx2,fma")]
fn many_avx512<T: Theory>(orbit: &T, seconds: &[f64], rows: [&mut [f64]; 6]) {
    many::<Fused, T>(orbit, seconds, rows);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn one_fused<T: Theory>(orbit: &T, seconds: f64) -> Result<[f64; 6], NoState> {
    one::<Fused, T>(orbit, seconds)
}

const MINUTE_S: f64 = 60.0;

#[inline(always)]
fn many<A: Arithmetic, T: Theory>(orbit: &T, seconds: &[f64], rows: [&mut [f64]; 6]) {
    let (whole, rest) = seconds.as_chunks::<BLOCK>();
    let from = BLOCK * whole.len();
    let mut rows = rows.map(|row| row[..seconds.len()].split_at_mut(from));
    let mut course = orbit.course();
    if !whole.is_empty() {
        let mut block = Block::<BLOCK>::new();
        let [x, y, z, vx, vy, vz] = rows.each_mut().map(|row| row.0.as_chunks_mut::<BLOCK>().0.iter_mut());
        let rows = x.zip(y).zip(z).zip(vx).zip(vy).zip(vz);
        for (seconds, (((((x, y), z), vx), vy), vz)) in whole.iter().zip(rows) {
            let minutes = seconds.map(|second| second / MINUTE_S);
            orbit.fill::<A, BLOCK>(&mut course, &mut block, &minutes, &mut [x, y, z, vx, vy, vz]);
        }
    }
    let rest_of_rows = rows.map(|row| row.1);
    if rest.len() > HALF_BLOCK {
        part_of_block::<A, T, BLOCK>(orbit, &mut course, rest, rest_of_rows);
    } else if rest.len() > QUARTER_BLOCK {
        part_of_block::<A, T, HALF_BLOCK>(orbit, &mut course, rest, rest_of_rows);
    } else {
        part_of_block::<A, T, QUARTER_BLOCK>(orbit, &mut course, rest, rest_of_rows);
    }
}

/// At most `N` times, filled up with the last of them.
#[inline(always)]
fn part_of_block<A: Arithmetic, T: Theory, const N: usize>(
    orbit: &T,
    course: &mut T::Course,
    seconds: &[f64],
    rows: [&mut [f64]; 6],
) {
    let Some(&last) = seconds.last() else { return };
    let mut minutes = [last / MINUTE_S; N];
    for (minute, second) in minutes.iter_mut().zip(seconds) {
        *minute = second / MINUTE_S;
    }
    let mut full = [[0.0; N]; 6];
    orbit.fill::<A, N>(course, &mut Block::new(), &minutes, &mut full.each_mut());
    for (row, full) in rows.into_iter().zip(&full) {
        row.copy_from_slice(&full[..seconds.len()]);
    }
}

#[inline(always)]
fn one<A: Arithmetic, T: Theory>(orbit: &T, seconds: f64) -> Result<[f64; 6], NoState> {
    let mut block = Block::<1>::new();
    let mut state = [[0.0]; 6];
    orbit.fill::<A, 1>(&mut orbit.course(), &mut block, &[seconds / MINUTE_S], &mut state.each_mut());
    if state[0][0].is_nan() { Err(reason(&block)) } else { Ok(state.map(|component| component[0])) }
}

#[cold]
fn reason(block: &Block<1>) -> NoState {
    if !(-0.001..1.0).contains(&block.mean_eccentricity[0]) {
        NoState::Eccentricity
    } else if block.el2[0] > 1.0 {
        NoState::SemiLatusRectum
    } else if block.radius_km[0] < constants::EARTH_RADIUS_KM {
        NoState::Decayed
    } else {
        NoState::Absurd
    }
}
