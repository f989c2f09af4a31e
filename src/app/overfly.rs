//! Overflights and passes: who passes over which place.

mod reach;

use std::collections::HashMap;

use chrono::{TimeDelta, Utc};
use rayon::prelude::*;
use serde_json::json;

use super::catalogue::Catalogue;
use super::work::{Account, CycleRequest};
use super::{App, World};
use crate::astro::elements::{Elements, NoradId};
use crate::astro::geodesy::Geodetic;
use crate::astro::look::Station;
use crate::astro::time::Window;
use crate::report::cells::Shape;
use crate::report::geojson::{region_geometry, site_geometry};
use crate::report::overflights::OverflightRow;
use crate::ssa::access::Constraint;
use crate::ssa::nation::Nation;
use crate::ssa::overflight::{Overflight, OverflightSearch, Overflights, Target};
use crate::ssa::pass::{Pass, PassSearch};
use crate::ssa::place::{Cell, Region, Site};
use crate::ssa::progress::{Cancelled, Progress};
use crate::ssa::roster::{Asset, Mission};
use crate::ssa::tally::Tally;
use crate::store::catalogue::CatalogueEntry;
use crate::store::events::Events;
use crate::store::runs::{NewRun, RunKind};

/// In a catalogue larger than this the overflights of everything would fill the disk: those of the roster's satellites
/// are kept.
pub const SMALL_CATALOGUE: usize = 5000;

/// A place that objects pass over.
#[derive(Clone, Debug)]
pub enum Place {
    /// An area.
    Region(Region),
    /// A point.
    Site(Site),
}

impl Place {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Region(region) => region.name(),
            Self::Site(site) => &site.name,
        }
    }

    /// Its name and its GeoJSON geometry.
    #[must_use]
    pub fn shape(&self) -> (String, serde_json::Value) {
        let geometry = match self {
            Self::Region(region) => region_geometry(region),
            Self::Site(site) => site_geometry(site),
        };
        (self.name().to_owned(), geometry)
    }
}

/// What counts as being over a place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Over {
    /// The sub-satellite point lies in it; for a site, the satellite stands above 10° of elevation.
    Beneath,
    /// The place is in the satellite's view, under this constraint.
    View(Constraint),
}

/// The least elevation that counts as over a site when nothing else is said, degrees.
pub const SITE_ELEVATION_DEG: f64 = 10.0;

/// What an overflight task found.
struct Overflown {
    overflights: Vec<Overflight>,
    passes: Vec<Pass>,
    watched: usize,
}

impl App {
    /// Finds the overflights of the configured regions and the passes of the roster's satellites over the sites, and
    /// stores them as one run.
    ///
    /// # Errors
    /// The configuration names an unknown region; an error of the disk, or cancelled by `progress`: the run is then in
    /// the ledger as failed.
    pub fn overfly(
        &mut self,
        catalogue: &Catalogue,
        request: &CycleRequest,
        progress: Progress<'_>,
    ) -> anyhow::Result<Account> {
        let places = self.places()?;
        let run = &self.config.run;
        let start = NewRun {
            kind: RunKind::Overflights,
            started_at: Utc::now(),
            clock: catalogue.clock,
            window: hours(catalogue.clock, request.window_hours.unwrap_or(run.window_hours)),
            parameters: json!({
                "regions": places.iter().map(Place::name).collect::<Vec<_>>(),
                "sites": self.world.sites.all().iter().map(|site| &site.name).collect::<Vec<_>>(),
                "pass_hours": run.pass_hours,
                "min_elevation_deg": run.min_elevation_deg,
            }),
        };
        let search = |app: &Self| app.overflown(catalogue, &places, start.window, progress);
        let found = self.in_ledger(&start, search, |app, run, found: &Overflown| {
            let tally =
                json!({ "objects": catalogue.entries.len(), "watched": found.watched, "notes": catalogue.notes });
            let events = Events { overflights: &found.overflights, passes: &found.passes, ..Events::default() };
            app.record(run, &tally, &events)
        })?;
        let (overflights, passes) = (found.overflights.len(), found.passes.len());
        Ok(Account::new(
            format!(
                "{overflights} overflights by {} objects, {passes} passes by the roster's satellites",
                found.watched
            ),
            json!({ "overflights": overflights, "passes": passes, "watched": found.watched }),
        ))
    }

    fn overflown(
        &self,
        catalogue: &Catalogue,
        places: &[Place],
        window: Window,
        progress: Progress<'_>,
    ) -> anyhow::Result<Overflown> {
        let elements = catalogue.elements();
        let known: Vec<Elements> =
            elements.iter().filter(|e| self.world.roster.by_id(e.norad_id).is_some()).cloned().collect();
        let watched = if elements.len() > SMALL_CATALOGUE { &known } else { &elements };
        let half = |share: f64| progress(0.5 * share);
        let found = self.world.over(watched, places, Over::Beneath, window, &half)?.0;
        let overflights = (0..found.places()).flat_map(|place| found.of_place(place)).collect();
        let mut passes = Vec::new();
        let sites = self.world.sites.all();
        let pass_window = hours(catalogue.clock, self.config.run.pass_hours);
        for (index, site) in sites.iter().enumerate() {
            let part = |share: f64| progress(0.5 + 0.5 * (index as f64 + share) / sites.len() as f64);
            passes.extend(self.world.passes(&known, site, self.config.run.min_elevation_deg, pass_window, &part)?.0);
        }
        Ok(Overflown { overflights, passes, watched: watched.len() })
    }
}

/// The overflights of some places, place by place, with what is known of each satellite.
#[derive(Debug)]
pub struct Described<'a> {
    world: &'a World,
    /// What the search found.
    pub found: Overflights<'a>,
    /// What is known of each object searched.
    known: Vec<Known<'a>>,
    /// The cells of each place.
    cells: Vec<Vec<Station>>,
}

/// What is known of a satellite, beyond its orbit.
#[derive(Debug)]
struct Known<'a> {
    entry: Option<&'a CatalogueEntry>,
    /// Where the roster has it.
    asset: Option<&'a Asset>,
    nation: &'static str,
    mission: &'static str,
}

impl Described<'_> {
    /// The `index`-th overflight of all.
    ///
    /// # Panics
    /// `index` is not below the number of overflights found.
    #[must_use]
    pub fn row(&self, index: usize) -> OverflightRow<&str> {
        let (object, place, overflight) = self.found.get(index);
        self.world.row(&self.known[object], &self.cells[place], overflight)
    }
}

impl World {
    /// The overflights of some places, place by place, with what is known of each satellite.
    ///
    /// # Errors
    /// [`Cancelled`] when `progress` asks to stop.
    pub fn overflights<'a>(
        &'a self,
        catalogue: &'a Catalogue,
        objects: &'a [Elements],
        places: &[Place],
        over: Over,
        window: Window,
        progress: Progress<'_>,
    ) -> Result<(Described<'a>, Tally), Cancelled> {
        let (found, tally) = self.over(objects, places, over, window, progress)?;
        let entries = catalogue.by_id();
        let known = objects.iter().map(|elements| self.known(&entries, elements.norad_id)).collect();
        let cells = places.iter().map(points).collect();
        Ok((Described { world: self, found, known, cells }, tally))
    }

    /// The overflights of some places.
    fn over<'a>(
        &self,
        objects: &'a [Elements],
        places: &[Place],
        over: Over,
        window: Window,
        progress: Progress<'_>,
    ) -> Result<(Overflights<'a>, Tally), Cancelled> {
        let search = |place| OverflightSearch::new(target(place, over), window, self.earth());
        let searches: Vec<_> = places.iter().map(search).collect();
        OverflightSearch::run_all(&searches, objects, progress)
    }

    /// Adds nation, mission, and the sensors that have the place within reach, by the element sets of a catalogue.
    #[must_use]
    pub fn described(&self, catalogue: &Catalogue, place: &Place, overflights: Vec<Overflight>) -> Vec<OverflightRow> {
        let entries = catalogue.by_id();
        let points = points(place);
        let row = |overflight: Overflight| self.row(&self.known(&entries, overflight.norad_id), &points, overflight);
        overflights.into_par_iter().map(row).collect()
    }

    fn known<'a>(&'a self, entries: &HashMap<NoradId, &'a CatalogueEntry>, id: NoradId) -> Known<'a> {
        let entry = entries.get(&id).copied();
        let nation = entry.and_then(|entry| self.nation_of(entry));
        let mission = self.mission_of(id);
        Known {
            entry,
            asset: self.roster.by_id(id),
            nation: nation.map_or("", Nation::alpha2),
            mission: mission.map_or("", Mission::as_str),
        }
    }

    fn row<T>(&self, known: &Known<'_>, points: &[Station], overflight: Overflight<T>) -> OverflightRow<T> {
        let sensor = known.asset.zip(known.entry).map_or_else(String::new, |(asset, entry)| {
            reach::sensors(asset, &entry.elements, points, &overflight, &self.earth())
        });
        OverflightRow { overflight, nation: known.nation, mission: known.mission, sensor }
    }

    /// The passes of some objects over a site.
    ///
    /// # Errors
    /// [`Cancelled`] when `progress` asks to stop.
    pub fn passes(
        &self,
        objects: &[Elements],
        site: &Site,
        min_elevation_deg: f64,
        window: Window,
        progress: Progress<'_>,
    ) -> Result<(Vec<Pass>, Tally), Cancelled> {
        let search = PassSearch {
            site: &site.name,
            station: Station::new(site.geodetic()),
            window,
            min_elevation_deg,
            orientation: self.earth(),
        };
        search.run(objects, progress)
    }
}

/// The cells of a place, each a point and its area in km²; a site is one cell of no matter what area.
#[must_use]
pub fn cells(place: &Place) -> Vec<(Station, f64)> {
    match place {
        Place::Site(site) => vec![(Station::new(site.geodetic()), 1.0)],
        Place::Region(region) => region
            .cells(region.usual_cells())
            .iter()
            .map(|cell| (Station::new(Geodetic::new(cell.latitude_deg, cell.longitude_deg, 0.0)), cell.area_km2))
            .collect(),
    }
}

/// The cells of a place with their outlines; a site is one cell of no matter what area, without an outline.
#[must_use]
pub fn shaped_cells(place: &Place) -> Vec<Shape> {
    match place {
        Place::Site(site) => {
            let at = site.geodetic();
            let cell = Cell { latitude_deg: at.latitude_deg, longitude_deg: at.longitude_deg, area_km2: 1.0 };
            vec![(cell, None)]
        }
        Place::Region(region) => {
            let cells = region.shaped_cells(region.usual_cells()).into_iter();
            cells.map(|(cell, outline)| (cell, Some(outline))).collect()
        }
    }
}

/// The middles of a place's cells.
fn points(place: &Place) -> Vec<Station> {
    cells(place).into_iter().map(|(point, _)| point).collect()
}

/// What counts as being over a place, as the search takes it.
fn target(place: &Place, over: Over) -> Target<'_> {
    match (place, over) {
        (Place::Region(region), Over::Beneath) => Target::Beneath(region),
        (Place::Region(region), Over::View(constraint)) => Target::in_view(region, region.usual_cells(), constraint),
        (Place::Site(site), Over::Beneath) => {
            site_target(site, Constraint { min_elevation_deg: SITE_ELEVATION_DEG, off_nadir_deg: None })
        }
        (Place::Site(site), Over::View(constraint)) => site_target(site, constraint),
    }
}

fn site_target(site: &Site, constraint: Constraint) -> Target<'_> {
    Target::Site { name: &site.name, station: Station::new(site.geodetic()), constraint }
}

/// A window of some hours.
#[must_use]
pub fn hours(from: chrono::DateTime<chrono::Utc>, hours: f64) -> Window {
    Window::new(from, TimeDelta::milliseconds((hours * 3_600_000.0) as i64))
}
