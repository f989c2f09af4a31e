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

#[cfg(test)]
mod tests {
    use super::root;

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
