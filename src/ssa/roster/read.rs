//! The roster's file: TOML in, checked assets out.

use std::collections::HashSet;

use serde::Deserialize;

use super::{Asset, ElementsPolicy, LookSide, Mission, Nation, Reach, Sensor, SensorKind};
use crate::astro::elements::NoradId;
use crate::ssa::entry::{self, EntryError, in_range};
use crate::ssa::release::Release;
use crate::ssa::suggest::folded;

/// What a file holds: its assets, and its sensors over those known before.
pub(super) struct File {
    pub(super) assets: Vec<Asset>,
    pub(super) sensors: Vec<Sensor>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AssetRow {
    norad_id: Option<u32>,
    name: String,
    nation: Nation,
    mission: Mission,
    operator: Option<String>,
    note: Option<String>,
    elements: Option<String>,
    #[serde(default)]
    sensors: Vec<String>,
    #[serde(default)]
    assumed: bool,
    #[serde(default)]
    release: Release,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SensorRow {
    kind: SensorKind,
    off_nadir_deg: Option<[f64; 2]>,
    swath_km: Option<f64>,
    swath_offset_km: Option<f64>,
    min_elevation_deg: Option<f64>,
    #[serde(default)]
    needs_daylight: bool,
    #[serde(default)]
    ignore_night: bool,
    #[serde(default)]
    side_looking: bool,
    #[serde(default)]
    look: LookSide,
    #[serde(default)]
    source: String,
    #[serde(default)]
    assumed: bool,
}

/// Reads and checks a file whose assets may name the sensors in `known`.
pub(super) fn file(file: &str, text: &str, known: &[Sensor]) -> Result<File, EntryError> {
    let mut table = entry::table(file, text, &["asset", "sensor"])?;
    let mut sensors = known.to_vec();
    for (model, row) in entry::named::<SensorRow>(file, "sensor", &mut table)? {
        let sensor = sensor(&model, row.value).map_err(|problem| EntryError::new(file, &row.label, problem))?;
        sensors.retain(|present| present.model != model);
        sensors.push(sensor);
    }
    let mut assets = Vec::new();
    let (mut ids, mut names) = (HashSet::new(), HashSet::new());
    for row in entry::list::<AssetRow>(file, "asset", &mut table)? {
        let refuse = |problem: String| EntryError::new(file, &row.label, problem);
        let asset = asset(row.value, &sensors).map_err(refuse)?;
        if let Some(id) = asset.norad_id
            && !ids.insert(id)
        {
            return Err(refuse(format!("norad_id = {id} stands twice")));
        }
        if !names.insert(folded(&asset.name)) {
            return Err(refuse(format!("name = {:?} stands twice", asset.name)));
        }
        assets.push(asset);
    }
    Ok(File { assets, sensors })
}

fn asset(row: AssetRow, sensors: &[Sensor]) -> Result<Asset, String> {
    if row.name.trim().is_empty() {
        return Err("name is empty".to_owned());
    }
    let elements = match row.elements.as_deref() {
        None | Some("public") => ElementsPolicy::Public,
        Some("none published") => ElementsPolicy::NonePublished,
        Some(other) => {
            return Err(format!("elements = {other:?}: expected \"public\" or \"none published\""));
        }
    };
    let norad_id = row.norad_id.map(NoradId::new).transpose().map_err(|error| format!("norad_id: {error}"))?;
    if norad_id.is_none() && elements == ElementsPolicy::Public {
        return Err("norad_id is missing: only an asset with elements = \"none published\" may lack it".to_owned());
    }
    let sensors = row
        .sensors
        .iter()
        .map(|model| {
            let found = sensors.iter().find(|sensor| sensor.model == *model).cloned();
            found.ok_or_else(|| format!("sensors: no [sensor.{model}] is defined"))
        })
        .collect::<Result<_, _>>()?;
    Ok(Asset {
        norad_id,
        name: row.name,
        nation: row.nation,
        mission: row.mission,
        operator: row.operator,
        note: row.note,
        elements,
        sensors,
        assumed: row.assumed,
        release: row.release,
    })
}

fn sensor(model: &str, row: SensorRow) -> Result<Sensor, String> {
    if let Some(deg) = row.min_elevation_deg {
        in_range("min_elevation_deg", deg, 0.0, 90.0)?;
    }
    let (reach, min_elevation_deg) = match (side_reach(&row)?, row.min_elevation_deg) {
        (None, None) => return Err("off_nadir_deg, swath_km or min_elevation_deg is missing".to_owned()),
        (None, Some(deg)) => (Reach::MinElevation { deg }, None),
        (Some(reach), limit) => (reach, limit),
    };
    if row.ignore_night && (row.needs_daylight || row.kind != SensorKind::Eo) {
        return Err("ignore_night is for a sensor of kind \"eo\" without needs_daylight".to_owned());
    }
    entry::sourced(&row.source, row.assumed)?;
    Ok(Sensor {
        model: model.to_owned(),
        kind: row.kind,
        reach,
        min_elevation_deg,
        needs_daylight: row.needs_daylight,
        ignores_night: row.ignore_night,
        side_looking: row.side_looking,
        look: row.look,
        source: row.source,
        assumed: row.assumed,
    })
}

/// The reach that is measured from the track; nothing where only the elevation limits.
fn side_reach(row: &SensorRow) -> Result<Option<Reach>, String> {
    match (row.off_nadir_deg, row.swath_km, row.swath_offset_km) {
        (Some(_), Some(_), _) => Err("off_nadir_deg and swath_km say the same in two ways: give one".to_owned()),
        (_, None, Some(_)) => Err("swath_offset_km stands without swath_km".to_owned()),
        (None, None, None) => Ok(None),
        (Some([min_deg, max_deg]), None, None) => {
            in_range("off_nadir_deg[0]", min_deg, 0.0, 90.0)?;
            in_range("off_nadir_deg[1]", max_deg, 0.0, 90.0)?;
            if min_deg >= max_deg {
                return Err(format!("off_nadir_deg = [{min_deg}, {max_deg}]: the least angle must be the smaller"));
            }
            Ok(Some(Reach::OffNadir { min_deg, max_deg }))
        }
        (None, Some(width_km), offset_km) => {
            in_range("swath_km", width_km, 0.1, 10_000.0)?;
            let offset_km = in_range("swath_offset_km", offset_km.unwrap_or(0.0), 0.0, 5000.0)?;
            let half_km = 0.5 * width_km;
            if offset_km > 0.0 && offset_km < half_km {
                return Err(format!(
                    "swath_offset_km = {offset_km}: a strip beside the track lies there whole, at {half_km} or more"
                ));
            }
            let near_km = if offset_km > 0.0 { offset_km - half_km } else { 0.0 };
            Ok(Some(Reach::Swath { near_km, far_km: offset_km + half_km }))
        }
    }
}
