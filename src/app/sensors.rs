//! What ground sensors could observe: one satellite, the objects of a conjunction, all that cross a place.

use std::collections::BTreeSet;

use anyhow::{Context, bail};
use chrono::{DateTime, Utc};

use super::{App, World};
use crate::astro::elements::{Elements, NoradId};
use crate::astro::time::Window;
use crate::ssa::conjunction::Conjunction;
use crate::ssa::custody::{Custody, Observation, ObservationSearch, custody};
use crate::ssa::ground_sensor::GroundSensor;
use crate::ssa::overflight::{OverflightSearch, Target};
use crate::ssa::place::Region;
use crate::ssa::progress::{Cancelled, Progress};
use crate::ssa::roster::Nation;
use crate::ssa::tally::Tally;
use crate::store::conjunctions::ConjunctionFilter;

impl World {
    /// What some sensors could observe of some objects.
    ///
    /// # Errors
    /// [`Cancelled`] when `progress` asks to stop.
    pub fn observations(
        &self,
        sensors: &[GroundSensor],
        objects: &[Elements],
        window: Window,
        progress: Progress<'_>,
    ) -> Result<(Vec<Observation>, Tally), Cancelled> {
        ObservationSearch { sensors, window, orientation: self.earth() }.run(objects, progress)
    }

    /// Which objects that cross a region during a window the sensors of some nations could observe in it.
    ///
    /// # Errors
    /// [`Cancelled`] when `progress` asks to stop.
    pub fn custody(
        &self,
        region: &Region,
        nations: &[Nation],
        objects: &[Elements],
        window: Window,
        progress: Progress<'_>,
    ) -> Result<(Custody, Tally), Cancelled> {
        let over = OverflightSearch::new(Target::Beneath(region), window, self.earth());
        let (overflights, _) = over.run(objects, &|share| progress(0.3 * share))?;
        let crossing: BTreeSet<NoradId> = overflights.iter().map(|overflight| overflight.norad_id).collect();
        let crossers: Vec<Elements> = objects.iter().filter(|one| crossing.contains(&one.norad_id)).cloned().collect();
        let sensors = self.sensors.of_nations(nations);
        let (observations, tally) =
            self.observations(&sensors, &crossers, window, &|share| progress(0.3 + 0.7 * share))?;
        Ok((custody(nations, &sensors, &crossing, &observations, window.seconds()), tally))
    }
}

impl App {
    /// The conjunction that a person named: the next one after `clock` of two objects, `ID,ID`, among those of the latest
    /// screening.
    ///
    /// # Errors
    /// Not two catalogue numbers, no such conjunction, or the store cannot be read.
    pub fn event(&self, text: &str, clock: DateTime<Utc>) -> anyhow::Result<Conjunction> {
        let ids: Vec<NoradId> = text
            .split(',')
            .map(|part| part.parse().with_context(|| format!("\"{text}\" is no event: expected two numbers, ID,ID")))
            .collect::<Result<_, _>>()?;
        let &[one, other] = &ids[..] else { bail!("\"{text}\" is no event: expected two numbers, ID,ID") };
        let filter = ConjunctionFilter { from: Some(clock), sat: Some(one), ..ConjunctionFilter::default() };
        let events = self.store.conjunctions(&filter)?;
        let is_meant = |event: &&Conjunction| [event.primary_id, event.secondary_id].contains(&other) && one != other;
        events.iter().find(is_meant).cloned().with_context(|| {
            format!(
                "no conjunction of {one} and {other} to come is stored in {}: `alliedsky conjunctions` lists them",
                self.database_name()
            )
        })
    }
}
