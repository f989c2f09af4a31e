//! Who drifts by the satellites in the geostationary belt.

use std::collections::{BTreeMap, HashMap};

use anyhow::bail;

use super::catalogue::Catalogue;
use super::evidence::Slot;
use super::{App, World};
use crate::astro::elements::{Elements, NoradId};
use crate::astro::time::Window;
use crate::report::briefing::{GeoObject, GeoPart};
use crate::ssa::geo::{Neighbour, drift_deg_day, is_near_belt, longitudes_deg, neighbours};
use crate::ssa::nation::Nation;
use crate::ssa::progress::Progress;
use crate::store::catalogue::CatalogueEntry;

/// How near in longitude counts when nothing is said, degrees: about 740 km.
pub const USUAL_REACH_DEG: f64 = 1.0;

/// Longitudes for the drawing, at most so many a satellite.
const TRACK_POINTS: f64 = 48.0;

/// Whose neighbourhood, when and how wide.
#[derive(Clone, Debug)]
pub struct GeoRequest {
    /// When.
    pub window: Window,
    /// How near in longitude counts, degrees.
    pub reach_deg: f64,
    /// Whose: objects near the belt.
    pub assets: Vec<NoradId>,
}

impl World {
    /// The geostationary satellites of some nations that the roster lists and the catalogue has.
    #[must_use]
    pub fn geostationary(&self, catalogue: &Catalogue, nations: &[Nation]) -> Vec<NoradId> {
        let is_own = |id: NoradId| self.roster.by_id(id).is_some_and(|asset| nations.contains(&asset.nation));
        let own = catalogue.entries.iter().map(|entry| &entry.elements).filter(|set| is_own(set.norad_id));
        own.filter(|set| set.is_geostationary()).map(|set| set.norad_id).collect()
    }

    /// Who comes near some satellites of the belt.
    ///
    /// # Errors
    /// One of them is not near the belt, or cancelled by `progress`.
    pub fn geo(&self, catalogue: &Catalogue, request: &GeoRequest, progress: Progress<'_>) -> anyhow::Result<GeoPart> {
        let entries = catalogue.by_id();
        let mut own: Vec<&CatalogueEntry> = Vec::new();
        for id in &request.assets {
            match entries.get(id) {
                Some(entry) if is_near_belt(&entry.elements) => own.push(entry),
                Some(entry) => bail!("{} is not near the geostationary belt", entry.elements.name),
                None => bail!("no element set of NORAD {id} here"),
            }
        }
        let is_followed = |entry: &&CatalogueEntry| !own.is_empty() && is_near_belt(&entry.elements);
        let near: Vec<&CatalogueEntry> = catalogue.entries.iter().filter(is_followed).collect();
        let sets = |entries: &[&'_ CatalogueEntry]| -> Vec<Elements> {
            entries.iter().map(|entry| entry.elements.clone()).collect()
        };
        let (own_sets, near_sets) = (sets(&own), sets(&near));
        let (own_sets, near_sets): (Vec<&Elements>, Vec<&Elements>) =
            (own_sets.iter().collect(), near_sets.iter().collect());
        let GeoRequest { window, reach_deg, .. } = *request;
        let found = neighbours(&own_sets, &near_sets, window, reach_deg, &self.earth(), progress)?;
        // Only those that come near are told.
        let mut places: BTreeMap<usize, usize> = found.iter().map(|one| (one.object, 0)).collect();
        for (place, (_, of)) in places.iter_mut().enumerate() {
            *of = place;
        }
        let objects = places.keys().filter_map(|index| Some(self.geo_object(near.get(*index)?, window)));
        let renumbered =
            |one: Neighbour| Neighbour { object: places.get(&one.object).copied().unwrap_or_default(), ..one };
        Ok(GeoPart {
            window,
            reach_deg,
            assets: own.iter().map(|entry| self.geo_object(entry, window)).collect(),
            objects: objects.collect(),
            neighbours: found.into_iter().map(renumbered).collect(),
            near_belt: near.len(),
        })
    }

    fn geo_object(&self, entry: &CatalogueEntry, window: Window) -> GeoObject {
        let elements = &entry.elements;
        let step_s = (window.seconds() / TRACK_POINTS).max(1.0);
        GeoObject {
            norad_id: elements.norad_id,
            name: elements.name.clone(),
            nation: self.nation_of(entry),
            age_days: elements.age_days(window.start),
            drift_deg_day: drift_deg_day(elements, window.start, &self.earth()),
            longitudes_deg: longitudes_deg(elements, window, step_s, &self.earth()),
            followed_days: 0.0,
            slot_change: None,
        }
    }
}

impl App {
    /// Adds to the satellites and their neighbours the last change of slot that the store's element sets show.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn add_slot_changes(&self, part: &mut GeoPart) -> anyhow::Result<()> {
        let slots = followed(part).iter().map(|id| self.slot(*id, &|_, _| true)).collect::<anyhow::Result<Vec<_>>>()?;
        put_slots(part, &slots);
        Ok(())
    }
}

/// The satellites and their neighbours, by number.
pub(super) fn followed(part: &GeoPart) -> Vec<NoradId> {
    let mut ids: Vec<NoradId> = part.assets.iter().chain(&part.objects).map(|object| object.norad_id).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// Puts what is known of slots to the objects that it is about.
pub(super) fn put_slots(part: &mut GeoPart, slots: &[Slot]) {
    let known: HashMap<NoradId, &Slot> = slots.iter().map(|slot| (slot.norad_id, slot)).collect();
    for object in part.assets.iter_mut().chain(&mut part.objects) {
        if let Some(Slot { days, change, .. }) = known.get(&object.norad_id) {
            (object.followed_days, object.slot_change) = (*days, *change);
        }
    }
}
