//! Section 3: when each nation is blind, and who fills that.

use super::html::{Element, el};
use super::scene::Scene;
use super::svg::{bars, line, rect, words_at};
use super::table::{Table, column, plain};
use super::timeline::{Body, Lane, Strip, Timeline};
use super::words::{
    NBSP, counted, duration, in_sentence, label, list, row_name, setting, share, short_name, text_width, together,
};
use super::{key, patch, section as page_section};
use crate::astro::span::Span;
use crate::report::briefing::region::{CoalitionPart, GapPart, Look, LookMark, RegionPart};
use crate::ssa::nation::Nation;

/// Height of a look that reaches all of the region, and where the line of gaps lies.
const FULL: f64 = 34.0;
const GROUND: f64 = 40.0;
/// Rows of the table of gaps; more are in the files.
const MOST_ROWS: usize = 12;
/// Fillers named in a row.
const MOST_FILLERS: usize = 5;

/// The section.
pub(super) fn section(scene: &Scene<'_>) -> Element {
    let Some(region) = scene.focus() else {
        let reading = el("p").text("No region was asked for.");
        return page_section("gaps", "Gaps: none are weighed".to_owned(), reading);
    };
    let enough = scene.enough_of(region);
    let reading = el("p").text(format!(
        "A bar is a usable pass, its height the share of {} that it reaches; from {enough} upward it counts as a look \
         (fainter bars do not). A line below is a gap of {} or more. A mark on a gap is an ally’s look that fills it. \
         * the window cuts the gap: so long or more.",
        region.title,
        duration(scene.briefing.least_gap_s)
    ));
    let finding = finding(scene, region);
    let mut lanes: Vec<Lane<'_>> = Vec::new();
    for nation in &scene.briefing.nations {
        let Some(alone) = scene.alone(region, *nation) else { continue };
        lanes.push(lane(scene, region, alone, label(row_name(*nation), 16), false));
    }
    if let Some(all) = scene.together(region).filter(|_| scene.briefing.nations.len() > 1) {
        lanes.push(lane(scene, region, all, together(scene.briefing), true));
    }
    let timeline = Timeline {
        id: "gap",
        title: format!("Looks at {} and gaps by nation", region.title),
        desc: format!("{finding}. {}", spoken(scene, region)),
        span: scene.day,
        line_s: 6.0 * 3600.0,
        twilight: &scene.briefing.night.twilight,
        night: &scene.briefing.night.night,
        lanes,
    };
    let mut entries: Vec<(Element, String)> = scene
        .briefing
        .nations
        .iter()
        .map(|nation| (scene.marks.chip(*nation), short_name(*nation).to_owned()))
        .collect();
    entries.push((patch("gapline"), format!("gap of {} or more", duration(scene.briefing.least_gap_s))));
    if !scene.briefing.night.night.is_empty() {
        entries.push((patch("night"), format!("night at {}, twilight paler", scene.briefing.night.place)));
    }
    page_section("gaps", finding, reading).child(key(entries)).child(timeline.draw(scene)).child(table(scene, region))
}

fn finding(scene: &Scene<'_>, region: &RegionPart) -> String {
    let worst: Vec<String> = scene
        .briefing
        .nations
        .iter()
        .filter_map(|nation| Some((nation, scene.alone(region, *nation)?)))
        .map(|(nation, alone)| format!("{} ({})", scene.length(alone.longest_gap), short_name(*nation)))
        .collect();
    let ahead = scene.ahead();
    let shared = scene.together(region);
    match (scene.briefing.nations.as_slice(), shared) {
        ([], _) | (_, None) => format!("{}: no nation was asked for", region.title),
        ([one], Some(alone)) => format!(
            "{}, the next {ahead}: the longest gap of {} is {}, {} KST",
            region.title,
            in_sentence(*one),
            scene.length(alone.longest_gap),
            scene.clock.range(alone.longest_gap)
        ),
        (_, Some(all)) => format!(
            "{}, the next {ahead}: each nation’s longest gap is {}; shared, {} from {}{NBSP}KST",
            region.title,
            list(&worst),
            scene.length(all.longest_gap),
            scene.clock.when(all.longest_gap.start_s)
        ),
    }
}

/// The gaps in words, for those who hear the chart.
fn spoken(scene: &Scene<'_>, region: &RegionPart) -> String {
    let mut sentences = Vec::new();
    for coalition in &region.coalitions {
        let all = coalition.nations.len() == scene.briefing.nations.len();
        if coalition.nations.len() > 1 && !all {
            continue;
        }
        let name = super::words::coalition_name(&coalition.nations, scene.briefing);
        let gaps: Vec<String> = of_day(scene, coalition).map(|gap| scene.clock.range(gap.span)).collect();
        let looks = looks(scene, coalition).count();
        let gaps = if gaps.is_empty() { "no gap".to_owned() } else { format!("gaps {}", gaps.join(", ")) };
        sentences.push(format!("{name}: {}, {gaps}.", counted(looks, "look", "looks")));
    }
    sentences.join(" ")
}

/// Looks of the timeline's stretch that count.
fn looks<'a>(scene: &Scene<'a>, coalition: &'a CoalitionPart) -> impl Iterator<Item = &'a LookMark> {
    let (day, least) = (scene.day, scene.briefing.least_share);
    let counts =
        move |look: &&LookMark| look.share >= least && look.span.start_s < day.end_s && look.span.end_s > day.start_s;
    coalition.looks.iter().filter(counts)
}

/// Gaps that touch the timeline's stretch.
fn of_day<'a>(scene: &Scene<'a>, coalition: &'a CoalitionPart) -> impl Iterator<Item = &'a GapPart> {
    let day = scene.day;
    coalition.gaps.iter().filter(move |gap| gap.span.start_s < day.end_s && gap.span.end_s > day.start_s)
}

fn lane<'a>(
    scene: &'a Scene<'a>,
    region: &'a RegionPart,
    coalition: &'a CoalitionPart,
    name: String,
    shared: bool,
) -> Lane<'a> {
    let notes = vec![
        counted(looks(scene, coalition).count(), "look", "looks"),
        format!("worst {}{}", duration(coalition.longest_gap.seconds()), star(scene, coalition.longest_gap)),
    ];
    let index = scene.briefing.regions.iter().position(|other| std::ptr::eq(other, region)).unwrap_or_default();
    let draw = move |strip: &Strip| Some(marks(scene, index, coalition, shared, strip));
    Lane { name, notes, apart: shared, draw: Box::new(draw) }
}

fn star(scene: &Scene<'_>, span: Span) -> &'static str {
    if scene.clock.is_cut(span) { "*" } else { "" }
}

fn marks(scene: &Scene<'_>, region: usize, coalition: &CoalitionPart, shared: bool, strip: &Strip) -> Body {
    let mut marks = Vec::new();
    for nation in &coalition.nations {
        marks.extend(look_marks(scene, region, coalition, *nation, shared, strip));
    }
    let class = if shared { "ink" } else { "gap" };
    for gap in &coalition.gaps {
        let Some((x, width)) = strip.bar(gap.span, 2.0) else { continue };
        marks.push(rect(x, GROUND - 0.5, width, 3.5).class(class));
        // The ends of a gap, where it does have an end on this line.
        for (end_s, open) in [(gap.span.start_s, gap.open_start), (gap.span.end_s, gap.open_end)] {
            if strip.span.contains(end_s) && !open {
                let x = strip.x(end_s);
                marks.push(line(x, GROUND - 2.0, x, GROUND + 5.0).class("end"));
            }
        }
        let cut = if gap.open_start || gap.open_end { "*" } else { "" };
        let text = format!("{}{cut}", duration(gap.span.seconds()));
        if let Some(middle) = strip.above(scene, x, width, text_width(&text, 11.5) + 6.0) {
            marks.push(words_at(middle, 12.0, text).class("value"));
        }
        for nation in &scene.briefing.nations {
            let here = |look: &&LookMark| look.nation == *nation && strip.span.contains(look.span.start_s);
            let at = |look: &LookMark| {
                (strip.x(look.span.start_s).clamp(strip.left + 4.0, strip.right - 4.0), GROUND - 10.0)
            };
            let places: Vec<(f64, f64)> = gap.fillers.iter().filter(here).map(at).collect();
            marks.extend(scene.marks.shapes(*nation, &places, 4.0));
        }
    }
    Body { height: GROUND + 4.0, marks }
}

/// One nation's passes on a lane: those that count as looks, and fainter behind them those that reach too little.
fn look_marks(
    scene: &Scene<'_>,
    region: usize,
    coalition: &CoalitionPart,
    nation: Nation,
    shared: bool,
    strip: &Strip,
) -> Vec<Element> {
    let least = scene.briefing.least_share;
    let class = scene.marks.class(nation);
    let own = |asset: usize| scene.asset(asset).is_some_and(|asset| asset.nation == nation);
    let part = |look: &&Look| look.usable_shares.get(region).is_some_and(|share| *share > 0.0 && *share < least);
    let faint: Vec<[f64; 4]> = scene
        .passes(strip.span)
        .filter(|look| own(look.asset))
        .filter(part)
        .filter_map(|look| {
            let (x, width) = strip.bar(look.span, 2.0)?;
            let high = (look.usable_shares.get(region)? * FULL).max(1.5);
            Some([x, GROUND - 2.0 - high, width, high])
        })
        .collect();
    let mut marks: Vec<Element> = bars(&faint).map(|bars| bars.class(format!("{class} faint"))).into_iter().collect();
    let (mut solid, mut heads) = (Vec::new(), Vec::new());
    for look in coalition.looks.iter().filter(|look| look.nation == nation && look.share >= least) {
        let Some((x, width)) = strip.bar(look.span, 3.0) else { continue };
        let high = look.share.min(1.0) * FULL;
        let bar = [x, GROUND - 2.0 - high, width, high];
        if shared {
            heads.push((x + width / 2.0, GROUND - 6.5 - high));
        }
        if strip.narrow || shared {
            solid.push(bar);
        } else {
            let bar = bars(&[bar]).map(|bar| bar.class(class.clone()).child(el("title").text(about(scene, look))));
            marks.extend(bar);
        }
    }
    marks.extend(bars(&solid).map(|bars| bars.class(class)));
    marks.extend(scene.marks.shapes(nation, &heads, 3.0));
    marks
}

fn about(scene: &Scene<'_>, look: &LookMark) -> String {
    format!(
        "{}, {} KST ({}), {} of the region",
        scene.name(look.asset),
        scene.clock.range(look.span),
        scene.clock.utc(look.span.start_s),
        share(look.share)
    )
}

/// The longest gaps of the nations alone, in order of time, with who fills them.
fn table(scene: &Scene<'_>, region: &RegionPart) -> Element {
    let mut rows: Vec<(&CoalitionPart, &GapPart)> = scene
        .briefing
        .nations
        .iter()
        .filter_map(|nation| scene.alone(region, *nation))
        .flat_map(|alone| of_day(scene, alone).map(move |gap| (alone, gap)))
        .collect();
    let day = setting(scene.day.seconds());
    let all = rows.len();
    if all == 0 {
        return el("p").class("small").text(format!(
            "No nation has a gap of {} or more in the first {day}.",
            duration(scene.briefing.least_gap_s)
        ));
    }
    // The longest of them, in the order in which they were.
    let mut lengths: Vec<f64> = rows.iter().map(|(_, gap)| gap.span.seconds()).collect();
    lengths.sort_by(|a, b| b.total_cmp(a));
    let least_s = lengths.get(MOST_ROWS - 1).copied().unwrap_or_default();
    rows.retain(|(_, gap)| gap.span.seconds() >= least_s);
    rows.truncate(MOST_ROWS);
    let more = if all > rows.len() {
        format!(" The {} longest of {all}; all are in the files.", rows.len())
    } else {
        String::new()
    };
    let caption = format!(
        "Gaps of {} or more that touch the first {day}, the allies’ looks that fill them, and the longest stretch that \
         stays dark to all. * cut by the edge of the window: so long or more.{more}",
        duration(scene.briefing.least_gap_s)
    );
    let columns = vec![
        column("Nation", ""),
        column("Gap, KST", "n"),
        column("Length", "n"),
        column("Filled by, KST", "full"),
        column("Longest left to all", "n"),
    ];
    let mut table = Table::new(caption, "gaps", columns);
    for (coalition, gap) in rows {
        let chips = coalition.nations.iter().map(|nation| scene.marks.chip(*nation));
        let names: Vec<&str> = coalition.nations.iter().map(|nation| short_name(*nation)).collect();
        let star = if gap.open_start || gap.open_end { "*" } else { "" };
        table.row(vec![
            el("span").children(chips).text(format!(" {}", names.join(" + "))),
            plain(format!("{}{star}", scene.clock.range(gap.span))),
            plain(format!("{}{star}", duration(gap.span.seconds()))),
            fillers(scene, gap),
            plain(duration(gap.longest_left_s)),
        ]);
    }
    table.draw()
}

fn fillers(scene: &Scene<'_>, gap: &GapPart) -> Element {
    if gap.fillers.is_empty() {
        return plain("nobody");
    }
    let mut cell = el("span");
    for (index, filler) in gap.fillers.iter().take(MOST_FILLERS).enumerate() {
        let comma = if index == 0 { "" } else { ", " };
        let look = el("span").class("filler").child(scene.marks.chip(filler.nation));
        let text = format!(" {} {}", scene.name(filler.asset), scene.clock.when(filler.span.start_s));
        cell = cell.text(comma).child(look.text(text));
    }
    match gap.fillers.len().saturating_sub(MOST_FILLERS) {
        0 => cell,
        more => cell.text(format!(" and {more} more")),
    }
}
