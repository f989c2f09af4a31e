//! A roster as the text of its file, so that what an answer rests on can be handed on with it.

use toml::{Table, Value};

use super::{Asset, ElementsPolicy, LookSide, Reach, Roster, Sensor};

impl Roster {
    /// The roster in the form that [`Roster::parse`] reads: the same assets in the same order, with their sensors.
    #[must_use]
    pub fn to_toml(&self) -> String {
        // Sensors of one name may differ, since a file of one's own redefines them for its own assets.
        let mut models: Vec<(String, &Sensor)> = Vec::new();
        for sensor in self.assets().iter().flat_map(|asset| &asset.sensors) {
            if models.iter().any(|(_, known)| *known == sensor) {
                continue;
            }
            let alike = models.iter().filter(|(_, known)| known.model == sensor.model).count();
            let name = if alike == 0 { sensor.model.clone() } else { format!("{}-{}", sensor.model, alike + 1) };
            models.push((name, sensor));
        }
        let name_of = |sensor: &Sensor| {
            let found = models.iter().find(|(_, known)| *known == sensor);
            Value::from(found.map_or(sensor.model.as_str(), |(name, _)| name.as_str()))
        };
        let assets = self.assets().iter().map(|asset| Value::Table(asset_table(asset, &name_of))).collect();
        let sensors = models.iter().map(|(name, sensor)| (name.clone(), Value::Table(sensor_table(sensor)))).collect();
        let mut file = Table::new();
        file.insert("asset".to_owned(), Value::Array(assets));
        file.insert("sensor".to_owned(), Value::Table(sensors));
        file.to_string()
    }
}

fn put(table: &mut Table, key: &str, value: impl Into<Value>) {
    table.insert(key.to_owned(), value.into());
}

fn asset_table(asset: &Asset, name_of: &dyn Fn(&Sensor) -> Value) -> Table {
    let mut table = Table::new();
    if let Some(id) = asset.norad_id {
        put(&mut table, "norad_id", i64::from(id.get()));
    }
    put(&mut table, "name", asset.name.as_str());
    put(&mut table, "nation", asset.nation.alpha2());
    put(&mut table, "mission", asset.mission.as_str());
    for (key, text) in [("operator", &asset.operator), ("note", &asset.note)] {
        if let Some(text) = text {
            put(&mut table, key, text.as_str());
        }
    }
    if asset.elements == ElementsPolicy::NonePublished {
        put(&mut table, "elements", "none published");
    }
    put(&mut table, "sensors", asset.sensors.iter().map(name_of).collect::<Vec<Value>>());
    put(&mut table, "assumed", asset.assumed);
    put(&mut table, "release", asset.release.to_string());
    table
}

fn sensor_table(sensor: &Sensor) -> Table {
    let mut table = Table::new();
    put(&mut table, "kind", sensor.kind.as_str());
    match sensor.reach {
        Reach::OffNadir { min_deg, max_deg } => {
            put(&mut table, "off_nadir_deg", vec![Value::from(min_deg), Value::from(max_deg)]);
        }
        Reach::Swath { near_km, far_km } if near_km > 0.0 => {
            put(&mut table, "swath_km", far_km - near_km);
            put(&mut table, "swath_offset_km", 0.5 * (near_km + far_km));
        }
        Reach::Swath { far_km, .. } => put(&mut table, "swath_km", 2.0 * far_km),
        Reach::MinElevation { deg } => put(&mut table, "min_elevation_deg", deg),
    }
    if let Some(deg) = sensor.min_elevation_deg {
        put(&mut table, "min_elevation_deg", deg);
    }
    put(&mut table, "needs_daylight", sensor.needs_daylight);
    put(&mut table, "ignore_night", sensor.ignores_night);
    put(&mut table, "side_looking", sensor.side_looking);
    if sensor.look != LookSide::Both {
        put(&mut table, "look", sensor.look.as_str());
    }
    put(&mut table, "source", sensor.source.as_str());
    put(&mut table, "assumed", sensor.assumed);
    table
}
