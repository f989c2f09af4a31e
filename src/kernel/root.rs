//! A bracketing root finder for smooth scalar functions.

/// The root of `f` between `a` and `b`, where `fa = f(a)` and `fb = f(b)` have opposite signs (or one is zero).
///
/// ITP with κ₁ = 0.2 / (b − a), κ₂ = 2, n₀ = 1 (Oliveira & Takahashi 2020, *ACM TOMS* 47(1), alg. 1): superlinear on
/// smooth functions, and never more than one step above bisection. Stops when the bracket is narrower than
/// `2 * tolerance`, or when `f` has no value, which gives `None`.
pub fn bracketed(
    mut f: impl FnMut(f64) -> Option<f64>,
    (mut a, mut fa): (f64, f64),
    (mut b, mut fb): (f64, f64),
    tolerance: f64,
) -> Option<f64> {
    if fa == 0.0 {
        return Some(a);
    }
    if fb == 0.0 {
        return Some(b);
    }
    let rising = fb > 0.0;
    let width = b - a;
    let halvings = (width / (2.0 * tolerance)).log2().ceil().max(0.0) as i32;
    let most_steps = halvings + 1;
    for step in 0..=most_steps {
        if b - a <= 2.0 * tolerance {
            break;
        }
        let middle = 0.5 * (a + b);
        let slack = (tolerance * 2f64.powi(most_steps - step) - 0.5 * (b - a)).max(0.0);
        let truncation = 0.2 / width * (b - a) * (b - a);
        let falsi = (fb * a - fa * b) / (fb - fa);
        let toward = (middle - falsi).signum();
        let truncated = if truncation <= (middle - falsi).abs() { falsi + toward * truncation } else { middle };
        let trial = if (truncated - middle).abs() <= slack { truncated } else { middle - toward * slack };
        let value = f(trial)?;
        if value == 0.0 {
            return Some(trial);
        }
        if (value > 0.0) == rising {
            (b, fb) = (trial, value);
        } else {
            (a, fa) = (trial, value);
        }
    }
    Some(0.5 * (a + b))
}

#[cfg(test)]
mod tests {
    use super::bracketed;

    fn root_of(f: impl Fn(f64) -> f64, a: f64, b: f64) -> f64 {
        bracketed(|x| Some(f(x)), (a, f(a)), (b, f(b)), 1e-12).unwrap_or(f64::NAN)
    }

    #[test]
    fn known_roots() {
        assert!((root_of(f64::cos, 1.0, 2.0) - std::f64::consts::FRAC_PI_2).abs() < 2e-12);
        assert!((root_of(|x| x * x * x - 2.0, 0.0, 2.0) - 2f64.cbrt()).abs() < 2e-12);
        assert!((root_of(|x| 1.0 - x.exp(), -3.0, 5.0)).abs() < 2e-12);
    }

    #[test]
    fn a_root_at_an_end_is_that_end() {
        assert_eq!(bracketed(Some, (0.0, 0.0), (1.0, 1.0), 1e-9), Some(0.0));
    }

    #[test]
    fn few_evaluations_on_smooth_functions() {
        let mut evaluations = 0;
        let f = |x: f64| x * x - 0.3;
        let root = bracketed(
            |x| {
                evaluations += 1;
                Some(f(x))
            },
            (0.0, f(0.0)),
            (10.0, f(10.0)),
            1e-9,
        );
        assert!((root.unwrap_or(0.0) - 0.3f64.sqrt()).abs() < 1e-9);
        assert!(evaluations < 16, "{evaluations}");
    }
}
