//! The ellipsoid beneath eight points of a path at once.
//!
//! The ellipsoid turns about the third axis, the path is a polynomial for each axis ([`super::chebyshev`]); all lengths are in
//! one unit, all vectors on one set of axes fixed to the ellipsoid.

use super::chebyshev::POINTS;
use super::circular::angle_of;
use super::lanes::{Arithmetic, Form, Instructions, Plain};

#[cfg(target_arch = "x86_64")]
use super::lanes::Fused;

/// Points at once.
pub const LANES: usize = 8;

/// An ellipsoid of revolution.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ellipsoid {
    /// Greatest radius.
    pub radius: f64,
    /// Flattening.
    pub flattening: f64,
}

/// Points of a path with the ellipsoid's normals beneath them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Above {
    /// Where they are.
    pub place: [[f64; LANES]; 3],
    /// The unit normals: see [`above`].
    pub normal: [[f64; LANES]; 3],
    /// How the normals change along the path, per unit of its abscissa.
    pub turn: [[f64; LANES]; 3],
}

impl Ellipsoid {
    #[inline(always)]
    const fn eccentricity_squared(&self) -> f64 {
        self.flattening * (2.0 - self.flattening)
    }
}

/// Longitudes, -π to π, and geodetic latitudes beneath a path at some abscissae, rad, within 1e-11 for points from the
/// ellipsoid on outwards.
///
/// Bowring's parametric latitude with one correction (Bowring 1985, *Survey Review* 28, the iterated form).
#[must_use]
pub fn angles(
    form: Form,
    ellipsoid: &Ellipsoid,
    powers: &[[f64; 3]; POINTS],
    abscissae: &[f64; LANES],
) -> [[f64; LANES]; 2] {
    match form.instructions() {
        Instructions::Scalar => angles_in::<Plain>(ellipsoid, powers, abscissae),
        #[cfg(target_arch = "x86_64")]
        // SAFETY: a form other than the scalar one exists only where the processor has its instructions.
        #[allow(unsafe_code)]
        Instructions::Avx2 => unsafe { angles_avx2(ellipsoid, powers, abscissae) },
        #[cfg(target_arch = "x86_64")]
        // SAFETY: as above.
        #[allow(unsafe_code)]
        Instructions::Avx512 => unsafe { angles_avx512(ellipsoid, powers, abscissae) },
    }
}

/// The points of a path at some abscissae, the normals beneath them to 1e-8 rad, and how these change, to 1e-4 of it.
///
/// With N for the radius of curvature across the meridian, h for the height and e for the eccentricity a point is at
/// ((N + h)·n₁, (N + h)·n₂, (N·(1 − e²) + h)·n₃): the normal n is the direction of the point stretched along the axis by
/// s = (N + h)/(N·(1 − e²) + h). First with the greatest radius for N and the distance for N + h, to 1e-4 rad; from that
/// N and N + h = r·n + N·e²·n₃² are known to 1e-6 of themselves, while s − 1 is below 0.7 %.
#[must_use]
pub fn above(form: Form, ellipsoid: &Ellipsoid, powers: &[[f64; 3]; POINTS], abscissae: &[f64; LANES]) -> Above {
    match form.instructions() {
        Instructions::Scalar => above_in::<Plain>(ellipsoid, powers, abscissae),
        #[cfg(target_arch = "x86_64")]
        // SAFETY: a form other than the scalar one exists only where the processor has its instructions.
        #[allow(unsafe_code)]
        Instructions::Avx2 => unsafe { above_avx2(ellipsoid, powers, abscissae) },
        #[cfg(target_arch = "x86_64")]
        // SAFETY: as above.
        #[allow(unsafe_code)]
        Instructions::Avx512 => unsafe { above_avx512(ellipsoid, powers, abscissae) },
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn angles_avx2(ellipsoid: &Ellipsoid, powers: &[[f64; 3]; POINTS], abscissae: &[f64; LANES]) -> [[f64; LANES]; 2] {
    angles_in::<Fused>(ellipsoid, powers, abscissae)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512vl,avx512dq,avx512bw,fma")]
fn angles_avx512(ellipsoid: &Ellipsoid, powers: &[[f64; 3]; POINTS], abscissae: &[f64; LANES]) -> [[f64; LANES]; 2] {
    angles_in::<Fused>(ellipsoid, powers, abscissae)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn above_avx2(ellipsoid: &Ellipsoid, powers: &[[f64; 3]; POINTS], abscissae: &[f64; LANES]) -> Above {
    above_in::<Fused>(ellipsoid, powers, abscissae)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512vl,avx512dq,avx512bw,fma")]
fn above_avx512(ellipsoid: &Ellipsoid, powers: &[[f64; 3]; POINTS], abscissae: &[f64; LANES]) -> Above {
    above_in::<Fused>(ellipsoid, powers, abscissae)
}

/// Values and slopes of the path.
#[inline(always)]
fn path<A: Arithmetic>(powers: &[[f64; 3]; POINTS], abscissae: &[f64; LANES]) -> [[[f64; LANES]; 3]; 2] {
    let (mut values, mut slopes) = ([[0.0; LANES]; 3], [[0.0; LANES]; 3]);
    for axis in 0..3 {
        let (mut value, mut slope) = ([powers[POINTS - 1][axis]; LANES], [0.0; LANES]);
        for power in powers[..POINTS - 1].iter().rev() {
            for lane in 0..LANES {
                slope[lane] = A::fma(slope[lane], abscissae[lane], value[lane]);
                value[lane] = A::fma(value[lane], abscissae[lane], power[axis]);
            }
        }
        (values[axis], slopes[axis]) = (value, slope);
    }
    [values, slopes]
}

#[inline(always)]
fn angles_in<A: Arithmetic>(
    ellipsoid: &Ellipsoid,
    powers: &[[f64; 3]; POINTS],
    abscissae: &[f64; LANES],
) -> [[f64; LANES]; 2] {
    let [[xs, ys, zs], _] = path::<A>(powers, abscissae);
    let squared = ellipsoid.eccentricity_squared();
    let shrink = 1.0 - ellipsoid.flattening;
    let across = squared * ellipsoid.radius;
    let along = squared / (1.0 - squared) * ellipsoid.radius * shrink;
    let (mut longitudes, mut latitudes) = ([0.0; LANES], [0.0; LANES]);
    for lane in 0..LANES {
        let (x, y, z) = (xs[lane], ys[lane], zs[lane]);
        let equatorial = A::fma(x, x, y * y).sqrt();
        let (mut sine, mut cosine) = (z, equatorial * shrink);
        for _ in 0..2 {
            let inverse = 1.0 / A::fma(sine, sine, cosine * cosine).sqrt();
            let (sin_u, cos_u) = (sine * inverse, cosine * inverse);
            sine = A::fma(along * sin_u, sin_u * sin_u, z);
            cosine = A::fma(-across * cos_u, cos_u * cos_u, equatorial);
            // The parametric latitude of the next round; the last one's is not asked for.
            (latitudes[lane], sine) = (sine, sine * shrink);
            longitudes[lane] = cosine;
        }
        latitudes[lane] = angle_of::<A>(latitudes[lane], longitudes[lane]);
        longitudes[lane] = angle_of::<A>(y, x);
    }
    [longitudes, latitudes]
}

#[inline(always)]
fn above_in<A: Arithmetic>(ellipsoid: &Ellipsoid, powers: &[[f64; 3]; POINTS], abscissae: &[f64; LANES]) -> Above {
    let [place, slope] = path::<A>(powers, abscissae);
    let squared = ellipsoid.eccentricity_squared();
    let squeezed = squared * ellipsoid.radius;
    let ([xs, ys, zs], [dxs, dys, dzs]) = (&place, &slope);
    let mut near = [[0.0; LANES]; 3];
    let mut turn = [[0.0; LANES]; 3];
    // Row by row, so that each loop is one of plain lanes.
    {
        let ([near_xs, near_ys, near_zs], [turn_xs, turn_ys, turn_zs]) = (&mut near, &mut turn);
        for lane in 0..LANES {
            let (x, y, z) = (xs[lane], ys[lane], zs[lane]);
            let level = A::fma(x, x, y * y);
            let distance = A::fma(z, z, level).sqrt();
            let stretch = distance / (distance - squeezed);
            let (high, rise) = (stretch * z, stretch * dzs[lane]);
            let inverse = 1.0 / A::fma(high, high, level).sqrt();
            let (near_x, near_y, near_z) = (x * inverse, y * inverse, high * inverse);
            let outward = A::fma(dxs[lane], near_x, A::fma(dys[lane], near_y, rise * near_z));
            turn_xs[lane] = A::fma(-outward, near_x, dxs[lane]) * inverse;
            turn_ys[lane] = A::fma(-outward, near_y, dys[lane]) * inverse;
            turn_zs[lane] = A::fma(-outward, near_z, rise) * inverse;
            near_xs[lane] = near_x;
            near_ys[lane] = near_y;
            near_zs[lane] = near_z;
        }
    }
    let mut normal = [[0.0; LANES]; 3];
    {
        let ([near_xs, near_ys, near_zs], [normal_xs, normal_ys, normal_zs]) = (&near, &mut normal);
        for lane in 0..LANES {
            let (x, y, z) = (xs[lane], ys[lane], zs[lane]);
            let share = near_zs[lane] * near_zs[lane];
            let squeezed = squeezed / A::fma(-squared, share, 1.0).sqrt();
            let along = A::fma(x, near_xs[lane], A::fma(y, near_ys[lane], z * near_zs[lane]));
            let raised = A::fma(squeezed, share, along);
            let high = z * raised / (raised - squeezed);
            let inverse = 1.0 / A::fma(high, high, A::fma(x, x, y * y)).sqrt();
            normal_xs[lane] = x * inverse;
            normal_ys[lane] = y * inverse;
            normal_zs[lane] = high * inverse;
        }
    }
    Above { place, normal, turn }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop_assert, proptest};

    use super::{Ellipsoid, LANES, above, angles};
    use crate::kernel::chebyshev::{ABSCISSAE, POINTS, fit, value_and_slope};
    use crate::kernel::lanes::Form;

    const EARTH: Ellipsoid = Ellipsoid { radius: 6378.137, flattening: 1.0 / 298.257_223_563 };

    /// The point at a height over a geodetic latitude and longitude, and the normal there (Vallado 4th ed., eq. 3-7).
    fn raised(latitude: f64, longitude: f64, height: f64) -> ([f64; 3], [f64; 3]) {
        let squared = EARTH.flattening * (2.0 - EARTH.flattening);
        let (sine, cosine) = latitude.sin_cos();
        let across = EARTH.radius / (1.0 - squared * sine * sine).sqrt();
        let normal = [cosine * longitude.cos(), cosine * longitude.sin(), sine];
        let place =
            [(across + height) * normal[0], (across + height) * normal[1], (across * (1.0 - squared) + height) * sine];
        (place, normal)
    }

    proptest! {
        #[test]
        fn what_is_beneath_is_where_the_points_were_raised_from(
            latitude in -1.5f64..1.4, longitude in -3.1f64..3.0, height in 100.0f64..40_000.0, pace in -0.05f64..0.05,
        ) {
            let at = |x: f64| (latitude + 0.04 * x, longitude + pace * x);
            let fits: [_; 3] = std::array::from_fn(|axis| {
                fit(&ABSCISSAE.map(|x| raised(at(x).0, at(x).1, height).0[axis])).0
            });
            let powers: [[f64; 3]; POINTS] = std::array::from_fn(|power| fits.map(|fit| fit[power]));
            for form in ["scalar", "avx2", "avx512"].into_iter().filter_map(Form::named) {
                let [longitudes, latitudes] = angles(form, &EARTH, &powers, &ABSCISSAE);
                let above = above(form, &EARTH, &powers, &ABSCISSAE);
                for (lane, x) in ABSCISSAE.into_iter().enumerate().take(LANES) {
                    let (place, normal) = raised(at(x).0, at(x).1, height);
                    prop_assert!((latitudes[lane] - at(x).0).abs() < 1e-11, "{} {}", latitudes[lane], at(x).0);
                    prop_assert!((longitudes[lane] - at(x).1).abs() < 1e-11);
                    let step = 1e-4;
                    for axis in 0..3 {
                        let (value, _) = value_and_slope(&powers, x);
                        prop_assert!((above.place[axis][lane] - place[axis]).abs() < 1e-7 * height);
                        prop_assert!((above.place[axis][lane] - value[axis]).abs() < 1e-9 * height);
                        prop_assert!((above.normal[axis][lane] - normal[axis]).abs() < 1e-8);
                        let beside = |x: f64| raised(at(x).0, at(x).1, height).1[axis];
                        let turn = (beside(x + step) - beside(x - step)) / (2.0 * step);
                        prop_assert!((above.turn[axis][lane] - turn).abs() < 3e-4 * 0.07);
                    }
                }
            }
        }
    }
}
