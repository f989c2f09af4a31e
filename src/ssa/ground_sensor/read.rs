//! The file of ground sensors: TOML in, checked sensors out.

use serde::Deserialize;

use super::{Band, Field, Figures, GroundSensor, GroundSensorKind, Sector};
use crate::ssa::entry::{self, EntryError, in_range};
use crate::ssa::nation::Nation;
use crate::ssa::release::Release;
use crate::ssa::suggest;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SensorRow {
    name: String,
    nation: Nation,
    kind: GroundSensorKind,
    latitude_deg: f64,
    longitude_deg: f64,
    #[serde(default)]
    altitude_m: f64,
    fields: Vec<FieldRow>,
    fan_half_width_deg: Option<f64>,
    range_km: [f64; 2],
    altitude_km: Option<[f64; 2]>,
    #[serde(default)]
    needs_night: bool,
    max_sun_elevation_deg: Option<f64>,
    #[serde(default)]
    needs_sunlit_target: bool,
    #[serde(default)]
    source: String,
    figures: Figures,
    note: Option<String>,
    #[serde(default)]
    release: Release,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FieldRow {
    azimuth_deg: Option<[f64; 2]>,
    elevation_deg: [f64; 2],
}

/// The Sun stands below this at a telescope that says no other, degrees: the end of civil dusk.
const CIVIL_DUSK_DEG: f64 = -6.0;

/// The greatest distance and height of a file, km: beyond the Moon nothing of the catalogue goes.
const FARTHEST_KM: f64 = 1e6;

/// Reads and checks a file.
pub(super) fn file(file: &str, text: &str) -> Result<Vec<GroundSensor>, EntryError> {
    let mut table = entry::table(file, text, &["sensor"])?;
    let mut sensors: Vec<GroundSensor> = Vec::new();
    for row in entry::list::<SensorRow>(file, "sensor", &mut table)? {
        let refuse = |problem: String| EntryError::new(file, &row.label, problem);
        let sensor = row.value.checked().map_err(refuse)?;
        let folded = suggest::folded(&sensor.name);
        if sensors.iter().any(|present| suggest::folded(&present.name) == folded) {
            return Err(refuse(format!("the name {:?} stands twice", sensor.name)));
        }
        sensors.push(sensor);
    }
    Ok(sensors)
}

impl SensorRow {
    fn checked(self) -> Result<GroundSensor, String> {
        if self.name.trim().is_empty() {
            return Err("name is empty".to_owned());
        }
        in_range("latitude_deg", self.latitude_deg, -90.0, 90.0)?;
        in_range("longitude_deg", self.longitude_deg, -180.0, 180.0)?;
        in_range("altitude_m", self.altitude_m, -1000.0, 50_000.0)?;
        if self.fields.is_empty() {
            return Err("fields is empty: a sensor looks somewhere".to_owned());
        }
        let fields = self.fields.iter().map(FieldRow::checked).collect::<Result<_, _>>()?;
        if let Some(deg) = self.fan_half_width_deg {
            in_range("fan_half_width_deg", deg, 0.01, 90.0)?;
        }
        if (self.kind == GroundSensorKind::Fence) != self.fan_half_width_deg.is_some() {
            return Err("fan_half_width_deg belongs to a sensor of kind \"fence\", and to no other".to_owned());
        }
        let range = band("range_km", self.range_km)?;
        let altitude = self.altitude_km.map(|band_km| band("altitude_km", band_km)).transpose()?;
        let max_sun_elevation_deg = match (self.needs_night, self.max_sun_elevation_deg) {
            (false, Some(_)) => return Err("max_sun_elevation_deg stands without needs_night = true".to_owned()),
            (false, None) => None,
            (true, limit) => Some(in_range("max_sun_elevation_deg", limit.unwrap_or(CIVIL_DUSK_DEG), -90.0, 90.0)?),
        };
        entry::sourced(&self.source, self.figures == Figures::Assumed)?;
        Ok(GroundSensor {
            name: self.name,
            nation: self.nation,
            kind: self.kind,
            latitude_deg: self.latitude_deg,
            longitude_deg: self.longitude_deg,
            altitude_m: self.altitude_m,
            fields,
            fan_half_width_deg: self.fan_half_width_deg,
            range,
            altitude,
            max_sun_elevation_deg,
            needs_sunlit_target: self.needs_sunlit_target,
            source: self.source,
            figures: self.figures,
            note: self.note,
            release: self.release,
        })
    }
}

impl FieldRow {
    fn checked(&self) -> Result<Field, String> {
        let [min_elevation_deg, max_elevation_deg] = self.elevation_deg;
        in_range("elevation_deg[0]", min_elevation_deg, 0.0, 90.0)?;
        in_range("elevation_deg[1]", max_elevation_deg, 0.0, 90.0)?;
        if min_elevation_deg >= max_elevation_deg {
            return Err(format!(
                "elevation_deg = [{min_elevation_deg}, {max_elevation_deg}]: the least elevation must be the smaller"
            ));
        }
        let azimuth = match self.azimuth_deg {
            None => None,
            Some([from_deg, to_deg]) => {
                in_range("azimuth_deg[0]", from_deg, 0.0, 360.0)?;
                in_range("azimuth_deg[1]", to_deg, 0.0, 360.0)?;
                let sector = Sector { from_deg, to_deg };
                (sector.width_deg() < 360.0).then_some(sector)
            }
        };
        Ok(Field { azimuth, min_elevation_deg, max_elevation_deg })
    }
}

fn band(field: &str, [min_km, max_km]: [f64; 2]) -> Result<Band, String> {
    in_range(&format!("{field}[0]"), min_km, 0.0, FARTHEST_KM)?;
    in_range(&format!("{field}[1]"), max_km, 0.0, FARTHEST_KM)?;
    if min_km >= max_km {
        return Err(format!("{field} = [{min_km}, {max_km}]: the least length must be the smaller"));
    }
    Ok(Band { min_km, max_km })
}
