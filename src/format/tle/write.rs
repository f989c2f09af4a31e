//! Writing two-line element sets.

use chrono::{Datelike, Timelike};

use super::super::epoch::{TLE_TICK_NS, TLE_TICKS_PER_DAY};
use super::checksum;
use crate::astro::elements::Elements;

/// Why an element set cannot be written as a TLE. `field` is the OMM keyword.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum TleError {
    /// Above the greatest number of Alpha-5.
    #[error("NORAD {0} has no TLE: its five columns end at 339999 (Z9999); write an OMM")]
    IdTooLarge(u32),
    /// The value has no place in its columns.
    #[error("{field} = {value} does not fit into the columns of a TLE; write an OMM")]
    DoesNotFit {
        /// OMM keyword.
        field: &'static str,
        /// Value.
        value: String,
    },
}

/// The two lines of an element set, rounded to the digits of the format (1e-8 day, 1e-4 degree, 1e-7 eccentricity).
///
/// A set read from a TLE gives its own lines again. The revolution number is written modulo 100 000, as publishers do.
///
/// # Errors
/// A catalogue number above 339 999, an epoch outside 1957 to 2056, or a number too large for its columns.
pub fn write_tle(elements: &Elements) -> Result<(String, String), TleError> {
    let id = elements.norad_id.to_alpha5().ok_or(TleError::IdTooLarge(elements.norad_id.get()))?;
    let misfit = |field, value: String| TleError::DoesNotFit { field, value };
    if elements.element_set_no > 9999 {
        return Err(misfit("ELEMENT_SET_NO", elements.element_set_no.to_string()));
    }
    if elements.ephemeris_type > 9 {
        return Err(misfit("EPHEMERIS_TYPE", elements.ephemeris_type.to_string()));
    }
    let eccentricity = format!("{:.7}", elements.eccentricity);
    let Some(eccentricity) = eccentricity.strip_prefix("0.") else {
        return Err(misfit("ECCENTRICITY", eccentricity));
    };
    let mean_motion = format!("{:11.8}", elements.mean_motion_rev_day);
    if mean_motion.len() > 11 || elements.mean_motion_rev_day < 5e-9 {
        return Err(misfit("MEAN_MOTION", elements.mean_motion_rev_day.to_string()));
    }
    let one = format!(
        "1 {id}{} {:8} {} {} {} {} {} {:4}",
        elements.classification,
        designator(elements)?,
        epoch(elements)?,
        derivative(elements.mean_motion_dot)?,
        exponential("MEAN_MOTION_DDOT", elements.mean_motion_ddot)?,
        exponential("BSTAR", elements.bstar)?,
        elements.ephemeris_type,
        elements.element_set_no,
    );
    let two = format!(
        "2 {id} {} {} {eccentricity} {} {} {mean_motion}{:5}",
        angle(elements.inclination_deg),
        angle(elements.raan_deg),
        angle(elements.arg_perigee_deg),
        angle(elements.mean_anomaly_deg),
        elements.rev_at_epoch % 100_000,
    );
    Ok((format!("{one}{}", checksum(&one)), format!("{two}{}", checksum(&two))))
}

/// `1998-067A` as `98067A`.
fn designator(elements: &Elements) -> Result<String, TleError> {
    let object_id = &elements.object_id;
    let misfit = || TleError::DoesNotFit { field: "OBJECT_ID", value: object_id.clone() };
    let fits = |text: &String| text.len() <= 8 && text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    let Some((year, rest)) = object_id.split_once('-') else {
        return Some(object_id.clone()).filter(fits).ok_or_else(misfit);
    };
    let short = year.parse().ok().map(|year: u32| format!("{:02}{rest}", year % 100));
    // The year may be outside 1957 to 2056, and what is no designator may look like another one when it is shortened.
    let is_read_back = |text: &String| super::object_id(text.trim()) == *object_id;
    short.into_iter().chain([object_id.clone()]).find(|text| fits(text) && is_read_back(text)).ok_or_else(misfit)
}

/// `yyddd.ffffffff`, rounded to the nearest 1e-8 day, which may be the next day's first.
fn epoch(elements: &Elements) -> Result<String, TleError> {
    let time = elements.epoch;
    let nanoseconds = i64::from(time.num_seconds_from_midnight()) * 1_000_000_000 + i64::from(time.nanosecond());
    let ticks = (nanoseconds + TLE_TICK_NS / 2) / TLE_TICK_NS;
    let date = if ticks >= TLE_TICKS_PER_DAY { time.date_naive().succ_opt() } else { Some(time.date_naive()) };
    match date.filter(|date| (1957..=2056).contains(&date.year())) {
        Some(date) => Ok(format!("{:02}{:03}.{:08}", date.year() % 100, date.ordinal(), ticks % TLE_TICKS_PER_DAY)),
        None => Err(TleError::DoesNotFit { field: "EPOCH", value: super::super::epoch::format_iso(time) }),
    }
}

/// ` .00001600`: sign, then eight digits behind the point; what rounds to zero has no sign.
fn derivative(value: f64) -> Result<String, TleError> {
    let digits = format!("{:.8}", value.abs());
    match digits.strip_prefix('0') {
        Some(".00000000") => Ok(" .00000000".to_owned()),
        Some(fraction) if fraction.len() == 9 => Ok(format!("{}{fraction}", sign(value))),
        _ => Err(TleError::DoesNotFit { field: "MEAN_MOTION_DOT", value: value.to_string() }),
    }
}

const fn sign(value: f64) -> char {
    if value.is_sign_negative() && value != 0.0 { '-' } else { ' ' }
}

/// ` 13161-4`: sign, five digits behind an implied point, exponent of one digit; below 1e-14 zero.
fn exponential(field: &'static str, value: f64) -> Result<String, TleError> {
    let misfit = || TleError::DoesNotFit { field, value: value.to_string() };
    let scientific = format!("{:.4e}", value.abs());
    let (mantissa, exponent) = scientific.split_once('e').ok_or_else(misfit)?;
    let exponent = exponent.parse::<i32>().map_err(|_| misfit())? + 1;
    if value.abs() < 1e-14 {
        return Ok(" 00000-0".to_owned());
    }
    match exponent {
        10.. => Err(misfit()),
        0.. => Ok(format!("{}{}+{exponent}", sign(value), mantissa.replace('.', ""))),
        -9.. => Ok(format!("{}{}-{}", sign(value), mantissa.replace('.', ""), -exponent)),
        _ => Ok(format!("{}{:05}-9", sign(value), (value.abs() * 1e14).round() as u32)),
    }
}

/// `123.4567`, brought into 0 to 360 degrees.
fn angle(degrees: f64) -> String {
    let text = format!("{degrees:8.4}");
    if text.len() == 8 && !text.contains('-') && degrees <= 360.0 {
        return text;
    }
    format!("{:8.4}", degrees.rem_euclid(360.0))
}
