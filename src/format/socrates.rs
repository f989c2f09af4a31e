//! SOCRATES, CelesTrak's list of close approaches of the coming week, in its bulk form: CSV with a header.

use std::borrow::Cow;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::batch::{MAX_REJECTIONS_LISTED, nothing_usable};
use super::detect::detect;
use super::error::{FormatError, Problem};
use super::kind::{Foreign, Kind};
use super::lines::Lines;
use super::omm::parse_number;
use super::refusal::{Place, Refusal, Rejection, clean_text};
use super::{delimited, epoch, unpack};
use crate::astro::elements::NoradId;

/// One of the two objects of a row; the order of the two says nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct SocratesObject {
    /// Catalogue number.
    pub norad_id: NoradId,
    /// Name without the status behind it.
    pub name: String,
    /// Operational status as CelesTrak writes it behind the name (`NAME [+]`): `+` operational, `-` not, `P` partly,
    /// `B` backup, `S` spare, `X` extended mission, `D` decayed, `?` unknown; `None` where there is none.
    pub status: Option<char>,
    /// Days from the epoch of the element set to the closest approach.
    pub days_since_epoch: Option<f64>,
}

/// One row: a close approach.
#[derive(Clone, Debug, PartialEq)]
pub struct SocratesRow {
    /// The two objects.
    pub objects: [SocratesObject; 2],
    /// Time of closest approach, UTC.
    pub tca: DateTime<Utc>,
    /// Distance at that time, in km.
    pub miss_km: f64,
    /// Relative speed at that time, in km/s.
    pub relative_speed_km_s: Option<f64>,
    /// Maximum probability of collision after Alfano, 0 to 1.
    pub pc_max: Option<f64>,
    /// Standard deviation of the position at which that maximum lies, in km.
    pub dilution_km: Option<f64>,
}

/// The content of one list.
#[derive(Clone, Debug, PartialEq)]
pub struct SocratesBatch {
    /// Good rows in the order of the list.
    pub rows: Vec<SocratesRow>,
    /// Refused rows, the first [`MAX_REJECTIONS_LISTED`] of them.
    pub rejected: Vec<Rejection>,
    /// Number of refused rows.
    pub rejected_count: usize,
    /// The list ends inside a row.
    pub truncated: bool,
}

/// Columns that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    NoradCatId1,
    ObjectName1,
    Dse1,
    NoradCatId2,
    ObjectName2,
    Dse2,
    Tca,
    TcaRange,
    TcaRelativeSpeed,
    MaxProb,
    Dilution,
}

/// Every column with its name in the order of the enumeration.
const COLUMNS: [(Column, &str); 11] = [
    (Column::NoradCatId1, "NORAD_CAT_ID_1"),
    (Column::ObjectName1, "OBJECT_NAME_1"),
    (Column::Dse1, "DSE_1"),
    (Column::NoradCatId2, "NORAD_CAT_ID_2"),
    (Column::ObjectName2, "OBJECT_NAME_2"),
    (Column::Dse2, "DSE_2"),
    (Column::Tca, "TCA"),
    (Column::TcaRange, "TCA_RANGE"),
    (Column::TcaRelativeSpeed, "TCA_RELATIVE_SPEED"),
    (Column::MaxProb, "MAX_PROB"),
    (Column::Dilution, "DILUTION"),
];

/// Columns without which no row can be used.
const REQUIRED: [Column; 4] = [Column::NoradCatId1, Column::NoradCatId2, Column::Tca, Column::TcaRange];

/// Reads a list, compressed or not: columns in any order, others than those of [`SocratesRow`] passed over.
///
/// # Errors
/// The whole list is refused: it is no text, no such list, larger than `max_unpacked_bytes` when unpacked, a column
/// that every row needs is missing, or no row is usable.
pub fn read_socrates(source_name: &str, bytes: &[u8], max_unpacked_bytes: usize) -> Result<SocratesBatch, FormatError> {
    let fail = |problem| FormatError::new(source_name, problem);
    let unpacked = unpack(bytes, max_unpacked_bytes).map_err(|error| error.named(source_name))?;
    match detect(&unpacked) {
        Kind::SocratesCsv => {}
        Kind::Foreign(Foreign::Unknown(_)) => {
            return Err(fail(Problem::Unrecognised {
                expected: "SOCRATES' list as CSV, or public messages (cdm_public) as JSON",
            }));
        }
        Kind::Foreign(foreign) => return Err(fail(Problem::Foreign(foreign))),
        other => return Err(fail(Problem::OtherKind { found: other.as_str() })),
    }
    let text = String::from_utf8_lossy(&unpacked);
    let source: Arc<str> = source_name.into();
    let mut batch = SocratesBatch { rows: Vec::new(), rejected: Vec::new(), rejected_count: 0, truncated: false };
    let mut lines = Lines::new(&text).skip_while(|line| line.text.starts_with('#')).peekable();
    let columns = columns(lines.next().map(|line| line.text).unwrap_or_default()).map_err(fail)?;
    let ends_complete = text.ends_with(['\n', '\r']);
    let mut fields = Vec::with_capacity(columns.len());
    while let Some(line) = lines.next() {
        match row(line.text, &columns, &mut fields) {
            Ok(row) => batch.rows.push(row),
            Err(refusal) => {
                batch.truncated |= !ends_complete && lines.peek().is_none();
                batch.rejected_count += 1;
                if batch.rejected.len() < MAX_REJECTIONS_LISTED {
                    batch.rejected.push(refusal.at(&source, Place::Lines(line.number, line.number)));
                }
            }
        }
    }
    if batch.rows.is_empty() {
        return Err(fail(nothing_usable(batch.rejected_count, &batch.rejected)));
    }
    Ok(batch)
}

/// The column of each field of the header.
fn columns(header: &str) -> Result<Vec<Option<Column>>, Problem> {
    let mut names = Vec::new();
    // A header with a broken quote lacks the columns after it.
    let _ = delimited::split(header, &mut names);
    let find = |name: &Cow<'_, str>| COLUMNS.iter().find(|(_, known)| known.eq_ignore_ascii_case(name.trim()));
    let columns: Vec<_> = names.iter().map(|name| find(name).map(|(column, _)| *column)).collect();
    match REQUIRED.into_iter().find(|column| !columns.contains(&Some(*column))) {
        Some(column) => Err(Problem::MissingColumn { column: COLUMNS[column as usize].1 }),
        None => Ok(columns),
    }
}

fn row<'a>(line: &'a str, columns: &[Option<Column>], fields: &mut Vec<Cow<'a, str>>) -> Result<SocratesRow, Refusal> {
    delimited::split(line, fields).map_err(|reason| Refusal::record(None, reason))?;
    if fields.len() != columns.len() {
        let reason = format!("{} fields where the header names {}", fields.len(), columns.len());
        return Err(Refusal::record(None, reason));
    }
    let mut record = Record::default();
    for (column, field) in columns.iter().zip(fields.drain(..)) {
        if let Some(column) = column {
            record.0[*column as usize] = field;
        }
    }
    record.row()
}

/// The texts of one row.
#[derive(Default)]
struct Record<'a>([Cow<'a, str>; COLUMNS.len()]);

impl Record<'_> {
    fn get(&self, column: Column) -> (&'static str, &str) {
        (COLUMNS[column as usize].1, self.0[column as usize].trim())
    }

    fn row(&self) -> Result<SocratesRow, Refusal> {
        let one = self.object([Column::NoradCatId1, Column::ObjectName1, Column::Dse1])?;
        let two = self.object([Column::NoradCatId2, Column::ObjectName2, Column::Dse2])?;
        let id = Some(one.norad_id);
        if one.norad_id == two.norad_id {
            return Err(Refusal::record(id, "both objects are the same"));
        }
        let (field, text) = self.get(Column::Tca);
        let tca = epoch::parse_iso(text).map_err(|reason| Refusal::field(id, field, text, reason))?;
        let from_zero = 0.0..=f64::MAX;
        let miss_km = self.number(id, Column::TcaRange, &from_zero)?;
        Ok(SocratesRow {
            objects: [one, two],
            tca,
            miss_km: miss_km.ok_or_else(|| Refusal::missing(id, self.get(Column::TcaRange).0))?,
            relative_speed_km_s: self.number(id, Column::TcaRelativeSpeed, &from_zero)?,
            pc_max: self.number(id, Column::MaxProb, &(0.0..=1.0))?,
            dilution_km: self.number(id, Column::Dilution, &from_zero)?,
        })
    }

    fn object(&self, [number, name, days]: [Column; 3]) -> Result<SocratesObject, Refusal> {
        let (field, text) = self.get(number);
        if text.is_empty() {
            return Err(Refusal::missing(None, field));
        }
        let norad_id =
            text.parse().map_err(|_| Refusal::field(None, field, text, "no catalogue number (1 to 999999999)"))?;
        let (name, status) = split_status(self.get(name).1);
        let days_since_epoch = self.number(Some(norad_id), days, &(f64::MIN..=f64::MAX))?;
        Ok(SocratesObject { norad_id, name: clean_text(name), status, days_since_epoch })
    }

    fn number(
        &self,
        id: Option<NoradId>,
        column: Column,
        range: &std::ops::RangeInclusive<f64>,
    ) -> Result<Option<f64>, Refusal> {
        let (field, text) = self.get(column);
        if text.is_empty() {
            return Ok(None);
        }
        let value = parse_number(text).map_err(|reason| Refusal::field(id, field, text, reason))?;
        if range.contains(&value) {
            return Ok(Some(value));
        }
        let expected = if *range.end() == 1.0 { "0 to 1" } else { "0 or more" };
        Err(Refusal::field(id, field, text, format!("out of range ({expected})")))
    }
}

/// Cuts the status off a name; brackets that hold anything else belong to the name.
fn split_status(text: &str) -> (&str, Option<char>) {
    let status = text.strip_suffix(']').and_then(|open| open.rsplit_once('['));
    match status {
        Some((name, status)) => match status.chars().next() {
            Some(letter @ ('+' | '-' | 'P' | 'B' | 'S' | 'X' | 'D' | '?')) if status.len() == 1 => {
                (name.trim_end(), Some(letter))
            }
            _ => (text, None),
        },
        None => (text, None),
    }
}
