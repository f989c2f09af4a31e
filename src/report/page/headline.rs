//! The answer first: the marking, one sentence, one paragraph, five figures.

use super::clock::{stamp, utc_stamp};
use super::html::{Element, el};
use super::scene::Scene;
use super::words::{
    NBSP, allies, capital, counted, duration, in_sentence, list, percent, setting, short_name, some_of, together,
};
use crate::astro::span::{Span, SpanSet};
use crate::report::briefing::region::{CoalitionPart, LookKind, RegionPart};
use crate::report::briefing::{AssetPart, Briefing, SitePart};
use crate::ssa::conjunction::{Conjunction, Kind};
use crate::ssa::nation::Nation;

/// What the report is about: `Korea and Japan from orbit`.
pub(super) fn subject(scene: &Scene<'_>) -> String {
    format!("{} from orbit", capital(&scene.regions()))
}

/// The marking as every page carries it.
pub(super) fn marking(briefing: &Briefing) -> String {
    format!("RELEASE: {}", briefing.marking.text)
}

/// The strip above all: may I pass it on, when does it hold?
pub(super) fn strip(scene: &Scene<'_>) -> Element {
    let marking_part = &scene.briefing.marking;
    let recipient =
        marking_part.recipient.map_or_else(|| "for all".to_owned(), |nation| format!("for {}", nation.alpha3()));
    let release = el("p")
        .child(el("strong").text(marking(scene.briefing)))
        .child(el("span").text(recipient))
        .child(el("span").text(format!("{} withheld", counted(marking_part.withheld, "item", "items"))));
    let made = scene.briefing.made_at;
    let when = el("p").child(el("span").text(scene.clock.long_range(scene.window()))).child(el("span").text(format!(
        "made {} ({})",
        stamp(made),
        utc_stamp(made)
    )));
    el("header").class("strip").child(release).child(when)
}

/// The sentence, the paragraph, the figures, and the way to the sections.
pub(super) fn top(scene: &Scene<'_>) -> Element {
    let lead = [worst_gap(scene), traffic(scene), not_counted(scene), no_radar(scene)];
    let lead: Vec<String> = lead.into_iter().flatten().collect();
    let links = [
        ("soon", "Next hours"),
        ("maps", "Who can look where"),
        ("gaps", "Gaps"),
        ("sharing", "What sharing adds"),
        ("day", "The day"),
        ("quiet", "Quiet windows"),
        ("conjunctions", "Conjunctions"),
        ("custody", "Custody"),
        ("data", "Data and limits"),
    ];
    let links = links.map(|(id, text)| el("a").attr("href", format!("#{id}")).text(text));
    el("div")
        .class("top")
        .child(el("h1").text(finding(scene)))
        .child(el("p").class("lead").text(lead.join(" ")))
        .child(el("dl").class("figures").children(figures(scene)))
        .child(el("nav").attr("aria-label", "Sections").children(links))
}

/// What stands below the last section.
pub(super) fn foot(scene: &Scene<'_>) -> Element {
    let text = format!(
        "{}. Made by alliedsky {} from public element sets and the roster beside it. The same figures stand beside this \
         page as files; alliedsky verify recomputes them.",
        marking(scene.briefing),
        scene.briefing.version
    );
    el("footer").child(el("p").text(text))
}

/// The sentence that a commander can repeat.
fn finding(scene: &Scene<'_>) -> String {
    let Some((region, all)) = scene.focus().and_then(|region| Some((region, scene.together(region)?))) else {
        return "No region or no nation was asked for, so nothing is weighed here".to_owned();
    };
    let ahead = format!("the next {}", scene.ahead());
    if all.fresh_percent <= 0.0 {
        let who = match scene.briefing.nations.as_slice() {
            [one] => format!("No satellite of {}", in_sentence(*one)),
            _ => "No allied satellite".to_owned(),
        };
        return format!("{who} with elements here can look at {} in {ahead}", region.title);
    }
    let horizon = setting(scene.briefing.horizon_s);
    if let [one] = scene.briefing.nations.as_slice() {
        return format!(
            "{} alone keeps the last possible look at {} within {horizon} for {} of {ahead}",
            capital(&in_sentence(*one)),
            region.title,
            percent(all.fresh_percent)
        );
    }
    let best = best_alone(scene, region).map_or_else(String::new, |(nation, best)| {
        format!("; alone, the best ally, {}, reaches {}", in_sentence(nation), percent(best.fresh_percent))
    });
    format!(
        "Sharing keeps the last possible look at {} within {horizon} for {} of {ahead}{best}",
        region.title,
        percent(all.fresh_percent)
    )
}

/// The nation that reaches most alone.
pub(super) fn best_alone<'a>(scene: &Scene<'a>, region: &'a RegionPart) -> Option<(Nation, &'a CoalitionPart)> {
    let alone = |nation: &Nation| Some((*nation, scene.alone(region, *nation)?));
    let nations = scene.briefing.nations.iter().filter_map(alone);
    // The first of equals, in the order asked for.
    nations.reduce(|best, next| if next.1.fresh_percent > best.1.fresh_percent { next } else { best })
}

/// The worst shared gap with its times.
fn worst_gap(scene: &Scene<'_>) -> Option<String> {
    let region = scene.focus()?;
    let all = scene.together(region)?;
    let gap = all.longest_gap;
    let enough = scene.enough_of(region);
    if all.looks.is_empty() {
        return Some(format!("No look reaches {enough} in the next {}.", scene.ahead()));
    }
    if gap.seconds() <= 0.0 {
        return Some(format!("At every moment somebody can look at {enough}."));
    }
    let cut = if scene.clock.is_cut(gap) { " or more, cut by the window" } else { "" };
    let nobody = match scene.briefing.nations.as_slice() {
        [one] => format!("{} cannot", in_sentence(*one)),
        _ => "no ally can".to_owned(),
    };
    Some(format!(
        "The longest time in which {nobody} look at {enough} or more in one pass is {} KST, {}{cut}.",
        scene.clock.range(gap),
        duration(gap.seconds())
    ))
}

/// Foreign passes soon, and the first site's longest quiet window.
fn traffic(scene: &Scene<'_>) -> Option<String> {
    let foreign = scene.passes(scene.soon).filter(|look| look.is_usable() && !scene.is_allied(look)).count();
    let soon = setting(scene.soon.seconds());
    let watchers = &scene.briefing.watchers;
    let passes = if watchers.is_empty() {
        None
    } else if foreign == 0 {
        Some(format!("No usable pass of {watchers} reaches {} in the next {soon}", scene.regions()))
    } else {
        let passes = counted(foreign, "usable pass", "usable passes");
        let verb = if foreign == 1 { "reaches" } else { "reach" };
        Some(format!("In the next {soon} {passes} of {watchers} {verb} parts of {}", scene.regions()))
    };
    let quiet = scene.briefing.sites.first().and_then(|site| {
        let longest = longest(&site.quiet)?;
        Some(format!("the longest quiet window of {} is {} KST", site.name, scene.clock.range(longest)))
    });
    match (passes, quiet) {
        (Some(passes), Some(quiet)) => Some(format!("{passes}; {quiet}.")),
        (Some(one), None) => Some(format!("{one}.")),
        (None, Some(one)) => Some(format!("{}.", capital(&one))),
        (None, None) => None,
    }
}

/// What is missing, by name where it is few.
fn not_counted(scene: &Scene<'_>) -> Option<String> {
    let is_out = |asset: &&AssetPart| asset.left_out.is_some();
    let allied: Vec<&AssetPart> = scene.briefing.assets.iter().filter(|asset| asset.allied).collect();
    let watched: Vec<&AssetPart> = scene.briefing.assets.iter().filter(|asset| !asset.allied).collect();
    let allied_out = allied.iter().copied().filter(is_out).count();
    let watched_out: Vec<&AssetPart> = watched.iter().copied().filter(is_out).collect();
    let mut parts = Vec::new();
    if !watched_out.is_empty() {
        let named = |asset: &&AssetPart| format!("{} ({})", asset.name, short_name(asset.nation));
        // A nation of which nothing counts is named first: its satellites can watch unseen in every figure here.
        let unseen =
            |asset: &&&AssetPart| !watched.iter().any(|other| other.nation == asset.nation && other.left_out.is_none());
        let names: Vec<String> = if watched_out.len() <= 3 {
            watched_out.iter().map(named).collect()
        } else {
            watched_out.iter().filter(unseen).take(2).map(named).collect()
        };
        let rest = watched_out.len() - names.len();
        if !names.is_empty() {
            parts.push(list(&names));
        }
        if rest > 0 {
            let other = if names.is_empty() { "" } else { "other " };
            parts.push(format!("{rest} of the {} {other}watched satellites", watched.len() - names.len()));
        }
    }
    if allied_out > 0 {
        parts.push(format!("{allied_out} of the {} allied satellites of the roster", allied.len()));
    }
    let all_without = scene.briefing.assets.iter().filter(is_out).all(|asset| asset.age_days.is_none());
    let why = if all_without { ", for want of elements" } else { "" };
    (!parts.is_empty()).then(|| format!("Not counted{why}: {}.", list(&parts)))
}

/// Nations of whom no radar counts: they are blind after dark, however many satellites they have.
fn no_radar(scene: &Scene<'_>) -> Option<String> {
    let has = |nation: Nation, radar: bool| {
        scene.briefing.looks.iter().any(|look| {
            let own = scene.asset(look.asset).is_some_and(|asset| asset.nation == nation);
            own && (!radar || look.kind == LookKind::Radar)
        })
    };
    let without: Vec<String> = scene
        .briefing
        .nations
        .iter()
        .filter(|nation| has(**nation, false) && !has(**nation, true))
        .map(|nation| in_sentence(*nation))
        .collect();
    let ahead = scene.ahead();
    (!without.is_empty())
        .then(|| format!("No radar satellite of {} passes in {ahead}.", some_of(&without, 3).replace(" and ", " or ")))
}

/// The five figures.
fn figures(scene: &Scene<'_>) -> Vec<Element> {
    let mut figures = Vec::new();
    let all = scene.focus().and_then(|region| Some((region, scene.together(region)?)));
    let who = match scene.briefing.nations.as_slice() {
        [_] => allies(scene.briefing),
        _ => format!("{} together", together(scene.briefing).to_lowercase()),
    };
    match all {
        Some((region, all)) => {
            let text = format!(
                "of time and area of {} within reach in the last {}, {who}, over {}",
                region.title,
                setting(scene.briefing.horizon_s),
                scene.ahead()
            );
            figures.push(figure(&super::words::percent_bare(all.fresh_percent), "%", &text));
            let gap = all.longest_gap;
            let text = format!(
                "longest time without a look at {} or more, {who}: {} KST",
                scene.enough_of(region),
                scene.clock.range(gap)
            );
            let more = if scene.clock.is_cut(gap) { "or more" } else { "" };
            figures.push(figure(&duration(gap.seconds()), more, &text));
        }
        None => {
            figures.push(figure("–", "", "no fresh time: no region or no nation was asked for"));
            figures.push(figure("–", "", "no gap: no region or no nation was asked for"));
        }
    }
    let usable: Vec<bool> =
        scene.passes(scene.day).filter(|look| look.is_usable()).map(|look| scene.is_allied(look)).collect();
    let allied = usable.iter().filter(|allied| **allied).count();
    let text = format!("usable passes over {} in {}, allied / foreign", scene.regions(), setting(scene.day.seconds()));
    figures.push(figure(&allied.to_string(), &format!("/ {}", usable.len() - allied), &text));
    figures.push(scene.briefing.sites.first().map_or_else(
        || figure("–", "", "no site was asked for"),
        |site| {
            let watched = watched(site, scene.day);
            let minutes = format!("{:.0}", watched.seconds() / 60.0);
            let windows = counted(watched.as_slice().len(), "window", "windows");
            let day = setting(scene.day.seconds());
            figure(
                &minutes,
                "min",
                &format!("of {day} in which low-orbit watchers have {} within reach, in {windows}", site.name),
            )
        },
    ));
    figures.push(closest(scene.briefing).map_or_else(
        || figure("–", "", &format!("no approach below {}{NBSP}km was found", scene.briefing.threshold_km)),
        |event| {
            let text = format!("closest approach: {} and {}", event.primary_name, event.secondary_name);
            figure(&format!("{:.1}", event.miss_km), "km", &text)
        },
    ));
    figures
}

fn figure(value: &str, unit: &str, meaning: &str) -> Element {
    let number = el("dd").class("value").text(value);
    let number = if unit.is_empty() { number } else { number.child(el("small").text(format!("{NBSP}{unit}"))) };
    el("div").child(el("dt").text(meaning)).child(number)
}

/// The nearest approach that is one: companions and duplicates are together always.
pub(super) fn closest(briefing: &Briefing) -> Option<&Conjunction> {
    let approaches = briefing.conjunctions.iter().filter(|event| matches!(event.kind, Kind::Encounter | Kind::Open));
    approaches.min_by(|a, b| a.miss_km.total_cmp(&b.miss_km))
}

/// When a site is within reach of low-orbit watchers, merged.
pub(super) fn watched(site: &SitePart, within: Span) -> SpanSet {
    let spans = site.radar.iter().chain(&site.other).chain(&site.optical).map(|(span, _)| *span).collect();
    SpanSet::from_spans(spans).intersection(&SpanSet::from_spans(vec![within]))
}

/// The longest of some stretches, the first of equals.
pub(super) fn longest(spans: &[Span]) -> Option<Span> {
    spans.iter().copied().reduce(|best, next| if next.seconds() > best.seconds() { next } else { best })
}
