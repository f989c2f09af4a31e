//! Section 9: how far can all that be trusted?

use super::html::{Element, el};
use super::scene::Scene;
use super::section as page_section;
use super::svg::{Figure, line, rect, steps, words, words_at};
use super::table::{Table, column, plain};
use super::words::{NBSP, counted, label, row_name, short_name, some_of, timing};
use crate::report::briefing::AssetPart;
use crate::ssa::nation::Nation;

/// The two widths of the chart of ages.
const WIDE: f64 = 620.0;
const NARROW: f64 = 358.0;
/// Ages beyond this stand at the end of the axis, days.
const MOST_AGE_DAYS: f64 = 14.0;
/// Names listed under one reason.
const MOST_NAMES: usize = 24;

/// The section.
pub(super) fn section(scene: &Scene<'_>) -> Element {
    let assets = &scene.briefing.assets;
    let with = assets.iter().filter(|asset| asset.age_days.is_some()).count();
    let counted_in = assets.iter().filter(|asset| asset.left_out.is_none()).count();
    let median = median(assets.iter().filter_map(|asset| asset.age_days).collect());
    let finding = match median {
        None if assets.is_empty() => "Data: the roster lists no satellite".to_owned(),
        None => format!("Data: no elements for any of the {} in the roster", satellites(assets.len())),
        Some(age) => {
            format!(
                "Data: median age {age:.1}{NBSP}days; elements for {with} of the {} in the roster",
                satellites(assets.len())
            )
        }
    };
    let reading = el("p").text(format!(
        "The figures rest on {counted_in} of them. What has no elements cannot be counted, so allied reach and foreign \
         reach are both lower bounds."
    ));
    let mut pair = el("div").class("pair");
    if median.is_some() {
        let head = format!("Age of the element sets at {} KST, one dot a satellite", scene.clock.local(0.0));
        let charts = el("div")
            .child(el("div").class("wide").child(age_chart(scene, WIDE, "ages-w")))
            .child(el("div").class("narrow").child(age_chart(scene, NARROW, "ages-n")));
        pair = pair.child(el("figure").child(el("p").class("who").text(head)).child(charts));
    }
    if !assets.is_empty() {
        pair = pair.child(counts(scene));
    }
    page_section("data", finding, reading).child(pair).child(notes(scene))
}

fn satellites(count: usize) -> String {
    counted(count, "satellite", "satellites")
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    values.get(values.len().checked_sub(1)? / 2).copied()
}

fn of<'a>(scene: &Scene<'a>, nation: Nation) -> impl Iterator<Item = &'a AssetPart> + use<'a> {
    scene.briefing.assets.iter().filter(move |asset| asset.nation == nation)
}

/// A row of dots each owner on an axis of days, with the median and what the model makes of it.
fn age_chart(scene: &Scene<'_>, width: f64, id: &'static str) -> Element {
    const RADIUS: f64 = 2.6;
    let narrow = width < 400.0;
    let (left, right) = if narrow { (4.0, width - 6.0) } else { (104.0, width - 240.0) };
    let ages = |nation: Nation| -> Vec<f64> {
        let mut ages: Vec<f64> = of(scene, nation).filter_map(|asset| asset.age_days).collect();
        ages.sort_by(f64::total_cmp);
        ages
    };
    let most = scene.briefing.assets.iter().filter_map(|asset| asset.age_days).fold(1.0, f64::max).min(MOST_AGE_DAYS);
    let x = |age: f64| left + RADIUS + age.clamp(0.0, most) / most * (right - left - 2.0 * RADIUS);
    let (mut marks, mut said, mut y) = (Vec::new(), Vec::new(), 4.0);
    for nation in scene.owners() {
        let ages = ages(nation);
        let Some(median) = median(ages.clone()) else { continue };
        // Dots of the same place are stacked.
        let mut stacks: std::collections::BTreeMap<i64, usize> = std::collections::BTreeMap::new();
        for age in &ages {
            *stacks.entry((x(*age) / (2.0 * RADIUS)).round() as i64).or_default() += 1;
        }
        let tallest = stacks.values().copied().max().unwrap_or(1);
        // A tall stack is drawn with its dots closer, so that no lane takes more than its share of the page.
        let pitch = (2.0 * RADIUS + 0.4).min(52.0 / tallest as f64);
        let text_rows = if narrow { 18.0 } else { 8.0 };
        let bottom = y + (text_rows + tallest as f64 * pitch).max(if narrow { 30.0 } else { 25.0 });
        let class = if scene.briefing.nations.contains(&nation) { scene.marks.class(nation) } else { "nf".to_owned() };
        for (slot, count) in stacks {
            let dots = (0..count).map(|row| {
                let cy = bottom - 4.0 - row as f64 * pitch;
                el("circle").num("cx", slot as f64 * 2.0 * RADIUS).num("cy", cy).num("r", RADIUS)
            });
            marks.push(el("g").class(class.clone()).children(dots));
        }
        let oldest = ages.last().copied().unwrap_or(median);
        let error = super::data::median(of(scene, nation).filter_map(|asset| asset.timing_error_s).collect());
        let error = error.map_or_else(String::new, |error| format!(", {}", timing(error)));
        let note = format!("median {median:.1}{NBSP}d, oldest {oldest:.1}{NBSP}d{error}");
        if narrow {
            marks.push(words(left, y + 12.0, short_name(nation)).class("lane"));
            marks.push(super::svg::words_to(right, y + 12.0, note.clone()).class("note"));
        } else {
            marks.push(words(2.0, bottom - 3.0, label(row_name(nation), 14)).class("lane"));
            marks.push(words(right + 10.0, bottom - 3.0, note.clone()).class("note"));
        }
        marks.push(line(if narrow { left } else { 0.0 }, bottom + 2.0, width, bottom + 2.0).class("rule"));
        said.push(format!("{}: {}, {note}.", row_name(nation), counted(ages.len(), "satellite", "satellites")));
        y = bottom + 3.0;
    }
    let mut all: Vec<Element> = Vec::new();
    for step in steps(most, if narrow { 4.0 } else { 6.0 }) {
        all.push(line(x(step), 4.0, x(step), y).class("grid"));
        let over = if most >= MOST_AGE_DAYS && step >= most { "+" } else { "" };
        all.push(
            words_at(x(step).clamp(8.0, width - 14.0), y + 14.0, format!("{}{over}", (step * 1e6).round() / 1e6))
                .class("utc"),
        );
    }
    all.extend(marks);
    all.push(words(left, y + 30.0, "days; ± the median timing error of a pass (1σ)").class("note"));
    let figure = Figure {
        id: id.to_owned(),
        title: "Age of the element sets by owner".to_owned(),
        desc: said.join(" "),
        width,
        height: y + 36.0,
        class: "chart",
    };
    figure.draw(all)
}

/// Satellites with elements by owner.
fn counts(scene: &Scene<'_>) -> Element {
    let columns = vec![
        column("Owner", ""),
        column("With elements", "n"),
        column("", "full"),
        column("Counted", "n"),
        column("Stale", "n"),
    ];
    let mut table =
        Table::new("Satellites of the roster, and of how many there are elements here".to_owned(), "counts", columns);
    for (index, nation) in scene.owners().into_iter().enumerate() {
        let listed = of(scene, nation).count();
        let with = of(scene, nation).filter(|asset| asset.age_days.is_some()).count();
        let used = of(scene, nation).filter(|asset| asset.left_out.is_none()).count();
        let stale = of(scene, nation).filter(|asset| asset.stale).count();
        let class = if scene.briefing.nations.contains(&nation) { scene.marks.class(nation) } else { "nf".to_owned() };
        let share = with as f64 / listed.max(1) as f64;
        let figure = Figure {
            id: format!("counts-{index}"),
            title: format!("Elements of {}", row_name(nation)),
            desc: format!("{with} of {listed}"),
            width: 160.0,
            height: 9.0,
            class: "share",
        };
        let bar = figure
            .draw(vec![rect(0.0, 0.0, 160.0, 9.0).class("track"), rect(0.0, 0.0, 160.0 * share, 9.0).class(class)]);
        table.row(vec![
            plain(row_name(nation)),
            el("span").bold(with.to_string()).text(format!(" of {listed}")),
            bar,
            plain(used.to_string()),
            plain(if stale == 0 { "–".to_owned() } else { stale.to_string() }),
        ]);
    }
    table.draw()
}

/// Lists: sources, what was left out and why, sensors without a source, limits.
fn notes(scene: &Scene<'_>) -> Element {
    let sentences = |head: &str, sentences: &[String]| {
        let items = sentences.iter().map(|sentence| el("p").text(sentence.clone()));
        el("div").class("note-block").child(el("h3").text(head)).children(items)
    };
    let briefing = scene.briefing;
    let mut notes = el("div").class("notes");
    if !briefing.sources.is_empty() {
        notes = notes.child(sentences("Sources", &briefing.sources));
    }
    notes = notes.child(sentences("Sensors", &sensors(scene)));
    let out = left_out(scene);
    if !out.is_empty() {
        notes = notes.child(sentences("Left out", &out));
    }
    if briefing.marking.withheld > 0 {
        let text = format!(
            "{} left out since this report may not carry them; no figure here rests on them.",
            counted(briefing.marking.withheld, "asset or source is", "assets and sources are")
        );
        notes = notes.child(sentences("Withheld", &[text]));
    }
    if !briefing.limits.is_empty() {
        notes = notes.child(sentences("Limits", &briefing.limits));
    }
    notes
}

/// Which reaches were used, and which of them nobody published.
fn sensors(scene: &Scene<'_>) -> Vec<String> {
    let mut reaches: Vec<(&str, bool, Vec<&str>)> = Vec::new();
    for asset in scene.briefing.assets.iter().filter(|asset| asset.left_out.is_none() && !asset.reach.is_empty()) {
        match reaches.iter_mut().find(|(reach, assumed, _)| *reach == asset.reach && *assumed == asset.assumed) {
            Some((_, _, names)) => names.push(&asset.name),
            None => reaches.push((&asset.reach, asset.assumed, vec![&asset.name])),
        }
    }
    if reaches.is_empty() {
        return vec!["No sensor counts here.".to_owned()];
    }
    let sentence = |(reach, assumed, names): &(&str, bool, Vec<&str>)| {
        let source = if *assumed { " (assumed: no source gives it)" } else { " (source in the roster)" };
        format!("{}{source}: {}.", super::words::capital(reach), some_of(names, 4))
    };
    reaches.iter().map(sentence).collect()
}

/// Reasons, most frequent first, with the satellites' names.
fn left_out(scene: &Scene<'_>) -> Vec<String> {
    let mut reasons: Vec<(&str, Vec<String>)> = Vec::new();
    for asset in &scene.briefing.assets {
        let Some(reason) = asset.left_out.as_deref() else { continue };
        let name = format!("{} ({})", asset.name, short_name(asset.nation));
        match reasons.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, names)) => names.push(name),
            None => reasons.push((reason, vec![name])),
        }
    }
    reasons.sort_by_key(|(_, names)| std::cmp::Reverse(names.len()));
    reasons
        .iter()
        .map(|(reason, names)| {
            format!("{}, {}: {}.", super::words::capital(reason), names.len(), some_of(names, MOST_NAMES))
        })
        .collect()
}
