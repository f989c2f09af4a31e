//! Figures of merit of a place over a window.
//!
//! The definitions are STK's (Coverage Definition, figures of merit: Coverage Time, Revisit Time, Time Average Gap,
//! Response Time). A gap that shares an end with the window is measured to that end; the `_inner` figures leave such
//! gaps out (STK's `EndGapOption = Ignore`).

use crate::astro::span::{Span, SpanSet};

/// Figures of one place from the accesses of a set of satellites. `None`: not defined.
#[derive(Clone, Debug, PartialEq)]
pub struct Figures {
    /// Number of accesses, each satellite's counted by itself, those cut by the window too.
    pub accesses: usize,
    /// Number of stretches in which at least one satellite has access.
    pub stretches: usize,
    /// Time with at least one satellite, seconds.
    pub covered_s: f64,
    /// The same in percent of the window.
    pub covered_percent: f64,
    /// Accesses a day.
    pub accesses_per_day: f64,
    /// Mean length of an access, seconds.
    pub mean_access_s: Option<f64>,
    /// Longest access, seconds.
    pub longest_access_s: Option<f64>,
    /// Revisit time with the gaps at the window's ends.
    pub gaps: GapFigures,
    /// Revisit time with only the gaps between two stretches.
    pub inner_gaps: GapFigures,
    /// Mean time from the start of a stretch to the start of the next, seconds.
    pub mean_start_to_start_s: Option<f64>,
    /// Σ gap² / window: the mean length of the gap that a random moment falls into (0 outside gaps), seconds.
    pub time_average_gap_s: f64,
    /// Σ gap² / (2 · window): mean wait from a random moment to the next access, the last gap's to the window's end.
    pub mean_response_s: f64,
    /// Wait from a random moment to the next access that half of the moments, 90 % and 99 % of them do not exceed, seconds.
    pub response: ResponsePercentiles,
    /// Start of the first stretch, seconds from the window's start.
    pub first_access_s: Option<f64>,
}

/// Percentiles of the response time, seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ResponsePercentiles {
    /// The median: 0 where half of the time is covered.
    pub p50_s: f64,
    /// That of 90 %.
    pub p90_s: f64,
    /// That of 99 %.
    pub p99_s: f64,
}

impl ResponsePercentiles {
    /// The percentiles over the moments of a window with these gaps.
    ///
    /// A moment with at most x to wait lies in a stretch or in the last x of a gap, so the share of such moments is
    /// F(x) = (covered + Σ min(gap, x)) / window, linear between the lengths of the gaps; its inverse is exact. As in
    /// STK's Response Time the last gap is measured to the window's end: what comes after it is not known.
    fn of(gaps: &[Span], window_s: f64) -> Self {
        let mut lengths: Vec<f64> = gaps.iter().map(Span::seconds).collect();
        lengths.sort_by(f64::total_cmp);
        let total_s: f64 = lengths.iter().sum();
        let percentile = |share: f64| {
            // Moments that have to wait longer than the answer.
            let longer_s = (1.0 - share) * window_s;
            let (mut left_s, mut before_s) = (total_s, 0.0);
            for (index, &length_s) in lengths.iter().enumerate() {
                let still = (lengths.len() - index) as f64;
                if left_s - still * (length_s - before_s) <= longer_s {
                    return before_s + ((left_s - longer_s) / still).max(0.0);
                }
                left_s -= still * (length_s - before_s);
                before_s = length_s;
            }
            before_s
        };
        Self { p50_s: percentile(0.50), p90_s: percentile(0.90), p99_s: percentile(0.99) }
    }
}

/// Number and lengths of gaps.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GapFigures {
    /// How many.
    pub count: usize,
    /// Mean length, seconds.
    pub mean_s: Option<f64>,
    /// Greatest length, seconds; 0 where the whole window is covered.
    pub longest_s: Option<f64>,
    /// Least length, seconds.
    pub shortest_s: Option<f64>,
}

impl GapFigures {
    fn of(gaps: &[Span]) -> Self {
        let lengths = || gaps.iter().map(Span::seconds);
        let some = !gaps.is_empty();
        Self {
            count: gaps.len(),
            mean_s: some.then(|| lengths().sum::<f64>() / gaps.len() as f64),
            longest_s: lengths().reduce(f64::max),
            shortest_s: lengths().reduce(f64::min),
        }
    }
}

impl Figures {
    /// The figures of accesses inside `[0, window_s]`, in any order, of any number of satellites.
    #[must_use]
    pub fn new(accesses: &[Span], window_s: f64) -> Self {
        let union = SpanSet::from_spans(accesses.to_vec());
        let stretches = union.as_slice();
        let all_gaps = union.gaps(window_s);
        let inner = all_gaps
            .as_slice()
            .iter()
            .filter(|gap| gap.start_s > 0.0 && gap.end_s < window_s)
            .copied()
            .collect::<Vec<_>>();
        let mut gaps = GapFigures::of(all_gaps.as_slice());
        // A window without a gap has a longest gap of nothing; one that is never left is no figure at all.
        gaps.longest_s = gaps.longest_s.or(Some(0.0));
        let squares: f64 = all_gaps.as_slice().iter().map(|gap| gap.seconds().powi(2)).sum();
        let some = !accesses.is_empty();
        Self {
            accesses: accesses.len(),
            stretches: stretches.len(),
            covered_s: union.seconds(),
            covered_percent: 100.0 * union.seconds() / window_s,
            accesses_per_day: accesses.len() as f64 * 86_400.0 / window_s,
            mean_access_s: some.then(|| accesses.iter().map(Span::seconds).sum::<f64>() / accesses.len() as f64),
            longest_access_s: accesses.iter().map(Span::seconds).reduce(f64::max),
            gaps,
            inner_gaps: GapFigures::of(&inner),
            mean_start_to_start_s: match stretches {
                [first, .., last] => Some((last.start_s - first.start_s) / (stretches.len() - 1) as f64),
                _ => None,
            },
            time_average_gap_s: squares / window_s,
            mean_response_s: squares / (2.0 * window_s),
            response: ResponsePercentiles::of(all_gaps.as_slice(), window_s),
            first_access_s: stretches.first().map(|stretch| stretch.start_s),
        }
    }
}
