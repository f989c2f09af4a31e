//! Our conjunctions beside another list.

use std::collections::HashMap;
use std::path::Path;

use anyhow::Context;
use chrono::TimeDelta;
use serde_json::Value;

use super::App;
use super::catalogue::Catalogue;
use super::messages::Given;
use super::primaries::Primaries;
use crate::astro::elements::{Elements, NoradId};
use crate::astro::time::Window;
use crate::feed::file;
use crate::format::cdm_public::{CdmPublic, read_cdm_public};
use crate::format::socrates::{SocratesRow, read_socrates};
use crate::format::{Kind, MAX_FILE_BYTES, detect, unpack};
use crate::ssa::conjunction::Conjunction;
use crate::ssa::conjunction::compare::{Author, Compared, Listed, OurSide, compare};
use crate::ssa::conjunction::scope::Reason;
use crate::ssa::conjunction::screen::{ScreenRequest, screen};
use crate::ssa::progress::Progress;
use crate::store::conjunctions::ConjunctionFilter;
use crate::store::runs::Run;

/// Another list.
#[derive(Clone, Debug, PartialEq)]
pub struct List {
    /// Whose it is.
    pub author: Author,
    /// Its approaches; of messages on one approach the last one made.
    pub listed: Vec<Listed>,
    /// Number of rows that could not be used.
    pub refused: usize,
}

/// What the list is held against.
pub enum Against<'a> {
    /// What a run has stored.
    Run(&'a Run),
    /// A screening of the current element sets over the list's time, below its greatest distance.
    Fresh(Progress<'a>),
}

impl std::fmt::Debug for Against<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Run(_) => "Run",
            Self::Fresh(_) => "Fresh",
        })
    }
}

/// Both lists beside each other.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// Pair by pair.
    pub compared: Vec<Compared>,
    /// Our approaches.
    pub ours: Vec<Conjunction>,
    /// The time that was screened.
    pub window: Window,
    /// Below which distance, km.
    pub threshold_km: f64,
}

/// Reads a list: Space-Track's public messages as JSON, else SOCRATES' CSV.
///
/// # Errors
/// The file cannot be read, or is neither.
pub fn read_list(path: &Path) -> anyhow::Result<List> {
    let payload = file::read(path)?;
    let name = payload.locator.as_str();
    let unpacked = unpack(&payload.bytes, MAX_FILE_BYTES).with_context(|| format!("unpacking {name}"))?;
    Ok(if detect(&unpacked) == Kind::CdmPublic {
        let batch = read_cdm_public(name, &unpacked, MAX_FILE_BYTES)?;
        let listed = latest(batch.messages).map(of_message).collect();
        List { author: Author::PublicMessages, listed, refused: batch.rejected_count }
    } else {
        let batch = read_socrates(name, &unpacked, MAX_FILE_BYTES)?;
        let listed = batch.rows.into_iter().map(of_row).collect();
        List { author: Author::Socrates, listed, refused: batch.rejected_count }
    })
}

/// Messages on one approach, whose time they put within these of each other.
const SAME_APPROACH: TimeDelta = TimeDelta::minutes(10);

/// Of messages on one approach the last one made, by time of closest approach.
fn latest(mut messages: Vec<CdmPublic>) -> impl Iterator<Item = CdmPublic> {
    messages.sort_by_key(|message| std::cmp::Reverse(message.cdm_id));
    let mut kept: Vec<CdmPublic> = Vec::new();
    let mut by_pair: HashMap<[NoradId; 2], Vec<usize>> = HashMap::new();
    for message in messages {
        let mut pair = [message.sat1.norad_id, message.sat2.norad_id];
        pair.sort_unstable();
        let known = by_pair.entry(pair).or_default();
        if known.iter().all(|index| (kept[*index].tca - message.tca).abs() > SAME_APPROACH) {
            known.push(kept.len());
            kept.push(message);
        }
    }
    kept.sort_by_key(|message| (message.tca, message.cdm_id));
    kept.into_iter()
}

fn of_message(message: CdmPublic) -> Listed {
    Listed {
        ids: [message.sat1.norad_id, message.sat2.norad_id],
        names: [message.sat1.name, message.sat2.name],
        tca: message.tca,
        miss_km: message.miss_km,
        pc: message.pc,
        ages_days: [None, None],
    }
}

fn of_row(row: SocratesRow) -> Listed {
    let [one, other] = row.objects;
    Listed {
        ids: [one.norad_id, other.norad_id],
        ages_days: [one.days_since_epoch, other.days_since_epoch],
        names: [one.name, other.name],
        tca: row.tca,
        miss_km: row.miss_km,
        pc: row.pc_max,
    }
}

/// Wider than this no list looks, km.
const MOST_KM: f64 = 20.0;

impl App {
    /// Puts what a run has stored, or a fresh screening finds, beside a list.
    ///
    /// # Errors
    /// An error of the disk, or cancelled by the screening's progress.
    pub fn comparison(&self, catalogue: &Catalogue, list: &List, against: Against<'_>) -> anyhow::Result<Comparison> {
        let sets = catalogue.elements();
        let (mut primaries, mut without_fleets) = (None, false);
        let (window, threshold_km, ours) = match against {
            Against::Run(run) => {
                let parameters = &run.start.parameters;
                let threshold_km = parameters["threshold_km"].as_f64().unwrap_or(f64::INFINITY);
                let Ok(choice) = parameters["primaries"].as_str().unwrap_or("all").parse();
                // Words whose objects have gone since say no more whom the run was about.
                primaries = self.primaries(&choice, &sets).ok().flatten();
                let reasons = parameters["drop"].as_array().into_iter().flatten();
                without_fleets = reasons.filter_map(Value::as_str).any(|word| word == Reason::Constellation.as_str());
                (run.start.window, threshold_km, self.store.conjunctions(&ConjunctionFilter::default())?)
            }
            Against::Fresh(progress) => {
                let (window, threshold_km) = extent(&list.listed);
                let found = screen(&sets, &ScreenRequest::new(window, threshold_km), progress)?.conjunctions;
                let ids = found.iter().flat_map(|found| [found.primary_id, found.secondary_id]).collect();
                (window, threshold_km, self.assessor(&sets, &ids, Given::new())?.all(found))
            }
        };
        let elements: HashMap<NoradId, &Elements> = sets.iter().map(|set| (set.norad_id, set)).collect();
        let payloads = self.primaries(&Primaries::Payloads, &sets)?.unwrap_or_default();
        let (elements, payloads, primaries) = (&elements, &payloads, primaries.as_ref());
        let side = OurSide { found: &ours, window, threshold_km, elements, payloads, primaries, without_fleets };
        let compared = compare(list.author, &side, &list.listed);
        Ok(Comparison { compared, ours, window, threshold_km })
    }
}

/// The time of a list with a minute on either side, and its greatest distance, km.
fn extent(listed: &[Listed]) -> (Window, f64) {
    let tcas = || listed.iter().map(|listed| listed.tca);
    let start = tcas().min().unwrap_or_default() - TimeDelta::minutes(1);
    let end = tcas().max().unwrap_or_default() + TimeDelta::minutes(1);
    let farthest_km = listed.iter().map(|listed| listed.miss_km).fold(0.1, f64::max);
    (Window::new(start, end - start), farthest_km.min(MOST_KM))
}
