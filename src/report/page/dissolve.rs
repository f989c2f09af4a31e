//! Cells of one class as one shape: the borders between them dissolve, and the outline is written in few characters.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use super::projection::Point;

/// The outline of cells that do not overlap, as closed rings for the even-odd rule.
///
/// Each cell's border is a set of edges in which every point has an even number of ends; the sum of such sets modulo two
/// is one again, and drops each edge that two cells share. Any way to walk it in rings fills, by the even-odd rule, what
/// an odd number of cells covers: all of them, since none overlap.
pub(super) fn dissolve<'a>(rings: impl IntoIterator<Item = &'a [Point]>) -> Vec<Vec<Point>> {
    let mut edges: BTreeSet<(Point, Point)> = BTreeSet::new();
    for ring in rings {
        for (index, &to) in ring.iter().enumerate() {
            let from = ring[(index + ring.len() - 1) % ring.len()];
            if from != to {
                let edge = (from.min(to), from.max(to));
                if !edges.remove(&edge) {
                    edges.insert(edge);
                }
            }
        }
    }
    let mut ends: BTreeMap<Point, BTreeSet<Point>> = BTreeMap::new();
    for (a, b) in edges {
        ends.entry(a).or_default().insert(b);
        ends.entry(b).or_default().insert(a);
    }
    let mut outlines = Vec::new();
    while let Some((&start, _)) = ends.first_key_value() {
        let mut ring = vec![start];
        let mut at = start;
        while let Some(next) = take_end(&mut ends, at) {
            at = next;
            if at == start {
                break;
            }
            ring.push(at);
        }
        let ring = smoothed(&ring);
        if ring.len() > 2 {
            outlines.push(ring);
        }
    }
    outlines
}

/// Takes one edge away from a point and says where it leads.
fn take_end(ends: &mut BTreeMap<Point, BTreeSet<Point>>, at: Point) -> Option<Point> {
    let next = ends.get_mut(&at)?.pop_first()?;
    if ends.get(&at).is_some_and(BTreeSet::is_empty) {
        ends.remove(&at);
    }
    if let Some(back) = ends.get_mut(&next) {
        back.remove(&at);
        if back.is_empty() {
            ends.remove(&next);
        }
    }
    Some(next)
}

/// Twice the area, in square units, below which a corner is not seen.
const UNSEEN: i64 = 3;

/// A ring without the points that make no difference to the eye: those whose triangle with the point kept before and the
/// next one is too small (the measure of Visvalingam and Whyatt 1993, in one pass).
fn smoothed(ring: &[Point]) -> Vec<Point> {
    let mut kept: Vec<Point> = Vec::with_capacity(ring.len());
    for (index, &point) in ring.iter().enumerate() {
        let before = kept.last().copied().unwrap_or(ring[ring.len() - 1]);
        let next = ring[(index + 1) % ring.len()];
        let (dx, dy) = (i64::from(point.0 - before.0), i64::from(point.1 - before.1));
        if (dx * i64::from(next.1 - point.1) - dy * i64::from(next.0 - point.0)).abs() > UNSEEN {
            kept.push(point);
        }
    }
    kept
}

/// Rings as a path: whole numbers, each relative to the one before. The later rings' first points are relative too.
pub(super) fn path(rings: &[Vec<Point>], closed: bool) -> String {
    let mut out = String::new();
    let mut at = (0, 0);
    for ring in rings {
        let Some(&start) = ring.first() else { continue };
        out.push('m');
        push_step(&mut out, at, start);
        at = start;
        for (index, &point) in ring.iter().enumerate().skip(1) {
            if index == 1 {
                out.push('l');
            } else if point.0 >= at.0 {
                out.push(' ');
            }
            push_step(&mut out, at, point);
            at = point;
        }
        if closed {
            out.push('z');
            // Closing leads back to the ring's start.
            at = start;
        }
    }
    out
}

fn push_step(out: &mut String, from: Point, to: Point) {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    // A minus sign separates as well as a blank. Writing to a string cannot fail.
    let _ = if dy < 0 { write!(out, "{dx}{dy}") } else { write!(out, "{dx} {dy}") };
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Twice the area that the even-odd rule fills, for rings that do not cross.
    fn twice_area(rings: &[Vec<Point>], inside: impl Fn(i32, i32) -> bool) -> i64 {
        let odd = |x: f64, y: f64| {
            rings
                .iter()
                .flat_map(|ring| ring.iter().zip(ring.iter().cycle().skip(1)))
                .filter(|(a, b)| {
                    let ((ax, ay), (bx, by)) = ((f64::from(a.0), f64::from(a.1)), (f64::from(b.0), f64::from(b.1)));
                    (ay > y) != (by > y) && x < (bx - ax) * (y - ay) / (by - ay) + ax
                })
                .count()
                % 2
                == 1
        };
        let mut count = 0;
        for x in -1..12 {
            for y in -1..12 {
                let filled = odd(10.0 * f64::from(x) + 5.0, 10.0 * f64::from(y) + 5.0);
                assert_eq!(filled, inside(x, y), "{x} {y}");
                count += i64::from(filled);
            }
        }
        2 * count
    }

    #[test]
    fn cells_of_a_class_become_one_outline() {
        // Unit squares of a pattern with a hole, corners that touch, and pieces apart.
        let filled = |x: i32, y: i32| {
            (0..10).contains(&x) && (0..10).contains(&y) && (x * 7 + y * 3) % 5 != 0 && !(x == 4 && y == 4)
        };
        let mut cells: Vec<Vec<Point>> = Vec::new();
        for x in 0..10 {
            for y in 0..10 {
                if filled(x, y) {
                    cells.push([(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1)].map(|(x, y)| (10 * x, 10 * y)).into());
                }
            }
        }
        let outline = dissolve(cells.iter().map(Vec::as_slice));
        assert_eq!(twice_area(&outline, filled), 2 * cells.len() as i64);
        let edges: usize = outline.iter().map(Vec::len).sum();
        assert!(edges < 4 * cells.len());
    }

    #[test]
    fn a_path_is_relative_and_short() {
        assert_eq!(
            path(&[vec![(1, 2), (4, 2), (4, -6)], vec![(0, 0), (1, 0), (1, 1)]], true),
            "m1 2l3 0 0-8zm-1-2l1 0 0 1z"
        );
        assert_eq!(dissolve([&[(0, 0), (0, 0)][..]]), Vec::<Vec<Point>>::new());
    }
}
