//! Section 7: does anything come close?

mod risk;

use nalgebra::Vector3;

use super::clock::{stamp, utc_stamp};
use super::headline::closest;
use super::html::{Element, el};
use super::scene::Scene;
use super::section as page_section;
use super::svg::{Figure, line};
use super::table::{Table, column, plain};
use super::words::{NBSP, counted, short_name, signed};
use crate::astro::elements::NoradId;
use crate::ssa::conjunction::{Conjunction, Kind};
use crate::ssa::nation::Nation;

/// Rows of the table; all are in the files.
const MOST_ROWS: usize = 8;
/// Half the size of a sketch, units, and the radius that the threshold has in it.
const HALF: f64 = 30.0;
const THRESHOLD: f64 = 26.0;

/// The section.
pub(super) fn section(scene: &Scene<'_>) -> Element {
    let events = &scene.briefing.conjunctions;
    let threshold = format!("{}{NBSP}km", scene.briefing.threshold_km);
    let reading = el("p").text(format!("{} {}", scene.briefing.screened, scene.briefing.completeness));
    if events.is_empty() {
        return page_section("conjunctions", finding(scene), reading);
    }
    let section = page_section("conjunctions", finding(scene), reading.text(trust(scene)));
    section.children(risk::histories(scene)).child(table(scene, &threshold))
}

/// What the probability means and how far it can be trusted.
fn trust(scene: &Scene<'_>) -> String {
    let thresholds = &scene.briefing.thresholds;
    let [act, watch] = [thresholds.act, thresholds.watch].map(risk::probability);
    format!(
        " Pc is the probability of collision, computed from errors that public elements do not carry: they are taken from \
         how each object’s past sets agree, or from its class of orbit, so trust its power of ten at most, and nothing \
         after a manoeuvre. Max Pc is the most it could be if all errors were larger or smaller by one factor. Verdicts: \
         act from {act}; watch from {watch}, and where Pc cannot be computed; better data where these errors hide a max \
         Pc of {act} or more; else negligible."
    )
}

fn finding(scene: &Scene<'_>) -> String {
    let events = &scene.briefing.conjunctions;
    let threshold = format!("{}{NBSP}km", scene.briefing.threshold_km);
    if events.is_empty() {
        return format!("Conjunctions: no approach of an allied satellite below {threshold} was found");
    }
    let approaches = counted(events.len(), "approach", "approaches");
    let closest = closest(scene.briefing).map_or_else(
        || "; none is an encounter, all are slow companions or duplicates".to_owned(),
        |event| {
            format!(
                "; the closest is {:.1}{NBSP}km, {} and {}, {}",
                event.miss_km,
                with_owner(scene, event.primary_id, &event.primary_name),
                with_owner(scene, event.secondary_id, &event.secondary_name),
                stamp(event.tca)
            )
        },
    );
    format!("Conjunctions: {approaches} below {threshold}{closest}")
}

fn owner(scene: &Scene<'_>, id: NoradId) -> Option<Nation> {
    scene.briefing.owners.iter().find(|(of, _)| *of == id).map(|(_, nation)| *nation)
}

fn with_owner(scene: &Scene<'_>, id: NoradId, name: &str) -> String {
    owner(scene, id).map_or_else(|| name.to_owned(), |nation| format!("{name} ({})", short_name(nation)))
}

fn table(scene: &Scene<'_>, threshold: &str) -> Element {
    let events = &scene.briefing.conjunctions;
    let mut shown: Vec<&Conjunction> = events.iter().collect();
    shown.sort_by(|a, b| risk::urgency(b).total_cmp(&risk::urgency(a)).then(a.miss_km.total_cmp(&b.miss_km)));
    shown.truncate(MOST_ROWS);
    shown.sort_by_key(|event| event.tca);
    let more = if events.len() > shown.len() {
        format!(
            " The {} most probable and closest of {}, all are in the files.",
            shown.len(),
            super::words::count(events.len())
        )
    } else {
        String::new()
    };
    let caption = format!(
        "Approaches below {threshold} by time of closest approach (TCA), KST above UTC; position of the second object seen \
         from the first: R away from the Earth, T along the track, N across it. Errors: from past sets (history) or the \
         class of orbit, first object and second. Sketch: the plane across the relative motion, up is away from the Earth, \
         rings at half and at all of {threshold}.{more}{}",
        kinds(&shown)
    );
    let columns = vec![
        column("TCA", ""),
        column("Objects", "full"),
        column("Verdict", "verdict"),
        column("Pc, max Pc", "n"),
        column("Miss, km", "n big"),
        column("R / T / N, km", "n rtn"),
        column("Relative speed", "n"),
        column("Ages, d; errors", "n"),
        column("Sketch", "sketch"),
    ];
    let mut table = Table::new(caption, "events", columns);
    for (index, event) in shown.iter().enumerate() {
        let rtn = &event.miss_rtn_km;
        let second = |stale: bool| if stale { "*" } else { "" };
        table.row(vec![
            el("span").bold(stamp(event.tca)).child(el("small").text(utc_stamp(event.tca))),
            objects(scene, event),
            risk::verdict(event),
            risk::probabilities(event),
            plain(format!("{:.1}", event.miss_km)),
            plain(format!("{} / {} / {}", signed(rtn.x), signed(rtn.y), signed(rtn.z))),
            plain(speed(event.rel_speed_km_s)),
            plain(format!(
                "{:.1}{} / {:.1}{}",
                event.primary_age_days,
                second(event.primary_stale),
                event.secondary_age_days,
                second(event.secondary_stale)
            ))
            .children(risk::errors_from(event).map(|words| el("small").text(words))),
            sketch(scene, event, index),
        ]);
    }
    table.draw()
}

/// What the kinds mean that are there, and the star of stale elements.
fn kinds(shown: &[&Conjunction]) -> String {
    let any = |kind: Kind| shown.iter().any(|event| event.kind == kind);
    let mut text = String::new();
    if any(Kind::Companion) {
        text.push_str(" Companion: below 10 m/s, one row a pair, at its least distance.");
    }
    if any(Kind::Duplicate) {
        text.push_str(" Duplicate: one element set under two numbers.");
    }
    if any(Kind::Open) {
        text.push_str(" Open: below the threshold at the window’s edge, its minimum outside.");
    }
    if shown.iter().any(|event| event.primary_stale || event.secondary_stale) {
        text.push_str(" * elements too old for their orbit.");
    }
    text
}

fn objects(scene: &Scene<'_>, event: &Conjunction) -> Element {
    let object = |id: NoradId, name: &str, tag: &'static str| {
        let nation = owner(scene, id);
        let mut object = el(tag);
        if let Some(nation) = nation.filter(|nation| scene.briefing.nations.contains(nation)) {
            object = object.child(scene.marks.chip(nation)).text(" ");
        }
        let of = nation.map_or_else(String::new, |nation| format!(" · {}", short_name(nation)));
        object.text(format!("{name}{of}"))
    };
    el("span").child(object(event.primary_id, &event.primary_name, "b")).child(object(
        event.secondary_id,
        &event.secondary_name,
        "small",
    ))
}

fn speed(km_s: f64) -> String {
    if km_s < 0.1 { format!("{:.0}{NBSP}m/s", km_s * 1000.0) } else { format!("{km_s:.1}{NBSP}km/s") }
}

/// The miss in the plane across the relative velocity, with the part of the radial direction in it as up (the encounter
/// plane of Foster and Estes 1992, NASA JSC-25898). A pair without relative motion has no such plane.
fn in_plane_km(event: &Conjunction) -> Option<(f64, f64)> {
    let (primary, secondary) = (&event.primary_state, &event.secondary_state);
    let motion = (secondary.velocity_km_s - primary.velocity_km_s).try_normalize(1e-9)?;
    let radial = primary.position_km.try_normalize(1e-9)?;
    let up: Vector3<f64> = (radial - motion * radial.dot(&motion)).try_normalize(1e-6)?;
    let right = motion.cross(&up);
    let miss = secondary.position_km - primary.position_km;
    Some((miss.dot(&right), miss.dot(&up)))
}

fn sketch(scene: &Scene<'_>, event: &Conjunction, index: usize) -> Element {
    let Some((right_km, up_km)) = in_plane_km(event) else { return plain("–") };
    let scale = THRESHOLD / scene.briefing.threshold_km.max(1e-6);
    let clamp = |units: f64| units.clamp(-HALF + 3.0, HALF - 3.0);
    let (x, y) = (HALF + clamp(right_km * scale), HALF - clamp(up_km * scale));
    let circle = |x: f64, y: f64, radius: f64| el("circle").num("cx", x).num("cy", y).num("r", radius);
    let nation = owner(scene, event.primary_id).filter(|nation| scene.briefing.nations.contains(nation));
    let center =
        nation.map_or_else(|| circle(HALF, HALF, 3.0).class("n0"), |nation| scene.marks.shape(nation, HALF, HALF, 3.4));
    let figure = Figure {
        id: format!("event-{index}"),
        title: format!("{} passes {}", event.secondary_name, event.primary_name),
        desc: format!(
            "{} km away from the Earth, {} km across in the encounter plane.",
            signed(up_km),
            signed(right_km)
        ),
        width: 2.0 * HALF,
        height: 2.0 * HALF,
        class: "plane",
    };
    figure.draw(vec![
        circle(HALF, HALF, THRESHOLD).class("circle"),
        circle(HALF, HALF, THRESHOLD / 2.0).class("circle"),
        line(HALF, HALF, x, y).class("end"),
        center,
        circle(x, y, 2.4).class("ink"),
    ])
}
