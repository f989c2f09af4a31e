//! Passes of satellites over a site.
//!
//! Complete by the bounds of [`crate::astro::crossing`]: no pass of half a second or longer, and no gap of that length
//! between two, is lost. Elevations are geometric; the times are those of the positions, without light time.

use chrono::{DateTime, Utc};

use super::progress::{Cancelled, Progress};
use super::sweep::{Found, sweep};
use super::tally::Tally;
use super::timing::Timing;
use crate::astro::crossing::{Horizon, Interval, Steps, SunPath, Track};
use crate::astro::elements::{Elements, NoradId};
use crate::astro::frame::EarthOrientation;
use crate::astro::look::Station;
use crate::astro::propagator::{PropagationError, Propagator};
use crate::astro::span::Span;
use crate::astro::sun::lit_fraction;
use crate::astro::time::Window;

/// One pass: the stretch in which an object stands above a site's minimum elevation.
#[derive(Clone, Debug, PartialEq)]
pub struct Pass {
    /// The object.
    pub norad_id: NoradId,
    /// Its name.
    pub name: String,
    /// The site's name.
    pub site: String,
    /// Acquisition: the rise above the minimum elevation, or the window's start where the pass is already going on.
    pub aos: DateTime<Utc>,
    /// Azimuth at AOS, degrees.
    pub aos_azimuth_deg: f64,
    /// Culmination: the time of the highest elevation (the highest of several on eccentric orbits).
    pub tca: DateTime<Utc>,
    /// Elevation at culmination, degrees.
    pub max_elevation_deg: f64,
    /// Azimuth at culmination, degrees.
    pub tca_azimuth_deg: f64,
    /// Loss: the set below the minimum elevation, or the window's end.
    pub los: DateTime<Utc>,
    /// Azimuth at LOS, degrees.
    pub los_azimuth_deg: f64,
    /// Range at culmination, km.
    pub min_range_km: f64,
    /// The share of the Sun's disc that the satellite sees at culmination, 0 to 1.
    pub lit_fraction: f64,
    /// Elevation of the Sun at the site at culmination, degrees.
    pub sun_elevation_deg: f64,
    /// Whether the pass was already going on when the window began.
    pub open_start: bool,
    /// Whether the pass was still going on when the window, or the object's orbit, ended.
    pub open_end: bool,
    /// Number of local maxima of the elevation inside the pass.
    pub culminations: u32,
    /// Age of the element set at culmination, days.
    pub age_days: f64,
    /// Whether the element set is too old for its regime at culmination.
    pub stale: bool,
    /// One standard deviation of how early or late it may come, seconds ([`super::timing`]); `None` where an older version
    /// of the program stored the row.
    pub timing_error_s: Option<f64>,
}

impl Pass {
    /// Whether the satellite is in sunlight at culmination: at least half of the Sun's disc.
    #[must_use]
    pub fn sunlit(&self) -> bool {
        self.lit_fraction >= 0.5
    }

    /// Whether an observer can see it: sunlit, with the Sun 6° or more below the site's horizon (end of civil dusk).
    #[must_use]
    pub fn visible(&self) -> bool {
        self.sunlit() && self.sun_elevation_deg <= -6.0
    }
}

/// Which passes to look for.
#[derive(Clone, Debug)]
pub struct PassSearch<'a, O> {
    /// The site's name, for the rows.
    pub site: &'a str,
    /// Where it stands.
    pub station: Station,
    /// When to look.
    pub window: Window,
    /// A pass is a stretch at or above this elevation, degrees.
    pub min_elevation_deg: f64,
    /// How the Earth stands at an instant.
    pub orientation: O,
}

impl<O: Fn(DateTime<Utc>) -> EarthOrientation + Sync> PassSearch<'_, O> {
    /// The passes of many objects, by AOS, then catalogue number, whatever the number of threads.
    ///
    /// `progress` hears the share of objects done, from any thread.
    ///
    /// # Errors
    /// [`Cancelled`] when `progress` asks to stop.
    pub fn run(&self, objects: &[Elements], progress: Progress<'_>) -> Result<(Vec<Pass>, Tally), Cancelled> {
        let sun = SunPath::new(self.window, &self.orientation);
        let (mut passes, tally) =
            sweep(objects, self.window, progress, |elements, propagator| self.of(elements, propagator, &sun))?;
        passes.sort_by_key(|pass| (pass.aos, pass.norad_id));
        Ok((passes, tally))
    }

    /// The passes of one object in order.
    ///
    /// # Errors
    /// The object has no state at the start of the window.
    fn of(&self, elements: &Elements, propagator: &Propagator, sun: &SunPath) -> Result<Found<Pass>, PropagationError> {
        let track = Track::new(propagator, self.window, &self.orientation);
        let horizon = Horizon::new(&track, &self.station, self.min_elevation_deg);
        let scan = horizon.intervals(Span::new(0.0, self.window.seconds()), Steps::default())?;
        let timing = Timing::of(elements);
        let mut rows = Vec::with_capacity(scan.intervals.len());
        for interval in &scan.intervals {
            let pass = self.pass(elements, &track, sun, interval, &horizon.culminations(interval))?;
            rows.push(Pass { timing_error_s: Some(timing.error_s(pass.age_days)), ..pass });
        }
        Ok(Found { rows, lost: scan.lost.map(|(_, error)| error) })
    }

    fn pass(
        &self,
        elements: &Elements,
        track: &Track<'_, O>,
        sun: &SunPath,
        interval: &Interval,
        culminations_s: &[f64],
    ) -> Result<Pass, PropagationError> {
        let Span { start_s, end_s } = interval.span;
        let look = |time_s: f64| Ok(self.station.look(&track.position_km(time_s)?));
        let (rise, set) = (look(start_s)?, look(end_s)?);
        // An end cut by the window can stand higher than every culmination inside.
        let (mut highest_s, mut highest) =
            if rise.elevation_deg >= set.elevation_deg { (start_s, rise) } else { (end_s, set) };
        for &time_s in culminations_s {
            let candidate = look(time_s)?;
            if candidate.elevation_deg > highest.elevation_deg {
                (highest_s, highest) = (time_s, candidate);
            }
        }
        let sun_km = sun.at_km(highest_s);
        let tca = self.window.at(highest_s);
        Ok(Pass {
            norad_id: elements.norad_id,
            name: elements.name.clone(),
            site: self.site.to_owned(),
            aos: self.window.at(start_s),
            aos_azimuth_deg: rise.azimuth_deg,
            tca,
            max_elevation_deg: highest.elevation_deg,
            tca_azimuth_deg: highest.azimuth_deg,
            los: self.window.at(end_s),
            los_azimuth_deg: set.azimuth_deg,
            min_range_km: highest.range_km,
            lit_fraction: lit_fraction(&track.position_km(highest_s)?, &sun_km),
            sun_elevation_deg: self.station.look(&sun_km).elevation_deg,
            open_start: interval.open_start,
            open_end: interval.open_end,
            culminations: u32::try_from(culminations_s.len()).unwrap_or(u32::MAX),
            age_days: elements.age_days(tca),
            stale: elements.is_stale(tca),
            timing_error_s: None,
        })
    }
}
