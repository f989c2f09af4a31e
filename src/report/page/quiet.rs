//! Section 6: when the watched satellites can look at a site, and when none of them can.

use super::headline::{longest, watched};
use super::html::{Element, el};
use super::scene::Scene;
use super::svg::{Figure, bars, line, rect, words_at};
use super::table::{Table, column, plain};
use super::timeline::{Body, Lane, Strip, Timeline};
use super::words::{NBSP, counted, duration, label, setting, short_name, some_of, text_width};
use super::{key, patch, section as page_section};
use crate::astro::span::Span;
use crate::report::briefing::SitePart;

/// Quiet windows shorter than this are not labelled, s.
const LEAST_QUIET_S: f64 = 3600.0;
/// Size of a site's strip, units.
const STRIP_WIDTH: f64 = 400.0;
const STRIP_HEIGHT: f64 = 18.0;

/// The section.
pub(super) fn section(scene: &Scene<'_>) -> Element {
    let Some(site) = scene.briefing.sites.first() else {
        let reading = el("p").text("A site’s quiet windows are shown here where one is given.");
        return page_section("quiet", "Quiet windows: no site was asked for".to_owned(), reading);
    };
    let finding = finding(scene, site);
    let reading = el("p").text(reading(scene));
    let timeline = Timeline {
        id: "quiet-site",
        title: format!("Watch windows and quiet windows of {}", site.name),
        desc: format!("{finding}. {}", spoken(scene, site)),
        span: scene.day,
        line_s: 6.0 * 3600.0,
        twilight: &[],
        night: &site.dark,
        lanes: lanes(scene, site),
    };
    let mut entries = vec![
        (patch("eo"), "optical, daylight at the place".to_owned()),
        (patch("sar"), "radar, day and night".to_owned()),
        (patch("gap"), "quiet for the satellites listed, 1 h or more".to_owned()),
    ];
    if scene.briefing.sites.iter().any(|site| !site.other.is_empty()) {
        entries.insert(2, (patch("other"), "sensor not disclosed, infrared or others, day and night".to_owned()));
    }
    if !site.dark.is_empty() {
        entries.push((patch("night"), format!("Sun below the horizon at {}", site.name)));
    }
    page_section("quiet", finding, reading).child(key(entries)).child(timeline.draw(scene)).child(table(scene))
}

fn finding(scene: &Scene<'_>, site: &SitePart) -> String {
    let day = setting(scene.day.seconds());
    if scene.briefing.watchers.is_empty() {
        return format!("{}: no watcher was listed, so nothing can be called quiet", site.name);
    }
    if watched(site, scene.day).is_empty() {
        return format!("{}: no listed low-orbit watcher can look in the next {day}", site.name);
    }
    let long = site.quiet.iter().filter(|span| span.seconds() >= LEAST_QUIET_S - 0.5).count();
    let Some(longest) = longest(&site.quiet) else {
        return format!("{}: no quiet window in the next {day}", site.name);
    };
    let from = format!("{} from {}{NBSP}KST", scene_length(scene, longest), scene.clock.when(longest.start_s));
    match long {
        0 => format!("{}: no quiet window of an hour, the longest {from}", site.name),
        _ => format!(
            "{}: {} of an hour or more, the longest {from}",
            site.name,
            counted(long, "quiet window", "quiet windows")
        ),
    }
}

/// Whether the timelines' stretch cuts a quiet window.
fn is_cut(scene: &Scene<'_>, span: Span) -> bool {
    span.start_s <= scene.day.start_s + 1e-3 || span.end_s >= scene.day.end_s - 1e-3
}

fn scene_length(scene: &Scene<'_>, span: Span) -> String {
    let more = if is_cut(scene, span) { " or more" } else { "" };
    format!("{}{more}", duration(span.seconds()))
}

fn reading(scene: &Scene<'_>) -> String {
    let mut sentences = Vec::new();
    if !scene.briefing.watchers.is_empty() {
        sentences.push(format!(
            "When a listed satellite of {} has the site within reach. Low orbits alone decide the quiet windows.",
            scene.briefing.watchers
        ));
    }
    let mut standing: Vec<&str> = scene
        .briefing
        .sites
        .iter()
        .flat_map(|site| site.geostationary.iter().map(|(_, asset)| scene.name(*asset)))
        .collect();
    standing.sort_unstable();
    standing.dedup();
    if !standing.is_empty() {
        sentences.push(format!(
            "{} in geostationary orbit can look whenever the Sun is up, so by day nothing is quiet for it.",
            some_of(&standing, 3)
        ));
    }
    let missing: Vec<String> = scene
        .briefing
        .assets
        .iter()
        .filter(|asset| !asset.allied && asset.left_out.is_some())
        .map(|asset| format!("{} ({})", asset.name, short_name(asset.nation)))
        .collect();
    if missing.is_empty() {
        sentences.push("Quiet means quiet for the satellites listed, no more.".to_owned());
    } else {
        let verb = if missing.len() == 1 { "is" } else { "are" };
        sentences.push(format!(
            "Quiet means quiet for the satellites listed: {} {verb} not counted here and may look at any time.",
            some_of(&missing, 2)
        ));
    }
    sentences.join(" ")
}

fn spoken(scene: &Scene<'_>, site: &SitePart) -> String {
    let quiet: Vec<String> = site
        .quiet
        .iter()
        .filter(|span| span.seconds() >= LEAST_QUIET_S - 0.5)
        .map(|span| scene.clock.range(*span))
        .collect();
    let quiet = if quiet.is_empty() { "none of an hour".to_owned() } else { quiet.join(", ") };
    format!("{}; quiet windows {quiet}.", spoken_passes(site))
}

fn spoken_passes(site: &SitePart) -> String {
    let (radar, optical, other) = (site.radar.len(), site.optical.len(), site.other.len());
    format!("{radar} radar, {optical} optical and {other} other passes")
}

fn lanes<'a>(scene: &'a Scene<'a>, site: &'a SitePart) -> Vec<Lane<'a>> {
    let watch = |name: &str, spans: &'a [(Span, usize)], class: &'static str, high: f64| Lane {
        name: name.to_owned(),
        notes: if high > 5.0 { vec![counted(spans.len(), "pass", "passes")] } else { Vec::new() },
        apart: false,
        draw: Box::new(move |strip: &Strip| Some(watch_marks(scene, spans, class, high, strip))),
    };
    let mut lanes = vec![watch("Radar", &site.radar, "sar", 10.0), watch("Optical", &site.optical, "eo", 10.0)];
    if !site.other.is_empty() {
        lanes.push(watch("Other", &site.other, "other", 6.0));
    }
    if let Some((_, first)) = site.geostationary.first() {
        let others = site.geostationary.iter().any(|(_, asset)| asset != first);
        let name = if others { "Geostationary".to_owned() } else { label(scene.name(*first), 15) };
        lanes.push(watch(&name, &site.geostationary, "eo", 4.0));
    }
    lanes.push(Lane {
        name: "Quiet windows".to_owned(),
        notes: vec!["of 1 h or more".to_owned()],
        apart: true,
        draw: Box::new(move |strip: &Strip| Some(quiet_marks(scene, site, strip))),
    });
    lanes
}

fn watch_marks(scene: &Scene<'_>, spans: &[(Span, usize)], class: &'static str, high: f64, strip: &Strip) -> Body {
    let place = |span: Span| strip.bar(span, 2.5).map(|(x, width)| [x, (10.0 - high) / 2.0 + 2.0, width, high]);
    let marks = if strip.narrow {
        let places: Vec<[f64; 4]> = spans.iter().filter_map(|(span, _)| place(*span)).collect();
        bars(&places).map(|bars| bars.class(class)).into_iter().collect()
    } else {
        let mark = |(span, asset): &(Span, usize)| {
            let about = format!("{}, {} KST", scene.name(*asset), scene.clock.range(*span));
            Some(bars(&[place(*span)?])?.class(class).child(el("title").text(about)))
        };
        spans.iter().filter_map(mark).collect()
    };
    Body { height: 14.0, marks }
}

fn quiet_marks(scene: &Scene<'_>, site: &SitePart, strip: &Strip) -> Body {
    let mut marks = Vec::new();
    for quiet in site.quiet.iter().filter(|span| span.seconds() >= LEAST_QUIET_S - 0.5) {
        let Some((x, width)) = strip.bar(*quiet, 2.0) else { continue };
        // A hair of space keeps windows apart that a short pass divides.
        marks.push(rect(x, 14.0, (width - 1.0).max(1.0), 8.0).class("gap"));
        let star = if is_cut(scene, *quiet) { "*" } else { "" };
        let text = format!("{}{star}", duration(quiet.seconds()));
        if let Some(middle) = strip.above(scene, x, width, text_width(&text, 11.5)) {
            marks.push(words_at(middle, 9.0, text).class("value"));
        }
    }
    Body { height: 24.0, marks }
}

fn table(scene: &Scene<'_>) -> Element {
    let day = setting(scene.day.seconds());
    let caption = format!(
        "{}, {day} from {} KST; a rule every 6 h of the clock, shaded where the Sun is below the horizon. * cut by the edge \
         of the {day}.",
        counted(scene.briefing.sites.len(), "site", "sites"),
        scene.clock.local(0.0)
    );
    let columns = vec![
        column("Site", ""),
        column("Watch windows", "full"),
        column("Radar", "n"),
        column("Optical", "n"),
        column("Other", "n"),
        column("Within reach", "n"),
        column("Longest quiet", "n"),
        column("From, to, KST", "n line"),
    ];
    let mut table = Table::new(caption, "sites", columns);
    for (index, site) in scene.briefing.sites.iter().enumerate() {
        let longest = longest(&site.quiet);
        let (length, range) = longest.map_or_else(
            || ("none".to_owned(), "–".to_owned()),
            |span| {
                let star = if is_cut(scene, span) { "*" } else { "" };
                (format!("{}{star}", duration(span.seconds())), scene.clock.range(span))
            },
        );
        table.row(vec![
            plain(site.name.clone()),
            strip_of(scene, site, index),
            plain(site.radar.len().to_string()),
            plain(site.optical.len().to_string()),
            plain(site.other.len().to_string()),
            plain(duration(watched(site, scene.day).seconds())),
            plain(length),
            plain(range),
        ]);
    }
    table.draw()
}

/// A site's watch windows on one line.
fn strip_of(scene: &Scene<'_>, site: &SitePart, index: usize) -> Element {
    let strip = Strip { span: scene.day, left: 0.0, right: STRIP_WIDTH, narrow: true };
    let mut marks = vec![rect(0.0, 0.0, STRIP_WIDTH, STRIP_HEIGHT).class("day")];
    let dark = site.dark.iter().filter_map(|span| strip.bar(*span, 0.0));
    marks.extend(dark.map(|(x, width)| rect(x, 0.0, width, STRIP_HEIGHT).class("night")));
    for tick_s in scene.clock.ticks(scene.day, 6.0 * 3600.0) {
        let x = strip.x(tick_s);
        let class = if scene.clock.is_midnight(tick_s) { "grid midnight" } else { "grid" };
        marks.push(line(x, 0.0, x, STRIP_HEIGHT).class(class));
    }
    for (spans, class, top) in [(&site.optical, "eo", 1.0), (&site.radar, "sar", 6.7), (&site.other, "other", 12.4)] {
        let places = spans.iter().filter_map(|(span, _)| strip.bar(*span, 1.8));
        let places: Vec<[f64; 4]> = places.map(|(x, width)| [x, top, width, 4.6]).collect();
        marks.extend(bars(&places).map(|bars| bars.class(class)));
    }
    let figure = Figure {
        id: format!("site-{index}"),
        title: format!("Watch windows of {}", site.name),
        desc: spoken_passes(site),
        width: STRIP_WIDTH,
        height: STRIP_HEIGHT,
        class: "strip-line",
    };
    figure.draw(marks)
}
