//! Two-line element sets, with or without a line for the name (Hoots & Roehrich 1980, Spacetrack Report 3; columns as
//! in Vallado et al. 2006, AIAA 2006-6753, section III).

pub(super) mod write;

use super::batch::Collector;
use super::epoch;
use super::lines::{Line, Lines};
use super::refusal::{Place, Refusal, clean_text};
use crate::astro::elements::{ElementFields, Elements, NoradId};

/// Columns of a line.
const COLUMNS: usize = 69;

/// Columns, counted from 0, that are blank in line 1 and in line 2.
const BLANKS: [&[usize]; 2] = [&[1, 8, 17, 32, 43, 52, 61, 63], &[1, 7, 16, 25, 33, 42, 51]];

/// What a line is, judged by its beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    /// Line 1 of a set.
    One,
    /// Line 2 of a set.
    Two,
    /// A name, or anything else.
    Other,
}

/// Judges a line; a damaged element line keeps its role, so that it is reported and not taken for a name.
fn role(text: &str) -> Role {
    let damaged = (60..=COLUMNS + 1).contains(&text.len());
    match text.as_bytes().first() {
        Some(b'1') if damaged || is_element_line(text) => Role::One,
        Some(b'2') if damaged || is_element_line(text) => Role::Two,
        _ => Role::Other,
    }
}

/// Whether a line begins as line 1 or 2 of a set does: its number, a blank, five columns of a catalogue number.
pub(super) fn is_element_line(text: &str) -> bool {
    let bytes = text.as_bytes();
    let blank = |byte: &u8| !byte.is_ascii_graphic();
    let in_id = |byte: &u8| byte.is_ascii_digit() || byte.is_ascii_uppercase() || blank(byte);
    match bytes {
        [b'1' | b'2', gap, id @ .., _, _] if blank(gap) && id.len() >= 5 => {
            id[4].is_ascii_digit() && id[..5].iter().all(in_id)
        }
        _ => false,
    }
}

/// Reads all sets.
pub(super) fn read(text: &str, collector: &mut Collector<'_>) {
    let mut lines = Lines::new(text).filter(|line| !line.text.starts_with('#')).peekable();
    let mut pending = Pending::default();
    while let Some(line) = lines.next() {
        match role(line.text) {
            Role::Other => {
                pending.refuse_first(collector);
                if let Some(stray) = pending.name.replace(line) {
                    collector.reject(place(stray, stray), Refusal::record(None, "text that belongs to no element set"));
                }
            }
            Role::One => {
                if pending.first.is_some() {
                    pending.refuse_first(collector);
                }
                pending.first = Some(line);
            }
            Role::Two => {
                if let Some(first) = pending.first.take() {
                    pending.refuse_second(collector);
                    collector.take(place(first, line), parse(pending.name.take(), first, line));
                    if line.text.len() < COLUMNS && lines.peek().is_none() {
                        collector.mark_truncated();
                    }
                } else {
                    pending.refuse_second(collector);
                    pending.name = None;
                    pending.second = Some(line);
                }
            }
        }
    }
    if pending.first.is_some() || pending.name.is_some() {
        collector.mark_truncated();
    }
    pending.refuse_first(collector);
    pending.refuse_second(collector);
    if let Some(name) = pending.name {
        let reason = "the file ends where the element lines of this name should follow";
        collector.reject(place(name, name), Refusal::record(None, reason));
    }
}

/// Lines that wait for the rest of their set.
#[derive(Default)]
struct Pending<'a> {
    name: Option<Line<'a>>,
    first: Option<Line<'a>>,
    /// A line 2 that came without a line 1; it may turn out to stand before it.
    second: Option<Line<'a>>,
}

impl Pending<'_> {
    /// Refuses a line 1 whose line 2 did not come.
    fn refuse_first(&mut self, collector: &mut Collector<'_>) {
        let Some(first) = self.first.take() else {
            self.refuse_second(collector);
            return;
        };
        self.name = None;
        match self.second.take_if(|second| second.text.get(2..7) == first.text.get(2..7)) {
            Some(second) => collector
                .reject(place(second, first), Refusal::record(id_of(first.text), "line 2 stands before line 1")),
            None => {
                self.refuse_second(collector);
                collector.reject(place(first, first), Refusal::record(id_of(first.text), "line 1 without its line 2"));
            }
        }
    }

    fn refuse_second(&mut self, collector: &mut Collector<'_>) {
        if let Some(second) = self.second.take() {
            collector.reject(place(second, second), Refusal::record(id_of(second.text), "line 2 without its line 1"));
        }
    }
}

const fn place(first: Line<'_>, last: Line<'_>) -> Place {
    Place::Lines(first.number, last.number)
}

fn id_of(line: &str) -> Option<NoradId> {
    line.get(2..7)?.parse().ok()
}

fn parse(name: Option<Line<'_>>, one: Line<'_>, two: Line<'_>) -> Result<Elements, Refusal> {
    let id = id_of(one.text);
    let refuse = |reason: String| Refusal::record(id, reason);
    let one = Columns::check(1, one.text).map_err(refuse)?.with_id(id);
    let two = Columns::check(2, two.text).map_err(refuse)?.with_id(id);
    let Some(norad_id) = id else {
        return Err(Refusal::field(None, "NORAD_CAT_ID", one.text(2, 7), "no catalogue number of five columns"));
    };
    if id_of(two.line) != id {
        return Err(Refusal::field(id, "NORAD_CAT_ID", two.text(2, 7), "line 2 belongs to another object than line 1"));
    }
    let name = name.map(|line| line.text).unwrap_or_default();
    let epoch = one.line.get(18..32).unwrap_or_default();
    let fields = ElementFields {
        norad_id,
        name: clean_text(name.strip_prefix("0 ").unwrap_or(name)),
        object_id: object_id(one.text(9, 17)),
        epoch: epoch::parse_tle(epoch).map_err(|reason| Refusal::field(id, "EPOCH", epoch, reason))?,
        mean_motion_rev_day: two.decimal("MEAN_MOTION", 52, 63, None)?,
        eccentricity: two.fraction("ECCENTRICITY", 26, 33)?,
        inclination_deg: two.decimal("INCLINATION", 8, 16, None)?,
        raan_deg: two.decimal("RA_OF_ASC_NODE", 17, 25, None)?,
        arg_perigee_deg: two.decimal("ARG_OF_PERICENTER", 34, 42, None)?,
        mean_anomaly_deg: two.decimal("MEAN_ANOMALY", 43, 51, None)?,
        bstar: one.exponential("BSTAR", 53, 61)?,
        mean_motion_dot: one.decimal("MEAN_MOTION_DOT", 33, 43, Some(0.0))?,
        mean_motion_ddot: one.exponential("MEAN_MOTION_DDOT", 44, 52)?,
        ephemeris_type: one.count("EPHEMERIS_TYPE", 62, 63)? as u8,
        classification: one.classification()?,
        element_set_no: one.count("ELEMENT_SET_NO", 64, 68)?,
        rev_at_epoch: two.count("REV_AT_EPOCH", 63, 68)?,
    };
    Elements::new(fields).map_err(|error| Refusal::elements(norad_id, error))
}

/// `98067A` as `1998-067A`; anything of another shape as it stands.
fn object_id(text: &str) -> String {
    match (text.get(..2).and_then(epoch::two_digit_year), text.get(2..5), text.get(5..)) {
        (Some(year), Some(number), Some(piece)) if number.bytes().all(|byte| byte.is_ascii_digit()) => {
            format!("{year}-{number}{}", piece.trim())
        }
        _ => text.to_owned(),
    }
}

/// A line whose length, characters, blanks and checksum are right.
struct Columns<'a> {
    line: &'a str,
    norad_id: Option<NoradId>,
}

impl<'a> Columns<'a> {
    fn check(number: usize, text: &'a str) -> Result<Self, String> {
        let bytes = text.as_bytes();
        if bytes.len() < COLUMNS {
            return Err(format!("line {number} has {} columns instead of {COLUMNS}", bytes.len()));
        }
        if let Some(column) = bytes[..COLUMNS].iter().position(|byte| !(b' '..=b'~').contains(byte)) {
            return Err(format!("column {} of line {number} is no printable ASCII character", column + 1));
        }
        if bytes.get(COLUMNS).is_some_and(|byte| !byte.is_ascii_whitespace()) {
            return Err(format!("line {number} is longer than {COLUMNS} columns"));
        }
        let line = &text[..COLUMNS];
        let expected = checksum(line);
        if bytes[COLUMNS - 1] != b'0' + expected {
            let found = char::from(bytes[COLUMNS - 1]);
            return Err(format!("the checksum of line {number} is {found}, its characters sum to {expected}"));
        }
        if let Some(column) = BLANKS[number - 1].iter().find(|column| bytes[**column] != b' ') {
            return Err(format!("column {} of line {number} is not blank: its fields are shifted", column + 1));
        }
        Ok(Self { line, norad_id: None })
    }

    const fn with_id(self, norad_id: Option<NoradId>) -> Self {
        Self { norad_id, ..self }
    }

    /// Columns from `start` to before `end`, counted from 0, without blanks around them.
    fn text(&self, start: usize, end: usize) -> &'a str {
        self.line[start..end].trim()
    }

    fn refuse(&self, field: &'static str, value: &str, reason: &str) -> Refusal {
        Refusal::field(self.norad_id, field, value, reason)
    }

    fn parse(&self, field: &'static str, value: &str, number: &str) -> Result<f64, Refusal> {
        let number: f64 = number.parse().map_err(|_| self.refuse(field, value, "no number of this field's form"))?;
        // "-.00000000" is zero as ".00000000" is: adding zero takes the sign off, and changes nothing else.
        Ok(number + 0.0)
    }

    /// A decimal with its point, and perhaps a sign.
    fn decimal(&self, field: &'static str, start: usize, end: usize, blank: Option<f64>) -> Result<f64, Refusal> {
        let text = self.text(start, end);
        if let (true, Some(blank)) = (text.is_empty(), blank) {
            return Ok(blank);
        }
        let body = text.strip_prefix(['+', '-']).unwrap_or(text);
        let plain = body.contains('.') && body.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        self.parse(field, text, if plain { text } else { "" })
    }

    /// Digits behind an implied decimal point.
    fn fraction(&self, field: &'static str, start: usize, end: usize) -> Result<f64, Refusal> {
        let text = &self.line[start..end];
        let digits = text.replace(' ', "0");
        let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
        self.parse(field, text, &if plain { format!("0.{digits}") } else { String::new() })
    }

    /// ` 13161-4` for 0.13161e-4: a sign, five digits behind an implied point, an exponent of one digit. Blank is zero.
    fn exponential(&self, field: &'static str, start: usize, end: usize) -> Result<f64, Refusal> {
        let text = &self.line[start..end];
        if text.trim().is_empty() {
            return Ok(0.0);
        }
        let (sign, mantissa, exponent) = (&text[..1], &text[1..6], &text[6..]);
        let mantissa = mantissa.replace(' ', "0");
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let power = exponent.strip_prefix(['+', '-', ' ']).unwrap_or("x");
        if !matches!(sign, " " | "+" | "-") || !digits(&mantissa) || !digits(power) {
            return Err(self.refuse(field, text, "no number like 13161-4"));
        }
        self.parse(field, text, &format!("{}0.{mantissa}e{}", sign.trim(), exponent.trim()))
    }

    /// A whole number; blank is zero.
    fn count(&self, field: &'static str, start: usize, end: usize) -> Result<u32, Refusal> {
        let text = self.text(start, end);
        if text.is_empty() {
            return Ok(0);
        }
        let plain = text.bytes().all(|byte| byte.is_ascii_digit());
        plain.then(|| text.parse().ok()).flatten().ok_or_else(|| self.refuse(field, text, "no whole number"))
    }

    fn classification(&self) -> Result<char, Refusal> {
        match self.text(7, 8) {
            "" | "U" => Ok('U'),
            "C" => Ok('C'),
            "S" => Ok('S'),
            other => Err(self.refuse("CLASSIFICATION_TYPE", other, "expected U, C or S")),
        }
    }
}

/// Sum of the digits of the first 68 columns, a minus sign counting 1, modulo 10.
fn checksum(line: &str) -> u8 {
    let sum = line.bytes().take(COLUMNS - 1).fold(0_u32, |sum, byte| match byte {
        b'0'..=b'9' => sum + u32::from(byte - b'0'),
        b'-' => sum + 1,
        _ => sum,
    });
    (sum % 10) as u8
}
