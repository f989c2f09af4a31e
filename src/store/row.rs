//! Reading a row's columns in the order of the query.

use rusqlite::Row;
use rusqlite::types::FromSql;

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

/// A count as SQLite holds it.
pub(super) fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// `?, ?, …` for as many columns as the list has.
pub(super) fn placeholders(columns: &str) -> String {
    vec!["?"; columns.split(',').count()].join(", ")
}
