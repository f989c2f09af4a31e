//! Who is told of which conjunctions, and how.

use std::fmt;
use std::path::PathBuf;

use serde::{Deserialize, Deserializer};

use super::length::Length;
use crate::ssa::conjunction::Kind;
use crate::ssa::conjunction::alert::Rule;
use crate::ssa::nation::Nation;
use crate::ssa::probability::Verdict;

/// A rule: which conjunctions are told, and one way out. A conjunction counts that meets all that is set.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Alert {
    /// What it is called in messages and in the database; no two are called alike.
    pub name: String,
    /// This verdict or a more urgent one: `act`, `watch`, `diluted`, `negligible`.
    #[serde(default, deserialize_with = "verdict")]
    pub verdict: Option<Verdict>,
    /// At least this probability of collision.
    pub min_pc: Option<f64>,
    /// One of the two objects is of one of these nations; empty: of any.
    #[serde(default)]
    pub nations: Vec<Nation>,
    /// One of the two objects has one of these numbers; empty: any.
    #[serde(default)]
    pub ids: Vec<u32>,
    /// Of these sorts; empty: of any.
    #[serde(default)]
    pub kinds: Vec<Kind>,
    /// Address that JSON is posted to: `https`, or `http` on this machine.
    pub webhook: Option<Address>,
    /// Program and arguments, which gets JSON on its standard input; no shell.
    pub command: Option<Vec<String>>,
    /// File that a line of JSON is added to for each conjunction.
    pub file: Option<PathBuf>,
    /// The longest that an attempt may take.
    #[serde(default = "deadline")]
    pub deadline: Length,
}

const fn deadline() -> Length {
    Length::seconds(10)
}

fn verdict<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Verdict>, D::Error> {
    let word = String::deserialize(deserializer)?;
    let of_word = |verdict: &Verdict| verdict.as_str().split(':').next() == Some(word.as_str());
    let found = Verdict::ALL.into_iter().find(of_word);
    found.map(Some).ok_or_else(|| serde::de::Error::custom("expected act, watch, diluted or negligible"))
}

impl Alert {
    /// Which events count.
    #[must_use]
    pub const fn rule(&self) -> Rule {
        Rule { verdict: self.verdict, min_pc: self.min_pc }
    }

    /// What is wrong with it, and what to do.
    pub(super) fn fault(&self) -> Option<&'static str> {
        let ways = [self.webhook.is_some(), self.command.is_some(), self.file.is_some()];
        if self.name.trim().is_empty() || self.name.chars().any(char::is_control) {
            Some("has no name that can be shown: set name")
        } else if self.verdict.is_none() && self.min_pc.is_none() {
            Some("does not say which conjunctions: set verdict, or min_pc, or both")
        } else if self.min_pc.is_some_and(|pc| !(0.0..=1.0).contains(&pc)) {
            Some("has a min_pc out of range: set one from 0 to 1")
        } else if self.ids.iter().any(|id| !(1..=999_999_999).contains(id)) {
            Some("has ids out of range: set catalogue numbers from 1 to 999999999")
        } else {
            match ways.into_iter().filter(|is_set| *is_set).count() {
                0 => Some("does not say how to tell: set one of webhook, command and file"),
                1 => self.fault_of_way(),
                _ => Some("says more than one way to tell: set only one of webhook, command and file"),
            }
        }
    }

    fn fault_of_way(&self) -> Option<&'static str> {
        if self.command.as_ref().is_some_and(|words| words.first().is_none_or(String::is_empty)) {
            Some("has an empty command: set a program, then its arguments")
        } else if !(Length::seconds(1)..=Length::seconds(60)).contains(&self.deadline) {
            Some("has a deadline out of range: set one from 1s to 1m")
        } else {
            None
        }
    }
}

/// A web address that may hold a secret: it is shown without anything behind the host.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Address(String);

impl Address {
    /// The whole of it, for the request alone.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let url = url::Url::parse(self.0.trim()).ok();
        match url.as_ref().and_then(|url| Some((url.scheme(), url.host_str()?))) {
            Some((scheme, host)) => write!(f, "{scheme}://{host}/…"),
            None => f.write_str("no URL"),
        }
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
