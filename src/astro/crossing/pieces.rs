//! Searches from piece to piece of a path, by the zeros of what is smooth on each.

use chrono::{DateTime, Utc};

use super::fix::Fix;
use super::track::Track;
use super::{Interval, Sample, Steps};
use crate::astro::frame::EarthOrientation;
use crate::astro::span::Span;

/// A function g of an object's place whose values on a piece of path come from polynomials.
pub(super) trait OnPath<O> {
    /// The polynomials of one piece.
    type Piece;

    /// The path.
    fn track(&self) -> &Track<'_, O>;

    /// The piece about a time; nothing where the propagator itself is asked.
    fn piece(&self, time_s: f64) -> Option<Self::Piece>;

    /// When a piece is.
    fn span(piece: &Self::Piece) -> Span;

    /// g with its promise, from a fix alone.
    fn of_fix(&self, fix: &Fix) -> Sample;

    /// g with its promise on a piece.
    fn on_piece(&self, piece: &Self::Piece, time_s: f64) -> Sample;

    /// Hands over the zeros of g from a time with its value on to another in a piece.
    fn walk(&self, piece: &Self::Piece, from: (f64, f64), end_s: f64, steps: Steps, found: &mut impl FnMut(f64));
}

/// All stretches of `within` in which g ≥ 0, where the path is smooth all along: from leap to leap as the promises allow
/// while g is below 0, and piece by piece by the zeros of g where they do not reach beyond the piece.
pub(super) fn intervals<O: Fn(DateTime<Utc>) -> EarthOrientation, G: OnPath<O>>(
    g: &G,
    within: Span,
    steps: Steps,
) -> Option<Vec<Interval>> {
    let mut found = Vec::new();
    let mut at_s = within.start_s;
    let mut running: Option<(f64, bool)> = None;
    let mut is_first = true;
    while at_s < within.end_s || is_first {
        if running.is_none()
            && let Some(beyond_s) = beyond_s(g, at_s, steps)
        {
            is_first = false;
            at_s = beyond_s.min(within.end_s);
            continue;
        }
        let piece = g.piece(at_s)?;
        let sample = g.on_piece(&piece, at_s);
        // At a seam of two pieces the sign may change by the millimetre between them.
        match (running, sample.value >= 0.0) {
            (None, true) => running = Some((at_s, is_first)),
            (Some((start_s, open_start)), false) => {
                running = None;
                found.push(Interval { span: Span::new(start_s, at_s), open_start, open_end: false });
            }
            _ => {}
        }
        is_first = false;
        let beyond_s = at_s + sample.clear_s.min(steps.max_s);
        let piece_end_s = G::span(&piece).end_s.min(within.end_s);
        if beyond_s >= piece_end_s {
            at_s = beyond_s.min(within.end_s);
            continue;
        }
        g.walk(&piece, (at_s, sample.value), piece_end_s, steps, &mut |zero_s| match running.take() {
            None => running = Some((zero_s, false)),
            Some((start_s, open_start)) => {
                found.push(Interval { span: Span::new(start_s, zero_s), open_start, open_end: false });
            }
        });
        at_s = piece_end_s;
    }
    // A leap may have gone over the end of the orbit.
    g.track().smooth(within.end_s)?;
    if let Some((start_s, open_start)) = running {
        found.push(Interval { span: Span::new(start_s, within.end_s), open_start, open_end: true });
    }
    Some(found)
}

/// Where a leap from a time with g below 0 leads, if it leads beyond the cell for which no polynomials are known yet: then
/// none are needed there.
fn beyond_s<O: Fn(DateTime<Utc>) -> EarthOrientation, G: OnPath<O>>(g: &G, at_s: f64, steps: Steps) -> Option<f64> {
    let (fix, until_s) = g.track().ahead(at_s)?;
    let sample = g.of_fix(&fix);
    let beyond_s = at_s + sample.clear_s.min(steps.max_s);
    (sample.value < 0.0 && beyond_s >= until_s).then_some(beyond_s)
}
