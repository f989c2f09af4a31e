//! Why a whole file is refused.

use super::kind::Foreign;
use super::refusal::Rejection;

/// A file that cannot be used at all: which, why, and what to do.
#[derive(Clone, Debug, PartialEq)]
pub struct FormatError {
    /// File name or address; `None` where only bytes were given.
    pub source_name: Option<String>,
    /// What is wrong with it.
    pub problem: Problem,
}

impl FormatError {
    /// The refusal of a source by name.
    #[must_use]
    pub fn new(source_name: &str, problem: Problem) -> Self {
        Self { source_name: Some(source_name.to_owned()), problem }
    }

    pub(super) fn named(self, source_name: &str) -> Self {
        Self::new(source_name, self.problem)
    }
}

impl std::fmt::Display for FormatError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.source_name {
            // The record at fault names its source itself.
            Some(_) if matches!(self.problem, Problem::Record(_)) => self.problem.fmt(formatter),
            Some(name) => write!(formatter, "{name}: {}", self.problem),
            None => self.problem.fmt(formatter),
        }
    }
}

impl std::error::Error for FormatError {}

/// What is wrong with a file as a whole.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Problem {
    /// The compressed stream ends early or its checksum is wrong.
    #[error("the {packing} data is cut or damaged ({detail}): fetch the file again")]
    Packing {
        /// `gzip` or `zstd`.
        packing: &'static str,
        /// What the decompressor said.
        detail: String,
    },
    /// More bytes than allowed, after unpacking.
    #[error("more than {limit_bytes} bytes when unpacked: refused as too large for a catalogue")]
    OverLimit {
        /// The limit.
        limit_bytes: usize,
    },
    /// UTF-16 text.
    #[error("UTF-16 text: save it as UTF-8 and read it again")]
    Utf16,
    /// Not text.
    #[error("binary data{}, not text: expected element sets as TLE or OMM (CSV, JSON, XML, KVN)",
        kind.map(|kind| format!(" ({kind})")).unwrap_or_default())]
    Binary {
        /// The kind of file where its first bytes tell.
        kind: Option<&'static str>,
    },
    /// Text of another nature.
    #[error("{0}")]
    Foreign(Foreign),
    /// No known kind of file.
    #[error("not recognised: expected {expected}")]
    Unrecognised {
        /// What was asked for, in words.
        expected: &'static str,
    },
    /// A known kind of file, but not the one asked for.
    #[error("{found}, not what was asked for here")]
    OtherKind {
        /// Kind found, in words.
        found: &'static str,
    },
    /// A column that every record needs is not in the header.
    #[error("the header has no column {column}: download the file again with all columns")]
    MissingColumn {
        /// OMM or SATCAT keyword.
        column: &'static str,
    },
    /// No record at all.
    #[error("no records (a header or an empty list only): the query matched nothing")]
    NoRecords,
    /// A record without which the rest is of no use.
    #[error("{0}")]
    Record(Box<Rejection>),
    /// Records, but none that can be used.
    #[error("none of its {count} records can be used; first: {}",
        first.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    NothingUsable {
        /// Number of records refused.
        count: usize,
        /// The first few refusals.
        first: Vec<Rejection>,
    },
}
