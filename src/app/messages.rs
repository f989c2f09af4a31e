//! Conjunction messages: ours for others, and others' worked out again.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;

use super::App;
use super::catalogue::Catalogue;
use crate::astro::elements::{Elements, NoradId};
use crate::feed::file;
use crate::format::MAX_FILE_BYTES;
use crate::format::cdm::{Cdm, read_cdm};
use crate::format::satcat::{ObjectType, RcsSize, SatcatEntry};
use crate::report::cdm::{Known, Screened, message};
use crate::ssa::conjunction::Conjunction;
use crate::ssa::conjunction::assessment::{CombinedRadius, assess_sized, uncomputed};
use crate::ssa::conjunction::received::{Designators, Received, given, receive};
use crate::ssa::covariance::{self, Covariance};
use crate::store::Store;
use crate::store::runs::Run;

/// Covariances by object.
pub type Given = HashMap<NoradId, Covariance>;

/// A file of conjunction messages.
#[derive(Clone, Debug, PartialEq)]
pub struct MessageFile {
    /// Its name.
    pub name: String,
    /// Its good messages.
    pub messages: Vec<Cdm>,
    /// Its bad ones, in words.
    pub refused: Vec<String>,
}

/// Reads a file of conjunction messages.
///
/// # Errors
/// The file cannot be read, or no message in it can be used.
pub fn read_messages(path: &Path) -> anyhow::Result<MessageFile> {
    let payload = file::read(path)?;
    let batch = read_cdm(&payload.locator, &payload.bytes, MAX_FILE_BYTES)?;
    let refused = batch.rejected.iter().map(ToString::to_string).collect();
    Ok(MessageFile { name: payload.locator, messages: batch.messages, refused })
}

/// Reads covariances of objects: TOML where the name ends so, else conjunction messages, of which the one made last counts.
/// Of an object that stands in several files the last one counts. One that no object of the store is goes into the log.
///
/// # Errors
/// A file cannot be read or does not hold what it should; an error of the disk.
pub fn read_covariances(paths: &[PathBuf], store: &Store) -> anyhow::Result<Given> {
    let mut covariances = Given::new();
    if paths.is_empty() {
        return Ok(covariances);
    }
    let designators = store.designators()?;
    for path in paths {
        if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("toml")) {
            let payload = file::read(path)?;
            let text =
                String::from_utf8(payload.bytes).with_context(|| format!("{} is no UTF-8 text", payload.locator))?;
            covariances.extend(covariance::given::read(&payload.locator, &text)?);
        } else {
            let mut messages = read_messages(path)?.messages;
            messages.sort_by_key(|cdm| cdm.creation_date);
            for message in &messages {
                let (known, unknown) = given(message, &designators);
                covariances.extend(known);
                for error in unknown {
                    tracing::warn!(file = %path.display(), "a covariance is of no object: {error}");
                }
            }
        }
    }
    Ok(covariances)
}

/// What the store knows of the objects of messages, read once for all of them.
#[derive(Debug)]
pub struct Lookup {
    designators: Designators,
    sizes: HashMap<NoradId, RcsSize>,
}

impl App {
    /// What the store knows of the objects of messages.
    ///
    /// # Errors
    /// An error of the disk.
    pub fn lookup(&self) -> anyhow::Result<Lookup> {
        Ok(Lookup { designators: self.store.designators()?, sizes: self.message_sizes(&|_, _| true)? })
    }

    /// The approach of a message with its assessment from the message's own covariances, and its radius where the message
    /// tells it, the program's otherwise.
    ///
    /// # Errors
    /// The message cannot be worked with, or an error of the disk.
    pub fn recomputed(&self, cdm: &Cdm, lookup: &Lookup) -> anyhow::Result<Conjunction> {
        let orientation = self.world.orientation.at(cdm.tca);
        let Received { conjunction, covariances } = receive(cdm, orientation, &lookup.designators)?;
        let size = match cdm.hard_body_radius_m() {
            Some(hbr_m) => CombinedRadius { hbr_m, source: format!("given: {} / {}", cdm.message_id, cdm.originator) },
            None => self.combined_radius(&conjunction, lookup)?,
        };
        let thresholds = self.config.conjunctions.thresholds();
        let assessment = match &covariances {
            [Some(one), Some(other)] => assess_sized(&conjunction, [one, other], size, &thresholds),
            _ => uncomputed(&conjunction, size, "no covariance in the message"),
        };
        Ok(Conjunction { assessment: Some(Arc::new(assessment)), ..conjunction })
    }

    /// What the program takes for the sizes of both objects.
    fn combined_radius(&self, conjunction: &Conjunction, lookup: &Lookup) -> anyhow::Result<CombinedRadius> {
        let radius = |id, name: &str| -> anyhow::Result<_> {
            let facts = self.store.object(id)?.unwrap_or_else(|| SatcatEntry::unknown(id, name));
            Ok(self.world.hard_bodies.radius(&facts, lookup.sizes.get(&id).copied()))
        };
        let one = radius(conjunction.primary_id, &conjunction.primary_name)?;
        let other = radius(conjunction.secondary_id, &conjunction.secondary_name)?;
        Ok(CombinedRadius::of(&one, &other))
    }

    /// Stored approaches of a run as messages, and in words those that cannot be told.
    ///
    /// Each is assessed again with the element sets that the run used, so that probability and covariance of a message
    /// belong together.
    ///
    /// # Errors
    /// An error of the disk.
    pub fn messages(
        &self,
        catalogue: &Catalogue,
        run: &Run,
        conjunctions: Vec<Conjunction>,
    ) -> anyhow::Result<(Vec<Cdm>, Vec<String>)> {
        let used = self.used(&conjunctions)?;
        let ids: HashSet<NoradId> = used.keys().copied().collect();
        let elements: Vec<Elements> = used.values().map(|(elements, _)| elements.clone()).collect();
        let assessor = self.assessor(&elements, &ids, Given::new())?;
        let kinds: HashMap<NoradId, _> =
            catalogue.entries.iter().map(|entry| (entry.elements.norad_id, entry.facts.object_type)).collect();
        let screened = screened(run);
        let (mut messages, mut left_out) = (Vec::new(), Vec::new());
        for conjunction in assessor.all(conjunctions) {
            let pair = [conjunction.primary_id, conjunction.secondary_id];
            let parties = assessor.parties(&conjunction);
            let (Some([one, other]), Some(assessment)) = (&parties, &conjunction.assessment) else {
                left_out.push(format!(
                    "{} and {} are left out: the element sets or ephemerides that the run used are not held.",
                    pair[0], pair[1]
                ));
                continue;
            };
            let known = |id: NoradId, covariance| {
                let (elements, origin) = used.get(&id)?;
                let object_type = kinds.get(&id).copied().unwrap_or(ObjectType::Unknown);
                Some(Known { elements, origin, object_type, covariance })
            };
            if let (Some(one), Some(other)) = (known(pair[0], &one.covariance), known(pair[1], &other.covariance)) {
                messages.push(message(&conjunction, assessment, [&one, &other], screened, catalogue.clock));
            }
        }
        Ok((messages, left_out))
    }

    /// The element sets that approaches were found with, by object, with the place they came from.
    fn used(&self, conjunctions: &[Conjunction]) -> anyhow::Result<HashMap<NoradId, (Elements, String)>> {
        let mut used = HashMap::new();
        for found in conjunctions {
            let ages = [(found.primary_id, found.primary_age_days), (found.secondary_id, found.secondary_age_days)];
            for (id, age_days) in ages {
                if used.contains_key(&id) {
                    continue;
                }
                let is_used = |elements: &Elements| (elements.age_days(found.tca) - age_days).abs() < SAME_EPOCH_DAYS;
                let held = self.store.history(id)?;
                if let Some((elements, source)) = held.into_iter().find(|(elements, _)| is_used(elements)) {
                    used.insert(id, (elements, source.locator.clone()));
                }
            }
        }
        Ok(used)
    }
}

/// Epochs that differ by less are the same: a tenth of a second.
const SAME_EPOCH_DAYS: f64 = 0.1 / 86_400.0;

/// What a run screened.
fn screened(run: &Run) -> Option<Screened> {
    let threshold_km = run.start.parameters["threshold_km"].as_f64()?;
    Some(Screened { window: run.start.window, threshold_km })
}
