//! Why a record is refused, and where it stands.

use std::fmt;
use std::sync::Arc;

use crate::astro::elements::{ElementsError, NoradId};

/// Names, and other texts of a record, are cut at this many characters.
pub const MAX_NAME_CHARS: usize = 100;

/// Where in a file a record stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Lines from the first to the last, counted from 1.
    Lines(usize, usize),
    /// Record, counted from 1.
    Record(usize),
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lines(first, last) if first == last => write!(formatter, "line {first}"),
            Self::Lines(first, last) => write!(formatter, "lines {first}-{last}"),
            Self::Record(index) => write!(formatter, "record {index}"),
        }
    }
}

/// A refused record: `gp.json, record 17 (NORAD 25544), ECCENTRICITY = -0.1: out of range (0 to below 1)`.
#[derive(Clone, Debug, PartialEq)]
pub struct Rejection {
    /// File name or address.
    pub source_name: Arc<str>,
    /// Where it stands.
    pub place: Place,
    /// The object, where its number could be read.
    pub norad_id: Option<NoradId>,
    /// Keyword of the field at fault.
    pub field: Option<&'static str>,
    /// Text of that field, cut and with control characters escaped.
    pub value: Option<String>,
    /// Why.
    pub reason: String,
}

impl fmt::Display for Rejection {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}, {}", self.source_name, self.place)?;
        if let Some(id) = self.norad_id {
            write!(formatter, " (NORAD {id})")?;
        }
        if let Some(field) = self.field {
            write!(formatter, ", {field}")?;
            if let Some(value) = &self.value {
                write!(formatter, " = {value}")?;
            }
        }
        write!(formatter, ": {}", self.reason)
    }
}

/// A refusal before it is known where the record stands.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) norad_id: Option<NoradId>,
    pub(super) field: Option<&'static str>,
    pub(super) value: Option<String>,
    pub(super) reason: String,
}

impl Refusal {
    pub(super) fn record(norad_id: Option<NoradId>, reason: impl Into<String>) -> Self {
        Self { norad_id, field: None, value: None, reason: reason.into() }
    }

    pub(super) fn field(
        norad_id: Option<NoradId>,
        field: &'static str,
        value: &str,
        reason: impl Into<String>,
    ) -> Self {
        let shown: String = value.chars().take(40).flat_map(char::escape_default).collect();
        Self { norad_id, field: Some(field), value: Some(shown), reason: reason.into() }
    }

    pub(super) fn missing(norad_id: Option<NoradId>, field: &'static str) -> Self {
        Self { norad_id, field: Some(field), value: None, reason: "missing".to_owned() }
    }

    pub(super) fn elements(norad_id: NoradId, error: ElementsError) -> Self {
        let (value, reason) = match error {
            ElementsError::NotFinite { .. } => (None, "not a finite number".to_owned()),
            ElementsError::OutOfRange { value, expected, .. } => {
                (Some(value.to_string()), format!("out of range ({expected})"))
            }
            ElementsError::Sgp4Xp => (
                Some("4".to_owned()),
                "SGP4-XP, which SGP4 would propagate to a wrong orbit without an error".to_owned(),
            ),
            ElementsError::BeneathGround { mean_motion_rev_day } => {
                (Some(mean_motion_rev_day.to_string()), "puts the orbit beneath the ground".to_owned())
            }
        };
        Self { norad_id: Some(norad_id), field: Some(error.field()), value, reason }
    }

    pub(super) fn at(self, source_name: &Arc<str>, place: Place) -> Rejection {
        let Self { norad_id, field, value, reason } = self;
        Rejection { source_name: Arc::clone(source_name), place, norad_id, field, value, reason }
    }
}

/// A published text as it is stored: without surrounding blanks and not longer than [`MAX_NAME_CHARS`].
pub(super) fn clean_text(text: &str) -> String {
    let trimmed = text.trim();
    let end = trimmed.char_indices().nth(MAX_NAME_CHARS).map_or(trimmed.len(), |(end, _)| end);
    // The cut may have come behind a blank.
    trimmed[..end].trim_end().to_owned()
}
