//! How far along its track an object may be from where its element set puts it, and so how early or late an event.
//!
//! No element set carries its error; this is what a population of sets does. One standard deviation along the track at the
//! age τ is σ(τ) = 2·(a + b·τ²), at least [`FLOOR_KM`], at most that of an object of which only the orbit is known.
//!
//! - a: SGP4's error at the epoch by eccentricity, perigee and inclination, from Flohrer, Krag & Klinkrad, "Assessment
//!   and categorization of TLE orbit errors for the US SSN catalogue", AMOS 2008, table 2, transverse component. The set
//!   was fitted to data around its epoch, so this is a lower bound.
//! - b: from pairs of successive sets of one object, the older propagated to the newer's epoch (pairwise differencing,
//!   Osweiler, AFIT/GSS/ENY/06-M09, 2006): 256,227 pairs of the catalogues of March 2023 and May 2026, robust deviation in
//!   bins of a day. Least squares over the catalogue of 2023, which holds every kind of object near the maximum of solar
//!   activity, gives 6.3, 3.3, 0.64 and 0.11 km/day² for perigees below 400, 600, 800 and 2000 km, 0.02 in medium orbit,
//!   0.10 in geostationary orbit and 0.29 where e ≥ 0.1; the constants here are raised to where no bin lies above the
//!   model. Drag makes the growth quadratic: a rate per day, as in much of the literature, is ten to a hundred times too
//!   small below 600 km.
//! - 2: differences between sets show precision and not accuracy, since what they share cancels. Levit & Marshall, Adv.
//!   Space Res. 47 (2011), measured 0.8 km at the epoch against lasers where Flohrer's classes say 0.26 to 0.45 km: two to
//!   three times. The factor is a judgement from these two figures.
//!
//! What it is not: an error of one satellite, a bound, or a promise about one that manoeuvres. Fleets under thrust do
//! worse: two to nine times the model for perigees below 400 km in the sets of 2026, mostly satellites being raised or
//! lowered, three to five times from 400 to 600 km within the first day, and twice for the 27 pairs of geostationary sets
//! that lay more than eight days apart. Everything else measured lies below it, by a factor of 1.03 to 18.

use std::f64::consts::TAU;

use chrono::{DateTime, Utc};

use crate::astro::elements::{EARTH_RADIUS_WGS72_KM, Elements, MU_WGS72_KM3_S2, Regime};

/// Least deviation along the track, km: what CelesTrak's SOCRATES takes for every object.
pub const FLOOR_KM: f64 = 0.3;

/// By how much differences of sets, and fits to the sets' own data, are too small.
const REALISM: f64 = 2.0;

/// One standard deviation along the track in km of an element set `age_days` from its epoch, before or after.
///
/// See the module's text for the model and its sources. The greatest value is the circumference of the orbit over √12,
/// the deviation of a place evenly spread round it. Beyond 15 days the growth is extrapolated.
#[must_use]
pub fn along_track_sigma_km(elements: &Elements, age_days: f64) -> f64 {
    let sigma_km = REALISM * (epoch_sigma_km(elements) + growth_km_day2(elements) * age_days * age_days);
    let nothing_known_km = TAU * elements.semi_major_axis_km() / 12.0_f64.sqrt();
    sigma_km.max(FLOOR_KM).min(nothing_known_km)
}

/// One standard deviation in seconds of how early or late the object is at an instant: [`along_track_sigma_km`] over the
/// mean speed on the orbit, √(µ/a).
///
/// On an eccentric orbit the error is one of the mean anomaly, the same number of seconds all along.
#[must_use]
pub fn timing_error_s(elements: &Elements, at: DateTime<Utc>) -> f64 {
    let speed_km_s = (MU_WGS72_KM3_S2 / elements.semi_major_axis_km()).sqrt();
    along_track_sigma_km(elements, elements.age_days(at)) / speed_km_s
}

/// Transverse error at the epoch, km: Flohrer's table 2. Cells without objects there take the next one's figure.
fn epoch_sigma_km(elements: &Elements) -> f64 {
    let by_inclination: [f64; 3] = match (elements.eccentricity < 0.1, elements.perigee_km()) {
        (true, ..800.0) => [0.118, 0.308, 0.517],
        (true, 800.0..25_000.0) => [0.256, 0.228, 0.428],
        (true, _) => [0.432, 0.432, 0.432],
        (false, ..800.0) => [4.270, 0.909, 0.814],
        (false, 800.0..25_000.0) => [3.119, 1.878, 0.817],
        (false, _) => [0.418, 6.223, 6.223],
    };
    match elements.inclination_deg {
        ..30.0 => by_inclination[0],
        30.0..60.0 => by_inclination[1],
        _ => by_inclination[2],
    }
}

/// Growth with the square of the age, km/day²: see the module's text.
fn growth_km_day2(elements: &Elements) -> f64 {
    if elements.eccentricity >= 0.1 {
        return 0.3;
    }
    match elements.perigee_km() {
        ..400.0 => 6.4,
        400.0..600.0 => 3.3,
        600.0..800.0 => 0.75,
        800.0..2000.0 => 0.16,
        _ if elements.regime() == Regime::Geo || elements.perigee_km() > GEO_PERIGEE_KM => 0.32,
        _ => 0.03,
    }
}

/// From here up, nearly circular orbits drift with the geostationary ones.
const GEO_PERIGEE_KM: f64 = 40_164.0 - EARTH_RADIUS_WGS72_KM;
