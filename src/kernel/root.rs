//! A bracketing root finder for smooth scalar functions.

/// The zero between two points of opposite sign, to `tolerance` in the abscissa.
///
/// Chandrupatla 1997 (*Advances in Engineering Software* 28, 145): inverse quadratic interpolation where it is sure
/// to be good, bisection elsewhere, so at worst a little slower than bisection. Where the function has no value
/// inside the bracket, the point nearest the zero so far.
#[must_use]
pub fn root(left: (f64, f64), right: (f64, f64), tolerance: f64, mut value: impl FnMut(f64) -> Option<f64>) -> f64 {
    let (mut a, mut b) = (right, left);
    // Where the next point lies between a and b; the first is the chord's zero, since most functions are nearly straight there.
    let mut share = a.1 / (a.1 - b.1);
    loop {
        let best = if a.1.abs() < b.1.abs() { a.0 } else { b.0 };
        let width = (b.0 - a.0).abs();
        // Four units in the last place keep the loop finite where the tolerance is finer than the abscissa.
        let margin = (0.5 * tolerance).max(2.0 * f64::EPSILON * best.abs()) / width;
        if margin >= 0.5 || a.1 == 0.0 || b.1 == 0.0 {
            return best;
        }
        let x = a.0 + share.clamp(margin, 1.0 - margin) * (b.0 - a.0);
        let Some(y) = value(x) else { return best };
        let c;
        if (y >= 0.0) == (a.1 >= 0.0) {
            c = a;
        } else {
            c = b;
            b = a;
        }
        a = (x, y);
        let xi = (a.0 - b.0) / (c.0 - b.0);
        let phi = (a.1 - b.1) / (c.1 - b.1);
        share = if phi * phi < xi && (1.0 - phi) * (1.0 - phi) < 1.0 - xi {
            a.1 / (b.1 - a.1) * c.1 / (b.1 - c.1) + (c.0 - a.0) / (b.0 - a.0) * a.1 / (c.1 - a.1) * b.1 / (c.1 - b.1)
        } else {
            0.5
        };
    }
}

/// What [`zeros`] is to find.
#[derive(Clone, Copy, Debug)]
pub struct Fineness {
    /// Two zeros nearer to each other than this may be lost.
    pub shortest: f64,
    /// A zero is found to this.
    pub tolerance: f64,
}

/// Hands to `found` every zero between two points, in order, of a function f with |f″| ≤ `bend` there; a zero is where the
/// sign changes, and the sign of 0 is that of a positive number.
///
/// The slope varies by bend·Δ at most over a stretch Δ. If f changes by more than bend·Δ², its slope is never 0 and the signs
/// of the ends tell of the one zero. If the ends have one sign and are farther than bend·Δ²/8 from zero, f is farther from its
/// chord nowhere (the error of linear interpolation), so there is none. Otherwise the stretch is halved, down to
/// [`Fineness::shortest`].
pub fn zeros(
    from: (f64, f64),
    to: (f64, f64),
    bend: f64,
    fineness: Fineness,
    value: &impl Fn(f64) -> f64,
    found: &mut impl FnMut(f64),
) {
    let length = to.0 - from.0;
    let bent = bend * length * length;
    let is_changed = (from.1 >= 0.0) != (to.1 >= 0.0);
    let is_monotone = (to.1 - from.1).abs() > bent || length < fineness.shortest;
    if is_monotone && is_changed {
        found(root(from, to, fineness.tolerance, |x| Some(value(x))));
    } else if !is_monotone && (is_changed || from.1.abs().min(to.1.abs()) <= bent / 8.0) {
        let middle = 0.5 * (from.0 + to.0);
        let middle = (middle, value(middle));
        zeros(from, middle, bend, fineness, value, found);
        zeros(middle, to, bend, fineness, value, found);
    }
}

#[cfg(test)]
mod tests {
    use super::{Fineness, root, zeros};

    #[test]
    fn zeros_of_a_shifted_sine_are_all_found() {
        let fineness = Fineness { shortest: 1e-3, tolerance: 1e-10 };
        for offset in [-1.1, -0.999_99, -0.5, 0.0, 0.3, 0.999_999, 1.01] {
            let value = |x: f64| x.sin() + offset;
            let mut found = Vec::new();
            let (from, to) = (0.1, 0.1 + 20.0 * std::f64::consts::TAU);
            zeros((from, value(from)), (to, value(to)), 1.0, fineness, &value, &mut |zero| found.push(zero));
            assert_eq!(found.len(), if f64::abs(offset) < 1.0 { 40 } else { 0 }, "{offset}");
            assert!(found.is_sorted());
            assert!(found.iter().all(|&zero| value(zero).abs() < 1e-9));
        }
    }

    fn root_of(f: impl Fn(f64) -> f64, a: f64, b: f64) -> f64 {
        root((a, f(a)), (b, f(b)), 1e-12, |x| Some(f(x)))
    }

    #[test]
    fn known_roots() {
        assert!((root_of(f64::cos, 1.0, 2.0) - std::f64::consts::FRAC_PI_2).abs() < 2e-12);
        assert!((root_of(|x| x * x * x - 2.0, 0.0, 2.0) - 2f64.cbrt()).abs() < 2e-12);
        assert!((root_of(|x| 1.0 - x.exp(), -3.0, 5.0)).abs() < 2e-12);
    }

    #[test]
    fn a_root_at_an_end_is_that_end() {
        assert_eq!(root((0.0, 0.0), (1.0, 1.0), 1e-9, Some), 0.0);
    }

    #[test]
    fn few_evaluations_on_smooth_functions() {
        let mut evaluations = 0;
        let f = |x: f64| x * x - 0.3;
        let found = root((0.0, f(0.0)), (10.0, f(10.0)), 1e-9, |x| {
            evaluations += 1;
            Some(f(x))
        });
        assert!((found - 0.3f64.sqrt()).abs() < 1e-9);
        assert!(evaluations < 16, "{evaluations}");
    }
}
