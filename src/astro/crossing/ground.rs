//! Ground tracks as polynomials in the (longitude, latitude) plane.

use super::piece::{Smooth, at};
use crate::astro::geodesy::WGS84;
use crate::astro::span::Span;
use crate::kernel::beneath::angles;
use crate::kernel::chebyshev::{ABSCISSAE, POINTS, fit, value};
use crate::kernel::lanes::Form;

/// A ground track's polynomials are used where the first Chebyshev coefficient left out is less than this, degrees: two
/// microseconds of a low orbit's motion.
const GROUND_LEFT_OUT_DEG: f64 = 1e-7;

/// An arc is marked off into so many chords.
const CHORDS: usize = 8;

/// A piece of a ground track: longitude and geodetic latitude of the sub-satellite point as polynomials.
#[derive(Clone, Debug)]
pub struct GroundArc {
    /// When.
    pub span: Span,
    /// Bound of the second derivative in the (longitude, latitude) plane, degrees/s².
    pub bend_deg_s2: f64,
    /// Where the ends of its chords are, as [`Self::at_deg`] has them: all chords are [`Self::chord_s`] long.
    pub marks_deg: [[f64; 2]; CHORDS + 1],
    /// The western and southern, then the eastern and northern ends of the box around the marks, degrees.
    pub corners_deg: [[f64; 2]; 2],
    powers: [[f64; 2]; POINTS],
}

impl GroundArc {
    /// Longitude, of any turn, and geodetic latitude in degrees; within 1e-7 degrees of the sub-satellite point.
    #[must_use]
    pub fn at_deg(&self, time_s: f64) -> [f64; 2] {
        let half_s = 0.5 * self.span.seconds();
        value(&self.powers, (time_s - self.span.start_s) / half_s - 1.0)
    }

    /// Length of a chord, seconds.
    #[must_use]
    pub fn chord_s(&self) -> f64 {
        self.span.seconds() / CHORDS as f64
    }

    /// The ground track beneath a part of a piece of path; nothing where the polynomials do not follow it.
    pub(super) fn of(form: Form, smooth: &Smooth, span: Span) -> Option<Self> {
        let abscissae = ABSCISSAE.map(|x| (at(span, x) - smooth.span.start_s) / (0.5 * smooth.span.seconds()) - 1.0);
        let mut degrees = angles(form, &WGS84, &smooth.powers, &abscissae).map(|row| row.map(f64::to_degrees));
        let (mut before_deg, mut turned_deg) = (degrees[0][0], 0.0);
        for longitude_deg in &mut degrees[0] {
            let step_deg = *longitude_deg - before_deg;
            turned_deg += if step_deg > 180.0 {
                -360.0
            } else if step_deg < -180.0 {
                360.0
            } else {
                0.0
            };
            before_deg = *longitude_deg;
            *longitude_deg += turned_deg;
        }
        let half_s = 0.5 * span.seconds();
        let mut powers = [[0.0; 2]; POINTS];
        let mut bends = [0.0; 2];
        for axis in 0..2 {
            let (own, left_out_deg) = fit(&degrees[axis]);
            if left_out_deg.is_nan() || left_out_deg > GROUND_LEFT_OUT_DEG {
                return None;
            }
            for (power, coefficient) in own.iter().enumerate() {
                powers[power][axis] = *coefficient;
                bends[axis] += (power * power.saturating_sub(1)) as f64 * coefficient.abs() / (half_s * half_s);
            }
        }
        let marks_deg = std::array::from_fn(|mark| value(&powers, 2.0 * mark as f64 / CHORDS as f64 - 1.0));
        let corner = |pick: fn(f64, f64) -> f64| {
            marks_deg.iter().fold(marks_deg[0], |corner: [f64; 2], mark: &[f64; 2]| {
                [pick(corner[0], mark[0]), pick(corner[1], mark[1])]
            })
        };
        let corners_deg = [corner(f64::min), corner(f64::max)];
        Some(Self { span, bend_deg_s2: bends[0].hypot(bends[1]), marks_deg, corners_deg, powers })
    }
}
