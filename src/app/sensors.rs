//! What ground sensors could observe: one satellite, the objects of a conjunction, all that cross a place.

use std::collections::BTreeSet;

use anyhow::{Context, bail};
use chrono::{DateTime, Utc};

use super::{App, World};
use crate::astro::elements::{Elements, NoradId};
use crate::astro::time::Window;
use crate::report::zone::clock_time;
use crate::ssa::conjunction::Conjunction;
use crate::ssa::custody::{Custody, Observation, ObservationSearch, custody};
use crate::ssa::ground_sensor::GroundSensor;
use crate::ssa::nation::Nation;
use crate::ssa::overflight::{OverflightSearch, Target};
use crate::ssa::place::Region;
use crate::ssa::progress::{Cancelled, Progress};
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
        self.event_at(text, None, clock)
    }

    /// The same, or of all conjunctions of these two objects, past ones too, the one nearest to a time `at`.
    ///
    /// # Errors
    /// As [`Self::event`]; none within a quarter of a turn of `at`.
    pub fn event_at(&self, text: &str, at: Option<DateTime<Utc>>, clock: DateTime<Utc>) -> anyhow::Result<Conjunction> {
        let ids: Vec<NoradId> = text
            .split(',')
            .map(|part| part.parse().with_context(|| format!("\"{text}\" is no event: expected two numbers, ID,ID")))
            .collect::<Result<_, _>>()?;
        let &[one, other] = &ids[..] else { bail!("\"{text}\" is no event: expected two numbers, ID,ID") };
        let from = if at.is_none() { Some(clock) } else { None };
        let filter = ConjunctionFilter { from, sat: Some(one), ..ConjunctionFilter::default() };
        let events = self.store.conjunctions(&filter)?;
        let is_meant = |event: &&Conjunction| [event.primary_id, event.secondary_id].contains(&other) && one != other;
        let found = match at {
            None => events.iter().find(is_meant),
            Some(at) => {
                let nearest = events.iter().filter(is_meant).min_by_key(|event| (event.tca - at).abs());
                nearest.filter(|event| (event.tca - at).abs() <= event.reach())
            }
        };
        found.cloned().with_context(|| {
            format!(
                "no conjunction of {one} and {other} {} is stored ({}): `alliedsky conjunctions` lists them",
                at.map_or_else(|| "to come".to_owned(), |at| format!("near {}", clock_time(at))),
                self.database_name()
            )
        })
    }
}
