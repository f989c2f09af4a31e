//! The file of hard bodies: TOML in, checked entries out.

use serde::Deserialize;

use super::{Body, MOST_M, RadiusSource, Whom};
use crate::astro::elements::NoradId;
use crate::ssa::entry::{self, EntryError, in_range, sourced};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    name: String,
    norad_id: Option<NoradId>,
    radius_m: Option<f64>,
    size_m: Option<Vec<f64>>,
    #[serde(default)]
    source: String,
    #[serde(default)]
    assumed: bool,
}

/// Reads and checks a file; objects come before names.
pub(super) fn file(file: &str, text: &str, is_given: bool) -> Result<Vec<Body>, EntryError> {
    let mut table = entry::table(file, text, &["object", "class"])?;
    let mut bodies: Vec<Body> = Vec::new();
    for key in ["object", "class"] {
        for row in entry::list::<Row>(file, key, &mut table)? {
            let refuse = |problem: String| EntryError::new(file, &row.label, problem);
            let body = row.value.checked(key == "object", is_given.then_some(file)).map_err(refuse)?;
            if bodies.iter().any(|present| present.whom == body.whom) {
                return Err(refuse("stands twice".to_owned()));
            }
            bodies.push(body);
        }
    }
    Ok(bodies)
}

impl Row {
    fn checked(self, is_object: bool, given_by: Option<&str>) -> Result<Body, String> {
        let name = self.name.trim().to_owned();
        if name.is_empty() {
            return Err("name is empty".to_owned());
        }
        sourced(&self.source, self.assumed)?;
        let whom = match (is_object, self.norad_id) {
            (true, Some(id)) => Whom::Object(id),
            (true, None) => return Err("norad_id is missing".to_owned()),
            (false, None) => Whom::Named(name.to_ascii_uppercase()),
            (false, Some(_)) => return Err("norad_id in a class: a class goes by its name".to_owned()),
        };
        let hbr_m = match (self.radius_m, self.size_m.as_deref()) {
            (Some(radius_m), None) => in_range("radius_m", radius_m, 0.001, MOST_M)?,
            (None, Some(sizes_m)) => around(sizes_m)?,
            _ => return Err("expected either radius_m or size_m".to_owned()),
        };
        let source = match given_by {
            Some(file) => RadiusSource::Given { name, file: file.to_owned() },
            None => RadiusSource::Known { name, assumed: self.assumed },
        };
        Ok(Body { whom, hbr_m, source })
    }
}

/// Radius of the sphere round a box by its edges, or round a cylinder by its length and diameter, m.
fn around(sizes_m: &[f64]) -> Result<f64, String> {
    if !(1..=3).contains(&sizes_m.len()) {
        return Err("size_m has one, two or three lengths".to_owned());
    }
    for size_m in sizes_m {
        in_range("size_m", *size_m, 0.001, 2.0 * MOST_M)?;
    }
    let radius_m = 0.5 * sizes_m.iter().map(|size_m| size_m * size_m).sum::<f64>().sqrt();
    in_range("half the diagonal of size_m", radius_m, 0.001, MOST_M)
}
