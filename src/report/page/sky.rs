//! Who passes: the next hours by name, and the whole day as marks.

use std::collections::BTreeMap;

use super::html::{Element, el, number};
use super::scene::Scene;
use super::svg::{rect, words, words_at, words_to};
use super::timeline::{Body, Lane, Strip, Timeline};
use super::words::{NBSP, capital, counted, duration, label, list, row_name, setting, text_width};
use super::{key, patch, section};
use crate::report::briefing::region::{Look, LookKind};
use crate::ssa::nation::Nation;

/// Pauses shorter than this are not drawn, s.
const LEAST_PAUSE_S: f64 = 1800.0;
/// With more passes than this a lane has no room for their names.
const MOST_NAMED: usize = 40;
/// With more passes than this on a page the marks go without what hovering says: the files hold it.
const MOST_TOLD: usize = 250;
/// Height of a row of named bars, and of one of marks.
const NAMED_ROW: f64 = 14.0;
const MARK_ROW: f64 = 11.0;

/// Section 1: who passes in the next hours, in which minutes.
pub(super) fn next_hours(scene: &Scene<'_>) -> Element {
    let soon = setting(scene.soon.seconds());
    let passes: Vec<&Look> = scene.passes(scene.soon).filter(|look| look.is_usable()).collect();
    let allied = passes.iter().filter(|look| scene.is_allied(look)).count();
    let pauses = scene.focus().map(|region| (region, scene.pauses(region, scene.soon)));
    let pause = pauses.as_ref().and_then(|(region, pauses)| {
        let longest = super::headline::longest(pauses)?;
        let from = scene.clock.when(longest.start_s);
        let seconds = duration(longest.seconds());
        Some(format!("; longest allied pause over {} {seconds} from {from}{NBSP}KST", region.title))
    });
    let finding = format!(
        "Next {soon}: {}, {} foreign{}",
        counted(allied, "usable allied pass", "usable allied passes"),
        passes.len() - allied,
        pause.unwrap_or_default()
    );
    let mut reading = el("p").text("Bars: the minutes in which a sensor can reach ");
    for (index, (letter, title)) in scene.letter_key().into_iter().enumerate() {
        let or = if index == 0 { "" } else { ", or " };
        let share = super::words::share(scene.briefing.least_share);
        reading = reading.text(format!("{or}{title} (")).bold(letter.to_string());
        reading = reading.text(format!(" {share} of it or more, ")).bold(letter.to_ascii_lowercase().to_string());
        reading = reading.text(" a part)");
    }
    reading = reading.text(". Reach is not tasking: it says who could look, not who does.");
    let mut lanes: Vec<Lane<'_>> =
        scene.owners().into_iter().filter_map(|owner| named_lane(scene, owner, &passes)).collect();
    if let Some((region, pauses)) = pauses {
        let draw = move |strip: &Strip| pause_marks(scene, &pauses, strip);
        lanes.push(Lane {
            name: label(&format!("No look at {}", region.title), 18),
            notes: vec![format!("{} or more", duration(LEAST_PAUSE_S))],
            apart: true,
            draw: Box::new(draw),
        });
        let enough = scene.enough_of(region);
        reading = reading.text(format!(" Last lane: no allied pass that reaches {enough} or more."));
    }
    let (twilight, night) = (&scene.briefing.night.twilight, &scene.briefing.night.night);
    let timeline = Timeline {
        id: "next",
        title: format!("Passes of the next {soon} by owner"),
        desc: format!("{finding}. {}", by_owner(scene, &passes)),
        span: scene.soon,
        line_s: 7200.0,
        twilight,
        night,
        lanes,
    };
    section("soon", finding, reading).class("first").child(mission_key(scene, false)).child(timeline.draw(scene))
}

/// Section 5: how busy the sky is over the day.
pub(super) fn day(scene: &Scene<'_>) -> Element {
    let passes: Vec<&Look> = scene.passes(scene.day).collect();
    let usable = passes.iter().filter(|look| look.is_usable()).count();
    let dark = |look: &&&Look| scene.briefing.night.night.iter().any(|night| night.contains(look.span.start_s));
    let after_dark: Vec<&&Look> = passes.iter().filter(|look| look.is_usable()).filter(dark).collect();
    let allied = after_dark.iter().filter(|look| scene.is_allied(look)).count();
    let foreign = after_dark.len() - allied;
    let night = if scene.briefing.night.night.is_empty() {
        String::new()
    } else {
        format!("; after dark {allied} allied and {foreign} foreign can look")
    };
    let finding = format!(
        "{} over {}: {}, {usable} usable{night}",
        capital(&setting(scene.day.seconds())),
        scene.regions(),
        counted(passes.len(), "pass", "passes"),
    );
    let mut standing: Vec<&str> =
        scene.briefing.looks.iter().filter(|look| look.geostationary).map(|look| scene.name(look.asset)).collect();
    standing.sort_unstable();
    standing.dedup();
    let standing = if standing.is_empty() {
        String::new()
    } else {
        format!(" Low orbits only: {} in geostationary orbit can look all day.", super::words::some_of(&standing, 3))
    };
    let reading = el("p").text(format!(
        "One mark a pass; passes at the same time are stacked. Usable: radar, or optical with daylight at the place. \
         Cloud is not modelled.{standing}"
    ));
    let told = passes.len() <= MOST_TOLD;
    let lanes = scene.owners().into_iter().filter_map(|owner| mark_lane(scene, owner, &passes, told)).collect();
    let timeline = Timeline {
        id: "sky",
        title: format!("Passes of {} by owner", setting(scene.day.seconds())),
        desc: format!("{finding}. {}", by_owner(scene, &passes)),
        span: scene.day,
        line_s: 6.0 * 3600.0,
        twilight: &scene.briefing.night.twilight,
        night: &scene.briefing.night.night,
        lanes,
    };
    section("day", finding, reading).child(mission_key(scene, true)).child(timeline.draw(scene))
}

fn own<'a>(scene: &Scene<'a>, owner: Nation, passes: &[&'a Look]) -> Vec<&'a Look> {
    let mut own: Vec<&Look> = passes
        .iter()
        .copied()
        .filter(|look| scene.asset(look.asset).is_some_and(|asset| asset.nation == owner))
        .collect();
    own.sort_by(|a, b| a.span.start_s.total_cmp(&b.span.start_s));
    own
}

fn by_owner(scene: &Scene<'_>, passes: &[&Look]) -> String {
    let counts: Vec<String> = scene
        .owners()
        .into_iter()
        .map(|owner| (owner, own(scene, owner, passes)))
        .filter(|(_, own)| !own.is_empty())
        .map(|(owner, own)| {
            let usable = own.iter().filter(|look| look.is_usable()).count();
            format!("{} {}, {usable} usable", row_name(owner), own.len())
        })
        .collect();
    if counts.is_empty() { "No passes.".to_owned() } else { format!("Passes: {}.", counts.join("; ")) }
}

/// A lane of bars with names; of marks where there are too many. None for an owner of the watched that does not pass.
fn named_lane<'a>(scene: &'a Scene<'a>, owner: Nation, passes: &[&'a Look]) -> Option<Lane<'a>> {
    let own = own(scene, owner, passes);
    if own.is_empty() && !scene.briefing.nations.contains(&owner) {
        return None;
    }
    let notes = vec![counted(own.len(), "pass", "passes")];
    let draw = move |strip: &Strip| {
        if own.len() > MOST_NAMED { mark_body(scene, &own, strip, true) } else { named_body(scene, &own, strip) }
    };
    Some(Lane { name: label(row_name(owner), 16), notes, apart: false, draw: Box::new(draw) })
}

fn named_body(scene: &Scene<'_>, passes: &[&Look], strip: &Strip) -> Option<Body> {
    let mut rows: Vec<f64> = Vec::new();
    let (mut marks, mut names) = (Vec::new(), Vec::new());
    for look in passes {
        let Some((x, width)) = strip.bar(look.span, 3.0) else { continue };
        let (name, letters) = (label(scene.name(look.asset), 20), scene.letters(look));
        let long = text_width(&name, 11.0) + text_width(&letters, 10.0) + 5.0;
        let right = x + width + 4.0;
        let (from, to) = if right + long <= strip.right { (x, right + long) } else { (x - 4.0 - long, x + width) };
        let row = rows.iter().position(|end| *end + 7.0 <= from).unwrap_or(rows.len());
        if row == rows.len() {
            rows.push(to);
        }
        rows[row] = to;
        let y = row as f64 * NAMED_ROW;
        let mark = bar(look, x, y + 2.0, width);
        marks.push(if strip.narrow { mark } else { mark.child(el("title").text(scene.about_with_age(look))) });
        let text = if to > right - 4.0 { words(right, y + 10.0, name) } else { words_to(x - 4.0, y + 10.0, name) };
        names.push(text.child(el("tspan").text(format!(" {letters}"))));
    }
    marks.push(el("g").class("name").children(names));
    (!rows.is_empty()).then_some(Body { height: rows.len() as f64 * NAMED_ROW, marks })
}

fn mark_lane<'a>(scene: &'a Scene<'a>, owner: Nation, passes: &[&'a Look], told: bool) -> Option<Lane<'a>> {
    let own = own(scene, owner, passes);
    if own.is_empty() && !scene.briefing.nations.contains(&owner) {
        return None;
    }
    let usable = own.iter().filter(|look| look.is_usable()).count();
    let notes = vec![format!("{}, {usable} usable", own.len())];
    let draw = move |strip: &Strip| mark_body(scene, &own, strip, told);
    Some(Lane { name: label(row_name(owner), 16), notes, apart: false, draw: Box::new(draw) })
}

fn mark_body(scene: &Scene<'_>, passes: &[&Look], strip: &Strip, told: bool) -> Option<Body> {
    let mut rows: Vec<f64> = Vec::new();
    let mut marks = Vec::new();
    // Marks that say nothing more are written as one path a class, the others as a group a class.
    let mut groups: BTreeMap<&'static str, (Vec<Element>, String)> = BTreeMap::new();
    for look in passes {
        let Some((x, width)) = strip.bar(look.span, 3.0) else { continue };
        let row = rows.iter().position(|end| *end + 1.5 <= x).unwrap_or(rows.len());
        if row == rows.len() {
            rows.push(x + width);
        }
        rows[row] = x + width;
        let y = row as f64 * MARK_ROW + 1.0;
        let (singles, whole) = groups.entry(class(look)).or_default();
        let outline = outline(look, x, y, width);
        if told && !strip.narrow {
            singles.push(el("path").attr("d", outline).child(el("title").text(scene.about(look))));
        } else {
            whole.push_str(&outline);
        }
    }
    for (class, (singles, whole)) in groups {
        if !singles.is_empty() {
            marks.push(el("g").class(class).children(singles));
        }
        if !whole.is_empty() {
            marks.push(el("path").class(class).attr("d", whole));
        }
    }
    (!marks.is_empty()).then_some(Body { height: rows.len() as f64 * MARK_ROW, marks })
}

fn bar(look: &Look, x: f64, y: f64, width: f64) -> Element {
    el("path").class(class(look)).attr("d", outline(look, x, y, width))
}

fn class(look: &Look) -> &'static str {
    match (look.kind, look.is_usable()) {
        (LookKind::Radar, _) => "sar",
        (LookKind::Optical, true) => "eo",
        (LookKind::Optical, false) => "eo-dark",
        (LookKind::Other, _) => "other",
    }
}

/// A pass: solid for optical by day, split for radar, hollow for optical in the dark. Form and colour say the same.
fn outline(look: &Look, x: f64, y: f64, width: f64) -> String {
    let bar = |x: f64, y: f64, width: f64, height: f64| {
        let [x, y, width, height] = [x, y, width, height].map(number);
        format!("M{x} {y}h{width}v{height}h-{width}z")
    };
    match class(look) {
        "sar" => format!("{}{}", bar(x, y, width, 3.5), bar(x, y + 5.5, width, 3.5)),
        "eo" => bar(x, y, width, 9.0),
        "eo-dark" => bar(x + 0.5, y + 0.5, (width - 1.0).max(2.0), 8.0),
        _ => bar(x, y + 2.5, width, 4.0),
    }
}

fn pause_marks(scene: &Scene<'_>, pauses: &[crate::astro::span::Span], strip: &Strip) -> Option<Body> {
    let mut marks = Vec::new();
    for pause in pauses.iter().filter(|pause| pause.seconds() >= LEAST_PAUSE_S) {
        let Some((x, width)) = strip.bar(*pause, 1.0) else { continue };
        marks.push(rect(x, 15.0, width, 5.0).class("ink"));
        let text = duration(pause.seconds());
        if let Some(middle) = strip.above(scene, x, width, text_width(&text, 11.5)) {
            marks.push(words_at(middle, 10.0, text).class("value"));
        }
    }
    (!marks.is_empty()).then_some(Body { height: 22.0, marks })
}

/// The key of the missions that pass at all.
fn mission_key(scene: &Scene<'_>, whole_day: bool) -> Element {
    let span = if whole_day { scene.day } else { scene.soon };
    let any =
        |kind: LookKind, usable: bool| scene.passes(span).any(|look| look.kind == kind && look.is_usable() == usable);
    let mut entries = Vec::new();
    if any(LookKind::Optical, true) {
        entries.push((patch("eo"), "optical, daylight at the place".to_owned()));
    }
    if any(LookKind::Radar, true) {
        entries.push((patch("sar"), "radar, day and night".to_owned()));
    }
    if any(LookKind::Other, true) {
        entries.push((patch("other"), "infrared, radio and others, day and night".to_owned()));
    }
    if whole_day && any(LookKind::Optical, false) {
        entries.push((patch("eo-dark"), "optical in the dark, not usable".to_owned()));
    }
    let night = &scene.briefing.night;
    if night.night.iter().chain(&night.twilight).any(|dark| dark.start_s < span.end_s && dark.end_s > span.start_s) {
        entries.push((patch("night"), format!("night at {}, twilight paler", night.place)));
    }
    let names: Vec<&str> = entries.iter().map(|(_, name)| name.as_str()).collect();
    let spoken = list(&names);
    key(entries).attr("aria-label", format!("Marks: {spoken}"))
}
