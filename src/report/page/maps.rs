//! Section 2: who can look where, alone, in pairs, together. One small map a coalition, all of one scale.

use super::dissolve::{dissolve, path};
use super::html::{Element, el};
use super::projection::{Point, Projection, WIDTH, clip};
use super::scene::Scene;
use super::svg::{Figure, line, rect, words, words_at, words_to};
use super::words::{
    capital, coalition_name, duration, in_sentence, label, percent, percent_bare, setting, short_name, text_width,
};
use crate::report::briefing::region::{CoalitionPart, Landmark};

/// Classes of the maps' ramp.
const CLASSES: usize = 8;

/// Size of the letters on a map at its greatest, on a phone, units.
const LETTERS: f64 = 28.0;

/// The bounds between the classes.
pub(super) struct Ramp {
    first: f64,
    step: f64,
}

impl Ramp {
    /// Bounds that suit the figures: 20, 30, … 80 % where they spread that far, finer ones where they are all small or all
    /// great. All maps of a report share one ramp.
    pub(super) fn new(values: impl Iterator<Item = f64>) -> Self {
        let (mut least, mut most) = (f64::MAX, f64::MIN);
        for value in values.filter(|value| value.is_finite()) {
            least = least.min(value);
            most = most.max(value);
        }
        let (first, step) = match (least, most) {
            (_, most) if most <= 8.0 => (1.0, 1.0),
            (_, most) if most <= 16.0 => (2.0, 2.0),
            (_, most) if most <= 40.0 => (5.0, 5.0),
            (least, _) if least >= 80.0 => (86.0, 2.0),
            (least, _) if least >= 60.0 => (65.0, 5.0),
            _ => (20.0, 10.0),
        };
        Self { first, step }
    }

    /// The class of a value, 0 to 7.
    fn class(&self, value: f64) -> usize {
        let class = ((value - self.first) / self.step).floor() + 1.0;
        class.clamp(0.0, (CLASSES - 1) as f64) as usize
    }

    /// What a class holds: `below 20`, `20–30`, `80 and over`.
    fn name(&self, class: usize) -> String {
        let bound = |index: usize| self.first + index as f64 * self.step;
        match class {
            0 => format!("below {}", self.first),
            class if class == CLASSES - 1 => format!("{} and over", bound(CLASSES - 2)),
            class => format!("{}–{}", bound(class - 1), bound(class)),
        }
    }
}

/// What all maps share.
struct Atlas<'a> {
    scene: &'a Scene<'a>,
    frame: Projection,
    ramp: Ramp,
    /// For each region and cell its rings on the grid.
    cells: Vec<Vec<Vec<Vec<Point>>>>,
}

/// The maps with their key; none where there is no region to draw.
fn maps(scene: &Scene<'_>) -> Option<Element> {
    let frame = Projection::around(&scene.briefing.regions)?;
    let values = scene.briefing.regions.iter().flat_map(|region| &region.coalitions);
    let ramp = Ramp::new(values.flat_map(|coalition| coalition.cell_fresh_percent.iter().copied()));
    let cells = scene.briefing.regions.iter().map(|region| {
        let rings = |cell: &crate::report::briefing::region::CellPart| {
            let rings = cell.polygons.iter().flatten();
            rings.map(|ring| ring.iter().filter_map(|point| frame.grid(*point)).collect()).collect()
        };
        region.cells.iter().map(rings).collect()
    });
    let cells = cells.collect();
    let atlas = Atlas { scene, frame, ramp, cells };
    let first = scene.briefing.regions.first()?;
    let mut figures: Vec<Element> =
        first.coalitions.iter().enumerate().map(|(index, coalition)| atlas.map(index, coalition)).collect();
    let place = figures.len().min(3);
    figures.insert(place, atlas.legend(figures.len()));
    Some(el("div").class("maps").children(figures))
}

/// The section with its finding.
pub(super) fn section(scene: &Scene<'_>) -> Element {
    let reading = format!(
        "Fresh time: the share of the next {} and of the area that has been within reach of a sensor during the last {}, \
         looks from before the window included. Optical sensors count by daylight only. Cloud is not modelled. A cell \
         counts any reach; a look at a region, in the other sections, must reach {} of it.",
        scene.ahead(),
        setting(scene.briefing.horizon_s),
        super::words::share(scene.briefing.least_share),
    );
    let maps = maps(scene).unwrap_or_else(|| el("p").text("There is no region to draw."));
    super::section("maps", finding(scene), el("p").text(reading)).child(maps)
}

fn finding(scene: &Scene<'_>) -> String {
    let clauses: Vec<String> = scene
        .briefing
        .regions
        .iter()
        .enumerate()
        .filter_map(|(index, region)| {
            let all = scene.together(region)?;
            let whole = percent(all.fresh_percent);
            if scene.briefing.nations.len() < 2 {
                return Some(format!("{whole} ({})", region.title));
            }
            let (nation, best) = super::headline::best_alone(scene, region)?;
            let alone = if index == 0 { format!(" ({} alone)", short_name(nation)) } else { String::new() };
            Some(format!("{} from {}{alone} to {whole}", region.title, percent(best.fresh_percent)))
        })
        .collect();
    match scene.briefing.nations.as_slice() {
        _ if clauses.is_empty() => "Who can look where: nothing was asked for".to_owned(),
        [one] => format!(
            "Who can look where: {} keeps its last possible look within {} for {} of {}",
            in_sentence(*one),
            setting(scene.briefing.horizon_s),
            clauses.join(", "),
            scene.ahead()
        ),
        _ => format!("Who can look where: sharing lifts {} in {}", clauses.join(", "), scene.ahead()),
    }
}

impl Atlas<'_> {
    /// One coalition's map with its figures.
    fn map(&self, index: usize, coalition: &CoalitionPart) -> Element {
        let name = coalition_name(&coalition.nations, self.scene.briefing);
        let chips = coalition.nations.iter().map(|nation| self.scene.marks.chip(*nation));
        let head = el("p").class("who").children(chips).text(format!(" {name}"));
        let parts: Vec<(&str, &CoalitionPart)> = self
            .scene
            .briefing
            .regions
            .iter()
            .filter_map(|region| Some((region.title.as_str(), region.coalitions.get(index)?)))
            .collect();
        let mut means = el("p").class("means");
        for (title, part) in &parts {
            means = means.child(el("span").bold(percent(part.fresh_percent)).text(format!(" {title}")));
        }
        let waits: Vec<String> = parts.iter().map(|(_, part)| duration(part.mean_longest_gap_s)).collect();
        let wait = el("p")
            .class("small")
            .text("longest wait, mean over the area: ")
            .child(el("span").class("filler").text(waits.join(" · ")));
        let said: Vec<String> =
            parts.iter().map(|(title, part)| format!("{title} {}", percent(part.fresh_percent))).collect();
        let figure = Figure {
            id: format!("map-{index}"),
            title: format!("Fresh time of {name}"),
            desc: format!(
                "{}; longest wait, mean over the area {}. Darker or brighter classes of {} % and over: {}.",
                said.join(", "),
                waits.join(", "),
                percent_bare(self.ramp.first),
                self.spread(index)
            ),
            width: WIDTH,
            height: self.frame.height,
            class: "map",
        };
        el("figure").child(head).child(figure.draw(self.marks(index))).child(
            el("figcaption")
                .child(means)
                .child(wait)
                .child(el("p").class("outline").text(&self.scene.briefing.outline_note)),
        )
    }

    /// Least and greatest value of a coalition's cells in words.
    fn spread(&self, index: usize) -> String {
        let spread = |region: &crate::report::briefing::region::RegionPart| {
            let values = &region.coalitions.get(index)?.cell_fresh_percent;
            let least = values.iter().copied().reduce(f64::min)?;
            let most = values.iter().copied().reduce(f64::max)?;
            Some(format!("cells of {} from {} to {}", region.title, percent(least), percent(most)))
        };
        self.scene.briefing.regions.iter().filter_map(spread).collect::<Vec<_>>().join("; ")
    }

    fn marks(&self, index: usize) -> Vec<Element> {
        let mut marks = vec![rect(0.0, 0.0, WIDTH, self.frame.height).class("sea")];
        if index == 0 {
            marks.extend(self.coast());
        }
        marks.push(el("use").attr("href", "#land").class("land"));
        // Where regions overlap the first of them lies on top.
        for region in (0..self.cells.len()).rev() {
            for class in 0..CLASSES {
                let outline = dissolve(self.class_rings(region, index, class));
                if !outline.is_empty() {
                    marks.push(el("path").class(format!("c{class}")).attr("d", path(&outline, true)));
                }
            }
        }
        marks.push(el("use").attr("href", "#land").class("coast"));
        if index == 0 {
            marks.extend(self.scene.briefing.landmarks.iter().filter_map(|landmark| self.landmark(landmark)).flatten());
            let (km, units) = self.frame.scale_bar();
            let (right, y) = (WIDTH - 20.0, self.frame.height - 16.0);
            marks.push(line(right - units, y, right, y).class("scale"));
            marks.push(words_at(right - units / 2.0, y - 9.0, format!("{km} km")).class("town"));
        }
        marks
    }

    /// The rings of the cells of a region that have a class in a coalition's map.
    fn class_rings(&self, region: usize, index: usize, class: usize) -> Vec<&[Point]> {
        let coalition = self.scene.briefing.regions.get(region).and_then(|region| region.coalitions.get(index));
        let values = coalition.map_or(&[][..], |coalition| coalition.cell_fresh_percent.as_slice());
        let cells = self.cells.get(region).into_iter().flatten().zip(values);
        cells
            .filter(|(_, value)| self.ramp.class(**value) == class)
            .flat_map(|(cell, _)| cell)
            .map(Vec::as_slice)
            .collect()
    }

    /// Land and coast once for all maps: closed rings are land, open lines only coast.
    fn coast(&self) -> Option<Element> {
        let mut rings: Vec<Vec<Point>> = Vec::new();
        let mut lines: Vec<Vec<Point>> = Vec::new();
        for shape in &self.scene.briefing.coast {
            if shape.len() > 3 && shape.first() == shape.last() {
                let ring: Vec<(f64, f64)> = shape.iter().filter_map(|point| self.frame.place(*point)).collect();
                rings.push(self.simple(clip(&ring, self.frame.height)));
            } else {
                lines.extend(self.runs(shape));
            }
        }
        rings.retain(|ring| ring.len() > 2);
        let mut land = el("g").attr("id", "land");
        if !rings.is_empty() {
            land = land.child(el("path").attr("d", path(&rings, true)));
        }
        if !lines.is_empty() {
            land = land.child(el("path").class("open").attr("d", path(&lines, false)));
        }
        Some(el("defs").child(land))
    }

    /// Points on the grid, without those that change nothing at this size.
    fn simple(&self, points: Vec<(f64, f64)>) -> Vec<Point> {
        let mut kept: Vec<Point> = Vec::new();
        for (x, y) in points {
            let point = (x.round() as i32, y.round() as i32);
            if kept.last().is_none_or(|last| (last.0 - point.0).abs() + (last.1 - point.1).abs() > 1) {
                kept.push(point);
            }
        }
        kept
    }

    /// The runs of a line that lie in the frame.
    fn runs(&self, shape: &[[f64; 2]]) -> Vec<Vec<Point>> {
        let inside =
            |(x, y): &(f64, f64)| (-12.0..=WIDTH + 12.0).contains(x) && (-12.0..=self.frame.height + 12.0).contains(y);
        let places: Vec<Option<(f64, f64)>> =
            shape.iter().map(|point| self.frame.place(*point).filter(inside)).collect();
        let runs = places.split(Option::is_none).map(|run| self.simple(run.iter().flatten().copied().collect()));
        runs.filter(|run| run.len() > 1).collect()
    }

    fn landmark(&self, landmark: &Landmark) -> Option<Vec<Element>> {
        let (x, y) = self.frame.place(landmark.position)?;
        if !(0.0..=WIDTH).contains(&x) || !(0.0..=self.frame.height).contains(&y) {
            return None;
        }
        let name = label(&landmark.name, 14);
        let fits = x + 9.0 + text_width(&name, LETTERS) < WIDTH;
        let text = if fits { words(x + 9.0, y + 7.0, name) } else { words_to(x - 9.0, y + 7.0, name) };
        Some(vec![el("circle").num("cx", x).num("cy", y).num("r", 4.0).class("ink"), text.class("town")])
    }

    /// The one key of all maps.
    fn legend(&self, maps: usize) -> Element {
        let classes = (0..CLASSES).map(|class| {
            el("li").child(super::patch(&format!("c{class}"))).text(" ").child(el("span").text(self.ramp.name(class)))
        });
        let head = format!("Fresh time, % of {}", self.scene.ahead());
        let areas = self.scene.briefing.regions.iter().flat_map(|region| &region.cells).map(|cell| cell.area_km2);
        let mean_km2 = areas.clone().sum::<f64>() / areas.count().max(1) as f64;
        let same = if maps == 1 { String::new() } else { format!(" Same scale in all {maps} maps.") };
        let note = format!(
            "{} cells of {} km² on average.{same} Figures below a map are means over the area.",
            super::words::count(self.cells.iter().map(Vec::len).sum()),
            super::words::count(mean_km2.round() as usize),
        );
        el("div")
            .class("legend")
            .child(el("p").class("who").text(capital(&head)))
            .child(el("ul").children(classes))
            .child(el("p").class("small").text(note))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ramp_suits_the_figures() {
        let wide = Ramp::new([12.0, 85.0].into_iter());
        assert_eq!(
            [wide.class(0.0), wide.class(19.9), wide.class(20.0), wide.class(79.9), wide.class(100.0)],
            [0, 0, 1, 6, 7]
        );
        assert_eq!(wide.name(7), "80 and over");
        let small = Ramp::new([0.2, 6.0].into_iter());
        assert_eq!((small.class(0.5), small.name(1).as_str()), (0, "1–2"));
        assert_eq!(Ramp::new(std::iter::empty()).class(50.0), 7);
    }
}
