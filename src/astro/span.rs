//! Intervals of time and their algebra.

/// A stretch of time in seconds from the start of a window, `start_s <= end_s`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Span {
    /// Beginning.
    pub start_s: f64,
    /// End.
    pub end_s: f64,
}

impl Span {
    /// A span from `start_s` to `end_s`.
    #[must_use]
    pub const fn new(start_s: f64, end_s: f64) -> Self {
        Self { start_s, end_s }
    }

    /// Length in seconds.
    #[must_use]
    pub fn seconds(&self) -> f64 {
        self.end_s - self.start_s
    }

    /// Whether `time_s` lies in the span, ends included.
    #[must_use]
    pub fn contains(&self, time_s: f64) -> bool {
        (self.start_s..=self.end_s).contains(&time_s)
    }
}

/// Sorted, disjoint spans; touching ones are joined.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SpanSet(Vec<Span>);

impl SpanSet {
    /// The union of any spans, in any order.
    #[must_use]
    pub fn from_spans(mut spans: Vec<Span>) -> Self {
        spans.retain(|span| span.end_s >= span.start_s);
        // What a search found is in order already.
        if !spans.is_sorted_by(|a, b| a.start_s <= b.start_s) {
            spans.sort_by(|a, b| a.start_s.total_cmp(&b.start_s));
        }
        let mut joined: Vec<Span> = Vec::with_capacity(spans.len());
        for span in spans {
            match joined.last_mut() {
                Some(last) if span.start_s <= last.end_s => last.end_s = last.end_s.max(span.end_s),
                _ => joined.push(span),
            }
        }
        Self(joined)
    }

    /// The spans in order.
    #[must_use]
    pub fn as_slice(&self) -> &[Span] {
        &self.0
    }

    /// Whether there is no span.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Sum of the lengths in seconds.
    #[must_use]
    pub fn seconds(&self) -> f64 {
        self.0.iter().map(Span::seconds).sum()
    }

    /// Whether `time_s` lies in one of the spans.
    #[must_use]
    pub fn contains(&self, time_s: f64) -> bool {
        let after = self.0.partition_point(|span| span.start_s <= time_s);
        after > 0 && self.0[after - 1].contains(time_s)
    }

    /// What lies in either set.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        Self::from_spans(self.0.iter().chain(&other.0).copied().collect())
    }

    /// The union of many sets.
    #[must_use]
    pub fn union_of<'a>(sets: impl IntoIterator<Item = &'a Self>) -> Self {
        Self::from_spans(sets.into_iter().flat_map(|set| set.0.iter().copied()).collect())
    }

    /// What lies in both sets; stretches of no length are left out.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        let (mut i, mut j) = (0, 0);
        let mut shared = Vec::new();
        while let (Some(a), Some(b)) = (self.0.get(i), other.0.get(j)) {
            let (start_s, end_s) = (a.start_s.max(b.start_s), a.end_s.min(b.end_s));
            if start_s < end_s {
                shared.push(Span { start_s, end_s });
            }
            if a.end_s < b.end_s {
                i += 1;
            } else {
                j += 1;
            }
        }
        Self(shared)
    }

    /// Each span with its end `later_s` later; those that then touch are joined.
    #[must_use]
    pub fn prolonged(&self, later_s: f64) -> Self {
        Self::from_spans(self.0.iter().map(|span| Span::new(span.start_s, span.end_s + later_s)).collect())
    }

    /// What lies in a span; stretches of no length are left out.
    #[must_use]
    pub fn within(&self, bounds: Span) -> Self {
        let cut = |span: &Span| Span::new(span.start_s.max(bounds.start_s), span.end_s.min(bounds.end_s));
        Self(self.0.iter().map(cut).filter(|span| span.start_s < span.end_s).collect())
    }

    /// Each span moved by so many seconds.
    #[must_use]
    pub fn shifted(&self, seconds: f64) -> Self {
        Self(self.0.iter().map(|span| Span::new(span.start_s + seconds, span.end_s + seconds)).collect())
    }

    /// What of `[0, window_s]` lies in no span: the gaps, those at both ends included.
    #[must_use]
    pub fn gaps(&self, window_s: f64) -> Self {
        let mut gaps = Vec::with_capacity(self.0.len() + 1);
        let mut covered_to_s = 0.0;
        for span in &self.0 {
            if span.start_s > covered_to_s {
                gaps.push(Span { start_s: covered_to_s, end_s: span.start_s.min(window_s) });
            }
            covered_to_s = span.end_s.max(covered_to_s);
        }
        if covered_to_s < window_s {
            gaps.push(Span { start_s: covered_to_s, end_s: window_s });
        }
        Self(gaps)
    }
}
