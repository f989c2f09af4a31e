//! To whom an item may be passed on.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::nation::{Nation, NationError};

/// A release marking: `public`, or `REL` with the nations an item may go to, such as `REL USA, JPN, KOR`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Release {
    /// To anybody.
    #[default]
    Public,
    /// To these nations alone.
    To(BTreeSet<Nation>),
}

/// Why a text is no release marking.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReleaseError {
    /// Neither `public` nor `REL …`.
    #[error("\"{0}\" is no release marking: expected public, or REL with nations such as REL USA, JPN, KOR")]
    Form(String),
    /// One of the words is no nation.
    #[error("release: {0}")]
    Nation(#[from] NationError),
}

impl Release {
    /// Whether an item with this marking may go to a nation.
    #[must_use]
    pub fn allows(&self, nation: Nation) -> bool {
        match self {
            Self::Public => true,
            Self::To(nations) => nations.contains(&nation),
        }
    }

    /// To whom a whole may go that is made of items with these markings: to those whom every one of them allows.
    #[must_use]
    pub fn common<'a>(markings: impl IntoIterator<Item = &'a Self>) -> Self {
        markings.into_iter().fold(Self::Public, |common, marking| match (common, marking) {
            (common, Self::Public) => common,
            (Self::Public, marking) => marking.clone(),
            (Self::To(before), Self::To(nations)) => Self::To(before.intersection(nations).copied().collect()),
        })
    }

    /// The marking as pages and files carry it: `PUBLIC`, or `REL` with ISO 3166 alpha-3 codes, the United States first
    /// and the others by their code.
    #[must_use]
    pub fn marking(&self) -> String {
        match self {
            Self::Public => "PUBLIC".to_owned(),
            Self::To(nations) if nations.is_empty() => "NOT RELEASABLE".to_owned(),
            Self::To(nations) => {
                let mut codes: Vec<&str> = nations.iter().map(|nation| nation.alpha3()).collect();
                codes.sort_by_key(|code| (*code != Nation::Us.alpha3(), *code));
                format!("REL {}", codes.join(", "))
            }
        }
    }
}

impl fmt::Display for Release {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.marking())
    }
}

impl FromStr for Release {
    type Err = ReleaseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refuse = || ReleaseError::Form(text.to_owned());
        let upper = text.trim().to_ascii_uppercase();
        if upper == "PUBLIC" {
            return Ok(Self::Public);
        }
        let rest = upper.strip_prefix("REL ").ok_or_else(refuse)?;
        let list = rest.trim_start().strip_prefix("TO ").unwrap_or(rest);
        let nations = list.split(',').map(|word| word.trim().parse()).collect::<Result<BTreeSet<Nation>, _>>()?;
        Ok(Self::To(nations))
    }
}

impl TryFrom<String> for Release {
    type Error = ReleaseError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Release> for String {
    fn from(release: Release) -> Self {
        release.marking()
    }
}
