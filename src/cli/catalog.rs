//! `catalog` and `show`: what is known, from which source, how old.

use anyhow::bail;

use super::output::Format;
use super::{Call, Outcome, usage};
use crate::app::catalogue::Catalogue;
use crate::app::{App, World};
use crate::astro::elements::Elements;
use crate::format::{write_omm_csv, write_omm_json, write_omm_kvn, write_omm_xml, write_tle};
use crate::report::sheet::{Cell, Sheet, Shown};
use crate::store::catalogue::CatalogueEntry;

/// List the current catalogue: of each object its newest element set.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  alliedsky catalog --name kompsat\n  alliedsky catalog --owner kr --regime leo --format csv\n  alliedsky catalog --stale"
)]
pub(super) struct Arguments {
    /// Owner: a SATCAT code (SKOR) or a nation (kr)
    #[arg(long)]
    owner: Option<String>,
    /// Object type of the SATCAT: PAY, R/B, DEB, UNK
    #[arg(long = "type", value_name = "TYPE")]
    object_type: Option<String>,
    /// A part of the name
    #[arg(long)]
    name: Option<String>,
    /// Orbit: leo, meo, geo, heo
    #[arg(long)]
    regime: Option<String>,
    /// Only element sets that are too old for their orbit
    #[arg(long)]
    stale: bool,
    /// Write the element sets themselves instead of a list
    #[arg(long, value_name = "omm-csv|omm-json|omm-kvn|omm-xml|tle")]
    elements: Option<String>,
}

const COLUMNS: [&str; 17] = [
    "norad_id",
    "name",
    "object_id",
    "nation",
    "owner",
    "mission",
    "object_type",
    "ops_status",
    "regime",
    "perigee_km",
    "apogee_km",
    "inclination_deg",
    "period_min",
    "epoch",
    "age_days",
    "stale",
    "source",
];

const SHOWN: [Shown; 11] = [
    Shown { column: "norad_id", head: "ID", decimals: 0 },
    Shown { column: "name", head: "NAME", decimals: 0 },
    Shown { column: "object_id", head: "DESIGNATOR", decimals: 0 },
    Shown { column: "nation", head: "NATION", decimals: 0 },
    Shown { column: "mission", head: "MISSION", decimals: 0 },
    Shown { column: "regime", head: "REGIME", decimals: 0 },
    Shown { column: "perigee_km", head: "PERIGEE KM", decimals: 0 },
    Shown { column: "apogee_km", head: "APOGEE KM", decimals: 0 },
    Shown { column: "inclination_deg", head: "INCL°", decimals: 2 },
    Shown { column: "age_days", head: "AGE D", decimals: 1 },
    Shown { column: "stale", head: "STALE", decimals: 0 },
];

pub(super) fn list(call: &Call, arguments: &Arguments) -> anyhow::Result<Outcome> {
    let app = call.open()?;
    let catalogue = app.catalogue()?;
    let regimes = ["leo", "meo", "geo", "heo"];
    if arguments.regime.as_ref().is_some_and(|regime| !regimes.contains(&regime.to_lowercase().as_str())) {
        return Err(usage("--regime is one of leo, meo, geo, heo"));
    }
    let chosen: Vec<&CatalogueEntry> =
        catalogue.entries.iter().filter(|entry| wanted(&app.world, &catalogue, entry, arguments)).collect();
    if let Some(form) = &arguments.elements {
        let elements: Vec<Elements> = chosen.iter().map(|entry| entry.elements.clone()).collect();
        call.output.notes(&catalogue.notes);
        return write_elements(call, form, &elements);
    }
    let mut sheet = Sheet::new(&COLUMNS);
    for entry in &chosen {
        sheet.push(row(&app.world, &catalogue, entry));
    }
    let mut notes = catalogue.notes.clone();
    notes.insert(
        0,
        match sheet.len() {
            0 => format!("None of the {} objects is like that.", catalogue.entries.len()),
            count => format!("{count} of {} objects.", catalogue.entries.len()),
        },
    );
    call.output.sheet(&sheet, &SHOWN, &notes)?;
    Ok(Outcome::Done)
}

fn wanted(world: &World, catalogue: &Catalogue, entry: &CatalogueEntry, arguments: &Arguments) -> bool {
    let elements = &entry.elements;
    let owned = |owner: &String| {
        entry.facts.owner.eq_ignore_ascii_case(owner)
            || owner.parse().is_ok_and(|nation| world.nation_of(entry) == Some(nation))
    };
    let named = |part: &String| elements.name.to_lowercase().contains(&part.to_lowercase());
    arguments.owner.as_ref().is_none_or(owned)
        && arguments.object_type.as_ref().is_none_or(|kind| entry.facts.object_type.as_str().eq_ignore_ascii_case(kind))
        && arguments.name.as_ref().is_none_or(named)
        && arguments.regime.as_ref().is_none_or(|regime| elements.regime().as_str().eq_ignore_ascii_case(regime))
        && (!arguments.stale || elements.is_stale(catalogue.clock))
}

fn row(world: &World, catalogue: &Catalogue, entry: &CatalogueEntry) -> Vec<Cell> {
    let elements = &entry.elements;
    let facts = &entry.facts;
    vec![
        Cell::Integer(elements.norad_id.get().into()),
        Cell::text(&elements.name),
        Cell::text(&elements.object_id),
        world.nation_of(entry).map_or(Cell::Null, |nation| Cell::Text(nation.to_string())),
        Cell::text(&facts.owner),
        world.mission_of(elements.norad_id).map_or(Cell::Null, |mission| Cell::Text(mission.to_string())),
        Cell::text(facts.object_type.as_str()),
        facts.ops_status.map_or(Cell::Null, |status| Cell::Text(status.to_string())),
        Cell::text(elements.regime().as_str()),
        Cell::Number(elements.perigee_km(), 3),
        Cell::Number(elements.apogee_km(), 3),
        Cell::Number(elements.inclination_deg, 4),
        Cell::Number(elements.period_min(), 4),
        Cell::Time(elements.epoch),
        Cell::Number(elements.age_days(catalogue.clock), 4),
        Cell::Flag(elements.is_stale(catalogue.clock)),
        Cell::text(&entry.source.locator),
    ]
}

fn write_elements(call: &Call, form: &str, elements: &[Elements]) -> anyhow::Result<Outcome> {
    let created = chrono::Utc::now();
    let text = match form {
        "omm-csv" => write_omm_csv(elements),
        "omm-json" => write_omm_json(elements),
        "omm-kvn" => write_omm_kvn(elements, created),
        "omm-xml" => write_omm_xml(elements, created),
        "tle" => {
            let mut text = String::new();
            for elements in elements {
                let (line1, line2) = write_tle(elements)?;
                text.push_str(&format!("{}\n{line1}\n{line2}\n", elements.name));
            }
            text
        }
        other => return Err(usage(format!("\"{other}\": use omm-csv, omm-json, omm-kvn, omm-xml or tle"))),
    };
    call.output.text(&text)?;
    Ok(Outcome::Done)
}

/// Everything known of one object: its facts, its current element set, the history of its sets.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  alliedsky show 25544\n  alliedsky show \"ALOS-4\" --format json\n  alliedsky show A0123"
)]
pub(super) struct ShowArguments {
    /// Catalogue number (Alpha-5 too) or name
    id: String,
}

pub(super) fn show(call: &Call, arguments: &ShowArguments) -> anyhow::Result<Outcome> {
    let app = call.open()?;
    let catalogue = app.catalogue()?;
    let entry = catalogue.find(&arguments.id)?;
    match call.output.format {
        Format::Kvn => call.output.text(&write_omm_kvn(std::slice::from_ref(&entry.elements), catalogue.clock))?,
        Format::Xml => call.output.text(&write_omm_xml(std::slice::from_ref(&entry.elements), catalogue.clock))?,
        Format::Json | Format::Ndjson => {
            let mut sheet = Sheet::new(&COLUMNS);
            sheet.push(row(&app.world, &catalogue, entry));
            let mut object = sheet.to_objects().swap_remove(0);
            object["elements"] = first(serde_json::from_str(&write_omm_json(std::slice::from_ref(&entry.elements)))?);
            object["history"] = history_json(&app, entry)?;
            call.output.text(&format!("{object}\n"))?;
        }
        Format::Table => call.output.text(&show_text(call, &app, &catalogue, entry)?)?,
        _ => bail!("show has table, json, kvn and xml forms"),
    }
    Ok(Outcome::Done)
}

fn first(value: serde_json::Value) -> serde_json::Value {
    value.get(0).cloned().unwrap_or_default()
}

fn history_json(app: &App, entry: &CatalogueEntry) -> anyhow::Result<serde_json::Value> {
    let history = app.store.history(entry.elements.norad_id)?;
    Ok(history
        .iter()
        .map(|(elements, source)| {
            serde_json::json!({
                "epoch": crate::report::zone::machine_time(elements.epoch),
                "element_set_no": elements.element_set_no,
                "mean_motion_rev_day": elements.mean_motion_rev_day,
                "source": source.locator,
                "source_sha256": source.sha256,
            })
        })
        .collect())
}

fn show_text(call: &Call, app: &App, catalogue: &Catalogue, entry: &CatalogueEntry) -> anyhow::Result<String> {
    let elements = &entry.elements;
    let facts = &entry.facts;
    let known = |text: String| if text.is_empty() { "not known".to_owned() } else { text };
    let asset = app.world.roster.by_id(elements.norad_id);
    let date = |date: Option<chrono::NaiveDate>| date.map(|date| date.to_string()).unwrap_or_default();
    let stale = if elements.is_stale(catalogue.clock) { ", too old for its orbit" } else { "" };
    let mut lines = vec![
        format!("{}  {}  {}", elements.norad_id, crate::report::sheet::printable(&elements.name), elements.object_id),
        format!(
            "nation         {}",
            known(app.world.nation_of(entry).map(|n| n.name().to_owned()).unwrap_or_default())
        ),
        format!("owner          {}", known(facts.owner.clone())),
        format!("type           {}  status {}", facts.object_type.as_str(), facts.ops_status.unwrap_or('?')),
        format!("launched       {}  decayed {}", known(date(facts.launch_date)), known(date(facts.decay_date))),
        format!("RCS m²         {}", known(facts.rcs_m2.map(|rcs| rcs.to_string()).unwrap_or_default())),
        format!(
            "orbit          {}  perigee {:.0} km  apogee {:.0} km  inclination {:.4}°  e {:.7}  period {:.2} min",
            elements.regime().as_str(),
            elements.perigee_km(),
            elements.apogee_km(),
            elements.inclination_deg,
            elements.eccentricity,
            elements.period_min()
        ),
        format!(
            "epoch          {}  ({:.2} days old{stale})",
            call.output.zone.show(elements.epoch),
            elements.age_days(catalogue.clock)
        ),
        format!(
            "source         {} ({}, sha256 {})",
            entry.source.locator,
            entry.source.format,
            &entry.source.sha256[..12.min(entry.source.sha256.len())]
        ),
    ];
    if let Some(asset) = asset {
        lines.push(format!("mission        {}", asset.mission));
        for sensor in &asset.sensors {
            lines.push(format!(
                "sensor         {} {}{} [{}]",
                sensor.kind.as_str(),
                reach_text(sensor),
                if sensor.needs_daylight { ", by day" } else { "" },
                sensor.source
            ));
        }
    }
    let history = app.store.history(elements.norad_id)?;
    lines.push(format!("element sets   {} held", history.len()));
    lines.push(String::new());
    lines.extend(catalogue.notes.iter().cloned());
    Ok(lines.join("\n") + "\n")
}

/// How far a sensor looks, in words.
pub(super) fn reach_text(sensor: &crate::ssa::roster::Sensor) -> String {
    match sensor.reach {
        crate::ssa::roster::Reach::OffNadir { min_deg, max_deg } if min_deg > 0.0 => {
            format!("{min_deg}-{max_deg}° off nadir")
        }
        crate::ssa::roster::Reach::OffNadir { max_deg, .. } => format!("to {max_deg}° off nadir"),
        crate::ssa::roster::Reach::MinElevation { deg } => format!("above {deg}° elevation"),
    }
}
