//! The realism of covariances, on files of successive catalogues.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::bail;
use chrono::{DateTime, Utc};

use super::import::read_options;
use crate::astro::elements::NoradId;
use crate::feed::file;
use crate::format::read_elements;
use crate::ssa::covariance::realism::{Sets, Study, measure};

/// What was tested on what.
#[derive(Clone, Debug, PartialEq)]
pub struct Realism {
    /// What was found.
    pub study: Study,
    /// Files that the covariances could be made from.
    pub earlier: usize,
    /// Files that tested them.
    pub later: usize,
    /// Records refused in all files.
    pub rejected: usize,
}

/// Tests the covariances on catalogues in the order of time, the last `held` of which are kept for the test.
///
/// # Errors
/// A file cannot be read or holds no element sets, or there are too few of them.
pub fn realism(files: &[PathBuf], held: usize, now: Option<DateTime<Utc>>) -> anyhow::Result<Realism> {
    let earlier = files.len().saturating_sub(held);
    if earlier == 0 || held == 0 {
        bail!("{} files with {held} held for the test: nothing is left to compare", files.len());
    }
    let options = read_options(now);
    let mut objects: BTreeMap<NoradId, Sets> = BTreeMap::new();
    let mut rejected = 0;
    for (index, path) in files.iter().enumerate() {
        let payload = file::read(path)?;
        let batch = read_elements(&payload.locator, &payload.bytes, &options)?;
        rejected += batch.rejected_count;
        for set in batch.elements {
            let sets = objects.entry(set.norad_id).or_default();
            if index < earlier { sets.earlier.push(set) } else { sets.later.push(set) }
        }
    }
    let objects: Vec<Sets> = objects.into_values().collect();
    Ok(Realism { study: measure(&objects), earlier, later: held, rejected })
}
