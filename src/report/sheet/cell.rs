//! One value, as machines and as people read it.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use super::super::zone::{Zone, machine_time, push_machine_time};

/// A warning beside a value in a table for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// The element set is too old for its orbit.
    Stale,
    /// Under way already when the window starts.
    OpenStart,
    /// Still under way when the window ends.
    OpenEnd,
    /// More probable, or nearer, than some runs before.
    Rising,
    /// Less probable, or farther.
    Falling,
}

impl Mark {
    pub(super) const ALL: [Self; 5] = [Self::Stale, Self::OpenStart, Self::OpenEnd, Self::Rising, Self::Falling];

    pub(super) const fn sign(self) -> char {
        match self {
            Self::Stale => '!',
            Self::OpenStart => '<',
            Self::OpenEnd => '>',
            Self::Rising => '↑',
            Self::Falling => '↓',
        }
    }

    pub(super) const fn meaning(self) -> &'static str {
        match self {
            Self::Stale => "element set too old for its orbit",
            Self::OpenStart => "under way already when the window starts",
            Self::OpenEnd => "still under way when the window ends",
            Self::Rising => "rising from run to run",
            Self::Falling => "falling from run to run",
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
    /// A value that people read in a shorter word.
    Short(Box<Cell>, &'static str),
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

    pub(super) const fn mark(&self) -> Option<Mark> {
        match self {
            Self::Marked(_, mark) => Some(*mark),
            _ => None,
        }
    }

    pub(super) fn plain(&self) -> &Self {
        match self {
            Self::Marked(cell, _) => cell.plain(),
            cell => cell,
        }
    }

    /// Adds the value as a field of CSV, in quotes where it must be (RFC 4180).
    pub(in crate::report) fn push_csv(&self, to: &mut Vec<u8>) {
        match self {
            Self::Null | Self::Nested(_) => {}
            Self::Text(text) => push_text(text, to),
            Self::Integer(value) => match u64::try_from(*value) {
                Ok(value) => push_digits(value, 0, to),
                Err(_) => to.extend_from_slice(value.to_string().as_bytes()),
            },
            Self::Number(value, decimals) | Self::Seconds(value, decimals) => push_fixed(*value, *decimals, to),
            Self::Scientific(value) => to.extend_from_slice(format!("{value:.4e}").as_bytes()),
            Self::Flag(flag) => to.extend_from_slice(if *flag { b"true" } else { b"false" }),
            Self::Time(time) | Self::Later(time, _) => push_machine_time(*time, to),
            Self::Marked(cell, _) | Self::Short(cell, _) => cell.push_csv(to),
        }
    }

    pub(in crate::report) fn json(&self) -> Value {
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
            Self::Marked(cell, _) | Self::Short(cell, _) => cell.json(),
            Self::Nested(value) => value.clone(),
        }
    }

    pub(super) fn shown(&self, zone: Zone, decimals: usize) -> String {
        match self {
            Self::Null => "-".to_owned(),
            Self::Text(text) => clipped(&printable(text)),
            Self::Number(value, most) => fixed(*value, decimals.min(*most)),
            Self::Scientific(value) => scientific(*value),
            Self::Seconds(value, _) => length(*value),
            Self::Flag(flag) => if *flag { "yes" } else { "no" }.to_owned(),
            Self::Time(time) => zone.show_bare(*time),
            Self::Later(time, first) => zone.show_later(*time, *first),
            Self::Marked(cell, mark) => format!("{}{}", cell.shown(zone, decimals), mark.sign()),
            Self::Short(_, word) => (*word).to_owned(),
            Self::Integer(value) => value.to_string(),
            Self::Nested(value) => value.to_string(),
        }
    }
}

/// A probability for people; what is next to nothing is not told to its last power of ten, nor as none at all.
fn scientific(value: f64) -> String {
    if value < 1e-15 { "<1e-15".to_owned() } else { format!("{value:.1e}") }
}

/// A length of time for people: `1h 05m`, `43m 12s`.
#[must_use]
pub fn length(seconds: f64) -> String {
    let whole = seconds.round() as u64;
    let (hours, minutes, seconds) = (whole / 3600, whole / 60 % 60, whole % 60);
    if hours > 0 { format!("{hours}h {minutes:02}m") } else { format!("{minutes}m {seconds:02}s") }
}

/// Adds a text as a field of CSV, in quotes where it must be (RFC 4180).
pub(in crate::report) fn push_text(text: &str, to: &mut Vec<u8>) {
    if text.bytes().any(|byte| matches!(byte, b',' | b'"' | b'\r' | b'\n')) {
        to.push(b'"');
        to.extend(text.replace('"', "\"\"").bytes());
        to.push(b'"');
    } else {
        to.extend_from_slice(text.as_bytes());
    }
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
    let whole = scaled as i64;
    let fraction = scaled - whole as f64;
    let is_clear = scaled < 1e9 && (fraction - 0.5).abs() > 1e-6;
    if !is_clear {
        to.extend_from_slice(fixed(value, decimals).as_bytes());
        return;
    }
    let rest = whole.unsigned_abs() + u64::from(fraction > 0.5);
    if value < 0.0 && rest > 0 {
        to.push(b'-');
    }
    push_digits(rest, decimals, to);
}

/// Adds a whole number with a point before its last `decimals` digits.
fn push_digits(mut rest: u64, decimals: usize, to: &mut Vec<u8>) {
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
    cut(text, MOST)
}

/// The first so many characters, with a sign where there are more.
pub(super) fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
        None => text.to_owned(),
    }
}

/// Adds a line of CSV (RFC 4180, with a bare line feed).
pub(in crate::report) fn csv_line(cells: impl Iterator<Item = Cell>, to: &mut Vec<u8>) {
    for (index, cell) in cells.enumerate() {
        if index > 0 {
            to.push(b',');
        }
        cell.push_csv(to);
    }
    to.push(b'\n');
}

/// A row as a JSON object.
pub(in crate::report) fn object(columns: &[&'static str], row: &[Cell]) -> Value {
    let fields: Map<String, Value> =
        columns.iter().zip(row).map(|(column, cell)| ((*column).to_owned(), cell.json())).collect();
    Value::Object(fields)
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
