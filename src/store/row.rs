//! Reading a row's columns in the order of the query.

use rusqlite::Row;
use rusqlite::types::FromSql;
use serde_json::Value;

use crate::astro::elements::NoradId;

/// Column after column of a row: a list of columns and the struct they fill stand in one order.
pub(super) struct Fields<'row> {
    row: &'row Row<'row>,
    next: usize,
}

impl<'row> Fields<'row> {
    /// From the first column on.
    pub(super) const fn of(row: &'row Row<'row>) -> Self {
        Self { row, next: 0 }
    }

    /// The next column.
    pub(super) fn take<T: FromSql>(&mut self) -> rusqlite::Result<T> {
        self.next += 1;
        self.row.get(self.next - 1)
    }

    /// The next column, a catalogue number.
    pub(super) fn norad_id(&mut self) -> rusqlite::Result<NoradId> {
        let value: u32 = self.take()?;
        NoradId::new(value).map_err(|error| self.invalid(error))
    }

    /// The next column, a count.
    pub(super) fn count(&mut self) -> rusqlite::Result<usize> {
        let value: i64 = self.take()?;
        usize::try_from(value).map_err(|error| self.invalid(error))
    }

    /// An error about the column taken last.
    pub(super) fn invalid(&self, error: impl std::error::Error + Send + Sync + 'static) -> rusqlite::Error {
        rusqlite::Error::FromSqlConversionFailure(
            self.next.saturating_sub(1),
            rusqlite::types::Type::Null,
            Box::new(error),
        )
    }
}

/// A word in a column that no version of the program up to this one writes there.
#[derive(Debug, thiserror::Error)]
#[error("unknown word \"{0}\"")]
struct UnknownWord(String);

/// The value of an enumeration by its word, the next column.
pub(super) fn word<T: Copy, const N: usize>(
    fields: &mut Fields<'_>,
    all: [T; N],
    as_str: impl Fn(T) -> &'static str,
) -> rusqlite::Result<T> {
    let found: String = fields.take()?;
    all.into_iter().find(|value| as_str(*value) == found).ok_or_else(|| fields.invalid(UnknownWord(found)))
}

/// JSON text, the next column.
pub(super) fn json(fields: &mut Fields<'_>) -> rusqlite::Result<Option<Value>> {
    let text: Option<String> = fields.take()?;
    text.map(|text| serde_json::from_str(&text).map_err(|error| fields.invalid(error))).transpose()
}

/// A count as SQLite holds it.
pub(super) fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// `?, ?, …` for as many columns as the list has.
pub(super) fn placeholders(columns: &str) -> String {
    vec!["?"; columns.split(',').count()].join(", ")
}
