//! Rows under named columns, written as a table, CSV, JSON or NDJSON.

use chrono::{DateTime, Utc};
use comfy_table::{CellAlignment, ContentArrangement, Table, presets};
use serde_json::Value;

use super::rows::{csv_line, object};
use super::zone::{Zone, machine_time, push_machine_time};

/// A warning beside a value in a table for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// The element set is too old for its orbit.
    Stale,
    /// Under way already when the window starts.
    OpenStart,
    /// Still under way when the window ends.
    OpenEnd,
}

impl Mark {
    const ALL: [Self; 3] = [Self::Stale, Self::OpenStart, Self::OpenEnd];

    const fn sign(self) -> char {
        match self {
            Self::Stale => '!',
            Self::OpenStart => '<',
            Self::OpenEnd => '>',
        }
    }

    const fn meaning(self) -> &'static str {
        match self {
            Self::Stale => "element set too old for its orbit",
            Self::OpenStart => "under way already when the window starts",
            Self::OpenEnd => "still under way when the window ends",
        }
    }
}

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
    /// A number of any size, such as a probability, as `1.2346e-5`.
    Scientific(f64),
    /// A length of time in seconds, and its decimals; `1h 05m` for people.
    Seconds(f64, usize),
    /// Yes or no.
    Flag(bool),
    /// An instant.
    Time(DateTime<Utc>),
    /// An instant not long after another one of its row, which people read without its date.
    Later(DateTime<Utc>, DateTime<Utc>),
    /// A value that carries a warning for people; machine formats tell it in a column of its own.
    Marked(Box<Cell>, Mark),
    /// Something nested: in JSON alone.
    Nested(Value),
}

impl Cell {
    /// Text, or null where it is empty.
    #[must_use]
    pub fn text(text: &str) -> Self {
        if text.is_empty() { Self::Null } else { Self::Text(text.to_owned()) }
    }

    /// Text that is given away, or null where it is empty.
    #[must_use]
    pub fn owned(text: String) -> Self {
        if text.is_empty() { Self::Null } else { Self::Text(text) }
    }

    /// A number, or null.
    #[must_use]
    pub fn number(value: Option<f64>, decimals: usize) -> Self {
        value.filter(|value| value.is_finite()).map_or(Self::Null, |value| Self::Number(value, decimals))
    }

    /// A number of any size, or null.
    #[must_use]
    pub fn scientific(value: Option<f64>) -> Self {
        value.filter(|value| value.is_finite()).map_or(Self::Null, Self::Scientific)
    }

    /// The value with a warning where `is_so`.
    #[must_use]
    pub fn marked(self, is_so: bool, mark: Mark) -> Self {
        if is_so { Self::Marked(Box::new(self), mark) } else { self }
    }

    const fn mark(&self) -> Option<Mark> {
        match self {
            Self::Marked(_, mark) => Some(*mark),
            _ => None,
        }
    }

    fn plain(&self) -> &Self {
        match self {
            Self::Marked(cell, _) => cell.plain(),
            cell => cell,
        }
    }

    /// Adds the value as a field of CSV, in quotes where it must be (RFC 4180).
    pub(super) fn push_csv(&self, to: &mut Vec<u8>) {
        match self {
            Self::Null | Self::Nested(_) => {}
            Self::Text(text) => {
                if text.bytes().any(|byte| matches!(byte, b',' | b'"' | b'\r' | b'\n')) {
                    to.push(b'"');
                    to.extend(text.replace('"', "\"\"").bytes());
                    to.push(b'"');
                } else {
                    to.extend_from_slice(text.as_bytes());
                }
            }
            Self::Integer(value) => to.extend_from_slice(value.to_string().as_bytes()),
            Self::Number(value, decimals) | Self::Seconds(value, decimals) => push_fixed(*value, *decimals, to),
            Self::Scientific(value) => to.extend_from_slice(format!("{value:.4e}").as_bytes()),
            Self::Flag(flag) => to.extend_from_slice(if *flag { b"true" } else { b"false" }),
            Self::Time(time) | Self::Later(time, _) => push_machine_time(*time, to),
            Self::Marked(cell, _) => cell.push_csv(to),
        }
    }

    pub(super) fn json(&self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Text(text) => Value::from(text.as_str()),
            Self::Integer(value) => Value::from(*value),
            Self::Number(value, decimals) | Self::Seconds(value, decimals) => {
                fixed(*value, *decimals).parse::<f64>().map_or(Value::Null, Value::from)
            }
            Self::Scientific(value) => format!("{value:.4e}").parse::<f64>().map_or(Value::Null, Value::from),
            Self::Flag(flag) => Value::from(*flag),
            Self::Time(time) | Self::Later(time, _) => Value::from(machine_time(*time)),
            Self::Marked(cell, _) => cell.json(),
            Self::Nested(value) => value.clone(),
        }
    }

    fn shown(&self, zone: Zone, decimals: usize) -> String {
        match self {
            Self::Null => "-".to_owned(),
            Self::Text(text) => clipped(&printable(text)),
            Self::Number(value, most) => fixed(*value, decimals.min(*most)),
            Self::Scientific(value) => format!("{value:.1e}"),
            Self::Seconds(value, _) => length(*value),
            Self::Flag(flag) => if *flag { "yes" } else { "no" }.to_owned(),
            Self::Time(time) => zone.show_bare(*time),
            Self::Later(time, first) => zone.show_later(*time, *first),
            Self::Marked(cell, mark) => format!("{}{}", cell.shown(zone, decimals), mark.sign()),
            Self::Integer(value) => value.to_string(),
            Self::Nested(value) => value.to_string(),
        }
    }
}

/// A length of time for people: `1h 05m`, `43m 12s`.
#[must_use]
pub fn length(seconds: f64) -> String {
    let whole = seconds.round() as u64;
    let (hours, minutes, seconds) = (whole / 3600, whole / 60 % 60, whole % 60);
    if hours > 0 { format!("{hours}h {minutes:02}m") } else { format!("{minutes}m {seconds:02}s") }
}

/// A number with so many decimals, never `-0`.
fn fixed(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    let is_zero = text.bytes().all(|byte| matches!(byte, b'-' | b'0' | b'.'));
    if is_zero { text.trim_start_matches('-').to_owned() } else { text }
}

/// Adds what [`fixed`] makes of a number.
///
/// Where the number times 10^decimals is small and clearly on one side of a half, its rounding is that of the decimals:
/// the product is off by less than a millionth there.
fn push_fixed(value: f64, decimals: usize, to: &mut Vec<u8>) {
    const POWERS: [f64; 7] = [1.0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6];
    let scaled = POWERS.get(decimals).map_or(f64::NAN, |power| value.abs() * power);
    let is_clear = scaled < 1e9 && (scaled.fract() - 0.5).abs() > 1e-6;
    if !is_clear {
        to.extend_from_slice(fixed(value, decimals).as_bytes());
        return;
    }
    let mut rest = scaled.round() as u64;
    if value < 0.0 && rest > 0 {
        to.push(b'-');
    }
    let mut digits = [b'0'; 20];
    let mut first = digits.len();
    while rest > 0 || digits.len() - first <= decimals {
        first -= 1;
        digits[first] = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    let (whole, fraction) = digits[first..].split_at(digits.len() - first - decimals);
    to.extend_from_slice(whole);
    if decimals > 0 {
        to.push(b'.');
        to.extend_from_slice(fraction);
    }
}

/// Control characters made visible, so that a name in a catalogue cannot drive a terminal.
#[must_use]
pub fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

/// Text cut where a table would become unreadable; machine formats hold the whole of it.
fn clipped(text: &str) -> String {
    const MOST: usize = 48;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
        None => text.to_owned(),
    }
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
        let mut table = Table::new();
        table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
        table.set_header(picks.iter().map(|&(index, shown)| self.head(index, shown, letters.as_deref())));
        let widths: Vec<bool> =
            picks.iter().map(|&(index, _)| self.is_numeric(index) && self.has_marks(index)).collect();
        for row in &self.rows {
            table.add_row(picks.iter().zip(&widths).map(|(&(index, shown), &keeps_room)| {
                let cell = &row[index];
                let text = cell.shown(zone, shown.decimals);
                match (cell.plain(), cell.mark()) {
                    (Cell::Time(time), _) if letters.is_none() => format!("{text} {}", zone.letters(*time)),
                    // Digits stay beneath digits.
                    (_, None) if keeps_room => format!("{text} "),
                    _ => text,
                }
            }));
        }
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

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop_assert_eq, proptest};

    use super::{fixed, push_fixed};

    fn pushed(value: f64, decimals: usize) -> String {
        let mut text = Vec::new();
        push_fixed(value, decimals, &mut text);
        String::from_utf8_lossy(&text).into_owned()
    }

    proptest! {
        #[test]
        fn numbers_are_printed_as_the_standard_library_prints_them(
            whole in -4_000_000_000i64..4_000_000_000, decimals in 0usize..9, any in any::<f64>(),
        ) {
            // Halves of the last decimal among them.
            for value in [whole as f64 / 2e3, whole as f64 / 1e7, any, 0.1 * any] {
                prop_assert_eq!(pushed(value, decimals), fixed(value, decimals));
            }
        }
    }

    #[test]
    fn no_number_is_minus_zero() {
        assert_eq!([pushed(-0.0, 2), pushed(-0.001, 2), pushed(-0.5, 0)], ["0.00", "0.00", "0"]);
        assert_eq!(
            [pushed(f64::NAN, 2), pushed(f64::NEG_INFINITY, 1)],
            [fixed(f64::NAN, 2), fixed(f64::NEG_INFINITY, 1)]
        );
    }
}
