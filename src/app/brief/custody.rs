//! What the nations' ground sensors could observe: the objects that cross the regions, and those of conjunctions.

use std::collections::{BTreeMap, BTreeSet};

use super::BriefRequest;
use crate::app::World;
use crate::app::catalogue::Catalogue;
use crate::app::overfly::SMALL_CATALOGUE;
use crate::astro::elements::{Elements, NoradId};
use crate::astro::span::{Span, SpanSet};
use crate::astro::time::Window;
use crate::report::briefing::{CrossingObject, CustodyPart, EventChances};
use crate::ssa::conjunction::Conjunction;
use crate::ssa::custody::chances::chances;
use crate::ssa::custody::{Observation, custody};
use crate::ssa::ground_sensor::GroundSensor;
use crate::ssa::overflight::{OverflightSearch, Target};
use crate::ssa::place::Region;
use crate::ssa::progress::{Cancelled, Progress};

/// The nearest conjunctions whose objects the sensors are asked about: in a large catalogue there are thousands.
const MOST_EVENTS: usize = 100;

impl World {
    /// Custody of what crosses the regions in the timelines' stretch, and the chances to observe the objects of the
    /// nearest conjunctions before their closest approach.
    ///
    /// Crossing objects are those that the table of overflights has, all of a small catalogue and the roster's of a large
    /// one, without the nations' own.
    pub(super) fn custody_part(
        &self,
        catalogue: &Catalogue,
        request: &BriefRequest,
        regions: &[Region],
        conjunctions: &[Conjunction],
        progress: Progress<'_>,
    ) -> Result<CustodyPart, Cancelled> {
        let sensors = self.sensors.of_nations(&request.nations);
        let day = Window { start: request.window.start, end: request.window.at(request.day_s()) };
        let crossing = self.crossing(catalogue, request, regions, day, &|share| progress(0.2 * share))?;
        let crossers = chosen(catalogue, |id| crossing.contains_key(&id));
        let (observed, _) = self.observations(&sensors, &crossers, day, &|share| progress(0.2 + 0.4 * share))?;
        let ids: BTreeSet<NoradId> = crossing.keys().copied().collect();
        let objects = self.crossing_objects(catalogue, request, &crossing, &sensors, &observed);
        let events = self.events(catalogue, request, conjunctions, &sensors, &|share| progress(0.6 + 0.4 * share))?;
        Ok(CustodyPart {
            figures: custody(&request.nations, &sensors, &ids, &observed, day.seconds()),
            roster_alone: catalogue.entries.len() > SMALL_CATALOGUE,
            sensors,
            objects,
            events,
        })
    }

    /// The first crossing of any of the regions by each object that is not one of the nations' own.
    fn crossing(
        &self,
        catalogue: &Catalogue,
        request: &BriefRequest,
        regions: &[Region],
        day: Window,
        progress: Progress<'_>,
    ) -> Result<BTreeMap<NoradId, Window>, Cancelled> {
        let is_large = catalogue.entries.len() > SMALL_CATALOGUE;
        let others: Vec<Elements> = catalogue
            .entries
            .iter()
            .filter(|entry| !self.nation_of(entry).is_some_and(|nation| request.nations.contains(&nation)))
            .filter(|entry| !is_large || self.roster.by_id(entry.elements.norad_id).is_some())
            .map(|entry| entry.elements.clone())
            .collect();
        let search = |region| OverflightSearch::new(Target::Beneath(region), day, self.earth());
        let searches: Vec<_> = regions.iter().map(search).collect();
        let (found, _) = OverflightSearch::run_all(&searches, &others, progress)?;
        let mut first: BTreeMap<NoradId, Window> = BTreeMap::new();
        for overflight in (0..found.places()).flat_map(|place| found.of_place(place)) {
            let crosses = Window { start: overflight.start, end: overflight.end };
            let known = first.entry(overflight.norad_id).or_insert(crosses);
            if crosses.start < known.start {
                *known = crosses;
            }
        }
        Ok(first)
    }

    fn crossing_objects(
        &self,
        catalogue: &Catalogue,
        request: &BriefRequest,
        crossing: &BTreeMap<NoradId, Window>,
        sensors: &[GroundSensor],
        observed: &[Observation],
    ) -> Vec<CrossingObject> {
        let (entries, by_object) = (catalogue.by_id(), by_object(observed));
        let day_s = request.day_s();
        let object = |(&norad_id, &crosses): (&NoradId, &Window)| {
            let entry = entries.get(&norad_id)?;
            let own = by_object.get(&norad_id).map_or(&[][..], Vec::as_slice);
            let chances = chances(&request.nations, sensors, own, day_s);
            let observed = SpanSet::union_of(chances.iter().map(|chances| &chances.observed));
            let gaps = observed.gaps(day_s);
            Some(CrossingObject {
                norad_id,
                name: entry.elements.name.clone(),
                nation: self.nation_of(entry),
                crosses,
                longest_unobserved_s: gaps.as_slice().iter().map(Span::seconds).fold(0.0, f64::max),
                chances,
            })
        };
        crossing.iter().filter_map(object).collect()
    }

    /// The chances with the two objects of each of the nearest conjunctions, by time.
    fn events(
        &self,
        catalogue: &Catalogue,
        request: &BriefRequest,
        conjunctions: &[Conjunction],
        sensors: &[GroundSensor],
        progress: Progress<'_>,
    ) -> Result<Vec<EventChances>, Cancelled> {
        let mut nearest: Vec<usize> = (0..conjunctions.len()).collect();
        nearest.sort_by(|&a, &b| conjunctions[a].miss_km.total_cmp(&conjunctions[b].miss_km).then(a.cmp(&b)));
        nearest.truncate(MOST_EVENTS);
        nearest.sort_unstable();
        let pair = |event: &usize| [conjunctions[*event].primary_id, conjunctions[*event].secondary_id];
        let ids: BTreeSet<NoradId> = nearest.iter().flat_map(pair).collect();
        let objects = chosen(catalogue, |id| ids.contains(&id));
        let (observed, _) = self.observations(sensors, &objects, request.window, progress)?;
        let by_object = by_object(&observed);
        let of_event = |&event: &usize| {
            let before_s = (conjunctions[event].tca - request.window.start).as_seconds_f64();
            pair(&event).map(|object| {
                let own = by_object.get(&object).map_or(&[][..], Vec::as_slice);
                EventChances { event, object, chances: chances(&request.nations, sensors, own, before_s) }
            })
        };
        Ok(nearest.iter().flat_map(of_event).collect())
    }
}

fn by_object(observed: &[Observation]) -> BTreeMap<NoradId, Vec<&Observation>> {
    let mut by_object: BTreeMap<NoradId, Vec<&Observation>> = BTreeMap::new();
    for one in observed {
        by_object.entry(one.norad_id).or_default().push(one);
    }
    by_object
}

/// The element sets of some objects.
fn chosen(catalogue: &Catalogue, wanted: impl Fn(NoradId) -> bool) -> Vec<Elements> {
    let entries = catalogue.entries.iter().filter(|entry| wanted(entry.elements.norad_id));
    entries.map(|entry| entry.elements.clone()).collect()
}
