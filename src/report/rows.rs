//! Rows that are made as they are written: answers of millions of rows need no memory of their own.
//!
//! Rows are made and put into words some thousands at a time, by all threads, while those before them are written.

use std::io::{self, Write};

use rayon::prelude::*;

use super::sheet::{Cell, Sheet, csv_line, object};

/// So many rows are one thread's work.
const CHUNK: usize = 1024;

/// Rows under named columns, not yet made.
pub struct Rows<'a> {
    columns: Vec<&'static str>,
    nested: usize,
    narrow: Vec<&'static str>,
    count: usize,
    row: Box<dyn Fn(usize) -> Vec<Cell> + Sync + 'a>,
}

impl std::fmt::Debug for Rows<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Rows")
            .field("columns", &self.columns)
            .field("count", &self.count)
            .finish_non_exhaustive()
    }
}

impl<'a> Rows<'a> {
    /// So many rows, each made of its number, of one cell a column; the last `nested` columns stand in JSON alone.
    #[must_use]
    pub fn new(
        columns: Vec<&'static str>,
        nested: usize,
        count: usize,
        row: impl Fn(usize) -> Vec<Cell> + Sync + 'a,
    ) -> Self {
        Self { columns, nested, narrow: Vec::new(), count, row: Box::new(row) }
    }

    /// Lets the texts of these columns be cut in tables, see [`Sheet::with_narrow`].
    #[must_use]
    pub fn with_narrow(mut self, columns: &[&'static str]) -> Self {
        self.narrow = columns.to_vec();
        self
    }

    /// All of them at once.
    #[must_use]
    pub fn collect(self) -> Sheet {
        let mut sheet = Sheet::new(&self.columns).with_nested(self.nested).with_narrow(&self.narrow);
        let rows: Vec<Vec<Cell>> = (0..self.count).into_par_iter().map(&self.row).collect();
        rows.into_iter().for_each(|row| sheet.push(row));
        sheet
    }

    /// CSV with a header.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write_csv(self, to: &mut dyn Write) -> io::Result<()> {
        let flat = self.columns.len() - self.nested.min(self.columns.len());
        let mut head = Vec::new();
        csv_line(self.columns[..flat].iter().map(|column| Cell::text(column)), &mut head);
        to.write_all(&head)?;
        self.write(to, |_, row, text| csv_line(row.into_iter().take(flat), text))
    }

    /// A JSON array, one object a line.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write_json(self, to: &mut dyn Write) -> io::Result<()> {
        self.write(to, |index, row, text| {
            text.extend_from_slice(if index == 0 { b"[\n" } else { b",\n" });
            text.extend_from_slice(object(&self.columns, &row).to_string().as_bytes());
        })?;
        to.write_all(if self.count > 0 { b"\n]\n" } else { b"[]\n" })
    }

    /// One JSON object a line.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write_ndjson(self, to: &mut dyn Write) -> io::Result<()> {
        self.write(to, |_, row, text| {
            text.extend_from_slice(object(&self.columns, &row).to_string().as_bytes());
            text.push(b'\n');
        })
    }

    /// Writes what `line` makes of each row: this thread the chunks that are ready, the others meanwhile the next.
    fn write(&self, to: &mut dyn Write, line: impl Fn(usize, Vec<Cell>, &mut Vec<u8>) + Sync) -> io::Result<()> {
        let mut ready: Vec<Vec<u8>> = Vec::new();
        let mut done = 0;
        while done < self.count || !ready.is_empty() {
            let until = self.count.min(done + CHUNK * 4 * rayon::current_num_threads());
            let mut next: Vec<Vec<u8>> = Vec::new();
            let written = rayon::in_place_scope(|scope| {
                scope.spawn(|_| {
                    let starts = (done..until).into_par_iter().step_by(CHUNK);
                    next = starts
                        .map(|start| {
                            let mut text = Vec::new();
                            for index in start..until.min(start + CHUNK) {
                                line(index, (self.row)(index), &mut text);
                            }
                            text
                        })
                        .collect();
                });
                ready.iter().try_for_each(|text| to.write_all(text))
            });
            written?;
            (ready, done) = (next, until);
        }
        Ok(())
    }
}
