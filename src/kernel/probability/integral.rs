//! The exact probability as an integral over one dimension.

use std::f64::consts::FRAC_PI_2;

use super::Disc;
use super::interval::{density, interval};

/// The least standard deviation in radii: below it the distribution is a line to every digit that is promised.
const LEAST_SIGMA: f64 = 1e-7;

/// How far the exponent of the density may vary over the disc for one panel to see it all.
const GENTLE: f64 = 12.0;

/// Where the density is e^-60 of its peak, what is left is below every digit, thickness of the slice included.
const NEGLIGIBLE: f64 = 60.0;

/// The greatest difference of the two rules on one panel, of the whole: the finer rule then is good to 1e-12.
const TOLERANCE: f64 = 1e-9;

/// Halvings of a panel at most: more than the narrowest peak needs.
const MOST_HALVINGS: usize = 48;

impl Disc {
    /// The probability that the point lies in the disc: the two-dimensional integral of Foster and Estes (NASA
    /// JSC-25898, 1992), exact; where the density hardly varies over the disc, by the series of its mean.
    ///
    /// P = ∫ φ((x − xm)/σx)/σx · [Φ((h − ym)/σy) − Φ((−h − ym)/σy)] dx over −R … R with h² = R² − x² (Alfano, *A
    /// numerical implementation of spherical object collision probability*, J. Astronaut. Sci. 53, 2005), along
    /// the axis with the smaller σ, where the density alone decides what counts. x = R·sin t makes the ends smooth. By
    /// adaptive quadrature on the stretch in which the slices are not negligible it is good to 1e-10 relative while P is
    /// above 1e-30, for any ratio of R to σ up to 1e7; beyond, the result is that of 1e7. Below 1e-300 it becomes zero.
    #[must_use]
    pub fn probability(&self) -> f64 {
        self.probability_of_small().unwrap_or_else(|| self.probability_by_slices())
    }

    /// The same by quadrature, whatever the disc.
    pub(super) fn probability_by_slices(&self) -> f64 {
        let slices = Slices::new(self);
        let sum = if slices.are_gentle() {
            adaptive(&slices, &[-FRAC_PI_2, FRAC_PI_2])
        } else {
            let Some(stretch) = slices.stretch() else { return 0.0 };
            adaptive(&slices, &stretch)
        };
        sum.clamp(0.0, 1.0)
    }
}

/// The disc cut into slices across the axis with the smaller σ; `outer` lengths in that σ, `inner` ones in the other.
struct Slices {
    outer_miss: f64,
    outer_radius: f64,
    inner_miss: f64,
    inner_radius: f64,
}

impl Slices {
    fn new(disc: &Disc) -> Self {
        let along = |miss: f64, sigma: f64| {
            let sigma = sigma.max(LEAST_SIGMA * disc.radius);
            (miss.abs() / sigma, disc.radius / sigma)
        };
        let (x, y) = (along(disc.x, disc.sigma_x), along(disc.y, disc.sigma_y));
        let (outer, inner) = if disc.sigma_x <= disc.sigma_y { (x, y) } else { (y, x) };
        Self { outer_miss: outer.0, outer_radius: outer.1, inner_miss: inner.0, inner_radius: inner.1 }
    }

    /// dP/dt of the slice at x = R·sin t.
    fn rate(&self, t: f64) -> f64 {
        let (sine, cosine) = t.sin_cos();
        let along = density(self.outer_radius * sine - self.outer_miss);
        along * interval(self.inner_miss, self.inner_radius * cosine) * self.outer_radius * cosine
    }

    /// Whether the density varies so little over the disc that nothing of it can hide between the nodes of one panel.
    fn are_gentle(&self) -> bool {
        self.outer_radius * (self.outer_radius + self.outer_miss) < GENTLE
            && self.inner_radius * (self.inner_radius + self.inner_miss) < GENTLE
    }

    /// The logarithm of the greatest density in a slice times the slice's greatest size: concave in x, since it is the
    /// greatest of a concave function over one of two coordinates of a convex set, and so with a single peak.
    fn log_bound(&self, t: f64) -> f64 {
        let (sine, cosine) = t.sin_cos();
        let along = self.outer_radius * sine - self.outer_miss;
        let across = (self.inner_miss - self.inner_radius * cosine).max(0.0);
        2.0 * cosine.abs().ln() - 0.5 * (along * along + across * across)
    }

    /// Where the slices count: from, peak, to; nothing where even the peak underflows.
    fn stretch(&self) -> Option<[f64; 3]> {
        let peak = self.peak();
        let floor = self.log_bound(peak) - NEGLIGIBLE;
        (floor > -1000.0).then(|| [self.edge(peak, -FRAC_PI_2, floor), peak, self.edge(peak, FRAC_PI_2, floor)])
    }

    /// The peak of [`Self::log_bound`], by golden section.
    fn peak(&self) -> f64 {
        const SHARE: f64 = 0.618_033_988_749_894_9;
        let (mut from, mut to) = (-FRAC_PI_2, FRAC_PI_2);
        let point = |from: f64, to: f64| {
            let t = from + SHARE * (to - from);
            (t, self.log_bound(t))
        };
        let (mut left, mut right) = (point(to, from), point(from, to));
        while to - from > 1e-9 {
            if left.1 < right.1 {
                from = left.0;
                left = right;
                right = point(from, to);
            } else {
                to = right.0;
                right = left;
                left = point(to, from);
            }
        }
        0.5 * (from + to)
    }

    /// Where the bound falls to `floor` between the peak and an end, or somewhat outside of it.
    fn edge(&self, peak: f64, end: f64, floor: f64) -> f64 {
        let (mut inside, mut outside) = (peak, end);
        for _ in 0..MOST_HALVINGS {
            let middle = 0.5 * (inside + outside);
            if self.log_bound(middle) < floor {
                outside = middle;
            } else if (outside - inside).abs() < 0.1 * (inside - peak).abs() {
                break;
            } else {
                inside = middle;
            }
        }
        outside
    }
}

/// The integral of the slices over panels between the points given, each halved until two rules agree on it.
fn adaptive<const N: usize>(slices: &Slices, points: &[f64; N]) -> f64 {
    let mut panels = [(0.0, 0.0); N];
    for (rules, ends) in panels.iter_mut().zip(points.windows(2)) {
        *rules = kronrod(slices, ends[0], ends[1]);
    }
    let whole: f64 = panels.iter().map(|(fine, _)| fine).sum();
    let panels = points.windows(2).zip(panels);
    panels.map(|(ends, rules)| halved(slices, ends[0], ends[1], rules, TOLERANCE * whole)).sum()
}

/// One panel with what both rules give for it: its left half first, the ends of the right halves kept on a stack.
fn halved(slices: &Slices, mut from: f64, mut to: f64, mut rules: (f64, f64), tolerance: f64) -> f64 {
    let mut waiting = [0.0; MOST_HALVINGS];
    let (mut depth, mut sum) = (0, 0.0);
    loop {
        let (fine, coarse) = rules;
        if (fine - coarse).abs() > tolerance && depth < MOST_HALVINGS {
            waiting[depth] = to;
            depth += 1;
            to = 0.5 * (from + to);
        } else {
            sum += fine;
            if depth == 0 {
                return sum;
            }
            depth -= 1;
            (from, to) = (to, waiting[depth]);
        }
        rules = kronrod(slices, from, to);
    }
}

/// Nodes of the 21-point Gauss-Kronrod rule on −1 … 1, zero last; every second one is Gauss's (Piessens et al.,
/// *QUADPACK*, 1983, QK21).
const NODES: [f64; 11] = [
    0.995_657_163_025_808_1,
    0.973_906_528_517_171_7,
    0.930_157_491_355_708_2,
    0.865_063_366_688_984_5,
    0.780_817_726_586_416_9,
    0.679_409_568_299_024_4,
    0.562_757_134_668_604_7,
    0.433_395_394_129_247_2,
    0.294_392_862_701_460_2,
    0.148_874_338_981_631_22,
    0.0,
];

/// Kronrod's weights of the nodes.
const FINE: [f64; 11] = [
    0.011_694_638_867_371_874,
    0.032_558_162_307_964_725,
    0.054_755_896_574_351_995,
    0.075_039_674_810_919_96,
    0.093_125_454_583_697_6,
    0.109_387_158_802_297_64,
    0.123_491_976_262_065_84,
    0.134_709_217_311_473_34,
    0.142_775_938_577_060_09,
    0.147_739_104_901_338_49,
    0.149_445_554_002_916_9,
];

/// Gauss's weights of every second node.
const COARSE: [f64; 5] = [
    0.066_671_344_308_688_14,
    0.149_451_349_150_580_6,
    0.219_086_362_515_982_04,
    0.269_266_719_309_996_35,
    0.295_524_224_714_752_87,
];

/// One panel by the 21-point and by the 10-point rule.
fn kronrod(slices: &Slices, from: f64, to: f64) -> (f64, f64) {
    let (centre, half) = (0.5 * (from + to), 0.5 * (to - from));
    let mut fine = FINE[10] * slices.rate(centre);
    let mut coarse = 0.0;
    for k in 0..10 {
        let offset = half * NODES[k];
        let pair = slices.rate(centre - offset) + slices.rate(centre + offset);
        fine += FINE[k] * pair;
        if k % 2 == 1 {
            coarse += COARSE[k / 2] * pair;
        }
    }
    (fine * half, coarse * half)
}
