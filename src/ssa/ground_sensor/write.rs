//! Ground sensors as the text of their file, so that what an answer rests on can be handed on with it.

use toml::{Table, Value};

use super::{Band, Field, GroundSensor, GroundSensors};

impl GroundSensors {
    /// The sensors in the form that [`GroundSensors::parse`] reads: the same ones in the same order.
    #[must_use]
    pub fn to_toml(&self) -> String {
        let mut file = Table::new();
        file.insert("sensor".to_owned(), self.all.iter().map(table).collect::<Vec<_>>().into());
        file.to_string()
    }
}

fn table(sensor: &GroundSensor) -> Value {
    let mut table = Table::new();
    let mut put = |key: &str, value: Value| table.insert(key.to_owned(), value);
    let band = |band: Band| Value::from(vec![band.min_km, band.max_km]);
    put("name", sensor.name.as_str().into());
    put("nation", sensor.nation.alpha2().into());
    put("kind", sensor.kind.as_str().into());
    put("latitude_deg", sensor.latitude_deg.into());
    put("longitude_deg", sensor.longitude_deg.into());
    put("altitude_m", sensor.altitude_m.into());
    put("fields", sensor.fields.iter().map(field).collect::<Vec<_>>().into());
    if let Some(deg) = sensor.fan_half_width_deg {
        put("fan_half_width_deg", deg.into());
    }
    put("range_km", band(sensor.range));
    if let Some(altitude) = sensor.altitude {
        put("altitude_km", band(altitude));
    }
    if let Some(deg) = sensor.max_sun_elevation_deg {
        put("needs_night", true.into());
        put("max_sun_elevation_deg", deg.into());
    }
    put("needs_sunlit_target", sensor.needs_sunlit_target.into());
    put("source", sensor.source.as_str().into());
    put("figures", sensor.figures.as_str().into());
    if let Some(note) = &sensor.note {
        put("note", note.as_str().into());
    }
    put("release", sensor.release.to_string().into());
    Value::Table(table)
}

fn field(field: &Field) -> Value {
    let mut table = Table::new();
    if let Some(sector) = field.azimuth {
        table.insert("azimuth_deg".to_owned(), vec![sector.from_deg, sector.to_deg].into());
    }
    table.insert("elevation_deg".to_owned(), vec![field.min_elevation_deg, field.max_elevation_deg].into());
    Value::Table(table)
}
