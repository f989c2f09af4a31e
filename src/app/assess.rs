//! What approaches may come to, with all that is known of their objects.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use rayon::prelude::*;

use super::App;
use super::ephemerides::Orbits;
use crate::astro::elements::{Elements, NoradId};
use crate::format::satcat::{RcsSize, SatcatEntry};
use crate::ssa::conjunction::Conjunction;
use crate::ssa::conjunction::assessment::{Assessment, CombinedRadius, Party, assess, uncomputed};
use crate::ssa::covariance::class::Class;
use crate::ssa::covariance::history::{Fit, LEAST_SETS, fit};
use crate::ssa::covariance::{Covariance, best};
use crate::ssa::hard_body::{HardBodies, Radius};
use crate::ssa::probability::Thresholds;
use crate::store::catalogue::SourceRecord;

/// Assesses approaches between objects of one catalogue.
#[derive(Debug)]
pub struct Assessor<'a> {
    objects: HashMap<NoradId, Object<'a>>,
    given: HashMap<NoradId, Covariance>,
    orbits: Orbits,
    thresholds: Thresholds,
}

/// What is known of an object.
#[derive(Debug)]
struct Object<'a> {
    elements: &'a Elements,
    radius: Radius,
    fit: Option<Fit>,
}

/// What the figures of an object rest on besides its element set.
#[derive(Clone, Debug, PartialEq)]
pub struct Ground {
    /// Catalogue number.
    pub norad_id: NoradId,
    /// Its size.
    pub radius: Radius,
    /// The errors of its own past element sets, where there are enough of them.
    pub fit: Option<Fit>,
}

impl App {
    /// Prepares for approaches between some objects of `elements`: their sizes, their errors where they are `given` or the
    /// configuration names them, and those of their own past element sets where the store has enough of them.
    ///
    /// # Errors
    /// An error of the disk.
    pub fn assessor<'a>(
        &self,
        elements: &'a [Elements],
        wanted: &HashSet<NoradId>,
        given: HashMap<NoradId, Covariance>,
    ) -> anyhow::Result<Assessor<'a>> {
        let given: HashMap<NoradId, Covariance> = self.world.covariances.clone().into_iter().chain(given).collect();
        let mut facts = self.store.facts()?;
        let object = |elements: &'a Elements| {
            let id = elements.norad_id;
            (elements, facts.remove(&id).unwrap_or_else(|| SatcatEntry::unknown(id, &elements.name)))
        };
        let objects = elements.iter().filter(|elements| wanted.contains(&elements.norad_id)).map(object).collect();
        let grounds = self.grounds(&self.world.hard_bodies, objects, &|id, _| !given.contains_key(&id))?;
        Ok(Assessor::new(elements, &grounds, given, self.config.conjunctions.thresholds()))
    }

    /// The class of radar cross-section of each object by the latest public message whose source is `allowed`.
    ///
    /// # Errors
    /// An error of the disk.
    pub(super) fn message_sizes(
        &self,
        allowed: &dyn Fn(NoradId, &SourceRecord) -> bool,
    ) -> anyhow::Result<HashMap<NoradId, RcsSize>> {
        let told = self.store.message_sizes()?.into_iter();
        Ok(told.filter(|(id, _, source)| allowed(*id, source)).map(|(id, size, _)| (id, size)).collect())
    }

    /// The sizes of some objects, by what is known of them, and the errors of those of their past element sets whose
    /// source is `allowed`.
    ///
    /// # Errors
    /// An error of the disk.
    pub(super) fn grounds(
        &self,
        hard_bodies: &HardBodies,
        objects: Vec<(&Elements, SatcatEntry)>,
        allowed: &dyn Fn(NoradId, &SourceRecord) -> bool,
    ) -> anyhow::Result<Vec<Ground>> {
        let often: HashSet<NoradId> = self.store.often_renewed(LEAST_SETS)?.into_iter().collect();
        let mut known = Vec::new();
        for (elements, facts) in objects {
            let id = elements.norad_id;
            let history = if often.contains(&id) { self.store.history(id)? } else { Vec::new() };
            let history: Vec<Elements> =
                history.into_iter().filter(|(_, source)| allowed(id, source)).map(|(set, _)| set).collect();
            known.push((elements, facts, history));
        }
        let sizes = self.message_sizes(allowed)?;
        let ground = |(elements, facts, history): (&Elements, SatcatEntry, Vec<Elements>)| Ground {
            norad_id: elements.norad_id,
            radius: hard_bodies.radius(&facts, sizes.get(&elements.norad_id).copied()),
            fit: fit(&history, &Class::of(elements)),
        };
        Ok(known.into_par_iter().map(ground).collect())
    }
}

impl<'a> Assessor<'a> {
    /// Prepares for approaches between those of `elements` whose grounds are given.
    #[must_use]
    pub fn new(
        elements: &'a [Elements],
        grounds: &[Ground],
        given: HashMap<NoradId, Covariance>,
        thresholds: Thresholds,
    ) -> Self {
        let by_id: HashMap<NoradId, &Ground> = grounds.iter().map(|ground| (ground.norad_id, ground)).collect();
        let object = |elements: &'a Elements| {
            let Ground { norad_id, radius, fit } = (*by_id.get(&elements.norad_id)?).clone();
            Some((norad_id, Object { elements, radius, fit }))
        };
        Self { objects: elements.iter().filter_map(object).collect(), given, orbits: Orbits::default(), thresholds }
    }

    /// The same where some objects are on the orbits that their operators give.
    #[must_use]
    pub fn on_orbits(self, orbits: Orbits) -> Self {
        Self { orbits, ..self }
    }
}

/// An object whose error nobody knows.
struct Unknown {
    radius: Radius,
    reason: String,
}

fn radius(party: &Result<Party, Unknown>) -> &Radius {
    match party {
        Ok(party) => &party.radius,
        Err(unknown) => &unknown.radius,
    }
}

impl Assessor<'_> {
    /// What is known of an approach's risk; nothing where one of the objects was not prepared for.
    #[must_use]
    pub fn assess(&self, conjunction: &Conjunction) -> Option<Assessment> {
        let [primary, secondary] = [conjunction.primary_id, conjunction.secondary_id];
        let (primary, secondary) = (self.party(primary, conjunction.tca)?, self.party(secondary, conjunction.tca)?);
        Some(match (&primary, &secondary) {
            (Ok(primary), Ok(secondary)) => assess(conjunction, [primary, secondary], &self.thresholds),
            _ => {
                let size = CombinedRadius::of(radius(&primary), radius(&secondary));
                let reasons = [&primary, &secondary].into_iter().filter_map(|party| party.as_ref().err());
                let reasons: Vec<&str> = reasons.map(|unknown| unknown.reason.as_str()).collect();
                uncomputed(conjunction, size, &reasons.join("; "))
            }
        })
    }

    /// What is known of the primary and the secondary of an approach at its TCA; nothing where the error of one is not.
    #[must_use]
    pub fn parties(&self, conjunction: &Conjunction) -> Option<[Party; 2]> {
        let party = |id: NoradId| self.party(id, conjunction.tca)?.ok();
        Some([party(conjunction.primary_id)?, party(conjunction.secondary_id)?])
    }

    /// What is known of an object at a time. An operator's orbit has the error that comes with it: element sets say
    /// nothing about it.
    fn party(&self, id: NoradId, time: DateTime<Utc>) -> Option<Result<Party, Unknown>> {
        let Object { elements, radius, fit } = self.objects.get(&id)?;
        let radius = radius.clone();
        let given = self.given.get(&id).cloned();
        Some(match (given, self.orbits.get(id)) {
            (None, Some(orbit)) => match orbit.covariance(time) {
                Ok(covariance) => Ok(Party { covariance, radius }),
                Err(reason) => Err(Unknown { radius, reason }),
            },
            (given, _) => {
                Ok(Party { covariance: best(given, fit.as_ref(), elements, elements.age_days(time)), radius })
            }
        })
    }

    /// The approach with its assessment.
    #[must_use]
    pub fn assessed(&self, conjunction: Conjunction) -> Conjunction {
        let assessment = self.assess(&conjunction).map(Arc::new);
        Conjunction { assessment, ..conjunction }
    }

    /// All approaches with their assessments, in the order given.
    #[must_use]
    pub fn all(&self, conjunctions: Vec<Conjunction>) -> Vec<Conjunction> {
        conjunctions.into_par_iter().map(|conjunction| self.assessed(conjunction)).collect()
    }
}
