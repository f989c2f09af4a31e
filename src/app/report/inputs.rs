//! What a report was made of, as files in it: enough to make it again anywhere.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, bail};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use toml::{Table, Value};

use super::{File, grounds};
use crate::app::World;
use crate::app::brief::BriefRequest;
use crate::app::catalogue::Catalogue;
use crate::app::ephemerides::Configured;
use crate::app::evidence::Evidence;
use crate::astro::frame::EarthOrientation;
use crate::astro::orientation::{OrientationRow, OrientationTable};
use crate::format::satcat::SatcatEntry;
use crate::format::{ReadOptions, read_elements, write_omm_csv};
use crate::report::geojson::region_geometry;
use crate::ssa::conjunction::scope::Reason;
use crate::ssa::ground_sensor::GroundSensors;
use crate::ssa::hard_body::HardBodies;
use crate::ssa::place::{Region, Site, Sites};
use crate::ssa::roster::Roster;
use crate::store::catalogue::{CatalogueEntry, SourceKind, SourceRecord};

const ELEMENTS: &str = "inputs/elements.csv";
const OWNERS: &str = "inputs/owners.json";
const ROSTER: &str = "inputs/roster.toml";
const SITES: &str = "inputs/sites.toml";
const SENSORS: &str = "inputs/sensors.toml";
const REGIONS: &str = "inputs/regions.geojson";
const EPHEMERIDES: &str = "inputs/ephemerides.json";
const ORIENTATION: &str = "inputs/orientation.json";

/// The owner of an object by the satellite catalogue, and whether it is in service where the report asks.
#[derive(Serialize, Deserialize)]
struct Owner {
    norad_id: u32,
    owner: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ops_status: Option<char>,
}

/// One day of Earth orientation.
#[derive(Serialize, Deserialize)]
struct Day {
    mjd: i32,
    ut1_utc_s: f64,
    pole_x_rad: f64,
    pole_y_rad: f64,
    predicted: bool,
}

/// The ephemerides of operators: their names with what they say as KVN, and in words those that are not used.
#[derive(Serialize, Deserialize)]
struct Ephemerides {
    used: Vec<(String, String)>,
    refused: Vec<String>,
}

/// The inputs as files.
pub(super) fn files(
    world: &World,
    catalogue: &Catalogue,
    request: &BriefRequest,
    evidence: &Evidence,
) -> anyhow::Result<Vec<File>> {
    let owners: Vec<Owner> = catalogue
        .entries
        .iter()
        .map(|entry| Owner {
            norad_id: entry.elements.norad_id.get(),
            owner: entry.facts.owner.clone(),
            ops_status: entry.facts.ops_status.filter(|_| request.drop.contains(&Reason::Constellation)),
        })
        .collect();
    let days: Vec<Day> = world
        .orientation
        .rows()
        .iter()
        .map(|row| Day {
            mjd: row.mjd,
            ut1_utc_s: row.orientation.ut1_utc_s,
            pole_x_rad: row.orientation.pole_x_rad,
            pole_y_rad: row.orientation.pole_y_rad,
            predicted: row.predicted,
        })
        .collect();
    let regions = world.regions.iter().map(|region| {
        json!({
            "type": "Feature",
            "properties": { "id": region.name(), "name": region.title() },
            "geometry": region_geometry(region),
        })
    });
    let regions = json!({
        "type": "FeatureCollection", "marking": request.marking.text, "features": regions.collect::<Vec<_>>(),
    });
    let file = |name: &str, text: String| (name.to_owned(), text);
    let mut files = vec![
        file(ELEMENTS, write_omm_csv(&catalogue.elements())),
        file(OWNERS, format!("{}\n", json!(owners))),
        file(ROSTER, world.roster.to_toml()),
        file(SITES, sites_toml(world.sites.all())),
        file(SENSORS, world.sensors.to_toml()),
        file(REGIONS, format!("{regions}\n")),
        file(ORIENTATION, format!("{}\n", json!(days))),
    ];
    let ephemerides = Ephemerides {
        used: world.ephemerides.texts().map(|(name, text)| (name.to_owned(), text)).collect(),
        refused: world.ephemerides.refused().to_vec(),
    };
    if !(ephemerides.used.is_empty() && ephemerides.refused.is_empty()) {
        files.push(file(EPHEMERIDES, format!("{}\n", json!(ephemerides))));
    }
    files.extend(grounds::files(evidence)?);
    Ok(files)
}

/// Sites in the form that [`Sites::parse`] reads.
fn sites_toml(sites: &[Site]) -> String {
    let table = |site: &Site| {
        let mut table = Table::new();
        let mut put = |key: &str, value: Value| table.insert(key.to_owned(), value);
        put("name", site.name.as_str().into());
        put("aliases", site.aliases.iter().map(|alias| Value::from(alias.as_str())).collect::<Vec<_>>().into());
        put("latitude_deg", site.latitude_deg.into());
        put("longitude_deg", site.longitude_deg.into());
        put("altitude_m", site.altitude_m.into());
        if let Some(nation) = site.nation {
            put("nation", nation.alpha2().into());
        }
        put("kind", site.kind.as_str().into());
        put("source", site.source.as_str().into());
        put("assumed", site.assumed.into());
        put("release", site.release.to_string().into());
        Value::Table(table)
    };
    let mut file = Table::new();
    file.insert("site".to_owned(), sites.iter().map(table).collect::<Vec<_>>().into());
    file.to_string()
}

/// The ephemerides of operators that a report used: a file that is there where there are any.
fn ephemerides(folder: &Path, orientation: &OrientationTable) -> anyhow::Result<Configured> {
    let path = folder.join(EPHEMERIDES);
    if !path.exists() {
        return Ok(Configured::default());
    }
    let text = std::fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
    let Ephemerides { used, refused } =
        serde_json::from_str(&text).with_context(|| format!("reading {EPHEMERIDES}"))?;
    Configured::of_texts(&used, refused, orientation)
}

/// The world, the catalogue and the evidence of a report, from the inputs in its folder.
///
/// # Errors
/// A file that is missing or does not hold what it should.
pub(super) fn read(
    folder: &Path,
    clock: DateTime<Utc>,
    notes: Vec<String>,
    orientation_note: String,
) -> anyhow::Result<(World, Catalogue, Evidence)> {
    let text = |name: &str| {
        let path = folder.join(name);
        std::fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))
    };
    let owners: Vec<Owner> = serde_json::from_str(&text(OWNERS)?).with_context(|| format!("reading {OWNERS}"))?;
    let days: Vec<Day> = serde_json::from_str(&text(ORIENTATION)?).with_context(|| format!("reading {ORIENTATION}"))?;
    let rows = days.into_iter().map(|day| OrientationRow {
        mjd: day.mjd,
        orientation: EarthOrientation {
            ut1_utc_s: day.ut1_utc_s,
            pole_x_rad: day.pole_x_rad,
            pole_y_rad: day.pole_y_rad,
        },
        predicted: day.predicted,
    });
    let orientation = OrientationTable::new(rows.collect());
    let world = World {
        roster: Roster::parse(ROSTER, &text(ROSTER)?)?,
        sites: Sites::parse(SITES, &text(SITES)?)?,
        regions: Region::from_geojson(REGIONS, text(REGIONS)?.as_bytes())?,
        sensors: GroundSensors::parse(SENSORS, &text(SENSORS)?)?,
        hard_bodies: HardBodies::default(),
        covariances: HashMap::new(),
        ephemerides: ephemerides(folder, &orientation)?,
        orientation,
        orientation_note,
    };
    let elements = text(ELEMENTS)?;
    let batch = read_elements(ELEMENTS, elements.as_bytes(), &ReadOptions::default())?;
    if let Some(rejected) = batch.rejected.first() {
        bail!("{ELEMENTS}: {rejected}");
    }
    let mut owners: HashMap<u32, Owner> = owners.into_iter().map(|owner| (owner.norad_id, owner)).collect();
    let source = Arc::new(SourceRecord {
        kind: SourceKind::File,
        locator: ELEMENTS.to_owned(),
        sha256: super::manifest::digest(elements.as_bytes()),
        fetched_at: clock,
        format: "omm-csv".to_owned(),
        release: None,
    });
    let evidence = grounds::read(&batch.elements, &text)?;
    let entries = batch.elements.into_iter().map(|elements| {
        let mut facts = SatcatEntry::unknown(elements.norad_id, &elements.name);
        if let Some(Owner { owner, ops_status, .. }) = owners.remove(&elements.norad_id.get()) {
            facts = SatcatEntry { owner, ops_status, ..facts };
        }
        CatalogueEntry { facts, elements, source: source.clone() }
    });
    Ok((world, Catalogue { entries: entries.collect(), clock, notes }, evidence))
}
