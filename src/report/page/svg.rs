//! Drawings: a named figure and the few shapes that the charts are made of. Units are those of the figure's view box.

use super::html::{Element, el, number};

/// A drawing before its marks: every one has a name and says its numbers in words.
pub(super) struct Figure {
    /// Unique in the page.
    pub id: String,
    /// What it shows.
    pub title: String,
    /// Its numbers as sentences.
    pub desc: String,
    pub width: f64,
    pub height: f64,
    pub class: &'static str,
}

impl Figure {
    /// The figure with its marks.
    pub(super) fn draw(self, marks: Vec<Element>) -> Element {
        let (title_id, desc_id) = (format!("{}-t", self.id), format!("{}-d", self.id));
        el("svg")
            .class(self.class)
            .attr("id", self.id)
            .attr("role", "img")
            .attr("aria-labelledby", format!("{title_id} {desc_id}"))
            .attr("viewBox", format!("0 0 {} {}", number(self.width), number(self.height)))
            .child(el("title").attr("id", title_id).text(self.title))
            .child(el("desc").attr("id", desc_id).text(self.desc))
            .children(marks)
    }
}

/// A rectangle.
pub(super) fn rect(x: f64, y: f64, width: f64, height: f64) -> Element {
    el("rect").num("x", x).num("y", y).num("width", width).num("height", height)
}

/// Many rectangles of one class as one path: left, top, width, height of each; `None` where there are none.
pub(super) fn bars(bars: &[[f64; 4]]) -> Option<Element> {
    let outline = |bar: &[f64; 4]| {
        let [x, y, width, height] = bar.map(number);
        format!("M{x} {y}h{width}v{height}h-{width}z")
    };
    (!bars.is_empty()).then(|| el("path").attr("d", bars.iter().map(outline).collect::<String>()))
}

/// A straight line.
pub(super) fn line(x1: f64, y1: f64, x2: f64, y2: f64) -> Element {
    el("path").attr("d", format!("M{} {}L{} {}", number(x1), number(y1), number(x2), number(y2)))
}

/// A text that starts at a point.
pub(super) fn words(x: f64, y: f64, text: impl Into<String>) -> Element {
    el("text").num("x", x).num("y", y).text(text)
}

/// A text around a point.
pub(super) fn words_at(x: f64, y: f64, text: impl Into<String>) -> Element {
    words(x, y, text).attr("text-anchor", "middle")
}

/// A text that ends at a point.
pub(super) fn words_to(x: f64, y: f64, text: impl Into<String>) -> Element {
    words(x, y, text).attr("text-anchor", "end")
}

/// Marks moved by a distance.
pub(super) fn moved(x: f64, y: f64, marks: Vec<Element>) -> Element {
    el("g").attr("transform", format!("translate({} {})", number(x), number(y))).children(marks)
}

/// The nearest whole steps of an axis from zero to `most`: about `wanted` of them, of 1, 2 or 5 times a power of ten.
pub(super) fn steps(most: f64, wanted: f64) -> Vec<f64> {
    let rough = (most / wanted).max(1e-6);
    let power = 10f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].into_iter().map(|times| times * power).find(|step| *step >= rough * 0.999);
    let step = step.unwrap_or(rough);
    let count = (most / step + 1e-9).floor().min(50.0) as usize;
    (0..=count).map(|index| index as f64 * step).collect()
}
