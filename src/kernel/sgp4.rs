//! SGP4 for near-earth orbits, one orbit at many times.
//!
//! [`NearEarth`] holds what is worked out once for an element set; [`NearEarth::states`] fills rows with its states, in
//! whatever [`Form`] it is told. WGS-72 constants and the improved mode: what element sets are fitted for. Orbits of 225
//! minutes or longer belong to another theory and are refused with [`NotNearEarth::DeepSpace`].
//!
//! Agreement with the sgp4 crate, which follows the same report by another way of reckoning: below 1e-4 m and 1e-7 m/s
//! over ten days from epoch for every object of the public catalogue that has a state.

mod constants;
mod state;

pub use constants::{DEEP_SPACE_PERIOD_MIN, MeanElements, NearEarth, NotNearEarth};
pub use state::{MAX_RADIUS_KM, MAX_SPEED_KM_S};

use super::lanes::{Form, Fused, Instructions, Plain};
use state::{Block, Row};

/// Times that are worked on together.
const BLOCK: usize = 32;

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

impl NearEarth {
    /// The states at `seconds` from epoch: x, y, z in km and their rates in km/s, TEME, one row a component; not a
    /// number where there is no state.
    ///
    /// Every time's result is the same whatever its neighbours are, in one form; between forms the last digits differ.
    ///
    /// # Panics
    /// If a row is shorter than `seconds`.
    pub fn states(&self, form: Form, seconds: &[f64], rows: [&mut [f64]; 6]) {
        match form.instructions() {
            Instructions::Scalar => many::<Plain>(self, seconds, rows),
            // SAFETY: a form other than the scalar one exists only where the processor was found to have it.
            #[cfg(target_arch = "x86_64")]
            #[allow(unsafe_code)]
            Instructions::Avx2 => unsafe { many_avx2(self, seconds, rows) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            #[allow(unsafe_code)]
            Instructions::Avx512 => unsafe { many_avx512(self, seconds, rows) },
        }
    }

    /// The state at one time: x, y, z in km and their rates in km/s, TEME.
    ///
    /// # Errors
    /// [`NoState`].
    pub fn state(&self, form: Form, seconds: f64) -> Result<[f64; 6], NoState> {
        let block = match form.instructions() {
            Instructions::Scalar => state::states::<Plain, 1>(self, &[seconds * MINUTE]),
            // SAFETY: a form other than the scalar one exists only where the processor was found to have it.
            #[cfg(target_arch = "x86_64")]
            #[allow(unsafe_code)]
            Instructions::Avx2 | Instructions::Avx512 => unsafe { one_fused(self, seconds) },
        };
        let state = block.rows.map(|row| row[0]);
        if state[0].is_nan() { Err(reason(&block)) } else { Ok(state) }
    }
}

const MINUTE: f64 = 1.0 / 60.0;

#[cold]
fn reason(block: &Block<1>) -> NoState {
    if !(-0.001..1.0).contains(&block.mean_eccentricity[0]) {
        NoState::Eccentricity
    } else if block.one_minus_el2[0] < 0.0 {
        NoState::SemiLatusRectum
    } else if block.radius_er[0] < 1.0 {
        NoState::Decayed
    } else {
        NoState::Absurd
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn many_avx2(orbit: &NearEarth, seconds: &[f64], rows: [&mut [f64]; 6]) {
    many::<Fused>(orbit, seconds, rows);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512dq,avx512bw,avx512vl,avx2,fma")]
fn many_avx512(orbit: &NearEarth, seconds: &[f64], rows: [&mut [f64]; 6]) {
    many::<Fused>(orbit, seconds, rows);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn one_fused(orbit: &NearEarth, seconds: f64) -> Block<1> {
    state::states::<Fused, 1>(orbit, &[seconds * MINUTE])
}

#[inline(always)]
fn many<A: super::lanes::Arithmetic>(orbit: &NearEarth, seconds: &[f64], rows: [&mut [f64]; 6]) {
    let mut start = 0;
    for chunk in seconds.chunks(BLOCK) {
        // The last block is filled up with its last time.
        let mut minutes: Row<BLOCK> = [chunk[chunk.len() - 1] * MINUTE; BLOCK];
        for (minute, second) in minutes.iter_mut().zip(chunk) {
            *minute = second * MINUTE;
        }
        let block = state::states::<A, BLOCK>(orbit, &minutes);
        for (row, from) in [0, 1, 2, 3, 4, 5].iter().map(|&k: &usize| (k, &block.rows[k])) {
            rows[row][start..start + chunk.len()].copy_from_slice(&from[..chunk.len()]);
        }
        start += chunk.len();
    }
}
