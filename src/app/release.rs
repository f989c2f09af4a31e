//! What of all this may go to a recipient: as if the rest had never been written down.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};

use super::catalogue::Catalogue;
use super::ephemerides::Configured;
use super::{App, World};
use crate::astro::elements::NoradId;
use crate::format::satcat::SatcatEntry;
use crate::report::briefing::Marking;
use crate::ssa::conjunction::completeness::{Known, known_on_orbit};
use crate::ssa::nation::Nation;
use crate::ssa::release::Release;
use crate::store::catalogue::{CatalogueFilter, SourceKind, SourceRecord};

/// A world and a catalogue that may go to someone, and the marking that what is made of them carries.
#[derive(Debug)]
pub struct Releasable {
    /// Roster, places and ground sensors.
    pub world: World,
    /// Element sets.
    pub catalogue: Catalogue,
    /// The marking, with the number of items withheld.
    pub marking: Marking,
    /// What the satellite catalogues that may have their share in it know to be on orbit; `None` without one.
    pub(super) on_orbit: Option<Known>,
    /// Which sources may have their share in it.
    clearance: Clearance,
}

/// Whose element sets may have a share in what goes to someone.
#[derive(Clone, Debug)]
struct Clearance {
    recipient: Option<Nation>,
    /// Sorts of source that may not.
    barred: Vec<SourceKind>,
    /// Objects of withheld assets: nothing that a person brought of them may.
    gone: Vec<NoradId>,
}

/// Sorts of source whose sets a person brought: those of a withheld asset go with it.
const BROUGHT: [SourceKind; 3] = [SourceKind::File, SourceKind::Stdin, SourceKind::Inbox];

impl Releasable {
    /// Whether a source's sets of an object may have a share in it.
    pub(super) fn allows(&self, id: NoradId, source: &SourceRecord) -> bool {
        self.clearance.allows(id, source)
    }
}

impl Clearance {
    fn allows(&self, id: NoradId, source: &SourceRecord) -> bool {
        let Self { recipient, barred, gone } = self;
        let Some(nation) = *recipient else { return true };
        source.release.as_ref().is_none_or(|release| release.allows(nation))
            && !barred.contains(&source.kind)
            && !(gone.contains(&id) && BROUGHT.contains(&source.kind))
    }
}

impl App {
    /// What may go to a recipient, or all there is, with its marking.
    ///
    /// A withheld asset leaves nothing behind: neither its row nor the element sets that a person brought for it. What
    /// a public source says of the same object stays, as that of an object which no roster knows. What a source brings
    /// goes by the marking that the configuration gives its sort, and by the one that its file was imported with.
    ///
    /// # Errors
    /// The store cannot be read, or holds no element sets for the recipient.
    pub fn releasable(&self, recipient: Option<Nation>) -> anyhow::Result<Releasable> {
        self.releasable_at(recipient, self.clock()?)
    }

    /// The same with another time taken for now.
    ///
    /// # Errors
    /// As [`App::releasable`].
    pub(super) fn releasable_at(&self, recipient: Option<Nation>, clock: DateTime<Utc>) -> anyhow::Result<Releasable> {
        let allowed = |release: &Release| recipient.is_none_or(|nation| release.allows(nation));
        let sources = self.sources();
        let barred: Vec<SourceKind> =
            sources.iter().filter(|(_, release)| !allowed(release)).map(|&(kind, _)| kind).collect();
        let (world, withheld) = self.world.released_to(recipient);
        let kept: HashSet<NoradId> = world.roster.assets().iter().filter_map(|asset| asset.norad_id).collect();
        let gone: Vec<NoradId> = self
            .world
            .roster
            .assets()
            .iter()
            .filter(|asset| !allowed(&asset.release))
            .filter_map(|asset| asset.norad_id)
            .filter(|id| !kept.contains(id))
            .collect();
        let filter = CatalogueFilter { without: barred.clone(), recipient, ..CatalogueFilter::default() };
        let mut entries = self.store.current_elements(&filter)?;
        if !gone.is_empty() {
            let without = barred.iter().copied().chain(BROUGHT).collect();
            let public = self.store.current_elements(&CatalogueFilter { ids: gone.clone(), without, ..filter })?;
            entries.retain(|entry| !gone.contains(&entry.elements.norad_id));
            entries.extend(public);
            entries.sort_by_key(|entry| entry.elements.norad_id);
        }
        let assets = world.roster.assets().iter().map(|asset| &asset.release);
        let sites = world.sites.all().iter().map(|site| &site.release);
        let sensors = world.sensors.all().iter().map(|sensor| &sensor.release);
        let used = sources.iter().filter(|(kind, _)| !barred.contains(kind)).map(|&(_, release)| release);
        let files = self.store.releases()?;
        let (given, held): (Vec<&Release>, Vec<&Release>) = files.iter().partition(|release| allowed(release));
        let marking = Marking {
            text: Release::common(assets.chain(sites).chain(sensors).chain(used).chain(given)).marking(),
            recipient,
            withheld: withheld + barred.len() + held.len(),
        };
        let clearance = Clearance { recipient, barred, gone };
        let on_orbit = if recipient.is_none() {
            known_on_orbit(self.store.facts()?.values())
        } else {
            let described = self.store.described()?;
            let given = |id: NoradId| described.get(&id).filter(|(_, source)| clearance.allows(id, source));
            for entry in &mut entries {
                let id = entry.elements.norad_id;
                let unknown = || SatcatEntry::unknown(id, &entry.elements.name);
                entry.facts = given(id).map_or_else(unknown, |(facts, _)| facts.clone());
            }
            known_on_orbit(described.keys().filter_map(|id| Some(&given(*id)?.0)))
        };
        if let (true, Some(nation)) = (entries.is_empty(), recipient) {
            self.refuse_withheld(nation)?;
        }
        let catalogue = self.catalogue_at(entries, clock)?;
        Ok(Releasable { world, catalogue, marking, on_orbit, clearance })
    }

    /// The sources that the configuration marks, by sort.
    fn sources(&self) -> Vec<(SourceKind, &Release)> {
        vec![
            (SourceKind::CelesTrak, &self.config.celestrak.release),
            (SourceKind::SpaceTrack, &self.config.space_track.release),
            (SourceKind::Inbox, &self.config.inbox.release),
        ]
    }
}

impl World {
    /// What of it may go to a recipient, and how many items are withheld.
    fn released_to(&self, recipient: Option<Nation>) -> (Self, usize) {
        let all = || (self.roster.clone(), self.sites.clone(), self.sensors.clone(), 0);
        let (roster, sites, sensors, withheld) = recipient.map_or_else(all, |nation| {
            let (roster, assets) = self.roster.for_recipient(nation);
            let (sites, places) = self.sites.for_recipient(nation);
            let (sensors, ground) = self.sensors.for_recipient(nation);
            (roster, sites, sensors, assets + places + ground)
        });
        let world = Self {
            roster,
            sites,
            sensors,
            hard_bodies: recipient.map_or_else(|| self.hard_bodies.clone(), |_| self.hard_bodies.bundled_alone()),
            covariances: recipient.map_or_else(|| self.covariances.clone(), |_| HashMap::new()),
            ephemerides: recipient.map_or_else(|| self.ephemerides.clone(), |_| Configured::default()),
            regions: self.regions.clone(),
            orientation: self.orientation.clone(),
            orientation_note: self.orientation_note.clone(),
        };
        (world, withheld)
    }
}
