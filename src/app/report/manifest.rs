//! The manifest of a report: what it was made of, with which parameters, and the digest of every file.

use anyhow::Context;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::File;
use crate::app::World;
use crate::app::brief::BriefRequest;
use crate::app::catalogue::Catalogue;
use crate::astro::time::Window;
use crate::report::briefing::Marking;
use crate::ssa::conjunction::scope::Reason;
use crate::ssa::nation::Nation;
use crate::ssa::probability::Thresholds;

/// A file and its SHA-256 in hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Digested {
    pub(super) file: String,
    pub(super) sha256: String,
}

/// The age of the element sets at the window's start, days.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Ages {
    pub(super) least_days: f64,
    pub(super) median_days: f64,
    pub(super) most_days: f64,
}

/// What a report was asked for: the fields of [`BriefRequest`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Parameters {
    window_start: DateTime<Utc>,
    window_end: DateTime<Utc>,
    made_at: DateTime<Utc>,
    nations: Vec<Nation>,
    watched: Vec<Nation>,
    regions: Vec<String>,
    sites: Vec<String>,
    horizon_s: f64,
    least_gap_s: f64,
    least_share: f64,
    threshold_km: f64,
    watch_pc: f64,
    act_pc: f64,
    #[serde(default)]
    drop: Vec<Reason>,
    marking: String,
    recipient: Option<Nation>,
    withheld: usize,
}

/// The manifest.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Manifest {
    pub(super) program: String,
    pub(super) version: String,
    pub(super) marking: String,
    pub(super) parameters: Parameters,
    pub(super) clock: DateTime<Utc>,
    /// Where the element sets come from and how old they are.
    pub(super) notes: Vec<String>,
    pub(super) element_sets: usize,
    pub(super) element_ages: Option<Ages>,
    pub(super) orientation_note: String,
    pub(super) inputs: Vec<Digested>,
    pub(super) files: Vec<Digested>,
}

impl From<&BriefRequest> for Parameters {
    fn from(request: &BriefRequest) -> Self {
        Self {
            window_start: request.window.start,
            window_end: request.window.end,
            made_at: request.made_at,
            nations: request.nations.clone(),
            watched: request.watched.clone(),
            regions: request.regions.clone(),
            sites: request.sites.clone(),
            horizon_s: request.horizon.as_seconds_f64(),
            least_gap_s: request.least_gap.as_seconds_f64(),
            least_share: request.least_share,
            threshold_km: request.threshold_km,
            watch_pc: request.thresholds.watch,
            act_pc: request.thresholds.act,
            drop: request.drop.clone(),
            marking: request.marking.text.clone(),
            recipient: request.marking.recipient,
            withheld: request.marking.withheld,
        }
    }
}

impl From<Parameters> for BriefRequest {
    fn from(parameters: Parameters) -> Self {
        // A length that no report has ends as the longest there is; the figures then differ, which is told.
        let length = |seconds: f64| TimeDelta::microseconds((seconds * 1e6).round() as i64);
        Self {
            window: Window { start: parameters.window_start, end: parameters.window_end },
            made_at: parameters.made_at,
            nations: parameters.nations,
            watched: parameters.watched,
            regions: parameters.regions,
            sites: parameters.sites,
            horizon: length(parameters.horizon_s),
            least_gap: length(parameters.least_gap_s),
            least_share: parameters.least_share,
            threshold_km: parameters.threshold_km,
            thresholds: Thresholds { watch: parameters.watch_pc, act: parameters.act_pc },
            drop: parameters.drop,
            marking: Marking {
                text: parameters.marking,
                recipient: parameters.recipient,
                withheld: parameters.withheld,
            },
        }
    }
}

/// The digests of some files.
pub(super) fn digests(files: &[File]) -> Vec<Digested> {
    files.iter().map(|(file, text)| Digested { file: file.clone(), sha256: digest(text.as_bytes()) }).collect()
}

/// SHA-256 in hexadecimal.
pub(super) fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(super) fn text(
    world: &World,
    catalogue: &Catalogue,
    request: &BriefRequest,
    files: &[File],
    inputs: &[File],
) -> anyhow::Result<String> {
    let mut ages: Vec<f64> =
        catalogue.entries.iter().map(|entry| entry.elements.age_days(request.window.start)).collect();
    ages.sort_by(f64::total_cmp);
    let rounded = |days: &f64| (days * 1e4).round() / 1e4;
    let of_ages = || {
        let (least, median, most) = (ages.first()?, ages.get(ages.len() / 2)?, ages.last()?);
        Some(Ages { least_days: rounded(least), median_days: rounded(median), most_days: rounded(most) })
    };
    let manifest = Manifest {
        program: "alliedsky".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        marking: request.marking.text.clone(),
        parameters: request.into(),
        clock: catalogue.clock,
        notes: catalogue.notes.clone(),
        element_sets: catalogue.entries.len(),
        element_ages: of_ages(),
        orientation_note: world.orientation_note.clone(),
        inputs: digests(inputs),
        files: digests(files),
    };
    let text = serde_json::to_string_pretty(&manifest).context("writing the manifest")?;
    Ok(text + "\n")
}
