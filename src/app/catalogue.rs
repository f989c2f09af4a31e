//! The element sets that a command works on, and what to say of them.

use std::collections::HashMap;

use anyhow::bail;
use chrono::{DateTime, Utc};

use super::{App, World};
use crate::astro::elements::{Elements, NoradId};
use crate::ssa::nation::Nation;
use crate::ssa::roster::Mission;
use crate::ssa::suggest;
use crate::store::catalogue::{CatalogueEntry, CatalogueFilter};

/// The current catalogue with its clock and the words that go under every answer made from it.
#[derive(Debug)]
pub struct Catalogue {
    /// Every object's newest element set, by catalogue number.
    pub entries: Vec<CatalogueEntry>,
    /// The time taken for now.
    pub clock: DateTime<Utc>,
    /// Where the sets come from and how old they are.
    pub notes: Vec<String>,
}

impl App {
    /// The current catalogue.
    ///
    /// # Errors
    /// The store cannot be read, or holds no element sets.
    pub fn catalogue(&self) -> anyhow::Result<Catalogue> {
        self.catalogue_of(self.store.current_elements(&CatalogueFilter::default())?)
    }

    /// Some of the current element sets as a catalogue.
    ///
    /// # Errors
    /// There are none, or the store cannot be read.
    pub fn catalogue_of(&self, entries: Vec<CatalogueEntry>) -> anyhow::Result<Catalogue> {
        self.catalogue_at(entries, self.clock()?)
    }

    /// The same with another time taken for now.
    ///
    /// # Errors
    /// There are none, or the store cannot be read.
    pub(super) fn catalogue_at(&self, entries: Vec<CatalogueEntry>, clock: DateTime<Utc>) -> anyhow::Result<Catalogue> {
        if entries.is_empty() {
            bail!(
                "the database {} holds no element sets: `alliedsky import FILE` brings some in, \
                 `alliedsky run --bundled` fills it from the bundled snapshot",
                self.database_name()
            );
        }
        let mut notes = Vec::new();
        notes.push(self.origin_note(entries.len())?);
        notes.push(format!(
            "Clock {}; {}.",
            crate::report::zone::clock_time(clock),
            age_text(entries.iter().map(|entry| &entry.elements), clock)
        ));
        notes.push(format!("{}.", self.world.orientation_note));
        Ok(Catalogue { entries, clock, notes })
    }

    /// Refuses a catalogue for a recipient of which nothing may go to it, where there is one: that is no empty database.
    ///
    /// # Errors
    /// There are element sets, and all of them are withheld; the store cannot be read.
    pub(super) fn refuse_withheld(&self, recipient: Nation) -> anyhow::Result<()> {
        let objects = self.store.status()?.current_objects;
        if objects > 0 {
            bail!(
                "the database {} holds element sets of {objects} objects, and all of them are withheld from {}: none is \
                 marked for it. `alliedsky import --release MARKING FILE` marks those of a file anew, `release` in the \
                 configuration those of a source",
                self.database_name(),
                recipient.alpha3()
            );
        }
        Ok(())
    }

    /// The database as messages call it.
    #[must_use]
    pub fn database_name(&self) -> String {
        self.database.as_ref().map_or_else(|| "in memory".to_owned(), |path| path.display().to_string())
    }

    fn origin_note(&self, count: usize) -> anyhow::Result<String> {
        Ok(match self.store.snapshot()? {
            Some(snapshot) => {
                let place = if self.database.is_none() { ", no database" } else { "" };
                format!(
                    "From the bundled snapshot \"{}\" ({count} objects{place}), not from current data.",
                    snapshot.name
                )
            }
            None => format!("From {} ({count} objects).", self.database_name()),
        })
    }
}

impl World {
    /// Whose object it is: by the roster, else by the satellite catalogue.
    #[must_use]
    pub fn nation_of(&self, entry: &CatalogueEntry) -> Option<Nation> {
        let by_roster = self.roster.by_id(entry.elements.norad_id).map(|asset| asset.nation);
        by_roster.or_else(|| Nation::from_satcat_owner(&entry.facts.owner))
    }

    /// What it is for, where the roster knows.
    #[must_use]
    pub fn mission_of(&self, id: NoradId) -> Option<Mission> {
        self.roster.by_id(id).map(|asset| asset.mission)
    }
}

/// `element sets 0.5 to 2.3 days old (median 0.8)`, at a time.
#[must_use]
pub fn age_text<'a>(elements: impl Iterator<Item = &'a Elements>, at: DateTime<Utc>) -> String {
    let mut ages: Vec<f64> = elements.map(|elements| elements.age_days(at)).collect();
    ages.sort_by(f64::total_cmp);
    match (ages.first(), ages.get(ages.len() / 2), ages.last()) {
        (Some(least), Some(median), Some(most)) => {
            format!("element sets {least:.1} to {most:.1} days old then (median {median:.1})")
        }
        _ => "no element sets".to_owned(),
    }
}

impl Catalogue {
    /// The element sets alone.
    #[must_use]
    pub fn elements(&self) -> Vec<Elements> {
        self.entries.iter().map(|entry| entry.elements.clone()).collect()
    }

    /// The entry of each object by catalogue number.
    #[must_use]
    pub fn by_id(&self) -> HashMap<NoradId, &CatalogueEntry> {
        self.entries.iter().map(|entry| (entry.elements.norad_id, entry)).collect()
    }

    /// The object that a person named: by catalogue number (Alpha-5 too) or by name.
    ///
    /// # Errors
    /// No such object; the message suggests names that are alike.
    pub fn find(&self, text: &str) -> anyhow::Result<&CatalogueEntry> {
        find(&self.entries, |entry| &entry.elements, text)
    }
}

/// The object among some that a person named.
///
/// # Errors
/// No such object, or a name that several objects share.
pub fn find<'a, T>(objects: &'a [T], elements: impl Fn(&T) -> &Elements, text: &str) -> anyhow::Result<&'a T> {
    if let Ok(id) = text.parse::<NoradId>() {
        if let Some(object) = objects.iter().find(|object| elements(object).norad_id == id) {
            return Ok(object);
        }
        if text.bytes().all(|byte| byte.is_ascii_digit()) {
            bail!("no element set of NORAD {id} here: `alliedsky catalog` lists what there is");
        }
    }
    let folded = suggest::folded(text);
    let same: Vec<&T> = objects.iter().filter(|object| matches(&elements(object).name, &folded)).collect();
    match same[..] {
        [only] => Ok(only),
        [] => {
            let names = suggest::nearest(text, objects.iter().map(|object| elements(object).name.as_str()));
            let hint = suggest::did_you_mean(&names);
            let hint =
                if hint.is_empty() { ": `alliedsky catalog --name PART` looks for parts of names" } else { &hint };
            bail!("unknown satellite \"{text}\"{hint}")
        }
        _ => {
            let alike = |object: &&T| format!("{} {}", elements(object).norad_id, elements(object).name);
            let mut names: Vec<String> = same.iter().take(5).map(alike).collect();
            if same.len() > names.len() {
                names.push("…".to_owned());
            }
            bail!("{} objects are called \"{text}\": name one by its number ({})", same.len(), names.join(", "))
        }
    }
}

/// Whether a name is meant: the whole of it, or the part before or inside brackets (`ISS (ZARYA)` is `iss` and `zarya`).
fn matches(name: &str, folded: &str) -> bool {
    suggest::folded(name) == *folded
        || name.split(['(', ')']).any(|part| !part.trim().is_empty() && suggest::folded(part.trim()) == *folded)
}
