//! Rows under named columns, written as a table, CSV, JSON or NDJSON.

use chrono::{DateTime, Utc};
use comfy_table::{CellAlignment, ContentArrangement, Table, presets};
use serde_json::{Map, Value};

use super::zone::{Zone, machine_time};

/// One value.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Not known, or not computed: empty in CSV, null in JSON.
    Null,
    /// Text.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A number, and how many decimals of it machine formats print.
    Number(f64, usize),
    /// Yes or no.
    Flag(bool),
    /// An instant.
    Time(DateTime<Utc>),
    /// Something nested: in JSON alone.
    Nested(Value),
}

impl Cell {
    /// Text, or null where it is empty.
    #[must_use]
    pub fn text(text: &str) -> Self {
        if text.is_empty() { Self::Null } else { Self::Text(text.to_owned()) }
    }

    /// A number, or null.
    #[must_use]
    pub fn number(value: Option<f64>, decimals: usize) -> Self {
        value.filter(|value| value.is_finite()).map_or(Self::Null, |value| Self::Number(value, decimals))
    }

    fn csv(&self) -> String {
        match self {
            Self::Null | Self::Nested(_) => String::new(),
            Self::Text(text) => text.clone(),
            Self::Integer(value) => value.to_string(),
            Self::Number(value, decimals) => fixed(*value, *decimals),
            Self::Flag(flag) => flag.to_string(),
            Self::Time(time) => machine_time(*time),
        }
    }

    fn json(&self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Text(text) => Value::from(text.as_str()),
            Self::Integer(value) => Value::from(*value),
            Self::Number(value, decimals) => fixed(*value, *decimals).parse::<f64>().map_or(Value::Null, Value::from),
            Self::Flag(flag) => Value::from(*flag),
            Self::Time(time) => Value::from(machine_time(*time)),
            Self::Nested(value) => value.clone(),
        }
    }

    fn shown(&self, zone: Zone, decimals: usize) -> String {
        match self {
            Self::Null => "-".to_owned(),
            Self::Text(text) => printable(text),
            Self::Number(value, most) => fixed(*value, decimals.min(*most)),
            Self::Flag(flag) => if *flag { "yes" } else { "no" }.to_owned(),
            Self::Time(time) => zone.show_bare(*time),
            Self::Integer(_) => self.csv(),
            Self::Nested(value) => value.to_string(),
        }
    }
}

/// A number with so many decimals, never `-0`.
fn fixed(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    let is_zero = text.bytes().all(|byte| matches!(byte, b'-' | b'0' | b'.'));
    if is_zero { text.trim_start_matches('-').to_owned() } else { text }
}

/// Control characters made visible, so that a name in a catalogue cannot drive a terminal.
#[must_use]
pub fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

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
    rows: Vec<Vec<Cell>>,
}

impl Sheet {
    /// No rows under these columns.
    #[must_use]
    pub fn new(columns: &[&'static str]) -> Self {
        Self { columns: columns.to_vec(), nested: Vec::new(), rows: Vec::new() }
    }

    /// Marks the last `count` columns as nested: written in JSON alone.
    #[must_use]
    pub fn with_nested(mut self, count: usize) -> Self {
        self.nested = self.columns[self.columns.len().saturating_sub(count)..].to_vec();
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
        let flat: Vec<usize> =
            (0..self.columns.len()).filter(|&index| !self.nested.contains(&self.columns[index])).collect();
        let mut writer = csv::Writer::from_writer(Vec::new());
        // Writing into memory cannot fail; a failure would show as a short file in every test.
        let _ = writer.write_record(flat.iter().map(|&index| self.columns[index]));
        for row in &self.rows {
            let _ = writer.write_record(flat.iter().map(|&index| row[index].csv()));
        }
        let bytes = writer.into_inner().unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// The rows as JSON objects.
    #[must_use]
    pub fn to_objects(&self) -> Vec<Value> {
        self.rows
            .iter()
            .map(|row| {
                let fields: Map<String, Value> =
                    self.columns.iter().zip(row).map(|(column, cell)| ((*column).to_owned(), cell.json())).collect();
                Value::Object(fields)
            })
            .collect()
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

    /// A table for people with the columns asked for.
    #[must_use]
    pub fn to_table(&self, shown: &[Shown], zone: Zone) -> String {
        let picks: Vec<(usize, &Shown)> = shown
            .iter()
            .filter_map(|shown| Some((self.columns.iter().position(|column| *column == shown.column)?, shown)))
            .collect();
        let mut table = Table::new();
        table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
        table.set_header(picks.iter().map(|(_, shown)| shown.head));
        for row in &self.rows {
            table.add_row(picks.iter().map(|(index, shown)| row[*index].shown(zone, shown.decimals)));
        }
        for (position, (index, _)) in picks.iter().enumerate() {
            let numeric = self.rows.iter().any(|row| matches!(row[*index], Cell::Number(..) | Cell::Integer(_)));
            if let Some(column) = table.column_mut(position) {
                column.set_padding((0, 2));
                if numeric {
                    column.set_cell_alignment(CellAlignment::Right);
                }
            }
        }
        let text = table.to_string();
        text.lines().map(|line| format!("{}\n", line.trim_end())).collect()
    }
}
