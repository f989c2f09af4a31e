//! Covariances of objects from a file of the user's own: TOML, one entry an object.

use nalgebra::Vector3;
use serde::Deserialize;

use super::{Covariance, Source};
use crate::astro::elements::NoradId;
use crate::ssa::entry::{self, EntryError, in_range};

/// Standard deviations outside these are slips of the pen, km: a metre's thousandth, and an orbit.
const RANGE_KM: (f64, f64) = (1e-6, 1e5);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    norad_id: NoradId,
    #[serde(default)]
    name: String,
    sigma_r_km: f64,
    sigma_t_km: f64,
    sigma_n_km: f64,
}

/// Reads a file: `[[covariance]]` with `norad_id`, `sigma_r_km`, `sigma_t_km`, `sigma_n_km` and, if wanted, a `name`
/// under which answers cite it (the file's otherwise).
///
/// # Errors
/// The first mistake, with its entry and field.
pub fn read(file: &str, text: &str) -> Result<Vec<(NoradId, Covariance)>, EntryError> {
    let mut table = entry::table(file, text, &["covariance"])?;
    let mut covariances: Vec<(NoradId, Covariance)> = Vec::new();
    for row in entry::list::<Row>(file, "covariance", &mut table)? {
        let refuse = |problem: String| EntryError::new(file, &row.label, problem);
        let sigma = |field, value| in_range(field, value, RANGE_KM.0, RANGE_KM.1).map_err(refuse);
        let Row { norad_id, name, sigma_r_km, sigma_t_km, sigma_n_km } = &row.value;
        let sigmas_km = Vector3::new(
            sigma("sigma_r_km", *sigma_r_km)?,
            sigma("sigma_t_km", *sigma_t_km)?,
            sigma("sigma_n_km", *sigma_n_km)?,
        );
        if covariances.iter().any(|(present, _)| present == norad_id) {
            return Err(refuse("stands twice".to_owned()));
        }
        let name = if name.trim().is_empty() { file } else { name.trim() };
        covariances.push((*norad_id, Covariance::of_sigmas(sigmas_km, Source::Given(name.to_owned()))));
    }
    Ok(covariances)
}
