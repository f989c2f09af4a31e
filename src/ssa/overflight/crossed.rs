//! When a ground track crosses the edges of a region.
//!
//! The track of a piece of path is a curve P(t) in the (longitude, latitude) plane with |P″| ≤ b known from its
//! polynomials. It is walked in chords of Δ, and for an edge of length ℓ whose box a chord's own, widened by the sagitta
//! b·Δ²/8, meets, the zeros of the signed area f(t) = ℓ × (P(t) − e₁) are looked for with |f″| ≤ ℓ·b
//! ([`crate::kernel::root::zeros`]): no crossing is lost but two of one edge within half a millisecond. The crossings only
//! part the track: whether what lies between two of them is inside is asked of the region.

use crate::astro::crossing::GroundArc;
use crate::astro::span::Span;
use crate::kernel::root::{Fineness, zeros};
use crate::ssa::place::{Bounds, Region};

/// Two crossings of one edge within half a millisecond may be lost; one is found to a microsecond.
const FINENESS: Fineness = Fineness { shortest: 5e-4, tolerance: 1e-6 };

/// An edge is taken to reach farther than its ends by this, degrees, so that no track slips through between two.
const OVERLAP_DEG: f64 = 1e-9;

/// A piece of path is walked in so many chords.
const CHORDS: u32 = 16;

/// Adds the times within `span`, part of the arc's own, at which the arc crosses an edge of the region.
pub(super) fn crossings(region: &Region, arc: &GroundArc, span: Span, times_s: &mut Vec<f64>) {
    let bounds = region.bounds();
    // The turn in which the region is nearest.
    let middle_deg = 0.5 * (bounds.west_deg + bounds.east_deg);
    let turns = ((arc.at_deg(span.start_s)[0] - middle_deg) / 360.0).round() * 360.0;
    let place = |time_s: f64| {
        let [longitude_deg, latitude_deg] = arc.at_deg(time_s);
        [longitude_deg - turns, latitude_deg]
    };
    let chords = (span.seconds() / arc.span.seconds() * f64::from(CHORDS)).ceil().max(1.0);
    let length_s = span.seconds() / chords;
    let sagitta_deg = arc.bend_deg_s2 * length_s * length_s / 8.0 + OVERLAP_DEG;
    let mut from = (span.start_s, place(span.start_s));
    for chord in 1..=chords as u32 {
        let to_s = span.start_s + f64::from(chord) * length_s;
        let to = (to_s, place(to_s));
        let around = around(from.1, to.1, sagitta_deg);
        if meet(&around, &bounds) {
            for edge in region.edges_near(&around) {
                let edge = Edge::new(edge, &place, arc.bend_deg_s2);
                edge.crossings((from.0, edge.side(from.1)), (to.0, edge.side(to.1)), times_s);
            }
        }
        from = to;
    }
}

/// The box around a chord, widened.
fn around(a: [f64; 2], b: [f64; 2], margin_deg: f64) -> Bounds {
    Bounds {
        south_deg: a[1].min(b[1]) - margin_deg,
        north_deg: a[1].max(b[1]) + margin_deg,
        west_deg: a[0].min(b[0]) - margin_deg,
        east_deg: a[0].max(b[0]) + margin_deg,
    }
}

fn meet(a: &Bounds, b: &Bounds) -> bool {
    a.west_deg <= b.east_deg && a.east_deg >= b.west_deg && a.south_deg <= b.north_deg && a.north_deg >= b.south_deg
}

/// One edge as a track meets it.
struct Edge<'a, P> {
    ends: &'a [f64; 4],
    place: &'a P,
    /// The greatest second derivative of [`Self::side`] in time.
    bend: f64,
}

impl<'a, P: Fn(f64) -> [f64; 2]> Edge<'a, P> {
    fn new(ends: &'a [f64; 4], place: &'a P, bend_deg_s2: f64) -> Self {
        let [x1, y1, x2, y2] = ends;
        Self { ends, place, bend: (x2 - x1).hypot(y2 - y1) * bend_deg_s2 }
    }

    /// Twice the signed area of the triangle with a point, square degrees: its sign is the side of the edge's line.
    fn side(&self, [x, y]: [f64; 2]) -> f64 {
        let &[x1, y1, x2, y2] = self.ends;
        (x2 - x1) * (y - y1) - (y2 - y1) * (x - x1)
    }

    /// Adds the times between two, given with their sides, at which the track crosses the edge.
    fn crossings(&self, from: (f64, f64), to: (f64, f64), times_s: &mut Vec<f64>) {
        zeros(from, to, self.bend, FINENESS, &|time_s| self.side((self.place)(time_s)), &mut |time_s| {
            if self.holds((self.place)(time_s)) {
                times_s.push(time_s);
            }
        });
    }

    /// Whether a point of the edge's line lies on the edge.
    fn holds(&self, [x, y]: [f64; 2]) -> bool {
        let &[x1, y1, x2, y2] = self.ends;
        // A crossing is a microsecond off at most, 1e-7 degrees.
        let margin = OVERLAP_DEG + 1e-7;
        (x1.min(x2) - margin..=x1.max(x2) + margin).contains(&x)
            && (y1.min(y2) - margin..=y1.max(y2) + margin).contains(&y)
    }
}
