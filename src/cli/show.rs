//! `show`: everything known of one object.

use std::sync::Arc;

use serde_json::{Value, json};

use super::catalog::{COLUMNS, row};
use super::output::Format;
use super::{Call, Outcome};
use crate::app::App;
use crate::app::catalogue::Catalogue;
use crate::astro::elements::Elements;
use crate::format::satcat::ObjectType;
use crate::format::{write_omm_json, write_omm_kvn, write_omm_xml};
use crate::report::fold::folded;
use crate::report::sheet::{Sheet, printable};
use crate::report::zone::{Zone, machine_time};
use crate::ssa::roster::{Asset, LookSide, Reach, Sensor};
use crate::store::catalogue::{CatalogueEntry, SourceRecord};

/// Everything known of one object
///
/// Its facts, its current element set, what the roster says of its sensors, the history of its sets. As kvn or xml: the
/// element set as an OMM.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  alliedsky show 25544\n  alliedsky show \"ALOS-4\" --format json\n  alliedsky show A0123"
)]
pub(super) struct Arguments {
    /// Catalogue number (Alpha-5 too) or name
    id: String,
}

pub(super) fn run(call: &Call, arguments: &Arguments) -> anyhow::Result<Outcome> {
    let app = call.open()?;
    let catalogue = app.catalogue()?;
    let entry = catalogue.find(&arguments.id)?;
    let elements = std::slice::from_ref(&entry.elements);
    let history = app.store.history(entry.elements.norad_id)?;
    let text = match call.output.format {
        Format::Kvn => write_omm_kvn(elements, catalogue.clock),
        Format::Xml => write_omm_xml(elements, catalogue.clock),
        Format::Json | Format::Ndjson => {
            let mut sheet = Sheet::new(&COLUMNS);
            sheet.push(row(&app.world, &catalogue, entry));
            let mut object = sheet.to_objects().swap_remove(0);
            object["elements"] = first(&serde_json::from_str(&write_omm_json(elements))?);
            object["history"] = history.iter().map(|(elements, source)| set_json(elements, source)).collect();
            format!("{object}\n")
        }
        _ => {
            let text = for_people(&app, &catalogue, entry, &history, call.output.zone);
            call.output.text(&folded(&text))?;
            return Ok(Outcome::Done);
        }
    };
    call.output.notes(&catalogue.notes);
    call.output.text(&text)?;
    Ok(Outcome::Done)
}

fn first(value: &Value) -> Value {
    value.get(0).cloned().unwrap_or_default()
}

fn set_json(elements: &Elements, source: &SourceRecord) -> Value {
    json!({
        "epoch": machine_time(elements.epoch),
        "element_set_no": elements.element_set_no,
        "mean_motion_rev_day": elements.mean_motion_rev_day,
        "source": source.locator,
        "source_sha256": source.sha256,
    })
}

fn for_people(
    app: &App,
    catalogue: &Catalogue,
    entry: &CatalogueEntry,
    history: &[(Elements, Arc<SourceRecord>)],
    zone: Zone,
) -> String {
    let elements = &entry.elements;
    let mut lines = vec![format!("{}  {}  {}", elements.norad_id, printable(&elements.name), elements.object_id)];
    let mut say = |what: &str, text: String| lines.push(format!("{what:<14} {text}"));
    for (what, text) in facts(app, entry) {
        say(what, text);
    }
    say("orbit", orbit(elements));
    let stale = if elements.is_stale(catalogue.clock) { ", too old for its orbit" } else { "" };
    say("epoch", format!("{} ({:.2} days old{stale})", zone.show(elements.epoch), elements.age_days(catalogue.clock)));
    say("source", source_text(&entry.source));
    if let Some(asset) = app.world.roster.by_id(elements.norad_id) {
        for (what, text) in roles(asset) {
            say(what, text);
        }
    }
    say("element sets", format!("{} held", history.len()));
    if history.len() > 1 {
        for (elements, source) in history.iter().take(MOST_SETS) {
            say("", format!("{}  {}", zone.show(elements.epoch), source.locator));
        }
    }
    lines.push(String::new());
    lines.extend(catalogue.notes.iter().cloned());
    lines.join("\n")
}

/// Sets of the history that are named one by one; JSON holds all.
const MOST_SETS: usize = 10;

/// What the satellite catalogue knows; nothing of what it does not.
fn facts(app: &App, entry: &CatalogueEntry) -> Vec<(&'static str, String)> {
    let facts = &entry.facts;
    let nation = app.world.nation_of(entry).map(|nation| nation.name().to_owned());
    let owner = (!facts.owner.is_empty()).then(|| facts.owner.clone());
    let kind = (facts.object_type != ObjectType::Unknown).then(|| facts.object_type.as_str().to_owned());
    let known = [
        ("nation", nation),
        ("owner", owner),
        ("type", kind),
        ("status", facts.ops_status.map(|status| status.to_string())),
        ("launched", facts.launch_date.map(|date| date.to_string())),
        ("decayed", facts.decay_date.map(|date| date.to_string())),
        ("RCS", facts.rcs_m2.map(|rcs_m2| format!("{rcs_m2} m²"))),
        ("RCS size", facts.rcs_size.map(|size| size.as_str().to_owned())),
    ];
    known.into_iter().filter_map(|(what, text)| Some((what, text?))).collect()
}

fn orbit(elements: &Elements) -> String {
    format!(
        "{}, perigee {:.0} km, apogee {:.0} km, inclination {:.4}°, e {:.7}, period {:.2} min",
        elements.regime().as_str(),
        elements.perigee_km(),
        elements.apogee_km(),
        elements.inclination_deg,
        elements.eccentricity,
        elements.period_min()
    )
}

fn source_text(source: &SourceRecord) -> String {
    let sha256 = source.sha256.get(..12).unwrap_or(&source.sha256);
    format!("{} ({}, sha256 {sha256})", source.locator, source.format)
}

/// What the roster knows.
fn roles(asset: &Asset) -> Vec<(&'static str, String)> {
    let mut lines = vec![("mission", asset.mission.to_string())];
    for sensor in &asset.sensors {
        let by_day = if sensor.needs_daylight { ", by day" } else { "" };
        let text = format!("{} {}{by_day} [{}]", sensor.kind.as_str(), reach_text(sensor), sensor.source);
        lines.push(("sensor", text));
    }
    lines
}

/// How far a sensor looks, in words.
pub(super) fn reach_text(sensor: &Sensor) -> String {
    let reach = match sensor.reach {
        Reach::OffNadir { min_deg, max_deg } if min_deg > 0.0 => format!("{min_deg}-{max_deg}° off nadir"),
        Reach::OffNadir { max_deg, .. } => format!("to {max_deg}° off nadir"),
        Reach::Swath { near_km, far_km } if near_km > 0.0 => format!("{near_km}-{far_km} km beside the track"),
        Reach::Swath { far_km, .. } => format!("to {far_km} km beside the track"),
        Reach::MinElevation { deg } => format!("above {deg}° elevation"),
    };
    match sensor.look {
        LookSide::Both => reach,
        side => format!("{reach}, {} only", side.as_str()),
    }
}
