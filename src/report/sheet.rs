//! Rows under named columns, written as a table, CSV, JSON or NDJSON.

mod cell;

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};
use serde_json::Value;

use super::zone::Zone;
use cell::cut;
pub use cell::{Cell, Mark, length, printable};
pub(super) use cell::{csv_line, object, push_text};

/// One column of the table for people: which column, its head, decimals.
#[derive(Clone, Copy, Debug)]
pub struct Shown {
    /// Name of the column.
    pub column: &'static str,
    /// Head of the column.
    pub head: &'static str,
    /// Decimals of numbers.
    pub decimals: usize,
}

/// Rows under named columns.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sheet {
    columns: Vec<&'static str>,
    /// Columns whose values are nested: they stand in JSON alone.
    nested: Vec<&'static str>,
    /// Columns whose texts are cut where a table would be wider than a screen.
    narrow: Vec<&'static str>,
    rows: Vec<Vec<Cell>>,
}

/// Characters in a line of a table, where its narrow columns can give way.
const SCREEN: usize = 120;

/// No column is made narrower than this.
const NARROWEST: usize = 8;

impl Sheet {
    /// No rows under these columns.
    #[must_use]
    pub fn new(columns: &[&'static str]) -> Self {
        Self { columns: columns.to_vec(), nested: Vec::new(), narrow: Vec::new(), rows: Vec::new() }
    }

    /// Marks the last `count` columns as nested: written in JSON alone.
    #[must_use]
    pub fn with_nested(mut self, count: usize) -> Self {
        self.nested = self.columns[self.columns.len().saturating_sub(count)..].to_vec();
        self
    }

    /// Lets the texts of these columns be cut in tables, as far as the width of a screen asks for it.
    #[must_use]
    pub fn with_narrow(mut self, columns: &[&'static str]) -> Self {
        self.narrow = columns.to_vec();
        self
    }

    /// Adds a column that holds the same text in every row, before the nested ones.
    #[must_use]
    pub fn with_constant(mut self, column: &'static str, text: &str) -> Self {
        let at = self.columns.len() - self.nested.len();
        self.columns.insert(at, column);
        for row in &mut self.rows {
            row.insert(at, Cell::text(text));
        }
        self
    }

    /// Adds a row, one cell a column.
    pub fn push(&mut self, row: Vec<Cell>) {
        debug_assert_eq!(row.len(), self.columns.len(), "a cell for every column");
        self.rows.push(row);
    }

    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Keeps the first `count` rows.
    pub fn truncate(&mut self, count: usize) {
        self.rows.truncate(count);
    }

    /// CSV with a header.
    #[must_use]
    pub fn to_csv(&self) -> String {
        let flat = self.columns.len() - self.nested.len();
        let mut bytes = Vec::new();
        csv_line(self.columns[..flat].iter().map(|column| Cell::text(column)), &mut bytes);
        self.rows.iter().for_each(|row| csv_line(row[..flat].iter().cloned(), &mut bytes));
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// The rows as JSON objects.
    #[must_use]
    pub fn to_objects(&self) -> Vec<Value> {
        self.rows.iter().map(|row| object(&self.columns, row)).collect()
    }

    /// A JSON array, one object a line.
    #[must_use]
    pub fn to_json(&self) -> String {
        let lines: Vec<String> = self.to_objects().iter().map(Value::to_string).collect();
        if lines.is_empty() { "[]\n".to_owned() } else { format!("[\n{}\n]\n", lines.join(",\n")) }
    }

    /// One JSON object a line.
    #[must_use]
    pub fn to_ndjson(&self) -> String {
        self.to_objects().iter().map(|object| format!("{object}\n")).collect()
    }

    /// A table for people with the columns asked for. The heads of times name the zone, once it is one for all rows;
    /// warnings stand behind values, see [`Sheet::legend`].
    #[must_use]
    pub fn to_table(&self, shown: &[Shown], zone: Zone) -> String {
        let picks = self.picks(shown);
        let letters = self.zone_letters(&picks, zone);
        let heads: Vec<String> =
            picks.iter().map(|&(index, shown)| self.head(index, shown, letters.as_deref())).collect();
        let widths: Vec<bool> =
            picks.iter().map(|&(index, _)| self.is_numeric(index) && self.has_marks(index)).collect();
        let text_of = |row: &Vec<Cell>| -> Vec<String> {
            let texts = picks.iter().zip(&widths).map(|(&(index, shown), &keeps_room)| {
                let cell = &row[index];
                let text = cell.shown(zone, shown.decimals);
                match (cell.plain(), cell.mark()) {
                    (Cell::Time(time), _) if letters.is_none() => format!("{text} {}", zone.letters(*time)),
                    // Digits stay beneath digits.
                    (_, None) if keeps_room => format!("{text} "),
                    _ => text,
                }
            });
            texts.collect()
        };
        let mut rows: Vec<Vec<String>> = self.rows.iter().map(text_of).collect();
        self.narrow_to_screen(&picks, &heads, &mut rows);
        let mut table = Table::new();
        table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
        table.set_header(heads);
        table.add_rows(rows);
        for (position, &(index, _)) in picks.iter().enumerate() {
            if let Some(column) = table.column_mut(position) {
                column.set_padding((0, 2));
                if self.is_numeric(index) {
                    column.set_cell_alignment(CellAlignment::Right);
                }
            }
        }
        let text = table.to_string();
        text.lines().map(|line| format!("{}\n", line.trim_end())).collect()
    }

    /// Cuts the texts of the narrow columns, the widest first, until the table fits a screen.
    fn narrow_to_screen(&self, picks: &[(usize, &Shown)], heads: &[String], rows: &mut [Vec<String>]) {
        let narrow: Vec<usize> =
            (0..picks.len()).filter(|&position| self.narrow.contains(&picks[position].1.column)).collect();
        let width = |text: &String| text.chars().count();
        let mut widths: Vec<usize> = heads.iter().map(width).collect();
        for row in rows.iter() {
            widths.iter_mut().zip(row).for_each(|(most, text)| *most = width(text).max(*most));
        }
        while widths.iter().map(|width| width + 2).sum::<usize>() > SCREEN + 2 {
            let widest = narrow.iter().copied().max_by_key(|&position| widths[position]);
            let Some(position) = widest.filter(|&position| widths[position] > NARROWEST) else { break };
            widths[position] -= 1;
        }
        for row in rows {
            for &position in &narrow {
                if width(&row[position]) > widths[position] {
                    row[position] = cut(&row[position], widths[position] - 1);
                }
            }
        }
    }

    /// What the warnings in a table of these columns mean, or nothing where it has none.
    #[must_use]
    pub fn legend(&self, shown: &[Shown]) -> Option<String> {
        let picks = self.picks(shown);
        let marks: Vec<Mark> =
            self.rows.iter().flat_map(|row| picks.iter().filter_map(|&(index, _)| row[index].mark())).collect();
        let present: Vec<String> = Mark::ALL
            .into_iter()
            .filter(|mark| marks.contains(mark))
            .map(|mark| format!("{} {}", mark.sign(), mark.meaning()))
            .collect();
        (!present.is_empty()).then(|| format!("{}.", present.join("; ")))
    }

    fn picks<'s>(&self, shown: &'s [Shown]) -> Vec<(usize, &'s Shown)> {
        shown
            .iter()
            .filter_map(|shown| Some((self.columns.iter().position(|column| *column == shown.column)?, shown)))
            .collect()
    }

    fn head(&self, index: usize, shown: &Shown, letters: Option<&str>) -> String {
        let is_time = self.rows.iter().any(|row| matches!(row[index].plain(), Cell::Time(_)));
        let letters = letters.filter(|_| is_time).map_or_else(String::new, |letters| format!(" {letters}"));
        let room = if self.is_numeric(index) && self.has_marks(index) { " " } else { "" };
        format!("{}{letters}{room}", shown.head)
    }

    fn is_numeric(&self, index: usize) -> bool {
        self.rows.iter().any(|row| {
            matches!(row[index].plain(), Cell::Number(..) | Cell::Scientific(_) | Cell::Seconds(..) | Cell::Integer(_))
        })
    }

    fn has_marks(&self, index: usize) -> bool {
        self.rows.iter().any(|row| row[index].mark().is_some())
    }

    /// The zone's letters where they are the same at all times of a table: a change to summer time may lie between.
    fn zone_letters(&self, picks: &[(usize, &Shown)], zone: Zone) -> Option<String> {
        let mut letters: Option<String> = None;
        for row in &self.rows {
            for &(index, _) in picks {
                if let Cell::Time(time) = row[index].plain() {
                    let here = zone.letters(*time);
                    match &letters {
                        Some(before) if *before != here => return None,
                        Some(_) => {}
                        None => letters = Some(here),
                    }
                }
            }
        }
        letters
    }
}
