//! Rows that are made one by one as they are written: answers of millions of rows need no memory of their own.

use std::io::{self, Write};

use serde_json::{Map, Value};

use super::sheet::{Cell, Sheet};

/// Rows under named columns, not yet made.
pub struct Rows<'a> {
    columns: Vec<&'static str>,
    nested: usize,
    rows: Box<dyn Iterator<Item = Vec<Cell>> + 'a>,
}

impl std::fmt::Debug for Rows<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Rows").field("columns", &self.columns).finish_non_exhaustive()
    }
}

impl<'a> Rows<'a> {
    /// Rows of one cell a column; the last `nested` columns stand in JSON alone.
    #[must_use]
    pub fn new(columns: Vec<&'static str>, nested: usize, rows: impl Iterator<Item = Vec<Cell>> + 'a) -> Self {
        Self { columns, nested, rows: Box::new(rows) }
    }

    /// All of them at once.
    #[must_use]
    pub fn collect(self) -> Sheet {
        let mut sheet = Sheet::new(&self.columns).with_nested(self.nested);
        self.rows.for_each(|row| sheet.push(row));
        sheet
    }

    /// CSV with a header.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write_csv(self, to: &mut dyn Write) -> io::Result<()> {
        let flat = self.columns.len() - self.nested.min(self.columns.len());
        write_csv(&self.columns[..flat], self.rows.map(|row| row.into_iter().take(flat).map(|cell| cell.csv())), to)
    }

    /// A JSON array, one object a line.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write_json(self, to: &mut dyn Write) -> io::Result<()> {
        let Self { columns, rows, .. } = self;
        let mut before = "[\n";
        for row in rows {
            write!(to, "{before}{}", object(&columns, &row))?;
            before = ",\n";
        }
        to.write_all(if before == ",\n" { b"\n]\n" } else { b"[]\n" })
    }

    /// One JSON object a line.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write_ndjson(self, to: &mut dyn Write) -> io::Result<()> {
        let Self { columns, mut rows, .. } = self;
        rows.try_for_each(|row| writeln!(to, "{}", object(&columns, &row)))
    }
}

/// CSV with a header.
pub(super) fn write_csv<R: Iterator<Item = String>>(
    columns: &[&'static str],
    rows: impl Iterator<Item = R>,
    to: &mut dyn Write,
) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(to);
    writer.write_record(columns)?;
    for row in rows {
        writer.write_record(row.map(String::into_bytes))?;
    }
    writer.flush()
}

/// A row as a JSON object.
pub(super) fn object(columns: &[&'static str], row: &[Cell]) -> Value {
    let fields: Map<String, Value> =
        columns.iter().zip(row).map(|(column, cell)| ((*column).to_owned(), cell.json())).collect();
    Value::Object(fields)
}
