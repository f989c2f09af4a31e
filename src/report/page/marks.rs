//! The marks of nations: a colour and a shape each, so that neither is needed alone.

use super::html::{Element, el, number};
use crate::ssa::nation::Nation;

/// Marks that are told apart; a sixth serves all further nations.
const SLOTS: usize = 5;

/// Which mark each of the weighed nations has.
pub(super) struct Marks(Vec<(Nation, usize)>);

impl Marks {
    /// The three allies keep their marks in every report; others get what is left.
    pub(super) fn new(nations: &[Nation]) -> Self {
        let own = |nation: Nation| match nation {
            Nation::Us => Some(1),
            Nation::Jp => Some(2),
            Nation::Kr => Some(3),
            _ => None,
        };
        let mut free: Vec<usize> = [4, 5, 1, 2, 3]
            .into_iter()
            .filter(|slot| !nations.iter().any(|nation| own(*nation) == Some(*slot)))
            .collect();
        free.reverse();
        let slot = |nation: &Nation| (*nation, own(*nation).or_else(|| free.pop()).unwrap_or(SLOTS + 1));
        Self(nations.iter().map(slot).collect())
    }

    /// The mark of a nation; 0 for one that is not weighed.
    pub(super) fn slot(&self, nation: Nation) -> usize {
        self.0.iter().find(|(of, _)| *of == nation).map_or(0, |(_, slot)| *slot)
    }

    /// The class that colours a mark of a nation.
    pub(super) fn class(&self, nation: Nation) -> String {
        format!("n{}", self.slot(nation))
    }

    /// A nation's mark beside its name in text; the name says the same, so it is no content of its own.
    pub(super) fn chip(&self, nation: Nation) -> Element {
        el("i").class(format!("chip n{}", self.slot(nation))).attr("aria-hidden", "true")
    }

    /// A nation's mark around many points, as one path; `None` where there are none.
    pub(super) fn shapes(&self, nation: Nation, points: &[(f64, f64)], radius: f64) -> Option<Element> {
        let slot = self.slot(nation);
        let outline = |(x, y): &(f64, f64)| outline(slot, *x, *y, radius);
        let outlines = || points.iter().map(outline).collect::<String>();
        (!points.is_empty()).then(|| el("path").class(format!("n{slot}")).attr("d", outlines()))
    }

    /// A nation's mark in a drawing, around a point.
    pub(super) fn shape(&self, nation: Nation, x: f64, y: f64, radius: f64) -> Element {
        let slot = self.slot(nation);
        el("path").class(format!("n{slot}")).attr("d", outline(slot, x, y, radius))
    }
}

/// Disc, square, triangle, diamond, cross, hexagon.
fn outline(slot: usize, x: f64, y: f64, radius: f64) -> String {
    let corners: &[(f64, f64)] = match slot {
        2 => &[(-0.88, -0.88), (0.88, -0.88), (0.88, 0.88), (-0.88, 0.88)],
        3 => &[(0.0, -1.1), (1.1, 0.9), (-1.1, 0.9)],
        4 => &[(0.0, -1.2), (1.2, 0.0), (0.0, 1.2), (-1.2, 0.0)],
        5 => &[
            (-0.4, -1.1),
            (0.4, -1.1),
            (0.4, -0.4),
            (1.1, -0.4),
            (1.1, 0.4),
            (0.4, 0.4),
            (0.4, 1.1),
            (-0.4, 1.1),
            (-0.4, 0.4),
            (-1.1, 0.4),
            (-1.1, -0.4),
            (-0.4, -0.4),
        ],
        6 => &[(-0.55, -0.95), (0.55, -0.95), (1.1, 0.0), (0.55, 0.95), (-0.55, 0.95), (-1.1, 0.0)],
        _ => {
            let [left, top, r, d] = [x - radius, y, radius, 2.0 * radius].map(number);
            return format!("M{left} {top}a{r} {r} 0 1 0 {d} 0 {r} {r} 0 1 0-{d} 0z");
        }
    };
    let points: Vec<String> =
        corners.iter().map(|(dx, dy)| format!("{} {}", number(x + dx * radius), number(y + dy * radius))).collect();
    format!("M{}z", points.join("L"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_nations_have_five_marks() {
        let marks = Marks::new(&[Nation::Gb, Nation::Kr, Nation::Fr, Nation::Us, Nation::De]);
        assert_eq!(
            [Nation::Gb, Nation::Kr, Nation::Fr, Nation::Us, Nation::De].map(|n| marks.slot(n)),
            [4, 3, 5, 1, 2]
        );
        assert_eq!(marks.slot(Nation::Cn), 0);
    }
}
