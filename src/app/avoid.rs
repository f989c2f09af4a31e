//! What if: burns that would avoid an event.

use std::collections::HashMap;

use anyhow::bail;
use chrono::{DateTime, TimeDelta, Utc};

use super::App;
use super::catalogue::Catalogue;
use crate::astro::time::Window;
use crate::ssa::avoid::{Axis, CandidateRequest, Sweep, SweepRequest, candidates, find_event, search};
use crate::ssa::progress::Progress;

/// Which event to avoid, and how.
#[derive(Clone, Debug)]
pub struct AvoidRequest {
    /// The satellite that can burn, by number or name.
    pub primary: String,
    /// What it comes close to.
    pub secondary: String,
    /// About when; `None`: the nearest approach of the two in the window.
    pub tca: Option<DateTime<Utc>>,
    /// What every burn's orbit is screened in.
    pub window: Window,
    /// Approaches below this distance are looked at, km.
    pub threshold_km: f64,
    /// No burn before this.
    pub earliest: DateTime<Utc>,
    /// Along these axes.
    pub axes: Vec<Axis>,
    /// The smallest burn, m/s.
    pub least_m_s: f64,
    /// The largest, m/s.
    pub most_m_s: f64,
    /// At most so many burns.
    pub count: usize,
    /// Probability below which an event is cleared; `None`: by the event's own.
    pub limit: Option<f64>,
}

impl App {
    /// Tries burns of one satellite against the whole catalogue.
    ///
    /// # Errors
    /// No such objects or event, an object on an ephemeris, no time left for a burn, or an error of the disk.
    pub fn avoid(
        &self,
        catalogue: &Catalogue,
        request: &AvoidRequest,
        progress: Progress<'_>,
    ) -> anyhow::Result<Sweep> {
        let sets = [&request.primary, &request.secondary].map(|name| catalogue.find(name));
        let [primary, secondary] = sets;
        let sets = [&primary?.elements, &secondary?.elements];
        let elements = catalogue.elements();
        let orbits = self.world.configured_orbits(&elements);
        if let Some((id, orbit)) = sets.iter().find_map(|set| Some((set.norad_id, orbits.get(set.norad_id)?))) {
            bail!(
                "NORAD {id} is on an ephemeris ({}), and burns are tried on element sets alone: leave that file out of \
                 [files] ephemeris, or screen a planned trajectory with `alliedsky screen --ephemeris`",
                orbit.message
            );
        }
        let event = find_event(sets, request.window, request.tca)?;
        let asked = CandidateRequest {
            earliest: request.earliest,
            axes: request.axes.clone(),
            least_m_s: request.least_m_s,
            most_m_s: request.most_m_s,
            count: request.count,
        };
        let (tca, period_min) = (event.conjunction.tca, event.sets[0].period_min());
        let candidates = candidates(&asked, tca, 60.0 * period_min);
        if candidates.is_empty() {
            let last = tca - TimeDelta::milliseconds((30_000.0 * period_min) as i64);
            bail!(
                "no time for a burn: the last useful one, half a revolution before the event of {}, is at {}, and none may \
                 be before {}",
                crate::report::zone::clock_time(tca),
                crate::report::zone::clock_time(last),
                crate::report::zone::clock_time(request.earliest)
            );
        }
        let sweep = SweepRequest {
            window: request.window,
            threshold_km: request.threshold_km,
            candidates,
            limit: request.limit,
        };
        let searched = search(&elements, event, sweep, progress)?;
        let assessor = self.assessor(&elements, &searched.ids(), HashMap::new())?;
        let thresholds = self.config.conjunctions.thresholds();
        Ok(searched.judge(&|conjunction| assessor.parties(conjunction), &thresholds))
    }
}
