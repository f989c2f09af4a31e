//! What is asked of the sources: each question with the name that people and the ledger know it by.

use std::fmt;
use std::str::FromStr;

/// A source that is asked over the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Feed {
    /// CelesTrak, or a mirror of it.
    CelesTrak,
    /// Space-Track.
    SpaceTrack,
}

/// A name that is no source's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown source \"{0}\": expected celestrak or space-track")]
pub struct UnknownFeed(pub String);

impl Feed {
    /// All sources, in the order in which they are asked.
    pub const ALL: [Self; 2] = [Self::CelesTrak, Self::SpaceTrack];

    /// The name in the database and on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CelesTrak => "celestrak",
            Self::SpaceTrack => "space_track",
        }
    }
}

impl fmt::Display for Feed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl FromStr for Feed {
    type Err = UnknownFeed;

    /// Takes any case, and a hyphen for the underscore.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let name = text.trim().to_ascii_lowercase().replace('-', "_");
        Self::ALL.into_iter().find(|feed| feed.as_str() == name).ok_or_else(|| UnknownFeed(text.to_owned()))
    }
}

/// What a question is about, and so what its answer holds and which limits count for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Element sets (general perturbations).
    Gp,
    /// Element sets made from operators' own ephemerides (SupGP).
    Supplemental,
    /// The satellite catalogue.
    Satcat,
    /// Earth orientation.
    EarthOrientation,
    /// Space-Track's public conjunction messages.
    CdmPublic,
    /// Space-Track's login, whose answer is a cookie.
    Login,
}

impl Kind {
    /// The name in the database and in machine-readable answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Gp => "gp",
            Self::Supplemental => "supplemental",
            Self::Satcat => "satcat",
            Self::EarthOrientation => "eop",
            Self::CdmPublic => "cdm_public",
            Self::Login => "login",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// One question to one source.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Query {
    /// Who is asked.
    pub feed: Feed,
    /// For what.
    pub kind: Kind,
    /// What people read and the ledger counts by: `gp GROUP=active`.
    pub name: String,
    /// Path and query under the source's base URL, beginning with a slash.
    pub path: String,
}

#[cfg(test)]
mod tests {
    use super::Feed;

    #[test]
    fn sources_are_named_as_people_write_them() {
        for (text, feed) in [
            ("celestrak", Feed::CelesTrak),
            (" CelesTrak ", Feed::CelesTrak),
            ("space_track", Feed::SpaceTrack),
            ("Space-Track", Feed::SpaceTrack),
        ] {
            assert_eq!(text.parse(), Ok(feed), "{text}");
        }
        for text in ["", "space track", "celestrak.org"] {
            assert!(text.parse::<Feed>().is_err(), "{text}");
        }
    }
}
