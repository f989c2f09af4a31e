//! Probability and verdict of an approach in words, and small charts of how they went from run to run.

use super::super::clock::utc_stamp;
use super::super::html::{Element, el, number};
use super::super::scene::Scene;
use super::super::svg::{Figure, line, words, words_to};
use super::super::table::plain;
use super::super::words::{NBSP, label};
use crate::report::briefing::{EventHistory, HistoryLine};
use crate::ssa::conjunction::Conjunction;
use crate::ssa::conjunction::history::Trend;
use crate::ssa::probability::Verdict;

/// Powers of ten that a chart of probabilities spans.
const POWERS: (f64, f64) = (-10.0, -2.0);

/// A chart: its size, and where the plots of probability and miss lie in it, units.
const WIDTH: f64 = 250.0;
const HEIGHT: f64 = 132.0;
const LEFT: f64 = 40.0;
const RIGHT: f64 = WIDTH - 8.0;
const PROBABILITY: (f64, f64) = (14.0, 74.0);
const MISS: (f64, f64) = (88.0, 114.0);

/// A probability to its first digit: `2e-5`, `below 1e-10`.
pub(super) fn probability(pc: f64) -> String {
    if pc < 1e-10 { format!("below{NBSP}1e-10") } else { format!("{pc:.0e}") }
}

/// By what an approach is listed before others: its probability, where there is one.
pub(super) fn urgency(event: &Conjunction) -> f64 {
    event.assessment.as_ref().and_then(|assessment| assessment.pc).unwrap_or(0.0)
}

/// What to do about it: the word, and a mark that fills as it becomes urgent.
pub(super) fn verdict(event: &Conjunction) -> Element {
    let Some(assessment) = &event.assessment else { return plain("–") };
    let (word, mark) = match assessment.verdict {
        Verdict::Act => ("act", "●"),
        Verdict::Watch => ("watch", "◐"),
        Verdict::Diluted => ("better data", "○"),
        Verdict::Negligible => ("negligible", ""),
    };
    let word = if assessment.verdict == Verdict::Negligible { plain(word) } else { el("b").text(word) };
    let cell = el("span").child(word).text(" ").child(el("span").attr("aria-hidden", "true").text(mark));
    let kind = event.kind.as_str();
    cell.child(el("small").text(kind))
}

/// The probability and its maximum, or why there is none.
pub(super) fn probabilities(event: &Conjunction) -> Element {
    let Some(assessment) = &event.assessment else { return plain("–") };
    match (assessment.pc, assessment.pc_max) {
        (Some(pc), Some(pc_max)) => {
            let most = format!("max{NBSP}{}", probability(pc_max));
            el("span").text(probability(pc)).child(el("small").text(most))
        }
        _ => {
            let reason = assessment.pc_method.trim_start_matches("not computable: ");
            el("span").text("none").child(el("small").text(reason.to_owned()))
        }
    }
}

/// What the errors of both objects rest on, in a few words.
pub(super) fn errors_from(event: &Conjunction) -> Option<String> {
    let assessment = event.assessment.as_ref()?;
    let word = |part: &str| {
        let source = part.split_once(": ").map_or(part, |(_, source)| source);
        source.split([' ', ':']).next().unwrap_or(source).to_owned()
    };
    Some(assessment.covariance_source.split("; ").map(word).collect::<Vec<_>>().join(" / "))
}

/// A chart for each history.
pub(super) fn histories(scene: &Scene<'_>) -> Option<Element> {
    let charts = scene.briefing.histories.iter().enumerate();
    let charts: Vec<Element> = charts.filter_map(|(index, history)| chart(scene, index, history)).collect();
    let note = "Pc (logarithmic) and miss over the runs before this report, as the database has them.";
    (!charts.is_empty())
        .then(|| el("div").child(el("p").class("small").text(note)).child(el("div").class("runs").children(charts)))
}

fn chart(scene: &Scene<'_>, index: usize, history: &EventHistory) -> Option<Element> {
    let event = scene.briefing.conjunctions.get(history.event)?;
    let (first, last) = (history.lines.first()?, history.lines.last()?);
    let pair = format!("{} and {}", label(&event.primary_name, 20), label(&event.secondary_name, 20));
    let trend = history.trend.map_or("", Trend::as_str);
    let of_pc = |line: &HistoryLine| line.pc.map_or_else(|| "none".to_owned(), probability);
    let desc = format!(
        "From {} to {}: Pc {} to {}, miss {:.1} to {:.1} km.",
        utc_stamp(first.recorded_at),
        utc_stamp(last.recorded_at),
        of_pc(first),
        of_pc(last),
        first.miss_km,
        last.miss_km
    );
    let figure = Figure {
        id: format!("runs-{index}"),
        title: format!("{pair} from run to run"),
        desc,
        width: WIDTH,
        height: HEIGHT,
        class: "chart",
    };
    let mut marks = probability_plot(scene, &history.lines);
    marks.extend(miss_plot(&history.lines));
    marks.push(words(LEFT, HEIGHT - 4.0, utc_stamp(first.recorded_at)).class("note"));
    marks.push(words_to(RIGHT, HEIGHT - 4.0, utc_stamp(last.recorded_at)).class("note"));
    let heading = el("p").child(el("b").text(pair)).text(if trend.is_empty() { "" } else { ": " }).text(trend);
    Some(el("figure").child(heading).child(figure.draw(marks)))
}

/// Where the times of some lines lie.
fn across(lines: &[HistoryLine]) -> impl Fn(&HistoryLine) -> f64 {
    let start = lines.first().map(|line| line.recorded_at);
    let end = lines.last().map(|line| line.recorded_at);
    let seconds = |from, to| chrono::TimeDelta::num_milliseconds(&(to - from)) as f64 / 1000.0;
    move |line| match (start, end) {
        (Some(start), Some(end)) if end > start => {
            LEFT + (RIGHT - LEFT) * seconds(start, line.recorded_at) / seconds(start, end)
        }
        _ => LEFT,
    }
}

fn probability_plot(scene: &Scene<'_>, lines: &[HistoryLine]) -> Vec<Element> {
    let (top, bottom) = PROBABILITY;
    let height = |pc: f64| {
        let power = pc.max(1e-300).log10().clamp(POWERS.0, POWERS.1);
        bottom - (bottom - top) * (power - POWERS.0) / (POWERS.1 - POWERS.0)
    };
    let mut marks = vec![line(LEFT, bottom, RIGHT, bottom).class("grid")];
    for threshold in [scene.briefing.thresholds.act, scene.briefing.thresholds.watch] {
        let y = height(threshold);
        marks.push(line(LEFT, y, RIGHT, y).class("rule strong dash"));
        marks.push(words_to(LEFT - 4.0, y + 4.0, probability(threshold)).class("note"));
    }
    let x = across(lines);
    let points: Vec<(f64, f64)> = lines.iter().filter_map(|line| Some((x(line), height(line.pc?)))).collect();
    if points.is_empty() {
        marks.push(words(LEFT + 6.0, 0.5 * (top + bottom) + 4.0, "no Pc computed").class("note"));
    }
    marks.extend(drawn(&points));
    marks
}

fn miss_plot(lines: &[HistoryLine]) -> Vec<Element> {
    let (top, bottom) = MISS;
    let most = lines.iter().map(|line| line.miss_km).fold(1e-3, f64::max);
    let x = across(lines);
    let points: Vec<(f64, f64)> =
        lines.iter().map(|line| (x(line), bottom - (bottom - top) * line.miss_km / most)).collect();
    let mut marks = vec![
        line(LEFT, bottom, RIGHT, bottom).class("grid"),
        words_to(LEFT - 4.0, top + 4.0, format!("{most:.1}")).class("note"),
        words_to(LEFT - 4.0, bottom + 2.0, "0 km").class("note"),
    ];
    marks.extend(drawn(&points));
    marks
}

/// A line through points, with a dot at each: lines without length, which round caps make dots.
fn drawn(points: &[(f64, f64)]) -> Vec<Element> {
    let at: Vec<String> = points.iter().map(|(x, y)| format!("{} {}", number(*x), number(*y))).collect();
    if at.is_empty() {
        return Vec::new();
    }
    let dots: String = at.iter().map(|at| format!("M{at}h0")).collect();
    let path = |class: &str, outline: String| el("path").class(class).attr("d", outline);
    vec![path("line", format!("M{}", at.join("L"))), path("line dots", dots)]
}
