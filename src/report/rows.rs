//! Rows that are made as they are written: answers of millions of rows need no memory of their own.
//!
//! Rows are made and put into words some thousands at a time, by all threads, while those before them are written.

use std::io::{self, Write};

use rayon::prelude::*;

use super::sheet::{Cell, Mark, Sheet, csv_line, object, push_text};

/// So many rows are one thread's work.
const CHUNK: usize = 1024;

/// So many such pieces of work for each thread are one round's, and no fewer than that in all: at the end of a round threads
/// wait for each other.
const ROUND: usize = 4;
const LEAST_ROUND: usize = 64;

/// Puts a row into a line by its number.
type Fill<'a> = Box<dyn Fn(usize, &mut Line<'_>) + Sync + 'a>;

/// Rows under named columns, not yet made.
pub struct Rows<'a> {
    columns: Vec<&'static str>,
    nested: usize,
    narrow: Vec<&'static str>,
    count: usize,
    fill: Fill<'a>,
}

/// A row in the making, column by column: as cells, or straight as a line of CSV, for which no cell is kept.
#[derive(Debug)]
pub struct Line<'a>(Form<'a>);

#[derive(Debug)]
enum Form<'a> {
    Cells(&'a mut Vec<Cell>),
    /// Where to, and how many more columns stand in it.
    Csv(&'a mut Vec<u8>, usize),
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
        let fill = move |index: usize, line: &mut Line<'_>| row(index).into_iter().for_each(|cell| line.add(cell));
        Self { columns, nested, narrow: Vec::new(), count, fill: Box::new(fill) }
    }

    /// So many rows, each put into a line by its number, one value a column.
    #[must_use]
    pub fn line_by_line(
        columns: Vec<&'static str>,
        count: usize,
        fill: impl Fn(usize, &mut Line<'_>) + Sync + 'a,
    ) -> Self {
        Self { columns, nested: 0, narrow: Vec::new(), count, fill: Box::new(fill) }
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
        let rows: Vec<Vec<Cell>> = (0..self.count).into_par_iter().map(|index| self.cells(index)).collect();
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
        self.write(to, |index, text| (self.fill)(index, &mut Line(Form::Csv(text, flat))))
    }

    /// A JSON array, one object a line.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write_json(self, to: &mut dyn Write) -> io::Result<()> {
        self.write(to, |index, text| {
            text.extend_from_slice(if index == 0 { b"[\n" } else { b",\n" });
            text.extend_from_slice(object(&self.columns, &self.cells(index)).to_string().as_bytes());
        })?;
        to.write_all(if self.count > 0 { b"\n]\n" } else { b"[]\n" })
    }

    /// One JSON object a line.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write_ndjson(self, to: &mut dyn Write) -> io::Result<()> {
        self.write(to, |index, text| {
            text.extend_from_slice(object(&self.columns, &self.cells(index)).to_string().as_bytes());
            text.push(b'\n');
        })
    }

    fn cells(&self, index: usize) -> Vec<Cell> {
        let mut cells = Vec::with_capacity(self.columns.len());
        (self.fill)(index, &mut Line(Form::Cells(&mut cells)));
        cells
    }

    /// Writes what `line` makes of each row: this thread the pieces that are ready, the others meanwhile the next.
    fn write(&self, to: &mut dyn Write, line: impl Fn(usize, &mut Vec<u8>) + Sync) -> io::Result<()> {
        let pieces = (ROUND * rayon::current_num_threads()).max(LEAST_ROUND).min(self.count.div_ceil(CHUNK));
        let (mut ready, mut next) = (vec![Vec::new(); pieces], vec![Vec::new(); pieces]);
        let mut done = 0;
        let mut is_ready = false;
        while done < self.count || is_ready {
            let written = rayon::in_place_scope(|scope| {
                scope.spawn(|_| {
                    next.par_iter_mut().enumerate().with_max_len(1).for_each(|(piece, text): (usize, &mut Vec<u8>)| {
                        text.clear();
                        let start = self.count.min(done + piece * CHUNK);
                        (start..self.count.min(start + CHUNK)).for_each(|index| line(index, text));
                    });
                });
                ready.iter().try_for_each(|text| to.write_all(text))
            });
            written?;
            is_ready = done < self.count;
            done = self.count.min(done + pieces * CHUNK);
            std::mem::swap(&mut ready, &mut next);
        }
        Ok(())
    }
}

impl Line<'_> {
    /// Adds a text, or nothing where it is empty.
    pub fn text(&mut self, text: &str) {
        match &mut self.0 {
            Form::Cells(cells) => cells.push(Cell::text(text)),
            Form::Csv(to, left) => field(to, left, |to| push_text(text, to)),
        }
    }

    /// Adds a value.
    pub fn add(&mut self, cell: Cell) {
        match &mut self.0 {
            Form::Cells(cells) => cells.push(cell),
            Form::Csv(to, left) => field(to, left, |to| cell.push_csv(to)),
        }
    }

    /// Adds a value with a warning where `is_so`.
    pub fn marked(&mut self, cell: Cell, is_so: bool, mark: Mark) {
        match &self.0 {
            Form::Cells(_) => self.add(cell.marked(is_so, mark)),
            Form::Csv(..) => self.add(cell),
        }
    }
}

/// Adds a field of CSV and what stands after it, as long as there is a column for it.
fn field(to: &mut Vec<u8>, left: &mut usize, push: impl FnOnce(&mut Vec<u8>)) {
    if *left > 0 {
        push(to);
        *left -= 1;
        to.push(if *left > 0 { b',' } else { b'\n' });
    }
}
