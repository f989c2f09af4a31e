//! A piece of an object's Earth-fixed path as polynomials.

use nalgebra::Vector3;

use super::fix::{Bounds, Fix};
use crate::astro::elements::EARTH_RADIUS_WGS72_KM;
use crate::astro::geodesy::Foot;
use crate::astro::span::Span;
use crate::kernel::chebyshev::{ABSCISSAE, POINTS, fit, value, value_and_slope};

/// A piece is used where the first Chebyshev coefficient left out is less than this on every axis, km.
const LEFT_OUT_KM: f64 = 5e-7;

/// The same for the ellipsoid's normal beneath the object, rad: millimetres at the end of the line of sight.
const LEFT_OUT_RAD: f64 = 1e-9;

/// An object this low, in km, may have no state between two points that have one: the propagator answers for it.
const SINKING_KM: f64 = EARTH_RADIUS_WGS72_KM + 50.0;

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

    /// Where the object is, with the bounds of its motion.
    pub(super) fn fix(&self, time_s: f64) -> Fix {
        let (position_km, velocity_km_s) = self.at(time_s);
        Fix::on_path(&self.bounds, position_km, velocity_km_s)
    }
}

/// A piece of path with the ellipsoid's normal beneath the object.
#[derive(Clone, Debug)]
pub(super) struct Upright {
    /// When.
    pub(super) span: Span,
    bounds: Bounds,
    /// Coefficients of the position in km, then of the normal, as those of [`Smooth`].
    powers: [[f64; 6]; POINTS],
}

impl Upright {
    /// Nothing where the normal's polynomials do not follow it.
    pub(super) fn of(smooth: &Smooth) -> Option<Self> {
        let mut values = [[0.0; POINTS]; 3];
        for (point, x) in ABSCISSAE.iter().enumerate() {
            let up = Foot::of(&smooth.position_km(at(smooth.span, *x))).up();
            for axis in 0..3 {
                values[axis][point] = up[axis];
            }
        }
        let fits = values.each_ref().map(fit);
        if !fits.iter().all(|fit| fit.1 <= LEFT_OUT_RAD) {
            return None;
        }
        let powers = std::array::from_fn(|power| {
            let [x, y, z] = smooth.powers[power];
            [x, y, z, fits[0].0[power], fits[1].0[power], fits[2].0[power]]
        });
        Some(Self { span: smooth.span, bounds: smooth.bounds, powers })
    }

    fn x(&self, time_s: f64) -> f64 {
        (time_s - self.span.start_s) / (0.5 * self.span.seconds()) - 1.0
    }

    /// Earth-fixed position in km, and the normal.
    pub(super) fn at(&self, time_s: f64) -> (Vector3<f64>, Vector3<f64>) {
        let [x, y, z, nx, ny, nz] = value(&self.powers, self.x(time_s));
        (Vector3::new(x, y, z), Vector3::new(nx, ny, nz))
    }

    /// Where the object is, the normal, and its rate in rad/s.
    pub(super) fn fix(&self, time_s: f64) -> (Fix, Vector3<f64>, Vector3<f64>) {
        let half_s = 0.5 * self.span.seconds();
        let ([x, y, z, nx, ny, nz], [vx, vy, vz, tx, ty, tz]) = value_and_slope(&self.powers, self.x(time_s));
        let velocity_km_s = Vector3::new(vx, vy, vz) / half_s;
        let fix = Fix::on_path(&self.bounds, Vector3::new(x, y, z), velocity_km_s);
        (fix, Vector3::new(nx, ny, nz), Vector3::new(tx, ty, tz) / half_s)
    }
}

/// The time at -1 to 1 of a span.
pub(super) fn at(span: Span, x: f64) -> f64 {
    span.start_s + 0.5 * span.seconds() * (1.0 + x)
}

/// Why a polynomial is not used.
#[derive(Clone, Copy, Debug)]
pub(super) enum Unfit {
    /// It does not follow the path closely enough.
    Coarse,
    /// The object is so low that it may come down.
    Sinking,
}

/// The polynomials through eight points, the first of which is given.
pub(super) fn smooth<const N: usize>(
    fixed_km: &[[f64; N]; 3],
    first: usize,
    span: Span,
    bounds: Option<Bounds>,
) -> Result<Smooth, Unfit> {
    let Some(bounds) = bounds else { return Err(Unfit::Coarse) };
    let own = |axis: usize| -> [f64; POINTS] { std::array::from_fn(|point| fixed_km[axis][first + point]) };
    let [xs, ys, zs] = [own(0), own(1), own(2)];
    let sinks = |point: usize| xs[point].powi(2) + ys[point].powi(2) + zs[point].powi(2) < SINKING_KM * SINKING_KM;
    if (0..POINTS).any(sinks) {
        return Err(Unfit::Sinking);
    }
    let fits = [fit(&xs), fit(&ys), fit(&zs)];
    // Written so that what is not a number is refused.
    if !fits.iter().all(|fit| fit.1 <= LEFT_OUT_KM) {
        return Err(Unfit::Coarse);
    }
    let powers = std::array::from_fn(|power| [fits[0].0[power], fits[1].0[power], fits[2].0[power]]);
    Ok(Smooth { span, bounds, powers })
}
