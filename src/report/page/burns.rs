//! Burns tried against an event as one drawing: distance and probability over the time and the size of the burn.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::html::{Element, el};
use super::svg::{Figure, line, rect, words, words_at, words_to};
use crate::report::zone::clock_time;
use crate::ssa::avoid::{Axis, Sweep, Trial, Way};
use crate::ssa::conjunction::Conjunction;

/// Width of the names of the rows.
const LEFT: f64 = 92.0;

/// Height above the first panel, for the title.
const TOP: f64 = 58.0;

/// Width that all cells of a row share, and the widest that one becomes.
const WIDTH: f64 = 780.0;
const WIDEST: f64 = 60.0;

const ROW: f64 = 15.0;

/// Height between panels, for the axis of time and the legend.
const BELOW: f64 = 78.0;

const FONT: &str = "font-family:system-ui,sans-serif;font-size:11px;fill:#1b2733";

/// The burns of one time and of one size each in a row and a column.
struct Grid<'a> {
    sweep: &'a Sweep,
    times: Vec<DateTime<Utc>>,
    /// Axis and size in µm/s, the largest first.
    rows: Vec<(Axis, i64)>,
    cell: f64,
}

/// The drawing as a file of its own.
#[must_use]
pub fn svg(sweep: &Sweep) -> String {
    let grid = Grid::new(sweep);
    let panel = grid.rows.len() as f64 * ROW;
    let (width, height) = (LEFT + grid.cell * grid.times.len() as f64 + 24.0, TOP + 2.0 * (panel + BELOW));
    let event = &sweep.event;
    let mut marks = vec![el("rect").num("width", width.max(640.0)).num("height", height).attr("fill", "#ffffff")];
    marks.push(words(12.0, 20.0, title(event)).attr("style", "font-size:14px;font-weight:600"));
    marks.push(words(12.0, 36.0, legend(sweep)));
    marks.extend(grid.panel(TOP, "Miss distance after the burn, km", &miss_km(), |one| one.miss_km));
    marks.extend(grid.panel(TOP + panel + BELOW, "Probability of collision after the burn", &probability(), |one| {
        one.assessment.as_ref().and_then(|known| known.pc).map_or(f64::NAN, f64::log10)
    }));
    let figure = Figure {
        id: "burns".to_owned(),
        title: title(event),
        desc: format!("{} {}", legend(sweep), described(sweep)),
        width: width.max(640.0),
        height,
        class: "burns",
    };
    let drawing = figure.draw(marks).attr("xmlns", "http://www.w3.org/2000/svg").attr("style", FONT);
    let mut text = String::new();
    drawing.write(&mut text);
    text.push('\n');
    text
}

fn title(event: &Conjunction) -> String {
    format!(
        "Burns of {} {} before it meets {} {} at {}",
        event.primary_id,
        event.primary_name,
        event.secondary_id,
        event.secondary_name,
        clock_time(event.tca)
    )
}

fn legend(sweep: &Sweep) -> String {
    format!(
        "Framed: clears the event (Pc below {:.1e}). Crossed: clears it and makes a new one. Empty: not known.",
        sweep.limit
    )
}

/// The drawing in words.
fn described(sweep: &Sweep) -> String {
    let count = |way: Way| sweep.counts().get(&Some(way)).copied().unwrap_or_default();
    let cheapest = sweep.trials.first().and_then(|trial| Some((trial, trial.outcome.as_ref().ok()?)));
    let cheapest = match cheapest {
        Some((trial, outcome)) if outcome.way == Way::Clears => format!(
            "The cheapest that clears it is {:.3} m/s along {} at {}, after which they pass by {:.3} km.",
            trial.axis.of(&trial.burn.delta_v_rtn_m_s),
            trial.axis.as_str(),
            clock_time(trial.burn.time),
            outcome.event.miss_km
        ),
        _ => "None clears it without making a new one.".to_owned(),
    };
    format!(
        "Of {} burns {} clear the event, {} clear it and make a new one, {} do not clear it. {cheapest}",
        sweep.trials.len(),
        count(Way::Clears),
        count(Way::MakesNew),
        count(Way::DoesNotClear)
    )
}

/// Colours of a panel and what they stand for.
struct Scale {
    /// From this value on; in order.
    steps: Vec<(f64, &'static str, &'static str)>,
}

fn miss_km() -> Scale {
    let steps = [
        (f64::NEG_INFINITY, "#b2182b", "below 0.2"),
        (0.2, "#ef8a62", "0.2"),
        (1.0, "#fddbc7", "1"),
        (3.0, "#d1e5f0", "3"),
        (10.0, "#92c5de", "10"),
        (30.0, "#4393c3", "30 km and more"),
    ];
    Scale { steps: steps.to_vec() }
}

fn probability() -> Scale {
    let steps = [
        (f64::NEG_INFINITY, "#4393c3", "below 1e-10"),
        (-10.0, "#92c5de", "1e-10"),
        (-7.0, "#d1e5f0", "1e-7"),
        (-6.0, "#fddbc7", "1e-6"),
        (-5.0, "#ef8a62", "1e-5"),
        (-4.0, "#b2182b", "1e-4 and more"),
    ];
    Scale { steps: steps.to_vec() }
}

impl Scale {
    fn colour(&self, value: f64) -> &'static str {
        self.steps.iter().rev().find(|(from, ..)| value >= *from).map_or("#ffffff", |(_, colour, _)| colour)
    }

    fn key(&self, x: f64, y: f64) -> Vec<Element> {
        let one = |(index, (_, colour, label)): (usize, &(f64, &'static str, &'static str))| {
            let left = x + 92.0 * index as f64;
            [
                rect(left, y, 14.0, 10.0).attr("fill", *colour).attr("stroke", "#8a949e"),
                words(left + 19.0, y + 9.0, *label),
            ]
        };
        self.steps.iter().enumerate().flat_map(one).collect()
    }
}

fn size_um_s(trial: &Trial) -> i64 {
    (trial.axis.of(&trial.burn.delta_v_rtn_m_s) * 1e6).round() as i64
}

impl<'a> Grid<'a> {
    fn new(sweep: &'a Sweep) -> Self {
        let times: BTreeSet<DateTime<Utc>> = sweep.trials.iter().map(|trial| trial.burn.time).collect();
        let rows: BTreeSet<(Axis, i64)> = sweep.trials.iter().map(|trial| (trial.axis, -size_um_s(trial))).collect();
        let cell = (WIDTH / times.len().max(1) as f64).min(WIDEST);
        let rows = rows.into_iter().map(|(axis, size)| (axis, -size)).collect();
        Self { sweep, times: times.into_iter().collect(), rows, cell }
    }

    /// A panel with its name, rows, columns, and key.
    fn panel(&self, top: f64, name: &str, scale: &Scale, value: impl Fn(&Conjunction) -> f64) -> Vec<Element> {
        let mut marks = vec![words(LEFT, top - 6.0, name).attr("style", "font-weight:600")];
        for trial in &self.sweep.trials {
            marks.extend(self.mark(top, trial, scale, &value));
        }
        for (row, (axis, size_um_s)) in self.rows.iter().enumerate() {
            let y = top + ROW * row as f64 + 0.75 * ROW;
            let size = *size_um_s as f64 * 1e-6;
            marks.push(words_to(LEFT - 6.0, y, format!("{} {size:+.3} m/s", axis.as_str())));
        }
        let bottom = top + ROW * self.rows.len() as f64;
        // A label of hours takes some room.
        let every = (34.0 / self.cell).ceil().max(1.0) as usize;
        for (column, time) in self.times.iter().enumerate().rev().step_by(every) {
            let x = LEFT + self.cell * (column as f64 + 0.5);
            let before_h = (self.sweep.event.tca - *time).as_seconds_f64() / 3600.0;
            marks.push(line(x, bottom, x, bottom + 4.0).attr("stroke", "#1b2733"));
            marks.push(words_at(x, bottom + 15.0, format!("{before_h:.1}")));
        }
        marks.push(words(LEFT, bottom + 29.0, "hours from the burn to the event"));
        marks.extend(scale.key(LEFT, bottom + 37.0));
        marks
    }

    fn mark(&self, top: f64, trial: &Trial, scale: &Scale, value: &impl Fn(&Conjunction) -> f64) -> Option<Element> {
        let column = self.times.binary_search(&trial.burn.time).ok()?;
        let row = self.rows.iter().position(|row| *row == (trial.axis, size_um_s(trial)))?;
        let (x, y) = (LEFT + self.cell * column as f64 + 0.5, top + ROW * row as f64 + 0.5);
        let (width, height) = (self.cell - 1.0, ROW - 1.0);
        let square = rect(x, y, width, height);
        let Ok(outcome) = &trial.outcome else { return Some(square.attr("fill", "none").attr("stroke", "#c8cfd6")) };
        let square = square.attr("fill", scale.colour(value(&outcome.event)));
        Some(match outcome.way {
            Way::Clears => square.attr("stroke", "#1b2733").attr("stroke-width", "1.4"),
            Way::DoesNotClear => square,
            Way::MakesNew => el("g").child(square).children([
                line(x + 2.0, y + 2.0, x + width - 2.0, y + height - 2.0).attr("stroke", "#1b2733"),
                line(x + 2.0, y + height - 2.0, x + width - 2.0, y + 2.0).attr("stroke", "#1b2733"),
            ]),
        })
    }
}
