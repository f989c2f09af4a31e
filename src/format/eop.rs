//! Earth orientation parameters: `finals2000A` of the IERS (fixed columns) and CelesTrak's CSV.

use std::borrow::Cow;
use std::sync::Arc;

use super::batch::{MAX_REJECTIONS_LISTED, nothing_usable};
use super::detect::detect;
use super::error::{FormatError, Problem};
use super::kind::Kind;
use super::lines::Lines;
use super::refusal::{Place, Refusal, Rejection};
use super::{delimited, unpack};
use crate::astro::frame::EarthOrientation;
use crate::astro::orientation::OrientationRow;

/// One arcsecond in radians.
const ARCSECOND: f64 = std::f64::consts::PI / 648_000.0;

/// The content of one file.
#[derive(Clone, Debug, PartialEq)]
pub struct EopBatch {
    /// Good rows in the order of the file: see [`crate::astro::orientation::OrientationTable::new`].
    pub rows: Vec<OrientationRow>,
    /// Refused rows, the first [`MAX_REJECTIONS_LISTED`] of them.
    pub rejected: Vec<Rejection>,
    /// Number of refused rows.
    pub rejected_count: usize,
}

/// Reads Earth orientation parameters in either format, compressed or not, told apart by their content.
///
/// Days that `finals2000A` lists without values yet are passed over. Of its two series the rapid one (Bulletin A) is
/// taken, which alone goes on into the prediction.
///
/// # Errors
/// The whole file is refused: it is no text, not Earth orientation, or none of its rows is usable.
pub fn read_eop(source_name: &str, bytes: &[u8], max_unpacked_bytes: usize) -> Result<EopBatch, FormatError> {
    let fail = |problem| FormatError::new(source_name, problem);
    let unpacked = unpack(bytes, max_unpacked_bytes).map_err(|error| error.named(source_name))?;
    let text = String::from_utf8_lossy(&unpacked);
    let mut batch = EopBatch { rows: Vec::new(), rejected: Vec::new(), rejected_count: 0 };
    let source: Arc<str> = source_name.into();
    let mut take = |line: usize, row: Result<Option<OrientationRow>, Refusal>| match row {
        Ok(row) => batch.rows.extend(row),
        Err(refusal) => {
            batch.rejected_count += 1;
            if batch.rejected.len() < MAX_REJECTIONS_LISTED {
                batch.rejected.push(refusal.at(&source, Place::Lines(line, line)));
            }
        }
    };
    match detect(&unpacked) {
        Kind::EarthOrientationFinals => Lines::new(&text).for_each(|line| take(line.number, finals_row(line.text))),
        Kind::EarthOrientationCsv => read_csv(&text, &mut take).map_err(fail)?,
        Kind::Foreign(foreign) => return Err(fail(Problem::Foreign(foreign))),
        other => return Err(fail(Problem::OtherKind { found: other.as_str() })),
    }
    if batch.rows.is_empty() {
        return Err(fail(nothing_usable(batch.rejected_count, &batch.rejected)));
    }
    Ok(batch)
}

/// One line of `finals2000A`; `None` for a day without values.
///
/// Columns, counted from 1 (IERS `readme.finals2000A`): 8–15 MJD, 17 flag of the pole, 19–27 x and 38–46 y in
/// arcseconds, 58 flag of UT1−UTC, 59–68 UT1−UTC in seconds; the flag is `I` (observed) or `P` (predicted).
fn finals_row(line: &str) -> Result<Option<OrientationRow>, Refusal> {
    // The point of the MJD stands in column 13; before 2010 the line begins with a blank, which may have been cut off.
    let shift = match line.find('.') {
        Some(point @ 7..=12) => 12 - point,
        _ => return Err(Refusal::record(None, "no MJD in columns 8 to 15")),
    };
    let column = |first: usize, last: usize| {
        let first = (first - 1).saturating_sub(shift);
        let last = (last - shift).min(line.len());
        line.get(first..last).unwrap_or("").trim()
    };
    let flags = (column(17, 17), column(58, 58));
    if flags == ("", "") {
        return Ok(None);
    }
    if line.len() + shift < 68 {
        return Err(Refusal::record(None, "the line is cut short"));
    }
    let observed = |flag: &str| match flag {
        "I" => Ok(true),
        "P" => Ok(false),
        other => Err(Refusal::field(None, "flag", other, "neither I nor P")),
    };
    let predicted = !(observed(flags.0)? && observed(flags.1)?);
    row([column(8, 15), column(59, 68), column(19, 27), column(38, 46)], predicted).map(Some)
}

/// CelesTrak's CSV, columns by name.
fn read_csv(text: &str, take: &mut impl FnMut(usize, Result<Option<OrientationRow>, Refusal>)) -> Result<(), Problem> {
    let mut fields: Vec<Cow<'_, str>> = Vec::new();
    let mut lines = Lines::new(text);
    let header = lines.next().map_or("", |line| line.text.trim_start_matches('\u{feff}'));
    delimited::split(header, &mut fields).map_err(|_| Problem::NoRecords)?;
    let find = |column: &'static str| {
        fields.iter().position(|field| field.eq_ignore_ascii_case(column)).ok_or(Problem::MissingColumn { column })
    };
    let columns = [find("MJD")?, find("UT1-UTC")?, find("X")?, find("Y")?];
    let kind = find("DATA_TYPE")?;
    for line in lines {
        let record = delimited::split(line.text, &mut fields).map_err(|reason| Refusal::record(None, reason));
        take(line.number, record.and_then(|()| csv_row(&fields, columns, kind)));
    }
    Ok(())
}

fn csv_row(fields: &[Cow<'_, str>], columns: [usize; 4], kind: usize) -> Result<Option<OrientationRow>, Refusal> {
    let field = |index: usize| fields.get(index).map_or("", |field| field.trim());
    let predicted = match field(kind) {
        "O" => false,
        "P" => true,
        other => return Err(Refusal::field(None, "DATA_TYPE", other, "neither O nor P")),
    };
    row(columns.map(field), predicted).map(Some)
}

/// A row from the texts of MJD, UT1−UTC in seconds, and the pole's x and y in arcseconds.
///
/// UT1−UTC stays within 0.9 s by the definition of UTC, the pole within 0.6″ of its origin since it is measured: more
/// than 1 s or 2″ is an error of the file.
fn row([mjd, ut1_utc, x, y]: [&str; 4], predicted: bool) -> Result<OrientationRow, Refusal> {
    let mjd_value = number("MJD", mjd, 30_000.0, 100_000.0)?;
    if mjd_value.fract() != 0.0 {
        return Err(Refusal::field(None, "MJD", mjd, "not the beginning of a day"));
    }
    Ok(OrientationRow {
        mjd: mjd_value as i32,
        orientation: EarthOrientation {
            ut1_utc_s: number("UT1-UTC", ut1_utc, -1.0, 1.0)?,
            pole_x_rad: number("X", x, -2.0, 2.0)? * ARCSECOND,
            pole_y_rad: number("Y", y, -2.0, 2.0)? * ARCSECOND,
        },
        predicted,
    })
}

fn number(field: &'static str, text: &str, low: f64, high: f64) -> Result<f64, Refusal> {
    if text.is_empty() {
        return Err(Refusal::missing(None, field));
    }
    match text.parse::<f64>() {
        Ok(value) if (low..=high).contains(&value) => Ok(value),
        Ok(_) => Err(Refusal::field(None, field, text, format!("out of range ({low} to {high})"))),
        Err(_) => Err(Refusal::field(None, field, text, "not a number")),
    }
}
