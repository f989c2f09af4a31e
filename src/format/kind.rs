//! Kinds of file, and what is told of those that cannot be read.

use std::fmt;

/// Formats of element sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// Two-line elements, with or without a line for the name.
    Tle,
    /// Orbit mean-elements message as CSV, as CelesTrak writes it.
    OmmCsv,
    /// Orbit mean-elements messages as JSON.
    OmmJson,
    /// Orbit mean-elements messages as XML (CCSDS 505.0-B).
    OmmXml,
    /// Orbit mean-elements messages as `KEY = value` lines (CCSDS 502.0-B-3).
    OmmKvn,
}

impl Format {
    /// Name for messages.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tle => "TLE",
            Self::OmmCsv => "OMM CSV",
            Self::OmmJson => "OMM JSON",
            Self::OmmXml => "OMM XML",
            Self::OmmKvn => "OMM KVN",
        }
    }
}

/// Kinds of file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Element sets.
    Elements(Format),
    /// Satellite catalogue as CSV.
    SatcatCsv,
    /// Satellite catalogue as JSON.
    SatcatJson,
    /// Public conjunction data messages: Space-Track's `cdm_public` as JSON.
    CdmPublic,
    /// Conjunction data messages (CCSDS 508.0-B).
    Cdm(Notation),
    /// Orbit ephemeris messages (CCSDS 502.0-B).
    Oem(Notation),
    /// SOCRATES, CelesTrak's list of close approaches, as CSV.
    SocratesCsv,
    /// Earth orientation, IERS fixed columns (`finals2000A`).
    EarthOrientationFinals,
    /// Earth orientation, CelesTrak's CSV.
    EarthOrientationCsv,
    /// Something that holds no data, or data of another trade.
    Foreign(Foreign),
}

impl Kind {
    /// Name for messages.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Elements(_) => "element sets",
            Self::SatcatCsv | Self::SatcatJson => "a satellite catalogue (SATCAT)",
            Self::CdmPublic => "public conjunction data messages (cdm_public)",
            Self::Cdm(_) => "conjunction data messages (CDM)",
            Self::Oem(_) => "an orbit ephemeris message (OEM)",
            Self::SocratesCsv => "a list of close approaches (SOCRATES)",
            Self::EarthOrientationFinals | Self::EarthOrientationCsv => "Earth orientation parameters",
            Self::Foreign(_) => "another kind of file",
        }
    }
}

/// How a message of the standards is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notation {
    /// `KEY = value` lines.
    Kvn,
    /// XML.
    Xml,
    /// JSON, which the standards leave to their users.
    Json,
}

/// Texts that are refused, by what they look like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Foreign {
    /// No bytes but blanks.
    Empty,
    /// An HTML page: an error page or a network's login page.
    Html,
    /// A source's words for "nothing matches".
    NoData(String),
    /// CelesTrak's answer to a query that it does not know.
    InvalidQuery(String),
    /// CelesTrak's answer to a repeated download.
    NotUpdated(String),
    /// An error as JSON, as Space-Track sends it.
    ErrorBody(String),
    /// XML with a document type, whose entities are never expanded.
    Doctype,
    /// A CCSDS message other than an OMM, by its abbreviation.
    OtherMessage(String),
    /// Nothing known.
    Unknown(String),
}

impl fmt::Display for Foreign {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        const EXPECTED: &str = "expected element sets as TLE or OMM (CSV, JSON, XML, KVN)";
        match self {
            Self::Empty => formatter.write_str("empty: fetch it again"),
            Self::Html => write!(
                formatter,
                "an HTML page instead of data, probably an error or login page: open its address in a browser; {EXPECTED}"
            ),
            Self::NoData(text) => {
                write!(formatter, "the source has no data for this query (\"{text}\"): check its name")
            }
            Self::InvalidQuery(text) => {
                write!(formatter, "the source did not understand the query (\"{text}\"): check its spelling")
            }
            Self::NotUpdated(text) => write!(
                formatter,
                "the source refuses a repeated download (\"{text}\"): keep the last file and wait for the next update"
            ),
            Self::ErrorBody(text) => {
                write!(formatter, "an error message of the source (\"{text}\"): stop asking and read its usage policy")
            }
            Self::Doctype => formatter.write_str("XML with a DOCTYPE, whose entities are not expanded: refused"),
            Self::OtherMessage(name) if name == "OEM" => {
                formatter.write_str("an OEM ephemeris, not element sets: ask for the OMM of the object")
            }
            Self::OtherMessage(name) => write!(formatter, "a CCSDS {name} message, not element sets: ask for the OMM"),
            Self::Unknown(text) => write!(formatter, "not recognised (begins \"{text}\"): {EXPECTED}"),
        }
    }
}
