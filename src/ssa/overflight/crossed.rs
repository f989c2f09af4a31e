//! When a ground track crosses the edges of a region.
//!
//! The track of a piece of path is a curve P(t) in the (longitude, latitude) plane with |P″| ≤ b known from its
//! polynomials. It is walked in the chords of its arcs, Δ long, from which it is nowhere farther than the sagitta b·Δ²/8. An
//! edge is passed over where its box does not meet the chord's, widened by the sagitta, or where it lies farther than that
//! on one side of the chord. For any other, of length ℓ, the zeros of the signed area f(t) = ℓ × (P(t) − e₁) are looked for
//! with |f″| ≤ ℓ·b ([`crate::kernel::root::zeros`]): no crossing is lost but two of one edge within half a millisecond. The
//! crossings only part the track: whether what lies between two of them is inside is asked of the region.

use crate::astro::crossing::GroundArc;
use crate::astro::span::Span;
use crate::kernel::root::{Fineness, zeros};
use crate::ssa::place::{Bounds, Region};

/// Two crossings of one edge within half a millisecond may be lost; one is found to a microsecond.
const FINENESS: Fineness = Fineness { shortest: 5e-4, tolerance: 1e-6 };

/// An edge is taken to reach farther than its ends by this, degrees, so that no track slips through between two.
const OVERLAP_DEG: f64 = 1e-9;

/// The same where the crossing is found: it is a microsecond off at most, 1e-7 degrees.
const REACH_DEG: f64 = OVERLAP_DEG + 1e-7;

/// Adds the times within `span`, part of the arc's own, at which the arc crosses an edge of the region; false where the arc
/// stays away from the region's box.
pub(super) fn crossings(region: &Region, arc: &GroundArc, span: Span, times_s: &mut Vec<f64>) -> bool {
    let bounds = region.bounds();
    let length_s = arc.chord_s();
    let sagitta_deg = arc.bend_deg_s2 * length_s * length_s / 8.0 + OVERLAP_DEG;
    let whole = around(&arc.corners_deg, sagitta_deg);
    // The turn in which the region is nearest.
    let middle_deg = 0.5 * (bounds.west_deg + bounds.east_deg);
    let turns = ((0.5 * (whole.west_deg + whole.east_deg) - middle_deg) / 360.0).round() * 360.0;
    let turned = |[longitude_deg, latitude_deg]: [f64; 2]| [longitude_deg - turns, latitude_deg];
    if !meet(&around(&arc.corners_deg.map(turned), sagitta_deg), &bounds) {
        return false;
    }
    let place = |time_s: f64| turned(arc.at_deg(time_s));
    for (chord, ends) in arc.marks_deg.windows(2).enumerate() {
        let time_s = |mark: usize| arc.span.start_s + mark as f64 * length_s;
        let (from_s, to_s) = (time_s(chord), time_s(chord + 1));
        if to_s < span.start_s || from_s > span.end_s {
            continue;
        }
        let (from, to) = (turned(ends[0]), turned(ends[1]));
        let around = around(&[from, to], sagitta_deg);
        if meet(&around, &bounds) {
            let line = [from[0], from[1], to[0], to[1]];
            let margin = (sagitta_deg + REACH_DEG) * (to[0] - from[0]).hypot(to[1] - from[1]);
            for edge in region.edges_near(&around) {
                let &[x1, y1, x2, y2] = edge;
                let (first, last) = (side(&line, [x1, y1]), side(&line, [x2, y2]));
                if first.min(last) > margin || first.max(last) < -margin {
                    continue;
                }
                let edge = Edge::new(edge, &place, arc.bend_deg_s2);
                edge.crossings((from_s, edge.side(from)), (to_s, edge.side(to)), &mut |time_s| {
                    if span.contains(time_s) {
                        times_s.push(time_s);
                    }
                });
            }
        }
    }
    true
}

/// The box around two points, widened.
fn around([a, b]: &[[f64; 2]; 2], margin_deg: f64) -> Bounds {
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

/// Twice the signed area of the triangle of a line's two points with another: its sign tells the side of the line.
fn side(&[x1, y1, x2, y2]: &[f64; 4], [x, y]: [f64; 2]) -> f64 {
    (x2 - x1) * (y - y1) - (y2 - y1) * (x - x1)
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
    fn side(&self, point: [f64; 2]) -> f64 {
        side(self.ends, point)
    }

    /// Hands over the times between two, given with their sides, at which the track crosses the edge.
    fn crossings(&self, from: (f64, f64), to: (f64, f64), found: &mut impl FnMut(f64)) {
        zeros(from, to, self.bend, FINENESS, &|time_s| self.side((self.place)(time_s)), &mut |time_s| {
            if self.holds((self.place)(time_s)) {
                found(time_s);
            }
        });
    }

    /// Whether a point of the edge's line lies on the edge.
    fn holds(&self, [x, y]: [f64; 2]) -> bool {
        let &[x1, y1, x2, y2] = self.ends;
        (x1.min(x2) - REACH_DEG..=x1.max(x2) + REACH_DEG).contains(&x)
            && (y1.min(y2) - REACH_DEG..=y1.max(y2) + REACH_DEG).contains(&y)
    }
}
