//! Chan's series: the disc replaced by an ellipse of equal area that the distribution sees as a circle.

use super::Disc;

impl Disc {
    /// The probability by Chan's series, an approximation for discs that are small beside both standard deviations.
    ///
    /// P = e^(−v/2)·Σ (v/2)^m/m! · γ(m+1, u/2) with u = R²/(σx·σy), v = x²/σx² + y²/σy² and γ the regularised lower
    /// incomplete gamma function (Chan, *Spacecraft Collision Probability*, 2008). γ is summed as
    /// e^(−a)·a^(m+1)/(m+1)!·(1 + a/(m+2) + …): one minus the sum of the first terms would cancel. Where (u + v)/2 is
    /// above 700 the result is zero: the factors underflow.
    #[must_use]
    pub fn probability_by_chan(&self) -> f64 {
        let a = 0.5 * (self.radius / self.sigma_x) * (self.radius / self.sigma_y);
        let b = 0.5 * self.mahalanobis().powi(2);
        if a + b > 700.0 {
            return 0.0;
        }
        let mut factor = (-a - b).exp() * a;
        let (mut sum, mut m) = (0.0, 0.0);
        loop {
            let term = factor * gamma_tail(a, m);
            sum += term;
            // The terms rise while m² < ab, and fall ever faster after it.
            if m * m > a * b && term <= 1e-17 * sum || !term.is_finite() {
                return sum.min(1.0);
            }
            m += 1.0;
            factor *= a * b / (m * (m + 1.0));
        }
    }
}

/// 1 + a/(m+2) + a²/((m+2)(m+3)) + …
fn gamma_tail(a: f64, m: f64) -> f64 {
    let (mut sum, mut term, mut divisor) = (1.0, 1.0, m + 2.0);
    while term > 1e-17 * sum {
        term *= a / divisor;
        sum += term;
        divisor += 1.0;
    }
    sum
}
