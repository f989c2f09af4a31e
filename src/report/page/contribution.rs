//! Section 4: what each nation and each satellite brings, and the ledger of all coalitions.

use super::html::{Element, el};
use super::scene::Scene;
use super::svg::{Figure, line, rect, steps, words, words_at, words_to};
use super::words::{NBSP, allies, counted, duration, in_sentence, label, list, percent, points, short_name};
use super::{ledger, section as page_section};
use crate::report::briefing::region::{AssetShare, LookKind, NationShare, RegionPart};

/// Satellites named in the chart.
const MOST_ASSETS: usize = 10;
/// The two widths of a drawing.
const WIDE: f64 = 540.0;
const NARROW: f64 = 358.0;

/// The section.
pub(super) fn section(scene: &Scene<'_>) -> Element {
    let Some(region) = scene.focus() else {
        let reading = el("p").text("No region was asked for.");
        return page_section("sharing", "What sharing adds: nothing is weighed".to_owned(), reading);
    };
    let several = scene.briefing.nations.len() > 1;
    let charts = el("div").class("pair").child(nation_charts(scene)).child(asset_charts(scene, region));
    page_section("sharing", finding(scene, region), el("p").text(reading(scene, region, several)))
        .child(charts)
        .child(ledger::table(scene))
}

fn finding(scene: &Scene<'_>, region: &RegionPart) -> String {
    let Some(all) = scene.together(region) else {
        return format!("What sharing adds: no nation was asked for over {}", region.title);
    };
    let whole = percent(all.fresh_percent);
    if let [one] = scene.briefing.nations.as_slice() {
        return match region.assets.first() {
            Some(first) => format!(
                "What each satellite adds: of the {whole} of {} over {}, {} brings {}{NBSP}points",
                in_sentence(*one),
                region.title,
                scene.name(first.asset),
                points(first.shapley_percent)
            ),
            None => format!("What each satellite adds: none of {} counts over {}", in_sentence(*one), region.title),
        };
    }
    let losses: Vec<String> = region
        .nations
        .iter()
        .enumerate()
        .map(|(index, share)| {
            let unit = if index == 0 { format!("{NBSP}points") } else { String::new() };
            format!("{}{unit} without {}", points(share.lost_percent), in_sentence(share.nation))
        })
        .collect();
    format!("What sharing adds: of {}’s {whole} the allies would lose {}", region.title, list(&losses))
}

fn reading(scene: &Scene<'_>, region: &RegionPart, several: bool) -> String {
    let mut sentences = vec!["Percentage points of fresh time.".to_owned()];
    if several {
        sentences.push(
            "Ring: the nation alone. Filled mark: its fair share (Shapley value; the nations’ add up to the whole). Tick: \
             what all together lose without it."
                .to_owned(),
        );
    }
    let classes: Vec<String> = region
        .classes
        .iter()
        .map(|class| {
            let kind = match class.kind {
                LookKind::Optical => "optical",
                LookKind::Radar => "radar",
                LookKind::Other => "other sensors",
            };
            let assets = counted(class.assets, "satellite", "satellites");
            format!("{kind} alone ({assets}) gives {}", percent(class.fresh_percent))
        })
        .collect();
    if !classes.is_empty() {
        sentences.push(format!("{}: {}.", region.title, list(&classes)));
    }
    if several {
        sentences.push(at_once(scene, region));
    }
    sentences.join(" ")
}

/// When several nations can look at the same place.
fn at_once(scene: &Scene<'_>, region: &RegionPart) -> String {
    let spans: Vec<_> = region.together.iter().map(|together| together.span).collect();
    let merged = crate::astro::span::SpanSet::from_spans(spans);
    match super::headline::longest(merged.as_slice()) {
        None => format!("At no moment can two nations look at the same place of {}.", region.title),
        Some(longest) => format!(
            "Two nations or more can look at the same place of {} at once in {}, {} in all, the longest from {} KST.",
            region.title,
            counted(merged.as_slice().len(), "stretch", "stretches"),
            duration(merged.seconds()),
            scene.clock.when(longest.start_s)
        ),
    }
}

/// Both widths of a drawing.
fn twice(draw: impl Fn(f64, &'static str) -> Element) -> Element {
    el("div")
        .child(el("div").class("wide").child(draw(WIDE, "w")))
        .child(el("div").class("narrow").child(draw(NARROW, "n")))
}

fn nation_charts(scene: &Scene<'_>) -> Element {
    let charts = scene.briefing.regions.iter().enumerate().filter(|(_, region)| !region.nations.is_empty());
    let charts = charts.map(|(index, region)| {
        let together = scene.together(region).map_or(0.0, |all| all.fresh_percent);
        let who = if scene.briefing.nations.len() > 1 { "together".to_owned() } else { allies(scene.briefing) };
        el("figure")
            .child(el("p").class("who").text(format!("{}: {who} {}", region.title, percent(together))))
            .child(twice(|width, suffix| nation_chart(scene, region, width, format!("share-{index}-{suffix}"))))
    });
    el("div").children(charts)
}

/// Tick, filled mark and ring of each nation on one axis of percent.
fn nation_chart(scene: &Scene<'_>, region: &RegionPart, width: f64, id: String) -> Element {
    const ROW: f64 = 32.0;
    let (left, right) = (104.0, width - 52.0);
    let most = region.nations.iter().flat_map(|share| [share.alone_percent, share.shapley_percent, share.lost_percent]);
    let most = most.fold(1.0, f64::max);
    let x = |value: f64| left + value.max(0.0) / most * (right - left);
    let bottom = 18.0 + ROW * region.nations.len() as f64;
    let mut marks = Vec::new();
    for step in steps(most, 4.0) {
        marks.push(line(x(step), 10.0, x(step), bottom).class("grid"));
        let unit = if step == 0.0 { format!("{NBSP}%") } else { String::new() };
        marks.push(words_at(x(step), bottom + 15.0, format!("{step}{unit}")).class("utc"));
    }
    for (row, share) in region.nations.iter().enumerate() {
        marks.extend(nation_row(scene, share, 10.0 + ROW * (row as f64 + 0.62), row == 0, &x));
    }
    let said: Vec<String> = region.nations.iter().map(spoken).collect();
    let figure = Figure {
        id,
        title: format!("What each nation brings to the fresh time of {}", region.title),
        desc: said.join(" "),
        width,
        height: bottom + 22.0,
        class: "chart",
    };
    figure.draw(marks)
}

fn spoken(share: &NationShare) -> String {
    format!(
        "{}: alone {}, fair share {}, lost without it {} points.",
        super::words::row_name(share.nation),
        points(share.alone_percent),
        points(share.shapley_percent),
        points(share.lost_percent)
    )
}

fn nation_row(scene: &Scene<'_>, share: &NationShare, y: f64, first: bool, x: &impl Fn(f64) -> f64) -> Vec<Element> {
    let class = scene.marks.class(share.nation);
    let (lost, fair, alone) = (x(share.lost_percent), x(share.shapley_percent), x(share.alone_percent));
    let (least, most) = (lost.min(fair).min(alone), lost.max(fair).max(alone));
    let mut marks = vec![
        words(2.0, y + 4.0, short_name(share.nation)).class("lane"),
        line(least, y, most, y).class(format!("s{class} span")),
        line(lost, y - 7.0, lost, y + 7.0).class(format!("s{class} tick")),
        el("circle").num("cx", alone).num("cy", y).num("r", 5.0).class(format!("s{class} ring")),
        scene.marks.shape(share.nation, fair, y, 5.5),
        words_to(least - 8.0, y + 4.0, points(share.lost_percent)).class("note"),
        words(most + 9.0, y + 4.0, points(share.alone_percent)).class("note"),
    ];
    let fair_text = points(share.shapley_percent);
    // The first row says what the marks are, where there is room for it.
    if first && alone - fair > 100.0 && fair - lost > 70.0 {
        marks.push(words_at(fair, y - 10.0, format!("{fair_text} fair share")).class("value"));
        marks.push(words_at(lost, y - 10.0, "lost without").class("note"));
        marks.push(words_at(alone, y - 10.0, "alone").class("note"));
    } else {
        marks.push(words_at(fair, y - 10.0, fair_text).class("value"));
    }
    marks
}

/// The satellites that bring most to the first region.
fn asset_charts(scene: &Scene<'_>, region: &RegionPart) -> Element {
    let shown = region.assets.len().min(MOST_ASSETS);
    if shown == 0 {
        return el("p").class("small").text(format!("No satellite counts over {}.", region.title));
    }
    let head = match shown {
        1 => format!("The satellite that counts, {}", region.title),
        _ if region.assets.len() == shown => format!("The {shown} satellites that count, {}", region.title),
        _ => format!("The {shown} satellites that bring most, {}", region.title),
    };
    let note = format!("Bar: fair share, exact. Tick: lost if this satellite alone drops out.{}", sums(scene, region));
    el("figure")
        .child(el("p").class("who").text(head))
        .child(twice(|width, suffix| asset_chart(scene, region, width, format!("assets-{suffix}"))))
        .child(el("figcaption").child(el("p").class("small").text(note)))
}

/// Why the satellites of a nation do not add up to it, with the nation whose two figures differ most as the example.
fn sums(scene: &Scene<'_>, region: &RegionPart) -> String {
    if region.nations.len() < 2 {
        return String::new();
    }
    let of = |share: &NationShare| -> f64 {
        let own = region.assets.iter().filter(|own| scene.asset(own.asset).is_some_and(|a| a.nation == share.nation));
        own.map(|own| own.shapley_percent).sum()
    };
    let example = region
        .nations
        .iter()
        .map(|share| (share, of(share)))
        .reduce(|best, next| {
            let far = |pair: &(&NationShare, f64)| (pair.1 - pair.0.shapley_percent).abs();
            if far(&next) > far(&best) { next } else { best }
        })
        .map_or_else(String::new, |(share, sum)| {
            format!(" ({} {} against {})", short_name(share.nation), points(sum), points(share.shapley_percent))
        });
    format!(
        " Satellites’ shares add up to the whole, not to their nation’s share{example}: they divide it another way."
    )
}

fn asset_chart(scene: &Scene<'_>, region: &RegionPart, width: f64, id: String) -> Element {
    const ROW: f64 = 20.0;
    let (left, right) = (150.0, width - 44.0);
    let (shown, others) = region.assets.split_at(region.assets.len().min(MOST_ASSETS));
    let most = shown.iter().map(|share| share.shapley_percent.max(share.lost_percent)).fold(0.1, f64::max);
    let x = |value: f64| left + value.max(0.0) / most * (right - left);
    let rows = shown.len() as f64 + if others.is_empty() { 0.0 } else { 1.0 };
    let bottom = 6.0 + ROW * rows;
    let mut marks = Vec::new();
    for step in steps(most, 4.0) {
        marks.push(line(x(step), 2.0, x(step), bottom).class("grid"));
        let unit = if step == 0.0 { format!("{NBSP}%") } else { String::new() };
        marks.push(words_at(x(step), bottom + 15.0, format!("{}{unit}", (step * 1e6).round() / 1e6)).class("utc"));
    }
    for (row, share) in shown.iter().enumerate() {
        marks.extend(asset_row(scene, share, 6.0 + ROW * row as f64, left, &x));
    }
    let rest: f64 = others.iter().map(|share| share.shapley_percent).sum();
    if !others.is_empty() {
        let y = bottom - 6.0;
        marks.push(words_to(left - 8.0, y, counted(others.len(), "other", "others")).class("lane plain"));
        marks.push(words(left + 4.0, y, format!("{} points together", points(rest))).class("note"));
    }
    let said: Vec<String> =
        shown.iter().map(|share| format!("{} {}", scene.name(share.asset), points(share.shapley_percent))).collect();
    let figure = Figure {
        id,
        title: format!("Fair share of satellites in the fresh time of {}", region.title),
        desc: format!("Points: {}; others {}.", said.join(", "), points(rest)),
        width,
        height: bottom + 22.0,
        class: "chart",
    };
    figure.draw(marks)
}

fn asset_row(scene: &Scene<'_>, share: &AssetShare, y: f64, left: f64, x: &impl Fn(f64) -> f64) -> Vec<Element> {
    let name = label(scene.name(share.asset), 16);
    let nation = scene.asset(share.asset).map(|asset| asset.nation);
    let class = nation.map_or_else(|| "n0".to_owned(), |nation| scene.marks.class(nation));
    let end = x(share.shapley_percent);
    let tick = x(share.lost_percent);
    let mut marks = vec![
        words_to(left - 8.0, y + 11.0, name).class("lane plain"),
        rect(left, y + 1.0, (end - left).max(1.0), 12.0).class(class),
        line(tick, y - 1.0, tick, y + 15.0).class("cut"),
        words(end.max(tick) + 6.0, y + 11.0, points(share.shapley_percent)).class("value"),
    ];
    marks.extend(nation.map(|nation| scene.marks.shape(nation, 6.0, y + 7.0, 4.0)));
    marks
}
