//! Which sources are asked for what, and how a download is bounded.

use std::path::PathBuf;

use serde::Deserialize;

use super::base_url::BaseUrl;
use super::length::Length;
use crate::ssa::release::Release;

/// CelesTrak, or a mirror of it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CelesTrak {
    /// Where its paths begin.
    pub base_url: BaseUrl,
    /// Whether element sets are asked for at all.
    pub gp: bool,
    /// Groups of the GP data, one query each.
    pub groups: Vec<String>,
    /// Single objects, one query each: for what no group holds.
    pub ids: Vec<u32>,
    /// Supplemental element sets from operators (SupGP), one query each: `starlink` is `FILE=starlink`, and
    /// `SOURCE=SpaceX-E` is taken as it stands.
    pub supplemental: Vec<String>,
    /// Whether the satellite catalogue is asked for.
    pub satcat: bool,
    /// Whether Earth orientation is asked for.
    pub eop: bool,
    /// To whom what it sends may be passed on.
    pub release: Release,
}

/// Space-Track; asked only where there are credentials.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SpaceTrack {
    /// Where its paths begin.
    pub base_url: BaseUrl,
    /// Whether the whole current catalogue is asked for.
    pub gp: bool,
    /// Whether its public conjunction messages are asked for.
    pub cdm_public: bool,
    /// File with the identity on its first line and the password on its second, which nobody but its owner may read
    /// (mode 0600). The variables `ALLIEDSKY_SPACE_TRACK_IDENTITY` and `ALLIEDSKY_SPACE_TRACK_PASSWORD` come first.
    pub credentials_file: Option<PathBuf>,
    /// To whom what it sends may be passed on.
    pub release: Release,
}

/// A watched folder, for machines without a network.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Inbox {
    /// Files put here are imported and moved to `taken` or `refused` beneath it.
    pub folder: Option<PathBuf>,
    /// How long no file may be taken before `status` raises an alarm, where the folder is all that brings element sets.
    pub alarm_after: Length,
    /// To whom what stands in these files may be passed on.
    pub release: Release,
}

/// Bounds of a download.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Download {
    /// The longest that one request may take, from connecting to the last byte.
    pub deadline: Length,
    /// The most that is read of one answer, MiB.
    pub max_mib: u32,
}

impl Default for CelesTrak {
    fn default() -> Self {
        Self {
            base_url: BaseUrl::of_source("https://celestrak.org"),
            gp: true,
            groups: vec!["active".to_owned()],
            ids: Vec::new(),
            supplemental: Vec::new(),
            satcat: true,
            eop: true,
            release: Release::Public,
        }
    }
}

impl Default for SpaceTrack {
    fn default() -> Self {
        Self {
            base_url: BaseUrl::of_source("https://www.space-track.org"),
            gp: true,
            cdm_public: true,
            credentials_file: None,
            release: Release::Public,
        }
    }
}

impl Default for Inbox {
    fn default() -> Self {
        // Whoever carries files carries some each day, and may be half a day late.
        Self { folder: None, alarm_after: Length::seconds(36 * 3600), release: Release::default() }
    }
}

impl Default for Download {
    fn default() -> Self {
        Self { deadline: Length::seconds(120), max_mib: 256 }
    }
}
