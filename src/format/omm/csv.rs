//! OMM as CSV: a header with the keywords in any order, one set a line.

use std::borrow::Cow;

use super::{CUT, Keyword, Record};
use crate::format::batch::Collector;
use crate::format::delimited;
use crate::format::error::Problem;
use crate::format::lines::Lines;
use crate::format::refusal::{Place, Refusal};

/// Columns without which no row can be used; MEAN_MOTION may be replaced by SEMI_MAJOR_AXIS.
const REQUIRED: [Keyword; 9] = [
    Keyword::NoradCatId,
    Keyword::Epoch,
    Keyword::MeanMotion,
    Keyword::Eccentricity,
    Keyword::Inclination,
    Keyword::RaOfAscNode,
    Keyword::ArgOfPericenter,
    Keyword::MeanAnomaly,
    Keyword::Bstar,
];

pub(in crate::format) fn read(text: &str, collector: &mut Collector<'_>) -> Result<(), Problem> {
    let mut lines = Lines::new(text).skip_while(|line| line.text.starts_with('#')).peekable();
    let header = lines.next().map(|line| line.text).unwrap_or_default();
    let columns = columns(header)?;
    // Columns that are not read may be missing at the end of a row; any other count of fields means a shifted row.
    let least = columns.iter().rposition(Option::is_some).map_or(0, |last| last + 1);
    let ends_complete = text.ends_with(['\n', '\r']);
    // A cut inside the last column leaves a number that looks whole: harmless only where SGP4 does not read it.
    let hides_a_cut = !ends_complete && columns.last().copied().flatten().is_some_and(Keyword::is_read_by_sgp4);
    let mut fields: Vec<Cow<'_, str>> = Vec::with_capacity(columns.len());
    while let Some(line) = lines.next() {
        let place = Place::Lines(line.number, line.number);
        let record = match delimited::split(line.text, &mut fields) {
            Err(reason) => Err(Refusal::record(None, reason)),
            Ok(()) if !(least..=columns.len()).contains(&fields.len()) => {
                let reason = format!("{} fields where the header names {}", fields.len(), columns.len());
                Err(Refusal::record(None, reason))
            }
            Ok(()) if hides_a_cut && lines.peek().is_none() => Err(Refusal::record(None, CUT)),
            Ok(()) => row(&columns, &mut fields).elements(),
        };
        if record.is_err() && !ends_complete && lines.peek().is_none() {
            collector.mark_truncated();
        }
        collector.take(place, record);
    }
    Ok(())
}

/// The keyword of each column of the header.
fn columns(header: &str) -> Result<Vec<Option<Keyword>>, Problem> {
    let mut names = Vec::new();
    // A header with a broken quote lacks the columns after it.
    let _ = delimited::split(header, &mut names);
    let columns: Vec<_> = names.iter().map(|name| Keyword::find(name.trim())).collect();
    let has = |keyword| columns.contains(&Some(keyword));
    for required in REQUIRED {
        let replaced = required == Keyword::MeanMotion && has(Keyword::SemiMajorAxis);
        if !has(required) && !replaced {
            return Err(Problem::MissingColumn { column: required.as_str() });
        }
    }
    Ok(columns)
}

fn row<'a>(columns: &[Option<Keyword>], fields: &mut Vec<Cow<'a, str>>) -> Record<'a> {
    let mut record = Record::default();
    for (column, field) in columns.iter().zip(fields.drain(..)) {
        if let Some(keyword) = column {
            record.set(*keyword, field);
        }
    }
    record
}
