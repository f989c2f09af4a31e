//! Timelines: lanes over a time axis, drawn once for wide pages and once for narrow ones, where the axis wraps like text.

use super::Scene;
use super::html::{Element, el};
use super::svg::{Figure, line, moved, rect, words};
use super::words::text_width;
use crate::astro::span::Span;

/// Width of a drawing for wide pages and of a line of a narrow one.
const WIDE: f64 = 1140.0;
const NARROW: f64 = 358.0;
/// Where the lanes begin and end in a wide drawing: their names stand to the left.
const WIDE_LEFT: f64 = 130.0;
const WIDE_RIGHT: f64 = 1117.0;
/// Height of the axis with its two rows of times.
const HEAD: f64 = 32.0;
/// Height of a lane's name inside a narrow lane.
const NARROW_NAME: f64 = 17.0;

/// The stretch of time of one line of a drawing, and where it lies.
pub(super) struct Strip {
    pub span: Span,
    pub left: f64,
    pub right: f64,
    pub narrow: bool,
}

impl Strip {
    /// Where a time lies.
    pub(super) fn x(&self, time_s: f64) -> f64 {
        let share = (time_s - self.span.start_s) / self.span.seconds().max(1.0);
        self.left + share * (self.right - self.left)
    }

    /// The part of a stretch that lies on this line.
    pub(super) fn part(&self, span: Span) -> Option<Span> {
        let part = Span::new(span.start_s.max(self.span.start_s), span.end_s.min(self.span.end_s));
        (part.start_s < part.end_s).then_some(part)
    }

    /// The middle of a text above a bar: of the bar, or beside the line of midnight where that would cross the text;
    /// `None` where the bar is too short for it.
    pub(super) fn above(&self, scene: &Scene<'_>, x: f64, width: f64, text: f64) -> Option<f64> {
        if text > width {
            return None;
        }
        let middle = x + width / 2.0;
        let half = text / 2.0 + 3.0;
        let crossed = |midnight: &f64| (midnight - middle).abs() < half;
        let midnights = scene.clock.ticks(self.span, 86_400.0).into_iter().map(|tick_s| self.x(tick_s));
        let Some(midnight) = midnights.into_iter().find(crossed) else { return Some(middle) };
        let sides = [midnight - half, midnight + half];
        Some(sides.into_iter().find(|side| side - half >= x && side + half <= x + width).unwrap_or(middle))
    }

    /// Left edge and width of a stretch's part on this line, at least `least` wide and inside the line.
    pub(super) fn bar(&self, span: Span, least: f64) -> Option<(f64, f64)> {
        let part = self.part(span)?;
        let width = (self.x(part.end_s) - self.x(part.start_s)).max(least);
        let x = self.x(part.start_s).min(self.right - width);
        Some((x, width))
    }
}

/// What a lane holds on one line.
pub(super) struct Body {
    pub height: f64,
    pub marks: Vec<Element>,
}

/// Draws a lane's marks on one line.
pub(super) type Draw<'a> = Box<dyn Fn(&Strip) -> Option<Body> + 'a>;

/// One lane: its name, what stands below the name, and its marks on each line.
pub(super) struct Lane<'a> {
    pub name: String,
    pub notes: Vec<String>,
    /// Whether a stronger rule sets it apart from those above.
    pub apart: bool,
    /// The marks; `None` where there are none on a line, and a narrow drawing leaves the lane out.
    pub draw: Draw<'a>,
}

/// A timeline.
pub(super) struct Timeline<'a> {
    /// Unique in the page.
    pub id: &'static str,
    pub title: String,
    /// Its numbers as sentences.
    pub desc: String,
    pub span: Span,
    /// Length of a line in narrow drawings, s.
    pub line_s: f64,
    /// Stretches with the Sun low, and those of night, to shade.
    pub twilight: &'a [Span],
    pub night: &'a [Span],
    pub lanes: Vec<Lane<'a>>,
}

impl Timeline<'_> {
    /// Both drawings; the style shows the one that fits.
    pub(super) fn draw(&self, scene: &Scene<'_>) -> Element {
        let strip = Strip { span: self.span, left: WIDE_LEFT, right: WIDE_RIGHT, narrow: false };
        let (height, marks) = self.line(scene, &strip);
        let wide = Figure {
            id: format!("{}-w", self.id),
            title: self.title.clone(),
            desc: self.desc.clone(),
            width: WIDE,
            height,
            class: "chart",
        };
        let zones = el("p").class("small").text("Times: ").bold("KST and JST").text(", below them UTC with Z.");
        let narrow = el("div").class("narrow").child(zones).children(self.narrow(scene));
        el("figure").class("time").child(el("div").class("wide").child(wide.draw(marks))).child(narrow)
    }

    fn narrow(&self, scene: &Scene<'_>) -> Vec<Element> {
        let count = (self.span.seconds() / self.line_s - 1e-6).ceil().max(1.0) as usize;
        let draw = |index: usize| {
            let start_s = self.span.start_s + index as f64 * self.line_s;
            // A short last line keeps the scale of the others.
            let full = Span::new(start_s, start_s + self.line_s);
            let strip = Strip { span: full, left: 1.0, right: NARROW - 1.0, narrow: true };
            let end_s = full.end_s.min(self.span.end_s);
            let cut = Strip { span: Span::new(start_s, end_s), right: strip.x(end_s), ..strip };
            let (height, marks) = self.line(scene, &cut);
            let part = scene.clock.range(cut.span);
            let desc = if index == 0 { self.desc.clone() } else { format!("The same lanes, {part} KST.") };
            let figure = Figure {
                id: format!("{}-n{index}", self.id),
                title: format!("{}, part {} of {count}: {part} KST", self.title, index + 1),
                desc,
                width: NARROW,
                height,
                class: "chart",
            };
            figure.draw(marks)
        };
        (0..count).map(draw).collect()
    }

    /// One line: the axis, the shading, the lanes.
    fn line(&self, scene: &Scene<'_>, strip: &Strip) -> (f64, Vec<Element>) {
        let mut lanes = Vec::new();
        let mut y = HEAD;
        for lane in &self.lanes {
            let body = (lane.draw)(strip);
            if strip.narrow && body.is_none() {
                continue;
            }
            let body = body.unwrap_or(Body { height: 0.0, marks: Vec::new() });
            let height = lane_height(lane, &body, strip.narrow);
            lanes.push(moved(0.0, y, lane_marks(lane, body, strip)));
            y += height;
            let class = if lane.apart { "rule strong" } else { "rule" };
            let top = y - height;
            let from = if strip.narrow { strip.left } else { 0.0 };
            lanes.push(line(from, top, strip.right, top).class(class));
        }
        if lanes.is_empty() {
            y += 14.0;
        }
        let mut marks = self.ground(scene, strip, y);
        marks.extend(lanes);
        marks.push(rect(strip.left, HEAD, strip.right - strip.left, y - HEAD).class("frame"));
        (y + 2.0, marks)
    }

    /// Day, twilight and night, the grid, and the times above it.
    fn ground(&self, scene: &Scene<'_>, strip: &Strip, bottom: f64) -> Vec<Element> {
        let height = bottom - HEAD;
        let mut marks = vec![rect(strip.left, HEAD, strip.right - strip.left, height).class("day")];
        for (spans, class) in [(self.twilight, "twilight"), (self.night, "night")] {
            let bars = spans.iter().filter_map(|span| strip.bar(*span, 0.0));
            marks.extend(bars.map(|(x, width)| rect(x, HEAD, width, height).class(class)));
        }
        let step_s = tick_step_s(strip);
        let mut free_from = f64::MIN;
        let (mut local_row, mut utc_row) = (Vec::new(), Vec::new());
        if !strip.narrow {
            marks.push(words(2.0, 11.0, "KST and JST").class("kst"));
            marks.push(words(2.0, 24.0, "UTC").class("utc"));
        }
        for tick_s in scene.clock.ticks(strip.span, step_s) {
            let x = strip.x(tick_s);
            let midnight = scene.clock.is_midnight(tick_s);
            let class = if midnight { "grid midnight" } else { "grid" };
            marks.push(line(x, HEAD, x, bottom).class(class));
            let local = if midnight { scene.clock.date(tick_s) } else { scene.clock.local(tick_s) };
            let utc = scene.clock.utc(tick_s);
            let size = if strip.narrow { 10.5 } else { 11.5 };
            let half = text_width(&utc, size).max(text_width(&local, size)) / 2.0;
            // At the ends of a narrow line the labels keep inside.
            let middle = if strip.narrow { x.clamp(half, NARROW - half) } else { x };
            if middle - half >= free_from {
                local_row.push(words(middle, 11.0, local));
                utc_row.push(words(middle, 24.0, utc));
                // The width is a careful guess: labels may come that close.
                free_from = middle + 0.85 * half;
            }
        }
        for (row, class) in [(local_row, "kst"), (utc_row, "utc")] {
            marks.push(el("g").class(class).attr("text-anchor", "middle").children(row));
        }
        marks
    }
}

fn lane_height(lane: &Lane<'_>, body: &Body, narrow: bool) -> f64 {
    if narrow {
        NARROW_NAME + body.height + 5.0
    } else {
        (body.height + 12.0).max(22.0 + 13.0 * lane.notes.len() as f64)
    }
}

fn lane_marks(lane: &Lane<'_>, body: Body, strip: &Strip) -> Vec<Element> {
    let mut marks = Vec::new();
    let top = if strip.narrow {
        marks.push(words(strip.left + 4.0, 13.0, lane.name.clone()).class("lane"));
        NARROW_NAME
    } else {
        marks.push(words(2.0, 15.0, lane.name.clone()).class("lane"));
        let notes = lane.notes.iter().zip(1..);
        marks.extend(notes.map(|(note, row)| words(2.0, 15.0 + 13.0 * f64::from(row), note.clone()).class("note")));
        6.0
    };
    marks.push(moved(0.0, top, body.marks));
    marks
}

/// The shortest step of the clock whose labels keep apart.
fn tick_step_s(strip: &Strip) -> f64 {
    let room = if strip.narrow { 50.0 } else { 70.0 };
    let units_per_s = (strip.right - strip.left) / strip.span.seconds().max(1.0);
    let steps = [600.0, 900.0, 1800.0, 3600.0, 7200.0, 10_800.0, 21_600.0, 43_200.0];
    steps.into_iter().find(|step| step * units_per_s >= room).unwrap_or(86_400.0)
}
