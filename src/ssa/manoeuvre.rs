//! A file of burns: TOML in, the orbits that they lead through out.
//!
//! ```toml
//! [[burn]]
//! norad_id = 39766
//! time = "2026-09-06T21:30:00Z"
//! delta_v_rtn_m_s = [0.0, 0.05, 0.0]
//! ```

use std::collections::{BTreeMap, HashSet};

use chrono::{DateTime, Utc};
use nalgebra::Vector3;
use serde::Deserialize;

use super::conjunction::Conjunction;
use super::conjunction::screen::branches::{Branch, Met, screen_branches, turned};
use super::conjunction::screen::{ScreenRequest, Screening, screen};
use super::entry::{self, EntryError, in_range};
use super::progress::{Cancelled, Progress};
use crate::astro::burn::{Burn, BurnError};
use crate::astro::elements::{Elements, NoradId};
use crate::astro::time::Window;

/// Larger burns in m/s are mistakes of unit: more than any satellite carries.
const MOST_M_S: f64 = 5000.0;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    norad_id: NoradId,
    time: DateTime<Utc>,
    delta_v_rtn_m_s: [f64; 3],
    #[serde(default)]
    #[expect(dead_code, reason = "a word for people, read so that it is no unknown field")]
    name: String,
}

/// The burns of each object, in order of time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Manoeuvres {
    burns: BTreeMap<NoradId, Vec<Burn>>,
}

/// Why burns lead nowhere.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ManoeuvreError {
    /// The object is on a trajectory that its operator gives.
    #[error("NORAD {0} is on an operator's ephemeris, which holds its burns: give a new one, or leave it out")]
    OnEphemeris(NoradId),
    /// The object is not in the catalogue.
    #[error("no element set of NORAD {0} to burn from")]
    Unknown(NoradId),
    /// A burn is made before the element set's epoch.
    #[error(
        "burn of NORAD {norad_id} at {time} lies before the epoch {epoch} of its element set, which holds the orbit after \
         it: burn later, or import the set before"
    )]
    Past {
        /// Whose.
        norad_id: NoradId,
        /// When.
        time: DateTime<Utc>,
        /// The element set's epoch.
        epoch: DateTime<Utc>,
    },
    /// Every burn lies behind the window's end.
    #[error("every burn lies behind the window, which ends at {0}, and would change nothing: look farther ahead")]
    Late(DateTime<Utc>),
    /// A burn cannot be made.
    #[error("burn of NORAD {norad_id} at {time}: {error}")]
    Burn {
        /// Whose.
        norad_id: NoradId,
        /// When.
        time: DateTime<Utc>,
        /// Why not.
        error: BurnError,
    },
    /// Whoever watches the progress asked to stop.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

impl Manoeuvres {
    /// Reads a file.
    ///
    /// # Errors
    /// The first mistake, with its entry and field; a file without a burn; two burns of an object at one time.
    pub fn parse(file: &str, text: &str) -> Result<Self, EntryError> {
        let mut table = entry::table(file, text, &["burn"])?;
        let mut burns: BTreeMap<NoradId, Vec<Burn>> = BTreeMap::new();
        for row in entry::list::<Row>(file, "burn", &mut table)? {
            let refuse = |problem: String| EntryError::new(file, &row.label, problem);
            for component in row.value.delta_v_rtn_m_s {
                in_range("delta_v_rtn_m_s", component, -MOST_M_S, MOST_M_S).map_err(refuse)?;
            }
            let burn = Burn { time: row.value.time, delta_v_rtn_m_s: Vector3::from(row.value.delta_v_rtn_m_s) };
            let own = burns.entry(row.value.norad_id).or_default();
            if own.iter().any(|other| other.time == burn.time) {
                return Err(refuse(format!("a second burn of {} at {}", row.value.norad_id, burn.time)));
            }
            own.push(burn);
        }
        if burns.is_empty() {
            return Err(EntryError::new(file, "the file", "holds no burn: expected [[burn]]"));
        }
        for own in burns.values_mut() {
            own.sort_by_key(|burn| burn.time);
        }
        Ok(Self { burns })
    }

    /// Whose orbits change.
    pub fn ids(&self) -> impl Iterator<Item = NoradId> {
        self.burns.keys().copied()
    }

    /// Number of burns that are made before a window ends, and of all.
    #[must_use]
    pub fn counts(&self, window: Window) -> (usize, usize) {
        let all = || self.burns.values().flatten();
        (all().filter(|burn| burn.time < window.end).count(), all().count())
    }

    /// The orbits of every object that burns, one after another: the catalogue's up to its first burn, then each burn's up
    /// to the next. Burns before the window are made too, and those after it count for nothing.
    ///
    /// # Errors
    /// See [`ManoeuvreError`].
    pub fn branches<'a>(&self, catalogue: &'a [Elements], window: Window) -> Result<Vec<Branch<'a>>, ManoeuvreError> {
        if self.counts(window).0 == 0 {
            return Err(ManoeuvreError::Late(window.end));
        }
        let mut branches = Vec::new();
        for (&norad_id, burns) in &self.burns {
            let origin = catalogue
                .iter()
                .find(|elements| elements.norad_id == norad_id)
                .ok_or(ManoeuvreError::Unknown(norad_id))?;
            if let Some(burn) = burns.iter().find(|burn| burn.time < origin.epoch) {
                return Err(ManoeuvreError::Past { norad_id, time: burn.time, epoch: origin.epoch });
            }
            let mut start = window.start;
            let mut elements = origin.clone();
            for burn in burns.iter().take_while(|burn| burn.time < window.end) {
                let after = burn.applied_to(&elements).map_err(|error| ManoeuvreError::Burn {
                    norad_id,
                    time: burn.time,
                    error,
                })?;
                let before = std::mem::replace(&mut elements, after);
                if burn.time > window.start {
                    branches.push(Branch { elements: before, origin, stretch: Window { start, end: burn.time } });
                    start = burn.time;
                }
            }
            branches.push(Branch { elements, origin, stretch: Window { start, end: window.end } });
        }
        Ok(branches)
    }

    /// Screens a catalogue whose objects burn: as [`screen`] does, with the orbits before and after each burn in place of
    /// the catalogue's.
    ///
    /// # Errors
    /// See [`ManoeuvreError`].
    pub fn screen(
        &self,
        catalogue: &[Elements],
        request: &ScreenRequest,
        progress: Progress<'_>,
    ) -> Result<Screening, ManoeuvreError> {
        if let Some(id) = self.ids().find(|id| request.trajectories.contains_key(id)) {
            return Err(ManoeuvreError::OnEphemeris(id));
        }
        let branches = self.branches(catalogue, request.window)?;
        let ids: HashSet<NoradId> = self.ids().collect();
        let still: Vec<Elements> =
            catalogue.iter().filter(|elements| !ids.contains(&elements.norad_id)).cloned().collect();
        let mut found = screen(&still, request, &|share| progress(0.5 * share))?;
        let burnt = screen_branches(catalogue, &branches, request, &|share| progress(0.5 + 0.5 * share))?;
        let is_chosen = |id: NoradId| request.primaries.as_ref().is_some_and(|chosen| chosen.contains(&id));
        let met = (0..burnt.len()).filter_map(|index| burnt.met(index)).map(|Met { conjunction, .. }| conjunction);
        let wanted =
            met.filter(|one| request.primaries.is_none() || is_chosen(one.primary_id) || is_chosen(one.secondary_id));
        found.conjunctions.extend(wanted.map(|one| match (is_chosen(one.primary_id), is_chosen(one.secondary_id)) {
            (true, false) => one,
            (false, true) => turned(one),
            _ if one.primary_id > one.secondary_id => turned(one),
            _ => one,
        }));
        let order = |one: &Conjunction| (one.tca, one.primary_id, one.secondary_id);
        found.conjunctions.sort_by_key(order);
        found.tally.objects = catalogue.len();
        for (branch, error) in &burnt.unusable {
            found.tally.unusable.insert(branches[*branch].elements.norad_id, *error);
        }
        for (branch, error) in &burnt.lost {
            found.tally.lost.insert(branches[*branch].elements.norad_id, *error);
        }
        Ok(found)
    }
}
